"""The package `parley`: what its functions give, and what they say of wrong uses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import parley
import pytest
from parley.cli.entry import run as command
from parley.spec.checked import CheckedPolicy, CheckedSession

TEXT = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }

    config supported : set of revision
    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
}

policy p for I {
    case known when requested in supported { status = OK }
    case unknown otherwise { status = BAD }
    %s
}
"""
SOUND = TEXT % ""
REFUTED = TEXT % "invariant never: status == BAD"
EXPECTED = TEXT % 'invariant never: status == BAD\n    expect refuted never "it is so"'
STALE = TEXT % 'invariant holds: status == OK or status == BAD\n    expect refuted holds "it is not"'
VACUOUS = TEXT % "invariant nothing: requested < requested implies status == BAD"


def policy_in(text: str) -> CheckedPolicy:
    return parley.loads(text).policies["p"]


def codes(error: pytest.ExceptionInfo[parley.Rejected]) -> list[str]:
    return [fault.code for fault in error.value.diagnostics]


def fresh(code: str) -> str:
    """What a new process prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True
    ).stdout


def test_every_name_is_there() -> None:
    for name in parley.__all__:
        assert getattr(parley, name) is not None
    assert set(parley.__all__) <= set(dir(parley))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = parley.nothing  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def test_importing_it_is_cheap() -> None:
    loaded = fresh("import sys, parley; parley.__version__; print(*sys.modules)").split()
    assert not {"z3", "lark", "msgspec", "click", "parley.spec.load"} & set(loaded)


@pytest.mark.parametrize(
    "use",
    [
        "parley.load('rmi')",
        "parley.declarations()",
        "parley.show('rmi')",
        "parley.format_text('use rmi')",
        "parley.explain('P201')",
    ],
)
def test_the_solver_is_loaded_by_what_needs_it(use: str) -> None:
    assert "z3" not in fresh(f"import sys, parley; {use}; print(*sys.modules)").split()


def test_python_minus_m_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "parley", "--version"], capture_output=True, timeout=60, check=True)
    assert done.stdout.decode() == f"parley {parley.__version__}\n"


def test_what_files_declare_is_told_with_their_faults(tmp_path: Path) -> None:
    (tmp_path / "own.parley").write_text(SOUND, encoding="utf-8")
    (tmp_path / "bad.parley").write_text("policy {", encoding="utf-8")
    found = parley.declarations(tmp_path / "own.parley", tmp_path / "bad.parley")
    assert (found.code, [fault.code for fault in found.diagnostics]) == (2, ["P100"])
    with pytest.raises(parley.Refuted):
        found.raise_for_refuted()
    assert [(one.kind, one.name) for file in found.files for one in file.declarations] == [
        ("interface", "I"),
        ("policy", "p"),
    ]
    assert str(parley.declarations("rmi", kinds=["policy"])) == (
        "rmi:rmm_1_0   policy   for RMI_VERSION   The command as the text has it."
    )
    assert str(parley.show(f"{tmp_path}/own.parley:p")) == SOUND[SOUND.index("policy p") :]


# ---- loading --------------------------------------------------------------------------------------------


def test_a_path_is_never_taken_for_a_text() -> None:
    for wrong in ("policy p for I {\n}", "{", "no/such.parley", "no_such"):
        with pytest.raises(parley.Rejected) as error:
            parley.load(wrong)
        assert codes(error) in (["P106"], ["P502"])


def test_a_path_is_never_taken_for_a_name_of_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(parley.Rejected) as error:
        parley.load(Path("rmi"))
    assert codes(error) == ["P106"]
    assert "rmm_1_0" in parley.load("rmi").policies
    Path("rmi").write_text(SOUND, encoding="utf-8")
    assert list(parley.load(Path("rmi")).policies) == ["p"]


def test_a_text_uses_files_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "i.parley").write_text(SOUND, encoding="utf-8")
    text = 'use "i.parley"\npolicy q for I refines p { case only otherwise { status = BAD } }'
    assert "q" in parley.loads(text, name="q", folder=tmp_path).policies
    with pytest.raises(parley.Rejected) as error:
        parley.loads(text, folder=tmp_path / "elsewhere")
    assert codes(error)[0] == "P110"


def test_the_name_of_a_text_is_in_messages() -> None:
    with pytest.raises(parley.Rejected) as error:
        parley.loads("policy", name="mine")
    place = error.value.diagnostics[0].place
    assert place is not None
    assert place.file == "mine"


# ---- checking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [(SOUND, 0), (REFUTED, 1), (EXPECTED, 0), (STALE, 1), (VACUOUS, 4)],
    ids=["sound", "refuted", "expected", "stale", "vacuous"],
)
def test_an_exception_where_the_command_has_a_code(text: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "p.parley"
    path.write_text(text, encoding="utf-8")
    assert command(["check", str(path), "-o", str(tmp_path / "out")]) == code
    for result in (parley.check(parley.load(path)), parley.check_files(path)):
        assert result.code == code
        if code == 0:
            result.raise_for_refuted()
            continue
        with pytest.raises(parley.Refuted) as error:
            result.raise_for_refuted()
        assert error.value.result is result
        assert error.value.code == code
        assert str(error.value) == str(result)


def test_undecided_is_no_success() -> None:
    result = parley.check(parley.load("rmi"), only="rmm_1_0.older_lower", budget=1)
    assert result.verdicts == {"rmm_1_0.older_lower": "undecided"}
    assert result.code == 3
    with pytest.raises(parley.Refuted):
        result.raise_for_refuted()


def test_a_faulty_file_does_not_keep_others_from_being_checked(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.parley", tmp_path / "bad.parley"
    good.write_text(SOUND, encoding="utf-8")
    bad.write_text("policy", encoding="utf-8")
    result = parley.check_files(good, bad)
    assert set(result.verdicts.values()) == {"proved"}
    assert result.diagnostics
    assert result.code == 2
    with pytest.raises(parley.Refuted):
        result.raise_for_refuted()


def test_claims_are_selected_and_told_of() -> None:
    told: list[tuple[int, int, str]] = []

    def progress(at: int, total: int, claim: str, /) -> None:
        told.append((at, total, claim))

    result = parley.check(parley.loads(REFUTED), only=["p.total", "p.n*"], progress=progress)
    assert told == [(1, 2, "p.total"), (2, 2, "p.never")]
    assert [outcome.verdict for outcome in result.outcomes] == ["proved", "refuted"]
    assert result["p.never"] is result.outcomes[1]
    assert "refuted" in str(result)
    assert "supported " in str(result)
    with pytest.raises(KeyError):
        _ = result["p.defined"]
    with pytest.raises(parley.Rejected) as error:
        parley.check(parley.loads(SOUND), only="p.nothing")
    assert codes(error) == ["P503"]
    with pytest.raises(parley.Rejected) as error:
        parley.check()
    assert codes(error) == ["P501"]


def test_a_notebook_shows_a_table_and_what_stands_in_it_is_escaped() -> None:
    shown = parley.check(parley.loads(REFUTED), only="p.never")._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert shown.startswith("<table>")
    assert "<td>p.never</td><td>refuted</td>" in shown
    failed = parley.check_files("a<b>.parley")._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "a&lt;b&gt;" in failed


# ---- evaluating -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("supported", ["1.0,1.2", ["1.0", "1.2"], [0x10000, 0x10002], (0x10002, "1.0")])
@pytest.mark.parametrize("requested", ["1.1", 0x10001])
def test_values_in_words_and_as_they_are(supported: Any, requested: Any) -> None:
    policy = parley.find("rmm_1_0")
    assert isinstance(policy, CheckedPolicy)
    made = parley.evaluate(policy, supported=supported, requested=requested)
    assert made.case.name == "older"
    assert made.outputs == {"status": 1, "lower": 0x10000, "higher": 0x10002}
    assert made.show("status") == "RMI_ERROR_INPUT"
    assert parley.evaluate(policy, {"supported": supported}, requested=requested) == made


def test_what_is_given_wrongly_is_told() -> None:
    policy = policy_in(SOUND)
    for given, code in (
        ({"supported": "1.0"}, "P505"),
        ({"supported": "1.0", "requested": "one"}, "P504"),
        ({"supported": "1.0", "requested": "1.0", "status": "OK"}, "P504"),
        ({"supported": "1.0", "requested": ["1.0", "1.1"]}, "P504"),
    ):
        with pytest.raises(parley.Rejected) as error:
            parley.evaluate(policy, given)
        assert codes(error) == [code]


def test_a_session_is_played() -> None:
    session = parley.find("kernel_thread:retry")
    assert isinstance(session, CheckedSession)
    made = parley.evaluate(session, supported=["1.0", "2.0"])
    assert made.run.ending == "accepted"
    assert "round 2" in str(made)
    with pytest.raises(parley.Rejected) as error:
        parley.evaluate(session, {"supported": "1.0", "lower@0": "1.0"})
    assert codes(error) == ["P504"]


# ---- suites, programs, logs ------------------------------------------------------------------------------


def test_a_suite_is_exported_and_scored(tmp_path: Path) -> None:
    policy = policy_in(SOUND)
    made = parley.suite(policy, {"supported": ["1.0", "1.2"]})
    assert made.code == 0
    assert made.suite.config == {"supported": ["1.0", "1.2"]}
    path = tmp_path / "suite.json"
    path.write_text(made.export("json"), encoding="utf-8")
    scored = parley.score(policy, path)
    assert not scored.scored.contradictions
    assert "mutants" in str(scored)
    with pytest.raises(KeyError):
        made.export("fortran")


ADAPTERS = Path(__file__).parents[1] / "adapters"


@pytest.mark.slow
def test_a_program_is_judged() -> None:
    policy = parley.find("rmi")
    assert isinstance(policy, CheckedPolicy)
    program = [sys.executable, str(ADAPTERS / "rmm.py")]
    config = {"supported": ["1.0", "1.2"]}
    right = parley.conform(policy, [*program, "conforms", "1.0", "1.2"], config)
    right.raise_for_refuted()
    wrong = parley.conform(policy, [*program, "tf_rmm", "1.0", "1.2"], config)
    with pytest.raises(parley.Refuted):
        wrong.raise_for_refuted()
    assert "--requested 1.1" in wrong.known_failures()
    found = parley.conform(policy, [*program, "conforms", "1.0", "1.2"], discover=True)
    assert "discovered   supported 1.0, 1.2" in str(found)
    for call in (
        lambda: parley.conform(policy, []),
        lambda: parley.conform(policy, program, limits=parley.Limits(reply=float("inf"))),
        lambda: parley.conform(policy, program, config, discover=True),
    ):
        assert_rejected(call)


def assert_rejected(call: Callable[[], object]) -> None:
    with pytest.raises(parley.Rejected):
        call()


def test_a_log_is_judged(tmp_path: Path) -> None:
    policy = parley.find("rmi")
    assert isinstance(policy, CheckedPolicy)
    log = tmp_path / "rmm.log"
    log.write_text("SMC_RMI_VERSION 10000 > RMI_SUCCESS 10000 20000\nSMC_RMI_VERSION 30000 > RMI_SUCCESS 30000 30000\n")
    made = parley.trace(policy, log)
    assert (made.verdict, made.code) == ("contradiction", 1)
    assert "line 2" in str(made)


def test_a_text_is_laid_out() -> None:
    assert parley.format_text("use   rmi") == "use rmi\n"
    with pytest.raises(parley.Rejected):
        parley.explain("P999")


@pytest.mark.slow
def test_a_program_stands_for_its_only_policy_or_that_called_like_its_file() -> None:
    one = parley.load("rmi")
    assert parley.suite(one).suite.policy == "rmm_1_0"
    first = next(iter(one.own_policies))
    given = {"supported": "1.0", "requested": "1.0"}
    assert str(parley.evaluate(one, given)) == str(parley.evaluate(first, given))
    two = parley.loads(
        "interface I { revision { zero[63:31] zero major[30:16] minor[15:0] } input asked : revision in x1 "
        "output ok : bool in x0 }\n"
        "policy a for I { case only otherwise { ok = true } }\npolicy b for I { case only otherwise { ok = false } }\n"
    )
    for asked in (parley.suite, parley.evaluate):
        with pytest.raises(parley.Rejected) as rejected:
            asked(two)
        assert rejected.value.diagnostics[0].code == "P507"
        assert "choose one" in rejected.value.diagnostics[0].help
    with pytest.raises(parley.Rejected):
        parley.suite(parley.load("callers"))
