"""Solvers that are given a question as SMT-LIB text, and nothing else.

Each question has a solver of its own, limited by that solver's own count of resources: so the answer is the same on
every machine, and whatever was asked before.
"""

# Neither solver carries types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, TypeAlias

from ...model.smtlib.script import Script
from ..reply import Unknown

Answer: TypeAlias = "bool | Unknown"
"""Whether what a script asserts can be so."""

Decides: TypeAlias = Callable[[Script], Answer]

FIRST_Z3_UNITS = 300_000
Z3_UNITS = 2_500_000
FIRST_CVC5_UNITS = 50_000
CVC5_UNITS = 500_000
"""What one question may cost, each in the solver's own units: first as most questions are soon answered, and then, with
what takes longer to begin with and is better at the others, seconds.
"""

BY_MODELS: Mapping[str, object] = {"smt.ematching": False, "smt.relevancy": 0}
"""z3 without instances by patterns, of which there are too many: with those only that a model so far fails."""

SPENT = "it gave no answer within its budget"
MISSING = "it is not installed: pip install '.[cross-check]', or pip install cvc5"


def installed() -> bool:
    """Whether cvc5 can be imported."""
    return find_spec("cvc5") is not None


def by_z3(script: Script) -> Answer:
    """z3's answer to a script with one question."""
    first = _z3(script, min(FIRST_Z3_UNITS, Z3_UNITS), {})
    return _z3(script, Z3_UNITS, BY_MODELS) if isinstance(first, Unknown) else first


def _z3(script: Script, units: int, options: Mapping[str, object]) -> Answer:
    import z3

    solver: Any = z3.Solver(ctx=z3.Context())
    for name, value in {"ctrl_c": False, **options}.items():
        solver.set(name, value)
    solver.from_string(script.text)
    solver.set("rlimit", units)
    answer = str(solver.check())
    if answer == "unknown":
        reason = solver.reason_unknown()
        # It says so of a spent budget in several words: "canceled", "push canceled", "max. resource limit exceeded".
        spent = "canceled" in reason or "resource limit" in reason
        return Unknown(SPENT if spent else f"it gave up: {reason}")
    return answer == "sat"


def by_cvc5(script: Script) -> Answer:
    """cvc5's answer to a script with one question."""
    if not installed():
        return Unknown(MISSING)
    first = _cvc5(script, min(FIRST_CVC5_UNITS, CVC5_UNITS), {})
    if not isinstance(first, Unknown):
        return first
    # Words are compared, and little else is done with them: of many, to put that into bits at once is far faster.
    return _cvc5(script, CVC5_UNITS, {"bitblast": "eager"} if script.logic == "QF_BV" else {})


def _cvc5(script: Script, units: int, options: Mapping[str, str]) -> Answer:
    import cvc5

    solver: Any = cvc5.Solver(cvc5.TermManager())
    for name, value in {"incremental": "false", "rlimit": str(units), **options}.items():
        solver.setOption(name, value)
    parser: Any = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script.text, "question")
    symbols = parser.getSymbolManager()
    said = ""
    while not (command := parser.nextCommand()).isNull():
        said += str(command.invoke(solver, symbols))
    match said.split():
        case ["sat" | "unsat" as answer]:
            return answer == "sat"
        case ["unknown", *rest]:
            gave_up = "INCOMPLETE" in "".join(rest)
            return Unknown("it gave up: the question is beyond what it decides" if gave_up else SPENT)
        case _:
            return Unknown(f"it did not take the question: {' '.join(said.split())[:200]}")
