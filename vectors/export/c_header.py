"""A C99 header: a table of vectors and a small runner. It needs nothing but `<stdint.h>`."""

from __future__ import annotations

from ...spec.checked import CheckedPolicy
from ..suite import Suite
from .c_language import C
from .c_table import judging, tables
from .names import LICENSE, c_comment, heading
from .table import table
from .templates import template


def text(suite: Suite, policy: CheckedPolicy) -> str:
    """The header, to be included in one file of the tests of an implementation."""
    c = C(policy, prefix=f"{policy.name}_")
    made = table(suite, policy)
    guard = f"PARLEY_{policy.name.upper()}_H"
    parts = (
        c_comment([LICENSE]),
        c_comment([*heading(policy, "Test vectors of {policy} for {interface}."), "", *_usage(c)]),
        f"#ifndef {guard}\n#define {guard}\n\n#include <stdint.h>",
        c.types(),
        judging(c, made),
        tables(c, made),
        _runner(c),
        "#endif",
    )
    return "\n\n".join(parts) + "\n"


def adapter(c: C, head: str) -> list[str]:
    """How a handler of TF-RMM's shape is called, below a blank line; nothing where not all outputs have a register."""
    where = {v.name.id: v.register.id.lstrip("xXwW") for v in c.interface.outputs if v.register is not None}
    if len(where) < len(c.interface.outputs) or not all(n.isdigit() for n in where.values()):
        return []
    inputs = "".join(f"{c.names[v.name.id]}, " for v in c.interface.inputs)
    return [
        "",
        "A handler of TF-RMM's shape is called like this:",
        "",
        *c.function(head, f"struct {c.of('reply')} *reply").expandtabs(8).split("\n"),
        "{",
        "        struct smc_result res = { 0 };",
        "",
        *(
            f"        set_{v.name.id}({', '.join(f'config->{field}' for field in c.parts(v))});"
            for type_ in ("set", "range")
            for v in c.interface.configs
            if v.type == type_
        ),
        f"        smc_version({inputs}&res);",
        *(f"        reply->{c.fields[name]} = {_held(c, name)}res.x[{number}];" for name, number in where.items()),
        "}",
    ]


def _held(c: C, output: str) -> str:
    """A cast where the register of an output is the lower half of what the call leaves there."""
    register = c.interface.variables[output].register
    return "(uint32_t)" if register is not None and register.id[0] in "wW" else ""


def _usage(c: C) -> list[str]:
    return [
        f"Call {c.of('run')}(handler, applies, failed). `handler` answers one request. `applies` says whether",
        "the implementation has a configuration, or can be given it: of the groups only those are run; 0 is",
        "for all of them. `failed` is told of each vector that is answered wrongly; 0 where nobody listens.",
        "Where `applies` is of no group, nothing is run: the score then has `run` 0 and `failed` 1.",
        *adapter(c, "static void handler"),
    ]


def _runner(c: C) -> str:
    junk = c.word(0xA5A5A5A5A5A5A5A5).text
    return template(
        "runner.h",
        name=c.policy.name,
        handler=c.function(f"typedef void {c.of('handler')}", f"struct {c.of('reply')} *reply"),
        inputs="".join(f", vector->{c.names[v.name.id]}" for v in c.interface.inputs),
        junk=", ".join("1" if v.type == "bool" else junk for v in c.interface.outputs),
    )
