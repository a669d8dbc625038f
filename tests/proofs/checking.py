"""Checking texts in tests."""

from __future__ import annotations

from pathlib import Path

from parley.proofs.budget import BUDGET
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.proofs.verdict import Outcome
from parley.spec.load import Loader
from parley.spec.source import Source

HEAD = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }
    output lower     : revision
"""
EXACT = """
    case known when requested in supported { status = OK lower = requested }
    case unknown otherwise { status = BAD lower = max supported }
"""


def outcomes(text: str, budget: int = BUDGET) -> dict[str, Outcome]:
    """The outcome of every claim of a text, by its address."""
    loader = Loader()
    program = loader.load_source(Source("t.parley", text), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    found: dict[str, Outcome] = {}
    for policy in program.own_policies:
        claims = claims_of(policy, program.own_scenarios)
        names = [*policy.claim_names(), *(s.name for s in program.own_scenarios if s.subject is policy)]
        assert [claim.name for claim in claims] == names
        found.update((o.claim.address, o) for o in prove(policy, claims, budget))
    return found


def invariant(claim: str, policy: str = EXACT, more: str = "", budget: int = BUDGET) -> Outcome:
    """The outcome of one invariant of the policy `p`, which answers by an exact match unless told otherwise."""
    text = f"{HEAD}{more}}}\npolicy p for I {{{policy}    invariant claim: {claim}\n}}\n"
    return outcomes(text, budget)["p.claim"]
