"""What a syntax error costs, and where reading goes on behind it: at the next word that starts a declaration, or at
the end of the block.
"""

from __future__ import annotations

import re
from bisect import bisect_left

import lark
from msgspec import Struct, field

from ..diagnostics import Diagnostic, Related
from ..source import Source, Span
from ..syntax import Declaration
from .stack import MOST_STATES, Stack, parts
from .tokens import END, Token
from .tree import span_of

MOST_ERRORS = 50
"""Syntax errors reported for one file; beyond that they say nothing new."""

_TOP = r"(?:use|interface|policy|host|session|scenario)\b"
_INNER = (
    r"(?:define|config|input|output|assume|invariant|property|case|expect|ensure"
    r"|knows|start|on|otherwise|given|then|assumption(?=[ \t]+\w+[^\n:{}=]*:))\b"
)
_RESUME = re.compile(
    r'(?P<skip>"[^"\r\n]*"|//[^\r\n]*|\.[ \t]*[a-z]+|\b[a-z]+(?=[ \t]*\[[ \t]*[0-9]))|(?P<brace>[{}])'
    rf"|(?P<top>^[ \t]*{_TOP}|^define\b)|(?P<inner>\b{_INNER})|(?P<alone>\b{_TOP})",
    re.M,
)
"""Where reading can go on: a declaration of a file at the start of a line, another one in its block, a `}`.

A declaration of a file that stands in a line (`alone`) counts where nothing is open. A word that names a field starts
nothing.
"""

_FOREIGN = re.compile(r'#[^\n]*|--(?!>)[^\n]*|/\*.*?\*/|"[^"\n]*$', re.M | re.S)
"""A comment of another language, or a string that does not end: nothing in it starts a declaration."""

_BLOCK = re.compile(r"{[ \t]*(//[^\n]*)?$", re.M)
_DECLARED = re.compile(r"\b(interface|policy|scenario|define|host|session)[ \t]+(\w+)")
_NAMED = re.compile(r"\s+(\w+)")
_AFTER_DOCS = re.compile(rf"(?:///[^\r\n]*\s*)*({_TOP}|{_INNER})")
_LEADS = {"EQUAL", "COLON", "WHEN", "THEN", "ENSURE", "KNOWS", "REQUEST", "ON", "ACCEPT"}
"""What stands before a formula."""

TOO_DEEP = ("P103", "this formula is nested too deeply", "give parts of it names with `define`")


