"""The small scope of sessions: every session on a few familiar revisions, run by the evaluator.

It stands next to every proof about a session as a second opinion, as `policies.py` has one of policies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations, islice, product
from math import prod

from msgspec.structs import replace

from ...model.evaluate_session import SessionEvaluator
from ...model.instance import Instance, Range, Value, ranges_among, words_of
from ...model.queries import leaves_several_open
from ...model.readable_values import readable_values, unusual_inputs
from ...model.representatives import TooMany
from ...model.run import Played, Run
from ...model.vocabulary import vocabulary_of
from ...model.work import OutOfWork
from ...spec.elaborate import Elaboration
from ...spec.nodes import Nodes
from ...spec.syntax import KNOWN, PREFERS, Expr
from .drawn import Row, rows
from .walk import Walk

MOST_RUNS = 4_000

MOST_CONFIGURATIONS = 2_000
"""Configurations that are run; where there are more, some are drawn."""

MOST_OF_ONE = 500
"""Runs on one configuration: where many replies are possible, they would leave nothing for the others."""

MOST_WORK = 5_000_000
"""What the evaluator does (`model/work.py`) before the rest is left to the solver."""

MOST_FAR = 3_000_000
"""What it does beyond, for sessions that may take many rounds."""

CHAIN = 12
"""Revisions in a row that a host is tried with where any number may be known."""

Test = Callable[[Instance, Run], bool]


class SessionScope:
    """Walks the small scope of one session once, for many questions."""

    def __init__(self, evaluator: SessionEvaluator, formulas: list[Expr]) -> None:
        self.evaluator = evaluator
        self.session = evaluator.session
        format_ = evaluator.format
        known = evaluator.host.between
        listed = words_of(known) if known is not None else evaluator.listed
        if len(listed) > 4:
            # The ends of a long list, its middle, and what the host prefers.
            ordered = sorted(listed)
            listed = tuple(dict.fromkeys([ordered[0], ordered[-1], listed[0], ordered[len(ordered) // 2]]))
        without = self._without_list()
        mentioned = sorted(vocabulary_of(without.of(formula) for formula in formulas).words)
        kept = [word for word in dict.fromkeys([*listed, *mentioned]) if format_.well_formed(word)]
        kept = sorted(kept[:5] if len(evaluator.listed) > 4 else sorted(kept)[:5])
        self.revisions = self._pool(kept)
        self.pool = list(dict.fromkeys([*self.revisions, *unusual_inputs(format_, self.revisions[0])[:2], 0]))
        # Configurations tried, and whether nothing was left out.
        self.walked = 0
        self.complete = not self.session.abstract and not any(
            leaves_several_open(self.session.policy, case) for case in self.session.policy.cases
        )
        self.followed: dict[int, set[int]] = {}

    def _without_list(self) -> Elaboration:
        """What the session's formulas mention by themselves, and not by the list of what the host knows."""
        interface, defines = self.session.interface, self.session.defines
        order = {PREFERS: replace(defines[PREFERS], body=None)}
        kept = {name: define for name, define in defines.items() if name != KNOWN}
        sets = {*interface.sets, KNOWN}
        ranges, named = interface.ranges | self.session.host.ranges, interface.named
        constants, nodes = interface.constants, Nodes()
        return Elaboration(interface.format, constants, sets, kept | order, nodes, ranges=ranges, named=named)

    def _pool(self, kept: list[int]) -> list[int]:
        sets = 1 + sum(v.type == "set" for v in self.session.interface.configs) - (not self.evaluator.any_known)
        count = max(1, (6 if sets <= 1 else 4 if sets == 2 else 2))
        more = [word for word in readable_values(self.evaluator.format, 99) if word not in kept]
        return [*kept, *more][: max(count, len(kept))] if sets <= 1 else [*kept, *more][:count]

    def instances(self) -> Iterator[Instance]:
        """Configurations of the pool's revisions, those with fewest first."""
        interface = self.session.interface
        most = self.session.host.knows.most
        names = [v.name.id for v in interface.configs]
        choices: list[list[Value]] = []
        for variable in interface.configs:
            if variable.type == "set":
                choices.append(self._subsets(0, len(self.revisions)))
            elif variable.type == "range":
                choices.append(ranges_among(self.revisions))
            else:
                choices.append([False, True] if variable.type == "bool" else [*self.revisions])
        if self.evaluator.any_known:
            names.append(KNOWN)
            ranged = self.session.host.knows.ranged
            choices.append(
                ranges_among(self.revisions)[1:] if ranged else self._subsets(1, most or len(self.revisions))
            )
        sizes = list(map(len, choices))
        self.complete &= prod(sizes) <= MOST_CONFIGURATIONS
        first = tuple(int(len(values) > 1 and values[0] == ()) for values in choices)

        def size(row: Row) -> int:
            values = (values[at] for values, at in zip(choices, row, strict=True))
            return sum(len(value) for value in values if isinstance(value, tuple))

        for row in sorted(rows(sizes, MOST_CONFIGURATIONS, first=first), key=size):
            values = [values[at] for values, at in zip(choices, row, strict=True)]
            yield Instance(dict(zip(names, values, strict=True)))

    def far(self) -> Iterator[Instance]:
        """Configurations on which sessions take many rounds: a whole list, and little or all of it supported.

        One set is varied, from one revision of the list or beside it to all of them; other sets are the whole list.
        """
        interface = self.session.interface
        chain = self._chain()
        well_formed = self.evaluator.format.well_formed
        beside = {word + step for word in chain for step in (-1, 1)} - set(chain)
        near = sorted({*chain, *(word for word in beside if well_formed(word))})
        ends = list(dict.fromkeys([near[0], chain[0], chain[-1], near[-1], *near]))
        several = [(word,) for word in ends]
        several += [tuple(sorted({word, near[-1]})) for word in near[:-1]]
        several += [tuple(chain), *(tuple(other for other in chain if other != word) for word in chain), ()]
        sets = [v.name.id for v in interface.configs if v.type == "set"]
        whole: dict[str, list[Value]] = {
            "set": [tuple(chain)],
            "range": [Range(chain[0], chain[-1])],
            "bool": [False, True],
            "revision": [chain[0], chain[-1]],
        }
        rest = [whole[str(v.type)] for v in interface.configs]
        names = [v.name.id for v in interface.configs]
        all_: Value = Range(chain[0], chain[-1]) if self.session.host.knows.ranged else tuple(chain)
        known = {KNOWN: all_} if self.evaluator.any_known else {}
        few = [Range(word, word) for word in ends] + [Range(chain[0], word) for word in near if word > chain[0]]
        ranges = [v.name.id for v in interface.configs if v.type == "range"]
        rows = {**dict.fromkeys(sets, several), **dict.fromkeys(ranges, few)}
        for varied, of in rows.items():
            for row in of:
                for values in product(*rest):
                    yield Instance({**dict(zip(names, values, strict=True)), **known, varied: row})

    def _chain(self) -> list[int]:
        """What the host lists, or, where it knows any revisions, some in a row."""
        if not self.evaluator.any_known:
            return sorted(self.evaluator.listed)
        format_ = self.evaluator.format
        count = self.session.host.knows.most or CHAIN
        first = self.revisions[0]
        return [word for word in range(first, first + 2 * count) if format_.well_formed(word)][:count] or [first]

    def _subsets(self, least: int, most: int) -> list[Value]:
        sizes = range(least, min(most, len(self.revisions)) + 1)
        rows = chain.from_iterable(combinations(self.revisions, size) for size in sizes)
        return [tuple(sorted(row)) for row in rows]

    def first(self, tests: list[Test]) -> list[Played | None]:
        """For each test, the smallest run in the small scope that meets it."""
        found: list[Played | None] = [None] * len(tests)
        if self.session.abstract:
            return found
        for played, limit in ((self._played(), MOST_WORK), (self._long(), MOST_FAR)):
            with self.evaluator.work.limited(limit):
                try:
                    self._look(played, tests, found)
                    smaller = zip(tests, found, strict=True)
                    found = [None if best is None else self._smaller(test, best) for test, best in smaller]
                except OutOfWork:
                    self.complete = False
        return found

    def _look(self, several: Iterator[Played], tests: list[Test], found: list[Played | None]) -> None:
        orders = [None if best is None else best.order for best in found]
        for played in several:
            order = played.order
            for at, test in enumerate(tests):
                best = orders[at]
                if (best is None or order < best) and self._meets(test, played):
                    found[at], orders[at] = played, order

    def _smaller(self, test: Test, best: Played) -> Played:
        """The same with fewer revisions, as far as each can be left out by itself, and in no more rounds."""
        if best.instance.size <= len(self.revisions):
            return best
        for name, value in best.instance.config.items():
            for word in reversed(value) if isinstance(value, tuple) else ():
                now = best.instance.config[name]
                assert isinstance(now, tuple)
                fewer = tuple(other for other in now if other != word)
                instance = replace(best.instance, config={**best.instance.config, name: fewer})
                best = min((best, *self._better(instance, test, best)), key=lambda played: played.order)
        return best

    def _better(self, instance: Instance, test: Test, best: Played) -> list[Played]:
        try:
            admitted = self.evaluator.admits(instance)
            runs = list(islice(self._on(instance), MOST_OF_ONE)) if admitted else []
        except OutOfWork:
            raise
        except TooMany:
            return []
        return [played for played in runs if played.order < best.order and self._meets(test, played)]

    @property
    def walk(self) -> Walk:
        """How much was walked."""
        return Walk(self.walked, self.complete)

    def _played(self) -> Iterator[Played]:
        count = 0
        for instance in self.instances():
            try:
                if not self.evaluator.admits(instance):
                    continue
                self.walked += 1
                of_one = 0
                for played in self._on(instance):
                    yield played
                    of_one += 1
                    if of_one >= MOST_OF_ONE:
                        self.complete = False
                        break
                count += of_one
            except OutOfWork:
                raise
            except TooMany:
                self.complete = False
            if count >= MOST_RUNS:
                self.complete = False
                return

    def _long(self) -> Iterator[Played]:
        """Runs of many rounds, where the small scope may have none."""
        if self.evaluator.any_known or len(self.evaluator.listed) > len(self.revisions) // 2:
            for instance in self.far():
                try:
                    if self.evaluator.admits(instance):
                        yield from islice(self._on(instance), MOST_OF_ONE)
                except OutOfWork:
                    raise
                except TooMany:
                    continue

    def _on(self, instance: Instance) -> Iterator[Played]:
        """The runs on a configuration; what follows what in them is remembered."""
        for run in self.evaluator.runs(instance, self.pool):
            requests = [r.request for r in run.rounds if isinstance(r.request, int)]
            for one, other in zip(requests, [*requests, None][1:], strict=True):
                after = self.followed.setdefault(one, set())
                if other is not None:
                    after.add(other)
            yield Played(instance, run)

    def levels(self) -> dict[int, int]:
        """How many requests have been seen to be made up to each, at most; nothing where they go round in circles."""
        left = list(dict.fromkeys([*(word for word in self.evaluator.listed if word in self.followed), *self.followed]))
        levels = dict.fromkeys(left, 1)
        while left:
            later = set[int]().union(*(self.followed[word] for word in left))
            first = next((word for word in left if word not in later), None)
            if first is None:
                return {}
            left.remove(first)
            for word in self.followed[first]:
                levels[word] = max(levels[word], levels[first] + 1)
        return levels

    def _meets(self, test: Test, played: Played) -> bool:
        try:
            return test(played.instance, played.run)
        except OutOfWork:
            raise
        except TooMany:
            self.complete = False
            return False
