"""Implementations against policies: those that conform pass, others are caught exactly where the prover refutes them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from parley.cli.entry import run
from parley.conformance.conform import Conformance
from parley.model.instance import Instance, word_of
from parley.model.oracle import Oracle
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.vectors.boundary_values import BoundaryValues
from parley.vectors.generate import ordered
from sampled import one_in

ROOT = Path(__file__).parents[2]
ADAPTERS = ROOT / "tests" / "adapters"
PYTHON = [sys.executable, str(ADAPTERS / "rmm.py")]
BUILDS = [
    ("tf_rmm", "tf_rmm", "tf_rmm_9a7f8ef4", "2.0"),
    ("tf_rmm", "tf_rmm", "tf_rmm_206a8942", "1.0 2.0"),
    ("tf_rmm", "tf_rmm", "tf_rmm_rsi_9a7f8ef4", "1.0 1.1"),
    ("tf_rmm", "tf_rmm", "tf_rmm", "1.0 1.2"),
    ("trp", "trp", "trp", "0.0"),
    ("rusted_firmware", "rusted_firmware", "rusted_firmware", "0.8"),
    ("islet", "islet", "islet", "1.0"),
    ("islet", "islet_before_373", "islet_before_373", "1.0"),
    ("islet", "islet_rsi", "islet_rsi", "1.0"),
    ("qemu_fork", "qemu_fork", "qemu_fork", "1.0"),
]
"""Library file, adapter's rule, policy, and what the build supports."""


