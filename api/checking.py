"""Proving the claims of programs."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from msgspec import Struct, structs
from parley.proofs.claims import Claim, claims_of, claims_of_host, claims_of_session
from parley.proofs.verdict import Counterexample, Outcome, SessionCounterexample, Verdict, exit_code
from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, meant
from parley.spec.program import CheckedScenario, Program

from .loading import load_all
from .naming import Subject, arguments_of
from .results import Result, Table
from .values import Words

ANSWERING = ("total", "defined")
"""The claims that say that there is always an answer; every other is asked only where there is one."""

NOT_NARROWED = (*ANSWERING, "satisfiable", "reachable")
"""Kinds of claims that are asked whether or not there is an answer."""

BESIDE = 1_000_000
"""Units of resources for a claim that nobody asked for, whose verdict narrows what others say."""


Progress: TypeAlias = Callable[[int, int, str], object]
"""Is told of each claim before it is proved: its number from 1, how many there are, and its address."""


class CheckResult(Result, frozen=True):
    """All that came of one check: the outcomes in order, the faults of files, the time it took in seconds.

    `narrowing` has, by the identity of a subject, what was found of its having an answer, where that is not proved.
    `names` has, by the same, the argument that names the subject to `parley eval`.
    """

    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    narrowing: Mapping[int, tuple[Outcome, ...]]
    names: Mapping[int, str]

    @property
    def code(self) -> int:
        """The exit code of `parley check`, the first of these that is so.

        70 a claim is inconsistent: a defect of Parley. 2 a file is faulty, and its claims are not among the outcomes.
        1 a claim is refuted that no `expect` expects to be, or one holds that an `expect` says does not. 3 a claim is
        undecided. 4 a claim is vacuous that no `expect` expects to be. 0 all claims are proved, or as expected: for
        every other code `raise_for_refuted` raises.
        """
        code = exit_code(self.outcomes)
        faulty = any(fault.severity == "error" for fault in self.diagnostics)
        return 2 if faulty and code != 70 else code

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts by the claims' addresses, SUBJECT.CLAIM; of claims of one address, the last."""
        return {outcome.claim.address: outcome.verdict for outcome in self.outcomes}

    def __getitem__(self, address: str) -> Outcome:
        """The outcome of the claim SUBJECT.CLAIM; of several, the first. Raises KeyError where there is none."""
        for outcome in self.outcomes:
            if outcome.claim.address == address:
                return outcome
        raise KeyError(address)

    def table(self) -> Table:
        rows = [(outcome.claim.address, _verdict(outcome), *_note(outcome)) for outcome in self.outcomes]
        rows += [(f"{fault.severity} {fault.code}", fault.message) for fault in self.diagnostics]
        count = Counter(map(_verdict, self.outcomes))
        return Table(tuple(rows), ", ".join(f"{number} {verdict}" for verdict, number in count.items()))


class _Job(Struct, frozen=True):
    """One subject, all claims about it, and those that are to be proved together.

    What is tried goes by all of them, so that a claim's example is the same whichever are selected.
    """

    subject: Subject
    among: Sequence[Claim]
    claims: Sequence[Claim]


def check(
    *programs: Program,
    only: str | Iterable[str] = (),
    budget: int | None = None,
    progress: Progress | None = None,
    cross_check: bool = False,
) -> CheckResult:
    """Prove every claim of some programs, or those that `only` selects: SUBJECT.CLAIM, with `*` for anything.

    `budget` is the solver's resources for one claim, in its own units; they do not depend on the machine. With
    `cross_check`, outcomes have `witnesses`: each claim is decided again by z3 without the cutoff, and by cvc5 where
    that is installed; a claim about which they disagree is inconsistent. Raises Rejected where there is nothing to
    check, and where a pattern selects nothing.
    """
    started = time.perf_counter()
    jobs = _selected([job for program in programs for job in _jobs(program)], [only] if isinstance(only, str) else only)
    return _proved(programs, jobs, (), budget, progress, started, cross_check=cross_check)


def check_files(
    *targets: str | os.PathLike[str],
    only: str | Iterable[str] = (),
    budget: int | None = None,
    progress: Progress | None = None,
    cross_check: bool = False,
) -> CheckResult:
    """The same for files and names of the library, without any for all of the library.

    A faulty file does not keep the others from being checked: its faults are among the `diagnostics`, and then `only`
    selects nothing and everything else is checked.
    """
    started = time.perf_counter()
    loaded = load_all(*targets)
    jobs = [job for program in loaded.programs for job in _jobs(program)]
    if not loaded.problems:
        jobs = _selected(jobs, [only] if isinstance(only, str) else only)
    diagnostics = (*loaded.problems, *loaded.warnings)
    return _proved(loaded.programs, jobs, diagnostics, budget, progress, started, cross_check=cross_check)


def _proved(
    programs: Sequence[Program],
    jobs: Sequence[_Job],
    diagnostics: tuple[Diagnostic, ...],
    budget: int | None,
    progress: Progress | None,
    started: float,
    *,
    cross_check: bool,
) -> CheckResult:
    names = {key: name for program in programs for key, name in arguments_of(program).items()}
    total = sum(len(job.claims) for job in jobs)
    outcomes: list[Outcome] = []
    witnessed = _witnessed() if cross_check else None
    for job in jobs:
        found = _outcomes(job, budget)
        if witnessed is not None:
            found = map(witnessed, found)
        for claim in job.claims:
            if progress is not None:
                progress(len(outcomes) + 1, total, claim.address)
            outcomes.append(next(found))
    narrowing = _narrowing(outcomes, budget)
    return CheckResult(tuple(outcomes), diagnostics, time.perf_counter() - started, narrowing, names)


