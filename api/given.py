"""What a policy or a session is given by name, in the command's words or as Python values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from parley.model.instance import Range, Relation, Value, show_range
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected
from parley.spec.syntax import Define, Variable

from .reading import meant
from .values import Words

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
    return read_all(words, variables, texts(words, given, variables, policy.name))[0] if given else None


def configuration_options(policy: CheckedPolicy, options: list[str]) -> dict[str, str]:
    """The configuration that options fix; empty where there are none. Raises Rejected for another option."""
    return read_options(options, [v.name.id for v in policy.interface.configs])


def read_options(options: list[str], names: Collection[str], whose: str = "policy") -> dict[str, str]:
    """`--name value` and `--name=value`, for the names of the interface. Raises Rejected for any other."""
    given: dict[str, str] = {}
    left = iter(options)
    for whole in left:
        option, equals, value = whole.partition("=")
        name = option.removeprefix("--")
        if not option.startswith("--") or name not in names:
            help_ = meant(name, names, f"the {whose} takes {', '.join(f'--{n}' for n in names)}", mark="--{}")
            raise Rejected(Diagnostic("P504", f"`{whole[:60]}` is no option here", help_))
        found = value if equals else next(left, None)
        if found is None:
            raise Rejected(Diagnostic("P504", f"--{name} has no value", f"write --{name} 1.0"))
        if name in given:
            raise Rejected(Diagnostic("P504", f"--{name} is given twice", "separate the members of a set by commas"))
        given[name] = found
    return given


def read_all(
    words: Words, options: Mapping[str, Variable | Define], given: Mapping[str, str]
) -> tuple[dict[str, Value], dict[str, Relation]]:
    """The values of variables, and the interpretations of abstract `define`s.

    Raises Rejected where one is none of its type, or missing.
    """
    values: dict[str, Value] = {}
    relations: dict[str, Relation] = {}
    for name, option in options.items():
        match option:
            case _ if name not in given:
                pass
            case Define():
                try:
                    relations[name] = words.read_relation(option, given[name])
                except ValueError as error:
                    raise Rejected(Diagnostic("P504", f"--{name}: {error}", _example(words, option))) from None
            case Variable():
                values[name] = read_value(words, name, option, given[name])
    missing = [name for name in options if name not in given]
    if missing:
        wanted = " ".join(f"--{name} {words.sample(options[name])}" for name in missing)
        raise Rejected(Diagnostic("P505", f"`{missing[0]}` is not given", f"add {wanted}"))
    return values, relations


def read_value(words: Words, option: str, variable: Variable, text: str) -> Value:
    """The value of an option. Raises Rejected where it is none of the variable's type."""
    try:
        return words.read(variable, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"--{option}: {error}", _example(words, variable))) from None


def _example(words: Words, option: Variable | Define) -> str:
    if isinstance(option, Define) and option.parameters:
        return "write the pairs for which it holds, such as 1.0:1.1,1.0:1.2; or none, or all"
    verb = "write" if isinstance(option, Define) else "for example"
    return f"{verb} --{option.name.id} {words.sample(option)}"
