"""Mutation testing of one module with Cosmic Ray: `python -m faults.mutation MODULE`, in a copy of the checkout.

Which tests stand for a module is in `mutation.toml`; survivors that were read are in `survivors.toml`, each with why
it means the same. What is printed are those that were not read. Ends with 1 where there are any, and with 2 where
Cosmic Ray cannot be run, or no tests stand for a module.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from msgspec import Struct, convert

from .fault import HERE
from .tree import Tree, copied

SECONDS = 240
"""A mutant that takes the tests longer goes round for ever, and is noticed by that."""


EXTRA = "Cosmic Ray is not installed here; it is the extra `mutation`: pip install -e '..[test,mutation]'"


class Failed(Exception):
    """Cosmic Ray did not do what it was to do, and says why."""


class Survivor(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a module, and what a mutant has in its place; `why` it means the same, or is only slower."""

    module: str
    old: str
    new: str
    why: str


def survivors() -> list[Survivor]:
    """Those that were read."""
    told = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return convert(told.get("survivor", []), list[Survivor])


def _cosmic_ray(tree: Tree, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(tree.root / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "from cosmic_ray.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=tree.root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-2000:]
        raise Failed(f"`cosmic-ray {' '.join(arguments)}` ended with {done.returncode}: {said}")
    return done.stdout


def _ran(tree: Tree, module: str, settings: dict[str, Any]) -> Iterator[tuple[str, Survivor | None]]:
    """The name of each mutant's outcome, with its line where it survived."""
    tests = " ".join(settings["tests"][module])
    command = f"{sys.executable} -m pytest -q -x -n 0 --tb=no -p no:cacheprovider -m 'not long' {tests}"
    config = f"""[cosmic-ray]
module-path = "{module}"
timeout = {SECONDS}.0
excluded-modules = []
test-command = "{command}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = {json.dumps(settings["excluded"])}
"""
    (tree.root / "mutation.toml").write_text(config, encoding="utf-8")
    _cosmic_ray(tree, "baseline", "mutation.toml")
    _cosmic_ray(tree, "init", "mutation.toml", "mutants.sqlite")
    tree.run(["-m", "cosmic_ray.tools.filters.operators_filter", "mutants.sqlite", "mutation.toml"], SECONDS)
    _cosmic_ray(tree, "exec", "mutation.toml", "mutants.sqlite")
    for line in _cosmic_ray(tree, "dump", "mutants.sqlite").splitlines():
        _, result = json.loads(line)
        outcome = str((result and result["test_outcome"]) or "skipped").rpartition(".")[2].lower()
        if result and result["worker_outcome"] == "skipped":
            outcome = "skipped"
        yield outcome, _changed(module, result["diff"]) if outcome == "survived" else None


def _changed(module: str, diff: str) -> Survivor:
    """The first line that a mutant changes."""
    lines = diff.splitlines()
    old, new = ([line[1:].strip() for line in lines if line[:1] == sign and line[:3] != sign * 3] for sign in "-+")
    return Survivor(module, " ".join(old), " ".join(new), "")


def main(modules: list[str]) -> int:
    settings = tomllib.loads((HERE / "mutation.toml").read_text(encoding="utf-8"))
    unknown = [module for module in modules if module not in settings["tests"]]
    if unknown:
        return _unable(f"no tests stand for {', '.join(unknown)}; mutation.toml has {', '.join(settings['tests'])}")
    if find_spec("cosmic_ray") is None:
        return _unable(EXTRA)
    try:
        return _tested(modules or list(settings["tests"]), settings)
    except Failed as error:
        return _unable(str(error))


def _unable(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


def _tested(modules: list[str], settings: dict[str, Any]) -> int:
    read = {(one.module, one.old, one.new) for one in survivors()}
    unread = 0
    with copied() as tree:
        for module in modules:
            counts: dict[str, int] = {}
            for outcome, survivor in _ran(tree, module, settings):
                known = survivor is not None and (module, survivor.old, survivor.new) in read
                name = "read" if known else outcome
                counts[name] = counts.get(name, 0) + 1
                if survivor is not None and not known:
                    unread += 1
                    print(f"- {survivor.old}\n+ {survivor.new}\n", flush=True)
            print(module, ", ".join(f"{count} {name}" for name, count in sorted(counts.items())), flush=True)
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
