"""Runs of a test program against RMMs: each that fails is repeated, and none is made where it is known how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Lock

from msgspec import Struct
from parley.conformance.batch import Body
from parley.conformance.behaviour import Behaviour
from parley.conformance.responder import NoRequest, Responder
from parley.conformance.run import Limits
from parley.conformance.serving import Choices, reply_at
from parley.conformance.suite_program import Asked, Ended, Run, run_program
from parley.model.instance import Instance, Value, instance_of
from parley.spec.checked import CheckedPolicy
from parley.vectors.make_vector import json_config

PATIENT = 2
"""A run that was silent for too long is repeated with so many times the patience,"""

MOST_AGAIN = 3
"""until so many were silent again: then the program is known to be."""


class Trial(Struct, frozen=True):
    """A run that is wanted: of an RMM by its name, in a configuration by its place, with one choice of its answers."""

    rmm: str
    at: int
    choice: int = 0


class Outcome(Struct, frozen=True):
    """How a trial came out. `more`: there was a request to which the RMM has an answer for a further choice."""

    ended: Ended
    more: bool
    asked: tuple[Asked, ...] = ()


class Runner:
    """A program, ready to be run against RMMs in some configurations. Use as a context manager: nothing is left over.

    `rmms` has what each may answer. `runs` counts the processes, `jobs` of which run at once: one, where two could get
    into each other's way.
    """

    def __init__(
        self,
        policy: CheckedPolicy,
        command: Sequence[str],
        configurations: Sequence[dict[str, Value]],
        limits: Limits,
        jobs: int = 1,
    ) -> None:
        self.jobs = jobs
        self.command = list(command)
        self.configurations = list(configurations)
        self.limits = limits
        self.responder = Responder(policy)
        self.behaviour = Behaviour()
        self.rmms: dict[str, Choices] = {}
        self.runs = 0
        self.silences = 0
        self.ends = time.monotonic() + limits.total
        # The evaluator is one, and is asked by one run at a time.
        self._lock = Lock()
        self._stop = Event()
        self._pool = ThreadPoolExecutor(jobs)

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def run_each(self, trials: Sequence[Trial]) -> list[Outcome | None]:
        """Run the program for each trial; None where there was no time. Raises Rejected (P510).

        A run in which it fails is repeated: it may have failed for another reason than what it was answered.
        """
        answering = [Answering(self, trial) for trial in trials]
        patience = self.limits.reply
        runs = list(self._pool.map(partial(self._run, silence=patience), answering))
        failed = [one for one, run in zip(answering, runs, strict=True) if run is not None and _fails(run.ended)]
        again = dict(zip(failed, self._pool.map(partial(self._run, silence=patience), failed), strict=True))
        made: list[Outcome | None] = []
        for trial, answers, first in zip(trials, answering, runs, strict=True):
            run = first
            if first is not None and first.ended.how == "timeout" and self.silences < MOST_AGAIN:
                # The machine may have been busy: alone, and with more time, it is silent as well, or it was not.
                run = self._run(answers, PATIENT * patience)
                self.silences += run is not None and run.ended.how == "timeout"
            if run is None:
                made.append(None)
                continue
            for one in (run, again.get(answers)):
                if one is not None:
                    self.runs += 1
                    self.behaviour.add(trial.at, one)
            made.append(Outcome(run.ended, answers.more, run.asked))
        return made

    def settle(self, trials: Sequence[Trial]) -> dict[Trial, Outcome | None]:
        """The outcomes of some trials, while the program is steady; one that goes as a run before went is not run."""
        made: dict[Trial, Outcome | None] = {}
        left = list(trials)
        while left:
            jobs: dict[object, Trial] = {}
            for trial in left:
                answering = Answering(self, trial)
                found = self.behaviour.follow(trial.at, answering)
                if isinstance(found, Ended):
                    made[trial] = Outcome(found, answering.more)
                else:
                    # Of those of which no more is known than of each other, one is run first.
                    jobs.setdefault((trial.at, found), trial)
            ran = list(jobs.values())
            made.update(zip(ran, self.run_each(ran), strict=True))
            left = [trial for trial in left if trial not in made]
            if not self.behaviour.steady:
                # No run says anything of an RMM any more.
                return made | dict.fromkeys(left)
        return made

    def point(self, at: int, request: Body) -> Instance:
        """The point of a request in a configuration. Raises NoRequest."""
        responder = self.responder
        return instance_of(responder.interface, self.configurations[at], responder.read(request))

    def _run(self, answering: Answering, silence: float) -> Run | None:
        at = answering.trial.at
        if self._stop.is_set() or time.monotonic() >= self.ends:
            return None
        start = {"start": at + 1, **json_config(self.responder.oracle, Instance(self.configurations[at]))}
        answer = answering.locked(self._lock)
        return run_program(self.command, start, answer, silence, self.ends, self._stop)


def _fails(ended: Ended) -> bool:
    """Whether a program came out badly; silence is looked at again by itself."""
    return not ended.passed and ended.how != "timeout"


class Answering:
    """The RMM of one trial. Where it has several answers, it gives the one of the trial's choice, or its last."""

    def __init__(self, runner: Runner, trial: Trial) -> None:
        self.runner = runner
        self.trial = trial
        self.more = False

    def __call__(self, request: Body) -> Body:
        trial = self.trial
        try:
            at = self.runner.point(trial.at, request)
        except NoRequest as error:
            return {"error": str(error)}
        choices = self.runner.rmms[trial.rmm](at)
        self.more = self.more or len(choices) > trial.choice + 1
        return reply_at(self.runner.responder, at, choices, trial.choice)

    def locked(self, lock: Lock) -> Callable[[Body], Body]:
        """The same, for several runs at once."""

        def answer(request: Body) -> Body:
            with lock:
                return self(request)

        return answer
