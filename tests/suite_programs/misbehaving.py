"""Test programs that go wrong, or say how they came out in some other way: python misbehaving.py HOW."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

HOW = sys.argv[1]
SEND = '{"id": 1, "x1": "0x10000"}'


def ask(line: str = SEND) -> dict[str, str]:
    print(line, flush=True)
    return json.loads(sys.stdin.readline())


def main() -> None:
    json.loads(sys.stdin.readline())
    match HOW:
        case "silent":
            time.sleep(60)
        case "silent with a child":
            child = subprocess.Popen(["sleep", "60"])
            print(child.pid, file=sys.stderr, flush=True)
            time.sleep(60)
        case "crash":
            ask()
            print("about to crash", file=sys.stderr, flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        case "endless":
            while True:
                ask()
        case "one line":
            sys.stdout.write("x" * 200_000)
            sys.stdout.flush()
            time.sleep(60)
        case "closes its output":
            ask()
            os.close(1)
            time.sleep(60)
        case "says fail":
            if ask()["x0"] != "0x0":
                print('{"fail": "the status is wrong"}', flush=True)
            time.sleep(0.01)
        case "ahead":
            # It asks all before it reads anything.
            for number in range(3):
                print(json.dumps({"id": number, "x1": hex(0x10000 + number)}), flush=True)
            replies = [json.loads(sys.stdin.readline()) for _ in range(3)]
            sys.exit(0 if [reply["id"] for reply in replies] == [0, 1, 2] and replies[0]["x0"] == "0x0" else 1)
        case "deaf":
            os.close(0)
            time.sleep(60)
        case "holds its output":
            subprocess.Popen(["sleep", "60"])
            sys.exit(0)
        case _:
            sys.exit(f"{HOW}?")


main()
