"""A table of vectors in C and what judges an answer: the part that the header and the KUnit suite share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.instance import word_of
from ...spec.core import Core, Symbol
from ...spec.syntax import Variable
from .c_language import C, struct
from .formulas import Level
from .lowered import read_by
from .names import c_comment, c_string
from .table import Block, Table, TableRow


def judging(c: C, table: Table) -> str:
    """The functions that compare an answer with the expected one: `exactly`, and one for each open part."""
    written: list[str] = []
    for judge in table.judges:
        compared = [v for v in c.interface.outputs if v.name.id not in judge.open]
        function = _function(c, f"allows_{judge.name}", compared, judge.formulas)
        written.append(f"{c_comment(judge.says)}\n{function}")
    if any(row.judge is None for block in table.blocks for row in block.rows):
        says = c_comment(["The policy leaves nothing open here."])
        written.insert(0, f"{says}\n{_function(c, 'exactly', c.interface.outputs, ())}")
    return "\n\n".join(text for text in (c.prelude(), *written) if text)


def _function(c: C, name: str, compared: Sequence[Variable], formulas: Iterable[Core]) -> str:
    """A function that compares some outputs, and decides the formulas about the others."""
    fields = [c.fields[v.name.id] for v in compared]
    wanted = [f"reply->{field} == expect->{field}" for field in fields]
    read: set[Symbol] = set()
    for formula in formulas:
        wanted.append(c.code(formula).above(Level.JOINED))
        read |= formula.free
    # The kernel is compiled without warnings of these.
    unused = [] if c.kernel else _unused(c, compared, read)
    return "\n".join(
        (
            c.function(f"static {c.bool} {c.of(name)}", c.reply("expect"), c.reply()),
            "{",
            *(f"\t(void){name};" for name in unused),
            *([""] if unused else []),
            "\treturn {};".format("\n\t       && ".join(wanted) or "1"),
            "}",
        )
    )


def _unused(c: C, compared: Sequence[Variable], read: set[Symbol]) -> list[str]:
    """The parameters that a function does not look at."""
    unused = [c.names[v.name.id] for v in c.interface.inputs if v.name.id not in read]
    if not any(v.name.id in read_by(read) for v in c.interface.configs):
        unused.insert(0, "config")
    if not compared:
        unused.append("expect")
    if not compared and not any(v.name.id in read for v in c.interface.outputs):
        unused.append("reply")
    return unused


def tables(c: C, table: Table) -> str:
    """The vectors, a table for each configuration, and the table of these."""
    vector = [
        "unsigned int id;",
        *(f"{c.type(v)} {c.names[v.name.id]};" for v in c.interface.inputs),
        f"struct {c.of('reply')} expect;",
        f"{c.of('judge')} *judge;",
        "const char *about;",
    ]
    group = [
        f"struct {c.of('config')} config;",
        f"const struct {c.of('vector')} *vectors;",
        "unsigned int count;",
        "const char *name;",
    ]
    texts = [
        c.function(f"typedef {c.bool} {c.of('judge')}", c.reply("expect"), c.reply()) + ";",
        "",
        c_comment(["One request, the answer to it, and what compares the two."]),
        struct(c.of("vector"), vector),
        "",
        c_comment(["The vectors of one configuration."]),
        struct(c.of("group"), group),
    ]
    for at, block in enumerate(table.blocks, 1):
        texts += ["", c_comment([block.name]), *_sets(c, block, at)]
        texts += [f"static const struct {c.of('vector')} {c.of(f'vectors_{at}')}[] = {{"]
        texts += [_row(c, row) for row in block.rows]
        texts += ["};"]
    texts += ["", f"static const struct {c.of('group')} {c.of('groups')}[] = {{"]
    texts += [_group(c, block, at) for at, block in enumerate(table.blocks, 1)]
    return "\n".join((*texts, "};"))


def _sets(c: C, block: Block, at: int) -> Iterable[str]:
    for name, value in block.config.items():
        if isinstance(value, tuple) and value:
            words = ", ".join(c.word(word).text for word in value)
            yield f"static const {c.u64} {c.of(f'table_{at}_{name}')}[] = {{ {words} }};"


def _row(c: C, row: TableRow) -> str:
    inputs = "".join(f"{c.word(word_of(word)).text}, " for word in row.inputs)
    outputs = ", ".join(c.word(word_of(word)).text for word in row.outputs)
    judge = c.of(f"allows_{row.judge.name}" if row.judge else "exactly")
    return f"\t{{ {row.id}, {inputs}{{ {outputs} }}, {judge}, {c_string(row.about)} }},"


def _group(c: C, block: Block, at: int) -> str:
    config: list[str] = []
    for name, value in block.config.items():
        match value:
            case tuple():
                config += [c.of(f"table_{at}_{name}") if value else "0", str(len(value))]
            case _:
                config.append(c.value(value))
    return (
        f"\t{{ {{ {', '.join(config) or '0'} }}, {c.of(f'vectors_{at}')}, {len(block.rows)}, {c_string(block.name)} }},"
    )
