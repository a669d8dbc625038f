"""Running an implementation: any program that reads a request a line and answers one a line.

It is never waited for long. Requests are sent ahead, so that neither side waits for the other. Where the program then
crashes, hangs or prints something else, one of several requests is to blame; it is started again and asked those one
by one. Replies behind its last answer count as well, and so does how it ends.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..spec.diagnostics import printable
from .batch import Answer, Batch, Body, Fault, Kind, Reply, Stray, shown
from .process import Process, ending, uninterrupted

LONGEST_LINE = 1 << 16
MOST_STRAY = 1 << 22
"""Bytes of output that are no replies, after which a program is stopped."""

GRACE = 1.0
"""Seconds that a program has to end after its output has."""

TRIED = 2
"""Starts without any reply, after which a program is taken for one that never works."""

_TICK = 0.002


class Limits(msgspec.Struct, frozen=True):
    """Seconds for one reply, and for all; how often the program is started again; how many requests are sent ahead;
    seconds that a program has to end when its input has.
    """

    reply: float = 5.0
    total: float = 600.0
    restarts: int = 10
    ahead: int = 1024
    end: float = 5.0


_DISTURBED = Fault("garbage", "other output may be an answer to what was asked before")


class Program:
    """One implementation under test. Use as a context manager: nothing it started is left running.

    `registers` are what a reply has, by which one without `id` is known. `troubles` are the faults that no request is
    to blame for: such as a crash that does not come again, or an exit code at the end. `seconds` were spent on asking.
    """

    def __init__(self, command: Sequence[str], limits: Limits, registers: frozenset[str] = frozenset()) -> None:
        self.command = list(command)
        self.limits = limits
        self.registers = registers
        self.starts = 0
        self.stray = Stray()
        self.troubles: list[Fault] = []
        # Why it is given up, where it never replied at all.
        self.never: Fault | None = None
        self.replied = False
        self.asked = 0
        self.seconds = 0.0
        self.ends = time.monotonic() + limits.total
        self._process: Process | None = None
        # Faults that are only troubles if none of these requests turns out to be to blame.
        self._open: list[tuple[Fault, list[int]]] = []

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(
        self, bodies: Sequence[Body], *, again: Mapping[int, int] | None = None, last: bool = False
    ) -> list[Answer]:
        """The answers to some requests; `again` has the positions of those that repeat an earlier one of them.

        Where these are the `last`, the input is closed behind them: a program may keep its replies until then.
        Raises Rejected (P510) where the program cannot be started.
        """
        batch = Batch(bodies, self.asked + 1, again)
        self.asked += len(bodies)
        started = time.perf_counter()
        while batch.left:
            if time.monotonic() >= self.ends:
                if batch.all_once:
                    text = f"the {self.limits.total:g} s for all requests were over before some were asked again"
                    self.troubles.append(Fault("not asked", text))
                batch.give_up(f"not asked: the {self.limits.total:g} s for all requests were over")
                break
            if self._process is None:
                if self.starts > self.limits.restarts:
                    most = self.limits.restarts
                    times = "once" if most == 1 else f"{most} times" if most else "not at all"
                    batch.give_up(f"not asked: the program was started again {times}, and that is the limit")
                    break
                with uninterrupted():
                    self._process = Process(self.command)
                self._lines = _Lines(self, self._process)
                self.starts += 1
                batch.send_again()
                if self.starts == TRIED and not self.replied:
                    batch.look_elsewhere()
            fault = self._exchange(self._process, batch, last=last)
            if fault is _DISTURBED:
                self._stop()
            elif fault is not None:
                if self._never_works(fault):
                    self._stop()
                    batch.give_up("not asked: the program never replied")
                    break
                suspects = batch.blame(fault, strayed=self._lines.stray > 0)
                if suspects:
                    text = f"{fault.text}; no request that was asked brings it about again"
                    self._open.append((msgspec.structs.replace(fault, text=text), suspects))
                self._stop()
        if last:
            self._finish(batch)
        self.seconds += time.perf_counter() - started
        self.troubles += [fault for fault, suspects in self._open if not any(map(batch.failed, suspects))]
        self._open = []
        return batch.answers

    def _never_works(self, fault: Fault) -> bool:
        """Whether a program that comes to an end once more is given up: it has replied to nothing, however started."""
        if (
            self.replied
            or fault.kind not in ("crash", "exit", "timeout")
            or self.starts < min(TRIED, self.limits.restarts + 1)
        ):
            return False
        wait = "" if fault.kind != "timeout" else "; --timeout gives it more"
        times = "once" if self.starts == 1 else f"{self.starts} times"
        text = f"{fault.text}, started {times}{wait}"
        self.never = msgspec.structs.replace(fault, text=text)
        self._open = []
        self.troubles.append(self.never)
        return True

    def put_aside(self, fault: Fault, batch: Batch) -> None:
        """A fault is a trouble, unless a request that is on its way turns out to be to blame for it."""
        self._open.append((fault, list(batch.waiting)))

    def finish(self) -> None:
        """Close the input; what is said behind the last answer, and the end, are looked at."""
        self._finish(Batch([], self.asked + 1))
        self.troubles += [fault for fault, _ in self._open]
        self._open = []

    def _stop(self) -> None:
        with uninterrupted():
            if self._process is not None:
                self._process.stop()
                self._process = None

    # ---- one run ----------------------------------------------------------------------------------------

    def _exchange(self, process: Process, batch: Batch, *, last: bool) -> Fault | None:
        """Send and receive until everything is answered (None), or the program is of no more use."""
        progress = time.monotonic()
        while batch.left:
            if not process.outgoing and not process.stdin.closed:
                idle = not batch.waiting
                process.outgoing = memoryview(batch.take(self.limits.ahead))
                if idle:
                    progress = time.monotonic()
                if last and not batch.unsent and not process.outgoing:
                    process.close_stdin()
            if not batch.left:
                break
            if not batch.waiting and not process.outgoing:
                return self._ended(process, "stopped reading its input")
            left, outgoing = batch.left, len(process.outgoing)
            chunk = process.turn(min(progress + self.limits.reply, self.ends) - time.monotonic())
            if chunk is not None:
                fault = self._lines.receive(chunk, batch)
                if fault is not None:
                    return fault
                if batch.left and not chunk:
                    return self._ended(process, "closed its output")
            if batch.left < left or len(process.outgoing) < outgoing:
                progress = time.monotonic()
                continue
            now = time.monotonic()
            if now >= self.ends:
                text = f"no reply before the {self.limits.total:g} s for all were over"
                return Fault("timeout", text, process.said())
            if now - progress >= self.limits.reply:
                deaf = "; it stopped reading its input" if process.deaf else ""
                return Fault("timeout", f"no reply within {self.limits.reply:g} s{deaf}", process.said())
        return None

    def _ended(self, process: Process, how: str) -> Fault:
        """What to say of a program that has ended, or might as well have, before it answered."""
        try:
            code = process.popen.wait(GRACE)
        except subprocess.TimeoutExpired:
            return Fault("exit", f"it {how} before it answered", process.said())
        kind: Kind = "crash" if code else "exit"
        return Fault(kind, f"it {ending(code)} before it answered", process.said())

    def _finish(self, batch: Batch) -> None:
        """Read what is still said when all is answered, until the program ends."""
        process = self._process
        if process is None:
            return
        process.close_stdin()
        fault: Fault | None = None
        ends = min(time.monotonic() + self.limits.end, self.ends)
        code: int | None = None
        while fault is None and (code is None or not process.silent) and (left := ends - time.monotonic()) > 0:
            chunk = process.turn(min(left, _TICK) if process.silent else left)
            if chunk is not None:
                fault = self._lines.receive(chunk, batch)
            if process.silent:
                code = process.popen.poll()
        code = process.popen.poll()
        if fault is None and code is None:
            text = f"it did not end within {self.limits.end:g} s after its input had; end it when that ends"
            if ends == self.ends:
                text = f"it had not ended when the {self.limits.total:g} s for all were over"
            fault = Fault("timeout", text, process.said())
        elif fault is None and not process.silent:
            text = f"it {ending(code or 0)}, and something that it started still held its output"
            fault = Fault("timeout", f"{text} after {self.limits.end:g} s", process.said())
        elif fault is None and code:
            fault = Fault("crash", f"it {ending(code)} after its last reply", process.said())
        if fault is not None:
            self.put_aside(fault, batch)
        self._stop()


class _Lines:
    """The lines that one run of a program prints, and what they are to the requests."""

    def __init__(self, program: Program, process: Process) -> None:
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
            return Fault("flood", f"more than {MOST_STRAY} bytes of output that are no replies", self.process.said())
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
        twice = _twice(line) if line.count(b":") != len(fields) else None
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
        fault = Fault("garbage", f"{why}: {shown(line)}", self.process.said())
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
            return _DISTURBED
        self.clean = False
        batch.put(at, Fault("garbage", f"{why}: {shown(line)}", self.process.said()))
        return None

    def _too_long(self, line: bytes) -> Fault:
        return Fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(line)}", self.process.said())


def _twice(line: bytes) -> str | None:
    """A key that an object has twice, if any."""
    pairs: list[tuple[str, Any]]
    try:
        # Inner objects come first, and the outermost is what is left.
        pairs = json.loads(line, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    keys = [key for key, _ in pairs]
    return next((key for at, key in enumerate(keys) if key in keys[:at]), None)
