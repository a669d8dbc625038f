"""A run of `conform` as JUnit XML: a suite for each configuration, a case for each request."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from ..spec.diagnostics import printable
from ..vectors.conform import Outcome
from .conform import Report, arguments
from .conform_text import evidence_text, failure_text


def conform_junit(report: Report) -> str:
    """Known failures are skipped; one that is right, and replies without a configuration, are failures."""
    rows: list[str] = []
    failed = len(report.failures) + len(report.fixed)
    if report.discovered is not None:
        rows += _discovery(report)
        failed += _undiscovered(report)
    for _, group in groupby(report.outcomes, key=lambda outcome: outcome.check.at.config):
        rows += _suite(report, list(group))
    total = len(report.outcomes) + (report.discovered is not None)
    counts = f'tests="{total}" failures="{failed}" time="{report.seconds:.3f}"'
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites name={_attribute(report.policy.name)} {counts}>"]
    return "\n".join([*head, *rows, "</testsuites>"]) + "\n"


def _undiscovered(report: Report) -> bool:
    return report.evidence is not None or not report.outcomes


def _discovery(report: Report) -> list[str]:
    failed = int(_undiscovered(report))
    rows = [f'  <testsuite name="discovery" tests="1" failures="{failed}">']
    name = f'classname={_attribute(report.policy.name)} name="a configuration explains all replies"'
    rows.append(f"    <testcase {name}>")
    if failed:
        rows.append(f'      <failure message="none does">{_text(evidence_text(report))}</failure>')
    return [*rows, "    </testcase>", "  </testsuite>"]


def _suite(report: Report, outcomes: list[Outcome]) -> list[str]:
    policy, at = report.policy, outcomes[0].check.at
    configured = at.configured(policy)
    shown = ", ".join(f"{v.name.id} {report.words.show(v, configured[v.name.id])}" for v in policy.interface.configs)
    bad = sum(1 for o in outcomes if (o.problem is None) == (o.check.at in report.known))
    skipped = sum(1 for o in outcomes if o.problem is not None and o.check.at in report.known)
    rows = [f'  <testsuite name={_attribute(shown)} tests="{len(outcomes)}" failures="{bad}" skipped="{skipped}">']
    for outcome in outcomes:
        rows += _case(report, outcome)
    return [*rows, "  </testsuite>"]


def _case(report: Report, outcome: Outcome) -> list[str]:
    check = outcome.check
    case = _attribute(f"{report.policy.name}.{check.expect.case}")
    name = f"classname={case} name={_attribute(arguments(report, check))}"
    known = report.known.get(check.at)
    if outcome.problem is None:
        if known is None:
            return [f"    <testcase {name}/>"]
        inner = '<failure message="known to fail, but right">take it off the list of known failures</failure>'
    elif known is None:
        first, *rest = failure_text(report, outcome)
        inner = f"<failure message={_attribute(first)}>{_text(rest)}</failure>"
    else:
        inner = f"<skipped message={_attribute(f'known to fail: {known}')}/>"
    return [f"    <testcase {name}>", f"      {inner}", "    </testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(printable(text))


def _text(lines: list[str]) -> str:
    return escape("\n".join(printable(line.strip()) for line in lines))
