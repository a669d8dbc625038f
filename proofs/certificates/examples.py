"""Whether examples are what a claim needs: put in, everything that is wanted of them has to be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never, cast

from ...spec import syntax as s
from .callers import Caller
from .meaning import Meaning, Reading, Value, literal
from .policies import Policy, thens
from .sessions import ENDINGS, Session
from .skeleton import Skeleton
from .words import FALSE, TRUE, Between, Literal, Several, Unsupported, number, term

Subject: TypeAlias = Policy | Caller | Session
MOST_ROUNDS = 64
"""Rounds of an example."""


def shown(subject: Subject, claim: str, examples: Sequence[Any]) -> str:
    """What is wrong with the examples of a claim; empty where nothing is.

    A claim that something can be is shown by its example. One that something is always so needs one of each of its
    premises: without, it would say nothing.
    """
    if not examples:
        return "it has no example, and the claim wants one"
    for n, example in enumerate(examples):
        wanted = _wanted_of(subject, claim, example)
        if len(wanted) != len(examples):
            return f"it has {len(examples)} examples, and the claim wants {len(wanted)}"
        for what, one in wanted[n].items():
            if one != TRUE:
                return f"example {n + 1} is none: {what} is {'not so' if one == FALSE else 'not worked out'}"
    return ""


def _wanted_of(subject: Subject, claim: str, example: Any) -> list[dict[str, Literal]]:
    match subject:
        case Policy():
            return _wanted(subject, claim, example)
        case Caller():
            return [_rule(subject, claim, example)]
        case Session():
            return _run(subject, claim, example)
        case _:
            assert_never(subject)


def _known(caller: Caller, made: Skeleton, values: Mapping[str, Any]) -> Value:
    """What a host knows, in an example."""
    if not caller.knows.varies:
        return caller.listed(made)
    type_ = "range" if caller.knows.ranged else "set"
    value = values["known"]
    if not value or (caller.knows.most is not None and len(value) > caller.knows.most):
        raise Unsupported(f"known cannot be {value}")
    # Newer ones are preferred, and come first.
    value = value if caller.knows.ranged else sorted(value, reverse=True)
    return given(caller.policy, s.Variable(role="config", name=s.Label("known"), type=type_), value)


def _rule(caller: Caller, claim: str, example: Any) -> dict[str, Literal]:
    """A rule is the first that applies, whatever policy replies so."""
    if claim not in {f"reachable.rule_{n}" for n in range(1, len(caller.rules) + 1)}:
        raise Unsupported(f"there is no claim {claim} about the host")
    made, values = caller.policy.skeleton(range(1, caller.policy.width)), example["values"]
    seen = [variable for variable in caller.policy.variables.values() if variable.role != "config"]
    scope = {variable.name.id: given(caller.policy, variable, values[variable.name.id]) for variable in seen}
    meaning = caller.meaning(made, {**scope, "known": _known(caller, made, values)}, example["relations"])
    at = int(claim.removeprefix("reachable.rule_")) - 1
    guards = [TRUE if rule.guard is None else meaning.formula(rule.guard) for rule in caller.rules[: at + 1]]
    return {f"that rule {at + 1} is the first": made.conj(*(-one for one in guards[:at]), guards[at])}


def _run(session: Session, claim: str, example: Any) -> list[dict[str, Literal]]:
    """What has to be true of a run on some configuration, where open outputs are as an example has them."""
    policy, rounds = session.policy, example["rounds"]
    if len(rounds) > MOST_ROUNDS:
        raise Unsupported(f"there is no going through {len(rounds)} rounds")
    made, values, relations = policy.skeleton(range(1, policy.width)), example["values"], example["relations"]
    scope = {name: given(policy, policy.variables[name], values[name]) for name in session.configs}
    scope["known"] = _known(session.caller, made, values)

    def opened(at: int, name: str) -> Value:
        return given(policy, policy.variables[name], rounds[at][name])

    done = session.rounds(made, scope, len(rounds), opened, relations)
    # Of a run that an assumption leaves out, what comes before that is no example either.
    end = made.disj(done[-1].accepted, done[-1].gave_up, done[-1].loops, done[-1].stuck)
    answered = {"that the first request is answered": done[0].ran, "that the run goes on to its end": end}
    if claim in ("satisfiable", "defined", "terminates", "requests_known"):
        return [answered]
    meaning = policy.meaning(made, scope, relations)
    givens, formula = session.claimed(claim, meaning)
    if any(one.name.id == claim for one in session.statements("invariant")):
        each = [premises(session.after(meaning, one), formula, {}, policy.reading, {}) or [TRUE] for one in done]
        met = [[made.conj(one.ran, part) for part in parts] for one, parts in zip(done, each, strict=True)]
        return [answered | {"the premise": made.disj(*parts)} for parts in zip(*met, strict=True)]
    ending = next((one for one in ENDINGS if getattr(done[-1], one) == TRUE), None)
    if ending is None:
        return [answered | {"that the run ends": FALSE}]
    base = answered | {"what is given": made.conj(*givens)}
    needs = premises(session.ended(meaning, done[-1], term(number(len(done))), ending), formula, {}, policy.reading, {})
    return [base | {"the premise": one} for one in needs] or [base]


def _wanted(policy: Policy, claim: str, example: Any) -> list[dict[str, Literal]]:
    """What has to be true of each example that the claim needs, worked out for one."""
    # What is not worked out by itself may be cut at any bit.
    made, values = policy.skeleton(range(1, policy.width)), example["values"]
    inputs = [name for name, variable in policy.variables.items() if variable.role != "output"]
    meaning = policy.meaning(
        made, {name: given(policy, policy.variables[name], values[name]) for name in inputs}, example["relations"]
    )
    base = {"what is assumed": made.conj(*policy.assumptions(meaning))}
    if claim in ("satisfiable", "total", "defined"):
        return [base]
    if claim.startswith("reachable."):
        names = [case.name.id for case in policy.cases]
        return [base | {f"that {claim[10:]} is the first case": policy.selected(meaning, names.index(claim[10:]))}]
    chosen = [at for at in range(len(policy.cases)) if policy.selected(meaning, at) == TRUE]
    if not chosen:
        return [base | {"that a case applies": FALSE}]
    open_ = {
        name: given(policy, policy.variables[name], values[name])
        for name, v in policy.assigns(chosen[0]).items()
        if v is None
    }
    defined, ensured = policy.answer(meaning, chosen[0], open_)
    base |= {"that outputs have values": made.conj(*defined), "what is ensured": ensured}
    if claim == "encodable":
        return [base]
    if claim == "refines" and policy.refined is not None:
        theirs = policy.refined.meaning(made, meaning.scope, example["relations"])
        return [base | {"what the other assumes": made.conj(*policy.refined.assumptions(theirs))}]
    if (policy.name, claim) in policy.text.scenarios:
        scenario = policy.text.scenarios[policy.name, claim]
        base["what is given"] = made.conj(*policy.givens(meaning, scenario))
        formula: s.Expr = s.And(tuple(thens(scenario)))
    else:
        formula = policy.claimed(claim)
    needs = premises(meaning, formula, {}, policy.reading, {})
    return [base | {"the premise": one} for one in needs] or [base]


def given(policy: Policy, variable: s.Variable, value: Any) -> Value:
    """A value of a variable. Raises Unsupported where it has no such value."""
    made, name = policy.skeleton(), variable.name.id

    def formed(word: Any) -> bool:
        return type(word) is int and word >= 0 and made.well_formed(number(word)) == TRUE

    listed: list[Any] | None = cast("list[Any]", value) if isinstance(value, list) else None
    several = listed if listed is not None and all(map(formed, listed)) else None
    match variable.type:
        case "bool" if isinstance(value, bool):
            return TRUE if value else FALSE
        case "set" if several is not None:
            return Several(tuple((TRUE, number(word)) for word in several))
        case "range" if several is not None and len(several) in (0, 2) and several == sorted(several):
            ends = [(TRUE, Between(number(several[0]), number(several[1]), formed=True))] if several else []
            return Several(tuple(ends))
        case "revision" if isinstance(value, int) and not isinstance(value, bool):
            word = 0 <= value < 1 << policy.width and (variable.role != "config" or formed(value))
            if word or value in policy.codes.get(name, ()):
                return term(number(value))
        case s.Enumeration() if isinstance(value, int) and value in policy.enumerated[name]:
            return term(number(value))
        case _:
            pass
    raise Unsupported(f"{name} cannot be {value}")


def premises(
    meaning: Meaning,
    expr: s.Expr,
    names: Mapping[str, Value],
    reading: Reading,
    theirs: Mapping[str, Sequence[Literal]],
) -> list[Literal]:
    """What has to be so for a formula to say something, as LANGUAGE.md has it; `theirs` are those of parameters."""
    made = meaning.made
    match expr:
        case s.Implies(left=left, right=right):
            premise = literal(meaning.of(left, names, reading))
            inner = premises(meaning, right, names, reading, theirs)
            return [made.conj(premise, one) for one in inner] or [premise]
        case s.And(operands=operands):
            return [one for operand in operands for one in premises(meaning, operand, names, reading, theirs)]
        case s.Quantified(kind="every", variable=variable, domain=domain, body=body):
            hidden = {name: said for name, said in theirs.items() if name != variable}
            within = meaning.of(domain, names, reading)

            def of(word: Any) -> list[Literal]:
                return premises(meaning, body, {**names, variable: term(word)}, reading, hidden) or [TRUE]

            return [meaning.some(within, lambda word, n=n: of(word)[n]) for n in range(len(of(made.word("?"))))]
        case s.Name(id=name) if name in theirs:
            return [*theirs[name]]
        case s.Name(id=name) if name not in names:
            seen = not reading.of_file and (name in meaning.scope or name in meaning.assigned)
            return [] if seen else _of_define(meaning, name, [], [], reading)
        case s.Call(name=name, arguments=arguments):
            values = [meaning.of(argument, names, reading) for argument in arguments]
            said = [premises(meaning, argument, names, reading, theirs) for argument in arguments]
            return _of_define(meaning, name, values, said, reading)
        case _:
            return []


def _of_define(
    meaning: Meaning, name: str, values: Sequence[Value], said: Sequence[Sequence[Literal]], reading: Reading
) -> list[Literal]:
    found = reading.find(name)
    if found is None or found[0].body is None:
        return []
    parameters = [parameter.id for parameter in found[0].parameters]
    named = dict(zip(parameters, values, strict=True))
    return premises(meaning, found[0].body, named, found[1], dict(zip(parameters, said, strict=True)))
