"""Mutants of a policy: what an implementation may get wrong, each as a policy of its own.

Some change one thing in a guard, an assignment, an `ensure` or a `define`. Some decode the register of the request
wrongly: they mask bits off, look at too few of them, or take the fields for each other. Some compare revisions as
signed numbers. The rest answer as the policy does, and encode the answer wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ..spec import syntax
from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Core
from ..spec.defines import all_defined, is_range
from ..spec.elaborate import Elaboration
from ..spec.formatting.expressions import print_expr
from ..spec.nodes import Nodes
from ..spec.words import Format
from .encodings import Encoding, encodings
from .kinds import parameters
from .mutate import Context, variants
from .rewrite import rewritten, with_guard
from .signed_comparison import signed
from .word_terms import Words

TEXT = "policy text"
DECODING = "decoding"
SIGNED = "signed comparison"
ENCODING = "encoding"
"""The kinds of fault that are tried; behind this one the kind of encoding follows."""


class Mutant(Struct, frozen=True):
    """A policy with one fault in it. `name` is short, and stable for a policy; `what` says what was changed where.

    Where there is an `encoding`, the policy is right, and what it answers is encoded wrongly.
    """

    name: str
    what: str
    policy: CheckedPolicy
    kind: str = TEXT
    encoding: Encoding | None = None


def mutants(policy: CheckedPolicy) -> list[Mutant]:
    """All mutants of a policy, those of its text first."""
    return catalogue(policy)[0]


def catalogue(policy: CheckedPolicy) -> tuple[list[Mutant], list[str]]:
    """All mutants of a policy, and what is changed in those that are too long to be looked at."""
    made: list[Mutant] = []
    too_long: list[str] = []
    seen: set[object] = {_meaning(policy)}
    ways = ((TEXT, _of_text), (DECODING, _of_decoder), (SIGNED, signed))
    for kind, way in ways:
        for what, mutant in way(policy):
            if mutant is None:
                too_long.append(what)
                continue
            key = _meaning(mutant)
            if key not in seen and _assigns_ranges(mutant):
                seen.add(key)
                made.append(Mutant(f"m{len(made) + 1}", what, _spelled_out(mutant), kind))
    for encoding in encodings(policy):
        kind = f"{ENCODING}: {encoding.kind}"
        made.append(Mutant(f"m{len(made) + 1}", encoding.what, policy, kind, encoding))
    return made, too_long


def _assigns_ranges(policy: CheckedPolicy) -> bool:
    """Whether what is assigned to ranges is one still."""
    ranges = policy.interface.ranges
    if not any(variable.type == "range" for variable in policy.interface.outputs):
        return True
    entries = all_defined(policy.defines, policy.source)
    assigned = [a.value for c in policy.cases for a in c.assignments if a.output.id in ranges and a.value is not None]
    return all(is_range(value, ranges, entries) for value in assigned)


def _spelled_out(policy: CheckedPolicy) -> CheckedPolicy:
    """The policy with every assignment in its cases: one that was the whole policy's may differ from case to case."""
    cases = tuple(
        replace(case, declaration=replace(case.declaration, items=(*case.assignments, *case.ensures)))
        for case in policy.cases
    )
    return replace(policy, cases=cases)


def _meaning(policy: CheckedPolicy) -> object:
    """What tells mutants apart: their cases and `define`s, wherever these stand."""
    cases = tuple((case.guard, case.assignments, case.ensures) for case in policy.cases)
    return cases, tuple(sorted(policy.defines.items(), key=lambda item: item[0]))


# ---- the text -------------------------------------------------------------------------------------------


def _of_text(policy: CheckedPolicy) -> Iterator[tuple[str, CheckedPolicy]]:
    elaboration = policy.elaborated(Nodes())
    of_defines = parameters(policy, elaboration)
    context, cases = _context(policy, elaboration), policy.cases
    for at, case in enumerate(cases):
        yield from _of_guard(policy, at, context)
        for assign in case.assignments:
            for what, value in _values(policy, assign, context):
                yield f"case {case.name}{what}", _with_case(policy, at, _assigned(case, assign, value))
        for number, ensure in enumerate(case.ensures):
            rest = (*case.ensures[:number], *case.ensures[number + 1 :])
            yield f"case {case.name}: an `ensure` dropped", _with_case(policy, at, replace(case, ensures=rest))
            for what, formula in variants(ensure.formula, context):
                put = (*case.ensures[:number], replace(ensure, formula=formula), *case.ensures[number + 1 :])
                yield f"case {case.name}, ensure: {what}", _with_case(policy, at, replace(case, ensures=put))
    for at in range(len(cases) - 1):
        swapped = (*cases[:at], cases[at + 1], cases[at], *cases[at + 2 :])
        yield f"{cases[at].name} and {cases[at + 1].name} in the other order", replace(policy, cases=swapped)
    for name, given in sorted(of_defines.items()):
        define = policy.defines[name]
        if define.body is not None:
            for what, body in variants(define.body, replace(context, names=given)):
                changed: dict[str, syntax.Define] = {**policy.defines, name: replace(define, body=body)}
                yield f"define {name}: {what}", replace(policy, defines=changed)


def _of_guard(policy: CheckedPolicy, at: int, context: Context) -> Iterator[tuple[str, CheckedPolicy]]:
    case = policy.cases[at]
    if case.guard is None:
        return
    others = (*policy.cases[:at], *policy.cases[at + 1 :])
    yield f"case {case.name} left out", replace(policy, cases=others)
    yield f"case {case.name} always applies", _with_case(policy, at, with_guard(case, syntax.Boolean(value=True)))
    for what, guard in variants(case.guard, context):
        yield f"case {case.name}, guard: {what}", _with_case(policy, at, with_guard(case, guard))


