"""JSON and CSV: a suite as data."""

from __future__ import annotations

import csv
import io

import msgspec

from ...spec.checked import CheckedPolicy
from ..suite import Plain, Suite


def json(suite: Suite, policy: CheckedPolicy) -> str:
    """The published form (`cli/schemas/parley.vectors-1.json`)."""
    del policy
    return msgspec.json.format(msgspec.json.encode(suite), indent=2).decode() + "\n"


def table(suite: Suite, policy: CheckedPolicy) -> str:
    """One row a vector: configuration, inputs and outputs by name, the registers (`in_x1`, `out_x0`), and what it is.

    A set is separated by blanks; an output that the policy leaves open is `any`.
    """
    interface = policy.interface
    names = [variable.name.id for variable in interface.variables.values()]
    registers_in = [v.register.id for v in interface.inputs if v.register is not None]
    registers_out = [v.register.id for v in interface.outputs if v.register is not None]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    about = ["id", "result", "case"]
    write([*names, *(f"in_{r}" for r in registers_in), *(f"out_{r}" for r in registers_out), *about])
    for group in suite.groups:
        for vector in group.tests:
            given: dict[str, Plain] = {**group.config, **vector.request, **vector.expect.outputs}
            row = [_cell(given[name]) for name in names]
            row += [vector.request[r] for r in registers_in]
            row += [vector.expect.registers[r] for r in registers_out]
            write([*row, vector.id, vector.result, vector.case])
    return out.getvalue()


def _cell(value: Plain) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return " ".join(value)
        case _:
            return str(value)
