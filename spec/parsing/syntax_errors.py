"""What a syntax error is called in English: by the habit behind it, else by what could stand there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..diagnostics import printable
from .habits.cases import WRONG_CASE_FRAGMENTS
from .habits.declarations import WRONG_DECLARATION_FRAGMENTS
from .habits.formulas import WRONG_FRAGMENTS
from .habits.hosts import WRONG_HOST_FRAGMENTS
from .habits.operands import WRONG_OPERAND_FRAGMENTS
from .habits.terms import WRONG_TERM_FRAGMENTS
from .lexer import UNREADABLE
from .tokens import END, keywords, literals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .tokens import Token

_LAST_WORD = re.compile(r"\b[A-Za-z]+\s*$")

_NAMED = r"\b(config|input|output|define|interface|policy|host|session|case)\s+"
"""What stands before the name of a declaration, which may be a word of the language in capitals."""

FRAGMENTS = (
    *WRONG_OPERAND_FRAGMENTS,
    *WRONG_HOST_FRAGMENTS,
    *WRONG_CASE_FRAGMENTS,
    *WRONG_DECLARATION_FRAGMENTS,
    *WRONG_TERM_FRAGMENTS,
    *WRONG_FRAGMENTS,
)
"""In the order in which they are tried: the first ones want more of what is around them."""

_PHRASES = {
    "NAME": "a name",
    "NUMBER": "a number",
    "NEGATIVE": "a number below 0",
    "REVISION": "a revision such as 1.0",
    "STRING": "a text in double quotes",
    "DOC": "a doc comment",
    "$END": "the end of the file",
    "FIELD": "a field with its bits",
    "UP_TO": "`up to`",
    "RANGE_OF": "`range of`",
    "GIVE_UP": "`give up`",
    "UNDER": "`under` with the names of assumptions",
    "ASSUMPTION": "`assumption` with its name",
}
_EXPRESSION = {"NAME", "NUMBER", "REVISION", "TRUE", "FALSE", "LPAR", "LBRACE", "MAX", "MIN"}
_FORMULA = {"NOT", "SOME", "EVERY", "NO", "IF", "MAX", "MIN", "FIRST"}
_CONNECTIVES = {"IMPLIES", "IFF", "AND", "OR", "IN", "NOT", "IS", "EQ", "NE", "LT", "LE", "GT", "GE"}
_DECLARATIONS = {"DEFINE", "INTERFACE", "POLICY", "HOST", "SESSION", "SCENARIO", "USE"}
_AFTER_TERM = {"DOT", "WITH", "LSQB", "RANGE"}


def phrase(terminal: str) -> str:
    """A terminal in the words of the user's text, never by the grammar's name for it."""
    return _PHRASES.get(terminal) or f"`{literals()[terminal]}`"


def could_stand(accepted: set[str]) -> str:
    """`x`, `y` or z: what the parser would have taken instead, the usual groups under one name."""
    left = accepted - {"DOC"}
    words: list[str] = []
    any_word = {"NAME", "FIELD", *keywords().values()}
    if left >= any_word:
        left = left - any_word | {"NAME"}
    if "NAME" in left:
        left = left - {"FIELD"}
    if left >= _EXPRESSION:
        words += ["a formula", "a term"] if left >= _FORMULA else ["a term"]
        left -= _EXPRESSION | _FORMULA
    elif len(left & _CONNECTIVES) > 2:
        words.append("an operator such as `and` or `==`")
        left -= _CONNECTIVES | _AFTER_TERM
    if left >= _DECLARATIONS:
        words.append("a declaration")
        left -= _DECLARATIONS
    order = ["NAME", "NUMBER", "REVISION", "STRING"]
    words += [phrase(t) for t in order if t in left]
    words += sorted(phrase(t) for t in left - set(order) - {"$END"})
    if "$END" in left:
        words.append(phrase("$END"))
    if not words:
        return "nothing"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def describe(text: str, token: Token, accepted: set[str], unclosed: str = "") -> tuple[str, str, str]:
    """Code, message and help for a token that does not fit, where the parser would have taken the `accepted` ones.

    `unclosed` is the word there that would have started a declaration, if only the block before it were closed.
    """
    offset = token.span.start
    line_start = text.rfind("\n", 0, offset) + 1
    behind = text[max(line_start, offset - 80) : offset]
    if token.type == END:
        missing = "`}`" if "RBRACE" in accepted else could_stand(accepted)
        return "P102", "the file ends too early", f"here could stand: {missing}"
    if unclosed:
        return "P102", f"a block before this `{unclosed}` is not closed", "close it with `}`"
    wrong_case = _wrong_case(text, token, accepted, behind)
    if wrong_case:
        return "P100", f"`{shortened(token.text)}` cannot stand here", wrong_case
    ahead = text[offset : min(max(offset + 80, token.span.end), offset + 400)]
    for fragment in FRAGMENTS:
        if fragment.wants and fragment.wants not in accepted:
            continue
        if re.match(fragment.at, ahead) and (not fragment.before or re.search(fragment.before, behind)):
            return fragment.code, fragment.message, fragment.help
    found = shortened(token.text)
    if wanted_a_name(token, accepted):
        return "P100", f"`{found}` is a word of the language and cannot be a name", "choose another name"
    help_ = f"here could stand: {could_stand(accepted)}"
    meant = misspelt(token, accepted, behind)
    if meant:
        return "P100", f"`{found}` cannot stand here", meant
    if token.type == UNREADABLE:
        return "P100", f"the character `{found}` has no meaning here", help_
    return "P100", f"`{found}` cannot stand here", help_


def misspelt(token: Token, accepted: set[str], behind: str) -> str:
    """The help where a token, or else the word before it, is most likely meant for a word of the language."""
    known = keywords()
    if token.type == "NAME":
        word = token.text[:40]
        if word.lower() in known:
            return _lower_case(word)
        near = _near(word, [text for text, kind in known.items() if kind in accepted], 0.7)
        if near:
            return f"did you mean `{near[0]}`?"
    before = _LAST_WORD.search(behind)
    word = before.group()[:40].strip() if before else ""
    if not word or word in known:
        return ""
    if word.lower() in known:
        return f"write `{word.lower()}` for `{word}`: words of the language are in lower case"
    near = _near(word, known, 0.8)
    if near and not word.startswith(near[0]):
        return f"did you mean `{near[0]}` where `{word}` is?"
    return ""


def _near(word: str, known: Iterable[str], cutoff: float) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, known, n=1, cutoff=cutoff)


def _wrong_case(text: str, token: Token, accepted: set[str], behind: str) -> str:
    """The help where a token, or else the word before it, is a word of the language but for its capitals."""
    known = keywords()
    if token.type not in ("NAME", "FIELD") or len(token.text) > 40:
        return ""
    if known.get(token.text.lower()) in accepted:
        return _lower_case(token.text)
    before = _LAST_WORD.search(behind)
    word = before.group().strip() if before else ""
    if word in known or word.lower() not in known or re.search(rf"{_NAMED}{word}\b|\b{word}\s*[=,)]", text):
        return ""
    return f"{_lower_case(word).replace(':', f' for `{word}`:', 1)}"


def _lower_case(word: str) -> str:
    return f"write `{word.lower()}`: words of the language are in lower case"


def wanted_a_name(token: Token, accepted: set[str]) -> bool:
    """Whether a word of the language stands where a name is declared or referred to."""
    names_only = "NAME" in accepted and accepted <= {"NAME", "DOC", "RBRACE"}
    return names_only and token.type in keywords().values()


def shortened(text: str) -> str:
    return printable(text if len(text) <= 40 else f"{text[:39]}…")
