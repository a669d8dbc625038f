"""The lines that one run of a program prints, and what they are to the requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import msgspec

from ..spec.diagnostics import printable
from .batch import Fault, Reply, repeated, shown

if TYPE_CHECKING:
    from .batch import Batch, Body
    from .process import Process
    from .run import Implementation

LONGEST_LINE = 1 << 16
MOST_STRAY = 1 << 22
"""Bytes of output that are no replies, after which a program is stopped."""

DISTURBED = Fault("garbage", "other output may be an answer to what was asked before")


class OutputLines:
    """Takes the output of one run, and puts each reply to its request."""

    def __init__(self, program: Implementation, process: Process) -> None:
        self.program = program
        self.process = process
        self.incoming = b""
        self.stray = 0
        # Whether the last line was a reply: what comes next then belongs to the next request.
        self.clean = True
        self.decode = msgspec.json.Decoder(dict[str, Any]).decode

    def receive(self, chunk: bytes, batch: Batch) -> Fault | None:
        """Take a part of the output; where it is empty, the last line is over as well."""
        *lines, self.incoming = (self.incoming + (chunk or b"\n")).split(b"\n")
        for line in lines:
            fault = self._line(line, batch) if len(line) <= LONGEST_LINE else self._too_long(line)
            if fault is not None:
                return fault
        if len(self.incoming) > LONGEST_LINE:
            return self._too_long(self.incoming)
        if self.stray > MOST_STRAY:
            return self.process.fault("flood", f"more than {MOST_STRAY} bytes of output that are no replies")
        return None

    def _line(self, line: bytes, batch: Batch) -> Fault | None:
        try:
            fields = self.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return self._astray(line, "this is no reply", batch) if line.strip() else None
        if "id" not in fields:
            if self.program.registers.isdisjoint(fields):
                return self._astray(line, "this is no reply", batch)
            return self._nameless(line, "this reply has no `id`; copy that of its request into it", batch)
        number = fields["id"]
        twice = twice_in(line) if line.count(b":") != len(fields) else None
        if twice == "id":
            return self._nameless(line, "this reply has `id` twice", batch)
        at = number - batch.first if type(number) is int else -1
        if at in batch.waiting:
            self.clean = True
            self.program.replied = True
            text = f"this reply has `{printable(twice or '')[:40]}` twice: {shown(line)}"
            batch.put(at, Reply(fields) if twice is None else Fault("garbage", text))
        elif 0 <= at < len(batch.bodies) and batch.answered(at):
            batch.put(at, Fault("repeated", f"answered twice: {shown(line)}"))
            self.stray += len(line)
        elif type(number) is int and 0 < number < batch.first:
            self._aside(line, Fault("repeated", f"answered twice: {shown(line)}"), batch)
        else:
            why = "nothing with this id was asked"
            if type(number) is int or not self.program.registers.isdisjoint(fields):
                self._aside(line, Fault("garbage", f"{why}: {shown(line)}"), batch)
            return self._astray(line, why, batch)
        return None

    def _aside(self, line: bytes, fault: Fault, batch: Batch) -> None:
        self.program.replied = True
        self.stray += len(line)
        self.program.put_aside(fault, batch)

    def _nameless(self, line: bytes, why: str, batch: Batch) -> Fault | None:
        """A reply without an `id` to go by. Asked by itself, a request has it for an answer; of several, any may."""
        self.stray += len(line)
        self.program.replied = True
        fault = self.process.fault("garbage", f"{why}: {shown(line)}")
        if not batch.waiting:
            self.program.put_aside(fault, batch)
            return None
        at, *others = batch.waiting
        if others or (at not in batch.careful and len(batch.bodies) > 1):
            return fault
        batch.put(at, fault)
        return None

    def _astray(self, line: bytes, why: str, batch: Batch) -> Fault | None:
        """A line that is no reply. Asked by itself, a request has it for an answer; of several it may be any one's.

        Where it cannot be told whether it belongs to a request before, a new start will show.
        """
        self.stray += len(line) + 1
        stray = self.program.stray
        stray.count += 1
        stray.first = stray.first or shown(line)
        if len(batch.waiting) != 1:
            return None
        (at,) = batch.waiting
        if at not in batch.careful and len(batch.bodies) > 1:
            return None
        if not self.clean:
            return DISTURBED
        self.clean = False
        batch.put(at, self.process.fault("garbage", f"{why}: {shown(line)}"))
        return None

    def _too_long(self, line: bytes) -> Fault:
        return self.process.fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(line)}")


def twice_in(line: bytes) -> str | None:
    """A key that an object has twice, if any."""
    pairs: list[tuple[str, Any]]
    try:
        # Inner objects come first, and the outermost is what is left.
        pairs = json.loads(line, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    return repeated([key for key, _ in pairs])


def object_in(line: bytes) -> Body | str:
    """The members of a line of JSON; where it is no object, or not one way to read, why, in a sentence."""
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return "this is no JSON; write one object a line, and what is for people to standard error"
    if not isinstance(fields, dict):
        return "this is JSON, and no object; write one object a line"
    made = cast("Body", fields)
    twice = twice_in(line) if line.count(b":") != len(made) else None
    return made if twice is None else f"`{printable(twice)[:40]}` stands twice"
