"""The harness for CBMC and ESBMC, verified with ESBMC: a handler that conforms, and broken ones."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from checkers import GCC, failing, needs_esbmc, run_esbmc
from handlers import BROKEN, CONFORMS
from parley.vectors.export import EXPORTERS
from parley.vectors.export.lowered import NotExportable
from suites import policy_in, policy_of, suite_of
from tricky import EXTREMA, OPEN_RANGE, TRICKY

HANDLER = """
#include <stdint.h>

struct rmm_1_0_strict_config { const uint64_t *supported; unsigned int supported_count; };
struct rmm_1_0_strict_reply { uint64_t status; uint64_t lower; uint64_t higher; };

static void answer(const uint64_t *supported, unsigned int count, uint64_t requested,
	uint64_t *status, uint64_t *lower, uint64_t *higher)
{%s}

void rmm_1_0_strict_handler(const struct rmm_1_0_strict_config *config, uint64_t requested, struct rmm_1_0_strict_reply *reply)
{
	answer(config->supported, config->supported_count, requested, &reply->status, &reply->lower, &reply->higher);
}
"""

# The shape of TF-RMM's runtime/rmi/version.c, with a table that can be set.
SMC_VERSION = """
#include <stdint.h>

struct rmm_1_0_strict_config { const uint64_t *supported; unsigned int supported_count; };
struct rmm_1_0_strict_reply { uint64_t status; uint64_t lower; uint64_t higher; };
struct smc_result { unsigned long x[5]; };

static const uint64_t *table;
static unsigned int count;

static void set_supported(const uint64_t *supported, unsigned int supported_count)
{
	table = supported;
	count = supported_count;
}

static void smc_version(unsigned long requested, struct smc_result *res)
{%s}

@ADAPTER@
"""
TF_RMM = """
	unsigned int i;

	res->x[0] = 1;
	res->x[1] = table[count - 1];
	res->x[2] = table[count - 1];
	for (i = 0; i < count; i++)
		if (table[i] == requested) {
			res->x[0] = 0;
			res->x[1] = requested;
		}
"""
MENDED = """
	unsigned int i;

	res->x[1] = res->x[2] = table[count - 1];
	for (i = 0; i < count; i++)
		if (table[i] <= requested && requested >> 31 == 0)
			res->x[1] = table[i];
	res->x[0] = res->x[1] == requested ? 0 : 1;
"""


@pytest.fixture(scope="module")
def harness() -> str:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    return EXPORTERS["cbmc"](suite_of(policy), policy)


def verify(folder: Path, harness: str, handler: str, *options: str, revisions: int = 2) -> tuple[bool, set[str]]:
    """Whether everything holds for tables of up to so many revisions, and the assertions that fail."""
    (folder / "harness.c").write_text(harness)
    (folder / "handler.c").write_text(handler)
    bounds = ["--unwind", str(revisions + 1), f"-DREVISIONS={revisions}"]
    holds, said = run_esbmc(folder, "harness.c", "handler.c", "--z3", *bounds, *options)
    return holds, failing(said)


@pytest.mark.slow
@needs_esbmc
def test_conforming(tmp_path: Path, harness: str) -> None:
    assert verify(tmp_path, harness, HANDLER % CONFORMS, revisions=3) == (True, set())


@pytest.mark.slow
@needs_esbmc
def test_covers(tmp_path: Path, harness: str) -> None:
    """Each case is reached, and each outcome comes up: its cover fails."""
    covers = {"cover malformed", "cover accepted", "cover older", "cover newer"}
    covers |= {"cover status RMI_SUCCESS", "cover status RMI_ERROR_INPUT"}
    assert verify(tmp_path, harness, HANDLER % CONFORMS, "-DCOVER", "--multi-property") == (False, covers)


@pytest.mark.slow
@needs_esbmc
@pytest.mark.parametrize("name", BROKEN)
def test_broken(tmp_path: Path, harness: str, name: str) -> None:
    """The assertion that fails is one of the policy's."""
    holds, failed = verify(tmp_path, harness, HANDLER % BROKEN[name], revisions=3)
    assert not holds
    assert all(re.match(r"(malformed|accepted|older|newer): (status|lower|higher|ensure) ", one) for one in failed)
    assert failed


