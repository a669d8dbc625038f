"""Configurations of many revisions: lines have a width that can be read, and nothing is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from parley.cli.draw.rows import LONGEST, broken, laid_out
from running import GOOD, Parley

MANY = [f"1.{minor}" for minor in range(60)]
GIVEN = ("--supported", ",".join(MANY))
WIDEST = LONGEST + 25
"""Of a line: a label, and how many more there are, stand beside the text."""

TEXT = f"""
}}

scenario many for p {{
    given supported = {{{", ".join(MANY)}}}
    given requested = 1.3
    then lower == 1.0
}}

host lists for I {{
    knows {", ".join(MANY)}
    start request 1.0
    on status == OK => accept requested
    otherwise => give up
}}

host whatever for I {{
    knows any
    start request max known
    otherwise => accept lower
}}

session s : lists with p {{ }}

session t : whatever with p {{
}}

scenario played for s {{
    given supported = {{{", ".join(MANY)}}}
    then gave_up
}}
"""
WRONG = 'n=0; while read line; do n=$((n+1)); echo \'{"id": \'$n\', "x0": "0x7", "x1": "0x0"}\'; done'


@pytest.fixture(autouse=True)
def wide(folder: Path) -> None:
    (folder / "w.parley").write_text(GOOD.rstrip().removesuffix("}") + TEXT, encoding="utf-8")
    said = {"supported": MANY, "x1": "0x10000", "x0": "0x1", "x1_out": "0x0"}
    (folder / "log").write_text(json.dumps(said) + "\n", encoding="utf-8")
    (folder / "suite.csv").write_text(f'supported,requested,lower\n"{", ".join(MANY)}",1.3,1.3\n', encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ["eval", "w.parley:p", *GIVEN, "--requested", "1.3"],
        ["eval", "w.parley:s", *GIVEN],
        ["eval", "w.parley:t", *GIVEN, "--known", ",".join(MANY)],
        ["matrix", "--rmm", f"w.parley:p={','.join(MANY)}", "--host", "w.parley:lists"],
        ["trace", "w.parley:p", "log"],
        ["conform", "w.parley:p", "--suite", "suite.csv", "--", "sh", "-c", WRONG],
        pytest.param(["check", "w.parley", "--only", "p.many,s.played"], marks=pytest.mark.slow),
    ],
)
def test_lines_are_bounded_and_have_all(parley: Parley, command: list[str]) -> None:
    done = parley(*command)
    assert done.code < 2, done.err
    out = done.out
    # A command is to be copied, and a log's line is not ours: each is one line.
    lines = [line for line in out.splitlines() if not re.match(" +(replay|line) ", line)]
    assert max(map(len, lines)) <= WIDEST
    assert ", ".join(MANY) in " ".join(" ".join(lines).split())


def test_what_fits_is_left_as_it_is() -> None:
    text = "1.0, " * 32
    assert broken(text[:LONGEST]) == [text[:LONGEST]]
    assert len(broken(text + "1.0")) == 2
    assert laid_out([("label", "a, " * 60 + "b")])[1].startswith(" " * 17 + "a, ")
    # Neither a drawing nor a command is broken.
    assert broken("──● " * 100) == ["──● " * 100]
    assert broken("--supported " + ",".join(MANY)) == ["--supported " + ",".join(MANY)]
    # Bug: that of a host had line breaks in its script.
    script = f"parley conform w.parley:s -- sh -c '{'echo a, b; ' * 20}'"
    assert laid_out([("again", script)]) == [f"{'again':<16} {script}"]
