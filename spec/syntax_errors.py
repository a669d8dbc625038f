"""What a syntax error is called in English: a table of fragments that people write, then what could stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPERATORS = {"EQ": "==", "NE": "!=", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


@dataclass(frozen=True, slots=True)
class WrongFragment:
    """One habit from elsewhere. `at` matches the text from the fault on, `before` the line's text up to it.

    `wants` names a terminal that the parser would have taken there; without it the entry applies anywhere.
    `example` is a policy text that runs into it (the tests go through them).
    """

    at: str
    message: str
    help: str
    example: str
    before: str = ""
    wants: str = ""
    code: str = "P101"


def _formula(text: str) -> str:
    return f"define f(a, b) = {text}"


WRONG_FRAGMENTS: tuple[WrongFragment, ...] = (
    WrongFragment(r"///", "a doc comment (`///`) stands before a declaration", "use `//` for a comment here",
                  "define f(a, b) =\n    /// equal\n    a == b"),
    WrongFragment(r"&&?|∧|/\\", "the conjunction is written `and`", "replace it by `and`", _formula("a == b && b == a")),
    WrongFragment(r"\|\|?|∨|\\/", "the disjunction is written `or`", "replace it by `or`", _formula("a == b || b == a")),
    WrongFragment(
        r"(<->|⇔|↔)", "the equivalence is written `iff`", "replace it by `iff`", _formula("(a == b) ⇔ (b == a)")
    ),
    WrongFragment(r"=?>", "the equivalence is written `iff`", "replace it by `iff`", _formula("(a == b) <==> (b == a)"),
                  before=r"<=\s*$"),
    WrongFragment(r">", "inequality is written `!=`", "replace it by `!=`", _formula("a <> b"), before=r"<\s*$"),
    WrongFragment(r">", "the implication is written `implies`", "replace it by `implies`", _formula("a == b => b == a"),
                  before=r"[=-]\s*$"),
    WrongFragment(r"(-->|->|==>|=>|⇒|→)", "the implication is written `implies`", "replace it by `implies`",
                  _formula("a == b -> b == a")),
    WrongFragment(r"!|¬|~", "the negation is written `not`", "replace it by `not`", _formula("!(a == b)")),
    WrongFragment(r"(∀|forall\b|all\b)", "the universal quantifier is written `every r in S: …`",
                  "write `every r in supported: …`", _formula("forall r in a: r == b"), wants="NUMBER"),
    WrongFragment(r"r\b", "the universal quantifier is written `every r in S: …`", "write `every r in supported: …`",
                  _formula("forall r in a: r == b"), before=r"\b(forall|all)\s+$"),
    WrongFragment(r"(∃|exists\b)", "the existential quantifier is written `some r in S: …`",
                  "write `some r in supported: …`", _formula("∃ r in a: r == b"), wants="NUMBER"),
    WrongFragment(r"\w", "the universal quantifier is written `every r in S: …`", "write `every r in supported: …`",
                  _formula("all x in a: x == b"), before=r"\b(forall|all|foreach|each)\s+$"),
    WrongFragment(r"\w", "the existential quantifier is written `some r in S: …`", "write `some r in supported: …`",
                  _formula("exists x in a: x == b"), before=r"\b(exists|exist|any)\s+$"),
    WrongFragment(r"∈", "membership is written `in`", "replace it by `in`", _formula("a ∈ b")),
    WrongFragment(r"∉", "absence from a set is written `not in`", "replace it by `not in`", _formula("a ∉ b")),
    WrongFragment(r"≤", "the comparison is written `<=`", "replace it by `<=`", _formula("a ≤ b")),
    WrongFragment(r"≥", "the comparison is written `>=`", "replace it by `>=`", _formula("a ≥ b")),
    WrongFragment(r"≠", "inequality is written `!=`", "replace it by `!=`", _formula("a ≠ b")),
    WrongFragment(r"∅", "the empty set is tested with `is empty`", "write `S is empty`", _formula("a == ∅")),
    WrongFragment(r":=", "an output is assigned with `=`", "replace `:=` by `=`",
                  "policy p for I { case c otherwise { status := OK } }"),
    WrongFragment(r":", "an output is assigned with `=`", "replace the `:` by `=`",
                  "policy p for I { case c otherwise { status : OK } }", wants="EQUAL"),
    WrongFragment(r"==", "an output is assigned with `=`", "replace `==` by `=`",
                  "policy p for I { case c otherwise { status == OK } }", wants="EQUAL"),
    WrongFragment(r"=", "`=` assigns; a comparison is written `==`", "replace `=` by `==`", _formula("a = b"),
                  wants="EQ"),
    WrongFragment(r"(==|!=|<=?|>=?)", "a comparison joins two terms, not three",
                  "write `a < b and b < c`, or put one comparison in parentheses", _formula("a < b < a"),
                  wants="AND"),
    WrongFragment(r"iff\b", "`iff` joins two formulas, not three", "put one of them in parentheses",
                  _formula("(a == b) iff (a == b) iff (a == b)"), wants="IMPLIES"),
    WrongFragment(r";", "nothing separates declarations but white space", "delete the `;`",
                  "policy p for I { case c otherwise { status = OK; } }"),
    WrongFragment(r",", "nothing separates assignments and declarations but white space", "delete the `,`",
                  "policy p for I { case c otherwise { status = OK, lower = higher } }", wants="ENSURE"),
    WrongFragment(r"#|--|/\*|\*/", "a comment starts with `//` and ends with its line", "start each line of it with `//`",
                  "# what the RMM says\n" + _formula("a == b")),
    WrongFragment(r"[+*/%-]", "there is no arithmetic here: revisions and numbers are only compared",
                  "name the neighbour with a quantifier or a range, such as `no r in supported: r > lower`",
                  _formula("a.minor == b.minor + 1")),
    WrongFragment(r"'", "a string stands in double quotes", "write \"…\"", "interface I from 'DEN0137' {}"),
    WrongFragment(r'"', "this string does not end on its line", "close it with `\"`", 'interface I from "DEN0137 {\n}',
                  code="P104"),
    WrongFragment(r"\)", "a `define` without parameters is used by its name alone", "delete the `()`",
                  "define f(a) = g()", before=r"\(\s*$"),
    WrongFragment(r"}", "this `}` closes nothing", "delete it, or open its block with `{`", "define f(a, b) = a == b }",
                  wants="POLICY"),
    WrongFragment(r"elif\b|elsif\b", "there is no `elif`", "write `else if … then … else …`",
                  _formula("if a == b then a elif b == a then b else a")),
    WrongFragment(r"\S", "a revision has a number after each dot, as in `1.0`", "write all its fields",
                  _formula("a == 1. and b == a"), before=r"\b[0-9]+\.\s*$"),
    WrongFragment(r"[0-9]", "a revision is written with its numbers alone, as in `1.0`", "delete the letter before it",
                  _formula("a == v.1.0"), before=r"\bv\.?$"),
    WrongFragment(r"[,|.]|and\b", "the variable and its set end with `:`", "write `some r in supported: …`",
                  _formula("some r in a, r == b"), before=r"\b(some|every|no)\s+\w+\s+in\s+[\w.{} ]+$", wants="COLON"),
    WrongFragment(r"where\b", "`where` goes with `max` and `min`; a quantifier ends its set with `:`",
                  "write `some r in supported: …`", _formula("some r in a where r == b"), wants="COLON"),
    WrongFragment(r"(host|session)\b", "hosts and sessions are not part of this version of the language",
                  "leave the declaration out", "host h for I {}", wants="POLICY"),
)

_KEYWORD = re.compile(r"[a-z]+\b")

_PHRASES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "REVISION": "a revision such as 1.0",
    "STRING": "a text in double quotes",
    "$END": "the end of the file",
    "REVISION_WORD": "`revision`",
    "RANGE": "`..`",
    "EQUAL": "`=`",
    "DOT": "`.`",
    "COMMA": "`,`",
    "COLON": "`:`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
}
_EXPRESSION = {"NAME", "NUMBER", "REVISION", "TRUE", "FALSE", "LPAR", "LBRACE", "MAX", "MIN"}
_FORMULA = {"NOT", "SOME", "EVERY", "NO", "IF", "MAX", "MIN"}
_CONNECTIVES = {"IMPLIES", "IFF", "AND", "OR", "IN", "NOT", "IS", *_OPERATORS}
_AFTER_TERM = {"DOT", "WITH", "LSQB", "RANGE"}


def phrase(terminal: str) -> str:
    """A terminal in the words of the user's text, never by the grammar's name for it."""
    if terminal in _PHRASES:
        return _PHRASES[terminal]
    return f"`{_OPERATORS.get(terminal, terminal.lower())}`"


def could_stand(accepted: set[str]) -> str:
    """`x`, `y` or z: what the parser would have taken instead, the usual groups under one name."""
    left = accepted - {"DOC"}
    words: list[str] = []
    if left >= _EXPRESSION:
        words.append("a formula or a term" if left >= _FORMULA else "a term")
        left -= _EXPRESSION | _FORMULA
    elif len(left & _CONNECTIVES) > 2:
        words.append("an operator such as `and` or `==`")
        left -= _CONNECTIVES | _AFTER_TERM
    order = ["NAME", "NUMBER", "REVISION", "STRING"]
    words += [phrase(t) for t in order if t in left]
    words += sorted(phrase(t) for t in left - set(order) - {"$END"})
    if "$END" in left:
        words.append(phrase("$END"))
    if not words:
        return "nothing"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def describe(text: str, offset: int, terminal: str, length: int, accepted: set[str]) -> tuple[str, str, str]:
    """Code, message and help for a fault at `offset`; `terminal` is "" where no word of the language starts there."""
    ahead = text[offset : offset + 40]
    line_start = text.rfind("\n", 0, offset) + 1
    behind = text[max(line_start, offset - 80) : offset]
    if terminal == "$END":
        missing = "`}`" if "RBRACE" in accepted else could_stand(accepted)
        return "P102", "the file ends too early", f"here could stand: {missing}"
    for fragment in WRONG_FRAGMENTS:
        if fragment.wants and fragment.wants not in accepted:
            continue
        if re.match(fragment.at, ahead) and (not fragment.before or re.search(fragment.before, behind)):
            return fragment.code, fragment.message, fragment.help
    found = text[offset : offset + min(max(length, 1), 30)]
    if found in ("interface", "policy", "scenario", "use") and "RBRACE" in accepted:
        return "P102", f"a block before this `{found}` is not closed", "close it with `}`"
    if terminal and accepted <= {"NAME", "DOC", "RBRACE"} and "NAME" in accepted and _KEYWORD.fullmatch(found):
        return "P100", f"`{found}` is a word of the language and cannot be a name", "choose another name"
    if terminal == "":
        return "P100", f"the character {_shown(found)} has no meaning here", f"here could stand: {could_stand(accepted)}"
    return "P100", f"`{found}` cannot stand here", f"here could stand: {could_stand(accepted)}"


def _shown(character: str) -> str:
    return f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
