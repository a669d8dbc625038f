"""A user's mistake, as data: code, message, place and help. Pages for the codes are in `pages/`."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from .source import NOWHERE, Place, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGES = Path(__file__).with_name("pages")


class Related(Struct, frozen=True):
    """A second place that the message speaks of, with a few words for it."""

    source: Source
    span: Span
    label: str


LONGEST_WORD = 60
"""Of a longer word, a message has the beginning."""

_LONG = re.compile(rf"\w{{{LONGEST_WORD + 1},}}")


class Diagnostic(Struct, frozen=True):
    """One fault of what a user wrote.

    `code` is stable (`P201`); `message` is one sentence; `help` names the fix. `source` is None where the fault
    is in no text: a missing file, a wrong option. A warning is of what may be meant as it is, and costs nothing.
    """

    code: str
    message: str
    help: str = ""
    source: Source | None = None
    span: Span = NOWHERE
    related: tuple[Related, ...] = ()
    severity: Literal["error", "warning"] = "error"

    def __post_init__(self) -> None:
        # A text may have names of a megabyte, and nobody reads a second one.
        for name in ("message", "help"):
            text: str = getattr(self, name)
            if len(text) > 200:
                force_setattr(self, name, _LONG.sub(lambda found: f"{found.group()[:LONGEST_WORD]}…", text))

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


MOST_SUGGESTIONS = 100
"""After so many faults a suggestion for one more is not worth the search."""


def nearest(name: str, known: Iterable[str], already: int = 0) -> str | None:
    """The known name that a misspelt one most likely means, if any is near and few faults were reported `already`."""
    from difflib import get_close_matches

    if already >= MOST_SUGGESTIONS:
        return None
    names = list(islice(known, 2000))
    same = next((other for other in names if other.lower() == name.lower()), None)
    if same is not None:
        return same
    found = get_close_matches(name[:80], names, n=1, cutoff=0.6)
    return found[0] if found else None


def meant(name: str, known: Iterable[str], otherwise: str, *, already: int = 0, mark: str = "`{}`") -> str:
    """The help for a name that is none of those known: the one that is `nearest`, or else something else."""
    near = nearest(name, known, already)
    return f"did you mean {mark.format(near)}?" if near else otherwise


def listed(names: Sequence[str]) -> str:
    """`a`, `b` and `c`: at most a dozen of them."""
    quoted = [f"`{name}`" for name in names[:12]]
    if len(names) > 12:
        return ", ".join(quoted) + " …"
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted) or "nothing"


def plural(count: int, what: str, none: str = "0") -> str:
    """`1 round`, `2 rounds`; `none` is what 0 is written as."""
    return f"{count or none} {what}{'' if count == 1 else 's'}"


def printable(text: str) -> str:
    """A text with what would not show, or would upset a terminal, by its number."""
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
