"""Running the command line: in this process, or as one of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

COMMAND = str(Path(sys.executable).parent / "parley")

INTERFACE = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }

    config supported : set of revision
    assume configured: supported is not empty

    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
    output lower     : revision in x1
}
"""
POLICY = """
policy p for I {
    case known when requested in supported {
        status = OK
        lower  = requested
    }
    case unknown otherwise {
        status = BAD
        lower  = max supported
    }
}
"""
GOOD = INTERFACE + POLICY


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


class Parley(Protocol):
    """The fixture `parley`: runs a command line in this process."""

    def __call__(self, *arguments: str) -> Done: ...


def with_invariants(*formulas: str) -> str:
    """The interface and policy above with invariants i0, i1, …."""
    made = "".join(f"    invariant i{number}: {formula}\n" for number, formula in enumerate(formulas))
    return INTERFACE.removesuffix("}\n") + made + "}\n" + POLICY


def timeless(text: str) -> str:
    """The same with all seconds zero."""
    return re.sub(r"\d+\.\d\d s(, \d+\.\d\d s of it asking)?$", "0.00 s", text, flags=re.MULTILINE)


def process(arguments: list[str], folder: Path, stdin: bytes = b"", **environment: str) -> Done:
    """Run the installed command as people do."""
    done = subprocess.run(
        [COMMAND, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
