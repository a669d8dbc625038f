"""What a refuted claim wanted instead: the part of its formula that fails, and the values that refute it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from parley.model.judge import Judge
from parley.model.run import Run, SessionEvaluator
from parley.proofs.session_claims import SessionClaim
from parley.proofs.session_scope import Played
from parley.proofs.verdict import Outcome
from parley.spec.checked import CheckedCase, CheckedSession, rule_name
from parley.spec.print_tree import print_expr
from parley.spec.syntax import KNOWN, Accept, Comparison, Expr, GiveUp, Name, Request
from parley.values import Words

from .refutation import Refuter


class Wanted(Struct, frozen=True):
    """What a claim wants in its counterexample, and which outputs that speaks of.

    `whole` says that it is the whole of the claim's formula.
    """

    text: str
    outputs: tuple[str, ...] = ()
    whole: bool = False


def wanted(outcome: Outcome, words: Words) -> Wanted | None:
    """What an opened claim about a policy wants; None of a refinement, which wants what the other policy allows."""
    claim = outcome.claim
    assert outcome.counterexample is not None
    example = outcome.counterexample.example
    match claim.kind:
        case "total":
            return Wanted("a case that applies")
        case "defined":
            empty = tuple(name for name, value in example.answer.outputs.items() if value is None)
            case = next(c for c in claim.policy.cases if c.name == example.answer.case)
            if set(empty) & set(case.unspecified):
                named = ", ".join(f"`{name}`" for name in empty)
                text = f"a value for {named}: no choice of what is left open meets the case's `ensure`s"
                return Wanted(text, empty)
            return Wanted(_valueless(case, empty), empty)
        case "encodable":
            revisions = [v.name.id for v in words.interface.outputs if v.type == "revision"]
            bad = tuple(name for name in revisions if not _well_formed(words, example.answer.outputs[name]))
            return Wanted(f"reserved bits of {', '.join(bad)} to be zero", bad)
        case _:
            pass
    if claim.formula is None:
        return None
    evaluator = Judge(claim.policy).evaluator

    def slots() -> list[object]:
        made = evaluator.slots(example.situation)
        evaluator.put(made, example.answer.outputs)
        return made

    refuter = Refuter(words, evaluator.compiler, evaluator.elaboration, slots, words.interface.variables.keys())
    return _failing(claim.formula, refuter)


def _failing(formula: Expr, refuter: Refuter) -> Wanted:
    narrowed = refuter.narrowed(formula)
    words = refuter.words
    named = refuter.elaboration.of(narrowed).free
    outputs = tuple(v.name.id for v in words.interface.outputs if v.name.id in named)
    that_is = _that_is(narrowed, refuter)
    facts = [] if that_is else refuter.facts(narrowed)
    return Wanted(
        print_expr(narrowed) + (that_is or (f"   but {', '.join(facts)}" if facts else "")),
        outputs,
        narrowed == formula,
    )


def _that_is(failing: Expr, refuter: Refuter) -> str:
    """The value that an output would have to have, where the claim says so: `output == term`."""
    if not (isinstance(failing, Comparison) and failing.operator == "==" and isinstance(failing.left, Name)):
        return ""
    variable = refuter.words.interface.variables.get(failing.left.id)
    value = refuter.value(failing.right, {})
    if variable is None or value is None:
        return ""
    shown = refuter.words.show(variable, value)
    return "" if shown == print_expr(failing.right) else f"   that is {shown}"


def _well_formed(words: Words, value: int | bool | None) -> bool:
    return isinstance(value, int) and words.format.well_formed(value)


def wanted_of_session(claim: SessionClaim, words: Words, shown: Played) -> Wanted:
    """What an opened claim about a session wants."""
    setting, run = shown.setting, shown.run
    evaluator = SessionEvaluator(claim.session)
    formula = claim.formula
    told = {KNOWN, *words.interface.variables}
    match claim.kind:
        case "terminates":
            return Wanted("an end")
        case "requests_known":
            known = setting.config.get(KNOWN, evaluator.listed)
            assert isinstance(known, tuple)
            stray = next(round_.request for round_ in run.rounds if round_.request not in known)
            return Wanted(f"requests for known revisions only, and {words.format.show(stray)} is not known")
        case "defined":
            return Wanted(_missing(claim.session, run))
        case "invariant":
            assert formula is not None
            code = evaluator.formula(formula)
            at, round_ = next(
                (at, r) for at, r in enumerate(run.answered, 1) if not evaluator.holds_after(code, setting, r)
            )
            elaboration = claim.session.elaboration
            between = Refuter(words, evaluator.whole, elaboration, lambda: evaluator.after(setting, round_), told)
            made = _failing(formula, between)
            return Wanted(f"{made.text}   after round {at}", made.outputs, made.whole)
        case _:
            assert formula is not None
            at_end = Refuter(
                words, evaluator.whole, claim.session.elaboration, lambda: evaluator.at_end(setting, run), told
            )
            return _failing(formula, at_end)


def _missing(session: CheckedSession, run: Run) -> str:
    """What a run that is stuck lacks."""
    if not run.rounds:
        return f"a value for the first request: `{print_expr(session.host.start)}` has none"
    last = run.rounds[-1]
    if last.case is None:
        return f"a case that applies in round {len(run.rounds)}"
    empty = tuple(name for name, value in last.outputs.items() if value is None)
    if empty:
        return _valueless(next(case for case in session.policy.cases if case.name == last.case), empty)
    rule = next((rule for at, rule in enumerate(session.host.rules) if rule_name(at) == last.rule), None)
    if rule is None or isinstance(rule.action, GiveUp):
        return f"a rule that applies in round {len(run.rounds)}"
    return f"a value for what {last.rule} {_does(rule.action)}: `{print_expr(rule.action.revision)}` has none"


def _does(action: Request | Accept) -> str:
    return "asks for" if isinstance(action, Request) else "accepts"


def _valueless(case: CheckedCase, outputs: Sequence[str]) -> str:
    """Outputs without a value, and the terms that should have given them one."""
    terms = {a.output.id: a.value for a in case.assignments if a.value is not None and a.output.id in outputs}
    named = ", ".join(f"`{name}`" for name in outputs)
    given = ", ".join(f"`{print_expr(term)}`" for term in dict.fromkeys(terms.values()))
    return f"a value for {named}: {given} {'has' if len(set(terms.values())) == 1 else 'have'} none"
