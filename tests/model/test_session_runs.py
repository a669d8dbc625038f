"""How sessions go, one run at a time: what hosts choose, how they end, where they come to a stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.evaluate_session import NotAllowed, SessionEvaluator
from parley.model.instance import Instance, Relation, Value, word_of
from parley.model.run import Outputs, Run
from parley.spec.load import Loader
from parley.spec.source import Source

HEAD = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }
    output lower     : revision
"""
USUAL = """
    case same when requested in supported { status = OK lower = requested }
    case older when some r in supported: r < requested {
        status = BAD
        lower = max r in supported where r < requested
    }
    case newer otherwise { status = BAD lower = min supported }
"""
TAKES = "on status == OK => accept requested"
ONE = ("1.0",)


def word(shown: str) -> int:
    major, minor = shown.split(".")
    return int(major) << 16 | int(minor)


def text(host: str, policy: str = USUAL, interface: str = "", session: str = "") -> str:
    return f"{HEAD}{interface}}}\npolicy p for I {{{policy}}}\nhost h for I {{ {host} }}\nsession s : h with p {{{session}}}"


def evaluator(source: str) -> SessionEvaluator:
    loader = Loader()
    program = loader.load_source(Source("t.parley", source), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (session,) = program.own_sessions
    return SessionEvaluator(session)


def instance(supported: tuple[str, ...], known: tuple[str, ...] | None = None, **relations: Relation) -> Instance:
    config: dict[str, Value] = {"supported": tuple(sorted(map(word, supported)))}
    if known is not None:
        config["known"] = tuple(sorted(map(word, known)))
    return Instance(config, relations=dict(relations))


def runs(source: str, there: Instance, *pool: str) -> list[Run]:
    made = evaluator(source)
    return list(made.runs(there, [word(shown) for shown in pool])) if made.admits(there) else []


def only(source: str, there: Instance, *pool: str) -> Run:
    (run,) = runs(source, there, *pool)
    return run


def requests(run: Run) -> list[str]:
    words = (word_of(round_.request) for round_ in run.rounds)
    return [f"{word >> 16}.{word & 0xFFFF}" for word in words]


# ---- what hosts prefer ----------------------------------------------------------------------------------

PREFERENCES = [
    # What is known, the same as a configuration where it is any, a formula, whether it holds.
    ("knows 1.1, 2.0, 1.0", None, "prefers(1.1, 2.0)", True),
    ("knows 1.1, 2.0, 1.0", None, "prefers(2.0, 1.1)", False),
    ("knows 1.1, 2.0, 1.0", None, "prefers(2.0, 2.0)", False),
    ("knows 1.1, 2.0, 1.0", None, "prefers(1.0, 9.0)", True),
    ("knows 1.1, 2.0, 1.0", None, "prefers(9.0, 1.0)", False),
    ("knows 1.1, 2.0, 1.0", None, "prefers(9.0, 8.0)", False),
    ("knows 1.1, 2.0, 1.0", None, "(first k in known where k.major == 1) == 1.1", True),
    ("knows 1.0, 2.0, 1.1", None, "(first k in known where k.major == 1) == 1.0", True),
    ("knows 1.0, 2.0, 1.1", None, "(first k in known where k > 1.0) == 2.0", True),
    ("knows 1.0, 2.0, 1.1", None, "(first k in known where k > 7.0) == 2.0", False),
    ("knows 1.0, 2.0, 1.1", None, "(first k in known where k > 7.0) != 2.0", True),
    ("knows 1.0, 2.0, 1.1", None, "(first k in known where some j in known: prefers(j, k)) == 2.0", True),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(1.1, 2.0)", False),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(2.0, 1.1)", True),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(1.0, 9.0)", True),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(9.0, 1.0)", False),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(9.0, 8.0)", False),
    ("knows any", ("1.0", "1.1", "2.0"), "prefers(2.0, 2.0)", False),
    ("knows any up to 3", ("1.0", "1.1", "2.0"), "(first k in known where k.major == 1) == 1.1", True),
    ("knows any", ("1.0", "1.1", "2.0"), "(first k in known where k < 1.0) == 1.0", False),
]


