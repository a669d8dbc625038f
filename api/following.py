"""A log that grows: read as it comes, and what is found told at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from types import FrameType
from typing import TypeAlias

from msgspec import Struct
from parley.conformance.explain import BUDGET
from parley.conformance.logs.explainer import observation_of
from parley.conformance.logs.log import BootSegment, SeenMessage, UnreadLine
from parley.conformance.logs.reader import Reader
from parley.conformance.logs.verdict import ContradictedSegment, ExplainedSegment, SegmentVerdict, judge_segment
from parley.conformance.replay import Replayer
from parley.model.instance import Instance
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import printable
from parley.spec.program import Program

from .growing import Anew, pieces
from .naming import policy_of
from .tracing import TraceResult, few_rmms, judged, opened, reader_of


class FoundSegment(Struct, frozen=True):
    """What was seen of a boot until now has no configuration that explains it."""

    segment: BootSegment
    verdict: SegmentVerdict


Finding: TypeAlias = "FoundSegment | UnreadLine | SeenMessage"
"""A contradiction, a line that cannot be read (the first few), a message that calls things what they are not."""


def follow(
    policy: CheckedPolicy | Program,
    log: str | os.PathLike[str],
    found: Callable[[Finding], None],
    *,
    commands: Sequence[str] = (),
    lines: Sequence[str | os.PathLike[str]] = (),
    boot_marker: str | None = None,
    by: str | None = None,
    budget: int | None = None,
    anew: Callable[[str], None] = lambda _: None,
) -> TraceResult:
    """As `trace`, of a log that grows: each finding is told to `found` as it comes, a contradiction once for a boot.

    A pipe is read to its end, a file for ever: KeyboardInterrupt ends both, and then what was read is judged. A file
    that is replaced or cut short is read on from its new beginning, as part of the same log, and `anew` is told so in
    a line. Raises Rejected for a wrong use, and where there is nothing to judge.
    """
    policy, name = policy_of(policy), os.fspath(log)
    reader = reader_of(policy.interface, commands=commands, lines=lines, boot_marker=boot_marker, by=by)
    watch = _Watch(policy, reader, budget or BUDGET, found)
    with opened(name) as stream, few_rmms(), _Ended() as ended, closing(pieces(stream, name)) as read_on:
        with suppress(KeyboardInterrupt):
            for piece in read_on:
                # What was read is taken as a whole: no line is lost because it came with Ctrl-C.
                with ended.later():
                    if isinstance(piece, Anew):
                        reader.text_ends()
                        where = f"its lines count from {reader.number + 1:,}"
                        anew(f"`{printable(name)}` {piece.why}: it is read from its beginning; {where}")
                    else:
                        reader.feed(piece)
                watch.look()
        read = reader.finish()
        watch.look()
    return judged(policy, name, reader.known, read, budget or BUDGET)


class _Ended:
    """Ctrl-C ends the reading: at once, or later where something has to be finished first.

    Where it cannot be caught (another thread, or whoever started the process has it ignored) all is as it was.
    """

    def __init__(self) -> None:
        self._held = False
        self._asked = False
        self._before: object = None

    def __enter__(self) -> _Ended:
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = before
            signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        # Whoever watches that Ctrl-C is noticed has to be told so.
        with suppress(KeyboardInterrupt):
            if callable(self._before):
                self._before(number, frame)
        if not self._held:
            raise KeyboardInterrupt
        self._asked = True

    @contextmanager
    def later(self) -> Generator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt


class _Looked(Struct):
    """How much of a boot was looked at, and a configuration that explains that much."""

    state: tuple[int, int] = (0, 0)
    known: set[int] = set()
    configuration: Instance | None = None
    contradicted: bool = False


class _Watch:
    """Looks at what is new of each boot."""

    def __init__(self, policy: CheckedPolicy, reader: Reader, budget: int, found: Callable[[Finding], None]) -> None:
        self.policy = policy
        self.reader = reader
        self.budget = budget
        self.found = found
        self.replayer = Replayer(policy)
        self._unread = 0
        self._lints = 0
        self._looked: dict[object, _Looked] = {}

    def look(self) -> None:
        """Tell what is new."""
        log = self.reader.log
        for one in log.first_unread[self._unread :]:
            self.found(one)
        self._unread = len(log.first_unread)
        for one in log.lints[self._lints :]:
            self.found(one)
        self._lints = len(log.lints)
        for segment in self.reader.segments():
            self._segment(segment)

    def _segment(self, segment: BootSegment) -> None:
        key = (segment.rmm, segment.begins, segment.declared)
        looked = self._looked.setdefault(key, _Looked())
        state = (len(segment.exchanges), id(segment.exchanges[-1]))
        if looked.contradicted or looked.state == state:
            return
        new = [one for one in segment.exchanges if id(one) not in looked.known]
        looked.state = state
        # The exchanges of a log are kept, and with them their identity.
        looked.known.update(map(id, new))
        configuration = looked.configuration
        observed = (observation_of(self.policy, one) for one in new)
        if configuration is not None and all(self.replayer.tells(configuration, one) for one in observed):
            return
        match judge_segment(self.policy, segment, self.budget, certain=False):
            case ContradictedSegment() as verdict:
                looked.contradicted = True
                self.found(FoundSegment(segment, verdict))
            case ExplainedSegment(configuration=found):
                looked.configuration = found
            case _:
                looked.configuration = None
