"""Text to tree, with every syntax error of the text.

After an error the parser goes on at the next word that starts a declaration, or at the end of the block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from .diagnostics import Diagnostic, Related
from .nesting import too_deep
from .source import Source, Span
from .syntax import Declaration, File

if TYPE_CHECKING:
    from lark import Lark
    from lark.parsers.lalr_interactive_parser import InteractiveParser

MOST_ERRORS = 50
"""Syntax errors reported for one file; beyond that they say nothing new."""

_TOP = "use|interface|policy|scenario"
_INNER = "define|config|input|output|assume|invariant|case|expect|given|then|ensure"
_RESUME = re.compile(
    rf'(?P<skip>"[^"\r\n]*"|//[^\r\n]*)|(?P<top>^(?:{_TOP})\b)|(?P<word>\b(?:{_TOP}|{_INNER})\b)|(?P<brace>[{{}}])', re.M
)
_DECLARED = re.compile(r"^[ \t]*(?:interface|policy|scenario|define|host|session)[ \t]+(\w+)", re.M)


@cache
def _lark() -> Lark:
    from . import tables

    return tables.load()


def parse(source: Source) -> tuple[File, list[Diagnostic]]:
    """The tree of a text and its syntax errors. A declaration with an error may be missing; its name is in `damaged`."""
    recovery = _Recovery(source)
    try:
        declarations = cast("tuple[Declaration, ...]", _lark().parse(source.text, on_error=recovery.on_error))
    except _GaveUp:
        declarations = recovery.result
    problems = recovery.problems + [
        Diagnostic(
            "P103",
            "this formula is nested too deeply",
            "give parts of it names with `define`",
            source,
            span,
        )
        for span in too_deep(declarations)
    ]
    return File(source, declarations, frozenset(recovery.damaged)), problems


class _GaveUp(Exception):
    """Nothing more can be read; `_Recovery.result` has what was."""


@dataclass
class _Recovery:
    """What happened to one text so far: Lark calls `on_error` at each fault."""

    source: Source
    problems: list[Diagnostic] = field(default_factory=list)
    damaged: set[str] = field(default_factory=set)
    result: tuple[Declaration, ...] = ()
    _last: int = -1
    _starts: list[tuple[int, str]] | None = None

    def on_error(self, error: Any) -> bool:
        from lark import UnexpectedToken

        text = self.source.text
        parser = cast("InteractiveParser", error.interactive_parser)
        accepted = _accepted(parser)
        if isinstance(error, UnexpectedToken):
            terminal, length = error.token.type, len(error.token)
            offset = len(text.rstrip()) if terminal == "$END" else cast(int, error.token.start_pos)
        else:
            terminal, length, offset = "", 1, cast(int, error.pos_in_stream)
        if offset != self._last:
            self._report(offset, terminal, length, accepted)
        self._mark_damaged(offset)
        if terminal == "$END" or len(self.problems) >= MOST_ERRORS:
            self._finish(parser)
            raise _GaveUp
        # A keyword where a name was wanted starts nothing: going on at it would report it twice.
        again = offset == self._last or accepted <= {"NAME", "DOC"}
        self._resume(parser, offset, again)
        self._last = offset
        return True

    def _report(self, offset: int, terminal: str, length: int, accepted: set[str]) -> None:
        from .syntax_errors import describe

        code, message, help_ = describe(self.source.text, offset, terminal, length, accepted)
        span = Span(offset, min(offset + max(length, 1), len(self.source.text)))
        related: tuple[Related, ...] = ()
        if terminal == "$END":
            opened = _unclosed(self.source.text)
            if opened is not None:
                related = (Related(self.source, Span(opened, opened + 1), "this `{` is never closed"),)
        self.problems.append(Diagnostic(code, message, help_, self.source, span, related))

    def _mark_damaged(self, offset: int) -> None:
        if self._starts is None:
            self._starts = [(m.start(), m.group(1)) for m in _DECLARED.finditer(self.source.text)]
        at = bisect_left(self._starts, offset, key=lambda entry: entry[0])
        # The declaration that the fault is in: the last top-level one, and every inner name up to it.
        while at > 0:
            at -= 1
            start, name = self._starts[at]
            self.damaged.add(name)
            if not self.source.text[start].isspace():
                break

    def _resume(self, parser: InteractiveParser, offset: int, again: bool) -> None:
        """Skip to the next place where the parser can go on, and unwind its stack to a state that takes it."""
        text = self.source.text
        depth = 0
        states = parser.parser_state.state_stack
        for match in _RESUME.finditer(text, offset + 1 if again else offset):
            kind = match.lastgroup
            if kind == "skip":
                continue
            word = match.group()
            if word == "{":
                depth += 1
                continue
            if word == "}" and depth > 0:
                depth -= 1
                continue
            if depth > 0 and kind != "top":
                continue
            terminal = "RBRACE" if word == "}" else word.upper()
            keep = next((n for n in range(len(states), 0, -1) if _takes(parser, states[:n], terminal)), 0)
            if keep:
                del states[keep:]
                del parser.parser_state.value_stack[keep - 1 :]
                parser.lexer_thread.state.line_ctr.char_pos = match.start()
                return
        self._finish(parser)
        raise _GaveUp

    def _finish(self, parser: InteractiveParser) -> None:
        """Drop what is open, so that the declarations before it are not lost."""
        states, values = parser.parser_state.state_stack, parser.parser_state.value_stack
        while states:
            if _takes(parser, states, "$END"):
                self.result = cast("tuple[Declaration, ...]", parser.feed_eof())
                return
            states.pop()
            if values:
                values.pop()


def _takes(parser: InteractiveParser, stack: list[Any], terminal: str) -> bool:
    """Whether the parser would shift a terminal in the state on top of a stack, after the reductions it asks for."""
    from lark.parsers.lalr_analysis import Shift

    table: dict[Any, dict[str, tuple[Any, Any]]] = parser.parser_state.parse_conf.parse_table.states
    states = list(stack)
    while True:
        action = table[states[-1]].get(terminal)
        if action is None:
            return False
        if action[0] is Shift:
            return True
        rule = action[1]
        if rule.expansion:
            del states[-len(rule.expansion) :]
        states.append(table[states[-1]][rule.origin.name][1])
        if states[-1] == parser.parser_state.parse_conf.end_state:
            return True


def _accepted(parser: InteractiveParser) -> set[str]:
    states = parser.parser_state.state_stack
    table: dict[Any, dict[str, Any]] = parser.parser_state.parse_conf.parse_table.states
    return {terminal for terminal in table[states[-1]] if terminal.isupper() and _takes(parser, states, terminal)}


def _unclosed(text: str) -> int | None:
    """The offset of the first `{` that no `}` closes."""
    open_: list[int] = []
    for match in _RESUME.finditer(text):
        word = match.group()
        if word == "{":
            open_.append(match.start())
        elif word == "}" and open_:
            open_.pop()
    return open_[0] if open_ else None
