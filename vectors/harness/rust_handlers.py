"""Handlers in Rust: every mutant in a module of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ...spec.checked import CheckedPolicy
from ..export.formulas import Level
from ..export.known_bits import may_be_nothing
from ..export.rust_language import Rust
from .handlers import Branch, Handler


def handlers(policy: CheckedPolicy, made: Sequence[Handler], module: str) -> str:
    """The handlers, and the one of the policy's name, which is the one of a number; the types are the harness's."""
    rust = Rust(policy)
    parameters = "".join(f", {parameter}" for parameter in rust.parameters())
    types = "".join(f", {rust.type(v)}" for v in policy.interface.inputs)
    arguments = "".join(f", {name}" for name in rust.inputs())
    junk = ", ".join(f"{rust.fields[v.name.id]}: kani::any()" for v in policy.interface.outputs)
    listed = ", ".join(f"parley_{number}::answer" for number in range(len(made)))
    parts = [_handler(one, number, module) for number, one in enumerate(made)]
    kind = f"fn(&{module}::Config{types}, {module}::Reply) -> {module}::Reply"
    key = [f"{name} as u64" for name in rust.inputs()]
    sets: list[str] = []
    for variable in policy.interface.configs:
        field = f"config.{rust.fields[variable.name.id]}"
        match variable.type:
            case "set":
                sets.append(f"    key.extend_from_slice({field});\n    key.push({field}.len() as u64);\n")
            case "range":
                key += [f"config.{end}" for end in rust.ends(variable.name.id)]
            case _:
                key.append(f"{field} as u64")
    parts.append(
        f"static PARLEY_HANDLERS: [{kind}; {len(made)}] = [{listed}];\n\n"
        f"fn {policy.name}_handler(config: &{module}::Config{parameters}) -> {module}::Reply {{\n"
        f"    let mut key: Vec<u64> = vec![{', '.join(key)}];\n{''.join(sets)}    kani::own_begin(key);\n"
        f"    let junk = {module}::Reply {{ {junk} }};\n"
        f"    PARLEY_HANDLERS[kani::chosen()](config{arguments}, junk)\n}}"
    )
    return "\n\n".join(parts)


def _handler(handler: Handler, number: int, module: str) -> str:
    rust = Rust(handler.policy)
    lines: list[str] = []
    for at, branch in enumerate(handler.branches):
        guard = "" if branch.guard is None else f"if {rust.formula(branch.guard)} "
        lines.append(f"{'    } else ' if at else '    '}{guard}{{")
        lines += [f"        {line}" for line in _branch(rust, branch)]
    if handler.branches:
        lines.append("    }")
    held: list[str] = []
    for one in handler.held:
        value = f"reply.{rust.fields[one.output]}"
        for test, word in reversed(one.rows):
            value = f"if {rust.formula(test)} {{ {rust.code(word).above(Level.CHOICE)} }} else {{ {value} }}"
        held.append(f"    registers.{rust.fields[one.output]} = {value};")
    parameters = "".join(f", {parameter}" for parameter in rust.parameters())
    head = f"pub fn answer(config: &Config{parameters}, answered: Reply) -> Reply {{"
    # A reply need not be `Copy`.
    fields = [rust.fields[v.name.id] for v in rust.interface.outputs]
    body = [
        head,
        f"    let mut reply = Reply {{ {', '.join(f'{field}: answered.{field}' for field in fields)} }};",
        *lines,
        f"    let mut registers = Reply {{ {', '.join(f'{field}: reply.{field}' for field in fields)} }};",
        *held,
        "    registers",
        "}",
    ]
    inside = "\n\n".join(part for part in (rust.prelude(), "\n".join(body)) if part)
    return f"mod parley_{number} {{\nuse super::{module}::{{Config, Reply}};\n{inside}\n}}"


def _branch(rust: Rust, branch: Branch) -> list[str]:
    lines: list[str] = []
    for one in branch.assigned:
        field = f"reply.{rust.fields[one.output]}"
        if one.value is None:
            lines.append(f"{field} = kani::own_any();")
        elif may_be_nothing(one.value):
            lines.append(
                f"{field} = match {rust.formula(one.value)} {{ Some(word) => word, None => return answered }};"
            )
        else:
            lines.append(f"{field} = {rust.formula(one.value)};")
    return [*lines, *(f"kani::own_assume({rust.formula(formula)});" for formula in branch.wanted)]
