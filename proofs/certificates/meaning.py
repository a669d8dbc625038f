"""What expressions say, made from the tree alone: names resolved, `define`s put in, fields cut out of words.

This shares nothing with the prover's elaboration, its core language and its encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field

from ...spec import syntax as s
from .skeleton import Skeleton
from .words import (
    FALSE,
    TRUE,
    Between,
    Literal,
    Several,
    Term,
    Unsupported,
    Word,
    number,
    padded,
    split,
    term,
    value_of,
)

Value: TypeAlias = int | Term | Several
"""A formula's literal, a term or a set."""


class Reading(Struct, frozen=True):
    """What a `define` is where it is named: a policy's own, its interface's, a file's, or its lender's, who refines it.

    Those of a file see no variables. What is `bare` is declared, and may have no body.
    """

    own: Mapping[str, s.Define]
    files: Mapping[str, s.Define]
    bare: frozenset[str] = frozenset()
    lender: Reading | None = None
    of_file: bool = False

    def find(self, name: str) -> tuple[s.Define, Reading] | None:
        if name in self.own:
            return self.own[name], self
        if name in self.files:
            return self.files[name], Reading({}, self.files, self.bare, of_file=True)
        return None if self.lender is None else self.lender.find(name)


Names: TypeAlias = "Mapping[str, Value]"


