"""A run of `conform` as JUnit XML: a suite for each configuration, a case for each request."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from parley.conformance.conform import Outcome
from parley.conforming import ConformResult
from parley.spec.diagnostics import printable

from .conform_text import evidence_text, failure_text, trouble_text


def conform_junit(report: ConformResult) -> str:
    """Known failures are skipped; one that is right, and replies without a configuration, are failures."""
    rows: list[str] = []
    failed = len(report.failures) + len(report.fixed)
    if report.discovered is not None:
        rows += _discovery(report)
        failed += _undiscovered(report)
    if report.troubles:
        rows += _troubles(report)
        failed += 1
    for _, group in groupby(report.outcomes, key=lambda outcome: outcome.check.at.config):
        rows += _suite(report, list(group))
    if report.unjudged:
        rows += _unjudged(report)
    total = len(report.outcomes) + report.unjudged + (report.discovered is not None) + bool(report.troubles)
    counts = f'tests="{total}" failures="{failed}" time="{report.seconds:.3f}"'
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites name={_attribute(report.policy.name)} {counts}>"]
    return "\n".join([*head, *rows, "</testsuites>"]) + "\n"


def _undiscovered(report: ConformResult) -> bool:
    found = report.discovered
    return report.evidence is not None or (found is not None and (found.fault is not None or not report.outcomes))


def _discovery(report: ConformResult) -> list[str]:
    failed = int(_undiscovered(report))
    rows = [f'  <testsuite name="discovery" tests="1" failures="{failed}">']
    name = f'classname={_attribute(report.policy.name)} name="a configuration explains all replies"'
    rows.append(f"    <testcase {name}>")
    if failed:
        rows.append(f'      <failure message="none does">{_text(evidence_text(report))}</failure>')
    return [*rows, "    </testcase>", "  </testsuite>"]


def _troubles(report: ConformResult) -> list[str]:
    name = f'classname={_attribute(report.policy.name)} name="the program fails by no request"'
    first, *rest = trouble_text(report)
    failure = f"<failure message={_attribute(first.removeprefix('✗ '))}>{_text(rest)}</failure>"
    suite = '  <testsuite name="program" tests="1" failures="1">'
    return [suite, f"    <testcase {name}>", f"      {failure}", "    </testcase>", "  </testsuite>"]


def _unjudged(report: ConformResult) -> list[str]:
    """Replies that are neither right nor wrong, since there is no configuration to judge them by."""
    count = report.unjudged
    rows = [f'  <testsuite name="not judged" tests="{count}" failures="0" skipped="{count}">']
    case = f'    <testcase classname={_attribute(report.policy.name)} name="not judged"><skipped/></testcase>'
    return [*rows, *[case] * count, "  </testsuite>"]


def _suite(report: ConformResult, outcomes: list[Outcome]) -> list[str]:
    policy, at = report.policy, outcomes[0].check.at
    configured = at.configured(policy)
    configs = [v for v in policy.interface.configs if v.name.id in configured]
    shown = ", ".join(f"{v.name.id} {report.words.show(v, configured[v.name.id])}" for v in configs)
    bad = sum(1 for o in outcomes if (o.problem is None) == (o.check.at in report.known))
    skipped = sum(1 for o in outcomes if o.problem is not None and o.check.at in report.known)
    shown = shown if configured or not policy.interface.configs else "no known configuration"
    rows = [f'  <testsuite name={_attribute(shown)} tests="{len(outcomes)}" failures="{bad}" skipped="{skipped}">']
    for outcome in outcomes:
        rows += _case(report, outcome)
    return [*rows, "  </testsuite>"]


def _case(report: ConformResult, outcome: Outcome) -> list[str]:
    check = outcome.check
    case = _attribute(report.policy.name if check.expect is None else f"{report.policy.name}.{check.expect.case}")
    name = f"classname={case} name={_attribute(report.arguments(check))}"
    known = report.known.get(check.at)
    said = ", ".join(f"{register} {shown}" for register, shown in outcome.others.items() if shown != "0x0")
    others = [f"      <system-out>{escape(f'not an output: {said}')}</system-out>"] if said else []
    if outcome.problem is None:
        if known is None:
            return [f"    <testcase {name}>", *others, "    </testcase>"] if others else [f"    <testcase {name}/>"]
        inner = '<failure message="known to fail, but right">take it off the list of known failures</failure>'
    elif known is None:
        first, *rest = failure_text(report, outcome)
        inner = f"<failure message={_attribute(first)}>{_text(rest)}</failure>"
    else:
        inner = f"<skipped message={_attribute(f'known to fail: {known}')}/>"
    return [f"    <testcase {name}>", f"      {inner}", *others, "    </testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(printable(text))


def _text(lines: list[str]) -> str:
    return escape("\n".join(printable(line.strip()) for line in lines))
