"""Adapters that answer every request, and go wrong beside that: `python endings.py MODE [FILE]`.

Behind their last answer, at their end, only the first time they run (FILE says that they did), or in what they add to
their replies. What they answer first conforms.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rmm import conforms, word

HERE = 5
ADDED: dict[str, dict[str, Any]] = {
    "x3_zero": {"x3": "0x0"},
    "x3": {"x3": "0x7"},
    "x3_true": {"x3": True},
    "x17": {"x17": "0x7"},
    "comment": {"x": 1, "x100": 5, "comment": "x3"},
    "true": {"x0": True},
    "fullwidth": {"x2": "0x１"},
    "capital": {"X1": "0x10000", "x1": None},
    "named": {"lower": "0x10000", "x1": None},
}
"""Members that replies have more, or instead."""

TWICE = {"key_twice": ('"x0"', '"x0": "0x9", "x0"'), "id_twice": ('"id"', '"id": 3, "id"')}
"""What is put into a reply that no encoder writes."""

SECOND: dict[str, dict[str, Any]] = {
    "unknown_too": {"id": 4096},
    "text_too": {"id": "5"},
    "nameless_too": {"id": None},
}
"""What a second reply to one request has instead."""


def reply(request: dict[str, Any]) -> dict[str, Any]:
    supported = [word(revision) for revision in request.get("supported", ["1.0", "1.2"])]
    status, lower, higher = conforms(supported, int(request["x1"], 16))
    return {"id": request["id"], "x0": hex(status), "x1": hex(lower), "x2": hex(higher)}


def put(made: dict[str, Any], mode: str = "") -> None:
    text = json.dumps({name: value for name, value in made.items() if value is not None}, ensure_ascii=False)
    print(text.replace(*TWICE[mode]) if mode in TWICE else text, flush=True)


def first_time() -> bool:
    """Whether this is the first run."""
    flag = Path(sys.argv[2])
    done = flag.exists()
    flag.touch()
    return not done


def answer(mode: str, request: dict[str, Any]) -> None:
    made = reply(request)
    here = made["id"] == HERE
    if mode in ADDED:
        put({**made, **ADDED[mode]})
    elif mode == "nameless":
        put({**made, "id": None})
    elif mode in ("crash_once", "exit_once", "nameless_once") and here and first_time():
        if mode == "exit_once":
            os._exit(0)
        if mode == "crash_once":
            print("once", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        put({**made, "id": None})
    elif mode in TWICE:
        put(made, mode if here else "")
    else:
        put(made)
        if mode in SECOND and here:
            put({**made, **SECOND[mode]})


def end(mode: str, answered: list[dict[str, Any]]) -> None:
    if mode == "late":
        for made in answered:
            put({**made, "x0": "0x7"})
    elif mode == "late_one":
        # Long behind the answers.
        sys.stdout.flush()
        os.close(0)
        time.sleep(0.3)
        put({**answered[0], "x0": "0x7"})
    elif mode == "exit_code":
        print("last words", file=sys.stderr, flush=True)
        sys.exit(3)
    elif mode == "signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif mode == "never":
        time.sleep(600)
    elif mode == "closes":
        os.close(1)
        time.sleep(600)
    elif mode == "held":
        subprocess.Popen(["sleep", "600"])
    elif mode == "flood":
        while True:
            print("y" * 60, flush=True)
    elif mode == "loud":
        print("noise\n" * 200_000, file=sys.stderr, flush=True)
    elif mode == "says_goodbye":
        print("goodbye", flush=True)


def main() -> None:
    mode = sys.argv[1]
    if mode in ("buffered", "no_newline"):
        answered = [reply(json.loads(line)) for line in sys.stdin]
        text = "\n".join(map(json.dumps, answered))
        sys.stdout.write(text if mode == "no_newline" else text + "\n")
        return
    if mode == "counts":
        for number, line in enumerate(sys.stdin):
            made = reply(json.loads(line))
            put({**made, "x2": hex(int(made["x2"], 16) + number % 2)})
        return
    if mode == "drifts":
        # By itself, so that each request has another reply the second time.
        seen: set[str] = set()
        for line in sys.stdin:
            made = reply(request := json.loads(line))
            again = request["x1"] in seen
            seen.add(request["x1"])
            put({**made, "x2": hex(int(made["x2"], 16) + again)})
        return
    requests = (json.loads(line) for line in sys.stdin)
    answered: list[dict[str, Any]] = []
    for request in requests:
        answer(mode, request)
        answered.append(reply(request))
    end(mode, answered)


main()
