"""How strong a harness is: which mutants it catches, and by which means that was found out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import monotonic
from typing import Literal

from msgspec import Struct, structs

from ...model.instance import Value
from ...model.oracle import Oracle
from ...spec.checked import CheckedPolicy
from ..boundary_values import BoundaryValues
from ..export.lowered import NotExportable
from ..generate import explore
from ..mutants import Mutant, catalogue
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
    try:
        made = [own(policy)]
    except NotExportable as error:
        raise faulty(f"`{policy.name}` cannot be written as a handler: {error}", "choose another policy") from None
    tried: list[Mutant] = []
    untried: list[tuple[Mutant, str]] = []
    all_, too_long = catalogue(policy)
    for mutant in all_:
        try:
            made.append(handler(mutant))
            tried.append(mutant)
        except NotExportable as error:
            untried.append((mutant, str(error)))
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        judge = _Judge(policy, harness, made, Path(folder), unwind)
        judge.write(config)
        by = judge.checker(checker, runs=runs) if asks else None
        ran = judge.ran(by) if runs else None
        verdicts: dict[int, tuple[Means, Verdict]] = {}
        if ran is not None:
            verdicts = {number: ("run", one) for number, one in ran.verdicts.items()}
        equivalent: list[str] = []
        asked: list[int] = []
        if 0 not in verdicts or verdicts[0][1].kind != "caught":
            # Which of them conform is known only by now: a harness that cannot be judged is told sooner.
            equivalent = explore(policy, config).equivalent
            # With a harness that fails nobody there is nothing to ask.
            idle = ran is not None and ran.inputs and not ran.asserts
            if by is not None and not idle:
                differ = [number for number, mutant in enumerate(tried, 1) if mutant.name not in equivalent]
                open_ = [n for n in (0, *differ) if n not in verdicts or verdicts[n][1].kind in ("held", "unknown")]
                asked = judge.asked(by, open_ if ran is None else open_[: MOST_ASKED + 1], verdicts)
    said = _Said(ran or Runs(0, 0, {}), verdicts, by, asked)
    language = "c" if isinstance(harness, InC) else "rust"
    return structs.replace(_scored(language, tried, untried, equivalent, said), too_long=len(too_long))


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

    def write(self, config: dict[str, Value] | None) -> None:
        boundaries = BoundaryValues(Oracle(self.policy))
        boundaries.collect(boundaries.configurations() if config is None else [config])
        words = drawn(self.policy, boundaries.marks)
        if isinstance(self.harness, InC):
            c_judge.write(self.harness, self.policy, self.made, config, words, self.folder)
        else:
            rust_judge.write(self.harness, self.policy, self.made, words, self.folder)

    def checker(self, wanted: Checker | None, *, runs: bool) -> ModelChecker | None:
        """The model checker; of a harness in Rust there is none. Raises Rejected where one is asked for."""
        if not isinstance(self.harness, InC):
            if not runs:
                raise faulty("a harness in Rust is run, and no model checker is asked", "leave --means out")
            return None
        found = model_checker(wanted)
        if found is None and not runs:
            raise faulty(f"there is no {wanted or 'model checker'}", "install ESBMC or CBMC, or leave --means out")
        return found

    def ran(self, checker: ModelChecker | None) -> Runs | None:
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

    def asked(self, checker: ModelChecker, numbers: list[int], verdicts: dict[int, tuple[Means, Verdict]]) -> list[int]:
        """Ask about handlers by their numbers, the policy's own first: adds the verdicts, gives the mutants asked."""
        assert isinstance(self.harness, InC)
        ends = monotonic() + ASKING
        asked: list[int] = []
        flags = c_judge.flags_of(self.harness)
        for number in numbers:
            if monotonic() > ends:
                late = Verdict("unknown", f"{checker.kind} was not asked: {ASKING:.0f} s were over")
                verdicts.setdefault(number, (checker.kind, late))
                continue
            verdict = ask(checker, self.folder, number, self.unwind, flags, self.harness.entry)
            asked += [number] if number else []
            if verdict.kind != "unknown" or number not in verdicts:
                verdicts[number] = (checker.kind, verdict)
            if number == 0 and verdict.kind == "caught":
                break
        return asked


class _Said(Struct, frozen=True):
    """What the means said: runs, the verdict on each handler with the means, and what a model checker was asked."""

    ran: Runs
    verdicts: dict[int, tuple[Means, Verdict]]
    checker: ModelChecker | None
    asked: list[int]


def _scored(
    language: Literal["c", "rust"],
    tried: list[Mutant],
    untried: list[tuple[Mutant, str]],
    equivalent: list[str],
    said: _Said,
) -> HarnessScored:
    means, policy = said.verdicts[0]
    contradicts = policy.why if policy.kind == "caught" else ""
    caught: dict[str, tuple[Means, str]] = {}
    missed: list[Missed] = []
    unknown: list[Missed] = []
    stricter = ""
    for number, mutant in enumerate(tried if not contradicts else [], 1):
        by, verdict = said.verdicts.get(number, (means, Verdict("held", "")))
        match verdict.kind:
            case "caught" if mutant.name in equivalent:
                stricter = stricter or f"{verdict.why} (with {mutant.what}, which is proved to conform)"
            case _ if mutant.name in equivalent:
                pass
            case "caught":
                caught[mutant.name] = (by, verdict.why)
            case "held":
                missed.append(Missed(mutant, by, verdict.why))
            case "silent":
                untried = [*untried, (mutant, verdict.why)]
            case "unknown":
                unknown.append(Missed(mutant, by, verdict.why))
    return HarnessScored(
        language=language,
        inputs=said.ran.inputs,
        asserts=said.ran.asserts,
        checker=said.checker.kind if said.checker is not None and (said.asked or means != "run") else "",
        asked=len(said.asked),
        proved=means != "run" and policy.kind == "held",
        contradicts=contradicts or stricter,
        mutants=count(
            ((m.name, m.kind) for m in tried if m.name not in {other.name for other, _ in untried}),
            caught.keys(),
            equivalent,
        ),
        tried=tried,
        caught=caught,
        equivalent=equivalent,
        missed=missed,
        unknown=unknown,
        untried=[(mutant, why) for mutant, why in untried if mutant.name not in equivalent],
    )
