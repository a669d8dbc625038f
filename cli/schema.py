"""The published schemas of what the commands print as JSON, made from its types.

python -m parley.cli.schema DIRECTORY     write the schemas anew
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any, cast

import msgspec
from parley.vectors.suite import Suite

from .check.json_types import Check
from .conform.host_json import HostConform
from .conform.json import Conform
from .eval.json import Eval, SessionEval
from .list.json import Listed
from .matrix.json import Matrix
from .score.harness import HarnessScore
from .score.json import Score
from .show.json import Shown
from .trace.json import Trace
from .verify.json import Verify

SCHEMAS: dict[str, type[msgspec.Struct]] = {
    "parley.check-1.json": Check,
    "parley.conform-1.json": Conform,
    "parley.conform-session-1.json": HostConform,
    "parley.eval-1.json": Eval,
    "parley.eval-session-1.json": SessionEval,
    "parley.harness-1.json": HarnessScore,
    "parley.list-1.json": Listed,
    "parley.matrix-1.json": Matrix,
    "parley.score-1.json": Score,
    "parley.show-1.json": Shown,
    "parley.trace-1.json": Trace,
    "parley.vectors-1.json": Suite,
    "parley.verify-1.json": Verify,
}


def schema(name: str) -> str:
    """The JSON Schema of one of `SCHEMAS`, as text."""
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        **msgspec.json.schema(SCHEMAS[name]),
    }
    return msgspec.json.format(msgspec.json.encode(_cleaned(made), order="sorted"), indent=2).decode() + "\n"


def _cleaned(part: object) -> object:
    """A part of a schema with its descriptions as `inspect.cleandoc` has them: some msgspecs leave the indentation."""
    match part:
        case dict():
            members = cast("dict[str, object]", part)
            return {
                name: inspect.cleandoc(value) if name == "description" and isinstance(value, str) else _cleaned(value)
                for name, value in members.items()
            }
        case list():
            return [_cleaned(one) for one in cast("list[object]", part)]
        case _:
            return part


if __name__ == "__main__":
    for name in SCHEMAS:
        (Path(sys.argv[1]) / name).write_text(schema(name), encoding="utf-8")
