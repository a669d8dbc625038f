"""Break a copy of the checkout, one fault at a time, and say which witness notices: `python -m faults.run [NAME ...]`.

A name is that of a fault, or the beginning of several names. Ends with 1 where a fault is noticed by nobody.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from .fault import Fault, faults
from .tree import Tree, copied
from .witnesses import WITNESSES, Noticed


def noticed(tree: Tree, fault: Fault) -> tuple[str, tuple[Noticed, ...]]:
    """The first of its witnesses that notices a fault, and what it says; one that only crashes, where no other does."""
    crashed: tuple[str, tuple[Noticed, ...]] = ("NOBODY", ())
    with tree.with_fault(fault):
        for name in fault.witnesses:
            said = WITNESSES[name](tree)
            if any(one.kind != "crash" for one in said):
                return name, said
            crashed = (name, said) if said and not crashed[1] else crashed
    return crashed


def main(names: list[str]) -> int:
    known = faults()
    chosen = list(dict.fromkeys(fault for name in names or [""] for fault in known if fault.name.startswith(name)))
    unknown = [name for name in names if not any(fault.name.startswith(name) for fault in known)]
    if unknown:
        print(f"no fault is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    counts: Counter[str] = Counter()
    overlooked = 0
    print(f"{'fault':<44} {'witness':<20} {'noticed by':<26} {'s':>5}  what it says")
    with copied() as tree:
        for fault in chosen:
            started = time.perf_counter()
            witness, said = noticed(tree, fault)
            overlooked += not said
            kinds = ", ".join(one.kind for one in said)
            counts.update(one.kind for one in said)
            what = said[0].said if said else fault.about
            took = time.perf_counter() - started
            print(f"{fault.name:<44} {witness:<20} {kinds:<26} {took:5.1f}  {what}", flush=True)
    told = ", ".join(f"{count} by {kind}" for kind, count in counts.most_common())
    print(f"{len(chosen) - overlooked} of {len(chosen)} faults noticed: {told}")
    return 1 if overlooked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
