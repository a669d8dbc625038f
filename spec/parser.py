"""Text to tree, with every syntax error of the text.

After an error the parser goes on at the next word that starts a declaration, or at the end of the block.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from msgspec import Struct, field

from .diagnostics import Diagnostic, Related
from .machine import MOST_STATES, Machine
from .nesting import formulas, too_deep
from .source import Source, Span
from .syntax import Declaration, File, Use
from .tables import END
from .tokens import Token, scan

MOST_ERRORS = 50
"""Syntax errors reported for one file; beyond that they say nothing new."""

_TOP = r"(?:use|interface|policy|host|session|scenario)\b"
_INNER = (
    r"(?:define|config|input|output|assume|invariant|property|case|expect|ensure"
    r"|knows|start|on|otherwise|given|then)\b"
)
MOST_LETTERS = 100
"""Letters of a name: reports show names whole."""

_LONG = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{{MOST_LETTERS}}}")

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

_TOO_DEEP = ("P103", "this formula is nested too deeply", "give parts of it names with `define`")


def parse(source: Source) -> tuple[File, list[Diagnostic]]:
    """The tree of a text and its syntax errors, in their order.

    What an error cost us is missing from the tree; the names of its declarations are in `damaged`.
    """
    parser = _Parser(source, Machine(source.text))
    sound: list[Declaration] = []
    for declaration in parser.run():
        deep = list(too_deep(formulas(declaration)))
        parser.problems += [Diagnostic(*_TOO_DEEP, source, span) for span in deep]
        if not deep or isinstance(declaration, Use):
            sound.append(declaration)
        else:
            parser.damaged.add(declaration.name.id)
    told = {problem.span for problem in parser.problems}
    for token in _long_names(source.text):
        if token.span in told:
            continue
        message = f"this name has {len(token.text)} letters, and a name has {MOST_LETTERS} at most"
        parser.problems.append(Diagnostic("P107", message, "choose a shorter name", source, token.span))
        parser.damaged.add(token.text)
    problems = sorted(parser.problems, key=lambda problem: problem.span)
    return File(source, tuple(sound), frozenset(parser.damaged), parser.nameless), problems


def _long_names(text: str) -> list[Token]:
    """Each name that is too long, where it stands first; that of a file is none, and is looked for."""
    found: dict[str, Token] = {}
    before = ""
    for token in scan(text) if _LONG.search(text) else ():
        if token.type in ("NAME", "FIELD") and before != "USE" and len(token.text) > MOST_LETTERS:
            found.setdefault(token.text, token)
        before = token.type
    return list(found.values())[:MOST_ERRORS]


class _Parser(Struct):
    """One text being parsed: what is wrong with it so far, and which declarations that costs us.

    `closed` is where the last fault's block ended, if reading went on there, else -1. `taken` are words of the language
    that were used as names: that they are used again where such a name would stand is not news.
    """

    source: Source
    machine: Machine
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
            token = self.machine.advance(at)
            if token is None:
                return self.machine.values[0]
            last, at = token.span.start, self._recover(token, last)
        self._drop_what_is_open()
        self.machine.advance(len(self.source.text))
        return self.machine.values[0]

    def _recover(self, token: Token, last: int) -> int | None:
        """Report the token that does not fit; where to go on, None where nothing more can be read."""
        offset = token.span.start
        accepted = self.machine.accepted()
        skip = 0
        if len(self.machine.states) > MOST_STATES:
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
        height = len(self.machine.states) - self.machine.open_docs()
        for times in (1, 2) if word else ():
            if self.machine.takes(*["RBRACE"] * times, word.upper(), height=height):
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
        read = [value.text for value in self.machine.values[-3:] if isinstance(value, Token)]
        return not self.taken.isdisjoint([token.text, *read])

    def _left_over(self, offset: int) -> bool:
        """Whether a fault is that a block ended too early, which was reported inside it."""
        text = self.source.text
        return self.closed >= 0 and not self.machine.open_blocks() and not text[self.closed : offset].strip()

    def _mark_damaged(self, token: Token, accepted: set[str]) -> None:
        """The declaration that the fault is in: the last top-level one, and every inner name up to it."""
        offset = token.span.start
        if self.machine.drop_use(offset):
            self.nameless = True
        if token.type == "NAME":
            self.damaged.add(token.text)
            named = _NAMED.match(self.source.text, token.span.end) if "POLICY" in accepted else None
            if named:
                # A word that declares nothing here, such as `Interface`, was meant to declare what is behind it.
                self.damaged.add(named.group(1))
        elif accepted == {"NAME"} and not self.machine.open_blocks():
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
        blocks = self.machine.open_blocks()
        before = len(blocks)
        values = self.machine.values
        kinds = [value.type if isinstance(value, Token) else "" for value in values]
        # The heads of the blocks around it have such words, too, and the guard of a rule.
        inside = max((block.height for block in blocks if not block.in_formula), default=0)
        if "ARROW" in kinds:
            inside = kinds.index("ARROW")
        first = next(n for n in range(inside, len(kinds)) if kinds[n] in _LEADS)
        span = Span(values[first + 1].span.start, token.span.end)
        self.problems.append(Diagnostic(*_TOO_DEEP, self.source, span))
        self.machine.cut(first + 2)
        return before - len(self.machine.open_blocks())

    def _resume(self, start: int, depth: int) -> int | None:
        """The next place where the parser can go on, its stack unwound to a state that takes what stands there.

        `depth` blocks are open there that the stack knows nothing of.
        """
        # Each `{` on the stack is closed by the next `}` that does not close one behind the fault.
        open_ = self.machine.open_blocks()
        nothing_open = self.machine.takes(END)
        limit = len(self.machine.states)
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
                    height = self.machine.height_for("RBRACE", block.height, limit)
                limit = block.height
            elif kind == "top" or (kind == "alone" and nothing_open):
                height = self.machine.height_for(word.upper(), 0, around)
            elif kind == "inner" and depth == 0 and open_:
                height = self.machine.height_for(word.upper(), open_[0].height, min(limit, around))
            if height:
                self.machine.cut(height)
                self.closed = match.end() if word == "}" and not open_ else -1
                return match.start()
        return None

    def _drop_what_is_open(self) -> None:
        """Keep the declarations before it."""
        while not self.machine.takes(END):
            self.machine.cut(len(self.machine.states) - 1)


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
