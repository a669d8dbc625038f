"""The KUnit suite, compiled and run against a stub of `<kunit/test.h>`. It was not run in a kernel."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from handlers import BROKEN, CONFORMS
from parley.vectors.export import EXPORTERS
from suites import policy_in, policy_of, suite_of
from tricky import EXTREMA, OPEN_RANGE, TRICKY

GCC = shutil.which("gcc")
STUB = Path(__file__).parent / "kunit_stub"
FLAGS = ["-std=gnu11", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Werror"]
pytestmark = pytest.mark.skipif(GCC is None, reason="there is no gcc")

HANDLER = """
#include "suite.c"

static void answer(const u64 *supported, unsigned int count, u64 requested, u64 *status, u64 *lower, u64 *higher)
{%s}

void rmm_1_0_strict_handler(const struct rmm_1_0_strict_config *config, u64 requested, struct rmm_1_0_strict_reply *reply)
{
	answer(config->supported, config->supported_count, requested, &reply->status, &reply->lower, &reply->higher);
}

bool rmm_1_0_strict_applies(const struct rmm_1_0_strict_config *config)
{
	return %s;
}
"""


@pytest.fixture(scope="module")
def suite() -> str:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    return EXPORTERS["kunit"](suite_of(policy), policy)


def run(folder: Path, suite: str, main: str) -> tuple[int, list[str]]:
    """The exit code and the lines of KTAP."""
    (folder / "suite.c").write_text(suite)
    (folder / "main.c").write_text(main)
    command = [GCC or "gcc", *FLAGS, f"-I{STUB}", "main.c", "-o", "main"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([folder / "main"], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout.splitlines()


def test_conforming(tmp_path: Path, suite: str) -> None:
    code, lines = run(tmp_path, suite, HANDLER % (CONFORMS, "config != 0"))
    assert code == 0
    assert lines[:2] == ["ok 1 supported 1.0", "ok 2 supported 1.0, 1.2"]
    assert lines[-1] == "1..6"


def test_one_build(tmp_path: Path, suite: str) -> None:
    one = "config->supported_count == 2 && config->supported[0] == 0x10000"
    code, lines = run(tmp_path, suite, HANDLER % (CONFORMS, one))
    assert code == 0
    assert [line for line in lines if "SKIP" not in line] == ["ok 2 supported 1.0, 1.2", "1..6"]


@pytest.mark.parametrize("name", BROKEN)
def test_broken(tmp_path: Path, suite: str, name: str) -> None:
    code, lines = run(tmp_path, suite, HANDLER % (BROKEN[name], "config != 0"))
    assert code == 1
    assert any(line.startswith("not ok") for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, EXTREMA["as RMM"]])
def test_tricky_names_and_texts(tmp_path: Path, text: str) -> None:
    policy = policy_in(text)
    inputs = "".join(", u64 word" for _ in policy.interface.inputs)
    functions = (
        f"void p_handler(const struct p_config *config{inputs}, struct p_reply *reply) {{}}\n"
        "bool p_applies(const struct p_config *config) { return false; }\n"
    )
    code, lines = run(tmp_path, EXPORTERS["kunit"](suite_of(policy), policy), '#include "suite.c"\n' + functions)
    assert code == 0
    assert all("SKIP" in line for line in lines[:-1])
