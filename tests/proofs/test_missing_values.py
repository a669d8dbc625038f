"""Terms without a value: in what a scenario gives, in `prefers`, and where a case fires and has nothing to answer."""

from __future__ import annotations

import pytest
from checking import outcomes
from parley.model.instance import Example
from test_scopes import HEAD, interface, verdicts

POLICY = "policy p for I { case only otherwise { ok = requested in supported } }\n"
DEFINES = "define nothing = max {}\ndefine best = max {0.1, 1.0}\ndefine pick(a, b) = if 0.1 < 1.0 then a else b\n"


@pytest.mark.parametrize(
    ("scenario", "verdict"),
    [
        # The set given is {1.0}.
        ("given supported = {max {0.1, 1.0}} given requested = 1.0 then ok", "proved"),
        ("given supported = {best} given requested = 0.1 then not ok", "proved"),
        ("given supported = {best} then ok", "refuted"),
        ("given supported = if 0.1 < 1.0 then {1.0} else {1.1} given requested = 1.0 then ok", "proved"),
        ("given supported = if 0.1 < 1.0 then {1.0} else {1.1} given requested = 1.1 then not ok", "proved"),
        ("given supported = if 1.0 < 0.1 then {1.0} else {1.1, best} given requested = 1.0 then ok", "proved"),
        ("given supported = pick({best}, {}) given requested = best then ok", "proved"),
        ("given supported = pick(if best == 1.0 then {0.1} else {}, {}) given requested = 0.1 then ok", "proved"),
        # What has no value is left out.
        ("given supported = {nothing} then not ok", "proved"),
        ("given supported = {nothing} then supported is empty", "proved"),
        ("given supported = {1.0, nothing} given requested = 1.0 then ok", "proved"),
        (
            "given supported = {0.0 with { major = (max {0x8})[3:0] }, 0.1} then every r in supported: r == 0.1",
            "proved",
        ),
        ("given supported = {max r in {0.1, 1.0} where r > 1.0, best} given requested = 0.1 then not ok", "proved"),
        # Nothing is as given: neither a request without a value nor a configuration with reserved bits.
        ("given requested = nothing then ok", "vacuous"),
        ("given requested = if best == 1.0 then nothing else 0.1 then ok", "vacuous"),
        ("given supported = {max {0x4}} then ok", "vacuous"),
        ("given requested = max {0x4} given supported = {} then not ok", "proved"),
        # A given that is stated twice over shares nothing with what is claimed.
        ("given supported = {best, 1.0, max {1.0}} then some r in supported: r == 1.0", "proved"),
        ("given supported = {0.0, 0.1, 1.0, 1.1} then max supported == 1.1 and min supported == 0.0", "proved"),
        ("given supported = {0.0, 0.1, 1.0, 1.1} then max supported == 1.0", "refuted"),
    ],
)
def test_what_a_scenario_gives(scenario: str, verdict: str) -> None:
    text = f"{DEFINES}{interface('')}{POLICY}scenario example for p {{ {scenario} }}\n"
    assert verdicts(text)["p.example"] == verdict


@pytest.mark.parametrize(
    ("scenario", "verdict"),
    [
        ("given supported = {max {0.1, 1.0}} given known = {1.0} then accepted and agreed == 1.0", "proved"),
        ("given supported = {1.0} given known = {best, nothing} then accepted and agreed == 1.0", "proved"),
        ("given supported = {1.0} given known = if best == 1.0 then {0.1} else {1.0} then gave_up", "proved"),
        ("given supported = {nothing} then gave_up", "proved"),
        ("given supported = {best} then gave_up", "refuted"),
        # A host knows something.
        ("given known = {nothing} then gave_up", "vacuous"),
        ("given supported = if best == 1.0 then {} else {0.1} then accepted", "refuted"),
    ],
)
def test_what_a_scenario_of_a_session_gives(scenario: str, verdict: str) -> None:
    host = "host h for I { knows any start request max known on ok => accept requested otherwise => give up }\n"
    text = (
        f"{DEFINES}{interface('')}{POLICY}{host}session s : h with p {{ }}\nscenario example for s {{ {scenario} }}\n"
    )
    assert verdicts(text)["s.example"] == verdict


