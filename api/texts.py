"""Texts in their canonical layout, and the pages of diagnostics."""

from __future__ import annotations

from parley.spec.diagnostics import Diagnostic, Rejected, all_codes, meant, page, printable


def format_text(text: str, *, name: str = "<text>") -> str:
    """A text in its canonical layout; comments are kept. Raises Rejected where it cannot be parsed."""
    from parley.spec.formatting.text import format_text as laid_out
    from parley.spec.source import Source

    return laid_out(Source(name, text))


def explain(code: str) -> str:
    """The page of a diagnostic such as P201, as Markdown. Raises Rejected where there is none."""
    text = page(code) if code.upper() in all_codes() else None
    if text is None:
        beginning = [known for known in all_codes() if code and known.startswith(code.upper())]
        known = f"the codes are {', '.join(beginning or all_codes())}"
        help_ = known if beginning else meant(code.upper(), all_codes(), known)
        raise Rejected(Diagnostic("P508", f"there is no page `{printable(code)[:60]}`", help_))
    return text
