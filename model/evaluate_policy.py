"""What a policy answers, in plain Python: the assumptions that it makes, the case that fires, the outputs it gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, Any

from .closures import Code, Slots
from .evaluate import Compiler
from .instance import Answer, Instance, Relation, Value, ranges_among

if TYPE_CHECKING:
    from ..spec.checked import CheckedPolicy
    from ..spec.checked_parts import CheckedCase
    from ..spec.syntax import Assign, Expr
    from .work import Work


FEW = 4
"""Of so many words, all sets are tried for an output that is a set and left open."""

MOST_ENDS = 12
"""Ranges between so many words are tried for an output that is a range and left open."""


def _last(assigned: list[tuple[int, Code | None]], read: set[int]) -> int:
    """The position of the last assignment that gives something read."""
    return max((at for at, (place, _) in enumerate(assigned) if place in read), default=len(assigned) - 1)


def some_sets(words: Iterable[int]) -> list[tuple[int, ...]]:
    """Some sets of words: none, each by itself, all, and all those of the first few."""
    pool = list(words)
    few = chain.from_iterable(combinations(pool[:FEW], size) for size in range(FEW + 1))
    sets = [(), *((word,) for word in pool), tuple(pool), *few]
    return list(dict.fromkeys(tuple(sorted(one)) for one in sets))


class PolicyEvaluator:
    """One policy, ready to answer. The slots that it works on hold configuration, inputs, relations and outputs."""

    def __init__(self, policy: CheckedPolicy, work: Work | None = None) -> None:
        interface = policy.interface
        self.policy = policy
        self.format = interface.format
        self.elaboration = policy.elaboration
        self.compiler = Compiler(self.format, work)
        self.work = self.compiler.work
        for name in interface.variables:
            self.compiler.variable(name)
        for define in policy.abstract:
            self.compiler.variable(define.name.id)
        self.assumptions = [self.formula(placed.statement.formula) for placed in policy.assumptions]
        to_admit = self.compiler.nodes
        self.guards = [self.formula(case.guard) if case.guard else None for case in policy.cases]
        to_fire = self.compiler.nodes
        self.assigned = [self._assigned(case) for case in policy.cases]
        self.ensured = [[self.formula(e.formula) for e in case.ensures] for case in policy.cases]
        reading = [[self._reading(e.formula) for e in case.ensures] for case in policy.cases]
        # What is ensured is looked at as soon as all that it speaks of is there.
        self.settled = [
            self._settled(at, [_last(assigned, read) for read in of_case])
            for at, (assigned, of_case) in enumerate(zip(self.assigned, reading, strict=True))
        ]
        self._alone = [
            [(read, code) for code, read in zip(codes, of_case, strict=True) if len(read) == 1]
            for codes, of_case in zip(self.ensured, reading, strict=True)
        ]
        outputs = interface.outputs
        self._sets = [self.compiler.slots[v.name.id] for v in outputs if v.type in ("set", "range")]
        listed = {self.compiler.slots[v.name.id] for v in outputs if v.type == "set"}
        self._open_sets = [
            [place for place, code in of_case if code is None and place in listed] for of_case in self.assigned
        ]
        self._outputs = [(v.name.id, self.compiler.slots[v.name.id]) for v in outputs]
        self._names = {place: name for name, place in self._outputs}
        to_answer = (self.compiler.nodes - to_fire) // max(len(policy.cases), 1)
        # What it takes to admit an instance, to find the case that fires, and to answer, quantifiers' bodies once.
        self._to_admit, self._to_fire, self._to_answer = to_admit, to_fire - to_admit, to_answer

    def formula(self, expr: Expr) -> Code:
        """The closure of an expression over this policy's names."""
        return self.compiler.compile(self.elaboration.of(expr))

    def _assigned(self, case: CheckedCase) -> list[tuple[int, Code | None]]:
        def code(assign: Assign) -> Code | None:
            return None if assign.value is None else self.formula(assign.value)

        return [(self.compiler.slots[a.output.id], code(a)) for a in case.assignments]

    def _reading(self, ensured: Expr) -> set[int]:
        """The slots of the outputs that a formula reads."""
        found = self.elaboration.of(ensured).free
        return {self.compiler.slots[v.name.id] for v in self.policy.interface.outputs if v.name.id in found}

    def _settled(self, case: int, last: list[int]) -> list[tuple[int, list[Code]]]:
        """For each assignment of a case, what is ensured of it and of those before it, and what that takes."""
        made: list[list[Code]] = [[] for _ in self.assigned[case]]
        sizes = [0 for _ in made]
        ensures = self.policy.cases[case].ensures
        for code, ensure, at in zip(self.ensured[case], ensures, last, strict=True):
            made[at].append(code)
            sizes[at] += self.elaboration.of(ensure.formula).size
        return list(zip(sizes, made, strict=True))

    def slots(self, instance: Instance) -> Slots:
        """Fresh slots with an instance in them. Formulas must have been compiled before."""
        made: Slots = [None] * self.compiler.size
        place = self.compiler.slots
        for values in (instance.config, instance.inputs, instance.relations):
            for name, value in values.items():
                # A relation of a refined policy has a slot only where that policy is asked.
                if name in place:
                    made[place[name]] = value
        for define in self.policy.abstract:
            if made[place[define.name.id]] is None:
                made[place[define.name.id]] = Relation()
        return made

    def admits(self, slots: Slots) -> bool:
        self.work.spend(self._to_admit)
        return all(assumption(slots) for assumption in self.assumptions)

    def fires(self, slots: Slots) -> int | None:
        """The position of the first case whose guard holds."""
        self.work.spend(self._to_fire)
        for at, guard in enumerate(self.guards):
            if guard is None or guard(slots):
                return at
        return None

    def undefined(self, slots: Slots, case: int) -> list[str]:
        """The outputs that this case assigns from nothing. Fills the slots of all others; `any` ones are left alone."""
        self.work.spend(self._to_answer)
        missing: list[str] = []
        # A set that nobody has chosen yet has nothing in it meanwhile: what follows from it is open, too.
        unchosen = [place for place in self._sets if slots[place] is None]
        for place in unchosen:
            slots[place] = ()
        for place, code in self.assigned[case]:
            if code is not None:
                slots[place] = code(slots)
                if slots[place] is None:
                    missing.append(self._names[place])
        if unchosen:
            for place in {*unchosen}.intersection(self.open_places(case)):
                slots[place] = None
        return missing

    def openings(self, slots: Slots, case: int, pool: list[int]) -> Iterator[None]:
        """Put every combination of values of a case's open outputs into the slots; revisions are those of `pool`."""
        places = [place for place, code in self.assigned[case] if code is None]
        for row in product(*(self.values(place, pool) for place in places)):
            for place, value in zip(places, row, strict=True):
                slots[place] = value
            yield

    def answers(
        self,
        slots: Slots,
        case: int,
        pool: list[int],
        only: tuple[int, ...] | None = None,
        ends: int = MOST_ENDS,
        given: Collection[int] = (),
    ) -> Iterator[None]:
        """Put every answer that the case allows into the slots, one after the other.

        An output left open takes each value of its type; a revision, each word of `pool`. Nothing comes where an
        assigned output has no value. A set takes some sets of these words, or is the `only` one that is given; a range
        is between the first `ends` of the words. What is in the places that are `given` stays.
        """
        return self._answers(slots, case, 0, pool, only, ends, given)

    def _answers(
        self,
        slots: Slots,
        case: int,
        at: int,
        pool: list[int],
        only: tuple[int, ...] | None,
        ends: int,
        given: Collection[int],
    ) -> Iterator[None]:
        self.work.spend(self._to_answer)
        assigned = self.assigned[case]
        while at < len(assigned):
            place, code = assigned[at]
            size, ensures = self.settled[case][at]
            at += 1
            if code is None:
                for value in [slots[place]] if place in given else self.values(place, pool, only, ends):
                    self.work.spend(size)
                    slots[place] = value
                    if all(ensure(slots) for ensure in ensures):
                        yield from self._answers(slots, case, at, pool, only, ends, given)
                return
            slots[place] = code(slots)
            if slots[place] is None or not all(ensure(slots) for ensure in ensures):
                return
        yield

    def open_places(self, case: int) -> list[int]:
        """The slots of the outputs that a case leaves open."""
        return [place for place, code in self.assigned[case] if code is None]

    def likely(self, slots: Slots, case: int, place: int, pool: list[int]) -> Sequence[Value]:
        """The values of an open output that meet what is ensured of it alone."""
        alone = [code for read, code in self._alone[case] if read == {place}]
        made: list[Any] = []
        for value in self.values(place, pool):
            self.work.spend(self._to_answer if alone else 1)
            slots[place] = value
            if all(ensure(slots) for ensure in alone):
                made.append(value)
        return made

    def completes(self, slots: Slots, case: int) -> bool:
        """Whether the open outputs in the slots make an answer of the case; the others are put in."""
        return not self.undefined(slots, case) and self.ensures_hold(slots, case)

    def ensures_hold(self, slots: Slots, case: int) -> bool:
        """Whether the outputs in the slots meet what the case asks of them."""
        return all(ensure(slots) for ensure in self.ensured[case])

    def values(
        self, place: int, pool: list[int], only: tuple[int, ...] | None = None, ends: int = MOST_ENDS
    ) -> Sequence[Value]:
        """The values of an output; a revision's are those of `pool`, and its names; a set's are some sets of these."""
        name = self._names[place]
        type_ = self.policy.interface.variables[name].type
        if type_ == "revision":
            codes = self.policy.interface.named.get(name, {}).values()
            return [*pool, *(code for code in codes if code not in pool)] if codes else pool
        if type_ == "bool":
            return [False, True]
        if type_ == "range":
            return ranges_among([word for word in pool if self.format.well_formed(word)][:ends])
        if type_ == "set":
            formed = (word for word in pool if self.format.well_formed(word))
            if only is None:
                return some_sets(formed)
            # One that a host asks for may have malformed revisions, and an open one has none.
            return [only] if all(map(self.format.well_formed, only)) else []
        enumeration = self.policy.interface.enumeration(name)
        return [number for _, number in enumeration.values] if enumeration else []

    def allows(self, slots: Slots, case: int) -> bool:
        """Whether the outputs in the slots are an answer that the case gives. A set that is `any` is well formed."""
        words = (word for place in self._open_sets[case] for word in slots[place] or ())
        return self.matches(slots, case) and all(map(self.format.well_formed, words))

    def matches(self, slots: Slots, case: int) -> bool:
        """Whether the outputs in the slots are what the case assigns, and meet what it ensures.

        A policy that refines this one may put malformed revisions into a set that is left open here.
        """
        self.work.spend(self._to_answer)
        for place, code in self.assigned[case]:
            if code is not None:
                value = code(slots)
                if value is None or value != slots[place]:
                    return False
        return self.ensures_hold(slots, case)

    def put(self, slots: Slots, outputs: Mapping[str, Value | None]) -> None:
        for name, value in outputs.items():
            slots[self.compiler.slots[name]] = value

    def put_sets(self, slots: Slots, case: int) -> None:
        """Put in the sets that a case assigns."""
        places = {self.compiler.slots[name] for name in self.policy.answered_sets}
        for place, code in self.assigned[case] if places else ():
            if place in places and code is not None:
                slots[place] = code(slots)

    def outputs(self, slots: Slots) -> dict[str, Value | None]:
        return {name: slots[place] for name, place in self._outputs}

    def answer(self, slots: Slots, case: int | None) -> Answer:
        return Answer(None if case is None else self.policy.cases[case].name, self.outputs(slots))
