"""Where the mutants stand for the implementation that a harness in C calls."""

from __future__ import annotations

import re

from ...model.instance import Value
from ...spec.checked import CheckedPolicy
from ...spec.diagnostics import Diagnostic, Rejected
from ..export.c_filling import of_build
from ..export.c_language import C
from ..export.calls import Call, tokens, written
from ..export.recipes import Recipe
from .c_handlers import Own, inputs_of

_CALL = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)\s*;?")
_NAMED = re.compile(r"(.*?[\s*])([A-Za-z_]\w*)\s*", re.DOTALL)


def of_handler(policy: CheckedPolicy) -> str:
    """The handler of Parley's own shape: its types are the harness's."""
    theirs, own = C(policy, prefix=""), Own(policy, prefix="parley_own_")
    names = {v.name.id: theirs.names[v.name.id] for v in policy.interface.inputs}
    fields = [theirs.fields[v.name.id] for v in policy.interface.outputs]
    configs = [field for variable in policy.interface.configs for field in theirs.parts(variable)]
    head = theirs.function(f"void {theirs.of('handler')}", f"struct {theirs.of('reply')} *reply")
    lines = [
        f"\tstruct {own.of('config')} own;",
        f"\tstruct {own.of('reply')} answered;",
        "",
        "\t(void)config;",
        *(f"\town.{field} = config->{field};" for field in configs),
        *(f"\tanswered.{field} = reply->{field};" for field in fields),
        f"\tparley_own_answer({', '.join(('&own', *names.values(), '&answered'))});",
        *(f"\treply->{field} = answered.{field};" for field in fields),
    ]
    return "\n".join((head, "{", *lines, "}"))


def of_recipe(policy: CheckedPolicy, recipe: Recipe, source: str) -> str:
    """The file of a recipe: a table of that name, and the function that answers from it.

    `source` is what the harness comes to, where prototypes are looked for.
    """
    (variable,) = policy.interface.configs
    own = Own(policy, prefix="parley_own_")
    size = f"(unsigned int)(sizeof({recipe.table}) / sizeof({recipe.table}[0]))"
    filled = [
        f"\town.{own.fields[variable.name.id]} = {recipe.table};",
        f"\town.{own.count(variable.name.id)} = {size};",
    ]
    table = f"static uint64_t {recipe.table}[] = {{ {recipe.macro}(0, 0) }};"
    return f"{table}\n\n{_function(policy, recipe.call, filled, source)}"


def of_call(policy: CheckedPolicy, call: Call, build: dict[str, Value], source: str) -> str:
    """A function of its own, for one build."""
    declared, made = of_build(Own(policy, prefix="parley_own_"), build)
    return _function(policy, call, [*declared, *(line.replace("any.", "own.", 1) for line in made)], source)


def _function(policy: CheckedPolicy, call: Call, filled: list[str], source: str) -> str:
    """The function that a call calls; what it reads is written. Raises Rejected where the call is more than one."""
    own = Own(policy, prefix="parley_own_")
    names = inputs_of(policy)
    of_inputs = {v.name.id: name for v, name in zip(policy.interface.inputs, names, strict=True)}
    calls = written(policy.interface, call, of_inputs)
    found = _CALL.fullmatch(calls.statements.strip())
    if found is None or found[2].count("(") != found[2].count(")") or ";" in found[2]:
        help_ = "write one call, such as 'smc_version(x1, &res)'"
        raise Rejected(Diagnostic("P521", "--call is more than the call of one function", help_))
    function, arguments = found[1], [one.strip() for one in found[2].split(",")]
    given = _parameters(function, source)
    parameters: list[str] = []
    places = dict(calls.reads)
    for at, argument in enumerate(arguments):
        name = argument.lstrip("&*( ").rstrip(") ")
        if argument.startswith("&"):
            places = {output: _through(place, name) for output, place in places.items()}
        parameters.append(_parameter(given[at] if at < len(given) else None, name, argument, call))
    outputs = {v.name.id: own.fields[v.name.id] for v in policy.interface.outputs}
    lines = [
        f"\tstruct {own.of('config')} own;",
        f"\tstruct {own.of('reply')} answered;",
        "",
        *filled,
        *(f"\tanswered.{outputs[name]} = {place};" for name, place in places.items()),
        f"\tparley_own_answer({', '.join(('&own', *names, '&answered'))});",
        *(f"\t{place} = answered.{outputs[name]};" for name, place in places.items()),
    ]
    declarations = [line for line in filled if line.lstrip().startswith("static ")]
    ordered = [*lines[:2], *declarations, *(line for line in lines[2:] if line not in declarations)]
    return "\n".join((f"void {function}({', '.join(parameters)})", "{", *ordered, "}"))


def _through(place: str, name: str) -> str:
    """A place in what is pointed to: `res.x[0]` where `res` is a pointer."""
    return re.sub(rf"\b{name}\b", f"(*{name})", place)


def _parameters(function: str, source: str) -> list[str]:
    """The parameters of a function's prototype, where there is one."""
    found = re.search(rf"\b{function}\s*\(([^;{{()]*)\)\s*(?:__attribute__[^;]*)?;", source)
    return [one.strip() for one in found[1].split(",")] if found else []


def _parameter(declared: str | None, name: str, argument: str, call: Call) -> str:
    """A parameter by the name that it has in the call, of the type of the prototype, or of what is declared."""
    if declared is not None:
        named = _NAMED.fullmatch(declared)
        types = tokens(declared)
        is_type = named is None or named[2] in _BASIC or types[-2:-1] == ["struct"]
        return f"{declared} {name}" if named is None or is_type else f"{named[1]}{name}"
    if argument.startswith("&"):
        found = re.search(rf"([^;]*?)\b{name}\b", call.declares)
        return f"{found[1].strip() if found else 'void'} *{name}"
    return f"uint64_t {name}"


_BASIC = frozenset(("int", "long", "short", "char", "unsigned", "signed", "void", "uint64_t", "const"))
