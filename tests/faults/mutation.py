"""Mutation testing with the operators of Cosmic Ray: `python -m faults.mutation MODULE…`, in a copy of the checkout.

`--sample N` tries at most so many mutants of a module, spread over it. A mutant is tried with the tests that come to its
lines, the quickest first, for half a minute of a processor at most. `--kept FOLDER` keeps which those are, and what
became of each mutant: one that was noticed is not tried again.

What is printed are survivors that were not read; those that were are in `survivors.toml`, each with why it means the
same. `mutation_record.toml` is written anew for the modules that were asked for. Ends with 1 where any are unread.
"""

from __future__ import annotations

import sys
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct, convert
from msgspec.json import decode, encode

from .fault import HERE, ROOT
from .mutation_server import Job, Outcome
from .mutation_sites import Mutant, mutants
from .tree import Tree, copied

SERVER = "import sys; sys.path.insert(0, 'tests'); from faults.mutation_server import main; sys.exit(main(*sys.argv[1:]))"
RECORD = HERE / "mutation_record.toml"


class Survivor(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a module, and what a mutant has in its place; `why` it means the same, or is only slower."""

    module: str
    old: str
    new: str
    why: str


class Tried(Struct, frozen=True, forbid_unknown_fields=True):
    """How many mutants a module has, and what became of those that were tried: the last three are all of these."""

    module: str
    mutants: int
    tried: int
    noticed: int
    read: int
    unread: int


def survivors() -> list[Survivor]:
    """Those that were read."""
    told = tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))
    return convert(told.get("survivor", []), list[Survivor])


def record() -> list[Tried]:
    """What is known of each module that was ever asked about."""
    told = tomllib.loads(RECORD.read_text(encoding="utf-8"))
    return convert(told.get("module", []), list[Tried])


def _kept(outcomes: Path) -> dict[str, str | None]:
    """What became of each mutant, by its key; who noticed it, or None. A key is made of the whole mutated module."""
    if not outcomes.exists():
        return {}
    found = [decode(line, type=Outcome) for line in outcomes.read_bytes().splitlines()]
    return {one.key: one.by for one in found}


def _try(tree: Tree, chosen: list[Mutant], kept: Path, tests: list[str]) -> dict[str, str | None]:
    outcomes = kept / "outcomes.jsonl"
    known = _kept(outcomes)
    job = Job([one for one in chosen if known.get(one.key) is None], str(kept / "reach.json"), str(outcomes))
    file = kept / "job.json"
    file.write_bytes(encode(job))
    done = tree.run(["-c", SERVER, str(file), *tests], 100_000)
    found = _kept(outcomes)
    if missing := [one.key for one in chosen if one.key not in found]:
        raise RuntimeError(f"{len(missing)} mutants were not tried:\n{done.out[-3000:]}")
    return found


def _write(found: list[Tried]) -> None:
    lines = ["# What mutation testing came to (`mutation.py`), by module; written by it.\n"]
    for one in sorted(found, key=lambda each: each.module):
        told = "\n".join(f"{name} = {getattr(one, name)}" for name in ("mutants", "tried", "noticed", "read", "unread"))
        lines.append(f'[[module]]\nmodule = "{one.module}"\n{told}\n')
    RECORD.write_text("\n".join(lines), encoding="utf-8")


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m faults.mutation")
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--sample", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    settings = tomllib.loads((HERE / "mutation.toml").read_text(encoding="utf-8"))
    read = {(one.module, one.old, one.new) for one in survivors()}
    unread = 0
    with copied() as tree, TemporaryDirectory() as folder:
        kept: Path = (asked.kept or Path(folder)).resolve()
        kept.mkdir(exist_ok=True)
        for module in asked.modules:
            count, chosen = mutants(ROOT / module, module, settings["excluded"], asked.sample)
            outcomes = _try(tree, chosen, kept, settings["tests"])
            survived = [one for one in chosen if outcomes[one.key] is None]
            left = [one for one in survived if (module, one.old, one.new) not in read]
            for one in left:
                print(f"{module}:{one.lines[0]}\n- {one.old}\n+ {one.new}\n", flush=True)
            unread += len(left)
            known = len(survived) - len(left)
            told = Tried(module, count, len(chosen), len(chosen) - len(survived), known, len(left))
            print(told, flush=True)
            _write([*(one for one in record() if one.module != module), told])
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