def valid(out: str) -> None:
    """Raises where a report is not what the published schema says."""
    schema = json.loads((ROOT / "cli" / "schemas" / "parley.conform-1.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(json.loads(out))  # pyright: ignore[reportUnknownMemberType]


@cache
def library(name: str, policy: str) -> CheckedPolicy:
    program = Loader().load(name)
    assert program is not None
    return program.policies[policy]


@cache
def points(policy: CheckedPolicy, supported: str) -> list[Instance]:
    conformance = Conformance(policy)
    edges = BoundaryValues(conformance.oracle)
    edges.collect([{"supported": tuple(map(conformance.oracle.format.read, supported.split()))}])
    return [check.at for check in conformance.checks(ordered(edges.marks))]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Builds the C adapter with a rule."""
    folder = tmp_path_factory.mktemp("adapters")

    @cache
    def build(rule: str) -> list[str]:
        made = folder / rule
        options = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", f"-DRULE={rule}"]
        subprocess.run(["gcc", *options, str(ADAPTERS / "rmm.c"), "-o", str(made)], check=True, timeout=120)
        return [str(made)]

    return build


@pytest.fixture
def conform(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `parley conform` and gives back its exit code and what it printed."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["conform", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def suite_file(path: Path, policy: CheckedPolicy, supported: str) -> str:
    """The requests at the edges: no test waits until the solver has found those that mutants ask for."""
    oracle = Oracle(policy)
    lines = ["supported,requested,status"]
    for at in points(policy, supported):
        (words,), (word,) = at.config.values(), at.inputs.values()
        assert isinstance(words, tuple)
        status = oracle.answer(at.config, at.inputs).outputs.get("status", "any")
        lines.append(f"{' '.join(map(oracle.format.show, words))},{oracle.format.show(word_of(word))},{status}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("language", ["python", "c"])
@pytest.mark.parametrize(("name", "rule", "policy", "supported"), one_in(2, BUILDS))
def test_an_implementation_is_caught_exactly_where_its_policy_is_refuted(
    conform: Any, compiled: Any, tmp_path: Path, language: str, name: str, rule: str, policy: str, supported: str
) -> None:
    """The prover's verdict on `refines`, and, request by request, the policy of the implementation by the evaluator."""
    theirs = library(name, policy)
    wanted = theirs.refines
    assert wanted is not None
    claim = next(claim for claim in claims_of(theirs) if claim.kind == "refinement")
    (outcome,) = prove(theirs, [claim])
    command = [*([*PYTHON, rule] if language == "python" else compiled(rule)), *supported.split()]
    suite = suite_file(tmp_path / "suite.csv", wanted, supported)
    argument = f"{'rmi' if wanted.interface.name == 'RMI_VERSION' else 'rsi'}:{wanted.name}"
    code, out, _ = conform(argument, "--suite", suite, "--format", "json", "--", *command)
    assert code == (1 if outcome.verdict == "refuted" else 0)
    oracle, other = Oracle(wanted), Oracle(theirs)
    refuted: set[int] = set()
    for at in points(wanted, supported):
        config, inputs = at.config, at.inputs
        if not any(oracle.allows(config, inputs, outputs) for outputs in other.answers(config, inputs)):
            refuted.add(word_of(at.inputs["requested"]))
    assert {int(failure["registers"]["x1"], 16) for failure in json.loads(out)["failures"]} == refuted


@pytest.mark.parametrize(("name", "rule", "policy", "supported"), BUILDS)
def test_an_implementation_conforms_to_its_own_policy(
    conform: Any, tmp_path: Path, name: str, rule: str, policy: str, supported: str
) -> None:
    wanted = library(name, policy).refines
    assert wanted is not None
    suite = suite_file(tmp_path / "suite.csv", wanted, supported)
    code, out, _ = conform(f"{name}:{policy}", "--suite", suite, "--", *PYTHON, rule, *supported.split())
    assert (code, out.count("✗")) == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["python", "c"])
def test_what_conforms_passes_the_whole_suite(conform: Any, compiled: Any, language: str) -> None:
    command = [*PYTHON, "conforms"] if language == "python" else compiled("conforms")
    code, out, err = conform("rmi", "--", *command)
    assert (code, err) == (0, "")
    assert " right; " in out
    assert "wrong" not in out


@pytest.mark.slow
def test_what_does_not_conform_is_shown_with_the_command_that_replays_it(
    conform: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = conform("rmi", "--", *PYTHON, "tf_rmm")
    assert code == 1
    assert out.startswith(
        """✗ case older: lower is wrong  24 times
    supported        1.0 ●─────────────● 1.2
    requested                   ▲ 1.1
    x1               0x10001
    reply            RMI_ERROR_INPUT   lower 1.2   higher 1.2
    the policy wants RMI_ERROR_INPUT   lower 1.0   higher 1.2   case older
    also             --supported 1.0,2.0 --requested 1.1
"""
    )
    replay = next(line for line in out.splitlines() if line.lstrip().startswith("replay"))
    assert run(shlex.split(replay)[2:]) == 0
    assert "case older       applies" in capsys.readouterr().out


@pytest.mark.parametrize("supported", ["1.0", "1.0 1.2 2.5"])
def test_what_is_supported_is_discovered_and_tested(conform: Any, tmp_path: Path, supported: str) -> None:
    suite = suite_file(tmp_path / "suite.csv", library("rmi", "rmm_1_0"), supported)
    command = ["--", *PYTHON, "conforms", *supported.split()]
    code, out, _ = conform("rmi", "--discover", "--suite", suite, "--format", "json", *command)
    report = json.loads(out)
    assert code == 0
    assert report["discovered"]["config"] == {"supported": supported.split()}
    assert report["discovered"]["determined"]
    assert len(report["discovered"]["requests"]) == len(supported.split()) + 1
    assert report["summary"]["right"] == report["summary"]["requests"] > 10


def test_replies_that_no_configuration_gives_are_shown_and_no_others(conform: Any, tmp_path: Path) -> None:
    """TF-RMM hides 1.0 behind 1.2, and then accepts it."""
    suite = suite_file(tmp_path / "suite.csv", library("rmi", "rmm_1_0"), "1.2")
    code, out, _ = conform("rmi", "--discover", "--suite", suite, "--", *PYTHON, "tf_rmm", "1.0", "1.2")
    assert code == 1
    assert (
        """✗ no configuration gives these 2 replies together, and no fewer contradict each other
    reply            requested 1.1: RMI_ERROR_INPUT   lower 1.2   higher 1.2
    reply            requested 1.0: RMI_SUCCESS   lower 1.0   higher 1.2
"""
        in out
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "rule", "reply"),
    [
        ("rsi", "qemu_fork", "requested 32767.65535: RSI_SUCCESS   lower 1.0   higher 1.0"),
        ("rmi", "islet", "requested 0x80010000: RMI_SUCCESS   lower 1.0   higher 1.0"),
    ],
)
def test_one_reply_that_no_configuration_gives(conform: Any, target: str, rule: str, reply: str) -> None:
    code, out, _ = conform(target, "--discover", "--", *PYTHON, rule, "1.0")
    assert code == 1
    assert f"✗ no configuration gives this reply\n    reply            {reply}\n" in out


def test_a_program_that_cannot_be_asked_what_it_supports(conform: Any) -> None:
    code, out, _ = conform("rmi", "--discover", "--format", "json", "--", sys.executable, "-c", "")
    assert code == 1
    assert json.loads(out)["discovered"]["trouble"] == "it ended with exit code 0 before it answered"


# ---- known failures -------------------------------------------------------------------------------------


@pytest.fixture
def suite(tmp_path: Path) -> str:
    return suite_file(tmp_path / "suite.csv", library("rmi", "rmm_1_0"), "1.0 1.2")


TF_RMM = ["--", *PYTHON, "tf_rmm", "1.0", "1.2"]


def test_a_list_of_known_failures_is_written_and_read(conform: Any, suite: str, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    assert conform("rmi", "--suite", suite, "--write-known-failures", str(known), *TF_RMM)[0] == 1
    text = known.read_text(encoding="utf-8")
    assert text == "# case older: lower wrong\n--supported 1.0,1.2 --requested 1.1\n"
    code, out, _ = conform("rmi", "--suite", suite, "--known-failures", str(known), *TF_RMM)
    assert code == 0
    assert "1 failing as known" in out
    known.write_text(text.replace("1.0,1.2 --requested 1.1", "'1.2,1.0' --requested 0x10001 # the newest"), "utf-8")
    code, out, _ = conform("rmi", "--suite", suite, "--known-failures", str(known), "--format", "json", *TF_RMM)
    assert code == 0
    assert [failure["known"] for failure in json.loads(out)["failures"]] == ["the newest"]


def test_a_known_failure_that_is_right_is_an_error(conform: Any, suite: str, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text("--supported 1.0,1.2 --requested 1.1\n--supported 1.0,1.2 --requested 1.2\n", encoding="utf-8")
    code, out, _ = conform("rmi", "--suite", suite, "--known-failures", str(known), *TF_RMM)
    assert code == 1
    assert "✗ known to fail, but right" in out
    assert "    request          --supported 1.0,1.2 --requested 1.2\n" in out


@pytest.mark.parametrize(
    "text",
    [
        "requested 1.1",
        "--requested 1.1",
        "--supported 1.0 --requested 1.x",
        "--supported 1.0 --requested 1.1\n--supported '1.0' --requested 0x10001",
        "--supported 1.0 --requested '1.1",
        "\0",
    ],
)
def test_a_list_that_cannot_be_read(conform: Any, suite: str, tmp_path: Path, text: str) -> None:
    known = tmp_path / "known.txt"
    known.write_text(f"# comment\n\n{text}\n", encoding="utf-8")
    code, out, err = conform("rmi", "--suite", suite, "--known-failures", str(known), *TF_RMM)
    assert (code, out) == (2, "")
    assert err.startswith("error P511: ")
    assert f"known.txt, line {3 + text.count(chr(10))}: " in err


# ---- forms and wrong uses -------------------------------------------------------------------------------


def test_junit_counts_what_failed(conform: Any, suite: str) -> None:
    code, out, _ = conform("rmi", "--suite", suite, "--format", "junit", *TF_RMM)
    assert code == 1
    root = ElementTree.fromstring(out)
    (of_config,) = root
    cases = of_config.findall("testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert root.attrib["failures"] == of_config.attrib["failures"] == str(len(failed)) == "1"
    assert root.attrib["tests"] == str(len(cases))
    assert failed[0].attrib["name"] == "--supported 1.0,1.2 --requested 1.1"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["crash", "control", "no_register", "not_utf8"])
def test_every_form_takes_what_programs_print(conform: Any, suite: str, mode: str) -> None:
    command = ["--timeout", "2", "--suite", suite, "--", sys.executable, str(ADAPTERS / "misbehaving.py"), mode]
    code, out, _ = conform("rmi", "--format", "json", *command)
    assert code == 1
    valid(out)
    code, out, _ = conform("rmi", "--format", "junit", *command)
    assert code == 1
    assert ElementTree.fromstring(out).attrib["failures"] == "1"
    code, out, _ = conform("rmi", *command)
    assert code == 1
    assert "\x1b" not in out
    assert conform("rmi", "--quiet", *command)[1].count("✗") == 1


def test_a_discovery_as_json_and_junit(conform: Any) -> None:
    command = ["--discover", "--", *PYTHON, "qemu_fork", "1.0"]
    code, out, _ = conform("rmi", "--format", "json", *command)
    assert code == 1
    valid(out)
    assert len(json.loads(out)["contradiction"]["replies"]) == 1
    code, out, _ = conform("rmi", "--format", "junit", *command)
    root = ElementTree.fromstring(out)
    assert (code, root.attrib["failures"], root.attrib["tests"]) == (1, "1", "1")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["rmi"], "P505"),
        (["rmi", "--"], "P505"),
        (["rmi", "--supported", "1.0", "--discover", "--", "x"], "P504"),
        (["rmi", "--requested", "1.0", "--", "x"], "P504"),
        (["rmi", "--supported", "1", "--", "x"], "P504"),
        (["rmi", "--suite", "nowhere.json", "--", "x"], "P530"),
        (["rmi", "--known-failures", "nowhere.txt", "--", "x"], "P511"),
        (["rmi", "--timeout", "nan", "--", "x"], "P504"),
        (["rmi", "--time-limit", "inf", "--", "x"], "P504"),
        (["nowhere.parley", "--", "x"], "P106"),
    ],
)
def test_a_wrong_use(conform: Any, arguments: list[str], code: str) -> None:
    exit_code, out, err = conform(*arguments)
    assert (exit_code, out) == (2, "")
    assert err.startswith(f"error {code}: ")