@pytest.mark.parametrize("knows", ["1.0, 0.1", "0.1, 1.0", "1.0", "any", "any up to 2"])
def test_prefers_is_false_where_a_side_has_no_value(knows: str) -> None:
    found = verdicts(
        interface("")
        + POLICY
        + f"""host h for I {{
            knows {knows}
            start request max known
            on prefers(max r in {{1.0}} where r < 1.0, requested) => give up
            on prefers(requested, max r in {{1.0}} where r < 1.0) => give up
            on ok => accept requested
            otherwise => give up
        }}
        session s : h with p {{
            property none_before: gave_up implies no k in known: prefers(k, agreed)
            property none_after: gave_up implies no k in known: prefers(agreed, k)
            property not_itself: not prefers(agreed, agreed)
            property over_unknown: every k in known: prefers(k, 0x8)
            property under_unknown: no k in known: prefers(0x8, k)
            property value_needed: prefers(agreed, 0x8) iff accepted
        }}"""
    )
    assert {name: verdict for name, verdict in found.items() if verdict != "proved"} == {
        "h.reachable.rule_1": "refuted",
        "h.reachable.rule_2": "refuted",
    }


REACHABLE = {
    "no value at all": ("case only otherwise { ok = true lower = max r in supported where r < 0.0 }", "only"),
    "none for some": ("case only otherwise { ok = true lower = max supported }", "only"),
    "an ensure that nothing meets": (
        "case only otherwise { ok = true lower = any ensure lower in supported and lower > max supported }",
        "only",
    ),
    "what follows from an open output": (
        "case only otherwise { ok = true lower = max r in {0.0} where r > other other = any ensure other >= 0.0 }",
        "only",
    ),
    "behind another": (
        "case some_ when supported is not empty { ok = true lower = max supported }\n"
        "    case none otherwise { ok = false lower = max supported }",
        "none",
    ),
}


@pytest.mark.parametrize("name", REACHABLE)
def test_a_case_that_fires_is_reachable_whether_or_not_it_has_an_answer(name: str) -> None:
    policy, case = REACHABLE[name]
    items = "output lower : revision" + (" output other : revision" if "other =" in policy else "")
    found = outcomes(f"{interface(items)}policy p for I {{\n    {policy} }}")
    reached = found[f"p.reachable.{case}"]
    assert reached.verdict == "proved"
    assert isinstance(reached.witness, Example)
    assert reached.witness.answer.case == case
    assert found["p.defined"].verdict == "refuted"
    assert found["p.total"].verdict == "proved"


def test_an_example_of_a_case_shows_an_answer_where_there_is_one() -> None:
    found = outcomes(
        f"""interface I {{ {HEAD} output lower : revision }}
        policy p for I {{
            case known when requested in supported {{ ok = true lower = any ensure lower in supported }}
            case other otherwise {{ ok = false lower = requested }}
        }}"""
    )
    witness = found["p.reachable.known"].witness
    assert isinstance(witness, Example)
    assert witness.answer.outputs["lower"] in witness.instance.config["supported"]  # pyright: ignore[reportOperatorIssue]


def test_a_dead_case_is_dead_for_its_guard_or_those_before_it() -> None:
    found = outcomes(
        interface("output lower : revision")
        + """policy p for I {
            lower = max r in supported where r < 0.0
            case never when requested < requested { ok = true }
            case low when requested < 1.0 { ok = true }
            case dead when requested == 0.1 { ok = true }
            case rest otherwise { ok = true }
        }"""
    )
    assert (found["p.reachable.never"].verdict, found["p.reachable.never"].because) == ("refuted", ())
    assert (found["p.reachable.dead"].verdict, found["p.reachable.dead"].because) == ("refuted", ("case low",))
    assert found["p.reachable.low"].verdict == found["p.reachable.rest"].verdict == "proved"


