"""`parley conform`: any program as an implementation, run against a policy."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable
from itertools import islice, product
from pathlib import Path

from msgspec import Struct

from ..model.situation import Value
from ..model.words import Format
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Diagnostic, Rejected, printable
from ..spec.files import raw
from ..vectors.batch import Answer, Fault
from ..vectors.conform import Check, Conformance, Outcome, situation
from ..vectors.discover import Discovered, Discovery
from ..vectors.explain import Consistent, Contradiction, Undecided, contradiction
from ..vectors.known_failures import read_known, write_known
from ..vectors.oracle import Oracle
from ..vectors.replay import Observation
from ..vectors.rows import read_rows
from ..vectors.run import Limits, Program, Stray
from ..vectors.situations import Point, point
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


class Evidence(Struct, frozen=True):
    """Replies that no configuration gives together; where `fewest`, no fewer would do."""

    seen: list[Observation]
    fewest: bool


class Report(Struct, frozen=True):
    """All that came of a run.

    `discovered` is None where the configuration was given; `evidence`, where there is one that explains the replies.
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
        if self.failures or self.fixed:
            return 1
        if self.discovered is None:
            return 0
        if self.discovered.fault is not None or (self.evidence is not None and not self.expected):
            return 1
        return 3 if isinstance(self.discovered.verdict, Undecided) else 0


def conform(
    argument: str,
    options: list[str],
    command: list[str],
    discover: bool,
    lists: Lists,
    limits: Limits,
    format_: str,
    quiet: bool,
    output: Output,
) -> int:
    """Run a program and report. Raises Rejected for a wrong use, and where the program cannot be started."""
    program, policy = find_policy(argument)
    concrete(policy)
    if not command:
        raise Rejected(Diagnostic("P505", "no program is given", "add it behind two dashes: -- ./adapter --flag"))
    if "id" in policy.interface.variables:
        message = f"`{policy.interface.name}` has a variable `id`, and that is what requests are told apart by"
        raise Rejected(Diagnostic("P504", message, "give it another name"))
    config = fixed(policy, options)
    if discover and config is not None:
        name = f"--{next(iter(config))}"
        raise Rejected(Diagnostic("P504", f"{name} is given with --discover", "leave one of them out"))
    known = _known(policy, lists.known)
    made = _run(policy, address(program, policy), command, config, discover, lists, limits, known)
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
    policy: CheckedPolicy,
    argument: str,
    command: list[str],
    config: dict[str, Value] | None,
    discover: bool,
    lists: Lists,
    limits: Limits,
    known: dict[Point, str],
) -> Report:
    conformance = Conformance(policy)
    started = time.perf_counter()
    discovered: Discovered | None = None
    evidence: Evidence | None = None
    starts = 0
    if discover:
        discovered, starts = _discovered(conformance, command, limits)
        match discovered.verdict:
            case Consistent(configuration=configuration) if discovered.fault is None:
                config = configuration.config
            case verdict:
                if isinstance(verdict, Contradiction):
                    evidence = Evidence([discovered.seen[at] for at in verdict.positions], verdict.fewest)
                seconds = time.perf_counter() - started
                return Report(policy, argument, command, [], known, starts, Stray(), seconds, discovered, evidence)
    points = list(_points(conformance.oracle, config, lists.suite))
    if discovered is not None and config is not None:
        points += [at for at in _likely(policy, config) if at not in points]
    checks = conformance.checks(points)
    if not checks:
        message = f"there is no request that `{policy.name}` admits and answers there"
        raise Rejected(Diagnostic("P501", message, "test another configuration, or with another suite"))
    started = time.perf_counter()
    with Program(command, limits) as program:
        answers = conformance.ask(program, checks, whole=not discover)
        seconds = time.perf_counter() - started
        starts += program.starts
    outcomes = [conformance.judge(check, answer) for check, answer in zip(checks, answers, strict=True)]
    seconds = max(seconds, time.perf_counter() - started)
    if discovered is not None and any(o.problem is not None for o in outcomes):
        outcomes, evidence = _explained(conformance, discovered, checks, answers, outcomes)
    return Report(policy, argument, command, outcomes, known, starts, program.stray, seconds, discovered, evidence)


def _discovered(conformance: Conformance, command: list[str], limits: Limits) -> tuple[Discovered, int]:
    with Program(command, limits) as program:

        def ask(inputs: dict[str, int]) -> Observation | Fault:
            (answer,) = program.ask([conformance.request(inputs)])
            return conformance.observation(inputs, answer)

        return Discovery(conformance.policy, ask).run(), program.starts


def _explained(
    conformance: Conformance,
    discovered: Discovered,
    checks: list[Check],
    answers: list[Answer],
    outcomes: list[Outcome],
) -> tuple[list[Outcome], Evidence | None]:
    """Outcomes by another configuration where that explains all replies; else the fewest that none explains."""
    policy = conformance.policy
    replies = (conformance.observation(c.at.given(policy), a) for c, a in zip(checks, answers, strict=True))
    seen = [*discovered.seen, *(reply for reply in replies if isinstance(reply, Observation))]
    match contradiction(policy, seen):
        case Contradiction(positions=positions, fewest=fewest):
            return outcomes, Evidence([seen[at] for at in positions], fewest)
        case Consistent(configuration=other):
            again = conformance.checks(point(policy, other.config, check.at.given(policy)) for check in checks)
            if len(again) == len(checks):
                outcomes = [conformance.judge(check, answer) for check, answer in zip(again, answers, strict=True)]
            return outcomes, None
        case Undecided():
            return outcomes, None


def _points(oracle: Oracle, config: dict[str, Value] | None, suite: Path | None) -> Iterable[Point]:
    """The requests: those of a suite, or generated for the policy; of one configuration, where it is given."""
    policy = oracle.policy
    if suite is None:
        from ..vectors.generate import explore, ordered

        return ordered(explore(policy, config).marks)
    rows = [row.at for row in read_rows(_read(suite), oracle, printable(str(suite)))]
    wanted = None if config is None else tuple(config[v.name.id] for v in policy.interface.configs)
    return list(dict.fromkeys(at for at in rows if wanted is None or at.config == wanted))


def _likely(policy: CheckedPolicy, config: dict[str, Value]) -> list[Point]:
    """Requests for common revisions: one that a wrong reply hid from the discovery is told by being accepted."""
    format_ = Format.of(policy.interface.layout)
    words = map(format_.word, product(*(range(min(8, 1 << field.width)) for field in format_.numbered)))
    return [point(policy, config, {v.name.id: word for v in policy.interface.inputs}) for word in islice(words, 64)]


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

    return read_known(_read(path, "P511"), printable(str(path)), read)


def _write_known(report: Report, path: Path) -> None:
    """The failures of a run as a list, with the comments of those that were known."""
    rows: list[tuple[str, str]] = []
    for outcome in report.outcomes:
        if outcome.problem is not None:
            what = ", ".join(outcome.differs) + " wrong" if outcome.differs else outcome.problem
            comment = report.known.get(outcome.check.at) or f"case {outcome.check.expect.case}: {what}"
            rows.append((arguments(report, outcome.check), comment))
    write_to(path, write_known(rows))


def arguments(report: Report, check: Check) -> str:
    """The options of `parley eval` for a request."""
    return shlex.join(report.words.arguments(situation(report.policy, check.at), ()))


def _read(path: Path, code: str = "P530") -> str:
    try:
        return raw(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(Diagnostic(code, f"`{printable(str(path))}` is not UTF-8", "save the file as UTF-8")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"`{printable(str(path))}` cannot be read: {reason}"
        raise Rejected(Diagnostic(code, message, "check the path")) from None
