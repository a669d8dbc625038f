"""Each claim decided again: by z3 on text that knows of no cutoff, and by cvc5 on the text that is exported.

What is exported are policies; of rounds, cvc5 is told the cutoff where it shows nothing without.

Both are asked in SMT-LIB, which `model/smtlib/` writes from the core by itself. What they share with the verdict is the
text's way into the core, and which questions a claim asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from ...model.cutoff import Cutoffs
from ...model.queries import NoAdmissibleOutput, Query
from ...model.smtlib.formulas import TooLong
from ...model.smtlib.script import Script, script
from ...model.witnesses import LeavesFragment
from ...spec.checked import CheckedPolicy
from ..asked import Asked
from ..claims import Claim
from ..questions import Questions, questions_of
from ..reply import Unknown
from ..verdict import Outcome, Verdict, Witness, WitnessName, inconsistent
from .solvers import SPENT, Answer, Decides, by_cvc5, by_z3

MOST_SLOTS = 24
"""Where a set needs more revisions, a question is put with quantifiers: spelled out, it is long."""

TOO_LONG = "the question is too long to be written out"
SOME_SETS = "it has an answer for some sets that may be left open, and there are too many to go through"


class SecondOpinions:
    """Asks others about claims, each question once, and each text once: versions of a policy have many in common."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Answer] = {}
        self._of_texts: dict[tuple[WitnessName, Script], Answer] = {}
        self._cutoffs: dict[CheckedPolicy, Cutoffs] = {}

    def on(self, outcome: Outcome) -> Outcome:
        """The outcome with its witnesses."""
        if outcome.verdict == "inconsistent":
            return outcome
        others = [self._says(outcome, "z3 without cutoff"), self._says(outcome, "cvc5")]
        witnesses = (_solver(outcome), _small_scope(outcome), *others)
        against = [witness for witness in others if _disagree(outcome.verdict, witness.verdict)]
        if against:
            says = "; ".join(f"{one.name} says that it is {one.verdict}" for one in against)
            reason = f"the solver says that it is {outcome.verdict}, and {says}"
            found = inconsistent(outcome.claim, reason, outcome.cutoff)
            return structs.replace(found, seconds=outcome.seconds, small_scope=outcome.small_scope, witnesses=witnesses)
        return structs.replace(outcome, witnesses=witnesses)

    # ---- verdicts ---------------------------------------------------------------------------------------

    def _says(self, outcome: Outcome, name: WitnessName) -> Witness:
        claim = outcome.claim
        if isinstance(claim.about, CheckedPolicy):
            return self._of_policy(claim, claim.about, name)
        return self._of_rounds(outcome, name)

    def _of_policy(self, claim: Claim, policy: CheckedPolicy, name: WitnessName) -> Witness:
        """A verdict of its own, by the claim's questions."""
        said = self._verdict(policy, questions_of(claim), name)
        return Witness(name, None, said.why) if isinstance(said, Unknown) else Witness(name, said)

    def _verdict(self, policy: CheckedPolicy, questions: Questions, name: WitnessName) -> Verdict | Unknown:
        if questions.sought is not None:
            found = self._answer(name, policy, (questions.sought,), {})
            if found is False:
                found = self._answer(name, policy, ((),), {})
                return found if isinstance(found, Unknown) else "refuted" if found else "vacuous"
            return found if isinstance(found, Unknown) else "proved"
        # What leaves sets open has no answer among those that are tried: that shows nothing by itself.
        unsure = [goals for goals in questions.counter if NoAdmissibleOutput() in goals and _leaves_sets_open(policy)]
        sure = tuple(goals for goals in questions.counter if goals not in unsure)
        for ways in (sure, tuple(unsure)):
            found = self._answer(name, policy, ways, {}) if ways else False
            if isinstance(found, Unknown):
                return found
            if found:
                return "refuted" if ways is sure else Unknown(SOME_SETS)
        for premise in questions.premises:
            found = self._answer(name, policy, (premise,), {})
            if isinstance(found, Unknown) or not found:
                return found if isinstance(found, Unknown) else "vacuous"
        return "proved"

    def _of_rounds(self, outcome: Outcome, name: WitnessName) -> Witness:
        """The verdict, where each question that it rests on has the same answer; of a session, another where not."""
        if outcome.verdict == "undecided":
            return Witness(name, None, "there is no verdict to check")
        if not outcome.asked:
            return Witness(name, None, "the verdict rests on no question to a solver")
        silent: list[str] = []
        for asked in outcome.asked:
            found = self._of_round(asked, name)
            if isinstance(found, Unknown):
                silent.append(found.why)
            elif found is not asked.met:
                verdict: Verdict = "refuted" if outcome.verdict != "refuted" else "proved"
                return Witness(name, verdict, "it answers a question that the verdict rests on the other way round")
        if silent:
            of = "" if len(outcome.asked) == 1 else f"{len(silent)} of {len(outcome.asked)} questions: "
            return Witness(name, None, f"{of}{silent[0]}")
        return Witness(name, outcome.verdict)

    def _of_round(self, asked: Asked, name: WitnessName) -> Answer:
        """Rounds have many sets, and cutoffs are large: what cannot be is soon shown without, and an example with."""
        without: Answer = Unknown(SPENT)
        if name != "cvc5" or not asked.met:
            without = self._answer(name, asked.policy, (asked.goals,), asked.most, at_cutoff=False)
        if name != "cvc5" or not isinstance(without, Unknown):
            return without
        return self._answer(name, asked.policy, (asked.goals,), asked.most)

    # ---- questions --------------------------------------------------------------------------------------

    def _answer(
        self,
        name: WitnessName,
        policy: CheckedPolicy,
        ways: tuple[Query, ...],
        most: Mapping[str, int],
        *,
        at_cutoff: bool = True,
    ) -> Answer:
        """What one of them says of some queries, one of which is to be met. cvc5 alone is ever told the cutoff."""
        cutoff = at_cutoff and name == "cvc5"
        key = (name, policy, ways, cutoff, *most.items())
        known = self._answers.get(key)
        if known is None:
            try:
                known = self._of_text(name, self._script(policy, ways, most, at_cutoff=cutoff))
            except TooLong:
                known = Unknown(TOO_LONG)
            self._answers[key] = known
        return known

    def _of_text(self, name: WitnessName, text: Script) -> Answer:
        known = self._of_texts.get((name, text))
        if known is None:
            decides: Decides = by_cvc5 if name == "cvc5" else by_z3
            known = self._of_texts[name, text] = decides(text)
        return known

    def _script(
        self, policy: CheckedPolicy, ways: tuple[Query, ...], most: Mapping[str, int], *, at_cutoff: bool
    ) -> Script:
        if policy not in self._cutoffs:
            self._cutoffs[policy] = Cutoffs(policy)
        sizes = sizes_at_cutoff(self._cutoffs[policy], ways) if at_cutoff else None
        if sizes is None:
            return script(policy, ways, most, by_ends=False)
        bounded = {name: min(size, most.get(name, size)) for name, size in sizes.items()}
        return script(policy, ways, bounded, by_ends=True)


