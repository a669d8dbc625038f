"""What holds of every text: random trees are printed, laid out and read back, with comments anywhere."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parley.spec import syntax as ast
from parley.spec.formatting.expressions import print_expr
from parley.spec.formatting.text import format_text
from parley.spec.parsing.grammar import GRAMMAR
from parley.spec.parsing.parser import parse
from parley.spec.source import Source
from printing import print_file

T = TypeVar("T")


def formatted(text: str) -> str:
    return format_text(Source("test.parley", text))


def tree(text: str) -> tuple[ast.Declaration, ...]:
    file, problems = parse(Source("test.parley", text))
    assert problems == [], text
    return file.declarations


def expression(text: str) -> ast.Expr:
    (define,) = tree(f"define f = {text}")
    assert isinstance(define, ast.Define)
    assert define.body is not None
    return define.body


WORD = re.compile(r'//[^\r\n]*|"[^"\r\n]*"|0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)+|up to|give up|\w+|=>|[=!<>]=|\.\.|\S')
"""Tokens, told apart without the parser: with white space around each, none runs into the next."""


class Comment(NamedTuple):
    text: str
    after: int
    """How many words and doc comments stand before it."""
    own_line: bool


def is_doc(word: str) -> bool:
    return re.match(r"///(?!/)", word) is not None


def words_and_comments(text: str) -> tuple[list[str], list[Comment]]:
    words: list[str] = []
    comments: list[Comment] = []
    end = 0
    for match in WORD.finditer(text):
        word = match.group()
        if not word.startswith("//") or is_doc(word):
            words.append(word.rstrip() if is_doc(word) else word)
        else:
            own_line = end == 0 or re.search(r"[\r\n]", text[end : match.start()]) is not None
            comments.append(Comment(word.rstrip(), len(words), own_line))
        end = match.end()
    return words, comments


# ---- random trees ---------------------------------------------------------------------------------------

KEYWORDS = set(re.findall(r'^[A-Z_]+: "(\w+)"$', GRAMMAR.read_text(encoding="utf-8"), re.M))

# With `up` and `give` as names, two of them in a line could be one word.
UNUSED = KEYWORDS | {"up", "give"}
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in UNUSED)
labels = st.builds(ast.Label, names)
whole = st.integers(0, 1 << 64)
strings = st.text(st.characters(exclude_characters='"\r\n', exclude_categories=["Cs"]), max_size=12)
docs = st.lists(st.text("ab /|", max_size=6).map(str.rstrip), max_size=3).map("\n".join)


def tuples(of: st.SearchStrategy[T], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


slices = st.builds(ast.Slice, st.integers(0, 64), st.integers(0, 64))
parts = names | slices
leaves: st.SearchStrategy[ast.Expr] = st.one_of(
    st.builds(ast.Name, names),
    st.builds(ast.Number, whole, st.booleans()),
    st.builds(ast.Revision, tuples(whole, 2)),
    st.builds(ast.Boolean, st.booleans()),
)


def forms(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    domains = inner | st.builds(ast.Range, inner, inner)
    extremes = st.sampled_from(["max", "min"])
    choices = extremes | st.just("first")
    return st.one_of(
        st.builds(ast.FieldOf, inner, parts),
        st.builds(ast.With, inner, tuples(st.tuples(parts, inner), 1)),
        st.builds(ast.Call, names, tuples(inner, 1)),
        st.builds(ast.SetLiteral, tuples(inner)),
        st.builds(ast.If, inner, inner, inner),
        st.builds(ast.Extremum, extremes, inner),
        st.builds(ast.Extremum, choices, domains, names, inner),
        st.builds(ast.Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(ast.Member, inner, domains, st.booleans()),
        st.builds(ast.IsEmpty, inner, st.booleans()),
        st.builds(ast.Quantified, st.sampled_from(["some", "every", "no"]), names, domains, inner),
        st.builds(ast.Not, inner),
        st.builds(ast.And, tuples(inner, 2)),
        st.builds(ast.Or, tuples(inner, 2)),
        st.builds(ast.Implies, inner, inner),
        st.builds(ast.Iff, inner, inner),
    )


exprs = st.recursive(leaves, forms, max_leaves=8)

fields = st.builds(ast.FieldLayout, labels, slices, st.booleans())
types = st.sampled_from(["set", "revision", "bool"]) | st.builds(
    ast.Enumeration, tuples(st.tuples(labels, whole), 1, 5)
)
variables = st.one_of(
    st.builds(ast.Variable, st.just("config"), labels, types, st.none(), docs),
    st.builds(ast.Variable, st.sampled_from(["input", "output"]), labels, types, st.none() | labels, docs),
)
defines = st.builds(ast.Define, labels, tuples(labels), st.none() | exprs, strings, docs)
statements = st.builds(ast.Statement, st.sampled_from(["assume", "invariant"]), labels, exprs, strings, docs)
interface_items = st.builds(ast.Layout, tuples(fields), docs) | variables | defines | statements
assigns = st.builds(ast.Assign, labels, st.none() | exprs, docs)
ensures = st.builds(ast.Ensure, exprs, docs)
cases = st.builds(ast.Case, labels, st.none() | exprs, tuples(assigns | ensures, 0, 4), docs)
claims = st.builds(ast.Label, st.lists(names, min_size=1, max_size=3).map(".".join) | names.map("refines.{}".format))
expects = st.builds(ast.Expect, st.sampled_from(["refuted", "vacuous"]), claims, strings, docs)
policy_items = st.one_of(assigns, cases, defines, statements, expects)
actions = st.builds(ast.Request, exprs) | st.builds(ast.Accept, exprs) | st.builds(ast.GiveUp)
host_items = st.one_of(
    st.builds(ast.Knows, tuples(exprs, 1), st.none(), docs),
    st.builds(ast.Knows, st.none(), st.none() | whole, docs),
    st.builds(ast.Opening, exprs, docs),
    st.builds(ast.Rule, st.none() | exprs, actions, docs),
)
properties = st.builds(ast.Statement, st.just("property"), labels, exprs, strings, docs)
session_items = st.one_of(properties, statements, expects)
scenario_items = st.builds(ast.Given, labels, exprs, docs) | st.builds(ast.Then, exprs, docs)
uses = st.builds(ast.Use, names, st.just(True), docs) | st.builds(ast.Use, strings, st.just(False), docs)
declarations = st.one_of(
    uses,
    defines,
    st.builds(ast.Interface, labels, tuples(interface_items, 0, 5), strings, docs),
    st.builds(ast.Policy, labels, labels, st.none() | labels, tuples(policy_items, 0, 5), strings, docs),
    st.builds(ast.Host, labels, labels, tuples(host_items, 0, 5), strings, docs),
    st.builds(ast.Session, labels, labels, labels, tuples(session_items, 0, 5), strings, docs),
    st.builds(ast.Scenario, labels, labels, tuples(scenario_items, 0, 5), strings, docs),
)
files = st.builds(ast.File, st.just(Source("random.parley", "")), tuples(declarations))


@dataclass(frozen=True, repr=False)
class Printed(Generic[T]):
    """A tree and its text, shown as this: Hypothesis takes minutes to show a tree that does not fit."""

    tree: T
    text: str

    def __repr__(self) -> str:
        return self.text


@st.composite
def printed_exprs(draw: st.DrawFn) -> Printed[ast.Expr]:
    expr = draw(exprs)
    return Printed(expr, print_expr(expr))


@st.composite
def printed_files(draw: st.DrawFn) -> Printed[ast.File]:
    file = draw(files)
    return Printed(file, print_file(file))


@st.composite
def scattered(draw: st.DrawFn) -> str:
    """A file with any white space and any comments between its words."""
    comments = draw(st.sampled_from([0, 0.03, 0.3]))
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    made = ""
    for word in words_and_comments(print_file(draw(files)))[0]:
        while chance.random() < comments:
            made += chance.choice(["//", "// c", "//// four ", "//x } /// y", '// "open {']) + chance.choice(LINE_ENDS)
        made += word + chance.choice(LINE_ENDS if is_doc(word) else [" ", "\t", "  ", *LINE_ENDS])
    return made + ("// last" if chance.random() < comments else "")


LINE_ENDS = ["\n", " \n\t", "\r\n", "\n\n", "\n\n \n"]

# ---- what holds of every text ---------------------------------------------------------------------------


@pytest.mark.slow
@given(printed_exprs())
@settings(deadline=None)
def test_a_printed_expression_reads_back_as_it_was(printed: Printed[ast.Expr]) -> None:
    assert expression(printed.text) == printed.tree


@given(printed_exprs())
@settings(deadline=None)
def test_a_printed_expression_needs_each_of_its_parentheses(printed: Printed[ast.Expr]) -> None:
    text = printed.text
    open_: list[int] = []
    for at, letter in enumerate(text):
        if letter == "(":
            open_.append(at)
        elif letter == ")":
            start = open_.pop()
            less = f"define f = {text[:start]} {text[start + 1 : at]} {text[at + 1 :]}"
            file, problems = parse(Source("less.parley", less))
            assert problems or file.declarations != tree(f"define f = {text}"), less


@pytest.mark.slow
@given(printed_files())
@settings(deadline=None)
def test_a_printed_file_reads_back_as_it_was(printed: Printed[ast.File]) -> None:
    assert tree(printed.text) == printed.tree.declarations


@given(scattered())
@settings(deadline=None)
def test_nothing_changes_but_the_layout_and_that_only_once(text: str) -> None:
    once = formatted(text)
    assert words_and_comments(once) == words_and_comments(text)
    assert tree(once) == tree(text)
    assert formatted(once) == once


@pytest.mark.slow
@given(scattered())
@settings(deadline=None)
def test_white_space_is_never_where_it_is_not_wanted(text: str) -> None:
    once = formatted(text)
    assert "\r" not in once
    assert not re.search(r"^ *[^\S\n ]", once, re.M)
    assert not once.startswith("\n")
    assert not once.endswith("\n\n")
    assert once[-1:] in ("", "\n")
    assert "\n\n\n" not in once
    assert " \n" not in once
    assert not re.search(r"\n\n *}", once)
    assert not re.search(r"^[^/\"]*{\n\n", once, re.M)


@given(printed_files())
@settings(deadline=None)
def test_line_ends_of_the_author_count_for_nothing_without_comments(printed: Printed[ast.File]) -> None:
    words, _ = words_and_comments(printed.text)
    run_together = "".join(f"{word}\n" if is_doc(word) else f"{word} " for word in words)
    one_by_one = "".join(f"{word}\n" for word in words)
    assert formatted(run_together) == formatted(one_by_one)


@st.composite
def long_formulas(draw: st.DrawFn) -> str:
    return print_expr(draw(st.recursive(st.builds(ast.Name, names), long_forms, max_leaves=30)))


def long_forms(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    return st.one_of(
        st.builds(ast.And, tuples(inner, 2, 6)),
        st.builds(ast.Or, tuples(inner, 2, 6)),
        st.builds(ast.Implies, inner, inner),
    )


@pytest.mark.slow
@given(long_formulas())
@settings(deadline=None)
def test_formulas_keep_to_the_width(formula: str) -> None:
    text = formatted(f"policy p for I {{ case c when {formula} {{ ensure {formula} }} }}")
    assert max(len(line) for line in text.split("\n")) <= 100


@pytest.mark.slow
@given(st.lists(st.tuples(long_formulas(), long_formulas()), min_size=1, max_size=6))
@settings(deadline=None)
def test_rules_keep_to_the_width_and_to_their_column(rules: list[tuple[str, str]]) -> None:
    text = formatted(f"host h for I {{ {' '.join(f'on {guard} => accept {term}' for guard, term in rules)} }}")
    lines = text.split("\n")
    assert max(len(line) for line in lines) <= 100
    whole = [line for line in lines if line.startswith("    on ") and "=>" in line]
    for line in whole:
        guard = line.partition("=>")[0].rstrip()
        # Widened to a column that others have, or as it is.
        assert line.index("=>") == len(guard) + 1 or line.index("=>") in {
            len(other.partition("=>")[0].rstrip()) + 1 for other in whole if other is not line
        }
