"""`parley vectors`: a suite of edge-case vectors, in one of the formats."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from parley.naming import find_policy
from parley.suites import SuiteResult, mutants_row, need_concrete, suite

from .options import configuration_options
from .output import Output

if TYPE_CHECKING:
    from parley.vectors.suite import Mutants


def vectors(
    argument: str, options: list[str], minimal: bool, more: int, seed: int, format_: str, quiet: bool, output: Output
) -> int:
    """Write the suite of a policy. Raises Rejected for a wrong use."""
    _, policy = find_policy(argument)
    need_concrete(policy)
    made = suite(policy, configuration_options(policy, options), minimal=minimal, more=more, seed=seed)
    if format_ != "json":
        sys.stderr.writelines(f"warning: {warning}\n" for warning in made.suite.warnings)
    output.write(_text(made, quiet, output) if format_ == "text" else made.export(format_))
    return made.code


def kinds_tried(mutants: Mutants) -> list[tuple[str, str]]:
    """The kinds of fault that were tried, with how many mutants there are of each; those of encodings on a line."""
    lines: dict[str, list[str]] = {}
    for kind, made in mutants.kinds.items():
        group, colon, rest = kind.partition(": ")
        number = made.killed + made.equivalent + made.survived
        lines.setdefault(f"{group}: " if colon else "", []).append(f"{rest or group} {number}")
    texts = [f"{group}{', '.join(tried)}" for group, tried in lines.items()]
    return [("" if at else "kinds tried", text) for at, text in enumerate(texts)]


def _text(result: SuiteResult, quiet: bool, output: Output) -> str:
    made, found = result.suite, result.found
    adequacy = made.adequacy
    mutants = adequacy.mutants
    rows = [
        ("vectors", f"{made.size} in {len(made.groups)} configuration{'s' if len(made.groups) != 1 else ''}"),
        ("cases", f"{adequacy.cases[0]} of {adequacy.cases[1]}"),
        ("conditions", f"{adequacy.mcdc[0]} of {adequacy.mcdc[1]}, each both ways with the outcome depending on it"),
        ("mutants", mutants_row(mutants)),
        *([] if quiet else kinds_tried(mutants)),
    ]
    if made.smallest is not None:
        proved = "proved: of the vectors found, no fewer have the same adequacy"
        if not made.smallest:
            proved = "not proved within the budget"
        rows.append(("smallest", proved))
    if found.unreachable:
        rows.append(("unreachable", ", ".join(found.unreachable)))
    lines = [output.style(f"{made.policy}, {made.interface}", bold=True)]
    lines += [f"{label:<17}{text}" for label, text in rows]
    if not quiet:
        names = {mutant.name: mutant.what for mutant in found.mutants}
        lines += [f"{'equivalent':<17}{name}: {names[name]}" for name in found.equivalent]
        lines += [f"{'not known':<17}{names.get(name, name)}: {why}" for name, why in found.survivors.items()]
    lines.append(f"{'the suite':<17}with --format json, csv, c, kunit, rust, pytest, cbmc or kani")
    return "\n".join(lines) + "\n"
