"""Messages of several lines, until all of their lines have come."""

from __future__ import annotations

from msgspec import Struct

from .log import Line, Log
from .messages import goes_on, told
from .words import LogWords, Part, Told

_NO_MORE = "it goes on in a line that is not there"


class _Begun(Struct):
    """A message of which some lines were seen."""

    parts: list[Part]
    first: Line


class Parts:
    """Of one boot."""

    def __init__(self, known: LogWords, log: Log) -> None:
        self._known = known
        self._log = log
        self._begun: list[_Begun] = []

    def take(self, part: Part, line: Line) -> tuple[Told, Line] | None:
        """A line of a message; the message and its first line, where that was the last."""
        for at, begun in enumerate(self._begun):
            next_ = goes_on(begun.parts[0].form, len(begun.parts), part)
            if next_ is None:
                continue
            begun.parts.append(next_)
            if len(begun.parts) < len(next_.form.lines):
                return None
            del self._begun[at]
            whole = told(begun.parts, self._known)
            if isinstance(whole, Told):
                return whole, begun.first
            self._log.cannot_read(begun.first, whole.why)
            return None
        if part.at == 0:
            again = [one for one in self._begun if one.parts[0].form is part.form]
            for one in again:
                self._log.cannot_read(one.first, _NO_MORE)
                self._begun.remove(one)
            self._begun.append(_Begun([part], line))
        return None

    def end(self) -> None:
        """No more of them come."""
        for begun in self._begun:
            self._log.cannot_read(begun.first, _NO_MORE)
