"""What the checker makes of sessions: rounds that are played by hand, and clauses that a run which breaks a claim meets.

Clauses that contradict each other are a proof. So of a run that breaks a claim all clauses of the way in which it does
so have to be true, and where all of them are, the claim must be broken so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pytest
from parley.proofs.certificates.checker.callers import Caller
from parley.proofs.certificates.checker.inductions import Induction
from parley.proofs.certificates.checker.policies import Obligation, Policy
from parley.proofs.certificates.checker.sessions import Round, Session, joined, strays
from parley.proofs.certificates.checker.skeleton import Skeleton
from parley.proofs.certificates.checker.texts import Text
from parley.proofs.certificates.checker.verify import obligations_of, subject_of
from parley.proofs.certificates.checker.words import (
    FALSE,
    TRUE,
    Between,
    Refused,
    Several,
    Term,
    Word,
    Work,
    number,
    term,
)
from parley.spec.parsing.parser import parse
from parley.spec.source import Source
from parley.spec.syntax import KNOWN

TEXT = """interface I {
    revision { major[3:2]   minor[1:0] }
    config supported : set of revision
    config flag      : bool
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }
    output lower     : revision
    assume without: 3.3 not in supported
    assumption quiet: 0.0 not in supported
    define near(a)
}
policy p for I {
    case known when requested in supported {
        status = OK
        lower = requested
    }
    case told when flag and requested != 0.1 {
        status = BAD
        lower = any
        ensure lower != requested
    }
    case least when requested > 0.1 {
        status = BAD
        lower = max r in {2.3} where r in supported
    }
}
host h for I {
    knows 1.0, 0.3, 0.2, 0.1
    start request 1.0
    on status == OK => accept requested
    on lower == 0.0 => give up
    on lower in known or lower == 1.1 => request lower
    on lower == 3.2 => request requested
    on lower == 3.1 => accept max k in known where k > 3.0
}
session s : h with p under quiet {
    assume asked: requested != 0.3
    invariant low: lower != 0.0
    property one: accepted implies agreed == 1.0
    property quits: gave_up implies status == OK
    property comes_to_an_end: flag implies accepted or gave_up
    property counted: rounds == 1
    property nothing: agreed != agreed and rounds != rounds and requested != requested and lower != lower
    property related: near(1.0) iff accepted
}
scenario given_ for s { given flag = true then gave_up }
host any_two for I {
    knows any up to 2
    start request max k in known where k > 0.3
    on status == OK => accept requested
    otherwise => give up
}
session t : any_two with p { property ends: accepted }
"""


@cache
def text() -> Text:
    file, problems = parse(Source("text", TEXT))
    assert not problems
    return Text.of([file])


def session(name: str = "s") -> Session:
    found = subject_of(text(), name)
    assert isinstance(found, Session)
    return found


def words(*values: int) -> Several:
    return Several(tuple((TRUE, number(value)) for value in values))


# ---- rounds that are played -----------------------------------------------------------------------------

# Each with its request, what is so of it, and what is agreed or asked for next.
Played = tuple[int, str, int | None]

RUNS: list[tuple[tuple[int, ...], bool, list[int], list[Played]]] = [
    # Accepted at once.
    ((4,), False, [], [(4, "reached ran accepted", 4)]),
    # The newest of nothing has no value; and that of {2.3} is not what any rule is about.
    ((), False, [], [(4, "reached stuck", None)]),
    ((11,), False, [], [(4, "reached ran stuck", None)]),
    # Told 0.2, the host asks for it; and gives up, accepts, or asks for 1.0 again.
    ((), True, [2, 0], [(4, "reached ran asks", 2), (2, "reached ran gave_up", None)]),
    ((2,), True, [2, 0], [(4, "reached ran asks", 2), (2, "reached ran accepted", 2)]),
    ((), True, [2, 4], [(4, "reached ran asks", 2), (2, "reached ran asks loops", 4)]),
    ((), True, [14], [(4, "reached ran asks loops", 4)]),
    # No known revision is above 3.0.
    ((), True, [13], [(4, "reached ran stuck", None)]),
    # Told 0.1, which no case answers; 0.3, which the session leaves out; and 1.0 again, which is no answer.
    ((), True, [1], [(4, "reached ran asks", 1), (1, "reached stuck", None)]),
    ((), True, [3], [(4, "reached ran asks", 3), (3, "", None)]),
    ((), True, [4], [(4, "reached", None)]),
    # What an assumption of the interface, or one that the session is under, leaves out.
    ((4, 15), False, [], [(4, "", None)]),
    ((4, 0), False, [], [(4, "", None)]),
]

FLAGS = ("reached", "ran", "stuck", "accepted", "gave_up", "loops", "asks")


def said_of(one: Round) -> Played:
    flags = {name: getattr(one, name) for name in FLAGS}
    assert {*flags.values()} <= {TRUE, FALSE}
    value = one.following if one.asks == TRUE else one.agreed
    assert isinstance(one.request, Term)
    assert isinstance(value, Term)
    ways = [word for test, word in value.ways if test != FALSE]
    assert len(ways) <= 1
    request = [sole(word) for test, word in one.request.ways if test != FALSE]
    return request[0], " ".join(name for name, so in flags.items() if so == TRUE), sole(ways[0]) if ways else None


def sole(word: Word) -> int:
    ((value, _, _),) = word
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize(("supported", "flag", "told", "rounds"), RUNS)
def test_rounds_are_played(supported: tuple[int, ...], flag: bool, told: list[int], rounds: list[Played]) -> None:
    made = session()
    skeleton = made.policy.skeleton(range(1, 4), Work())
    scope = {"supported": words(*supported), "flag": TRUE if flag else FALSE, KNOWN: words(4, 3, 2, 1)}
    given = made.policy.meaning(skeleton, dict(scope))
    found = made.rounds(given, len(rounds), lambda at, _: term(number([*told, 0][at])))
    expected = [(one[0], " ".join(name for name in FLAGS if name in one[1].split()), one[2]) for one in rounds]
    assert [said_of(one) for one in found] == expected
    # A round behind the end is not reached.
    if "loops" not in rounds[-1][1]:
        after = made.rounds(given, len(rounds) + 1, lambda at, _: term(number([*told, 0, 0][at])))[-1]
        assert {getattr(after, name) for name in FLAGS} == {FALSE}


def test_what_a_host_asks_for_may_be_unknown() -> None:
    made = session()
    skeleton = made.policy.skeleton([], Work())
    given = made.policy.meaning(skeleton, {KNOWN: words(4, 3)})
    for request, reached, strange in [
        (term(number(4)), TRUE, FALSE),
        (term(number(5)), TRUE, TRUE),
        (term(number(5)), FALSE, FALSE),
        (Term(((FALSE, number(5)), (TRUE, number(3)))), TRUE, FALSE),
        (words(3, 4), TRUE, FALSE),
        (words(3, 5), TRUE, TRUE),
        (words(3, 5), FALSE, FALSE),
        (words(), TRUE, FALSE),
    ]:
        assert strays(made, given, Round(request, reached, reached, {})) == strange, request


def test_what_there_is_at_the_end_of_a_run() -> None:
    made = session()
    given = made.policy.meaning(made.policy.skeleton([], Work()), {})
    done = Round(
        term(number(4)),
        TRUE,
        TRUE,
        {"requested": term(number(4)), "supported": words(4), "flag": TRUE},
        agreed=term(number(3)),
    )
    nothing = Term(())
    for ending, own in {
        "accepted": (TRUE, FALSE, term(number(3)), term(number(2)), term(number(4)), words(4), TRUE),
        "gave_up": (FALSE, TRUE, nothing, term(number(2)), term(number(4)), words(4), TRUE),
        "loops": (FALSE, FALSE, nothing, nothing, nothing, words(), FALSE),
    }.items():
        scope = made.ended(given, done, term(number(2)), ending).scope
        names = ("accepted", "gave_up", "agreed", "rounds", "requested", "supported", "flag")
        assert tuple(scope[name] for name in names) == own, ending


def test_of_several_values_there_is_the_one_whose_condition_holds() -> None:
    made = Skeleton(4, (), (), Work())
    a, b = made.holds("a", ()), made.holds("b", ())
    one, other = number(1), number(2)
    assert joined(made, [], TRUE) == TRUE
    assert joined(made, [(a, TRUE), (b, FALSE)], FALSE) == a
    both = [(a, Several(((TRUE, one), (b, other)))), (-a, Several(((FALSE, one), (TRUE, other))))]
    assert joined(made, both, TRUE) == Several(((a, one), (made.conj(a, b), other), (-a, other)))
    terms = [(a, term(one)), (b, term(one)), (made.conj(-a, -b), Term(((TRUE, other),))), (a, Term(((FALSE, one),)))]
    assert joined(made, terms, TRUE) == Term(((made.disj(a, b), one), (made.conj(-a, -b), other)))


# ---- clauses that runs meet -----------------------------------------------------------------------------


Built = list[tuple[str, Skeleton]]
"""Of each way to fail its label, and its clauses."""


def built(obligations: Sequence[Obligation], made: Session | None = None, policy: Policy | None = None) -> Built:
    """All but what is about choices of open outputs, and first requests."""
    found: Built = []
    for one in obligations:
        if not one.label.startswith(("choice", "no first")):
            skeleton = (policy or (made or session()).policy).skeleton([2] if policy else [], Work())
            one.build(skeleton)
            skeleton.settle()
            found.append((one.label, skeleton))
    return found


def unmet(
    skeleton: Skeleton, numbers: Mapping[str, int], sets: Mapping[str, Sequence[int]], so: set[str]
) -> list[tuple[int, ...]]:
    """The clauses that are false where digits, sets and truth values are these."""

    def value(word: Word) -> int:
        return sum((what if isinstance(what, int) else numbers[what]) << low for what, low, _ in word)

    @cache
    def holds(literal: int) -> bool:
        atom = abs(literal)
        if atom == TRUE:
            true = True
        elif atom in skeleton.parts:
            true = all(map(holds, skeleton.parts[atom]))
        elif atom in skeleton.differences:
            one, other, most = skeleton.differences[atom]
            true = (numbers[one] if one else 0) - (numbers[other] if other else 0) <= most
        else:
            relation, arguments = skeleton.applied[atom]
            if relation.startswith("in "):
                true = value(arguments[0]) in sets[relation.removeprefix("in ")]
            else:
                true = relation in so
        return true == (literal > 0)

    return [clause for clause in skeleton.clauses if not any(map(holds, clause))]


def broken(ways: Built, supported: Sequence[int], numbers: Mapping[str, int], so: Sequence[str]) -> list[str]:
    """The ways in which a claim fails in a run: those whose clauses are all true of it."""
    given = {**{f"lower@{at}": 0 for at in range(1, 5)}, **numbers}
    return [label for label, skeleton in ways if not unmet(skeleton, given, {"supported": supported}, {*so})]


@cache
def in_two_rounds(claim: str) -> Built:
    return built(session().obligations(claim, 2))


@cache
def by_induction(claim: str, invariant: str = "requested in known", order: str = "below") -> Built:
    return built(Induction(session(), [invariant], order).obligations(claim))


def told(*values: int) -> dict[str, int]:
    return {f"lower@{at}": value for at, value in enumerate(values, 1)}


@pytest.mark.parametrize(
    ("claim", "supported", "numbers", "flags", "ways"),
    [
        # Told 0.2, and then 0.0.
        ("one", [2], told(2), ["flag"], ["round 2 accepted"]),
        ("one", [4], {}, [], []),
        ("one", [], told(2, 0), ["flag"], []),
        ("quits", [], told(2, 0), ["flag"], ["round 2 gave_up"]),
        ("quits", [], told(0), ["flag"], ["round 1 gave_up"]),
        ("quits", [4], {}, [], []),
        ("comes_to_an_end", [], told(2, 4), ["flag"], ["round 2 loops"]),
        ("comes_to_an_end", [], told(14), ["flag"], ["round 1 loops"]),
        ("comes_to_an_end", [], told(2, 0), ["flag"], []),
        ("counted", [4], {}, [], []),
        ("counted", [2], told(2), ["flag"], ["round 2 accepted"]),
        ("counted", [], told(2, 0), ["flag"], ["round 2 gave_up"]),
        ("counted", [], told(14), ["flag"], ["round 1 loops"]),
        ("nothing", [], told(14), ["flag"], []),
        ("nothing", [4], {}, [], ["round 1 accepted"]),
        ("related", [4], {}, [], ["round 1 accepted"]),
        ("related", [4], {}, ["near"], []),
        ("related", [], told(14), ["flag", "near"], ["round 1 loops"]),
        ("low", [], told(2, 0), ["flag"], ["round 2"]),
        ("low", [], told(0), ["flag"], ["round 1"]),
        ("low", [2], told(2, 0), ["flag"], []),
        ("terminates", [], told(2, 4), ["flag"], ["round 2"]),
        ("terminates", [], told(14), ["flag"], ["round 1"]),
        ("terminates", [], told(2, 0), ["flag"], []),
        ("defined", [], {}, [], ["round 1"]),
        ("defined", [11], {}, [], ["round 1"]),
        ("defined", [], told(13), ["flag"], ["round 1"]),
        ("defined", [], told(1), ["flag"], ["round 2"]),
        ("defined", [4], {}, [], []),
        ("requests_known", [], told(5), ["flag"], ["round 2"]),
        ("requests_known", [], told(2), ["flag"], []),
        # A run that is not over after two rounds, and one that 0.3 is asked for in, which is left out.
        ("one", [], told(2, 1), ["flag"], ["more than 2 rounds"]),
        ("defined", [], told(3), ["flag"], []),
        ("low", [], told(2, 3), ["flag"], []),
        ("given_", [], told(14), ["flag"], ["round 1 loops"]),
        ("given_", [], told(2, 0), ["flag"], []),
        ("given_", [], told(2, 1), ["flag"], ["more than 2 rounds"]),
        # On what the scenario does not give.
        ("given_", [], {}, [], []),
    ],
)
def test_a_run_that_breaks_a_claim_meets_the_clauses_of_the_way_in_which_it_does(
    claim: str, supported: list[int], numbers: dict[str, int], flags: list[str], ways: list[str]
) -> None:
    assert broken(in_two_rounds(claim), supported, numbers, flags) == ways


def test_there_are_as_many_obligations_as_ways_to_fail() -> None:
    made = session()
    endings = ["accepted", "gave_up", "loops"]
    labels = {name: [one.label for one in made.obligations(name, 2)] for name in ("quits", "low", "given_", "defined")}
    each = [f"round {n} {ending}" for n in (1, 2) for ending in endings]
    assert labels == {
        "quits": ["more than 2 rounds", *each],
        "low": ["more than 2 rounds", "round 1", "round 2"],
        "given_": ["more than 2 rounds", *each],
        "defined": ["more than 2 rounds", "round 1", "round 2", "no first request", "choice of told"],
    }
    assert made.obligations("satisfiable", 0) == []
    for rounds in (0, -1, 9):
        with pytest.raises(Refused, match="no going through"):
            made.obligations("low", rounds)
    with pytest.raises(Refused, match="there is no nothing_such"):
        made.obligations("nothing_such", 1)


def test_a_host_may_have_no_first_request() -> None:
    made = session("t")
    (first,) = [one for one in made.obligations("defined", 1) if one.label == "no first request"]
    skeleton = made.policy.skeleton([], Work())
    first.build(skeleton)
    skeleton.settle()

    def fails(*known: int) -> bool:
        return broken([("", skeleton)], [], {f"known.{n}": value for n, value in enumerate(known, 1)}, []) != []

    assert [fails(3, 2), fails(3, 3), fails(3, 4), fails(4, 2), fails(15, 0)] == [True, True, False, False, False]
    # It asks for the newest that it knows.
    gives_up = [one for one in built(made.obligations("ends", 1), made) if one[0] == "round 1 gave_up"]
    for known, supported, ways in [
        ((4, 8), [8], []),
        ((4, 8), [4], ["round 1 gave_up"]),
        ((8, 4), [4], ["round 1 gave_up"]),
    ]:
        numbers = {f"known.{n}": value for n, value in enumerate(known, 1)}
        assert broken(gives_up, supported, {**numbers, "lower@1": 1}, ["flag"]) == ways


# ---- inductions -----------------------------------------------------------------------------------------


def induced(claim: str, invariants: Sequence[str] = (), order: str = "below") -> list[str]:
    return [one.label for one in Induction(session(), invariants, order).obligations(claim)]


def state(request: int, *lower: int, rounds: int = 1) -> dict[str, int]:
    return {"requested@1": request, "rounds": rounds, **told(*lower)}


@pytest.mark.parametrize(
    ("claim", "supported", "numbers", "flags", "ways"),
    [
        # Told 1.1, which is not known, the host asks for it.
        ("low", [], state(4, 5, 1), ["flag"], ["invariant 1 kept"]),
        # Where the invariant does not hold before, nothing is to be shown.
        ("low", [], state(5, 5, 1), ["flag"], []),
        ("low", [], state(4, 0, 1), ["flag"], ["claim"]),
        # What it asked for before is not asked for in a next round.
        ("low", [], state(4, 14, 1), ["flag"], []),
        # There is no next round: no case answers 0.1.
        ("low", [], state(4, 1, 1), ["flag"], []),
        ("quits", [], state(2, 0), ["flag"], ["gave_up"]),
        ("one", [2], state(2, 1), ["flag"], ["accepted"]),
        ("one", [4], state(4, 1), ["flag"], []),
        # The number of rounds may be any.
        ("counted", [4], state(4, 1, rounds=7), [], ["accepted"]),
        ("counted", [4], state(4, 1), [], []),
        # From 0.2 it goes on to 1.0, and not down.
        ("comes_to_an_end", [], state(2, 4), ["flag"], ["loops"]),
        ("comes_to_an_end", [], state(4, 2), ["flag"], []),
        ("terminates", [], state(2, 4), ["flag"], ["order"]),
        ("terminates", [], state(4, 14), ["flag"], ["order"]),
        ("terminates", [], state(4, 2), ["flag"], []),
        ("terminates", [], state(2, 0), ["flag"], []),
        ("defined", [], state(4, 1), ["flag"], ["round"]),
        ("defined", [11], state(2, 1), [], ["start"]),
        ("defined", [4], state(4, 1), [], []),
        ("requests_known", [], state(4, 5), ["flag"], ["invariant 1 kept", "round"]),
        ("requests_known", [], state(4, 2), ["flag"], []),
        ("requests_known", [], state(4, 14), ["flag"], []),
    ],
)
def test_a_state_that_breaks_an_induction_meets_its_clauses(
    claim: str, supported: list[int], numbers: dict[str, int], flags: list[str], ways: list[str]
) -> None:
    assert broken(by_induction(claim), supported, {"lower@2": 2, **numbers}, flags) == ways


@pytest.mark.parametrize(
    ("order", "one", "other", "goes_on"),
    [
        ("below", 4, 2, True),
        ("below", 2, 4, False),
        ("above", 4, 2, False),
        ("above", 2, 4, True),
        # 1.0 stands before 0.2 in the list; 1.1 is not known.
        ("less preferred", 4, 2, True),
        ("less preferred", 2, 4, False),
        ("less preferred", 2, 5, True),
        ("less preferred", 5, 2, False),
    ],
)
def test_requests_go_on_in_an_order(order: str, one: int, other: int, goes_on: bool) -> None:
    found = broken(by_induction("terminates", "true", order), [], state(one, other, 0), ["flag"])
    assert found == ([] if goes_on else ["order"])


def test_an_invariant_has_to_hold_after_the_first_reply() -> None:
    for text_, ways in {
        "requested == 1.0": ["invariant 1 kept"],
        "lower == 0.3": ["start of invariant 1"],
        "requested == 0.2": ["start of invariant 1"],
        "requested in known": [],
    }.items():
        kept = [one for one in by_induction("low", text_) if one[0] != "claim"]
        assert broken(kept, [], state(4, 2, 0), ["flag"]) == ways, text_


def test_inductions_have_their_obligations_and_no_others() -> None:
    labels = {name: induced(name, ["true", "flag"]) for name in ("low", "defined", "one")}
    kept = ["start of invariant 1", "invariant 1 kept", "start of invariant 2", "invariant 2 kept"]
    assert labels == {
        "low": [*kept, "claim"],
        "defined": [*kept, "start", "round", "no first request", "choice of told"],
        "one": [*kept, "accepted", "gave_up", "loops"],
    }
    about = session()
    assert [one.label for one in obligations_of(about, "terminates", 0, [], "above")] == ["order"]
    assert [one.label for one in obligations_of(about, "terminates", 1)] == ["more than 1 rounds", "round 1"]
    with pytest.raises(Refused, match="no going through 0 rounds"):
        obligations_of(about, "low")
    with pytest.raises(Refused, match="scenarios are not shown by induction"):
        induced("given_")
    for invariant in ("", "true define more = true", "requested +"):
        with pytest.raises(Refused, match="an invariant is no formula"):
            induced("low", [invariant])
    for order in ("", "sideways"):
        with pytest.raises(Refused, match="requests have no order"):
            induced("low", [], order)


@pytest.mark.parametrize("type_", ["set of revision", "range of revision", "bool", "{ A = 0, B = 1 }"])
def test_requests_for_no_revision_are_in_no_order_and_are_not_counted(type_: str) -> None:
    """Whatever they are asked to go by, each next one is one that does not."""
    written = TEXT.replace("input  requested : revision", f"input  requested : {type_}")
    file, problems = parse(Source("text", written))
    assert not problems
    about = Session(Text.of([file]), "s")
    assert [one.label for one in Induction(about, [], "below").obligations("terminates")] == ["order"]
    with pytest.raises(Refused, match="there is no counting"):
        Induction(about, [], "below", counted=True)


# ---- policies -------------------------------------------------------------------------------------------

POLICIES = """interface J {
    revision { reserved[3:2] zero   major[1]   minor[0] }
    config window : range of revision
    input  x : revision
    output y : revision or { NONE = 9 }
    output z : set of revision
    output ok : bool
    invariant above: x in window implies x == 0.0
    invariant in_order: window is not empty implies min window <= max window
}
policy p for J {
    assume no_two: x != 1.0
    case all otherwise { y = x   z = {}   ok = true }
}
policy q for J refines p {
    case one when x == 0.1 { y = 0.0   z = {}   ok = true }
    case two when x == 1.1 { y = x   z = {x}   ok = true }
    case three when x == 1.0 { y = 0.0   z = {}   ok = true }
    case none otherwise { y = x   z = {}   ok = x != 0.0 }
}
policy r for J { case all otherwise { y = 0.0   z = {x}   ok = true } }
scenario less for p { given x = 0.1 then y == 0.1 then y == 0.0 }
"""


@cache
def of_policy(name: str, claim: str) -> Built:
    file, problems = parse(Source("text", POLICIES))
    assert not problems
    policy = Policy(Text.of([file]), name)
    return built(policy.obligations(claim), policy=policy)


@pytest.mark.parametrize(
    ("name", "claim", "x", "window", "ways"),
    [
        # What has reserved bits is encoded where it is a name, and in no set.
        ("p", "encodable", 3, None, []),
        ("p", "encodable", 4, None, ["case all"]),
        ("p", "encodable", 9, None, []),
        ("r", "encodable", 3, None, []),
        ("r", "encodable", 4, None, ["case all"]),
        ("r", "encodable", 9, None, ["case all"]),
        # Another word, another set, and another truth value; where the other does not admit the request, any will do.
        ("q", "refines", 1, None, ["case one"]),
        ("q", "refines", 3, None, ["case two"]),
        ("q", "refines", 0, None, ["case none"]),
        ("q", "refines", 4, None, []),
        ("q", "refines", 2, None, []),
        # A range may be empty; where it is not, its ends are revisions in their order.
        ("p", "above", 1, (0, 3), ["case all"]),
        ("p", "above", 1, None, []),
        ("p", "above", 0, (0, 3), []),
        ("p", "above", 1, (3, 0), []),
        ("p", "above", 3, (0, 1), []),
        ("p", "above", 2, (0, 3), []),
        ("q", "above", 3, (0, 3), ["case two"]),
        ("p", "in_order", 1, (3, 0), []),
        ("p", "in_order", 1, (0, 3), []),
        ("p", "less", 1, None, ["case all"]),
        ("p", "less", 0, None, []),
    ],
)
def test_an_instance_that_breaks_a_claim_meets_the_clauses_of_its_case(
    name: str, claim: str, x: int, window: tuple[int, int] | None, ways: list[str]
) -> None:
    low, high = window or (0, 0)
    whole = {"x": x, "window.min": low, "window.max": high}
    digits = {f"{one}[1:0]": word & 3 for one, word in whole.items()}
    digits |= {f"{one}[3:2]": word >> 2 for one, word in whole.items()}
    so = [] if window is None else ["window is not empty"]
    assert broken(of_policy(name, claim), [], digits, so) == ways


# ---- hosts ----------------------------------------------------------------------------------------------


def host(knows: str, before: str = "") -> Caller:
    written = f"""interface I {{
        revision {{ major[15:8] minor[7:0] }}
        config c : set of revision
        input r : revision
        output o : revision
        define near(a)
    }}
    policy p for I {{ define near(a) = a == 1.0   case all otherwise {{ o = r }} }}
    host h for I {{ knows {knows} start request {before or "1.0"} otherwise => give up }}
    session s : h with p {{ }}
    """
    file, problems = parse(Source("text", written))
    assert not problems
    return Caller(Text.of([file]), "h")


def known_of(knows: str) -> tuple[Skeleton, object]:
    caller = host(knows)
    made = caller.policy.skeleton([], Work())
    return made, caller.known(made)


def test_a_host_knows_what_it_says() -> None:
    _, listed = known_of("1.1, 0.3")
    assert listed == words(257, 3)
    # Newest first, as long as there are 64 at most.
    for last in (1, 3, 64):
        _, few = known_of(f"0.1..0.{last}")
        assert few == words(*range(last, 0, -1))
    _, many = known_of("0.1..0.65")
    assert many == Several(((TRUE, Between(number(1), number(65))),))
    made, two = known_of("any up to 2")
    assert two == Several(((TRUE, (("known.1", 0, 16),)), (TRUE, (("known.2", 0, 16),))))
    for most in (1, 3, 8):
        _, some = known_of(f"any up to {most}")
        assert some == Several(tuple((TRUE, ((f"known.{n}", 0, 16),)) for n in range(1, most + 1)))
    for more in ("any up to 9", "any"):
        made, some = known_of(more)
        assert some == Several(((TRUE, KNOWN),))
        # There is something in it.
        assert [(made.names[one],) for (one,) in made.clauses] == [("some#0",)]
    made, ranged = known_of("range")
    assert isinstance(ranged, Several)
    ((there, piece),) = ranged.pieces
    assert made.names[there] == "known is not empty()"
    assert piece == Between((("known.min", 0, 16),), (("known.max", 0, 16),), formed=True)
    assert (there,) in made.clauses


def test_what_a_host_knows_is_well_formed() -> None:
    written = TEXT.replace("major[3:2]", "major[3:2] zero")
    file, problems = parse(Source("text", written))
    assert not problems
    caller = Caller(Text.of([file]), "any_two")
    made = caller.policy.skeleton([2], Work())
    caller.known(made)
    said = [
        " or ".join(("not " if one < 0 else "") + made.names[abs(one)] for one in clause) for clause in made.clauses
    ]
    assert said == [f"not 0 - known.{n}[3:2] <= -1" for n in (1, 2)]


def test_a_host_by_itself_has_no_body_for_what_its_interface_leaves_open() -> None:
    alone, made = host("1.1"), Skeleton(16, (), (), Work())
    in_session = subject_of(alone.policy.text, "s")
    assert isinstance(in_session, Session)
    (near,) = Induction(in_session, ["near(1.0)"], "below").invariants
    assert alone.meaning(made, {}, None).formula(near) not in (TRUE, FALSE)
    assert in_session.caller.meaning(made, {}, None).formula(near) == TRUE
    assert alone.request == in_session.caller.request == "r"
    assert alone.policy.cases == []
    assert in_session.policy.name == "p"
