"""The floors of the house: who may import whom, read from the imports themselves.

`spec`, `model`, `proofs`, then `vectors` and `conformance` beside each other, then `api`, which is the package `parley`
itself, and `cli`. What is imported for types alone counts as well: a type is knowledge, too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

BELOW = {
    "spec": set[str](),
    "model": {"spec"},
    "proofs": {"spec", "model"},
    "vectors": {"spec", "model", "proofs"},
    "conformance": {"spec", "model", "proofs"},
    "api": {"spec", "model", "proofs", "vectors", "conformance"},
    "cli": {"spec", "model", "proofs", "vectors", "conformance", "api"},
}

DOOR = "api/__main__.py"
"""`python -m parley` is the command: the one file that looks up."""

SOLVER = {
    "model/smt/terms.py",
    "model/smt/decode.py",
    "proofs/solve.py",
    "proofs/hitting_set.py",
    "proofs/cross_check/solvers.py",
}
"""The files that import z3."""

DRAWN = {
    "conformance": {"batch", "conform", "examine", "explain", "host_verdict", "logs.log", "logs.verdict", "replay"},
    "model": {"run", "instance"},
    "proofs": {"claims", "induced", "verdict"},
    "vectors": {"suite"},
}
"""What the command draws with of these floors: values, so types alone. It asks no engine and no evaluator itself."""

BY_NAME = {"api/__init__.py", "cli/commands.py"}
"""The files that import modules of their own floor by names."""

OTHERS = {
    "click": {"cli"},
    "lark": {"spec"},
    "z3": {"model", "proofs"},
    "cvc5": {"proofs"},
}


def imports(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """The lines of a file's imports, the modules that they name, in full, and what is taken from each."""
    package = ["parley", *path.relative_to(ROOT).parent.parts]
    if package[1] == "api":
        package.remove("api")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, one.name, ()) for one in names)
            case ast.ImportFrom(module=module, level=level, names=names):
                base = package[: len(package) - level + 1] if level else []
                whole = ".".join([*base, *([module] if module else [])])
                # `from . import x` names modules; of `from .y import x` it is `y` that counts.
                if whole in ROOTS:
                    yield from ((node.lineno, f"{whole}.{one.name}", ()) for one in names)
                else:
                    yield node.lineno, whole, tuple(one.name for one in names)
            case ast.Call(func=ast.Name(id="import_module" | "__import__")):
                assert path.relative_to(ROOT).as_posix() in BY_NAME, f"{path}:{node.lineno}: by name"
            case _:
                pass


ROOTS = {"parley", *(f"parley.{floor}" for floor in BELOW)}
FILES = sorted(path for floor in BELOW for path in (ROOT / floor).rglob("*.py"))


def floor_of(module: str) -> str | None:
    """The floor of a module; what is right in `parley` is the API."""
    first, _, rest = module.partition(".")
    if first != "parley":
        return None
    head = rest.partition(".")[0]
    return head if head in BELOW else "api"


def faults(path: Path) -> list[str]:
    """What is wrong with a file's imports."""
    name = path.relative_to(ROOT).as_posix()
    floor = name.partition("/")[0]
    made: list[str] = []
    for line, module, names in imports(path):
        place, first = f"{name}:{line}: {module}", module.partition(".")[0]
        other = floor_of(module)
        if other is not None and other != floor and other not in BELOW[floor] and name != DOOR:
            made.append(f"{place} is above, or beside")
        if floor == "cli" and other in DRAWN:
            values = module.partition(f"{other}.")[2] in DRAWN[other] and all(one[0].isupper() for one in names)
            if not (values and names):
                made.append(f"{place} is not drawn with: go through the API")
        if floor not in OTHERS.get(first, {floor}) or (first == "z3" and name not in SOLVER):
            made.append(f"{place} may not be known here")
    return made


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_imports_what_is_below(path: Path) -> None:
    assert faults(path) == []


def test_the_files_that_import_z3_are_these() -> None:
    named = [path for path in FILES if "z3" in path.read_text(encoding="utf-8")]
    found = {p.relative_to(ROOT).as_posix() for p in named for _, m, _ in imports(p) if m.partition(".")[0] == "z3"}
    assert found == SOLVER


CHECKER = "proofs/certificates/checker"
SHARED = (
    "parley.spec.parsing.parser",
    "parley.spec.source",
    "parley.spec.syntax",
    f"parley.{CHECKER.replace('/', '.')}",
)


def shared_too_much(path: Path) -> list[str]:
    """What a file of the checker of certificates imports of the rest of Parley that it shall not share with it."""
    found = [
        (line, module) for line, module, _ in imports(path) if module.partition(".")[0] not in sys.stdlib_module_names
    ]
    names = (*SHARED, "msgspec")
    return [f"{line}: {module}" for line, module in found if not module.startswith(names) and module != "parley.spec"]


def test_the_checker_of_certificates_shares_the_parser_alone() -> None:
    """No solver, no prover, no elaboration, and nothing of what finds certificates."""
    files = sorted((ROOT / CHECKER).glob("*.py"))
    assert len(files) > 10
    assert {path.name: made for path in files if (made := shared_too_much(path))} == {}
    certifier = ROOT / "proofs/certificates/certify.py"
    assert len(shared_too_much(certifier)) > 5


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("spec/source.py", "from ..model import words"),
        ("spec/source.py", "from parley.model.instance import Instance"),
        ("model/work.py", "if True:\n    from ..proofs.claims import Claim"),
        ("vectors/suite.py", "def f():\n    from ..conformance.run import Limits"),
        ("conformance/logs/reader.py", "from ...vectors import suite"),
        ("proofs/claims.py", "import parley.vectors.suite"),
        ("proofs/claims.py", "import parley"),
        ("api/loading.py", "from parley.cli.output import Output"),
        ("api/loading.py", "from .cli import output"),
        ("cli/check/command.py", "from parley.proofs.prove import prove"),
        ("cli/check/text.py", "from parley.proofs import solve"),
        ("cli/check/text.py", "from parley.proofs import verdict"),
        ("cli/check/text.py", "from parley.model.evaluate_policy import PolicyEvaluator"),
        ("cli/conform/text.py", "from parley.conformance.conform import others"),
        ("model/evaluate.py", "import z3"),
        ("api/checking.py", "from z3 import Solver"),
        ("vectors/mutant_check.py", "import click"),
    ],
)
def test_an_import_of_what_may_not_be_known_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, line: str
) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line + "\n", encoding="utf-8")
    assert faults(path)
