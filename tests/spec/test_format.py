"""The canonical layout, by example, and expressions as text."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from parley.spec import syntax
from parley.spec.diagnostics import Rejected
from parley.spec.files import LIBRARY
from parley.spec.formatting.expressions import print_expr
from parley.spec.formatting.text import format_text
from parley.spec.parsing.parser import parse
from parley.spec.source import Source
from printing import print_file

if TYPE_CHECKING:
    from pathlib import Path


def formatted(text: str) -> str:
    return format_text(Source("test.parley", text))


def tree(text: str) -> tuple[syntax.Declaration, ...]:
    file, problems = parse(Source("test.parley", text))
    assert problems == [], text
    return file.declarations


def expression(text: str) -> syntax.Expr:
    (define,) = tree(f"define f = {text}")
    assert isinstance(define, syntax.Define)
    assert define.body is not None
    return define.body


def in_interface(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("interface I {", *(f"    {line}".rstrip() for line in lines), "}"))


def in_policy(*lines: str) -> str:
    return in_interface(*lines).replace("interface I", "policy p for I")


def in_host(*lines: str) -> str:
    return in_interface(*lines).replace("interface I", "host h for I")


# ---- examples -------------------------------------------------------------------------------------------

EXAMPLE = """\
/// RMI_VERSION: host and RMM find an interface revision that both support.
interface RMI_VERSION from "DEN0137 B4.3.23" {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }

    config supported : set of revision
    assume configured: supported is not empty

    input  requested : revision in x1
    output status    : { RMI_SUCCESS = 0, RMI_ERROR_INPUT = 1 } in x0
    output lower     : revision in x1
    output higher    : revision in x2

    define compatible(offered, wanted) = offered == wanted

    invariant lower_is_requested from "DEN0137 IJNVXJ (a)":
        status == RMI_SUCCESS implies lower == requested
    invariant newer_only from "DEN0137 IJNVXJ (c)":
        (every r in supported: r > requested) implies lower == higher
}

policy rmm_1_0 for RMI_VERSION from "DEN0137 IJNVXJ" {
    higher = max supported

    case malformed when requested.reserved != 0 {
        status = RMI_ERROR_INPUT
        lower  = any  // the specification leaves it open
        ensure lower in supported
    }
    case accepted when some r in supported: compatible(r, requested) {
        status = RMI_SUCCESS
        lower  = requested
    }
    case older when some r in supported: r < requested {
        status = RMI_ERROR_INPUT
        lower  = max r in supported where r < requested
    }
    case newer otherwise {
        status = RMI_ERROR_INPUT
        lower  = higher
    }
}

host asks_1_1_first for RMI_VERSION {
    knows 1.1, 2.0  // most preferred first
    start request 1.1
    on status == RMI_SUCCESS                   => accept requested
    on lower in known and lower != requested   => request lower
    on higher in known and higher != requested => request higher
    otherwise                                  => give up
}

session retry : asks_1_1_first with rmm_1_0 {
    property safe: accepted implies agreed in supported
    property finds_common: (some k in known: k in supported) implies accepted
}

