"""Wrong encodings: what an implementation may get wrong between the answer that it has found and the register.

Each says of some outputs what their registers hold, as terms over the answer that is right. None reads anything but
that answer and the request. As formulas about the right answer: does one change it, and is what comes of it allowed?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, pairwise, product

from msgspec import Struct

from ..model.fold import all_of, any_of
from ..spec import core
from ..spec.checked import CheckedPolicy
from ..spec.checked_parts import CheckedCase
from ..spec.core import Constant, Core, Symbol
from ..spec.nodes import Nodes
from ..spec.registers import place
from ..spec.syntax import Enumeration, Name, Variable
from ..spec.words import WIDEST, Format
from .word_terms import Words

MOST_VALUES = 64
"""Of an output with more values than these, only some encodings are tried."""


class Held(Struct, frozen=True):
    """Where the `test` holds of the answer, the word that is `right` for the output, and what the register holds."""

    test: Core
    right: Core
    held: Core


class Encoding(Struct, frozen=True):
    """A wrong encoding of some outputs; of each, exactly one test holds."""

    kind: str
    what: str
    outputs: Mapping[str, tuple[Held, ...]]


def encodings(policy: CheckedPolicy) -> Iterator[Encoding]:
    """The wrong encodings of each output; none is right of every value."""
    interface, nodes = policy.interface, policy.elaboration.nodes
    # A set or a range is in no register.
    outputs = [variable for variable in interface.outputs if variable.type not in ("set", "range")]
    for variable in outputs:
        name = variable.name.id
        where = f"{name} in {variable.register.id}" if variable.register is not None else name
        of_revision = variable.type == "revision"
        names = interface.named.get(name, {})
        found = _of_revision(nodes, name, interface.format, names) if of_revision else _of_values(nodes, variable)
        for kind, what, rows in found:
            yield Encoding(kind, f"{where}: {what}", {name: rows})
        for source in interface.inputs:
            if source.type in ("set", "range"):
                continue
            raw = nodes.variable(source.name.id)
            if source.type == "bool":
                raw = nodes.choice(raw, nodes.constant(1), nodes.constant(0))
            rows = tuple(Held(test, right, raw) for test, right in _right(nodes, variable))
            yield Encoding("the raw request", f"{where}: {source.name.id} is still there", {name: rows})
    for one, other in combinations(outputs, 2):
        if max(len(_right(nodes, one)), len(_right(nodes, other))) <= MOST_VALUES:
            rows = {one.name.id: _in_place_of(nodes, one, other), other.name.id: _in_place_of(nodes, other, one)}
            yield Encoding("exchanged registers", f"{one.name.id} and {other.name.id} exchanged", rows)


def values_of(nodes: Nodes, variable: Variable) -> dict[int, Core]:
    """The values of an output that is no revision: for each word, the term for the value."""
    match variable.type:
        case Enumeration(values=values):
            return {number: nodes.constant(number, "name", Name(label.id)) for label, number in values}
        case "bool":
            return {0: nodes.false, 1: nodes.true}
        case _:
            return {}


def _right(nodes: Nodes, variable: Variable) -> list[tuple[Core, Core]]:
    """When an output has which word."""
    if variable.type == "revision":
        return [(nodes.true, nodes.variable(variable.name.id))]
    values = values_of(nodes, variable).items()
    return [(_is(nodes, variable, value), nodes.constant(word, "word")) for word, value in values]


def _is(nodes: Nodes, variable: Variable, value: Core) -> Core:
    it = nodes.variable(variable.name.id)
    if variable.type == "bool":
        return it if value is nodes.true else nodes.negation(it)
    return nodes.compare("==", it, value)


def _in_place_of(nodes: Nodes, one: Variable, other: Variable) -> tuple[Held, ...]:
    """The word of another output where one's own should be."""
    return tuple(
        Held(all_of(nodes, (test, second)), right, word)
        for test, right in _right(nodes, one)
        for second, word in _right(nodes, other)
    )


# ---- as formulas ----------------------------------------------------------------------------------------


def unchanged(policy: CheckedPolicy, encoding: Encoding) -> Core:
    """The registers hold what is right."""
    nodes = policy.elaboration.nodes
    held = (
        any_of(nodes, (all_of(nodes, (row.test, _equal(nodes, row.right, row.held))) for row in rows))
        for rows in encoding.outputs.values()
    )
    return all_of(nodes, held)


def still_allowed(policy: CheckedPolicy, case: CheckedCase, encoding: Encoding) -> Core:
    """What the registers hold is an answer that the case allows, for the same configuration and request."""
    nodes = policy.elaboration.nodes
    ways = (
        dict(zip(encoding.outputs, rows, strict=True))
        for rows in product(*encoding.outputs.values())
        if not _contradict(nodes, [row.test for row in rows])
    )
    return any_of(
        nodes, (all_of(nodes, (*(row.test for row in way.values()), _as_read(policy, case, way))) for way in ways)
    )


