"""A Rust test module: a test for each configuration. It needs nothing but `core`, and `std` for what tests say."""

from __future__ import annotations

from collections.abc import Iterable

from ...model.instance import word_of
from ...spec.checked import CheckedPolicy
from ...spec.core import Symbol
from ..suite import Suite
from .lowered import read_by
from .names import LICENSE, heading, line_comment, printable, rust_string
from .rust_language import NAMES, Rust
from .table import Acceptance, Block, Table, TableRow, table
from .templates import template


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The module. The implementation under test is a function beside it."""
    rust = Rust(policy)
    made = table(suite, policy)
    types = rust.types()
    judges = [_judge(rust, judge) for judge in made.judges]
    if any(row.judge is None for block in made.blocks for row in block.rows):
        head = _function(rust, "exactly", (), compares=True, judges=True)
        judges.insert(0, f"/// The policy leaves nothing open here.\n{head}\n    reply == expect\n}}")
    says = heading(policy, "Test vectors of {policy} for {interface}.")
    parts = (
        line_comment([LICENSE, "", *says, "", *_usage(rust)], "//"),
        f"{NAMES}\n// Without tests, the vectors are data.\n#![cfg_attr(not(test), allow(dead_code))]",
        types,
        rust.prelude(),
        *judges,
        _tables(rust, made),
        _runner(rust, made),
        _without_one(rust),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _usage(rust: Rust) -> list[str]:
    name = rust.policy.name
    parameters = "".join(f", {parameter}" for parameter in rust.parameters())
    return [
        "At the root of the crate stand the implementation under test, and whether it has a configuration, or can be",
        "given it: only the groups of those are run. Where they are in another module, `use` them at the root.",
        "",
        "#[cfg(test)]",
        f"mod {name}_vectors;",
        "#[cfg(test)]",
        f"fn {name}_handler(config: &{name}_vectors::Config{parameters}) -> {name}_vectors::Reply {{ … }}",
        "#[cfg(test)]",
        f"fn {name}_applies(config: &{name}_vectors::Config) -> bool {{ … }}",
    ]


def _function(rust: Rust, name: str, read: Iterable[Symbol], *, compares: bool, judges: bool) -> str:
    """The head of a judge; a parameter that it does not look at has no name."""
    read = frozenset(read)
    config = "config" if any(v.name.id in read_by(read) for v in rust.interface.configs) else "_"
    parameters = [f"{config}: &Config"]
    parameters += [
        f"{rust.names[v.name.id] if v.name.id in read else '_'}: {rust.type(v)}" for v in rust.interface.inputs
    ]
    parameters += [f"{'expect' if compares else '_'}: &Reply", f"{'reply' if compares or judges else '_'}: &Reply"]
    return f"fn {name}({', '.join(parameters)}) -> bool {{"


def _judge(rust: Rust, judge: Acceptance) -> str:
    compared = [rust.fields[v.name.id] for v in rust.interface.outputs if v.name.id not in judge.open]
    wanted = [f"reply.{field} == expect.{field}" for field in compared]
    several = len(compared) + len(judge.formulas) > 1
    for formula in judge.formulas:
        code = rust.code(formula)
        wanted.append(f"({code.text})" if several and code.level <= code.level.JOINED else code.text)
    read = {symbol for formula in judge.formulas for symbol in formula.free}
    looks = any(v.name.id in read for v in rust.interface.outputs)
    head = _function(rust, f"allows_{judge.name}", read, compares=bool(compared), judges=looks)
    body = "\n        && ".join(wanted) or "true"
    return f"{line_comment(judge.says, '//')}\n{head}\n    {body}\n}}"


def _tables(rust: Rust, made: Table) -> str:
    inputs = "".join(f"{rust.type(v)}, " for v in rust.interface.inputs)
    lifetime = "<'static>" if rust.borrows else ""
    return "\n".join(
        (
            f"type Judge = fn(&Config, {inputs}&Reply, &Reply) -> bool;",
            "",
            "/// One request: id, inputs, the answer to it (0 where it is open), what compares the two, what it is",
            "/// about, and the answer in words.",
            f"struct Vector(u32, {inputs}Reply, Judge, &'static str, &'static str);",
            "",
            "/// The vectors of one configuration.",
            "struct Group {",
            "    name: &'static str,",
            f"    config: Config{lifetime},",
            "    vectors: &'static [Vector],",
            "}",
            "",
            f"static GROUPS: [Group; {len(made.blocks)}] = [",
            *(_group(rust, block) for block in made.blocks),
            "];",
        )
    )


def _group(rust: Rust, block: Block) -> str:
    fields = [field for name, value in block.config.items() for field in rust.given(name, value)]
    return "\n".join(
        (
            f"    // {printable(block.name)}",
            "    Group {",
            f"        name: {rust_string(block.name)},",
            f"        config: Config {{ {', '.join(fields)} }},",
            "        vectors: &[",
            *(f"            {_row(rust, row)}," for row in block.rows),
            "        ],",
            "    },",
        )
    )


def _row(rust: Rust, row: TableRow) -> str:
    pairs = zip(rust.interface.inputs, row.inputs, strict=True)
    inputs = "".join(f"{rust.held(variable, word_of(word))}, " for variable, word in pairs)
    fields: list[str] = []
    for variable, word in zip(rust.interface.outputs, row.outputs, strict=True):
        fields.append(f"{rust.fields[variable.name.id]}: {rust.held(variable, word_of(word))}")
    judge = f"allows_{row.judge.name}" if row.judge else "exactly"
    reply, texts = f"Reply {{ {', '.join(fields)} }}", f"{rust_string(row.about)}, {rust_string(_in_words(rust, row))}"
    return f"Vector({row.id}, {inputs}{reply}, {judge}, {texts})"


def _in_words(rust: Rust, row: TableRow) -> str:
    """The answer that is wanted, and of what is open what it must meet."""
    shown: list[str] = []
    for variable, word in zip(rust.interface.outputs, row.outputs, strict=True):
        text = ("true" if word else "false") if variable.type == "bool" else f"{word_of(word):#x}"
        open_ = row.judge is not None and variable.name.id in row.judge.open
        shown.append(f"{variable.name.id} {'any' if open_ else text}")
    where = f" ({'; '.join(row.judge.says[1:])})" if row.judge is not None and row.judge.says[1:] else ""
    return ", ".join(shown) + where


def _runner(rust: Rust, made: Table) -> str:
    inputs = "".join(f"{name}, " for name in rust.inputs())
    arguments = "".join(f", *{name}" for name in rust.inputs())
    tests = [
        f"/// {printable(block.name)}\n#[test]\nfn group_{at}() {{\n    check(&GROUPS[{at - 1}]);\n}}"
        for at, block in enumerate(made.blocks, 1)
    ]
    shown = ", ".join(f"{v.name.id} {{{'' if v.type == 'bool' else ':#x'}}}" for v in rust.interface.outputs)
    values = "".join(f", reply.{rust.fields[v.name.id]}" for v in rust.interface.outputs)
    return template(
        "runner.rs", inputs=inputs, arguments=arguments, shown=shown, values=values, tests="\n\n".join(tests)
    )


def _without_one(rust: Rust) -> str:
    """How the tests find the implementation: what the root of the crate has goes before what stands here.

    So the file is a crate of its own, too, even with tests. Nothing else of the root is looked at: it may have a
    `Reply` that is another one.
    """
    inputs = "".join(f", {rust.type(v)}" for v in rust.interface.inputs)
    ignored = "".join(f", _: {rust.type(v)}" for v in rust.interface.inputs)
    return template("without_one.rs", name=rust.policy.name, inputs=inputs, ignored=ignored)
