"""Cutoffs of formulas made to need all that is counted, with sets of just as many revisions: verdicts are the oracle's.

Each of them was overlooked by some hundred random texts when one step of the counting was broken.
"""

from __future__ import annotations

import pytest

from .comparing import Compared, compare
from .policies import Generated
from .test_random_policies import exact_sizes

FORMULAS = [
    # The longer way to fail is none: the other one asks for another set.
    "(some r in s: some q in s: r.minor > 1 and q < r) or t is not empty",
    "(max s) < (min s) or (some r in t: r == 1.1)",
    # What is kept in a set by way of another one, and of that by a third.
    "s is not empty and (every x in s: x in t) and (every x in t: x in u)",
    "(some a in s: some b in s: a < b) and (every x in s: x in t) and (every x in t: x in u) and (every x in u: x in s)",
    # The greatest and the least that meet one condition are two.
    "(max r in s where r.minor == 0) != (min r in s where r.minor == 0) and (max r in s where r.minor == 0) in s",
    # Of what is beneath an `every`, different elements take different ways.
    "(every x in t: (x == 0.0 and some r in s: r.minor == 0) or (x == 1.1 and some r in s: r.minor == 1)) "
    "and 0.0 in t and 1.1 in t",
    # Both sides of `iff`, and of a choice between terms.
    "not (s is not empty iff (some r in t: r == 1.0)) and s is empty",
    "(if u is empty then max s else max t) == 1.1 and u is not empty",
]


def text_of(formula: str) -> str:
    return f"""interface I {{
    revision {{ reserved[63:2] zero major[1:1] minor[0:0] }}
    config s : set of revision
    config t : set of revision
    config u : set of revision
    input requested : revision
    output ok : bool
    assume small: requested < 0x1
}}
policy p for I {{
    case c otherwise {{ ok = true }}
    invariant i: not ({formula})
}}
"""


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_picked_cutoff_is_large_enough(formula: str) -> None:
    compared = Compared()
    with exact_sizes():
        compare(Generated(text_of(formula), "tiny", loose=False), compared)
    assert compared.wrong == compared.undecided == []
    assert not compared.skipped
    assert compared.verdicts["refuted"] or "> 1" in formula
