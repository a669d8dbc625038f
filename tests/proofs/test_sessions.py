"""Verdicts about hand-written sessions: what is proved and how, what is refuted and by which run."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from checking import HEAD
from msgspec.structs import replace
from parley.model.evaluate_host import HostEvaluator
from parley.model.instance import Example, Instance, Value, word_of
from parley.model.run import Outputs, Played
from parley.proofs.ask import Asker
from parley.proofs.budget import BUDGET
from parley.proofs.claims import claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.induced import Step
from parley.proofs.session_search import SessionSearch
from parley.proofs.sessions import SessionProver
from parley.proofs.small_scope.sessions import SessionScope, Test
from parley.proofs.verdict import Outcome, SessionCounterexample
from parley.spec.load import Loader
from parley.spec.source import Source
from sampled import one_in
from test_scopes import verdicts

USUAL = """
    case same when requested in supported { status = OK lower = requested }
    case older when some r in supported: r < requested {
        status = BAD
        lower = max r in supported where r < requested
    }
    case newer otherwise { status = BAD lower = min supported }
"""
TAKES = "on status == OK => accept requested"
LISTED = f"knows 1.1, 2.0 start request 1.1 {TAKES} on requested == 1.1 => request 2.0 otherwise => give up"
FOLLOWS = f"knows 1.0, 1.2 start request 1.2 {TAKES} on lower in known => request lower otherwise => give up"
DOWN = f"""knows any start request max known {TAKES}
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up"""


def text(host: str, session: str = "", policy: str = USUAL, interface: str = "", after: str = "") -> str:
    return (
        f"{HEAD}{interface}}}\npolicy p for I {{{policy}}}\nhost h for I {{ {host} }}\n"
        f"session s : h with p {{ {session} }}\n{after}"
    )


def prover(source: str, budget: int = BUDGET) -> SessionProver:
    loader = Loader()
    program = loader.load_source(Source("t.parley", source), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    return SessionProver(session, claims_of_session(session, list(program.scenarios)), budget)


def outcomes(source: str, budget: int = BUDGET) -> dict[str, Outcome]:
    made = prover(source, budget)
    found = {outcome.claim.name: outcome for outcome in made.outcomes()}
    names = [*made.session.claim_names(), *(c.name for c in made.claims if c.kind == "scenario")]
    assert list(found) == names
    return found


def blind(_self: SessionScope, tests: list[Test]) -> list[None]:
    """No small scope: the solver's word stands alone."""
    return [None] * len(tests)


def alone(source: str) -> dict[str, Outcome]:
    with patch.object(SessionScope, "first", blind):
        return outcomes(source)


def outcome_of(source: str, name: str, *, seen: bool = True) -> Outcome:
    """The outcome of one claim, and of no other; where nothing is `seen`, by the solver alone."""
    made = prover(source)
    made.claims = [claim for claim in made.claims if claim.name == name]
    with patch.object(SessionScope, "first", SessionScope.first if seen else blind):
        (outcome,) = made.outcomes()
    return outcome


def word(shown: str) -> int:
    major, minor = shown.split(".")
    return int(major) << 16 | int(minor)


def words(*shown: str) -> tuple[int, ...]:
    return tuple(word(one) for one in shown)


# ---- verdicts -------------------------------------------------------------------------------------------

VERDICTS = [
    # A host, a claim, the verdict.
    (LISTED, "accepted implies agreed in supported", "proved"),
    (LISTED, "accepted implies agreed in known", "proved"),
    (LISTED, "accepted iff some k in known: k in supported", "proved"),
    (LISTED, "accepted implies no k in known: k in supported and prefers(k, agreed)", "proved"),
    (LISTED, "accepted implies agreed == first k in known where k in supported", "proved"),
    (LISTED, "accepted implies agreed == max k in known where k in supported", "refuted"),
    (LISTED, "accepted or gave_up", "proved"),
    (LISTED, "accepted", "refuted"),
    (LISTED, "gave_up", "refuted"),
    (LISTED, "rounds <= 2", "proved"),
    (LISTED, "rounds < 2", "refuted"),
    (LISTED, "rounds == 2 implies requested == 2.0", "proved"),
    (LISTED, "rounds == 3 implies gave_up", "vacuous"),
    (LISTED, "agreed == 7.0 implies gave_up", "vacuous"),
    (LISTED, "not agreed == agreed iff gave_up", "proved"),
    (LISTED, "agreed != 1.1 and agreed != 2.0 implies gave_up", "proved"),
    (LISTED, "gave_up implies requested not in supported", "proved"),
    (LISTED, "gave_up implies lower in supported and status == BAD", "proved"),
    (FOLLOWS, "accepted iff some k in known: k in supported", "refuted"),
    (FOLLOWS, "accepted or gave_up", "proved"),
    (FOLLOWS, "rounds <= 2", "proved"),
    (FOLLOWS, "accepted and rounds == 2 implies agreed == 1.0 and 1.2 not in supported", "proved"),
    (DOWN, "accepted implies agreed in supported", "proved"),
    (DOWN, "accepted iff some k in known: k in supported", "proved"),
    (DOWN, "accepted implies agreed == max k in known where k in supported", "proved"),
    (DOWN, "accepted implies agreed == max supported", "refuted"),
    (DOWN, "accepted implies agreed == max known", "refuted"),
    (DOWN, "gave_up implies requested == min known", "proved"),
    (DOWN, "rounds <= 3", "refuted"),
    (DOWN, "rounds != 3", "refuted"),
    (DOWN, "not accepted and not gave_up implies rounds == 1", "undecided"),
    (DOWN.replace("any", "any up to 3"), "rounds <= 3", "proved"),
    (DOWN.replace("any", "any up to 3"), "rounds <= 2", "refuted"),
    (DOWN.replace("any", "any up to 3"), "not accepted and not gave_up implies rounds == 1", "vacuous"),
    (DOWN.replace("any", "any up to 1"), "requested == max known and requested == min known", "proved"),
]


