"""What `check` shows under the line of a claim about a policy that needs attention, and of any claim what it says."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from msgspec import Struct
from parley.grouping import needs_attention
from parley.model.instance import Answer
from parley.proofs.claims import Claim
from parley.proofs.verdict import Counterexample, Interval, Outcome
from parley.spec.checked import CheckedHost, CheckedPolicy, rule_name
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import plural
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import Expr
from parley.values import Words, case_named, left_open, words_among
from parley.wanted import Wanted, not_allowed, wanted

from ..draw.numberline import drawings
from ..draw.rows import Row, documented, filled, folded
from ..draw.transcript import exchange, pairs, reply_cells


class Opened(Struct, frozen=True):
    """Rows under a claim's line. `said` and `wants` are the claim's own, `example` may be that of several."""

    said: list[Row]
    example: list[Row]
    wants: list[Row]


def rows(outcome: Outcome) -> Opened:
    """What stands under the line of a claim about a policy."""
    shown = outcome.counterexample
    if isinstance(shown, Counterexample):
        return Opened([], _short(outcome, shown), []) if outcome.as_expected else _opened(outcome, shown)
    made: list[Row] = []
    if outcome.verdict == "refuted":
        made.append(("never happens", _dead(outcome.because)))
    elif outcome.verdict == "vacuous" and outcome.because and not outcome.as_expected:
        made.append(("follows from", ", ".join(outcome.because)))
    return Opened(said(outcome) if needs_attention(outcome) else [], made, [])


def _dead(because: tuple[str, ...]) -> str:
    """Why a case cannot happen."""
    shadow = [name for name in because if name.startswith("case ")]
    if shadow:
        return f"shadowed by {', '.join(shadow)}"
    assumed = [name.removeprefix("assume ") for name in because if name.startswith("assume ")]
    return "its guard cannot hold" + (f", assuming {', '.join(assumed)}" if assumed else "")


def said(outcome: Outcome, want: Wanted | None = None) -> list[Row]:
    """Source clause, doc comment and formula of a claim; the formula only where what is wanted does not repeat it."""
    claim = outcome.claim
    made = [*documented("from", claim.cites), *documented("doc", claim.doc)]
    given = "; ".join(f"{name} = {print_expr(value)}" for name, value in claim.givens)
    made += folded("given", given) if given else []
    guard = _guard_of(claim)
    if guard is not None:
        made += folded("its guard", print_expr(guard))
    if claim.written is not None and not (want is not None and want.whole):
        made += folded("the claim", print_expr(claim.written))
    return made


def _guard_of(claim: Claim) -> Expr | None:
    """The guard of the case or the rule that a claim says can happen; None of `otherwise`, and of other claims."""
    match claim:
        case Claim(about=CheckedHost() as host, name=name):
            return next(rule.guard for at, rule in enumerate(host.rules) if name == f"reachable.{rule_name(at)}")
        case Claim(about=CheckedPolicy() as policy, kind="reachable", name=name):
            case = case_named(policy, name.removeprefix("reachable."))
            return None if case is None else case.guard
        case _:
            return None


def wants(want: Wanted | None, interface: CheckedInterface) -> list[Row]:
    """What a claim wants, and the doc comments of the outputs that this is about."""
    if want is None:
        return []
    made = folded("the claim wants", want.text)
    for name in want.outputs:
        made += documented(f"output {name}", interface.variables[name].doc)
    return made


def _opened(outcome: Outcome, shown: Counterexample) -> Opened:
    claim = outcome.claim
    words = Words(claim.policy.interface)
    want = wanted(claim, shown.example)
    made = wants(want, words.interface)
    refined = claim.policy.refines
    if refined is not None and claim.kind == "refinement":
        label, allowed = f"{refined.name} allows", shown.allowed
        if allowed is None:
            made.append((label, not_allowed(claim, shown)))
        else:
            made.append((label, f"{_reply(refined, words, allowed)}   case {allowed.case}"))
            registers = pairs(words.registers(words.interface.outputs, allowed.outputs))
            made += [("", registers)] if registers else []
    return Opened(said(outcome, want), _example(claim.policy, words, shown), made)


def _short(outcome: Outcome, shown: Counterexample) -> list[Row]:
    """A counterexample on one line, for failures that are known."""
    policy = outcome.claim.policy
    words = Words(policy.interface)
    given = "; ".join(words.named(words.given, words.given_values(shown.example.instance)))
    made = [("for example", f"{given}: {_reply(policy, words, shown.example.answer)}")]
    if shown.allowed is not None and policy.refines is not None:
        made.append(("allowed", _reply(policy.refines, words, shown.allowed)))
    return made


def _reply(policy: CheckedPolicy, words: Words, answer: Answer) -> str:
    if answer.case is None:
        return "no case applies"
    return "   ".join(reply_cells(words, answer.outputs, chosen=left_open(policy, answer.case)))


def _example(policy: CheckedPolicy, words: Words, shown: Counterexample) -> list[Row]:
    example = shown.example
    instance, answer = example.instance, example.answer
    made = drawings(words, words.given_values(instance))
    made += words.relation_rows(instance.relations, policy.abstract)
    named = f"   case {answer.case}" if answer.case else ""
    made.append((f"{policy.name} replies", _reply(policy, words, answer) + named))
    registers = exchange(words, instance.inputs, answer.outputs)
    if registers:
        made.append(("registers", registers))
    case = case_named(policy, answer.case)
    return made if case is None else [*made, *documented(f"case {case.name}", case.declaration.doc)]


def generality(shown: Sequence[Counterexample], interface: CheckedInterface) -> list[Row]:
    """How far an example of some claims generalises: what holds of all, and how many kinds there are."""
    first = shown[0]
    common = [narrow for one in first.same_for if (narrow := _in_all(one, shown)) is not None]
    texts = [_interval(Words(interface), interval, first) for interval in common]
    return [*filled("the same for", texts), ("kinds", _kinds(shown))]


def _in_all(interval: Interval, shown: Sequence[Counterexample]) -> Interval | None:
    """The part of an interval in which all claims fail; None where it is not known of each."""
    low, high = interval.low, interval.high
    for other in shown[1:]:
        own = next((i for i in other.same_for if (i.name, i.value) == (interval.name, interval.value)), None)
        if own is None:
            return None
        low, high = max(low, own.low), min(high, own.high)
    # One revision in its own place says nothing.
    varies = low < high or interval.name in shown[0].example.instance.inputs
    return Interval(interval.name, interval.value, low, high) if varies else None


def _kinds(shown: Sequence[Counterexample]) -> str:
    """How many kinds there are with as few revisions, of each claim."""
    counts = sorted({one.shapes for one in shown})
    complete = all(one.shapes_complete for one in shown)
    if counts == [1] and not complete:
        return "not counted"
    size = shown[0].example.instance.size
    text = f"{counts[0]} in all" if len(counts) == 1 else f"{counts[0]} to {counts[-1]} for each claim"
    text = text if complete or len(counts) > 1 else str(counts[0])
    if size:
        text += f"{',' if len(counts) > 1 else ''} with {plural(size, 'revision')}"
    return text if complete else f"{text}; there may be more"


def _interval(words: Words, interval: Interval, shown: Counterexample) -> str:
    instance = shown.example.instance
    known = words_among(value for value in instance.config.values() if not isinstance(value, (int, bool)))
    # A set that is asked for varies no more than a value with a name does.
    known |= {word for word in instance.inputs.values() if isinstance(word, int)}
    format_ = words.format
    low, high = interval.low, interval.high
    if low == high and not {low - 1, high + 1} <= known:
        # Other values, farther off, may fail as well: only those around this one are looked at.
        return f"{interval.name} {format_.show(low)}, and not its neighbours"
    bounds: list[str] = []
    if low > 0:
        bounds.append(f"above {format_.show(low - 1)}" if low - 1 in known else f"from {format_.show(low)}")
    if high not in (format_.largest, format_.end - 1) or (high == format_.largest and interval.name in instance.inputs):
        bounds.append(f"below {format_.show(high + 1)}" if high + 1 in known else f"up to {format_.show(high)}")
    if interval.name in instance.inputs:
        return f"every {interval.name} {' and '.join(bounds)}".rstrip()
    within = [" and ".join(bounds)] if bounds else []
    return " ".join([f"any {interval.name}", *within, f"in place of {format_.show(interval.value)}"])


def replay(outcome: Outcome, shown: Counterexample, name: str) -> Row:
    """The command that evaluates this instance; `name` is what it calls the policy."""
    policy, instance = outcome.claim.policy, shown.example.instance
    words = Words(policy.interface)
    arguments = words.arguments(words.given_values(instance), instance.relations, policy.abstract)
    return "replay", shlex.join(["parley", "eval", name, *arguments])
