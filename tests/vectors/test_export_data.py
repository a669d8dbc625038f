"""JSON and CSV, and what holds for every exporter."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from parley.vectors.export import EXPORTERS
from parley.vectors.export.names import c_comment, c_string, line_comment, rust_string
from parley.vectors.generate import explore, suite
from parley.vectors.suite import Suite
from suites import policy_in, policy_of, suite_of
from tricky import TRICKY

AGAIN = """
import sys
sys.path[:0] = sys.argv[1:]
from suites import policy_in, suite_of
from tricky import TRICKY
from parley.vectors.export import EXPORTERS
policy = policy_in(TRICKY)
suite = suite_of(policy)
for exporter in EXPORTERS.values():
    sys.stdout.buffer.write(exporter(suite, policy).encode())
"""


def test_json_is_the_suite() -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    suite = suite_of(policy)
    assert msgspec.json.decode(EXPORTERS["json"](suite, policy), type=Suite) == suite


def test_csv() -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    suite = suite_of(policy)
    rows = list(csv.DictReader(StringIO(EXPORTERS["csv"](suite, policy))))
    assert len(rows) == suite.size
    assert list(rows[0])[:5] == ["supported", "requested", "status", "lower", "higher"]
    older = next(row for row in rows if row["supported"] == "1.0 1.2" and row["requested"] == "1.1")
    outputs, registers, about = (
        ["RMI_ERROR_INPUT", "1.0", "1.2"],
        ["0x1", "0x10000", "0x10002"],
        ["27", "valid", "older", ""],
    )
    assert [*older.values()] == ["1.0 1.2", "1.1", *outputs, "0x10001", *registers, *about]
    malformed = next(row for row in rows if row["requested"] == "0x80010000")
    assert (malformed["lower"], malformed["out_x1"], malformed["result"]) == ("any", "any", "acceptable")


@pytest.mark.slow
def test_same_bytes_again() -> None:
    """The same policy gives the same bytes, in other processes with other hashes too."""
    here = Path(__file__).parent
    made = {
        subprocess.run(
            [sys.executable, "-c", AGAIN, str(here), str(here.parent)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1


@pytest.mark.slow
def test_license_and_policy() -> None:
    policy = policy_in(TRICKY)
    generated = suite_of(policy)
    for name in EXPORTERS.keys() - {"json", "csv"}:
        text = EXPORTERS[name](generated, policy)
        first, *_ = text.splitlines()
        assert "SPDX-License-Identifier: BSD-3-Clause" in first, name
        assert "of p for I" in text, name
        assert "\u202e" not in text, name


def test_comments_and_strings() -> None:
    hostile = 'a */ /* ??/ // "\\'
    assert c_comment([hostile]) == '/* a * / / * ? ?/ // "\\. */'
    assert c_comment(["*/*", "x"]) == "/*\n * * / *\n * x\n */"
    assert c_string(hostile) == r'"a */ /* \?\?/ // \"\\"'
    assert c_string("é1") == r'"\303\2511"'
    assert rust_string('é"\\') == r'"\u{e9}\"\\"'
    assert line_comment(["a\u2028b", "c"], "#", "  ") == "  # a<U+2028>b\n  # c"


@pytest.mark.parametrize("name", ["c", "kunit", "rust", "cbmc", "kani", "pytest"])
def test_what_an_export_says_of_a_command_without_an_input_is_whole(name: str) -> None:
    policy = policy_in("""interface PSCI {
        revision { res[63:31] zero major[30:16] minor[15:0] }
        config implemented : revision
        config extended : bool
        output version : revision in x0
    }
    policy p for PSCI { version = implemented case always otherwise {} }""")
    text = EXPORTERS[name](suite(explore(policy)), policy)
    assert not re.search(r"\(, |, \)|: \)|\(: |: \(", text)
    assert ("smc_version(&res);" in text) == (name in ("c", "kunit", "cbmc"))
    assert ("always (implemented 0.0, extended false: always)" in text) == (name not in ("cbmc", "kani"))
