"""An RMM behind two pipes, for `parley conform`: a request a line on standard input, a reply a line on standard output.

python rmm.py RULE [REVISION ...]

RULE is `conforms` or one of the implementations; the revisions are those of a fixed build. Without any, each request
says what is supported. Nothing here is Parley's: this is what hooking up an implementation takes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

Rule = Callable[[list[int], int], tuple[int, int, int]]
"""What is supported and what is requested, to status, lower and higher."""

MAJOR_MINOR = 0x7FFFFFFF


def conforms(supported: list[int], requested: int) -> tuple[int, int, int]:
    """DEN0137 IJNVXJ. For a request with reserved bits, any supported revision may be `lower`."""
    highest = max(supported)
    if requested in supported:
        return 0, requested, highest
    older = [revision for revision in supported if revision < requested and not requested >> 31]
    return 1, max(older, default=highest), highest


def tf_rmm(supported: list[int], requested: int) -> tuple[int, int, int]:
    """TF-RMM: an exact match, else the newest twice."""
    highest = max(supported)
    return (0, requested, highest) if requested in supported else (1, highest, highest)


def trp(_: list[int], requested: int) -> tuple[int, int, int]:
    """TF-A's test RMM: 0.0 alone."""
    return int(requested != 0), 0, 0


def rusted_firmware(_: list[int], requested: int) -> tuple[int, int, int]:
    """The test RMM of Rusted Firmware-A: 0.8 alone, and the low 32 bits of the request."""
    requested &= 0xFFFFFFFF
    if requested >> 31:
        return 1, 0, 0
    return int(requested != 8), 8, 8


def islet(_: list[int], requested: int) -> tuple[int, int, int]:
    """Islet after its pull request 373: 1.0 alone, reserved bits masked off."""
    return int(requested & MAJOR_MINOR != 0x10000), 0x10000, 0x10000


def islet_before_373(_: list[int], requested: int) -> tuple[int, int, int]:
    """Islet before its pull request 373: on failure both revisions are 0."""
    return (0, 0x10000, 0x10000) if requested & MAJOR_MINOR == 0x10000 else (1, 0, 0)


def islet_rsi(_: list[int], requested: int) -> tuple[int, int, int]:
    """Islet's handler for realms: on failure the registers are left as they were."""
    return (0, 0x10000, 0x10000) if requested & MAJOR_MINOR == 0x10000 else (1, requested, 0xDEAD)


def qemu_fork(_: list[int], requested: int) -> tuple[int, int, int]:
    """A QEMU fork: every request succeeds."""
    return 0, 0x10000, 0x10000


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (conforms, tf_rmm, trp, rusted_firmware, islet, islet_before_373, islet_rsi, qemu_fork)
}


def word(revision: str) -> int:
    major, minor = revision.split(".")
    return int(major) << 16 | int(minor)


def main() -> None:
    rule = RULES[sys.argv[1]]
    built = [word(revision) for revision in sys.argv[2:]]
    for line in sys.stdin:
        request = json.loads(line)
        supported = built or [word(revision) for revision in request["supported"]]
        status, lower, higher = rule(supported, int(request["x1"], 16))
        reply = {"id": request["id"], "x0": hex(status), "x1": hex(lower), "x2": hex(higher)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
