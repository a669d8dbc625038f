"""The edges of a policy: configurations and requests where implementations go wrong, each with why it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product

from ..model.features import features_of
from ..model.situation import Value
from ..model.words import Format
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Variable
from .oracle import Oracle
from .situations import Point, point
from .suite import Note

BUGS: dict[str, str] = {
    "supported": "a supported revision is refused, or another one comes back",
    "below": "one revision below a supported one: < and <= confused, or the sentinel of a search returned",
    "above": "one revision above a supported one: > and >= confused, or the next entry of the table returned",
    "hole": "between two supported revisions: the table is taken for a range",
    "below_all": "older than all that is supported: the outcome for newer revisions only",
    "above_all": "newer than all that is supported: a search that runs off the end of the table",
    "last_minor": "the largest minor: adding one rolls over into the major",
    "next_major": "the next major at minor 0: majors compared without minors, or minors without majors",
    "smallest": "the smallest revision: zero taken for none, or an unsigned subtraction that wraps",
    "largest": "the largest revision: a comparison that overflows",
    "high_major": "a major of 0x4000 or more: shifted into the sign bit, or compared as signed",
    "high_minor": "a minor of 0x8000 or more: sign-extended into the major",
    "several_majors": "supported revisions of several majors: only the fields of one are compared",
    "one_supported": "one supported revision: lower and higher are the same",
    "reserved": "reserved bits are set: masked off, or kept in what is compared",
    "literal": "a revision that the policy names",
    "exchanged": "a request whose fields are those of a supported one exchanged",
    "found": "found by the solver to reach what the other vectors do not",
    "random": "chosen at random",
}
"""What bug each flag catches."""

MOST_CONFIGURATIONS = 24


def notes(policy: CheckedPolicy, flags: Iterable[str]) -> dict[str, Note]:
    """The notes for the flags that are used."""
    source = policy.declaration.cites or policy.interface.declaration.cites
    made: dict[str, Note] = {}
    for flag in sorted(set(flags)):
        kind, _, rest = flag.partition(":")
        if kind == "reserved":
            made[flag] = Note(bug=f"reserved bit {rest} is set: masked off, or kept in what is compared", from_=source)
        elif kind == "case":
            made[flag] = Note(bug=f"the case `{rest}` is missing, or another one takes its place", from_=source)
        elif kind == "mcdc":
            made[flag] = Note(bug=f"the condition {rest} has no say in the outcome, or the wrong one", from_=source)
        else:
            made[flag] = Note(bug=BUGS[kind], from_=source)
    return made


class Edges:
    """The edges of one policy. `marks` says for each point why it is there."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.policy = oracle.policy
        self.format = oracle.format
        self.marks: dict[Point, set[str]] = {}

    def collect(self, configurations: list[dict[str, Value]]) -> dict[Point, set[str]]:
        """The points of these configurations, as far as the assumptions admit them."""
        for config in configurations:
            for inputs, flags in self._requests(config):
                if self.oracle.admits(config, inputs):
                    self.marks.setdefault(point(self.policy, config, inputs), set()).update(flags)
        return self.marks

    def configurations(self) -> list[dict[str, Value]]:
        """Configurations with holes, several majors, roll-overs, large and small revisions."""
        interface = self.policy.interface
        choices = [self._values(variable) for variable in interface.configs]
        rows: list[dict[str, Value]] = []
        names = [v.name.id for v in interface.configs]
        # Of several configs, each takes its values while the others keep their first.
        for at, values in enumerate(choices):
            for value in values:
                row = [options[0] for options in choices]
                row[at] = value
                rows.append(dict(zip(names, row, strict=True)))
        if len(choices) > 1:
            rows += [dict(zip(names, row, strict=True)) for row in product(*(c[:4] for c in choices))]
        rows = rows or [{}]
        kept = list({point(self.policy, row, self._zero()): row for row in rows if self._admitted(row)}.values())
        return kept[:MOST_CONFIGURATIONS]

    def _zero(self) -> dict[str, int]:
        return {v.name.id: 0 for v in self.policy.interface.inputs}

    def _admitted(self, config: dict[str, Value]) -> bool:
        # An assumption on the input may rule a request out and not the configuration.
        word = self.format.word((1, *(0 for _ in self.format.numbered[1:])))
        names = [v.name.id for v in self.policy.interface.inputs]
        return any(self.oracle.admits(config, dict.fromkeys(names, w)) for w in (0, word, *self.literals))

    @property
    def literals(self) -> list[int]:
        """The revisions that the policy and its assumptions name."""
        policy = self.policy
        formulas = [case.guard for case in policy.cases if case.guard is not None]
        formulas += [a.value for case in policy.cases for a in case.assignments if a.value is not None]
        formulas += [placed.statement.formula for placed in policy.assumptions]
        words = features_of(formulas, policy.defines, self.format).words
        return sorted(word for word in words if self.format.well_formed(word))

    def _values(self, variable: Variable) -> list[Value]:
        if variable.type == "bool":
            return [False, True]
        sets = _sets(self.format)
        if variable.type == "set":
            named = self.literals[:4]
            subsets = chain.from_iterable(combinations(named, size) for size in range(1, len(named) + 1))
            return [*(tuple(sorted(words)) for words in sets), *(tuple(words) for words in subsets)]
        return list(dict.fromkeys([*self.literals, *(word for words in sets for word in words)]))

    # ---- requests ---------------------------------------------------------------------------------------

    def _requests(self, config: dict[str, Value]) -> Iterator[tuple[dict[str, int], set[str]]]:
        names = [v.name.id for v in self.policy.interface.inputs]
        pool = self._pool(config)
        # Of several inputs, each takes its edges while the others keep a common value.
        usual = next(iter(pool))
        for name in names:
            for word, flags in pool.items():
                yield {other: word if other == name else usual for other in names}, flags

    def _pool(self, config: dict[str, Value]) -> dict[int, set[str]]:
        """Words to ask for, each with its flags."""
        format_ = self.format
        pool: dict[int, set[str]] = {}

        def put(word: int, *flags: str) -> None:
            pool.setdefault(word, set()).update(flags)

        known = sorted({w for v in config.values() if not isinstance(v, bool) for w in _words(v)})
        last = (1 << format_.numbered[-1].width) - 1
        for word in known:
            put(word, "supported")
            numbers = format_.numbers(word)
            for step, flag in ((-1, "below"), (1, "above")):
                near = _beside(format_, word, step)
                if near is not None:
                    put(near, flag, *(["hole"] if known[0] < near < known[-1] and near not in known else []))
            put(format_.word((*numbers[:-1], last)), "last_minor")
            if len(numbers) > 1 and numbers[0] + 1 < 1 << format_.numbered[0].width:
                put(format_.word((numbers[0] + 1, *(0 for _ in numbers[1:]))), "next_major")
                exchanged = (numbers[-1], *numbers[1:-1], numbers[0])
                if exchanged[0] < 1 << format_.numbered[0].width:
                    put(format_.word(exchanged), "exchanged")
        for word in self.literals:
            put(word, "literal")
        smallest = format_.word(tuple(0 for _ in format_.numbered))
        largest = format_.word(tuple((1 << f.width) - 1 for f in format_.numbered))
        put(smallest, "smallest")
        put(largest, "largest")
        first = format_.numbered[0]
        if first.width > 1:
            put(format_.word((1 << first.width - 1, *(0 for _ in format_.numbered[1:]))))
        if known:
            base = known[0]
            for field in format_.reserved:
                for bit in sorted({field.low, 32, field.high}):
                    if field.low <= bit <= field.high:
                        put(base | 1 << bit, f"reserved:{bit}")
                        put(known[-1] | 1 << bit, f"reserved:{bit}")
            put((1 << 64) - 1, "reserved:all")
        for word, flags in pool.items():
            flags |= self._marks_of(word, known, config)
        return pool

    def _marks_of(self, word: int, known: list[int], config: dict[str, Value]) -> set[str]:
        format_ = self.format
        if not format_.well_formed(word):
            return set()
        marks: set[str] = set()
        if known and word < known[0]:
            marks.add("below_all")
        if known and word > known[-1]:
            marks.add("above_all")
        numbers = format_.numbers(word)
        if numbers[0] >> format_.numbered[0].width - 1:
            marks.add("high_major")
        if len(numbers) > 1 and numbers[-1] >> format_.numbered[-1].width - 1:
            marks.add("high_minor")
        if len({format_.numbers(w)[0] for w in known}) > 1:
            marks.add("several_majors")
        if any(isinstance(v, tuple) and len(v) == 1 for v in config.values()):
            marks.add("one_supported")
        return marks


