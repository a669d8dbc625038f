"""Claims that fail for one and the same reason, which a report tells once."""

from __future__ import annotations

from collections.abc import Sequence

from parley.proofs.verdict import AnyOutcome, Outcome, SessionOutcome

from .checking import subject_of


def needs_attention(outcome: AnyOutcome) -> bool:
    """Whether a claim is not as its file says: neither proved nor as expected."""
    return outcome.unexpectedly_holds or not (outcome.verdict == "proved" or outcome.as_expected)


def groups(outcomes: Sequence[AnyOutcome]) -> list[list[AnyOutcome]]:
    """The outcomes in order, each with those after it that have the same reason."""
    made: list[list[AnyOutcome]] = []
    of_subject: dict[int, list[list[AnyOutcome]]] = {}
    for outcome in outcomes:
        known = of_subject.setdefault(id(subject_of(outcome.claim)), [])
        home = next((group for group in known if same_reason(group[0], outcome)), None)
        if home is not None:
            home.append(outcome)
        else:
            made.append([outcome])
            if needs_attention(outcome):
                known.append(made[-1])
    return made


def same_reason(one: AnyOutcome, other: AnyOutcome) -> bool:
    """Whether two claims need attention for one and the same reason.

    They are about one policy or session and have the same verdict; where that is shown by an example, configuration,
    inputs, relations and every answer are the same; else what is said of them is, word for word.
    """
    if one.verdict != other.verdict or subject_of(one.claim) is not subject_of(other.claim):
        return False
    if not (needs_attention(one) and needs_attention(other)):
        return False
    match one, other:
        case Outcome(counterexample=ours), Outcome(counterexample=theirs):
            if ours is not None and theirs is not None:
                return ours.example == theirs.example
            shown = ours or theirs
        case SessionOutcome(counterexample=ours), SessionOutcome(counterexample=theirs):
            if ours is not None and theirs is not None:
                return ours.played == theirs.played
            shown = ours or theirs or one.step or other.step
        case _:
            return False
    return shown is None and bool(one.reason) and (one.reason, one.because) == (other.reason, other.because)
