"""A suite as numbers: what every exporter writes down, in the order of the suite."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ...model.fold import all_of, any_of
from ...model.instance import Range, Value, read_range
from ...model.oracle import left_open
from ...spec.checked import CheckedPolicy
from ...spec.checked_parts import CheckedCase
from ...spec.core import Core
from ...spec.formatting.expressions import print_expr
from ...spec.syntax import Enumeration, Variable
from ...spec.words import WIDEST
from ..encodings import values_of
from ..suite import Expected, JsonValue, Suite, Vector, shown_value
from .lowered import Lowering, NotExportable

NONE = Range(1, 0)
"""A range with nothing in it, as programs have it: its first is above its last."""


class Acceptance(Struct, frozen=True):
    """Whether the open part of an answer is one that the policy allows, of a case or, by list, of one vector.

    `open` are the outputs that it judges, by formulas that must all hold; the others are compared. `says` is the same
    for people, a line each.
    """

    name: str
    open: tuple[str, ...]
    formulas: tuple[Core, ...]
    says: tuple[str, ...]


class TableRow(Struct, frozen=True):
    """One vector: the inputs' words, and the outputs' with 0 for what is open; `judge` is None where nothing is.

    Sets and ranges are no words, and stand there as they are.
    """

    id: int
    about: str
    inputs: tuple[Value, ...]
    outputs: tuple[Value, ...]
    judge: Acceptance | None


class Block(Struct, frozen=True):
    """The vectors of one configuration; `name` is its text, such as `supported 1.0, 2.0`."""

    name: str
    config: dict[str, Value]
    rows: tuple[TableRow, ...]


class Table(Struct, frozen=True):
    """A suite, and what judges the answers that it leaves open."""

    blocks: tuple[Block, ...]
    judges: tuple[Acceptance, ...]


def table(suite: Suite, policy: CheckedPolicy) -> Table:
    """The numbers of a suite that was made for the policy."""
    read = SuiteWords(policy)
    judges: dict[str, Acceptance] = {}
    blocks: list[Block] = []
    for group in suite.groups:
        if not group.tests:
            continue
        rows = tuple(_row(read, vector) for vector in group.tests)
        judges |= {row.judge.name: row.judge for row in rows if row.judge is not None}
        blocks.append(Block(read.named(group.config), read.config(group.config), rows))
    return Table(tuple(blocks), tuple(judges.values()))


class SuiteWords:
    """Reads the words of a suite, and makes the judges of the policy's cases."""

    def __init__(self, policy: CheckedPolicy) -> None:
        self.policy = policy
        self.interface = policy.interface
        self.format = policy.interface.format
        self.lowering = Lowering(policy)
        self.cases = {case.name: case for case in policy.cases}

    def config(self, given: Mapping[str, JsonValue]) -> dict[str, Value]:
        configs = self.interface.configs
        return {v.name.id: self.value(given[v.name.id], ranged=v.type == "range") for v in configs}

    def value(self, shown: JsonValue, *, ranged: bool = False) -> Value:
        """The value that stands in a suite."""
        match shown:
            case str() if ranged:
                return read_range(self.format, shown) or NONE
            case bool():
                return shown
            case str():
                return self.format.read(shown)
            case list():
                return tuple(sorted({self.format.read(one) for one in shown}))
            case None:
                raise ValueError("a configuration has no open values")

    def build(self, suite: Suite) -> dict[str, Value] | None:
        """The one configuration that a suite is for; None where it is for all."""
        return None if suite.config is None else self.config(suite.config)

    def named(self, given: Mapping[str, JsonValue]) -> str:
        """A configuration as people write it."""
        return "; ".join(f"{v.name.id} {shown_value(given[v.name.id])}" for v in self.interface.configs)

    def output(self, variable: Variable, value: JsonValue) -> Value | None:
        """The word of an output, or a set or range; None where it is open."""
        match value, variable.type:
            case "any", _:
                return None
            case _, "set" | "range":
                return self.value(value, ranged=variable.type == "range")
            case bool(), _:
                return int(value)
            case str(), Enumeration(values=values):
                return next(number for label, number in values if label.id == value)
            case str(), _:
                return self.interface.read(variable.name.id, value)
            case _:
                raise ValueError(f"`{variable.name.id}` cannot be {value}")

    def input(self, variable: Variable, value: JsonValue) -> Value:
        """The word of an input, or a set or range."""
        word = self.output(variable, value)
        assert word is not None, "a request is whole"
        return word

    def outputs(self, expect: Expected) -> dict[str, Value | None]:
        return {v.name.id: self.output(v, expect.outputs[v.name.id]) for v in self.interface.outputs}

    def judge(self, vector: Vector, outputs: dict[str, Value | None]) -> Acceptance | None:
        """What judges the open part of a vector: the policy's case, or else the answers that the vector lists."""
        open_ = tuple(name for name, word in outputs.items() if word is None)
        if not open_:
            return None
        case = self.cases[vector.case]
        try:
            return self._by_case(case, open_)
        except NotExportable as reason:
            return self._by_list(vector, open_, str(reason))

    def _by_case(self, case: CheckedCase, open_: tuple[str, ...]) -> Acceptance:
        lowering = self.lowering
        wanted = [formula for name in open_ if (formula := type_of(lowering, name)) is not None]
        says = [f"case {case.name} leaves {' and '.join(open_)} open"]
        for assign in case.assignments:
            name, value = assign.output.id, assign.value
            if value is not None and name in left_open(self.policy, case):
                wanted.append(lowering.assigned(name, value))
                says.append(f"{name} = {print_expr(value)}")
        for ensure in case.ensures:
            wanted.append(lowering(ensure.formula))
            says.append(f"ensure {print_expr(ensure.formula)}")
        name = case.name if frozenset(open_) == left_open(self.policy, case) else "_".join((case.name, *open_))
        return Acceptance(name, open_, tuple(wanted), tuple(says))

    def _by_list(self, vector: Vector, open_: tuple[str, ...], reason: str) -> Acceptance:
        """One of the listed readings; where none is listed, anything. What that means is said beside it."""
        readings = [self.outputs(reading.expect) for reading in vector.readings]
        lowering, nodes = self.lowering, self.lowering.nodes
        listed = (
            all_of(
                nodes,
                (
                    lowering.same(name, self._constant(name, value))
                    for name in open_
                    if (value := reading[name]) is not None
                ),
            )
            for reading in readings
        )
        taken = "the answers that the suite lists are taken, and no others" if readings else "every answer is taken"
        says = (f"case {vector.case} leaves {' and '.join(open_)} open, and {reason}:", taken)
        return Acceptance(f"{vector.case}_{vector.id}", open_, (any_of(nodes, listed),) if readings else (), says)

    def _constant(self, output: str, value: Value) -> Core:
        """The value of an output whose register holds a word, or a set or range."""
        nodes = self.lowering.nodes
        match value:
            case tuple():
                return nodes.listed(tuple(nodes.constant(word, "word") for word in value))
            case Range(low=low, high=high):
                return nodes.interval(nodes.constant(low, "word"), nodes.constant(high, "word"))
            case _:
                truth = self.interface.variables[output].type == "bool"
                return nodes.truth(value == 1) if truth else nodes.constant(value)


