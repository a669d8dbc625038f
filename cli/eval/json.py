"""The JSON of `eval`, as types, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import KNOWN
from parley.values import Plain

from ..json import Ending, SessionRound, agreed, configured, encode, session_rounds

if TYPE_CHECKING:
    from parley.evaluating import EvalResult
    from parley.playing import SessionResult


class Step(msgspec.Struct, kw_only=True):
    """A case that was tried: whether it applies, and what decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class Eval(msgspec.Struct, kw_only=True):
    """What `parley eval --format json` prints. An output that the policy leaves open is `"any"`."""

    schema: Literal["parley.eval/1"] = "parley.eval/1"
    policy: str
    config: dict[str, Plain]
    input: dict[str, Plain]
    registers: dict[str, str]
    case: str
    outputs: dict[str, Plain]
    registers_out: dict[str, str]
    ensures: list[str]
    assumptions: dict[str, bool]
    trace: list[Step]


class SessionEval(msgspec.Struct, kw_only=True):
    """What `parley eval SESSION --format json` prints. `again` is the round whose request a loop makes anew.

    `unsupported`: host and RMM agreed on a revision that the RMM does not support.
    """

    schema: Literal["parley.eval-session/1"] = "parley.eval-session/1"
    session: str
    host: str
    policy: str
    config: dict[str, Plain]
    known: Plain
    rounds: list[SessionRound]
    accepted: bool
    agreed: str | None
    gave_up: bool
    ending: Ending
    again: int | None
    why: str
    unsupported: bool
    assumptions: dict[str, bool]


def eval_json(found: EvalResult) -> str:
    """The answer of a policy."""
    interface, words = found.policy.interface, found.words
    open_ = [v.name.id for v in interface.outputs if v.name.id not in found.outputs]
    return encode(
        Eval(
            policy=found.policy.name,
            config=words.plains(interface.configs, found.instance.config),
            input=words.plains(interface.inputs, found.instance.inputs),
            registers=words.registers(interface.inputs, found.instance.inputs),
            case=found.case.name,
            outputs=words.plains(interface.outputs, found.outputs) | dict.fromkeys(open_, "any"),
            registers_out=found.registers,
            ensures=[print_expr(ensure.formula) for ensure in found.case.ensures],
            assumptions=found.assumptions,
            trace=[Step(case=t.case, applies=t.applies, guard=t.guard, why=t.why) for t in found.tried],
        )
    )


def session_json(found: SessionResult) -> str:
    """How a session goes."""
    words, run, session = found.words, found.run, found.session
    config = configured(words, found.instance.config)
    revisions = session.host.knows.revisions
    return encode(
        SessionEval(
            session=session.name,
            host=session.host.name,
            policy=session.policy.name,
            config=config,
            known=config[KNOWN] if revisions is None else [print_expr(revision) for revision in revisions],
            rounds=session_rounds(words, run, found.open_),
            accepted=run.ending == "accepted",
            agreed=agreed(words, run),
            gave_up=run.ending == "gave_up",
            ending=run.ending,
            again=run.again,
            why=run.why,
            unsupported=found.unsupported,
            assumptions=found.assumptions,
        )
    )