def _contradict(nodes: Nodes, tests: Iterable[Core]) -> bool:
    """Whether tests plainly cannot hold together: of two exchanged outputs, each speaks of both."""
    parts = {part for test in tests for part in (test.operands if isinstance(test, core.And) else (test,))}
    values: dict[Core, object] = {}
    for part in parts:
        if nodes.negation(part) in parts:
            return True
        match part:
            case core.Compare(operator="==", left=core.Variable() as output, right=Constant(value=value)):
                if values.setdefault(output, value) != value:
                    return True
            case _:
                pass
    return False


def _as_read(policy: CheckedPolicy, case: CheckedCase, rows: dict[str, Held]) -> Core:
    """The case allows the words held in place of these outputs, as far as they are values."""
    nodes = policy.elaboration.nodes
    choices: list[list[tuple[Core, str, Core]]] = []
    for name, row in rows.items():
        values = values_of(nodes, policy.interface.variables[name]).items()
        tests = [(_equal(nodes, row.held, nodes.constant(word, "word")), name, value) for word, value in values]
        choices.append(tests or [(_is_value(policy, name, row.held), name, row.held)])
    ways: list[Core] = []
    for choice in product(*choices):
        tests = [test for test, _, _ in choice]
        if nodes.false not in tests:
            allowed = _allows(policy, case, {name: value for _, name, value in choice})
            ways.append(all_of(nodes, (*tests, allowed)))
    return any_of(nodes, ways)


def _is_value(policy: CheckedPolicy, output: str, held: Core) -> Core:
    """What is held is a word or a name: what another variable has may be a name of that one's alone."""
    nodes, interface = policy.elaboration.nodes, policy.interface
    if not interface.named:
        return nodes.true
    last = nodes.constant(interface.format.end - 1, "word")
    codes = interface.named.get(output, {}).values()
    listed = nodes.listed(tuple(nodes.constant(code, "word") for code in codes))
    return any_of(nodes, (nodes.compare("<=", held, last), nodes.member(held, listed)))


def _allows(policy: CheckedPolicy, case: CheckedCase, instead: dict[Symbol, Core]) -> Core:
    """The case gives the answer with these terms in place of some outputs."""
    nodes, of = policy.elaboration.nodes, policy.elaboration.of
    assigned = ((a.output.id, a.value) for a in case.assignments if a.value is not None)
    # Sets and ranges are what they are, whatever the registers hold.
    sets = [v.name.id for v in policy.interface.outputs if v.type in ("set", "range")]
    same = (nodes.compare("==", nodes.variable(name), of(value)) for name, value in assigned if name not in sets)
    wanted = (*same, *(of(ensure.formula) for ensure in case.ensures))
    return all_of(nodes, (nodes.put(formula, instead) for formula in wanted))


def _equal(nodes: Nodes, one: Core, other: Core) -> Core:
    if isinstance(one, Constant) and isinstance(other, Constant):
        return nodes.truth(one.value == other.value)
    return nodes.compare("==", one, other)


# ---- revisions ------------------------------------------------------------------------------------------

_Fault = tuple[str, str, tuple[Held, ...]]


def _of_revision(nodes: Nodes, output: str, format_: Format, names: Mapping[str, int]) -> Iterator[_Fault]:
    """Words encoded wrongly, with names left as they are; names instead of words, and the other way round."""
    word = nodes.variable(output)
    codes = {name: nodes.constant(code, "word", Name(name)) for name, code in names.items()}
    named = nodes.member(word, nodes.listed(tuple(codes.values())))
    for kind, what, held in _words(Words(nodes, format_.width), word, format_):
        if not codes:
            yield kind, what, (Held(nodes.true, word, held),)
        else:
            yield kind, what, (Held(named, word, word), Held(nodes.negation(named), word, held))
    for name, code in codes.items():
        yield "names", f"always {name}", (Held(nodes.true, word, code),)
        is_it = nodes.compare("==", word, code)
        for other, held in (("0", nodes.constant(0, "word")), *((n, c) for n, c in codes.items() if n != name)):
            rows = Held(is_it, word, held), Held(nodes.negation(is_it), word, word)
            yield "names", f"{other} in place of {name}", rows


