"""`parley trace`: what is printed, in both formats, and the exit codes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any, Protocol

import jsonschema
import pytest
from parley.cli.entry import run
from parley.cli.schema import schema

BOOT = "Booting RMM v.0.8.0(debug)\n"
GOOD = (
    "[1.2] SMC_RMI_VERSION                   10000 > RMI_SUCCESS 10000 20000\nSMC_RMI_VERSION 10001 > RMI_ERROR_INPUT\n"
)
OTHER = "SMC_RSI_VERSION                   10000 > RSI_SUCCESS 10000 10000\n"
BAD = "SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000\nSMC_RMI_VERSION 10001 > RMI_ERROR_INPUT 20000 20000\n"
TORN = "SMC_RMI_VERSION                   100\n"


class Trace(Protocol):
    """Judges a log by a command line: exit code, output, errors."""

    def __call__(self, log: str | bytes, *arguments: str, policy: str = "rmi") -> tuple[int, str, str]: ...


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Trace:
    monkeypatch.chdir(tmp_path)

    def command(log: str | bytes, *arguments: str, policy: str = "rmi") -> tuple[int, str, str]:
        Path("a.log").write_bytes(log.encode() if isinstance(log, str) else log)
        code = run(["trace", policy, "a.log", *arguments])
        made = capsys.readouterr()
        assert "Traceback" not in made.err
        return code, made.out, made.err

    return command


def valid(text: str) -> dict[str, Any]:
    made = json.loads(text)
    jsonschema.validate(made, json.loads(schema("parley.trace-1.json")))
    return made


def test_a_consistent_log(trace: Trace) -> None:
    assert trace(GOOD + OTHER) == (
        0,
        """rmm_1_0 (RMI_VERSION) and a.log
consistent       a conforming RMM may print the 2 lines, 2 different
  for example    supported 1.0, 2.0
  certain        supported has 1.0, 2.0
                 supported has nothing at 1.1, from 2.1 up
not judged       1 line of SMC_RSI_VERSION: of other interfaces

consistent: 2 version lines of 3 lines
""",
        "",
    )
    assert trace(GOOD + OTHER, "-q") == (0, "", "")


def test_a_contradiction_shows_its_lines(trace: Trace) -> None:
    log = BOOT + GOOD * 2 + BOOT + BAD.replace("10001 >", "10000 >") + GOOD + TORN
    code, out, _ = trace(log)
    assert code == 1
    assert (
        out
        == """rmm_1_0 (RMI_VERSION) and a.log
consistent       boot 1, from line 1: a conforming RMM may print the 4 lines, 2 different
  for example    supported 1.0, 2.0
  certain        supported has 1.0, 2.0
                 supported has nothing at 1.1, from 2.1 up
contradiction    boot 2, from line 6: no conforming RMM prints these 2 lines together
  line 8         SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT 20000 20000
                 requested 1.0: status RMI_ERROR_INPUT, lower 2.0, higher 2.0
  line 9         [1.2] SMC_RMI_VERSION                   10000 > RMI_SUCCESS 10000 20000
                 requested 1.0: status RMI_SUCCESS, lower 1.0, higher 2.0
  because        line 8 says that 1.0 is not supported, so 1.0 asked in line 9 would have failed with RMI_ERROR_INPUT
unread           1 line looks like a version line and cannot be read
  line 11        SMC_RMI_VERSION                   100   (it has no reply)

