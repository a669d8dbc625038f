"""Running a host: any program that is told what it knows, asks a request a line, and says what came of it.

It is never waited for long. A program may play one negotiation after the other, or end after each and be started anew:
both are told apart by whether it ends, with code 0, before it says anything about the next one. One that goes wrong is
stopped, and started anew for the next.

A line that comes late, behind the end of its negotiation, looks like the first one of the next. It is known for what it
is where it says of which negotiation it is (`"start": 2`); else a negotiation that goes wrong can be played again by a
program that is started `anew` for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import msgspec

from .batch import Body, Fault, shown
from .fields import short_field
from .output import LONGEST_LINE, object_in
from .process import GRACE, Process, uninterrupted
from .responder import NoRequest
from .run import TRIED, Limits, finished

Done: TypeAlias = Literal["over", "enough"]
"""A negotiation has come to its end, or is not gone on with: then the program is stopped."""

Act: TypeAlias = Callable[[Body], "Body | Done"]
"""What is replied to a line of the program's. Raises NoRequest for one that means nothing."""

_AGAIN = "again"

Heard: TypeAlias = "tuple[tuple[bytes, ...], str]"
"""The lines of a program in one negotiation, and how it went wrong, where no line says that."""


class HostProgram:
    """One program under test. Use as a context manager: nothing it started is left running.

    `troubles` are the faults that no negotiation is to blame for, such as an exit code at the end; `never` says why it
    is given up, where it never said anything. `seconds` were spent on all negotiations.
    """

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.command = list(command)
        self.limits = limits
        self.starts = 0
        self.failures = 0
        self.troubles: list[Fault] = []
        self.never: Fault | None = None
        self.seconds = 0.0
        self.ends = time.monotonic() + limits.total
        self._process: Process | None = None
        self.said: list[bytes] = []
        # Whether the program that played the last negotiation had played one before.
        self.reused = False
        self._spoke = False
        self._used = False
        self._fault: Fault | None = None
        self._incoming = b""

    def __enter__(self) -> HostProgram:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def negotiate(self, start: Body, begin: Callable[[], Act]) -> Fault | None:
        """One negotiation: the program is given `start`, and a reply to each line until `act` says that it is over.

        It may have to be begun again. `start` has the number of the negotiation as its `start`. What went wrong, if
        anything. Raises Rejected (P510) where the program cannot be started.
        """
        began = time.perf_counter()
        fault: Fault | Literal["again"] | None = _AGAIN
        while fault == _AGAIN:
            not_played = self._not_played()
            if not_played is not None:
                return Fault("not asked", f"not played: {not_played}")
            process = self._ready()
            self.said, self.reused = [], self._used
            fault = self._converse(process, start, begin())
        self.seconds += time.perf_counter() - began
        self._fault = fault if isinstance(fault, Fault) else None
        if self._fault is not None:
            self.failures += 1
            if self._fault.kind != "garbage":
                # What it says behind a line that means nothing may yet show whose that was.
                self._stop()
            if not self._spoke and self.failures == TRIED:
                self._give_up(self._fault)
        return self._fault

    def heard(self) -> Heard:
        """What was said in the last negotiation, a line each, and how it went wrong. Where that was one line, the next
        one is waited for a little: a line that came late has one behind it.
        """
        lines = list(self.said)
        if len(lines) == 1 and self._process is not None:
            further = self._line(self._process, GRACE)
            lines += [further] if isinstance(further, bytes) else []
        return tuple(lines), "" if self._fault is None or self._fault.kind == "garbage" else self._fault.text

    def anew(self) -> None:
        """What comes next is played by a program that is started for it; a negotiation that is played again so has
        gone wrong once.
        """
        self.failures -= self._fault is not None
        self._stop()

    def differs(self, number: int, before: Heard) -> None:
        """The last negotiation went otherwise than `before`, when the program had played others: that is a trouble."""
        (lines, wrong), (now, wrong_now) = before, self.heard()
        if len(lines) > 1 and lines[1:2] == now[:1] != lines[:1]:
            self.troubles.append(Fault("garbage", _over(lines[0])))
            return
        one = [*map(shown, lines), wrong or "nothing more"]
        other = [*map(shown, now), wrong_now or "nothing more"]
        at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
        text = f"in negotiation {number}, behind others: {one[at]}; in a program that is started for it: {other[at]}"
        self.troubles.append(Fault("repeated", text))

    def finish(self) -> None:
        """Close the input; what is said behind the last negotiation, and the end, are looked at."""
        if self._process is None:
            return
        fault = finished(self._process, self.limits, self.ends, self._behind, "negotiation")
        if fault is not None:
            self.troubles.append(fault)
        self._stop()

    def _give_up(self, fault: Fault) -> None:
        """A program that never said anything is not asked any more."""
        if fault.kind in ("crash", "exit", "timeout"):
            wait = "; --timeout gives it more" if fault.kind == "timeout" else ""
            self.never = msgspec.structs.replace(fault, text=f"{fault.text}, started {TRIED} times{wait}")

    def _not_played(self) -> str | None:
        """Why no negotiation is played any more."""
        if self._fault is not None:
            self._stop()
        if self.never is not None:
            return "the program never said anything"
        if time.monotonic() >= self.ends:
            return f"the {self.limits.total:g} s for all were over"
        most = self.limits.restarts
        if self.failures > most and self._process is None:
            times = "once" if most == 1 else f"{most} times" if most else "not at all"
            return f"the program was started again {times} after a failure, and that is the limit"
        return None

    def _ready(self) -> Process:
        """A process that can be given a start."""
        if self._process is not None:
            fault = self._behind(self._process.turn(0) or b"")
            if fault is not None:
                # What it says before it is told anything is of no negotiation.
                self.troubles.append(fault)
                self._stop()
            elif self._process.silent:
                self._ended_between(self._process)
        if self._process is None:
            with uninterrupted():
                self._process = Process(self.command)
            self._incoming, self._used = b"", False
            self.starts += 1
        return self._process

    def _stop(self) -> None:
        with uninterrupted():
            if self._process is not None:
                self._process.stop()
                self._process = None

    # ---- one negotiation --------------------------------------------------------------------------------

    def _converse(self, process: Process, start: Body, act: Act) -> Fault | Literal["again"] | None:
        self._send(process, start)
        heard = False
        while True:
            line = self._line(process)
            if isinstance(line, Fault):
                return line
            if line is None and self._used and not heard:
                self._ended_between(process)
                return _AGAIN
            if line is None:
                before = "it said what came of it" if heard else "it asked anything"
                return process.ended("closed its output", f"before {before}")
            heard = self._spoke = True
            self.said.append(line)
            fields = object_in(line)
            if isinstance(fields, str):
                return process.fault("garbage", f"{fields}: {shown(line)}")
            if fields.get("start", start["start"]) != start["start"]:
                if not self._used:
                    text = f"this is of negotiation {short_field(fields['start'])}, in negotiation {start['start']}"
                    return process.fault("garbage", f"{text}: {shown(line)}")
                self.troubles.append(Fault("garbage", _over(line)))
                self._stop()
                return _AGAIN
            try:
                done = act(fields)
            except NoRequest as wrong:
                return process.fault("garbage", f"{wrong}: {shown(line)}")
            if isinstance(done, dict):
                self._send(process, done)
                continue
            self._used = True
            if done == "enough":
                self._stop()
            return None

    def _send(self, process: Process, body: Body) -> None:
        process.outgoing = memoryview(bytes(process.outgoing) + msgspec.json.encode(body) + b"\n")

    def _line(self, process: Process, patience: float | None = None) -> bytes | Fault | None:
        """The next line that is not blank; None where the output is over, and a fault where none comes."""
        reply = self.limits.reply if patience is None else min(patience, self.limits.reply)
        until = min(time.monotonic() + reply, self.ends)
        while True:
            line, end, rest = self._incoming.lstrip().partition(b"\n")
            if len(line) > LONGEST_LINE:
                return process.fault("flood", f"a line of more than {LONGEST_LINE} bytes: {shown(line)}")
            if end or (process.silent and line):
                self._incoming = rest
                return line
            self._incoming = line
            if process.silent:
                return None
            left = until - time.monotonic()
            if left <= 0:
                return process.fault("timeout", self._late(process))
            self._incoming += process.turn(left) or b""

    def _late(self, process: Process) -> str:
        if time.monotonic() >= self.ends:
            return f"it had not come to an end when the {self.limits.total:g} s for all were over"
        why = "; it stopped reading its input" if process.deaf else ""
        if not self._spoke and not self._incoming:
            why = why or "; a line that it does not flush is not seen"
        return f"it asked nothing, and said nothing of what came of it, within {self.limits.reply:g} s{why}"

    def _ended_between(self, process: Process) -> None:
        """It has ended behind a negotiation, as it may; with another exit code than 0, that is a trouble."""
        fault = process.ended("closed its output", "between two negotiations")
        if process.popen.returncode != 0:
            self.troubles.append(fault)
        self._stop()

    def _behind(self, chunk: bytes) -> Fault | None:
        """What is said behind a negotiation, and before the next one is begun."""
        self._incoming = (self._incoming + chunk).lstrip()
        if not self._incoming or self._process is None:
            return None
        said = self._incoming.partition(b"\n")[0]
        return Fault("garbage", _over(said))


def _over(said: bytes) -> str:
    return f"it said something when the negotiation was over: {shown(said)}"
