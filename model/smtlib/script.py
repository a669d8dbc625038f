"""A question as a script of SMT-LIB 2.6: what is declared, what is asserted, and whether that can be so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from ...spec.core import Core
from ...spec.spell import written
from ..queries import Query
from .expressions import TRUE, Text, disj, laid_out, line
from .formulas import FORMED, REVISION, Declared, Rule, TooLong, Writer
from .policies import Policy
from .words import Word, zeros

MOST_PIECES = 400_000
"""Atoms that a script has at most."""

SHARED = 8
"""What has as many atoms and stands there twice is defined once."""

MOST_REMARK = 300
"""Letters of the policy's text that are quoted for a definition."""


class Script(Struct, frozen=True):
    """The lines of one question, and the logic that it is in. `lines` end with the assertions; nothing is asked yet."""

    logic: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"(set-logic {self.logic})\n" + "".join(f"{line}\n" for line in self.lines) + "(check-sat)\n"


def script(policy: CheckedPolicy, ways: Sequence[Query], sizes: Mapping[str, int], *, by_ends: bool) -> Script:
    """Whether one of several queries about a policy can be met, under its assumptions.

    Sets have as many revisions as `sizes` says at most, and any number where it says nothing. Raises TooLong.
    """
    made = Policy(policy, sizes, by_ends=by_ends)
    made.assumed()
    asked = disj([made.query(goals) for goals in ways])
    rules = [*made.rules, Rule("what is asked", asked)]
    return _Layout(made.writer, rules).script()


class _Layout:
    """Lays a script out: what stands in several places is defined once, before it is used."""

    def __init__(self, writer: Writer, rules: Sequence[Rule]) -> None:
        self.writer = writer
        self.rules = rules
        self.uses: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.open: dict[int, frozenset[str]] = {}
        self.names: dict[int, str] = {}
        self.defined: list[str] = []
        self.pieces = 0
        self.quantified = False
        self.relations = False

    def script(self) -> Script:
        for rule in self.rules:
            self._count(rule.holds)
        body: list[str] = []
        for rule in self.rules:
            if rule.holds == TRUE:
                continue
            remark = rule.remark or self._remark(rule.holds)
            held = self._named(rule.holds, whole=True)
            body += self.defined
            self.defined.clear()
            body += [f"; {remark}"] if remark else []
            body.append(f"(assert {self._text(held, 8)})")
        format_ = self.writer.format
        head = [f"(define-sort {REVISION} () (_ BitVec {format_.width}))"]
        if format_.reserved:
            word = Word("r", format_.width)
            fields = [(field.low, field.width) for field in format_.reserved]
            head.append(f"(define-fun {FORMED} ((r {REVISION})) Bool {line(zeros(word, fields))})")
        head += [_declared(one) for one in self.writer.declared]
        self.relations = self.relations or any(one.arguments for one in self.writer.declared)
        logic = ("" if self.quantified else "QF_") + ("UFBV" if self.relations else "BV")
        return Script(logic, (*head, *body))

    def _count(self, text: Text) -> tuple[int, frozenset[str]]:
        """How many atoms an expression has, and which quantified variables it reads; each part is looked at once."""
        if isinstance(text, str):
            return 1, frozenset({text}) if text in self.writer.bound else frozenset()
        key = id(text)
        self.uses[key] = self.uses.get(key, 0) + 1
        if self.uses[key] == 1:
            if text[0] in ("exists", "forall"):
                self.quantified = True
                size, free = self._count(text[2])
                size, free = size + 3, free - {str(one[0]) for one in text[1]}
            else:
                parts = [self._count(part) for part in text]
                size = sum(size for size, _ in parts)
                free = frozenset[str]().union(*(free for _, free in parts))
            self.sizes[key], self.open[key] = size, free
        return self.sizes[key], self.open[key]

    def _named(self, text: Text, *, whole: bool = False) -> Text:
        """The expression, with names for what is defined once."""
        if isinstance(text, str):
            return text
        key = id(text)
        known = self.names.get(key)
        if known is not None:
            return known
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            raise TooLong
        if text[0] in ("exists", "forall"):
            made: Text = (text[0], text[1], self._named(text[2]))
        else:
            made = tuple(self._named(part) for part in text)
        several = self.uses[key] > 1 and self.sizes[key] >= SHARED
        if several and not whole and not self.open[key] and key in self.writer.said:
            name = self.names[key] = self.writer.fresh("part")
            remark = self._remark(text)
            self.defined += [f"; {remark}"] if remark else []
            self.defined.append(laid_out(("define-fun", name, "()", "Bool", made)))
            return name
        return made

    def _text(self, text: Text, indent: int) -> str:
        return laid_out(text, indent - 6)

    def _remark(self, text: Text) -> str:
        node = self.writer.said.get(id(text))
        return "" if node is None else _quoted(node)


def _quoted(node: Core) -> str:
    said = " ".join(written(node, {}).split())
    return said if len(said) <= MOST_REMARK else ""


def _declared(one: Declared) -> str:
    if one.arguments:
        return line(("declare-fun", one.name, one.arguments, one.sort))
    return line(("declare-const", one.name, one.sort))
