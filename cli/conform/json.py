"""The JSON of `conform`, as types, and what it is made of."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

import msgspec
from parley.conformance.batch import Fault, FaultKind
from parley.conformance.conform import RequestOutcome
from parley.conformance.explain import Undecided
from parley.conformance.replay import Observation
from parley.conforming import ConformResult
from parley.values import Plain, Values

from ..json import encode, like

OfReply = Literal["wrong", "missing register", "no word", "no value", "not zero", "not deterministic"]
Problem = Literal[OfReply, FaultKind]


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


def conform_json(result: ConformResult) -> str:
    """All that came of a run."""
    failures = [outcome for outcome in result.outcomes if outcome.problem is not None]
    made = Conform(
        version=version("rmm-parley"),
        policy=result.policy.name,
        interface=result.policy.interface.name,
        command=result.command,
        summary=ConformSummary(
            requests=len(result.outcomes) + result.unjudged,
            right=len(result.right),
            wrong=len(result.failures) - result.missing,
            missing=result.missing,
            expected=len(result.expected),
            fixed=len(result.fixed),
            unjudged=result.unjudged,
            repeated=result.repeated,
        ),
        discovered=_discovered(result),
        contradiction=result.evidence
        and ConformContradiction(
            replies=[_reply(result, seen) for seen in result.evidence.seen], fewest=result.evidence.fewest
        ),
        troubles=[trouble(fault) for fault in result.troubles],
        failures=[_failure(result, outcome) for outcome in failures],
        fixed=[result.arguments(outcome.check) for outcome in result.fixed],
        registers=[like(ConformRegister, other) for other in result.others],
        stray=result.stray.count,
        starts=result.starts,
        seconds=round(result.seconds, 3),
        asking=round(result.asking, 3),
        warnings=list(result.warnings),
    )
    return encode(made)


def trouble(fault: Fault) -> ConformTrouble:
    """A fault of the program as JSON has it."""
    return ConformTrouble(problem=fault.kind, text=fault.text, stderr=list(fault.stderr))


def _reply(result: ConformResult, seen: Observation) -> ConformReply:
    request = result.words.plains(result.policy.interface.inputs, seen.inputs)
    return ConformReply(request=request, outputs=_outputs(result, seen.outputs))


def _outputs(result: ConformResult, outputs: Values) -> dict[str, Plain]:
    return result.words.plains((v for v in result.policy.interface.outputs if v.name.id in outputs), outputs)


def _discovered(result: ConformResult) -> ConformDiscovered | None:
    discovered, configuration = result.discovered, result.configuration
    if discovered is None:
        return None
    trouble = discovered.fault.text if discovered.fault is not None else ""
    if isinstance(discovered.verdict, Undecided):
        trouble = trouble or discovered.verdict.reason
    config: dict[str, Plain] | None = None
    if configuration is not None and discovered.seen:
        config = result.words.plains(result.policy.interface.configs, configuration)
    requests = [_reply(result, seen) for seen in discovered.seen]
    return ConformDiscovered(requests=requests, config=config, determined=discovered.determined, trouble=trouble)


def _failure(result: ConformResult, outcome: RequestOutcome) -> ConformFailure:
    assert outcome.problem is not None
    check, words, interface = outcome.check, result.words, result.policy.interface
    given, wanted = result.given(check), check.expect
    expect: dict[str, Plain] = {}
    if wanted is not None:
        expect = words.plains(interface.outputs, wanted.outputs) | dict.fromkeys(wanted.open, "any")
    return ConformFailure(
        id=check.number,
        config={} if wanted is None else words.plains(interface.configs, given),
        request=words.plains(interface.inputs, given),
        registers=words.registers(interface.inputs, given),
        case="" if wanted is None else wanted.case,
        problem=outcome.problem,
        text=outcome.text,
        outputs=_outputs(result, outcome.outputs),
        expect=expect,
        differs=list(outcome.differs),
        stderr=list(outcome.stderr),
        known=result.known.get(check.at),
        replay=result.arguments(check),
    )