@pytest.mark.slow
@pytest.mark.parametrize("scope", [True, False], ids=["with the small scope", "the solver alone"])
@pytest.mark.parametrize(("host", "claim", "verdict"), VERDICTS)
def test_verdicts_on_properties(host: str, claim: str, verdict: str, scope: bool) -> None:
    """language.md: a property speaks of how the session ended, on every configuration."""
    source = text(host, f"property claim: {claim}")
    outcome = (outcomes if scope else alone)(source)["claim"]
    assert outcome.verdict == verdict, outcome.reason
    assert isinstance(outcome.counterexample, SessionCounterexample) == (verdict == "refuted")
    assert isinstance(outcome.witness, Played) == (verdict == "proved")


def test_long_runs_are_found_by_playing_them() -> None:
    """Where no number of rounds is known, more of them than are unrolled are tried with revisions in a row."""
    source = text(DOWN, "property few: rounds <= 9")
    counterexample = outcomes(source)["few"].counterexample
    assert isinstance(counterexample, SessionCounterexample)
    assert len(counterexample.played.run.rounds) == 10
    assert alone(source)["few"].verdict == "undecided"


def test_a_counterexample_is_the_shortest_run_on_the_fewest_revisions() -> None:
    """semantics.md: fewest revisions first; of sessions, fewest rounds before that."""
    played = [
        outcome.counterexample.played
        for outcome in outcomes(text(DOWN, "property a: rounds <= 2 property b: accepted or rounds == 2")).values()
        if isinstance(outcome.counterexample, SessionCounterexample)
    ]
    assert [(len(p.run.rounds), p.instance.size) for p in played] == [(3, 4), (1, 2)]


IMPLIED = [
    # A host, the policy, what is claimed of sessions unasked.
    (LISTED, USUAL, "proved", "proved", "proved"),
    (DOWN, USUAL, "proved", "proved", "proved"),
    # Loops of one round, of two, and after a first one.
    (f"knows 1.0 start request 1.0 {TAKES} otherwise => request requested", USUAL, "proved", "refuted", "proved"),
    (
        f"knows 1.0, 1.1 start request 1.0 {TAKES} on requested == 1.0 => request 1.1 otherwise => request 1.0",
        USUAL,
        "proved",
        "refuted",
        "proved",
    ),
    (
        f"knows any start request max known {TAKES} otherwise => request min known",
        USUAL,
        "proved",
        "refuted",
        "proved",
    ),
    # Requests that stray, with a number of rounds all the same.
    (
        f"knows 1.0 start request 1.0 {TAKES} on requested == 1.0 => request lower otherwise => give up",
        USUAL,
        "proved",
        "proved",
        "refuted",
    ),
    ("knows 1.0 start request 2.0 otherwise => give up", USUAL, "proved", "proved", "refuted"),
    ("knows any start request 2.0 otherwise => give up", USUAL, "proved", "proved", "refuted"),
    ("knows any start request 2.0 with { reserved = 1 } otherwise => give up", USUAL, "proved", "proved", "refuted"),
    # Each way to get stuck.
    ("knows any start request max k in known where k > 1.0 otherwise => give up", USUAL, "refuted", "proved", "proved"),
    (LISTED, "case c when requested == 1.1 { status = BAD lower = 1.1 }", "refuted", "proved", "proved"),
    (
        LISTED,
        "case c otherwise { status = BAD lower = max r in supported where r < requested }",
        "refuted",
        "proved",
        "proved",
    ),
    (f"knows any start request max known {TAKES}", USUAL, "refuted", "proved", "proved"),
    (
        f"knows any start request max known {TAKES} otherwise => request max k in known where k < requested",
        USUAL,
        "refuted",
        "proved",
        "proved",
    ),
    (
        "knows any start request max known otherwise => accept max k in known where k < requested",
        USUAL,
        "refuted",
        "proved",
        "proved",
    ),
    # What is left open may hold a host up, or lead it astray.
    (
        FOLLOWS,
        "case c otherwise { status = BAD lower = any ensure lower in supported }",
        "proved",
        "refuted",
        "proved",
    ),
    (
        f"knows 1.0 start request 1.0 {TAKES} on requested == 1.0 => request lower otherwise => give up",
        "case c otherwise { status = any lower = any }",
        "proved",
        "refuted",
        "refuted",
    ),
    # Not known to have an answer: nothing that is left open need meet the `ensure`.
    (
        LISTED,
        "case c otherwise { status = BAD lower = any ensure lower < min supported }",
        "undecided",
        "proved",
        "proved",
    ),
]


@pytest.mark.parametrize("scope", [True, False], ids=["with the small scope", "the solver alone"])
@pytest.mark.parametrize(("host", "policy", "defined", "terminates", "known"), one_in(3, IMPLIED))
def test_verdicts_on_what_is_claimed_unasked(
    host: str, policy: str, defined: str, terminates: str, known: str, scope: bool
) -> None:
    """language.md: no configuration makes the host ask for ever, or for what it does not know, or holds it up."""
    found = (outcomes if scope else alone)(text(host, policy=policy))
    assert [o.verdict for o in found.values()] == ["proved", defined, terminates, known], [
        o.reason for o in found.values()
    ]


