"""Running a program as the host of a session, with Parley as the RMM, and judging what it does."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from time import perf_counter
from typing import TypeAlias

from parley.conformance.batch import Fault
from parley.conformance.host_program import HostProgram
from parley.conformance.host_verdict import JUDGED, HostJudge, HostOutcome
from parley.conformance.negotiation import Negotiation, Negotiator, Rmm, policy_rmm
from parley.conformance.run import Limits
from parley.model.instance import Instance, Value
from parley.model.stage import known_variable
from parley.proofs.claims import Claim, claims_of_session
from parley.spec.checked import CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, meant, plural, printable
from parley.spec.syntax import KNOWN, Variable

from .given import Given, read_options, read_value, texts
from .hostile import OF_EACH_KIND, HostileRmm, HostileRmms
from .naming import need_known
from .results import Result, Table
from .suites import need_concrete
from .values import OPTIONS, Words, option

MOST_WAYS = 128
"""Where the policy leaves answers open, so many more negotiations are played for other answers that it allows."""

Choices: TypeAlias = "tuple[int, ...]"
"""Which of its answers each request gets that may be answered in several ways, in the order of these requests."""


class HostResult(Result, frozen=True, dict=True):
    """All that came of a run.

    `hostile` are the hostile RMMs that were played, or that there was nothing to play with, where they were asked for:
    `with_hostile`. `kept` are the claims that every negotiation is judged by, also those with an RMM that lies: the
    host of the session keeps them whatever it is told. `troubles` are faults of the program that no negotiation is to
    blame for; `never`, why it is given up where it never said anything. `seconds` were spent on all of it, `asking` of
    them on the program. `warnings` say of which mutants no hostile RMM was made.
    """

    session: CheckedSession
    argument: str
    """What names the session to `parley eval`."""
    command: list[str]
    outcomes: list[HostOutcome]
    hostile: Sequence[HostileRmm]
    kept: tuple[str, ...]
    presuming: tuple[str, ...]
    starts: int
    seconds: float
    asking: float
    with_hostile: bool = False
    troubles: Sequence[Fault] = ()
    never: Fault | None = None
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        return Words(self.session.interface)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The claims that negotiations are judged by, by their names."""
        return {claim.name: claim for claim in claims_of_session(self.session) if claim.kind in JUDGED}

    @property
    def faults(self) -> list[HostOutcome]:
        """Those that came to no end."""
        return [one for one in self.outcomes if one.negotiation.fault is not None]

    @property
    def judged(self) -> list[HostOutcome]:
        return [one for one in self.outcomes if one.negotiation.ended]

    @property
    def left_out(self) -> list[HostOutcome]:
        """Those `stopped`, and those with a request that an assumption rules out or the policy does not answer."""
        return [one for one in self.outcomes if one.negotiation.run.ending == "left_out"]

    @property
    def stopped(self) -> list[HostOutcome]:
        """Those of them that had more to ask for than was waited for: they are judged by what is claimed of rounds."""
        return [one for one in self.outcomes if one.negotiation.stopped]

    @property
    def deviations(self) -> list[HostOutcome]:
        """Those in which the program does what the rules of the session's host do not."""
        return [one for one in self.outcomes if one.deviation is not None]

    @property
    def failed(self) -> set[int]:
        """The numbers of those in which something is wrong that is not known to be."""
        broken = [one for found in self.broken(expected=False).values() for one in found]
        return {one.number for one in (*self.faults, *self.deviations, *broken)}

    def broken(self, *, expected: bool) -> dict[str, list[HostOutcome]]:
        """The negotiations that break each claim; those that the session expects to be refuted, or all others."""
        made: dict[str, list[HostOutcome]] = {}
        for name, claim in self.claims.items():
            found = [one for one in self.outcomes if name in one.broken]
            if found and (claim.expected is not None and claim.expected.verdict == "refuted") is expected:
                made[name] = found
        return made

    @property
    def code(self) -> int:
        """The exit code of `parley conform`: 1 where the program fails, breaks a claim that is not known to fail, or
        does what its rules do not; 3 where nothing of it could be judged.
        """
        if self.faults or self.deviations or self.troubles or self.broken(expected=False):
            return 1
        return 0 if self.judged else 3

    def arguments(self, outcome: HostOutcome) -> str:
        """The options of `parley eval`, and of `parley conform`, for the configuration of a negotiation."""
        return shlex.join(self.words.arguments(outcome.negotiation.instance.config, {}, ()))

    def replay(self, outcome: HostOutcome) -> str:
        """The command that plays the session's host on the same replies; empty where the RMM is none that it has."""
        negotiation = outcome.negotiation
        if negotiation.rmm.hostile:
            return ""
        parts = self.words.arguments(negotiation.instance.config, {}, ())
        # What was answered to requests that the rules do not make is no part of that.
        shared = len(negotiation.run.rounds) if outcome.deviation is None else outcome.deviation.rounds
        rounds = zip(negotiation.run.rounds[:shared], negotiation.open_, strict=False)
        for at, (round_, open_) in enumerate(rounds, 1):
            for output in open_:
                parts += self.words.arguments({f"{output}@{at}": round_.outputs[output]}, {}, ())
        return shlex.join(["parley", "eval", self.argument, *parts])

    def again(self, outcome: HostOutcome) -> str:
        """The command that runs the program in this configuration alone, with the same RMM."""
        parts: list[str] = []
        for name, value in outcome.negotiation.instance.config.items():
            # An option of `conform` may hide a name that no option of `eval` does.
            parts += [option(name, OPTIONS), *self.words.arguments({name: value}, {}, ())[1:]]
        rmm = outcome.negotiation.rmm
        hostile = ["--hostile", "--only", rmm.name] if rmm.hostile else []
        return shlex.join(["parley", "conform", self.argument, *parts, *hostile, "--", *self.command])

    def table(self) -> Table:
        rows: list[tuple[str, ...]] = []
        if self.never is not None:
            rows.append(("never", self.never.text))
        rows += [
            (str(one.negotiation.fault and one.negotiation.fault.kind), self.arguments(one)) for one in self.faults
        ]
        for name, found in self.broken(expected=False).items():
            rows += [(name, self.arguments(one)) for one in found]
        rows += [("rules", self.arguments(one)) for one in self.deviations]
        rows += [("trouble", fault.text) for fault in self.troubles]
        return Table(tuple(rows), f"{plural(len(self.outcomes), 'negotiation')}, {len(self.failed)} failed")


