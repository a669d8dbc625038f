"""A suite as Rusted Firmware-A's test framework has it: one request, the one revision that its own RMM has.

On success `lower` is the request, on failure another one; `lower` is at most `higher`; and the upper half of both is
zero, where bit 31 is meant as well.
"""

from __future__ import annotations

from line_rmm import call, check, start

REQUESTED = 0x8


def main() -> None:
    start()
    status, lower, higher = call(REQUESTED)
    check(status in (0, 1), "the status")
    check((lower == REQUESTED) == (status == 0), "lower is the request on success alone")
    check(lower <= higher, "lower is at most higher")
    check(not lower >> 32 and not higher >> 32, "the upper bits")


main()