def test_stuck_runs_are_left_to_defined() -> None:
    """semantics.md: no other claim is asked of a run that comes to a stop."""
    host = f"knows 1.0 start request 1.0 {TAKES}"
    found = outcomes(text(host, "property always: accepted property never: gave_up implies accepted"))
    assert [found[name].verdict for name in ("defined", "always", "never")] == ["refuted", "proved", "vacuous"]


def test_an_output_that_follows_from_an_open_one() -> None:
    """language.md: the session is not said to be defined where the policy is not; its runs are what they are."""
    host = "knows 1.0 start request 1.0 otherwise => give up"
    more = "    output higher : revision\n"
    for higher, defined, ends in (
        ("max r in {1.0} where lower == 5.7 ensure lower == 5.7", "proved", "refuted"),
        ("max r in {1.0} where lower == 5.7", "undecided", "refuted"),
        ("max r in {1.0} where lower == 5.7 and lower == 5.8", "undecided", "vacuous"),
    ):
        policy = f"case c otherwise {{ status = OK lower = any higher = {higher} }}"
        found = outcomes(text(host, "property open: not gave_up", policy, more))
        assert [found["defined"].verdict, found["open"].verdict] == [defined, ends]


# ---- completeness thresholds ----------------------------------------------------------------------------

THRESHOLDS = [
    (LISTED, 2),
    (FOLLOWS, 2),
    ("knows 1.0, 1.1, 1.2 start request 1.0 otherwise => request first k in known where k != requested", 2),
    (DOWN, None),
    (DOWN.replace("any", "any up to 1"), 1),
    (DOWN.replace("any", "any up to 3"), 3),
    # As many as there are, where that is a round more than four.
    (
        "knows 1.0..1.4 start request 1.0 on some k in known: k > requested => request min k in known where k > requested"
        " otherwise => give up",
        5,
    ),
    # Requests that stray, but not for long.
    (f"knows 1.0 start request 2.0 {TAKES} on requested == 2.0 => request 1.0 otherwise => give up", 2),
    ("knows any start request max known on requested in known => request 7.7 otherwise => give up", 2),
    ("knows any start request max known otherwise => request min known", 2),
    # The policy's answer is a revision that it accepts.
    ("knows 1.0 start request 1.0 on lower < requested => request lower otherwise => give up", 2),
]


@pytest.mark.parametrize(("host", "rounds"), THRESHOLDS)
def test_after_how_many_rounds_every_run_has_ended(host: str, rounds: int | None) -> None:
    """semantics.md: with a number of rounds that every run keeps to, every claim is decided."""
    threshold = prover(text(host)).thresholds.of_all
    assert threshold.rounds == rounds, threshold.reason
    assert bool(threshold.reason) == (rounds is None)


@pytest.mark.parametrize(
    ("host", "after", "rounds"),
    [
        (DOWN, "", 4),
        (DOWN.replace("any", "any up to 3"), "", 4),
        (DOWN.replace("any", "any up to 8"), "", 8),
        (DOWN.replace("any", "any up to 9"), "", 4),
        ("knows 1.0, 1.1, 1.2, 1.3, 1.4, 1.5 start request 1.0 otherwise => give up", "", 6),
        (DOWN, "scenario n for s { given known = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6} then accepted }", 7),
    ],
)
def test_how_many_rounds_are_unrolled(host: str, after: str, rounds: int) -> None:
    """LANGUAGE.md: up to eight, for hosts that know no more revisions than that; and one, to see that there are no more."""
    assert prover(text(host, after=after)).unrolled.rounds == rounds + 1


def test_what_a_scenario_gives_bounds_its_runs() -> None:
    scenario = "scenario two for s { given known = {1.0, 1.1} then rounds <= 2 }"
    outcome = outcome_of(text(DOWN, after=scenario), "two")
    assert (outcome.verdict, outcome.rounds) == ("proved", 2)


def test_a_proof_rests_on_what_cannot_be_and_on_one_example_of_each_premise() -> None:
    outcome = outcome_of(text(LISTED, "property claim: gave_up implies requested not in supported"), "claim")
    assert outcome.verdict == "proved"
    # Whether it goes on after the first round was asked, and it does: nothing follows from that.
    assert [one.confirmed for one in outcome.asked if one.met].count(False) == 0
    assert [one.met for one in outcome.asked].count(False) > 2


def test_of_two_runs_that_are_as_long_the_evaluators_is_shown_and_confirmed() -> None:
    outcome = outcome_of(text(LISTED, "property claim: accepted"), "claim")
    assert outcome.verdict == "refuted"
    assert [(one.met, one.confirmed) for one in outcome.asked if one.confirmed] != []


@pytest.mark.slow
def test_a_premise_that_no_run_meets_is_looked_for_in_four_rounds() -> None:
    """A host that knows five revisions gives up in the fifth round at the earliest."""
    five = " and ".join(f"1.{n} in known" for n in range(5))
    outcome = outcome_of(text(DOWN, f"property claim: gave_up and {five} implies gave_up"), "claim", seen=False)
    assert outcome.verdict == "undecided"
    assert outcome.reason == "it holds, but no run of up to 4 rounds meets its premise"


def test_of_two_known_revisions_more_than_two_sets_can_be_asked_for() -> None:
    host = """knows 1.0, 1.1
        start request known
        on requested == known => request {1.0}
        on requested == {1.0} => request {1.1}
        otherwise => give up"""
    policy = "case all otherwise { status = BAD lower = min requested }"
    sets = text(host, policy=policy).replace("input  requested : revision", "input requested : set of revision")
    assert prover(sets).thresholds.of_all.rounds == 3


