"""A user's mistake, as data: code, message, place and help. Pages for the codes are in `pages/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .source import Place, Source, Span

PAGES = Path(__file__).with_name("pages")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that the message speaks of, with a few words for it."""

    source: Source
    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault of what a user wrote.

    `code` is stable (`P201`); `message` is one sentence; `help` names the fix. `source` is None where the fault
    is in no text: a missing file, a wrong option.
    """

    code: str
    message: str
    help: str = ""
    source: Source | None = None
    span: Span = Span(0, 0)
    related: tuple[Related, ...] = ()

    @property
    def place(self) -> Place | None:
        return self.source.place(self.span.start) if self.source else None


class Rejected(Exception):
    """What the user gave cannot be worked with; `diagnostics` say why. The command line renders them and exits 2."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


def page(code: str) -> str | None:
    """The explanation of a code, as Markdown; None where there is no such code."""
    path = PAGES / f"{code.upper()}.md"
    if not code.isalnum() or not path.is_file():
        return None
    return path.read_text(encoding="utf-8")


def all_codes() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("P*.md"))


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that a misspelt one most likely means, if any is near."""
    from difflib import get_close_matches

    exact = [k for k in known if k.lower() == name.lower()]
    if exact:
        return exact[0]
    found = get_close_matches(name[:80], known[:2000], n=1, cutoff=0.6)
    return found[0] if found else None