def test_a_program_that_cannot_be_started_is_a_wrong_use(conform: Any, suite: str) -> None:
    code, out, err = conform("rmi", "--suite", suite, "--", "/nowhere/adapter", "--flag")
    assert (code, out) == (2, "")
    assert err.startswith("error P510: `/nowhere/adapter` cannot be started: ")


def test_a_suite_without_the_configuration_tests_nothing(conform: Any, suite: str) -> None:
    code, _, err = conform("rmi", "--suite", suite, "--supported", "1.0", "--", "x")
    assert code == 2
    assert err.startswith("error P501: ")


def test_the_program_has_its_own_options(conform: Any, suite: str) -> None:
    """What is behind the dashes is not looked at, not even other dashes."""
    script = "import sys; assert sys.argv[1:] == ['--suite', '--', '-q'], sys.argv"
    code, out, _ = conform(
        "rmi", "--suite", suite, "--restarts", "0", "--", sys.executable, "-c", script, "--suite", "--", "-q"
    )
    assert code == 1
    assert "AssertionError" not in out


def test_an_interface_without_registers() -> None:
    """Names stand in for registers, and a `bool` is JSON's own."""
    program = Loader().load("rmm_el3")
    assert program is not None
    conformance = Conformance(program.policies["rmm_el3"])
    at = Instance({"own": 0x10001}, {"offered": 0x10002})
    assert conformance.body(at) == {"own": "1.1", "offered": "0x10002"}
    assert conformance.read({"accepted": True}) == ({"accepted": True}, None, "")
    assert conformance.read({"accepted": "0x0"}) == ({"accepted": False}, None, "")
    assert conformance.read({"accepted": 2})[1] == "no value"


