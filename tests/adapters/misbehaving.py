"""Adapters that go wrong, each in its way: `python misbehaving.py MODE`. What they do answer conforms.

Most do so at the request with id 5, and fine otherwise.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from rmm import conforms, word

HERE = 5
BAD: dict[str, dict[str, Any]] = {
    "no_register": {"x1": None},
    "too_large": {"x1": "0x10000000000000000"},
    "negative": {"x1": -1},
    "fraction": {"x1": 1.5},
    "no_number": {"x1": "0xzz"},
    "underscores": {"x1": "0x1_0"},
    "decimal_text": {"x1": "65536"},
    "a_list": {"x1": ["0x1"]},
    "bad_status": {"x0": "0x7"},
    "other_id": {"id": 4096},
    "id_as_text": {"id": "5"},
    "id_true": {"id": True},
}
LINES: dict[str, str | bytes] = {
    "garbage": "oops",
    "array": "[1, 2]",
    "no_id": "{}",
    "not_closed": '{"id": 5',
    "deep": "[" * 20_000,
    "not_utf8": b'{"id": 5, "x0": "\xff"}',
    "control": "\x1b[31mred\x1b[0m \0",
}


def reply(line: str) -> dict[str, Any]:
    request = json.loads(line)
    supported = [word(revision) for revision in request["supported"]]
    status, lower, higher = conforms(supported, int(request["x1"], 16))
    return {"id": request["id"], "x0": hex(status), "x1": hex(lower), "x2": hex(higher)}


def put(line: str | bytes) -> None:
    sys.stdout.buffer.write((line if isinstance(line, bytes) else line.encode()) + b"\n")
    sys.stdout.buffer.flush()


def misbehave(mode: str, answer: dict[str, Any]) -> None:
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
    elif mode == "exit":
        os._exit(0)
    elif mode == "close":
        os.close(1)
        time.sleep(600)
    elif mode == "flood_line":
        while True:
            sys.stdout.buffer.write(b"x" * 65536)
    elif mode == "flood":
        while True:
            put("y" * 60)
    elif mode == "huge_line":
        put(json.dumps({**answer, "comment": "x" * 100_000}))
    elif mode == "twice":
        put(json.dumps(answer))
        put(json.dumps(answer))
    elif mode == "numbers":
        put(json.dumps({name: value if name == "id" else int(value, 16) for name, value in answer.items()}))
    elif mode in BAD:
        put(json.dumps({name: value for name, value in {**answer, **BAD[mode]}.items() if value is not None}))
    else:
        put(LINES[mode])


def main() -> None:
    mode = sys.argv[1]
    if mode == "reads_nothing":
        time.sleep(600)
    if mode == "exits_at_once":
        sys.exit(0)
    if mode == "ends_early":
        for _ in range(3):
            put(json.dumps(reply(sys.stdin.readline())))
        return
    if mode == "banner":
        put("booting\n\nready")
    if mode == "loud":
        print("noise\n" * 200_000, file=sys.stderr, flush=True)
    if mode in ("buffered", "backwards", "silent"):
        # Answers when its input is over, and not before.
        answers = [json.dumps(reply(line)) for line in sys.stdin]
        if mode != "silent":
            put("\n".join(answers[::-1] if mode == "backwards" else answers))
        return
    for line in sys.stdin:
        answer = reply(line)
        if answer["id"] == HERE and mode not in ("banner", "loud"):
            misbehave(mode, answer)
        else:
            put(json.dumps(answer))


main()
