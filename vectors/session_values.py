"""Boundary values of sessions: what an RMM supports and what a host knows, at which hosts go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest

from ..model.evaluate_session import SessionEvaluator
from ..model.instance import Instance, Range, Value, words_among
from ..model.oracle import Oracle
from ..model.vocabulary import vocabulary_of
from ..spec.checked import CheckedSession
from ..spec.nodes import Nodes
from ..spec.syntax import KNOWN, Variable
from .boundary_values import BoundaryValues
from .revisions import beside, sets_of

MOST = 192
"""So many configurations of a session, what the host knows among them."""

MOST_TRIED = 2000
"""Where assumptions rule most of them out, so many are tried."""

MOST_LITERALS = 6
"""Around so many revisions that the session names, the RMM's sets are made."""

MOST_OPEN = 24
"""Words that an output that is left open takes."""


class SessionValues:
    """The boundary values of one session. Its relations must all have bodies."""

    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        self.evaluator = SessionEvaluator(session)
        self.format = self.evaluator.format
        self.boundary = BoundaryValues(Oracle(session.policy))
        self.literals = self._literals()

    def _literals(self) -> list[int]:
        """The revisions that the host knows, and those that host, policy and claims name; the preferred ones first."""
        session, host = self.session, self.session.host
        elaboration = host.elaborated(Nodes(), session.policy)
        of_host = [elaboration.of(formula) for formula, _ in host.formulas()]
        placed = (*session.assumptions, *session.invariants, *session.properties)
        of_session = [session.elaboration.of(one.statement.formula) for one in placed]
        named = sorted(vocabulary_of([*of_host, *of_session]).words)
        known = [*self.evaluator.listed, *words_among([self.evaluator.host.between])]
        words = dict.fromkeys((*known, *named, *self.boundary.literals))
        return [word for word in words if self.format.well_formed(word)][:MOST_LITERALS]

    def configurations(self, given: Mapping[str, Value]) -> list[Instance]:
        """Configurations, with what the host knows where it varies; those `given` have what is given.

        As many of each RMM as of any other; the same ones in the same order each time.
        """
        of_rmm = self._of_rmm({name: value for name, value in given.items() if name != KNOWN})
        rows: list[list[Instance]] = []
        for config in of_rmm:
            if not self.session.host.knows.varies:
                rows.append([Instance(config)])
            else:
                known = [given[KNOWN]] if KNOWN in given else self._known(config)
                rows.append([Instance({**config, KNOWN: value}) for value in known])
        # Each RMM begins elsewhere in its list, so that a few of each have something of everything.
        turned = [row[at % len(row) :] + row[: at % len(row)] for at, row in enumerate(rows) if row]
        chosen: dict[Instance, None] = {}
        for tried, instance in enumerate(one for turn in zip_longest(*turned) for one in turn if one is not None):
            if len(chosen) == MOST or tried == MOST_TRIED:
                break
            if self.evaluator.admits(instance):
                chosen[instance] = None
        order = {Instance(config): at for at, config in enumerate(of_rmm)}

        def of_its_rmm(one: Instance) -> int:
            return order[Instance({name: value for name, value in one.config.items() if name != KNOWN})]

        return sorted(chosen, key=of_its_rmm)

    def _of_rmm(self, given: Mapping[str, Value]) -> list[dict[str, Value]]:
        """Configurations of the RMM: the policy's own boundary values, and sets around what the session names."""
        names = [v.name.id for v in self.session.interface.configs]
        if given.keys() >= {*names}:
            return [{name: given[name] for name in names}]
        base = self.boundary.configurations()
        around = [
            {**config, variable.name.id: value}
            for variable in self.session.interface.configs
            for value in self._around(variable)
            for config in self._apart(base, variable)
        ]
        # What is named comes first where the host knows no more than that.
        rows = chain(base, around) if self.session.host.knows.varies else chain(around, base)
        made = [{**config, **given} for config in rows]
        return [one.config for one in dict.fromkeys(map(Instance, made))]

    def _apart(self, base: list[dict[str, Value]], variable: Variable) -> list[dict[str, Value]]:
        """What the other configs may be while one is chosen."""
        others = [{n: v for n, v in config.items() if n != variable.name.id} for config in base]
        kept = [one.config for one in dict.fromkeys(map(Instance, others))]
        few = [config for config in kept if not any(isinstance(v, (tuple, Range)) for v in config.values())]
        return (few or kept)[:4] or [{}]

    def _around(self, variable: Variable) -> Iterator[Value]:
        """Values of a config around the revisions that the session names."""
        if variable.type not in ("set", "range", "revision"):
            return
        literals = self.literals
        rows: list[tuple[int, ...]] = []
        for word in literals:
            below, above = beside(self.format, word, -1), beside(self.format, word, 1)
            near = [one for one in (below, above) if one is not None]
            rows += [(word,), *((one,) for one in near), *((word, one) for one in near)]
            rows += [tuple(near), (word, self.format.largest)]
        rows += [tuple(literals), *((one, two) for one in literals for two in literals if one < two)]
        if literals:
            # Older ones than the first that is named, and newer ones than the last.
            first, last = self._beside(min(literals))[:1], self._beside(max(literals))[-1:]
            rows += [(*first, max(literals)), (*first, max(literals), *last), (*literals, *last), (*first, *last)]
        for row in dict.fromkeys(tuple(sorted({*row})) for row in rows if row):
            if variable.type == "set":
                yield row
            elif variable.type == "range":
                yield Range(row[0], row[-1])
            elif len(row) == 1:
                yield row[0]

    def _known(self, config: dict[str, Value]) -> list[Value]:
        """What a host may know while an RMM has a configuration."""
        knows, pool = self.session.host.knows, self.boundary.pool(config)
        if knows.ranged:
            return [value for value in self.boundary.ranges(config, pool) if value != ()]
        formed = [word for word in (*self.literals, *pool) if self.format.well_formed(word)]
        supported = sorted(words_among(config.values()))
        ends = [word for end in supported[:1] + supported[-1:] for word in self._beside(end)]
        sets = [supported, supported[1:], supported[:-1], ends, [*supported, *ends], formed[:4], formed]
        sets += [[word, end] for word in formed for end in supported[-1:]]
        sets += [[word, *ends[:1]] for word in formed]
        rows = interleaved([(word,) for word in formed], map(tuple, sets), sets_of(self.format))
        wanted = dict.fromkeys(tuple(sorted({*row})) for row in rows if row)
        return [row for row in wanted if knows.most is None or len(row) <= knows.most]

    def _beside(self, word: int) -> list[int]:
        return [near for step in (-1, 1) if (near := beside(self.format, word, step)) is not None]

    def open_words(self, at: Instance) -> list[int]:
        """What outputs that are left open may be, so that it matters to the host: the revisions in play, those beside
        them, and words with reserved bits.
        """
        asked = sorted(words_among(at.inputs.values()))
        known = sorted(words_among([at.config.get(KNOWN, self.evaluator.listed)]), reverse=True)
        supported = sorted(words_among(v for name, v in at.config.items() if name != KNOWN))
        words = [*known, *supported[:1], *supported[-1:], 0]
        words += [
            near for word in (*asked, *known[:2], *supported[-1:]) for near in self._beside(self.format.at_most(word))
        ]
        words += [self.format.largest]
        words += [(known or [0])[0] | 1 << field.low for field in self.format.reserved]
        words += [*asked, self.format.end - 1]
        return list(dict.fromkeys(words))[:MOST_OPEN]


def interleaved(*rows: Iterable[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """One of each, then the next of each, until all are over."""
    return (one for turn in zip_longest(*rows) for one in turn if one is not None)