# ---- assumptions and names ------------------------------------------------------------------------------


def test_assumptions_that_contradict() -> None:
    """semantics.md: where nothing meets the assumptions, every claim is vacuous, whatever the host does."""
    for host in (LISTED, DOWN, "knows any start request max k in known where k < k otherwise => give up"):
        for where in ("session", "interface"):
            none = "assume none: supported is empty "
            found = outcomes(
                text(
                    host,
                    f"{none if where == 'session' else ''}property q: accepted",
                    interface=none[: 99 * (where != "session")],
                )
            )
            assert {o.verdict for o in found.values()} == {"vacuous"}


def test_assumptions_on_the_request() -> None:
    """language.md: an assumption on the input holds in every round; what it rules out is not asked for."""
    host = f"knows 1.0, 1.1 start request 1.1 {TAKES} otherwise => request 1.0 with {{ reserved = 1 }}"
    assumed = "    assume well_formed: requested.reserved == 0\n"
    free, narrowed = (outcomes(text(host, "property q: accepted", interface=more)) for more in ("", assumed))
    assert [free[name].verdict for name in ("requests_known", "terminates", "q")] == ["refuted"] * 3
    assert [narrowed[name].verdict for name in ("requests_known", "terminates", "q")] == ["proved"] * 3


SOME = """
    case same when requested in supported { status = OK lower = requested }
    case other when requested != 1.0 { status = BAD lower = min supported }
"""
STEPS = f"""knows 1.2, 1.1, 1.0 start request 1.2 {TAKES} on requested == 1.2 => request 1.1
    on requested == 1.1 and lower > 0.5 => request 1.0 otherwise => request 0.9"""


@pytest.mark.parametrize(
    ("invariant", "rounds"),
    [
        # Of runs that would break it, the next request is left out.
        ("requested == 1.1 implies status == OK or lower > 0.5", None),
        ("requested == 1.2", 2),
        ("status == OK", 2),
        ("requested == 1.0 implies status == BAD", 3),
        # What is not answered in the third round was answered in the second.
        ("requested == 1.1 implies status == OK or 1.0 in supported", 3),
    ],
)
def test_an_invariant_where_requests_are_left_out(invariant: str, rounds: int | None) -> None:
    """A run that an assumption leaves out breaks nothing, and one that gets stuck may."""
    more = "    assume from_one: requested != 0.9\n"
    outcome = outcome_of(text(STEPS, f"invariant claim: {invariant}", SOME, more), "claim", seen=False)
    assert outcome.verdict == ("proved" if rounds is None else "refuted"), outcome.reason
    if rounds is not None:
        assert isinstance(outcome.counterexample, SessionCounterexample)
        assert len(outcome.counterexample.played.run.rounds) == rounds


CONFIRMED = [
    # A host and a policy, how a run of theirs ends, and whether `accepted` holds there.
    (LISTED, USUAL, "accepted", True),
    (LISTED, USUAL, "gave_up", False),
    ("knows 1.0 start request 1.0 otherwise => request requested", USUAL, "loops", False),
    ("knows 1.0 start request 1.0 otherwise => request 0.9", USUAL, "left_out", None),
    (STEPS, SOME, "stuck", None),
    (f"knows 1.0 start request 1.0 {TAKES}", USUAL, "stuck", None),
]


@pytest.mark.parametrize(("host", "policy", "ending", "accepted"), CONFIRMED)
def test_the_solver_confirms_a_run_as_it_is(host: str, policy: str, ending: str, accepted: bool | None) -> None:
    """And no other: not one whose last reply is another, and not that the opposite holds at its end."""
    more = "    assume from_one: requested != 0.9\n"
    made = prover(text(host, "property claim: accepted", policy, more))
    if ending == "left_out":
        instance = Instance({"supported": words("1.1")})
        reply: Outputs = {"status": 1, "lower": word("1.1")}
        played = Played(instance, made.evaluator.replay(instance, [reply], [], first=True))
    else:
        (played,) = SessionScope(made.evaluator, []).first([lambda _, run: run.ending == ending])
    assert played is not None
    assert played.run.ending == ending
    *before, last = played.run.rounds
    claim, satisfiable = made.claims[-1], made.claims[0]
    formula = made.unrolled.core(claim.formula) if claim.formula is not None else None
    confirmed = made.confirmation.of(satisfiable, played, None, truth=True)
    assert confirmed is True
    if accepted is not None:
        held = [made.confirmation.of(claim, played, formula, truth=truth) for truth in (accepted, not accepted)]
        assert held == [True, False]
    if last in played.run.answered:
        other = replace(last, outputs={**last.outputs, "lower": word("7.7")})
        wrong = replace(played, run=replace(played.run, rounds=(*before, other)))
        assert made.confirmation.of(satisfiable, wrong, None, truth=True) is False


def test_runs_may_get_stuck_in_each_round() -> None:
    questions = prover(text(STEPS, policy=SOME)).questions
    # Before the first request; without an answer and without a rule, in each round.
    assert [len(list(questions.stuck(rounds))) for rounds in (0, 1, 3)] == [1, 3, 7]


def test_an_assumption_of_the_session_narrows_what_is_known() -> None:
    """language.md: `assume` in a session restricts configurations and `known`."""
    claim = "property q: accepted"
    assert outcomes(text(DOWN, claim))["q"].verdict == "refuted"
    found = outcomes(text(DOWN, f"assume common: some k in known: k in supported {claim}"))
    assert found["q"].verdict == "proved"


