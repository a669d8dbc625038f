"""What a policy or a session is given by name, in the command's words or as Python values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from parley.model.situation import Relation, Value
from parley.spec.diagnostics import Diagnostic, Rejected, nearest
from parley.spec.syntax import Define, Variable

from .values import Words

Given: TypeAlias = "str | int | bool | Relation | Iterable[str | int]"
"""A value as the command takes it (`"1.0,1.2"`), or in Python: a revision by its word, a set as some revisions."""


def texts(words: Words, given: Mapping[str, Given], names: Iterable[str], whose: str) -> dict[str, str]:
    """The values as the command takes them. Raises Rejected for a name that is none of `names`."""
    known = list(names)
    for name in given:
        if name not in known:
            near = nearest(name, known)
            help_ = f"did you mean `{near}`?" if near else f"it takes {', '.join(known)}"
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
        case _:
            return ",".join(_text(words, member) for member in value)


def configuration(words: Words, given: Mapping[str, Given], whose: str) -> dict[str, Value]:
    """The values of all the interface's configs. Raises Rejected."""
    variables = {v.name.id: v for v in words.interface.configs}
    read = texts(words, given, variables, whose)
    need_all(words, variables, read)
    return {name: read_value(words, name, variable, read[name]) for name, variable in variables.items()}


def read_options(options: list[str], names: Collection[str], whose: str = "policy") -> dict[str, str]:
    """`--name value` and `--name=value`, for the names of the interface. Raises Rejected for any other."""
    given: dict[str, str] = {}
    at = 0
    while at < len(options):
        option, equals, value = options[at].partition("=")
        name = option.removeprefix("--")
        if not option.startswith("--") or name not in names:
            near = nearest(name, names)
            raise Rejected(
                Diagnostic(
                    "P504",
                    f"`{options[at][:60]}` is no option here",
                    f"did you mean --{near}?" if near else f"the {whose} takes {', '.join(f'--{n}' for n in names)}",
                )
            )
        if not equals:
            at += 1
            if at == len(options):
                raise Rejected(Diagnostic("P504", f"--{name} has no value", f"write --{name} 1.0"))
            value = options[at]
        if name in given:
            raise Rejected(Diagnostic("P504", f"--{name} is given twice", "separate the members of a set by commas"))
        given[name] = value
        at += 1
    return given


def read_value(words: Words, option: str, variable: Variable, text: str) -> Value:
    """The value of an option. Raises Rejected where it is none of the variable's type."""
    try:
        return words.read(variable, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"--{option}: {error}", _example(words, variable))) from None


def read_relation(words: Words, define: Define, text: str) -> Relation:
    """The interpretation of an abstract `define`. Raises Rejected where it is none."""
    try:
        return words.read_relation(define, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"--{define.name.id}: {error}", _example(words, define))) from None


def need_all(words: Words, variables: Mapping[str, Variable | Define], given: Mapping[str, str]) -> None:
    """Raises Rejected where an option is missing."""
    missing = [name for name in variables if name not in given]
    if missing:
        wanted = " ".join(f"--{name} {words.sample(variables[name])}" for name in missing)
        raise Rejected(Diagnostic("P505", f"`{missing[0]}` is not given", f"add {wanted}"))


def _example(words: Words, variable: Variable | Define) -> str:
    if isinstance(variable, Define):
        if not variable.parameters:
            return f"write --{variable.name.id} {words.sample(variable)}"
        return "write the pairs for which it holds, such as 1.0:1.1,1.0:1.2; or none, or all"
    return f"for example --{variable.name.id} {words.sample(variable)}"
