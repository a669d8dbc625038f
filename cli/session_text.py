"""Sessions as people see them: the configuration as number lines, the rounds as a table."""

from __future__ import annotations

from ..model.run import Round, Run
from ..proofs.induction import Step
from ..proofs.session_claims import HostClaim, SessionClaim
from ..proofs.session_scope import Played
from ..proofs.verdict import SessionOutcome
from ..spec.checked import KNOWN, CheckedSession
from ..spec.print_tree import print_expr
from .numberline import drawings
from .values import Words

Row = tuple[str, str]


def setting_rows(words: Words, session: CheckedSession, played: Played) -> list[Row]:
    """The configuration, and what the host knows."""
    rows = drawings(words, played.setting.config)
    revisions = session.host.knows.revisions
    if revisions is not None:
        rows.append((KNOWN, ", ".join(print_expr(revision) for revision in revisions)))
    rows += [(name, f"holds for {words.relation(r)}") for name, r in played.setting.relations.items()]
    return rows


def round_rows(words: Words, run: Run, open_: list[set[str]] | None = None) -> list[Row]:
    """A line for each round: request, reply, case, and what the host does about it.

    `open_` are the outputs of each round that are left open, and shown as that.
    """
    cells = [_cells(words, run, at, open_[at] if open_ else set()) for at in range(len(run.rounds))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    lines = ["   ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [(f"round {at}", line.rstrip()) for at, line in enumerate(lines, 1)]


def _cells(words: Words, run: Run, at: int, open_: set[str]) -> list[str]:
    round_ = run.rounds[at]
    cells = [f"asks {words.format.show(round_.request)}"]
    for variable in words.interface.outputs:
        name = variable.name.id
        value = "any" if name in open_ else words.show(variable, round_.outputs.get(name))
        named = variable.type != "revision" and words.interface.enumeration(name) and name not in open_
        cells.append(value if named else f"{name} {value}")
    return [*cells, f"case {round_.case}" if round_.case else "no case", _did(words, run, at)]


def _did(words: Words, run: Run, at: int) -> str:
    round_ = run.rounds[at]
    last = at + 1 == len(run.rounds)
    what = f"asks for {words.format.show(run.rounds[at + 1].request)}" if not last else _ending(words, run)
    return f"{round_.rule} {what}" if round_.rule else what


def _ending(words: Words, run: Run) -> str:
    match run.ending:
        case "accepted":
            return f"accepts {words.format.show(run.agreed or 0)}"
        case "gave_up":
            return "gives up"
        case "loops":
            return f"asks for {words.format.show(run.rounds[(run.again or 1) - 1].request)} again, as in round {run.again}"
        case "stuck":
            return run.why


def end_row(words: Words, run: Run) -> Row:
    """How the session ended."""
    count = f"{len(run.rounds)} round{'s' if len(run.rounds) != 1 else ''}"
    match run.ending:
        case "accepted":
            return "agreed", f"{words.format.show(run.agreed or 0)}, after {count}"
        case "gave_up":
            return "gave up", f"after {count}"
        case "loops":
            return "goes round", f"from round {run.again} to round {len(run.rounds)}, for ever"
        case "stuck":
            return "stuck", run.why


def rows(outcome: SessionOutcome, name: str) -> list[Row]:
    """What stands under the line of a claim about a session or a host."""
    claim = outcome.claim
    words = Words(claim.interface)
    if isinstance(claim, HostClaim):
        if outcome.verdict != "refuted":
            return []
        shadow = ", ".join(outcome.because)
        return [("never applies", f"shadowed by {shadow}" if shadow else "what it asks for never holds")]
    made: list[Row] = []
    if outcome.by_induction and outcome.verdict == "proved":
        made.append(("by induction", "; ".join(outcome.because) or "without an invariant"))
    if outcome.step is not None:
        made += _step(words, outcome.step)
    if outcome.counterexample is not None:
        shown = outcome.counterexample.played
        if outcome.as_expected:
            return [("for example", _short(words, shown))]
        made += setting_rows(words, claim.session, shown)
        made += round_rows(words, shown.run)
        made += _wanted(claim, words, shown.run)
        made.append(("replay", replay(words, claim.session, shown, name)))
    return made


def _short(words: Words, shown: Played) -> str:
    """A counterexample on one line, for failures that are known."""
    config = [f"{name} {_value(words, value)}" for name, value in shown.setting.config.items()]
    asked = ", ".join(words.format.show(round_.request) for round_ in shown.run.rounds)
    return f"{'; '.join(config)}: asks {asked or 'nothing'}; {' '.join(end_row(words, shown.run))}"


def _value(words: Words, value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(words.format.show(word) for word in value) or "nothing"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, bool):
        return "true" if value else "false"
    return words.format.show(value) if isinstance(value, int) else "no value"


def _wanted(claim: SessionClaim, words: Words, run: Run) -> list[Row]:
    match claim.kind:
        case "terminates":
            return [("the claim wants", "an end")]
        case "requests_known":
            return [("the claim wants", "requests for known revisions only")]
        case "defined":
            return [("the claim wants", "an answer to each request, and a rule with a value for each answer")]
        case _:
            return [("the claim wants", print_expr(claim.formula))] if claim.formula is not None else []


def _step(words: Words, step: Step) -> list[Row]:
    """The state in which an induction fails. No run need come there."""
    label = {"start": "fails at start", "round": "not kept", "end": "does not follow"}[step.part]
    made = [(label, "in this state, which no session need come to:")]
    made += drawings(words, step.config)
    outputs = words.interface.outputs
    for at, (request, reply) in enumerate(zip(step.requests, step.replies, strict=True)):
        parts = [f"asks {words.format.show(request)}"]
        parts += [f"{v.name.id} {words.show(v, reply[v.name.id])}" for v in outputs]
        made.append(("a round" if at == 0 else "the next", "   ".join(parts)))
    return made


def replay(words: Words, session: CheckedSession, shown: Played, name: str) -> str:
    """The command that plays this session."""
    import shlex

    parts = ["parley", "eval", name]
    for config, value in shown.setting.config.items():
        parts += [f"--{config}", _value(words, value).replace(", ", ",")]
    for at, round_ in enumerate(shown.run.rounds, 1):
        for output in open_outputs(session, round_):
            variable = words.interface.variables[output]
            parts += [f"--{output}@{at}", words.show(variable, round_.outputs[output])]
    for define in session.policy.abstract:
        relation = shown.setting.relations.get(define.name.id)
        if relation is not None:
            parts += [f"--{define.name.id}", words.relation(relation)]
    return shlex.join(parts)


def open_outputs(session: CheckedSession, round_: Round) -> tuple[str, ...]:
    """The outputs that the case of a round leaves open."""
    return next((case.unspecified for case in session.policy.cases if case.name == round_.case), ())
