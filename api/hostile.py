"""Hostile RMMs: what a host may be told by one that breaks its policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct
from parley.conformance.batch import Body
from parley.conformance.conform import Conformance
from parley.conformance.fields import bits_of, key_of
from parley.conformance.negotiation import Negotiation, Rmm, RmmAnswer, as_read
from parley.conformance.responder import Responder
from parley.model.instance import Instance
from parley.model.oracle import NoAnswer
from parley.model.representatives import TooMany
from parley.spec.checked import CheckedSession
from parley.spec.registers import number
from parley.spec.syntax import KNOWN, Enumeration, Variable
from parley.vectors.faulty_answers import FaultyAnswers, RightAnswers
from parley.vectors.mutant_check import MOST_ANSWERS, MutantCheck, teller
from parley.vectors.mutants import Mutant, catalogue

from .suites import left_out

OF_EACH_MUTANT = 2
"""A program negotiates with each mutant in so many configurations, of those in which it can be told from the policy."""

OF_EACH_KIND = 8
"""And in so many with an RMM that answers wrongly in another way."""

MOST_POINTS = 2000
"""So many of the requests that a program made are looked at for one that tells a mutant from the policy."""

MOST_WORK = 2_000_000
"""Nodes that the evaluator looks at for that, of one mutant: a fraction of a second."""

LAST_ZERO = 16
"""Registers x0 to x16 that are no outputs must be zero (DEN0137 RKBWJD)."""

Change: TypeAlias = "Callable[[Body], Body]"
Asked: TypeAlias = "tuple[Instance, Instance]"
"""A configuration in which a program made a request, and that request to the RMM."""


class HostileRmm(Struct, frozen=True):
    """A hostile RMM, and how many negotiations were played with it.

    `mutant`: it is a mutant of the policy; it is not `told` where it answers all that the program asked as the policy
    does, so that there was nothing to play.
    """

    name: str
    what: str
    mutant: bool
    told: bool
    played: int


class HostileRmms:
    """The hostile RMMs of one session. Its relations must all have bodies."""

    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        self.policy = session.policy
        self.conformance = Conformance(session.policy)
        self.oracle = self.conformance.oracle
        self.responder = Responder(session.policy)

    @cached_property
    def _catalogue(self) -> tuple[list[Mutant], list[str]]:
        return catalogue(self.policy)

    @cached_property
    def mutants(self) -> dict[str, Mutant]:
        return {mutant.name: mutant for mutant in self._catalogue[0]}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Of how many mutants no RMM is made, as their formulas are too long."""
        return left_out(self.policy, 0, 0, len(self._catalogue[1]))

    @cached_property
    def _right(self) -> RightAnswers:
        check = MutantCheck(self.oracle)
        return RightAnswers(check, check.answers)

    @cached_property
    def kinds(self) -> dict[str, Rmm]:
        """Those that answer as the policy does, and change what stands in the registers."""
        return {
            name: Rmm(name, what, self._changed(change), amiss=name != SPARE) for name, what, change in self._changes()
        }

    def names(self) -> list[str]:
        """What `--only` takes."""
        return [*self.kinds, *self.mutants]

    # ---- mutants ----------------------------------------------------------------------------------------

    def mutant(self, mutant: Mutant) -> Rmm:
        """A mutant as an RMM: of what it may answer, what the policy does not allow, if any."""
        faulty = FaultyAnswers(mutant, self._right)

        def answers(at: Instance) -> list[RmmAnswer]:
            point = self._point(at)
            found = faulty.at(point)
            if not found:
                return [as_read(self.conformance, self.nothing())]
            return [as_read(self.conformance, self.responder.reply(found[0]))]

        return Rmm(mutant.name, mutant.what, answers)

    def telling(self, mutant: Mutant, asked: Sequence[Asked]) -> list[Instance]:
        """Configurations in which a mutant can be told from the policy by a request that was made there, a few."""
        check = self._right.check
        tells, same = teller(mutant, self.oracle, self._right.known, MOST_ANSWERS), check.unchanged(mutant.policy)
        made: list[Instance] = []
        with suppress(TooMany), check.work.limited(MOST_WORK):
            for instance, point in asked:
                if instance not in made and tells(point, check.wanted(point, same)):
                    made.append(instance)
                    if len(made) == OF_EACH_MUTANT:
                        break
        return made

    def asked(self, played: Iterable[Negotiation]) -> list[Asked]:
        """What a program asked, each request of an RMM once: first what was asked in the first rounds."""
        rounds: dict[int, list[Asked]] = {}
        seen: set[Instance] = set()
        for negotiation in played:
            for place, round_ in enumerate(negotiation.run.answered):
                point = self._point(Instance(negotiation.instance.config, {self.request: round_.request}))
                if point not in seen:
                    seen.add(point)
                    rounds.setdefault(place, []).append((negotiation.instance, point))
        return [one for place in sorted(rounds) for one in rounds[place]][:MOST_POINTS]

    @property
    def request(self) -> str:
        return self.session.interface.inputs[0].name.id

    def _point(self, at: Instance) -> Instance:
        """A request to the RMM, without what the host knows."""
        return Instance({name: value for name, value in at.config.items() if name != KNOWN}, at.inputs)

    # ---- other kinds ------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> Callable[[Instance], list[RmmAnswer]]:
        def answers(at: Instance) -> list[RmmAnswer]:
            point = self._point(at)
            try:
                body = self.responder.reply(self.responder.answer(point.config, point.inputs))
                case = self.oracle.answer(point.config, point.inputs).case
            except NoAnswer:
                body, case = self.nothing(), None
            return [as_read(self.conformance, change(body), case)]

        return answers

    def _changes(self) -> Iterator[tuple[str, str, Change]]:
        """Of each kind its name, what is wrong, and what becomes of the registers."""
        outputs = self.session.interface.outputs
        first = next((v for v in outputs if v.register is not None and number(v.register.id) == "0"), None)
        if first is not None:
            absent = {**{key_of(v): _cleared(v) for v in outputs}, key_of(first): _all_ones(first)}
            yield "no_rmm", f"nobody answers: {key_of(first)} is NOT_SUPPORTED, and all else 0", lambda _: absent
        for variable in outputs:
            name, key = variable.name.id, key_of(variable)
            if isinstance(variable.type, Enumeration) and variable.register is not None:
                code = _unnamed(variable, [code for _, code in variable.type.values])
                if code is not None:
                    what = f"{key} is {code:#x}, which is no {name}"
                    yield f"unnamed_{name}", what, lambda body, key=key, code=code: {**body, key: f"{code:#x}"}
            if variable.type == "revision" and variable.register is not None:
                yield from self._malformed(variable)
        taken = {number(v.register.id) for v in outputs if v.register is not None}
        spare = [f"x{at}" for at in range(LAST_ZERO + 1) if str(at) not in taken]
        if len(spare) <= LAST_ZERO:
            junk = {name: f"{0xDEAD0000 + int(name[1:]):#x}" for name in spare}
            what = f"{spare[0]} to {spare[-1]} that are no outputs are not 0 (DEN0137 RKBWJD)"
            yield SPARE, what, lambda body: {**body, **junk}

    def _malformed(self, variable: Variable) -> Iterator[tuple[str, str, Change]]:
        """Bits of a revision's register that must be zero, set."""
        format_, key = self.session.interface.format, key_of(variable)
        bits = [bit for field in format_.reserved for bit in (field.low, field.high)]
        bits += [bit for bit in (format_.width, bits_of(variable) - 1) if format_.width <= bit < bits_of(variable)]
        for bit in dict.fromkeys(bits):

            def change(body: Body, bit: int = bit) -> Body:
                return {**body, key: f"{int(body[key], 16) | 1 << bit:#x}"}

            yield f"{variable.name.id}_bit_{bit}", f"bit {bit} of {key} is set, which is no revision's", change

    def nothing(self) -> Body:
        """The registers where there is no answer: every bit is set, and lists have nothing in them."""
        return {key_of(v): _all_ones(v) for v in self.session.interface.outputs}


SPARE = "spare_registers"


def _all_ones(variable: Variable) -> str | list[str]:
    return [] if variable.type in ("set", "range") else f"{(1 << bits_of(variable)) - 1:#x}"


def _cleared(variable: Variable) -> str | list[str]:
    return [] if variable.type in ("set", "range") else "0x0"


def _unnamed(variable: Variable, codes: list[int]) -> int | None:
    """The smallest number above the first that no value of an enumeration has."""
    return next((code for code in range(min(codes) + 1, 1 << bits_of(variable)) if code not in codes), None)