contradiction: 8 version lines of 11 lines, 1 unread and not judged
"""
    )
    attention = out.splitlines()[5:13]
    assert trace(log, "-q")[1].splitlines() == attention


def test_lines_that_say_the_same_are_counted(trace: Trace) -> None:
    _, out, _ = trace("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 0\n" * 3)
    assert "no conforming RMM prints this line\n" in out
    assert "10000 0   and 2 more that say the same\n" in out
    _, out, _ = trace("SMC_RMI_VERSION 10000 > RMI_ERROR_RTT\n")
    assert "requested 1.0: RMI_ERROR_RTT is no status of RMI_VERSION\n" in out


def test_a_cut_off_line_is_said_to_be_one(trace: Trace) -> None:
    code, out, _ = trace(GOOD + "SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 2")
    assert code == 0
    assert "cut off          line 3 has no end: its last word was not judged\n" in out


def test_the_json_is_that_of_the_schema(trace: Trace) -> None:
    code, out, _ = trace(BOOT + GOOD + BOOT + BAD + GOOD + OTHER + TORN + "SMC_RMI_VERSION 0 > 1 ", "--format", "json")
    assert code == 1
    made = valid(out)
    assert (made["verdict"], made["boots"], made["lines"], made["judged"], made["unread"]) == (
        "contradiction",
        2,
        11,
        7,
        1,
    )
    assert made["others"] == {"SMC_RSI_VERSION": 1}
    assert made["cut"] == {"line": 11, "text": "SMC_RMI_VERSION 0 > 1"}
    assert made["first_unread"] == [{"line": 10, "text": TORN.strip(), "why": "it has no reply"}]
    one, two = made["stretches"]
    assert one["configuration"] == {"supported": ["1.0", "2.0"]}
    assert one["known"] == {
        "supported": {
            "must": ["1.0", "2.0"],
            "cannot": [{"low": "1.1", "high": "1.1"}, {"low": "2.1", "high": "32767.65535"}],
            "complete": True,
        }
    }
    assert two["verdict"] == "contradiction"
    assert two["fewest"]
    assert [reply["line"] for reply in two["contradiction"]] == [6, 7]
    assert two["contradiction"][0] == {
        "line": 6,
        "text": "SMC_RMI_VERSION 10001 > RMI_ERROR_INPUT 20000 20000",
        "count": 1,
        "input": {"requested": "1.1"},
        "outputs": {"status": "RMI_ERROR_INPUT", "lower": "2.0", "higher": "2.0"},
        "why": "",
        "other": None,
        "program": None,
        "follows": [],
    }
    assert two["why"].startswith("line 6 says that 1.0 is not supported, so 1.0 asked in line 7 would have failed")
    assert (made["joined"], made["unjudged"], made["lints"]) == (0, [], [])


def test_the_shipped_schema_is_that_of_the_types() -> None:
    shipped = Path(__file__).parent.parent.parent / "cli" / "schemas" / "parley.trace-1.json"
    assert shipped.read_text(encoding="utf-8") == schema("parley.trace-1.json")


def test_a_transcript_of_conform(trace: Trace) -> None:
    rows = [
        {"id": 1, "supported": ["1.0"], "x1": "0x10000"},
        {"id": 1, "x0": "0x0", "x1": "0x10000", "x2": "0x10000"},
        {"id": 2, "supported": ["1.0", "1.2"], "x1": "0x10001"},
        {"id": 2, "x0": "0x1", "x1": "0x10002", "x2": "0x10002"},
    ]
    log = "".join(f"{json.dumps(row)}\n" for row in rows)
    code, out, _ = trace(log)
    assert code == 1
    assert "consistent       supported 1.0: a conforming RMM may print the 1 line, 1 different\n" in out
    assert "contradiction    supported 1.0, 1.2: no conforming RMM prints this line\n" in out
    stretches = valid(trace(log, "--format", "json")[1])["stretches"]
    assert [one["declared"] for one in stretches] == [{"supported": ["1.0"]}, {"supported": ["1.0", "1.2"]}]
    _, out, _ = trace(log.replace('"1.0"', "").replace("[, ", "[").replace(', "1.2"', '"1.2"'))
    assert "supported nothing: the policy's assumptions admit no such configuration\n" in out


def test_undecided_is_its_own_exit_code(trace: Trace) -> None:
    code, out, _ = trace(GOOD + BAD, "--budget", "1")
    assert code == 3
    assert out.splitlines()[-1].startswith("undecided: ")
    assert valid(trace(GOOD + BAD, "--budget", "1", "--format", "json")[1])["verdict"] == "undecided"


@pytest.mark.parametrize(
    ("log", "help_"),
    [
        ("", "it is looked for by `SMC_RMI_VERSION` and `SMC_RMM_VERSION`, or as JSON lines"),
        ("\x00" * 100, "it is looked for by"),
        (OTHER, "it has 1 line of SMC_RSI_VERSION; name the policy of that interface"),
        (OTHER + TORN, f"one line looks like it and cannot be read; line 2: it has no reply: {TORN.strip()}"),
    ],
)
def test_nothing_to_judge_is_no_verdict(trace: Trace, log: str, help_: str) -> None:
    for options in ([], ["--format", "json"], ["-q"]):
        code, out, err = trace(log, *options)
        assert (code, out) == (2, "")
        shows = "none of its " if log else "it is empty\n"
        assert err.startswith(f"error P541: `a.log` has no line to judge: {shows}")
        assert help_ in err


@pytest.mark.parametrize("name", ["absent.log", ".", "\x00"])
def test_a_log_that_cannot_be_read(trace: Trace, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "rmi", name]) == 2
    assert capsys.readouterr().err.startswith("error P540: ")


def test_wrong_uses(trace: Trace) -> None:
    code, _, err = trace(GOOD, "--boot-marker", "(")
    assert code == 2
    assert err.startswith("error P504: --boot-marker: `(` is no regular expression")
    assert trace(GOOD, "--budget", "0")[0] == 2
    Path("bare.parley").write_text(
        """interface I_VERSION {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    input  requested : revision
    output status    : { OK = 0, BAD = 1 } in x0
}
policy p for I_VERSION { case all otherwise { status = OK } }
""",
        encoding="utf-8",
    )
    code, _, err = trace(GOOD, policy="bare.parley")
    assert code == 2
    assert err.startswith("error P541: `a.log` has no line to judge: none of its 2 lines shows a request of I_VERSION")


def test_arguments_that_changed_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, shown in ("a.log", "a.log"), ("two words.log", "'two words.log'"):
        Path(name).write_text(GOOD, encoding="utf-8")
        assert run(["trace", name, "rmi"]) == 2
        made = capsys.readouterr()
        assert made.out == ""
        assert made.err.startswith(f"error P504: `{name}` is no policy, and `rmi` names one: the policy comes first\n")
        assert f"parley trace rmi {shown}\n" in made.err
    # Two logs are another fault.
    assert run(["trace", "a.log", "two words.log"]) == 2
    assert capsys.readouterr().err.startswith("error P1")


NO_INPUT = """interface PSCI_VERSION {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config implemented : revision
    output version     : revision in x0
}
policy p for PSCI_VERSION { case always otherwise { version = implemented } }
"""


def test_a_command_without_inputs_has_replies_alone(trace: Trace) -> None:
    Path("psci.parley").write_text(NO_INPUT, encoding="utf-8")
    log = 'SMC_PSCI_VERSION > 10001\n{"id": 1}\n{"id": 1, "x0": "0x10001"}\n{"x0": "0x10001"}\n'
    code, out, err = trace(log, policy="psci.parley")
    assert (code, err) == (0, "")
    assert "a conforming RMM may print the 3 lines, 1 different\n  for example    implemented 1.1\n" in out
    code, out, _ = trace(log + '{"request": {}, "reply": {"x0": "0x10002"}}\n', policy="psci.parley")
    assert code == 1
    assert "\n                 version 1.1\n" in out


@pytest.mark.slow
def test_options(trace: Trace) -> None:
    assert trace(GOOD.replace("SMC_RMI_", "rmi."), "--command", "rmi.VERSION")[0] == 0
    assert trace(GOOD + "reset\n" + BAD)[0] == 1
    assert trace(GOOD + "reset\n" + BAD.splitlines()[0] + "\n", "--boot-marker", "^reset$")[0] == 0
    one, two = GOOD.splitlines()[0] + "\n", BAD.splitlines()[1].replace("20000", "10000") + "\n"
    assert trace(BOOT + one + BOOT + two)[0] == 0
    assert trace(BOOT + one + BOOT + two, "--boot-marker", "")[0] == 1
    code, out, _ = trace(GOOD, "-o", "out.txt")
    assert (code, out) == (0, "")
    assert Path("out.txt").read_text(encoding="utf-8").startswith("rmm_1_0 (RMI_VERSION) and a.log\n")


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert run(["trace", "rmi", "-"]) == 0
    assert capsys.readouterr().out.startswith("rmm_1_0 (RMI_VERSION) and standard input\n")


@pytest.mark.slow
def test_progress_is_for_terminals(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    log = "noise\n" * 70_000 + GOOD
    assert trace(log)[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert trace(log)[2] == "\r\033[K65,536 lines\r\033[K"
