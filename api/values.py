"""Values in the interface's own words: revisions, sets, names of enumerations; reading them from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from msgspec import Struct
from parley.model.instance import Instance, Range, Relation, Value, plain, read_range, show_range
from parley.model.instance import words_among as words_among  # for those who draw words
from parley.spec.checked import CheckedPolicy
from parley.spec.checked_interface import CheckedInterface
from parley.spec.checked_parts import CheckedCase
from parley.spec.registers import content
from parley.spec.syntax import Define, Enumeration, Variable
from parley.spec.words import Format

Plain: TypeAlias = str | list[str] | bool | None
"""A value as JSON has it: a revision as `"1.1"`, a set as a list, a range as `"1.0..1.2"` or `"{}"`, an enumeration's
name; null for what has none.
"""

Values: TypeAlias = "Mapping[str, Value | None]"
"""Values by the names of their variables."""

NO_VALUE = "no value"


class Words(Struct, frozen=True):
    """Shows and reads the values of one interface."""

    interface: CheckedInterface

    @property
    def format(self) -> Format:
        return self.interface.format

    @property
    def given(self) -> tuple[Variable, ...]:
        """What a policy is given: the configuration, then the inputs."""
        return (*self.interface.configs, *self.interface.inputs)

    def show(self, variable: Variable | None, value: Value | None) -> str:
        """A value for people; without its variable, as a revision, a set or range of them or a truth value."""
        match value:
            case None:
                return NO_VALUE
            case bool():
                return "true" if value else "false"
            case tuple():
                return self.revisions(value)
            case Range():
                return show_range(self.format, value)
            case int() if variable is not None and isinstance(variable.type, Enumeration):
                named = (label.id for label, number in variable.type.values if number == value)
                return next(named, str(value) if value < 1 << 16 else f"{value:#x}")
            case int():
                return self.format.show(value) if variable is None else self.interface.show(variable.name.id, value)

    def is_named(self, name: str, value: Value | None) -> bool:
        """Whether the value of a variable is shown by a name of its own."""
        variable = self.interface.variables.get(name)
        of_names = variable is not None and isinstance(variable.type, Enumeration)
        return of_names or value in self.interface.named.get(name, {}).values()

    def asked(self, request: Value) -> str:
        """A host's request for people; a set in braces, as several stand in one line."""
        shown = self.show(self.interface.inputs[0], request)
        return f"{{{self.revisions(request) if request else ''}}}" if isinstance(request, tuple) else shown

    def revisions(self, words: Iterable[int]) -> str:
        """Some revisions, with commas between; `nothing` for none."""
        return ", ".join(map(self.format.show, words)) or "nothing"

    def named(self, variables: Iterable[Variable], values: Values) -> list[str]:
        """`lower 1.0` and the like: the values of some variables for people."""
        return [f"{v.name.id} {self.show(v, values.get(v.name.id))}" for v in variables]

    def plain(self, variable: Variable | None, value: Value | None) -> Plain:
        """The value as JSON has it."""
        if isinstance(value, (bool, tuple, Range)):
            return plain(self.format, value, ranged=variable is not None and variable.type == "range")
        return None if value is None else self.show(variable, value)

    def plains(self, variables: Iterable[Variable], values: Values) -> dict[str, Plain]:
        """The values of some variables as JSON has them."""
        return {v.name.id: self.plain(v, values.get(v.name.id)) for v in variables}

    def registers(self, variables: Iterable[Variable], values: Values) -> dict[str, str]:
        """What stands in the registers of some variables, in hexadecimal; `no value` where there is none."""
        placed = [(v, v.register.id, values.get(v.name.id)) for v in variables if v.register]
        return {
            name: f"{content(v, int(value), self.format):#x}" if isinstance(value, int) else NO_VALUE
            for v, name, value in placed
        }

    def relation(self, relation: Relation, define: Define | None = None) -> str:
        """`1.0:1.1,…`, the pairs for which an abstract `define` holds; `all` before those for which it does not.

        One that is known to have no parameters is `true` or `false`.
        """
        if define is not None and not define.parameters:
            return "true" if relation() else "false"
        pairs = ",".join(":".join(self.show(None, a) for a in pair) for pair in sorted(relation.listed))
        if relation.default:
            return f"all-but:{pairs}" if pairs else "all"
        return pairs or "none"

    def relations(self, relations: Mapping[str, Relation], abstract: Iterable[Define]) -> dict[str, str]:
        """What is known of each abstract `define`, in the order in which they are declared."""
        return {name: self.relation(relations[name], define) for name, define in _ordered(relations, abstract)}

    def relation_rows(self, relations: Mapping[str, Relation], abstract: Iterable[Define]) -> list[tuple[str, str]]:
        """The same in words."""
        made: list[tuple[str, str]] = []
        for name, define in _ordered(relations, abstract):
            plain = define is not None and not define.parameters
            text = self.relation(relations[name], define) if plain else f"holds for {self._pairs(relations[name])}"
            made.append((name, text))
        return made

    def _pairs(self, relation: Relation) -> str:
        """The same for people: `(1.0, 1.1), (1.1, 1.1)`, `everything but 1.0`, `nothing`."""
        rows = [", ".join(self.show(None, a) for a in pair) for pair in sorted(relation.listed)]
        shown = ", ".join(f"({row})" if ", " in row else row for row in rows)
        if relation.default:
            return f"everything but {shown}" if shown else "everything"
        return shown or "nothing"

    def arguments(self, values: Values, relations: Mapping[str, Relation], abstract: Iterable[Define]) -> list[str]:
        """The options of `parley eval` for some values, and for abstract `define`s."""
        made: list[str] = []
        for name, value in values.items():
            shown = self.show(self.interface.variables.get(name.partition("@")[0]), value)
            made += [option(name), ",".join(map(self.format.show, value)) if isinstance(value, tuple) else shown]
        for define in abstract:
            made += [option(define.name.id), self.relation(relations.get(define.name.id, Relation()), define)]
        return made

    def given_values(self, instance: Instance) -> dict[str, Value | None]:
        """What is `given` in an instance: the configuration and the inputs, in the order of their declarations."""
        values: dict[str, Value] = {**instance.config, **instance.inputs}
        return {v.name.id: values.get(v.name.id) for v in self.given}

    def sample(self, option: Variable | Define) -> str:
        """A value that an option could have, for messages."""
        if isinstance(option, Define):
            return "none" if option.parameters else "true"
        match option.type:
            case Enumeration(values=values):
                return values[0][0].id
            case "set":
                return ",".join(self.format.samples)
            case "range":
                return "..".join(self.format.samples)
            case "bool":
                return "true"
            case "revision":
                return self.format.samples[0]

    def read(self, variable: Variable, text: str) -> Value:
        """The value of an option. Raises ValueError with a message for the user."""
        match variable.type:
            case "set":
                listed = text.strip()
                listed = listed[1:-1] if listed[:1] == "{" and listed[-1:] == "}" else listed
                if ".." in listed:
                    text = f"`{text[:40]}` is a range, and `{variable.name.id}` is a set"
                    raise ValueError(f"{text}: write its revisions, with commas between")
                words = sorted({self.format.read(part) for part in listed.split(",") if part.strip()})
                return tuple(self._supported(variable, word) for word in words)
            case "range":
                return read_range(self.format, text)
            case "bool":
                return _truth(text, "true", "false")
            case Enumeration(values=values):
                numbers = {label.id: number for label, number in values}
                if text not in numbers:
                    raise ValueError(f"`{text[:40]}` is none of {', '.join(numbers)}")
                return numbers[text]
            case "revision":
                word = self.interface.read(variable.name.id, text)
                return self._supported(variable, word) if variable.role == "config" else word

    def _supported(self, variable: Variable, word: int) -> int:
        if not self.format.well_formed(word):
            raise ValueError(f"{word:#x} has reserved bits set, and `{variable.name.id}` has well-formed revisions")
        return word

    def read_relation(self, define: Define, text: str) -> Relation:
        """The interpretation of an abstract `define`, as `relation` shows it. Raises ValueError."""
        if not define.parameters:
            return Relation(default=_truth(text, "true", "false", "all", "none"))
        default = text == "all" or text.startswith("all-but:")
        listed = text.removeprefix("all-but:") if default and text != "all" else "" if text in ("all", "none") else text
        pairs: set[tuple[int | bool, ...]] = set()
        for pair in filter(None, listed.split(",")):
            arguments = pair.split(":")
            if len(arguments) != len(define.parameters):
                raise ValueError(f"`{pair[:40]}` is not {len(define.parameters)} values with colons between")
            pairs.add(tuple(a == "true" if a in ("true", "false") else self.format.read(a) for a in arguments))
        return Relation(frozenset(pairs), default)


