"""Suites that are programs, scored: run against their policy, which they must pass, and against each of its mutants."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from parley.conformance.fields import pairs
from parley.conformance.responder import NoRequest, Responder
from parley.conformance.run import Limits
from parley.conformance.suite_program import Asked, Ended
from parley.model.instance import Instance, Value
from parley.model.oracle import NoAnswer, Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected, plural
from parley.vectors.boundary_values import BoundaryValues
from parley.vectors.faulty_answers import FaultyAnswers, RightAnswers
from parley.vectors.generate import Exploration, explore
from parley.vectors.mutant_check import MutantCheck
from parley.vectors.read_suite import Row
from parley.vectors.score import RowContradiction, Scored, live, measured

from .serving import need_lines
from .suite_runs import Runner, Trial
from .suites import nothing_killed
from .values import Words

MOST_AGAIN = 3
"""At the end a program is run against the policy once more, in so many configurations."""

UNSTEADY = (
    "it does not do the same where it is answered the same ({}; another time: {}), so that it has no figures: fix its "
    "seed, and let it leave nothing behind that another run finds"
)

RIGHT = ""
"""The name of the RMM that is the policy: no mutant's."""


class Refusal(Struct, frozen=True):
    """A run in which the program fails against its policy: what it asked and was answered, and how it ended."""

    config: dict[str, Value]
    asked: tuple[Asked, ...]
    ended: Ended


class Caught(Struct, frozen=True):
    """The configuration in which the program fails against a mutant first, and how it ended."""

    config: dict[str, Value]
    ended: Ended


class ProgramRuns(Struct, frozen=True):
    """What came of running a program in some configurations, with so many processes.

    `refusals` are runs that fail against the policy itself: nothing that is done in these configurations counts.
    `caught` has the mutants against which the program fails. Against those `untried` it was not run, for want of time.
    `differs` says what it did not do again where it was answered the same, in two sentences: then nothing is known of
    any mutant. `strange` are its lines that got no answer.
    """

    command: list[str]
    configurations: list[dict[str, Value]]
    runs: int
    refusals: list[Refusal]
    caught: dict[str, Caught]
    untried: list[str]
    differs: tuple[str, str] | None
    strange: list[Asked]

    @property
    def steady(self) -> bool:
        """Whether it does the same where it is answered the same."""
        return self.differs is None


def score_program(
    policy: CheckedPolicy,
    command: Sequence[str],
    configurations: Sequence[dict[str, Value]],
    limits: Limits,
    jobs: int = 1,
) -> tuple[Scored, ProgramRuns]:
    """The figures of a program, and what came of running it. Raises Rejected (P510) where it cannot be started."""
    with Runner(policy, command, configurations, limits, jobs) as runner:
        scoring = _Scoring(policy, runner)
        scoring.against_policy()
        started = time.monotonic()
        found = explore(policy)
        runner.ends += time.monotonic() - started
        caught, untried = scoring.against_mutants(found)
    return scoring.scored(found, caught, untried), scoring.made(caught, untried)


def program_configurations(policy: CheckedPolicy, given: Sequence[dict[str, Value]]) -> list[dict[str, Value]]:
    """The configurations that a program is run in: those given, or those of the policy's boundary values.

    Raises Rejected where the policy's assumptions rule one out, or all.
    """
    need_lines(Responder(policy))
    words, boundaries = Words(policy.interface), BoundaryValues(Oracle(policy))
    for config in given:
        if not boundaries.admitted(config):
            shown = ", ".join(words.named(policy.interface.configs, config))
            message = f"the assumptions of `{policy.name}` rule out {shown}"
            raise Rejected(Diagnostic("P504", message, "give another configuration"))
    chosen = list(given) or boundaries.configurations()
    if not chosen:
        message = f"the assumptions of `{policy.name}` rule out all configurations that were tried"
        raise Rejected(Diagnostic("P504", message, "give one that they admit"))
    return [one.config for one in dict.fromkeys(map(Instance, chosen))]


def said(scored: Scored, runs: ProgramRuns) -> Iterator[str]:
    """What is to be said of a program beside its figures."""
    mutants = scored.mutants
    if runs.differs is not None:
        yield UNSTEADY.format(*runs.differs)
    elif runs.untried:
        yield f"against {plural(len(runs.untried), 'mutant')} it was not run: the time for all runs was over"
    if runs.strange:
        one = runs.strange[0]
        yield f"{plural(len(runs.strange), 'line')} of it got no answer; the first: {exchange(one)}"
    if not mutants.kinds:
        yield nothing_killed(mutants)


def worth_nothing(scored: Scored, runs: ProgramRuns) -> str:
    """That a program fails against no mutant whatever; empty where it does, or is not known to."""
    tried = scored.mutants.survived - len(runs.untried)
    if runs.caught or not runs.steady or not tried or len(runs.refusals) == len(runs.configurations):
        return ""
    why = "it passes whatever it is answered" if scored.rows else "it asks nothing"
    return f"{why}: it fails against none of {plural(tried, 'mutant')}"


