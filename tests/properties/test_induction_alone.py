"""What an induction proves holds, by the oracle: also of small sessions, which the prover decides without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

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
from .policies import Generated
from .sessions import session_text

LEANING = """interface I {
    revision { reserved[63:2] zero major[1:1] minor[0:0] }
    input requested : revision
    output lower : revision
}
policy p for I {
    case c otherwise { lower = if requested == 1.0 then 0.1 else if requested == 0.1 then 0.0 else requested }
}
host h for I {
    knows any
    start request 1.0
    on lower != requested => request lower
    otherwise             => accept requested
}
session n : h with p {
    invariant a: requested != 0.0
    invariant b: requested != 0.1
    property above: accepted implies agreed > 0.0
}
"""
"""No round keeps `b`, and only with it one would keep `a`."""


def inductions(texts: Iterable[Generated], units: int = SESSION_BUDGET) -> Counter[str]:
    """How many claims of each kind are proved by induction; each of them holds."""
    made: Counter[str] = Counter()
    for drawn in texts:
        program, file = program_of(drawn.text), parsed(drawn.text)
        (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
        try:
            right = session_verdicts(file, drawn.domains(Words.of(interface)))
        except TooMany:
            continue
        for session in program.own_sessions:
            claims = [c for c in claims_of_session(session, ()) if c.kind not in ("satisfiable", "scenario")]
            prover = SessionProver(session, claims, units)
            for claim in claims:
                if claim.kind == "defined" and prover.unrolled.leaves_open:
                    # What is left open is asked of the policy, by itself.
                    continue
                if prover.induction.claim(claim, units).proved:
                    assert right[claim.address] != "refuted", f"{claim.address}\n{drawn.text}"
                    made[claim.kind] += 1
    return made


def test_what_an_induction_proves_holds() -> None:
    assert inductions(session_text(Seeded(seed)) for seed in range(6_000_000, 6_000_004))


def test_an_invariant_that_leans_on_one_that_is_not_kept_is_not_kept() -> None:
    assert not inductions([Generated(LEANING, "tiny", loose=False)])["property"]


@pytest.mark.slow
def test_what_the_solver_gives_up_on_is_not_proved() -> None:
    inductions([session_text(Seeded(6_000_000)), Generated(LEANING, "tiny", loose=False)], units=1)


@pytest.mark.slow
def test_what_many_inductions_prove_holds() -> None:
    made = inductions(session_text(Seeded(seed)) for seed in range(6_000_004, 6_000_060))
    assert all(made[kind] for kind in ("property", "terminates", "requests_known", "defined"))
