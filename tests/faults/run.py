"""Break a copy of the checkout, one fault at a time, and say which witness notices: `python -m faults.run [NAME ...]`.

A name is that of a fault, or the beginning of several names. Ends with 1 where a fault is noticed by nobody.
"""

from __future__ import annotations

import sys
import time

from .fault import Fault, faults
from .tree import Tree, copied
from .witnesses import WITNESSES


def noticed(tree: Tree, fault: Fault) -> tuple[str, str] | None:
    """The first of its witnesses that notices a fault, and what that says; None where none does."""
    with tree.with_fault(fault):
        for name in fault.witnesses:
            said = WITNESSES[name](tree)
            if said is not None:
                return name, said
    return None


def main(names: list[str]) -> int:
    known = faults()
    chosen = list(dict.fromkeys(fault for name in names or [""] for fault in known if fault.name.startswith(name)))
    if not chosen:
        print("no fault is called so")
        return 2
    overlooked = 0
    print(f"{'fault':<44} {'noticed by':<18} {'s':>5}  what it says")
    with copied() as tree:
        for fault in chosen:
            started = time.perf_counter()
            found = noticed(tree, fault)
            overlooked += found is None
            witness, said = found or ("NOBODY", fault.about)
            print(f"{fault.name:<44} {witness:<18} {time.perf_counter() - started:5.1f}  {said}", flush=True)
    print(f"{len(chosen) - overlooked} of {len(chosen)} faults noticed")
    return 1 if overlooked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