UNDEFINED = """use rmi
policy p for RMI_VERSION {
    higher = max supported
    case accepted when requested in supported { status = RMI_SUCCESS lower = requested }
    case malformed when requested.reserved != 0 { status = RMI_ERROR_INPUT lower = higher }
    case older otherwise { status = RMI_ERROR_INPUT lower = max r in supported where r < requested }
}
"""
LEFT_OUT = "left out: `p` has no answer to"


@pytest.fixture
def undefined(tmp_path: Path) -> str:
    path = tmp_path / "p.parley"
    path.write_text(UNDEFINED, encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_requests_that_the_policy_does_not_answer_are_not_left_out_silently(
    conform: Any, undefined: str, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("supported,requested,status\n1.0 1.2,1.2,0\n1.0 1.2,0.1,1\n1.0 1.3,0.1,1\n", encoding="utf-8")
    program = ["--", *PYTHON, "tf_rmm", "1.0", "1.2"]
    _, _, err = conform(undefined, "--suite", str(rows), *program)
    assert err == f"warning: 2 requests {LEFT_OUT} them (see `parley check`: p.total, p.defined)\n"
    _, _, err = conform(undefined, "--suite", str(rows), "--supported", "1.0,1.2", *program)
    assert err == f"warning: 1 request {LEFT_OUT} it (see `parley check`: p.total, p.defined)\n"
    _, out, _ = conform(undefined, "--supported", "1.0,1.2", "--format", "json", *program)
    assert any(LEFT_OUT in warning for warning in json.loads(out)["warnings"])
    code = run(["vectors", undefined, "--supported", "1.0,1.2", "--format", "json", "-o", str(tmp_path / "v.json")])
    assert code == 0
    warnings = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["warnings"]
    assert any(LEFT_OUT in warning for warning in warnings)


def test_a_suite_that_contradicts_the_policy_is_not_followed_silently(conform: Any, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("supported,requested,lower\n1.0 1.2,1.1,1.2\n1.0 1.2,1.2,1.2\n", encoding="utf-8")
    _, _, err = conform("rmi", "--suite", str(rows), "--", *PYTHON, "tf_rmm", "1.0", "1.2")
    why = "the policy answers another `lower` (case older)"
    by = "replies are judged by the policy (`parley score` shows all)"
    assert err == f"warning: line 2 contradicts the policy: {why}; {by}\n"


def test_a_program_that_never_replies_is_told_once(conform: Any, suite: str) -> None:
    code, out, _ = conform("rmi", "--suite", suite, "--", sys.executable, "-c", "import sys; sys.exit('no such board')")
    assert code == 1
    assert out.startswith("✗ the program never replied\n    trouble          it ended with exit code 1")
    assert out.count("no such board") == 1
    assert "the policy wants" not in out
    assert "replay" not in out
