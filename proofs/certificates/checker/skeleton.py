"""Clauses over atoms about words and sets: what certificates refute. Why a refutation of them is a proof:

- Every atom stands for a statement about one instance (a configuration, inputs and outputs), and every clause is true
  of every instance that refutes a claim, if the constants such as `some#1` are chosen well: one for each `some` that
  holds, and the greatest or least element for each `max` and `min` that has a value. So if the clauses contradict each
  other, nothing refutes the claim.
- What holds of *every* element of a set is put down for the elements that a certificate lists (`witness`), and for no
  others. Fewer clauses can only refute less. So no bound on the size of sets is relied upon.
- A word is cut into digits, where some field in use begins; an order of words is the order of their digits from the
  first that differs. So what remains are differences between two digits, `x - y <= c`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from .words import (
    FALSE,
    TRUE,
    WHOLE,
    Between,
    Digit,
    Literal,
    Piece,
    Refused,
    Several,
    Term,
    Word,
    Work,
    in_order,
    number,
    numeral,
    pairs,
    split,
    text_of,
    value_of,
)

BOUND = "?"
"""What the names of words begin with that quantifiers bind."""
INTERVAL = ".."
"""What stands for all intervals, where a set would be named."""
MOST_SPELLED_OUT = 256
"""An interval between two numbers is gone through one by one where it is no longer than this."""


class Some(Struct, frozen=True):
    """That a piece has an element which meets a condition; `kind` names the constant that is one: any, max or min.

    The `condition` is what the body says of the word that is bound at some depth. Without the depth it would be
    ambiguous: what reads no bound word, and what reads that of a quantifier further out, may be one literal.
    """

    piece: str | Between
    body: Callable[[Word], Literal]
    kind: str
    word: Word
    condition: tuple[int, Literal]


class Skeleton:
    """Clauses over atoms. Equal statements are one atom; clauses that say what an atom means are made when it is used.

    `cuts` are the bits at which words are cut, and `zeros` the fields that are zero in what is well formed: their
    lowest bit and their width. `work` is counted together with that of others.
    """

    def __init__(self, width: int, zeros: Sequence[tuple[int, int]], cuts: Sequence[int], work: Work) -> None:
        self.width, self.zeros, self.work = width, zeros, work
        self.cuts = [0, *sorted(cut for cut in set(cuts) if 0 < cut < width), width]
        self.names = ["", "true"]
        self.numbers: dict[Any, int] = {("true",): 1}
        self.clauses: dict[tuple[int, ...], int] = {}
        self.differences: dict[int, tuple[str, str, int]] = {}
        self.applied: dict[int, tuple[str, tuple[Word, ...]]] = {}
        self.parts: dict[int, tuple[int, ...]] = {}
        self.some: dict[int, Some] = {}
        self.top: dict[str, int] = {"": 0}
        self.formed: set[str] = set()
        self.known: dict[str, Word] = {}
        self.members: dict[tuple[str, str], Word] = {}
        self.universals: list[tuple[str, Callable[[Word], list[Literal]]]] = []
        self.witnesses: list[tuple[str, Word]] = []
        self._needed: set[int] = set()
        self._waiting: list[int] = []
        self._depth = 0

    # ---- atoms ------------------------------------------------------------------------------------------

    def atom(self, key: tuple[Any, ...], name: str) -> Literal:
        known = self.numbers.get(key)
        if known is None:
            known = self.numbers[key] = len(self.names)
            self.names.append(name)
        return known

    def word(self, name: str) -> Word:
        made: list[Digit] = []
        for low, high in zip(self.cuts, self.cuts[1:], strict=False):
            part = name if len(self.cuts) == 2 else f"{name}[{high - 1}:{low}]"
            self.top[part] = (1 << high - low) - 1
            made.append((part, low, high - low))
        self._name(name, tuple(made))
        return tuple(made)

    def _name(self, name: str, word: Word) -> None:
        """A certificate may speak of a word. Not of one that is bound: another quantifier would capture it."""
        if not any(isinstance(what, str) and what.startswith(BOUND) for what, _, _ in word):
            self.known.setdefault(name, word)

    def whole(self, name: str, begins: int = 0) -> Digit:
        """A digit for a number that is never cut."""
        self.top[name] = (1 << WHOLE) - 1
        return name, begins, WHOLE

    def difference(self, one: str | int, other: str | int, most: int) -> Literal:
        """That one digit less another is so much at most."""
        if isinstance(one, int):
            one, most = "", most - one
        if isinstance(other, int):
            other, most = "", most + other
        if most >= self.top[one] or (one == other and most >= 0):
            return TRUE
        if most < -self.top[other] or one == other:
            return FALSE
        if one > other:
            return -self.difference(other, one, -most - 1)
        made = self.atom(("-", one, other, most), f"{one or 0} - {other or 0} <= {most}")
        self.differences[made] = one, other, most
        return made

    def holds(self, relation: str, arguments: tuple[Word, ...]) -> Literal:
        arguments = tuple(word if (known := value_of(word)) is None else number(known) for word in arguments)
        made = self.atom((relation, arguments), f"{relation}({', '.join(map(text_of, arguments))})")
        self.applied[made] = relation, arguments
        return made

    def conj(self, *literals: Literal) -> Literal:
        self.work.add(1 + len(literals))
        flat = dict.fromkeys(part for one in literals for part in self.parts.get(one, (one,)) if part != TRUE)
        if any(-one in flat for one in flat) or FALSE in flat:
            return FALSE
        denied = [self.parts[-one] for one in flat if one < 0 and -one in self.parts]
        if any(all(part in flat for part in parts) for parts in denied):
            return FALSE
        parts = in_order(flat)
        if len(parts) < 2:
            return parts[0] if parts else TRUE
        made = self.atom(("and", parts), f"all of {len(self.names)}")
        self.parts[made] = parts
        return made

    def disj(self, *literals: Literal) -> Literal:
        return -self.conj(*(-one for one in literals))

    def same(self, one: Literal, other: Literal) -> Literal:
        return self.conj(self.disj(-one, other), self.disj(one, -other))

    # ---- words ------------------------------------------------------------------------------------------

    def equal_parts(self, one: Word, other: Word) -> list[Literal]:
        both = [end for left, right in pairs(one, other) for end in ((left, right), (right, left))]
        return [self.difference(left, right, 0) for left, right in both]

    def compare(self, sign: str, one: Word, other: Word) -> Literal:
        if sign == "==":
            return self.conj(*self.equal_parts(one, other))
        made = TRUE if sign == "<=" else FALSE
        for left, right in pairs(one, other):
            below, at_most = self.difference(left, right, -1), self.difference(left, right, 0)
            made = self.disj(below, self.conj(at_most, made))
        return made

    def well_formed(self, word: Word) -> Literal:
        """The fields that have to be zero are zero, and no bit lies beyond the word."""
        parts = [self.compare("==", split(split(word, low)[1], width)[0], ()) for low, width in self.zeros]
        return self.conj(*parts, self.compare("==", split(word, self.width)[1], ()))

    # ---- sets -------------------------------------------------------------------------------------------

    def inside(self, piece: Piece, word: Word) -> Literal:
        match piece:
            case str():
                return self.holds(f"in {piece}", (word,))
            case Between(low=low, high=high):
                ends = self.compare("<=", low, word), self.compare("<=", word, high)
                return self.conj(self.well_formed(word), *ends)
            case _:
                return self.compare("==", piece, word)

    def listed(self, several: Several) -> Iterator[tuple[Literal, Piece]]:
        """The pieces, with short intervals between numbers gone through."""
        for test, piece in several.pieces:
            if isinstance(piece, Between):
                low, high = value_of(piece.low), value_of(piece.high)
                if low is not None and high is not None and high - low < MOST_SPELLED_OUT:
                    words = map(number, range(low, high + 1))
                    yield from ((test, word) for word in words if self.well_formed(word) == TRUE)
                    continue
            yield test, piece

    def exists(self, several: Several, body: Callable[[Word], Literal], kind: str = "") -> list[tuple[Literal, Word]]:
        """For each piece, when one of its elements meets the body, and that element; `kind` says which of several."""
        made: list[tuple[Literal, Word]] = []
        for test, piece in self.listed(several):
            if isinstance(piece, tuple):
                made.append((self.conj(test, body(piece)), piece))
                continue
            # Two bodies that say the same of one bound word are the same condition.
            depth = self._depth + 1
            probe = self._at(depth, body, self.word(f"{BOUND}{depth}"))
            if FALSE in (probe, test):
                continue
            if isinstance(piece, Between) and piece.formed and probe == TRUE:
                made.append((test, piece.low if kind == "min" else piece.high))
                continue

            # Of an interval that is long, one of its ends may do.
            ends = [piece.low, piece.high] if isinstance(piece, Between) and not kind else []
            ends = [end for end in ends if value_of(end) is not None]
            if met := [end for end in ends if self.conj(self.inside(piece, end), body(end)) == TRUE]:
                made.append((test, met[0]))
                continue

            def nested(word: Word, depth: int = depth) -> Literal:
                return self._at(depth, body, word)

            found = FALSE
            for what in dict.fromkeys(("some", kind or "some")):
                found = self.atom((what, piece, depth, probe), f"{what}#{len(self.some)}")
                if found not in self.some:
                    self.some[found] = Some(piece, nested, what, self.word(self.names[found]), (depth, probe))
            made.append((self.conj(test, found), self.some[found].word))
        return made

    def _at(self, depth: int, body: Callable[[Word], Literal], word: Word) -> Literal:
        self._depth, before = depth, self._depth
        made = body(word)
        self._depth = before
        return made

    def best(self, kind: str, several: Several, body: Callable[[Word], Literal]) -> Term:
        """The greatest or least element that meets a condition: of the best of all pieces, the best."""
        found = self.exists(several, body, kind)
        ways: list[tuple[Literal, Word]] = []
        for at, (there, word) in enumerate(found):
            beaten = [there]
            for n, (also, other) in enumerate(found):
                if n != at:
                    ends = (word, other) if kind == "min" else (other, word)
                    beaten.append(self.disj(-also, self.compare("<=" if at < n else "<", *ends)))
            ways.append((self.conj(*beaten), word))
        return Term(tuple(way for way in ways if way[0] != FALSE))

    # ---- clauses ----------------------------------------------------------------------------------------

    def clause(self, *literals: Literal, head: Literal = FALSE) -> None:
        """One of these holds. A denied conjunction but the `head` is spelled out; one that is alone is its parts."""
        self.work.add(1 + len(literals))
        made: set[int] = {head} - {FALSE}
        waiting = list(literals)
        while waiting:
            one = waiting.pop()
            if one < 0 and -one in self.parts:
                waiting += (-part for part in self.parts[-one])
            elif one == TRUE:
                return
            elif one != FALSE:
                made.add(one)
        if any(-one in made for one in made):
            return
        if len(made) == 1 and (parts := self.parts.get(next(iter(made)))):
            for part in parts:
                self.clause(part)
            return
        clause = in_order(made)
        if clause not in self.clauses:
            self.clauses[clause] = len(self.clauses)
            self._waiting += (one for one in clause if one not in self._needed)

    def settle(self) -> None:
        """Makes the clauses that say what the atoms in use mean."""
        while self._waiting:
            one = self._waiting.pop(0)
            if one not in self._needed:
                self._needed.add(one)
                self._define(one)

    def _define(self, one: Literal) -> None:
        if one in self.parts:
            for part in self.parts[one]:
                self.clause(part, head=-one)
        elif abs(one) in self.some:
            self._define_some(one, self.some[abs(one)])
        elif one in self.applied and self.applied[one][0].startswith("in "):
            (name, (word,)) = self.applied[one]
            self._member(name[3:], word)
            if name[3:] in self.formed:
                self.clause(-one, self.well_formed(word))

    def _define_some(self, one: Literal, some: Some) -> None:
        piece, body, kind, best, atom = some.piece, some.body, some.kind, some.word, abs(one)
        if kind != "some":
            # It is there where any is, and none beats it.
            plain = self.numbers["some", piece, *some.condition]
            self.clause(-atom, plain)
            self.clause(atom, -plain)
            self._needed |= {atom, -atom}

            def beaten(word: Word) -> list[Literal]:
                order = self.compare("<=", *((best, word) if kind == "min" else (word, best)))
                return [-self.inside(piece, word), -body(word), order]

            self._universal(piece, beaten)
        if kind != "some" or one > 0:
            self._member(piece if isinstance(piece, str) else INTERVAL, best)
            self.clause(-atom, self.inside(piece, best))
            self.clause(-atom, body(best))
        else:
            self._universal(piece, lambda word: [atom, -self.inside(piece, word), -body(word)])

    def _universal(self, piece: Piece, said: Callable[[Word], list[Literal]]) -> None:
        name = piece if isinstance(piece, str) else INTERVAL
        for end in (piece.low, piece.high) if isinstance(piece, Between) else ():
            self._member(name, end)
        self.universals.append((name, said))
        for of, word in list(self.witnesses):
            if of == name:
                self.clause(*said(word))

    def _member(self, name: str, word: Word) -> None:
        """A word that is said to be in a set: what holds of every element is of use for it."""
        self._name(text_of(word), word)
        if text_of(word) in self.known:
            self.members.setdefault((name, text_of(word)), word)

    def witness(self, name: str, text: str) -> None:
        """Puts down for a word what holds of every element of a set, or of every interval. Raises Refused."""
        value = numeral(text)
        word = self.known.get(text) if value is None or value < 0 else number(value)
        if word is None:
            raise Refused(f"there is no `{text}`, for which it puts down what holds of every element of {name}")
        self.witnesses.append((name, word))
        for of, said in list(self.universals):
            if of == name:
                self.clause(*said(word))
        self.settle()
