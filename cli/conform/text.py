"""How a run of `conform` looks to people: failures first, those of one kind together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from parley.conformance.batch import Fault, FaultKind
from parley.conformance.conform import RequestOutcome
from parley.conformance.examine import Evidence
from parley.conformance.explain import Consistent, Undecided
from parley.conforming import ConformResult
from parley.spec.diagnostics import plural
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import Enumeration
from parley.values import Values, case_named

from ..draw.numberline import drawings
from ..draw.rows import Row, laid_out, options, under
from ..output import Output

MOST_ALSO = 3
MOST_GROUPS = 20
MOST_FIXED = 10

_TITLES = {
    "missing register": "a register is missing",
    "no word": "a register has no word",
    "no value": "a register has no value of its output",
    "not zero": "a register that is no output is not 0",
    "not deterministic": "the same request is answered in two ways",
    "timeout": "no reply in time",
    "crash": "the program crashed",
    "exit": "the program ended",
    "garbage": "no reply, but something else",
    "repeated": "answered twice",
    "flood": "endless output",
    "not asked": "not asked",
}

_TROUBLES: dict[FaultKind, str] = {
    "timeout": "the program did not end, or not answer in time",
    "crash": "the program failed by itself",
    "exit": "the program ended by itself",
    "garbage": "a reply to nothing",
    "repeated": "answered twice",
    "flood": "endless output",
    "not asked": "not all of the requests were asked again",
}
"""The same of faults that no request is to blame for."""


def conform_text(result: ConformResult, output: Output) -> str:
    """The report, failures first; where quiet, only what is not as it should be."""
    quiet = output.quiet
    blocks: list[list[str]] = []
    if result.never is not None:
        blocks.append([output.failed("the program never replied"), *inside(fault_rows(result.never))])
    else:
        blocks += _failures(result, output)
    if result.stray.count and (not quiet or blocks):
        lines = "one line" if result.stray.count == 1 else f"{result.stray.count} lines"
        blocks.append(laid_out([("output", f"{lines} of it no reply to anything; the first: {result.stray.first}")]))
    if result.never is None:
        blocks += _others(result, quiet)
    if not quiet:
        blocks.append([_summary(result)])
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _failures(result: ConformResult, output: Output) -> list[list[str]]:
    blocks: list[list[str]] = []
    if result.discovered is not None and (result.discovered.fault is not None or result.evidence or not output.quiet):
        blocks.append(_discovered(result, output))
    if result.evidence is not None:
        blocks.append(_evidence(result, result.evidence, output))
    blocks += _troubles(result, output)
    groups: dict[object, list[RequestOutcome]] = {}
    for outcome in result.failures:
        groups.setdefault((outcome.problem, outcome.differs, _case(outcome)), []).append(outcome)
    blocks += [_group(result, group, output) for group in list(groups.values())[:MOST_GROUPS]]
    if len(groups) > MOST_GROUPS:
        blocks.append([f"and {len(groups) - MOST_GROUPS} more kinds of failure (--format json has all)"])
    if result.fixed:
        requests = [result.arguments(outcome.check) for outcome in result.fixed]
        rows = [row for request in requests[:MOST_FIXED] for row in options("request", [request])]
        rows += [("", f"and {len(requests) - MOST_FIXED} more")] if len(requests) > MOST_FIXED else []
        blocks.append([f"{output.failed('known to fail, but right')}  take them off the list", *inside(rows)])
    return blocks


def inside(rows: Iterable[Row]) -> list[str]:
    """Rows under a title."""
    return laid_out(rows, "    ")


def fault_rows(fault: Fault) -> list[Row]:
    """What a fault of the program is, and what the program said."""
    return [("trouble", fault.text), *under("standard error", fault.stderr)]


def started_again(starts: int) -> str:
    """How often the program was started beside the first time; empty where it was not."""
    return f"; the program was started again {plural(starts - 1, 'time')}" if starts > 1 else ""


def _summary(result: ConformResult) -> str:
    total = len(result.outcomes) + result.unjudged
    wrong = len(result.failures) - result.missing
    counts = [(len(result.right), "right"), (wrong, "wrong"), (result.missing, "without a reply")]
    counts += [(len(result.expected), "failing as known"), (len(result.fixed), "known to fail, but right")]
    counts += [(result.unjudged, "not judged")]
    said = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing was tested"
    asking = f"{result.asking:.2f} s of it asking" if total else ""
    repeated = f"; {result.repeated} asked again" if result.repeated else ""
    return f"{said}{repeated}; {result.seconds:.2f} s{', ' + asking if asking else ''}{started_again(result.starts)}"


def _case(outcome: RequestOutcome) -> str:
    """The case that a failure is of, where that matters."""
    return outcome.check.expect.case if outcome.problem == "wrong" and outcome.check.expect is not None else ""


def _title(outcome: RequestOutcome) -> str:
    if outcome.problem == "wrong":
        if not _case(outcome):
            return "no configuration gives this reply"
        names = ", ".join(outcome.differs)
        return f"case {_case(outcome)}: {names} {'is' if len(outcome.differs) == 1 else 'are'} wrong"
    return _TITLES[outcome.problem or "wrong"]


def _group(result: ConformResult, group: list[RequestOutcome], output: Output) -> list[str]:
    """Failures of one kind: the first of them, and some requests of others."""
    first, expect = group[0], group[0].check.expect
    head = output.failed(_title(first))
    if first.problem == "not asked":
        return [f"{head}  {plural(len(group), 'request')}", *inside([("trouble", first.text)])]
    given = result.given(first.check)
    rows = drawings(result.words, given) if expect is not None else options("request", [result.arguments(first.check)])
    rows += result.words.registers(result.policy.interface.inputs, given).items()
    if first.outputs:
        rows.append(("reply", _reply(result, first.outputs)))
    if first.text and (first.problem != "wrong" or _case(first)):
        rows.append(("trouble", first.text))
    rows += under("standard error", first.stderr)
    if expect is not None:
        case = case_named(result.policy, expect.case)
        ensures = case.ensures if case is not None and expect.open else ()
        where = [f"where {print_expr(ensure.formula)}" for ensure in ensures]
        cells = _cells(result, {**expect.outputs, **dict.fromkeys(expect.open)})
        rows.append(("the policy wants", "   ".join([*cells, *where, f"case {expect.case}"])))
    rows += options("also", [result.arguments(outcome.check) for outcome in group[1 : 1 + MOST_ALSO]])
    if expect is not None:
        rows.append(("replay", f"parley eval {result.argument} {result.arguments(first.check)}"))
    return [head if len(group) == 1 else f"{head}  {len(group)} times", *inside(rows)]


def _cells(result: ConformResult, outputs: Values) -> list[str]:
    """Some outputs, in the interface's order; None is one that may be anything."""
    made: list[str] = []
    for variable in result.policy.interface.outputs:
        name = variable.name.id
        if name in outputs:
            shown = "any" if outputs[name] is None else result.words.show(variable, outputs[name])
            alone = isinstance(variable.type, Enumeration) or shown in result.policy.interface.named.get(name, {})
            made.append(shown if alone else f"{name} {shown}")
    return made


