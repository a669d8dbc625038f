"""How a run of `conform` with a host looks to people: failures first, as transcripts; then what holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs
from parley.conformance.batch import Fault, FaultKind
from parley.conformance.host_verdict import Deed, HostOutcome
from parley.conforming_hosts import HostResult
from parley.spec.diagnostics import plural
from parley.spec.formatting.expressions import print_expr

from ..draw.rows import Row, filled, folded, laid_out, options
from ..draw.transcript import end_row, instance_rows, said_rows
from ..output import Output
from .text import MOST_ALSO, MOST_GROUPS, fault_rows, inside, started_again

_TITLES: dict[FaultKind, str] = {
    "timeout": "nothing came in time",
    "crash": "the program crashed",
    "exit": "the program ended in the middle of a negotiation",
    "garbage": "a line that is no request, and no end",
    "repeated": "what it does depends on what came before",
    "flood": "endless output",
    "not asked": "not played",
}

_TROUBLES: dict[FaultKind, str] = {
    "timeout": "the program did not end",
    "crash": "the program failed behind a negotiation",
    "exit": "the program closed its output behind a negotiation",
    "garbage": "something was said behind a negotiation",
    "repeated": "what it does depends on what came before",
    "flood": "endless output behind a negotiation",
    "not asked": "not played",
}
"""The same of faults that no negotiation is to blame for."""


def host_text(result: HostResult, output: Output) -> str:
    """The report, failures first; where quiet, only what is not as it should be."""
    blocks: list[list[str]] = []
    if result.never is not None:
        blocks.append([output.failed("the program never said anything"), *inside(fault_rows(result.never))])
    else:
        blocks += _failures(result, output)
    if not output.quiet:
        blocks.append([*laid_out([] if result.never else [*verdicts(result), *_hostile(result)]), _summary(result)])
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _failures(result: HostResult, output: Output) -> list[list[str]]:
    groups: dict[tuple[object, ...], list[HostOutcome]] = {}
    heads: dict[tuple[object, ...], str] = {}
    for key, head, outcome in _failed(result):
        groups.setdefault(key, []).append(outcome)
        heads.setdefault(key, head)
    shown: dict[int, str] = {}
    blocks: list[list[str]] = []
    for key, group in list(groups.items())[:MOST_GROUPS]:
        blocks.append(_group(result, key, heads[key], group, output, shown.get(group[0].number)))
        shown.setdefault(group[0].number, heads[key])
    if len(groups) > MOST_GROUPS:
        blocks.append([f"and {len(groups) - MOST_GROUPS} more kinds of failure (--format json has all)"])
    seen: dict[tuple[FaultKind, str], list[Fault]] = {}
    for fault in result.troubles:
        seen.setdefault((fault.kind, fault.text), []).append(fault)
    for (kind, _), faults in seen.items():
        times = f"  {len(faults)} times" if len(faults) > 1 else ""
        blocks.append([output.failed(_TROUBLES[kind]) + times, *inside(fault_rows(faults[0]))])
    return blocks


def _failed(result: HostResult) -> Iterable[tuple[tuple[object, ...], str, HostOutcome]]:
    """The failures: what those of one kind have in common, its title, and the negotiation."""
    for outcome in result.faults:
        fault = outcome.negotiation.fault
        assert fault is not None
        yield ("fault", fault.kind, fault.text if fault.kind == "not asked" else ""), _TITLES[fault.kind], outcome
    for name, outcomes in result.broken(expected=False).items():
        for outcome in outcomes:
            yield ("claim", name, outcome.negotiation.rmm.hostile), f"{name} is broken", outcome
    for outcome in result.deviations:
        found = outcome.deviation
        assert found is not None
        kind = (found.rule, found.wants.kind, found.does.kind, outcome.negotiation.rmm.hostile)
        yield ("rules", *kind), f"not what `{result.session.host.name}` does", outcome


def failure_lines(result: HostResult, outcome: HostOutcome) -> list[list[str]]:
    """What is wrong with one negotiation: for each thing its title, and the details, a line each."""
    made: list[list[str]] = []
    for key, head, one in _failed(result):
        if one is outcome:
            title, *rows = _group(result, key, head, [outcome], Output())
            made.append([title.removeprefix("✗ "), *rows])
    return made


def _group(
    result: HostResult,
    key: tuple[object, ...],
    head: str,
    group: Sequence[HostOutcome],
    output: Output,
    before: str | None = None,
) -> list[str]:
    """Failures of one kind: the first of them, and the configurations of some others.

    `before` is the title under which the negotiation was shown already.
    """
    first = group[0]
    times = "" if len(group) == 1 else f"  in {len(group)} negotiations"
    title = f"{output.failed(head)}{times}"
    fault = first.negotiation.fault
    if fault is not None and fault.kind == "not asked":
        return [f"{output.failed(head)}  {plural(len(group), 'negotiation')}", *inside([("trouble", fault.text)])]
    rows = transcript(result, first) if before is None else [("where", f"as above: {before}")]
    if key[0] == "fault" and fault is not None:
        rows += fault_rows(fault)
    elif key[0] == "claim":
        claim = result.claims[str(key[1])]
        said = "it asks for what it knows alone" if claim.kind == "requests_known" else "it comes to an end"
        rows += folded("the claim", print_expr(claim.written)) if claim.written is not None else [("the claim", said)]
    else:
        rows += _deviation(result, first)
    others = dict.fromkeys(_where(result, outcome) for outcome in group[1:])
    others.pop(_where(result, first), None)
    rows += options("also", list(others)[:MOST_ALSO])
    if before is None:
        rows += [("replay", result.replay(first))] if result.replay(first) else []
        rows.append(("again", result.again(first)))
    return [title, *inside(rows)]


def transcript(result: HostResult, outcome: HostOutcome) -> list[Row]:
    """A negotiation: the configuration, the rounds, and how it ended."""
    words, negotiation = result.words, outcome.negotiation
    rows = [("the RMM", f"{negotiation.rmm.name}: {negotiation.rmm.what}")] if negotiation.rmm.hostile else []
    rows += instance_rows(words, result.session, negotiation.instance)
    # What went wrong is said beside the rounds.
    run = structs.replace(negotiation.run, why="") if negotiation.fault is not None else negotiation.run
    rows += said_rows(words, run, negotiation.registers, negotiation.open_)
    return rows if negotiation.fault is not None else [*rows, end_row(words, run)]


def _deviation(result: HostResult, outcome: HostOutcome) -> list[Row]:
    found = outcome.deviation
    assert found is not None
    if found.rule is None:
        return [("it starts", deed(result, found.does)), ("the host starts", deed(result, found.wants))]
    where = f"behind round {found.rounds} " if found.rounds < len(outcome.negotiation.run.rounds) else ""
    guard = "otherwise" if found.guard is None else f"on {print_expr(found.guard)}"
    return [
        ("it", f"{where}{deed(result, found.does)}"),
        ("the rules want", f"{deed(result, found.wants)}, by {found.rule}"),
        *folded("", guard),
    ]


def deed(result: HostResult, done: Deed) -> str:
    """What a host does, in words."""
    match done.kind:
        case "request":
            return f"asks for {result.words.asked(done.value if done.value is not None else 0)}"
        case "accept":
            return f"accepts {result.words.show(None, done.value)}"
        case "give up":
            return "gives up"


def _where(result: HostResult, outcome: HostOutcome) -> str:
    rmm = outcome.negotiation.rmm
    return f"{result.arguments(outcome)}{f'  with {rmm.name}' if rmm.hostile else ''}"


# ---- what holds -----------------------------------------------------------------------------------------


def verdicts(result: HostResult) -> list[Row]:
    """The two verdicts: by the claims of the session, and by the rules of its host."""
    session, judged = result.session, [one for one in result.judged if not one.negotiation.rmm.hostile]
    broken, known = result.broken(expected=False), result.broken(expected=True)
    kept = [name for name in result.claims if name not in broken and name not in known] if judged else []
    rows = filled("claims kept", [", ".join(kept)]) if kept else []
    if not judged and not broken:
        rows = [("claims", "nothing is known: no negotiation with an RMM that keeps the policy came to its end")]
    rows += [("claims broken", f"{name}, in {plural(len(found), 'negotiation')}") for name, found in broken.items()]
    for name, found in known.items():
        expected = result.claims[name].expected
        why = f": {expected.why}" if expected is not None and expected.why else ""
        rows.append(("broken as known", f"{name}, in {plural(len(found), 'negotiation')}{why}"))
    unjudged = sorted({name for one in result.outcomes for name in one.unjudged})
    rows += [("not known", f"{', '.join(unjudged)}: it takes too many values to see")] if unjudged else []
    compared = [one for one in result.outcomes if one.compared]
    same = len(compared) - len(result.deviations)
    where = "" if same == len(compared) else f", in {same} of {plural(len(compared), 'negotiation')}"
    row = f"it does what `{session.host.name}` does{where}" if compared else "nothing was compared with them"
    rows.append(("rules", row))
    return [*rows, *_not_judged(result)]


def _not_judged(result: HostResult) -> list[Row]:
    """The negotiations that say nothing of some claims, or of all, and why."""
    rows: list[Row] = []
    left = [one for one in result.left_out if not one.negotiation.stopped]
    if left:
        why = f"not judged by the claims: {left[0].negotiation.run.why}"
        rows.append(("left out", f"{plural(len(left), 'negotiation')}, {why}"))
    if result.stopped:
        first = result.stopped[0]
        counted = plural(len(result.stopped), "negotiation")
        rows.append(("stopped", f"{counted}, whose end is not known; the first: {_where(result, first)}"))
        rows.append(("", first.negotiation.run.why))
    return rows


def _hostile(result: HostResult) -> list[Row]:
    """Which hostile RMMs were played, and what they say of the host."""
    if not result.with_hostile:
        return []
    mutants = [one for one in result.hostile if one.mutant]
    told, others = [one for one in mutants if one.told], [one for one in result.hostile if not one.mutant]
    rows: list[Row] = []
    if mutants:
        left = len(mutants) - len(told)
        rest = f"; {left} {'answers' if left == 1 else 'answer'} all that it asked as the policy does" if left else ""
        rows.append(
            ("hostile", f"{plural(len(told), 'mutant')} of `{result.session.policy.name}` answered wrongly{rest}")
        )
    if others:
        names = [one.name if one.told else f"{one.name} (not played)" for one in others]
        rows += filled("" if mutants else "hostile", [", ".join(names)])
    kept = (
        f"{', '.join(result.kept)}, kept by `{result.session.host.name}` whatever it is told; " if result.kept else ""
    )
    rows.append(("judged there by", f"{kept}the rules"))
    if result.presuming:
        rows.append(("not by", f"{', '.join(result.presuming)}: an RMM that lies may break them"))
    endless = [one for one in result.judged if one.negotiation.rmm.hostile and one.negotiation.run.ending == "loops"]
    if endless and "terminates" in result.presuming:
        rows.append(("went on", f"in {plural(len(endless), 'negotiation')} with an RMM that lies, as its model may"))
    return rows


def _summary(result: HostResult) -> str:
    total = len(result.outcomes)
    hostile = sum(one.negotiation.rmm.hostile for one in result.outcomes)
    counts = f"{plural(total, 'negotiation')}{f', {hostile} of them with a hostile RMM' if hostile else ''}"
    said = f"{len(result.failed) or 'none'} failed"
    spent = f"{result.seconds:.2f} s, {result.asking:.2f} s of it with the program"
    return f"{counts}; {said}; {spent}{started_again(result.starts)}"
