"""Lark's parser on its way through one text: where it stands, and what it would take."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from lark import Token as LarkToken
from lark import Tree, UnexpectedToken
from msgspec import Struct

from .grammar import parser
from .lexer import Cursor
from .tokens import Token, handed_on

if TYPE_CHECKING:
    from ..syntax import Declaration

MOST_STATES = 1500
"""How much may be open at once: more than formulas of `nesting.DEEPEST` levels need."""


class Block(NamedTuple):
    """An open `{`: how high the stack is below it, and whether it belongs to a formula or has declarations in it."""

    height: int
    in_formula: bool


class Stack(Struct):
    """One text being parsed: the stack of states, and the value of each but the first.

    `lark` is Lark's interactive parser, whose types are half unknown.
    """

    cursor: Cursor
    lark: Any

    @property
    def states(self) -> list[Any]:
        return self.lark.parser_state.state_stack

    @property
    def values(self) -> list[Any]:
        """Lark's tokens, finished nodes, and Lark's trees of those that belong to a node to come."""
        return self.lark.parser_state.value_stack

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """All of the text, once it is read."""
        return self.lark.result

    def advance(self, start: int) -> Token | None:
        """Take tokens from an offset on until one does not fit, which is given back, or all are taken."""
        self.cursor.at = start
        states = self.states
        try:
            for token in self.lark.iter_parse():
                if len(states) > MOST_STATES:
                    return handed_on(token, self.cursor.text)
            self.lark.result = self.lark.feed_eof()
        except UnexpectedToken as error:
            return handed_on(cast("Any", error).token, self.cursor.text)
        return None

    def accepted(self) -> set[str]:
        """The terminals that fit next."""
        return self.lark.accepts()

    def cut(self, height: int) -> None:
        del self.states[height:], self.values[height - 1 :]

    def takes(self, *terminals: str, height: int | None = None) -> bool:
        """Whether terminals fit one after the other, each after the reductions that it asks for, with the stack cut
        to a height.
        """
        trial = self._trial(len(self.states) if height is None else height)
        try:
            for terminal in terminals:
                trial.feed_token(LarkToken(terminal, ""))
        except UnexpectedToken:
            return False
        return True

    def _trial(self, height: int) -> Any:
        """A copy of the parser with the stack cut to a height. It makes no nodes."""
        trial = self.lark.copy(deepcopy_values=False)
        state = trial.parser_state
        del state.state_stack[height:], state.value_stack[height - 1 :]
        state.parse_conf = copy(state.parse_conf)
        state.parse_conf.callbacks = {}
        return trial

    def open_blocks(self) -> list[Block]:
        """The `{` on the stack that no `}` closes."""
        found: list[Block] = []
        for at, value in enumerate(self.values):
            if is_token(value, "LBRACE"):
                replaces = is_token(self.values[at - 1], "WITH")
                found.append(Block(at + 1, in_formula=replaces or "NUMBER" in self._trial(at + 2).choices()))
            elif is_token(value, "RBRACE"):
                found.pop()
        return found

    def drop_use(self, end: int) -> bool:
        """Drop a `use` that ends where a fault is: it is not the whole of it."""
        words = self.values[-2:]
        if len(words) < 2 or not is_token(words[0], "USE") or words[1].end_pos != end:
            return False
        self.cut(len(self.states) - 2)
        return True

    def open_docs(self) -> int:
        """How many of the topmost values are doc comments of what comes next."""
        count = 0
        for value in reversed(self.values):
            # One, or those read so far.
            read = parts(value)
            if not read or not is_token(read[0], "DOC"):
                break
            count += 1
        return count

    def height_for(self, terminal: str, above: int, limit: int) -> int:
        """The greatest height of the stack within limits at which a terminal fits; 0 where there is none."""
        return next((height for height in range(limit, above, -1) if self.takes(terminal, height=height)), 0)


def on(text: str) -> Stack:
    """The parser before a text."""
    cursor = Cursor(text)
    return Stack(cursor, cast("Any", parser()).parse_interactive(cursor))


def parts(value: Any) -> list[Any]:
    """A value, or those that a tree of Lark's has for a node to come."""
    return cast("Any", value).children if isinstance(value, Tree) else [value]


def is_token(value: Any, kind: str) -> bool:
    return isinstance(value, LarkToken) and value.type == kind
