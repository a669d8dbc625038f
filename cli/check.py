"""`parley check`: prove the claims of some files and report."""

from __future__ import annotations

from parley.checking import check_files

from .diagnostics import to_stderr
from .output import Output
from .progress import Progress


def check(
    targets: tuple[str, ...], only: tuple[str, ...], budget: int | None, format_: str, quiet: bool, output: Output
) -> int:
    """Prove the claims of some files and report. Raises Rejected where there is nothing to check."""
    with Progress() as progress:
        report = check_files(*targets, only=only, budget=budget, progress=progress.claim)
    if format_ == "json":
        from .check_json import check_json

        output.write(check_json(report))
        return report.code
    from .check_text import render

    to_stderr(report.diagnostics)
    if report.outcomes:
        output.write(render(report, quiet, output))
    return report.code