def conform_host(
    session: CheckedSession,
    command: Sequence[str],
    config: Mapping[str, Given] | None = None,
    *,
    hostile: bool = False,
    only: str = "",
    rounds: int | None = None,
    limits: Limits | None = None,
    argument: str | None = None,
) -> HostResult:
    """Runs a program as the host of a session; what it is given is described at `parley.conform`."""
    limits = limits or Limits()
    limits.need_seconds()
    need_concrete(session.policy)
    if session.abstract:
        name = session.abstract[0].name.id
        raise Rejected(Diagnostic("P504", f"`{session.name}` has no body for `{name}`", "take a policy that says it"))
    if not command:
        raise Rejected(Diagnostic("P505", "no program is given", "add it behind two dashes: -- ./host --flag"))
    _need_apart(session)
    given = _given(session, config or {})
    rmms = HostileRmms(session) if hostile else None
    if only and rmms is None:
        raise Rejected(Diagnostic("P504", "--only is given without --hostile", "add --hostile, whose RMMs it names"))
    if only and rmms is not None and only not in rmms.names():
        known = rmms.names()
        help_ = meant(only, known, f"there are {', '.join(rmms.kinds)}, and the mutants m1 to m{len(rmms.mutants)}")
        raise Rejected(Diagnostic("P504", f"there is no hostile RMM `{printable(only[:60])}`", help_))
    started = perf_counter()
    with HostProgram(command, limits) as program:
        run = _HostRun(session, program, rounds)
        run.negotiate(given)
        found: list[HostileRmm] = []
        kept, presuming = tuple(run.judge.tests), ()
        if rmms is not None:
            kept, presuming = _kept(session)
            found = list(run.negotiate_hostile(rmms, kept, only))
        program.finish()
    return HostResult(
        session=session,
        argument=argument or f"{session.source.argument or session.source.name}:{session.name}",
        command=list(command),
        outcomes=run.outcomes,
        hostile=found,
        kept=kept,
        presuming=presuming,
        starts=program.starts,
        seconds=perf_counter() - started,
        asking=program.seconds,
        with_hostile=hostile,
        troubles=program.troubles,
        never=program.never,
        warnings=rmms.warnings if rmms is not None and not only else (),
    )


def host_options(session: CheckedSession, options: list[str]) -> dict[str, str]:
    """What options (`--supported 1.0`) fix of a session's configurations. Raises Rejected for any other."""
    return read_options(options, list(_variables(session)), "session", OPTIONS)


def _variables(session: CheckedSession) -> dict[str, Variable]:
    """What differs from one negotiation to the next: the configuration, and what the host knows where it varies."""
    known = [known_variable(session.host)] if session.host.knows.varies else []
    return {v.name.id: v for v in (*session.interface.configs, *known)}


def _given(session: CheckedSession, config: Mapping[str, Given]) -> dict[str, Value]:
    words, variables = Words(session.interface), _variables(session)
    found = texts(words, config, variables, session.name)
    made = {name: read_value(words, name, variables[name], text, OPTIONS) for name, text in found.items()}
    if isinstance(known := made.get(KNOWN), tuple):
        need_known(f"--{KNOWN}", session.host, known)
    return made


def _need_apart(session: CheckedSession) -> None:
    """Raises Rejected where a line would have two things of one name: then there is no way to talk about it."""
    request = session.interface.inputs[0]
    names = {request.name.id, *([request.register.id] if request.register is not None else [])}
    clash = names.intersection(("id", "start", "accept", "give_up"))
    if clash:
        message = f"a line for `{session.interface.name}` would have two things called `{clash.pop()}`"
        help_ = "give the input another name; `id`, `start`, `accept` and `give_up` are what a host's lines have"
        raise Rejected(Diagnostic("P504", message, help_))


