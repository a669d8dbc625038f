"""Makes certificates: finds, for each way in which a claim could fail, what refutes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import islice
from typing import Any, TypeAlias

import msgspec

from ...model.instance import Example, Range, Value
from ...model.run import Played
from ...spec.formatting.expressions import print_expr
from ...spec.nesting import children, formulas
from ...spec.parsing.parser import parse
from ...spec.source import Source
from ...spec.syntax import Revision
from ..verdict import Outcome
from .checker.certificate import Example as Written
from .checker.certificate import Instance
from .checker.examples import Subject, shown
from .checker.inductions import ORDERS
from .checker.policies import Choose, Obligation, Policy
from .checker.skeleton import Skeleton
from .checker.texts import Text
from .checker.verify import instantiate, obligations_of, policy_of, put_down, subject_of
from .checker.words import Recut, Refused, Work
from .refute import GaveUp, Refutation, refute

_THAN = {"less preferred": " than"}

Stage: TypeAlias = "Callable[[Skeleton], list[Any]]"

MOST_INSTANCES = 200
MOST_CUTS = 64
MOST_CLAUSES = 20_000
FEW_CLAUSES = 1_000
MOST_CHOICES = 60


class Uncertified(Exception):
    """Why there is no certificate."""


class Certifier:
    """Makes certificates of claims; each text is read once."""

    def __init__(self) -> None:
        self._texts: dict[tuple[Source, ...], Text] = {}
        self._subjects: dict[tuple[tuple[Source, ...], str], Subject] = {}

    def subject(self, sources: Sequence[Source], name: str) -> Subject:
        """A policy, host or session of the first of some texts, which uses the others. Raises Refused."""
        key = tuple(sources)
        if key not in self._texts:
            self._texts[key] = Text.of([parse(source)[0] for source in sources])
        if (key, name) not in self._subjects:
            self._subjects[key, name] = subject_of(self._texts[key], name)
        return self._subjects[key, name]


def certificate(certifier: Certifier, outcome: Outcome, sources: Sequence[Source]) -> dict[str, Any]:
    """What certifies a claim that is proved. Raises Uncertified."""
    claim = outcome.claim
    how = _induction(outcome) if outcome.by_induction else {"rounds": outcome.rounds} if outcome.rounds else {}
    try:
        subject = certifier.subject(sources, claim.subject)
        work = Work()
        refuted = refutations(subject, claim.name, how, work)
        examples = [_example(one) for one in outcome.examples]
        wrong = shown(subject, claim.name, msgspec.convert(examples, list[Written]), work)
    except Refused as error:
        raise Uncertified(str(error)) from None
    if wrong:
        raise Uncertified(wrong)
    return {**how, "refutations": refuted, "examples": examples}


def _induction(outcome: Outcome) -> dict[str, Any]:
    """The invariants and the order that an induction goes by. Raises Uncertified where it goes by something else."""
    session = outcome.claim.session
    request = session.interface.inputs[0].name.id
    texts = {placed.statement.name.id: print_expr(placed.statement.formula) for placed in session.invariants}
    texts["the last request is known"] = f"{request} in known"
    for one in session.interface.format.reserved:
        texts[f"the last request has {one.name} zero"] = f"{request}.{one.name} == 0"
    passed = {"above": f"k_ > {request}", "below": f"k_ < {request}", "preferred to": f"prefers(k_, {request})"}
    for config in session.interface.configs:
        for shown_, said in passed.items():
            name = config.name.id
            text = f"no k_ in known: {said} and k_ in {name}"
            texts[f"no known revision {shown_} the last request is in {name}"] = text
    orders = {f"each request is {order}{_THAN.get(order, '')} the one before": order for order in ORDERS}
    # Rounds that are counted are no more than requests: the levels by which the prover counts are not needed then.
    limited = session.asked == "revision" and session.most_requests is not None
    counted = outcome.rounds is not None and limited
    strange = [one for one in outcome.because if one not in texts and one not in orders]
    if strange and not counted:
        raise Uncertified(f"its induction goes by this: {strange[0]}")
    order = next((orders[one] for one in outcome.because if one in orders), ORDERS[0])
    invariants = [texts[one] for one in outcome.because if one in texts]
    return {"invariants": invariants, "order": order, **({"counted": True} if counted else {})}


def refutations(
    subject: Subject, claim: str, how: Mapping[str, Any] | None = None, work: Work | None = None
) -> list[dict[str, Any]]:
    """The refutations of all ways in which a claim could fail. Raises Uncertified where one is not found.

    To the `work` is added what it takes to check them.
    """
    policy, work = policy_of(subject), work or Work()
    try:
        return [_refuted(policy, obligation, work) for obligation in obligations_of(subject, claim, **(how or {}))]
    except Refused as error:
        raise Uncertified(str(error)) from None
    except GaveUp:
        raise Uncertified("no refutation was found in the time that there is for one") from None


def _example(example: Example | Played) -> dict[str, Any]:
    instance = example.instance
    relations = {name: [sorted(map(list, one.listed)), one.default] for name, one in instance.relations.items()}
    values = {**instance.config, **instance.inputs}
    if isinstance(example, Played):
        rounds = [{name: _plain(value) for name, value in one.outputs.items()} for one in example.run.rounds]
        return {"values": {n: _plain(v) for n, v in values.items()}, "relations": relations, "rounds": rounds}
    values = {**values, **example.answer.outputs}
    return {"values": {name: _plain(value) for name, value in values.items()}, "relations": relations}


def _plain(value: Value | None) -> Any:
    match value:
        case Range(low=low, high=high):
            return [low, high]
        case tuple():
            return list(value)
        case _:
            return value


def _refuted(policy: Policy, obligation: Obligation, work: Work) -> dict[str, Any]:
    cuts: list[int] = []
    while True:
        own = Work()
        try:
            found = _with(policy, obligation, cuts, own)
            work.add(own.done)
            return found
        except Recut as error:
            if error.at in cuts or len(cuts) > MOST_CUTS or not 0 < error.at < policy.vocabulary.width:
                raise Uncertified(f"numbers are compared that begin at different bits ({error.at})") from None
            cuts = sorted([*cuts, error.at])


def _with(policy: Policy, obligation: Obligation, cuts: list[int], work: Work) -> dict[str, Any]:
    skeleton = policy.skeleton(cuts, work)
    choose = put_down(skeleton, obligation)
    instances: list[Any] = []
    for stage in _stages(policy, obligation):
        for _ in _instantiated(skeleton, choose, instances, stage):
            found = refute(skeleton)
            if found is not None:
                return _written(skeleton, obligation, cuts, instances, found)
    raise Uncertified(f"{obligation.label}: what is put down for the words that are named does not refute it")


def _stages(policy: Policy, obligation: Obligation) -> Iterator[Stage]:
    """What is put down, more and more of it."""
    yield _members
    for most in (4, 16, MOST_CHOICES) if obligation.open else ():
        yield lambda skeleton, most=most: [*_choices(policy, obligation, skeleton, most), *_members(skeleton)]
    yield _all_words


def _instantiated(skeleton: Skeleton, choose: Choose | None, instances: list[Any], stage: Stage) -> Iterator[None]:
    """Puts down what a stage has, and what comes of that, until nothing does: each time a refutation may be there.

    What comes of it may have no end: where each element has another one beside it. To look often would take long, and
    so it is each time that there are twice as many, while there are few clauses.
    """
    known, due, looked = {repr(instance) for instance in instances}, 0, False
    while new := [one for one in stage(skeleton) if repr(one) not in known]:
        for one in new:
            known.add(repr(one))
            instances.append(one)
            instantiate(skeleton, choose, msgspec.convert(one, Instance))
            if len(instances) > MOST_INSTANCES or len(skeleton.clauses) > MOST_CLAUSES:
                raise Uncertified("what holds of every element would have to be put down for too many")
        looked = len(instances) >= due and len(skeleton.clauses) <= FEW_CLAUSES
        if looked:
            due = 2 * len(instances)
            yield
    if not looked:
        yield


def _choices(policy: Policy, obligation: Obligation, skeleton: Skeleton, most: int) -> list[dict[str, Any]]:
    """Values of open outputs that may be an answer: names, words that there are, sets that are given."""
    own = {part for name in obligation.open for part in (name, f"{name}.min", f"{name}.max")}
    words = [text for text in skeleton.known if " " not in text and text not in own]
    given = [name for name, variable in policy.vocabulary.variables.items() if variable.role != "output"]
    plain = [0, 1, 2, *_literals(policy)]
    rows: list[list[Any]] = []
    for name in obligation.open:
        match policy.vocabulary.variables[name].type:
            case "bool":
                rows.append([0, 1])
            case "set":
                rows.append([[], *(one for one in given if policy.vocabulary.variables[one].type in ("set", "range"))])
            case "range":
                rows.append([[], *(one for one in given if policy.vocabulary.variables[one].type == "range")])
            case "revision":
                rows.append([*dict.fromkeys((*policy.vocabulary.codes.get(name, ()), *plain)), *reversed(words)])
            case _:
                rows.append(policy.vocabulary.enumerated[name])
    return [dict(zip(obligation.open, row, strict=True)) for row in islice(_first_of_each(rows), most)]


def _first_of_each(rows: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    """One of each row: those first that stand near the beginning of theirs, taken together."""
    start = tuple(0 for _ in rows)
    waiting, seen = [(0, start)], {start}
    while waiting:
        rank, places = heappop(waiting)
        yield [row[at] for row, at in zip(rows, places, strict=True)]
        for n, row in enumerate(rows):
            following = (*places[:n], places[n] + 1, *places[n + 1 :])
            if following[n] < len(row) and following not in seen:
                seen.add(following)
                heappush(waiting, (rank + 1, following))


def _literals(policy: Policy) -> list[int]:
    """The revisions that a policy and its interface name."""
    found: list[int] = []
    waiting = [*formulas(policy.interface), *formulas(policy.declaration)]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, Revision):
            parts = zip(expr.fields, policy.vocabulary.numbered, strict=True)
            found.append(sum(number << low for number, (low, _) in parts))
        waiting += children(expr)
    return [*dict.fromkeys(found)]


def _members(skeleton: Skeleton) -> list[list[str]]:
    """Each word that is said to be in a set."""
    names = {name for name, _ in skeleton.universals}
    return [[name, text] for name, text in skeleton.members if name in names]


def _all_words(skeleton: Skeleton) -> list[list[str]]:
    """Each word that there is, for each set."""
    texts = [*skeleton.known]
    names = dict.fromkeys(name for name, _ in skeleton.universals)
    return [[name, text] for name in names for text in texts]


def _written(
    skeleton: Skeleton, obligation: Obligation, cuts: list[int], instances: list[Any], found: Refutation
) -> dict[str, Any]:
    lemmas = [clause for _, clause in found.lemmas]
    steps = [clause for clause, _ in found.steps]
    used = dict.fromkeys(abs(one) for clause in (*found.clauses, *lemmas, *steps) for one in clause)
    numbers = {atom: n for n, atom in enumerate(used, 1)}

    def renumbered(clause: tuple[int, ...]) -> list[int]:
        return [numbers[one] if one > 0 else -numbers[-one] for one in clause]

    return {
        "of": obligation.label,
        "cuts": cuts,
        "instances": instances,
        "atoms": [skeleton.names[atom] for atom in used],
        "clauses": [renumbered(clause) for clause in found.clauses],
        "lemmas": [[kind, renumbered(clause)] for kind, clause in found.lemmas],
        "steps": [[renumbered(clause), list(hints)] for clause, hints in found.steps],
    }
