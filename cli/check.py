"""`parley check`: load, prove, report."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from ..proofs.claims import Claim, claims_of
from ..proofs.session_claims import HostClaim, SessionClaim, claims_of_host, claims_of_session
from ..proofs.verdict import AnyOutcome, exit_code
from ..spec.checked import CheckedHost, CheckedPolicy, CheckedScenario, CheckedSession, Program
from ..spec.diagnostics import Diagnostic, Rejected, nearest
from ..spec.load import Loader, library_names
from .diagnostics import to_stderr
from .output import Output
from .subject import address

Subject = CheckedPolicy | CheckedHost | CheckedSession
AnyClaim = Claim | HostClaim | SessionClaim


class Job(Struct, frozen=True):
    """One subject and the claims about it, to be proved together."""

    subject: Subject
    claims: Sequence[AnyClaim]


class Report(Struct, frozen=True):
    """All that came of one `check`: the outcomes in order, the faults of files, the time it took."""

    outcomes: list[AnyOutcome]
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
    subjects = [(program, subject) for program in programs for subject in _subjects(program)]
    names = {id(subject): address(program, subject) for program, subject in subjects}
    # What proofs used is printed as JSON only, and takes longer to find than the proofs.
    outcomes = list(_proved(jobs, budget)) if jobs else []
    report = Report(outcomes, loader.problems, time.perf_counter() - started)
    if format_ == "json":
        from .check_json import check_json

        output.write(check_json(report))
        return report.code
    from .text import render

    to_stderr(loader.problems)
    if outcomes:
        output.write(render(report, names, quiet, output))
    return report.code


def _subjects(program: Program) -> list[Subject]:
    return [*program.policies.values(), *program.hosts.values(), *program.sessions.values()]


def _jobs(program: Program) -> list[Job]:
    """What a file declares with its claims, and the file's scenarios for what other files declare."""
    scenarios = program.own_scenarios
    made = [Job(policy, claims_of(policy, scenarios)) for policy in program.own_policies]
    made += [Job(host, claims_of_host(host)) for host in program.own_hosts]
    made += [Job(session, claims_of_session(session, scenarios)) for session in program.own_sessions]
    own = {id(job.subject) for job in made}
    others: dict[int, tuple[CheckedPolicy | CheckedSession, list[CheckedScenario]]] = {}
    for scenario in scenarios:
        if id(scenario.subject) not in own:
            others.setdefault(id(scenario.subject), (scenario.subject, []))[1].append(scenario)
    for subject, theirs in others.values():
        claims = (
            claims_of(subject, theirs) if isinstance(subject, CheckedPolicy) else claims_of_session(subject, theirs)
        )
        made.append(Job(subject, [c for c in claims if c.kind == "scenario"]))
    return made


def _selected(jobs: list[Job], only: tuple[str, ...]) -> list[Job]:
    addresses = [claim.address for job in jobs for claim in job.claims]
    if not addresses:
        raise Rejected(
            Diagnostic(
                "P501",
                "there is nothing to check: no policy, host or session in these files",
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
        Job(job.subject, [c for c in job.claims if any(fnmatchcase(c.address, pattern) for pattern in patterns)])
        for job in jobs
    ]
    return [job for job in chosen if job.claims]


def _proved(jobs: list[Job], budget: int | None) -> Iterator[AnyOutcome]:
    progress = _Progress(sum(len(job.claims) for job in jobs))
    try:
        for job in jobs:
            for outcome in _outcomes(job, budget):
                progress.step(outcome.claim.address)
                yield outcome
    finally:
        progress.clear()


def _outcomes(job: Job, budget: int | None) -> Iterator[AnyOutcome]:
    from ..proofs.budget import BUDGET
    from ..proofs.prove import prove

    budget = budget or BUDGET
    claims: Any = job.claims
    match job.subject:
        case CheckedPolicy() as policy:
            return prove(policy, claims, budget)
        case CheckedHost() as host:
            from ..proofs.hosts import prove_host

            return prove_host(host, claims, budget)
        case CheckedSession() as session:
            from ..proofs.sessions import prove_session

            return prove_session(session, claims, budget)


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
