"""Suites of test vectors: made for a policy, exported, and scored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from parley.spec.checked import CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, plural, printable
from parley.spec.files import ENDING
from parley.spec.program import Program

from .given import Given, configuration
from .naming import policy_of
from .reading import read_text
from .results import Result, Table

if TYPE_CHECKING:
    from parley.conformance.run import Limits
    from parley.vectors.export.c_harness import Shape
    from parley.vectors.generate import Exploration
    from parley.vectors.score import Scored
    from parley.vectors.suite import Adequacy, Mutants, Suite, Vector

    from .program_scores import ProgramRuns


class SuiteResult(Result, frozen=True):
    """The suite of a policy, and what was found on the way: the mutants, what kills them, what is not known."""

    policy: CheckedPolicy
    suite: Suite
    found: Exploration

    @property
    def code(self) -> int:
        """The exit code of `parley vectors`: 3 where it is not known of a mutant whether a vector kills it, else 0."""
        return 3 if self.suite.adequacy.mutants.survived else 0

    def export(self, format_: str, shape: Shape | None = None) -> str:
        """The suite as the text of a file: json, csv, c, kunit, rust, pytest, cbmc or kani.

        A harness, cbmc or kani, has the shape that `parley.harness_shape` makes; kani takes its size alone. Raises
        Rejected where a formula cannot be put into that language, and KeyError for another format.
        """
        from parley.vectors.export import EXPORTERS, SHAPED, NotExportable

        try:
            if shape is not None and format_ in SHAPED:
                return SHAPED[format_](self.suite, self.policy, shape)
            return EXPORTERS[format_](self.suite, self.policy)
        except NotExportable as error:
            without = "write the formula without what cannot be put into that language, or take another format"
            raise _unwritten(format_, error, without) from None

    def table(self) -> Table:
        rows = [
            ("vectors", f"{self.suite.size} in {len(self.suite.groups)} configurations"),
            *figures(self.suite.adequacy),
            *(("not known", f"{name}: {why}") for name, why in self.found.survivors.items()),
            *(("warning", warning) for warning in self.suite.warnings),
        ]
        return Table(tuple(rows))


class ScoreResult(Result, frozen=True):
    """The figures of a suite, and what it lacks. Where it is a program, its `runs`; its rows are what it asks then."""

    policy: CheckedPolicy
    scored: Scored
    warnings: tuple[str, ...]
    runs: ProgramRuns | None = None

    @property
    def code(self) -> int:
        """The exit code of `parley score`.

        It is 1 where a row contradicts the policy (a program fails against it), or a mutant survives; else 3 where a
        program was not run against some mutant, for want of time or because it does something else each time; else 0.
        """
        if self.scored.contradictions or self.scored.survivors:
            return 1
        return 3 if self.runs is not None and self.runs.untried else 0

    @property
    def only_killers(self) -> dict[str, list[str]]:
        """For each row that is the only one to kill some mutants, which; in the order of the rows.

        Of a program with several requests, that is not known of any.
        """
        from parley.vectors.score import only_killers

        return only_killers(self.scored) if self.runs is None or len(self.scored.rows) == 1 else {}

    def table(self) -> Table:
        scored = self.scored
        cases, conditions, mutants = figures(scored)
        if self.runs is not None and not self.runs.steady:
            wrong = [("contradicts", f"{one.row}: {one.why}") for one in scored.contradictions]
            return Table((*wrong, *(("no figures", warning) for warning in self.warnings)))
        rows = [
            ("rows", str(len(scored.rows))),
            cases,
            conditions,
            ("boundaries", f"{scored.boundaries[0]} of {scored.boundaries[1]}"),
            mutants,
            *(("contradicts", f"{one.row}: {one.why}") for one in scored.contradictions),
            *(("survives", mutant.what) for mutant in scored.survivors),
            *self._of_program(),
            *(("warning", warning) for warning in self.warnings),
        ]
        return Table(tuple(rows))

    def _of_program(self) -> list[tuple[str, str]]:
        if self.runs is None:
            return []
        from .program_scores import worth_nothing

        nothing = worth_nothing(self.scored, self.runs)
        rows = [("worth nothing", nothing)] if nothing else []
        return [*rows, *(("not tried", name) for name in self.runs.untried)]


def _unwritten(format_: str, error: Exception, help_: str) -> Rejected:
    return Rejected(Diagnostic("P504", f"--format {format_}: {error}", help_))


def need_writable(policy: CheckedPolicy, format_: str) -> None:
    """Raises Rejected where no suite of a policy can be written in a format, as its messages have what that has not."""
    from parley.vectors.export import NotExportable, need_words

    try:
        need_words(format_, policy)
    except NotExportable as error:
        raise _unwritten(format_, error, "take another format") from None


def suite(
    policy: CheckedPolicy | Program,
    config: Mapping[str, Given] | None = None,
    *,
    minimal: bool = False,
    more: int = 0,
    seed: int = 0,
) -> SuiteResult:
    """Vectors at the boundary values of a policy, and whatever the solver adds to kill every mutant that can be killed.

    `config` fixes the configuration, as of one build. `minimal` keeps as few as have the same adequacy; `more` are
    added at random, from `seed`. Raises Rejected for a policy that leaves a relation without a body, and where nothing
    is admitted and answered.
    """
    from parley.vectors.generate import explore
    from parley.vectors.generate import suite as made_of

    policy = policy_of(policy)
    need_concrete(policy)
    fixed = configuration(policy, config)
    found = explore(policy, fixed, more, seed)
    if not found.marks:
        message = f"no request of `{policy.name}` is admitted and answered there"
        if found.unsettled:
            message = f"no request of `{policy.name}` is known to be answered there"
        help_ = f"see `parley check`: {policy.name}.satisfiable, {policy.name}.total, {policy.name}.defined"
        if fixed is not None and policy.assumptions and not found.unanswered and not found.unsettled:
            help_ = "its assumptions rule this configuration out"
        raise Rejected(Diagnostic("P504", message, help_))
    kept = None
    if minimal:
        from parley.vectors.minimise import minimise

        kept = minimise(found)
    made = made_of(found, kept.points if kept else None)
    if kept is not None:
        made.smallest = kept.smallest
    if fixed is not None:
        made.config = made.groups[0].config
    nothing = nothing_killed(made.adequacy.mutants)
    without = left_out(policy, len(found.unanswered), len(found.unsettled), len(found.too_long))
    made.warnings = [*without, *([nothing] if nothing else [])]
    return SuiteResult(policy, made, found)


def score(
    policy: CheckedPolicy | Program,
    path: str | os.PathLike[str] | None = None,
    *,
    command: Sequence[str] | None = None,
    configurations: Iterable[Mapping[str, Given]] = (),
    limits: Limits | None = None,
    jobs: int = 1,
) -> ScoreResult:
    """How strong a suite is: that in a file, or one that is a program.

    The file is one that `suite` exported as JSON, or a list of rows as CSV or JSON; `-` is standard input. The program
    is run against the policy, and against each of its mutants, in some `configurations`: those of the policy's own
    suite, where none are given; `limits` says how long it may be silent and how long all may take, `jobs` how many of
    its runs go on at once, if these do not get into each other's way. Raises Rejected
    where the file cannot be read, or is no suite of this policy, where the program cannot be started, and for a wrong
    use.
    """
    from parley.model.oracle import Oracle
    from parley.vectors.read_suite import read_rows
    from parley.vectors.score import score as scored

    policy = policy_of(policy)
    need_concrete(policy)
    if command:
        if path is not None:
            message = f"a suite in a file, `{printable(os.fspath(path))[:60]}`, and one that is a program are given"
            raise Rejected(Diagnostic("P504", message, "leave one of them out"))
        return _score_program(policy, command, list(configurations), limits, jobs)
    if path is None:
        help_ = "give its file, or a program behind two dashes: -- ./suite"
        raise Rejected(Diagnostic("P505", "no suite is given", help_))
    oracle = Oracle(policy)
    name = os.fspath(path)
    if name.endswith(ENDING):
        message = f"`{printable(name)}` is a policy file, and no suite"
        raise Rejected(Diagnostic("P530", message, "make a suite with `parley vectors POLICY --format json`"))
    made = scored(read_rows(read_text(name, "P530"), oracle, "the suite" if name == "-" else printable(name)), oracle)
    nothing = nothing_killed(made.mutants) if not made.mutants.kinds or not made.kills else ""
    warnings = left_out(policy, made.unanswered, made.unsettled, made.too_long)
    return ScoreResult(policy, made, (*warnings, nothing) if nothing else warnings)


def _score_program(
    policy: CheckedPolicy,
    command: Sequence[str],
    given: Sequence[Mapping[str, Given]],
    limits: Limits | None,
    jobs: int,
) -> ScoreResult:
    from parley.conformance.run import Limits

    from .program_scores import program_configurations, said, score_program

    limits = limits or Limits()
    limits.need_seconds()
    wanted = [config for one in given if (config := configuration(policy, one)) is not None]
    chosen = program_configurations(policy, wanted)
    made, runs = score_program(policy, command, chosen, limits, jobs)
    # What does not do the same again has no figures that anything could be left out of.
    warnings = left_out(policy, made.unanswered, made.unsettled, made.too_long) if runs.steady else ()
    return ScoreResult(policy, made, (*warnings, *said(made, runs)), runs)


def need_concrete(subject: CheckedPolicy | CheckedSession) -> None:
    """Raises Rejected for one that leaves a relation without a body: there is nothing to test against."""
    if subject.abstract:
        name = subject.abstract[0].name.id
        message = f"`{subject.name}` has no body for `{name}`"
        raise Rejected(Diagnostic("P504", message, f"a policy that says what `{name}` is can be tested"))


def left_out(policy: CheckedPolicy, unanswered_: int, unsettled: int, too_long: int) -> tuple[str, ...]:
    """Warnings of so much that is left out: requests to which the policy has no answer, or is not known to have one,
    and mutants whose formulas are too long.
    """
    warnings = (unanswered(policy, unanswered_), _unsettled(policy, unsettled), _too_long(too_long))
    return tuple(filter(None, warnings))


def unanswered(policy: CheckedPolicy, count: int) -> str:
    """A warning where requests are left out because the policy does not answer them; else empty."""
    if not count:
        return ""
    name, requests, them = policy.name, "request" if count == 1 else "requests", "it" if count == 1 else "them"
    see = f"see `parley check`: {name}.total, {name}.defined"
    return f"{count} {requests} left out: `{name}` has no answer to {them} ({see})"


def _unsettled(policy: CheckedPolicy, count: int) -> str:
    """A warning where requests are left out because it is not known whether the policy answers them; else empty."""
    if not count:
        return ""
    requests, them = ("request", "it") if count == 1 else ("requests", "them")
    return f"{count} {requests} left out: it is not known whether `{policy.name}` has an answer to {them}"


def _too_long(count: int) -> str:
    """A warning where mutants are left out because of their length; else empty."""
    if not count:
        return ""
    return (
        f"{plural(count, 'mutant')} left out: {'its' if count == 1 else 'their'} formulas are too long to be looked at"
    )


def nothing_killed(mutants: Mutants) -> str:
    """A warning where the number of survivors says nothing; else empty."""
    if mutants.killed or mutants.survived:
        return ""
    why = "every mutant is proved equivalent" if mutants.kinds else "the policy has no mutants"
    return f"{why}: that none survived says nothing about the vectors"


def expected(test: Vector) -> str:
    """What a vector expects, for people: `status OK, lower 1.0`."""
    from parley.vectors.suite import shown_value

    return ", ".join(f"{name} {shown_value(value)}" for name, value in test.expect.outputs.items())


def figures(reached: Adequacy | Scored) -> tuple[tuple[str, str], ...]:
    """How many cases, conditions and mutants a suite reaches."""
    tried = reached.mutants
    return (
        ("cases", f"{reached.cases[0]} of {reached.cases[1]}"),
        ("conditions", f"{reached.mcdc[0]} of {reached.mcdc[1]}"),
        ("mutants", f"{tried.killed} killed, {tried.equivalent} proved equivalent, {tried.survived} survived"),
    )
