"""Mutation testing with the operators of Cosmic Ray: `python -m faults.mutation MODULE…`, in a copy of the checkout.

`--sample N` tries at most so many mutants of a module, spread over it. A mutant is tried with the tests that come to its
lines, the quickest first, for eight seconds of a processor at most. `--kept FOLDER` keeps those, and what
became of each mutant: one that was noticed, or survived and was read, is not tried again.

What is printed are survivors that were not read; those that were are in `survivors.toml`, each with why it means the
same. `mutation_record.toml` is written anew for the modules that were asked for. Ends with 1 where any are unread, and
with 2 where Cosmic Ray is missing, or no tests stand for a module.
"""

from __future__ import annotations

import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.json import decode, encode

from .fault import HERE, ROOT
from .mutation_record import COUNTS, Tried, record, survivors, write_record
from .mutation_server import Job, Outcome
from .mutation_sites import Mutant, mutants
from .tree import Tree, copied

SERVER = (
    "import sys; sys.path.insert(0, 'tests'); from faults.mutation_server import main; sys.exit(main(*sys.argv[1:]))"
)


EXTRA = "Cosmic Ray is not installed here; it is the extra `mutation`: pip install -e '..[test,mutation]'"


def _kept(outcomes: Path) -> dict[str, str | None]:
    """What became of each mutant, by its key; who noticed it, or None. A key is made of the whole mutated module."""
    if not outcomes.exists():
        return {}
    found = [decode(line, type=Outcome) for line in outcomes.read_bytes().splitlines()]
    return {one.key: one.by for one in found}


def _try(
    tree: Tree, chosen: list[Mutant], kept: Path, tests: Sequence[str], read: set[tuple[str, str, str]]
) -> dict[str, str | None]:
    outcomes = kept / "outcomes.jsonl"
    known = _kept(outcomes)
    done_with = {one.key for one in chosen if one.key in known and (known[one.key] or _line(one) in read)}
    job = Job([one for one in chosen if one.key not in done_with], str(kept / "reach.json"), str(outcomes))
    file = kept / "job.json"
    file.write_bytes(encode(job))
    done = tree.run(["-c", SERVER, str(file), *tests], 100_000)
    found = _kept(outcomes)
    if missing := [one.key for one in chosen if one.key not in found]:
        raise RuntimeError(f"{len(missing)} mutants were not tried:\n{done.out[-3000:]}")
    return found


def _line(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.module, mutant.old, mutant.new


def _mutants(module: str, excluded: list[str], most: int, kept: Path) -> tuple[int, list[Mutant]]:
    """Making them takes as long as trying them: they are kept, too, for one text of the module."""
    made_of = encode([module, (ROOT / module).read_text(encoding="utf-8"), excluded, most])
    path = kept / f"mutants-{sha256(made_of).hexdigest()[:16]}.json"
    if not path.exists():
        path.write_bytes(encode(mutants(ROOT / module, module, excluded, most)))
    return decode(path.read_bytes(), type=tuple[int, list[Mutant]])


def _tests(module: str, told: dict[str, list[str]]) -> tuple[str, ...]:
    """Those of the longest beginning of the module's path."""
    return tuple(told[max((start for start in told if module.startswith(start)), key=len)])


def _told(
    module: str, count: int, chosen: list[Mutant], outcomes: Mapping[str, str | None], read: set[tuple[str, str, str]]
) -> int:
    """Prints a module's survivors that were not read, and writes down what became of its mutants; how many are unread."""
    survived = [one for one in chosen if outcomes[one.key] is None]
    left = [one for one in survived if _line(one) not in read]
    for one in left:
        print(f"{module}:{one.lines[0]}\n- {one.old}\n+ {one.new}\n")
    known = len(survived) - len(left)
    told = Tried(module, count, len(chosen), len(chosen) - len(survived), known, len(left))
    print(module, ", ".join(f"{getattr(told, name)} {name}" for name in COUNTS), flush=True)
    write_record([*(one for one in record() if one.module != module), told])
    return len(left)


def _unable(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m faults.mutation")
    parser.add_argument("modules", nargs="+", metavar="MODULE")
    parser.add_argument("--sample", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    asked = parser.parse_args(arguments)
    settings = tomllib.loads((HERE / "mutation.toml").read_text(encoding="utf-8"))
    unknown = [
        one for one in asked.modules if not (ROOT / one).is_file() or not one.startswith(tuple(settings["tests"]))
    ]
    if unknown:
        starts = ", ".join(settings["tests"])
        return _unable(f"no tests stand for {', '.join(unknown)}; mutation.toml has modules that begin with {starts}")
    if find_spec("cosmic_ray") is None:
        return _unable(EXTRA)
    read = {(one.module, one.old, one.new) for one in survivors()}
    unread = 0
    together: dict[tuple[str, ...], list[str]] = {}
    for module in asked.modules:
        together.setdefault(_tests(module, settings["tests"]), []).append(module)
    with copied() as tree, TemporaryDirectory() as folder:
        kept: Path = (asked.kept or Path(folder)).resolve()
        kept.mkdir(exist_ok=True)
        for tests, modules in together.items():
            chosen = {one: _mutants(one, settings["excluded"], asked.sample, kept) for one in modules}
            outcomes = _try(tree, [mutant for _, of in chosen.values() for mutant in of], kept, tests, read)
            unread += sum(_told(module, *chosen[module], outcomes, read) for module in modules)
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
