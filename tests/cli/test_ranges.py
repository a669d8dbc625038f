"""Ranges of revisions at the command line: what is given, shown, made into vectors, run and read from logs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import parley as library
import pytest
from running import Parley

CASES = Path(__file__).parent.parent / "cases"
POLICY = f"{CASES / 'interval.parley'}:rmm_1_0"
HOSTS = CASES / "interval_hosts.parley"
SCHEMAS = Path(__file__).parent.parent.parent / "cli" / "schemas"

ADAPTER = """import json, sys


def word(text):
    major, minor = text.split(".")
    return int(major) << 16 | int(minor)


for line in sys.stdin:
    asked = json.loads(line)
    first, last = map(word, asked.get("supported", "1.44..1.52").split(".."))
    requested = int(asked["x1"], 16)
    lower = requested if first <= requested <= last else last
    reply = {"x0": hex(lower != requested), "x1": hex(lower), "x2": hex(last)}
    print(json.dumps({"id": asked["id"], **reply}), flush=True)
"""


def loaded(text: str, schema: str) -> dict[str, Any]:
    made = json.loads(text)
    jsonschema.validate(made, json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))
    return made


def test_a_range_is_given_and_shown_by_its_ends(parley: Parley) -> None:
    done = parley("eval", POLICY, "--supported", "1.44..1.52", "--requested", "1.60")
    assert done.code == 0
    assert "supported        1.44 ●═══════● 1.52" in done.out
    assert "lower            1.52" in done.out
    made = loaded(
        parley("eval", POLICY, "--supported", "1.44..1.52", "--requested", "1.50", "--format", "json").out,
        "parley.eval-1.json",
    )
    assert made["config"] == {"supported": "1.44..1.52"}
    assert made["outputs"] == {"status": "RMI_SUCCESS", "lower": "1.50", "higher": "1.52"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("1.44", "`1.44` is no range; write its first and its last revision"),
        ("1.52..1.44", "`1.52..1.44` ends before it begins; write {} for nothing"),
        ("1.44..0x80010001", "0x80010001 has reserved bits set"),
        ("{}", "the assumption `configured` rules this out"),
    ],
)
def test_what_is_no_range_is_refused(parley: Parley, given: str, says: str) -> None:
    done = parley("eval", POLICY, "--supported", given, "--requested", "1.60")
    assert done.code == 2
    assert says in done.err


def test_hosts_speak_intervals(parley: Parley) -> None:
    done = parley("eval", f"{HOSTS}:ranging_s", "--known", "1.5..3.0", "--supported", "1.0..2.0")
    assert "agreed           2.0, after 2 rounds" in done.out
    assert "known                   1.5 ●═════════════● 3.0" in done.out
    done = parley("eval", f"{HOSTS}:many_s", "--supported", "1.0..2.0")
    assert "known            1.0..32767.0" in done.out
    done = parley("eval", f"{HOSTS}:many_s", "--supported", "1.0..2.0", "--known", "1.0..2.0")
    assert "says itself what it knows" in done.err
    rmm = f"{POLICY}=1.0..1.46"
    done = parley("matrix", "--rmm", rmm, "--host", f"{HOSTS}:few", "--host", f"{HOSTS}:ranging=1.0..1.1")
    assert "1.46 (2 requests)" in done.out
    assert "ranging 1.0..1.1" in done.out
    done = parley("matrix", "--rmm", rmm, "--host", f"{HOSTS}:ranging={{}}")
    assert "knows at least one revision, and none is given" in done.err
    done = parley("matrix", "--rmm", rmm, "--host", f"{HOSTS}:ranging")
    assert f"write --host {HOSTS}:ranging=1.0..1.1" in done.err
    made = loaded(
        parley("matrix", "--rmm", rmm, "--host", f"{HOSTS}:many", "--format", "json").out, "parley.matrix-1.json"
    )
    (cell,) = made["cells"]
    assert (cell["known"], cell["supported"], cell["agreed"]) == (["1.0..32767.0"], "1.0..1.46", "1.46")


@pytest.mark.slow
def test_vectors_of_a_range_are_read_back(parley: Parley, folder: Path) -> None:
    made = loaded(parley("vectors", POLICY, "--format", "json").out, "parley.vectors-1.json")
    configurations = [group["config"]["supported"] for group in made["groups"]]
    assert "1.0..1.0" in configurations
    assert "1.0..1.2" in configurations
    assert "within" in made["notes"]
    (folder / "suite").write_text(json.dumps(made), encoding="utf-8")
    assert "cases            4 of 4" in parley("score", POLICY, "suite").out


@pytest.mark.slow
def test_vectors_of_a_range_have_every_form(parley: Parley, folder: Path) -> None:
    done = parley("vectors", POLICY, "--supported", "1.44..1.52")
    assert "in 1 configuration" in done.out
    (folder / "suite").write_text(parley("vectors", POLICY, "--format", "csv").out, encoding="utf-8")
    assert "cases            4 of 4" in parley("score", POLICY, "suite").out
    suite = library.suite(library.load(CASES / "interval.parley").policies["rmm_1_0"], minimal=True)
    for format_ in ("c", "kunit", "rust", "cbmc", "kani"):
        text = suite.export(format_)
        assert "supported_first" in text
        assert "supported_last" in text
    assert '{"supported": (' in suite.export("pytest")


@pytest.mark.slow
def test_programs_and_logs_with_a_range(parley: Parley, folder: Path) -> None:
    (folder / "adapter.py").write_text(ADAPTER, encoding="utf-8")
    command = ("--", sys.executable, "adapter.py")
    assert parley("conform", POLICY, "--supported", "1.44..1.52", *command).code == 0
    assert parley("conform", POLICY, *command).code == 0
    done = parley("conform", POLICY, "--discover", *command)
    assert done.code == 0
    assert "1.44 ●═══════● 1.52" in done.out
    good = "SMC_RMI_VERSION 10032 > RMI_SUCCESS 10032 10034\nSMC_RMI_VERSION 20000 > RMI_ERROR_INPUT 10034 10034\n"
    (folder / "a.log").write_text(good, encoding="utf-8")
    done = parley("trace", POLICY, "a.log")
    assert done.code == 0
    assert "..1.52" in done.out
    (folder / "a.log").write_text(good + "SMC_RMI_VERSION 10033 > RMI_ERROR_INPUT 10032 10034\n", encoding="utf-8")
    assert parley("trace", POLICY, "a.log").code == 1


def test_the_word_is_a_name_elsewhere(parley: Parley, folder: Path) -> None:
    text = (CASES / "interval.parley").read_text(encoding="utf-8").replace("supported", "range")
    (folder / "named.parley").write_text(text, encoding="utf-8")
    assert "config range : range of revision" in text
    assert parley("fmt", "named.parley").code == 0
    assert "range" in parley("eval", "named.parley:rmm_1_0", "--range", "1.0..1.2", "--requested", "1.1").out
