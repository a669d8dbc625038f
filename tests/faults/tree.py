"""A copy of the checkout to break, in which `parley` is what is in the copy."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory

from msgspec import Struct

from .fault import ROOT, Fault

FLOORS = ("spec", "model", "proofs", "vectors", "conformance", "cli")


class Finished(Struct, frozen=True):
    """How a program ended; `code` is None where it was stopped after its time."""

    code: int | None
    out: str


def finished(command: list[str], folder: Path, environment: dict[str, str], seconds: float) -> Finished:
    """Run a program in a folder, and what it starts; all of it is ended after so many seconds."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            out, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Finished(None, "")
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Finished(process.returncode, out)


class Tree(Struct, frozen=True):
    """The copy. Programs that run in it import its own `parley`, and nothing of the checkout."""

    root: Path

    def run(self, arguments: list[str], seconds: float) -> Finished:
        """Run Python with these arguments."""
        # What is compiled is looked up by its source's hash: a fault may be as long as what it replaces, and as new.
        environment = {"PYTHONPATH": str(self.root / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
        return finished([sys.executable, *arguments], self.root, environment, seconds)

    @contextmanager
    def with_fault(self, fault: Fault) -> Generator[None]:
        """The copy has the fault meanwhile."""
        path = self.root / fault.file
        right = path.read_text(encoding="utf-8")
        path.write_text(fault.broken(right), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(right, encoding="utf-8")


@contextmanager
def copied() -> Generator[Tree]:
    """A copy of the checkout, for a while."""
    with TemporaryDirectory(prefix="parley-faults-") as folder:
        root = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".*", "build", "__pycache__", "*.egg-info")
        shutil.copytree(ROOT, root, ignore=ignored)
        package = root / "lib" / "parley"
        package.mkdir(parents=True)
        for file in (root / "api").iterdir():
            (package / file.name).symlink_to(file)
        for floor in FLOORS:
            (package / floor).symlink_to(root / floor)
            compileall.compile_dir(root / floor, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        compileall.compile_dir(root / "tests", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        made = Tree(root)
        own = made.run(["-c", "import parley.model.cutoff as it; print(it.__file__)"], 60)
        if not own.out.startswith(str(root)):
            raise RuntimeError(f"the copy does not import itself: {own.out}")
        yield made
