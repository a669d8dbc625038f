"""The pytest module, run in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

import pytest
from parley.vectors.export import EXPORTERS
from suites import policy_in, policy_of, suite_of
from tricky import EXTREMA, OPEN_RANGE, TRICKY

CONFTEST = """
import pytest

def rmi_version(supported, requested):
    {body}
    older = [r for r in supported if r <= requested]
    newest = max(supported)
    found = requested in supported
    lower = min(supported) if requested >> 31 else max(older, default=newest)
    return {{"status": {status}, "lower": {lower}, "higher": {higher}}}

@pytest.fixture(name="rmi_version")
def fixture():
    return rmi_version
"""
RIGHT = {"body": "pass", "status": "0 if found else 1", "lower": "lower", "higher": "newest"}
ONE_BUILD = {"body": "if supported != [0x10000, 0x10002]: pytest.skip('it is built for 1.0 and 1.2')"}
BROKEN = {
    "tf_rmm": {"lower": "requested if found else newest"},
    "status_swapped": {"status": "1 if found else 0"},
    "reserved_masked": {"body": "requested &= 0x7fffffff"},
    "higher_is_lower": {"higher": "lower"},
    "malformed_lower_zero": {"lower": "3 if requested >> 31 else lower"},
    "off_by_one": {"lower": "lower + 1"},
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    """How many vectors passed, failed and were skipped for each implementation: one run, a folder for each."""
    top = tmp_path_factory.mktemp("suites")
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    module = EXPORTERS["pytest"](suite_of(policy), policy)
    for name, change in {"right": {}, "one_build": ONE_BUILD, **BROKEN}.items():
        folder = top / name
        folder.mkdir()
        (folder / "conftest.py").write_text(CONFTEST.format(**{**RIGHT, **change}))
        (folder / "test_vectors.py").write_text(module)
    options = ["-q", "-W", "error", "-p", "no:cacheprovider", "--tb=no", "--rootdir=.", "--import-mode=importlib"]
    command = [sys.executable, "-m", "pytest", *options, "--junitxml=report.xml"]
    done = subprocess.run(command, cwd=top, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stdout
    found: Counter[tuple[str, str]] = Counter()
    for case in ElementTree.parse(top / "report.xml").iter("testcase"):
        outcome = next((child.tag for child in case), "passed")
        found[case.attrib["classname"].split(".")[0], outcome] += 1
    return found


@pytest.mark.slow
def test_conforming(outcomes: Counter[tuple[str, str]]) -> None:
    assert outcomes["right", "passed"] == 132
    assert outcomes["right", "failure"] == 0


@pytest.mark.slow
def test_one_build(outcomes: Counter[tuple[str, str]]) -> None:
    assert outcomes["one_build", "passed"] == 22
    assert outcomes["one_build", "skipped"] == 110


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_broken(outcomes: Counter[tuple[str, str]], name: str) -> None:
    assert outcomes[name, "failure"] > 0
    assert outcomes[name, "failure"] + outcomes[name, "passed"] == 132


@pytest.mark.slow
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, EXTREMA["as RMM"]])
def test_tricky_names_and_texts(text: str) -> None:
    policy = policy_in(text)
    compile(EXPORTERS["pytest"](suite_of(policy), policy), "module", "exec")