def _values(policy: CheckedPolicy, assign: syntax.Assign, context: Context) -> Iterator[tuple[str, syntax.Expr]]:
    """What may be assigned instead, each with what to say behind the case's name."""
    output = assign.output.id
    others: Sequence[syntax.Expr] = ()
    match policy.interface.variables[output].type:
        case syntax.Enumeration(values=values):
            others = [syntax.Name(label.id) for label, _ in values]
        case "set" | "range" as kind:
            others = _others(policy, kind)
        case "revision":
            names = policy.interface.named.get(output, {})
            others = [*map(syntax.Name, names), *context.instead]
        case "bool":
            pass
    for other in others:
        if other != assign.value:
            yield f": {output} = {print_expr(other)}", other
    if assign.value is not None and policy.interface.enumeration(output) is None:
        for what, value in variants(assign.value, context):
            if not context.reads(value, output):
                yield f", {output}: {what}", value


def _others(policy: CheckedPolicy, kind: Literal["set", "range"]) -> list[syntax.Expr]:
    """Sets or ranges that may be answered instead: none, another one, and the newest or the oldest of one alone."""
    names = [syntax.Name(v.name.id) for v in _given_sets(policy) if v.type == kind]
    ends = [syntax.Extremum(end, name) for name in names for end in ("max", "min")]
    alone = [syntax.SetLiteral((end,)) if kind == "set" else syntax.Range(end, end) for end in ends]
    return [syntax.SetLiteral(()), *names, *alone]


def _given_sets(policy: CheckedPolicy) -> list[syntax.Variable]:
    interface = policy.interface
    return [v for v in (*interface.configs, *interface.inputs) if v.type in ("set", "range")]


def _assigned(case: CheckedCase, assign: syntax.Assign, value: syntax.Expr) -> CheckedCase:
    put = replace(assign, value=value)
    made = replace(case, assignments=tuple(put if a is assign else a for a in case.assignments))
    # Where nothing is left open, nothing is left to choose: an `ensure` would make the mutant silent, not wrong.
    return made if made.unspecified else replace(made, ensures=())


def _with_case(policy: CheckedPolicy, at: int, case: CheckedCase) -> CheckedPolicy:
    return replace(policy, cases=(*policy.cases[:at], case, *policy.cases[at + 1 :]))


def _context(policy: CheckedPolicy, elaboration: Elaboration) -> Context:
    """What may stand in the cases in the place of a revision."""
    interface = policy.interface
    words = [syntax.Name(v.name.id) for v in (*interface.configs, *interface.inputs) if v.type == "revision"]
    sets = [syntax.Name(v.name.id) for v in _given_sets(policy)]
    ends = (syntax.Extremum(kind, set_) for set_ in sets for kind in ("max", "min"))
    return Context(interface, elaboration, {}, (*words, *ends))


# ---- the register ---------------------------------------------------------------------------------------


def _of_decoder(policy: CheckedPolicy) -> Iterator[tuple[str, CheckedPolicy | None]]:
    nodes = policy.elaboration.nodes
    for variable in policy.interface.inputs:
        name = variable.name.id
        if variable.type != "revision":
            continue
        raw = nodes.variable(name)
        for what, decoded in decoders(nodes, raw, policy.interface.format):
            # Names are no words, and are read as they are.
            codes = [nodes.constant(code, "word") for code in policy.interface.named.get(name, {}).values()]
            named = nodes.member(raw, nodes.listed(tuple(codes)))
            read = partial(nodes.put, values={name: nodes.choice(named, raw, decoded) if codes else decoded})
            yield f"{name} {what}", rewritten(policy, read)
            yield f"{name} {what}, in the guards only", rewritten(policy, read, guards_only=True)


def decoders(nodes: Nodes, word: Core, format_: Format) -> Iterator[tuple[str, Core]]:
    """Wrong readings of a register word."""
    words, reserved = Words(nodes, format_.width), format_.reserved
    if reserved:
        yield "without its reserved bits", words.without(word, *reserved)
    if any(f.high >= 32 for f in reserved):
        yield "truncated to 32 bits", words.put(word, (format_.width - 1, 32, 0))
    for bit in sorted({bit for f in reserved for bit in (f.low, 32, f.high) if f.low <= bit <= f.high}):
        yield f"with bit {bit} ignored", words.put(word, (bit, bit, 0))
    for field in format_.numbered:
        cleared, top = words.put(word, (field.high, field.high, 0)), words.is_set(word, field.high)
        yield f"with the top bit of {field.name} masked off", cleared
        flipped = nodes.choice(top, cleared, words.put(word, (field.high, field.high, 1)))
        yield f"with {field.name} taken as signed", flipped
        if field.width >= 15:
            yield f"with {field.name} under the mask 0x8fff", words.put(word, (field.low + 14, field.low + 12, 0))
    if len(format_.numbered) > 1:
        first, last = format_.numbered[0], format_.numbered[-1]
        major, minor = (words.bits(word, field.high, field.low) for field in (first, last))
        fits = nodes.compare("<", minor, nodes.constant(1 << min(first.width, last.width)))
        exchanged = words.put(word, (first.high, first.low, minor), (last.high, last.low, major))
        yield f"with {first.name} and {last.name} exchanged", nodes.choice(fits, exchanged, word)
