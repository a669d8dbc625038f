"""`parley score`: how strong a suite of vectors is."""

from __future__ import annotations

import sys

from parley.naming import find_policy
from parley.suites import ScoreResult, score

from .output import Output
from .vectors import kinds_tried

MOST_SHOWN = 12


def score_command(argument: str, path: str, format_: str, quiet: bool, output: Output) -> int:
    """Print a suite's figures; 0 where nothing contradicts the policy and no mutant survives, else 1."""
    made = score(find_policy(argument)[1], path)
    if format_ == "json":
        from .score_json import score_json

        output.write(score_json(made))
    else:
        sys.stderr.writelines(f"warning: {warning}\n" for warning in made.warnings)
        output.write(_text(made, quiet, output))
    return made.code


def _text(result: ScoreResult, quiet: bool, output: Output) -> str:
    made = result.scored
    mutants = made.mutants
    rows = [
        ("rows", str(len(made.rows))),
        ("cases", f"{made.cases[0]} of {made.cases[1]}"),
        ("conditions", f"{made.mcdc[0]} of {made.mcdc[1]}, each both ways with the outcome depending on it"),
        ("boundaries", f"{made.boundaries[0]} of {made.boundaries[1]}"),
        ("mutants", f"{mutants.killed} killed, {mutants.equivalent} proved equivalent, {mutants.survived} survive"),
        *([] if quiet else kinds_tried(mutants)),
    ]
    lines = [] if quiet else [f"{label:<17}{text}" for label, text in rows]
    lines += [output.style(f"{'contradicts':<17}{c.row}: {c.why}", fg="red", bold=True) for c in made.contradictions]
    if made.missing_boundaries:
        lines.append(f"{'untouched':<17}{', '.join(made.missing_boundaries)}")
    lines += _some("survives", [mutant.what for mutant in made.survivors])
    if not quiet:
        lines += _some("twice", [f"{one} and {other}" for one, other in made.duplicates])
        alone = result.only_killers.items()
        lines += _some("only killer", [f"{row}: {len(n)} mutant{'s' if len(n) != 1 else ''}" for row, n in alone])
    for test in made.missing:
        outputs = ", ".join(f"{name} {value}" for name, value in test.expect.outputs.items())
        lines.append(f"{'add':<17}{test.comment.rpartition(': ')[0]}: {outputs}")
    return "".join(f"{line}\n" for line in lines)


def _some(label: str, texts: list[str]) -> list[str]:
    shown = [f"{label:<17}{text}" for text in texts[:MOST_SHOWN]]
    if len(texts) > MOST_SHOWN:
        shown.append(f"{'':<17}and {len(texts) - MOST_SHOWN} more (--format json has all)")
    return shown
