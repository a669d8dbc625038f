"""What replies say to requests that an assumption rules out, or that the policy has no answer to (LANGUAGE.md)."""

from __future__ import annotations

from pathlib import Path

import parley
import pytest

TEXT = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    assume bounded: requested <= max supported
    input  requested : revision in x1
    output status    : { OK = 0, BAD = 1 } in x0
    output lower     : revision in x2
}
policy p for I {
    case accepted when requested in supported { status = OK lower = requested }
    case older when requested > 1.0 { status = BAD lower = max r in supported where r < requested }
}
"""


@pytest.mark.parametrize(
    ("x1", "x0", "x2", "explained"),
    [
        # Ruled out where nothing is supported from 2.0 up: it may be answered so there.
        ("0x20000", "0x0", "0x10000", True),
        # Ruled out there as well, and no status.
        ("0x20000", "0x7", "0x10000", False),
        # No case applies to 0.1 where it is not supported, and it is ruled out only where all that is supported is older.
        ("0x1", "0x1", "0x10000", True),
        # Never ruled out but where nothing is supported, and that is no configuration.
        ("0x0", "0x1", "0x10000", False),
        # An older one than 1.1 is supported, or else `lower` has no value.
        ("0x10001", "0x1", "0x10000", True),
    ],
)
def test_what_explains_a_reply(tmp_path: Path, x1: str, x0: str, x2: str, explained: bool) -> None:
    log = tmp_path / "log"
    log.write_text(f'{{"request": {{"x1": "{x1}"}}, "reply": {{"x0": "{x0}", "x2": "{x2}"}}}}\n', encoding="utf-8")
    assert parley.trace(parley.loads(TEXT), log).code == (0 if explained else 1)
