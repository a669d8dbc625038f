"""JSON and CSV: a suite as data."""

from __future__ import annotations

import csv
import io

import msgspec

from ...spec.checked import CheckedPolicy
from ..cells import NOTHING
from ..suite import JsonValue, Suite, shown_value

ABOUT = ("id", "result", "case", "allowed")


def json(suite: Suite, policy: CheckedPolicy) -> str:
    """The published form (`cli/schemas/parley.vectors-1.json`)."""
    del policy
    return msgspec.json.format(msgspec.json.encode(suite), indent=2).decode() + "\n"


def table(suite: Suite, policy: CheckedPolicy) -> str:
    """One row a vector: configuration, inputs and outputs by name, the registers (`in_x1`, `out_x0`), and what it is.

    A set is separated by blanks, and one that is answered and empty is `{}`; an output that the policy leaves open is
    `any`, and must meet what is `allowed`, if that says anything. A column that a variable of the interface has the
    name of is the variable's.
    """
    interface = policy.interface
    names = [variable.name.id for variable in interface.variables.values()]
    answered = {variable.name.id for variable in interface.outputs}
    registers_in = [v.register.id for v in interface.inputs if v.register is not None]
    registers_out = [v.register.id for v in interface.outputs if v.register is not None]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    beside = [*(f"in_{r}" for r in registers_in), *(f"out_{r}" for r in registers_out), *ABOUT]
    kept = [column for column in beside if column not in names]
    write([*names, *kept])
    for group in suite.groups:
        for vector in group.tests:
            given: dict[str, JsonValue] = {**group.config, **vector.request, **vector.expect.outputs}
            row = [shown_value(given[name], between=" ", none=NOTHING if name in answered else "") for name in names]
            more = {f"in_{r}": shown_value(vector.request[r]) for r in registers_in}
            more |= {f"out_{r}": vector.expect.registers[r] for r in registers_out}
            about = (str(vector.id), vector.result, vector.case, "; ".join(vector.allowed))
            more |= dict(zip(ABOUT, about, strict=True))
            write([*row, *(more[column] for column in kept)])
    return out.getvalue()
