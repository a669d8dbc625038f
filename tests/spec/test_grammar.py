"""The grammar has no conflict, the shipped tables are its own, and our loop over them does what Lark's does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from parley.spec import syntax as ast
from parley.spec import tables
from parley.spec.build import TreeBuilder
from parley.spec.format import format_text
from parley.spec.load import LIBRARY, Loader
from parley.spec.parser import parse
from parley.spec.source import Source, Span
from parley.spec.tokens import Token, scan


@pytest.mark.slow
def test_the_grammar_has_no_conflict_and_no_two_tokens_for_one_word() -> None:
    tables.build(strict=True)


@pytest.mark.slow
def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    assert tables.TABLES.read_text(encoding="utf-8") == tables.serialised()


@pytest.mark.slow
def test_the_tables_do_not_depend_on_the_run() -> None:
    """Lark numbers states by the order of sets, which changes from process to process."""
    shipped = tables.TABLES.read_bytes()
    for seed in ("1", "2"):
        command = [sys.executable, "-c", "from parley.spec.tables import serialised; print(serialised(), end='')"]
        made = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True)
        assert made.stdout == shipped


def test_the_tables_are_loaded_without_lark() -> None:
    code = "import sys; import parley.spec.load as l; assert l.Loader().load('rmi'); assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["missing", "not JSON", "of another grammar"])
def test_tables_that_do_not_fit_are_made_anew(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tables.load()
    path = tmp_path / "tables.json"
    if damage == "not JSON":
        path.write_text("{", encoding="utf-8")
    if damage == "of another grammar":
        other: Any = json.loads(tables.TABLES.read_bytes())
        path.write_text(json.dumps(other | {"grammar": "0", "states": []}), encoding="utf-8")
    monkeypatch.setattr(tables, "TABLES", path)
    assert tables.load() == shipped


class Callbacks:
    """`TreeBuilder` for Lark, which calls it with tokens of its own."""

    def __getattr__(self, rule: str) -> Any:
        method = getattr(TreeBuilder(), rule)

        def reduce(children: list[Any]) -> Any:
            return method([ours(child) for child in children])

        return reduce


@cache
def larks_parser() -> Any:
    return tables.build(transformer=Callbacks())


def ours(child: Any) -> Any:
    if hasattr(child, "start_pos"):
        return Token(child.type, str(child), Span(child.start_pos, child.end_pos))
    return child


def with_spans(node: Any) -> Any:
    """A tree as nested tuples, spans included, which comparison leaves out."""
    if isinstance(node, tuple):
        return tuple(map(with_spans, cast("tuple[Any, ...]", node)))
    if hasattr(node, "span"):
        fields = getattr(node, "__struct_fields__", None) or tuple(node.__dataclass_fields__)
        return (type(node).__name__, *(with_spans(getattr(node, name)) for name in fields))
    return node


HOSTS = """
host listed for I { knows 1.1, 2.0, (1.0) start request first k in known where k < 2.0
    on prefers(a, b) => request (a) otherwise => give \tup }
/// d
host any_caller for I from "x" { knows any up  to 0x4 on a => accept b /// e
    otherwise => request c }
host old for I { knows any }
session s : listed with p from "y" { property a from "z": rounds <= 2 assume b: c invariant d: e
    expect refuted a "w" }
