"""How a run of `conform` looks to people: failures first, those of one kind together."""

from __future__ import annotations

from collections import Counter

from parley.conformance.batch import Fault, Kind
from parley.conformance.conform import Outcome, others, situation
from parley.conformance.examine import Evidence
from parley.conformance.explain import Consistent, Undecided
from parley.conformance.replay import Observation
from parley.conforming import ConformResult
from parley.model.oracle import Answered
from parley.model.situation import Value
from parley.spec.print_tree import print_expr
from parley.spec.syntax import Enumeration, Variable

from .draw.numberline import drawings, lines
from .output import Output

LABEL = 17
MOST_ALSO = 3
MOST_GROUPS = 20


def conform_text(report: ConformResult, quiet: bool, output: Output) -> str:
    """The report; where `quiet`, only what is not as it should be."""
    if report.never is not None:
        blocks = [_never(report, report.never, output)]
        return "\n".join("\n".join(block) + "\n" for block in [*blocks, *_stray(report), *_end(report, quiet)])
    blocks: list[list[str]] = []
    if report.discovered is not None and (report.discovered.fault is not None or report.evidence or not quiet):
        blocks.append(_discovered(report, output))
    if report.evidence is not None:
        blocks.append(_evidence(report, report.evidence, output))
    blocks += _troubles(report, output)
    groups: dict[object, list[Outcome]] = {}
    for outcome in report.failures:
        groups.setdefault((outcome.problem, outcome.differs, _case(outcome)), []).append(outcome)
    blocks += [_group(report, group, output) for group in list(groups.values())[:MOST_GROUPS]]
    if len(groups) > MOST_GROUPS:
        blocks.append([f"and {len(groups) - MOST_GROUPS} more kinds of failure (--format json has all)"])
    if report.fixed:
        blocks.append(_fixed(report, output))
    if not quiet or blocks:
        blocks += _stray(report)
    blocks += [*_others(report, quiet), *_end(report, quiet)]
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _never(report: ConformResult, fault: Fault, output: Output) -> list[str]:
    """A program that never replied: no request has to do with it."""
    rows = [output.style("✗ the program never replied", fg="red", bold=True), _row("trouble", fault.text)]
    return [*rows, *(_row("standard error" if not at else "", line) for at, line in enumerate(fault.stderr))]


def _stray(report: ConformResult) -> list[list[str]]:
    if not report.stray.count:
        return []
    count = "one line" if report.stray.count == 1 else f"{report.stray.count} lines"
    return [[f"{'output':<{LABEL}}{count} of it no reply to anything; the first: {report.stray.first}"]]


def _end(report: ConformResult, quiet: bool) -> list[list[str]]:
    return [] if quiet else [[_summary(report)]]


def _summary(report: ConformResult) -> str:
    total = len(report.outcomes) + report.unjudged
    no_reply = sum(1 for o in report.failures if o.problem not in _JUDGED)
    wrong = len(report.failures) - no_reply
    counts = [(len(report.right), "right"), (wrong, "wrong"), (no_reply, "without a reply")]
    counts += [(len(report.expected), "failing as known"), (len(report.fixed), "known to fail, but right")]
    counts += [(report.unjudged, "not judged")]
    said = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing was tested"
    asking = f"{report.asking:.2f} s of it asking" if total else ""
    repeated = f"; {report.repeated} asked again" if report.repeated else ""
    again = report.starts - 1
    starts = f"; the program was started again {again} time{'s' if again > 1 else ''}" if again > 0 else ""
    return f"{said}{repeated}; {report.seconds:.2f} s{', ' + asking if asking else ''}{starts}"


_JUDGED = ("wrong", "missing register", "no word", "no value", "not zero", "not deterministic")


def _case(outcome: Outcome) -> str:
    """The case that a failure is of, where that matters."""
    return outcome.check.expect.case if outcome.problem == "wrong" and outcome.check.expect is not None else ""


def _title(outcome: Outcome) -> str:
    if outcome.problem == "wrong":
        if not _case(outcome):
            return "no configuration gives this reply"
        names = ", ".join(outcome.differs)
        return f"case {_case(outcome)}: {names} {'is' if len(outcome.differs) == 1 else 'are'} wrong"
    return {
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
    }[outcome.problem or "wrong"]


