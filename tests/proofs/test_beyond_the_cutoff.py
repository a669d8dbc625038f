"""Claims that no cutoff decides, as those that hold a range against a set; and those whose cutoff is large."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from checking import invariant
from parley.model.instance import Example
from parley.proofs.claims import claims_of_session
from parley.proofs.sessions import prove_session
from parley.proofs.solve import Search
from parley.proofs.verdict import Counterexample, Outcome, SessionCounterexample
from parley.spec.load import Loader
from parley.spec.source import Source

RANGES = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : range of revision
    config listing   : set of revision
    input  offered   : range of revision
    output status    : { OK = 0, BAD = 1 }
    output common    : range of revision
    assume configured: supported is not empty
}
policy p for I {
    case some_in_common when some r in supported: r in offered { status = OK common = supported }
    case nothing otherwise { status = BAD common = {} }
}
host h for I {
    knows range
    start request known
    on some k in known: k in common => accept max k in known where k in common
    on offered == known and min known > 0.0 => request 0.0..max known
    otherwise => give up
}
"""
LISTS = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    input  offered   : set of revision
    output status    : { OK = 0, MORE = 1, BAD = 2 }
    output listed    : set of revision
    output lower     : revision
    assume configured: supported is not empty
}
policy p for I {
    case common when some r in offered: r in supported {
        status = OK
        listed = {max r in offered where r in supported, min r in offered where r in supported}
        lower  = max r in offered where r in supported
    }
    case older when some r in offered: r > max supported { status = MORE listed = supported lower = max supported }
    case nothing otherwise {
        status = BAD
        listed = if offered is empty then {} else {min supported}
        lower  = min supported
    }
}
host h for I {
    knows any
    start request {max known, min known}
    on status == OK and lower in known => accept lower
    on (some k in known: k in listed) and offered != known => request if lower in known then {lower} else known
    on status == BAD and listed == offered => give up
    otherwise => request if listed is empty then known else listed
}
"""


def session(text: str, *names: str) -> dict[str, Outcome]:
    """The outcomes of some claims of the session of a text."""
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (of_session,) = program.own_sessions
    claims = [claim for claim in claims_of_session(of_session) if claim.name in names]
    return {outcome.claim.name: outcome for outcome in prove_session(of_session, claims)}


CLAIMS = {
    "within": ("(every r in supported: r in listing) and accepted implies agreed in listing", "proved"),
    "fields": ("(every r in common: r.minor < 2) implies common is empty or (min common).minor < 2", "proved"),
    "strict": ("supported == listing and accepted implies agreed < max listing", "refuted"),
}


@pytest.mark.slow
def test_a_session_may_hold_ranges_against_sets() -> None:
    stated = "\n".join(f"property {name}: {claim}" for name, (claim, _) in CLAIMS.items())
    found = session(f"{RANGES}session s : h with p {{ {stated} }}", *CLAIMS)
    for name, (_, verdict) in CLAIMS.items():
        assert found[name].verdict == verdict, found[name].reason
        # Nobody knows how many revisions would have been enough.
        assert found[name].cutoff is None
    counterexample = found["strict"].counterexample
    assert isinstance(counterexample, SessionCounterexample)
    assert counterexample.replayed


GAPLESS = "every r in {}: r in supported"


def test_a_set_that_has_all_of_a_range_may_be_a_large_one() -> None:
    outcome = invariant(f"not ({GAPLESS.format('1.0..1.5')})")
    assert outcome.verdict == "refuted"
    assert isinstance(outcome.counterexample, Counterexample)
    example = outcome.counterexample.example
    assert isinstance(example, Example)
    assert example.instance.config["supported"] == tuple(range(0x10000, 0x10006))


def test_what_is_undecided_says_why_and_what_would_not_be() -> None:
    outcome = invariant(f"not ({GAPLESS.format('1.0..2.0')})")
    assert outcome.verdict == "undecided"
    assert "to hold it against `supported`; against a `range of revision`, the ends would do" in outcome.reason
    assert "the solver has an example, with more than" in outcome.reason
    asks_more = invariant("every r in 0.0..requested: r.minor != requested.major or r.minor < 2 or r == 0x3")
    assert asks_more.verdict == "refuted" or "asks more of each than an order" in asks_more.reason


# ---- large cutoffs --------------------------------------------------------------------------------------

MANY = " and ".join(f"1.{minor} in supported" for minor in range(20))


@pytest.mark.parametrize(
    ("other", "fewest", "most"),
    [("max supported == 3.0", 1, 4), (" and ".join(f"2.{at} in supported" for at in range(7)), 7, 24)],
)
def test_small_examples_come_before_large_formulas(other: str, fewest: int, most: int) -> None:
    """The second needs more revisions than are looked for at first."""
    asked: list[int] = []
    find = Search.find

    def recorded(self: Search, *arguments: Any, **named: Any) -> Any:
        if named.get("smallest"):
            asked.append(max((self.sizes or {}).values(), default=0))
        return find(self, *arguments, **named)

    with patch.object(Search, "find", recorded):
        outcome = invariant(f"not (({MANY}) or ({other}))")
    assert outcome.verdict == "refuted"
    assert outcome.cutoff == {"supported": 21}
    assert isinstance(outcome.counterexample, Counterexample)
    assert outcome.counterexample.example.instance.size == fewest
    assert max(asked) == most


@pytest.mark.slow
def test_lists_that_follow_from_lists_do_not_take_long() -> None:
    """Their cutoff is in the hundreds; what each claim is asked with is counted, and not its time."""
    with patch("parley.proofs.ask.MOST_SLOTS", 64):
        found = session(f"{LISTS}session s : h with p {{ property short: rounds <= 2 }}", "short", "defined")
    assert {name: outcome.verdict for name, outcome in found.items()} == {"short": "refuted", "defined": "proved"}
    assert (found["short"].cutoff or {}).get("supported", 0) > 64
