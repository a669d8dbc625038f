"""What syntax errors say: the habits behind them, nothing of the grammar's own names, and no more than needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parley.spec import syntax
from parley.spec.files import LIBRARY
from parley.spec.load import Loader
from parley.spec.parsing.grammar import parser
from parley.spec.parsing.parser import parse
from parley.spec.parsing.recovery import MOST_ERRORS
from parley.spec.parsing.stack import on
from parley.spec.parsing.syntax_errors import FRAGMENTS, could_stand, phrase
from parley.spec.parsing.tokens import END, keywords, scan
from parley.spec.source import Source
from sampled import one_in

if TYPE_CHECKING:
    from parley.spec.parsing.habits.fragment import WrongFragment

HOSTS = """
host asks_1_1_first for RMI_VERSION {
    knows 1.1, 2.0
    start request first k in known where k < 2.0
    on status == RMI_SUCCESS => accept requested
    on lower in known and lower != requested => request lower
    otherwise => give up
}

host any_caller for RMI_VERSION from "DEN0137 B4.3.23" {
    knows any up to 4
    start request max known
    otherwise => give up
}

session retry : asks_1_1_first with rmm_1_0 {
    assume one_at_least: max supported > 0.0
    /// What is agreed on is spoken by both.
    property safe: accepted implies agreed in supported
    expect refuted finds_common "what no caller asks for is not found"
    property finds_common: (some k in known: k in supported) implies accepted
}
"""
TEXT = (LIBRARY / "rmi.parley").read_text(encoding="utf-8") + HOSTS
WORDS = [token for token in scan(TEXT) if token.text]
TERMINALS = {s.name for rule in parser().rules for s in rule.expansion if s.is_term} | {END}


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.example.replace("\n", " ")[:50])
def test_a_habit_from_elsewhere_is_told_what_to_write_here(fragment: WrongFragment) -> None:
    loader = Loader()
    loader.load_source(Source("habit.parley", fragment.example), Path("/nowhere/habit.parley"))
    found = [(problem.code, problem.message, problem.help) for problem in loader.problems]
    assert found == [(fragment.code, fragment.message, fragment.help)]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.at)
def test_each_habit_is_recognised_by_its_own_entry(fragment: WrongFragment) -> None:
    """Were it another entry's with the same words, this one would be of no use."""
    others = [other for other in FRAGMENTS if other is not fragment]
    _, (problem,) = parse(Source("habit.parley", fragment.example))
    ahead = fragment.example[problem.span.start :][:40]
    behind = fragment.example[: problem.span.start].rpartition("\n")[2]
    same = [
        other for other in others
        if (other.message, other.help) == (fragment.message, fragment.help) and re.match(other.at, ahead)
        and (not other.before or re.search(other.before, behind))
    ]  # fmt: skip
    assert same == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("define f(a, b) = a === b", "delete one `=`"),
        ("define f(a, b) = a not b", "`in`"),
        ("define f(a) = a == 0x10", ""),
        ("define f(a) = a == v.1.0", "delete the letters"),
        ('use "rmi.parley" from "x"', "`from` cannot stand here"),
        ("scenario s for p { given a == 1.0 }", "a constant is given with `=`"),
        ("define f(a) = some r of a: r == a", "replace this by `in`"),
        ("policy p for I { case a when b { } else { } }", "write `case name otherwise {`"),
        ("policy p for I { case a when b then { } }", "stand in braces"),
        ("define f(a) = a.1", "`1` cannot stand here"),
        ("interface I { input a : revision in 1 }", "`1` cannot stand here"),
        ("/// nothing follows", "the file ends too early"),
        ("host h for I { knows any up 4 }", "is written `up to`"),
        ("host h for I { knows any up-to 4 }", "is written `up to`"),
        ("host h for I { knows any at most 4 }", "is written `up to`"),
        ("host h for I { knows any 4 }", "is written `up to`"),
        ("host h for I { knows 1.0 config c : bool }", "`config` cannot stand here"),
        ("host h for I { on a accept b }", "put `=>` before it"),
        ("host h for I { on a => b }", "`accept`, `give up` or `request`"),
        ("host h for I { otherwise => giveup }", "write `give up`"),
        ("host h for I { otherwise => Give\nup }", "write `give up`"),
        ("host h for I { otherwise: give up }", "stands behind `=>`"),
        ("host h for I { on a then accept b }", "stands behind `=>`"),
        ("host h for I { on a => accept b request c }", "`request` cannot stand here"),
        ("host h for I {\nrequest 1.0 }", "put `start` before it"),
        ("host h for I { start 1.0 }", "`request`"),
        ("host h for I { default => give up }", "marked `otherwise`"),
        ("policy p for I { case c else { } }", "marked `otherwise`"),
        ("host h for I { knows: 1.0 }", "right behind `knows`"),
        ("host h for I { knows [1.0] }", "right behind `knows`"),
        ("host h for I { knows {1.0} }", ""),
        ("session s for h with p {}", "behind a `:`"),
        ("session s : h, p {}", "joined by `with`"),
        ("session s : h & p {}", "joined by `with`"),
        ("session s : h with p { property (a) }", "write a name before the `:`"),
        ("session s : h with p { property every k in known: a }", "write a name before the `:`"),
        ("session s : h with p { property rounds <= 2 }", "write a name and `:`"),
    ],
)
def test_other_errors(text: str, message: str) -> None:
    problems = parse(Source("error.parley", text))[1]
    assert message in " ".join([problems[0].message, problems[0].help]) if message else not problems


