"""What a refuted claim wanted instead: the part of its formula that fails, and the value that would have met it."""

from __future__ import annotations

from collections.abc import Callable

from ..model.judge import Judge
from ..model.run import Round, Run, SessionEvaluator
from ..proofs.session_claims import SessionClaim
from ..proofs.session_scope import Played
from ..proofs.verdict import Outcome
from ..spec.checked import KNOWN
from ..spec.defines import reads
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
    failing = _narrow(claim.formula, lambda part: probe.value(part) is False)
    return [("the claim wants", _shown(failing) + _that_is(failing, probe, words))]


def _shown(formula: Expr) -> str:
    text = print_expr(formula)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


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


def wanted_of_session(claim: SessionClaim, words: Words, shown: Played) -> list[tuple[str, str]]:
    """Rows of label and text for an opened claim about a session."""
    setting, run = shown.setting, shown.run
    evaluator = SessionEvaluator(claim.session)
    formula = claim.formula
    match claim.kind:
        case "terminates":
            wants = "an end"
        case "requests_known":
            known = setting.config.get(KNOWN, evaluator.listed)
            assert isinstance(known, tuple)
            stray = next(round_.request for round_ in run.rounds if round_.request not in known)
            wants = f"requests for known revisions only, and {words.format.show(stray)} is not known"
        case "defined":
            wants = _missing(run)
        case "invariant":
            assert formula is not None

            def fails_after(part: Expr, round_: Round) -> bool:
                return not evaluator.holds_after(evaluator.formula(part), setting, round_)

            at, round_ = next((at, r) for at, r in enumerate(run.answered, 1) if fails_after(formula, r))
            narrowed = _narrow(formula, lambda part: fails_after(part, round_))
            wants = f"{_shown(narrowed)}   after round {at}"
        case _:
            assert formula is not None
            narrowed = _narrow(formula, lambda part: not evaluator.holds(evaluator.formula(part), setting, run))
            wants = _shown(narrowed) + _without_a_value(narrowed, claim, run)
    return [("the claim wants", wants)]


def _missing(run: Run) -> str:
    """What a run that is stuck lacks."""
    if not run.rounds:
        return "a value for the first request"
    last = run.rounds[-1]
    empty = [f"`{name}`" for name, value in last.outputs.items() if value is None]
    if last.case is None:
        return f"a case that applies in round {len(run.rounds)}"
    if empty:
        return f"a value for {', '.join(empty)}: {'it is' if len(empty) == 1 else 'they are'} chosen from nothing"
    if last.rule is None:
        return f"a rule that applies in round {len(run.rounds)}"
    return f"a value for what {last.rule} asks for or accepts"


def _without_a_value(formula: Expr, claim: SessionClaim, run: Run) -> str:
    """What a part of a claim names that has no value at the end of this run."""
    nothing = [] if run.ending == "accepted" else ["agreed"]
    if run.ending == "loops":
        interface = claim.interface
        nothing += ["rounds", *(v.name.id for v in (*interface.inputs, *interface.outputs))]
    named = reads(formula, claim.session.defines)
    missing = [f"`{name}`" for name in nothing if name in named]
    if not missing:
        return ""
    return f"   but {', '.join(missing)} {'has' if len(missing) == 1 else 'have'} no value here"


def _narrow(formula: Expr, fails: Callable[[Expr], bool]) -> Expr:
    """The conclusion of an implication, the conjunct that fails: what is left to want once the rest is granted."""
    match formula:
        case Implies(right=right):
            return _narrow(right, fails)
        case And(operands=operands):
            failing = next((operand for operand in operands if fails(operand)), None)
            return formula if failing is None else _narrow(failing, fails)
        case _:
            return formula
