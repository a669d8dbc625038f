"""What a reader finds in a report: formula, clause and doc comment, registers, what refutes a claim, one example."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pexpect
import pytest
from msgspec import structs
from parley.cli.check.json import instance
from parley.model.instance import Answer, Example, Instance
from parley.model.run import Played, Round, Run
from parley.naming import find_policy, find_subject
from parley.proofs.budget import BUDGET
from parley.replayed import answers_so, plays_so
from parley.spec.checked import CheckedSession
from running import COMMAND, GOOD, POLICY, Parley, process, timeless, with_invariants

CASES = Path(__file__).parent.parent / "cases"
SCHEMA = Path(__file__).parent.parent.parent / "cli" / "schemas" / "parley.check-1.json"

DOCUMENTED = """
/// About the interface.
interface I from "clause of the interface" {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    /// About the configuration.
    config supported : set of revision
    /// About the assumption.
    assume configured: supported is not empty
    input requested : revision in x1
    /// About the output.
    output lower : revision in x1
    /// About the claim, in a comment
    /// of two lines.
    invariant a from "clause of the claim": requested.reserved == 0 implies lower in supported
}
/// About the policy.
policy p for I from "clause of the policy" {
    /// About the case.
    case c otherwise { lower = requested }
}
/// About the host.
host h for I from "clause of the host" {
    knows 1.0
    start request 1.0
    /// About the rule.
    on lower == requested => accept lower
    otherwise => give up
}
/// About the session.
session s : h with p from "clause of the session" {
    /// About the property.
    property agrees from "clause of the property": agreed in supported
}
/// About the scenario.
scenario older for p from "clause of the scenario" {
    given requested = 1.0
    then  lower == 2.0
}
"""


def written(folder: Path, text: str) -> str:
    (folder / "a.parley").write_text(text, encoding="utf-8")
    return "a.parley"


def checked(parley: Parley, *arguments: str) -> dict[str, Any]:
    """The JSON of a check, valid by its schema."""
    made = json.loads(parley("check", "--format", "json", *arguments).out)
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return made


def rows(text: str) -> list[tuple[str, str]]:
    """The rows of a report, lines that go on put together: labels and texts."""
    made: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith(" " * 8) and made:
            made[-1] = made[-1][0], f"{made[-1][1]} {line.strip()}"
        elif line.startswith("    "):
            label, _, rest = line.strip().partition("  ")
            made.append((label, rest.strip()))
    return made


# ---- formula, clause, doc comment -----------------------------------------------------------------------


def test_a_refuted_claim_has_its_formula_its_clause_and_the_doc_comments(folder: Path, parley: Parley) -> None:
    text = parley("check", written(folder, DOCUMENTED), "--only", "p.a").out
    shown = rows(text)
    assert shown[:3] == [
        ("from", "clause of the claim"),
        ("doc", "About the claim, in a comment of two lines."),
        ("the claim", "requested.reserved == 0 implies lower in supported"),
    ]
    assert ("case c", "About the case.") in shown
    assert ("the claim wants", "lower in supported") in shown
    assert ("output lower", "About the output.") in shown
    assert "I (clause of the interface): About the interface.\n" in text
    assert "p (clause of the policy): About the policy.\n" in text


def test_so_has_a_claim_about_a_session_and_a_scenario(folder: Path, parley: Parley) -> None:
    name = written(folder, DOCUMENTED)
    text = parley("check", name, "--only", "s.agrees").out
    shown = rows(text)
    assert shown[:2] == [("from", "clause of the property"), ("doc", "About the property.")]
    assert ("case c", "About the case.") in shown
    assert ("the claim wants", "agreed in supported   but `agreed` is 1.0") in shown
    assert "s (clause of the session): About the session.\n" in text
    shown = rows(parley("check", name, "--only", "p.older").out)
    assert shown[:3] == [
        ("from", "clause of the scenario"), ("doc", "About the scenario."), ("given", "requested = 1.0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("some r in 0.0..32767.65535: r not in supported", "undecided"),
        ("status == BAD and requested in supported implies lower == requested", "vacuous"),
        ("status == BAD or lower == max supported", "refuted"),
    ],
)
def test_whatever_needs_attention_has_its_formula(folder: Path, parley: Parley, formula: str, verdict: str) -> None:
    text = parley("check", written(folder, with_invariants(formula)), "--only", "p.i0").out
    assert verdict in text
    assert formula in " ".join(text.split())


def test_what_holds_or_fails_as_expected_stays_short(folder: Path, parley: Parley) -> None:
    name = written(
        folder, DOCUMENTED.replace("lower = requested }", 'lower = requested }\n expect refuted a "so it is"')
    )
    text = parley("check", name, "--only", "p.a,p.total").out
    assert [label for label, _ in rows(text)] == ["expected because", "for example"]
    assert "clause" not in text


def test_json_has_formulas_registers_and_all_doc_comments(folder: Path, parley: Parley) -> None:
    made = checked(parley, written(folder, DOCUMENTED))
    claims = {claim["name"]: claim for claim in made["claims"]}
    claim = claims["p.a"]
    assert claim["formula"] == "requested.reserved == 0 implies lower in supported"
    assert (claim["from"], claim["interface"]) == ("clause of the claim", "I")
    assert claim["doc"].split() == ["About", "the", "claim,", "in", "a", "comment", "of", "two", "lines."]
    major, _, minor = claim["counterexample"]["input"]["requested"].partition(".")
    word = {"x1": f"{int(major) << 16 | int(minor):#x}"}
    assert (claim["counterexample"]["registers"], claim["counterexample"]["registers_out"]) == (word, word)
    assert claims["p.total"]["formula"] == ""
    assert claims["p.total"]["witness"]["registers"] == {"x1": "0x10000"}
    assert claims["p.older"]["given"] == {"requested": "1.0"}
    (round_,) = claims["s.agrees"]["counterexample"]["rounds"]
    assert (round_["registers"], round_["registers_out"]) == ({"x1": "0x10000"}, {"x1": "0x10000"})
    (interface,) = made["interfaces"]
    assert (interface["name"], interface["from"], interface["doc"]) == (
        "I", "clause of the interface", "About the interface.",
    )  # fmt: skip
    assert interface["docs"]["supported"] == "About the configuration."
    assert interface["docs"]["configured"] == "About the assumption."
    assert interface["docs"]["lower"] == "About the output."
    subjects = {what["name"]: what for what in made["subjects"]}
    assert [(name, what["kind"]) for name, what in subjects.items()] == [
        ("p", "policy"), ("h", "host"), ("s", "session"),
    ]  # fmt: skip
    assert (subjects["p"]["from"], subjects["p"]["docs"]["case c"]) == ("clause of the policy", "About the case.")
    assert (subjects["h"]["from"], subjects["h"]["docs"]) == ("clause of the host", {"rule_1": "About the rule."})
    assert subjects["s"]["doc"] == "About the session."


def test_json_has_the_doc_comments_of_every_part(folder: Path, parley: Parley) -> None:
    inner = DOCUMENTED.replace(
        "{ lower = requested }",
        "{\n /// Of the value.\n lower = any\n /// Of the ensure.\n ensure lower in supported\n}",
    )
    inner = inner.replace("    knows 1.0", "    /// Of the list.\n    knows 1.0").replace(
        "    start", "    /// Of the start.\n    start"
    )
    inner = inner.replace("    revision", "    /// Of the layout.\n    revision")
    made = checked(parley, written(folder, inner))
    docs = {what["name"]: what["docs"] for what in (*made["interfaces"], *made["subjects"])}
    assert docs["I"]["revision"] == "Of the layout."
    assert docs["p"] == {
        "case c": "About the case.", "case c: lower": "Of the value.", "case c: ensure_1": "Of the ensure.",
    }  # fmt: skip
    assert docs["h"] == {"knows": "Of the list.", "start": "Of the start.", "rule_1": "About the rule."}
    assert docs["s"] == {"agrees": "About the property."}


def test_a_dead_case_and_a_dead_rule_have_their_guards(folder: Path, parley: Parley) -> None:
    text = GOOD.replace(
        "    case unknown otherwise",
        "    case never when requested in supported and requested > 1.0 {\n"
        "        status = OK\n        lower = requested\n    }\n    case unknown otherwise",
    )
    shown = rows(parley("check", written(folder, text), "-q").out)
    assert shown == [
        ("its guard", "requested in supported and requested > 1.0"),
        ("never happens", "shadowed by case known"),
    ]


def test_a_long_formula_goes_on_in_the_next_line_and_is_whole(folder: Path, parley: Parley) -> None:
    parts = [f"requested != {n}.{n}" for n in range(20)]
    formula = f"{' and '.join(parts)} implies lower == requested"
    text = parley("check", written(folder, with_invariants(formula)), "-q").out
    assert ("the claim", formula) in rows(text)
    assert max(map(len, text.splitlines())) <= 125
    formula = f"{' and '.join(parts * 10)} implies lower == requested"
    text = parley("check", written(folder, with_invariants(formula)), "-q").out
    assert re.search(r"requested != \d+\.\d+ …\n", text)
    assert len(text.splitlines()) < 20
    assert checked(parley, "a.parley", "--only", "p.i0")["claims"][0]["formula"] == formula


def test_a_doc_comment_cannot_write_to_the_terminal(folder: Path, parley: Parley) -> None:
    name = written(
        folder, DOCUMENTED.replace("About the claim", "About\x07 the claim").replace("of the policy.", "\x07")
    )
    done = parley("check", name)
    assert done.code in (1, 2)
    assert "\x07" not in done.out + done.err


# ---- registers, open outputs ----------------------------------------------------------------------------


def test_the_registers_of_request_and_reply(folder: Path, parley: Parley) -> None:
    shown = rows(parley("check", written(folder, with_invariants("lower == requested")), "-q").out)
    assert ("registers", "x1=0x10001 → x0=0x1 x1=0x10000") in shown


def test_no_registers_where_the_interface_names_none(folder: Path, parley: Parley) -> None:
    text = with_invariants("lower == requested").replace(" in x0", "").replace(" in x1", "")
    assert "registers" not in parley("check", written(folder, text), "-q").out
    (claim,) = checked(parley, "a.parley", "--only", "p.i0")["claims"]
    assert (claim["counterexample"]["registers"], claim["counterexample"]["registers_out"]) == ({}, {})


def test_the_reply_has_no_registers_where_no_case_applies(folder: Path, parley: Parley) -> None:
    text = GOOD.replace("otherwise", "when requested < 1.0")
    shown = dict(rows(parley("check", written(folder, text), "--only", "p.total").out))
    assert re.fullmatch("x1=0x[0-9a-f]+", shown["registers"])
    (claim,) = checked(parley, "a.parley", "--only", "p.total")["claims"]
    assert claim["counterexample"]["registers_out"] == {}


OPEN = POLICY.replace("lower  = max supported", "lower  = any\n        ensure lower in supported")


def test_an_output_that_is_left_open_is_told_as_such(folder: Path, parley: Parley) -> None:
    text = with_invariants("lower == min supported").replace(POLICY, OPEN)
    name = written(folder, text)
    text = parley("check", name, "--only", "p.i0").out
    (reply,) = [value for label, value in rows(text) if label == "p replies"]
    (claim,) = checked(parley, name, "--only", "p.i0")["claims"]
    shown = claim["counterexample"]
    assert (shown["case"] == "unknown") is ("(any)" in reply)
    assert shown["open"] == (["lower"] if shown["case"] == "unknown" else [])


def test_what_is_left_open_is_not_without_a_value_because_another_output_is(folder: Path, parley: Parley) -> None:
    """That `any` has no value is said only where its `ensure`s leave none."""
    two = """interface I {
        revision { major[31:16] minor[15:0] }
        config own : revision
        input asked : revision
        output lower : revision
        output higher : revision
    }
    policy p for I { case c otherwise { lower = any higher = HIGHER } }
    """
    replies = {
        "max x in {own} where x > asked": "lower any   higher no value   case c",
        "any ensure lower < own ensure lower > own": "lower no value   higher no value   case c",
    }
    for higher, reply in replies.items():
        name = written(folder, two.replace("HIGHER", higher))
        assert dict(rows(parley("check", name, "--only", "p.defined").out))["p replies"] == reply


def test_a_refinement_says_what_is_allowed_and_by_which_case(folder: Path, parley: Parley) -> None:
    strict = GOOD + OPEN.replace("policy p", "policy q").replace("for I", "for I refines p")
    name = written(folder, strict)
    shown = dict(rows(parley("check", name, "--only", "q.refines").out))
    assert "(any)" in shown["q replies"]
    assert re.fullmatch(r"BAD   lower 1\.\d   case unknown x0=0x1 x1=0x1000\d", shown["p allows"])
    (claim,) = checked(parley, name, "--only", "q.refines")["claims"]
    found = claim["counterexample"]
    assert (found["open"], found["allowed_case"]) == (["lower"], "unknown")
    assert found["allowed_registers"].keys() == {"x0", "x1"}


def test_a_refinement_of_a_policy_without_an_answer_says_so(folder: Path, parley: Parley) -> None:
    partial = GOOD.replace("otherwise", "when requested > 1.0")
    text = partial + POLICY.replace("policy p", "policy q").replace("for I", "for I refines p")
    shown = dict(rows(parley("check", written(folder, text), "--only", "q.refines").out))
    assert shown["p allows"] == "no answer: no case of it applies"
    silent = GOOD.replace("lower  = max supported", "lower  = max r in supported where r > requested")
    text = silent + POLICY.replace("policy p", "policy q").replace("for I", "for I refines p")
    shown = dict(rows(parley("check", written(folder, text), "--only", "q.refines").out))
    assert shown["p allows"] == "no answer that was found in case unknown" or re.match(
        r"BAD   lower \d+\.\d+   case unknown", shown["p allows"]
    )


# ---- what refutes a claim -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("no r in supported: r <= lower", "no r in supported: r <= lower   but r = 1.0"),
        ("every r in supported: r <= requested", "every r in supported: r <= requested   but r = 1.0"),
        ("every r in supported: some q in supported: q > r", "every r in supported: some q in supported: q > r   but r = 1.0"),
        ("every r in 1.0..1.5: r in supported", "every r in 1.0..1.5: r in supported   but r = 1.1"),
        ("no r in supported: some q in supported: q > r", "no r in supported: some q in supported: q > r   but r = 1.0, q = 1.1"),
        ("lower.minor > 0", "lower.minor > 0   but lower.minor is 0"),
        ("min supported > max supported", "but min supported is 1.0, max supported is 1.0"),
        ("status == OK iff requested == max supported", "but only `status == OK` holds"),
        ("if requested in supported then lower.major == 7 else true", "lower.major == 7   but lower.major is 1"),
        ("status == BAD", "status == BAD"),
        ("requested.reserved == 0", "requested.reserved == 0   but requested.reserved is 1"),
        ("(max r in supported where r < 0.0) == lower", "but max r in supported where r < 0.0 has no value"),
        ("same(lower, requested)", "same(lower, requested)   but lower.minor is 0, requested.minor is 1"),
        ("not older(requested)", "not older(requested)   but r = 1.0"),
    ],
)  # fmt: skip
def test_what_refutes_the_last_step(folder: Path, parley: Parley, formula: str, text: str) -> None:
    text_ = with_invariants(formula) + "\ndefine same(a, b) = a.major == b.major and a.minor == b.minor\n"
    older = "    define older(a) = some r in supported: r <= a\n"
    name = written(folder, text_.replace("    invariant", f"{older}    invariant"))
    shown = dict(rows(parley("check", name, "--only", "p.i0").out))
    assert shown["the claim wants"].endswith(text)


def test_what_takes_too_long_to_find_out_is_left_out(
    folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parley.refutation.MOST_WORK", 2)
    text = parley(
        "check", written(folder, with_invariants("status == BAD implies no r in supported: r <= lower")), "-q"
    ).out
    assert ("the claim wants", "no r in supported: r <= lower") in rows(text)


def test_a_relation_that_nobody_defines_is_told_by_its_values(folder: Path, parley: Parley) -> None:
    text = with_invariants("good(lower) and near(lower, lower)")
    text = text.replace("    invariant", "    define good(r)\n    define near(a, b)\n    invariant")
    shown = dict(rows(parley("check", written(folder, text), "--only", "p.i0").out))
    assert shown["the claim wants"] == "good(lower)   but good(1.0) does not hold"
    assert (shown["good"], shown["near"]) == ("holds for nothing", "holds for nothing")


@pytest.mark.parametrize(
    "term",
    [
        "max r in supported where r < requested",
        "requested with { major = requested.minor }",
        "if requested in supported then requested else max r in supported where r > requested",
    ],
)
def test_an_output_without_a_value_names_the_term_that_has_none(folder: Path, parley: Parley, term: str) -> None:
    """A part that does not fit is no value either: nothing is chosen there."""
    text = GOOD.replace("lower  = max supported", f"lower  = {term}")
    shown = dict(rows(parley("check", written(folder, text), "--only", "p.defined").out))
    assert shown["the claim wants"] == f"a value for `lower`: `{term}` has none"


# ---- one example for claims that fail for one reason ---------------------------------------------------

ALIKE = (
    "lower == requested",
    "lower in supported",
    "requested == lower",
    "status == OK implies requested == max supported",
)


def test_claims_with_one_example_are_told_together(folder: Path, parley: Parley) -> None:
    name = written(folder, with_invariants(*ALIKE))
    text = parley("check", name, "-q").out
    claims = {claim["name"]: claim for claim in checked(parley, name)["claims"]}
    assert claims["p.i0"]["counterexample"] == claims["p.i2"]["counterexample"]
    assert claims["p.i2"]["same_as"] == "p.i0"
    assert "same_as" not in claims["p.i0"] and "same_as" not in claims["p.i3"]
    heads = [line.split()[1] for line in text.splitlines() if not line.startswith(" ")]
    assert heads == ["p.i0", "p.i2", "p.i3"]
    assert text.count(" replay ") == text.count(" p replies ") == 2
    assert text.count("the claim wants") == 3
    assert "one reason for both\n" in text


def test_another_answer_or_another_policy_is_another_reason(folder: Path, parley: Parley) -> None:
    text = with_invariants("lower == requested") + POLICY.replace("policy p", "policy q")
    made = checked(parley, written(folder, text), "--only", "*.i0")["claims"]
    assert made[0]["counterexample"]["outputs"] == made[1]["counterexample"]["outputs"]
    assert all("same_as" not in claim for claim in made)
    assert parley("check", "a.parley", "-q").out.count(" replay ") == 2


def test_how_far_a_common_example_generalises_is_true_of_each_claim(folder: Path, parley: Parley) -> None:
    """The second fails for fewer requests than the first."""
    formulas = ("lower == requested", "requested.minor != 1 or lower == requested")
    name = written(folder, with_invariants(*formulas))
    claims = [c for c in checked(parley, name)["claims"] if c["verdict"] == "refuted"]
    assert claims[1]["same_as"] == "p.i0"
    wide, narrow = [next(i for i in c["same_for"] if i["name"] == "requested") for c in claims]
    assert (wide["low"], wide["high"]) != (narrow["low"], narrow["high"]) == ("1.1", "1.1")
    shown = dict(rows(parley("check", name, "-q").out))
    assert shown["the same for"].startswith("requested 1.1, and not its neighbours; any supported below 1.1")


def test_contradicting_assumptions_are_told_once(folder: Path, parley: Parley) -> None:
    text = GOOD.replace("policy p for I {", "policy p for I {\n    assume odd: every r in supported: r < 0.0")
    done = parley("check", written(folder, text))
    assert done.code == 4
    assert done.out.count("the assumptions admit nothing") == 1
    assert done.out.count("○ p.") == 6
    made = checked(parley, "a.parley")["claims"]
    assert {claim.get("same_as") for claim in made[1:]} == {made[0]["name"]}


# ---- the same work for every format; what a terminal sees ----------------------------------------------


def test_text_and_json_come_from_the_same_work(good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley.proofs import prove

    original = prove.prove
    asked: list[Any] = []

    def recorded(policy: Any, claims: Any, *rest: Any, **named: Any) -> Any:
        asked.append((policy.name, len(claims), rest, {**named, "among": len(named["among"])}))
        return original(policy, claims, *rest, **named)

    monkeypatch.setattr(prove, "prove", recorded)
    parley("check", good.name)
    parley("check", good.name, "--format", "json")
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_replayed_is_the_outcome_of_a_replay(good: Path) -> None:
    _, policy = find_policy(good.name)

    def example(supported: tuple[int, ...], requested: int, case: str | None, **outputs: int | None) -> Example:
        return Example(Instance({"supported": supported}, {"requested": requested}), Answer(case, {**outputs}))

    assert answers_so(policy, example((0x10000,), 0x10000, "known", status=0, lower=0x10000))
    assert not answers_so(policy, example((0x10000,), 0x10000, "known", status=0, lower=0x10001))
    assert not answers_so(policy, example((0x10000,), 0x10000, "unknown", status=0, lower=0x10000))
    assert not answers_so(policy, example((0x10000,), 0x10000, None, status=None, lower=None))
    assert not answers_so(policy, example((), 0x10000, "unknown", status=1, lower=None)), "an assumption rules it out"
    assert not answers_so(policy, example((0x80010000,), 0, "unknown", status=1, lower=0x80010000))
    made = instance(policy, example((0x10000,), 0, None, status=None, lower=None), replayed=False)
    assert made.replayed is False


def test_a_run_that_the_session_does_not_take_is_not_replayed(folder: Path) -> None:
    written(folder, DOCUMENTED)
    _, session = find_subject("a.parley:s")
    assert isinstance(session, CheckedSession)
    instance = Instance({"supported": (0x10000,)})
    round_ = Round(0x10000, "c", {"lower": 0x10000}, "rule_1")
    assert plays_so(session, Played(instance, Run((round_,), "accepted", agreed=0x10000)))
    assert not plays_so(session, Played(instance, Run((round_,), "accepted", agreed=0x10001)))
    assert not plays_so(session, Played(instance, Run((round_,), "gave_up")))
    other = structs.replace(round_, outputs={"lower": 0x10001})
    assert not plays_so(session, Played(instance, Run((other,), "accepted", agreed=0x10000)))
    assert not plays_so(session, Played(Instance({"supported": ()}), Run((round_,), "accepted", agreed=0x10000)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["session_types", "session_undefined", "session_open", "abstract_relations", "undefined_output", "several_sets"],
)
def test_every_example_of_a_report_replays(parley: Parley, name: str) -> None:
    made = checked(parley, str(CASES / f"{name}.parley"))["claims"]
    examples = [c[key] for c in made for key in ("witness", "counterexample") if c[key]]
    assert examples
    assert all(example["replayed"] is True for example in examples)


def on_a_terminal(folder: Path, *arguments: str, columns: int = 80, term: str = "xterm") -> str:
    """All that a terminal gets, report and progress; the report goes to a file."""
    spawn: Any = pexpect.spawn
    made = spawn(
        COMMAND,
        [*arguments, "-o", "report.txt"],
        cwd=str(folder),
        env={"PATH": "/usr/bin:/bin", "TERM": term},
        dimensions=(24, columns),
        encoding="utf-8",
        timeout=60,
    )
    made.expect(pexpect.EOF)
    made.close()
    assert made.exitstatus == 0
    return made.before or ""


def test_a_terminal_sees_which_claim_the_work_is_at(good: Path) -> None:
    seen = on_a_terminal(good.parent, "check", good.name)
    lines = re.split(r"\r\x1b\[K", seen)
    assert [line.partition(" ")[2] for line in lines[1:-1]] == [
        f"{at}/6 p.{name}"
        for at, name in enumerate(
            ("satisfiable", "total", "reachable.known", "reachable.unknown", "defined", "encodable"), 1
        )
    ]
    assert lines[-1] == ""
    assert "p.total" in (good.parent / "report.txt").read_text(encoding="utf-8")


def test_a_narrow_terminal_gets_lines_that_can_be_cleared(good: Path) -> None:
    seen = on_a_terminal(good.parent, "check", good.name, columns=30)
    assert max(map(len, re.split(r"\r\x1b\[K", seen))) < 30


def test_a_terminal_that_cannot_clear_a_line_gets_none(good: Path) -> None:
    assert on_a_terminal(good.parent, "check", good.name, term="dumb") == ""


def test_nothing_but_a_terminal_sees_progress(good: Path) -> None:
    done = process(["check", good.name], good.parent)
    assert (done.code, done.err) == (0, "")
    assert "\033" not in done.out


def test_help_says_how_long_the_default_budget_is(parley: Parley) -> None:
    text = " ".join(parley("check", "--help").out.split())
    assert re.search(rf"--budget UNITS .*the default of {BUDGET} gives up on one after a few seconds\.", text)


def test_a_report_says_the_same_whatever_was_asked_before(folder: Path, parley: Parley) -> None:
    name = written(folder, with_invariants(*ALIKE))
    first = timeless(parley("check", name).out)
    checked(parley, name)
    assert timeless(parley("check", name).out) == first


# ---- what narrows a verdict ----------------------------------------------------------------------------

PARTIAL = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input requested : revision in x1
    output status : { OK = 0, BAD = 1 } in x0
    output lower : revision in x1
    invariant fine: status == OK
    invariant odd: requested.reserved != 0 implies lower == requested
}
policy p for I {
    case known when requested in supported { status = OK lower = requested }
}
"""


