"""What a program was seen to do, by what it was answered: what it does again need not be run again.

A program that asks the same where it is told and answered the same is known by its runs: each is a path of requests and
replies with an end. Whoever answers as in a run before gets that run's end.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from .batch import Body
from .fields import pairs
from .suite_program import Answer, Ended, Run

Path: TypeAlias = "tuple[bytes, ...]"
"""The replies by which a point that no run came to is reached."""


class _Node(msgspec.Struct):
    """Where a program is: it asks a `request` next (None of a line that is none), or has `ended`."""

    seen: bool = False
    request: Body | None = None
    error: Body | None = None
    ended: Ended | None = None
    next: dict[bytes, _Node] = {}


class Behaviour:
    """The runs of one program so far; `differs` says what it did not do again, in two sentences."""

    def __init__(self) -> None:
        self.differs: tuple[str, str] | None = None
        self._roots: dict[int, _Node] = {}

    @property
    def steady(self) -> bool:
        """Whether it always did the same where it was answered the same."""
        return self.differs is None

    def follow(self, start: int, answer: Answer) -> Ended | Path:
        """How the program comes out where it is answered so, or how far that is known."""
        node, path = self._roots.setdefault(start, _Node()), list[bytes]()
        while node.seen:
            if node.ended is not None:
                return node.ended
            reply = _key(answer(node.request) if node.request is not None else node.error or {})
            path.append(reply)
            node = node.next.setdefault(reply, _Node())
        return tuple(path)

    def add(self, start: int, run: Run) -> None:
        """One more run."""
        node = self._roots.setdefault(start, _Node())
        for asked in run.asked:
            error = asked.reply if asked.request is None else None
            if not node.seen:
                node.seen, node.request, node.error = True, asked.request, error
            elif node.ended is not None or (node.request, node.error) != (asked.request, error):
                before = _asks(node.request) if node.ended is None else node.ended.text
                self.differs = before, _asks(asked.request)
                return
            node = node.next.setdefault(_key(asked.reply), _Node())
        if not node.seen:
            node.seen, node.ended = True, run.ended
        elif node.ended is None or node.ended.passed != run.ended.passed:
            self.differs = _asks(node.request) if node.ended is None else node.ended.text, run.ended.text


def _asks(request: Body | None) -> str:
    return "it says something that is no request" if request is None else f"it asks {pairs(request)}"


def _key(reply: Body) -> bytes:
    return msgspec.json.encode(reply, order="sorted")
