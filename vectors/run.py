"""Running an implementation: any program that reads a request a line and answers one a line.

It is never waited for long. Requests are sent ahead, so that neither side waits for the other. Where the program then
crashes, hangs or prints something else, one of several requests is to blame; it is started again and asked those one
by one.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from ..spec.diagnostics import Diagnostic, Rejected, printable
from .batch import Answer, Batch, Fault, Kind, Reply, shown

LONGEST_LINE = 1 << 16
MOST_STRAY = 1 << 22
"""Bytes of output that are no replies, after which a program is stopped."""

MOST_STDERR = 4096
CHUNK = 1 << 16
GRACE = 1.0
"""Seconds that a program has to end after its input or its output has."""


class Limits(msgspec.Struct, frozen=True):
    """Seconds for one reply and for all; how often the program is started again; how many requests are sent ahead."""

    reply: float = 5.0
    total: float = 600.0
    restarts: int = 10
    ahead: int = 1024


_DISTURBED = Fault("garbage", "other output may be an answer to what was asked before")


class Stray(msgspec.Struct):
    """Lines of output that are no reply to anything, and the first of them."""

    count: int = 0
    first: str = ""


class Program:
    """One implementation under test. Use as a context manager: nothing it started is left running."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.command = list(command)
        self.limits = limits
        self.starts = 0
        self.stray = Stray()
        self.asked = 0
        self.ends = time.monotonic() + limits.total
        self._process: _Process | None = None

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, bodies: Sequence[bytes], *, last: bool = False) -> list[Answer]:
        """The answers to some requests, given as the members of a JSON object.

        Where these are the `last`, the input is closed behind them: a program may keep its replies until then.
        Raises Rejected (P510) where the program cannot be started.
        """
        batch = Batch(bodies, self.asked + 1)
        self.asked += len(bodies)
        while batch.left:
            if time.monotonic() >= self.ends:
                batch.give_up(f"not asked: the {self.limits.total:g} s for all requests were over")
                break
            if self._process is None:
                if self.starts > self.limits.restarts:
                    times = "once" if self.starts == 1 else f"{self.starts} times"
                    batch.give_up(f"not asked: the program had been started {times}")
                    break
                self._process = _Process(self.command)
                self.starts += 1
                batch.send_again()
            fault = self._process.exchange(batch, self, last=last)
            if fault is _DISTURBED:
                self._stop()
            elif fault is not None:
                batch.blame(fault, strayed=self._process.stray > 0)
                self._stop()
        if last:
            self._stop(polite=True)
        return batch.answers

    def _stop(self, *, polite: bool = False) -> None:
        if self._process is not None:
            self._process.stop(polite=polite)
            self._process = None