@pytest.mark.parametrize(
    "word", ["first", "max", "set", "of", "on", "no", "not", "any", "request", "in", "known_is", "to"]
)
def test_a_reserved_word_as_a_name_is_one_fault(word: str) -> None:
    """Not one more wherever it is used."""
    text = f"""interface I {{
    revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
    config {word} : revision
    input asked : revision
    output ok : bool
}}
policy p for I {{
    case a when asked < {word} {{ ok = true }}
    case b when asked == {word} and asked != 1.0 {{ ok = true }}
    case c otherwise {{ ok = false }}
}}
scenario s for p {{ given {word} = 1.0 then ok }}
"""
    loader = Loader()
    loader.load_source(Source("word.parley", text), Path("/nowhere/word.parley"))
    found = [problem.message for problem in loader.problems]
    taken = word in keywords()
    assert found == ([f"`{word}` is a word of the language and cannot be a name"] if taken else [])


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("policy p for I { case c otherwsie { } }", "did you mean `otherwise`?"),
        ("policy p for I { case c whne a { } }", "did you mean `when`?"),
        ("policy p for I { cse c otherwise { } }", "did you mean `case` where `cse` is?"),
        ("interface I { invarient a: true }", "did you mean `invariant`?"),
        ("polciy p for I { }", "did you mean `policy`?"),
        ("Policy p for I { }", "write `policy`"),
        ("POLICY p for I { }", "write `policy`"),
        ("define f(a) = a == a AND a == a", "write `and`"),
        ("define f(a, b) = a IN b", "write `in`"),
        ("define f(a, b) = Some r in b: r == a", "write `some` for `Some`"),
        ("policy p for I { invariant i: a == b OR b == a }", "write `or` for `OR`"),
        ("define f(a) = a is Not empty", "write `not`"),
        ("define f(a) = if a == a then a ELSE a", "write `else`"),
        ("define f(a) = if a == a THEN a else a", "write `then`"),
        ("interface I { revision { high[63:31] ZERO low[30:0] } }", "write `zero` for `ZERO`"),
        ("interface I { revision { high[63:31] Zero low[30:0] } }", "write `zero` for `Zero`"),
        ("host h for I { knows ANY up to 4 }", "write `any` for `ANY`"),
        ("policy p for I { case c Otherwise { a = b } }", "write `otherwise`"),
        ("define f(requested) = requested requested", ""),
    ],
)
def test_a_misspelt_word_of_the_language_is_told_what_was_meant(text: str, help_: str) -> None:
    _, (problem, *_) = parse(Source("word.parley", text))
    assert help_ in problem.help
    assert bool(help_) == ("did you mean" in problem.help or "write" in problem.help)