def _witnessed() -> Callable[[Outcome], Outcome]:
    """What others say beside an outcome; what they were asked before, about another subject too, they are not again."""
    from parley.proofs.cross_check.second_opinions import SecondOpinions

    return SecondOpinions().on


def _jobs(program: Program) -> list[_Job]:
    """What a file declares with its claims, and the file's scenarios for what other files declare."""
    scenarios: dict[int, list[CheckedScenario]] = {}
    for scenario in program.own_scenarios:
        scenarios.setdefault(id(scenario.subject), []).append(scenario)
    own = (*program.own_policies, *program.own_hosts, *program.own_sessions)
    made = [_job(subject, scenarios.pop(id(subject), [])) for subject in own]
    for theirs in scenarios.values():
        subject = theirs[0].subject
        made.append(_job(subject, theirs, lambda claim: claim.kind == "scenario"))
    return made


def _job(
    subject: Subject, scenarios: Sequence[CheckedScenario] = (), wanted: Callable[[Claim], bool] | None = None
) -> _Job:
    among = _claims(subject, scenarios)
    return _Job(subject, among, among if wanted is None else [claim for claim in among if wanted(claim)])


def _claims(subject: Subject, scenarios: Sequence[CheckedScenario]) -> list[Claim]:
    match subject:
        case CheckedPolicy():
            return claims_of(subject, scenarios)
        case CheckedHost():
            return claims_of_host(subject)
        case CheckedSession():
            return claims_of_session(subject, scenarios)


def _selected(jobs: list[_Job], only: Iterable[str]) -> list[_Job]:
    known = [claim.address for job in jobs for claim in job.claims]
    if not known:
        message = "there is nothing to check: no policy, host or session in these files"
        raise Rejected(Diagnostic("P501", message, "declare a `policy`, or name a file that does"))
    given = list(only)
    patterns = [part.strip() for text in given for part in text.split(",") if part.strip()]
    if given and not patterns:
        raise Rejected(Diagnostic("P503", "`--only` names no claim", "write SUBJECT.CLAIM, such as rmm_1_0.total"))
    for pattern in patterns:
        if not any(fnmatchcase(address, pattern) for address in known):
            help_ = meant(pattern, known, "claims are called SUBJECT.CLAIM; `*` stands for anything")
            raise Rejected(Diagnostic("P503", f"`--only {pattern}` selects no claim", help_))
    if not patterns:
        return jobs
    chosen = [
        structs.replace(
            job, claims=[c for c in job.claims if any(fnmatchcase(c.address, pattern) for pattern in patterns)]
        )
        for job in jobs
    ]
    return [job for job in chosen if job.claims]


def _narrowing(outcomes: Sequence[Outcome], budget: int | None) -> dict[int, tuple[Outcome, ...]]:
    """Of each subject, the claims that it always has an answer, where they are not proved.

    Where others rest on them and they were not selected, they are asked beside the others, with less.
    """
    of_subject: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        of_subject.setdefault(id(outcome.claim.about), []).append(outcome)
    made: dict[int, tuple[Outcome, ...]] = {}
    for key, own in of_subject.items():
        found = [outcome for outcome in own if outcome.claim.kind in ANSWERING]
        if any(outcome.claim.kind not in NOT_NARROWED for outcome in own):
            missing = {*ANSWERING} - {outcome.claim.kind for outcome in found}
            beside = _job(own[0].claim.about, (), lambda claim, missing=missing: claim.kind in missing)
            found += _outcomes(beside, min(budget or BESIDE, BESIDE)) if beside.claims else ()
        unsettled = tuple(outcome for outcome in found if outcome.verdict in ("refuted", "undecided"))
        if unsettled:
            made[key] = unsettled
    return made


def _outcomes(job: _Job, budget: int | None) -> Iterator[Outcome]:
    from parley.proofs.budget import BUDGET
    from parley.proofs.prove import prove

    budget = budget or BUDGET
    claims: Any = job.claims
    match job.subject:
        case CheckedPolicy() as policy:
            return prove(policy, claims, budget, among=job.among)
        case CheckedHost() as host:
            from parley.proofs.hosts import prove_host

            return prove_host(host, claims, budget)
        case CheckedSession() as session:
            from parley.proofs.sessions import prove_session

            return prove_session(session, claims, budget, among=job.among)


# ---- for people -----------------------------------------------------------------------------------------


def _verdict(outcome: Outcome) -> str:
    if outcome.as_expected:
        return f"{outcome.verdict}, as expected"
    return f"{outcome.verdict}, not as expected" if outcome.unexpectedly_holds else outcome.verdict


def _note(outcome: Outcome) -> tuple[str, ...]:
    """The counterexample in a line, or why there is none."""
    words = Words(outcome.claim.interface)
    match outcome.counterexample:
        case Counterexample() as shown:
            instance, answer = shown.example.instance, shown.example.answer
            relations = words.relation_rows(instance.relations, outcome.claim.policy.abstract)
            given = [*words.named(words.given, words.given_values(instance)), *map(" ".join, relations)]
            outputs = ", ".join(words.named(words.interface.outputs, answer.outputs))
            return (f"{'; '.join(given)} → {f'case {answer.case}: {outputs}' if answer.case else 'no case'}",)
        case SessionCounterexample() as shown:
            run = shown.played.run
            given = "; ".join(words.named(words.interface.configs, shown.played.instance.config))
            asked = ", ".join(words.asked(round_.request) for round_ in run.rounds)
            return (f"{given} → asks {asked}, {run.ending.replace('_', ' ')}",)
        case None:
            return (outcome.reason,) if outcome.reason else ()
