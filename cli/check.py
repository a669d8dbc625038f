"""`parley check`: load, prove, report."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase

from msgspec import Struct

from ..proofs.claims import Claim, claims_of
from ..proofs.verdict import Outcome, exit_code
from ..spec.checked import CheckedPolicy, CheckedScenario, Program
from ..spec.diagnostics import Diagnostic, Rejected, nearest
from ..spec.load import Loader, library_names
from .diagnostics import to_stderr
from .output import Output
from .subject import address


class Report(Struct, frozen=True):
    """All that came of one `check`: the outcomes in order, the faults of files, the time it took."""

    outcomes: list[Outcome]
    diagnostics: list[Diagnostic]
    seconds: float

    @property
    def code(self) -> int:
        code = exit_code(self.outcomes)
        return code if code == 70 or not self.diagnostics else 2


def check(
    targets: tuple[str, ...], only: tuple[str, ...], budget: int | None, format_: str, quiet: bool, output: Output
) -> int:
    """Prove the claims of some files and report. Raises Rejected where there is nothing to check."""
    started = time.perf_counter()
    loader = Loader()
    programs = [p for p in (loader.load(t) for t in dict.fromkeys(targets or library_names())) if p is not None]
    jobs = [job for program in programs for job in _jobs(program)]
    if not loader.problems:
        jobs = _selected(jobs, only)
    names = {id(policy): address(program, policy) for program in programs for policy in program.policies.values()}
    # What proofs used is printed as JSON only, and takes longer to find than the proofs.
    outcomes = list(_proved(jobs, budget, explain=format_ == "json")) if jobs else []
    report = Report(outcomes, loader.problems, time.perf_counter() - started)
    if format_ == "json":
        from .report import check_json

        output.write(check_json(report))
        return report.code
    from .text import render

    to_stderr(loader.problems)
    if outcomes:
        output.write(render(report, names, quiet, output))
    return report.code


def _jobs(program: Program) -> list[tuple[CheckedPolicy, list[Claim]]]:
    """The policies of a file with their claims, and the file's scenarios for policies of other files."""
    scenarios = program.own_scenarios
    made = [(policy, claims_of(policy, scenarios)) for policy in program.own_policies]
    own = {id(policy) for policy, _ in made}
    others: dict[int, tuple[CheckedPolicy, list[CheckedScenario]]] = {}
    for scenario in scenarios:
        if id(scenario.policy) not in own:
            others.setdefault(id(scenario.policy), (scenario.policy, []))[1].append(scenario)
    for policy, theirs in others.values():
        made.append((policy, [c for c in claims_of(policy, theirs) if c.kind == "scenario"]))
    return made


def _selected(
    jobs: list[tuple[CheckedPolicy, list[Claim]]], only: tuple[str, ...]
) -> list[tuple[CheckedPolicy, list[Claim]]]:
    addresses = [claim.address for _, claims in jobs for claim in claims]
    if not addresses:
        raise Rejected(
            Diagnostic(
                "P501",
                "there is nothing to check: no policy in these files",
                "declare a `policy`, or name a file that does",
            )
        )
    patterns = [part.strip() for text in only for part in text.split(",") if part.strip()]
    if only and not patterns:
        raise Rejected(Diagnostic("P503", "`--only` names no claim", "write SUBJECT.CLAIM, such as rmm_1_0.total"))
    for pattern in patterns:
        if not any(fnmatchcase(address, pattern) for address in addresses):
            near = nearest(pattern, addresses)
            raise Rejected(
                Diagnostic(
                    "P503",
                    f"`--only {pattern}` selects no claim",
                    f"did you mean `{near}`?" if near else "claims are called SUBJECT.CLAIM; `*` stands for anything",
                )
            )
    if not patterns:
        return jobs
    chosen = [
        (p, [c for c in claims if any(fnmatchcase(c.address, pattern) for pattern in patterns)]) for p, claims in jobs
    ]
    return [(policy, claims) for policy, claims in chosen if claims]


def _proved(jobs: list[tuple[CheckedPolicy, list[Claim]]], budget: int | None, *, explain: bool) -> Iterator[Outcome]:
    from ..proofs.prove import BUDGET, prove

    total = sum(len(claims) for _, claims in jobs)
    progress = _Progress(total)
    try:
        for policy, claims in jobs:
            for outcome in prove(policy, claims, budget or BUDGET, explain=explain):
                progress.step(outcome.claim.address)
                yield outcome
    finally:
        progress.clear()


class _Progress:
    """A line on a terminal's standard error, once the work takes long; nothing elsewhere."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.shown = False
        self.started = time.perf_counter()
        self.wanted = sys.stderr.isatty()

    def step(self, name: str) -> None:
        self.done += 1
        if self.wanted and time.perf_counter() - self.started > 0.5:
            filled = 24 * self.done // max(self.total, 1)
            bar = "█" * filled + "░" * (24 - filled)
            sys.stderr.write(f"\r\033[K{bar} {self.done}/{self.total} {name[:50]}")
            sys.stderr.flush()
            self.shown = True

    def clear(self) -> None:
        if self.shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
