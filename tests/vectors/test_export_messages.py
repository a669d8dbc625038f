"""The pytest module of policies with sets and ranges in messages, run against what conforms and what does not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import parley
import pytest

CASES = Path(__file__).parent.parent / "cases"

LISTS = """
import pytest

def answered(supported, offered):
    common = [word for word in offered if word in supported]
    listed = {listed}
    return {{"status": int(not common), "chosen": max(common, default=0), "listed": listed}}

@pytest.fixture
def exchange_versions():
    return answered
"""
RANGES = """
import pytest

def answered(supported, offered):
    first, last = max(supported[0], offered[0]), min(supported[1], offered[1])
    there = offered[0] <= offered[1] and first <= last
    return {{"status": int(not there), "common": {common}}}

@pytest.fixture
def version():
    return answered
"""
OPEN = "supported if common else {}"
PROGRAMS = {
    "lists/whole": LISTS.format(listed="supported[::-1] * 2"),
    "lists/first": LISTS.format(listed="supported[:1]"),
    "open_/none": LISTS.format(listed=OPEN.format("[]")),
    "open_/some": LISTS.format(listed=OPEN.format("supported[1:]")),
    "open_/offered": LISTS.format(listed=OPEN.format("offered")),
    "open_/malformed": LISTS.format(listed=OPEN.format("[1 << 31]")),
    "narrowing/whole": RANGES.format(common="(first, last) if there else (5, 4)"),
    "narrowing/first": RANGES.format(common="[first, first] if there else []"),
    "narrowing/none": RANGES.format(common="(1, 0)"),
    "narrowing/beyond": RANGES.format(common="(first, last + 1) if there else (1, 0)"),
}
"""Implementations, each in a folder of its own beneath that of a policy."""

RIGHT = {"lists/whole", "open_/none", "open_/some", "narrowing/whole", "narrowing/first"}


@pytest.mark.slow
def test_implementations_are_told_apart(tmp_path: Path) -> None:
    suites = {
        "lists": ("lists", "whole", {"supported": "1.0,1.3"}),
        "open_": ("lists", "open_", {"supported": "1.0,1.3"}),
        "narrowing": ("message_ranges", "narrowing", {"supported": "1.0..1.4"}),
    }
    texts = {
        name: parley.suite(parley.load(CASES / f"{file}.parley").policies[policy], config).export("pytest")
        for name, (file, policy, config) in suites.items()
    }
    for name, program in PROGRAMS.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "conftest.py").write_text(program)
        (tmp_path / name / "test_vectors.py").write_text(texts[name.split("/")[0]])
    options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--tb=no", "--rootdir=.", "--import-mode=importlib"]
    command = [sys.executable, "-m", "pytest", *options, "--junitxml=report.xml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stdout
    failed: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for case in ElementTree.parse(tmp_path / "report.xml").iter("testcase"):
        name = "/".join(case.attrib["classname"].split(".")[:2])
        seen[name] += 1
        failed[name] += len(case) > 0
    assert seen.keys() == PROGRAMS.keys()
    assert {name for name in seen if not failed[name]} == RIGHT, failed


@pytest.mark.slow
def test_a_range_that_is_left_open_is_judged_by_its_ends() -> None:
    policy = parley.load(CASES / "message_ranges.parley").policies["narrowing"]
    made = parley.suite(policy, {"supported": "1.0..1.0"})
    names: dict[str, object] = {}
    exec(made.export("pytest"), names)
    allows, span = names["allows_shared"], names["span"]
    assert callable(allows)
    assert callable(span)
    config, given = {"supported": (0x10000, 0x10000)}, {"offered": (0, 0x20000)}
    assert allows(config, given, {"common": (0x10000, 0x10000)})
    assert not allows(config, given, {"common": (0x10000, 0x10001)})
    assert not allows(config, given, {"common": (1, 0)})
    assert (span(2, 1), span(), span(1, 1)) == ((1, 0), (1, 0), (1, 1))
    # Whether a mutant has an answer is known of ranges, since they are two words each.
    assert made.suite.adequacy.mutants.survived == 0
