"""`parley check`: exit codes, what is selected, text and JSON."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from parley.cli.schema import SCHEMAS, schema
from running import GOOD, INTERFACE, POLICY, Parley, timeless, with_invariants

SHIPPED = Path(__file__).parent.parent.parent / "cli" / "schemas"
CASES = Path(__file__).parent.parent / "cases"

UNDECIDED = "some r in 0.0..32767.65535: r not in supported"
VACUOUS = "status == BAD and requested in supported implies lower == requested"
REFUTED = "lower == requested"
PROVED = "lower in supported"
FAULTY = INTERFACE + POLICY.replace("max supported", "max suported")


def checked(parley: Parley, *arguments: str) -> dict[str, Any]:
    """The JSON of a check, valid by its schema."""
    made = json.loads(parley("check", "--format", "json", *arguments).out)
    jsonschema.validate(made, json.loads((SHIPPED / "parley.check-1.json").read_text(encoding="utf-8")))
    return made


@pytest.mark.parametrize(
    ("formulas", "code"),
    [
        ([], 0),
        ([PROVED], 0),
        ([REFUTED], 1),
        pytest.param([UNDECIDED], 3, marks=pytest.mark.slow),
        ([VACUOUS], 4),
        pytest.param([UNDECIDED, VACUOUS], 3, marks=pytest.mark.slow),
        ([VACUOUS, PROVED], 4),
        pytest.param([VACUOUS, UNDECIDED, REFUTED], 1, marks=pytest.mark.slow),
    ],
)
def test_the_exit_code_is_the_worst_and_the_same_in_every_format(
    folder: Path, parley: Parley, formulas: list[str], code: int
) -> None:
    (folder / "a.parley").write_text(with_invariants(*formulas), encoding="utf-8")
    assert parley("check", "a.parley").code == code
    assert parley("check", "a.parley", "-q").code == code
    assert parley("check", "a.parley", "--format", "json").code == code
    assert parley("check", "a.parley", "--format", "json", "-o", "out.json").code == code


def test_a_fault_comes_before_a_refuted_claim(folder: Path, parley: Parley) -> None:
    (folder / "refuted.parley").write_text(with_invariants(REFUTED), encoding="utf-8")
    (folder / "faulty.parley").write_text(FAULTY, encoding="utf-8")
    done = parley("check", "refuted.parley", "faulty.parley")
    assert done.code == 2
    assert "✗ p.i0" in done.out
    assert done.err.startswith("error P201: ")
    assert "--> faulty.parley:19:22" in done.err
    assert "did you mean `supported`?" in done.err
    made = checked(parley, "refuted.parley", "faulty.parley")
    assert [d["code"] for d in made["diagnostics"]] == ["P201"]
    assert made["diagnostics"][0]["place"] == {"file": "faulty.parley", "line": 19, "column": 22}
    assert made["summary"]["refuted"] == 1
    assert parley("check", "refuted.parley", "faulty.parley", "--format", "json").code == 2


def test_all_faults_of_a_file_are_told(folder: Path, parley: Parley) -> None:
    (folder / "faulty.parley").write_text(FAULTY.replace("= OK\n", "= FINE\n"), encoding="utf-8")
    done = parley("check", "faulty.parley")
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("error P") == 2


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_tiny_budget_leaves_claims_undecided(good: Path, parley: Parley, format_: str) -> None:
    done = parley("check", good.name, "--budget", "1", "--format", format_)
    assert done.code == 3
    assert "undecided" in done.out
    assert "budget" in done.out


@pytest.mark.parametrize("budget", ["0", "-1", "x", "4294967296", "1.5", "9" * 5000])
def test_a_budget_that_is_no_number_of_units_is_a_wrong_use(good: Path, parley: Parley, budget: str) -> None:
    done = parley("check", good.name, f"--budget={budget}")
    assert (done.code, done.out) == (2, "")
    assert "is not a number of units" in done.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--only", "p.total"], ["p.total"]),
        (["--only", "p.reachable.*"], ["p.reachable.known", "p.reachable.unknown"]),
        (["--only", "*.total", "--only", "*.defined"], ["p.total", "p.defined"]),
        (["--only", "*.total, p.encodable"], ["p.total", "p.encodable"]),
    ],
)
def test_only_selects_claims_by_name(good: Path, parley: Parley, arguments: list[str], expected: list[str]) -> None:
    assert [claim["name"] for claim in checked(parley, good.name, *arguments)["claims"]] == expected
    assert parley("check", good.name, *arguments).out.count("✓") == len(expected)


@pytest.mark.parametrize(
    ("only", "help_"),
    [
        ("p.totl", "did you mean `p.total`?"),
        ("q*", "`*` stands for anything"),
        (" , ", "write SUBJECT.CLAIM"),
        ("p.total,zzz", "`--only zzz` selects no claim"),
    ],
)
def test_only_that_selects_nothing_is_a_wrong_use(good: Path, parley: Parley, only: str, help_: str) -> None:
    done = parley("check", good.name, "--only", only)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P503: ")
    assert help_ in done.err


@pytest.mark.parametrize("text", [INTERFACE, "", "// nothing\n", "/* \n", 'use "good.parley"\n'])
def test_nothing_to_check_is_a_wrong_use(good: Path, parley: Parley, text: str) -> None:
    (good.parent / "empty.parley").write_text(text, encoding="utf-8")
    done = parley("check", "empty.parley")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P1" if text.startswith("/*") else "error P501: ")


@pytest.mark.parametrize(
    ("target", "code"), [("rmx", "P502"), ("rmm_el", "P502"), ("none.parley", "P106"), (".", "P106"), ("a\nb", "P502")]
)
def test_a_target_that_is_not_there_is_a_wrong_use(good: Path, parley: Parley, target: str, code: str) -> None:
    done = parley("check", target)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error {code}: ")
    assert parley("check", good.name, target).code == 2
    assert [d["code"] for d in checked(parley, target)["diagnostics"]] == [code]


def test_several_files_are_checked_in_order_and_each_once(good: Path, parley: Parley) -> None:
    (good.parent / "other.parley").write_text(GOOD.replace("policy p", "policy q"), encoding="utf-8")
    names = [c["name"] for c in checked(parley, "other.parley", good.name, "other.parley")["claims"]]
    assert names == [c["name"] for n in ("other.parley", good.name) for c in checked(parley, n)["claims"]]
    assert names[0] == "q.satisfiable"


def test_a_directory_named_like_a_library_file_does_not_hide_it(folder: Path, parley: Parley) -> None:
    (folder / "rmm_el3").mkdir()
    assert parley("check", "rmm_el3").code == 0


@pytest.mark.slow
def test_without_an_argument_the_library_is_checked(folder: Path, parley: Parley) -> None:
    done = parley("check")
    assert (done.code, done.err) == (0, "")
    for subject in ("rmm_1_0", "tf_rmm", "islet", "rmm_el3", "trp"):
        assert f"✓ {subject}.total" in done.out
    assert "✗" not in done.out


def test_quiet_prints_what_needs_attention_alone(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_text(with_invariants(PROVED, REFUTED), encoding="utf-8")
    done = parley("check", "a.parley", "-q")
    assert done.out.startswith("✗ p.i1")
    assert "✓" not in done.out
    assert "0." not in done.out.splitlines()[-1]
    assert parley("check", "rmm_el3", "-q").out == ""
    loud = parley("check", str(CASES / "expected.parley"), "-q").out
    assert loud.startswith("! p.newest")
    assert "p.never" not in loud


def test_the_json_says_what_the_command_line_reference_promises(folder: Path, parley: Parley) -> None:
    made = checked(parley, "tf_rmm", "--only", "tf_rmm.older_lower")
    (claim,) = made["claims"]
    assert made["schema"] == "parley.check/1"
    assert made["version"] == "0.1.0"
    assert made["summary"] == {
        "proved": 0, "refuted": 0, "vacuous": 0, "undecided": 0, "inconsistent": 0, "expected": 1,
    }  # fmt: skip
    assert claim["name"] == "tf_rmm.older_lower"
    assert claim["subject"] == "tf_rmm"
    assert (claim["kind"], claim["verdict"]) == ("invariant", "refuted")
    assert claim["expected"] is True
    assert "the newest revision" in claim["why"] or "the newest comes back" in claim["why"]
    assert claim["place"]["file"] == "rmi.parley"
    assert claim["cutoff"] == {"supported": 3}
    assert "configured" in claim["assumptions"]
    assert claim["counterexample"] == {
        "config": {"supported": ["1.0", "1.2"]},
        "input": {"requested": "1.1"},
        "case": "rejected",
        "outputs": {"status": "RMI_ERROR_INPUT", "lower": "1.2", "higher": "1.2"},
        "open": [],
        "registers": {"x1": "0x10001"},
        "registers_out": {"x0": "0x1", "x1": "0x10002", "x2": "0x10002"},
        "replayed": True,
    }
    assert (claim["shapes"], claim["shapes_complete"], claim["witness"]) == (1, True, None)
    assert claim["same_for"][0]["name"] == "requested"


def test_a_refuted_refinement_says_what_is_allowed(parley: Parley) -> None:
    (claim,) = checked(parley, str(CASES / "refinement.parley"), "--only", "vague.refines")["claims"]
    assert claim["kind"] == "refinement"
    assert claim["counterexample"]["outputs"] == {"status": "BAD", "lower": "1.0"}
    assert claim["counterexample"]["allowed"] == {"status": "BAD", "lower": "1.1"}


def test_a_proof_has_a_witness_and_reasons(good: Path, parley: Parley) -> None:
    made = checked(parley, good.name)
    claims = {claim["name"]: claim for claim in made["claims"]}
    assert made["summary"]["proved"] == len(claims) == 6
    witness = claims["p.reachable.unknown"]["witness"]
    assert witness["case"] == "unknown"
    assert witness["outputs"]["status"] == "BAD"
    assert witness["input"]["requested"] not in witness["config"]["supported"]
    assert claims["p.defined"]["because"] == ["assume configured"]
    assert "unknown.lower" in claims["p.encodable"]["because"]
    assert claims["p.total"]["counterexample"] is None
    assert "expected" not in claims["p.total"]


def test_an_abstract_define_without_parameters_is_true_or_false_in_the_counterexample(parley: Parley) -> None:
    (claim,) = checked(parley, str(CASES / "borrowed.parley"), "--only", "exact.refines")["claims"]
    assert claim["verdict"] == "refuted"
    assert claim["counterexample"]["defines"] == {"strict": "true"}
    (reached,) = checked(parley, str(CASES / "borrowed.parley"), "--only", "speechless.reachable.only")["claims"]
    assert (reached["verdict"], reached["witness"]["case"]) == ("proved", "only")
    assert reached["witness"]["outputs"] == {"ok": True, "lower": None}


def test_abstract_relations_are_in_the_counterexample(parley: Parley) -> None:
    (claim,) = checked(parley, str(CASES / "abstract.parley"), "--only", "newest.lower_is_requested")["claims"]
    assert claim["counterexample"]["defines"] == {"compatible": "1.0:1.1"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in CASES.glob("*.parley")))
def test_every_refuted_claim_replays_with_the_command_it_names(
    parley: Parley, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(CASES)
    made = checked(parley, name)
    shown = [c for c in made["claims"] if c["counterexample"] and not c.get("expected")]
    first = [c for c in shown if "same_as" not in c]
    blocks = [block for block in opened(parley("check", name).out) if " replay " in block]
    assert len(blocks) == len(first)
    for block, claim in zip(blocks, first, strict=True):
        same = [c for c in shown if c.get("same_as", c["name"]) == claim["name"]]
        assert [line.split()[1] for line in block.splitlines() if re.match(r"\S", line)] == [c["name"] for c in same]
        assert {json.dumps(c["counterexample"]["outputs"]) for c in same} == {
            json.dumps(claim["counterexample"]["outputs"])
        }
        command = shlex.split(block.partition(" replay ")[2])
        counterexample = claim["counterexample"]
        if "rounds" in counterexample:
            session_replays(parley, command, counterexample, block)
        else:
            policy_replays(parley, command, counterexample)


def opened(text: str) -> list[str]:
    """The blocks of a report: a claim with what stands under it, or several with one reason."""
    made: list[str] = []
    for part in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        one = re.search(r"^  one reason for (both|all (\d+))$", part, re.MULTILINE)
        if one is not None:
            count = int(one[2] or 2)
            part = "".join([*made[1 - count :], part])
            del made[1 - count :]
        made.append(part)
    return made


def policy_replays(parley: Parley, command: list[str], counterexample: dict[str, Any]) -> None:
    done = parley(*command[1:], "--format", "json")
    if counterexample["case"] is None:
        assert done.code == 2
        assert done.err.startswith("error P509: ")
        return
    if done.code == 2:
        # What the counterexample shows is that nothing is an answer.
        assert done.err.startswith("error P514: ")
        assert None in counterexample["outputs"].values()
        return
    assert done.code == 0
    replayed = json.loads(done.out)
    for key in ("config", "input", "case"):
        assert replayed[key] == counterexample[key]
    for output, value in replayed["outputs"].items():
        assert value in ("any", counterexample["outputs"][output])


def session_replays(parley: Parley, command: list[str], counterexample: dict[str, Any], block: str) -> None:
    """What `eval` plays is what `check` found, word for word."""
    done = parley(*command[1:], "--format", "json")
    assert (done.code, done.err) == (0, "")
    replayed = json.loads(done.out)
    jsonschema.validate(replayed, json.loads((SHIPPED / "parley.eval-session-1.json").read_text(encoding="utf-8")))
    for key in ("config", "accepted", "agreed", "gave_up", "ending", "again", "why"):
        assert replayed[key] == counterexample[key]
    for played, found in zip(replayed["rounds"], counterexample["rounds"], strict=True):
        assert played == {key: found[key] for key in played}
    assert set(replayed["assumptions"].values()) <= {True}
    _, *rows, end = parley(*command[1:]).out.splitlines()
    assert end.split()[0] in ("agreed", "gave", "goes", "stuck")
    # What is given to `eval` is no longer any of many.
    found = [re.sub(r"\s+", " ", line.replace(" (any)", "")) for line in block.splitlines()]
    for row in rows:
        # In `check`, a long label moves the texts to the right.
        assert re.sub(r"\s+", " ", f" {row}") in found


def test_a_refuted_claim_about_a_session_has_its_rounds(parley: Parley) -> None:
    made = checked(parley, str(CASES / "session_loop.parley"), "--only", "in_turn.*")
    claims = {claim["name"]: claim for claim in made["claims"]}
    refuted = claims["in_turn.terminates"]
    assert (refuted["kind"], refuted["verdict"]) == ("terminates", "refuted")
    assert (refuted["rounds"], refuted["by_induction"]) == (None, False)
    reply: dict[str, Any] = {
        "case": "unknown",
        "outputs": {"status": "BAD", "lower": "1.2"},
        "open": [],
        "registers_out": {"x0": "0x1", "x1": "0x10002"},
    }
    assert refuted["counterexample"] == {
        "config": {"supported": ["1.2"]},
        "input": {"requested": "1.0"},
        "registers": {"x1": "0x10000"},
        **reply,
        "replayed": True,
        "rounds": [
            {"request": "1.1", "registers": {"x1": "0x10001"}, **reply, "rule": "rule_2"},
            {"request": "1.0", "registers": {"x1": "0x10000"}, **reply, "rule": "rule_3"},
        ],
        "accepted": False,
        "agreed": None,
        "gave_up": False,
        "ending": "loops",
        "again": 1,
        "why": "",
    }
    proved = claims["in_turn.safe"]
    assert (proved["kind"], proved["verdict"], proved["rounds"]) == ("property", "proved", 2)
    assert proved["cutoff"] == {"supported": 2}
    assert proved["witness"]["ending"] == "accepted"
    assert proved["witness"]["agreed"] in proved["witness"]["config"]["supported"]
    assert (proved["assumptions"], proved["counterexample"]) == (["configured"], None)


def test_a_stuck_session_says_why(parley: Parley) -> None:
    path = str(CASES / "session_undefined.parley")
    (no_case,) = checked(parley, path, "--only", "no_case.defined")["claims"]
    stuck = no_case["counterexample"]
    assert (stuck["ending"], stuck["why"], stuck["case"]) == ("stuck", "no case applies", None)
    assert stuck["outputs"] == {"status": None, "lower": None}
    (silent,) = checked(parley, path, "--only", "no_request.defined")["claims"]
    shown = silent["counterexample"]
    assert (shown["rounds"], shown["input"], shown["outputs"], shown["case"]) == ([], {}, {}, None)
    assert shown["why"] == "the first request has no value"


@pytest.mark.slow
def test_an_induction_names_what_it_rests_on_or_where_it_fails(parley: Parley) -> None:
    made = checked(parley, str(CASES / "session_induction.parley"), "--only", "any_size.*,too_weak.*,four.*")
    claims = {claim["name"]: claim for claim in made["claims"]}
    best = claims["any_size.best"]
    assert (best["verdict"], best["by_induction"], best["because"]) == ("proved", True, ["nothing_missed"])
    assert best["rounds"] is None
    assert claims["any_size.nothing_missed"]["kind"] == "invariant"
    weak = claims["too_weak.best_so_far"]
    assert (weak["verdict"], weak["by_induction"], weak["counterexample"]) == ("undecided", False, None)
    assert weak["reason"].startswith("no number of rounds is known")
    assert weak["step"] == {
        "part": "round",
        "config": {"supported": ["1.1"], "known": ["1.0", "1.1", "2.0"]},
        "rounds": [
            {"request": "1.1", "case": None, "outputs": {"status": "BAD", "lower": "1.1"}, "rule": None},
            {"request": "1.0", "case": None, "outputs": {"status": "OK", "lower": "1.0"}, "rule": None},
        ],
    }
    assert claims["too_weak.best"]["step"]["part"] == "end"
    assert (claims["four.four_requests"]["rounds"], claims["four.four_requests"]["by_induction"]) == (4, False)
    assert parley("check", str(CASES / "session_induction.parley"), "--only", "too_weak.best").code == 3


def test_claims_about_hosts_and_expectations_of_sessions(parley: Parley) -> None:
    made = checked(parley, str(CASES / "host_dead_rule.parley"))
    dead = {claim["name"]: claim for claim in made["claims"]}["dead.reachable.rule_5"]
    assert (dead["kind"], dead["verdict"], dead["because"]) == ("reachable", "refuted", ["rule_1"])
    assert (dead["rounds"], dead["by_induction"]) == (None, False)
    assert dead["counterexample"] is None
    made = checked(parley, str(CASES / "session_refuted.parley"), "--only", "s.*")
    claims = {claim["name"]: claim for claim in made["claims"]}
    assert (claims["s.agrees"]["expected"], claims["s.agrees"]["why"]) == (True, "nothing is agreed where it gives up")
    assert claims["s.older_only"]["kind"] == claims["s.nothing_common"]["kind"] == "scenario"
    assert made["summary"]["expected"] == 2
    assert "s.safe" not in [name for name, claim in claims.items() if claim["verdict"] == "refuted"]


@pytest.mark.slow
def test_quiet_leaves_out_what_is_as_it_should_be_of_sessions(parley: Parley) -> None:
    done = parley("check", str(CASES / "session_refuted.parley"), "-q", "--only", "s.*")
    heads = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert done.code == 1
    assert [line.split()[1] for line in heads] == [
        "s.safe", "s.finds_common", "s.nothing_common", "s.first_choice", "s.never_gives_up", "s.says_newest",
    ]  # fmt: skip
    assert parley("check", "kernel_thread", "-q", "--only", "retry.*").out == ""


def test_the_columns_of_claims_are_aligned(parley: Parley) -> None:
    """Also where a verdict or a cutoff is longer than most."""
    for name in ("session_refuted", "session_strays", "expected"):
        heads = [line for line in parley("check", str(CASES / f"{name}.parley")).out.splitlines() if ".parley:" in line]
        heads = [line for line in heads if not line.startswith(" ")]
        assert len(heads) > 5
        assert len({line.index(next(part for part in line.split() if ".parley:" in part)) for line in heads}) == 1


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_shipped_schemas_are_those_of_the_types(name: str) -> None:
    assert (SHIPPED / name).read_text(encoding="utf-8") == schema(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(schema(name)))


def test_text_is_the_same_from_run_to_run(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_text(with_invariants(REFUTED, PROVED), encoding="utf-8")
    assert timeless(parley("check", "a.parley").out) == timeless(parley("check", "a.parley").out)


def test_a_disagreement_is_70_before_all_else(folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley.model.query_evaluation import QueryEvaluator

    def never(*_: object) -> bool:
        return False

    monkeypatch.setattr(QueryEvaluator, "meets", never)
    (folder / "a.parley").write_text(with_invariants(REFUTED), encoding="utf-8")
    (folder / "faulty.parley").write_text(FAULTY, encoding="utf-8")
    assert parley("check", "a.parley").code == 70
    done = parley("check", "a.parley", "faulty.parley")
    assert done.code == 70
    assert "this is a defect of Parley" in done.out
