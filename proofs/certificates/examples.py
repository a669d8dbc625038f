"""Whether examples are what a claim needs: put in, everything that is wanted of them has to be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ...spec import syntax as s
from .meaning import Meaning, Reading, Value, literal
from .policies import Policy, thens
from .words import FALSE, TRUE, Between, Literal, Several, Unsupported, number, term


def shown(policy: Policy, claim: str, examples: Sequence[Any]) -> str:
    """What is wrong with the examples of a claim; empty where nothing is.

    A claim that something can be is shown by its example. One that something is always so needs one of each of its
    premises: without, it would say nothing.
    """
    if not examples:
        return "it has no example, and the claim wants one"
    for n, example in enumerate(examples):
        wanted = _wanted(policy, claim, example)
        if len(wanted) != len(examples):
            return f"it has {len(examples)} examples, and the claim wants {len(wanted)}"
        for what, one in wanted[n].items():
            if one != TRUE:
                return f"example {n + 1} is none: {what} is {'not so' if one == FALSE else 'not worked out'}"
    return ""


def _wanted(policy: Policy, claim: str, example: Any) -> list[dict[str, Literal]]:
    """What has to be true of each example that the claim needs, worked out for one."""
    # What is not worked out by itself may be cut at any bit.
    made, values = policy.skeleton(range(1, policy.width)), example["values"]
    inputs = [name for name, variable in policy.variables.items() if variable.role != "output"]
    meaning = policy.meaning(made, {name: given(policy, name, values[name]) for name in inputs}, example["relations"])
    base = {"what is assumed": made.conj(*policy.assumptions(meaning))}
    if claim in ("satisfiable", "total", "defined"):
        return [base]
    if claim.startswith("reachable."):
        names = [case.name.id for case in policy.cases]
        return [base | {f"that {claim[10:]} is the first case": policy.selected(meaning, names.index(claim[10:]))}]
    chosen = [at for at in range(len(policy.cases)) if policy.selected(meaning, at) == TRUE]
    if not chosen:
        return [base | {"that a case applies": FALSE}]
    open_ = {name: given(policy, name, values[name]) for name, v in policy.assigns(chosen[0]).items() if v is None}
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


def given(policy: Policy, name: str, value: Any) -> Value:
    """A value of a variable. Raises Unsupported where it has no such value."""
    variable, made = policy.variables[name], policy.skeleton()

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
