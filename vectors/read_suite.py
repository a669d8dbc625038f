"""Suites that are to be scored: Parley's own JSON, or a plain list of rows as CSV or JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from msgspec import structs

from ..model.instance import Instance, Value, instance_of, read_range
from ..model.oracle import Oracle, Outputs
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Rejected, listed, nearest, printable
from ..spec.syntax import Enumeration, Variable
from .cells import how_to_write, number_of, parts_of, register_of, text_of, truth_of, unsaid
from .csv_json import Cells, as_cells, as_list, faulty, read_csv, read_json
from .make_vector import ANY
from .remarks import Remarks, read_remarks
from .suite import Expected, Group, JsonValue, Suite, Vector
from .suite_shape import all_read, of_their_types

BESIDE = ("id", "result", "case", "comment", "allowed")
"""Columns beside the variables: `id` and `comment` are for people, the others compared with what the policy says."""


class Row(msgspec.Struct, frozen=True):
    """One row: what it asks, and the outputs that it checks; those that are `judged` may be what the policy allows."""

    name: str
    at: Instance
    outputs: Outputs
    judged: frozenset[str] = frozenset()
    remarks: Remarks = Remarks()


def read_rows(text: str, oracle: Oracle, shown: str) -> list[Row]:
    """The rows of a suite. Raises Rejected with the place of what cannot be read."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped:
        raise faulty(shown, "the file is empty", "a list has a row for each request")
    reader = _Reader(oracle, shown)
    if stripped[0] not in "{[":
        table = read_csv(text.removeprefix("\ufeff"), shown)
        for name, header in table[:1] if len(table) > 1 else []:
            reader.columns(name, header)
            reader.needed(name, header)
        return reader.table(table[1:])
    raw: Any = read_json(stripped, shown)
    rows = as_list(raw)
    if rows is not None:
        return reader.table([(f"row {at}", row) for at, row in enumerate(rows, 1)])
    try:
        suite = msgspec.convert(raw, Suite)
    except msgspec.ValidationError as error:
        message = f"this is no suite: {printable(str(error))}"
        raise faulty(shown, message, "make one with `parley vectors POLICY`") from None
    all_read(raw, shown)
    return reader.suite(suite)


