"""Running an implementation: any program that reads a request a line and answers one a line.

It is never waited for long. Requests are sent ahead, so that neither side waits for the other. Where the program then
crashes, hangs or prints something else, one of several requests is to blame; it is started again and asked those one
by one. Replies behind its last answer count as well, and so does how it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from math import isfinite

import msgspec

from ..spec.diagnostics import Diagnostic, Rejected
from .batch import Batch, Body, Fault, Received, Stray
from .output import DISTURBED, OutputLines
from .process import Process, ending, uninterrupted

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

    def need_seconds(self) -> None:
        """Raises Rejected where a limit is no number of seconds."""
        for name, value in (("--timeout", self.reply), ("--time-limit", self.total)):
            if not isfinite(value):
                message = f"{name} {value}: that is no number of seconds"
                raise Rejected(Diagnostic("P504", message, "write --timeout 5 or --time-limit 600"))


class Implementation:
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

    def __enter__(self) -> Implementation:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(
        self, bodies: Sequence[Body], *, again: Mapping[int, int] | None = None, last: bool = False
    ) -> list[Received]:
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
                self._lines = OutputLines(self, self._process)
                self.starts += 1
                batch.send_again()
                if self.starts == TRIED and not self.replied:
                    batch.look_elsewhere()
            fault = self._exchange(self._process, batch, last=last)
            if fault is DISTURBED:
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
                return process.ended("stopped reading its input", "before it answered")
            left, outgoing = batch.left, len(process.outgoing)
            chunk = process.turn(min(progress + self.limits.reply, self.ends) - time.monotonic())
            if chunk is not None:
                fault = self._lines.receive(chunk, batch)
                if fault is not None:
                    return fault
                if batch.left and not chunk:
                    return process.ended("closed its output", "before it answered")
            if batch.left < left or len(process.outgoing) < outgoing:
                progress = time.monotonic()
                continue
            now = time.monotonic()
            if now >= self.ends:
                text = f"no reply before the {self.limits.total:g} s for all were over"
                return process.fault("timeout", text)
            if now - progress >= self.limits.reply:
                deaf = "; it stopped reading its input" if process.deaf else ""
                return process.fault("timeout", f"no reply within {self.limits.reply:g} s{deaf}")
        return None

    def _finish(self, batch: Batch) -> None:
        """Read what is still said when all is answered, until the program ends."""
        process = self._process
        if process is None:
            return
        fault = finished(process, self.limits, self.ends, lambda chunk: self._lines.receive(chunk, batch), "reply")
        if fault is not None:
            self.put_aside(fault, batch)
        self._stop()


def finished(
    process: Process, limits: Limits, ends: float, take: Callable[[bytes], Fault | None], last: str
) -> Fault | None:
    """Close the input, and read what is still said until the program ends; what is wrong about that, if anything.

    `take` is given the output, and says what is wrong with it; `last` is what the program did last.
    """
    process.close_stdin()
    fault: Fault | None = None
    before = min(time.monotonic() + limits.end, ends)
    code: int | None = None
    while fault is None and (code is None or not process.silent) and (left := before - time.monotonic()) > 0:
        chunk = process.turn(min(left, _TICK) if process.silent else left)
        if chunk is not None:
            fault = take(chunk)
        if process.silent:
            code = process.popen.poll()
    code = process.popen.poll()
    if fault is None and code is None:
        text = f"it did not end within {limits.end:g} s after its input had; end it when that ends"
        if before == ends:
            text = f"it had not ended when the {limits.total:g} s for all were over"
        fault = process.fault("timeout", text)
    elif fault is None and not process.silent:
        text = f"it {ending(code or 0)}, and something that it started still held its output"
        fault = process.fault("timeout", f"{text} after {limits.end:g} s")
    elif fault is None and code:
        fault = process.fault("crash", f"it {ending(code)} after its last {last}")
    return fault
