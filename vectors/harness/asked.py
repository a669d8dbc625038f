"""A model checker asked about one handler: does the harness hold with it?"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from .programs import ModelChecker, run
from .verdicts import Verdict

SECONDS = 60.0
"""What one question may take."""

_FAILED = re.compile(r"^ *FAILED +\[[^]]*\] +line +\d+ +(.*)$|^\[[^]]+\] line \d+ (.*): FAILURE$", re.MULTILINE)


def ask(checker: ModelChecker, folder: Path, number: int, unwind: int, flags: list[str], entry: str) -> Verdict:
    """Caught where an assertion fails, held where none does within the bound; else not known, and why."""
    shared = ["judged.c", f"-DPARLEY_AT={number}", *flags, "--unwind", str(unwind)]
    shared += [] if entry == "main" else ["--function", entry]
    own = ["--quiet"] if checker.kind == "esbmc" else ["--unwinding-assertions", "--trace"]
    done = run([checker.path, *shared, *own, *_solver(checker)], folder, SECONDS)
    said = done.out + done.err
    if done.code is None:
        return Verdict("unknown", f"{checker.kind} was not done in {SECONDS:.0f} s")
    if "VERIFICATION SUCCESSFUL" in said:
        return Verdict("held", "")
    if "VERIFICATION FAILED" not in said:
        return Verdict("unknown", f"{checker.kind} gives no verdict")
    failed = [one or other for one, other in _FAILED.findall(said)]
    real = [one for one in failed if "unwinding assertion" not in one]
    if failed and not real:
        return Verdict("unknown", f"the bound of {unwind} is too small: give a larger --unwind")
    return Verdict("caught", real[0] if real else "an assertion fails")


@cache
def _solver(checker: ModelChecker) -> list[str]:
    """Boolector where ESBMC has it, else z3."""
    if checker.kind != "esbmc":
        return []
    done = run([checker.path, "--list-solvers"], Path(), SECONDS)
    return ["--boolector"] if "boolector" in done.out + done.err else ["--z3"]
