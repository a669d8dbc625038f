"""Suites: vectors at the edges of a policy, and those that the solver adds until nothing is left untested.

Every mutant is killed by a vector, or shown by the solver to be no different in any configuration.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from msgspec import Struct

from ..model.instance import Value
from ..model.oracle import Oracle
from ..model.point import Point, point
from ..spec.checked import CheckedPolicy
from ..spec.words import WORD_END
from .conditions import Condition, Shown, conditions
from .edges import Edges, notes
from .kill import Killer
from .mutants import Mutant, mutants
from .seek import NotKnown, Nowhere, Seeker, Sought
from .spoken import Spoken
from .suite import Adequacy, Group, Suite, Vector, count
from .write import plain_config, vector


class Found(Struct):
    """What is known of a policy's points: why each is there, what it kills, and what nothing reaches."""

    policy: CheckedPolicy
    marks: dict[Point, set[str]]
    kills: dict[Point, list[str]]
    mutants: list[Mutant]
    equivalent: list[str]
    unreachable: list[str]
    survivors: dict[str, str]
    wanted: list[str]
    spoken: Spoken
    unanswered: list[Point]
    """Requests that the assumptions admit and the policy has no answer to."""


def explore(
    policy: CheckedPolicy,
    config: dict[str, Value] | None = None,
    more: int = 0,
    seed: int = 0,
    points: Iterable[Point] | None = None,
) -> Found:
    """Find the points of a policy; of one `config`, where given. `more` adds so many at random.

    Where `points` are given, those alone are looked at first: what they do not reach is then found by the solver.
    """
    oracle = Oracle(policy)
    edges = Edges(oracle)
    if points is None:
        edges.collect(edges.configurations() if config is None else [config])
        _at_random(edges, config, more, seed)
    else:
        for at in points:
            edges.marks.setdefault(at, set())
    killer = Killer(oracle)
    marks = {at: flags for at, flags in edges.marks.items() if killer.answered(at)}
    wanted = conditions(policy)
    unanswered = [at for at in edges.marks if at not in marks and killer.has_none(at)]
    made = Found(policy, marks, {at: [] for at in marks}, mutants(policy), [], [], {}, [], killer.spoken, unanswered)
    _Explorer(made, oracle, killer, wanted, Seeker(policy, config)).explore()
    return made


class _Explorer:
    """Adds to the points of a policy until each case, condition and mutant has one, or is shown to have none."""

    def __init__(self, found: Found, oracle: Oracle, killer: Killer, wanted: list[Condition], seeker: Seeker) -> None:
        self.found = found
        self.oracle = oracle
        self.killer = killer
        self.conditions = wanted
        self.shown = Shown(oracle, wanted)
        self.seeker = seeker

    def explore(self) -> None:
        found = self.found
        for at in list(found.marks):
            self._mark(at)
        for number, case in enumerate(found.policy.cases):
            self._reach(f"case:{case.name}", lambda number=number: self.seeker.case(number))
        for condition in self.conditions:
            self._reach(condition.flag, lambda condition=condition: self.seeker.condition(condition))
        for mutant in found.mutants:
            self._kill(mutant)

    def _mark(self, at: Point) -> None:
        policy = self.found.policy
        answer = self.oracle.answer(at.configured(policy), at.given(policy))
        self.found.marks[at] |= {f"case:{answer.case}", *self.shown.of(at)}

    def _reach(self, flag: str, seek: Callable[[], Sought]) -> None:
        found = self.found
        if any(flag in flags for flags in found.marks.values()):
            found.wanted.append(flag)
            return
        match seek():
            case Nowhere():
                found.unreachable.append(flag)
            case NotKnown(reason=reason):
                found.wanted.append(flag)
                found.survivors[flag] = reason
            case Point() as at:
                found.wanted.append(flag)
                if self.killer.answered(at):
                    self._add(at)
                else:
                    found.survivors[flag] = "what was found cannot be checked by the evaluator"

    def _add(self, at: Point) -> None:
        found = self.found
        if at not in found.marks:
            found.marks[at] = {"found"}
            found.kills[at] = []
        self._mark(at)

    def _kill(self, mutant: Mutant) -> None:
        found = self.found
        killed = self.killer.kills(mutant, list(found.marks))
        if not killed:
            sought = self.seeker.killer(mutant)
            match sought:
                case Nowhere():
                    found.equivalent.append(mutant.name)
                    return
                case NotKnown(reason=reason):
                    found.survivors[mutant.name] = reason
                    return
                case Point():
                    if not self.killer.answered(sought):
                        found.survivors[mutant.name] = "what was found is where the policy itself allows no answer"
                        return
                    if mutant.encoding is not None:
                        self.killer.spoken.remember(sought, self.seeker.answers[sought])
                    else:
                        self.killer.spoken.wrong.setdefault(sought, []).append(self.seeker.answers[sought])
                    if not self.killer.tells(mutant, sought):
                        found.survivors[mutant.name] = "the solver's example does not replay"
                        return
                    self._add(sought)
                    killed = [sought]
        for at in killed:
            found.kills[at].append(mutant.name)


