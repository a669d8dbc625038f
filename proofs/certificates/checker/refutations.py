"""Goes through a refutation of some clauses.

- Each clause that it uses is one of those that were made.
- Each lemma is true of all words: its negation adds up to `0 <= -1` around a circle of differences, or it says that
  equal words are in the same sets and relations.
- Each step follows from what is before it by unit propagation along its hints, and the last one is empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from .certificate import Refutation
from .skeleton import Skeleton
from .words import TRUE, Literal, Refused, in_order, numeral

Clause = tuple[Literal, ...]


def check(skeleton: Skeleton, refutation: Refutation) -> None:
    """Raises Refused where clauses of a skeleton are not shown to contradict each other."""
    by_name = {name: at for at, name in enumerate(skeleton.names) if name}
    numbers = [0, *(_atom(skeleton, by_name, name) for name in refutation.atoms)]

    def clause_of(literals: Sequence[int]) -> Clause:
        if not all(0 < abs(one) < len(numbers) for one in literals):
            raise Refused("a clause has an atom that is not listed")
        return tuple(numbers[one] if one > 0 else -numbers[-one] for one in literals)

    known: list[Clause] = [(TRUE,)]
    for n, literals in enumerate(refutation.clauses, 1):
        clause = clause_of(literals)
        if in_order(clause) not in skeleton.clauses:
            raise Refused(f"clause {n} does not follow from the text: {_said(skeleton, clause)}")
        known.append(clause)
    for kind, literals in refutation.lemmas:
        clause = clause_of(literals)
        if not (_adds_up if kind == "sum" else _is_congruence)(skeleton, clause):
            raise Refused(f"lemma {len(known)} is not true: {_said(skeleton, clause)}")
        known.append(clause)
    for literals, hints in refutation.steps:
        clause = clause_of(literals)
        if not all(0 < hint < len(known) for hint in hints):
            raise Refused(f"step {len(known)} names a clause that is not there before it")
        if not _follows(clause, [known[hint] for hint in hints]):
            raise Refused(f"step {len(known)} does not follow from what it names: {_said(skeleton, clause)}")
        known.append(clause)
    if known[-1]:
        raise Refused("the refutation does not end with a contradiction")


def _atom(skeleton: Skeleton, by_name: dict[str, int], name: str) -> int:
    """The number of an atom. A difference that no clause speaks of may come in with a lemma."""
    if name in by_name:
        return by_name[name]
    left, _, written = name.rpartition(" <= ")
    one, _, other = left.partition(" - ")
    one, other = ("" if part == "0" else part for part in (one, other))
    if one in skeleton.top and other in skeleton.top and (most := numeral(written)) is not None:
        atom = skeleton.difference(one, other, most)
        # As it is written here it may be true, false, or another's denial.
        if skeleton.names[abs(atom)] == name:
            return atom
    raise Refused(f"the text has no atom `{name}`")


def _adds_up(skeleton: Skeleton, clause: Clause) -> bool:
    """The differences that a clause denies, in their order around a circle, add up to less than nothing.

    Each is `one - other <= most`; where the next does not begin with `other`, that is at most what its bits can hold.
    """
    if not all(abs(literal) in skeleton.differences for literal in clause):
        return False
    circle: list[tuple[str, str, int]] = []
    for literal in clause:
        one, other, most = skeleton.differences[abs(literal)]
        circle.append((one, other, most) if literal < 0 else (other, one, -most - 1))
    total = 0
    for (_, other, most), (one, _, _) in zip(circle, [*circle[1:], *circle[:1]], strict=True):
        total += most + (0 if other == one else skeleton.top[other])
    return bool(circle) and total < 0


def _is_congruence(skeleton: Skeleton, clause: Clause) -> bool:
    """It says that where something holds of some words, it holds of others, or they differ."""
    if len(clause) < 2 or -clause[0] not in skeleton.applied or clause[1] not in skeleton.applied:
        return False
    (name, arguments), (also, others) = skeleton.applied[-clause[0]], skeleton.applied[clause[1]]
    if name != also or len(arguments) != len(others):
        return False
    both = zip(arguments, others, strict=True)
    return {-part for one, other in both for part in skeleton.equal_parts(one, other) if part != TRUE} <= {*clause[2:]}


def _follows(clause: Clause, hints: Sequence[Clause]) -> bool:
    """Where the clause is denied, each hint leaves one literal, which holds then, and the last one leaves none."""
    false = {*clause}
    for hint in hints:
        left = [one for one in hint if one not in false]
        if len(left) != 1:
            return not left
        false.add(-left[0])
    return False


def _said(skeleton: Skeleton, clause: Clause) -> str:
    return " or ".join(("not " if one < 0 else "") + skeleton.names[abs(one)] for one in clause) or "a contradiction"