@pytest.mark.parametrize(("knows", "known", "formula", "truth"), PREFERENCES)
def test_what_a_host_prefers(knows: str, known: tuple[str, ...] | None, formula: str, truth: bool) -> None:
    """language.md: most preferred first; of any revisions, the newest; what is not known comes after what is."""
    source = text(f"{knows} start request 1.0 otherwise => give up", session=f" property q: {formula} ")
    made = evaluator(source)
    there = instance(ONE, known)
    (run,) = made.runs(there, [])
    code = made.formula(made.session.properties[0].statement.formula)
    assert made.holds(code, there, run) is truth


# ---- how sessions end -----------------------------------------------------------------------------------


def test_a_session_ends_where_a_revision_is_accepted_or_the_host_gives_up() -> None:
    """language.md: the first rule that applies acts."""
    source = text(f"knows 1.1, 1.0 start request 1.1 {TAKES} on lower in known => request lower otherwise => give up")
    accepted = only(source, instance(("1.0", "2.0")))
    assert (accepted.ending, accepted.agreed, requests(accepted)) == ("accepted", word("1.0"), ["1.1", "1.0"])
    assert [round_.rule for round_ in accepted.rounds] == ["rule_2", "rule_1"]
    assert [round_.case for round_ in accepted.rounds] == ["older", "same"]
    gave_up = only(source, instance(("2.0",)))
    assert (gave_up.ending, gave_up.agreed, requests(gave_up)) == ("gave_up", None, ["1.1"])


@pytest.mark.parametrize(
    ("rule", "asked", "again"),
    [
        ("otherwise => request requested", ["1.0"], 1),
        ("on requested == 1.0 => request 1.1 otherwise => request 1.1", ["1.0", "1.1"], 2),
        ("on requested == 1.0 => request 1.1 otherwise => request 1.0", ["1.0", "1.1"], 1),
        ("on requested == 1.0 => request 1.1 on requested == 1.1 => request 1.2 otherwise => request 1.1", 3, 2),
    ],
)
def test_a_repeated_request_goes_round_for_ever(rule: str, asked: list[str] | int, again: int) -> None:
    """semantics.md: host and policy keep no state, so what follows a request follows it again."""
    run = only(text(f"knows 1.0, 1.1 start request 1.0 {rule}"), instance(("2.0",)))
    assert (run.ending, run.again) == ("loops", again)
    assert (len(run.rounds) if isinstance(asked, int) else requests(run)) == asked


NO_VALUES = [
    ("accepted or gave_up", False),
    ("not (accepted or gave_up)", True),
    ("agreed == agreed", False),
    ("not agreed == agreed", True),
    ("agreed != 1.0", True),
    ("requested == 1.0", False),
    ("not requested == 1.0", True),
    ("requested in {1.0}", False),
    ("requested not in {1.0}", True),
    ("lower >= 0.0", False),
    ("lower.minor == 0 or lower.minor != 0", True),
    ("lower.minor == 0 or lower.minor > 0", False),
    ("status == OK or status == BAD", False),
    ("rounds <= 5", False),
    ("rounds != 5", True),
    ("flag", False),
    ("not flag", True),
    ("flag == false", True),
    ("known is not empty and supported is not empty", True),
]


@pytest.mark.parametrize(("formula", "truth"), NO_VALUES)
def test_a_session_that_goes_round_has_no_last_round(formula: str, truth: bool) -> None:
    """semantics.md: there is nothing agreed, no number of rounds, no last request; a comparison with that is false."""
    source = text(
        "knows 1.0 start request 1.0 otherwise => request requested",
        USUAL.replace("}", " flag = true }"),
        "    output flag : bool\n",
        f" property q: {formula} ",
    )
    made = evaluator(source)
    there = instance(ONE)
    (run,) = made.runs(there, [])
    assert run.ending == "loops"
    assert made.holds(made.formula(made.session.properties[0].statement.formula), there, run) is truth


