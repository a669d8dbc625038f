"""A run of `conform` as JUnit XML: a suite for each configuration, a case for each request."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from parley.conformance.conform import Outcome
from parley.conforming import ConformResult
from parley.spec.diagnostics import printable

from .conform_text import evidence_text, failure_text, trouble_text


def conform_junit(report: ConformResult) -> str:
    """Known failures are skipped; one that is right, and replies without a configuration, are failures."""
    suites: list[Element] = []
    failed = len(report.failures) + len(report.fixed)
    if report.discovered is not None:
        suites.append(_discovery(report))
        failed += _undiscovered(report)
    if report.troubles:
        suites.append(_troubles(report))
        failed += 1
    suites += [_suite(report, list(group)) for _, group in groupby(report.outcomes, key=lambda o: o.check.at.config)]
    if report.unjudged:
        suites.append(_unjudged(report))
    total = len(report.outcomes) + report.unjudged + (report.discovered is not None) + bool(report.troubles)
    root = Element("testsuites", _named(report.policy.name, tests=total, failures=failed))
    root.set("time", f"{report.seconds:.3f}")
    root.extend(suites)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _named(name: str, **counts: int) -> dict[str, str]:
    return {"name": printable(name), **{count: str(value) for count, value in counts.items()}}


def _case(suite: Element, class_: str, name: str) -> Element:
    return SubElement(suite, "testcase", {"classname": printable(class_), "name": printable(name)})


def _failure(case: Element, message: str, lines: list[str]) -> None:
    SubElement(case, "failure", {"message": printable(message)}).text = "\n".join(printable(x.strip()) for x in lines)


def _undiscovered(report: ConformResult) -> bool:
    found = report.discovered
    return report.evidence is not None or (found is not None and (found.fault is not None or not report.outcomes))


def _discovery(report: ConformResult) -> Element:
    failed = _undiscovered(report)
    suite = Element("testsuite", _named("discovery", tests=1, failures=int(failed)))
    case = _case(suite, report.policy.name, "a configuration explains all replies")
    if failed:
        _failure(case, "none does", evidence_text(report))
    return suite


def _troubles(report: ConformResult) -> Element:
    suite = Element("testsuite", _named("program", tests=1, failures=1))
    first, *rest = trouble_text(report)
    _failure(_case(suite, report.policy.name, "the program fails by no request"), first.removeprefix("✗ "), rest)
    return suite


def _unjudged(report: ConformResult) -> Element:
    """Replies that are neither right nor wrong, since there is no configuration to judge them by."""
    count = report.unjudged
    suite = Element("testsuite", _named("not judged", tests=count, failures=0, skipped=count))
    for _ in range(count):
        SubElement(_case(suite, report.policy.name, "not judged"), "skipped")
    return suite


def _suite(report: ConformResult, outcomes: list[Outcome]) -> Element:
    policy, at = report.policy, outcomes[0].check.at
    configured = at.configured(policy)
    configs = [v for v in policy.interface.configs if v.name.id in configured]
    shown = ", ".join(f"{v.name.id} {report.words.show(v, configured[v.name.id])}" for v in configs)
    bad = sum(1 for o in outcomes if (o.problem is None) == (o.check.at in report.known))
    skipped = sum(1 for o in outcomes if o.problem is not None and o.check.at in report.known)
    shown = shown if configured or not policy.interface.configs else "no known configuration"
    suite = Element("testsuite", _named(shown, tests=len(outcomes), failures=bad, skipped=skipped))
    for outcome in outcomes:
        _judged(suite, report, outcome)
    return suite


def _judged(suite: Element, report: ConformResult, outcome: Outcome) -> None:
    check, policy = outcome.check, report.policy.name
    class_ = policy if check.expect is None else f"{policy}.{check.expect.case}"
    case = _case(suite, class_, report.arguments(check))
    known = report.known.get(check.at)
    if outcome.problem is not None and known is not None:
        SubElement(case, "skipped", {"message": printable(f"known to fail: {known}")})
    elif outcome.problem is not None:
        first, *rest = failure_text(report, outcome)
        _failure(case, first, rest)
    elif known is not None:
        _failure(case, "known to fail, but right", ["take it off the list of known failures"])
    said = ", ".join(f"{register} {shown}" for register, shown in outcome.others.items() if shown != "0x0")
    if said:
        SubElement(case, "system-out").text = f"not an output: {said}"