class _Process:
    """One run of the program."""

    def __init__(self, command: list[str]) -> None:
        try:
            # A session of its own: what the program starts in its turn is stopped with it.
            self.popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"`{printable(command[0])[:200]}` cannot be started: {reason}"
            help_ = "give a program and its arguments behind `--`; a path needs a slash, a script its interpreter"
            raise Rejected(Diagnostic("P510", message, help_)) from None
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        assert self.popen.stderr is not None
        self.stdin, self.stdout, self.stderr = self.popen.stdin, self.popen.stdout, self.popen.stderr
        self.selector = selectors.DefaultSelector()
        for stream in (self.stdin, self.stdout, self.stderr):
            os.set_blocking(stream.fileno(), False)
        self.selector.register(self.stdout, selectors.EVENT_READ)
        self.selector.register(self.stderr, selectors.EVENT_READ)
        self.writing = False
        self.outgoing = memoryview(b"")
        self.incoming = b""
        self.errors = b""
        self.stray = 0
        # Whether the last line was a reply: what comes next then belongs to the next request.
        self.clean = True
        self.decode = msgspec.json.Decoder(dict[str, Any]).decode

    def exchange(self, batch: Batch, program: Program, *, last: bool) -> Fault | None:
        """Send and receive until everything is answered (None), or the program is of no more use."""
        progress = time.monotonic()
        while batch.left:
            if not self.outgoing and not self.stdin.closed:
                idle = not batch.waiting
                self.outgoing = memoryview(batch.take(program.limits.ahead))
                if idle:
                    progress = time.monotonic()
                if last and not batch.unsent and not self.outgoing:
                    self._close_stdin()
            if not batch.waiting and not self.outgoing:
                return self._ended("stopped reading its input")
            self._want_to_write(bool(self.outgoing))
            now = time.monotonic()
            patience = max(0.0, min(progress + program.limits.reply, program.ends) - now)
            ready = self.selector.select(patience)
            if any(key.fileobj is self.stdin for key, _ in ready):
                self._write()
            if any(key.fileobj is self.stderr for key, _ in ready):
                self._read_stderr()
            if any(key.fileobj is self.stdout for key, _ in ready):
                left = batch.left
                chunk = self._read(self.stdout.fileno())
                if chunk == b"":
                    return self._ended("closed its output")
                fault = self._receive(chunk or b"", batch, program.stray)
                if fault is not None:
                    return fault
                if batch.left < left:
                    progress = time.monotonic()
                    continue
            now = time.monotonic()
            if now >= program.ends:
                return Fault(
                    "timeout", f"no reply before the {program.limits.total:g} s for all were over", self._said()
                )
            if now - progress >= program.limits.reply:
                return Fault("timeout", f"no reply within {program.limits.reply:g} s", self._said())
        return None

    def _want_to_write(self, wanted: bool) -> None:
        if wanted != self.writing and not self.stdin.closed:
            self.writing = wanted
            if wanted:
                self.selector.register(self.stdin, selectors.EVENT_WRITE)
            else:
                self.selector.unregister(self.stdin)

    def _write(self) -> None:
        try:
            self.outgoing = self.outgoing[os.write(self.stdin.fileno(), self.outgoing) :]
        except BlockingIOError:
            pass
        except OSError:
            # It no longer reads; what it has read it may still answer.
            self._close_stdin()

    def _close_stdin(self) -> None:
        self._want_to_write(False)
        self.outgoing = memoryview(b"")
        with contextlib.suppress(OSError):
            self.stdin.close()

    def _read(self, handle: int) -> bytes | None:
        try:
            return os.read(handle, CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _read_stderr(self) -> None:
        chunk = self._read(self.stderr.fileno())
        if chunk == b"":
            self.selector.unregister(self.stderr)
        self.errors = (self.errors + (chunk or b""))[-MOST_STDERR:]

    def _receive(self, chunk: bytes, batch: Batch, stray: Stray) -> Fault | None:
        *lines, self.incoming = (self.incoming + chunk).split(b"\n")
        first, size = batch.first, len(batch.bodies)
        for line in lines:
            if len(line) > LONGEST_LINE:
                return self._too_long(line)
            try:
                fields = self.decode(line)
                number = fields["id"]
            except (msgspec.DecodeError, KeyError, RecursionError, UnicodeDecodeError):
                if line.strip() and self._astray(line, "this is no reply", batch, stray):
                    return _DISTURBED
                continue
            at = number - first if type(number) is int else -1
            if at in batch.waiting:
                batch.put(at, Reply(fields))
                self.clean = True
            elif 0 <= at < size and batch.answered(at):
                batch.put(at, Fault("repeated", f"answered twice: {shown(line)}"))
                self.stray += len(line)
            elif self._astray(line, "nothing with this id was asked", batch, stray):
                return _DISTURBED
        if len(self.incoming) > LONGEST_LINE:
            return self._too_long(self.incoming)
        if self.stray > MOST_STRAY:
            return Fault("flood", f"more than {MOST_STRAY} bytes of output that are no replies", self._said())
        return None

    def _astray(self, line: bytes, why: str, batch: Batch, stray: Stray) -> bool:
        """A line that is no reply. Asked by itself, a request has it for an answer; of several it may be any one's.

        True where it cannot be told whether it belongs to a request before: a new start will show.
        """
        self.stray += len(line) + 1
        stray.count += 1
        stray.first = stray.first or shown(line)
        if len(batch.waiting) != 1:
            return False
        (at,) = batch.waiting
        if at not in batch.careful and len(batch.bodies) > 1:
            return False
        if not self.clean:
            return True
        self.clean = False
        batch.put(at, Fault("garbage", f"{why}: {shown(line)}", self._said()))
        return False

    def _too_long(self, line: bytes) -> Fault:
        return Fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(line)}", self._said())

    def _ended(self, how: str) -> Fault:
        """What to say of a program that has ended, or might as well have."""
        try:
            code = self.popen.wait(GRACE)
        except subprocess.TimeoutExpired:
            return Fault("exit", f"it {how} before it answered", self._said())
        if code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = str(-code)
            return Fault("crash", f"it was killed by signal {name} before it answered", self._said())
        kind: Kind = "crash" if code else "exit"
        return Fault(kind, f"it ended with exit code {code} before it answered", self._said())

    def _said(self) -> tuple[str, ...]:
        """The last lines of its standard error."""
        chunk = self._read(self.stderr.fileno())
        while chunk and len(self.errors) < 64 * MOST_STDERR:
            self.errors += chunk
            chunk = self._read(self.stderr.fileno())
        lines = self.errors[-MOST_STDERR:].decode("utf-8", "replace").splitlines()
        return tuple(printable(line)[:200] for line in lines if line.strip())[-5:]

    def stop(self, *, polite: bool) -> None:
        """End it and all that it started; a polite end leaves it the time to end by itself."""
        self._close_stdin()
        if polite:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(GRACE)
        with contextlib.suppress(OSError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.selector.close()
        self.stdout.close()
        self.stderr.close()