def _group(report: ConformResult, group: list[Outcome], output: Output) -> list[str]:
    first = group[0]
    if first.problem == "not asked":
        head = output.style(f"✗ {_title(first)}", fg="red", bold=True)
        return [f"{head}  {len(group)} request{'s' if len(group) > 1 else ''}", _row("trouble", first.text)]
    count = "" if len(group) == 1 else f"  {len(group)} times"
    rows = [output.style(f"✗ {_title(first)}", fg="red", bold=True) + count]
    at = situation(report.policy, first.check.at)
    if first.check.expect is not None:
        rows += [_row(name, drawing) for name, drawing in lines(report.words, at)]
    else:
        rows.append(_row("request", report.arguments(first.check)))
    rows += [_row(v.register.id, f"{at.inputs[v.name.id]:#x}") for v in report.policy.interface.inputs if v.register]
    if first.outputs:
        rows.append(_row("reply", _outputs(report, first.outputs)))
    if first.text and (first.problem != "wrong" or _case(first)):
        rows.append(_row("trouble", first.text))
    rows += [_row("standard error" if not at_ else "", line) for at_, line in enumerate(first.stderr)]
    if first.check.expect is not None:
        rows.append(_row("the policy wants", _wanted(report, first.check.expect)))
    also = [report.arguments(outcome.check) for outcome in group[1 : 1 + MOST_ALSO]]
    rows += [_row("also" if not at_ else "", text) for at_, text in enumerate(also)]
    if first.check.expect is not None:
        rows.append(_row("replay", f"parley eval {report.argument} {report.arguments(first.check)}".rstrip()))
    return rows


def failure_text(report: ConformResult, outcome: Outcome) -> list[str]:
    """What went wrong, in a line, and the details, a line each."""
    title, *rows = _group(report, [outcome], Output(None, "never"))
    return [title.removeprefix("✗ "), *rows]


def evidence_text(report: ConformResult) -> list[str]:
    """Why nothing was discovered, or which replies contradict each other, a line each."""
    plain = Output(None, "never")
    return [*_discovered(report, plain), *(_evidence(report, report.evidence, plain) if report.evidence else [])]


def _row(label: str, text: str) -> str:
    return f"    {label:<{LABEL}}{text}".rstrip()


def _cell(report: ConformResult, variable: Variable, value: Value | None) -> str:
    shown = "any" if value is None else report.words.show(variable, value)
    return shown if isinstance(variable.type, Enumeration) else f"{variable.name.id} {shown}"


def _outputs(report: ConformResult, outputs: dict[str, int | bool]) -> str:
    variables = [v for v in report.policy.interface.outputs if v.name.id in outputs]
    return "   ".join(_cell(report, v, outputs[v.name.id]) for v in variables)


def _wanted(report: ConformResult, expect: Answered) -> str:
    cells = [_cell(report, v, expect.outputs.get(v.name.id)) for v in report.policy.interface.outputs]
    case = next(case for case in report.policy.cases if case.name == expect.case)
    where = [f"where {print_expr(ensure.formula)}" for ensure in case.ensures] if expect.open else []
    return "   ".join([*cells, *where, f"case {expect.case}"])