FORMULAS = [
    "define f(a) = «»",
    "define f(a) = if «» then a else a",
    "define f(a) = if a == a then «» else a",
    "define f(a) = if a == a then a else «»",
    "define f(a) = a == a implies «»",
    "define f(a) = a == a iff «»",
    "define f(a) = a == a or «»",
    "define f(a) = not («»)",
    "define f(a) = some r in a: «»",
    "define f(a) = a == max r in a where «»",
    "define f(a) = g(a, «»)",
    "interface I { invariant i: «» }",
    "policy p for I { case c when «» { a = b } }",
    "policy p for I { case c otherwise { ensure «» } }",
    "policy p for I { case c otherwise { a = «» } }",
    "host h for I { on «» => give up }",
    "host h for I { on a == a and\n «» => give up }",
    "session s : h with p { property a: «» }",
    "scenario s for p { then «» }",
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize(
    ("wrong", "message", "help_"),
    [
        ("|supported| == 1", "how many revisions a set has", "`S is empty` for none"),
        ("|{1.0, 1.1}| == 1", "how many revisions a set has", "`S is empty` for none"),
        ("a == -1.0", "no revision is negative", "without a sign"),
        ("a in {-1.0}", "no revision is negative", "without a sign"),
        ("a.minor == -1", "no number is negative", "in the register"),
        ("a == a with { minor = -1 }", "no number is negative", "in the register"),
        ("a == a with { major = 1, minor = -1 }", "no number is negative", "in the register"),
        ("a->major == 1", "stands behind a `.`", "`requested.major` for `requested->major`"),
        ("a.minor == 16u", "has no letters behind it", "write `16`"),
        ("a.minor == 0x10UL", "has no letters behind it", "`0x10` for `0x10UL`"),
        ("a.minor == 1u16", "has no letters behind it", "write `16`"),
        ("a.minor == 0b11", "hexadecimal behind `0x`", "`0x3`"),
        ("(some q in b such that q == a)", "end with `:`", "write `some r"),
        ("(every q in b such that q == a)", "end with `:`", "write `every r"),
        ("(no q in b | q == a)", "end with `:`", "write `no r"),
        ("(some q in {1.0, 1.1} | q == a)", "end with `:`", "write `some r"),
        ("(some q, s in b: q == s)", "has one variable", "`some r in S: some s"),
        ("(some (q in b): q == a)", "without parentheses", "write `some r"),
    ],
)
def test_a_habit_is_told_wherever_a_formula_stands(text: str, wrong: str, message: str, help_: str) -> None:
    problem = parse(Source("formula.parley", text.replace("«»", wrong)))[1][0]
    assert (message in problem.message, help_ in problem.help) == (True, True), (problem.message, problem.help)


def test_an_arrow_behind_a_number_leads_to_no_field() -> None:
    for text in ("define f(a, b) = a == 1.0->b == 2.0", "host h for I { on a == 1.0->accept b }"):
        _, (problem, *_) = parse(Source("arrow.parley", text))
        assert "field" not in problem.message, text


def test_a_range_with_a_dash_is_none_of_a_negative_revision() -> None:
    _, (problem, *_) = parse(Source("range.parley", "define f(a) = a in 1.0 - 2.0"))
    assert "a range is written" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "policy «» for I { }",
        "interface I { config «» : bool }",
        "interface I { output o : { «» = 0 } }",
        "interface I { revision { «»[63:0] } }",
        "define f(«») = «»",
        "define f(a) = some «» in a: a == «»",
        "policy p for I { case «» otherwise { } }",
        "session s : h with p { property «»: a }",
    ],
)
def test_a_name_has_a_hundred_letters_at_most(text: str) -> None:
    assert parse(Source("name.parley", text.replace("«»", "n" * 100)))[1] == []
    (problem,) = parse(Source("name.parley", text.replace("«»", "n" * 101)))[1]
    assert (problem.code, problem.span) == ("P107", (text.index("«"), text.index("«") + 101))
    # What is no name may be of any length.
    assert parse(Source("text.parley", f'// {"n" * 200}\ninterface I from "{"n" * 200}" {{ }}'))[1] == []


def test_what_could_stand_is_said_in_groups() -> None:
    assert could_stand({"NAME"}) == "a name"
    assert could_stand({"NAME", "DOC"}) == "a name"
    assert could_stand({"RBRACE", "COMMA"}) == "`,` or `}`"
    assert could_stand({"USE", "DEFINE", "INTERFACE", "POLICY", "HOST", "SESSION", "SCENARIO", "$END"}) == (
        "a declaration or the end of the file"
    )
    assert could_stand(set()) == "nothing"


