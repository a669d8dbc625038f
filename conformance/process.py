"""A program with its three pipes: it is not waited for longer than was allowed, and nothing of it is left running."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from ..spec.diagnostics import Diagnostic, Rejected, printable
from ..spec.files import reason
from .batch import Fault, FaultKind

GRACE = 1.0
"""Seconds that a program has to end after its output has."""

MOST_STDERR = 4096
CHUNK = 1 << 16
LONGEST_WAIT = 3600.0
"""Seconds that the system is asked to wait at once."""


class Process:
    """One run of a program. Raises Rejected (P510) where it cannot be started."""

    def __init__(self, command: Sequence[str]) -> None:
        if not command[0]:
            raise Rejected(Diagnostic("P510", "the program behind `--` has no name", "write its path: -- ./adapter"))
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
            message = f"`{printable(command[0])[:200]}` cannot be started: {reason(error)}"
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
        self.errors = b""
        # Whether standard output has come to its end, and whether nothing is read from standard input any more.
        self.silent = False
        self.deaf = False

    def turn(self, patience: float) -> bytes | None:
        """Write and read what can be, after so many seconds at most: output, b"" where that ends, None for none."""
        self._want_to_write(bool(self.outgoing))
        ready = [key.fileobj for key, _ in self.selector.select(min(max(0.0, patience), LONGEST_WAIT))]
        if self.stdin in ready:
            self._write()
        if self.stderr in ready:
            self._read_stderr()
        if self.stdout not in ready:
            return None
        chunk = self._read(self.stdout.fileno())
        if chunk == b"":
            self.silent = True
            self.selector.unregister(self.stdout)
        return chunk

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
            # What it has read it may still answer.
            self.deaf = True
            self.close_stdin()

    def close_stdin(self) -> None:
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

    def fault(self, kind: FaultKind, text: str) -> Fault:
        """What went wrong, with the last lines of its standard error."""
        chunk = self._read(self.stderr.fileno())
        while chunk and len(self.errors) < 64 * MOST_STDERR:
            self.errors += chunk
            chunk = self._read(self.stderr.fileno())
        lines = self.errors[-MOST_STDERR:].decode("utf-8", "replace").splitlines()
        return Fault(kind, text, tuple(printable(line)[:200] for line in lines if line.strip())[-5:])

    def ended(self, how: str, when: str) -> Fault:
        """What to say of a program that has ended; `how` is what it did, where it has not. `when` that was."""
        try:
            code = self.popen.wait(GRACE)
        except subprocess.TimeoutExpired:
            return self.fault("exit", f"it {how} {when}")
        return self.fault("crash" if code else "exit", f"it {ending(code)} {when}")

    def stop(self) -> None:
        """End it and all that it started, at once."""
        self.close_stdin()
        # By its session: a shell gives some of its processes groups of their own.
        for pid in [pid for pid, _, session in _running() if session == self.popen.pid]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.selector.close()
        self.stdout.close()
        self.stderr.close()


def ending(code: int) -> str:
    """How a program ended, by its exit code."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by signal {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def stop_children() -> None:
    """End what this process started, with all that that started: for a process that ends without cleaning up."""
    running = list(_running())
    children = {pid for pid, parent, _ in running if parent == os.getpid()}
    for pid, _, session in running:
        if pid in children or session in children:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def _running() -> Iterator[tuple[int, int, int]]:
    """Each process with its parent and its session, where the system lists them."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, parent, _, session, *_ = entry.read_bytes().rpartition(b")")[2].split()
        except (OSError, ValueError):
            continue
        yield int(entry.parent.name), int(parent), int(session)


@contextlib.contextmanager
def uninterrupted() -> Generator[None]:
    """Ctrl-C takes effect behind this: no program is started and not known of, none stopped by half."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came and callable(before):
            before(signal.SIGINT, None)
