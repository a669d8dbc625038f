"""Lark's parser of `grammar.lark`.

To build it takes longer than most runs, so the one that was built is shipped beside this file, as `Lark.save` writes
it. It is used if it is that of this grammar, these options and the Lark that is installed; else the parser is built
from the grammar, with a warning.

    python -m parley.spec.parsing.grammar    write the shipped parser anew
"""

from __future__ import annotations

import warnings
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import lark

from .lexer import Lexer
from .tree import TreeBuilder

GRAMMAR = Path(__file__).parent.with_name("grammar.lark")
SAVED = Path(__file__).with_name("parser.pickle")
_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    # Every keyword is reserved, so there is no context to lex by, and an unexpected word is always a whole token.
    "lexer": Lexer,
    "keep_all_tokens": True,
    "maybe_placeholders": False,
}


def build(**options: Any) -> lark.Lark:
    """The parser, built from the grammar. `strict=True` refuses every conflict, with `lexer="basic"` those of terminals
    as well (it needs the package interegular).
    """
    return lark.Lark(GRAMMAR.read_text(encoding="utf-8"), transformer=TreeBuilder(), **{**_OPTIONS, **options})


def saved() -> bytes:
    """What is shipped: a line that says what it was made of, and what `Lark.save` writes."""
    file = BytesIO()
    cast("Any", build()).save(file)
    return b"%s\n%s" % (_fingerprint(file.getvalue()), file.getvalue())


@cache
def parser() -> lark.Lark:
    """The parser: the shipped one, if it is that of the grammar."""
    try:
        made_of, _, content = SAVED.read_bytes().partition(b"\n")
    except OSError:
        made_of, content = b"", b""
    if made_of == _fingerprint(content):
        return cast("Any", lark.Lark).load(BytesIO(content))
    warnings.warn(
        f"{SAVED} is not the parser that Lark {lark.__version__} makes of the grammar: it is built now, which takes a "
        "second; `python -m parley.spec.parsing.grammar` writes the file anew",
        stacklevel=2,
    )
    return build()


def _fingerprint(content: bytes) -> bytes:
    made_of = "\0".join((GRAMMAR.read_text(encoding="utf-8"), repr((_OPTIONS, TreeBuilder)), lark.__version__, ""))
    return sha256(made_of.encode() + content).hexdigest().encode()


if __name__ == "__main__":
    SAVED.write_bytes(saved())