NAMES = [
    # What stands before the interface, in it and in the policy; a claim; its verdict.
    ("", "define fine = requested in supported", "", "fine implies accepted", "proved"),
    ("", "define fine = requested in supported", "", "not accepted implies fine", "refuted"),
    ("", "define nice(a) = status == OK and a == lower", "", "nice(requested) iff accepted", "proved"),
    (
        "define less(a) = some requested in {1.1, 2.0}: requested < a",
        "",
        "",
        "accepted implies not less(requested)",
        "refuted",
    ),
    ("define less(a) = some lower in {1.0}: lower < a", "", "", "accepted implies less(lower)", "proved"),
    ("define next = 2.0", "", "", "gave_up implies requested == next", "proved"),
    ("define one(a) = max agreed in {a, 1.1} where agreed < 2.0", "", "", "one(requested) == 1.1", "proved"),
    ("", "define related(a)", "define related(a) = a in supported", "accepted iff related(requested)", "proved"),
]


@pytest.mark.parametrize(("before", "interface", "policy", "claim", "verdict"), NAMES)
def test_names_mean_the_same_in_every_round(before: str, interface: str, policy: str, claim: str, verdict: str) -> None:
    """language.md: in a property, request and outputs are those of the last round, also through `define`s."""
    source = text(LISTED, f"property claim: {claim}", f"{policy}{USUAL}", f"    {interface}\n")
    for found in (outcomes(f"{before}\n{source}"), alone(f"{before}\n{source}")):
        assert found["claim"].verdict == verdict
        assert found["claim"].reason == ""


def test_a_configuration_may_be_called_next() -> None:
    """semantics.md: what the prover calls things is nobody else's name."""
    source = text(LISTED, "property safe: accepted implies agreed in next").replace("supported", "next")
    assert {o.verdict for o in outcomes(source).values()} == {"proved"}


DEFINES = [
    # In the interface, in the policy: what the host then does.
    ("define related(a)", "", "refuted", "refuted"),
    ("define related(a)", "define related(a) = a == 1.1", "proved", "vacuous"),
    ("define related(a)", "define related(a) = a == 1.0", "refuted", "proved"),
    ("define related(a) = a == 1.1", "define related(a) = a == 1.0", "proved", "vacuous"),
    ("define related(a) = a == 1.0", "define related(a) = a == 1.1", "refuted", "proved"),
    (
        "define related(a) define own(a) = a == 1.1",
        "define own(a) = a == 1.0 define related(a) = own(a)",
        "refuted",
        "proved",
    ),
]


@pytest.mark.parametrize(("interface", "policy", "gives_up", "finds"), DEFINES)
def test_a_relation_that_a_host_asks(interface: str, policy: str, gives_up: str, finds: str) -> None:
    """language.md: without a body anywhere, for every relation; a host keeps the body of its interface."""
    host = LISTED.replace(TAKES, f"on related(requested) => give up {TAKES}")
    claims = "property stops: gave_up and rounds == 1 property finds: rounds == 2 or accepted implies agreed != 9.9"
    found = outcomes(text(host, claims, f"{policy}{USUAL}", f"    {interface}\n"))
    assert found["stops"].verdict == gives_up
    assert (found["finds"].verdict == "vacuous") == (finds == "vacuous")


# ---- scenarios ------------------------------------------------------------------------------------------

