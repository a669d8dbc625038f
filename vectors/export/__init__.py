"""Suites in the forms that other projects take: data, and tests and harnesses in their languages.

An exporter is a plain function from a suite and its policy to the text of one file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...spec.checked import CheckedPolicy
from ..suite import Suite
from . import c_harness, c_header, data, kani, kunit, python_module, rust_module

Exporter: TypeAlias = Callable[[Suite, CheckedPolicy], str]

EXPORTERS: dict[str, Exporter] = {
    "json": data.json,
    "csv": data.table,
    "c": c_header.text,
    "kunit": kunit.text,
    "pytest": python_module.text,
    "rust": rust_module.text,
    "cbmc": c_harness.text,
    "kani": kani.text,
}
"""By the name of the format."""
