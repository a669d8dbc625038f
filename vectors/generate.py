"""Suites: vectors at the boundary values of a policy, and those that the solver adds until nothing is left untested.

Every mutant is killed by a vector, or shown by the solver to be no different in any configuration.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from msgspec import Struct

from ..model.instance import Instance, Range, Value, instance_of, words_of
from ..model.oracle import Oracle
from ..proofs.reply import No, Unknown
from ..spec.checked import CheckedPolicy
from .boundary_values import BoundaryValues, notes, values_of
from .condition_coverage import ConditionCoverage
from .conditions import conditions
from .known_answers import KnownAnswers
from .make_vector import json_config, vector
from .mutant_check import MutantCheck
from .mutants import Mutant, catalogue
from .suite import Adequacy, Group, Suite, Vector, count
from .witness_search import Sought, WitnessSearch

TOO_LONG = "the formulas with this fault in them are too long to be looked at"


class Exploration(Struct):
    """What is known of a policy's points: why each is there, what it kills, and what nothing reaches."""

    policy: CheckedPolicy
    mutants: list[Mutant]
    answers: KnownAnswers
    unanswered: list[Instance]
    """Requests that the assumptions admit and the policy has no answer to."""

    marks: dict[Instance, set[str]]
    kills: dict[Instance, list[str]]
    wanted: list[str] = []
    equivalent: list[str] = []
    unreachable: list[str] = []
    survivors: dict[str, str] = {}
    too_long: list[str] = []
    """What is changed in mutants that are not looked at, as their formulas are too long."""

    unsettled: list[Instance] = []
    """Requests to which it is not known whether the policy has an answer: no vector, though a reply may be judged."""


def explore(
    policy: CheckedPolicy,
    config: dict[str, Value] | None = None,
    more: int = 0,
    seed: int = 0,
) -> Exploration:
    """Find the points of a policy; of one `config`, where given. `more` adds so many at random."""
    oracle = Oracle(policy)
    boundaries = BoundaryValues(oracle)
    boundaries.collect(boundaries.configurations() if config is None else [config])
    _at_random(boundaries, config, more, seed)
    check = MutantCheck(oracle)
    marks = {at: flags for at, flags in boundaries.marks.items() if check.answered(at)}
    unanswered = [at for at in boundaries.marks if at not in marks and check.has_none(at)]
    all_, too_long = catalogue(policy)
    made = Exploration(policy, all_, check.answers, unanswered, marks, {at: [] for at in marks})
    made.too_long = too_long
    made.survivors = dict.fromkeys(too_long, TOO_LONG)
    settled = {*marks, *unanswered}
    made.unsettled = [at for at in boundaries.marks if at not in settled]
    _Explorer(made, oracle, check, WitnessSearch(policy, config)).explore()
    return made


class _Explorer:
    """Adds to the points of a policy until each case, condition and mutant has one, or is shown to have none."""

    def __init__(self, found: Exploration, oracle: Oracle, check: MutantCheck, search: WitnessSearch) -> None:
        self.found = found
        self.oracle = oracle
        self.check = check
        self.conditions = conditions(found.policy)
        self.coverage = ConditionCoverage(oracle)
        self.search = search

    def explore(self) -> None:
        found = self.found
        for at in list(found.marks):
            self._mark(at)
        for number, case in enumerate(found.policy.cases):
            self._reach(f"case:{case.name}", lambda number=number: self.search.case(number))
        for condition in self.conditions:
            self._reach(condition.flag, lambda condition=condition: self.search.condition(condition))
        for mutant in found.mutants:
            self._kill(mutant)

    def _mark(self, at: Instance) -> None:
        answer = self.oracle.answer(at.config, at.inputs)
        self.found.marks[at] |= {f"case:{answer.case}", *self.coverage.of(at)}

    def _reach(self, flag: str, seek: Callable[[], Sought]) -> None:
        found = self.found
        if any(flag in flags for flags in found.marks.values()):
            found.wanted.append(flag)
            return
        match seek():
            case No():
                found.unreachable.append(flag)
            case Unknown(why=reason):
                found.wanted.append(flag)
                found.survivors[flag] = reason
            case Instance() as at:
                found.wanted.append(flag)
                if self.check.answered(at):
                    self._add(at)
                else:
                    found.survivors[flag] = "what was found cannot be checked by the evaluator"

    def _add(self, at: Instance) -> None:
        found = self.found
        if at not in found.marks:
            found.marks[at] = {"found"}
            found.kills[at] = []
        self._mark(at)

    def _kill(self, mutant: Mutant) -> None:
        found = self.found
        killed = self.check.kills(mutant, list(found.marks))
        if not killed:
            match self.search.killer(mutant):
                case No():
                    found.equivalent.append(mutant.name)
                case Unknown(why=reason):
                    found.survivors[mutant.name] = reason
                case Instance() as at:
                    why = self._not_replayed(mutant, at)
                    if why:
                        found.survivors[mutant.name] = why
                    else:
                        self._add(at)
                        killed = [at]
        for at in killed:
            found.kills[at].append(mutant.name)

    def _not_replayed(self, mutant: Mutant, at: Instance) -> str:
        """Why a point of the solver's does not count; empty where it does."""
        if not self.check.answered(at):
            return "what was found is where the policy itself allows no answer"
        if mutant.encoding is not None:
            self.check.answers.remember(at, self.search.answers[at])
        else:
            self.check.answers.wrong.setdefault(at, []).append(self.search.answers[at])
        return "" if self.check.tells(mutant, at) else "the solver's example does not replay"


