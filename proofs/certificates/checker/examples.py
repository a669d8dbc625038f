"""Whether examples are what a claim needs: put in, everything that is wanted of them has to be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, assert_never

from ....spec import syntax as s
from .callers import Caller
from .certificate import Example, Given
from .meaning import Meaning, Reading, Value, bound, literal
from .policies import Policy
from .sessions import ENDINGS, Session
from .skeleton import Skeleton
from .texts import Table
from .words import FALSE, TRUE, Between, Literal, Refused, Several, Word, Work, number, term

Subject: TypeAlias = Policy | Caller | Session
Wanted: TypeAlias = dict[str, Literal]
"""What has to be true, each with the words for it."""
MOST_PLAYED = 64
"""Rounds of an example."""


def shown(subject: Subject, claim: str, examples: Sequence[Example], work: Work) -> str:
    """What is wrong with the examples of a claim; empty where nothing is.

    A claim that something can be is shown by its example. One that something is always so needs one of each of its
    premises: without, it would say nothing.
    """
    if not examples:
        return "it has no example, and the claim wants one"
    for n, example in enumerate(examples):
        wanted = _wanted_of(subject, claim, example, work)
        if len(wanted) != len(examples):
            return f"it has {len(examples)} examples, and the claim wants {len(wanted)}"
        for what, one in wanted[n].items():
            if one != TRUE:
                return f"example {n + 1} is none: {what} is {'not so' if one == FALSE else 'not worked out'}"
    return ""


def _wanted_of(subject: Subject, claim: str, example: Example, work: Work) -> list[Wanted]:
    policy = subject if isinstance(subject, Policy) else subject.policy
    # What is not worked out by itself may be cut at any bit.
    skeleton = policy.skeleton(range(1, policy.vocabulary.width), work)
    match subject:
        case Policy():
            return _answer(subject, skeleton, claim, example)
        case Caller():
            return [_rule(subject, skeleton, claim, example)]
        case Session():
            return _run(subject, skeleton, claim, example)
        case _:
            assert_never(subject)


def _known(caller: Caller, skeleton: Skeleton, values: Mapping[str, Given]) -> Value:
    """What a host knows, in an example."""
    if not caller.knows.varies:
        return caller.listed(skeleton)
    value, ranged = Table(values)[s.KNOWN], caller.knows.ranged
    if not isinstance(value, list) or not value or (caller.knows.most is not None and len(value) > caller.knows.most):
        raise Refused(f"known cannot be {value}")
    # Newer ones are preferred, and come first.
    value = value if ranged else sorted(value, reverse=True)
    known = s.Variable(role="config", name=s.Label(s.KNOWN), type="range" if ranged else "set")
    return given(caller.policy, skeleton, known, {s.KNOWN: value})


def _rule(caller: Caller, skeleton: Skeleton, claim: str, example: Example) -> Wanted:
    """A rule is the first that applies, whatever policy replies so."""
    names = [f"reachable.rule_{n}" for n in range(1, len(caller.rules) + 1)]
    if claim not in names:
        raise Refused(f"there is no claim {claim} about the host")
    at, variables = names.index(claim), caller.policy.vocabulary.variables.values()
    seen = [variable for variable in variables if variable.role != "config"]
    scope = {one.name.id: given(caller.policy, skeleton, one, example.values) for one in seen}
    scope[s.KNOWN] = _known(caller, skeleton, example.values)
    meaning = caller.meaning(skeleton, scope, example.relations)
    guards = [TRUE if rule.guard is None else meaning.formula(rule.guard) for rule in caller.rules[: at + 1]]
    return {f"that rule {at + 1} is the first": skeleton.conj(*(-one for one in guards[:at]), guards[at])}


def _run(session: Session, skeleton: Skeleton, claim: str, example: Example) -> list[Wanted]:
    """What has to be true of a run on some configuration, where open outputs are as an example has them."""
    policy, rounds = session.policy, example.rounds
    if not 0 < len(rounds) <= MOST_PLAYED:
        raise Refused(f"there is no going through {len(rounds)} rounds")
    variables = policy.vocabulary.variables
    scope = {name: given(policy, skeleton, variables[name], example.values) for name in session.configs}
    scope[s.KNOWN] = _known(session.caller, skeleton, example.values)
    meaning = policy.meaning(skeleton, scope, example.relations)
    done = session.rounds(meaning, len(rounds), lambda at, name: given(policy, skeleton, variables[name], rounds[at]))
    # Of a run that an assumption leaves out, what comes before that is no example either.
    end = skeleton.disj(done[-1].accepted, done[-1].gave_up, done[-1].loops, done[-1].stuck)
    answered = {"that the first request is answered": done[0].ran, "that the run goes on to its end": end}
    if claim in ("satisfiable", "defined", "terminates", "requests_known"):
        return [answered]
    givens, stated, formula = session.claimed(claim)
    if stated == "invariant":
        after = [session.seen(meaning, one.values) for one in done]
        each = [premises(one, formula, {}, policy.reading, {}) or [TRUE] for one in after]
        met = [[skeleton.conj(one.ran, part) for part in parts] for one, parts in zip(done, each, strict=True)]
        return [answered | {"the premise": skeleton.disj(*parts)} for parts in zip(*met, strict=True)]
    ending = next((one for one in ENDINGS if getattr(done[-1], one) == TRUE), None)
    if ending is None:
        return [answered | {"that the run ends": FALSE}]
    base = answered | {"what is given": skeleton.conj(*givens(meaning))}
    at_end = session.ended(meaning, done[-1], term(number(len(done))), ending)
    return _with_premises(base, at_end, formula, policy.reading)


def _answer(policy: Policy, skeleton: Skeleton, claim: str, example: Example) -> list[Wanted]:
    """What has to be true of each example that the claim needs, worked out for one."""
    variables = policy.vocabulary.variables
    inputs = [one for one in variables.values() if one.role != "output"]
    scope = {one.name.id: given(policy, skeleton, one, example.values) for one in inputs}
    meaning = policy.meaning(skeleton, scope, example.relations)
    base = {"what is assumed": skeleton.conj(*policy.assumptions(meaning))}
    if claim in ("satisfiable", "total", "defined"):
        return [base]
    if claim.startswith("reachable."):
        names = [f"reachable.{case.name.id}" for case in policy.cases]
        if claim not in names:
            raise Refused(f"there is no claim {claim} about the policy")
        return [base | {f"that {claim[10:]} is the first case": policy.selected(meaning, names.index(claim))}]
    chosen = [at for at in range(len(policy.cases)) if policy.selected(meaning, at) == TRUE]
    if not chosen:
        return [base | {"that a case applies": FALSE}]
    open_ = {name: given(policy, skeleton, variables[name], example.values) for name in policy.open(chosen[0])}
    defined, ensured = policy.answer(meaning, chosen[0], open_)
    base |= {"that outputs have values": skeleton.conj(*defined), "what is ensured": ensured}
    if claim == "encodable":
        return [base]
    if claim == "refines" and policy.refined is not None:
        theirs = policy.refined.meaning(skeleton, meaning.scope, example.relations)
        return [base | {"what the other assumes": skeleton.conj(*policy.refined.assumptions(theirs))}]
    givens, formula = policy.claimed(claim)
    base["what is given"] = skeleton.conj(*givens(meaning))
    return _with_premises(base, meaning, formula, policy.reading)


def _with_premises(base: Wanted, meaning: Meaning, formula: s.Expr, reading: Reading) -> list[Wanted]:
    return [base | {"the premise": one} for one in premises(meaning, formula, {}, reading, {})] or [base]


def given(policy: Policy, skeleton: Skeleton, variable: s.Variable, values: Mapping[str, Given]) -> Value:
    """The value of a variable among some. Raises Refused where it has no such value."""
    name, vocabulary = variable.name.id, policy.vocabulary
    value = Table(values)[name]

    def formed(word: object) -> bool:
        return type(word) is int and word >= 0 and skeleton.well_formed(number(word)) == TRUE

    match variable.type, value:
        case "bool", bool():
            return TRUE if value else FALSE
        case "set", [*words] if all(map(formed, words)):
            return Several(tuple((TRUE, number(word)) for word in words))
        case "range", []:
            return Several(())
        case "range", [low, high] if formed(low) and formed(high) and low <= high:
            return Several(((TRUE, Between(number(low), number(high), formed=True)),))
        case "revision", int() if type(value) is int:
            word = 0 <= value < 1 << vocabulary.width and (variable.role != "config" or formed(value))
            if word or value in vocabulary.codes.get(name, ()):
                return term(number(value))
        case s.Enumeration(), int() if type(value) is int and value in vocabulary.enumerated[name]:
            return term(number(value))
        case _:
            pass
    raise Refused(f"{name} cannot be {value}")


def premises(
    meaning: Meaning,
    expr: s.Expr,
    names: Mapping[str, Value],
    reading: Reading,
    theirs: Mapping[str, Sequence[Literal]],
) -> list[Literal]:
    """What has to be so for a formula to say something, as LANGUAGE.md has it; `theirs` are those of parameters."""
    skeleton = meaning.skeleton
    match expr:
        case s.Implies(left=left, right=right):
            premise = literal(meaning.of(left, names, reading))
            inner = premises(meaning, right, names, reading, theirs)
            return [skeleton.conj(premise, one) for one in inner] or [premise]
        case s.And(operands=operands):
            return [one for operand in operands for one in premises(meaning, operand, names, reading, theirs)]
        case s.Quantified(kind="every", variable=variable, domain=domain, body=body):
            hidden = {name: said for name, said in theirs.items() if name != variable}
            within = meaning.of(domain, names, reading)

            def of(word: Word) -> list[Literal]:
                return premises(meaning, body, {**names, variable: term(word)}, reading, hidden) or [TRUE]

            return [meaning.some(within, lambda word, n=n: of(word)[n]) for n in range(len(of(skeleton.word("?"))))]
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
    return premises(meaning, found[0].body, bound(found[0], values), found[1], bound(found[0], said))
