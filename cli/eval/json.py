"""The JSON of `eval`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley.evaluating import EvalResult
from parley.playing import SessionResult
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import KNOWN
from parley.values import Plain

from ..json import Ending, SessionRound, agreed, configured, encode, known_plain, like, session_rounds


class Step(msgspec.Struct, kw_only=True):
    """A case that was tried: whether it applies, and what decided it."""

    case: str
    applies: bool
    guard: str
    why: list[str]


class Eval(msgspec.Struct, kw_only=True):
    """What `parley eval --format json` prints. An output that the policy leaves open is `"any"`.

    `met`: some value of the open outputs makes an answer; null where that is not known.
    """

    schema: Literal["parley.eval/1"] = "parley.eval/1"
    policy: str
    config: dict[str, Plain]
    input: dict[str, Plain]
    registers: dict[str, str]
    case: str
    outputs: dict[str, Plain]
    registers_out: dict[str, str]
    ensures: list[str]
    met: Literal[True] | None
    assumptions: dict[str, bool]
    trace: list[Step]


class SessionEval(msgspec.Struct, kw_only=True):
    """What `parley eval SESSION --format json` prints. `again` is the round whose request a loop makes anew.

    `unsupported`: host and RMM agreed on a revision that the RMM does not support. `met`: in each round
    that has an answer, some value of the open outputs makes it; null where it is not known whether one has.
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
    met: Literal[True] | None
    assumptions: dict[str, bool]


def eval_json(result: EvalResult) -> str:
    """The answer of a policy."""
    interface, words = result.policy.interface, result.words
    open_ = [v.name.id for v in interface.outputs if v.name.id not in result.outputs]
    return encode(
        Eval(
            policy=result.policy.name,
            config=words.plains(interface.configs, result.instance.config),
            input=words.plains(interface.inputs, result.instance.inputs),
            registers=words.registers(interface.inputs, result.instance.inputs),
            case=result.case.name,
            outputs=words.plains(interface.outputs, result.outputs) | dict.fromkeys(open_, "any"),
            registers_out=result.registers,
            ensures=[print_expr(ensure.formula) for ensure in result.case.ensures],
            met=result.met,
            assumptions=result.assumptions,
            trace=[like(Step, tried) for tried in result.tried],
        )
    )


def session_json(result: SessionResult) -> str:
    """How a session goes."""
    words, run, session = result.words, result.run, result.session
    config = configured(words, result.instance.config)
    knows = session.host.knows
    return encode(
        SessionEval(
            session=session.name,
            host=session.host.name,
            policy=session.policy.name,
            config=config,
            known=config[KNOWN] if knows.varies else known_plain(knows),
            rounds=session_rounds(words, run, result.open_),
            accepted=run.ending == "accepted",
            agreed=agreed(words, run),
            gave_up=run.ending == "gave_up",
            ending=run.ending,
            again=run.again,
            why=run.why,
            unsupported=result.unsupported,
            met=result.met,
            assumptions=result.assumptions,
        )
    )
