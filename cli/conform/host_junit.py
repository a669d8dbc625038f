"""A run of `conform` with a host as JUnit XML: a suite for each configuration, a case for each negotiation."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, indent, tostring

from parley.conformance.host_verdict import HostOutcome
from parley.conforming_hosts import HostResult

from .host_text import failure_lines
from .junit import add_case, add_failure, attributes


def host_junit(run: HostResult) -> str:
    """Claims that are broken as it is known are no failures."""
    suites = [_suite(run, list(group)) for _, group in groupby(run.outcomes, key=run.arguments)]
    if run.troubles:
        suite = Element("testsuite", attributes("program", tests=1, failures=1))
        first, *rest = [fault.text for fault in run.troubles]
        add_failure(add_case(suite, run.session.name, "the program fails by no negotiation"), first, rest)
        suites.append(suite)
    total = len(run.outcomes) + bool(run.troubles)
    failed = sum(int(suite.attrib["failures"]) for suite in suites)
    root = Element("testsuites", attributes(run.session.name, tests=total, failures=failed))
    root.set("time", f"{run.seconds:.3f}")
    root.extend(suites)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(run: HostResult, outcomes: list[HostOutcome]) -> Element:
    suite = Element("testsuite", attributes(run.arguments(outcomes[0]), tests=len(outcomes)))
    failed = 0
    for outcome in outcomes:
        made = add_case(suite, f"{run.session.name}.{outcome.negotiation.rmm.name}", f"negotiation {outcome.number}")
        found = failure_lines(run, outcome)
        failed += bool(found)
        if found:
            add_failure(made, found[0][0], [line for lines in found for line in lines])
    suite.set("failures", str(failed))
    return suite
