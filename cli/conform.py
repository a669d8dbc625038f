"""`parley conform`: any program as an implementation, run against a policy."""

from __future__ import annotations

import shlex
import sys
from math import isfinite
from pathlib import Path
from time import perf_counter

from msgspec import Struct

from ..conformance.batch import Fault, Stray
from ..conformance.conform import Check, Conformance, Outcome, situation
from ..conformance.discover import Discovered
from ..conformance.examine import Evidence, Examination
from ..conformance.explain import Consistent, Undecided
from ..conformance.known_failures import read_known, write_known
from ..conformance.run import Limits, Program
from ..model.point import Point, point
from ..model.situation import Value
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Diagnostic, Rejected, printable
from .conform_requests import Requests, read_text
from .evaluate import need_all, read_options, read_value
from .output import Output, write_to
from .subject import address, find_policy
from .values import Words
from .vectors import concrete, fixed


class Lists(Struct, frozen=True):
    """The files of a run: its suite, its list of known failures, and where to write one."""

    suite: Path | None
    known: Path | None
    write_known: Path | None


class Report(Struct, frozen=True):
    """All that came of a run.

    `discovered` is None where the configuration was given; `evidence`, where there is one that explains the replies.
    `repeated` counts the requests that were asked twice, `unjudged` those that were neither right nor wrong; `troubles`
    are faults of the program that no request is to blame for; `never`, why it is given up where it never replied.
    `seconds` were spent on all of it, `asking` of them on asking the program.
    """

    policy: CheckedPolicy
    argument: str
    command: list[str]
    outcomes: list[Outcome]
    known: dict[Point, str]
    starts: int
    stray: Stray
    seconds: float
    discovered: Discovered | None = None
    evidence: Evidence | None = None
    troubles: list[Fault] = []
    repeated: int = 0
    unjudged: int = 0
    strict: bool = False
    never: Fault | None = None
    asking: float = 0.0
    warnings: list[str] = []

    @property
    def words(self) -> Words:
        return Words(self.policy.interface)

    @property
    def right(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.problem is None]

    @property
    def failures(self) -> list[Outcome]:
        """Those that are not known."""
        return [o for o in self.outcomes if o.problem is not None and o.check.at not in self.known]

    @property
    def expected(self) -> list[Outcome]:
        return [o for o in self.outcomes if o.problem is not None and o.check.at in self.known]

    @property
    def fixed(self) -> list[Outcome]:
        """Known failures that are none any more."""
        return [o for o in self.right if o.check.at in self.known]

    @property
    def code(self) -> int:
        if self.failures or self.fixed or self.troubles or self.evidence is not None:
            return 1
        if self.discovered is None:
            return 0
        if self.discovered.fault is not None:
            return 1
        return 3 if isinstance(self.discovered.verdict, Undecided) else 0


def conform(
    argument: str,
    options: list[str],
    command: list[str],
    discover: bool,
    strict: bool,
    lists: Lists,
    limits: Limits,
    format_: str,
    quiet: bool,
    output: Output,
) -> int:
    """Run a program and report. Raises Rejected for a wrong use, and where the program cannot be started."""
    if not (isfinite(limits.reply) and isfinite(limits.total)):
        raise Rejected(Diagnostic("P504", "a limit is no number of seconds", "write --timeout 5 or --time-limit 600"))
    program, policy = find_policy(argument)
    concrete(policy)
    if not command:
        raise Rejected(Diagnostic("P505", "no program is given", "add it behind two dashes: -- ./adapter --flag"))
    conformance = Conformance(policy, strict=strict)
    if conformance.clash is not None:
        message = f"a line for `{policy.interface.name}` would have two things called `{conformance.clash}`"
        help_ = "give a config or a register another name; `id` is what requests are told apart by"
        raise Rejected(Diagnostic("P504", message, help_))
    config = fixed(policy, options)
    if discover and config is not None:
        name = f"--{next(iter(config))}"
        raise Rejected(Diagnostic("P504", f"{name} is given with --discover", "leave one of them out"))
    known = _known(policy, lists.known)
    made = _run(conformance, address(program, policy), command, config, discover, lists, limits, known)
    if format_ != "json":
        sys.stderr.writelines(f"warning: {warning}\n" for warning in made.warnings)
    if lists.write_known is not None:
        _write_known(made, lists.write_known)
    match format_:
        case "json":
            from .conform_json import conform_json

            output.write(conform_json(made))
        case "junit":
            from .conform_junit import conform_junit

            output.write(conform_junit(made))
        case _:
            from .conform_text import conform_text

            output.write(conform_text(made, quiet, output))
    return made.code


