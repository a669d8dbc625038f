"""Where a module can be changed, by Cosmic Ray's operators, and which of its mutants stand for all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

UNION = re.compile("core/ReplaceBinaryOperator_BitOr_")
"""Changes `A | B`, which is a union of types where it stands outside of functions, or annotates something."""


Kind = TypeVar("Kind")
Place = tuple[int, int]
"""A line, from 1, and a column, from 0."""


class Mutant(Struct, frozen=True):
    """A module's text with one change, and the lines that are changed, of the module as it was.

    `function` is the first and last line of the innermost function whose body has the change; None where that is read
    as the module is imported.
    """

    key: str
    module: str
    text: str
    old: str
    new: str
    lines: tuple[int, int]
    function: tuple[int, int] | None


def _cosmic_ray(module: str) -> Any:
    """Cosmic Ray is an extra, without which everything else here is imported, and has its types checked."""
    return import_module(f"cosmic_ray.{module}")


def mutants(path: Path, module: str, excluded: list[str], most: int) -> tuple[int, list[Mutant]]:
    """How many mutants a module has, without those of excluded operators, of types, and of asserted lengths; so many of them, by place."""
    database = _cosmic_ray("work_db")
    with database.use_db(":memory:", database.WorkDB.Mode.create) as made:
        _cosmic_ray("commands").init([path], made, {})
        specs: list[Any] = [one for item in made.work_items for one in item.mutations]
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    types, lengths = [*_annotations(tree)], [*_asserted_lengths(tree)]
    kept = [
        spec
        for spec in sorted(specs, key=lambda one: (one.start_pos, one.end_pos, one.operator_name, one.occurrence))
        if not any(re.fullmatch(pattern, spec.operator_name) for pattern in excluded)
        if not (UNION.match(spec.operator_name) and (_function(tree, spec) is None or _in_any(types, spec)))
        if not _in_any(lengths, spec)
    ]
    return len(kept), [_mutant(module, text, tree, spec) for spec in sample(kept, most)]


def sample(found: list[Kind], count: int) -> list[Kind]:
    """So many of them at most, spread evenly over the list: those whose place, with its bits reversed, comes first.

    A larger sample has the smaller one in it.
    """
    width = max(len(found) - 1, 1).bit_length()
    places = sorted(range(len(found)), key=lambda place: int(f"{place:0{width}b}"[::-1], 2))
    return [found[place] for place in sorted(places[:count])]


def _mutant(module: str, text: str, tree: ast.Module, spec: Any) -> Mutant:
    operator = _cosmic_ray("plugins").get_operator(spec.operator_name)(**spec.operator_args)
    changed: str = _cosmic_ray("mutating").mutate_code(text, operator, spec.occurrence)
    old, new = _difference(text, changed)
    key = sha256(f"{module}\n{changed}".encode()).hexdigest()[:16]
    return Mutant(key, module, changed, old, new, (spec.start_pos[0], spec.end_pos[0]), _function(tree, spec))


def _function(tree: ast.Module, spec: Any) -> tuple[int, int] | None:
    around = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _within(node.body, spec)]
    if not around:
        return None
    inner = max(around, key=lambda node: node.lineno)
    return inner.lineno, inner.end_lineno or inner.lineno


def _in_any(nodes: list[ast.expr], spec: Any) -> bool:
    return any(_within([node], spec) for node in nodes)


def _asserted_lengths(tree: ast.Module) -> Iterator[ast.expr]:
    """The `strict` of each `zip`: that two have one length is asserted there, and is so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "strict":
            yield node.value


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as said) | ast.AnnAssign(annotation=said):
                yield said
            case ast.FunctionDef(returns=ast.expr() as said):
                yield said
            case _:
                pass


def _within(nodes: list[ast.stmt] | list[ast.expr], spec: Any) -> bool:
    first, last = nodes[0], nodes[-1]
    end: Place = (last.end_lineno or last.lineno, last.end_col_offset or last.col_offset)
    place: tuple[Place, Place] = spec.start_pos, spec.end_pos
    return (first.lineno, first.col_offset) <= place[0] and place[1] <= end


def _difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, without those around them."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(line.strip() for line in old), " ".join(line.strip() for line in new)