@pytest.mark.parametrize("word", sorted(keywords()))
@pytest.mark.parametrize(
    "text", ["define {} = 1", "define f = some {} in s: true", "host {} for I {{}}", "host h for {} {{}}"]
)
def test_a_word_of_the_language_is_no_name(word: str, text: str) -> None:
    _, (problem, *_) = parse(Source("word.parley", text.format(word)))
    assert problem.message == f"`{word}` is a word of the language and cannot be a name"


def test_the_groups_of_what_could_stand_are_whole() -> None:
    """A word that the grammar takes where it takes a declaration or a formula belongs to that group."""
    assert _help("}") == "a declaration or the end of the file"
    assert _help("define f = }") == "a formula or a term"
    assert _help("define f = a == }") == "a term"
    assert _help("host h for I { on a => request }") == "a formula or a term"


def _help(text: str) -> str:
    stack = on(text)
    assert stack.advance(0)
    return could_stand(stack.accepted())


@pytest.mark.parametrize("terminal", sorted(TERMINALS))
def test_no_phrase_is_the_name_of_a_terminal(terminal: str) -> None:
    assert terminal not in phrase(terminal)
    assert phrase(terminal) == phrase(terminal).strip()
    # What stands in quotes is what is written.
    quoted = re.fullmatch(r"`(.*)`", phrase(terminal))
    if quoted:
        assert [token.type for token in scan(quoted.group(1))][:-1] == [terminal]


# ---- texts that are damaged in all ways -----------------------------------------------------------------

_NAMES = re.compile("|".join(rf"(?<![\w$]){re.escape(name)}(?!\w)" for name in sorted(TERMINALS)))
_RULES = re.compile(
    "|".join(
        rf"\b{re.escape(rule)}\b" for rule in {rule.origin.name for rule in parser().rules if "_" in rule.origin.name}
    )
)


def assert_speaks_plainly(text: str) -> int:
    """Load a text: it is clean, or each fault is told with a place in it and in plain words. How many there are."""
    loader = Loader()
    program = loader.load_source(Source("damaged.parley", text), Path("/nowhere/damaged.parley"))
    assert (program is None) == bool(loader.problems)
    for problem in loader.problems:
        assert re.fullmatch(r"P[1-4]\d\d", problem.code)
        assert problem.source is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.place is not None
        assert 1 <= problem.place.line <= text.count("\n") + 1
        # What the user wrote is quoted; it may be any word.
        ours = re.sub(r"`[^`]*`", "``", f"{problem.message} | {problem.help}")
        assert not _NAMES.search(ours), ours
        assert not _RULES.search(f"{problem.message} | {problem.help}")
        assert "Token(" not in ours
        assert "Unknown(" not in ours
    return len(loader.problems)


@pytest.mark.parametrize("at", one_in(4, range(len(WORDS))))
def test_one_missing_word_is_one_fault(at: int) -> None:
    """Nothing more is said than what is missing, wherever it is (or what was there was not needed)."""
    start, end = WORDS[at].span
    if WORDS[at].text == "zero":
        pytest.skip("without it the field counts, and every revision of the file has a number too few")
    assert assert_speaks_plainly(TEXT[:start] + TEXT[end:]) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("junk", ["$", "name", "1.0", "(", ")", "{", "policy", "and", "="])
def test_one_word_too_many_is_one_fault(junk: str) -> None:
    for word in WORDS[::7]:
        text = f"{TEXT[: word.span.start]} {junk} {TEXT[word.span.start :]}"
        assert assert_speaks_plainly(text) == 1, text[word.span.start - 20 : word.span.start + 20]


@given(st.data())
def test_damaged_texts_give_diagnostics_and_nothing_else(data: st.DataObject) -> None:
    texts = [token.text for token in scan(TEXT, everything=True)]
    pieces = st.sampled_from([*sorted(set(texts)), "$", "é", "\0", '"', "///", "1.", "0x", "9" * 50])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(texts) - 1))
        match data.draw(st.sampled_from(["delete", "insert", "replace", "swap", "repeat", "cut"])):
            case "delete":
                del texts[at : at + data.draw(st.integers(1, 12))]
            case "insert":
                texts.insert(at, f" {data.draw(pieces)} ")
            case "replace":
                texts[at] = data.draw(pieces)
            case "swap":
                other = data.draw(st.integers(0, len(texts) - 1))
                texts[at], texts[other] = texts[other], texts[at]
            case "repeat":
                texts[at:at] = texts[at : at + data.draw(st.integers(1, 30))]
            case _:
                del texts[at:]
        if not texts:
            return
    assert_speaks_plainly("".join(texts))