STUCK: list[tuple[str, str, list[str], str]] = [
    ("knows 1.0 start request first k in known where k > 1.0 otherwise => give up", USUAL, [], "first request"),
    (
        "knows 1.0 start request 1.0 otherwise => give up",
        "case c when requested > 1.0 { status = OK lower = requested }",
        ["1.0"],
        "no case",
    ),
    (
        "knows 1.0 start request 1.0 otherwise => give up",
        "case c otherwise { status = OK lower = max r in supported where r < requested }",
        ["1.0"],
        "`lower`",
    ),
    ("knows 1.0 start request 1.0 on status == BAD => give up", USUAL, ["1.0"], "no rule"),
    (
        "knows 1.0 start request 1.0 otherwise => request max k in known where k > requested",
        USUAL,
        ["1.0"],
        "what rule_1 does",
    ),
    (
        "knows 1.0 start request 1.0 on status == BAD => give up on status == OK => accept min k in known where k > 1.0",
        USUAL,
        ["1.0"],
        "what rule_2 does",
    ),
]


@pytest.mark.parametrize(("host", "policy", "asked", "why"), STUCK)
def test_a_session_gets_stuck(host: str, policy: str, asked: list[str], why: str) -> None:
    """semantics.md: where something has no value, a session comes to a stop, and says at what."""
    run = only(text(host, policy), instance(ONE))
    assert run.ending == "stuck"
    assert requests(run) == asked
    assert why in run.why
    silent = "no case" in why or "`lower`" in why
    assert len(run.answered) == len(run.rounds) - silent


# ---- what policies leave open ---------------------------------------------------------------------------

OPEN = "case c otherwise { status = BAD lower = any ensure lower in supported or lower == 9.9 }"


def test_an_open_output_may_be_something_else_in_each_round() -> None:
    """language.md: every claim must hold whatever its value; `ensure` narrows it."""
    source = text(
        "knows 1.0, 1.1, 1.2 start request 1.0 on lower in known => request lower on lower == 9.9 => give up", OPEN
    )
    found = {(*requests(run), run.ending) for run in runs(source, instance(("1.1", "1.2")), "1.0", "1.1", "1.2", "9.9")}
    assert found == {
        ("1.0", "gave_up"),
        ("1.0", "1.1", "gave_up"),
        ("1.0", "1.1", "loops"),
        ("1.0", "1.1", "1.2", "gave_up"),
        ("1.0", "1.1", "1.2", "loops"),
        ("1.0", "1.2", "gave_up"),
        ("1.0", "1.2", "loops"),
        ("1.0", "1.2", "1.1", "gave_up"),
        ("1.0", "1.2", "1.1", "loops"),
    }


def test_a_run_is_replayed_from_its_replies() -> None:
    """semantics.md: a counterexample is played by the evaluator, and no other policy's answers pass for this one's."""
    made = evaluator(
        text("knows 1.0, 1.1 start request 1.0 on lower in known => request lower otherwise => give up", OPEN)
    )
    there = instance(("1.1",))
    there_and_out: list[Outputs] = [{"status": 1, "lower": word("1.1")}, {"status": 1, "lower": word("9.9")}]
    run = made.replay(there, there_and_out, [])
    assert (requests(run), run.ending) == (["1.0", "1.1"], "gave_up")
    # After the replies that are given, any.
    assert made.replay(there, there_and_out[:1], [word("9.9")]) == run
    others: list[Outputs] = [{"status": 0, "lower": word("1.1")}, {"status": 1, "lower": word("1.0")}]
    for reply in others:
        with pytest.raises(NotAllowed):
            made.replay(there, [reply], [])
    with pytest.raises(NotAllowed):
        made.replay(there, there_and_out[:1], [word("1.0")])


def test_an_output_that_follows_from_an_open_one() -> None:
    """language.md: what is left open may be anything that gives the others a value; only that is an answer."""
    policy = "case c otherwise { status = OK lower = any higher = max r in {1.0} where lower == 5.7 }"
    made = evaluator(text("knows 1.0 start request 1.0 otherwise => give up", policy, "    output higher : revision\n"))
    there = instance(ONE)
    run = made.replay(there, [{"status": 0, "lower": word("5.7"), "higher": word("1.0")}], [])
    assert run.ending == "gave_up"
    # That the pool has no value of the open output that is one does not make the policy silent.
    assert list(made.runs(there, [word("1.0")])) == []


# ---- assumptions ----------------------------------------------------------------------------------------


def test_a_run_does_not_come_to_a_request_that_is_ruled_out() -> None:
    """language.md: `assume` restricts the configurations and inputs considered."""
    source = text(
        f"knows 1.0, 1.1 start request 1.1 {TAKES} otherwise => request 1.0 with {{ reserved = 1 }}",
        interface="    assume well_formed: requested.reserved == 0\n",
    )
    assert only(source, instance(("1.1",))).ending == "accepted"
    assert runs(source, instance(("1.0",))) == []


