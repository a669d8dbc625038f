"""`parley explain`: the page of a diagnostic."""

from __future__ import annotations

from ..spec.diagnostics import Diagnostic, Rejected, all_codes, nearest, page
from .output import Output


def explain(topic: str, output: Output) -> int:
    text = page(topic) if topic.upper() in all_codes() else None
    if text is None:
        known = nearest(topic.upper(), all_codes())
        raise Rejected(
            Diagnostic(
                "P508",
                f"there is no page `{topic[:60]}`",
                f"did you mean `{known}`?" if known else f"the codes are {', '.join(all_codes())}",
            )
        )
    title, _, rest = text.partition("\n")
    output.write(output.style(title.removeprefix("# "), bold=True) + "\n" + rest.rstrip() + "\n")
    return 0