EVERYWHERE = frozenset(("color", "format", "help", "output", "quiet"))
"""What options of every command are called that takes options by the interface's names: `eval` has no others."""

OPTIONS = EVERYWHERE | {
    "call",
    "declares",
    "discover",
    "entry",
    "flag",
    "harness",
    "header",
    "hostile",
    "jobs",
    "log",
    "means",
    "minimal",
    "mutant",
    "only",
    "random",
    "reads",
    "recipe",
    "restarts",
    "rounds",
    "seed",
    "socket",
    "strict",
    "suite",
    "symbolic",
    "timeout",
    "unwind",
}
"""The same of any of these commands. An option with a dash in it hides no name."""

GIVEN = "--given-"
"""What stands before a name where an option of the command hides it; it may stand before every other, too."""


def option(name: str, hidden: Set[str] = EVERYWHERE) -> str:
    """The option by which something is given that an interface, a policy or a host calls so."""
    return f"{GIVEN}{name}" if name in hidden else f"--{name}"


def named_by(option: str) -> str:
    """What an option gives, the other way round."""
    return option.removeprefix(GIVEN).removeprefix("--")


def _truth(text: str, *known: str) -> bool:
    if text not in known:
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return text in ("true", "all")


def _ordered(relations: Mapping[str, Relation], abstract: Iterable[Define]) -> Sequence[tuple[str, Define | None]]:
    known: dict[str, Define | None] = {define.name.id: define for define in abstract}
    return [(name, known.get(name)) for name in {**known, **relations} if name in relations]


def case_named(policy: CheckedPolicy, name: str | None) -> CheckedCase | None:
    """The case of a policy that has this name."""
    return next((case for case in policy.cases if case.name == name), None)


def left_open(policy: CheckedPolicy, case: str | None) -> tuple[str, ...]:
    """The outputs that a case of a policy leaves open: what an example has is one value of many."""
    found = case_named(policy, case)
    return () if found is None else found.unspecified
