"""Suites in the forms that other projects take: data, and tests and harnesses in their languages.

An exporter is a plain function from a suite and its policy to the text of one file. The tests run each against an
implementation that conforms and against broken ones: the C header with gcc, the Rust module with rustc, the harness
for CBMC with ESBMC, the KUnit suite with a stub of its header and the Kani harness with a stub of Kani: neither was
run in a kernel or by Kani.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...spec.checked import CheckedPolicy
from ..suite import Suite
from . import c_harness, c_header, data, kani, kunit, python_module, rust_module
from .c_harness import Shape
from .formulas import need_registers
from .lowered import NotExportable

__all__ = ["EXPORTERS", "SHAPED", "Exporter", "NotExportable", "need_words"]

Exporter: TypeAlias = Callable[[Suite, CheckedPolicy], str]

EXPORTERS: dict[str, Exporter] = {
    "json": data.json,
    "csv": data.table,
    "c": c_header.text,
    "kunit": kunit.text,
    "rust": rust_module.text,
    "pytest": python_module.text,
    "cbmc": c_harness.text,
    "kani": kani.text,
}
"""By the name of the format. `cbmc` and `kani` raise NotExportable where a guard or an assumption cannot be written."""

SHAPED: dict[str, Callable[[Suite, CheckedPolicy, Shape], str]] = {
    "cbmc": c_harness.text,
    "kani": lambda suite, policy, shape: kani.text(suite, policy, shape.revisions),
}
"""Those that are harnesses, by the name of the format, for a shape that is asked for."""


def need_words(format_: str, policy: CheckedPolicy) -> None:
    """Raises NotExportable where a format cannot say what the policy's messages have, whatever the suite.

    It is told before a suite is made, which may take long.
    """
    if format_ not in ("json", "csv"):
        need_registers(policy, several=format_ == "pytest")
