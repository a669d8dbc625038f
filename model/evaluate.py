"""The concrete meaning of formulas and policies, in plain Python. This file never meets the solver.

Each formula is compiled once into a closure over a list of slots (`Slots`), then run on as many situations as wanted.
A term without a value is None; comparisons with it are false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any, TypeAlias, assert_never

from msgspec import Struct

from ..spec.checked import CheckedCase, CheckedPolicy
from ..spec.defines import reads
from ..spec.syntax import (
    And,
    Assign,
    Boolean,
    Call,
    Comparison,
    Define,
    Expr,
    Extremum,
    FieldOf,
    If,
    Iff,
    Implies,
    IsEmpty,
    Member,
    Name,
    Not,
    Number,
    Or,
    Quantified,
    Range,
    Revision,
    SetLiteral,
    Slice,
    With,
)
from .coordinates import CHOSEN, GIVEN, coordinates_of
from .representatives import MOST, Axis, TooMany, axes, points
from .situation import Answer, Relation, Situation, words_among
from ..spec.words import Format
from .work import Work

Slots: TypeAlias = "list[Any]"
Code: TypeAlias = "Callable[[Slots], Any]"

MOST_KNOWN = 256
"""Sets of values in play for which a quantifier over a range keeps what represents all."""

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class _Span(Struct, frozen=True):
    """A range's value: its ends. Its elements are too many to list."""

    low: int
    high: int


