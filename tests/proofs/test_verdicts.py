"""Verdicts of claims whose truth is known by hand, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from checking import EXACT, HEAD, invariant, outcomes
from parley.model.instance import Example, word_of
from parley.model.query_evaluation import QueryEvaluator
from parley.proofs.budget import Budget
from parley.proofs.claims import claims_of
from parley.proofs.counterexamples import counterexample
from parley.proofs.prove import Prover
from parley.proofs.questions import questions_of
from parley.proofs.verdict import Counterexample, Outcome, exit_code
from parley.spec.load import Loader, library_names
from parley.spec.source import Source
from parley.spec.words import Format


def shown(outcome: Outcome) -> tuple[list[str], str]:
    """Supported set and request of a counterexample."""
    assert isinstance(outcome.counterexample, Counterexample)
    instance = outcome.counterexample.example.instance
    format_ = Format.of(outcome.claim.policy.interface.layout)
    supported = instance.config["supported"]
    assert isinstance(supported, tuple)
    return [format_.show(word) for word in supported], format_.show(word_of(instance.inputs["requested"]))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("lower in supported", "proved"),
        ("status == OK iff requested in supported", "proved"),
        ("status == OK implies lower == requested", "proved"),
        ("lower == max supported", "refuted"),
        ("lower <= max supported", "proved"),
        ("lower.reserved == 0", "proved"),
        ("requested.reserved == 0", "refuted"),
        ("requested.reserved != 0 implies status == BAD", "proved"),
        # Nothing can be compared with the newest below the oldest.
        ("max r in supported where r < min supported != lower", "proved"),
        ("max r in supported where r < min supported == lower", "refuted"),
        ("max r in supported where r < requested <= max supported", "refuted"),
        ("(some r in supported: r < requested) implies max r in supported where r < requested < requested", "proved"),
        # The order is that of the fields from the top.
        ("every r in supported: r.major <= (max supported).major", "proved"),
        ("every r in supported: r.minor <= (max supported).minor", "refuted"),
        ("requested < 1.0 iff requested.major < 1 and requested.reserved == 0", "proved"),
        ("requested[31:31] == 1 implies requested.reserved != 0", "proved"),
        ("requested.reserved != 0 implies requested[31] == 1", "refuted"),
        ("requested with { reserved = 0 } <= requested", "proved"),
        ("requested with { minor = 0 } < requested", "refuted"),
        (
            "requested.minor < 32768 implies (requested with { major = requested.minor }).major == requested.minor",
            "proved",
        ),
        ("(requested with { major = requested.minor }).major == requested.minor", "refuted"),
        ("requested == 0x80010001 implies requested.major == 1 and requested.minor == 1", "proved"),
        ("no r in 1.0..1.1: r in supported and r.major == 2", "proved"),
        (
            "1.0 in 1.0..1.1 and 1.1 in 1.0..1.1 and 1.2 not in 1.0..1.1 and 0x80010000 not in 0.0..32767.65535",
            "proved",
        ),
        ("lower == if requested in supported then requested else max supported", "proved"),
        ("requested < requested implies status == OK", "vacuous"),
        ("(requested == 1.0 implies lower in supported) and (requested < requested implies status == OK)", "vacuous"),
        ("every r in supported: r != r implies r == 1.0", "vacuous"),
        ("every r in {}: r == 1.0", "vacuous"),
    ],
)
def test_the_verdict_on(claim: str, verdict: str) -> None:
    fixed = claim.replace(
        "max r in supported where r < min supported ", "(max r in supported where r < min supported) "
    )
    fixed = fixed.replace("max r in supported where r < requested <", "(max r in supported where r < requested) <")
    outcome = invariant(fixed)
    assert outcome.verdict == verdict, outcome
    if verdict == "proved":
        assert isinstance(outcome.witness, Example)
        assert outcome.cutoff is not None


def test_a_counterexample_has_the_fewest_revisions_and_familiar_numbers() -> None:
    """semantics.md, "Counterexamples people can read"."""
    claim = (
        "status == BAD and (some r in supported: r < requested) and requested.reserved == 0 implies lower < requested"
    )
    assert shown(invariant(claim)) == (["1.0", "1.2"], "1.1")
    assert shown(
        invariant("not (some a in supported: some b in supported: a.major == 7 and b.minor == 9 and a < b)")
    ) in (
        (["7.0", "7.9"], "1.0"),
        (["7.9"], "1.0"),
        (["7.0", "8.9"], "1.0"),
    )


def test_a_counterexample_beyond_the_familiar_numbers_is_found_and_replayed() -> None:
    outcome = invariant("every r in supported: r.major < 16384")
    assert shown(outcome)[0] == ["16384.0"]
    assert isinstance(outcome.counterexample, Counterexample)
    assert outcome.counterexample.replayed


def test_of_what_both_engines_find_the_smaller_is_shown() -> None:
    """Two familiar revisions break it, and one that is not familiar."""
    outcome = invariant("every r in supported: r.major < 16384 and every s in supported: r == s")
    assert shown(outcome)[0] == ["16384.0"]


def test_relations_are_described_freely_where_the_solver_has_quantifiers() -> None:
    """Beneath ranges, ensured outputs and what leaves the fragment; sets are spelled out."""
    text = f"""{HEAD}    define good(a)
    }}
    policy p for I {{{EXACT}
        invariant of_sets: every r in supported: good(r)
        invariant of_a_range: every r in 1.0..9.0: good(r)
        invariant of_both: every r in supported: every s in r..9.0: good(s)
    }}
    policy q for I {{
        case all otherwise {{ status = OK lower = any ensure good(lower) }}
    }}"""
    program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None
    found: dict[str, list[bool]] = {}
    for policy in program.own_policies:
        prover = Prover(policy, claims_of(policy))
        for claim, questions in zip(prover.claims, prover.questions, strict=True):
            found[claim.address] = [prover._quantified(goals) for goals in questions.counter]  # pyright: ignore[reportPrivateUsage]
    assert (found["p.of_sets"], found["p.of_a_range"], found["p.of_both"]) == ([False], [True], [True])
    assert (found["p.defined"], found["q.defined"]) == ([False, True], [False, True])


def test_how_far_a_counterexample_generalises() -> None:
    outcome = invariant("requested not in 1.3..1.5 or status == OK")
    assert isinstance(outcome.counterexample, Counterexample)
    format_ = Format.of(outcome.claim.policy.interface.layout)
    bounds = {(i.name, format_.show(i.low), format_.show(i.high)) for i in outcome.counterexample.same_for}
    # 1.3 is what is supported there, and succeeds.
    assert ("requested", "1.4", "1.5") in bounds


@pytest.mark.parametrize(
    ("claim", "shapes"),
    [
        # One supported revision and a request: below, equal or above it.
        ("supported is empty", 3 + 1),
        ("requested != 1.0", 3),
        ("status == BAD or requested < min supported", 1),
    ],
)
def test_all_shapes_of_counterexamples_are_counted(claim: str, shapes: int) -> None:
    outcome = invariant(claim)
    assert isinstance(outcome.counterexample, Counterexample)
    assert outcome.counterexample.shapes_complete
    # A request with reserved bits set is a shape of its own only where a formula looks at them.
    assert outcome.counterexample.shapes in (shapes, shapes - 1)


@pytest.mark.parametrize(("most", "shapes", "complete"), [(2, 2, False), (3, 3, True), (4, 3, True)])
def test_kinds_are_counted_up_to_a_number(most: int, shapes: int, *, complete: bool) -> None:
    """A request below, equal to or above what is supported; as many as are counted may be all that there are."""
    with patch("parley.proofs.kinds.MOST", most):
        shown_ = invariant("requested != requested").counterexample
    assert isinstance(shown_, Counterexample)
    assert (shown_.shapes, shown_.shapes_complete) == (shapes, complete)


def test_where_no_solver_has_an_example_one_kind_is_known() -> None:
    outcome = invariant("lower == 1.0")
    assert isinstance(outcome.counterexample, Counterexample)
    (goals,) = questions_of(outcome.claim).counter
    queries, example = QueryEvaluator(outcome.claim.policy), outcome.counterexample.example
    shown_ = counterexample(queries, goals, example, None, Budget(1), replayed=True)
    assert (shown_.shapes, shown_.shapes_complete) == (1, False)


def test_a_proof_names_what_it_used() -> None:
    outcome = invariant("status == OK implies lower == requested")
    assert outcome.verdict == "proved"
    assert set(outcome.because) <= {"known.status", "known.lower", "unknown.status", "unknown.lower", "case known"}
    assert "known.lower" in outcome.because
    assert "assume configured" not in outcome.because
    assert "assume configured" in outcomes(f"{HEAD}}}\npolicy p for I {{{EXACT}}}\n")["p.defined"].because


def test_the_budget_bounds_the_work_and_is_told() -> None:
    outcome = invariant(
        "every r in supported: every q in supported: r.minor == q.minor implies r.major == q.major", budget=1
    )
    assert outcome.verdict in ("undecided", "refuted")
    tight = invariant("max supported >= min supported and (max supported).major >= (min supported).major", budget=1)
    assert tight.verdict == "undecided"
    assert "budget" in tight.reason


def test_verdicts_do_not_change_from_run_to_run() -> None:
    claim = "every r in supported: r.minor <= lower.minor"
    first, second = invariant(claim), invariant(claim)
    assert first.counterexample == second.counterexample
    assert first.because == second.because


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        (["proved"], 0),
        (["proved", "vacuous"], 4),
        (["vacuous", "undecided"], 3),
        (["undecided", "refuted"], 1),
        (["refuted", "inconsistent"], 70),
    ],
)
def test_exit_codes(verdicts: list[str], code: int) -> None:
    """semantics.md: of several, the first of 70, 2, 1, 3, 4."""
    claim = invariant("lower in supported").claim
    assert exit_code([Outcome(claim, verdict) for verdict in verdicts]) == code  # pyright: ignore[reportArgumentType]


def test_expectations_turn_the_exit_code() -> None:
    text = f'{HEAD}}}\npolicy p for I {{{EXACT}    invariant claim: FORMULA\n    expect VERDICT claim "known"\n}}\n'
    for formula, verdict, code in [
        ("lower == 1.0", "refuted", 0),
        ("lower in supported", "refuted", 1),
        ("requested < requested implies lower == 1.0", "refuted", 1),
        ("requested < requested implies lower == 1.0", "vacuous", 0),
        ("lower in supported", "vacuous", 1),
        ("lower == 1.0", "vacuous", 1),
    ]:
        found = outcomes(text.replace("FORMULA", formula).replace("VERDICT", verdict))
        assert exit_code(list(found.values())) == code, (formula, verdict)


def test_a_disagreement_is_told_and_never_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """semantics.md: two engines disagree, or a counterexample does not replay: `inconsistent`."""

    def never(*_: object) -> bool:
        return False

    monkeypatch.setattr(Prover, "_replays", never)
    outcome = invariant("lower == 1.0")
    assert outcome.verdict == "inconsistent"
    assert "does not replay" in outcome.reason


@pytest.mark.slow
def test_the_specification_is_proved_and_tf_rmm_refuted() -> None:
    """The findings of the library: the specification's policies hold, TF-RMM's rule has a two-revision counterexample."""
    from parley.proofs.prove import prove

    found: dict[str, Outcome] = {}
    for name in library_names():
        program = Loader().load(name)
        assert program is not None
        for policy in program.own_policies:
            found.update((o.claim.address, o) for o in prove(policy, claims_of(policy, program.own_scenarios)))
    readings = ("rmm_1_0.", "rmm_1_0_rsi.", "rmm_1_0_strict.", "rmm_1_0_rsi_strict.")
    specification = {name: outcome for name, outcome in found.items() if name.startswith(readings)}
    assert len(specification) >= 92
    # What a failing command leaves undefined need not be a word that can be encoded.
    failing = {name for name, outcome in specification.items() if outcome.verdict != "proved"}
    assert failing == {"rmm_1_0.encodable", "rmm_1_0_rsi.encodable"}
    assert all(outcome.cutoff for outcome in specification.values())
    assert found["rmm_1_0_strict.refines"].verdict == found["rmm_1_0_rsi_strict.refines"].verdict == "proved"
    refined = found["tf_rmm.refines"]
    assert shown(refined) == (["1.0", "1.2"], "1.1")
    assert isinstance(refined.counterexample, Counterexample)
    assert refined.counterexample.allowed is not None
    assert exit_code(list(found.values())) == 0
