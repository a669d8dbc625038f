"""Hosts that go wrong, each in its way: `python misbehaving_hosts.py MODE`. Else they do as Linux does.

Most do so in the third negotiation, and fine in all others; `lines` says something else in each.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

HERE = 3
SAID: dict[str, str | bytes] = {
    "garbage": "oops",
    "array": "[1, 2]",
    "not_closed": '{"id": 5',
    "deep": "[" * 20_000,
    "not_utf8": b'{"id": 5, "x1": "\xff"}',
    "nothing": "{}",
    "id_only": '{"id": 1}',
    "no_word": '{"id": 1, "x1": "1.0"}',
    "too_large": '{"id": 1, "x1": "0x10000000000000000"}',
    "no_revision": '{"id": 1, "requested": "one"}',
    "twice_asked": '{"id": 1, "x1": "0x10000", "requested": "1.0"}',
    "both": '{"accept": "1.0", "give_up": true}',
    "asks_and_accepts": '{"id": 1, "x1": "0x10000", "accept": "1.0"}',
    "accepts_text": '{"accept": "newest"}',
    "accepts_nothing": '{"accept": null}',
    "accepts_large": '{"accept": "0x1000000000000000000"}',
    "gives_up_not": '{"give_up": false}',
}
"""What they say in the place of a request."""


def put(line: str | bytes) -> None:
    sys.stdout.buffer.write((line if isinstance(line, bytes) else line.encode()) + b"\n")
    sys.stdout.buffer.flush()


def misbehave(mode: str) -> None:
    """Before the first request."""
    if mode == "hang":
        time.sleep(600)
    elif mode == "hang_with_child":
        subprocess.Popen(["sleep", "600"])
        time.sleep(600)
    elif mode == "crash":
        print("about to crash", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    elif mode == "fail":
        print("first\nlast words", file=sys.stderr, flush=True)
        sys.exit(3)
    elif mode == "close":
        os.close(1)
        time.sleep(600)
    elif mode == "flood_line":
        while True:
            sys.stdout.buffer.write(b"x" * 65536)
    elif mode == "flood":
        while True:
            put(json.dumps({"id": 1, "x1": "0x10000"}))
    elif mode == "blank":
        put("\n  \n")
    elif mode in SAID:
        put(SAID[mode])


def negotiate(mode: str, number: int, *, here: bool) -> None:
    if here:
        misbehave(mode)
    asked: dict[str, Any] = {"id": 1, "x1": "0x10000"}
    if mode == "named":
        asked = {"id": "first", "requested": "1.0"}
    elif mode == "nameless":
        asked = {"requested": 65536}
    elif mode == "next_start":
        asked["start"] = number + 1
    if mode == "keeps" and here:
        put(json.dumps({"accept": "1.0"}))
        return
    put(json.dumps(asked))
    reply = json.loads(sys.stdin.readline())
    assert reply.get("id") == asked.get("id")
    if here and mode == "crash_later":
        os.kill(os.getpid(), signal.SIGSEGV)
    if here and mode == "exit_later":
        sys.exit(0)
    if here and mode == "hang_later":
        time.sleep(600)
    taken = reply["x0"] == "0x0" and not (mode == "refuses_spare" and "x3" in reply)
    put(json.dumps({"accept": "1.0" if mode != "number" else 65536} if taken else {"give_up": True}))
    if here and mode == "goes_on":
        put(json.dumps({"id": 2, "x1": "0x10000"}))
    if here and mode in ("late", "late_named"):
        time.sleep(float(sys.argv[2]))
        put(json.dumps({"accept": "1.0", **({"start": HERE} if mode == "late_named" else {})}))


def main() -> None:
    mode = sys.argv[1]
    if mode in ("silent", "exits_at_once", "fails_at_once"):
        time.sleep(600 if mode == "silent" else 0)
        sys.exit(4 if mode == "fails_at_once" else 0)
    if mode == "banner":
        put("booting")
    for played, line in enumerate(sys.stdin, 1):
        number: int = json.loads(line)["start"]
        if mode == "lines":
            modes = [*SAID, "blank"]
            negotiate(modes[(number - 1) % len(modes)], number, here=True)
            continue
        negotiate(mode, number, here=number == HERE and (mode != "keeps" or played > 1))
        if mode == "ends":
            return
        if mode == "ends_badly":
            sys.exit(5)
        if mode == "reads_no_more" and number == HERE:
            time.sleep(600)
    if mode == "exit_code":
        print("last words", file=sys.stderr, flush=True)
        sys.exit(3)
    if mode == "never_ends":
        time.sleep(600)
    if mode == "goodbye":
        put("goodbye")


main()
