"""The JSON of `trace`, as types: its published schema in `schemas/` is generated from them."""

from __future__ import annotations

from typing import Literal

import msgspec

Plain = str | list[str] | bool | None
Verdict = Literal["consistent", "contradiction", "undecided"]


class TraceLine(msgspec.Struct, kw_only=True):
    """A line of the log; its number counts from 1."""

    line: int
    text: str


class TraceUnread(msgspec.Struct, kw_only=True):
    """A line that looks like a version line and cannot be read."""

    line: int
    text: str
    why: str


class TraceReply(msgspec.Struct, kw_only=True):
    """A request and what the log shows of the reply: `line` is the first that says so, of `count` lines.

    Of a reply that is no value of an output, `why` says so.
    """

    line: int
    text: str
    count: int
    input: dict[str, str]
    outputs: dict[str, Plain]
    why: str


class TraceGap(msgspec.Struct, kw_only=True):
    """All revisions from `low` to `high`, both included."""

    low: str
    high: str


class TraceKnown(msgspec.Struct, kw_only=True):
    """What holds of a set in every configuration that explains the lines: all that does, where `complete`."""

    must: list[str]
    cannot: list[TraceGap]
    complete: bool


class TraceStretch(msgspec.Struct, kw_only=True):
    """The lines of one configuration: of one boot, or of those that declare the configuration.

    `boots` is how many boots show the same, the first of them `boot`, whose mark is line `begins`. `lines` is how many
    version lines they have together, `distinct` how many different ones a boot has. `configuration` explains them all;
    where none does, `contradiction` are lines that none explains together, in which no line can be left out, and no
    smaller set contradicts the policy where `fewest`.
    """

    boot: int
    begins: int
    boots: int
    declared: dict[str, Plain] | None
    lines: int
    distinct: int
    verdict: Verdict
    configuration: dict[str, Plain] | None
    relations: dict[str, str]
    known: dict[str, TraceKnown]
    contradiction: list[TraceReply]
    fewest: bool
    reason: str


class Trace(msgspec.Struct, kw_only=True):
    """What `parley trace --format json` prints.

    `others` counts the version lines of other interfaces. `unread` counts the lines that look like version lines and
    cannot be read, the first of which are `first_unread`. `cut` is a last line without its end, of which only what
    is certain was judged.
    """

    schema: Literal["parley.trace/1"] = "parley.trace/1"
    policy: str
    interface: str
    log: str
    verdict: Verdict
    lines: int
    judged: int
    boots: int
    stretches: list[TraceStretch]
    others: dict[str, int]
    unread: int
    first_unread: list[TraceUnread]
    cut: TraceLine | None
