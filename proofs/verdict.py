"""Verdicts: what came of each claim, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from ..model.instance import Answer, Example
from ..model.run import Played
from .asked import Asked
from .claims import Claim
from .small_scope.walk import Walk

if TYPE_CHECKING:
    # At run time it would bring the solver in.
    from .induced import Step

Verdict: TypeAlias = Literal["proved", "refuted", "vacuous", "undecided", "inconsistent"]

REFUSED = "the evaluator has an example that the solver refuses"
UNCONFIRMED = "the evaluator found an example, and the solver did not confirm it within its budget"
OVERLOOKED = "the evaluator has a counterexample to what the solver proved"


class Interval(Struct, frozen=True):
    """In place of `value`, in `name`, every word from `low` to `high` (both included) makes the claim fail as well."""

    name: str
    value: int
    low: int
    high: int


class Counterexample(Struct, frozen=True):
    """An instance in which the claim fails.

    `allowed` is one answer that the refined policy gives there. `same_for` says how far the example generalises.
    `shapes` counts the kinds of counterexample with as few revisions, `shapes_complete` that there are no more.
    """

    example: Example
    replayed: bool
    allowed: Answer | None = None
    same_for: tuple[Interval, ...] = ()
    shapes: int = 1
    shapes_complete: bool = True


class SessionCounterexample(Struct, frozen=True):
    """A configuration and a run in which a claim about a session fails."""

    played: Played
    replayed: bool


WitnessName: TypeAlias = Literal["solver at the cutoff", "small scope", "z3 without cutoff", "cvc5"]


class Witness(Struct, frozen=True):
    """What one of several engines says of a claim by itself: its verdict; None where it gives none, and why."""

    name: WitnessName
    verdict: Verdict | None
    reason: str = ""


class Outcome(Struct, frozen=True):
    """The verdict on one claim and what it rests on.

    `cutoff` gives, for each set, how many revisions decide the claim, of a session summed over rounds; None where no
    cutoff is known. `because` names the parts of the policy that a proof used, or what a proof `by_induction` rests on;
    for what cannot happen, what shadows it. `examples` meet the premises of a proof, one each, in their order, and the
    `witness` is the first. `rounds` are those within which every run has ended or goes round, where
    that is known. `reason` says why a claim is undecided or vacuous, and what disagrees where the tool is inconsistent;
    `step` shows where an induction fails. `seconds` is time spent, `small_scope` how much the evaluator walked as a
    second opinion. `asked` are the questions that the verdict on a session or a host rests on, and `witnesses` what
    others say of the claim, where they were called.
    """

    claim: Claim
    verdict: Verdict
    cutoff: dict[str, int] | None = None
    because: tuple[str, ...] = ()
    counterexample: Counterexample | SessionCounterexample | None = None
    witness: Example | Played | None = None
    examples: tuple[Example | Played, ...] = ()
    reason: str = ""
    rounds: int | None = None
    by_induction: bool = False
    step: Step | None = None
    seconds: float = 0.0
    small_scope: Walk | None = None
    asked: tuple[Asked, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    @property
    def as_expected(self) -> bool:
        """The claim is known to fail, or to say nothing, and so it is."""
        return self.claim.expected is not None and self.verdict == self.claim.expected.verdict

    @property
    def unexpectedly_holds(self) -> bool:
        """The file says that the claim fails, or says nothing, and the verdict is another."""
        known = self.verdict in ("proved", "vacuous", "refuted")
        return self.claim.expected is not None and not self.as_expected and known


def inconsistent(claim: Claim, reason: str, cutoff: dict[str, int] | None = None) -> Outcome:
    """The verdict where two engines disagree about a claim."""
    return Outcome(claim, "inconsistent", cutoff, reason=f"{reason}; this is a defect of Parley, please report it")


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """0, or what the worst verdict asks for: 70, 1, 3, 4, the first that occurs."""
    verdicts = {outcome.verdict for outcome in outcomes if not outcome.as_expected}
    if "inconsistent" in verdicts:
        return 70
    if "refuted" in verdicts or any(outcome.unexpectedly_holds for outcome in outcomes):
        return 1
    if "undecided" in verdicts:
        return 3
    return 4 if "vacuous" in verdicts else 0