def sizes_at_cutoff(cutoffs: Cutoffs, ways: Sequence[Query]) -> dict[str, int] | None:
    """For each set, the revisions that decide several queries; None where that is not known, or too many."""
    sizes: dict[str, int] = {}
    for goals in ways:
        try:
            own = cutoffs.of(goals)
        except LeavesFragment:
            return None
        sizes = {name: max(size, sizes.get(name, 0)) for name, size in own.items()}
    return None if max(sizes.values(), default=0) > MOST_SLOTS else sizes


def _leaves_sets_open(policy: CheckedPolicy) -> bool:
    return any(name in policy.answered_sets for case in policy.cases for name in case.unspecified)


def _disagree(verdict: Verdict, other: Verdict | None) -> bool:
    return other is not None and verdict != "undecided" and verdict != other


def _solver(outcome: Outcome) -> Witness:
    if outcome.verdict == "undecided":
        return Witness("solver at the cutoff", None, outcome.reason)
    if outcome.cutoff is None:
        return Witness("solver at the cutoff", None, "no cutoff is known, and it was asked without one")
    return Witness("solver at the cutoff", outcome.verdict)


def _small_scope(outcome: Outcome) -> Witness:
    walk = outcome.small_scope
    if outcome.verdict == "undecided":
        return Witness("small scope", None, "there is no verdict to check")
    if walk is None or not walk.walked:
        return Witness("small scope", None, "nothing was walked for it")
    if outcome.verdict == "refuted" and not walk.refutes:
        return Witness("small scope", None, "the example is larger than what is walked")
    return Witness("small scope", outcome.verdict)