def _discovered(report: ConformResult, output: Output) -> list[str]:
    discovered = report.discovered
    assert discovered is not None
    count = "one reply" if len(discovered.seen) == 1 else f"{len(discovered.seen)} replies"
    failed: list[str] = []
    if discovered.fault is not None:
        asked = ", ".join(
            f"{v.name.id} {report.words.show(v, discovered.failed[v.name.id])}" for v in report.policy.interface.inputs
        )
        head = "nothing could be discovered" if not discovered.seen else "a request of the discovery had no reply"
        failed = [output.style(f"✗ {head}", fg="red", bold=True), _row("request", asked)]
        failed.append(_row("trouble", discovered.fault.text))
        failed += [_row("standard error" if not at else "", t) for at, t in enumerate(discovered.fault.stderr)]
        if not discovered.seen:
            return failed
    match discovered.verdict:
        case Consistent(configuration=configuration):
            rows = [*failed, output.style("discovered", bold=True) + f", by {count}"]
            values = {v.name.id: configuration.config[v.name.id] for v in report.policy.interface.configs}
            rows += [_row(name, drawing) for name, drawing in drawings(report.words, values)]
            if not discovered.determined:
                rows.append(_row("not certain", "it is not shown that no other configuration gives these replies"))
            return rows
        case Undecided(reason=reason):
            return [
                *failed,
                output.style("? not known whether any configuration gives these replies", bold=True),
                f"    {reason}",
            ]
        case _:
            head = output.style("✗ no configuration gives these replies", fg="red", bold=True)
            return [*failed, head if report.unjudged or report.outcomes else f"{head}  after {count}"]


def _evidence(report: ConformResult, evidence: Evidence, output: Output) -> list[str]:
    if not evidence.seen:
        head = "the policy's assumptions admit no configuration"
    elif len(evidence.seen) == 1:
        head = "no configuration gives this reply"
    else:
        fewest = ", and no fewer contradict each other" if evidence.fewest else ""
        head = f"no configuration gives these {len(evidence.seen)} replies together{fewest}"
    return [
        output.style(f"✗ {head}", fg="red", bold=True),
        *(_row("reply", _seen(report, one)) for one in evidence.seen),
    ]


def _seen(report: ConformResult, seen: Observation) -> str:
    asked = ", ".join(
        f"{v.name.id} {report.words.show(v, seen.inputs[v.name.id])}" for v in report.policy.interface.inputs
    )
    return f"{asked}{': ' if asked else ''}{_outputs(report, seen.outputs)}"


_TROUBLES: dict[Kind, str] = {
    "timeout": "the program did not end, or not answer in time",
    "crash": "the program failed by itself",
    "exit": "the program ended by itself",
    "garbage": "a reply to nothing",
    "repeated": "answered twice",
    "flood": "endless output",
    "not asked": "not all of the requests were asked again",
}


def _troubles(report: ConformResult, output: Output) -> list[list[str]]:
    """The faults of the program that no request is to blame for, each once."""
    first: dict[Kind, Fault] = {}
    counts = Counter(fault.kind for fault in report.troubles)
    for fault in report.troubles:
        first.setdefault(fault.kind, fault)
    blocks: list[list[str]] = []
    for kind, fault in first.items():
        times = f"  {counts[kind]} times" if counts[kind] > 1 else ""
        rows = [output.style(f"✗ {_TROUBLES[kind]}", fg="red", bold=True) + times]
        rows.append(_row("trouble", fault.text))
        rows += [_row("standard error" if not at else "", line) for at, line in enumerate(fault.stderr)]
        blocks.append(rows)
    return blocks


def trouble_text(report: ConformResult) -> list[str]:
    """The faults of the program that no request is to blame for, a line each."""
    return [line for block in _troubles(report, Output(None, "never")) for line in block]


def _others(report: ConformResult, quiet: bool) -> list[list[str]]:
    """The registers that replies have and the interface does not, and whether they are 0."""
    rows: list[str] = []
    for other in others(report.outcomes):
        if other.not_zero:
            zero = f"not 0 in {other.not_zero} of {other.replies} replies, such as {other.example}"
            hint = "" if report.strict else "; --strict makes that a failure"
            rows.append(f"{'not an output':<{LABEL}}{other.register}: {zero}{hint}")
        elif not quiet:
            rows.append(f"{'not an output':<{LABEL}}{other.register}: 0 in {other.replies} replies")
    return [rows] if rows else []


def _fixed(report: ConformResult, output: Output) -> list[str]:
    rows = [output.style("✗ known to fail, but right", fg="red", bold=True) + "  take them off the list"]
    rows += [_row("request", report.arguments(outcome.check)) for outcome in report.fixed[:10]]
    if len(report.fixed) > 10:
        rows.append(_row("", f"and {len(report.fixed) - 10} more"))
    return rows