def _kept(session: CheckedSession) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The claims that the host keeps whatever it is told, and the others."""
    from parley.proofs.whatever import whatever_told

    verdicts = whatever_told(session, JUDGED)
    kept = tuple(name for name, verdict in verdicts.items() if verdict == "proved")
    return kept, tuple(name for name in verdicts if name not in kept)


def _none_tried(session: CheckedSession, given: Mapping[str, Value]) -> Diagnostic:
    """No configuration that is tried meets the assumptions. There is none only where all of it is given."""
    if given.keys() == _variables(session).keys():
        message = f"the assumptions of `{session.name}` admit no configuration there"
        return Diagnostic("P501", message, "give another one, or leave some of it out")
    message = f"of the configurations that are tried, none meets the assumptions of `{session.name}`"
    whether = f"`parley check` says by {session.name}.satisfiable whether there is one"
    return Diagnostic("P501", message, f"give one that does, as for `parley eval`; {whether}")


class _HostRun:
    """The negotiations of one run, one after the other."""

    def __init__(self, session: CheckedSession, program: HostProgram, rounds: int | None) -> None:
        from parley.vectors.session_values import MOST_OPEN, SessionValues

        self.session = session
        self.values = SessionValues(session)
        self.negotiator = Negotiator(session, program, rounds)
        self.judge = HostJudge(session)
        self.honest: Rmm = policy_rmm(session, self.values.open_words, MOST_OPEN)
        self.outcomes: list[HostOutcome] = []
        # In what ways a program went wrong that had played no other negotiation.
        self.sure: set[tuple[object, ...]] = set()

    def negotiate(self, given: Mapping[str, Value]) -> None:
        """With the policy, in every configuration that matters. Raises Rejected where there is none."""
        instances = self.values.configurations(given)
        if not instances:
            raise Rejected(_none_tried(self.session, given))
        left = [self._others(instance, (), at) for at, instance in enumerate(instances)]
        # Where an answer was one of several, the same again with others of them, some of each configuration.
        turns = (at for _ in range(MOST_WAYS) for at, waiting in enumerate(left) if waiting)
        for at in islice(turns, MOST_WAYS):
            left[at].extend(self._others(instances[at], left[at].popleft(), at))

    def _others(self, instance: Instance, choices: Choices, turn: int) -> deque[Choices]:
        """Negotiate, with these answers of those that are left open; with which others to do so again.

        One that was not chosen yet is another one. They are in another order each `turn`, so that a few of each
        configuration have something of everything.
        """
        ways = self._play(instance, self.honest, self.judge.tests, choices).negotiation.ways
        places = range(len(choices), len(ways))
        before = {at: (*choices, *(0 for _ in range(at - len(choices)))) for at in places}
        others = deque((*before[at], other) for at in places for other in range(1, ways[at]))
        others.rotate(-turn)
        return others

    def negotiate_hostile(self, rmms: HostileRmms, kept: Sequence[str], only: str) -> Iterator[HostileRmm]:
        """With hostile RMMs, in configurations in which what the program asks shows that they are."""
        honest = [one.negotiation for one in self.outcomes if one.negotiation.run.answered]
        step = max(1, len(honest) // OF_EACH_KIND)
        spread = list(dict.fromkeys(one.instance for one in honest[::step]))[:OF_EACH_KIND]
        asked = rmms.asked(honest)
        for name, rmm in rmms.kinds.items():
            if only in ("", name):
                for instance in spread:
                    self._play(instance, rmm, kept)
                yield HostileRmm(name, rmm.what, mutant=False, told=bool(spread), played=len(spread))
        for name, mutant in rmms.mutants.items():
            if only in ("", name):
                rmm, instances = rmms.mutant(mutant), rmms.telling(mutant, asked)
                for instance in instances:
                    self._play(instance, rmm, kept)
                yield HostileRmm(name, mutant.what, mutant=True, told=bool(instances), played=len(instances))

    def _play(
        self, instance: Instance, rmm: Rmm, claims: Sequence[str] | Mapping[str, object], choices: tuple[int, ...] = ()
    ) -> HostOutcome:
        program, names = self.negotiator.program, list(claims)
        outcome = self._judged(self.negotiator.play(instance, rmm, choices), names)
        wrong = self.judge.wrong(outcome)
        if wrong and program.reused and wrong not in self.sure:
            # Was it this negotiation, or a line that came late, or something that is kept from one before?
            heard = program.heard()
            again = self._judged(self.negotiator.play_again(outcome.negotiation, choices), names)
            fault = again.negotiation.fault
            if fault is None or fault.kind != "not asked":
                if self.judge.wrong(again) != wrong:
                    program.differs(outcome.number, heard)
                outcome = again
        if not program.reused:
            self.sure.add(self.judge.wrong(outcome))
        self.outcomes.append(outcome)
        return outcome

    def _judged(self, negotiation: Negotiation, claims: list[str]) -> HostOutcome:
        return self.judge.judge(self.negotiator.started, negotiation, claims)
