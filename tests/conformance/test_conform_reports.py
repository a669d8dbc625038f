"""What `parley conform` says of programs that answer every request and go wrong beside that, in each form."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from parley.cli.entry import run

ROOT = Path(__file__).parents[2]
ENDINGS = ["--", sys.executable, str(ROOT / "tests" / "adapters" / "endings.py")]
BUILDS = ["--", sys.executable, str(ROOT / "tests" / "adapters" / "builds.py")]

NO_INPUT = """interface PSCI {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config implemented : revision
    output version     : revision in x0
}
policy p for PSCI {
    case always otherwise { version = implemented }
}
"""
TWICE = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config x1     : revision
    input  asked  : revision in x1
    output answer : revision in x0
}
policy p for I {
    case always otherwise { answer = x1 }
}
"""


@pytest.fixture
def suite(tmp_path: Path) -> list[str]:
    """A few requests of one configuration."""
    path = tmp_path / "suite.csv"
    words = [(f"1.{minor}", "RMI_SUCCESS" if minor in (0, 2) else "RMI_ERROR_INPUT") for minor in range(6)]
    rows = [f"1.0 1.2,{requested},{status}" for requested, status in words]
    path.write_text("\n".join(["supported,requested,status", *rows]) + "\n", encoding="utf-8")
    return ["--suite", str(path)]


class Printed:
    """What a command printed, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        self.capsys.readouterr()
        code = run(["conform", *arguments])
        captured = self.capsys.readouterr()
        assert captured.err == ""
        return code, captured.out

    def json(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The same as JSON that is what the published schema says."""
        code, out = self(*arguments[:1], "--format", "json", *arguments[1:])
        schema = json.loads((ROOT / "cli" / "schemas" / "parley.conform-1.json").read_text(encoding="utf-8"))
        made = json.loads(out)
        Draft202012Validator(schema).validate(made)  # pyright: ignore[reportUnknownMemberType]
        return code, made

    def junit(self, *arguments: str) -> tuple[int, ElementTree.Element]:
        """The same as JUnit XML, whose counts are what it has."""
        code, out = self(*arguments[:1], "--format", "junit", *arguments[1:])
        root = ElementTree.fromstring(out)
        for element in (root, *root.findall("testsuite")):
            cases = list(element.iter("testcase"))
            failed = [case for case in cases if case.find("failure") is not None]
            assert (element.attrib["tests"], element.attrib["failures"]) == (str(len(cases)), str(len(failed)))
        return code, root


@pytest.fixture
def conform(capsys: pytest.CaptureFixture[str]) -> Printed:
    return Printed(capsys)


@pytest.mark.parametrize("mode", ["late", "true"])
def test_what_is_said_behind_the_last_answer_fails(conform: Printed, suite: list[str], mode: str) -> None:
    code, made = conform.json("rmi", *suite, *ENDINGS, mode)
    assert code == 1
    assert {failure["problem"] for failure in made["failures"]} == {"repeated" if mode == "late" else "no word"}
    assert len(made["failures"]) == made["summary"]["requests"] == 6