def _run(
    conformance: Conformance,
    argument: str,
    command: list[str],
    config: dict[str, Value] | None,
    discover: bool,
    lists: Lists,
    limits: Limits,
    known: dict[Point, str],
) -> Report:
    policy, strict = conformance.policy, conformance.strict
    started = perf_counter()
    requests = Requests(conformance, lists.suite)
    if discover:
        with Program(command, limits, conformance.registers) as program:
            found = Examination(conformance, program, requests.points, known).run()
        verdict = found.discovered.verdict
        at = verdict.configuration.config if isinstance(verdict, Consistent) else None
        return Report(
            policy,
            argument,
            command,
            found.outcomes,
            known,
            program.starts,
            program.stray,
            perf_counter() - started,
            found.discovered,
            found.evidence,
            program.troubles,
            found.repeated,
            found.unjudged,
            strict,
            program.never,
            program.seconds,
            requests.warnings(at) if at is not None else [],
        )
    checks = conformance.checks(requests.points(config))
    if not checks:
        message = f"there is no request that `{policy.name}` admits and answers there"
        raise Rejected(Diagnostic("P501", message, "test another configuration, or with another suite"))
    with Program(command, limits, conformance.registers) as program:
        answers = conformance.ask_again(program, checks, whole=True, last=True)
        outcomes = [conformance.judge(check, answer) for check, answer in zip(checks, answers.first, strict=True)]
        for at, second in answers.second.items():
            outcomes[at] = conformance.judge_again(outcomes[at], answers.first[at], second)
    return Report(
        policy,
        argument,
        command,
        outcomes,
        known,
        program.starts,
        program.stray,
        perf_counter() - started,
        troubles=program.troubles,
        repeated=answers.repeated,
        strict=strict,
        never=program.never,
        asking=program.seconds,
        warnings=requests.warnings(config),
    )


def _known(policy: CheckedPolicy, path: Path | None) -> dict[Point, str]:
    if path is None:
        return {}
    words = Words(policy.interface)
    variables = {v.name.id: v for v in (*policy.interface.configs, *policy.interface.inputs)}

    def read(options: list[str]) -> Point:
        given = read_options(options, list(variables))
        need_all(words, variables, given)
        values = {name: read_value(words, name, variables[name], text) for name, text in given.items()}
        inputs = {v.name.id: int(values[v.name.id]) for v in policy.interface.inputs}  # pyright: ignore[reportArgumentType]
        return point(policy, values, inputs)

    return read_known(read_text(path, "P511"), printable(str(path)), read)


def _write_known(report: Report, path: Path) -> None:
    """The failures of a run as a list, with the comments of those that were known."""
    rows: list[tuple[str, str]] = []
    for outcome in report.outcomes:
        # A request of no known configuration cannot be told again.
        if outcome.problem is not None and outcome.check.expect is not None:
            what = ", ".join(outcome.differs) + " wrong" if outcome.differs else outcome.problem
            comment = report.known.get(outcome.check.at) or f"case {outcome.check.expect.case}: {what}"
            rows.append((arguments(report, outcome.check), comment))
    write_to(path, write_known(rows))


def arguments(report: Report, check: Check) -> str:
    """The options of `parley eval` for a request, as far as they are known."""
    if check.expect is None:
        inputs = check.at.given(report.policy)
        shown = [(v.name.id, report.words.show(v, inputs[v.name.id])) for v in report.policy.interface.inputs]
        return shlex.join(part for name, value in shown for part in (f"--{name}", value))
    return shlex.join(report.words.arguments(situation(report.policy, check.at), ()))
