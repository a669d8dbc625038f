"""How `verify` looks to people: a line a claim, and why it is refused."""

from __future__ import annotations

from collections import Counter

from parley.certificates import VerifyResult

from ..output import Output

_MARKS = {"verified": ("✓", "green"), "refused": ("✗", "red"), "uncertified": ("?", "yellow")}
_SAID = {"verified": "verified", "refused": "refused", "uncertified": "not certified"}


def verify_text(result: VerifyResult, output: Output) -> str:
    """The whole report; where quiet, only what is not verified, and nothing where all is."""
    quiet = output.quiet
    claims = [one for one in result.claims if not quiet or one.finding != "verified"]
    width = max((len(one.claim) for one in claims), default=0)
    text = ""
    for one in claims:
        mark, color = _MARKS[one.finding]
        head = output.style(
            f"{mark} {one.claim:<{width}}  {_SAID[one.finding]}", fg=color, bold=one.finding == "refused"
        )
        text += f"{head}\n" + (f"    {one.reason}\n" if one.reason else "")
    if quiet:
        return text
    count = Counter(_SAID[one.finding] for one in result.claims)
    texts = "".join(f"{digest}  texts/{name}\n" for name, digest in result.texts.items())
    said = ", ".join(f"{count[name]} {name}" for name in _SAID.values() if name in count)
    return f"{text}\n{texts}{said}; {result.seconds:.2f} s\n"
