"""A run of `conform` with a host as JUnit XML: a suite for each configuration, a case for each negotiation."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from parley.conformance.host_verdict import HostOutcome
from parley.conforming_hosts import HostResult
from parley.spec.diagnostics import printable

from .host_text import failure_lines
from .junit import add_case, add_failure, attributes, document, trouble_suite


def host_junit(run: HostResult) -> str:
    """Claims that are broken as it is known are no failures; a negotiation that is not judged is skipped."""
    suites = [_suite(run, list(group)) for _, group in groupby(run.outcomes, key=run.arguments)]
    if run.troubles:
        first, *rest = [fault.text for fault in run.troubles]
        suites.append(trouble_suite(run.session.name, "the program fails by no negotiation", first, rest))
    total = len(run.outcomes) + bool(run.troubles)
    failed = sum(int(suite.attrib["failures"]) for suite in suites)
    return document(run.session.name, suites, total, failed, run.seconds)


def _suite(run: HostResult, outcomes: list[HostOutcome]) -> Element:
    suite = Element("testsuite", attributes(run.arguments(outcomes[0]), tests=len(outcomes)))
    failed = 0
    for outcome in outcomes:
        made = add_case(suite, f"{run.session.name}.{outcome.negotiation.rmm.name}", f"negotiation {outcome.number}")
        found = failure_lines(run, outcome)
        failed += bool(found)
        if found:
            add_failure(made, found[0][0], [line for lines in found for line in lines])
        elif outcome.negotiation.run.ending == "left_out":
            SubElement(made, "skipped", {"message": printable(outcome.negotiation.run.why)})
    suite.set("failures", str(failed))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return suite