def test_a_case_that_assumptions_rule_out_is_told_so() -> None:
    found = outcomes(
        interface("assume high: requested >= 1.0")
        + """policy p for I {
            case low when requested < 0.1 { ok = true }
            case rest otherwise { ok = true }
        }"""
    )
    assert (found["p.reachable.low"].verdict, found["p.reachable.low"].because) == ("refuted", ("assume high",))


def test_where_nothing_is_ever_answered_that_is_the_reason() -> None:
    found = outcomes(
        interface("output lower : revision\n    invariant always: ok")
        + "policy p for I { case only otherwise { ok = true lower = max r in supported where r < 0.0 } }"
    )
    for name in ("encodable", "always"):
        assert found[f"p.{name}"].verdict == "vacuous"
        assert found[f"p.{name}"].reason == "no admitted input has an answer: see `total` and `defined`"
        assert found[f"p.{name}"].because == ("only.lower",)


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("nothing == nothing iff false", "proved"),
        ("nothing != nothing iff true", "proved"),
        ("(nothing in supported) iff (nothing not in supported)", "refuted"),
        ("not (nothing < 1.0) and not (nothing >= 1.0)", "proved"),
        ("(if nothing == 1.0 then true else false) iff k(nothing)", "proved"),
        ("k(nothing) or not k(nothing)", "proved"),
        ("k(nothing) implies ok", "vacuous"),
        ("not k(max supported) implies supported is empty", "refuted"),
        ("supported is empty implies not k(max supported)", "proved"),
        ("(k(max supported) iff true) implies supported is not empty", "proved"),
        ("as_bool(k(requested)) iff ok", "proved"),
        ("as_bool(nothing == requested) iff false", "proved"),
        ("flag implies as_bool(flag)", "proved"),
        ("(some r in {nothing}: true) iff false", "proved"),
        ("(every r in {nothing}: false) iff true", "proved"),
        ("(some r in nothing..1.1: true) iff false", "proved"),
        ("(max supported).minor == (max supported).minor iff supported is not empty", "proved"),
    ],
)
def test_truth_values_of_what_has_no_value(formula: str, verdict: str) -> None:
    text = (
        f"{DEFINES}define as_bool(b) = b iff true\n{interface('config flag : bool define k(r)')}"
        f"policy p for I {{ case only otherwise {{ ok = k(requested) }} invariant claim: {formula} }}"
    )
    assert verdicts(text)["p.claim"] == verdict


def test_a_name_that_is_no_revision_takes_no_other_part_in_a_formula() -> None:
    """What stands for a missing word must be a word: rules about it hold whether or not it is looked at."""
    found = verdicts(
        "interface I { revision { major[2:2] reserved[1:1] zero minor[0:0] } config flag : bool "
        "input requested : revision or { PING } output lower : revision or { NONE = -1 } } "
        "policy p for I { case c0 when not requested.major == 0 { "
        "lower = if requested == max v in {0.0, requested} where requested in {max {v}} then NONE else requested } "
        "case c1 otherwise { lower = requested } invariant i: lower == lower }"
    )
    assert found["p.defined"] == "refuted"


@pytest.mark.parametrize("names", ["{ NONE, OTHER }", "{ NONE = -1, OTHER = 4 } in w0"])
def test_a_name_in_place_of_a_maximum_of_nothing_is_that_name(names: str) -> None:
    found = verdicts(
        f"interface I {{ revision {{ major[1:1] minor[0:0] }} config few : bool input requested : revision "
        f"output version : revision or {names} }} "
        "policy p for I { case only when not few { version = if few then max {} else NONE } "
        "case other otherwise { version = requested } "
        "invariant none: few iff version is not NONE invariant never: version is not NONE }"
    )
    assert {name: verdict for name, verdict in found.items() if verdict != "proved"} == {"p.never": "refuted"}
