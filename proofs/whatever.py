"""What a host keeps whatever it is told: the claims of its session that hold with an RMM that may answer anything."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from ..spec.checked import CheckedPolicy, CheckedSession
from ..spec.checked_parts import CheckedCase
from ..spec.syntax import Assign, Case, Label
from .claims import claims_of_session
from .sessions import prove_session
from .verdict import Verdict

BUDGET = 300_000
"""Units of the solver's resources for one claim: it is asked beside what was asked for."""


def whatever_told(session: CheckedSession, kinds: Collection[str]) -> dict[str, Verdict]:
    """The verdict on each claim of some kinds, where the RMM has the session's configurations and no rule at all.

    What is proved here presupposes no right answer; all else may fail by the RMM's fault.
    """
    anything = replace(session, policy=_without_rules(session.policy), expects=())
    claims = [claim for claim in claims_of_session(anything) if claim.kind in kinds]
    return {outcome.claim.name: outcome.verdict for outcome in prove_session(anything, claims, BUDGET)}


def _without_rules(policy: CheckedPolicy) -> CheckedPolicy:
    """A policy of the same interface, under the same assumptions, that leaves every output open."""
    assignments = tuple(Assign(Label(v.name.id), None) for v in policy.interface.outputs)
    case = CheckedCase(Case(Label("anything"), None, assignments), assignments, ())
    return replace(policy, cases=(case,), refines=None, invariants=(), expects=())