class Compiler:
    """Turns formulas into closures. Names become slots; each `define` is compiled anew where it is called."""

    def __init__(
        self, format_: Format, constants: dict[str, int], defines: dict[str, Define], work: Work | None = None
    ) -> None:
        self.format = format_
        self.constants = constants
        self.defines = defines
        self.slots: dict[str, int] = {}
        self.size = 0
        # What a host knows, most preferred first; where it knows any revisions, newer ones are preferred.
        self.preferred: tuple[int, ...] = ()
        # Shared by all that answer one question: whoever asks it may set a limit.
        self.work = work or Work()
        # Nodes compiled so far, those of `define`s at each of their calls: what a formula costs.
        self.nodes = 0
        # Whether what is compiled is inside a range's quantifier, and how many revisions the outermost went through.
        self.in_range = False
        self.tried = 0

    def variable(self, name: str) -> int:
        """The slot of a variable, new at the first call."""
        if name not in self.slots:
            self.slots[name] = self.fresh()
        return self.slots[name]

    def fresh(self) -> int:
        self.size += 1
        return self.size - 1

    def compile(self, expr: Expr, bound: dict[str, int]) -> Code:
        """The closure of an expression; `bound` has the slots of quantified variables and parameters."""
        self.nodes += 1
        match expr:
            case Name(id=id_):
                return self._name(id_, bound)
            case Number(value=value) | Boolean(value=value):
                return lambda _: value
            case Revision(fields=fields):
                word = self.format.word(fields)
                return lambda _: word
            case FieldOf(of=of, part=part):
                return self._part(self.compile(of, bound), part)
            case With():
                return self._with(expr, bound)
            case Call(name=name, arguments=arguments):
                return self._call(self.defines[name], arguments, bound)
            case SetLiteral(items=items):
                parts = [self.compile(item, bound) for item in items]
                return _set_literal(parts)
            case Range(low=low, high=high):
                return self._range(self.compile(low, bound), self.compile(high, bound))
            case If(condition=condition, then=then, otherwise=otherwise):
                test, yes, no = (self.compile(e, bound) for e in (condition, then, otherwise))
                return lambda s: yes(s) if test(s) else no(s)
            case Extremum():
                return self._extremum(expr, bound)
            case Comparison(operator=op, left=left, right=right):
                return _comparison(op, self.compile(left, bound), self.compile(right, bound))
            case Member(item=item, domain=domain, negated=negated):
                return self._member(self.compile(item, bound), self.compile(domain, bound), negated)
            case IsEmpty(domain=domain, negated=negated):
                code = self.compile(domain, bound)
                return (lambda s: bool(code(s))) if negated else (lambda s: not code(s))
            case Quantified():
                return self._quantified(expr, bound)
            case Not(operand=operand):
                code = self.compile(operand, bound)
                return lambda s: not code(s)
            case And(operands=operands):
                return _all([self.compile(operand, bound) for operand in operands])
            case Or(operands=operands):
                return _any([self.compile(operand, bound) for operand in operands])
            case Implies(left=left, right=right):
                premise, conclusion = self.compile(left, bound), self.compile(right, bound)
                return lambda s: not premise(s) or conclusion(s)
            case Iff(left=left, right=right):
                one, other = self.compile(left, bound), self.compile(right, bound)
                return lambda s: one(s) == other(s)
            case _:
                assert_never(expr)

    def _name(self, id_: str, bound: dict[str, int]) -> Code:
        if id_ in bound:
            return operator.itemgetter(bound[id_])
        # Before the slots: a relation has one too, and what is in there is the relation, not its value.
        if id_ in self.defines:
            return self._call(self.defines[id_], (), bound)
        if id_ in self.constants:
            value = self.constants[id_]
            return lambda _: value
        return operator.itemgetter(self.slots[id_])

    def _call(self, define: Define, arguments: tuple[Expr, ...], bound: dict[str, int]) -> Code:
        values = [self.compile(argument, bound) for argument in arguments]
        if define.body is None:
            return _relation(self.variable(define.name.id), values)
        # A slot of its own for each parameter of each call: calls nest, and a quantifier in the body
        # must not disturb the caller's variables.
        places = [self.fresh() for _ in define.parameters]
        names = [parameter.id for parameter in define.parameters]
        body = self.compile(define.body, dict(zip(names, places, strict=True)))
        if not places:
            return body
        pairs = list(zip(places, values, strict=True))

        def run(s: Slots) -> Any:
            for place, value in pairs:
                s[place] = value(s)
            return body(s)

        return run

    def _part(self, of: Code, part: str | Slice) -> Code:
        low, width = self.format.bits(part)
        mask = (1 << width) - 1

        def run(s: Slots) -> int | None:
            word = of(s)
            return None if word is None else (word >> low) & mask

        return run

    def _with(self, expr: With, bound: dict[str, int]) -> Code:
        of = self.compile(expr.of, bound)
        updates = [(*self.format.bits(part), self.compile(value, bound)) for part, value in expr.updates]

        def run(s: Slots) -> int | None:
            word = of(s)
            if word is None:
                return None
            for low, width, code in updates:
                value = code(s)
                # What does not fit in its field is no value, rather than a silently truncated one.
                if value is None or value >> width:
                    return None
                word = word & ~(((1 << width) - 1) << low) | value << low
            return word

        return run

    def _range(self, low: Code, high: Code) -> Code:
        def run(s: Slots) -> _Span | tuple[int, ...]:
            first, last = low(s), high(s)
            return () if first is None or last is None or first > last else _Span(first, last)

        return run

    def _member(self, item: Code, domain: Code, negated: bool) -> Code:
        well_formed = self.format.well_formed

        def run(s: Slots) -> bool:
            value = item(s)
            values = domain(s)
            if value is None:
                return negated
            if isinstance(values, _Span):
                return (values.low <= value <= values.high and well_formed(value)) != negated
            return (value in values) != negated

        return run

    def _extremum(self, expr: Extremum, bound: dict[str, int]) -> Code:
        domain = self.compile(expr.domain, bound)
        end = max if expr.kind == "max" else min
        if expr.variable is None or expr.where is None:
            return lambda s: end(domain(s), default=None)
        pick: Callable[[int, int], int] = self._most_preferred if expr.kind == "first" else end
        place = self.fresh()
        before = self.nodes
        where = self.compile(expr.where, {**bound, expr.variable: place})
        work, cost = self.work, self.nodes - before

        def run(s: Slots) -> int | None:
            best = None
            values = domain(s)
            work.spend(cost * len(values))
            for value in values:
                s[place] = value
                if where(s) and (best is None or pick(best, value) == value):
                    best = value
            return best

        return run

    def _most_preferred(self, one: int, other: int) -> int:
        if not self.preferred:
            return max(one, other)
        return min(one, other, key=self.preferred.index)

    def _quantified(self, expr: Quantified, bound: dict[str, int]) -> Code:
        domain = self.compile(expr.domain, bound)
        place = self.fresh()
        before = self.nodes
        ranged = isinstance(expr.domain, Range)
        outermost = not self.in_range
        self.in_range |= ranged
        body = self.compile(expr.body, {**bound, expr.variable: place})
        self.in_range = not outermost
        work, cost = self.work, self.nodes - before
        if ranged:
            domain = self._elements(expr, domain, bound)
        # `every` looks for a failure, the others for a success; finding one settles it.
        sought = expr.kind != "every"
        found = expr.kind == "some"

        def run(s: Slots) -> bool:
            values = domain(s)
            work.spend(cost * len(values))
            for value in values:
                s[place] = value
                if body(s) is sought:
                    return found
            return not found

        def run_lazily(s: Slots) -> bool:
            if outermost:
                self.tried = 0
            for value in domain(s):
                work.spend(cost)
                self.tried += 1
                if self.tried > MOST:
                    raise TooMany
                s[place] = value
                if body(s) is sought:
                    return found
            return not found

        return run_lazily if ranged else run

    def _elements(self, expr: Quantified, domain: Code, bound: dict[str, int]) -> Code:
        """The revisions of a range, or, where those are many, representatives of them."""
        around = {**dict.fromkeys(bound, GIVEN), expr.variable: CHOSEN}
        coordinates = coordinates_of([([expr.body], self.defines)], self.format, bound=around)
        free = reads(expr.body, self.defines)
        # A relation has the slot of its own name, whatever a table calls it.
        named = {self.defines[name].name.id if name in self.defines else name for name in free}
        places = [place for name, place in self.slots.items() if name in named]
        places += [place for name, place in bound.items() if name in free]
        work, cost = self.work, len(coordinates.pieces)
        known: dict[frozenset[int], tuple[Axis, ...]] = {}

        def run(s: Slots) -> Iterable[int]:
            span = domain(s)
            if not isinstance(span, _Span):
                return span
            words = frozenset((span.low, span.high, *words_among(s[place] for place in places)))
            if words not in known:
                if len(known) >= MOST_KNOWN:
                    known.clear()
                known[words] = axes(coordinates, words, well_formed=True)
                work.spend(cost * sum(len(axis.values) for axis in known[words]))
            return points(known[words], span.low, span.high)

        return run