def _words(value: Value) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (int(value),)


def _sets(format_: Format) -> list[tuple[int, ...]]:
    """Sets of revisions, by first and last field; the fields between are 0."""
    first, last = format_.numbered[0], format_.numbered[-1]
    high, low = 1 << first.width - 1, 1 << last.width - 1
    top, end = (1 << first.width) - 1, (1 << last.width) - 1
    rows = [
        [(1, 0)],
        [(1, 0), (1, 1)],
        [(1, 0), (1, 2)],
        [(1, 0), (2, 0)],
        [(1, 0), (1, 2), (2, 1)],
        [(1, 2), (2, 1), (3, 0)],
        [(1, end), (2, 0)],
        [(0, 0)],
        [(0, 0), (0, end), (1, 0)],
        [(1, 0), (high, 0)],
        [(high - 1, end), (high, 1)],
        [(1, low - 1), (1, low)],
        [(1, 0), (top, end)],
    ]
    made: list[tuple[int, ...]] = []
    for row in rows:
        if len(format_.numbered) == 1:
            made.append(tuple(sorted({format_.word((minor,)) for _, minor in row})))
            continue
        middle = [0] * (len(format_.numbered) - 2)
        made.append(tuple(sorted({format_.word((major, *middle, minor)) for major, minor in row})))
    return list(dict.fromkeys(made))


def _beside(format_: Format, word: int, step: int) -> int | None:
    """The next well-formed word in one direction; None at the end."""
    numbers = list(format_.numbers(word))
    for at in range(len(numbers) - 1, -1, -1):
        limit = (1 << format_.numbered[at].width) - 1
        if 0 <= numbers[at] + step <= limit:
            numbers[at] += step
            return format_.word(tuple(numbers))
        numbers[at] = limit if step < 0 else 0
    return None
