"""How strong a suite is, for people."""

from __future__ import annotations

from collections.abc import Sequence

from parley.spec.diagnostics import plural
from parley.suites import ScoreResult, expected, figures

from ..draw.rows import Row, laid_out, some
from ..draw.strength import conditions_row, kinds_tried
from ..output import Output
from .program_text import failures, program_rows

MOST_SHOWN = 12


def score_text(result: ScoreResult, output: Output) -> str:
    """The figures of a suite, and what it lacks; where quiet, what it lacks alone."""
    found, tried = result.scored, result.scored.mutants
    cases, conditions, _ = figures(found)
    reached: list[Row] = [
        ("rows", str(len(found.rows))),
        cases,
        conditions_row(conditions),
        ("boundaries", f"{found.boundaries[0]} of {found.boundaries[1]}"),
        ("mutants", f"{tried.killed} killed, {tried.equivalent} proved equivalent, {tried.survived} survive"),
        *kinds_tried(tried),
    ]
    if result.runs is not None:
        of_program = program_rows(result, result.runs)
        if not result.runs.steady:
            return _lines([*failures(result, result.runs, output), *laid_out(of_program)])
        reached = [*of_program, *reached]
    rows: list[Row] = []
    if found.missing_boundaries:
        rows.append(("untouched", ", ".join(found.missing_boundaries)))
    rows += some("survives", [mutant.what for mutant in found.survivors], MOST_SHOWN)
    if not output.quiet:
        rows += some("twice", [f"{one} and {other}" for one, other in found.duplicates], MOST_SHOWN)
        alone = [f"{row}: {plural(len(mutants), 'mutant')}" for row, mutants in result.only_killers.items()]
        rows += some("only killer", alone, MOST_SHOWN)
    for test in found.missing:
        rows.append(("add", f"{test.comment.rpartition(': ')[0]}: {expected(test)}"))
    if result.runs is not None:
        shown = laid_out([] if output.quiet else reached)
        return _lines([*failures(result, result.runs, output), *shown, *laid_out(rows)])
    wrong = laid_out(("contradicts", f"{one.row}: {one.why}") for one in found.contradictions)
    styled = [output.style(line, fg="red", bold=True) for line in wrong]
    return _lines([*laid_out([] if output.quiet else reached), *styled, *laid_out(rows)])


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