@pytest.mark.parametrize("more", [(), ("--only", "p.fine"), ("--only", "p.odd"), ("--only", "p.odd", "-q")])
def test_where_there_need_be_no_answer_every_selection_says_so(
    folder: Path, parley: Parley, more: tuple[str, ...]
) -> None:
    name = written(folder, PARTIAL)
    note = "p.total is refuted: the other claims about p are asked where it has an answer\n"
    assert parley("check", name, *more).out.count(note) == 1
    (subject,) = checked(parley, name, *more)["subjects"]
    assert subject["narrowed_by"] == ["total"]


def test_a_selection_without_claims_about_answers_is_not_narrowed(folder: Path, parley: Parley) -> None:
    name = written(folder, PARTIAL)
    assert "are asked where" not in parley("check", name, "--only", "p.satisfiable,p.reachable.*").out
    whole = PARTIAL.replace("}\n}\n", "}\n    case rest otherwise { status = OK lower = requested }\n}\n")
    assert whole != PARTIAL
    name = written(folder, whole)
    assert "are asked where" not in parley("check", name, "--only", "p.fine").out
    assert checked(parley, name, "--only", "p.fine")["subjects"][0]["narrowed_by"] == []


def test_a_premise_that_is_met_only_without_an_answer_is_said_to_be_so(folder: Path, parley: Parley) -> None:
    name = written(folder, PARTIAL)
    (odd,) = checked(parley, name, "--only", "p.odd")["claims"]
    assert odd["verdict"] == "vacuous"
    assert odd["reason"] == "nothing that the policy answers satisfies its premise"
