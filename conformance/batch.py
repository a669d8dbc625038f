"""Requests on their way to an implementation, and what became of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from ..spec.diagnostics import printable

FaultKind: TypeAlias = Literal["timeout", "crash", "exit", "garbage", "repeated", "flood", "not asked"]
Body: TypeAlias = "dict[str, Any]"
"""The members of a request, as JSON has them, without its `id`."""


class Reply(Struct, frozen=True):
    """What came, as JSON has it."""

    fields: dict[str, Any]


class Fault(Struct, frozen=True):
    """There is no reply, or it cannot be told which it is; `stderr` has the last lines of standard error."""

    kind: FaultKind
    text: str
    stderr: tuple[str, ...] = ()


class Stray(Struct):
    """Lines of output that are no reply to anything, and the first of them."""

    count: int = 0
    first: str = ""


Received: TypeAlias = "Reply | Fault"

NOT_AGAIN = Fault("not asked", "not asked again: there was no reply the first time")


class Batch:
    """Requests, which of them are on their way, and the answers to the others.

    `again` has the positions of those that repeat an earlier one: where that one has no reply, they are not asked.
    """

    def __init__(self, bodies: Sequence[Body], first: int, again: Mapping[int, int] | None = None) -> None:
        self.bodies = bodies
        self.first = first
        self.again = again or {}
        self._answers: list[Received | None] = [None] * len(bodies)
        self.left = len(bodies)
        self.unsent = deque(range(len(bodies)))
        # In the order in which they were sent.
        self.waiting: dict[int, None] = {}
        self.careful: set[int] = set()
        self._silent = True

    @property
    def answers(self) -> list[Received]:
        return [answer for answer in self._answers if answer is not None]

    def take(self, ahead: int) -> bytes:
        """The lines that may be sent now. A program that has not answered yet may do so when its input is over: it is
        sent everything.
        """
        made: list[bytes] = []
        while self.unsent and len(made) < ahead:
            at = self.unsent[0]
            if at in self.again and isinstance(self._answers[self.again[at]], Fault):
                self.unsent.popleft()
                self.put(at, NOT_AGAIN)
                continue
            alone = at in self.careful or next(iter(self.waiting), -1) in self.careful
            if len(self.waiting) >= (1 if alone else ahead) and (alone or not self._silent):
                break
            self.unsent.popleft()
            self.waiting[at] = None
            made.append(msgspec.json.encode({"id": self.first + at, **self.bodies[at]}) + b"\n")
        return b"".join(made)

    def put(self, at: int, answer: Received) -> None:
        if self._answers[at] is None:
            self.left -= 1
        self._answers[at] = answer
        self.waiting.pop(at, None)
        self._silent = self._silent and isinstance(answer, Fault)

    @property
    def all_once(self) -> bool:
        """Whether all that is left repeats another request."""
        return self.again.keys() >= {*self.unsent, *self.waiting}

    def answered(self, at: int) -> bool:
        return self._answers[at] is not None

    def failed(self, at: int) -> bool:
        """Whether it was asked, and has no reply."""
        answer = self._answers[at]
        return isinstance(answer, Fault) and answer.kind != "not asked"

    def send_again(self) -> None:
        self.unsent.extendleft(reversed(self.waiting))
        self.waiting.clear()
        self._silent = True

    def blame(self, fault: Fault, *, strayed: bool) -> list[int]:
        """The program has come to an end: of several requests on their way, each is looked at by itself.

        So is a single one where other output may have been meant as its reply. Gives back those to be looked at.
        """
        suspects = list(self.waiting) or list(self.unsent)[:1]
        if len(suspects) > 1 or (strayed and not self.careful.issuperset(suspects)):
            self.careful.update(suspects)
            return suspects
        for at in suspects:
            if at in self.unsent:
                self.unsent.remove(at)
            self.put(at, fault)
        return []

    def look_elsewhere(self) -> None:
        """Ask one from the middle next: where the first one is to blame, others are answered."""
        first = [at for at in self.unsent if at not in self.again]
        if len(first) > 1:
            middle = first[len(first) // 2]
            self.unsent.remove(middle)
            self.unsent.appendleft(middle)

    def give_up(self, text: str) -> None:
        self.send_again()
        while self.unsent:
            self.put(self.unsent.popleft(), Fault("not asked", text))


def repeated(keys: Sequence[str]) -> str | None:
    """The first of some keys that stands among them twice, if any."""
    return next((key for at, key in enumerate(keys) if key in keys[:at]), None)


def shown(line: bytes) -> str:
    """The beginning of a line of output, so that it can be printed."""
    text = printable(line[:120].decode("utf-8", "replace").strip())
    return f"`{text}{'…' if len(line) > 120 else ''}`"
