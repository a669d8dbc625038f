"""What people write out of habit in a quantifier's head, for a field or for a number, and what it is called here."""

from __future__ import annotations

from . import phrases
from .fragment import WrongFragment, case, formula

_BEFORE_IN = "a quantifier's variable stands before `in`"
_SOME = "the variable and its set end with `:`"
_WITHOUT = "a quantifier's variable and set stand without parentheses"
_NEGATIVE = "fields and words count from 0: no number is negative"


def _quantifier(kind: str) -> tuple[WrongFragment, ...]:
    """The habits in the head of one kind of quantifier, each with that kind in what is to be written."""
    variable = rf"\b{kind}\s+\w+\s*$"
    head = rf"\b{kind}\s+\w+\s+in\s+[\w.{{}}(), ]+$"
    write = f"write `{kind} r in supported: …`"
    return (
        WrongFragment(r":", _BEFORE_IN, write, formula(f"{kind} r: a | r == b"), before=variable),
        WrongFragment(r",", "a quantifier has one variable",
                      f"write a second one inside: `{kind} r in S: {kind} s in S: …`",
                      formula(f"{kind} r, s in a: r == s"), before=variable),
        WrongFragment(r"\(\s*\w+\s+(in|∈)\b", _WITHOUT, write, formula(f"{kind} (r in a): r == b"),
                      before=rf"\b{kind}\s*$"),
        WrongFragment(r"=>|->|==>|⇒|→|{|(such|st|then|and)\b|[,.]|\|(?!\|)", _SOME, write,
                      formula(f"{kind} r in a such that r == b"), before=head, wants="COLON"),
        WrongFragment(r"where\b", phrases.WHERE, write, formula(f"{kind} r in a where r == b"), before=head,
                      wants="COLON"),
    )  # fmt: skip


WRONG_OPERAND_FRAGMENTS: tuple[WrongFragment, ...] = (
    *(entry for kind in ("some", "every", "no") for entry in _quantifier(kind)),
    WrongFragment(r"\(\s*\w+\s+(in|∈)\b", "a choice of some members stands without parentheses",
                  "write `first k in known where …`", "host h for I { start request first (k in known) }",
                  before=r"\bfirst\s*$"),
    WrongFragment(r"\|(?!\|)[^|\n]+\|(?!\|)", phrases.COUNT, phrases.COUNT_HELP, formula("|a| == 1"), wants="NUMBER"),
    # An implication or a rule's arrow without blanks around it leads to something else than a word that is compared.
    WrongFragment(r"->(?!(accept|request|give)\b)[a-z]\w*\s*([=!<>&|){]|(and|or|in|not|is|implies|iff|then|else)\b|$)",
                  phrases.FIELD, "write `requested.major` for `requested->major`", formula("a->major == 1"),
                  before=r"\b[A-Za-z_]\w*$"),
    WrongFragment(r"->\s+[a-z]\w*\s*([=!]=|[<>])",
                  "a field stands behind a `.`, and an implication is written `implies`",
                  "write `requested.major` for `requested->major`, or `implies` for `->`", formula("a -> major == 1"),
                  before=r"((?<![=!<>])=|\b(when|and|or|not)|[:(])\s*[A-Za-z_]\w*\s*$"),
    WrongFragment(r"[a-z_{]", phrases.EXTREMES, "write `max supported`", formula("a == maximum b"),
                  before=r"(^|[^\w.]\s*)(maximum|greatest|highest|newest|latest)\s+$"),
    WrongFragment(r"[a-z_{]", phrases.EXTREMES, "write `min supported`", formula("a == minimum b"),
                  before=r"(^|[^\w.]\s*)(minimum|least|smallest|lowest|oldest)\s+$"),
    # ---- numbers
    WrongFragment(r"-\s*[0-9]+(\.[0-9]+)+", "no revision is negative: its fields count from 0",
                  "write its fields without a sign, as in `1.0`", formula("a == -1.0"), wants="REVISION"),
    WrongFragment(r"-\s*[0-9]", _NEGATIVE, "write the name of this code, as of `revision or { NONE = -1 }`",
                  case("o = -1"), wants="ANY"),
    WrongFragment(r"-\s*[0-9]", _NEGATIVE, "write the number in the register", formula("a.minor == -1"), wants="LPAR"),
    WrongFragment(r"-\s*[0-9]", _NEGATIVE, "write it without a sign", "host h for I { knows any up to -1 }",
                  wants="NUMBER"),
    WrongFragment(r"([0-9]+|0[xX][0-9A-Fa-f]+)([uU][lL]{0,2}|[lL]{1,2}[uU]?|[ui](8|16|32|64|size))\b",
                  "a number has no letters behind it", "write `16` for `16u`, and `0x10` for `0x10UL`",
                  formula("a.minor == 16u")),
    WrongFragment(r"0[bBoO][0-9]+\b", "a number is decimal, or hexadecimal behind `0x`",
                  "write `3` or `0x3` for `0b11`", formula("a.minor == 0b11")),
    # ---- a set that is missing
    WrongFragment(r"=(?!=)", "`max`, `min` and `in` go with a set, and none stands here",
                  "write the set before the `{`, as in `max supported {`",
                  "policy p for I { case c when a == max { status = OK } }", before=r"\b(max|min|in)\s*{\s*\w+\s*$",
                  wants="COMMA"),
)  # fmt: skip