def _reply(result: ConformResult, outputs: Values) -> str:
    return "   ".join(_cells(result, outputs))


def failure_text(result: ConformResult, outcome: RequestOutcome) -> list[str]:
    """What went wrong, in a line, and the details, a line each."""
    title, *rows = _group(result, [outcome], Output())
    return [title.removeprefix("✗ "), *rows]


def evidence_text(result: ConformResult) -> list[str]:
    """Why nothing was discovered, or which replies contradict each other, a line each."""
    plain = Output()
    return [*_discovered(result, plain), *(_evidence(result, result.evidence, plain) if result.evidence else [])]


def trouble_text(result: ConformResult) -> list[str]:
    """The faults of the program that no request is to blame for, a line each."""
    return [line for block in _troubles(result, Output()) for line in block]


def _asked(result: ConformResult, inputs: Values) -> str:
    return ", ".join(result.words.named(result.policy.interface.inputs, inputs))


def _discovered(result: ConformResult, output: Output) -> list[str]:
    discovered = result.discovered
    assert discovered is not None
    count = "one reply" if len(discovered.seen) == 1 else f"{len(discovered.seen)} replies"
    failed: list[str] = []
    if discovered.fault is not None:
        head = "nothing could be discovered" if not discovered.seen else "a request of the discovery had no reply"
        rows = [("request", _asked(result, discovered.failed)), *fault_rows(discovered.fault)]
        failed = [output.failed(head), *inside(rows)]
        if not discovered.seen:
            return failed
    match discovered.verdict:
        case Consistent(configuration=configuration):
            config = configuration.config
            rows = drawings(result.words, {v.name.id: config[v.name.id] for v in result.policy.interface.configs})
            if not discovered.determined:
                rows.append(("not certain", "it is not shown that no other configuration gives these replies"))
            return [*failed, output.style("discovered", bold=True) + f", by {count}", *inside(rows)]
        case Undecided(reason=reason):
            head = output.style("? not known whether any configuration gives these replies", bold=True)
            return [*failed, head, f"    {reason}"]
        case _:
            head = output.failed("no configuration gives these replies")
            return [*failed, head if result.unjudged or result.outcomes else f"{head}  after {count}"]


def _evidence(result: ConformResult, evidence: Evidence, output: Output) -> list[str]:
    if not evidence.seen:
        head = "the policy's assumptions admit no configuration"
    elif len(evidence.seen) == 1:
        head = "no configuration gives this reply"
    else:
        fewest = ", and no fewer contradict each other" if evidence.fewest else ""
        head = f"no configuration gives these {len(evidence.seen)} replies together{fewest}"
    rows: list[Row] = []
    for seen in evidence.seen:
        asked = _asked(result, seen.inputs)
        rows.append(("reply", f"{asked}{': ' if asked else ''}{_reply(result, seen.outputs)}"))
    return [output.failed(head), *inside(rows)]


def _troubles(result: ConformResult, output: Output) -> list[list[str]]:
    """The faults of the program that no request is to blame for, each once."""
    counts: Counter[FaultKind] = Counter(fault.kind for fault in result.troubles)
    blocks: list[list[str]] = []
    for kind, count in counts.items():
        first = next(fault for fault in result.troubles if fault.kind == kind)
        times = f"  {count} times" if count > 1 else ""
        blocks.append([output.failed(_TROUBLES[kind]) + times, *inside(fault_rows(first))])
    return blocks


def _others(result: ConformResult, quiet: bool) -> list[list[str]]:
    """The registers that replies have and the interface does not, and whether they are 0."""
    rows: list[Row] = []
    for other in result.others:
        if other.not_zero:
            zero = f"not 0 in {other.not_zero} of {other.replies} replies, such as {other.example}"
            hint = "" if result.strict else "; --strict makes that a failure"
            rows.append(("not an output", f"{other.register}: {zero}{hint}"))
        elif not quiet:
            rows.append(("not an output", f"{other.register}: 0 in {other.replies} replies"))
    return [laid_out(rows)] if rows else []
