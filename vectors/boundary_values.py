"""Boundary values: configurations and requests at which implementations of a policy go wrong, each with why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, combinations, islice, product

from ..model.instance import Instance, Range, Value, has, instance_of, words_among, words_of
from ..model.oracle import Oracle
from ..model.vocabulary import vocabulary_of
from ..spec.checked import CheckedPolicy
from ..spec.syntax import Enumeration, Variable
from .revisions import beside, sets_of
from .suite import Note

BUGS: dict[str, str] = {
    "supported": "a supported revision is refused, or another one comes back",
    "below": "one revision below a supported one: < and <= confused, or the sentinel of a search returned",
    "above": "one revision above a supported one: > and >= confused, or the next entry of the table returned",
    "hole": "between two supported revisions: the table is taken for a range",
    "within": "between the ends of the range: only the ends are looked at",
    "below_all": "older than all that is supported: the outcome for newer revisions only",
    "above_all": "newer than all that is supported: a search that runs off the end of the table",
    "last_minor": "the largest minor: adding one rolls over into the major",
    "next_major": "the next major at minor 0: majors compared without minors, or minors without majors",
    "smallest": "the smallest revision: zero taken for none, or an unsigned subtraction that wraps",
    "largest": "the largest revision: a comparison that overflows",
    "high_major": "`{}` of {} or more: shifted into the sign bit, or compared as signed",
    "high_minor": "`{}` of {} or more: sign-extended into what stands above it",
    "several_majors": "supported revisions of several majors: only the fields of one are compared",
    "one_supported": "one supported revision: lower and higher are the same",
    "reserved": "reserved bit {} is set: masked off, or kept in what is compared",
    "literal": "a revision that the policy names",
    "name": "{} is asked for: taken for a revision, or not known at all",
    "exchanged": "a request whose fields are those of a supported one exchanged",
    "value": "one of few values of an input: taken for another, or not looked at",
    "empty_set": "an empty list: its first element is read all the same",
    "empty_range": "a range with nothing in it: its ends are looked at all the same",
    "found": "found by the solver to reach what the other vectors do not",
    "random": "chosen at random",
    "case": "the case `{}` is missing, or another one takes its place",
    "mcdc": "the condition {} has no say in the outcome, or the wrong one",
}
"""What bug each flag catches; what stands in it behind a colon goes into the braces."""

MOST_CONFIGURATIONS = 24
MOST_SHARES = 4
"""So many configurations for each config, up to so many of these; what they do not reach, the solver looks for."""

MOST_NAMED = 64
"""Inputs with few values are taken together in so many ways at most."""

MOST_SINGLE = 12
"""So many revisions are asked for alone, where a request is a set, and so many beside the newest that is supported."""

MOST_WORK = 50_000
"""Nodes that the evaluator looks at to see whether the assumptions hold."""

MOST_TRIED = 2000
"""Where assumptions rule most configurations out, so many are tried."""


def notes(policy: CheckedPolicy, flags: Iterable[str]) -> dict[str, Note]:
    """The notes for the flags that are used."""
    source = policy.declaration.cites or policy.interface.declaration.cites
    numbered = policy.interface.format.numbered
    half = {
        kind: (field.name, f"{1 << field.width - 1:#x}")
        for kind, field in (("high_major", numbered[0]), ("high_minor", numbered[-1]))
    }
    made: dict[str, Note] = {}
    for flag in sorted(set(flags)):
        kind, _, rest = flag.partition(":")
        made[flag] = Note(bug=BUGS[kind].format(*half.get(kind, (rest,))), from_=source)
    return made


class BoundaryValues:
    """The boundary values of one policy. `marks` says for each point why it is there."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle
        self.policy = oracle.policy
        self.format = oracle.format
        self.marks: dict[Instance, set[str]] = {}

    def collect(self, configurations: list[dict[str, Value]]) -> dict[Instance, set[str]]:
        """The points of these configurations, as far as the assumptions admit them."""
        for config in configurations:
            for inputs, flags in self._requests(config):
                if self._admits(config, inputs):
                    self.marks.setdefault(instance_of(self.policy.interface, config, inputs), set()).update(flags)
        return self.marks

    def configurations(self) -> list[dict[str, Value]]:
        """Configurations with holes, several majors, roll-overs, large and small revisions."""
        names = [v.name.id for v in self.policy.interface.configs]
        choices = [self._values(variable) for variable in self.policy.interface.configs]
        kept: dict[Instance, None] = {}
        most = MOST_CONFIGURATIONS * max(1, min(len(choices), MOST_SHARES))
        for row in islice(_rows(choices), MOST_TRIED):
            config = dict(zip(names, row, strict=True))
            if Instance(config) not in kept and self.admitted(config):
                kept[Instance(config)] = None
            if len(kept) == most:
                break
        return [one.config for one in kept]

    def admitted(self, config: dict[str, Value]) -> bool:
        """Whether the assumptions admit a configuration, with some request at its boundaries."""
        # An assumption on the input may rule a request out and not the configuration.
        word = self.format.word((1, *(0 for _ in self.format.numbered[1:])))
        inputs = self.policy.interface.inputs
        known = sorted(words_among(config.values()))[:1]
        for at in (0, word, *self.literals, *known):
            of_word = [self._with(variable, at) for variable in inputs]
            for row in islice(product(*of_word), MOST_TRIED):
                if self._admits(config, {v.name.id: value for v, value in zip(inputs, row, strict=True)}):
                    return True
        return False

    def _with(self, variable: Variable, word: int) -> list[Value]:
        """What an input can be in a request that has this word."""
        if variable.type == "revision":
            return [word]
        if variable.type == "set":
            return [(word,), ()] if self.format.well_formed(word) else [()]
        if variable.type == "range":
            return [Range(word, word), ()] if self.format.well_formed(word) else [()]
        return values_of(variable)

    def _admits(self, config: dict[str, Value], inputs: dict[str, Value]) -> bool:
        """Whether the assumptions hold, as far as that is seen with little work."""
        return self.oracle.evaluator.work.within(MOST_WORK, lambda: self.oracle.admits(config, inputs))

    @cached_property
    def literals(self) -> list[int]:
        """The revisions that the policy and its assumptions name."""
        policy = self.policy
        formulas = [case.guard for case in policy.cases if case.guard is not None]
        formulas += [a.value for case in policy.cases for a in case.assignments if a.value is not None]
        formulas += [placed.statement.formula for placed in policy.assumptions]
        words = vocabulary_of(policy.elaboration.of(formula) for formula in formulas).words
        return sorted(word for word in words if self.format.well_formed(word))

    def _values(self, variable: Variable) -> list[Value]:
        if variable.type == "bool":
            return [False, True]
        sets = sets_of(self.format)
        if variable.type == "set":
            named = self.literals[:4]
            subsets = chain.from_iterable(combinations(named, size) for size in range(1, len(named) + 1))
            return list(dict.fromkeys([*sets, *(tuple(words) for words in subsets)]))
        if variable.type == "range":
            ends = [words for words in sets if words]
            pairs = [(words[0], words[-1]) for words in ends] + [(word, word) for words in ends for word in words]
            pairs += [(low, high) for low in self.literals[:4] for high in self.literals[:4] if low <= high]
            beyond = [(word, near) for word in self.literals if (near := beside(self.format, word, 1)) is not None]
            return [*dict.fromkeys(Range(*pair) for pair in [*pairs, *beyond]), ()]
        near = (beside(self.format, word, step) for word in self.literals for step in (-1, 1))
        ends = (0, self.format.largest)
        words = [*self.literals, *near, *ends, *(word for words in sets for word in words)]
        return [word for word in dict.fromkeys(words) if word is not None]

    # ---- requests ---------------------------------------------------------------------------------------

    def _requests(self, config: dict[str, Value]) -> Iterator[tuple[dict[str, Value], set[str]]]:
        inputs = self.policy.interface.inputs
        if not inputs:
            # What the command answers depends on the configuration alone: that is at a boundary, or none is.
            yield {}, self._marks_of_configuration(config)
            return
        pool = self.pool(config)
        pools: list[dict[Value, set[str]]] = [self._pool_of(variable, config, pool) for variable in inputs]
        # What has few values is gone through: each changes what all others do.
        few = [at for at, variable in enumerate(inputs) if variable.type not in ("revision", "set", "range")]
        usual = [next(iter(own)) for own in pools]
        for named in islice(product(*(pools[at] for at in few)), MOST_NAMED):
            fixed = dict(zip(few, named, strict=True))
            rest = [at for at in range(len(inputs)) if at not in fixed]
            base = [fixed.get(at, value) for at, value in enumerate(usual)]
            if not rest:
                marks = set[str]().union(*(pools[at][value] for at, value in fixed.items()))
                yield {v.name.id: value for v, value in zip(inputs, base, strict=True)}, marks
            # Of several others, each takes its boundary values while the rest keep a common value.
            for varied in rest:
                for value, flags in pools[varied].items():
                    row = [value if at == varied else other for at, other in enumerate(base)]
                    yield {v.name.id: one for v, one in zip(inputs, row, strict=True)}, flags

    def _pool_of(
        self, variable: Variable, config: dict[str, Value], words: dict[int, set[str]]
    ) -> dict[Value, set[str]]:
        """Values to ask for, each with its flags."""
        if variable.type == "revision":
            named = self.policy.interface.named.get(variable.name.id, {})
            return {**words, **{code: {f"name:{label}"} for label, code in named.items()}}
        if variable.type == "range":
            return self.ranges(config, words)
        if variable.type != "set":
            return {value: {"value"} for value in values_of(variable)}
        known = sorted(words_among(config.values()))
        formed = [word for word in words if self.format.well_formed(word)]
        pool: dict[Value, set[str]] = {}
        rows = [(), tuple(known), tuple(known[:1]), tuple(known[1:]), *((word,) for word in formed[:MOST_SINGLE])]
        rows += [tuple(sorted({known[-1], word})) for word in formed[:MOST_SINGLE] if known]
        for row in rows:
            flags = set[str]().union(*(words[word] for word in row)) if row else {"empty_set"}
            pool.setdefault(row, set()).update(flags)
        return pool

    def ranges(self, config: dict[str, Value], words: dict[int, set[str]]) -> dict[Value, set[str]]:
        """Ranges to ask for: what is supported, one revision, from or up to one, and nothing."""
        known = sorted(words_among(config.values()))
        formed = [word for word in words if self.format.well_formed(word)][:MOST_SINGLE]
        pairs = [(known[0], known[-1])] if known else []
        pairs += [(word, word) for word in formed]
        for end in known[:1] + known[-1:]:
            pairs += [(min(word, end), max(word, end)) for word in formed]
        pool: dict[Value, set[str]] = {}
        for low, high in pairs:
            flags = words.get(low, set[str]()) | words.get(high, set[str]())
            pool.setdefault(Range(low, high), set()).update(flags)
        pool[()] = {"empty_range"}
        return pool

    def pool(self, config: dict[str, Value]) -> dict[int, set[str]]:
        """Words to ask for, each with its flags."""
        format_ = self.format
        pool: dict[int, set[str]] = {}

        def put(word: int, *flags: str) -> None:
            pool.setdefault(word, set()).update(flags)

        known = sorted(words_among(config.values()))
        last = (1 << format_.numbered[-1].width) - 1
        for word in known:
            put(word, "supported")
            numbers = format_.numbers(word)
            for step, flag in ((-1, "below"), (1, "above")):
                near = beside(format_, word, step)
                if near is not None:
                    between = known[0] < near < known[-1] and near not in known
                    inside = any(isinstance(v, Range) and has(format_, v, near) for v in config.values())
                    put(near, flag, *(["within" if inside else "hole"] if between else []))
            if len(numbers) > 1:
                put(format_.word((*numbers[:-1], last)), "last_minor")
            if len(numbers) > 1 and numbers[0] + 1 < 1 << format_.numbered[0].width:
                put(format_.word((numbers[0] + 1, *(0 for _ in numbers[1:]))), "next_major")
                exchanged = (numbers[-1], *numbers[1:-1], numbers[0])
                if all(number >> field.width == 0 for number, field in zip(exchanged, format_.numbered, strict=True)):
                    put(format_.word(exchanged), "exchanged")
        for word in self.literals:
            put(word, "literal")
        put(0, "smallest")
        put(format_.largest, "largest")
        first = format_.numbered[0]
        if first.width > 1:
            put(format_.word((1 << first.width - 1, *(0 for _ in format_.numbered[1:]))))
        for field in format_.reserved:
            for bit in sorted({field.low, 32, field.high}):
                if field.low <= bit <= field.high:
                    for base in (known[0], known[-1]) if known else (0,):
                        put(base | 1 << bit, f"reserved:{bit}")
        if format_.reserved:
            put(format_.end - 1, "reserved:all")
        for word, flags in pool.items():
            flags |= self._marks_of(word, known, config)
        return pool

    def _marks_of_configuration(self, config: dict[str, Value]) -> set[str]:
        """Why a configuration is there where it is all that there is to choose."""
        marks = set[str]()
        for value in config.values():
            known = sorted(words_among([value]))
            for word in known:
                marks |= self._marks_of(word, known, config)
                marks |= {"literal"} if word in self.literals else set()
                marks |= {"smallest"} if word == 0 else set()
                marks |= {"largest"} if word == self.format.largest else set()
        return marks

    def _marks_of(self, word: int, known: list[int], config: dict[str, Value]) -> set[str]:
        format_ = self.format
        if not format_.well_formed(word):
            return set()
        numbers = format_.numbers(word)
        marks = {
            "below_all": bool(known) and word < known[0],
            "above_all": bool(known) and word > known[-1],
            "high_major": bool(numbers[0] >> format_.numbered[0].width - 1),
            "high_minor": len(numbers) > 1 and bool(numbers[-1] >> format_.numbered[-1].width - 1),
            "several_majors": len(numbers) > 1 and len({format_.numbers(w)[0] for w in known}) > 1,
            "one_supported": any(len(set(words_of(v))) == 1 for v in config.values() if isinstance(v, (tuple, Range))),
        }
        return {mark for mark, has in marks.items() if has}


def values_of(variable: Variable) -> list[Value]:
    """The values of a variable that has few, in order."""
    return [number for _, number in variable.type.values] if isinstance(variable.type, Enumeration) else [False, True]


def _rows(choices: list[list[Value]]) -> Iterator[tuple[Value, ...]]:
    """Rows of a value each, in an order in which the first few have something of everything.

    Each config in turn takes its next value while the others keep their first; then all change at once; then every two
    of them take a few values together.
    """
    first = tuple(options[0] for options in choices)

    def with_(*changes: tuple[int, Value]) -> tuple[Value, ...]:
        row = list(first)
        for at, value in changes:
            row[at] = value
        return tuple(row)

    yield first
    for number in range(1, max(map(len, choices), default=0)):
        yield from (with_((at, options[number])) for at, options in enumerate(choices) if number < len(options))
        if len(choices) > 1:
            yield tuple(options[number % len(options)] for options in choices)
    for (one, left), (other, right) in combinations(enumerate(choices), 2):
        yield from (with_((one, a), (other, b)) for a, b in product(left[:4], right[:4]))
