"""What a policy or a session is given by name, in the command's words or as Python values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from typing import TypeAlias

from parley.model.instance import Range, Relation, Value, show_range
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected, meant
from parley.spec.syntax import Define, Variable

from .values import EVERYWHERE, OPTIONS, Words, named_by, option

Given: TypeAlias = "str | int | bool | Relation | Range | Iterable[str | int]"
"""A value as the command takes it (`"1.0,1.2"`), or in Python: a revision by its word, a set as some revisions."""


def texts(words: Words, given: Mapping[str, Given], names: Iterable[str], whose: str) -> dict[str, str]:
    """The values as the command takes them. Raises Rejected for a name that is none of `names`."""
    known = list(names)
    for name in given:
        if name not in known:
            help_ = meant(name, known, f"it takes {', '.join(known)}")
            raise Rejected(Diagnostic("P504", f"`{name[:60]}` is nothing that `{whose}` takes", help_))
    return {name: _text(words, value) for name, value in given.items()}


def _text(words: Words, value: Given) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:#x}"
        case Relation():
            return words.relation(value)
        case Range():
            return show_range(words.format, value)
        case _:
            return ",".join(_text(words, member) for member in value)


def configuration(policy: CheckedPolicy, given: Mapping[str, Given] | None) -> dict[str, Value] | None:
    """The values of all the interface's configs; None where none is given. Raises Rejected."""
    words = Words(policy.interface)
    variables = {v.name.id: v for v in policy.interface.configs}
    return read_all(words, variables, texts(words, given, variables, policy.name), OPTIONS)[0] if given else None


def configuration_options(policy: CheckedPolicy, options: list[str]) -> dict[str, str]:
    """The configuration that options fix; empty where there are none. Raises Rejected for another option."""
    return read_options(options, [v.name.id for v in policy.interface.configs], hidden=OPTIONS)


def several_configurations(policy: CheckedPolicy, options: list[str]) -> list[dict[str, str]]:
    """The configurations that options fix: where one comes again, the next configuration begins. Raises Rejected."""
    made: list[dict[str, str]] = []
    for name, value in _read_each(options, [v.name.id for v in policy.interface.configs], "policy", OPTIONS):
        if not made or name in made[-1]:
            made.append({})
        made[-1][name] = value
    return made


def read_options(
    options: list[str], names: Collection[str], whose: str = "policy", hidden: Set[str] = EVERYWHERE
) -> dict[str, str]:
    """`--name value` and `--name=value`, for the names of the interface. Raises Rejected for any other.

    `hidden` are names that options of the command have.
    """
    given: dict[str, str] = {}
    for name, value in _read_each(options, names, whose, hidden):
        if name in given:
            said = f"{option(name, hidden)} is given twice"
            raise Rejected(Diagnostic("P504", said, "separate the members of a set by commas"))
        given[name] = value
    return given


def _read_each(options: list[str], names: Collection[str], whose: str, hidden: Set[str]) -> Iterator[tuple[str, str]]:
    left = iter(options)
    for whole in left:
        written, equals, value = whole.partition("=")
        name = named_by(written)
        if not written.startswith("--") or name not in names:
            help_ = meant(name, names, f"the {whose} takes {', '.join(option(n, hidden) for n in names)}", mark="--{}")
            raise Rejected(Diagnostic("P504", f"`{whole[:60]}` is no option here", help_))
        found = value if equals else next(left, None)
        if found is None:
            shown = option(name, hidden)
            raise Rejected(Diagnostic("P504", f"{shown} has no value", f"write {shown} 1.0"))
        yield name, found


def read_all(
    words: Words,
    options: Mapping[str, Variable | Define],
    given: Mapping[str, str],
    hidden: Set[str] = EVERYWHERE,
) -> tuple[dict[str, Value], dict[str, Relation]]:
    """The values of variables, and the interpretations of abstract `define`s.

    `hidden` are names that options of the command have. Raises Rejected where one is none of its type, or missing.
    """
    values: dict[str, Value] = {}
    relations: dict[str, Relation] = {}
    for name, wanted in options.items():
        match wanted:
            case _ if name not in given:
                pass
            case Define():
                try:
                    relations[name] = words.read_relation(wanted, given[name])
                except ValueError as error:
                    said = f"{option(name, hidden)}: {error}"
                    raise Rejected(Diagnostic("P504", said, _example(words, wanted, hidden))) from None
            case Variable():
                values[name] = read_value(words, name, wanted, given[name], hidden)
    missing = [name for name in options if name not in given]
    if missing:
        more = " ".join(f"{option(name, hidden)} {words.sample(options[name])}" for name in missing)
        raise Rejected(Diagnostic("P505", f"`{missing[0]}` is not given", f"add {more}"))
    return values, relations


def read_value(words: Words, name: str, variable: Variable, text: str, hidden: Set[str] = EVERYWHERE) -> Value:
    """The value of an option. Raises Rejected where it is none of the variable's type."""
    try:
        return words.read(variable, text)
    except ValueError as error:
        said = f"{option(name, hidden)}: {error}"
        raise Rejected(Diagnostic("P504", said, _example(words, variable, hidden))) from None


def _example(words: Words, wanted: Variable | Define, hidden: Set[str]) -> str:
    if isinstance(wanted, Define) and wanted.parameters:
        return "write the pairs for which it holds, such as 1.0:1.1,1.0:1.2; or none, or all"
    verb = "write" if isinstance(wanted, Define) else "for example"
    return f"{verb} {option(wanted.name.id, hidden)} {words.sample(wanted)}"