def _at_random(edges: Edges, config: dict[str, Value] | None, more: int, seed: int) -> None:
    """Points chosen at random: sets of a few revisions, requests near them, far from them, and malformed."""
    source = random.Random(seed)
    policy, format_ = edges.policy, edges.format
    left = more
    # Where the assumptions admit few configurations, none chosen at random is one of them.
    usual = [config] if config is not None else edges.configurations() if more else []
    for _ in range(20 * more):
        if not left:
            return
        chosen = {v.name.id: _random_value(source, edges, str(v.type)) for v in policy.interface.configs}
        if config is not None or (usual and source.random() < 0.3):
            chosen = source.choice(usual)
        known = [w for v in chosen.values() if isinstance(v, tuple) for w in v] or [0]
        inputs: dict[str, int] = {}
        for variable in policy.interface.inputs:
            near = min(max(0, source.choice(known) + source.randint(-2, 2)), WORD_END - 1)
            far = format_.word(tuple(source.randrange(1 << f.width) for f in format_.numbered))
            inputs[variable.name.id] = source.choice([near, far, source.getrandbits(64)])
        at = point(policy, chosen, inputs)
        if at not in edges.marks and edges.oracle.admits(chosen, inputs):
            edges.marks[at] = {"random"}
            left -= 1


def _random_value(source: random.Random, edges: Edges, type_: str) -> Value:
    if type_ == "bool":
        return source.random() < 0.5
    fields = edges.format.numbered
    count = source.randint(1, 5) if type_ == "set" else 1
    words: set[int] = set()
    for _ in range(count):
        small = source.random() < 0.7
        ends = (min(4, 1 << field.width) if small else 1 << field.width for field in fields)
        words.add(edges.format.word(tuple(source.randrange(end) for end in ends)))
    return tuple(sorted(words)) if type_ == "set" else min(words)


def suite(found: Found, kept: Iterable[Point] | None = None) -> Suite:
    """The suite of the points found, or of those that are kept of them."""
    policy = found.policy
    oracle = Oracle(policy)
    points = ordered(found.marks if kept is None else kept)
    groups: dict[tuple[Value, ...], list[Point]] = {}
    for at in points:
        groups.setdefault(at.config, []).append(at)
    made: list[Group] = []
    number = 0
    for members in groups.values():
        tests: list[Vector] = []
        for at in members:
            number += 1
            tests.append(vector(oracle, at, number, sorted(found.marks[at]), found.kills[at]))
        made.append(Group(config=plain_config(oracle, members[0]), tests=tests))
    flags = {flag for at in points for flag in found.marks[at]}
    return Suite(
        policy=policy.name,
        interface=policy.interface.name,
        notes=notes(policy, flags),
        mutants={mutant.name: mutant.what for mutant in found.mutants},
        groups=made,
        adequacy=adequacy(found, points),
    )


def adequacy(found: Found, points: Iterable[Point]) -> Adequacy:
    """What some of the points reach, of what there is to reach."""
    chosen = list(points)
    flags = {flag for at in chosen for flag in found.marks[at]}
    killed = {name for at in chosen for name in found.kills[at]}
    cases = [flag for flag in found.wanted if flag.startswith("case:")]
    shown = [flag for flag in found.wanted if flag.startswith("mcdc:")]
    return Adequacy(
        cases=(sum(flag in flags for flag in cases), len(cases)),
        mcdc=(sum(flag in flags for flag in shown), len(shown)),
        mutants=count(((mutant.name, mutant.kind) for mutant in found.mutants), killed, found.equivalent),
    )


def ordered(points: Iterable[Point]) -> list[Point]:
    """Points in the order of suites: small configurations first."""
    return sorted(points, key=_order)


def _order(at: Point) -> tuple[object, ...]:
    sizes = sum(len(value) for value in at.config if isinstance(value, tuple))
    shown = tuple(value if isinstance(value, tuple) else (int(value),) for value in at.config)
    return sizes, shown, at.inputs
