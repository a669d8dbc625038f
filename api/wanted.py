"""What a refuted claim wanted instead: the part of its formula that fails, and the values that refute it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from parley.model.closures import Slots
from parley.model.evaluate_policy import PolicyEvaluator
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Example, Value
from parley.model.oracle import left_open
from parley.model.query_evaluation import QueryEvaluator, transfer
from parley.model.representatives import TooMany
from parley.model.run import Played, Run
from parley.proofs.claims import Claim
from parley.proofs.verdict import Counterexample
from parley.spec import syntax
from parley.spec.checked import CheckedSession, rule_name
from parley.spec.checked_parts import CheckedCase
from parley.spec.formatting.expressions import print_expr

from .refutation import MOST_WORK, Refuter
from .values import Words, case_named


class Wanted(Struct, frozen=True):
    """What a claim wants in its counterexample, and which outputs that speaks of.

    `whole` says that it is the whole of the claim's formula.
    """

    text: str
    outputs: tuple[str, ...] = ()
    whole: bool = False


def wanted(claim: Claim, example: Example) -> Wanted | None:
    """What a claim about a policy wants; None of a refinement, which wants what the other policy allows."""
    words = Words(claim.interface)
    match claim.kind:
        case "total":
            return Wanted("a case that applies")
        case "defined":
            empty = _without_value(example.answer.outputs)
            case = case_named(claim.policy, example.answer.case)
            assert case is not None
            open_ = left_open(claim.policy, case)
            # What has no value whatever is chosen is reason enough.
            fixed = tuple(name for name in empty if name not in open_)
            if fixed or not empty:
                return Wanted(_valueless(case, fixed), fixed)
            named = ", ".join(f"`{name}`" for name in empty)
            meets = "meets the case's `ensure`s" if case.ensures else "gives what follows from it a value"
            return Wanted(f"a value for {named}: no choice of what is left open {meets}", empty)
        case "encodable":
            revisions = [v.name.id for v in words.interface.outputs if v.type == "revision"]
            values = {name: example.answer.outputs[name] for name in revisions}
            encodable = words.interface.is_encodable
            bad = tuple(n for n, v in values.items() if not (isinstance(v, int) and encodable(n, v)))
            return Wanted(f"reserved bits of {', '.join(bad)} to be zero", bad)
        case _:
            pass
    if claim.written is None:
        return None
    evaluator = QueryEvaluator(claim.policy).evaluator

    def slots() -> list[object]:
        made = evaluator.slots(example.instance)
        evaluator.put(made, example.answer.outputs)
        return made

    refuter = Refuter(words, evaluator.compiler, evaluator.elaboration, slots, words.interface.variables.keys())
    return _failing(claim.written, refuter)


def _failing(formula: syntax.Expr, refuter: Refuter) -> Wanted:
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


def _that_is(failing: syntax.Expr, refuter: Refuter) -> str:
    """The value that an output would have to have, where the claim says so: `output == term`."""
    if not (
        isinstance(failing, syntax.Comparison) and failing.operator == "==" and isinstance(failing.left, syntax.Name)
    ):
        return ""
    variable = refuter.words.interface.variables.get(failing.left.id)
    value = refuter.value(failing.right, {})
    if variable is None or value is None:
        return ""
    shown = refuter.words.show(variable, value)
    return "" if shown == print_expr(failing.right) else f"   that is {shown}"


def wanted_of_session(claim: Claim, shown: Played) -> Wanted:
    """What a claim about a session wants."""
    words = Words(claim.interface)
    instance, run = shown.instance, shown.run
    evaluator = SessionEvaluator(claim.session)
    formula = claim.written

    def refuter(slots: Callable[[], Slots]) -> Refuter:
        return Refuter(
            words, evaluator.whole, claim.session.elaboration, slots, {syntax.KNOWN, *words.interface.variables}
        )

    match claim.kind:
        case "terminates":
            return Wanted("an end")
        case "requests_known":
            stray = next(round_.request for round_ in run.rounds if evaluator.strays(instance, round_.request))
            return Wanted(f"requests for known revisions only, and {words.asked(stray)} is not known")
        case "defined":
            return Wanted(_missing(claim.session, run))
        case "invariant":
            assert formula is not None
            code = evaluator.formula(formula)
            at, round_ = next(
                (at, r) for at, r in enumerate(run.answered, 1) if not evaluator.holds_after(code, instance, r)
            )
            made = _failing(formula, refuter(lambda: evaluator.after(instance, round_)))
            return Wanted(f"{made.text}   after round {at}", made.outputs, made.whole)
        case _:
            assert formula is not None
            return _failing(formula, refuter(lambda: evaluator.at_end(instance, run)))


def _missing(session: CheckedSession, run: Run) -> str:
    """What a run that is stuck lacks."""
    if not run.rounds:
        return f"a value for the first request: `{print_expr(session.host.start)}` has none"
    last = run.rounds[-1]
    if last.case is None:
        return f"a case that applies in round {len(run.rounds)}"
    case = case_named(session.policy, last.case)
    assigned = {} if case is None else {n: value for n, value in last.outputs.items() if n not in case.unspecified}
    empty = _without_value(assigned)
    if empty and case is not None:
        return _valueless(case, empty)
    rule = next((rule for at, rule in enumerate(session.host.rules) if rule_name(at) == last.rule), None)
    if rule is None or isinstance(rule.action, syntax.GiveUp):
        return f"a rule that applies in round {len(run.rounds)}"
    does = "asks for" if isinstance(rule.action, syntax.Request) else "accepts"
    return f"a value for what {last.rule} {does}: `{print_expr(rule.action.revision)}` has none"


def _without_value(outputs: Mapping[str, Value | None]) -> tuple[str, ...]:
    return tuple(name for name, value in outputs.items() if value is None)


def _valueless(case: CheckedCase, outputs: Sequence[str]) -> str:
    """Outputs without a value, and the terms that should have given them one."""
    terms = {a.output.id: a.value for a in case.assignments if a.value is not None and a.output.id in outputs}
    named = ", ".join(f"`{name}`" for name in outputs)
    given = ", ".join(f"`{print_expr(term)}`" for term in dict.fromkeys(terms.values()))
    return f"a value for {named}: {given} {'has' if len(set(terms.values())) == 1 else 'have'} none"


def not_allowed(claim: Claim, shown: Counterexample) -> str:
    """Why there is no answer that the refined policy gives, as far as that is plain to see."""
    refined = claim.policy.refined
    assert refined is not None
    ours, theirs = PolicyEvaluator(claim.policy), PolicyEvaluator(refined)
    try:
        with theirs.work.limited(MOST_WORK):
            fires = theirs.fires(transfer(ours, ours.slots(shown.example.instance), theirs))
    except TooMany:
        return "no answer that was found"
    if fires is None:
        return "no answer: no case of it applies"
    return f"no answer that was found in case {refined.cases[fires].name}"
