"""The JSON of sessions, in `check` and in `eval`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley.playing import unsupported
from parley.spec.print_tree import print_expr
from parley.spec.syntax import KNOWN
from parley.values import Words, left_open

from .draw.registers import registers_in, registers_out
from .report import Cell, InductionStep, Instance, Matrix, Plain, SessionEval, SessionRound, encode

if TYPE_CHECKING:
    from parley import matrices
    from parley.model.run import Run
    from parley.model.situation import Value
    from parley.playing import SessionResult
    from parley.proofs.induced import Step
    from parley.proofs.session_scope import Played
    from parley.spec.checked import CheckedSession


def session_instance(session: CheckedSession, played: Played, *, replayed: bool) -> Instance:
    """A configuration and the rounds of a run; input, case and outputs are those of the last round."""
    words = Words(session.interface)
    request = words.interface.inputs[0].name.id
    rounds = session_rounds(words, played.run, None)
    for shown, round_ in zip(rounds, played.run.rounds, strict=True):
        shown.open = left_open(session.policy, round_.case)
        shown.registers = registers_in(words.interface, {request: round_.request})
        shown.registers_out = {} if round_.case is None else registers_out(words.interface, round_.outputs)
    last = rounds[-1] if rounds else None
    made = Instance(
        config=_config(words, played.setting.config),
        input={request: last.request} if last else {},
        case=last.case if last else None,
        outputs=last.outputs if last else {},
        open=last.open or [] if last else [],
        registers=last.registers or {} if last else {},
        registers_out=last.registers_out or {} if last else {},
        replayed=replayed,
        rounds=rounds,
        accepted=played.run.ending == "accepted",
        agreed=_agreed(words, played.run),
        gave_up=played.run.ending == "gave_up",
        ending=played.run.ending,
        again=played.run.again,
        why=played.run.why,
    )
    if played.setting.relations:
        made.defines = words.relations(played.setting.relations, session.abstract)
    return made


def session_rounds(words: Words, run: Run, open_: list[set[str]] | None) -> list[SessionRound]:
    made: list[SessionRound] = []
    for at, round_ in enumerate(run.rounds):
        left = open_[at] if open_ else set[str]()
        outputs: dict[str, Plain] = {
            v.name.id: "any" if v.name.id in left else words.plain(v, round_.outputs.get(v.name.id))
            for v in words.interface.outputs
        }
        request = words.format.show(round_.request)
        made.append(SessionRound(request=request, case=round_.case, outputs=outputs, rule=round_.rule))
    return made


def session_step(words: Words, step: Step) -> InductionStep:
    rounds: list[SessionRound] = []
    for request, reply in zip(step.requests, step.replies, strict=True):
        outputs: dict[str, Plain] = {v.name.id: words.plain(v, reply[v.name.id]) for v in words.interface.outputs}
        rounds.append(SessionRound(request=words.format.show(request), case=None, outputs=outputs, rule=None))
    return InductionStep(part=step.part, config=_config(words, step.config), rounds=rounds)


def _config(words: Words, config: dict[str, Value]) -> dict[str, Plain]:
    made: dict[str, Plain] = {}
    for name, value in config.items():
        if isinstance(value, tuple):
            made[name] = [words.format.show(word) for word in value]
        else:
            made[name] = value if isinstance(value, bool) else words.format.show(value)
    return made


def _agreed(words: Words, run: Run) -> str | None:
    return None if run.agreed is None else words.format.show(run.agreed)


def session_eval_json(made: SessionResult) -> str:
    words, run = made.words, made.run
    revisions = made.session.host.knows.revisions
    known = None if revisions is None else [print_expr(revision) for revision in revisions]
    return encode(
        SessionEval(
            session=made.session.name,
            host=made.session.host.name,
            policy=made.session.policy.name,
            config=_config(words, made.setting.config),
            known=_config(words, made.setting.config)[KNOWN] if known is None else known,
            rounds=session_rounds(words, run, made.open_),
            accepted=run.ending == "accepted",
            agreed=_agreed(words, run),
            gave_up=run.ending == "gave_up",
            ending=run.ending,
            again=run.again,
            why=run.why,
            unsupported=unsupported(made.session.interface, made.setting.config, run),
            assumptions=made.assumptions,
        )
    )


def matrix_json(cells: list[list[matrices.Cell]]) -> str:
    return encode(Matrix(cells=[_cell(cell) for line in cells for cell in line]))


def _cell(cell: matrices.Cell) -> Cell:
    words, run = Words(cell.rmm.policy.interface), cell.run
    revisions = cell.caller.host.knows.revisions
    known = [print_expr(revision) for revision in revisions or ()]
    if revisions is None:
        known = [Words(cell.caller.host.interface).format.show(word) for word in cell.caller.known or ()]
    return Cell(
        host=cell.caller.name,
        known=known,
        policy=cell.rmm.name,
        supported=[words.format.show(word) for word in cell.rmm.supported],
        ending=None if run is None else run.ending,
        agreed=None if run is None else _agreed(words, run),
        requests=0 if run is None else len(run.rounds),
        rounds=[] if run is None else session_rounds(words, run, None),
        why=cell.why if run is None else run.why,
        unsupported=cell.unsupported,
        outside=list(cell.outside),
    )
