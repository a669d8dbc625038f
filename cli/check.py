"""`parley check`: load, prove, report."""

from __future__ import annotations

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
from .grouping import subject as subject_of
from .output import Output
from .progress import Progress
from .subject import address

Subject = CheckedPolicy | CheckedHost | CheckedSession
AnyClaim = Claim | HostClaim | SessionClaim

ANSWERING = ("total", "defined")
"""The claims that say that there is always an answer; every other is asked only where there is one."""

NOT_NARROWED = (*ANSWERING, "satisfiable", "reachable")
"""Kinds of claims that are asked whether or not there is an answer."""

BESIDE = 1_000_000
"""Units of resources for a claim that nobody asked for, whose verdict narrows what others say."""


class Job(Struct, frozen=True):
    """One subject and the claims about it, to be proved together."""

    subject: Subject
    claims: Sequence[AnyClaim]


class Report(Struct, frozen=True):
    """All that came of one `check`: the outcomes in order, the faults of files, the time it took.

    `narrowing` has, by the identity of a subject, what was found of its having an answer, where that is not proved.
    """

    outcomes: list[AnyOutcome]
    diagnostics: list[Diagnostic]
    seconds: float
    narrowing: dict[int, tuple[AnyOutcome, ...]]

    @property
    def code(self) -> int:
        code = exit_code(self.outcomes)
        faulty = any(fault.severity == "error" for fault in self.diagnostics)
        return 2 if faulty and code != 70 else code


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
    outcomes = list(_proved(jobs, budget)) if jobs else []
    narrowing = _narrowing(outcomes, budget)
    report = Report(outcomes, [*loader.problems, *loader.warnings], time.perf_counter() - started, narrowing)
    if format_ == "json":
        from .check_json import check_json

        output.write(check_json(report))
        return report.code
    from .text import render

    to_stderr(report.diagnostics)
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
    progress = Progress(sum(len(job.claims) for job in jobs))
    try:
        for job in jobs:
            found = _outcomes(job, budget)
            for claim in job.claims:
                progress.at(claim.address)
                yield next(found)
    finally:
        progress.clear()


def _narrowing(outcomes: Sequence[AnyOutcome], budget: int | None) -> dict[int, tuple[AnyOutcome, ...]]:
    """Of each subject, the claims that it always has an answer, where they are not proved.

    Where others rest on them and they were not selected, they are asked beside the others, with less.
    """
    of_subject: dict[int, list[AnyOutcome]] = {}
    for outcome in outcomes:
        of_subject.setdefault(id(subject_of(outcome.claim)), []).append(outcome)
    made: dict[int, tuple[AnyOutcome, ...]] = {}
    for key, own in of_subject.items():
        found = [outcome for outcome in own if outcome.claim.kind in ANSWERING]
        if any(outcome.claim.kind not in NOT_NARROWED for outcome in own):
            known = {outcome.claim.kind for outcome in found}
            job = _answering(subject_of(own[0].claim), known)
            found += _outcomes(job, min(budget or BESIDE, BESIDE)) if job.claims else ()
        unsettled = tuple(outcome for outcome in found if outcome.verdict in ("refuted", "undecided"))
        if unsettled:
            made[key] = unsettled
    return made


def _answering(subject: Subject, known: set[str]) -> Job:
    """The claims that a subject always has an answer, but those that are known."""
    match subject:
        case CheckedPolicy():
            claims: Sequence[AnyClaim] = claims_of(subject)
        case CheckedHost():
            claims = claims_of_host(subject)
        case CheckedSession():
            claims = claims_of_session(subject, [])
    return Job(subject, [claim for claim in claims if claim.kind in ANSWERING and claim.kind not in known])


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