def test_assumptions_that_contradict_admit_nothing() -> None:
    """language.md: not even a run that ends before the first request."""
    no_first_request = "knows 1.0 start request max k in known where k > 1.0 otherwise => give up"
    both = "    assume some_: supported is not empty\n    assume none: supported is empty\n"
    assert runs(text(no_first_request), instance(ONE)) != []
    assert runs(text(no_first_request, interface=both), instance(ONE)) == []
    assert runs(text(no_first_request, interface=both), instance(())) == []
    own = " assume never: some r in supported: r < r "
    assert runs(text(no_first_request, session=own), instance(ONE)) == []


def test_a_host_that_knows_any_revisions_knows_one() -> None:
    """language.md: `knows any` stands for every caller with at least one revision."""
    made = evaluator(text("knows any start request max known otherwise => give up"))
    assert made.admits(instance(ONE, ONE))
    assert not made.admits(instance(ONE, ()))


# ---- defines --------------------------------------------------------------------------------------------

ASKS = f"knows 1.0, 1.1 start request 1.1 on related(requested, 1.1) => give up {TAKES}"
DEFINES = [
    # In the interface, in the policy, with the relation as it is chosen: how the session ends.
    ("define related(a, b)", "", Relation(), "accepted"),
    ("define related(a, b)", "", Relation(default=True), "gave_up"),
    ("define related(a, b)", "define related(a, b) = a == b", None, "gave_up"),
    ("define related(a, b)", "define related(a, b) = a != b", None, "accepted"),
    ("define related(a, b) = a == b", "define related(a, b) = a != b", None, "gave_up"),
    ("define related(a, b) = a != b", "define related(a, b) = a == b", None, "accepted"),
    # What a policy's body uses is the policy's.
    ("define related(a, b)", "define own(a) = a == 1.1 define related(a, b) = own(a)", None, "gave_up"),
    (
        "define related(a, b) define own(a) = a == 1.1",
        "define own(a) = a == 1.0 define related(a, b) = own(a)",
        None,
        "accepted",
    ),
    # What an interface's body uses is the interface's, but for what that leaves to the policy.
    (
        "define own(a) define related(a, b) = own(a)",
        "define own(a) = a == 1.1 define related(a, b) = a != b",
        None,
        "gave_up",
    ),
    ("define own(a) define related(a, b) = own(a)", "define own(a) = a == 1.0", None, "accepted"),
]


@pytest.mark.parametrize(("interface", "policy", "relation", "ending"), DEFINES)
def test_a_host_keeps_what_its_interface_defines(
    interface: str, policy: str, relation: Relation | None, ending: str
) -> None:
    """language.md: a `define` without a body is the policy's, or anything; a policy's own body is not the host's."""
    source = text(ASKS, f"{policy}{USUAL}", f"    {interface}\n")
    there = instance(("1.1",)) if relation is None else instance(("1.1",), related=relation)
    assert only(source, there).ending == ending


def test_a_host_may_ask_for_what_it_does_not_know() -> None:
    """language.md: `requests_known` says that it does not."""
    made = evaluator(text(f"knows 1.0, 1.1 start request 1.1 {TAKES} otherwise => request lower"))
    for supported, asks_unknown in ((("1.1",), False), (("1.0",), False), (("2.0",), True)):
        there = instance(supported)
        (run,) = made.runs(there, [])
        assert made.asks_unknown(there, run) is asks_unknown


def test_a_reply_is_wrong_where_a_fixed_output_is_though_a_set_is_put_in() -> None:
    """What a case assigns to a set is put in when a run is replayed; what it assigns to others is compared."""
    policy = "case only otherwise { status = OK lower = requested listed = supported }"
    made = evaluator(text(f"knows 1.0 start request 1.0 {TAKES}", policy, "output listed : set of revision "))
    there = instance(ONE)
    right: Outputs = {"status": 0, "lower": word("1.0")}
    assert made.replay(there, [right], []).ending == "accepted"
    with pytest.raises(NotAllowed):
        made.replay(there, [{**right, "lower": word("1.1")}], [])
