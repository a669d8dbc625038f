"""The parser's tables: shipped as `grammar_tables.json`, made by Lark from `grammar.lark` where those do not fit.

Lark builds the tables and refuses every conflict; `parser.py` runs them. So that no run pays for the building, they
are shipped as plain JSON that names the grammar it was made from.

    python -m parley.spec.tables FILE     write the tables anew
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

if TYPE_CHECKING:
    from lark import Lark

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar_tables.json")
END = "$END"
UNREADABLE = "UNREADABLE"
"""The type of what is no token: a character that starts none, or a number with something else at its end."""

_UNREADABLE = (UNREADABLE, r"[0-9][0-9A-Za-z_]*|[\s\S]")


class Tables(Struct, frozen=True):
    """What `parser.py` runs, from state 0 to the state `end`.

    `scanner` has one group for each kind of token, `keywords` the kinds of the reserved words. `states` says for each
    state what to do at a terminal and where to go after a rule: a number from 0 up is the next state, a
    negative one is `~rule`. A rule is how many symbols it replaces, by which, and the method of `TreeBuilder` that is
    called with them (None where they are passed on as they are).
    """

    scanner: re.Pattern[str]
    keywords: dict[str, str]
    ignored: frozenset[str]
    states: list[dict[str, int]]
    rules: list[tuple[int, str, str | None]]
    end: int


def build(**options: Any) -> Lark:
    """Lark's parser of the grammar. `strict=True` refuses every conflict (it needs the package interegular)."""
    from lark import Lark

    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        # Every keyword is reserved, so there is no context to lex by, and an unexpected word is always a whole token.
        lexer="basic",
        keep_all_tokens=True,
        maybe_placeholders=False,
        **options,
    )


def serialised() -> str:
    """The text of `grammar_tables.json`."""
    return json.dumps(_extract(build()), separators=(",", ":"), sort_keys=True) + "\n"


def load() -> Tables:
    try:
        raw = json.loads(TABLES.read_bytes())
        fits = raw["grammar"] == _fingerprint()
    except (OSError, ValueError, KeyError, TypeError):
        raw, fits = {}, False
    if not fits:
        raw = _extract(build())
    return Tables(
        re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in [*raw["tokens"], _UNREADABLE])),
        raw["keywords"],
        frozenset(raw["ignored"]),
        raw["states"],
        [(size, origin, method) for size, origin, method in raw["rules"]],
        raw["end"],
    )


def _fingerprint() -> str:
    return hashlib.sha256(GRAMMAR.read_bytes()).hexdigest()


def _extract(lark: Lark) -> dict[str, Any]:
    """Lark's tables as plain values."""
    from lark.lexer import PatternStr
    from lark.parsers.lalr_analysis import Shift

    table = cast("Any", lark.parser).parser._parse_table  # noqa: SLF001
    # Lark numbers states and rules differently from run to run; here they are numbered as they are met.
    start = table.start_states["start"]
    numbers = {start: 0}
    order = [start]
    states: list[dict[str, int]] = []
    rules: dict[Any, int] = {}
    for state in order:
        actions: dict[str, int] = {}
        for symbol, (action, target) in sorted(table.states[state].items(), key=lambda item: item[0]):
            if action is not Shift:
                actions[symbol] = ~rules.setdefault(target, len(rules))
                continue
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
            actions[symbol] = numbers[target]
        states.append(actions)
    words = {t.pattern.value: t.name for t in lark.terminals if isinstance(t.pattern, PatternStr)}
    keywords = {text: name for text, name in words.items() if text.isidentifier()}
    # In the order in which Lark's own scanner tries them.
    tokens = sorted(
        (t for t in lark.terminals if t.name not in keywords.values()),
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    return {
        "grammar": _fingerprint(),
        "tokens": [[t.name, t.pattern.to_regexp()] for t in tokens],
        "keywords": keywords,
        "ignored": lark.ignore_tokens,
        "states": states,
        "rules": [[len(rule.expansion), rule.origin.name, _method(rule)] for rule in rules],
        "end": numbers[table.end_states["start"]],
    }


def _method(rule: Any) -> str | None:
    name: str = rule.alias or rule.origin.name
    return None if name.startswith("_") else name


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(serialised(), encoding="utf-8")
