"""Claims that fail for one and the same reason, which a report tells once."""

from __future__ import annotations

from collections.abc import Sequence

from parley.proofs.verdict import Counterexample, Outcome, SessionCounterexample


def needs_attention(outcome: Outcome) -> bool:
    """Whether a claim is not as its file says: neither proved nor as expected."""
    return outcome.unexpectedly_holds or not (outcome.verdict == "proved" or outcome.as_expected)


def groups(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """The outcomes in order, each with those after it that have the same reason."""
    made: list[list[Outcome]] = []
    of_subject: dict[int, list[list[Outcome]]] = {}
    for outcome in outcomes:
        known = of_subject.setdefault(id(outcome.claim.about), [])
        home = next((group for group in known if same_reason(group[0], outcome)), None)
        if home is not None:
            home.append(outcome)
        else:
            made.append([outcome])
            if needs_attention(outcome):
                known.append(made[-1])
    return made


def same_reason(one: Outcome, other: Outcome) -> bool:
    """Whether two claims need attention for one and the same reason.

    They are about one policy or session and have the same verdict; where that is shown by an example, configuration,
    inputs, relations and every answer are the same; else what is said of them is, word for word.
    """
    if one.verdict != other.verdict or one.claim.about is not other.claim.about:
        return False
    if not (needs_attention(one) and needs_attention(other)):
        return False
    match one.counterexample, other.counterexample:
        case Counterexample(example=ours), Counterexample(example=theirs):
            return ours == theirs
        case SessionCounterexample(played=ours), SessionCounterexample(played=theirs):
            return ours == theirs
        case None, None:
            said = bool(one.reason) and one.step is None and other.step is None
            return said and (one.reason, one.because) == (other.reason, other.because)
        case _:
            return False