class _Reader:
    """Reads rows for one policy. Everything in a row is read, or is a fault."""

    def __init__(self, oracle: Oracle, shown: str) -> None:
        self.oracle = oracle
        self.policy: CheckedPolicy = oracle.policy
        self.shown = shown
        self.variables = oracle.interface.variables
        self.names = [*self.variables]
        self.registers = self._registers()

    def _registers(self) -> dict[str, str]:
        """What may be called by its register: `in_x1`, `out_x0`, and `x0` alone where that can mean one thing only."""
        made: dict[str, str] = {}
        alone: dict[str, list[str]] = {}
        for variable in self.variables.values():
            if variable.register is not None and variable.role != "config":
                register = variable.register.id
                made[f"{'in' if variable.role == 'input' else 'out'}_{register}"] = variable.name.id
                alone.setdefault(register, []).append(variable.name.id)
        made |= {register: names[0] for register, names in alone.items() if len(names) == 1}
        return {register: name for register, name in made.items() if register not in self.variables}

    # ---- tables and suites --------------------------------------------------------------------------------

    def columns(self, name: str, cells: Cells) -> None:
        """Each column is one that is read, or for people."""
        self._known(cells, [*self.names, *self.registers], name, "column")

    def needed(self, name: str, cells: Cells) -> None:
        """There is a column for all that a request needs."""
        said = {*cells, *(of for register, of in self.registers.items() if register in cells)}
        for key, variable in self.variables.items():
            if variable.role != "output" and key not in said:
                help_ = f"its columns are {', '.join(map(printable, cells)) or 'none'}"
                raise self._faulty(f"{name} has no column `{key}`", help_)

    def table(self, rows: list[tuple[str, Any]]) -> list[Row]:
        if not rows:
            raise self._faulty("there is no row", "a list has a row for each request")
        made: list[Row] = []
        for name, row in rows:
            cells = as_cells(row)
            if cells is None:
                raise self._faulty(f"{name} is no object", f"write {{{', '.join(self.names)}}}")
            self.columns(name, cells)
            named = {key: cell for key, cell in cells.items() if key in self.variables}
            words = {key: cell for key, cell in cells.items() if key in self.registers and key not in self.variables}
            beside = {key: cells[key] for key in BESIDE if key in cells and key not in self.variables}
            made.append(self._row(name, named, words, self._remarked(name, beside)))
        return made

    def _remarked(self, name: str, cells: Cells) -> Remarks:
        try:
            return read_remarks({key: cell for key, cell in cells.items() if not unsaid(cell)})
        except ValueError as error:
            help_ = "leave the cell empty, or make the row with `parley vectors POLICY --format csv`"
            raise self._faulty(f"{name}: {printable(str(error))}", help_) from None

    def suite(self, suite: Suite) -> list[Row]:
        if suite.interface != self.oracle.interface.name:
            message = f"the suite is for `{printable(suite.interface)}`, and the policy for"
            help_ = "score it against a policy of its interface"
            raise self._faulty(f"{message} `{self.oracle.interface.name}`", help_)
        made: list[Row] = []
        for group in suite.groups:
            self._known(group.config, self._of_role("config"), "a group", "config")
            of_their_types("a group", group.config, self.variables, self.shown)
            made += [self._vector(suite, group, test) for test in group.tests]
        if not made:
            raise self._faulty("there is no vector", "make a suite with `parley vectors POLICY`")
        names = [row.name for row in made]
        for name in names:
            if names.count(name) > 1:
                raise self._faulty(f"the id {name} is there twice", "number the vectors of all groups")
        if suite.config is not None:
            self._of_one_build(suite.config, made)
        return made

    def _of_one_build(self, config: dict[str, JsonValue], rows: list[Row]) -> None:
        """A suite for one build has vectors of its configuration only."""
        self._known(config, self._of_role("config"), "the suite's `config`", "config")
        of_their_types("the suite's `config`", config, self.variables, self.shown)
        build = {
            key: self._typed(f"the suite's `config`, {key}", self.variables[key], cell) for key, cell in config.items()
        }
        for row in rows:
            if row.at.config != build:
                help_ = "leave the suite's `config` out, or the vectors of other configurations"
                raise self._faulty(f"vector {row.name} is not of the suite's `config`", help_)

    def _vector(self, suite: Suite, group: Group, test: Vector) -> Row:
        name = str(test.id)
        asked = {v.register.id: n for n, v in self.variables.items() if v.role == "input" and v.register is not None}
        inputs, outputs = self._of_role("input"), self._of_role("output")
        self._known(test.request, [*inputs, *asked], f"vector {name}", "input")
        cells: Cells = {**group.config, **{n: cell for n, cell in test.request.items() if n in inputs}}
        words = {f"in_{n}": cell for n, cell in test.request.items() if n in asked and n not in inputs}
        for mutant in test.kills:
            if mutant not in suite.mutants:
                message = f"vector {name}: no mutant is called `{printable(mutant)[:60]}`"
                raise self._faulty(message, "`mutants` of the suite says what was changed in each")

        def row(where: str, expect: Expected, remarks: Remarks) -> Row:
            self._known(expect.outputs, outputs, where, "output")
            self._known(expect.registers, self.oracle.registers.values(), where, "output register")
            of_their_types(where, expect.outputs, self.variables, self.shown)
            out = {f"out_{n}": cell for n, cell in expect.registers.items()}
            return self._row(where, {**cells, **expect.outputs}, {**words, **out}, remarks)

        readings: list[tuple[str, Outputs]] = []
        for reading in test.readings:
            where = f"vector {name}, reading `{printable(reading.why)[:60]}`"
            read = row(where, reading.expect, Remarks())
            if len(read.outputs) != len(outputs):
                raise self._faulty(f"{where} is no whole answer", f"give all of {listed(outputs)}")
            readings.append((reading.why, read.outputs))
        remarks = Remarks(suite.policy, test.result, test.case, tuple(test.allowed), tuple(readings))
        return structs.replace(row(f"vector {name}", test.expect, remarks), name=name)

    def _of_role(self, role: str) -> list[str]:
        return [name for name, variable in self.variables.items() if variable.role == role]

    def _known(self, keys: Iterable[str], known: Collection[str], where: str, what: str) -> None:
        """Nothing is called by a name that nobody reads."""
        for key in keys:
            if key not in known and (what != "column" or key not in BESIDE):
                near = nearest(key, [*known, *(BESIDE if what == "column" else ())])
                help_ = f"did you mean `{near}`?" if near else f"there are {listed([*known])}"
                if what == "column" and {f"in_{key}", f"out_{key}"} <= {*known}:
                    help_ = f"write `in_{key}` for what is asked there, and `out_{key}` for what is answered"
                elif what == "column" and not near:
                    help_ += "; remarks go into a column `comment`"
                raise self._faulty(f"{where}: no {what} is called `{printable(key)[:60]}`", help_)

    # ---- rows -------------------------------------------------------------------------------------------

    def _row(self, name: str, cells: Mapping[str, Any], words: Mapping[str, Any], remarks: Remarks) -> Row:
        config: dict[str, Value] = {}
        inputs: dict[str, Value] = {}
        outputs: Outputs = {}
        judged: set[str] = set()
        for key, variable in self.variables.items():
            cell = self._cell(name, variable, cells.get(key), words)
            if cell is None:
                if variable.role != "output":
                    help_ = f"its columns are {', '.join(map(printable, cells)) or 'none'}"
                    raise self._faulty(f"{name} has no `{key}`", help_)
            elif isinstance(cell, str):
                judged.add(key)
            elif variable.role == "config":
                config[key] = cell
            else:
                (inputs if variable.role == "input" else outputs)[key] = cell
        if not outputs and not judged and self._of_role("output"):
            raise self._faulty(f"{name} checks no output", f"add a column such as `{self._of_role('output')[0]}`")
        return Row(name, instance_of(self.policy.interface, config, inputs), outputs, frozenset(judged), remarks)

    def _cell(self, name: str, variable: Variable, cell: Any, words: Mapping[str, Any]) -> Value | str | None:
        """The value of a variable; "any" of an output for what the policy allows, None where the row does not say."""
        key = variable.name.id
        value = self._value(name, key, variable, cell)
        for register, of in self.registers.items():
            word = words.get(register)
            if of != key or unsaid(word):
                continue
            stands = ANY if word == ANY else self._word(f"{name}, {register}", variable, word)
            if value is None:
                value = stands
            elif stands != value:
                message = f"{name}: `{register}` is {printable(str(word))}, and `{key}` beside it is another value"
                raise self._faulty(message, "they stand for the same: give one of them, or the same in both")
        return value

    def _value(self, name: str, key: str, variable: Variable, cell: Any) -> Value | str | None:
        said = cell.strip() if isinstance(cell, str) else cell
        if variable.role == "output":
            if said == ANY or unsaid(said):
                return ANY if said == ANY else None
        elif said is None:
            return None
        return self._typed(f"{name}, {key}", variable, said)

    def _typed(self, where: str, variable: Variable, cell: Any) -> Value:
        format_ = self.oracle.format
        try:
            match variable.type:
                case "set":
                    words = sorted({format_.read(part) for part in parts_of(cell)})
                    if variable.role != "output":
                        self._configured(words)
                    return tuple(words)
                case "range":
                    return read_range(format_, text_of(cell))
                case "bool":
                    return truth_of(cell)
                case "revision":
                    word = self.oracle.interface.read(variable.name.id, text_of(cell))
                    if variable.role == "config":
                        self._configured([word])
                    return word
                case Enumeration(values=values):
                    return number_of(cell, {label.id: number for label, number in values})
        except ValueError as error:
            help_ = how_to_write(variable)
            raise self._faulty(f"{where}: {printable(str(error))}", help_) from None

    def _configured(self, words: Iterable[int]) -> None:
        if not all(map(self.oracle.format.well_formed, words)):
            raise ValueError("a configuration, and a set, has well-formed revisions only")

    def _word(self, where: str, variable: Variable, cell: Any) -> int | bool:
        """What a register says of a variable."""
        try:
            word = register_of(cell)
            value = self.oracle.value(variable.name.id, word)
            if not self.oracle.are_values({variable.name.id: value}):
                raise ValueError(f"{word:#x} is no value of `{variable.name.id}`")
        except ValueError as error:
            raise self._faulty(f"{where}: {printable(str(error))}", "write register words in hexadecimal") from None
        return value

    def _faulty(self, message: str, help_: str) -> Rejected:
        return faulty(self.shown, message, help_)
