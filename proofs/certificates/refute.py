"""Finds refutations: conflict-driven search over the clauses of a skeleton, with differences and congruence.

Nothing here needs to be believed: what is found is checked by `checker/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from .checker.skeleton import Skeleton
from .differences import Order

Clause: TypeAlias = "tuple[int, ...]"
Origin: TypeAlias = Literal["clause", "sum", "equal", "step"]

MOST_CONFLICTS = 20_000
DECAY = 1.05
RESCALED = 1e100


class Refutation(Struct, frozen=True):
    """What the empty clause follows from: clauses of the skeleton, lemmas with their kind, and steps with their hints.

    Hints count clauses, lemmas and steps, in this order, from 1.
    """

    clauses: tuple[Clause, ...]
    lemmas: tuple[tuple[str, Clause], ...]
    steps: tuple[tuple[Clause, tuple[int, ...]], ...]


class GaveUp(Exception):
    """The search takes too long."""


def refute(skeleton: Skeleton, most: int = MOST_CONFLICTS) -> Refutation | None:
    """A refutation of all clauses of a skeleton; None where they can hold together. Raises GaveUp.

    Where it is None, the skeleton is as it was before: others will number the atoms that come next.
    """
    there = len(skeleton.names)
    search = _Search(skeleton, most)
    last = search.run()
    if last is not None:
        return search.trimmed(last)
    for atom in range(len(skeleton.names) - 1, there - 1, -1):
        skeleton.numbers.popitem()
        skeleton.names.pop()
        skeleton.differences.pop(atom, None)
    return None


class _Search:
    def __init__(self, skeleton: Skeleton, most: int) -> None:
        self.skeleton, self.most = skeleton, most
        self.order = Order(skeleton)
        self.clauses: list[Clause] = []
        self.origins: list[tuple[Origin, tuple[int, ...]]] = []
        self.summed: dict[int, Clause] = {}
        self.watched: dict[int, list[int]] = {}
        self.value: dict[int, bool] = {}
        self.level: dict[int, int] = {}
        self.reason: dict[int, int] = {}
        self.place: dict[int, int] = {}
        self.trail: list[int] = []
        self.levels: list[int] = []
        self.head = 0
        self.activity: dict[int, float] = {}
        self.bump = 1.0
        self.phase: dict[int, bool] = {}

    def truth(self, literal: int) -> bool | None:
        known = self.value.get(abs(literal))
        return known if known is None or literal > 0 else not known

    # ---- clauses ----------------------------------------------------------------------------------------

    def add(self, clause: Sequence[int], origin: Origin, hints: tuple[int, ...] = ()) -> int:
        """Keeps a clause; those of its literals that are not false, or were last to become so, are watched."""
        at = len(self.clauses)
        self.origins.append((origin, hints))
        for one in clause:
            self.activity.setdefault(abs(one), 0.0)
        # Lemmas keep their order in the certificate.
        if origin in ("sum", "equal"):
            self.summed[at] = tuple(clause)
        never = len(self.trail)
        ordered = sorted(clause, key=lambda one: -self.place[abs(one)] if self.truth(one) is False else -never)
        self.clauses.append(tuple(ordered))
        for one in ordered[:2]:
            self.watched.setdefault(one, []).append(at)
        return at

    def assign(self, literal: int, reason: int) -> None:
        atom = abs(literal)
        self.value[atom] = literal > 0
        self.level[atom] = len(self.levels)
        self.place[atom] = len(self.trail)
        if reason >= 0:
            self.reason[atom] = reason
        self.trail.append(literal)

    def back(self, level: int) -> None:
        if len(self.levels) <= level:
            return
        start = self.levels[level]
        for at in range(len(self.trail) - 1, start - 1, -1):
            literal = self.trail[at]
            atom = abs(literal)
            if at < self.head and atom in self.skeleton.differences:
                self.order.leave(literal)
            self.phase[atom] = literal > 0
            del self.value[atom], self.level[atom], self.place[atom]
            self.reason.pop(atom, None)
        del self.trail[start:]
        del self.levels[level:]
        self.head = min(self.head, start)

    def propagate(self) -> int | None:
        """The clause that is false, if one comes to be."""
        while self.head < len(self.trail):
            literal = self.trail[self.head]
            self.head += 1
            false = -literal
            kept: list[int] = []
            watching = self.watched.get(false, [])
            for n, at in enumerate(watching):
                first, *others = self.clauses[at]
                if first == false and others:
                    first, others[0] = others[0], first
                clause = (first, *others)
                if self.truth(first) is True:
                    self.clauses[at] = clause
                    kept.append(at)
                    continue
                for k in range(2, len(clause)):
                    if self.truth(clause[k]) is not False:
                        moved = list(clause)
                        moved[1], moved[k] = moved[k], moved[1]
                        self.clauses[at] = tuple(moved)
                        self.watched.setdefault(moved[1], []).append(at)
                        break
                else:
                    self.clauses[at] = clause
                    kept.append(at)
                    if self.truth(first) is False:
                        self.watched[false] = kept + watching[n + 1 :]
                        if abs(literal) in self.skeleton.differences:
                            self.head -= 1
                        return at
                    self.assign(first, at)
            self.watched[false] = kept
            if abs(literal) in self.skeleton.differences:
                circle = self.order.join(literal)
                if circle is not None:
                    self.head -= 1
                    return self.add([-one for one in circle], "sum")
        return None

    # ---- the search -------------------------------------------------------------------------------------

    def run(self) -> int | None:
        """The number of the empty clause, once it is derived; None where all can hold."""
        for clause in self.skeleton.clauses:
            at = self.add(clause, "clause")
            if not clause:
                return at
        for at, clause in enumerate(list(self.clauses)):
            if len(clause) == 1:
                if self.truth(clause[0]) is False:
                    return self.add((), "step", self._hints((), at))
                if self.truth(clause[0]) is None:
                    self.assign(clause[0], at)
        conflicts = 0
        while True:
            conflict = self.propagate()
            if conflict is None:
                atom = self._undecided()
                if atom is not None:
                    self.levels.append(len(self.trail))
                    self.assign(atom if self._guess(atom) else -atom, -1)
                    continue
                conflict = self._congruent()
                if conflict is None:
                    return None
                if conflict < 0:
                    continue
            conflicts += 1
            if conflicts > self.most:
                raise GaveUp
            # A lemma may be false before the latest decision.
            top = max((self.level[abs(one)] for one in self.clauses[conflict]), default=0)
            self.back(top)
            if not top:
                return self.add((), "step", self._hints((), conflict))
            self._learn(conflict)

    def _undecided(self) -> int | None:
        best, found = -1.0, None
        for atom, activity in self.activity.items():
            if activity > best and atom not in self.value:
                best, found = activity, atom
        return found

    def _guess(self, atom: int) -> bool:
        if atom in self.skeleton.differences:
            return self.order.holds(atom)
        return self.phase.get(atom, False)

    def _learn(self, conflict: int) -> None:
        """The first clause with one literal of this level, and on with that."""
        level = len(self.levels)
        seen: set[int] = set()
        kept: list[int] = []
        open_, at, clause = 0, len(self.trail) - 1, conflict
        used: list[int] = []
        while True:
            used.append(clause)
            for one in self.clauses[clause]:
                atom = abs(one)
                if atom not in seen and self.truth(one) is False:
                    seen.add(atom)
                    self.activity[atom] += self.bump
                    if self.level[atom] == level:
                        open_ += 1
                    else:
                        kept.append(one)
            while abs(self.trail[at]) not in seen:
                at -= 1
            literal = self.trail[at]
            at -= 1
            open_ -= 1
            if not open_:
                break
            clause = self.reason[abs(literal)]
        self.bump *= DECAY
        if self.bump > RESCALED:
            self.activity = {atom: value / RESCALED for atom, value in self.activity.items()}
            self.bump /= RESCALED
        learned = [-literal, *(one for one in kept if self.level[abs(one)] > 0)]
        hints = self._hints(learned, conflict)
        # What the others imply need not be said.
        back = max((self.level[abs(one)] for one in learned[1:]), default=0)
        self.back(back)
        learned_at = self.add(learned, "step", hints)
        self.assign(-literal, learned_at)

    def _hints(self, learned: Sequence[int], conflict: int) -> tuple[int, ...]:
        """The clauses by which the denial of a clause leads to a conflict, in the order in which they apply."""
        ends = {abs(one) for one in learned}
        reasons: dict[int, int] = {}
        waiting = [abs(one) for one in self.clauses[conflict]]
        seen = set(ends)
        while waiting:
            atom = waiting.pop()
            if atom not in seen:
                seen.add(atom)
                reasons[self.place[atom]] = self.reason[atom]
                waiting += (abs(one) for one in self.clauses[self.reason[atom]])
        return (*(reasons[place] for place in sorted(reasons)), conflict)

    def _congruent(self) -> int | None:
        """Adds that equal words are in the same sets, where the values say otherwise; None where nothing is so.

        The number of what is added that is false, if anything is, else -1.
        """
        skeleton, groups = self.skeleton, dict[tuple[str, tuple[int, ...]], dict[bool, int]]()
        lemmas: list[list[int]] = []
        for atom, (relation, arguments) in skeleton.applied.items():
            if atom not in self.value:
                continue
            row = tuple(self.order.number(word) for word in arguments)
            truths = groups.setdefault((relation, row), {})
            truths.setdefault(self.value[atom], atom)
            if len(truths) == 2 and self.value[atom] in truths and truths[self.value[atom]] == atom:
                both = zip(skeleton.applied[truths[True]][1], skeleton.applied[truths[False]][1], strict=True)
                parts = [-part for one, other in both for part in skeleton.equal_parts(one, other) if part != 1]
                lemmas.append([-truths[True], truths[False], *dict.fromkeys(parts)])
        if not lemmas:
            return None
        self.back(0)
        for lemma in lemmas:
            at = self.add(lemma, "equal")
            free = [one for one in lemma if self.truth(one) is not False]
            if len(free) == 1 and self.truth(free[0]) is None:
                self.assign(free[0], at)
            elif not free:
                return at
        return -1

    # ---- what is used -----------------------------------------------------------------------------------

    def trimmed(self, last: int) -> Refutation:
        used = {last}
        for at in range(last, -1, -1):
            if at in used:
                used.update(self.origins[at][1])
        of: dict[str, list[int]] = {"clause": [], "lemma": [], "step": []}
        for at in sorted(used):
            origin = self.origins[at][0]
            of[origin if origin in of else "lemma"].append(at)
        numbers = {at: n for n, at in enumerate([*of["clause"], *of["lemma"], *of["step"]], 1)}
        given = [*self.skeleton.clauses]
        steps = [(self.clauses[at], tuple(numbers[hint] for hint in self.origins[at][1])) for at in of["step"]]
        if not steps:
            # The text itself has the contradiction.
            steps = [((), (numbers[last],))]
        return Refutation(
            tuple(given[at] for at in of["clause"]),
            tuple((self.origins[at][0], self.summed.get(at, self.clauses[at])) for at in of["lemma"]),
            tuple(steps),
        )
