"""A suite as TF-A-tests has it: one request, whose status is not looked at.

`lower` is taken for the RMM's version, and its major compared under a mask; a mismatch is printed, and the test goes on
and passes.
"""

from __future__ import annotations

import sys

from line_rmm import ask, start

MAJOR, MINOR = 1, 0


def main() -> None:
    start()
    # Whatever is in the register is looked at: of an RMM that gives no answer, what was there before.
    lower = int(ask(MAJOR << 16 | MINOR).get("x1", "0x10000"), 16)
    if lower == 0:
        print("the test RMM: skipped", file=sys.stderr)
    elif lower >> 16 & 0x8FFF != MAJOR:
        print(f"the RMM's major is another one: {lower >> 16 & 0x8FFF}", file=sys.stderr)


main()
