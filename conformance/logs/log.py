"""What a log has in it: lines, what they say, and what was seen in each boot."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from ...model.instance import Value
from .begins import Begins
from .lines import cleaned
from .table import Message
from .words import Exchange

SHOWN = 200
KEPT_SHORT = 2 * SHOWN
_MOST_UNREAD = 5
_MOST_COMMANDS = 20
_REST = "others"


SegmentKey: TypeAlias = "tuple[str, tuple[Value, ...] | None, frozenset[Exchange]]"


class Line(Struct, frozen=True, gc=False):
    """A line of the log, or two that belong together; its number counts from 1. Of a long one, a part is kept."""

    number: int
    raw: bytes
    more_before: bool = False

    @property
    def text(self) -> str:
        """The line as it can be shown: what would upset a terminal is written by its number."""
        text = cleaned(self.raw).encode("latin-1").decode("utf-8", "backslashreplace").strip().expandtabs(1)
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
        return f"{'…' if self.more_before else ''}{shown[:SHOWN]}{'…' if len(shown) > SHOWN else ''}"


def excerpt(number: int, raw: bytes, begins: Begins) -> Line:
    """A line as it is kept: of a long one, the part that counts."""
    if len(raw) <= KEPT_SHORT:
        return Line(number, raw)
    start = max(begins.find(raw, begins.ways), 0)
    return Line(number, raw[start:][:KEPT_SHORT], start > 0)


class CountedExchange(Struct, gc=False):
    """What some lines say, the first of them, and how many they are.

    `other` is the other side's line of the first exchange, where both printed one. `message` is the program's message
    that says it, of which `follows` are the inputs and outputs that it does not show.
    """

    exchange: Exchange
    first: Line
    count: int = 1
    other: Line | None = None
    message: Message | None = None
    follows: frozenset[str] = frozenset()


class BootSegment(Struct):
    """What was seen of one configuration: in one boot, or in lines that say what the configuration is.

    `times` counts the boots in which the same was seen; `boot`, counted from 1, and its first line are of the first.
    `rmm` is what the lines of this RMM begin with, where several were told apart.
    """

    boot: int
    begins: int
    declared: tuple[Value, ...] | None
    exchanges: list[CountedExchange]
    times: int = 1
    rmm: str = ""

    @property
    def lines(self) -> int:
        return sum(one.count for one in self.exchanges)


def add_segment(segments: dict[SegmentKey, BootSegment], segment: BootSegment) -> None:
    """Boots in which the same was seen are kept once: their number does not count either."""
    key = (segment.rmm, segment.declared, frozenset(one.exchange for one in segment.exchanges))
    same = segments.setdefault(key, segment)
    if same is not segment:
        same.times += 1
        counts = {one.exchange: one.count for one in segment.exchanges}
        for one in same.exchanges:
            one.count += counts[one.exchange]


class UnreadLine(Struct, frozen=True):
    """A line that looks like a version line and cannot be read."""

    line: Line
    why: str


class SeenMessage(Struct):
    """A message that was seen: its first line, and how often."""

    message: Message
    first: Line
    count: int = 1


class Log(Struct):
    """What a whole log has in it. `others` counts version lines of other interfaces, by their command.

    `joined` counts the lines of a caller that speak of an exchange that its RMM's line shows, too. `unjudged` are the
    messages from which nothing follows, and `lints` those that call things what they are not.
    """

    segments: list[BootSegment]
    lines: int = 0
    boots: int = 0
    others: dict[str, int] = {}
    unread: int = 0
    first_unread: list[UnreadLine] = []
    cut: Line | None = None
    joined: int = 0
    unjudged: list[SeenMessage] = []
    lints: list[SeenMessage] = []

    @property
    def judged(self) -> int:
        return sum(segment.lines for segment in self.segments)

    def other(self, command: str) -> None:
        """A line of another interface's command."""
        name = command if command in self.others or len(self.others) < _MOST_COMMANDS else _REST
        self.others[name] = self.others.get(name, 0) + 1

    def cannot_read(self, line: Line, why: str) -> None:
        """A line that names the command, and is not understood."""
        self.unread += 1
        if len(self.first_unread) < _MOST_UNREAD:
            self.first_unread.append(UnreadLine(line, why))


def seen(messages: list[SeenMessage], message: Message, line: Line) -> SeenMessage:
    """One more of a message; they are as few as the table has."""
    for one in messages:
        if one.message is message:
            one.count += 1
            return one
    messages.append(SeenMessage(message, line))
    return messages[-1]