def _set_literal(parts: list[Code]) -> Code:
    def run(s: Slots) -> tuple[int, ...]:
        values: list[int | None] = [part(s) for part in parts]
        return tuple(sorted({value for value in values if value is not None}))

    return run


def _comparison(op: str, left: Code, right: Code) -> Code:
    if op in ("==", "!="):
        equal = op == "=="

        def compare(s: Slots) -> bool:
            one, other = left(s), right(s)
            return (one is not None and other is not None and one == other) is equal

        return compare
    order = _ORDER[op]

    def run(s: Slots) -> bool:
        one, other = left(s), right(s)
        return one is not None and other is not None and order(one, other)

    return run


def _relation(place: int, values: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        arguments = [value(s) for value in values]
        return None not in arguments and s[place](*arguments)

    return run


def _all(codes: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        for code in codes:  # noqa: SIM110 - a generator here costs a third of the small scope's time
            if not code(s):
                return False
        return True

    return run


def _any(codes: list[Code]) -> Code:
    def run(s: Slots) -> bool:
        for code in codes:  # noqa: SIM110
            if code(s):
                return True
        return False

    return run


def _last(assigned: list[tuple[int, Code | None]], read: set[int]) -> int:
    """The position of the last assignment that gives something read."""
    return max((at for at, (place, _) in enumerate(assigned) if place in read), default=len(assigned) - 1)


class PolicyEvaluator:
    """One policy, ready to answer. The slots that it works on hold configuration, inputs, relations and outputs."""

    def __init__(self, policy: CheckedPolicy, work: Work | None = None) -> None:
        interface = policy.interface
        self.policy = policy
        self.format = Format.of(interface.layout)
        self.compiler = Compiler(self.format, interface.constants, policy.defines, work)
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
        to_answer = (self.compiler.nodes - to_fire) // max(len(policy.cases), 1)
        # What it takes to admit a situation, to find the case that fires, and to answer, quantifiers' bodies once.
        self._to_admit, self._to_fire, self._to_answer = to_admit, to_fire - to_admit, to_answer

    def formula(self, expr: Expr) -> Code:
        """The closure of an expression over this policy's names."""
        return self.compiler.compile(expr, {})

    def _assigned(self, case: CheckedCase) -> list[tuple[int, Code | None]]:
        def code(assign: Assign) -> Code | None:
            return None if assign.value is None else self.formula(assign.value)

        return [(self.compiler.slots[a.output.id], code(a)) for a in case.assignments]

    def _reading(self, ensured: Expr) -> set[int]:
        """The slots of the outputs that a formula reads."""
        found = reads(ensured, self.policy.defines)
        return {self.compiler.slots[v.name.id] for v in self.policy.interface.outputs if v.name.id in found}

    def _settled(self, case: int, last: list[int]) -> list[list[Code]]:
        """For each assignment of a case, what is ensured of it and of those before it."""
        made: list[list[Code]] = [[] for _ in self.assigned[case]]
        for code, at in zip(self.ensured[case], last, strict=True):
            made[at].append(code)
        return made

    def slots(self, situation: Situation) -> Slots:
        """Fresh slots with a situation in them. Formulas must have been compiled before."""
        made: Slots = [None] * self.compiler.size
        place = self.compiler.slots
        for values in (situation.config, situation.inputs, situation.relations):
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
        names = {place: name for name, place in self.compiler.slots.items()}
        for place, code in self.assigned[case]:
            if code is not None:
                slots[place] = code(slots)
                if slots[place] is None:
                    missing.append(names[place])
        return missing

    def openings(self, slots: Slots, case: int, pool: list[int]) -> Iterator[None]:
        """Put every combination of values of a case's open outputs into the slots; revisions are those of `pool`."""
        places = [place for place, code in self.assigned[case] if code is None]
        for row in product(*(self.values(place, pool) for place in places)):
            for place, value in zip(places, row, strict=True):
                slots[place] = value
            yield

    def answers(self, slots: Slots, case: int, pool: list[int]) -> Iterator[None]:
        """Put every answer that the case allows into the slots, one after the other.

        An output left open takes each value of its type; a revision, each word of `pool`. Nothing comes where an
        assigned output has no value.
        """
        return self._answers(slots, case, 0, pool)

    def _answers(self, slots: Slots, case: int, at: int, pool: list[int]) -> Iterator[None]:
        self.work.spend(self._to_answer)
        assigned, settled = self.assigned[case], self.settled[case]
        while at < len(assigned):
            place, code = assigned[at]
            at += 1
            if code is None:
                for value in self.values(place, pool):
                    slots[place] = value
                    if all(ensure(slots) for ensure in settled[at - 1]):
                        yield from self._answers(slots, case, at, pool)
                return
            slots[place] = code(slots)
            if slots[place] is None or not all(ensure(slots) for ensure in settled[at - 1]):
                return
        yield

    def open_places(self, case: int) -> list[int]:
        """The slots of the outputs that a case leaves open."""
        return [place for place, code in self.assigned[case] if code is None]

    def likely(self, slots: Slots, case: int, place: int, pool: list[int]) -> list[int] | list[bool]:
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
        return not self.undefined(slots, case) and all(ensure(slots) for ensure in self.ensured[case])

    def values(self, place: int, pool: list[int]) -> list[int] | list[bool]:
        """The values of an output; a revision's are those of `pool`."""
        name = next(name for name, slot in self.compiler.slots.items() if slot == place)
        type_ = self.policy.interface.variables[name].type
        if type_ == "revision":
            return pool
        if type_ == "bool":
            return [False, True]
        enumeration = self.policy.interface.enumeration(name)
        return [number for _, number in enumeration.values] if enumeration else []

    def allows(self, slots: Slots, case: int) -> bool:
        """Whether the outputs in the slots are an answer that the case gives."""
        self.work.spend(self._to_answer)
        for place, code in self.assigned[case]:
            if code is not None:
                value = code(slots)
                if value is None or value != slots[place]:
                    return False
        return all(ensure(slots) for ensure in self.ensured[case])

    def put(self, slots: Slots, outputs: dict[str, int | bool | None]) -> None:
        for name, value in outputs.items():
            slots[self.compiler.slots[name]] = value

    def outputs(self, slots: Slots) -> dict[str, int | bool | None]:
        return {v.name.id: slots[self.compiler.slots[v.name.id]] for v in self.policy.interface.outputs}

    def answer(self, slots: Slots, case: int | None) -> Answer:
        return Answer(None if case is None else self.policy.cases[case].name, self.outputs(slots))