def adapted(harness: str, body: str) -> str:
    """A handler of TF-RMM's shape with the adapter that the harness shows."""
    comment = harness.partition("is called like this:\n *\n")[2].partition(" */")[0]
    adapter = "\n".join(line.removeprefix(" *")[1:] for line in comment.splitlines())
    return (SMC_VERSION % body).replace("@ADAPTER@", adapter)


@pytest.mark.slow
@needs_esbmc
def test_handler_of_tf_rmm(tmp_path: Path, harness: str) -> None:
    holds, failed = verify(tmp_path, harness, adapted(harness, TF_RMM))
    assert not holds
    assert failed == {"older: lower = max r in supported where r < requested"}
    assert verify(tmp_path, harness, adapted(harness, MENDED)) == (True, set())


@needs_esbmc
def test_one_list(tmp_path: Path) -> None:
    """With the list that TF-RMM is built with, the assumption of that policy, its rule conforms."""
    policy = policy_of("tf_rmm", "tf_rmm_9a7f8ef4")
    harness = EXPORTERS["cbmc"](suite_of(policy), policy)
    handler = (HANDLER % BROKEN["tf_rmm"]).replace("rmm_1_0_strict_", "tf_rmm_9a7f8ef4_")
    assert verify(tmp_path, harness, handler) == (True, set())


@pytest.mark.slow
@pytest.mark.skipif(GCC is None, reason="there is no gcc")
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, EXTREMA["as RMM"]])
def test_tricky_names_and_texts(tmp_path: Path, text: str) -> None:
    policy = policy_in(text)
    intrinsics = "void __CPROVER_assume(_Bool);\nvoid __CPROVER_assert(_Bool, const char *);\n"
    (tmp_path / "harness.c").write_text(intrinsics + EXPORTERS["cbmc"](suite_of(policy), policy))
    for options in ([], ["-DCOVER"]):
        command = [GCC or "gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-D__CPROVER__", *options]
        done = subprocess.run(
            [*command, "-c", "harness.c"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr


def test_what_is_not_checked_is_said() -> None:
    policy = policy_in(OPEN_RANGE)
    text = EXPORTERS["cbmc"](suite_of(policy), policy)
    assert "not checked, `some r in …` asks of a range of revisions" in text


def test_a_guard_over_a_range() -> None:
    """A case whose guard no loop decides cannot be told from the next: there is no harness."""
    ranged = OPEN_RANGE.replace(
        "case always otherwise", "case always when some r in 1.0..requested: r not in supported"
    )
    policy = policy_in(ranged)
    with pytest.raises(NotExportable):
        EXPORTERS["cbmc"](suite_of(policy), policy)


BUILDS = [
    ("supported", "1.0,1.2", "static const uint64_t table_of_supported[] = { 0x10000, 0x10002 };", "--unwind 3"),
    ("supported", "1.0", "static const uint64_t table_of_supported[] = { 0x10000 };", "--unwind 2"),
]


@pytest.mark.parametrize(("name", "value", "table", "bound"), BUILDS)
def test_the_build_that_is_given_is_the_only_one(name: str, value: str, table: str, bound: str) -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    shown = value.split(",")
    suite = msgspec.structs.replace(suite_of(policy), config={name: [*shown]})
    harness = EXPORTERS["cbmc"](suite, policy)
    assert table in harness
    assert bound in harness
    assert f"It is for one build: {name} {', '.join(shown)}." in harness
    assert "any_table" not in harness
    proof = EXPORTERS["kani"](suite, policy)
    words = ", ".join(f"{0x10000 + int(text[-1]):#x}" for text in shown)
    assert f"supported: &[{words}]" in proof
    assert f"#[kani::unwind({len(shown) + 2})]" in proof
    assert "any_table" not in proof


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc")
def test_the_harness_of_a_build_is_c(tmp_path: Path) -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    suite = msgspec.structs.replace(suite_of(policy), config={"supported": ["1.0", "32767.65535"]})
    intrinsics = "void __CPROVER_assume(_Bool it);\nvoid __CPROVER_assert(_Bool it, const char *says);\n"
    text = EXPORTERS["cbmc"](suite, policy).replace("#ifndef __CPROVER__", "#if 0")
    (tmp_path / "harness.c").write_text(intrinsics + text)
    run = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-c", "harness.c"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
