"""What a refuted claim wanted instead: the part of its formula that fails, and the value that would have met it."""

from __future__ import annotations

from ..model.judge import Judge
from ..proofs.verdict import Outcome
from ..spec.print_tree import print_expr
from ..spec.syntax import And, Comparison, Expr, Implies, Name
from .values import Words

WIDEST = 100


def wanted(outcome: Outcome, words: Words) -> list[tuple[str, str]]:
    """Rows of label and text for an opened claim."""
    claim = outcome.claim
    assert outcome.counterexample is not None
    example = outcome.counterexample.example
    match claim.kind:
        case "total":
            return [("the claim wants", "a case that applies")]
        case "defined":
            empty = [name for name, value in example.answer.outputs.items() if value is None]
            named = ", ".join(f"`{name}`" for name in empty)
            case = next(c for c in claim.policy.cases if c.name == example.answer.case)
            open_ = set(empty) & set(case.unspecified)
            nothing = f"{'it is' if len(empty) == 1 else 'they are'} chosen from nothing"
            why = "no choice of what is left open meets the case's `ensure`s" if open_ else nothing
            return [("the claim wants", f"a value for {named}: {why}")]
        case "encodable":
            bad = [
                v
                for v in words.interface.outputs
                if v.type == "revision" and not _well_formed(words, example.answer.outputs[v.name.id])
            ]
            return [("the claim wants", f"reserved bits of {', '.join(v.name.id for v in bad)} to be zero")]
        case _:
            pass
    if claim.formula is None:
        return []
    probe = _Probe(outcome)
    failing = _narrow(claim.formula, probe)
    text = print_expr(failing)
    shown = text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
    return [("the claim wants", shown + _that_is(failing, probe, words))]


def _that_is(failing: Expr, probe: _Probe, words: Words) -> str:
    """The value that an output would have to have, where the claim says so: `output == term`."""
    if not (isinstance(failing, Comparison) and failing.operator == "==" and isinstance(failing.left, Name)):
        return ""
    variable = words.interface.variables.get(failing.left.id)
    value = probe.value(failing.right)
    if variable is None or value is None:
        return ""
    shown = words.show(variable, value)
    return "" if shown == print_expr(failing.right) else f"   that is {shown}"


def _well_formed(words: Words, value: int | bool | None) -> bool:
    return isinstance(value, int) and words.format.well_formed(value)


class _Probe:
    """Evaluates parts of a claim in its counterexample."""

    def __init__(self, outcome: Outcome) -> None:
        assert outcome.counterexample is not None
        self.example = outcome.counterexample.example
        self.evaluator = Judge(outcome.claim.policy).evaluator

    def value(self, expr: Expr) -> int | bool | None:
        code = self.evaluator.formula(expr)
        slots = self.evaluator.slots(self.example.situation)
        self.evaluator.put(slots, self.example.answer.outputs)
        return code(slots)


def _narrow(formula: Expr, probe: _Probe) -> Expr:
    """The conclusion of an implication, the conjunct that fails: what is left to want once the rest is granted."""
    match formula:
        case Implies(right=right):
            return _narrow(right, probe)
        case And(operands=operands):
            failing = next((operand for operand in operands if probe.value(operand) is False), None)
            return formula if failing is None else _narrow(failing, probe)
        case _:
            return formula