def _words(words: Words, word: Core, format_: Format) -> Iterator[tuple[str, str, Core]]:
    numbered = format_.numbered
    if format_.reserved:
        yield "masks", "without its reserved bits", words.without(word, *format_.reserved)
    for field in numbered:
        if len(numbered) > 1:
            yield "masks", f"without its {field.name}", words.without(word, field)
        if field.width > 1:
            yield "masks", f"the top bit of {field.name} masked off", words.put(word, (field.high, field.high, 0))
        for width in (8, 16, 32):
            if width < field.width:
                cut = words.put(word, (field.high, field.low + width, 0))
                yield "truncation", f"{field.name} in {width} bits", cut
    last = format_.width - 1
    for width in (8, 16, 32):
        if width <= last:
            yield "truncation", f"in {width} bits", words.put(word, (last, width, 0))
    for top in dict.fromkeys([*(field.high for field in numbered), 31]):
        if top < last:
            ones = words.put(word, (last, top + 1, (1 << last - top) - 1))
            extended = words.nodes.choice(words.is_set(word, top), ones, word)
            whose = next(
                (f"{f.name} sign-extended" for f in numbered if f.high == top), f"sign-extended from bit {top}"
            )
            yield "sign extension", whose, extended
    for one, other in combinations(numbered, 2):
        yield "exchanged fields", f"{one.name} and {other.name} exchanged", words.exchanged(word, one, other)
    yield from _shifted(words, word, format_)
    yield "constants", "always 0", words.constant(0)
    yield "constants", "always all ones", words.constant(format_.end - 1)


def _shifted(words: Words, word: Core, format_: Format) -> Iterator[tuple[str, str, Core]]:
    last, zero = format_.width - 1, words.constant(0)
    if last:
        yield "shifts", "one bit too far up", words.put(zero, (last, 1, words.bits(word, last - 1, 0)))
        yield "shifts", "one bit too far down", words.put(zero, (last - 1, 0, words.bits(word, last, 1)))
    if format_.width == WIDEST:
        yield "shifts", "in the upper half of the register", words.put(zero, (last, 32, words.bits(word, 31, 0)))
    first = format_.numbered[0]
    if len(format_.numbered) == 1:
        return
    without = words.without(word, first)
    if first.high < last:
        up = (first.high + 1, first.low + 1, words.bits(word, first.high, first.low))
        yield "shifts", f"{first.name} one bit too far up", words.put(without, up)
    # What is shifted down is joined by `or` with the field below.
    below, lowest = words.is_set(word, first.low - 1), words.bits(word, first.low, first.low)
    joined: list[tuple[int, int, Core]] = [
        (first.low - 1, first.low - 1, words.nodes.choice(below, words.nodes.constant(1), lowest))
    ]
    if first.width > 1:
        joined.append((first.high - 1, first.low, words.bits(word, first.high, first.low + 1)))
    yield "shifts", f"{first.name} one bit too far down", words.put(without, *joined)


# ---- enumerations and truth values ----------------------------------------------------------------------


def _of_values(nodes: Nodes, variable: Variable) -> Iterator[_Fault]:
    values = values_of(nodes, variable)
    tried: set[tuple[int, ...]] = {tuple(values)}
    register = place(variable)
    end = 1 << (WIDEST if register is None else register.bits)
    for kind, what, change in _changes(list(values), end):
        words = tuple(change(number) % end for number in values)
        if words not in tried:
            tried.add(words)
            held = (nodes.constant(word, "word") for word in words)
            rows = zip(_right(nodes, variable), held, strict=True)
            yield kind, what, tuple(Held(test, right, word) for (test, right), word in rows)


def _changes(numbers: list[int], end: int) -> Iterator[tuple[str, str, Callable[[int], int]]]:
    """What may become of the number of a value, below the `end` of its register."""
    some = numbers[:MOST_VALUES]
    for number in (*some, 0, end - 1):
        yield "constants", f"always {number:#x}", lambda _, number=number: number
    for one, other in pairwise(some):
        swap = {one: other, other: one}
        yield "exchanged values", f"{one:#x} and {other:#x} exchanged", lambda n, swap=swap: swap.get(n, n)
    used = 0
    for number in numbers:
        used |= number
    for bit in range(used.bit_length()):
        if used >> bit & 1:
            yield "masks", f"bit {bit} masked off", lambda n, bit=bit: n & ~(1 << bit)
    for width in (8, 16, 32):
        yield "truncation", f"in {width} bits", lambda n, width=width: n % (1 << width)
        top, above = 1 << width - 1, max(end - (1 << width), 0)
        extend: Callable[[int], int] = lambda n, top=top, above=above: n | above if n & top else n  # noqa: E731
        yield "sign extension", f"sign-extended from bit {width - 1}", extend
    yield "sign extension", "negated", lambda n: -n
    for bits in (1, 8, 32):
        yield "shifts", f"{bits} bit{'s' if bits > 1 else ''} too far up", lambda n, bits=bits: n << bits
    yield "shifts", "one bit too far down", lambda n: n >> 1
