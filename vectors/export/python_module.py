"""A pytest module: every vector is a test of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ...spec.core import Core, Exists, Extremum, is_true
from ...spec.syntax import Variable
from ..suite import Suite
from .formulas import Code, Formulas, Level
from .names import LICENSE, PYTHON_KEYWORDS, Names, heading, line_comment, words
from .table import NONE, Acceptance, Block, TableRow, table

TAKEN = words(
    "len config given expect judge reply pytest any all max min equal less at_most bits put span sorted"
    " before after smaller larger greatest least"
    " set GROUPS VECTORS"
)

HELPERS = {
    "equal": "def equal(one, other):\n    return one is not None and other is not None and one == other",
    "less": "def less(one, other):\n    return one is not None and other is not None and one < other",
    "at_most": "def at_most(one, other):\n    return one is not None and other is not None and one <= other",
    "bits": "def bits(word, low, mask):\n    return None if word is None else (word >> low) & mask",
    "put": (
        "def put(word, low, mask, number):\n    if word is None or number is None or number > mask:\n"
        "        return None\n    return word & ~(mask << low) | number << low"
    ),
    "before": "def before(word):\n    return word - 1 if word else None",
    "after": "def after(word):\n    return None if word is None else word + 1",
    "smaller": "def smaller(one, other):\n    return None if one is None or other is None else min(one, other)",
    "larger": "def larger(one, other):\n    return None if one is None or other is None else max(one, other)",
    "greatest": """def greatest(low, high, zeros):
    # The greatest word from one to another with these bits zero: below one that is not, all are ones.
    if low is None or high is None:
        return None
    word = (high | (1 << (high & zeros).bit_length()) - 1) & ~zeros
    return word if low <= word else None""",
    "least": """def least(low, high, zeros):
    # The least word from one to another with these bits zero: one more above one that is not.
    if low is None or high is None:
        return None
    wrong = (low & zeros).bit_length()
    word = ((low | (1 << wrong) - 1 | zeros) + 1) & ~zeros if wrong else low
    return word if word <= high else None""",
}


class Python(Formulas):
    """Formulas in Python, over dictionaries `config`, `given` and `reply`. A term without a value is None."""

    AND = "and"
    OR = "or"
    NOT = "not "
    TRUE = "True"
    FALSE = "False"
    NOTHING = "None"
    PAIR = "({}, {})"
    SEVERAL = True

    def __init__(self, policy: CheckedPolicy) -> None:
        super().__init__(policy)
        self.names = Names(PYTHON_KEYWORDS | TAKEN)

    def name(self, id_: str) -> Code:
        range_, dot, end = id_.partition(".")
        if dot:
            return Code(f"{self._held(range_)}[{int(end == 'last')}]")
        if id_ in self.interface.variables:
            return Code(self._held(id_))
        if id_ in self.interface.constants:
            return self.word(self.interface.constants[id_])
        return Code(self.names[id_])

    def _held(self, name: str) -> str:
        """The value of a variable."""
        where = {"config": "config", "input": "given", "output": "reply"}[self.interface.variables[name].role]
        return f'{where}["{name}"]'

    def choice(self, condition: Code, then: Code, otherwise: Code) -> Code:
        one, two, three = (part.above(Level.CHOICE) for part in (then, condition, otherwise))
        return Code(f"{one} if {two} else {three}", Level.CHOICE)

    def contains(self, set_: str, item: Code) -> Code:
        return Code(f"{item.above(Level.BITS)} in {self._held(set_)}", Level.COMPARED)

    def is_empty(self, set_: str, *, negated: bool) -> Code:
        return Code(f"len({self._held(set_)}) {'!=' if negated else '=='} 0", Level.COMPARED)

    def quantified(self, kind: Literal["any", "all"], node: Exists, body: Core, set_: str) -> Code:
        variable, code = self.inside(node, body)
        return Code(f"{kind}({code.text} for {variable} in {self._held(set_)})")

    def extremum(self, node: Extremum, set_: str) -> Code:
        among = self._held(set_)
        if not is_true(node.where):
            variable, where = self.inside(node, node.where)
            among = f"({variable} for {variable} in {among} if {where.above(Level.CHOICE)})"
        return Code(f"{node.kind}({among}, default=None)")


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The module. The implementation under test is a fixture of the interface's name."""
    python = Python(policy)
    made = table(suite, policy)
    fixture = Names(PYTHON_KEYWORDS | TAKEN)[policy.interface.name.lower()]
    judges = [_judge(python, judge) for judge in made.judges]
    helpers = [helper for name, helper in HELPERS.items() if name in python.used]
    if any(v.type == "range" for v in policy.interface.outputs):
        helpers.append(_SPAN)
    groups = [_group(python, block) for block in made.blocks]
    says = heading(policy, "Test vectors of {policy} for {interface}.")
    parts = [
        line_comment([LICENSE, "", *says, "", *_usage(policy, fixture)], "#"),
        "",
        "import pytest",
        *(f"\n\n{function}" for function in (*helpers, *judges)),
        "\n",
        "# A group for each configuration: id, inputs, expected outputs, what judges the open ones, about.",
        "GROUPS = [",
        *groups,
        "]",
        "VECTORS = [",
        "    pytest.param(config, *vector, id=f\"{number}-{name}-{about}\")",
        "    for name, config, vectors in GROUPS",
        "    for number, *vector, about in vectors",
        "]",
        "\n",
        '@pytest.mark.parametrize(("config", "given", "expect", "judge"), VECTORS)',
        f"def test_{policy.name}({fixture}, config, given, expect, judge):",
        f"    reply = {fixture}(**config, **given)",
        *_settled(policy),
        "    assert {name: reply[name] for name in expect} == expect",
        "    assert judge is None or judge(config, given, reply)",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _usage(policy: CheckedPolicy, fixture: str) -> list[str]:
    return [
        f"The implementation under test is the fixture `{fixture}` (in a conftest.py): a function that takes the",
        "configuration and the inputs by name and gives back the outputs by name, each as its register word. One that",
        "is built for a single configuration calls pytest.skip() for the others.",
        *(_SEVERAL if any(_several(v) for v in policy.interface.variables.values() if v.role != "config") else ()),
    ]


_SEVERAL = (
    "",
    "A set in a message is a list of words, in no order; a range is a pair, its first and its last word, and where the",
    "first is above the last nothing is in it.",
)


def _several(variable: Variable) -> bool:
    return variable.type in ("set", "range")


def _settled(policy: CheckedPolicy) -> list[str]:
    """Sets and ranges of a reply as they are expected: order and repetitions say nothing, nor ends of nothing."""
    made: list[str] = []
    for variable in policy.interface.outputs:
        name = variable.name.id
        if variable.type == "set":
            made.append(f'"{name}": sorted(set(reply["{name}"]))')
        elif variable.type == "range":
            made.append(f'"{name}": span(*reply["{name}"])')
    return [f"    reply = {{**reply, {', '.join(made)}}}"] if made else []


_SPAN = f"""def span(first={NONE.low}, last={NONE.high}):
    return (first, last) if first <= last else ({NONE.low}, {NONE.high})"""


def _judge(python: Python, judge: Acceptance) -> str:
    formulas = [python.code(formula).above(Level.JOINED) for formula in judge.formulas] or ["True"]
    comment = line_comment(judge.says, "#", "    ")
    if len(formulas) == 1:
        lines = [f"    return {formulas[0]}"]
    else:
        lines = ["    return (", *(f"        {'and ' if at else ''}{f}" for at, f in enumerate(formulas)), "    )"]
    return "\n".join((f"def allows_{judge.name}(config, given, reply):", comment, *lines))


def _group(python: Python, block: Block) -> str:
    rows = [f"        {_row(python, row)}," for row in block.rows]
    config = _dictionary((name, python.value(value)) for name, value in block.config.items())
    return "\n".join((f"    ({block.name!a}, {config}, [", *rows, "    ]),"))


def _row(python: Python, row: TableRow) -> str:
    interface = python.interface
    inputs = zip(interface.inputs, row.inputs, strict=True)
    outputs = [
        (variable, word)
        for variable, word in zip(interface.outputs, row.outputs, strict=True)
        if row.judge is None or variable.name.id not in row.judge.open
    ]

    def given(pairs: Iterable[tuple[Variable, Value]]) -> str:
        return _dictionary((variable.name.id, python.value(value)) for variable, value in pairs)

    judge = f"allows_{row.judge.name}" if row.judge else None
    return f"({row.id}, {given(inputs)}, {given(outputs)}, {judge}, {row.about!a})"


def _dictionary(items: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in items) + "}"
