"""The RMM that a test program talks to, by lines on standard input and output: what any suite needs of `parley score`.

A request gives the registers of its reply; what is no reply ends the program with an error, as a broken call would.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def read() -> dict[str, Any]:
    """The next line of the RMM."""
    line = sys.stdin.readline()
    if not line:
        sys.exit("the RMM is gone")
    return json.loads(line)


def start() -> list[int]:
    """What the RMM supports, by the first line: `{"start": 1, "supported": ["1.0"]}`."""
    return [word(revision) for revision in read()["supported"]]


def ask(x1: int) -> dict[str, Any]:
    """The reply to a request, as it comes."""
    print(json.dumps({"id": 1, "x1": hex(x1)}), flush=True)
    return read()


def call(x1: int) -> tuple[int, int, int]:
    """Status, lower and higher of a request. An RMM without an answer ends the program."""
    reply = ask(x1)
    return int(reply["x0"], 16), int(reply["x1"], 16), int(reply["x2"], 16)


def word(revision: str) -> int:
    """The word of `major.minor`."""
    major, minor = revision.split(".")
    return int(major) << 16 | int(minor)


def check(right: bool, what: str) -> None:
    """Fail unless it is right."""
    if not right:
        sys.exit(f"failed: {what}")
