"""A text as words and marks, for Lark: its own lexer does the same, in three times the time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lark
import lark.lexer
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark.common import LexerConf

UNREADABLE = "UNREADABLE"
"""The type of what is no token: a character that starts none, or a number with something else at its end."""

_UNREADABLE = rf"(?P<{UNREADABLE}>[0-9][0-9A-Za-z_]*|[\s\S])"


class Cursor(Struct):
    """A text, and from where on it is to be read."""

    text: str
    at: int = 0


class Lexer(lark.lexer.Lexer):
    """The terminals of a grammar in one regular expression, those of a higher priority first, the reserved words in a
    table. Where two of one priority could match, Lark's strict mode refuses the grammar.
    """

    def __init__(self, conf: LexerConf) -> None:
        strings = [t for t in conf.terminals if isinstance(t.pattern, lark.lexer.PatternStr)]
        self.literals = {t.name: t.pattern.value for t in strings}
        self.keywords = {text: name for name, text in self.literals.items() if text.isidentifier()}
        self.ignored = frozenset(conf.ignore)
        rest = sorted((t for t in conf.terminals if t.name not in self.keywords.values()), key=lambda t: -t.priority)
        patterns = [f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in rest]
        self._pattern = re.compile("|".join([*patterns, _UNREADABLE]))

    def lex(self, cursor: Cursor) -> Iterator[lark.Token]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The tokens that the parser sees. Lark calls it thus for a lexer that keeps no state of Lark's."""
        for kind, match in self.matches(cursor.text, cursor.at, self.ignored):
            yield lark.Token(kind, match.group(), match.start(), end_pos=match.end())

    def matches(self, text: str, start: int, ignored: frozenset[str]) -> Iterator[tuple[str, re.Match[str]]]:
        """What stands in a text from an offset on but for some kinds, each with its kind."""
        keyword = self.keywords.get
        for match in self._pattern.finditer(text, start):
            kind = match.lastgroup or UNREADABLE
            if kind not in ignored:
                yield (keyword(match.group(), kind) if kind == "NAME" else kind), match