def _at_random(boundaries: BoundaryValues, config: dict[str, Value] | None, more: int, seed: int) -> None:
    """Points chosen at random: sets of a few revisions, requests near them, far from them, and malformed."""
    source = random.Random(seed)
    policy, format_ = boundaries.policy, boundaries.format
    left = more
    # Where the assumptions admit few configurations, none chosen at random is one of them.
    usual = [config] if config is not None else boundaries.configurations() if more else []
    for _ in range(20 * more):
        if not left:
            return
        chosen = {v.name.id: _random_value(source, boundaries, str(v.type)) for v in policy.interface.configs}
        if config is not None or (usual and source.random() < 0.3):
            chosen = source.choice(usual)
        known = [w for v in chosen.values() if isinstance(v, (tuple, Range)) for w in words_of(v)] or [0]
        inputs: dict[str, Value] = {}
        for variable in policy.interface.inputs:
            near = min(max(0, source.choice(known) + source.randint(-2, 2)), format_.end - 1)
            far = format_.word(tuple(source.randrange(1 << f.width) for f in format_.numbered))
            if variable.type == "revision":
                names = policy.interface.named.get(variable.name.id, {}).values()
                inputs[variable.name.id] = source.choice([near, far, source.getrandbits(format_.width), *names])
            elif variable.type == "range":
                inputs[variable.name.id] = _random_range(source, boundaries, known)
            elif variable.type == "set":
                inputs[variable.name.id] = _random_set(source, boundaries, [w for w in known if w])
            else:
                inputs[variable.name.id] = source.choice(values_of(variable))
        at = instance_of(policy.interface, chosen, inputs)
        if at not in boundaries.marks and boundaries.oracle.admits(chosen, inputs):
            boundaries.marks[at] = {"random"}
            left -= 1


def _random_range(source: random.Random, boundaries: BoundaryValues, known: list[int]) -> Value:
    own = _random_value(source, boundaries, "range")
    if source.random() < 0.1:
        return ()
    ends = sorted(source.choices([*words_of(own), *filter(boundaries.format.well_formed, known)], k=2))
    return Range(ends[0], ends[1])


def _random_set(source: random.Random, boundaries: BoundaryValues, known: list[int]) -> Value:
    own = _random_value(source, boundaries, "set")
    assert isinstance(own, tuple)
    kept = [word for word in (*own, *known) if source.random() < 0.5]
    return tuple(sorted({word for word in kept if boundaries.format.well_formed(word)}))


def _random_value(source: random.Random, boundaries: BoundaryValues, type_: str) -> Value:
    if type_ == "bool":
        return source.random() < 0.5
    fields = boundaries.format.numbered
    count = source.randint(1, 5) if type_ == "set" else 2 if type_ == "range" else 1
    words: set[int] = set()
    for _ in range(count):
        small = source.random() < 0.7
        ends = (min(4, 1 << field.width) if small else 1 << field.width for field in fields)
        words.add(boundaries.format.word(tuple(source.randrange(end) for end in ends)))
    if type_ == "range":
        return Range(min(words), max(words))
    return tuple(sorted(words)) if type_ == "set" else min(words)


def suite(found: Exploration, kept: Iterable[Instance] | None = None) -> Suite:
    """The suite of the points found, or of those that are kept of them."""
    policy = found.policy
    oracle = Oracle(policy)
    points = ordered(found.marks if kept is None else kept)
    groups: dict[Instance, list[Instance]] = {}
    for at in points:
        groups.setdefault(Instance(at.config), []).append(at)
    made: list[Group] = []
    number = 0
    for members in groups.values():
        tests: list[Vector] = []
        for at in members:
            number += 1
            tests.append(vector(oracle, at, number, sorted(found.marks[at]), found.kills[at]))
        made.append(Group(config=json_config(oracle, members[0]), tests=tests))
    flags = {flag for at in points for flag in found.marks[at]}
    return Suite(
        policy=policy.name,
        interface=policy.interface.name,
        notes=notes(policy, flags),
        mutants={mutant.name: mutant.what for mutant in found.mutants},
        groups=made,
        adequacy=adequacy(found, points),
    )


def adequacy(found: Exploration, points: Iterable[Instance]) -> Adequacy:
    """What some of the points reach, of what there is to reach."""
    chosen = list(points)
    flags = {flag for at in chosen for flag in found.marks[at]}
    killed = {name for at in chosen for name in found.kills[at]}
    return Adequacy(
        cases=reached("case:", found.wanted, flags),
        mcdc=reached("mcdc:", found.wanted, flags),
        mutants=count(((mutant.name, mutant.kind) for mutant in found.mutants), killed, found.equivalent),
    )


def reached(kind: str, wanted: list[str], seen: set[str]) -> tuple[int, int]:
    """How many flags of a kind are seen, and how many are wanted."""
    of = [flag for flag in wanted if flag.startswith(kind)]
    return sum(flag in seen for flag in of), len(of)


def ordered(points: Iterable[Instance]) -> list[Instance]:
    """Points in the order of suites: small configurations first."""
    return sorted(points, key=_order)


def _order(at: Instance) -> tuple[object, ...]:
    config, asked = (tuple(map(words_of, values.values())) for values in (at.config, at.inputs))
    # By the configuration: its vectors are of one group.
    return Instance(at.config).size, config, asked
