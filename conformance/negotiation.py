"""Negotiations with a program that is a host: Parley is the RMM, and notes what is asked, answered and made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Instance, Range, Value, show_range
from ..model.oracle import NoAnswer, Outputs
from ..model.run import Outputs as RunOutputs
from ..model.run import Round, Run
from ..spec.checked import CheckedSession
from ..spec.syntax import KNOWN, Enumeration
from .batch import Body, Fault
from .conform import Conformance
from .fields import short_field, word_in
from .host_program import Act, Done, HostProgram
from .responder import NoRequest, Responder

SPARE = 16
"""A program may ask so many times, and some times for each request that its model has: retries are no endless loop."""

FOR_EACH = 4
"""So many times."""

MOST_REPEATED = 64
"""For so many of its requests at most, which is as many as a list has revisions;"""

MOST_DIFFERENT = 512
"""and once for so many: an interval has more revisions, and sets are more, than are waited for."""


class RmmAnswer(Struct, frozen=True):
    """One answer of an RMM: what a line has, the outputs that are read from it, and the case that gave it."""

    body: Body
    outputs: Outputs
    case: str | None = None


Answers: TypeAlias = "Callable[[Instance], list[RmmAnswer]]"
"""What an RMM may answer to a request, one at least. Raises NoAnswer."""


class Rmm(Struct, frozen=True):
    """An RMM that is played: the policy, or a `hostile` one, of which `what` says what is wrong.

    A hostile one does what its policy, or the text around that, forbids, and what presupposes that it does not says
    nothing of the host. Where no output is `amiss`, the rules of a host, which read outputs alone, do not see it: then
    who gives up does as well as who goes on.
    """

    name: str
    what: str
    answers: Answers
    hostile: bool = True
    amiss: bool = True


class Negotiation(Struct, frozen=True):
    """One negotiation with a program. In its `run`, `it` is the program: no rule is known of it.

    `registers` is what the lines had of each reply. `open_` are, of each round, the outputs that the policy leaves
    open, so that each has one value of many; `ways` counts, for each request that may be answered in several ways,
    those ways. Where something went wrong, `fault` says what, and the run has what came before. One that is `stopped`
    had more to ask for than is waited for: whether it ends is not known, and no claim about that is judged.
    """

    instance: Instance
    rmm: Rmm
    run: Run
    registers: tuple[Body, ...] = ()
    open_: tuple[tuple[str, ...], ...] = ()
    ways: tuple[int, ...] = ()
    fault: Fault | None = None
    stopped: bool = False

    @property
    def ended(self) -> bool:
        """Whether it can be judged: nothing went wrong, and no assumption ruled a request out."""
        return self.fault is None and self.run.ending in ("accepted", "gave_up", "loops")


IT = "it"
"""What stands for a rule of the host where the host is a program."""


class Negotiator:
    """Plays the negotiations of one session with one program."""

    def __init__(self, session: CheckedSession, program: HostProgram, most: int | None = None) -> None:
        self.session = session
        self.program = program
        self.most = most
        self.evaluator = SessionEvaluator(session)
        self.responder = Responder(session.policy)
        self.request = session.interface.inputs[0].name.id
        self.started = 0

    def most_requests(self, instance: Instance) -> int:
        """How many requests a program may make in any case, before it is said to go on for ever."""
        if self.most is not None:
            return self.most
        possible = self.possible(instance)
        return SPARE + max(FOR_EACH * min(possible, MOST_REPEATED), min(possible, MOST_DIFFERENT))

    def possible(self, instance: Instance) -> int:
        """How many different requests a host may make that asks for what it knows alone."""
        format_, known = self.evaluator.format, self.evaluator.known(instance)
        if isinstance(known, Range):
            count = 1 + format_.rank(known.high) - format_.rank(known.low)
        else:
            count = len(known) if isinstance(known, tuple) else 0
        match self.session.asked:
            case "revision":
                return count + len(self.session.interface.named.get(self.request, {}))
            case "bool":
                return 2
            case "set":
                return 1 << min(count, MOST_REPEATED)
            case "range":
                return 1 + count * (count + 1) // 2
            case Enumeration(values=values):
                return len(values)

    def play(self, instance: Instance, rmm: Rmm, choices: tuple[int, ...] = ()) -> Negotiation:
        """The next negotiation. Requests with several answers get, in their order, those of `choices`, then the first.

        Raises Rejected where the program cannot be started.
        """
        self.started += 1
        return self._play(instance, rmm, choices)

    def play_again(self, negotiation: Negotiation, choices: tuple[int, ...] = ()) -> Negotiation:
        """The last negotiation once more, by a program that is started for it. Raises Rejected."""
        self.program.anew()
        return self._play(negotiation.instance, negotiation.rmm, choices)

    def _play(self, instance: Instance, rmm: Rmm, choices: tuple[int, ...]) -> Negotiation:
        begun: list[_Course] = []

        def begin() -> Act:
            begun.append(_Course(self, instance, rmm, choices))
            return begun[-1].act

        fault = self.program.negotiate({"start": self.started, **self.told(instance)}, begin)
        course = begun[-1] if begun else _Course(self, instance, rmm, choices)
        return course.negotiation(fault)

    def told(self, instance: Instance) -> Body:
        """What the program is told to begin with: what the host knows, the most preferred revision first."""
        known = self.evaluator.known(instance)
        format_ = self.evaluator.format
        if isinstance(known, Range):
            return {KNOWN: show_range(format_, known)}
        words = known if isinstance(known, tuple) else ()
        return {KNOWN: [format_.show(word) for word in (reversed(words) if self.evaluator.any_known else words)]}


class _Course:
    """What was said in one negotiation so far."""

    def __init__(self, by: Negotiator, instance: Instance, rmm: Rmm, choices: tuple[int, ...]) -> None:
        self.by = by
        self.instance = instance
        self.rmm = rmm
        self.choices = choices
        self.rounds: list[Round] = []
        self.registers: list[Body] = []
        self.ways: list[int] = []
        self.run: Run | None = None
        self.stopped = False
        self._answered: dict[Value, RmmAnswer] = {}

    def act(self, fields: Body) -> Body | Done:
        """Take a line of the program's: a request, or what came of it. Raises NoRequest."""
        said = [name for name in ("accept", "give_up") if name in fields]
        asked = {self.by.request, *self.by.responder.keys.values()}.intersection(fields)
        if len(said) + bool(asked) > 1:
            raise NoRequest("this says several things at once")
        if "accept" in fields:
            return self._over(Run(tuple(self.rounds), "accepted", agreed=self._accepted(fields["accept"])))
        if "give_up" in fields:
            if fields["give_up"] is not True:
                raise NoRequest(f"give_up is {short_field(fields['give_up'])}, and true where a host gives up")
            return self._over(Run(tuple(self.rounds), "gave_up"))
        if not asked:
            raise NoRequest(f"this neither asks (by {self.by.responder.keys[self.by.request]}), accepts nor gives up")
        request = self.by.responder.read(fields)[self.by.request]
        if len(self.rounds) >= self.by.most_requests(self.instance):
            goes_on = self._goes_on()
            if goes_on is not None:
                return self._enough(goes_on)
        return self._reply(request, fields)

    def _goes_on(self) -> Run | None:
        """The run of a program that asks on: for ever, if it asked for the same often; None where it may ask on.

        One that is led on by replies asks for more than it knows, and may still come to an end.
        """
        rounds, different = tuple(self.rounds), len(self._answered)
        if self.by.most is not None or len(rounds) >= SPARE + FOR_EACH * different:
            return Run(rounds, "loops")
        if len(rounds) < SPARE + MOST_DIFFERENT:
            return None
        self.stopped = True
        why = f"it was stopped after {len(rounds)} requests, {different} of them different (--rounds lets it make more)"
        return Run(rounds, "left_out", why=why)

    def _accepted(self, field: Any) -> int:
        if isinstance(field, str):
            try:
                return self.by.evaluator.format.read(field)
            except ValueError as error:
                raise NoRequest(f"accept: {error}") from None
        word = word_in(field, self.by.evaluator.format.width)
        if word is None:
            raise NoRequest(f"accept is {short_field(field)}, which is no revision")
        return word

    def _reply(self, request: Value, fields: Body) -> Body | Done:
        config, inputs = self.instance.config, {self.by.request: request}
        at = Instance(config, inputs)
        answer = self._answered.get(request)
        if answer is None:
            broken = self._ruled_out(config, inputs)
            if broken:
                return self._enough(self._left_out(request, f"the assumption `{broken}` rules its request out"))
            try:
                answers = self.rmm.answers(at)
            except NoAnswer as why:
                return self._enough(self._left_out(request, f"`{self.by.session.policy.name}` has no answer: {why}"))
            chosen = 0
            if len(answers) > 1:
                chosen = self.choices[len(self.ways)] if len(self.ways) < len(self.choices) else 0
                self.ways.append(len(answers))
            answer = self._answered[request] = answers[min(chosen, len(answers) - 1)]
        outputs: RunOutputs = {**answer.outputs}
        self.rounds.append(Round(request, answer.case, outputs, IT))
        self.registers.append(answer.body)
        return {**({"id": fields["id"]} if "id" in fields else {}), **answer.body}

    def _ruled_out(self, config: Mapping[str, Value], inputs: Mapping[str, Value]) -> str:
        """The assumption that a request breaks, if any."""
        oracle = self.by.responder.oracle
        slots = oracle.slots(config, inputs)
        policy = self.by.session.policy
        for placed, holds in zip(policy.assumptions, oracle.evaluator.assumptions, strict=True):
            if not holds(slots):
                return placed.statement.name.id
        return ""

    def _left_out(self, request: Value, why: str) -> Run:
        nothing: RunOutputs = dict.fromkeys(v.name.id for v in self.by.session.interface.outputs)
        return Run((*self.rounds, Round(request, None, nothing, None)), "left_out", why=why)

    def _over(self, run: Run) -> Done:
        self.run = run
        return "over"

    def _enough(self, run: Run) -> Done:
        self.run = run
        return "enough"

    def negotiation(self, fault: Fault | None) -> Negotiation:
        """All that came of it."""
        why = fault.text if fault is not None else ""
        run = self.run if fault is None and self.run is not None else Run(tuple(self.rounds), "stuck", why=why)
        policy = self.by.session.policy
        unspecified = {case.name: case.unspecified for case in policy.cases}
        open_ = tuple(() if self.rmm.hostile else unspecified.get(r.case or "", ()) for r in run.rounds)
        stopped = self.stopped and fault is None
        return Negotiation(self.instance, self.rmm, run, tuple(self.registers), open_, tuple(self.ways), fault, stopped)


def policy_rmm(session: CheckedSession, words_of: Callable[[Instance], list[int]], most: int) -> Rmm:
    """The policy itself: where it leaves outputs open, its answers have the words that matter to the host."""
    responder = Responder(session.policy)

    def answers(at: Instance) -> list[RmmAnswer]:
        case = responder.oracle.answer(at.config, at.inputs).case
        found = responder.answers(at.config, at.inputs, words_of(at), most)
        return [RmmAnswer(responder.reply(outputs), outputs, case) for outputs in found]

    return Rmm("policy", f"`{session.policy.name}`", answers, hostile=False, amiss=False)


def as_read(conformance: Conformance, body: Body, case: str | None = None) -> RmmAnswer:
    """An answer by what its line has: outputs are what a host reads there."""
    outputs, _, _ = conformance.read(body)
    return RmmAnswer(body, outputs, case)