class Recovery(Struct):
    """One text being parsed: what is wrong with it so far, and which declarations that costs us.

    `closed` is where the last fault's block ended, if reading went on there, else -1. `taken` are words of the language
    that were used as names: that they are used again where such a name would stand is not news.
    """

    source: Source
    stack: Stack
    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])
    damaged: set[str] = field(default_factory=set[str])
    declared: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    closed: int = -1
    nameless: bool = False
    taken: set[str] = field(default_factory=set[str])

    def run(self) -> tuple[Declaration, ...]:
        last = -1
        at: int | None = 0
        while at is not None:
            token = self.stack.advance(at)
            if token is None:
                return self.stack.declarations
            last, at = token.span.start, self._recover(token, last)
        self._drop_what_is_open()
        self.stack.advance(len(self.source.text))
        return self.stack.declarations

    def _recover(self, token: Token, last: int) -> int | None:
        """Report the token that does not fit; where to go on, None where nothing more can be read."""
        offset = token.span.start
        accepted = self.stack.accepted()
        skip = 0
        if len(self.stack.states) > MOST_STATES:
            skip = self._drop_formula(token)
        elif offset != last and not self._left_over(offset) and not self._taken(token):
            self._report(token, accepted)
        self._mark_damaged(token, accepted)
        if token.type == END or len(self.problems) >= MOST_ERRORS:
            self._mark_lost(offset)
            return None
        at = self._resume(self._behind(token, again=offset == last or accepted <= {"NAME", "DOC"}), skip)
        if at is None:
            self._mark_lost(offset)
        return at

    def _report(self, token: Token, accepted: set[str]) -> None:
        from .syntax_errors import describe, wanted_a_name

        text = self.source.text
        if token.type == END:
            end = len(text.rstrip())
            token = token._replace(span=Span(end, min(end + 1, len(text))))
        code, message, help_ = describe(text, token, accepted, self._unclosed_before(token))
        if wanted_a_name(token, accepted):
            self.taken.add(token.text)
        related: tuple[Related, ...] = ()
        if code == "P102":
            opened = _unclosed(text[: token.span.start])
            if opened is not None:
                related = (Related(self.source, Span(opened, opened + 1), "this `{` is not closed"),)
        self.problems.append(Diagnostic(code, message, help_, self.source, token.span, related))

    def _unclosed_before(self, token: Token) -> str:
        """The word at a fault that would start a declaration if a block before it were closed."""
        found = _AFTER_DOCS.match(self.source.text, token.span.start)
        word = found.group(1) if found else ""
        height = len(self.stack.states) - self.stack.open_docs()
        for times in (1, 2) if word else ():
            if self.stack.takes(*["RBRACE"] * times, word.upper(), height=height):
                return word
        return ""

    def _behind(self, token: Token, *, again: bool) -> int:
        """Where to look for something to go on at."""
        text, offset = self.source.text, token.span.start
        foreign = _FOREIGN.match(text, offset)
        if foreign:
            return foreign.end()
        if token.type == "LBRACE" and not _BLOCK.match(text, offset):
            # One that nothing closes in its line opens nothing.
            line = text[offset : text.find("\n", offset) + 1 or len(text)]
            return offset + (line.count("{") > line.count("}"))
        # A keyword where a name was wanted starts nothing: going on at it would report it twice.
        return offset + again

    def _taken(self, token: Token) -> bool:
        """Whether a fault is the use of a word as a name that was refused as a name where it was declared."""
        # It may have been read as the start of something, such as `max {`.
        read = [value.value for value in self.stack.values[-3:] if isinstance(value, lark.Token)]
        return not self.taken.isdisjoint([token.text, *read])

    def _left_over(self, offset: int) -> bool:
        """Whether a fault is that a block ended too early, which was reported inside it."""
        text = self.source.text
        return self.closed >= 0 and not self.stack.open_blocks() and not text[self.closed : offset].strip()

    def _mark_damaged(self, token: Token, accepted: set[str]) -> None:
        """The declaration that the fault is in: the last top-level one, and every inner name up to it."""
        offset = token.span.start
        if self.stack.drop_use(offset):
            self.nameless = True
        if token.type == "NAME":
            self.damaged.add(token.text)
            named = _NAMED.match(self.source.text, token.span.end) if "POLICY" in accepted else None
            if named:
                # A word that declares nothing here, such as `Interface`, was meant to declare what is behind it.
                self.damaged.add(named.group(1))
        elif accepted == {"NAME"} and not self.stack.open_blocks():
            self.nameless = True
        if not self.declared:
            found = _DECLARED.finditer(self.source.text)
            self.declared = [(match.start(), match.group(1), match.group(2)) for match in found]
        at = bisect_left(self.declared, offset, key=lambda entry: entry[0])
        while at > 0:
            at -= 1
            start, word, name = self.declared[at]
            self.damaged.add(name)
            if word != "define" or self.source.text[start - 1 : start] in ("", "\n"):
                break

    def _mark_lost(self, offset: int) -> None:
        """What stands behind the last fault and is not read at all."""
        self.damaged.update(name for start, _, name in self.declared if start >= offset)

    def _drop_formula(self, token: Token) -> int:
        """Report the formula that a token is in, and unwind the stack to its start; how many `{` it has open."""
        blocks = self.stack.open_blocks()
        before = len(blocks)
        values = self.stack.values
        kinds = [value.type if isinstance(value, lark.Token) else "" for value in values]
        # The heads of the blocks around it have such words, too, and the guard of a rule.
        inside = max((block.height for block in blocks if not block.in_formula), default=0)
        if "ARROW" in kinds:
            inside = kinds.index("ARROW")
        first = next(n for n in range(inside, len(kinds)) if kinds[n] in _LEADS)
        start = span_of(parts(values[first + 1])).start
        self.problems.append(Diagnostic(*TOO_DEEP, self.source, Span(start, token.span.end)))
        self.stack.cut(first + 2)
        return before - len(self.stack.open_blocks())

    def _resume(self, start: int, depth: int) -> int | None:
        """The next place where the parser can go on, its stack unwound to a state that takes what stands there.

        `depth` blocks are open there that the stack knows nothing of.
        """
        # Each `{` on the stack is closed by the next `}` that does not close one behind the fault.
        open_ = self.stack.open_blocks()
        nothing_open = self.stack.takes(END)
        limit = len(self.stack.states)
        # A declaration ends the formula that a fault is in, and what is open in it.
        around = min((block.height for block in open_ if block.in_formula), default=limit)
        for match in _RESUME.finditer(self.source.text, start):
            kind, word = match.lastgroup, match.group().strip()
            height = 0
            if word == "{":
                depth += 1
            elif word == "}" and depth > 0:
                depth -= 1
            elif word == "}" and open_:
                block = open_.pop()
                if not block.in_formula:
                    height = self.stack.height_for("RBRACE", block.height, limit)
                limit = block.height
            elif kind == "top" or (kind == "alone" and nothing_open):
                height = self.stack.height_for(word.upper(), 0, around)
            elif kind == "inner" and depth == 0 and open_:
                height = self.stack.height_for(word.upper(), open_[0].height, min(limit, around))
            if height:
                self.stack.cut(height)
                self.closed = match.end() if word == "}" and not open_ else -1
                return match.start()
        return None

    def _drop_what_is_open(self) -> None:
        """Keep the declarations before it."""
        while not self.stack.takes(END):
            self.stack.cut(len(self.stack.states) - 1)


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
