"""What an induction proves holds, by the oracle: also of small sessions, which the prover decides without one."""

from __future__ import annotations

from collections import Counter

import pytest
from oracle.choices import TooMany
from oracle.policies import parsed
from oracle.sessions import session_verdicts
from oracle.words import Words
from parley.proofs.claims import claims_of_session
from parley.proofs.sessions import SessionProver
from parley.spec.syntax import Interface

from .comparing import SESSION_BUDGET, program_of
from .draw import Seeded
from .sessions import session_text


def inductions(seeds: range) -> Counter[str]:
    """How many claims of each kind are proved by induction; each of them holds."""
    made: Counter[str] = Counter()
    for seed in seeds:
        drawn = session_text(Seeded(seed))
        program, file = program_of(drawn.text), parsed(drawn.text)
        (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
        try:
            right = session_verdicts(file, drawn.domains(Words.of(interface)))
        except TooMany:
            continue
        for session in program.own_sessions:
            claims = [c for c in claims_of_session(session, ()) if c.kind not in ("satisfiable", "scenario")]
            prover = SessionProver(session, claims, SESSION_BUDGET)
            for claim in claims:
                if claim.kind == "defined" and prover.unrolled.leaves_open:
                    # What is left open is asked of the policy, by itself.
                    continue
                if prover.induction.claim(claim, SESSION_BUDGET).proved:
                    assert right[claim.address] != "refuted", f"seed {seed}: {claim.address}\n{drawn.text}"
                    made[claim.kind] += 1
    return made


def test_what_an_induction_proves_holds() -> None:
    assert inductions(range(6_000_000, 6_000_004))


@pytest.mark.slow
def test_what_many_inductions_prove_holds() -> None:
    made = inductions(range(6_000_004, 6_000_060))
    assert all(made[kind] for kind in ("property", "terminates", "requests_known", "defined"))
