"""What a suite says of a row beside its request and its outputs, and whether the policy says the same.

Figures about the whole of a suite (its adequacy, what is killed, notes and comments) are made anew by a score, and not
compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ..model.instance import Value
from ..model.oracle import Answered, Oracle, Outputs
from .csv_json import as_list
from .make_vector import allowed


class Remarks(Struct, frozen=True):
    """None is what is not said. `policy` is the one that the suite was made for; `readings` are whole answers."""

    policy: str | None = None
    result: str | None = None
    case: str | None = None
    allowed: tuple[str, ...] | None = None
    readings: tuple[tuple[str, Outputs], ...] = ()


def read_remarks(cells: Mapping[str, Any]) -> Remarks:
    """What the cells of a row beside its variables say. Raises ValueError."""
    result, case, formulas = cells.get("result"), cells.get("case"), cells.get("allowed")
    if result not in (None, "valid", "acceptable"):
        raise ValueError(f"`{str(result)[:40]}` is no result: there are valid and acceptable")
    if case is not None and not isinstance(case, str):
        raise ValueError(f"`{str(case)[:40]}` is no case in quotes")
    parts = formulas.split(";") if isinstance(formulas, str) else as_list(formulas)
    if formulas is not None and (parts is None or not all(isinstance(part, str) for part in parts)):
        raise ValueError(f"`allowed` is `{str(formulas)[:40]}`, and no list of formulas in quotes")
    return Remarks(
        result=result,
        case=None if case is None else case.strip(),
        allowed=None if parts is None else tuple(parts),
    )


def untrue(remarks: Remarks, oracle: Oracle, config: dict[str, Value], inputs: dict[str, Value], is_: Answered) -> str:
    """What is said of a request and is not so, as the policy answers it; empty where there is nothing.

    Cases are the policy's own: those of a suite for another one are not compared.
    """
    result = "acceptable" if is_.open else "valid"
    if remarks.result not in (None, result):
        return f"its result is `{remarks.result}`, and the policy's answer is `{result}` (case {is_.case})"
    if remarks.policy not in (None, oracle.policy.name):
        return ""
    if remarks.case not in (None, is_.case):
        known = any(case.name == remarks.case for case in oracle.policy.cases)
        what = f"its case is `{remarks.case}`" if known else f"the policy has no case `{remarks.case}`"
        return f"{what}, and case {is_.case} answers"
    must = tuple(allowed(oracle, is_.case)) if is_.open else ()
    if remarks.allowed is not None and tuple(map(_spaced, remarks.allowed)) != tuple(map(_spaced, must)):
        said, wanted = ("; ".join(formulas) or "nothing" for formulas in (remarks.allowed, must))
        return f"`allowed` is {said}, and of the policy {wanted} (case {is_.case})"
    for why, outputs in remarks.readings:
        if not oracle.allows(config, inputs, outputs):
            return f"the policy does not allow its reading `{why}` (case {is_.case})"
    return ""


def _spaced(formula: str) -> str:
    return " ".join(formula.split())
