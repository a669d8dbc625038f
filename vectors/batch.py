"""Requests on their way to an implementation, and what became of each."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from ..spec.diagnostics import printable

Kind: TypeAlias = Literal["timeout", "crash", "exit", "garbage", "repeated", "flood", "not asked"]


class Reply(Struct, frozen=True):
    """What came, as JSON has it."""

    fields: dict[str, Any]


class Fault(Struct, frozen=True):
    """There is no reply, or it cannot be told which it is; `stderr` has the last lines of standard error."""

    kind: Kind
    text: str
    stderr: tuple[str, ...] = ()


Answer: TypeAlias = "Reply | Fault"


class Batch:
    """Requests, which of them are on their way, and the answers to the others."""

    def __init__(self, bodies: Sequence[bytes], first: int) -> None:
        self.bodies = bodies
        self.first = first
        self._answers: list[Answer | None] = [None] * len(bodies)
        self.left = len(bodies)
        self.unsent = deque(range(len(bodies)))
        # In the order in which they were sent.
        self.waiting: dict[int, None] = {}
        self.careful: set[int] = set()

    @property
    def answers(self) -> list[Answer]:
        return [answer for answer in self._answers if answer is not None]

    def take(self, ahead: int) -> bytes:
        """The lines that may be sent now."""
        made: list[bytes] = []
        while self.unsent:
            at = self.unsent[0]
            alone = at in self.careful or next(iter(self.waiting), -1) in self.careful
            if len(self.waiting) >= (1 if alone else ahead):
                break
            self.unsent.popleft()
            self.waiting[at] = None
            made.append(b'{"id":%d,%s}\n' % (self.first + at, self.bodies[at]))
        return b"".join(made)

    def put(self, at: int, answer: Answer) -> None:
        if self._answers[at] is None:
            self.left -= 1
        self._answers[at] = answer
        self.waiting.pop(at, None)

    def answered(self, at: int) -> bool:
        return self._answers[at] is not None

    def send_again(self) -> None:
        self.unsent.extendleft(reversed(self.waiting))
        self.waiting.clear()

    def blame(self, fault: Fault, *, strayed: bool) -> None:
        """The program has come to an end: of several requests on their way, each is looked at by itself.

        So is a single one where other output may have been meant as its reply.
        """
        suspects = list(self.waiting) or list(self.unsent)[:1]
        if len(suspects) > 1 or (strayed and not self.careful.issuperset(suspects)):
            self.careful.update(suspects)
        else:
            for at in suspects:
                if at in self.unsent:
                    self.unsent.remove(at)
                self.put(at, fault)

    def give_up(self, text: str) -> None:
        self.send_again()
        while self.unsent:
            self.put(self.unsent.popleft(), Fault("not asked", text))


def shown(line: bytes) -> str:
    """The beginning of a line of output, so that it can be printed."""
    text = printable(line[:120].decode("utf-8", "replace").strip())
    return f"`{text}{'…' if len(line) > 120 else ''}`"
