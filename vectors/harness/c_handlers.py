"""Handlers in C: every mutant in one file, chosen by number."""

from __future__ import annotations

from collections.abc import Sequence

from ...spec.checked import CheckedPolicy
from ..export.c_language import C
from ..export.formulas import Level
from ..export.known_bits import may_be_nothing
from ..export.templates import template
from .drivers import FOLDER
from .handlers import Branch, Handler


class Own(C):
    """The names of what is written here, which nothing in a harness has."""

    def of(self, what: str) -> str:
        return f"parley_own_{what}"

    def constant(self, name: str) -> str:
        return f"PARLEY_OWN_{name}"


def inputs_of(policy: CheckedPolicy) -> list[str]:
    """What the inputs are called in every handler."""
    c = Own(policy, prefix="parley_own_")
    return [c.names[v.name.id] for v in policy.interface.inputs]


def handlers(policy: CheckedPolicy, made: Sequence[Handler]) -> str:
    """The handlers, and `parley_own_answer`, which is the one of `parley_at`; with -DPARLEY_AT=n there is one alone."""
    c = Own(policy, prefix="parley_own_")
    branches = [branch for one in made for branch in one.branches]
    most = max((sum(one.value is None for one in branch.assigned) for branch in branches), default=0)
    parts = [
        "#include <stdint.h>",
        "uint64_t parley_own_any(void);\nvoid parley_own_assume(int holds);",
        c.types(),
        _choices(c, most) if most else "static unsigned int parley_own_called;",
    ]
    for number, one in enumerate(made):
        parts.append(f"#if !defined(PARLEY_AT) || PARLEY_AT == {number}\n{_handler(one, number)}\n#endif")
    arguments = ", ".join(("config", *inputs_of(policy), "answered"))
    answer = c.function("static void parley_own_answer", "struct parley_own_reply *answered")
    one = "#define PARLEY_CALLED(n) PARLEY_CALLED_(n)\n#define PARLEY_CALLED_(n) parley_own_handler_##n"
    begin = f"parley_own_begin({', '.join(('config', *inputs_of(policy)))});\n\t" if most else ""
    listed = ",\n\t".join(f"parley_own_handler_{number}" for number in range(len(made)))
    kind = c.function("typedef void parley_own_handler", "struct parley_own_reply *answered")
    parts.append(
        f"#ifdef PARLEY_AT\n{one}\n\n{answer}\n{{\n\t{begin}PARLEY_CALLED(PARLEY_AT)({arguments});\n}}\n#else\n"
        f"unsigned int parley_at;\n{kind};\n\n"
        f"static parley_own_handler *const parley_own_handlers[] = {{\n\t{listed}\n}};\n\n"
        f"{answer}\n{{\n\t{begin}parley_own_handlers[parley_at]({arguments});\n}}\n#endif"
    )
    return "\n\n".join(parts)


CALLS = 4
"""Calls of one run whose choices are remembered."""


def _choices(c: Own, most: int) -> str:
    """What is left open is chosen once for each request: an implementation is deterministic.

    The key of a request is what is asked, and of what the implementation is built with; a set goes in as one number.
    """
    key: list[str] = []
    sets: list[str] = []
    for variable in c.interface.configs:
        fields = [f"config->{field}" for field in c.parts(variable)]
        if variable.type != "set":
            key += fields
            continue
        set_, count = fields
        hashed = f"of_{len(sets)}"
        sets.append(f"\tuint64_t {hashed} = {count};\n")
        sets.append(f"\tfor (i = 0; i < {count}; i++)\n\t\t{hashed} = {hashed} * 31 + {set_}[i];\n")
        key.append(hashed)
    key += inputs_of(c.policy)
    # No loops: they would want a bound of their own.
    same = "".join(f" && parley_own_calls[n].key[{at}] == ({word})" for at, word in enumerate(key))
    kept = "".join(f"\tparley_own_calls[parley_own_call].key[{at}] = {word};\n" for at, word in enumerate(key))
    return template(
        FOLDER / "choices.c",
        calls=CALLS,
        words=max(1, len(key)),
        open=most,
        head=c.function("static void parley_own_begin"),
        sets="".join([*sets[::2], *sets[1::2]]),
        same=same,
        found="".join(f"PARLEY_OWN_SAME({n}) ? {n} : " for n in range(CALLS)),
        kept=kept,
    )


def _handler(handler: Handler, number: int) -> str:
    c = Own(handler.policy, prefix=f"parley_own_{number}_")
    body: list[str] = []
    for at, branch in enumerate(handler.branches):
        guard = "" if branch.guard is None else f"if ({c.formula(branch.guard)}) "
        before = "\t} else " if at else "\t"
        body.append(f"{before}{guard}{{")
        body += [f"\t\t{line}" for line in _branch(c, branch)]
    if handler.branches:
        body.append("\t}")
    for one in handler.held:
        value = f"right.{c.fields[one.output]}"
        for test, held in reversed(one.rows):
            value = f"({c.formula(test)}) ? ({c.u64})({c.code(held).above(Level.CHOICE)}) : ({value})"
        body.append(f"\tanswered->{c.fields[one.output]} = {value};")
    head = c.function(f"static void parley_own_handler_{number}", "struct parley_own_reply *answered")
    start = [
        "\tstruct parley_own_reply right = *answered;",
        "\tconst struct parley_own_reply *const reply = &right;",
        "",
        "\t(void)config;",
        "\t(void)reply;",
    ]
    # The answer is written as a whole: where it has no value, nothing is.
    whole = ["\t*answered = right;"]
    at_end = [line for line in body if line.startswith("\tanswered->")]
    answered = [line for line in body if not line.startswith("\tanswered->")]
    lines = [head, "{", *start, *answered, *whole, *at_end, "}"]
    return "\n\n".join(part for part in (c.prelude(), "\n".join(lines)) if part)


def _branch(c: Own, branch: Branch) -> list[str]:
    lines: list[str] = []
    for number, one in enumerate(branch.assigned):
        field = f"right.{c.fields[one.output]}"
        if one.value is None:
            truth = " & 1" if c.interface.variables[one.output].type == "bool" else ""
            lines.append(f"{field} = parley_own_chosen(){truth};")
        elif may_be_nothing(one.value):
            c.used.add("term")
            lines.append(f"const struct {c.prefix}term value_{number} = {c.formula(one.value)};")
            lines += ["", f"if (!value_{number}.known)", "\treturn;", f"{field} = value_{number}.word;"]
        else:
            lines.append(f"{field} = {c.formula(one.value)};")
    lines += [f"parley_own_assume({c.formula(formula)});" for formula in branch.wanted]
    return lines
