"""How strong a harness is: which mutants it catches, and by which means that was found out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import monotonic

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ..export.lowered import NotExportable
from ..generate import Exploration, explore
from ..mutants import Mutant
from ..suite import count
from . import c_judge, rust_judge
from .asked import ask
from .c_judge import InC
from .handlers import Handler, handler, own
from .programs import Checker, ModelChecker, faulty, model_checker
from .runs import drawn
from .rust_judge import InRust
from .verdicts import HarnessScored, Means, Missed, Runs, Verdict

MOST_ASKED = 16
"""Mutants that a model checker is asked about where runs have judged before."""

ASKING = 600.0
"""Seconds after which a model checker is asked nothing more."""


def score(
    policy: CheckedPolicy,
    harness: InC | InRust,
    config: dict[str, Value] | None = None,
    checker: Checker | None = None,
    *,
    runs: bool = True,
    asks: bool = True,
    unwind: int = 8,
) -> HarnessScored:
    """Score a harness, of one configuration where that is given.

    Where it `runs`, that judges first; where it `asks`, a model checker is asked about some that runs let pass, or,
    without runs, about every mutant. Raises Rejected (P521).
    """
    found = explore(policy, config)
    try:
        made = [own(policy)]
    except NotExportable as error:
        raise faulty(f"`{policy.name}` cannot be written as a handler: {error}", "choose another policy") from None
    live = [mutant for mutant in found.mutants if mutant.name not in found.equivalent]
    tried: list[Mutant] = []
    untried: list[tuple[Mutant, str]] = []
    for mutant in live:
        try:
            made.append(handler(mutant))
            tried.append(mutant)
        except NotExportable as error:
            untried.append((mutant, str(error)))
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        judge = _Judge(policy, harness, made, Path(folder), unwind)
        judge.write(config, found)
        return judge.judged(found, tried, untried, checker, runs=runs, asks=asks)


class _Judge:
    """One harness with handlers, of which the first is the policy's own."""

    def __init__(
        self, policy: CheckedPolicy, harness: InC | InRust, made: list[Handler], folder: Path, unwind: int
    ) -> None:
        self.policy = policy
        self.harness = harness
        self.made = made
        self.folder = folder
        self.unwind = unwind

    def write(self, config: dict[str, Value] | None, found: Exploration) -> None:
        words = drawn(self.policy, found.marks)
        if isinstance(self.harness, InC):
            c_judge.write(self.harness, self.policy, self.made, config, words, self.folder)
        else:
            rust_judge.write(self.harness, self.policy, self.made, words, self.folder)

    def judged(
        self,
        found: Exploration,
        tried: list[Mutant],
        untried: list[tuple[Mutant, str]],
        wanted: Checker | None,
        *,
        runs: bool,
        asks: bool,
    ) -> HarnessScored:
        checker = self._checker(wanted, runs=runs) if asks else None
        ran = self._ran(checker) if runs else None
        verdicts: dict[int, tuple[Means, Verdict]] = {}
        if ran is not None:
            verdicts = {number: ("run", one) for number, one in ran.verdicts.items()}
        open_ = [n for n in range(len(self.made)) if n not in verdicts or verdicts[n][1].kind != "caught"]
        # With a harness that fails nobody, or fails the policy, there is nothing to ask.
        idle = ran is not None and ran.inputs and not ran.asserts
        asked = [] if checker is None or idle or 0 not in open_ else self._asked(checker, open_, verdicts, ran)
        return self._scored(found, tried, untried, ran or Runs(0, 0, {}), verdicts, checker, asked)

    def _asked(
        self, checker: ModelChecker, open_: list[int], verdicts: dict[int, tuple[Means, Verdict]], ran: Runs | None
    ) -> list[int]:
        """Ask about the policy's own handler, and about mutants; adds the verdicts, gives the mutants that were asked."""
        ends = monotonic() + ASKING
        asked: list[int] = []
        for number in open_ if ran is None else open_[: MOST_ASKED + 1]:
            if monotonic() > ends:
                late = Verdict("unknown", f"{checker.kind} was not asked: {ASKING:.0f} s were over")
                verdicts.setdefault(number, (checker.kind, late))
                continue
            verdict = self._ask(checker, number)
            asked += [number] if number else []
            if verdict.kind != "unknown" or number not in verdicts:
                verdicts[number] = (checker.kind, verdict)
            if number == 0 and verdict.kind == "caught":
                break
        return asked

    def _scored(
        self,
        found: Exploration,
        tried: list[Mutant],
        untried: list[tuple[Mutant, str]],
        ran: Runs,
        verdicts: dict[int, tuple[Means, Verdict]],
        checker: ModelChecker | None,
        asked: list[int],
    ) -> HarnessScored:
        means, policy = verdicts[0]
        contradicts = policy.why if policy.kind == "caught" else ""
        caught: dict[str, tuple[Means, str]] = {}
        missed: list[Missed] = []
        unknown: list[Missed] = []
        for number, mutant in enumerate(tried if not contradicts else [], 1):
            by, verdict = verdicts[number]
            match verdict.kind:
                case "caught":
                    caught[mutant.name] = (by, verdict.why)
                case "held":
                    missed.append(Missed(mutant, by, verdict.why))
                case "unknown":
                    unknown.append(Missed(mutant, by, verdict.why))
        out = {mutant.name for mutant, _ in untried}
        figures = count(((m.name, m.kind) for m in found.mutants if m.name not in out), caught.keys(), found.equivalent)
        return HarnessScored(
            language="c" if isinstance(self.harness, InC) else "rust",
            inputs=ran.inputs,
            asserts=ran.asserts,
            checker=checker.kind if checker is not None and (asked or means == checker.kind) else "",
            asked=len(asked),
            proved=means != "run" and policy.kind == "held",
            contradicts=contradicts,
            mutants=figures,
            tried=tried,
            caught=caught,
            equivalent=found.equivalent,
            missed=missed,
            unknown=unknown,
            untried=untried,
        )

    def _checker(self, wanted: Checker | None, *, runs: bool) -> ModelChecker | None:
        """The model checker; of a harness in Rust there is none. Raises Rejected where one is asked for."""
        if not isinstance(self.harness, InC):
            if not runs:
                raise faulty("a harness in Rust is run, and no model checker is asked", "leave --means out")
            return None
        found = model_checker(wanted)
        if found is None and not runs:
            raise faulty(f"there is no {wanted or 'model checker'}", "install ESBMC or CBMC, or leave --means out")
        return found

    def _ran(self, checker: ModelChecker | None) -> Runs | None:
        """Runs; None where it cannot be compiled and a model checker can be asked. Raises Rejected."""
        if not isinstance(self.harness, InC):
            return rust_judge.ran(self.harness, len(self.made), self.folder)
        ran = c_judge.ran(self.harness, len(self.made), self.folder)
        if isinstance(ran, Runs):
            return ran
        if checker is None:
            message = f"{self.harness.path.name} cannot be run: {ran}"
            raise faulty(
                message, "what only a model checker knows wants ESBMC or CBMC; macros are defined by --flag -D…"
            )
        return None

    def _ask(self, checker: ModelChecker, number: int) -> Verdict:
        assert isinstance(self.harness, InC)
        return ask(checker, self.folder, number, self.unwind, c_judge.flags_of(self.harness), self.harness.entry)
