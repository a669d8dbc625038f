"""What people see of a suite that is a program, beside its figures."""

from __future__ import annotations

import shlex
from collections import Counter

from parley.program_scores import ProgramRuns, said_of, worth_nothing
from parley.spec.diagnostics import plural
from parley.suites import ScoreResult
from parley.values import Words

from ..draw.numberline import drawings
from ..draw.rows import Row, laid_out, under
from ..output import Output

MOST_ASKED = 4
MOST_ALSO = 3
MOST_ENDS = 3


def failures(result: ScoreResult, runs: ProgramRuns, output: Output) -> list[str]:
    """That the program fails against the policy itself: what it asked last, and in which configurations else."""
    if not runs.refusals:
        return []
    words, policy, first = Words(result.policy.interface), result.policy, runs.refusals[0]
    rows: list[Row] = [*drawings(words, first.config)]
    left = len(first.asked) - MOST_ASKED
    rows += [("", f"{plural(left, 'request')} before")] if left > 0 else []
    rows += [("asked", " → ".join(said_of(one))) for one in first.asked[-MOST_ASKED:]]
    if not first.asked:
        rows.append(("asked", "nothing"))
    rows.append(("then", first.ended.text))
    rows += under("standard error", first.ended.stderr)
    others = [", ".join(words.named(policy.interface.configs, one.config)) for one in runs.refusals[1:]]
    more = len(others) - MOST_ALSO
    rows += under("also", [*others[:MOST_ALSO], *([f"and {more} more (--format json has all)"] if more > 0 else [])])
    if others and len(runs.refusals) == len(runs.configurations):
        rows.append(("", "it passes in no configuration"))
    elif others or len(runs.configurations) > 1:
        failed = [one.config for one in runs.refusals]
        passed = next(config for config in runs.configurations if config not in failed)
        hint = " ".join(words.arguments(passed, {}, ()))
        rows.append(("help", f"a suite for one build is scored with that: {hint}"))
    return [output.failed(f"the program fails against {policy.name} itself"), *laid_out(rows, "    "), ""]


def program_rows(result: ScoreResult, runs: ProgramRuns) -> list[Row]:
    """The program, how often it was run, and how it came out."""
    rows: list[Row] = [("program", shlex.join(runs.command))]
    passed = len(runs.configurations) - len(runs.refusals)
    configurations = plural(len(runs.configurations), "configuration")
    passes = f"passes {result.policy.name}" if not runs.refusals else f"passes {result.policy.name} in {passed}"
    rows.append(("runs", f"{runs.runs}, in {configurations}; {passes}"))
    ends = Counter(one.ended.text for one in runs.caught.values()).most_common()
    rows += under("fails", [f"against {plural(count, 'mutant')}: {text}" for text, count in ends[:MOST_ENDS]])
    more = sum(count for _, count in ends[MOST_ENDS:])
    rows += [("", f"against {more} more otherwise (--format json has all)")] if more else []
    if runs.differs is not None:
        rows += under("no figures", ["it does not do the same where it is answered the same", *runs.differs])
    nothing = worth_nothing(result.scored, runs)
    rows += [("worth nothing", nothing)] if nothing else []
    return rows