def largest(build: dict[str, Value]) -> int:
    """How many revisions the largest set of a configuration has."""
    return max((len(value) for value in build.values() if isinstance(value, tuple)), default=0)


def type_of(lowering: Lowering, output: str) -> Core | None:
    """That an output's word is a value of its type, where words are that are not."""
    nodes = lowering.nodes
    variable = lowering.policy.interface.variables[output]
    if variable.type == "revision":
        values = is_word_or_name(lowering, variable)
        return None if values is nodes.true else values
    if variable.type in ("set", "range"):
        return lowering.well_formed(variable)
    if not isinstance(variable.type, Enumeration):
        return None
    named = values_of(nodes, variable).values()
    return any_of(nodes, (nodes.compare("==", nodes.variable(output), value) for value in named))


def is_word_or_name(lowering: Lowering, variable: Variable) -> Core:
    """That what stands in the register of an input or output is a word, or the code of one of its names.

    Of what is no revision, it is true.
    """
    nodes, interface = lowering.nodes, lowering.policy.interface
    if interface.format.width == WIDEST or variable.type != "revision":
        return nodes.true
    name = variable.name.id
    value, last = nodes.variable(name), nodes.constant(interface.format.end - 1, "word")
    codes = (code for code in interface.named.get(name, {}).values() if code >= interface.format.end)
    named = (nodes.compare("==", value, nodes.constant(code, "word")) for code in codes)
    return any_of(nodes, (nodes.compare("<=", value, last), *named))


def _row(read: SuiteWords, vector: Vector) -> TableRow:
    outputs = read.outputs(vector.expect)
    inputs = tuple(read.input(v, vector.request[v.name.id]) for v in read.interface.inputs)
    request = ", ".join(f"{v.name.id} {shown_value(vector.request[v.name.id])}" for v in read.interface.inputs)
    about = (f"{vector.case}: {request}" if request else vector.case) + (
        f" ({vector.comment})" if vector.comment else ""
    )
    words = tuple(0 if value is None else value for value in outputs.values())
    return TableRow(vector.id, about, inputs, words, read.judge(vector, outputs))