class Meaning(Struct):
    """What expressions say, as literals, terms and sets of a skeleton.

    `scope` has the variables, and `assigned` the outputs that follow from others, each worked out when it is asked for.
    `relations` are those that an example gives.
    """

    made: Skeleton
    fields: Mapping[str, tuple[int, int]]
    numbered: Sequence[tuple[int, int]]
    constants: Mapping[str, int]
    codes: Mapping[str, Sequence[int]]
    reading: Reading
    scope: dict[str, Value]
    assigned: dict[str, s.Expr] = field(default_factory=dict[str, s.Expr])
    relations: Mapping[str, Any] | None = None

    def variable(self, name: str) -> Value:
        """What a variable is, be it a word or a name."""
        if name not in self.scope:
            self.scope[name] = self.of(self.assigned.pop(name))
        return self.scope[name]

    def formula(self, expr: s.Expr) -> Literal:
        """Whether a formula over the variables holds."""
        return literal(self.of(expr))

    def of(self, expr: s.Expr, names: Names | None = None, reading: Reading | None = None) -> Value:  # noqa: C901
        """What an expression is, where some `names` are bound around it and `define`s are read so."""
        names, reading = names or {}, reading or self.reading
        made = self.made
        made.look()

        def at(inner: s.Expr, more: Names | None = None) -> Value:
            return self.of(inner, {**names, **more} if more else names, reading)

        match expr:
            case s.Name(id=name):
                return self._name(name, names, reading)
            case s.Number(value=value):
                return term(number(value))
            case s.Boolean(value=value):
                return TRUE if value else FALSE
            case s.Revision(fields=fields):
                parts = zip(fields, self.numbered, strict=True)
                return term(number(sum(part << low for part, (low, _) in parts)))
            case s.FieldOf(of=of, part=part):
                low, width = self._part(part)
                return mapped(at(of), lambda word: split(split(word, low)[1], width)[0])
            case s.With(of=of, updates=updates):
                value = at(of)
                for part, update in updates:
                    value = self._replaced(value, *self._part(part), at(update))
                return value
            case s.Call(name=name, arguments=arguments):
                return self._call(name, [at(argument) for argument in arguments], reading)
            case s.SetLiteral(items=items):
                return Several(tuple(way for item in items for way in ways(at(item))))
            case s.Range(low=low, high=high):
                ends = [(a, b) for a in ways(at(low)) for b in ways(at(high))]
                return Several(tuple((made.conj(a[0], b[0]), Between(a[1], b[1])) for a, b in ends))
            case s.If(condition=condition, then=then, otherwise=otherwise):
                return self._either(literal(at(condition)), at(then), at(otherwise))
            case s.Extremum(kind="first", domain=s.Name(id="known"), variable=str(variable), where=where) if (
                where and "known" not in names
            ):
                known = several(at(expr.domain))
                return self._first(known, lambda word: literal(at(where, {variable: term(word)})))
            case s.Extremum(kind="first"):
                # Others have no order: which element that is would depend on how they are written.
                raise Unsupported("it says `first` of something else than what is known")
            case s.Extremum(kind=kind, domain=domain, variable=variable, where=where):
                if where is None:
                    return made.best(kind, several(at(domain)), lambda _: TRUE)
                bound, condition = variable or "", where
                return made.best(kind, several(at(domain)), lambda word: literal(at(condition, {bound: term(word)})))
            case s.Comparison(operator="!=", left=left, right=right):
                return -self.equal(at(left), at(right))
            case s.Comparison(operator="==", left=left, right=right):
                return self.equal(at(left), at(right))
            case s.Comparison(operator=">" | ">=" as sign, left=left, right=right):
                return self.compare(sign.replace(">", "<"), at(right), at(left))
            case s.Comparison(operator=sign, left=left, right=right):
                return self.compare(sign, at(left), at(right))
            case s.Member(item=item, domain=domain, negated=negated):
                within = several(at(domain))
                inside = self._any(at(item), lambda word: self.inside(within, word))
                return -inside if negated else inside
            case s.IsEmpty(domain=domain, negated=negated):
                there = self.some(at(domain), lambda _: TRUE)
                return there if negated else -there
            case s.IsNamed(item=s.Name(id=item), name=name, negated=negated):
                same = self.compare("==", self.variable(item), term(number(self.constants[name])))
                return -same if negated else same
            case s.Quantified(kind=kind, variable=variable, domain=domain, body=body):
                sign = -1 if kind == "every" else 1
                found = self.some(at(domain), lambda word: sign * literal(at(body, {variable: term(word)})))
                return found if kind == "some" else -found
            case s.Not(operand=operand):
                return -literal(at(operand))
            case s.And(operands=operands):
                return made.conj(*(literal(at(one)) for one in operands))
            case s.Or(operands=operands):
                return made.disj(*(literal(at(one)) for one in operands))
            case s.Implies(left=left, right=right):
                return made.disj(-literal(at(left)), literal(at(right)))
            case s.Iff(left=left, right=right):
                return made.same(literal(at(left)), literal(at(right)))
            case _:
                raise Unsupported(f"it says {type(expr).__name__}")

    def _name(self, name: str, names: Names, reading: Reading) -> Value:
        made = self.made
        if name in names:
            return names[name]
        if not reading.of_file and (name in self.scope or name in self.assigned):
            value = self.variable(name)
            # Where a revision is wanted, a name is none.
            if name not in self.codes:
                return value
            return Term(tuple((made.conj(test, -self.is_name(name, word)), word) for test, word in ways(value)))
        if not reading.of_file and name in self.constants:
            return term(number(self.constants[name]))
        return self._call(name, [], reading)

    def is_name(self, name: str, word: Word) -> Literal:
        """A word stands for one of the names of a variable."""
        return self.made.disj(*(self.made.compare("==", word, number(code)) for code in self.codes[name]))

    def _call(self, name: str, arguments: Sequence[Value], reading: Reading) -> Value:
        found = reading.find(name)
        if found is None and name == "prefers" and name not in reading.bare and "known" in self.scope:
            return self.prefers(*arguments)
        if found is not None and found[0].body is not None:
            parameters = [parameter.id for parameter in found[0].parameters]
            return self.of(found[0].body, dict(zip(parameters, arguments, strict=True)), found[1])
        if name not in reading.bare:
            raise Unsupported(f"nothing is called {name} there")
        # A relation that nobody gives a body, of every choice of values.
        rows: list[tuple[Literal, tuple[Word, ...]]] = [(TRUE, ())]
        for argument in arguments:
            rows = [(self.made.conj(t, way), (*row, word)) for t, row in rows for way, word in ways(argument)]
        return self.made.disj(*(self.made.conj(test, self._related(name, row)) for test, row in rows))

    def prefers(self, left: Value, right: Value) -> Literal:
        """One is known, and the other is not, or stands behind it: newer ones first, where there is no list."""
        made, known = self.made, several(self.scope["known"])
        words = [piece for _, piece in known.pieces if isinstance(piece, tuple) and value_of(piece) is not None]

        def before(one: Word, other: Word) -> Literal:
            if len(words) < len(known.pieces):
                later = made.disj(-self.inside(known, other), made.compare("<", other, one))
                return made.conj(self.inside(known, one), later)
            same = [made.compare("==", other, word) for word in words]
            each = [
                made.conj(made.compare("==", one, word), *(-s for s in same[: n + 1])) for n, word in enumerate(words)
            ]
            return made.disj(*each)

        return self._any(left, lambda one: self._any(right, lambda other: before(one, other)))

    def _related(self, name: str, row: tuple[Word, ...]) -> Literal:
        if self.relations is None:
            return self.made.holds(name, row)
        listed, default = self.relations.get(name, ((), False))
        return (
            TRUE if ([value_of(word) for word in row] in [list(map(int, one)) for one in listed]) != default else FALSE
        )

    def _first(self, domain: Several, body: Callable[[Word], Literal]) -> Term:
        """Along a list, the first that meets a condition; the newest, where there is no list."""
        if not all(isinstance(piece, tuple) and value_of(piece) is not None for _, piece in domain.pieces):
            return self.made.best("max", domain, body)
        ways_, earlier = list[tuple[Literal, Word]](), list[Literal]()
        for there, word in self.made.exists(domain, body):
            ways_.append((self.made.conj(there, *(-one for one in earlier)), word))
            earlier.append(there)
        return Term(tuple(ways_))

    def _part(self, part: str | s.Slice) -> tuple[int, int]:
        return (part.low, part.width) if isinstance(part, s.Slice) else self.fields[part]

    def _replaced(self, value: Value, low: int, width: int, update: Value) -> Value:
        made: list[tuple[Literal, Word]] = []
        for test, word in ways(value):
            for also, digits in ways(update):
                below, rest = split(padded(word, self.made.width), low)
                inner, over = split(padded(digits, width), width)
                fits = self.made.compare("==", over, ())
                made.append((self.made.conj(test, also, fits), (*below, *inner, *split(rest, width)[1])))
        return Term(tuple(made))

    def _either(self, test: Literal, then: Value, otherwise: Value) -> Value:
        conj = self.made.conj
        if isinstance(then, int):
            return self.made.disj(conj(test, then), conj(-test, literal(otherwise)))
        if isinstance(then, Term):
            both = [(conj(test, way), word) for way, word in then.ways]
            return Term((*both, *((conj(-test, way), word) for way, word in ways(otherwise))))
        pieces = [(conj(test, way), piece) for way, piece in then.pieces]
        return Several((*pieces, *((conj(-test, way), piece) for way, piece in several(otherwise).pieces)))

    def _any(self, value: Value, said: Callable[[Word], Literal]) -> Literal:
        return self.made.disj(*(self.made.conj(test, said(word)) for test, word in ways(value)))

    def inside(self, within: Several, word: Word) -> Literal:
        """A word is in a set."""
        return self.made.disj(*(self.made.conj(test, self.made.inside(piece, word)) for test, piece in within.pieces))

    def some(self, domain: Value, body: Callable[[Word], Literal]) -> Literal:
        return self.made.disj(*(found for found, _ in self.made.exists(several(domain), body)))

    def compare(self, sign: str, left: Value, right: Value) -> Literal:
        """Two terms have values, and these compare so."""
        return self._any(left, lambda one: self._any(right, lambda other: self.made.compare(sign, one, other)))

    def equal(self, left: Value, right: Value) -> Literal:
        """Two values are the same; of sets, every element of one is in the other."""
        if isinstance(left, int):
            return self.made.same(left, literal(right))
        if isinstance(left, Term):
            return self.compare("==", left, right)
        one, other = several(left), several(right)
        there = self.some(one, lambda word: -self.inside(other, word))
        return self.made.conj(-there, -self.some(other, lambda word: -self.inside(one, word)))


def literal(value: Value) -> Literal:
    if not isinstance(value, int):
        raise Unsupported("a formula is wanted, and there is a term")
    return value


def ways(value: Value) -> Sequence[tuple[Literal, Word]]:
    """What a term may be; a truth value is 1 or 0."""
    if isinstance(value, Several):
        raise Unsupported("a term is wanted, and there is a set")
    return value.ways if isinstance(value, Term) else ((value, number(1)), (-value, number(0)))


def several(value: Value) -> Several:
    if not isinstance(value, Several):
        raise Unsupported("a set is wanted, and there is none")
    return value


def mapped(value: Value, change: Callable[[Word], Word]) -> Term:
    return Term(tuple((test, change(word)) for test, word in ways(value)))
