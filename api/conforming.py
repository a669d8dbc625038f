"""Running a program as an implementation of a policy's interface, and judging its replies."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, get_args, overload

from msgspec import structs
from parley.conformance.batch import Fault, FaultKind, Stray
from parley.conformance.conform import Conformance, ForeignRegister, RequestCheck, RequestOutcome, foreign_registers
from parley.conformance.discover import Discovered
from parley.conformance.examine import Evidence, Examination
from parley.conformance.explain import Consistent, Undecided
from parley.conformance.known_failures import read_known, write_known
from parley.conformance.run import Implementation, Limits
from parley.model.instance import Instance, Value, instance_of
from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.program import Program

from .conform_requests import Requests
from .given import Given, configuration, read_all, read_options
from .naming import tested_of
from .reading import read_text
from .results import Result, Table
from .suites import need_concrete
from .values import OPTIONS, Words, option

if TYPE_CHECKING:
    from .conforming_hosts import HostResult


class ConformResult(Result, frozen=True):
    """All that came of a run.

    `discovered` is None where the configuration was given; `evidence`, where there is one that explains the replies.
    `repeated` counts the requests that were asked twice, `unjudged` those that were neither right nor wrong; `troubles`
    are faults of the program that no request is to blame for; `never`, why it is given up where it never replied.
    `seconds` were spent on all of it, `asking` of them on asking the program.
    """

    policy: CheckedPolicy
    argument: str
    """What names the policy to `parley eval`."""
    command: list[str]
    outcomes: list[RequestOutcome]
    known: dict[Instance, str]
    starts: int
    stray: Stray
    seconds: float
    discovered: Discovered | None = None
    evidence: Evidence | None = None
    troubles: Sequence[Fault] = ()
    repeated: int = 0
    unjudged: int = 0
    strict: bool = False
    never: Fault | None = None
    asking: float = 0.0
    warnings: Sequence[str] = ()

    @property
    def words(self) -> Words:
        return Words(self.policy.interface)

    @property
    def configuration(self) -> dict[str, Value] | None:
        """The configuration that was discovered; None where there is none, or none is known."""
        verdict = self.discovered and self.discovered.verdict
        return verdict.configuration.config if isinstance(verdict, Consistent) else None

    @property
    def right(self) -> list[RequestOutcome]:
        return [o for o in self.outcomes if o.problem is None]

    @property
    def failures(self) -> list[RequestOutcome]:
        """Those that are not known."""
        return [o for o in self.outcomes if o.problem is not None and o.check.at not in self.known]

    @property
    def missing(self) -> int:
        """How many of those had no reply that could be judged."""
        return sum(o.problem in get_args(FaultKind) for o in self.failures)

    @property
    def expected(self) -> list[RequestOutcome]:
        return [o for o in self.outcomes if o.problem is not None and o.check.at in self.known]

    @property
    def fixed(self) -> list[RequestOutcome]:
        """Known failures that are none any more."""
        return [o for o in self.right if o.check.at in self.known]

    @property
    def code(self) -> int:
        """The exit code of `parley conform`: 1 where a reply is wrong or missing, a known failure is none any more, the
        program fails by itself, or no configuration explains its replies; 3 where it is not known whether one does.
        """
        if self.failures or self.fixed or self.troubles or self.evidence is not None:
            return 1
        if self.discovered is None:
            return 0
        if self.discovered.fault is not None:
            return 1
        return 3 if isinstance(self.discovered.verdict, Undecided) else 0

    def known_failures(self) -> str:
        """All that fails as a list for another run, with the comments of what was known already."""
        rows: list[tuple[str, str]] = []
        for outcome in self.outcomes:
            # A request of no known configuration cannot be told again.
            if outcome.problem is not None and outcome.check.expect is not None:
                what = ", ".join(outcome.differs) + " wrong" if outcome.differs else outcome.problem
                comment = self.known.get(outcome.check.at) or f"case {outcome.check.expect.case}: {what}"
                rows.append((self.arguments(outcome.check), comment))
        return write_known(rows)

    @property
    def others(self) -> list[ForeignRegister]:
        """The registers that replies have and the interface does not."""
        return foreign_registers(self.outcomes)

    def given(self, check: RequestCheck) -> dict[str, Value]:
        """The configuration, as far as it is known, and the inputs of a request."""
        return {**check.at.config, **check.at.inputs}

    def arguments(self, check: RequestCheck) -> str:
        """The options of `parley eval` for a request, as far as they are known."""
        return shlex.join(self.words.arguments(self.given(check), {}, ()))

    def table(self) -> Table:
        rows: list[tuple[str, ...]] = []
        if self.configuration is not None:
            shown = self.words.named(self.policy.interface.configs, self.configuration)
            rows.append(("discovered", ", ".join(shown)))
        if self.evidence is not None:
            rows.append(("contradiction", f"no configuration gives {len(self.evidence.seen)} of the replies together"))
        rows += [(str(outcome.problem), self.arguments(outcome.check)) for outcome in self.failures]
        rows += [("known, but right", self.arguments(outcome.check)) for outcome in self.fixed]
        rows += [("trouble", fault.text) for fault in ([self.never] if self.never else self.troubles)]
        counts = [(len(self.right), "right"), (len(self.failures), "failed"), (len(self.expected), "failing as known")]
        return Table(tuple(rows), ", ".join(f"{count} {what}" for count, what in counts if count))


@overload
def conform(
    subject: CheckedSession,
    command: Sequence[str],
    config: Mapping[str, Given] | None = None,
    *,
    hostile: bool = False,
    only: str = "",
    rounds: int | None = None,
    limits: Limits | None = None,
    argument: str | None = None,
) -> HostResult: ...
@overload
def conform(
    subject: CheckedPolicy,
    command: Sequence[str],
    config: Mapping[str, Given] | None = None,
    *,
    discover: bool = False,
    strict: bool = False,
    suite: str | os.PathLike[str] | None = None,
    known_failures: str | os.PathLike[str] | None = None,
    limits: Limits | None = None,
    argument: str | None = None,
) -> ConformResult: ...
@overload
def conform(
    subject: CheckedPolicy | CheckedSession | Program,
    command: Sequence[str],
    config: Mapping[str, Given] | None = None,
    *,
    discover: bool = False,
    strict: bool = False,
    suite: str | os.PathLike[str] | None = None,
    known_failures: str | os.PathLike[str] | None = None,
    hostile: bool = False,
    only: str = "",
    rounds: int | None = None,
    limits: Limits | None = None,
    argument: str | None = None,
) -> ConformResult | HostResult: ...
def conform(
    subject: CheckedPolicy | CheckedSession | Program,
    command: Sequence[str],
    config: Mapping[str, Given] | None = None,
    *,
    discover: bool = False,
    strict: bool = False,
    suite: str | os.PathLike[str] | None = None,
    known_failures: str | os.PathLike[str] | None = None,
    hostile: bool = False,
    only: str = "",
    rounds: int | None = None,
    limits: Limits | None = None,
    argument: str | None = None,
) -> ConformResult | HostResult:
    """Runs a program as an implementation of a policy, or as the host of a session, and judges what it does.

    An implementation is asked the requests of the policy's suite. `config` is the configuration of a build that has a
    fixed one; `discover` finds it out by the program's own replies; without either, each request brings its
    configuration along. `suite` is a file of other requests, `known_failures` one of requests that fail; `strict` asks
    registers x0 to x16 that are no outputs to be 0.

    A host is told what it knows, and asks; Parley is the RMM. `config` restricts the configurations that are played,
    `known` among them where the session's host knows any revisions. `hostile` plays RMMs that break the policy as well,
    or the one that `only` names; `rounds` is how many requests a host may make in one negotiation.

    `argument` is what names the subject to `parley eval` in what is printed. Of a file as a whole, the subject is its
    only policy, or where it has none, its only session. Raises Rejected for a wrong use, and where the command cannot
    be started.
    """
    subject = tested_of(subject)
    if isinstance(subject, CheckedSession):
        from .conforming_hosts import conform_host

        theirs = {"discover": discover, "strict": strict, "suite": suite, "known-failures": known_failures}
        need_none(theirs, "an implementation of a policy", "a host of a session")
        return conform_host(
            subject, command, config, hostile=hostile, only=only, rounds=rounds, limits=limits, argument=argument
        )
    need_none({"hostile": hostile, "only": only, "rounds": rounds}, "a host of a session", "an implementation")
    return _conform(
        subject,
        command,
        config,
        discover=discover,
        strict=strict,
        suite=suite,
        known_failures=known_failures,
        limits=limits or Limits(),
        argument=argument,
    )


def need_none(options: Mapping[str, object], whose: str, here: str) -> None:
    """Raises Rejected for an option that says nothing here."""
    for name, given in options.items():
        if given:
            text = f"--{name} is for {whose}, and this is {here}"
            raise Rejected(Diagnostic("P504", text, "leave it out"))


def _conform(
    policy: CheckedPolicy,
    command: Sequence[str],
    config: Mapping[str, Given] | None,
    *,
    discover: bool,
    strict: bool,
    suite: str | os.PathLike[str] | None,
    known_failures: str | os.PathLike[str] | None,
    limits: Limits,
    argument: str | None,
) -> ConformResult:
    limits.need_seconds()
    need_concrete(policy)
    if not command:
        raise Rejected(Diagnostic("P505", "no program is given", "add it behind two dashes: -- ./adapter --flag"))
    conformance = Conformance(policy, strict=strict)
    if conformance.clash is not None:
        message = f"a line for `{policy.interface.name}` would have two things called `{conformance.clash}`"
        help_ = "give a config or a register another name; `id` is what requests are told apart by"
        raise Rejected(Diagnostic("P504", message, help_))
    fixed = configuration(policy, config)
    if discover and fixed is not None:
        name = option(next(iter(fixed)), OPTIONS)
        raise Rejected(Diagnostic("P504", f"{name} is given with --discover", "leave one of them out"))
    known = _known(policy, known_failures)
    started = perf_counter()
    requests = Requests(conformance, None if suite is None else Path(suite))
    checks = None if discover else conformance.checks(requests.points(fixed))
    if checks == []:
        message = f"there is no request that `{policy.name}` admits and answers there"
        raise Rejected(Diagnostic("P501", message, "test another configuration, or with another suite"))
    with Implementation(command, limits, conformance.registers) as program:
        examined = Examination(conformance, program, requests.points, known).run() if checks is None else None
        outcomes, repeated = (
            (examined.outcomes, examined.repeated) if examined else _asked(conformance, program, checks or [])
        )
    made = ConformResult(
        policy=policy,
        argument=argument or f"{policy.source.argument or policy.source.name}:{policy.name}",
        command=list(command),
        outcomes=outcomes,
        known=known,
        starts=program.starts,
        stray=program.stray,
        seconds=perf_counter() - started,
        discovered=examined and examined.discovered,
        evidence=examined and examined.evidence,
        troubles=program.troubles,
        repeated=repeated,
        unjudged=examined.unjudged if examined else 0,
        strict=strict,
        never=program.never,
        asking=program.seconds,
    )
    # Where nothing was discovered, what the suite lacks is not known.
    warned = not discover or made.configuration is not None
    warnings = requests.warnings(made.configuration if discover else fixed) if warned else []
    return structs.replace(made, warnings=warnings)


def _asked(
    conformance: Conformance, program: Implementation, checks: Sequence[RequestCheck]
) -> tuple[list[RequestOutcome], int]:
    """What came of each request, and how many were asked twice."""
    answers = conformance.ask_again(program, checks, whole=True, last=True)
    outcomes = [conformance.judge(check, answer) for check, answer in zip(checks, answers.first, strict=True)]
    for at, second in answers.second.items():
        outcomes[at] = conformance.judge_again(outcomes[at], answers.first[at], second)
    return outcomes, answers.repeated


def _known(policy: CheckedPolicy, path: str | os.PathLike[str] | None) -> dict[Instance, str]:
    if path is None:
        return {}
    words = Words(policy.interface)
    variables = {v.name.id: v for v in words.given}

    def read(options: list[str]) -> Instance:
        values, _ = read_all(words, variables, read_options(options, list(variables)))
        return instance_of(policy.interface, values, values)  # pyright: ignore[reportArgumentType]

    return read_known(read_text(path, "P511"), printable(str(path)), read)
