"""What people write out of habit in formulas and terms, and what it is called here: the narrower entries."""

from __future__ import annotations

from .fragment import WrongFragment


def _formula(text: str) -> str:
    return f"define f(a, b) = {text}"


_BITS = "there is no arithmetic on bits: a part of a word is taken by its field, or by its bits"
_WORD = "there is no arithmetic on bits: a register word is written by its fields"
_WRITE = "write the revision, such as `1.0`, or `requested with { major = 1 }`"
_TAKE = "write the field, such as `requested.minor`, or the bits, such as `requested[15:0]`"
_NO_METHODS = "nothing has methods here"
_COUNT = "how many revisions a set has is not asked for"
COUNT_HELP = "write `S is empty` for none, `max S == min S` for exactly one, `max S != min S` for several"
_QUOTED = "a revision stands without quotes"
_WHERE = "the condition of `max`, `min` and `first` stands behind `where`"
_IF = "a choice is written `if … then … else …`"
_RANGE = "a range is written `1.0..2.0`, both ends included"
_SETS = "sets are not joined or cut: members are spoken of one by one"
_EACH = "write `every r in a: r in b`, `some r in a: r in b`, or `r in a and r in b`"

WRONG_TERM_FRAGMENTS: tuple[WrongFragment, ...] = (
    WrongFragment(r"&(?!&)\s*(0[xX][0-9A-Fa-f]+|[0-9]+)", _BITS, _TAKE, _formula("a & 0xffff == b")),
    WrongFragment(
        r"&(?!&)",
        "the conjunction is written `and`, and bits of a word are taken as in `requested[15:0]`",
        "write `and`, or the bits",
        _formula("a == b & b == a"),
    ),
    WrongFragment(r"#\s*\w+\s*(==|!=|<|>|=)", _COUNT, COUNT_HELP, _formula("#a == 1"), wants="NUMBER"),
    WrongFragment(
        r"\|(?!\|)\s*(0[xX][0-9A-Fa-f]+|[0-9]+)",
        "there is no arithmetic on bits: a part of a word is replaced by its field, or by its bits",
        "write `requested with { minor = 1 }`, or `requested with { [31:31] = 1 }`",
        _formula("a == b | 0x10000"),
    ),
    WrongFragment(r">", _BITS, _TAKE.replace("minor", "major").replace("15:0", "30:16"), _formula("a >> 16 == b"),
                  before=r">$"),
    WrongFragment(r">>", _BITS, _TAKE.replace("minor", "major").replace("15:0", "30:16"), _formula("b == a >> 16")),
    WrongFragment(r"<<", _WORD, _WRITE, _formula("a == 1 << 16")),
    WrongFragment(r"<", _WORD, _WRITE, _formula("a << 16 == b"), before=r"<$"),
    WrongFragment(
        r"\^|xor\b",
        "there is no exclusive or",
        "write `not (a iff b)` of formulas; of words there is no arithmetic on bits",
        _formula("a ^ b"),
    ),
    WrongFragment(
        r"~=|/=|=/=|=~=", "inequality is written `!=`", "replace it by `!=`", _formula("a =/= b")
    ),
    WrongFragment(r"=", "a comparison is written `==` or `!=`", "delete one `=`", _formula("a === b"),
                  before=r"[=!]=$"),
    WrongFragment(r"!\s*in\b|not_?in\b|\\notin\b", "absence from a set is written `not in`", "replace it by `not in`",
                  _formula("a !in b")),
    WrongFragment(r"\\in\b", "membership is written `in`", "replace it by `in`", _formula(r"a \in b")),
    WrongFragment(
        r"\\A\b",
        "the universal quantifier is written `every r in S: …`",
        r"write `every r in supported: …` for `\A`",
        _formula(r"\A r \in a : r == b"),
    ),
    WrongFragment(
        r"\\E\b",
        "the existential quantifier is written `some r in S: …`",
        r"write `some r in supported: …` for `\E`",
        _formula(r"\E r \in a : r == b"),
    ),
    WrongFragment(
        r"for\b",
        "the quantifiers are written `every r in S: …` and `some r in S: …`",
        "write `some r in supported: r == lower` for `any(…)`, `every r in supported: …` for `all(…)`",
        _formula("all(r == b for r in a)"),
        before=r"\b(any|all|some|exists)\s*\([^()]*$",
    ),
    WrongFragment(
        r"for\s*(all|each|every)?\s+\w+\s+(in|∈)\b",
        "the universal quantifier is written `every r in S: …`",
        "write `every r in supported: …` without `for`",
        _formula("for all r in a: r == b"),
    ),
    WrongFragment(
        r":",
        "the quantifiers are written `every r in S: …` and `some r in S: …`",
        "write `some r in supported: …` without parentheses around it",
        _formula("exists(r in a: r == b)"),
        before=r"\b(any|all|exists|forall)\s*\([^()]*$",
    ),
    WrongFragment(
        r"any\s*\(",
        "the quantifiers are written `every r in S: …` and `some r in S: …`",
        "write `some r in supported: r == lower`",
        _formula("any(r == b for r in a)"),
        wants="NUMBER",
    ),
    WrongFragment(
        r"(of|from|∈|=)",
        "a quantifier's variable stands before `in`",
        "replace this by `in`",
        _formula("every r of a: r == b"),
        before=r"\b(some|every|no)\s+\w+\s*$",
    ),
    WrongFragment(
        r"\w+\s+in\b",
        "that there is exactly one is written with `max` and `min`",
        "write `max S == min S` for one member; `some r in S: …` for one or more that are so",
        _formula("one r in a: r == b"),
        before=r"\b(one|unique|lone|exactly)\s+$",
    ),
    WrongFragment(
        r"\w",
        _COUNT,
        COUNT_HELP + "; or of several with a condition, `some r in S: …`",
        _formula("count a == 1"),
        before=r"\b(count|len|size|card|length|lone|one|sizeof)\s+$",
    ),
    WrongFragment(
        r"\(",
        _COUNT,
        COUNT_HELP + ", without `.`",
        _formula("a.size() > 0"),
        before=r"\.\s*(count|len|length|size|card|cardinality)\s*$",
    ),
    WrongFragment(
        r"\(",
        "the greatest and the smallest of a set are `max S` and `min S`",
        "write `max supported` without `.` and `()`",
        _formula("a.max() == b"),
        before=r"\.\s*(max|min|maximum|minimum|first|last|highest|lowest|newest|oldest)\s*$",
    ),
    WrongFragment(
        r"\(",
        "membership is written `in`",
        "write `requested in supported`",
        _formula("a.contains(b)"),
        before=r"(\.|::|->)\s*(contains|has|includes|member|contains_key|__contains__)\s*$",
    ),
    WrongFragment(
        r"\(",
        "whether a set has members is written `is empty`",
        "write `supported is empty`, or `supported is not empty`",
        _formula("a.is_empty()"),
        before=r"\.\s*(is_?[eE]mpty|empty|any|nonempty|not_empty)\s*$",
    ),
    WrongFragment(
        r"\(",
        "of some members the greatest or the smallest can be had",
        "write `max r in supported where r < requested`",
        _formula("a.filter(b) == a"),
        before=r"\.\s*(filter|where|select|find|map|iter|sorted|sort)\s*$",
    ),
    WrongFragment(
        r"\(", _NO_METHODS, "a field stands without `()`; a `define` is called by its name alone",
        _formula("a.major() == 1"), before=r"\.\s*\w+\s*$",
    ),
    WrongFragment(
        r"->\s*[a-z]|::", "a field stands behind a `.`", "write `requested.major`", _formula("a::major == 1"),
        before=r"\b[A-Za-z_]\w*$",
    ),
    WrongFragment(
        r"contains\b|includes\b|has\b|within\b",
        "membership is written `in`",
        "write `requested in supported`, the member first",
        "policy p for I { case c when supported contains requested { } }",
    ),
    WrongFragment(r"(eq|equals|equal)\b", "a comparison is written `==`", "replace it by `==`",
                  "policy p for I { case c when a equals b { } }"),
    WrongFragment(
        r"(None|null|none|nil|undefined|nothing)\b",
        "there is no null: what is chosen from nothing has no value, and a comparison with it is false",
        "write `some r in S: …` for whether there is one; of a session, `accepted` for `agreed`",
        _formula("a is none"), before=r"\bis\s+(not\s+)?$",
    ),
    WrongFragment(
        r"{\s*}", "the empty set is tested with `is empty`", "write `S is empty`, or `S is not empty`",
        _formula("a is {}"), before=r"\bis\s+(not\s+)?$",
    ),
    WrongFragment(
        r"\S", "a comparison is written `==` or `!=`", "`is` goes with `empty` alone: replace it by `==`",
        _formula("a is b"), before=r"\bis\s+$", wants="EMPTY",
    ),
    WrongFragment(
        r"\S", "a comparison is written `==` or `!=`", "`is not` goes with `empty` alone: replace it by `!=`",
        _formula("a is not b"), before=r"\bis\s+not\s+$", wants="EMPTY",
    ),
    WrongFragment(
        r"between\b|to\b|through\b|\.(?=\s*[0-9])", _RANGE, "write `requested in 1.0..2.0`",
        "policy p for I { case c when a in 1.0 to 2.0 { } }",
    ),
    WrongFragment(r"-(?=\s*[0-9]+\.[0-9])", _RANGE, "write `requested in 1.0..2.0`", _formula("a in 1.0-2.0"),
                  before=r"\b[0-9]+(\.[0-9]+)+\s*$"),
    WrongFragment(r"\[[^\]]*\.\.", _RANGE, "write `requested in 1.0..2.0` without brackets",
                  _formula("a in [1.0..2.0]"), wants="NUMBER"),
    WrongFragment(r",", "a set stands in braces", "write `{1.0, 1.1}`, or `1.0..1.1` for a range",
                  _formula("a in (1.0, 2.0)"), before=r"\bin\s*\([^()]*$"),
    WrongFragment(
        r",", "a revision is written with dots", "write `1.0`", _formula("a == (1, 0)"), before=r"\(\s*[0-9]+\s*$"
    ),
    WrongFragment(
        r"revision\s*[({]", "a revision is written with dots", "write `1.0` alone", _formula("a == revision(1, 0)"),
        wants="NUMBER",
    ),
    WrongFragment(
        r"[.][0-9]|[0-9.]+", "a revision is written with its numbers alone, as in `1.0`",
        "delete the letters before it", _formula("a == v1.0"), before=r"\b([vVrR]|rev|ver|version)_?[0-9]*\.?$",
    ),
    WrongFragment(r"\"\s*v?[0-9]+(\.[0-9]+)*\s*\"", _QUOTED, "write `1.0`", _formula('a == "1.0"'), wants="NUMBER"),
    WrongFragment(r"'\s*v?[0-9]+(\.[0-9]+)*\s*'", _QUOTED, "write `1.0` alone", _formula("a == '1.0'"),
                  wants="NUMBER"),
    WrongFragment(
        r"\w+(?=\s*\])", "bits are given by their numbers", "write a field as `requested.major`, bits as `[30:16]`",
        _formula("a[major] == 1"), before=r"\w\[\s*$",
    ),
    WrongFragment(
        r"\.\.|-|,|\+:", "bits are written from the higher to the lower, with `:`", "write `requested[31:16]`",
        _formula("a[31..16] == 1"), before=r"\w\s*\[\s*[0-9]+\s*$",
    ),
    WrongFragment(
        r"{\s*[0-9]+\s*:", "bits are written in brackets", "write `requested[31:16]`", _formula("a{31:16} == 1"),
        before=r"\w$",
    ),
    WrongFragment(
        r"\w", _WHERE, "replace `with` by `where`", _formula("a == max r in b with r < a"),
        before=r"\b(max|min|first)\s+\w+\s+in\s+\w+\s+with\s+$",
    ),
    WrongFragment(
        r"\w", "the parts that `with` replaces stand in braces", "write `requested with { major = 1 }`",
        _formula("a == b with major = 1"), before=r"\bwith\s+$", wants="LBRACE",
    ),
    WrongFragment(
        r"=(?!=)", "a revision with some fields replaced is written with `with`",
        "write `requested with { major = 1 }`, or a revision such as `1.0`",
        _formula("a == {major = 1}"), before=r"^(?!.*\bwhen\s*{\s*\w+\s*$).*{\s*[a-z_]\w*\s*$", wants="COMMA",
    ),
    WrongFragment(
        r"{|:|\w|!|\(", _IF, "write `then` before what follows",
        _formula("if a == b { a } else { b }"), before=r"\bif\b[^{}]*$", wants="THEN",
    ),
    WrongFragment(
        r"(?!elif\b|elsif\b)(}|\w+|$)", _IF, "a formula without `else` is written `a == b implies …`",
        "policy p for I { invariant i: if a == b then b == a }", before=r"\bthen\b.*$", wants="ELSE",
    ),
    WrongFragment(
        r"then\b", "the implication is written `implies`", "write `a == b implies …`, or `and` alone",
        _formula("a == b and then b == a"), before=r"\b(and|or)\s+$",
    ),
    WrongFragment(
        r"(\|->|~>|\|-)", "the implication is written `implies`", "replace this by `implies`",
        _formula("a == b ~> b == a"),
    ),
    WrongFragment(r":", "nothing stands between `implies` and what follows from it", "delete the `:`",
                  _formula("a == b implies: b == a"), before=r"\b(implies|and|or|not|iff)\s*$"),
    WrongFragment(
        r"<=>", "the equivalence is written `iff`", "write `iff` for `<=>`", _formula("a == b <=> b == a"),
    ),
    WrongFragment(
        r"\w", "a term is given a name by `define`", "write `define x = …` before this, and `x` here",
        _formula("let x = b in a == x"), before=r"\blet\s+$",
    ),
    WrongFragment(
        r"[\w(]", "the negation is written `not`", "write `not a implies b` for `unless a: b`",
        _formula("unless a == b: b == a"), before=r"\bunless\s+$",
    ),
    WrongFragment(
        r"[|,]|where\b|if\b|such\b", "a choice of some members is `max r in S where …`, without braces",
        "write `max r in supported where r < requested`", _formula("a == max {r in a | r < b}"),
        before=r"\b(max|min)\s*[{(]\s*\w+\s+(in|:)\s+[\w.]+\s*$",
    ),
    WrongFragment(
        r":|for\b", "a choice of some members is `max r in S where …`, without braces",
        "write `max r in supported where r < requested` with its set behind `in`",
        _formula("a == max {r : b | r < b}"), before=r"\b(max|min)\s*[{(]\s*\w+\s*$",
    ),
    WrongFragment(
        r"if\b|when\b|with\b|such\b|\||and\b", _WHERE, "write `max r in supported where …`",
        _formula("a == max r in b if r < a"), before=r"\b(max|min|first)\s+\w+\s+in\s+\w+\s*$", wants="WHERE",
    ),
    WrongFragment(
        r"where\b", "with a condition, `max` and `min` name their variable",
        "write `max r in supported where r < requested`", _formula("a == max b where r < a"),
        before=r"\b(max|min)\s+\w+\s*$",
    ),
    WrongFragment(r"of\b|from\b|over\b", "`max` and `min` stand right before their set", "write `max supported`",
                  _formula("a == max of b"), before=r"\b(max|min)\s*$"),
    WrongFragment(
        r"[∩∪∖]|\\(?!/)|intersect\w*\b|union\b|subset\w*\b|[⊆⊂⊇⊃]", _SETS, _EACH, _formula("a ⊆ b")
    ),
    WrongFragment(
        r"[“”„«»‘’]", 'quotes are straight: `"…"`', "replace them by those of the keyboard",
        "interface I from “DEN0137” {}",
    ),
    WrongFragment(
        r"[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff]",
        "a character that looks like a blank, or like nothing, and is none", "delete it, and write a blank",
        _formula("a\u00a0== b"),
    ),
    WrongFragment(
        r"[−–—]", "this is no minus sign, and there is no arithmetic here",
        "revisions and numbers are only compared", _formula("a.minor == b.minor − 1"),
    ),
    WrongFragment(
        r"(?![\x00-\x7f])[^\W_]", "names are written in the letters a to z, and this one is none of them",
        "write the name without it", "define größer(a, b) = a > b",
    ),
)  # fmt: skip