def test_a_bad_end_fails_in_every_form(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", *suite, *ENDINGS, "exit_code")
    assert code == 1
    assert out.startswith(
        "✗ the program failed by itself\n"
        "    trouble          it ended with exit code 3 after its last reply\n"
        "    standard error   last words\n"
        "\n6 right; "
    )
    code, made = conform.json("rmi", *suite, *ENDINGS, "exit_code")
    assert code == 1
    text = "it ended with exit code 3 after its last reply"
    assert made["troubles"] == [{"problem": "crash", "text": text, "stderr": ["last words"]}]
    assert (made["summary"]["right"], made["failures"]) == (6, [])
    code, root = conform.junit("rmi", *suite, *ENDINGS, "exit_code")
    assert (code, root.attrib["tests"], root.attrib["failures"]) == (1, "7", "1")


def test_two_answers_to_one_request_fail_in_every_form(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", *suite, *ENDINGS, "drifts")
    assert code == 1
    assert "✗ the same request is answered in two ways" in out
    assert "    trouble          asked again, it answers x2 = 0x10003 and not 0x10002\n" in out
    code, made = conform.json("rmi", *suite, *ENDINGS, "drifts")
    assert code == 1
    assert {(f["problem"], *f["differs"]) for f in made["failures"]} == {("not deterministic", "higher")}
    assert len(made["failures"]) == made["summary"]["wrong"] == made["summary"]["repeated"]
    assert conform.junit("rmi", *suite, *ENDINGS, "drifts")[0] == 1


def test_registers_that_are_no_outputs_are_reported(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", *suite, *ENDINGS, "x3")
    assert code == 0
    wanted = "not an output    x3: not 0 in 6 of 6 replies, such as 0x7; --strict makes that a failure\n"
    assert out.startswith(wanted)
    assert conform("rmi", "-q", *suite, *ENDINGS, "x3") == (0, wanted)
    assert conform("rmi", *suite, *ENDINGS, "x3_zero")[1].startswith("not an output    x3: 0 in 6 replies\n")
    assert conform("rmi", "-q", *suite, *ENDINGS, "x3_zero") == (0, "")
    code, made = conform.json("rmi", *suite, *ENDINGS, "x3")
    assert (code, made["registers"]) == (0, [{"register": "x3", "replies": 6, "not_zero": 6, "example": "0x7"}])
    code, root = conform.junit("rmi", *suite, *ENDINGS, "x3")
    said = {element.text for element in root.iter("system-out")}
    assert (code, said) == (0, {"not an output: x3 0x7"})


def test_registers_that_are_no_outputs_are_zero_with_strict(conform: Printed, suite: list[str]) -> None:
    code, made = conform.json("rmi", "--strict", *suite, *ENDINGS, "x3")
    assert (code, {failure["problem"] for failure in made["failures"]}) == (1, {"not zero"})
    code, out = conform("rmi", "--strict", *suite, *ENDINGS, "x3")
    assert "✗ a register that is no output is not 0  6 times\n" in out
    assert "    trouble          x3 is 0x7; it is no output of RMI_VERSION and must be 0\n" in out
    assert conform("rmi", "--strict", *suite, *ENDINGS, "x3_zero")[0] == 0


def test_replies_without_id_are_told_the_fix(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", *suite, *ENDINGS, "nameless")
    assert code == 1
    assert "    trouble          this reply has no `id`; copy that of its request into it: `{" in out


def test_an_interface_without_inputs(conform: Printed, tmp_path: Path) -> None:
    path = tmp_path / "psci.parley"
    path.write_text(NO_INPUT, encoding="utf-8")
    code, made = conform.json(str(path), "--implemented", "1.1", *BUILDS, "implemented", "1.1")
    assert (code, made["summary"]["right"]) == (0, 1)
    code, made = conform.json(str(path), "--discover", *BUILDS, "implemented", "1.1")
    assert (code, made["discovered"]["config"]) == (0, {"implemented": "1.1"})
    assert (made["discovered"]["determined"], made["summary"]["requests"]) == (True, 1)


def test_a_line_cannot_have_two_things_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "twice.parley"
    path.write_text(TWICE, encoding="utf-8")
    assert run(["conform", str(path), "--", "true"]) == 2
    assert capsys.readouterr().err.startswith("error P504: a line for `I` would have two things called `x1`\n")


@pytest.mark.slow
def test_a_discovery_that_is_cut_short_goes_on_with_what_there_is(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", "--discover", *suite, *BUILDS, "largest", "1.0", "1.2")
    assert code == 1
    assert out.startswith(
        "✗ a request of the discovery had no reply\n"
        "    request          requested 32767.65535\n"
        "    trouble          it ended with exit code 9 before it answered\n"
        "discovered, by 3 replies\n"
        "    supported        1.0 ●──────● 1.2\n"
    )
    code, made = conform.json("rmi", "--discover", *suite, *BUILDS, "largest", "1.0", "1.2")
    assert (code, made["discovered"]["config"]) == (1, {"supported": ["1.0", "1.2"]})
    assert made["summary"]["right"] == made["summary"]["requests"] > 60
    code, root = conform.junit("rmi", "--discover", *suite, *BUILDS, "largest", "1.0", "1.2")
    assert (code, root.attrib["failures"]) == (1, "1")


@pytest.mark.slow
def test_what_no_configuration_gives_judges_nothing_else(conform: Printed, suite: list[str]) -> None:
    code, out = conform("rmi", "--discover", *suite, *BUILDS, "hides", "1.0", "1.2")
    assert code == 1
    assert out.startswith("✗ no configuration gives these replies\n\n✗ no configuration gives these 2 replies together")
    assert " wrong" not in out
    assert " not judged; " in out
    code, made = conform.json("rmi", "--discover", *suite, *BUILDS, "hides", "1.0", "1.2")
    assert (code, made["failures"], made["summary"]["wrong"], made["discovered"]["config"]) == (1, [], 0, None)
    assert made["summary"]["unjudged"] == made["summary"]["requests"] > 60
    code, root = conform.junit("rmi", "--discover", *suite, *BUILDS, "hides", "1.0", "1.2")
    assert (code, root.attrib["failures"]) == (1, "1")


def test_known_failures_hold_in_a_discovery(conform: Printed, suite: list[str], tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text("--supported 1.0,1.2 --requested 1.1 # the newest\n", encoding="utf-8")
    hides = [*suite, "--known-failures", str(known), *BUILDS, "hides", "1.0", "1.2"]
    code, made = conform.json("rmi", "--discover", *hides)
    assert (code, made["contradiction"], made["discovered"]["config"]) == (0, None, {"supported": ["1.0", "1.2"]})
    assert [failure["known"] for failure in made["failures"]] == ["the newest"]


def test_a_request_is_asked_whose_answers_are_not_known(
    conform: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No set that is tried meets what is ensured of `listed`; what is not left open may be wrong all the same."""
    monkeypatch.chdir(tmp_path)
    Path("open.parley").write_text("""interface I {
    revision { reserved[3:2] zero major[1:1] minor[0:0] }
    input requested : revision
    output ok : bool
    output listed : set of revision
}
policy p for I {
    case odd when requested == 0.1 { ok = true listed = any ensure listed is empty and listed is not empty }
    case other otherwise { ok = false listed = {} }
}
""")
    refuses = "import json, sys\nfor line in sys.stdin:\n"
    refuses += " print(json.dumps({'id': json.loads(line)['id'], 'ok': False, 'listed': []}), flush=True)"
    code, made = conform.json("open.parley", "--", sys.executable, "-c", refuses)
    assert (code, [failure["case"] for failure in made["failures"]]) == (1, ["odd"])
