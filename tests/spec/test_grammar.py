"""The grammar has no conflict, the shipped parser is its own, and what the parser makes of some texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import lark
import pytest
from parley.spec import syntax
from parley.spec.files import LIBRARY
from parley.spec.formatting.text import format_text
from parley.spec.load import Loader
from parley.spec.parsing import grammar
from parley.spec.parsing.lexer import UNREADABLE, Cursor
from parley.spec.parsing.parser import parse
from parley.spec.parsing.tokens import Token, handed_on, keywords, scan
from parley.spec.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lark.parsers.lalr_interactive_parser import InteractiveParser


@pytest.fixture(scope="module")
def built() -> Any:
    return grammar.build()


@pytest.mark.slow
def test_the_grammar_has_no_conflict_and_no_two_tokens_for_one_word() -> None:
    grammar.build(strict=True, lexer="basic")


@pytest.mark.slow
def test_the_shipped_parser_is_that_of_the_grammar(built: Any) -> None:
    # It says so, else there is a warning, which is an error here; and so it is:
    shipped: Any = grammar.parser.__wrapped__()
    assert shipped.rules == built.rules
    assert terminals(shipped) == terminals(built)


def terminals(parser: Any) -> list[tuple[str, str, int]]:
    return sorted((t.name, t.pattern.to_regexp(), t.priority) for t in parser.terminals)


def unwanted(_: object) -> None:
    pytest.fail("it is used")


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["missing", "cut short", "of another grammar", "of another Lark"])
def test_a_shipped_parser_that_does_not_fit_is_said_and_not_used(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "parser.pickle"
    if damage != "missing":
        path.write_bytes(grammar.SAVED.read_bytes()[: 1000 if damage == "cut short" else None])
    if damage == "of another grammar":
        (tmp_path / "grammar.lark").write_text(f"{grammar.GRAMMAR.read_text(encoding='utf-8')}// changed\n")
        monkeypatch.setattr(grammar, "GRAMMAR", tmp_path / "grammar.lark")
    if damage == "of another Lark":
        monkeypatch.setattr(lark, "__version__", "1.99")
    monkeypatch.setattr(grammar, "SAVED", path)
    monkeypatch.setattr(lark.Lark, "load", unwanted)
    with pytest.warns(UserWarning, match=r"parser\.pickle is not the parser that Lark .* it is built now"):
        parser: Any = grammar.parser.__wrapped__()
    assert parser.parse(Cursor(HOSTS)) == parse(Source("test.parley", HOSTS))[0].declarations


def with_spans(node: Any) -> Any:
    """A tree as nested tuples, spans included, which comparison leaves out."""
    if isinstance(node, tuple):
        return tuple(map(with_spans, cast("tuple[Any, ...]", node)))
    if hasattr(node, "span"):
        return (type(node).__name__, *(with_spans(getattr(node, name)) for name in node.__struct_fields__))
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
RESERVED = sorted(keywords())
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
def test_the_shipped_parser_does_what_one_does_that_is_built_from_the_grammar(text: str, built: Any) -> None:
    shipped: Any = grammar.parser()
    ours, theirs = (parser.parse_interactive(Cursor(text)) for parser in (shipped, built))
    for token, other in zip(ours.iter_parse(), theirs.iter_parse(), strict=True):
        assert (token, token.type) == (other, other.type)
        assert takes(ours) == takes(theirs)
    expected = with_spans(theirs.feed_eof())
    assert with_spans(ours.feed_eof()) == expected
    file, problems = parse(Source("test.parley", text))
    assert problems == []
    assert with_spans(file.declarations) == expected


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_the_lexer_does_what_larks_own_does(text: str) -> None:
    def tokens(found: Iterable[lark.Token]) -> list[Token]:
        return [handed_on(token, text) for token in found]

    # Asked for tokens alone, Lark uses its own.
    parser: Any = grammar.parser()
    assert list(scan(text))[:-1] == tokens(parser.lex(text))
    assert list(scan(text, everything=True))[:-1] == tokens(parser.lex(text, dont_ignore=True))


def takes(parser: InteractiveParser) -> set[str]:
    return {symbol for symbol in parser.choices() if symbol.isupper()}


def test_nothing_of_larks_is_in_a_tree() -> None:
    def walk(node: Any) -> None:
        assert not type(node).__module__.startswith("lark"), node
        for child in cast("tuple[Any, ...]", node) if isinstance(node, tuple) else ():
            walk(child)

    for text in TEXTS.values():
        walk(with_spans(parse(Source("test.parley", text))[0].declarations))


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
    assert words("up to up  \t to up\nto up tool range of range \t of range range_of up give up give\nup giveup give upon") == [
        ("UP_TO", "up to"), ("UP_TO", "up  \t to"), ("NAME", "up"), ("NAME", "to"), ("NAME", "up"), ("NAME", "tool"),
        ("RANGE_OF", "range of"), ("RANGE_OF", "range \t of"), ("NAME", "range"), ("NAME", "range_of"),
        ("NAME", "up"), ("GIVE_UP", "give up"), ("NAME", "give"), ("NAME", "up"), ("NAME", "giveup"),
        ("NAME", "give"), ("NAME", "upon"),
    ]  # fmt: skip


def test_the_tree_of_a_host_and_a_session() -> None:
    file, problems = parse(Source("test.parley", HOSTS))
    assert problems == []
    a, b, c, k = map(syntax.Name, "abck")
    one, two = syntax.Revision((1, 1)), syntax.Revision((2, 0))
    chosen = syntax.Extremum("first", syntax.Name("known"), "k", syntax.Comparison("<", k, two))
    assert file.declarations == (
        syntax.Host(syntax.Label("listed"), syntax.Label("I"), (
            syntax.Knows((one, two, syntax.Revision((1, 0)))),
            syntax.Opening(chosen),
            syntax.Rule(syntax.Call("prefers", (a, b)), syntax.Request(a)),
            syntax.Rule(None, syntax.GiveUp()),
        )),
        syntax.Host(syntax.Label("any_caller"), syntax.Label("I"), (
            syntax.Knows(None, 4),
            syntax.Rule(a, syntax.Accept(b)),
            syntax.Rule(None, syntax.Request(c), doc="e"),
        ), cites="x", doc="d"),
        syntax.Host(syntax.Label("old"), syntax.Label("I"), (syntax.Knows(None),)),
        syntax.Session(syntax.Label("s"), syntax.Label("listed"), syntax.Label("p"), (
            syntax.Statement("property", syntax.Label("a"), syntax.Comparison("<=", syntax.Name("rounds"), syntax.Number(2)), cites="z"),
            syntax.Statement("assume", syntax.Label("b"), c),
            syntax.Statement("invariant", syntax.Label("d"), syntax.Name("e")),
            syntax.Expect("refuted", syntax.Label("a"), "w"),
        ), cites="y"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["12abc", "1_0", "0x", "0xg", "1.0x", "é", "\0", '"open', "$"])
def test_what_is_no_word_is_unreadable(text: str) -> None:
    assert UNREADABLE in [kind for kind, _ in words(text)]


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


NOT_RESERVED = ["known", "prefers", "range", "under", "signed", "assumption", "next", "state", "give", "up", "to"]
NAMED = """interface W {{
    revision {{ {word}[63:32] rest[31:0] }}
    config {word} : set of revision
    input of_{word} : revision
    output {word}_ : bool
    assumption {word}_too from "x": {word} is not empty
    assume a_{word}: (some x in {word}: x == of_{word}) or of_{word}.{word} == 1
    invariant {word}_2 under {word}_too from "y": of_{word} == of_{word} with {{ {word} = 1, rest = 0 }} implies {word}_
    invariant {word}_3 under {word}_too: (every x in {word}: x.{word} == 1) and {word} == {word}
}}
policy {word} for W under {word}_too from "z" {{
    define {word}_f(a) = a in {word}
    {word}_ = {word} == {{of_{word}}}
    case {word} when {word} is empty {{}}
    case {word}_1 when {word}_f(of_{word}) {{}}
    case other otherwise {{}}
}}
"""


@pytest.mark.parametrize("word", NOT_RESERVED)
def test_a_word_that_is_told_by_its_place_is_a_name(word: str) -> None:
    text = NAMED.format(word=word)
    loader = Loader()
    assert loader.load_source(Source("named.parley", text), Path("/nowhere/named.parley")) is not None, loader.problems
    formatted = format_text(Source("named.parley", text))
    assert (
        parse(Source("again.parley", formatted))[0].declarations == parse(Source("named.parley", text))[0].declarations
    )


def test_words_of_optional_assumptions_are_told_by_what_follows() -> None:
    text = """interface under {
        revision { under[63:32] assumption[31:0] }
        config assumption : set of revision
        output under_ : bool
        assumption under: assumption is not empty
        assumption assumption_ // of all
            from "x" : true
        assume assumption from "x": some under in assumption: under.under == under.assumption
        invariant under under under, // and
            assumption_ from "y": assumption == assumption
        invariant of_all: under_ == (assumption == assumption)
    }
    policy assumption for under under under { under_ = true case under otherwise { } }
    """
    file, problems = parse(Source("under.parley", text))
    assert problems == []
    interface, policy = file.declarations
    assert isinstance(interface, syntax.Interface)
    assert isinstance(policy, syntax.Policy)
    statements = [item for item in interface.items if isinstance(item, syntax.Statement)]
    assert [(item.role, item.name.id, [label.id for label in item.under], item.cites) for item in statements] == [
        ("assumption", "under", [], ""),
        ("assumption", "assumption_", [], "x"),
        ("assume", "assumption", [], "x"),
        ("invariant", "under", ["under", "assumption_"], "y"),
        ("invariant", "of_all", [], ""),
    ]
    assert [label.id for label in policy.under] == ["under"]
    assert policy.interface.id == "under"


def test_what_a_comment_says_tells_no_word() -> None:
    text = 'define f = under // "open {\n// assumption a: b\ndefine g = assumption // a: b\n'
    file, problems = parse(Source("comments.parley", text))
    assert problems == []
    assert [item.body for item in file.declarations if isinstance(item, syntax.Define)] == [
        syntax.Name("under"),
        syntax.Name("assumption"),
    ]
