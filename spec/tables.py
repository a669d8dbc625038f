"""The parser's tables: shipped as `grammar_tables.json`, built from the grammar where those do not fit.

Building takes about a second, loading a few hundredths of one. The file is plain JSON, never a pickle; it names the
grammar and the Lark release that it was made from, and is passed over where either differs.

    python -m parley.spec.tables FILE     write the tables anew
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import lark
from lark import Lark

from .build import TreeBuilder

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar_tables.json")


def build(**options: Any) -> Lark:
    """The parser from the grammar's text. `strict=True` refuses every conflict (it needs the package interegular)."""
    return Lark(
        GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        # Every keyword is reserved, so there is no context to lex by: one scanner starts faster, and an
        # unexpected word is always a whole token.
        lexer="basic",
        keep_all_tokens=True,
        maybe_placeholders=False,
        **options,
    )


def serialised() -> str:
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    data, memo = build().memo_serialize([TerminalDef, Rule])
    return json.dumps({**_made_from(), "data": data, "memo": memo}, separators=(",", ":"), sort_keys=True) + "\n"


def load() -> Lark:
    """The parser, its reductions already bound to `TreeBuilder`."""
    try:
        shipped = json.loads(TABLES.read_bytes())
        fits = all(shipped[key] == value for key, value in _made_from().items())
    except (OSError, ValueError, KeyError, TypeError):
        fits, shipped = False, {}
    if not fits:
        return build(transformer=TreeBuilder())
    data = shipped["data"]
    table = data["parser"]["parser"]
    # JSON has no integer keys.
    table["states"] = {int(state): actions for state, actions in table["states"].items()}
    memo = {int(key): value for key, value in shipped["memo"].items()}
    return Lark._load_from_dict(data, memo, transformer=TreeBuilder())  # pyright: ignore[reportPrivateUsage]


def _made_from() -> dict[str, str]:
    return {"grammar": hashlib.sha256(GRAMMAR.read_bytes()).hexdigest(), "lark": lark.__version__}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(serialised(), encoding="utf-8")
