"""What people write out of habit from elsewhere, and what it is called here."""

from __future__ import annotations

from .fragment import WrongFragment


def _formula(text: str) -> str:
    return f"define f(a, b) = {text}"


WRONG_FRAGMENTS: tuple[WrongFragment, ...] = (
    WrongFragment(
        r"///",
        "a doc comment (`///`) stands before a declaration",
        "use `//` for a comment here",
        "define f(a, b) =\n    /// equal\n    a == b",
    ),
    WrongFragment(
        r"&&?|∧|/\\", "the conjunction is written `and`", "replace it by `and`", _formula("a == b && b == a")
    ),
    WrongFragment(
        r"\|\|?|∨|\\/", "the disjunction is written `or`", "replace it by `or`", _formula("a == b || b == a")
    ),
    WrongFragment(
        r"(<->|⇔|↔)", "the equivalence is written `iff`", "replace it by `iff`", _formula("(a == b) ⇔ (b == a)")
    ),
    WrongFragment(
        r"=?>",
        "the equivalence is written `iff`",
        "replace it by `iff`",
        _formula("(a == b) <==> (b == a)"),
        before=r"<=\s*$",
    ),
    WrongFragment(r">", "inequality is written `!=`", "replace it by `!=`", _formula("a <> b"), before=r"<\s*$"),
    WrongFragment(
        r">",
        "the implication is written `implies`",
        "replace `==>` by `implies`",
        _formula("a ==> b"),
        before=r"==\s*$",
    ),
    WrongFragment(
        r"=>",
        "an output is assigned with `=`",
        "replace `=>` by `=`",
        "policy p for I { case c otherwise { status => OK } }",
        wants="EQUAL",
    ),
    WrongFragment(
        r"(-->|->|==>|=>|⇒|→)",
        "the implication is written `implies`",
        "replace it by `implies`",
        _formula("a == b -> b == a"),
    ),
    WrongFragment(r"!|¬|~", "the negation is written `not`", "replace it by `not`", _formula("!(a == b)")),
    WrongFragment(
        r"∀",
        "the universal quantifier is written `every r in S: …`",
        "write `every r in supported: …`",
        _formula("∀ r in a: r == b"),
    ),
    WrongFragment(
        r"∃|any\s+\w+\s+in\b",
        "the existential quantifier is written `some r in S: …`",
        "write `some r in supported: …`",
        _formula("any r in a: r == b"),
    ),
    WrongFragment(
        r"\w",
        "the universal quantifier is written `every r in S: …`",
        "write `every r in supported: …`",
        _formula("forall x in a: x == b"),
        before=r"\b(forall|all|foreach|each)\s+$",
    ),
    WrongFragment(
        r"\w",
        "the existential quantifier is written `some r in S: …`",
        "write `some r in supported: …`",
        _formula("exists x in a: x == b"),
        before=r"\b(exists|exist)\s+$",
    ),
    WrongFragment(
        r"in\b",
        "the existential quantifier is written `some r in S: …`",
        "write `some r in supported: …`",
        "policy p for I { known = any r in s: r == requested }",
        before=r"\bany\s+\w+\s+$",
    ),
    WrongFragment(
        r",",
        "`max` and `min` take a set",
        "put the choices in braces, as in `max {a, b}`",
        _formula("max(a, b)"),
        before=r"\b(max|min)\s*\([^()]*$",
    ),
    WrongFragment(
        r"\[",
        "a set stands in braces",
        "write `{1.0, 1.1}`",
        _formula("a in [1.0, 1.1]"),
        wants="NUMBER",
    ),
    WrongFragment(
        r"\?",
        "a choice is written `if … then … else …`",
        "write it so",
        _formula("a == b ? a : b"),
    ),
    WrongFragment(
        r":",
        "a parameter has no type: it is inferred",
        "write the name alone",
        "define f(a: revision, b: revision) = a == b",
        before=r"\bdefine\s+\w+\s*\([^()]*$",
    ),
    WrongFragment(
        r"[./]",
        "a file of yours is named in double quotes",
        'write `use "policy.parley"`',
        "use policies/mine.parley",
        before=r"^\s*use\s+\w+$",
    ),
    WrongFragment(r"∈", "membership is written `in`", "replace it by `in`", _formula("a ∈ b")),
    WrongFragment(r"∉", "absence from a set is written `not in`", "replace it by `not in`", _formula("a ∉ b")),
    WrongFragment(r"≤", "the comparison is written `<=`", "replace it by `<=`", _formula("a ≤ b")),
    WrongFragment(r"≥", "the comparison is written `>=`", "replace it by `>=`", _formula("a ≥ b")),
    WrongFragment(r"≠", "inequality is written `!=`", "replace it by `!=`", _formula("a ≠ b")),
    WrongFragment(r"∅", "the empty set is tested with `is empty`", "write `S is empty`", _formula("a == ∅")),
    WrongFragment(
        r":=",
        "an output is assigned with `=`",
        "replace `:=` by `=`",
        "policy p for I { case c otherwise { status := OK } }",
    ),
    WrongFragment(
        r":",
        "an output is assigned with `=`",
        "replace the `:` by `=`",
        "policy p for I { case c otherwise { status : OK } }",
        wants="EQUAL",
    ),
    WrongFragment(
        r"==",
        "an output is assigned with `=`",
        "replace `==` by `=`",
        "policy p for I { case c otherwise { status == OK } }",
        wants="EQUAL",
    ),
    WrongFragment(
        r"=",
        "`when` goes with a formula",
        "write `when … {`, or `otherwise {`",
        "policy p for I { case c when { status = OK } }",
        before=r"\bwhen\s*\{\s*\w+\s*$",
    ),
    WrongFragment(
        r"=", "`=` assigns; a comparison is written `==`", "replace `=` by `==`", _formula("a = b"), wants="EQ"
    ),
    WrongFragment(
        r"(==|!=|<=?|>=?)",
        "a comparison joins two terms, not three",
        "write `a < b and b < c`, or put one comparison in parentheses",
        _formula("a < b < a"),
        wants="AND",
    ),
    WrongFragment(
        r"iff\b",
        "`iff` joins two formulas, not three",
        "put one of them in parentheses",
        _formula("(a == b) iff (a == b) iff (a == b)"),
        wants="IMPLIES",
    ),
    WrongFragment(
        r";",
        "nothing separates declarations but white space",
        "delete the `;`",
        "policy p for I { case c otherwise { status = OK; } }",
    ),
    WrongFragment(
        r",",
        "nothing separates assignments and declarations but white space",
        "delete the `,`",
        "policy p for I { case c otherwise { status = OK, lower = higher } }",
        wants="ENSURE",
    ),
    WrongFragment(
        r"#|--|/\*|\*/",
        "a comment starts with `//` and ends with its line",
        "start each line of it with `//`",
        "# what the RMM says\n" + _formula("a == b"),
    ),
    WrongFragment(
        r"[+*/%-]",
        "there is no arithmetic here: revisions and numbers are only compared",
        "name the neighbour with a quantifier or a range, such as `no r in supported: r > lower`",
        _formula("a.minor == b.minor + 1"),
    ),
    WrongFragment(
        r"in\b",
        "a config is in no register",
        "leave `in …` out: registers hold inputs and outputs",
        "interface I { config fixed : bool in x0 }",
        before=r"\bconfig\s+\w+\s*:[^{}]*$",
    ),
    WrongFragment(r"'", "a string stands in double quotes", 'write "…"', "interface I from 'DEN0137' {}"),
    WrongFragment(
        r'"(?![^\r\n"]*")',
        "this string does not end on its line",
        'close it with `"`',
        'interface I from "DEN0137 {\n}',
        code="P104",
    ),
    WrongFragment(
        r"\)",
        "a `define` without parameters is used by its name alone",
        "delete the `()`",
        "define f(a) = g()",
        before=r"\(\s*$",
    ),
    WrongFragment(
        r"}",
        "this `}` closes nothing",
        "delete it, or open its block with `{`",
        "define f(a, b) = a == b }",
        wants="POLICY",
    ),
    WrongFragment(
        r"elif\b|elsif\b",
        "there is no `elif`",
        "write `else if … then … else …`",
        _formula("if a == b then a elif b == a then b else a"),
    ),
    WrongFragment(
        r"\S",
        "a revision has a number after each dot, as in `1.0`",
        "write all its fields",
        _formula("a == 1. and b == a"),
        before=r"\b[0-9]+\.\s*$",
    ),
    WrongFragment(
        r"(?!0[xX][0-9A-Fa-f]+\b)[0-9]+[A-Za-z_]",
        "a number has digits only, or hexadecimal ones after `0x`",
        "a name starts with a letter, and white space separates words",
        _formula("a.minor == 1_000"),
    ),
    WrongFragment(
        r"where\b",
        "`where` goes with `max`, `min` and `first`; a quantifier ends its set with `:`",
        "write the `:` in its place, as in `some r in supported: …`",
        _formula("some r in\n    a where r == b"),
        wants="COLON",
    ),
)