SCENARIOS = [
    (LISTED, "supported = {1.0, 2.0}", "", "accepted and agreed == 2.0 and rounds == 2", "proved"),
    (LISTED, "supported = {1.0, 2.0}", "", "agreed == 1.0", "refuted"),
    (LISTED, "supported = {}", "", "accepted", "vacuous"),
    (
        DOWN,
        "supported = {1.0, 2.0}",
        "known = {1.0, 3.0, 4.0, 5.0, 6.0, 7.0}",
        "agreed == 1.0 and rounds == 6",
        "proved",
    ),
    (DOWN, "supported = {1.0, 2.0}", "known = {1.0, 3.0, 4.0, 5.0, 6.0, 7.0}", "rounds == 5", "refuted"),
    (DOWN, "supported = {1.0, 2.0}", "known = {}", "accepted", "vacuous"),
    (DOWN.replace("any", "any up to 2"), "supported = {1.0}", "known = {1.0, 2.0}", "agreed == 1.0", "proved"),
    (DOWN.replace("any", "any up to 2"), "supported = {1.0}", "known = {1.0, 2.0, 3.0}", "agreed == 1.0", "vacuous"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("host", "supported", "known", "then", "verdict"), SCENARIOS)
def test_scenarios_of_sessions(host: str, supported: str, known: str, then: str, verdict: str) -> None:
    """language.md: a scenario gives part of the configuration; the rest may be anything."""
    given = f"given {supported}" + (f" given {known}" if known else "")
    after = f"scenario example for s {{ {given} then {then} }}"
    for found in (outcomes(text(host, after=after)), alone(text(host, after=after))):
        assert found["example"].verdict == verdict, found["example"].reason


# ---- induction ------------------------------------------------------------------------------------------

# A host that leaves what it knows: that the last request is known is no invariant, and 0.4 is never asked for.
STRAYS = f"""knows any start request max known
    on requested == 0.4 => request 0.5
    {TAKES}
    on requested == 7.7 => request 7.6
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up"""
OLD = "assume from_one: every k in known: k.major >= 1 "


def step_of(outcome: Outcome) -> Step:
    assert outcome.verdict == "undecided"
    assert outcome.step is not None
    return outcome.step


def known_of(config: dict[str, Value]) -> tuple[int, ...]:
    known = config["known"]
    assert isinstance(known, tuple)
    return known


def test_an_invariant_that_does_not_hold_at_the_start_is_refuted_by_the_first_round() -> None:
    outcome = outcomes(text(DOWN, "invariant refused: status == BAD"))["refused"]
    assert outcome.verdict == "refuted"
    assert isinstance(outcome.counterexample, SessionCounterexample)
    assert len(outcome.counterexample.played.run.rounds) == 1


def test_an_invariant_that_holds_at_the_start_only_is_refuted_by_a_later_round() -> None:
    outcome = outcomes(text(DOWN, "invariant highest: requested == max known"))["highest"]
    assert outcome.verdict == "refuted"
    assert isinstance(outcome.counterexample, SessionCounterexample)
    assert len(outcome.counterexample.played.run.rounds) == 2


SETS = """interface I {
    revision { major[3:2] minor[1:0] }
    input requested : set of revision
    output status : { OK = 0, BAD = 1 }
    output lower : set of revision
}
policy p for I {
    case all otherwise { status = any lower = any ensure requested is empty or lower is not empty }
}
host h for I {
    knows any
    start request known
    on status == OK => give up
    otherwise => request lower
}
session s : h with p {
    property some_: gave_up implies requested is not empty
}
"""


def test_a_step_at_an_empty_request_says_that_it_is_empty() -> None:
    """Bug: it was shown as a request for 0.0."""
    made = prover(SETS)
    induced = made.induction.claim(next(claim for claim in made.claims if claim.name == "some_"), BUDGET)
    assert induced.step is not None
    assert induced.step.requests == ((),)
    assert [{**reply}["status"] for reply in induced.step.replies] == [0]


def test_rounds_are_counted_from_the_first() -> None:
    made = prover(text(DOWN.replace("any", "any up to 9"), "property one: rounds >= 1 property nine: rounds <= 9"))
    assert made.induction.bound == 9
    for claim in made.claims[-2:]:
        induced = made.induction.claim(claim, BUDGET)
        assert (claim.name, induced.proved, induced.rounds) == (claim.name, True, 9)
    # Of one that asks for what it does not know, there is no such number.
    assert prover(text(STRAYS.replace("any", "any up to 9"))).induction.bound is None


def test_what_keeps_a_session_that_goes_round_from_an_order_is_shown() -> None:
    """It asks again for the same, and nothing says that it does not."""
    made = prover(text("knows any start request max known otherwise => request requested", "property ends: accepted"))
    induced = made.induction.claim(made.claims[-1], BUDGET)
    assert not induced.proved
    assert induced.step is not None
    assert (induced.step.part, len(induced.step.requests)) == ("end", 1)


@pytest.mark.slow
def test_an_invariant_that_is_not_kept_shows_two_rounds() -> None:
    """semantics.md: `undecided` says why; here, by a round that no run need come to."""
    step = step_of(outcomes(text(STRAYS, f"{OLD}invariant never: requested != 0.5"))["never"])
    assert step.part == "round"
    assert step.requests == words("0.4", "0.5")
    assert len(step.replies) == 2
    assert all(known >= word("1.0") for known in known_of(step.config))


@pytest.mark.slow
def test_an_invariant_that_is_not_enough_shows_the_end() -> None:
    claims = f"{OLD}invariant small: requested.reserved == 0 property fine: accepted implies agreed.major >= 1"
    found = outcomes(text(STRAYS, claims))
    assert found["small"].verdict == "proved"
    step = step_of(found["fine"])
    assert step.part == "end"
    (request,) = step.requests
    assert word_of(request) < word("1.0")
    assert request in (step.config["supported"] or ())  # pyright: ignore[reportOperatorIssue]


@pytest.mark.slow
def test_invariants_help_each_other_and_properties() -> None:
    claims = "invariant never: requested != 0.5 invariant helps: requested.major >= 1 "
    found = outcomes(text(STRAYS, f"{OLD}{claims}property fine: accepted implies agreed != 0.5"))
    verdicts = {name: (o.verdict, o.by_induction) for name, o in found.items() if name in ("never", "helps", "fine")}
    assert verdicts == dict.fromkeys(("never", "helps", "fine"), ("proved", True))
    assert "helps" in found["never"].because
    assert "never" not in found["helps"].because
    assert {"never", "helps"} & set(found["fine"].because)
    assert found["terminates"].verdict == "proved"
    assert "each request is below the one before" in found["terminates"].because


@pytest.mark.slow
@pytest.mark.parametrize("name", ["round", "moves", "new", "asks", "strays", "idle", "silent", "mute", "loops", "next"])
def test_an_invariant_may_be_called_anything(name: str) -> None:
    """semantics.md: what the prover calls its questions is nobody else's name."""
    claims = f"{OLD}invariant {name}: requested.major >= 1 property fine: accepted implies agreed.major >= 1"
    found = outcomes(text(STRAYS, claims))
    assert [found[n].verdict for n in ("terminates", name, "fine")] == ["proved"] * 3
    assert found["requests_known"].verdict == "refuted"


FOUND = [
    # A property of the host that goes down, and what its proof rests on.
    ("accepted implies agreed in known", {"the last request is known"}),
    ("gave_up implies no k in known: k in supported", {"no known revision above the last request is in supported"}),
    ("accepted or gave_up", {"each request is below the one before"}),
    ("accepted implies agreed in supported", set[str]()),
    (
        "accepted implies no k in known: k in supported and k > agreed",
        {"no known revision above the last request is in supported"},
    ),
]


@pytest.mark.parametrize(("claim", "because"), FOUND)
def test_usual_invariants_are_found(claim: str, because: set[str]) -> None:
    """semantics.md: proofs for hosts that know any number of revisions name what they rest on."""
    outcome = outcomes(text(DOWN, f"property claim: {claim}"))["claim"]
    assert (outcome.verdict, outcome.by_induction) == ("proved", True)
    assert set(outcome.because) == because


UP = f"""knows any start request min known {TAKES}
    on some k in known: k > requested => request min k in known where k > requested
    otherwise => give up"""
LIKED = f"""knows any start request first k in known where k == k {TAKES}
    on some k in known: prefers(requested, k) => request first k in known where prefers(requested, k)
    otherwise => give up"""


@pytest.mark.parametrize(
    ("host", "way"),
    [
        (DOWN, "each request is below the one before"),
        (UP, "each request is above the one before"),
        (LIKED, "each request is below the one before"),
    ],
)
def test_requests_that_only_go_one_way(host: str, way: str) -> None:
    found = outcomes(text(host, "property ends: accepted iff some k in known: k in supported"))
    assert [o.verdict for o in found.values()] == ["proved"] * 5
    assert way in found["terminates"].because


@pytest.mark.slow
@pytest.mark.parametrize("host", [DOWN, UP, LIKED])
def test_requests_that_go_one_way_and_then_stay(host: str) -> None:
    """An order that is not strict shows nothing: at its end the host asks the same again."""
    for found in (outcomes, alone):
        assert found(text(host.replace("give up", "request requested")))["terminates"].verdict == "refuted"


@pytest.mark.parametrize("where", ["k <= requested", "k >= requested", "not prefers(k, requested)"])
def test_requests_that_may_stay_where_they_are(where: str) -> None:
    """An order that is not strict shows nothing: the host asks the same again."""
    host = f"knows any start request max known {TAKES} otherwise => request max k in known where {where}"
    for found in (outcomes(text(host)), alone(text(host))):
        assert found["terminates"].verdict == "refuted"


@pytest.mark.slow
def test_an_induction_gives_no_more_than_unrolling() -> None:
    """semantics.md: what is proved for any number of revisions is proved, or says nothing, for a few."""
    claims = " ".join(f"property q{at}: {claim}" for at, (claim, _) in enumerate(FOUND))
    for most in (1, 2, 3):
        few = outcomes(text(DOWN.replace("any", f"any up to {most}"), claims))
        assert {o.verdict for o in few.values()} == {"proved"}


# ---- limits ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_claim_that_leaves_the_fragment_is_undecided() -> None:
    """semantics.md: undecided claims name the part that leaves the fragment."""
    outcome = outcomes(text(LISTED, "property deep: every r in 1.0..2.0: r.major == 1 or r.minor == agreed.minor"))[
        "deep"
    ]
    assert outcome.verdict in ("refuted", "undecided")
    found = alone(
        text(LISTED, "property deep: accepted implies some r in requested..9.0: r not in supported and r.major > 1")
    )
    assert found["deep"].verdict == "undecided"
    assert "leaves the decidable fragment" in found["deep"].reason
    assert "·" not in found["deep"].reason
    assert "@" not in found["deep"].reason


@pytest.mark.slow
def test_ranges_that_the_evaluator_cannot_go_through() -> None:
    """An example too hard to replay is no reason to fail."""
    claim = "every r in 1.0..2.0: every q in 1.0..2.0: some m in 1.0..3.0: r.minor < q.major or m[5:3] == r[7:2]"
    assert outcomes(text(LISTED, f"property deep: {claim}"))["deep"].verdict == "undecided"


def test_a_small_budget_is_undecided() -> None:
    source = text(DOWN.replace("any", "any up to 3"), "property q: rounds <= 3")
    with patch.object(SessionScope, "first", blind):
        found = outcomes(source, budget=1)
    assert {o.verdict for o in found.values()} == {"undecided"}
    assert all(o.reason for o in found.values())


# ---- hosts ----------------------------------------------------------------------------------------------

OTHERS = "(some k in known: k > 0.0) and (every a in known: some b in known: b != a)"

RULES = [
    ("knows 1.0 start request 1.0 on status == OK => give up on status == BAD => give up", ["proved", "proved"]),
    (
        "knows 1.0 start request 1.0 on status == OK or status == BAD => give up otherwise => give up",
        ["proved", "refuted"],
    ),
    (
        "knows 1.0 start request 1.0 on lower in known => give up on lower == 1.0 => give up otherwise => give up",
        ["proved", "refuted", "proved"],
    ),
    ("knows any start request 1.0 on some k in known: k < k => give up otherwise => give up", ["refuted", "proved"]),
    (
        "knows any up to 1 start request 1.0 on some k in known: some j in known: j < k => give up otherwise => give up",
        ["refuted", "proved"],
    ),
    (
        "knows any up to 2 start request 1.0 on some k in known: some j in known: j < k => give up otherwise => give up",
        ["proved", "proved"],
    ),
    ("knows any start request 1.0 on known is not empty => give up otherwise => give up", ["proved", "refuted"]),
    # Without a cutoff, too, an example has no more known revisions than there can be.
    (f"knows any up to 1 start request 1.0 on {OTHERS} => give up otherwise => give up", ["undecided", "proved"]),
    (f"knows any up to 2 start request 1.0 on {OTHERS} => give up otherwise => give up", ["proved", "proved"]),
]


@pytest.mark.parametrize("rule", [0, 1, 2])
def test_an_example_of_a_rule_has_to_replay(rule: int) -> None:
    """Where the evaluator has another rule act, before or behind it, the two disagree."""
    made = prover(text("knows 1.0 start request 1.0 on status == OK => give up on status == BAD => give up"))
    host = made.session.host

    def acting(*_: object) -> int:
        return rule

    with patch.object(HostEvaluator, "rule", acting):
        found = [outcome.verdict for outcome in prove_host(host, claims_of_host(host))]
    assert found == ["proved" if at == rule else "inconsistent" for at in (0, 1)]


@pytest.mark.parametrize(("host", "verdicts"), RULES)
def test_rules_that_can_never_apply(host: str, verdicts: list[str]) -> None:
    """language.md: each rule can apply to some reply; one that cannot is dead."""
    loader = Loader()
    program = loader.load_source(Source("t.parley", text(host)), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (checked,) = program.own_hosts
    found = list(prove_host(checked, claims_of_host(checked)))
    assert [outcome.verdict for outcome in found] == verdicts
    for outcome in found:
        assert outcome.verdict == "proved" or all(name.startswith("rule_") for name in outcome.because)


def test_rounds_and_fields_are_compared_with_numbers_beyond_a_narrow_word() -> None:
    found = verdicts(
        "interface I { revision { major[1] minor[0] } config supported : set of revision "
        "input requested : revision output lower : revision "
        "invariant below: requested.major < 18446744073709551615 invariant equal: requested.minor == 9 } "
        "policy p for I { case only otherwise { lower = max supported } } "
        "host h for I { knows 1.1, 0.0 start request 1.1 on lower == requested => accept lower "
        "on requested == 1.1 => request 0.0 otherwise => give up } "
        "session s : h with p { assume filled: supported is not empty "
        "property few: rounds <= 9 property single: rounds < 2 }"
    )
    assert (found["p.below"], found["p.equal"]) == ("proved", "refuted")
    assert (found["s.few"], found["s.single"]) == ("proved", "refuted")


def test_an_optional_assumption_of_a_session_may_speak_of_each_request() -> None:
    found = verdicts(
        "interface I { revision { major[1] minor[0] } config supported : set of revision config flag : bool "
        "assume filled: supported is not empty input requested : revision output lower : revision "
        "assumption newest: requested == 1.1 assumption flagged: flag or requested < requested } "
        "policy p for I { case only otherwise { lower = max supported } } "
        "host h for I { knows 1.1, 0.0 start request 1.1 on lower == requested => accept lower "
        "on requested == 1.1 => request 0.0 otherwise => give up } "
        "session s : h with p under newest { property accepts: accepted property top: agreed == 1.1 } "
        "session t : h with p under flagged { property flag: flag property accepts: accepted }"
    )
    # A run in which a request breaks it is left out, so what asks for 0.0 is not looked at.
    assert {name: v for name, v in found.items() if name[0] in "st"} == {
        "s.satisfiable": "proved",
        "s.defined": "proved",
        "s.terminates": "proved",
        "s.requests_known": "proved",
        "s.accepts": "proved",
        "s.top": "proved",
        "t.satisfiable": "proved",
        "t.defined": "proved",
        "t.terminates": "proved",
        "t.requests_known": "proved",
        "t.flag": "proved",
        "t.accepts": "refuted",
    }


def test_a_request_may_be_one_of_some_names() -> None:
    found = outcomes(
        """interface I {
            revision { major[3:2] minor[1:0] }
            config supported : set of revision
            assume configured: supported is not empty
            input which : { OLDEST = 0, NEWEST = 1 }
            output status : { OK = 0, BAD = 1 }
            output lower : revision
        }
        policy p for I {
            case oldest when which == OLDEST { status = BAD lower = min supported }
            case newest otherwise { status = OK lower = max supported }
        }
        host h for I { knows 1.0 start request OLDEST on status == OK => accept lower otherwise => request NEWEST }
        session s : h with p {
            property newest: accepted implies agreed == max supported
            property oldest: accepted implies agreed == min supported
            property second: accepted and rounds == 2
        }"""
    )
    verdicts = {name: found[name].verdict for name in ("terminates", "newest", "oldest", "second")}
    assert verdicts == {"terminates": "proved", "newest": "proved", "oldest": "refuted", "second": "proved"}


def test_what_was_made_readable_is_played_and_what_the_solver_found_only_where_that_fails() -> None:
    made = prover(text(LISTED, "property accepts: accepted"))
    played: list[str] = []
    right, tidied = SessionSearch.played, Asker.readable

    def counted(self: SessionSearch, example: Example, *arguments: Any, **named: Any) -> Played | None:
        played.append("readable" if any(example is one for one in readable) else "found")
        return right(self, example, *arguments, **named)

    readable: list[Example] = []

    def seen(self: Asker, *arguments: Any) -> Example:
        readable.append(tidied(self, *arguments))
        return readable[-1]

    def spoilt(self: Asker, *arguments: Any) -> Example:
        one = tidied(self, *arguments)
        readable.append(replace(one, instance=replace(one.instance, config={**one.instance.config, "supported": ()})))
        return readable[-1]

    for tidy, in_turn in ((seen, ["readable"]), (spoilt, ["readable", "found"])):
        played.clear()
        with patch.object(SessionSearch, "played", counted), patch.object(Asker, "readable", tidy):
            (outcome,) = [one for one in made.outcomes() if one.claim.name == "accepts"]
        assert outcome.verdict == "refuted"
        assert len(played) == len(in_turn) * len(readable)
        assert played[-len(in_turn) :] == in_turn
        readable.clear()
        made = prover(text(LISTED, "property accepts: accepted"))