scenario older_and_newer for retry {
    given supported = {1.0, 2.0}
    then  accepted and agreed == 2.0
}
"""


def test_the_example_stays_as_it_is() -> None:
    assert formatted(EXAMPLE) == EXAMPLE


def test_the_example_is_what_its_words_give() -> None:
    without = re.sub(r"  // .*", "", EXAMPLE).replace("\n\n    ", "\n    ")
    doc, words = without.split("\n", 1)
    assert formatted(doc + "\n" + " ".join(words.split())) == without


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.parley")), ids=lambda path: path.stem)
def test_the_library_has_the_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


# Each: what is shown, the text, and its layout.
LAYOUTS = [
    ("an empty text stays empty", "", ""),
    ("white space alone is nothing", " \r\n\n", ""),
    ("comments alone are a file", "\n\n// a\n\n\n// b", "// a\n\n// b\n"),
    ("line ends become LF", "use a\r\nuse b\r\n", "use a\nuse b\n"),
    ("a lone CR ends a line, too", "use a\r// b\ruse c", "use a\n// b\nuse c\n"),
    ("use lines may be adjacent", "use a\nuse b\n\n\nuse c", "use a\nuse b\n\nuse c\n"),
    ("other declarations have a blank line between them", "use a define f define g", "use a\n\ndefine f\n\ndefine g\n"),
    ("it stands before a declaration's comments", "use a\n// c\n/// d\ndefine f", "use a\n\n// c\n/// d\ndefine f\n"),
    ("or where the author put it", "use a\n// c\n\ndefine f", "use a\n// c\n\ndefine f\n"),
    ("a doc comment stands right above its word", "/// d\n\n// c\n\ndefine f", "/// d\n// c\ndefine f\n"),
    (
        "blank lines within a declaration have nothing to do with it",
        "use a\ninterface I { assume a: b\n\nassume c: d }",
        "use a\n\n" + in_interface("assume a: b", "", "assume c: d"),
    ),
    (
        "a doc comment above a block",
        "/// d\n\ninterface I { /// e\n\nassume a: b }",
        "/// d\n" + in_interface("/// e", "assume a: b"),
    ),
    ("empty blocks", "interface I {\n\n}", "interface I {}\n"),
    ("empty layouts", "interface I { revision { } }", in_interface("revision {}")),
    (
        "literals as they are spelt",
        "define f = 0X0aF == 007 or x in 01.00..2.0",
        "define f = 0X0aF == 007 or x in 01.00..2.0\n",
    ),
    ("parentheses as they are put", "define f = ((a)) and( b or c )", "define f = ((a)) and (b or c)\n"),
    (
        "spaces in terms",
        "define f ( a ) = a . b [ 3 : 1 ] with{[ 2 ]=g ( { } ),[ 1 ]=max(s)}",
        "define f(a) = a.b[3:1] with { [2] = g({}), [1] = max (s) }\n",
    ),
    (
        "spaces in formulas",
        "define f = { { } , 1 } == s and every x in 1.0 .. 2.0:not x!=1",
        "define f = {{}, 1} == s and every x in 1.0..2.0: not x != 1\n",
    ),
    ("a doc comment behind code belongs to what is below", "use a /// d\nuse b", "use a\n/// d\nuse b\n"),
    ("no blank line at the edges of a block", "interface I {\n\n// a\n\n\n// b\n\n}", in_interface("// a", "", "// b")),
    (
        "blank lines of the author, at most one",
        "interface I { config a : bool\n\n\nassume b: a assume c: a}",
        in_interface("config a : bool", "", "assume b: a", "assume c: a"),
    ),
    (
        "comments stay where they stand",
        "interface I // 1\n{ // 2\n config a : bool // 3\n\n // 4\n }// 5\n// 6",
        "interface I  // 1\n{  // 2\n    config a : bool  // 3\n\n    // 4\n}  // 5\n// 6\n",
    ),
    (
        "comments at a block with nothing in it",
        "interface I { // 1\n} // 2\ninterface J {} // 3\n",
        "interface I {  // 1\n}  // 2\n\ninterface J {}  // 3\n",
    ),
    (
        "a comment inside an item keeps its lines",
        in_interface("assume a: x  and // 1", "y   or", "//  2", "z // 3", "assume b:", "x"),
        in_interface("assume a: x and  // 1", "    y or", "    //  2", "    z  // 3", "assume b: x"),
    ),
    (
        "and its brackets their indentation",
        in_interface("output a : { // 1", "B = 1,", "C = 2 // 2", "}", "revision { a[63:32]", "// 3", "b[31:0] }"),
        in_interface(
            "output a : {  // 1",
            "    B = 1,",
            "    C = 2  // 2",
            "}",
            "revision { a[63:32]",
            "    // 3",
            "    b[31:0] }",
        ),
    ),
    (
        "however deep they are",
        in_interface("assume a: (x // 1", "and f( // 2", "{1.0} // 3", ")", ")"),
        in_interface("assume a: (x  // 1", "    and f(  // 2", "        {1.0}  // 3", "    )", ")"),
    ),
    (
        "a set is not the block of an item",
        in_policy("a = // 1", "{1.0}"),
        in_policy("a =  // 1", "    {1.0}"),
    ),
    (
        "such a head of a block is told from the block",
        "policy p // 1\nfor I\n{ case c when // 2\nx { a = 1 } }",
        "policy p  // 1\n        for I\n{\n    case c when  // 2\n            x {\n        a = 1\n    }\n}\n",
    ),
    (
        "columns of names",
        in_interface(
            "config a : bool", "/// d", "input bbb : revision", "// c", "output cc : bool", "", "config d : bool"
        ),
        in_interface(
            "config a   : bool", "/// d", "input  bbb : revision", "// c", "output cc  : bool", "", "config d : bool"
        ),
    ),
    (
        "columns of assignments, to the next item of another kind",
        in_policy("a = 1", "bbb = 2", 'expect refuted x ""', "cc = 3", "d = // c", "1", "eeeee = 4"),
        in_policy("a   = 1", "bbb = 2", 'expect refuted x ""', "cc = 3", "d =  // c", "    1", "eeeee = 4"),
    ),
    (
        "columns of a scenario",
        "scenario s for p { given a = 1 then b given ccc = 2\n\nthen d }",
        "scenario s for p {\n    given a   = 1\n    then  b\n    given ccc = 2\n\n    then d\n}\n",
    ),
    (
        "a column of the arrows of rules, whatever their guards are",
        in_host(
            "knows any up \t to 4", "on a  => give  up", "// c", "on x.a[1] == { }=>accept x", "otherwise=>request y"
        ),
        in_host(
            "knows any up to 4",
            "on a            => give up",
            "// c",
            "on x.a[1] == {} => accept x",
            "otherwise       => request y",
        ),
    ),
    (
        "to the next blank line, or item of another kind",
        in_host("on a => give up", "", "on bb => give up", "start request (c)", "otherwise => give up"),
        in_host("on a => give up", "", "on bb => give up", "start request (c)", "otherwise => give up"),
    ),
    (
        "a comment inside a rule keeps it out",
        in_host("on a => give up", "on bb // c", "=> give up", "on ccc => give up"),
        in_host("on a => give up", "on bb  // c", "    => give up", "on ccc => give up"),
    ),
    (
        "a very wide guard does not widen the others",
        in_host("on a => give up", f"on {'b' * 58} => give up", "otherwise => give up"),
        in_host("on a      => give up", f"on {'b' * 58} => give up", "otherwise => give up"),
    ),
    (
        "one that is less so does",
        in_host("on a => give up", f"on {'b' * 57} => give up"),
        in_host(f"on a{' ' * 56} => give up", f"on {'b' * 57} => give up"),
    ),
    (
        "unless an action would leave its line for that",
        in_host(f"on a => accept {'c' * 35}", f"on {'b' * 48} => give up", "otherwise => give up"),
        in_host(f"on a      => accept {'c' * 35}", f"on {'b' * 48} => give up", "otherwise => give up"),
    ),
    (
        "and it does so at 100 columns",
        in_host(f"on a => accept {'c' * 34}", f"on {'b' * 48} => give up"),
        in_host(f"on a{' ' * 47} => accept {'c' * 34}", f"on {'b' * 48} => give up"),
    ),
    (
        "hosts and sessions with nothing in them",
        'host h for I from"x"{ } session s:h with p{ }',
        'host h for I from "x" {}\n\nsession s : h with p {}\n',
    ),
    (
        "items of a session",
        '/// d\nsession s:h with p{ property a:b property c:d\n\n/// e\nexpect refuted c "x" }',
        '/// d\nsession s : h with p {\n    property a: b\n    property c: d\n\n    /// e\n    expect refuted c "x"\n}\n',
    ),
    (
        "heads of hosts and sessions are told from their blocks",
        "host h // 1\nfor I { otherwise => give up }\nsession s // 2\n: h with p\n{ property a: b }",
        "host h  // 1\n        for I {\n    otherwise => give up\n}\n\n"
        "session s  // 2\n        : h with p\n{\n    property a: b\n}\n",
    ),
    (
        "a very wide name does not widen the others",
        in_policy("a = 1", f"{'b' * 41} = 2", "cc = 3"),
        in_policy("a  = 1", f"{'b' * 41} = 2", "cc = 3"),
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in LAYOUTS], ids=[case[0] for case in LAYOUTS])
def test_layout(text: str, wanted: str) -> None:
    assert formatted(text) == wanted


A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)

BROKEN = [
    ("a line may be 100 columns wide", f'invariant i from "{"x" * 74}": a', f'invariant i from "{"x" * 74}": a'),
    (
        "then a statement goes below its head",
        f'invariant i from "{"x" * 75}": a',
        f'invariant i from "{"x" * 75}":',
        "    a",
    ),
    (
        "the comment behind it does not count",
        f'invariant i from "{"x" * 74}": a  // {A}',
        f'invariant i from "{"x" * 74}": a  // {A}',
    ),
    (
        "then it is broken at the loosest operator",
        f"assume i: {A} and {B} implies {C}",
        "assume i:",
        f"    {A} and {B}",
        f"    implies {C}",
    ),
    (
        "each part of which may be 100 columns wide",
        f"assume i: {A} and {B}{'x' * 7} or {C} and {D}{'x' * 4}",
        "assume i:",
        f"    {A} and {B}{'x' * 7}",
        f"    or {C} and {D}{'x' * 4}",
    ),
    (
        "and no wider",
        f"assume i: {A} and {B}{'x' * 8} or {C} and {D}{'x' * 4}",
        "assume i:",
        f"    {A}",
        f"        and {B}{'x' * 8}",
        f"    or {C} and {D}{'x' * 4}",
    ),
    (
        "and again inside its operands",
        f"assume i: {A} and {B} and {C} or {D} and not ({A} iff {B} and {C})",
        "assume i:",
        f"    {A}",
        f"        and {B}",
        f"        and {C}",
        f"    or {D}",
        f"        and not ({A}",
        f"            iff {B}",
        f"                and {C})",
    ),
    ("a define's body as a statement's formula", f"define f({A}) = {B} or {C}", f"define f({A}) =", f"    {B} or {C}"),
    ("parameters one a line", f"define f({A}, {B}, {C})", "define f(", f"    {A},", f"    {B},", f"    {C}", ")"),
    (
        "a citation below its head",
        f'invariant i from "{"x" * 90}": a',
        "invariant i",
        f'        from "{"x" * 90}":',
        "    a",
    ),
    (
        "a layout one field a line",
        f"revision {{ {A}[63:32]   {B}[31:16] zero   {C}[15:0] }}",
        "revision {",
        f"    {A}[63:32]",
        f"    {B}[31:16] zero",
        f"    {C}[15:0]",
        "}",
    ),
    (
        "an enumeration one name a line",
        f"output o : {{ {A} = 0, {B} = 1, {C} = 2 }} in x0",
        "output o : {",
        f"    {A} = 0,",
        f"    {B} = 1,",
        f"    {C} = 2",
        "} in x0",
    ),
    (
        "with its last comma",
        f"output o : {{ {A} = 0, {B} = 1, {C} = 2, }} in x0",
        "output o : {",
        f"    {A} = 0,",
        f"    {B} = 1,",
        f"    {C} = 2,",
        "} in x0",
    ),
    (
        "a condition",
        f"assume i: if {A} then {B} else {C}",
        "assume i:",
        f"    if {A}",
        f"    then {B}",
        f"    else {C}",
    ),
    (
        "a choice",
        f"assume i: {A} == max x in {B} where {C}",
        "assume i:",
        f"    {A} == max x in {B}",
        f"    where {C}",
    ),
    (
        "a call",
        f"assume i: f({A}, {B}, {C})",
        "assume i:",
        "    f(",
        f"        {A},",
        f"        {B},",
        f"        {C}",
        "    )",
    ),
    (
        "a set",
        f"assume i: x in {{{A}, {B}, {C}}}",
        "assume i:",
        "    x in {",
        f"        {A},",
        f"        {B},",
        f"        {C}",
        "    }",
    ),
    (
        "a changed word",
        f"assume i: (x) with {{ a = {A}, b = {B}, c = {C} }} == x",
        "assume i:",
        "    (x) with {",
        f"        a = {A},",
        f"        b = {B},",
        f"        c = {C}",
        "    } == x",
    ),
    (
        "what has no such place stays long",
        f"assume i: some x in {A}: {B} == {C}",
        "assume i:",
        f"    some x in {A}: {B} == {C}",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [(c[1], c[2:]) for c in BROKEN], ids=[c[0] for c in BROKEN])
def test_long_lines(text: str, wanted: tuple[str, ...]) -> None:
    assert formatted(in_interface(text)) == in_interface(*wanted)


def test_long_lines_of_a_policy() -> None:
    text = in_policy(
        f"lower = if {A} then {B} else {C}",
        f'expect refuted {A}.{B} "{C}"',
        f"case c when {A} and {B} and {C} {{ ensure {A} or {B} or {C} }}",
    )
    assert formatted(text) == in_policy(
        f"lower = if {A}",
        f"    then {B}",
        f"    else {C}",
        f"expect refuted {A}.{B}",
        f'    "{C}"',
        f"case c when {A}",
        f"        and {B}",
        f"        and {C} {{",
        f"    ensure {A}",
        f"        or {B}",
        f"        or {C}",
        "}",
    )


def test_long_lines_of_a_host() -> None:
    text = in_host(
        f"knows {A}, ({B}), {C}",
        f"start request if {A} then {B} else {C}",
        "on a => give up",
        "on bbb => give up",
        f"on {A} and {B}{'x' * 5} => accept x",
        f"on {A} and {B} or {C} => request first k in {A} where {B} and c",
        f"otherwise => request first k in {A} where k < {'d' * 19}",
    )
    assert formatted(text) == in_host(
        "knows",
        f"    {A},",
        f"    ({B}),",
        f"    {C}",
        f"start request if {A}",
        f"    then {B}",
        f"    else {C}",
        "on a   => give up",
        "on bbb => give up",
        f"on {A} and {B}{'x' * 5}",
        "    => accept x",
        f"on {A} and {B}",
        f"        or {C}",
        f"    => request first k in {A}",
        f"        where {B} and c",
        "otherwise",
        f"    => request first k in {A} where k < {'d' * 19}",
    )


def test_long_lines_of_a_session() -> None:
    text = f'session {A} : {B} with {C} from "x" {{ property {A}: {B} implies {C} }}'
    assert formatted(text) == (
        f'session {A} : {B} with {C}\n        from "x" {{\n    property {A}:\n        {B} implies {C}\n}}\n'
    )


def test_a_head_that_is_broken_is_told_from_its_block() -> None:
    assert formatted(f'policy {A} for {B} refines {C} from "x" {{ a = 1 }}') == (
        f'policy {A} for {B} refines {C}\n        from "x" {{\n    a = 1\n}}\n'
    )


def test_indentation_has_an_end() -> None:
    formula = "a"
    for _ in range(45):
        formula = f"{A} and ({A} or {formula})"
    lines = formatted(f"define f = {formula}").splitlines()
    assert len(lines) > 90
    assert max(len(line) - len(line.lstrip()) for line in lines) == 60


def test_parentheses_may_be_many() -> None:
    text = f"define f = {'(' * 500}a and {A}{')' * 500} or {B}"
    assert formatted(formatted(text)) == formatted(text)


PRINTED = [
    "a implies b implies c",
    "(a implies b) implies c",
    "a iff (b iff c)",
    "(a and b) and c or d",
    "a and (b or c)",
    "not not a == b",
    "(not a) == b",
    "not x in s and x not in s",
    "a and (some x in s: b) and c",
    "a and some x in 1.0..2.0: b and c",
    "(some x in s: every y in s: a) and b",
    "if some x in s: a then b else c",
    "(if a then b else c) == d",
    "a == if b then c else d",
    "max s is not empty",
    "max s in t",
    "(max s).major",
    "max s.major",
    "max (max s)",
    "max x in max s where x < 2.0",
    "(max x in s where a) in t",
    "first k in known where prefers(k, x) and k < y",
    "(first k in known where a).major == 1",
    "some x in (max x in s where a): b",
    "f({}, {a or b, every x in s: c}, 0xff)",
    "x with { a = 1, [3:1] = 2, [0] = b implies c }.d[63]",
    "(a == b) with { c = true }",
]


@pytest.mark.parametrize("text", PRINTED)
def test_expressions_are_printed_as_they_are_best_written(text: str) -> None:
    assert print_expr(expression(text)) == text


def test_the_lines_of_a_doc_comment_are_printed_without_space_behind() -> None:
    text = "/// a\n///\n///  b\ndefine f\n"
    assert print_file(parse(Source("test.parley", text))[0]) == text


def test_hosts_and_sessions_are_printed_as_they_are_best_written() -> None:
    text = """\
/// d
host h for I from "x" {
    /// e
    knows 1.1, 2.0
    knows any
    knows any up to 4
    start request max known
    on a implies b => request a
    on a => accept b
    otherwise => give up
}

session s : h with p from "y" {
    property safe from "z": a
    expect vacuous safe "w"
}

session t : h with p {}
"""
    assert print_file(parse(Source("test.parley", text))[0]) == text


def test_the_example_is_printed_from_its_tree() -> None:
    assert print_file(parse(Source("test.parley", formatted(EXAMPLE)))[0]).splitlines()[:4] == [
        "/// RMI_VERSION: host and RMM find an interface revision that both support.",
        'interface RMI_VERSION from "DEN0137 B4.3.23" {',
        "    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }",
        "    config supported : set of revision",
    ]


@pytest.mark.parametrize(("text", "code"), [("define = 1", "P1"), (f"define f = {'not ' * 101}a", "P103")])
def test_a_text_with_syntax_errors_is_rejected(text: str, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        formatted(text)
    assert [problem.code.startswith(code) for problem in caught.value.diagnostics] == [True]


def test_the_solver_stays_out() -> None:
    code = "import sys, parley.spec.formatting.text, parley.spec.formatting.expressions; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
