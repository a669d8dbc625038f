"""The JSON of `conform` with a host, as types, and what it is made of."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

import msgspec
from parley.conformance.batch import FaultKind
from parley.conformance.host_verdict import Deed, HostOutcome
from parley.conforming_hosts import HostResult
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import KNOWN
from parley.values import Plain

from ..draw.transcript import registers_in
from ..json import Ending, SessionRound, agreed, configured, encode, known_plain, like
from .json import ConformTrouble, trouble


class HostSummary(msgspec.Struct, kw_only=True):
    """How many negotiations came out how. `hostile` are those with an RMM that breaks the policy.

    `failed` came to no end, broke a claim that is not known to fail, or did what the rules do not; `left_out` had a
    request that an assumption rules out, or that the policy has no answer to, or was stopped with more to ask for: of
    so many of these, as are `stopped`, it is not known how they end, and they are judged by what is claimed of rounds.
    """

    negotiations: int
    hostile: int
    failed: int
    faults: int
    left_out: int
    stopped: int = 0


class HostClaim(msgspec.Struct, kw_only=True):
    """A claim of the session, and in how many negotiations it is broken; `expected`, where that is known, says why.

    `presumes`: it may fail by the fault of an RMM that lies, and is not judged with such a one; null where no hostile
    RMM was asked for.
    """

    name: str
    kind: Literal["terminates", "requests_known", "invariant", "property"]
    formula: str | None
    broken: int
    expected: str | None
    presumes: bool | None


class HostDeed(msgspec.Struct, kw_only=True):
    """What a host does; `value` is what it asks for or accepts."""

    kind: Literal["request", "accept", "give up"]
    value: Plain


class HostDeviation(msgspec.Struct, kw_only=True):
    """Where the program first does what the rules do not: behind so many rounds. `rule` is null for the start."""

    rounds: int
    rule: str | None
    guard: str | None
    wants: HostDeed
    does: HostDeed


class HostFault(msgspec.Struct, kw_only=True):
    """Why a negotiation came to no end, with the last lines of standard error."""

    problem: FaultKind
    text: str
    stderr: list[str]


class HostFailure(msgspec.Struct, kw_only=True):
    """A negotiation in which something is wrong, or broken as it is known.

    `rmm` names the hostile RMM, null for the policy. `again` is null, and `ending` may be `loops`, where the program
    asked on and on. Rounds have no rules: they are the program's. `replay` is the command that plays the session's host
    on the same replies, null where the RMM is none of the session's; `repeat` runs the program there again.
    """

    number: int
    rmm: str | None
    what: str
    config: dict[str, Plain]
    known: Plain
    rounds: list[SessionRound]
    ending: Ending
    agreed: str | None
    why: str
    broken: list[str]
    deviation: HostDeviation | None
    fault: HostFault | None
    replay: str | None
    repeat: str


class HostHostile(msgspec.Struct, kw_only=True):
    """A hostile RMM, and how many negotiations were played with it: a mutant that is not `told` has none."""

    name: str
    what: str
    mutant: bool
    told: bool
    played: int


class HostConform(msgspec.Struct, kw_only=True):
    """What `parley conform SESSION --format json` prints. `deviations` counts the negotiations with one, `compared`
    those that could have one.

    `seconds` is how long all took, and `asking` how long the program was talked to.
    """

    schema: Literal["parley.conform-session/1"] = "parley.conform-session/1"
    version: str
    session: str
    host: str
    policy: str
    interface: str
    command: list[str]
    summary: HostSummary
    claims: list[HostClaim]
    compared: int
    deviations: int
    failures: list[HostFailure]
    hostile: list[HostHostile]
    troubles: list[ConformTrouble]
    warnings: list[str] = []
    starts: int
    seconds: float
    asking: float


def host_json(result: HostResult) -> str:
    """All that came of a run."""
    session, broken = result.session, {**result.broken(expected=True), **result.broken(expected=False)}
    shown = result.failed | {one.number for found in broken.values() for one in found}
    claims = [
        HostClaim(
            name=name,
            kind=claim.kind,  # pyright: ignore[reportArgumentType]
            formula=None if claim.written is None else print_expr(claim.written),
            broken=len(broken.get(name, ())),
            expected=claim.expected.why if claim.expected is not None and claim.expected.verdict == "refuted" else None,
            presumes=name in result.presuming if result.with_hostile else None,
        )
        for name, claim in result.claims.items()
    ]
    return encode(
        HostConform(
            version=version("rmm-parley"),
            session=session.name,
            host=session.host.name,
            policy=session.policy.name,
            interface=session.interface.name,
            command=result.command,
            summary=HostSummary(
                negotiations=len(result.outcomes),
                hostile=sum(one.negotiation.rmm.hostile for one in result.outcomes),
                failed=len(result.failed),
                faults=len(result.faults),
                left_out=len(result.left_out),
                stopped=len(result.stopped),
            ),
            claims=claims,
            compared=sum(one.compared > 0 for one in result.outcomes),
            deviations=len(result.deviations),
            failures=[_failure(result, one) for one in result.outcomes if one.number in shown],
            hostile=[like(HostHostile, one) for one in result.hostile],
            troubles=[trouble(fault) for fault in result.troubles],
            warnings=list(result.warnings),
            starts=result.starts,
            seconds=round(result.seconds, 3),
            asking=round(result.asking, 3),
        )
    )


def _failure(result: HostResult, outcome: HostOutcome) -> HostFailure:
    words, negotiation = result.words, outcome.negotiation
    config = configured(words, negotiation.instance.config)
    knows = result.session.host.knows
    fault = negotiation.fault
    hostile = negotiation.rmm.hostile
    return HostFailure(
        number=outcome.number,
        rmm=negotiation.rmm.name if hostile else None,
        what=negotiation.rmm.what if hostile else "",
        config={name: value for name, value in config.items() if name != KNOWN},
        known=config[KNOWN] if knows.varies else known_plain(knows),
        rounds=_rounds(result, outcome),
        ending=negotiation.run.ending,
        agreed=agreed(words, negotiation.run),
        why=negotiation.run.why,
        broken=list(outcome.broken),
        deviation=_deviation(result, outcome),
        fault=fault and HostFault(problem=fault.kind, text=fault.text, stderr=list(fault.stderr)),
        replay=result.replay(outcome) or None,
        repeat=result.again(outcome),
    )


def _rounds(result: HostResult, outcome: HostOutcome) -> list[SessionRound]:
    words, negotiation = result.words, outcome.negotiation
    request = words.interface.inputs[0]
    made: list[SessionRound] = []
    for at, (round_, open_) in enumerate(zip(negotiation.run.rounds, negotiation.open_, strict=True)):
        made.append(
            SessionRound(
                request=words.plain(request, round_.request),
                case=round_.case,
                outputs=words.plains(words.interface.outputs, round_.outputs),
                rule=None,
                open=list(open_),
                registers=words.registers([request], {request.name.id: round_.request}),
                registers_out=registers_in(negotiation.registers[at]) if at < len(negotiation.registers) else {},
            )
        )
    return made


def _deviation(result: HostResult, outcome: HostOutcome) -> HostDeviation | None:
    found = outcome.deviation
    return found and HostDeviation(
        rounds=found.rounds,
        rule=found.rule,
        guard=None if found.guard is None else print_expr(found.guard),
        wants=_deed(result, found.wants),
        does=_deed(result, found.does),
    )


def _deed(result: HostResult, done: Deed) -> HostDeed:
    variable = result.session.interface.inputs[0] if done.kind == "request" else None
    return HostDeed(kind=done.kind, value=result.words.plain(variable, done.value))
