"""Test programs: one talks to an RMM on its standard input and output, and says whether it passes.

It is told where it begins, `{"start": 1, "supported": ["1.0"]}`, asks a request a line and gets a reply a line. It says
how it came out by its exit code, or by a line `{"pass": true}` or `{"fail": "why"}`. It is never waited for long.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Literal, TypeAlias

import msgspec

from ..spec.diagnostics import printable
from .batch import Body, shown
from .fields import short_field
from .output import object_in
from .process import Process, ending

LONGEST_LINE = 1 << 16
MOST_REQUESTS = 10_000
"""So many requests in one run; a program that asks more does not end."""

_TICK = 0.1
"""Seconds after which it is looked at whether a program has ended whose output something else holds open."""

How: TypeAlias = Literal["passed", "failed", "crash", "timeout", "flood"]
Answer: TypeAlias = Callable[[Body], Body]
"""What an RMM replies to the members of a request, without `id`s."""


class Asked(msgspec.Struct, frozen=True):
    """A request, as JSON has it, and the reply; of a line that is no request, `said` is what stands there."""

    request: Body | None
    reply: Body
    said: str = ""


class Ended(msgspec.Struct, frozen=True):
    """How a run came out, in a word and in a sentence; `stderr` are the last lines of standard error."""

    how: How
    text: str
    stderr: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.how == "passed"


class Run(msgspec.Struct, frozen=True):
    """One run of a program: what it asked, in order, and how it ended."""

    asked: tuple[Asked, ...]
    ended: Ended


def run_program(
    command: Sequence[str], start: Body, answer: Answer, silence: float, ends: float, stop: Event
) -> Run | None:
    """Run a program once. None where there was no time for it: `ends` is by the monotonic clock; `stop` stops it.

    Raises Rejected (P510) where it cannot be started.
    """
    process = Process(command)
    try:
        return _Talk(process, answer).run(start, silence, ends, stop)
    finally:
        process.stop()


class _Talk:
    """One run while it goes on."""

    def __init__(self, process: Process, answer: Answer) -> None:
        self.process = process
        self.answer = answer
        self.asked: list[Asked] = []
        self.incoming = b""
        # What the program itself says of how it came out.
        self.verdict: Ended | None = None
        self.flood: Ended | None = None

    def run(self, start: Body, silence: float, ends: float, stop: Event) -> Run | None:
        process = self.process
        self._send(start)
        progress = time.monotonic()
        while not process.silent and self.flood is None and (self.verdict is None or self.verdict.passed):
            now = time.monotonic()
            if stop.is_set() or now >= ends:
                return None
            if now - progress >= silence:
                return self._over(self._silent(silence))
            over = process.popen.poll() is not None
            chunk = process.turn(min(progress + silence - now, _TICK))
            if chunk:
                progress = time.monotonic()
                self._receive(chunk)
            elif over and chunk is None:
                break
        if self.flood is not None:
            return self._over(self.flood)
        self._line(self.incoming)
        return self._over(self._exit(silence, ends))

    def _over(self, ended: Ended) -> Run:
        return Run(tuple(self.asked), ended)

    def _fault(self, how: How, text: str) -> Ended:
        return Ended(how, text, self.process.fault("exit", text).stderr)

    def _silent(self, silence: float) -> Ended:
        if self.verdict is not None:
            return self._fault("timeout", f"{self.verdict.text}, and did not end within {silence:g} s")
        hint = "; it stopped reading its input" if self.process.deaf else ""
        if not self.asked and not self.incoming:
            hint = hint or "; a request that it does not flush is not seen"
        return self._fault("timeout", f"it neither asked nor ended within {silence:g} s{hint}")

    def _exit(self, silence: float, ends: float) -> Ended:
        """How the program came out, when its output is over."""
        process = self.process
        process.close_stdin()
        if self.verdict is not None and not self.verdict.passed:
            return self.verdict
        wait = min(silence, max(ends - time.monotonic(), 0.0))
        try:
            code = process.popen.wait(wait)
        except subprocess.TimeoutExpired:
            return self._fault("timeout", f"it closed its output, and did not end within {wait:g} s")
        if code == 0:
            return self.verdict or Ended("passed", "it ended with exit code 0")
        return self._fault("crash" if code < 0 else "failed", f"it {ending(code)}")

    def _send(self, body: Body) -> None:
        process = self.process
        if not process.stdin.closed:
            process.outgoing = memoryview(bytes(process.outgoing) + msgspec.json.encode(body) + b"\n")

    def _receive(self, chunk: bytes) -> None:
        *lines, self.incoming = (self.incoming + chunk).split(b"\n")
        for line in lines:
            if self.flood is None:
                self._line(line)
        if len(self.incoming) > LONGEST_LINE:
            self.flood = self._fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(self.incoming)}")

    def _line(self, line: bytes) -> None:
        if not line.strip() or self.verdict is not None:
            # What it says behind its verdict changes nothing.
            return
        if len(line) > LONGEST_LINE:
            self.flood = self._fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(line)}")
            return
        fields = object_in(line)
        if isinstance(fields, str):
            self._reply(Asked(None, {"error": fields}, shown(line)), {})
            return
        self.verdict = _verdict(fields)
        if self.verdict is not None:
            self.process.close_stdin()
            return
        request = {key: value for key, value in fields.items() if key != "id"}
        self._reply(Asked(request, self.answer(request)), {"id": fields["id"]} if "id" in fields else {})

    def _reply(self, asked: Asked, number: Body) -> None:
        self.asked.append(asked)
        self._send({**number, **asked.reply})
        if len(self.asked) >= MOST_REQUESTS:
            self.flood = self._fault("flood", f"it asked {MOST_REQUESTS} requests, and did not end")


def _verdict(fields: Body) -> Ended | None:
    """What a line says of how the program came out, if it is such a line."""
    if fields.get("fail") not in (None, False):
        why = fields["fail"] if isinstance(fields["fail"], str) else short_field(fields["fail"])
        return Ended("failed", f"it says that it fails: {printable(why)[:200]}")
    if "pass" in fields:
        if fields["pass"] is True:
            return Ended("passed", "it says that it passes")
        return Ended("failed", f'it says "pass": {short_field(fields["pass"])}')
    return None
