"""Claims that fail for one and the same reason, which a report tells once."""

from __future__ import annotations

from collections.abc import Sequence

from ..proofs.claims import Claim
from ..proofs.session_claims import HostClaim, SessionClaim
from ..proofs.verdict import AnyOutcome, Outcome, SessionOutcome
from ..spec.checked import CheckedHost, CheckedPolicy, CheckedSession


def needs_attention(outcome: AnyOutcome) -> bool:
    """Whether a claim is not as its file says: neither proved nor as expected."""
    return outcome.unexpectedly_holds or not (outcome.verdict == "proved" or outcome.as_expected)


def subject(claim: Claim | HostClaim | SessionClaim) -> CheckedPolicy | CheckedSession | CheckedHost:
    """The policy, session or host that a claim is about."""
    match claim:
        case Claim(policy=policy):
            return policy
        case SessionClaim(session=session):
            return session
        case HostClaim(host=host):
            return host


def groups(outcomes: Sequence[AnyOutcome]) -> list[list[AnyOutcome]]:
    """The outcomes in order, each with those after it that have the same reason."""
    made: list[list[AnyOutcome]] = []
    for outcome in outcomes:
        home = next((group for group in made if same_reason(group[0], outcome)), None)
        if home is None:
            made.append([outcome])
        else:
            home.append(outcome)
    return made


def same_reason(one: AnyOutcome, other: AnyOutcome) -> bool:
    """Whether two claims need attention for one and the same reason.

    They are about one policy or session and have the same verdict; where that is shown by an example, configuration,
    inputs, relations and every answer are the same; else what is said of them is, word for word.
    """
    if one.verdict != other.verdict or subject(one.claim) is not subject(other.claim):
        return False
    if not (needs_attention(one) and needs_attention(other)):
        return False
    match one, other:
        case Outcome(), Outcome():
            if one.counterexample is not None and other.counterexample is not None:
                return one.counterexample.example == other.counterexample.example
            shown = one.counterexample or other.counterexample
        case SessionOutcome(), SessionOutcome():
            if one.counterexample is not None and other.counterexample is not None:
                return one.counterexample.played == other.counterexample.played
            shown = one.counterexample or other.counterexample or one.step or other.step
        case _:
            return False
    return shown is None and bool(one.reason) and (one.reason, one.because) == (other.reason, other.because)
