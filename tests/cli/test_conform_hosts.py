"""`parley conform SESSION`: what it prints of a host, in each form, and what it refuses."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from running import Parley

ROOT = Path(__file__).parents[2]
HOST = ["--", sys.executable, str(ROOT / "tests" / "adapters" / "host.py")]
MISBEHAVING = ["--", sys.executable, str(ROOT / "tests" / "adapters" / "misbehaving_hosts.py")]

UNSAFE = """✗ safe is broken
    supported        1.1 ●
    known            1.0
    round 1          asks 1.0   RMI_ERROR_INPUT   lower 1.1   higher 1.1   case newer   it accepts 1.0
                     x1=0x10000 → x0=0x1 x1=0x10001 x2=0x10001
    agreed           1.0, after 1 round
    the claim        accepted implies agreed in supported
    replay           parley eval callers:kvm_v7 --supported 1.1
    again            parley conform callers:kvm_v7 --supported 1.1 -- COMMAND linux_v2

✗ not what `linux_kvm_v7` does
    where            as above: safe is broken
    it               accepts 1.0
    the rules want   gives up, by rule_2
                     otherwise

claims kept      terminates, requests_known, finds_common, one_request, prints_supported_range, prints_every_supported, ends_are_supported
claims broken    safe, in 1 negotiation
rules            it does what `linux_kvm_v7` does, in 0 of 1 negotiation
1 negotiation; 1 failed; 0.00 s
"""

HOSTILE = """claims kept      terminates, requests_known, finds_common, one_request, prints_supported_range, ends_are_supported
broken as known  prints_every_supported, in 1 negotiation: older ones than `lower` are not in the reply
rules            it does what `linux_kvm_v7` does
hostile          no_rmm
judged there by  terminates, requests_known, one_request, kept by `linux_kvm_v7` whatever it is told; the rules
not by           safe, finds_common, prints_supported_range, prints_every_supported, ends_are_supported: an RMM that lies may break them
2 negotiations, 1 of them with a hostile RMM; none failed; 0.00 s
"""


def timeless(text: str) -> str:
    short = text.replace(" ".join(HOST[1:]), "COMMAND").replace(" ".join(MISBEHAVING[1:]), "COMMAND")
    return re.sub(r"\d+\.\d\d s, \d+\.\d\d s of it with the program", "0.00 s", short)


def test_a_failure_is_a_transcript_with_two_verdicts(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7", "--supported", "1.1", *HOST, "linux_v2")
    assert (done.code, done.err) == (1, "")
    assert timeless(done.out) == UNSAFE


def test_the_replay_plays_what_the_host_should_have_done(parley: Parley) -> None:
    done = parley("eval", "callers:kvm_v7", "--supported", "1.1")
    assert "case newer   rule_2 gives up" in done.out


def test_quietly_only_failures_are_printed(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7", "-q", "--supported", "1.1", *HOST, "linux_v2")
    assert timeless(done.out) == UNSAFE[: UNSAFE.index("\nclaims kept")]
    done = parley("conform", "callers:kvm_v7", "-q", "--supported", "1.1", *HOST, "linux")
    assert (done.code, done.out) == (0, "")


@pytest.mark.slow
def test_what_hostile_rmms_say_is_told(parley: Parley) -> None:
    arguments = ["--supported", "0.8,1.1", "--hostile", "--only", "no_rmm"]
    done = parley("conform", "callers:kvm_v7", *arguments, *HOST, "linux")
    assert (done.code, done.err) == (0, "")
    assert "hostile          no_rmm\n" in done.out
    done = parley("conform", "callers:kvm_v7", *arguments, *HOST, "fails_on_error_input")
    assert done.code == 1
    assert "    the RMM          no_rmm: nobody answers: x0 is NOT_SUPPORTED, and all else 0\n" in done.out
    assert "asks 1.0   0xffffffffffffffff   lower 0.0" in done.out
    assert " --supported 0.8,1.1 --hostile --only no_rmm -- " in done.out
    assert "replay" not in done.out


@pytest.mark.slow
def test_the_hostile_part_of_the_report(parley: Parley) -> None:
    done = parley(
        "conform", "callers:kvm_v7", "--supported", "0.8,1.0", "--hostile", "--only", "no_rmm", *HOST, "linux"
    )
    lines = timeless(done.out).splitlines()
    assert [line for line in lines if line.startswith(("hostile", "judged", "not by"))] == [
        line for line in HOSTILE.splitlines() if line.startswith(("hostile", "judged", "not by"))
    ]
    assert lines[-1] == HOSTILE.splitlines()[-1]


def test_a_program_that_says_nothing_of_use_is_shown(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7", "--supported", "1.0", *MISBEHAVING, "banner")
    assert done.code == 1
    assert "✗ a line that is no request, and no end\n" in done.out
    assert "    trouble          this is no JSON; write one object a line" in done.out
    assert "nothing is known: no negotiation with an RMM that keeps the policy came to its end" in done.out
    done = parley("conform", "callers:kvm_v7", *MISBEHAVING, "exits_at_once")
    assert done.code == 1
    assert done.out.startswith(
        "✗ the program never said anything\n    trouble          it ended with exit code 0 before"
    )


@pytest.mark.slow
def test_what_is_kept_from_one_negotiation_to_the_next_is_told(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7", *MISBEHAVING, "keeps")
    assert (done.code, done.err) == (1, "")
    assert (
        "✗ what it does depends on what came before\n    trouble          in negotiation 3, behind others:" in done.out
    )


# ---- JSON and JUnit -------------------------------------------------------------------------------------


def as_json(parley: Parley, *arguments: str) -> dict[str, Any]:
    """The report as JSON that is what the published schema says."""
    done = parley("conform", *arguments[:1], "--format", "json", *arguments[1:])
    assert done.err == ""
    made = json.loads(done.out)
    schema = json.loads((ROOT / "cli" / "schemas" / "parley.conform-session-1.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(made)  # pyright: ignore[reportUnknownMemberType]
    return made


def test_json_has_both_verdicts(parley: Parley) -> None:
    made = as_json(parley, "callers:kvm_v7", "--supported", "1.1", *HOST, "linux_v2")
    assert made["schema"] == "parley.conform-session/1"
    assert (made["session"], made["host"], made["policy"]) == ("kvm_v7", "linux_kvm_v7", "rmm_1_0")
    assert made["summary"] == {"negotiations": 1, "hostile": 0, "failed": 1, "faults": 0, "left_out": 0, "stopped": 0}
    (failure,) = made["failures"]
    assert failure["broken"] == ["safe"]
    assert failure["deviation"] == {
        "rounds": 1,
        "rule": "rule_2",
        "guard": None,
        "wants": {"kind": "give up", "value": None},
        "does": {"kind": "accept", "value": "1.0"},
    }
    assert (failure["config"], failure["known"]) == ({"supported": ["1.1"]}, ["1.0"])
    assert failure["rounds"] == [
        {
            "request": "1.0",
            "case": "newer",
            "outputs": {"status": "RMI_ERROR_INPUT", "lower": "1.1", "higher": "1.1"},
            "rule": None,
            "open": [],
            "registers": {"x1": "0x10000"},
            "registers_out": {"x0": "0x1", "x1": "0x10001", "x2": "0x10001"},
        }
    ]
    assert (failure["ending"], failure["agreed"], failure["rmm"]) == ("accepted", "1.0", None)
    claims = {claim["name"]: claim for claim in made["claims"]}
    assert (claims["safe"]["broken"], claims["one_request"]["broken"]) == (1, 0)
    assert claims["prints_every_supported"]["expected"] == "older ones than `lower` are not in the reply"
    assert (made["compared"], made["deviations"], made["hostile"]) == (1, 1, [])


@pytest.mark.slow
def test_json_has_faults_and_hostile_rmms(parley: Parley) -> None:
    made = as_json(parley, "callers:kvm_v7", "--supported", "1.0", *MISBEHAVING, "banner")
    assert made["failures"][0]["fault"]["problem"] == "garbage"
    made = as_json(
        parley, "callers:kvm_v7", "--supported", "1.0", "--hostile", "--only", "spare_registers", *HOST, "linux"
    )
    assert [one["name"] for one in made["hostile"]] == ["spare_registers"]
    assert {claim["name"] for claim in made["claims"] if not claim["presumes"]} == {
        "terminates",
        "requests_known",
        "one_request",
    }


def test_junit_has_a_case_for_each_negotiation(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7", "--format", "junit", *HOST, "linux_v2")
    root = ElementTree.fromstring(done.out)
    cases = root.findall("testsuite/testcase")
    assert int(root.attrib["tests"]) == len(cases) > 10
    failed = [case for case in cases if case.find("failure") is not None]
    assert int(root.attrib["failures"]) == len(failed) == 2
    failure = failed[0].find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "safe is broken"
    assert "not what `linux_kvm_v7` does" in (failure.text or "")


# ---- wrong uses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["callers:kvm_v7", "--discover"],
            "--discover is for an implementation of a policy, and this is a host of a session",
        ),
        (["callers:kvm_v7", "--strict"], "--strict is for an implementation of a policy"),
        (["callers:kvm_v7", "--known-failures", "f"], "--known-failures is for an implementation of a policy"),
        (["callers:kvm_v7", "--write-known-failures", "f"], "--write-known-failures is for an implementation"),
        (["rmi", "--hostile"], "--hostile is for a host of a session, and this is an implementation"),
        (["rmi", "--rounds", "3"], "--rounds is for a host of a session"),
        (["callers:kvm_v7", "--only", "m1"], "--only is given without --hostile"),
        (["callers:kvm_v7", "--requested", "1.0"], "`--requested` is no option here"),
        (["callers:xen"], "`xen` is a host, and answers nothing by itself"),
        (["callers:kvm_v9"], "`callers` has no policy or session `kvm_v9`"),
    ],
)
def test_a_wrong_use_is_told(parley: Parley, arguments: list[str], text: str) -> None:
    done = parley("conform", *arguments, *HOST, "linux")
    assert done.code == 2
    assert text in done.err
    assert done.out == ""


def test_no_program_is_a_wrong_use(parley: Parley) -> None:
    done = parley("conform", "callers:kvm_v7")
    assert (done.code, "no program is given" in done.err) == (2, True)


def test_a_file_with_sessions_alone_needs_no_name(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "mine.parley"
    path.write_text("use callers\nsession mine : linux_kvm_v7 with rmm_1_0 { property one: rounds == 1 }\n")
    done = parley("conform", str(path), "--supported", "1.0", *HOST, "linux")
    assert done.code == 0
    assert "claims kept      terminates, requests_known, one\n" in done.out


def test_a_config_that_an_option_hides_is_given_all_the_same(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "hides.parley"
    path.write_text(
        "interface I { revision { reserved[63:31] zero major[30:16] minor[15:0] } config hostile : set of revision\n"
        "  input asked : revision in x1  output status : { OK = 0, BAD = 1 } in x0  output lower : revision in x1\n"
        "  output higher : revision in x2 }\n"
        "policy p for I { case always otherwise { status = BAD  lower = asked  higher = asked } }\n"
        "host h for I { knows 1.0 start request 1.0 otherwise => accept asked }\n"
        "session s : h with p { property safe: accepted implies agreed in hostile }\n"
    )
    done = parley("conform", f"{path}:s", "--given-hostile", "1.1", *HOST, "linux")
    assert done.code == 1
    assert f"replay           parley eval {path}:s --hostile 1.1\n" in done.out
    assert f"again            parley conform {path}:s --given-hostile 1.1 -- " in done.out
