"""Makes certificates: finds, for each way in which a claim could fail, what refutes it."""

from __future__ import annotations



from typing import Any

from . import checker
from .policies import Choose, Obligation, Policy
from .refute import GaveUp, Refutation, refute
from .skeleton import INTERVAL, Recut, Skeleton, Unsupported

MOST_INSTANCES = 200
MOST_CUTS = 64
MOST_CLAUSES = 20_000
MOST_CHOICES = 60


class Uncertified(Exception):
    """Why there is no certificate."""


def refuted(policy: Policy, claim: str) -> list[dict[str, Any]]:
    """The refutations of a claim's obligations. Raises Uncertified."""
    try:
        return [_refuted(policy, obligation) for obligation in policy.obligations(claim)]
    except Unsupported as error:
        raise Uncertified(str(error)) from None
    except GaveUp:
        raise Uncertified("no refutation was found in the time that there is for one") from None


def _refuted(policy: Policy, obligation: Obligation) -> dict[str, Any]:
    cuts: list[int] = []
    while True:
        try:
            return _with(policy, obligation, cuts)
        except Recut as error:
            if error.at in cuts or len(cuts) > MOST_CUTS or not 0 < error.at < policy.width:
                raise Uncertified(f"numbers are compared that begin at different bits ({error.at})") from None
            cuts = sorted([*cuts, error.at])


def _with(policy: Policy, obligation: Obligation, cuts: list[int]) -> dict[str, Any]:
    made = policy.skeleton(cuts)
    choose = obligation.build(made)
    made.settle()
    instances: list[Any] = []
    for stage in (_members, _all_words):
        _instantiate(made, choose, instances, stage)
        found = refute(made)
        if found is not None:
            return _written(made, obligation, cuts, instances, found)
    raise Uncertified(f"{obligation.label}: what is put down for the words that are named does not refute it")


def _instantiate(made: Skeleton, choose: Choose | None, instances: list[Any], stage: Any) -> None:
    known = {repr(instance) for instance in instances}
    while True:
        new = [one for one in stage(made) if repr(one) not in known]
        if not new:
            break
        for one in new:
            known.add(repr(one))
            instances.append(one)
            checker.instantiate(made, choose, one)
            if len(instances) > MOST_INSTANCES or len(made.clauses) > MOST_CLAUSES:
                raise Uncertified("what holds of every element would have to be put down for too many")


def _members(made: Skeleton) -> list[list[str]]:
    """Each word that is said to be in a set."""
    names = {name for name, _ in made.universals}
    return [[name, text] for name, text in made.members if name in names]


def _all_words(made: Skeleton) -> list[list[str]]:
    """Each word that there is, for each set."""
    texts = [text for text in made.known if not text.startswith("?")]
    names = dict.fromkeys(name for name, _ in made.universals)
    return [[name, text] for name in names for text in texts]


def _written(
    made: Skeleton, obligation: Obligation, cuts: list[int], instances: list[Any], found: Refutation
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
        "atoms": [made.names[atom] for atom in used],
        "clauses": [renumbered(clause) for clause in found.clauses],
        "lemmas": [[kind, renumbered(clause)] for kind, clause in found.lemmas],
        "steps": [[renumbered(clause), list(hints)] for clause, hints in found.steps],
    }
