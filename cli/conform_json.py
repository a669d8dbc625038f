"""The JSON of `conform`, as types: its published schema in `schemas/` is generated from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from parley.conformance.conform import Outcome
    from parley.conformance.replay import Observation
    from parley.conforming import ConformResult

Plain = str | list[str] | bool | None
Problem = Literal[
    "wrong",
    "missing register",
    "no word",
    "no value",
    "not zero",
    "not deterministic",
    "timeout",
    "crash",
    "exit",
    "garbage",
    "repeated",
    "flood",
    "not asked",
]


class ConformSummary(msgspec.Struct, kw_only=True):
    """How many requests came out how. `expected` fail as the list of known failures says, `fixed` do not.

    `unjudged` had a reply that is neither right nor wrong, since there is no configuration to judge it by; `repeated`
    were asked twice.
    """

    requests: int
    right: int
    wrong: int
    missing: int
    expected: int
    fixed: int
    unjudged: int
    repeated: int


class ConformReply(msgspec.Struct, kw_only=True):
    """A request and the outputs of its reply."""

    request: dict[str, Plain]
    outputs: dict[str, Plain]


class ConformFailure(msgspec.Struct, kw_only=True):
    """A request with a wrong reply, or none. `id` is its number in this run; `replay` the options of `parley eval`.

    `outputs` are those that could be read; of `expect`, an output that the policy leaves open is `"any"`. `differs`
    names the outputs that are wrong, or answered in two ways; `known` is the comment of the list of known failures,
    null where it is not on it. Where no configuration is known, `config`, `case` and `expect` are empty.
    """

    id: int
    config: dict[str, Plain]
    request: dict[str, Plain]
    registers: dict[str, str]
    case: str
    problem: Problem
    text: str
    outputs: dict[str, Plain]
    expect: dict[str, Plain]
    differs: list[str]
    stderr: list[str]
    known: str | None
    replay: str


class ConformDiscovered(msgspec.Struct, kw_only=True):
    """What was found out by the command itself.

    `config` is null where there is none, or it is not known; where not `determined`, others may give the same replies.
    `trouble` says why a request had no reply, or why nothing is known.
    """

    requests: list[ConformReply]
    config: dict[str, Plain] | None
    determined: bool
    trouble: str


class ConformContradiction(msgspec.Struct, kw_only=True):
    """Replies that no configuration gives together; where `fewest`, no fewer of them contradict each other."""

    replies: list[ConformReply]
    fewest: bool


class ConformTrouble(msgspec.Struct, kw_only=True):
    """A fault of the program that no request is to blame for, such as an exit code at the end."""

    problem: Problem
    text: str
    stderr: list[str]


class ConformRegister(msgspec.Struct, kw_only=True):
    """A register that replies have and the interface does not: in how many, in how many not 0, and an example."""

    register: str
    replies: int
    not_zero: int
    example: str


class Conform(msgspec.Struct, kw_only=True):
    """What `parley conform --format json` prints. `stray` counts lines that are no reply to anything.

    `seconds` is how long all took, making the requests included, and `asking` how long the program was asked.
    `warnings` say what was left out, and where a suite contradicts the policy.
    """

    schema: Literal["parley.conform/1"] = "parley.conform/1"
    version: str
    policy: str
    interface: str
    command: list[str]
    summary: ConformSummary
    discovered: ConformDiscovered | None
    contradiction: ConformContradiction | None
    troubles: list[ConformTrouble]
    failures: list[ConformFailure]
    fixed: list[str]
    registers: list[ConformRegister]
    stray: int
    starts: int
    seconds: float
    asking: float
    warnings: list[str]


def conform_json(report: ConformResult) -> str:
    from importlib.metadata import version

    from parley.conformance.conform import others

    from .report import encode

    failures = [o for o in report.outcomes if o.problem is not None]
    missing = sum(1 for o in report.failures if o.problem in _NO_REPLY)
    made = Conform(
        version=version("rmm-parley"),
        policy=report.policy.name,
        interface=report.policy.interface.name,
        command=report.command,
        summary=ConformSummary(
            requests=len(report.outcomes) + report.unjudged,
            right=len(report.right),
            wrong=len(report.failures) - missing,
            missing=missing,
            expected=len(report.expected),
            fixed=len(report.fixed),
            unjudged=report.unjudged,
            repeated=report.repeated,
        ),
        discovered=_discovered(report),
        contradiction=_contradiction(report),
        troubles=[ConformTrouble(problem=f.kind, text=f.text, stderr=list(f.stderr)) for f in report.troubles],
        failures=[_failure(report, outcome) for outcome in failures],
        fixed=[report.arguments(outcome.check) for outcome in report.fixed],
        registers=[
            ConformRegister(register=o.register, replies=o.replies, not_zero=o.not_zero, example=o.example)
            for o in others(report.outcomes)
        ],
        stray=report.stray.count,
        starts=report.starts,
        seconds=round(report.seconds, 3),
        asking=round(report.asking, 3),
        warnings=list(report.warnings),
    )
    return encode(made)


_NO_REPLY = ("timeout", "crash", "exit", "garbage", "repeated", "flood", "not asked")


def _reply(report: ConformResult, seen: Observation) -> ConformReply:
    words, interface = report.words, report.policy.interface
    return ConformReply(
        request={v.name.id: words.plain(v, seen.inputs[v.name.id]) for v in interface.inputs},
        outputs=_outputs(report, seen.outputs),
    )


def _outputs(report: ConformResult, outputs: dict[str, int | bool]) -> dict[str, Plain]:
    variables = [v for v in report.policy.interface.outputs if v.name.id in outputs]
    return {v.name.id: report.words.plain(v, outputs[v.name.id]) for v in variables}


def _discovered(report: ConformResult) -> ConformDiscovered | None:
    from parley.conformance.explain import Consistent, Undecided

    found = report.discovered
    if found is None:
        return None
    config: dict[str, Plain] | None = None
    trouble = found.fault.text if found.fault is not None else ""
    match found.verdict:
        case Consistent(configuration=configuration) if found.seen:
            words, configs = report.words, report.policy.interface.configs
            config = {v.name.id: words.plain(v, configuration.config[v.name.id]) for v in configs}
        case Undecided(reason=reason):
            trouble = trouble or reason
        case _:
            pass
    requests = [_reply(report, one) for one in found.seen]
    return ConformDiscovered(requests=requests, config=config, determined=found.determined, trouble=trouble)


def _contradiction(report: ConformResult) -> ConformContradiction | None:
    if report.evidence is None:
        return None
    return ConformContradiction(
        replies=[_reply(report, one) for one in report.evidence.seen], fewest=report.evidence.fewest
    )


def _failure(report: ConformResult, outcome: Outcome) -> ConformFailure:
    from parley.conformance.conform import situation

    assert outcome.problem is not None
    check, words, interface = outcome.check, report.words, report.policy.interface
    at = situation(report.policy, check.at)
    expect: dict[str, Plain] = {}
    if check.expect is not None:
        open_, outputs = check.expect.open, check.expect.outputs
        expect = {
            v.name.id: "any" if v.name.id in open_ else words.plain(v, outputs[v.name.id]) for v in interface.outputs
        }
    return ConformFailure(
        id=check.number,
        config={} if check.expect is None else words.config(at),
        request=words.inputs(at),
        registers={v.register.id: f"{at.inputs[v.name.id]:#x}" for v in interface.inputs if v.register},
        case="" if check.expect is None else check.expect.case,
        problem=outcome.problem,
        text=outcome.text,
        outputs=_outputs(report, outcome.outputs),
        expect=expect,
        differs=list(outcome.differs),
        stderr=list(outcome.stderr),
        known=report.known.get(check.at),
        replay=report.arguments(check),
    )
