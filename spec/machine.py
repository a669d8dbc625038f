"""The parser's loop over Lark's tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from msgspec import Struct, field

from .build import TreeBuilder
from .tables import END
from .tokens import Token, loaded, scan

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STATES = 1500
"""How much may be open at once: more than formulas of `nesting.DEEPEST` levels need."""


class Block(NamedTuple):
    """An open `{`: how high the stack is below it, and whether it belongs to a formula or has declarations in it."""

    height: int
    in_formula: bool


@cache
def _rules() -> list[tuple[int, str, Callable[[list[Any]], Any] | None]]:
    """The rules of the tables, each with what makes its node."""
    builder = TreeBuilder()
    return [(size, origin, getattr(builder, method) if method else None) for size, origin, method in loaded().rules]


class Machine(Struct):
    """One text being parsed: the stack of states, and the value of each but the first."""

    text: str
    states: list[int] = field(default_factory=lambda: [0])
    values: list[Any] = field(default_factory=list[Any])
    table: list[dict[str, int]] = field(default_factory=lambda: loaded().states)

    def advance(self, start: int) -> Token | None:
        """Take tokens from an offset on until one does not fit, which is given back, or all are taken."""
        states, values, table, rules, end = self.states, self.values, self.table, _rules(), loaded().end
        for token in scan(self.text, start):
            kind = token.type
            while True:
                action = table[states[-1]].get(kind)
                if action is None:
                    return token
                if action >= 0:
                    if len(states) > MOST_STATES:
                        return token
                    states.append(action)
                    values.append(token)
                    break
                size, origin, make = rules[~action]
                if size == 1 and make is None:
                    states[-1] = table[states[-2]][origin]
                    continue
                children: list[Any] = []
                if size:
                    children = values[-size:]
                    del states[-size:], values[-size:]
                    if list in map(type, children):
                        children = _joined(children)
                states.append(table[states[-1]][origin])
                values.append(children if make is None else make(children))
                if states[-1] == end and kind == END:
                    return None
        return None

    def accepted(self) -> set[str]:
        """The terminals that fit next."""
        return {kind for kind in self.table[self.states[-1]] if kind.isupper() and self.takes(kind)}

    def cut(self, height: int) -> None:
        del self.states[height:], self.values[height - 1 :]

    def takes(self, *terminals: str, height: int | None = None) -> bool:
        """Whether terminals fit one after the other, each after the reductions that it asks for, with the stack cut
        to a height.
        """
        table, rules, end = self.table, loaded().rules, loaded().end
        top = len(self.states) if height is None else height
        above: list[int] = []
        for terminal in terminals:
            while True:
                action = table[above[-1] if above else self.states[top - 1]].get(terminal)
                if action is None:
                    return False
                if action >= 0:
                    above.append(action)
                    break
                size, origin, _ = rules[~action]
                popped = min(size, len(above))
                del above[len(above) - popped :]
                top -= size - popped
                above.append(table[above[-1] if above else self.states[top - 1]][origin])
                if above[-1] == end:
                    break
        return True

    def open_blocks(self) -> list[Block]:
        """The `{` on the stack that no `}` closes."""
        found: list[Block] = []
        for at, value in enumerate(self.values):
            if isinstance(value, Token) and value.type == "LBRACE":
                before = self.values[at - 1]
                replaces = isinstance(before, Token) and before.type == "WITH"
                found.append(Block(at + 1, in_formula=replaces or "NUMBER" in self.table[self.states[at + 1]]))
            elif isinstance(value, Token) and value.type == "RBRACE":
                found.pop()
        return found

    def drop_use(self, end: int) -> bool:
        """Drop a `use` that ends where a fault is: it is not the whole of it."""
        words = self.values[-2:]
        if len(words) < 2 or not isinstance(words[0], Token) or words[0].type != "USE" or words[1].span.end != end:
            return False
        self.cut(len(self.states) - 2)
        return True

    def open_docs(self) -> int:
        """How many of the topmost values are doc comments of what comes next."""
        count = 0
        for value in reversed(self.values):
            # One, or the list of those read so far.
            read = cast("list[Any]", value) if type(value) is list else [value]
            if not read or not isinstance(read[0], Token) or read[0].type != "DOC":
                break
            count += 1
        return count

    def height_for(self, terminal: str, above: int, limit: int) -> int:
        """The greatest height of the stack within limits at which a terminal fits; 0 where there is none."""
        return next((height for height in range(limit, above, -1) if self.takes(terminal, height=height)), 0)


def _joined(children: list[Any]) -> list[Any]:
    """Values with the lists that passed-on rules leave put in. The first one is extended in place: it is the part of
    a repetition that was read before, and copying it at each step would take quadratic time.
    """
    if type(children[0]) is list:
        made = cast("list[Any]", children[0])
        rest = children[1:]
    else:
        made, rest = list[Any](), children
    for child in rest:
        if type(child) is list:
            made += child
        else:
            made.append(child)
    return made
