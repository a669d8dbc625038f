"""Each rule of LANGUAGE.md about expressions, in a line."""

from __future__ import annotations

import pytest
from parley.spec.syntax import Interface, Policy, Statement

from oracle.formulas import KNOWN, Meanings
from oracle.names import OfPolicy, of_file, variables
from oracle.policies import parsed
from oracle.words import Words

HEAD = """define filed(requested) = requested.minor == 1
interface I {{
    revision {{ reserved[63:3] zero major[2:2] gap[1:1] zero minor[0:0] }}
    config supported : set of revision
    config flag : bool
    input requested : revision
    output status : {{ OK = 0, BAD = 7 }}
    output lower : revision
    define replaced(a) = a == 1.1
    define user(a) = replaced(a)
    define open(a)
    define fact
}}
policy p for I {{
    define replaced(a) = a == 0.0
    case only otherwise {{ status = OK lower = any }}
    invariant claim: {claim}
}}
"""
NOTHING = "(max {})"
SITUATION = {"supported": (0b001, 0b100), "flag": True, "requested": 0b101, "status": 7, "lower": 0b1011}
"""0.1 and 1.0 are supported, 1.1 is requested, and `lower` is malformed."""

HOLD = [
    # The order is that of words; `==` is on the whole word.
    "0.1 < 1.0 and 1.0 <= 1.0 and 1.1 > 1.0 and 1.1 >= 1.1 and not 1.0 < 1.0",
    "requested == 1.1 and requested != 1.0 and lower > 1.1 and lower == 0xb",
    "flag == true and (flag iff requested == 1.1) and status == BAD and status != OK",
    # Fields and slices are numbers.
    "lower.reserved == 1 and lower.gap == 1 and lower.minor == 1 and lower.major == 0",
    "lower[3:0] == 11 and lower[1] == 1 and lower[2:1] == 1 and lower[63:2] == 2",
    # `with` replaces parts; a number that does not fit leaves nothing.
    "lower with { reserved = 0, gap = 0 } == 0.1 and 0.0 with { [2:2] = 1 } == 1.0",
    "1.0 with { minor = lower[3:0] } != 1.0 with { minor = lower[3:0] }",
    # Sets, quantifiers, ranges.
    "0.1 in supported and 1.1 not in supported and supported is not empty and not supported is empty",
    "some r in supported: r == 0.1",
    "every r in supported: r < 1.1",
    "no r in supported: r == 1.1",
    "(every r in {}: false) and (no r in {}: true) and not (some r in {}: true)",
    "1.0 in 0.1..1.0 and 0.1 in 0.1..1.0 and 1.1 not in 0.1..1.0 and 0.1 not in 1.0..0.0",
    "lower not in 0.0..0xff and some r in 0.1..1.0: r == 1.0",
    "every r in 0.0..0xff: r.gap == 0 and r.reserved == 0",
    "max supported == 1.0 and min supported == 0.1 and max {0.1, 1.1} == 1.1",
    "(max r in supported where r < 1.0) == 0.1 and (min r in supported where r > 0.1) == 1.0",
    # What has no value: comparisons and `in` are false, so `!=` and `not in` are true.
    f"{NOTHING} != {NOTHING} and not {NOTHING} == 1.0 and not {NOTHING} < 1.0 and not {NOTHING} >= 1.0",
    f"{NOTHING} not in supported and not {NOTHING} in supported and {{{NOTHING}}} is empty",
    f"not (some r in {NOTHING}..1.1: true) and every r in 0.0..{NOTHING}: false",
    f"{NOTHING}.minor != 0 and not {NOTHING}.minor == 0 and not {NOTHING}.minor < 1",
    f"{NOTHING} with {{ minor = 0 }} != 0.0 and 0.0 with {{ minor = {NOTHING}.minor }} != 0.0",
    f"max {{{NOTHING}, 0.1}} == 0.1 and (max r in supported where r == {NOTHING}) != 1.0",
    f"not open({NOTHING})",
    # Connectives.
    "(false implies false) and (true implies true) and not (true implies false)",
    "(true or false) and not (true and false) and (false iff false) and not (true iff false)",
    "(if flag then 1.0 else 0.0) == 1.0 and (if flag then true else false)",
    # `define`s: a file's sees its parameters, the interface's uses the policy's body.
    "filed(0.1) and not filed(1.0) and replaced(0.0) and not replaced(1.1) and user(0.0) and not user(1.1)",
]


def truth(formula: str) -> bool:
    file = parsed(HEAD.format(claim=formula))
    (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
    (policy,) = [d for d in file.declarations if isinstance(d, Policy)]
    names = list(variables(interface))
    meanings = Meanings(Words.of(interface), names, interface)
    reading = OfPolicy(of_file(file), interface, policy)
    (claim,) = [i.formula for i in policy.items if isinstance(i, Statement)]
    code = meanings.formula(claim, reading).code
    slots = meanings.slots()
    for at, name in enumerate(names):
        slots[at] = SITUATION[name]
    return code(slots)


@pytest.mark.parametrize("formula", HOLD)
def test_a_rule_of_the_language(formula: str) -> None:
    assert truth(formula) is True
    assert truth(f"not ({formula})") is False


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("prefers(1.0, 0.1)", True),
        ("prefers(0.1, 1.0)", False),
        ("prefers(0.1, 1.1)", True),
        ("prefers(1.1, 0.1)", False),
        ("prefers(1.1, 0.0)", False),
        ("prefers(0.1, 0.1)", False),
        (f"prefers(0.1, {NOTHING})", False),
        (f"prefers({NOTHING}, 0.1)", False),
        ("(first k in known where k.minor >= 0) == 1.0", True),
        ("(first k in known where k != 1.0) == 0.1", True),
        ("(first k in known where false) != 1.0", True),
        ("max known == 1.0 and 0.1 in known", True),
    ],
)
def test_a_rule_of_the_language_for_callers(formula: str, expected: bool) -> None:
    file = parsed(HEAD.format(claim=formula))
    (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
    (policy,) = [d for d in file.declarations if isinstance(d, Policy)]
    meanings = Meanings(Words.of(interface), [KNOWN], interface)
    (claim,) = [i.formula for i in policy.items if isinstance(i, Statement)]
    code = meanings.formula(claim, OfPolicy(of_file(file), interface, policy), caller=True).code
    slots = meanings.slots()
    # Preference is the order in which they are listed.
    slots[0] = (0b100, 0b001)
    assert code(slots) is expected


@pytest.mark.parametrize(
    ("formula", "count"),
    [
        ("flag", 0),
        ("flag implies flag", 1),
        ("flag implies (flag implies flag)", 1),
        ("flag implies (flag implies flag) and (flag implies flag)", 2),
        ("(flag implies flag) and flag and (flag implies flag)", 2),
        ("every r in supported: r < 1.0", 1),
        ("every r in supported: (r < 1.0 implies flag) and (r > 1.0 implies flag)", 2),
        ("no r in supported: r < 1.0 implies flag", 0),
        ("flag or (flag implies flag)", 0),
        ("not (flag implies flag)", 0),
        ("fact", 0),
    ],
)
def test_what_a_proof_needs_an_example_of(formula: str, count: int) -> None:
    file = parsed(HEAD.format(claim=formula))
    (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
    (policy,) = [d for d in file.declarations if isinstance(d, Policy)]
    meanings = Meanings(Words.of(interface), list(variables(interface)), interface)
    (claim,) = [i.formula for i in policy.items if isinstance(i, Statement)]
    assert len(meanings.premises(claim, OfPolicy(of_file(file), interface, policy))) == count
