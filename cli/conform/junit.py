"""A run of `conform` as JUnit XML: a suite for each configuration, a case for each request."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from parley.conformance.conform import RequestOutcome
from parley.conforming import ConformResult
from parley.spec.diagnostics import printable

from .text import evidence_text, failure_text, trouble_text


def conform_junit(run: ConformResult) -> str:
    """Known failures are skipped; one that is right, and replies without a configuration, are failures."""
    suites: list[Element] = []
    failed = len(run.failures) + len(run.fixed)
    if run.discovered is not None:
        suites.append(_discovery(run))
        failed += _undiscovered(run)
    if run.troubles:
        first, *rest = trouble_text(run)
        what = "the program fails by no request"
        suites.append(trouble_suite(run.policy.name, what, first.removeprefix("✗ "), rest))
        failed += 1
    suites += [_suite(run, list(group)) for _, group in groupby(run.outcomes, key=lambda o: o.check.at.config)]
    if run.unjudged:
        suites.append(_unjudged(run))
    total = len(run.outcomes) + run.unjudged + (run.discovered is not None) + bool(run.troubles)
    return document(run.policy.name, suites, total, failed, run.seconds)


def document(name: str, suites: list[Element], tests: int, failures: int, seconds: float) -> str:
    """All suites of a run as the text of a file."""
    root = Element("testsuites", attributes(name, tests=tests, failures=failures))
    root.set("time", f"{seconds:.3f}")
    root.extend(suites)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def trouble_suite(class_: str, what: str, first: str, rest: list[str]) -> Element:
    """The faults of the program that nothing it was asked is to blame for, as a case of their own."""
    suite = Element("testsuite", attributes("program", tests=1, failures=1))
    add_failure(add_case(suite, class_, what), first, rest)
    return suite


def attributes(name: str, **counts: int) -> dict[str, str]:
    return {"name": printable(name), **{count: str(value) for count, value in counts.items()}}


def add_case(suite: Element, class_: str, name: str) -> Element:
    return SubElement(suite, "testcase", {"classname": printable(class_), "name": printable(name)})


def add_failure(case: Element, message: str, lines: list[str]) -> None:
    SubElement(case, "failure", {"message": printable(message)}).text = "\n".join(printable(x.strip()) for x in lines)


def _undiscovered(run: ConformResult) -> bool:
    found = run.discovered
    return run.evidence is not None or (found is not None and (found.fault is not None or not run.outcomes))


def _discovery(run: ConformResult) -> Element:
    failed = _undiscovered(run)
    suite = Element("testsuite", attributes("discovery", tests=1, failures=int(failed)))
    case = add_case(suite, run.policy.name, "a configuration explains all replies")
    if failed:
        add_failure(case, "none does", evidence_text(run))
    return suite


def _unjudged(run: ConformResult) -> Element:
    """Replies that are neither right nor wrong, since there is no configuration to judge them by."""
    count = run.unjudged
    suite = Element("testsuite", attributes("not judged", tests=count, failures=0, skipped=count))
    for _ in range(count):
        SubElement(add_case(suite, run.policy.name, "not judged"), "skipped")
    return suite


def _suite(run: ConformResult, outcomes: list[RequestOutcome]) -> Element:
    configs, configured = run.policy.interface.configs, outcomes[0].check.at.config
    known = [variable for variable in configs if variable.name.id in configured]
    bad = sum(1 for o in outcomes if (o.problem is None) == (o.check.at in run.known))
    skipped = sum(1 for o in outcomes if o.problem is not None and o.check.at in run.known)
    named = ", ".join(run.words.named(known, configured))
    shown = named if configured or not configs else "no known configuration"
    suite = Element("testsuite", attributes(shown, tests=len(outcomes), failures=bad, skipped=skipped))
    for outcome in outcomes:
        _judged(suite, run, outcome)
    return suite


def _judged(suite: Element, run: ConformResult, outcome: RequestOutcome) -> None:
    check, policy = outcome.check, run.policy.name
    class_ = policy if check.expect is None else f"{policy}.{check.expect.case}"
    case = add_case(suite, class_, run.arguments(check))
    known = run.known.get(check.at)
    if outcome.problem is not None and known is not None:
        SubElement(case, "skipped", {"message": printable(f"known to fail: {known}")})
    elif outcome.problem is not None:
        first, *rest = failure_text(run, outcome)
        add_failure(case, first, rest)
    elif known is not None:
        add_failure(case, "known to fail, but right", ["take it off the list of known failures"])
    said = ", ".join(f"{register} {shown}" for register, shown in outcome.others.items() if shown != "0x0")
    if said:
        SubElement(case, "system-out").text = f"not an output: {said}"