"""
RESERVED = sorted(tables.load().keywords)
FIELDS = f"""interface F {{
    revision {{ {" ".join(f"{word}[{at}]" for at, word in zip(range(63, 0, -1), RESERVED, strict=False))} rest[{63 - len(RESERVED)}:0] zero }}
    output o : revision
    {"".join(f"invariant i_{word}: o.{word} == 1 and (o) .{word} == o.{word} or o in o..max {{o}}{chr(10)}" for word in RESERVED)}
    invariant j: o == o with {{ [3:0] = 1, {", ".join(f"{word} = 1" for word in RESERVED)} }}
}}
"""
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.parley"))} | {
    "hosts": HOSTS,
    "fields": FIELDS,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_loop_over_the_tables_makes_the_same_tree_as_lark(text: str) -> None:
    expected = larks_parser().parse(text)
    file, problems = parse(Source("test.parley", text))
    assert problems == []
    assert file.declarations == expected
    assert with_spans(file.declarations) == with_spans(expected)


def test_a_field_may_be_called_by_any_word() -> None:
    loader = Loader()
    assert loader.load_source(Source("fields.parley", FIELDS), Path("/nowhere/fields.parley")) is not None
    formatted = format_text(Source("fields.parley", FIELDS))
    assert format_text(Source("again.parley", formatted)) == formatted
    assert parse(Source("again.parley", formatted))[0].declarations == parse(Source("once", FIELDS))[0].declarations
    assert "zero[1]" not in formatted.replace("zero[1]", "", 1)


@pytest.mark.parametrize(
    "text",
    ["a[63:32] zero[31:0]", "a[63:32] zero zero[31:0]", "zero[63:32] zero a[31:0]", "zero[63:32] zero in[31:0]",
     "first [63:32] in [ 31 : 0 ]"],
)  # fmt: skip
def test_the_layout_of_such_a_field_stays_what_it_is(text: str) -> None:
    whole = f"interface F {{ revision {{ {text} }} output o : bool }}\n"
    file, problems = parse(Source("fields.parley", whole))
    assert problems == []
    formatted = format_text(Source("fields.parley", whole))
    assert parse(Source("again.parley", formatted))[0].declarations == file.declarations


def words(text: str) -> list[tuple[str, str]]:
    return [(token.type, token.text) for token in scan(text)][:-1]


def test_words_and_marks() -> None:
    assert words("max maximum _a1 0x1F 12 1.0 1.0.3 1.0..2.0 a.b") == [
        ("MAX", "max"), ("NAME", "maximum"), ("NAME", "_a1"), ("NUMBER", "0x1F"), ("NUMBER", "12"),
        ("REVISION", "1.0"), ("REVISION", "1.0.3"), ("REVISION", "1.0"), ("RANGE", ".."), ("REVISION", "2.0"),
        ("NAME", "a"), ("DOT", "."), ("NAME", "b"),
    ]  # fmt: skip


def test_two_words_that_are_one_stand_in_one_line() -> None:
    assert words("up to up  \t to up\nto up tool up give up give\nup giveup give upon") == [
        ("UP_TO", "up to"), ("UP_TO", "up  \t to"), ("NAME", "up"), ("NAME", "to"), ("NAME", "up"), ("NAME", "tool"),
        ("NAME", "up"), ("GIVE_UP", "give up"), ("NAME", "give"), ("NAME", "up"), ("NAME", "giveup"),
        ("NAME", "give"), ("NAME", "upon"),
    ]  # fmt: skip


def test_the_tree_of_a_host_and_a_session() -> None:
    file, problems = parse(Source("test.parley", HOSTS))
    assert problems == []
    a, b, c, k = map(ast.Name, "abck")
    one, two = ast.Revision((1, 1)), ast.Revision((2, 0))
    chosen = ast.Extremum("first", ast.Name("known"), "k", ast.Comparison("<", k, two))
    assert file.declarations == (
        ast.Host(ast.Label("listed"), ast.Label("I"), (
            ast.Knows((one, two, ast.Revision((1, 0)))),
            ast.Opening(chosen),
            ast.Rule(ast.Call("prefers", (a, b)), ast.Request(a)),
            ast.Rule(None, ast.GiveUp()),
        )),
        ast.Host(ast.Label("any_caller"), ast.Label("I"), (
            ast.Knows(None, 4),
            ast.Rule(a, ast.Accept(b)),
            ast.Rule(None, ast.Request(c), "e"),
        ), "x", "d"),
        ast.Host(ast.Label("old"), ast.Label("I"), (ast.Knows(None),)),
        ast.Session(ast.Label("s"), ast.Label("listed"), ast.Label("p"), (
            ast.Statement("property", ast.Label("a"), ast.Comparison("<=", ast.Name("rounds"), ast.Number(2)), "z"),
            ast.Statement("assume", ast.Label("b"), c),
            ast.Statement("invariant", ast.Label("d"), ast.Name("e")),
            ast.Expect("refuted", ast.Label("a"), "w"),
        ), "y"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["12abc", "1_0", "0x", "0xg", "1.0x", "é", "\0", '"open', "$"])
def test_what_is_no_word_is_unreadable(text: str) -> None:
    assert tables.UNREADABLE in [kind for kind, _ in words(text)]


def test_comments_and_doc_comments() -> None:
    text = "// a\n/// b\n//// c\n//\n///\na // d"
    assert words(text) == [("DOC", "/// b"), ("DOC", "///"), ("NAME", "a")]
    everything = list(scan(text, everything=True))
    assert "".join(token.text for token in everything) == text
    assert [token.text for token in everything if token.type == "COMMENT"] == ["// a", "//// c", "//", "// d"]


def test_every_character_is_in_one_token() -> None:
    text = 'policy \u00e9 { 1.0x \0"\r\n\t} // end'
    tokens = list(scan(text, everything=True))
    assert "".join(token.text for token in tokens) == text
    assert [token.span.start for token in tokens[1:]] == [token.span.end for token in tokens[:-1]]
    assert all(text[token.span.start : token.span.end] == token.text for token in tokens)
