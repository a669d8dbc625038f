"""What expressions say, made from the tree alone: names resolved, `define`s put in, fields cut out of words.

This shares nothing with the prover's elaboration, its core language and its encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar

from msgspec import Struct, field

from ....spec import syntax as s
from .certificate import Relations
from .skeleton import Skeleton
from .vocabulary import Vocabulary
from .words import (
    FALSE,
    TRUE,
    Between,
    Literal,
    Refused,
    Several,
    Term,
    Word,
    number,
    padded,
    split,
    term,
    value_of,
)

Value: TypeAlias = int | Term | Several
"""A formula's literal, a term or a set."""
Argument = TypeVar("Argument")


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

    skeleton: Skeleton
    vocabulary: Vocabulary
    reading: Reading
    scope: dict[str, Value]
    relations: Relations | None = None
    assigned: dict[str, s.Expr] = field(default_factory=dict[str, s.Expr])

    def variable(self, name: str) -> Value:
        """What a variable is, be it a word or a name."""
        if name not in self.scope:
            if name not in self.assigned:
                raise Refused(f"there is no {name} there")
            self.scope[name] = self.of(self.assigned.pop(name))
        return self.scope[name]

    def formula(self, expr: s.Expr) -> Literal:
        """Whether a formula over the variables holds."""
        return literal(self.of(expr))

    def of(self, expr: s.Expr, names: Names | None = None, reading: Reading | None = None) -> Value:  # noqa: C901
        """What an expression is, where some `names` are bound around it and `define`s are read so."""
        names, reading = names or {}, reading or self.reading
        skeleton = self.skeleton
        skeleton.work.add(1)

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
                if len(fields) != len(self.vocabulary.numbered):
                    raise Refused(f"a revision has {len(self.vocabulary.numbered)} numbers")
                parts = zip(fields, self.vocabulary.numbered, strict=True)
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
                return Several(tuple((skeleton.conj(a[0], b[0]), Between(a[1], b[1])) for a, b in ends))
            case s.If(condition=condition, then=then, otherwise=otherwise):
                return self._either(literal(at(condition)), at(then), at(otherwise))
            case s.Extremum(kind="first", domain=s.Name(id=s.KNOWN), variable=str(variable), where=where) if (
                where and s.KNOWN not in names
            ):
                known = several(at(expr.domain))
                return self._first(known, lambda word: literal(at(where, {variable: term(word)})))
            case s.Extremum(kind="first"):
                # Others have no order: which element that is would depend on how they are written.
                raise Refused("it says `first` of something else than what is known")
            case s.Extremum(kind=kind, domain=domain, variable=variable, where=where):
                if where is None:
                    return skeleton.best(kind, several(at(domain)), lambda _: TRUE)
                bound, condition = variable or "", where
                return skeleton.best(
                    kind, several(at(domain)), lambda word: literal(at(condition, {bound: term(word)}))
                )
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
                same = self.compare("==", self.variable(item), term(number(self.vocabulary.constants[name])))
                return -same if negated else same
            case s.Quantified(kind=kind, variable=variable, domain=domain, body=body):
                sign = -1 if kind == "every" else 1
                found = self.some(at(domain), lambda word: sign * literal(at(body, {variable: term(word)})))
                return found if kind == "some" else -found
            case s.Not(operand=operand):
                return -literal(at(operand))
            case s.And(operands=operands):
                return skeleton.conj(*(literal(at(one)) for one in operands))
            case s.Or(operands=operands):
                return skeleton.disj(*(literal(at(one)) for one in operands))
            case s.Implies(left=left, right=right):
                return skeleton.disj(-literal(at(left)), literal(at(right)))
            case s.Iff(left=left, right=right):
                return skeleton.same(literal(at(left)), literal(at(right)))
            case _:
                raise Refused(f"it says {type(expr).__name__}")

    def _name(self, name: str, names: Names, reading: Reading) -> Value:
        skeleton = self.skeleton
        if name in names:
            return names[name]
        if not reading.of_file and (name in self.scope or name in self.assigned):
            value = self.variable(name)
            # Where a revision is wanted, a name is none.
            if name not in self.vocabulary.codes:
                return value
            return Term(tuple((skeleton.conj(test, -self.is_name(name, word)), word) for test, word in ways(value)))
        if not reading.of_file and name in self.vocabulary.constants:
            return term(number(self.vocabulary.constants[name]))
        return self._call(name, [], reading)

    def is_name(self, name: str, word: Word) -> Literal:
        """A word stands for one of the names of a variable."""
        codes = self.vocabulary.codes.get(name, ())
        return self.skeleton.disj(*(self.skeleton.compare("==", word, number(code)) for code in codes))

    def defined(self, value: Value) -> Literal:
        """It has a value."""
        return self.skeleton.disj(*(test for test, _ in value.ways)) if isinstance(value, Term) else TRUE

    def _call(self, name: str, arguments: Sequence[Value], reading: Reading) -> Value:
        found = reading.find(name)
        if found is None and name == s.PREFERS and name not in reading.bare and s.KNOWN in self.scope:
            if len(arguments) != 2:
                raise Refused(f"{name} is of two revisions")
            return self.prefers(*arguments)
        if found is not None and found[0].body is not None:
            return self.of(found[0].body, bound(found[0], arguments), found[1])
        if name not in reading.bare:
            raise Refused(f"nothing is called {name} there")
        # A relation that nobody gives a body, of every choice of values.
        rows: list[tuple[Literal, tuple[Word, ...]]] = [(TRUE, ())]
        for argument in arguments:
            rows = [(self.skeleton.conj(t, way), (*row, word)) for t, row in rows for way, word in ways(argument)]
        return self.skeleton.disj(*(self.skeleton.conj(test, self._related(name, row)) for test, row in rows))

    def prefers(self, left: Value, right: Value) -> Literal:
        """One is known, and the other is not, or stands behind it: newer ones first, where there is no list."""
        skeleton, known = self.skeleton, several(self.scope[s.KNOWN])
        words = [piece for _, piece in known.pieces if isinstance(piece, tuple) and value_of(piece) is not None]

        def before(one: Word, other: Word) -> Literal:
            if len(words) < len(known.pieces):
                later = skeleton.disj(-self.inside(known, other), skeleton.compare("<", other, one))
                return skeleton.conj(self.inside(known, one), later)
            same = [skeleton.compare("==", other, word) for word in words]
            each = [
                skeleton.conj(skeleton.compare("==", one, word), *(-s for s in same[: n + 1]))
                for n, word in enumerate(words)
            ]
            return skeleton.disj(*each)

        return self._any(left, lambda one: self._any(right, lambda other: before(one, other)))

    def _related(self, name: str, row: tuple[Word, ...]) -> Literal:
        values = [value_of(word) for word in row]
        # An example says nothing of words that are not known, such as what a quantifier binds.
        if self.relations is None or None in values:
            return self.skeleton.holds(name, row)
        listed, default = self.relations.get(name, ([], False))
        return TRUE if (values in listed) != default else FALSE

    def _first(self, domain: Several, body: Callable[[Word], Literal]) -> Term:
        """Along a list, the first that meets a condition; the newest, where there is no list."""
        if not all(isinstance(piece, tuple) and value_of(piece) is not None for _, piece in domain.pieces):
            return self.skeleton.best("max", domain, body)
        ways_, earlier = list[tuple[Literal, Word]](), list[Literal]()
        for there, word in self.skeleton.exists(domain, body):
            ways_.append((self.skeleton.conj(there, *(-one for one in earlier)), word))
            earlier.append(there)
        return Term(tuple(ways_))

    def _part(self, part: str | s.Slice) -> tuple[int, int]:
        return (part.low, part.width) if isinstance(part, s.Slice) else self.vocabulary.fields[part]

    def _replaced(self, value: Value, low: int, width: int, update: Value) -> Value:
        made: list[tuple[Literal, Word]] = []
        for test, word in ways(value):
            for also, digits in ways(update):
                below, rest = split(padded(word, self.skeleton.width), low)
                inner, over = split(padded(digits, width), width)
                fits = self.skeleton.compare("==", over, ())
                made.append((self.skeleton.conj(test, also, fits), (*below, *inner, *split(rest, width)[1])))
        return Term(tuple(made))

    def _either(self, test: Literal, then: Value, otherwise: Value) -> Value:
        conj = self.skeleton.conj
        if isinstance(then, int):
            return self.skeleton.disj(conj(test, then), conj(-test, literal(otherwise)))
        if isinstance(then, Term):
            both = [(conj(test, way), word) for way, word in then.ways]
            return Term((*both, *((conj(-test, way), word) for way, word in ways(otherwise))))
        pieces = [(conj(test, way), piece) for way, piece in then.pieces]
        return Several((*pieces, *((conj(-test, way), piece) for way, piece in several(otherwise).pieces)))

    def _any(self, value: Value, said: Callable[[Word], Literal]) -> Literal:
        return self.skeleton.disj(*(self.skeleton.conj(test, said(word)) for test, word in ways(value)))

    def inside(self, within: Several, word: Word) -> Literal:
        """A word is in a set."""
        return self.skeleton.disj(
            *(self.skeleton.conj(test, self.skeleton.inside(piece, word)) for test, piece in within.pieces)
        )

    def some(self, domain: Value, body: Callable[[Word], Literal]) -> Literal:
        return self.skeleton.disj(*(found for found, _ in self.skeleton.exists(several(domain), body)))

    def compare(self, sign: str, left: Value, right: Value) -> Literal:
        """Two terms have values, and these compare so."""
        return self._any(left, lambda one: self._any(right, lambda other: self.skeleton.compare(sign, one, other)))

    def equal(self, left: Value, right: Value) -> Literal:
        """Two values are the same; of sets, every element of one is in the other."""
        if isinstance(left, int):
            return self.skeleton.same(left, literal(right))
        if isinstance(left, Term):
            return self.compare("==", left, right)
        one, other = several(left), several(right)
        there = self.some(one, lambda word: -self.inside(other, word))
        return self.skeleton.conj(-there, -self.some(other, lambda word: -self.inside(one, word)))


def bound(define: s.Define, arguments: Sequence[Argument]) -> dict[str, Argument]:
    """The arguments, by the names of the parameters. Raises Refused where there are not as many."""
    if len(arguments) != len(define.parameters):
        raise Refused(f"{define.name.id} has {len(define.parameters)} parameters")
    return {parameter.id: one for parameter, one in zip(define.parameters, arguments, strict=True)}


def literal(value: Value) -> Literal:
    if not isinstance(value, int):
        raise Refused("a formula is wanted, and there is a term")
    return value


def ways(value: Value) -> Sequence[tuple[Literal, Word]]:
    """What a term may be; a truth value is 1 or 0."""
    if isinstance(value, Several):
        raise Refused("a term is wanted, and there is a set")
    return value.ways if isinstance(value, Term) else ((value, number(1)), (-value, number(0)))


def several(value: Value) -> Several:
    if not isinstance(value, Several):
        raise Refused("a set is wanted, and there is none")
    return value


def mapped(value: Value, change: Callable[[Word], Word]) -> Term:
    return Term(tuple((test, change(word)) for test, word in ways(value)))
