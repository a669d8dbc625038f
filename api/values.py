"""Values in the interface's own words: revisions, sets, names of enumerations; reading them from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from parley.model.situation import Answer, Relation, Situation, Value
from parley.spec.checked import CheckedInterface, CheckedPolicy
from parley.spec.syntax import Define, Enumeration, Variable
from parley.spec.words import Format


class Words(Struct, frozen=True):
    """Shows and reads the values of one interface."""

    interface: CheckedInterface

    @property
    def format(self) -> Format:
        return Format.of(self.interface.layout)

    def show(self, variable: Variable, value: Value | None) -> str:
        match value, variable.type:
            case None, _:
                return "no value"
            case tuple(), _:
                return ", ".join(map(self.format.show, value)) or "nothing"
            case bool(), _:
                return "true" if value else "false"
            case _, Enumeration(values=values):
                return next((label.id for label, number in values if number == value), str(value))
            case int(), _:
                return self.format.show(value)

    def plain(self, variable: Variable, value: Value | None) -> str | list[str] | bool | None:
        """The value as JSON has it: a revision as `"1.1"`, a set as a list, an enumeration's name."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, tuple):
            return [self.format.show(word) for word in value]
        return self.show(variable, value)

    def config(self, situation: Situation) -> dict[str, str | list[str] | bool | None]:
        return {v.name.id: self.plain(v, situation.config[v.name.id]) for v in self.interface.configs}

    def inputs(self, situation: Situation) -> dict[str, str | list[str] | bool | None]:
        return {v.name.id: self.plain(v, situation.inputs[v.name.id]) for v in self.interface.inputs}

    def outputs(self, answer: Answer) -> dict[str, str | list[str] | bool | None]:
        return {v.name.id: self.plain(v, answer.outputs.get(v.name.id)) for v in self.interface.outputs}

    def relation(self, relation: Relation, define: Define | None = None) -> str:
        """`1.0:1.1,…`, the pairs for which an abstract `define` holds; `all` before those for which it does not.

        One that is known to have no parameters is `true` or `false`.
        """
        if define is not None and not define.parameters:
            return "true" if relation() else "false"
        pairs = ",".join(":".join(self._argument(a) for a in pair) for pair in sorted(relation.listed))
        if relation.default:
            return f"all-but:{pairs}" if pairs else "all"
        return pairs or "none"

    def relations(self, relations: Mapping[str, Relation], abstract: Iterable[Define]) -> dict[str, str]:
        """What is known of each abstract `define`, in the order in which they are declared."""
        known = {define.name.id: define for define in abstract}
        return {name: self.relation(relations[name], known.get(name)) for name in _ordered(relations, known)}

    def relation_rows(self, relations: Mapping[str, Relation], abstract: Iterable[Define]) -> list[tuple[str, str]]:
        """The same in words."""
        known = {define.name.id: define for define in abstract}
        made: list[tuple[str, str]] = []
        for name in _ordered(relations, known):
            define = known.get(name)
            plain = define is not None and not define.parameters
            text = self.relation(relations[name], define) if plain else f"holds for {self.pairs(relations[name])}"
            made.append((name, text))
        return made

    def pairs(self, relation: Relation) -> str:
        """The same for people: `(1.0, 1.1), (1.1, 1.1)`, `everything but 1.0`, `nothing`."""
        rows = [", ".join(map(self._argument, pair)) for pair in sorted(relation.listed)]
        shown = ", ".join(f"({row})" if ", " in row else row for row in rows)
        if relation.default:
            return f"everything but {shown}" if shown else "everything"
        return shown or "nothing"

    def _argument(self, value: int | bool) -> str:
        return ("true" if value else "false") if isinstance(value, bool) else self.format.show(value)

    def arguments(self, situation: Situation, relations: Iterable[Define]) -> list[str]:
        """The options of `parley eval` for a situation and a policy with these abstract `define`s."""
        made: list[str] = []
        for variable in (*self.interface.configs, *self.interface.inputs):
            name = variable.name.id
            value = situation.config.get(name, situation.inputs.get(name))
            shown = ",".join(map(self.format.show, value)) if isinstance(value, tuple) else self.show(variable, value)
            made += [f"--{name}", shown]
        for define in relations:
            relation = situation.relations.get(define.name.id, Relation())
            made += [f"--{define.name.id}", self.relation(relation, define)]
        return made

    def sample(self, option: Variable | Define) -> str:
        """A value that an option could have, for messages."""
        if isinstance(option, Define):
            return "none" if option.parameters else "true"
        match option.type:
            case Enumeration(values=values):
                return values[0][0].id
            case "set":
                return ",".join(self.format.samples)
            case "bool":
                return "true"
            case "revision":
                return self.format.samples[0]

    def read(self, variable: Variable, text: str) -> Value:
        """The value of an option. Raises ValueError with a message for the user."""
        format_ = self.format
        if variable.type == "set":
            words = tuple(sorted({format_.read(part) for part in text.split(",") if part.strip()}))
            for word in words:
                self._supported(variable, word)
            return words
        if variable.type == "bool":
            if text not in ("true", "false"):
                raise ValueError(f"`{text[:40]}` is neither true nor false")
            return text == "true"
        if isinstance(variable.type, Enumeration):
            numbers = {label.id: number for label, number in variable.type.values}
            if text not in numbers:
                raise ValueError(f"`{text[:40]}` is none of {', '.join(numbers)}")
            return numbers[text]
        word = format_.read(text)
        if variable.role == "config":
            self._supported(variable, word)
        return word

    def _supported(self, variable: Variable, word: int) -> None:
        if not self.format.well_formed(word):
            raise ValueError(f"{word:#x} has reserved bits set, and `{variable.name.id}` has well-formed revisions")

    def read_relation(self, define: Define, text: str) -> Relation:
        """The interpretation of an abstract `define`, as `relation` shows it. Raises ValueError."""
        if not define.parameters:
            if text not in ("true", "false", "all", "none"):
                raise ValueError(f"`{text[:40]}` is neither true nor false")
            return Relation(default=text in ("true", "all"))
        default = text == "all" or text.startswith("all-but:")
        listed = text.removeprefix("all-but:") if default and text != "all" else "" if text in ("all", "none") else text
        pairs: set[tuple[int | bool, ...]] = set()
        for pair in filter(None, listed.split(",")):
            arguments = pair.split(":")
            if len(arguments) != len(define.parameters):
                raise ValueError(f"`{pair[:40]}` is not {len(define.parameters)} values with colons between")
            pairs.add(tuple(a == "true" if a in ("true", "false") else self.format.read(a) for a in arguments))
        return Relation(frozenset(pairs), default)


def _ordered(relations: Mapping[str, Relation], known: Mapping[str, Define]) -> list[str]:
    return [*(name for name in known if name in relations), *(name for name in relations if name not in known)]


def left_open(policy: CheckedPolicy, case: str | None) -> list[str]:
    """The outputs that a case of a policy leaves open: what an example has is one value of many."""
    return [name for checked in policy.cases if checked.name == case for name in checked.unspecified]