@given(st.text(alphabet='{}()[]=<>!.,:"/ \nabr019_\0é', max_size=80))
def test_any_text_gives_diagnostics_and_nothing_else(text: str) -> None:
    assert_speaks_plainly(text)


@given(st.lists(st.sampled_from(sorted({token.text for token in WORDS})), max_size=40).map(" ".join))
def test_any_words_give_diagnostics_and_nothing_else(text: str) -> None:
    assert_speaks_plainly(text)


@pytest.mark.slow
def test_every_start_of_a_file_gives_diagnostics_and_nothing_else() -> None:
    ends = {word.span.end for word in WORDS[::8]}
    for end in range(len(TEXT)):
        if end in ends:
            assert_speaks_plainly(TEXT[:end])
        else:
            parse(Source("start.parley", TEXT[:end]))


def test_each_item_of_a_host_and_a_session_is_read_on_at() -> None:
    text = (
        "host h for I { start request $ knows $ on $ => give up on a => accept $ otherwise $ }\n"
        "session s : h with p { property $: a property b: $ assume c: $ }\n"
    )
    file, problems = parse(Source("faults.parley", text))
    assert [problem.span.start for problem in problems] == [at for at, sign in enumerate(text) if sign == "$"]
    assert file.damaged == {"h", "s"}


def test_hosts_and_sessions_are_read_on_at() -> None:
    text = "policy $\nhost h for I { knows any }\ndefine f = a $ session s : h with p {}\nhost $\nscenario $\nsession t : h with p {}"
    file, problems = parse(Source("faults.parley", text))
    assert [problem.span.start for problem in problems] == [at for at, sign in enumerate(text) if sign == "$"]
    assert [item.name.id for item in file.declarations if not isinstance(item, syntax.Use)] == ["h", "f", "s", "t"]


@pytest.mark.parametrize(
    "text",
    [
        "host h for I { knows «» on x => give up }",
        "host h for I { start request «» on x => give up }",
        "host h for I { on «» => give up on x => give up }",
        "host h for I { on a => request «» on x => give up }",
        "host h for I { on a => accept «» on x => give up }",
        "session s : h with p { property a: «» property b: c }",
        "policy p for I { case a when b { c = «» ensure d } }",
    ],
)
def test_a_formula_that_is_too_deep_costs_its_item_alone(text: str) -> None:
    deep = f"{'(' * 2000}a{')' * 2000}"
    start = text.index("«")
    file, (problem,) = parse(Source("deep.parley", text.replace("«»", deep)))
    assert (problem.code, problem.span.start) == ("P103", start)
    (declaration,) = file.declarations
    assert isinstance(declaration, (syntax.Host, syntax.Session, syntax.Policy))
    (item,) = declaration.items
    assert not isinstance(item, syntax.Case) or len(item.items) == 1


def test_reading_stops_after_many_errors() -> None:
    text = "".join(f"policy p{n} $\n" for n in range(MOST_ERRORS + 10))
    file, problems = parse(Source("many.parley", text))
    assert len(problems) == MOST_ERRORS
    # Nothing of what was not read is missed afterwards.
    assert file.damaged >= {f"p{n}" for n in range(MOST_ERRORS + 10)}


def test_no_grammar_name_is_a_word_that_messages_use() -> None:
    """Otherwise the tests above could not tell them apart."""
    assert END in TERMINALS
    assert "RBRACE" in TERMINALS
    assert _NAMES.search("here could stand: RBRACE or $END")
    assert _RULES.search("and_c")


@pytest.mark.parametrize("word", ["some", "every", "no", "if", "not"])
def test_a_statement_that_is_called_by_a_word_of_the_language_is_told_so(word: str) -> None:
    for text in (f"interface I {{ assume {word}: a == b }}", f'policy p for I {{ invariant {word} from "x": a == b }}'):
        _, (problem, *_) = parse(Source("word.parley", text))
        assert problem.message == f"`{word}` is a word of the language and cannot be a name"