class _Scoring:
    """One program while it is scored."""

    def __init__(self, policy: CheckedPolicy, runner: Runner) -> None:
        self.policy = policy
        self.words = Words(policy.interface)
        self.runner = runner
        self.places = range(len(runner.configurations))
        self.refusals: dict[int, Refusal] = {}
        # What was asked in each configuration, in the first run and then in others.
        self.asked: dict[int, list[Asked]] = {at: [] for at in self.places}

    @property
    def passed(self) -> list[int]:
        """The configurations in which the program passes the policy."""
        return [at for at in self.places if at not in self.refusals]

    # ---- running ----------------------------------------------------------------------------------------

    def against_policy(self) -> None:
        """Run it in each configuration, with some of the answers that the policy allows."""
        check = MutantCheck(Oracle(self.policy))
        self.runner.rmms[RIGHT] = RightAnswers(check, check.answers).at
        # The first one twice: does it do the same again?
        wanted = [Trial(RIGHT, at) for at in (0, *self.places)]
        while wanted:
            further: list[Trial] = []
            for trial, outcome in zip(wanted, self.runner.run_each(wanted), strict=True):
                if outcome is None:
                    continue
                at = trial.at
                # How often it asks the same is told of the first run alone.
                self.asked[at] += self._new(at, outcome.asked) if self.asked[at] else outcome.asked
                if not outcome.ended.passed:
                    config = self.runner.configurations[at]
                    self.refusals.setdefault(at, Refusal(config, outcome.asked, outcome.ended))
                elif outcome.more:
                    further.append(Trial(RIGHT, at, trial.choice + 1))
            wanted = list(dict.fromkeys(further))

    def _new(self, at: int, asked: tuple[Asked, ...]) -> list[Asked]:
        before = [one.request for one in self.asked[at]]
        return [one for one in asked if one.request not in before]

    def against_mutants(self, found: Exploration) -> tuple[dict[str, Caught], list[str]]:
        """Run it against each mutant, in one configuration after another until it fails; those caught, and untried."""
        right = RightAnswers(MutantCheck(found.answers.oracle), found.answers)
        later = dict(pairwise(self.passed))
        every = [mutant.name for mutant in live(found)]
        wanted = [Trial(name, at) for name in every for at in self.passed[:1]]
        self.runner.rmms |= {mutant.name: FaultyAnswers(mutant, right).at for mutant in live(found)}
        caught: dict[str, Caught] = {}
        untried: list[str] = []
        while wanted and self.runner.behaviour.steady:
            further: list[Trial] = []
            outcomes = self.runner.settle(wanted)
            for trial in wanted:
                outcome = outcomes[trial]
                if outcome is None:
                    untried.append(trial.rmm)
                elif not outcome.ended.passed:
                    caught[trial.rmm] = Caught(self.runner.configurations[trial.at], outcome.ended)
                elif outcome.more:
                    further.append(Trial(trial.rmm, trial.at, trial.choice + 1))
                elif trial.at in later:
                    further.append(Trial(trial.rmm, later[trial.at]))
            wanted = further
        if self.runner.behaviour.steady:
            # Does it still pass, after all these runs?
            self.runner.run_each([Trial(RIGHT, at) for at in self.passed[:MOST_AGAIN]])
        # What it does by chance says nothing of any mutant.
        return (caught, untried) if self.runner.behaviour.steady else ({}, every)

    # ---- figures ----------------------------------------------------------------------------------------

    def scored(self, found: Exploration, caught: dict[str, Caught], untried: list[str]) -> Scored:
        """The figures, as those of a suite whose rows are the program's requests."""
        rows, sound = self._rows(found.answers.oracle) if self.runner.behaviour.steady else ([], [])
        kills: dict[str, list[str]] = {mutant.name: [] for mutant in live(found)}
        for name, one in caught.items():
            # Of several requests it is not known which makes the program fail.
            kills[name] = [rows[0].name if len(rows) == 1 else self._shown(one.config)]
        return measured(found, found.answers.oracle, rows, sound, kills, self._contradictions(), untried)

    def _rows(self, oracle: Oracle) -> tuple[list[Row], list[Row]]:
        """The requests as rows, and those of them that count: where the program passes, with the policy's answer."""
        rows: list[Row] = []
        sound: list[Row] = []
        for at in self.places:
            for number, one in enumerate(self.asked[at], 1):
                try:
                    point = None if one.request is None else self.runner.point(at, one.request)
                except NoRequest:
                    point = None
                if point is None:
                    continue
                where = "" if len(self.places) == 1 else f"{self._shown(point.config)}: "
                row = Row(f"{where}request {number}", point, {})
                rows.append(row)
                if at not in self.refusals and _answered(oracle, point):
                    sound.append(row)
        return rows, sound

    def _shown(self, config: dict[str, Value]) -> str:
        return ", ".join(self.words.named(self.policy.interface.configs, config))

    def _contradictions(self) -> list[RowContradiction]:
        made: list[RowContradiction] = []
        for refusal in self.refusals.values():
            last = exchange(refusal.asked[-1]) if refusal.asked else "it asked nothing"
            why = f"it fails against `{self.policy.name}` itself: {refusal.ended.text}; {last}"
            made.append(RowContradiction(self._shown(refusal.config) or "the program", why))
        return made

    def made(self, caught: dict[str, Caught], untried: list[str]) -> ProgramRuns:
        """What came of running it."""
        strange = [one for at in self.places for one in self.asked[at] if "error" in one.reply]
        return ProgramRuns(
            command=self.runner.command,
            configurations=self.runner.configurations,
            runs=self.runner.runs,
            refusals=list(self.refusals.values()),
            caught=caught,
            untried=untried,
            differs=self.runner.behaviour.differs,
            strange=strange,
        )


def _answered(oracle: Oracle, at: Instance) -> bool:
    """Whether the policy admits and answers a request."""
    try:
        return oracle.admits(at.config, at.inputs) and bool(oracle.answer(at.config, at.inputs).case)
    except NoAnswer:
        return False


def exchange(asked: Asked) -> str:
    """A request and its reply, in a few words."""
    request, reply = said_of(asked)
    return f"it asked {request}, and was answered {reply}"


def said_of(asked: Asked) -> tuple[str, str]:
    """A request and its reply, each in a few words."""
    reply = asked.reply["error"] if "error" in asked.reply else pairs(asked.reply)
    return asked.said or pairs(asked.request or {}), reply
