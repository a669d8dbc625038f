"""What a suite of vectors was measured by."""

from __future__ import annotations

from parley.vectors.suite import Mutants

from .rows import Row, under


def conditions_row(row: Row) -> Row:
    """The conditions that a suite reaches, and what that means."""
    return row[0], f"{row[1]}, each both ways with the outcome depending on it"


def kinds_tried(mutants: Mutants) -> list[Row]:
    """The kinds of fault that were tried, with how many mutants there are of each; those of encodings on a line."""
    lines: dict[str, list[str]] = {}
    for kind, made in mutants.kinds.items():
        group, colon, rest = kind.partition(": ")
        number = made.killed + made.equivalent + made.survived
        lines.setdefault(f"{group}: " if colon else "", []).append(f"{rest or group} {number}")
    return under("kinds tried", [f"{group}{', '.join(tried)}" for group, tried in lines.items()])
