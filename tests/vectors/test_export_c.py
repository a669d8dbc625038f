"""The C header, compiled and run against a handler that conforms and against broken ones."""

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
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
needs_gcc = pytest.mark.skipif(GCC is None, reason="there is no gcc")

MAIN = """
#include <stdio.h>
#include "vectors.h"

static void answer(const uint64_t *supported, unsigned int count, uint64_t requested,
	uint64_t *status, uint64_t *lower, uint64_t *higher)
{%s}

static void handler(const struct rmm_1_0_strict_config *config, uint64_t requested, struct rmm_1_0_strict_reply *reply)
{
	answer(config->supported, config->supported_count, requested, &reply->status, &reply->lower, &reply->higher);
}

static _Bool one_build(const struct rmm_1_0_strict_config *config)
{
	return config->supported_count == 2 && config->supported[0] == 0x10000 && config->supported[1] == 0x10002;
}

static void failed(const struct rmm_1_0_strict_group *group, const struct rmm_1_0_strict_vector *vector, const struct rmm_1_0_strict_reply *reply)
{
	printf("%%u %%s: %%s: %%llx\\n", vector->id, group->name, vector->about, (unsigned long long)reply->lower);
}

int main(int argc, char **argv)
{
	struct rmm_1_0_strict_score score = rmm_1_0_strict_run(handler, argc > 1 ? one_build : 0, failed);

	(void)argv;
	printf("%%u %%u\\n", score.run, score.failed);
	return score.failed != 0;
}
"""


def compiled(folder: Path, header: str, main: str) -> Path:
    (folder / "vectors.h").write_text(header)
    (folder / "main.c").write_text(main)
    run = [GCC or "gcc", *FLAGS, "main.c", "-o", "main"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "main"


def score(program: Path, *arguments: str) -> tuple[int, int]:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    run, failed = map(int, done.stdout.splitlines()[-1].split())
    assert done.returncode == (failed > 0)
    return run, failed


@pytest.fixture(scope="module")
def header() -> str:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    return EXPORTERS["c"](suite_of(policy), policy)


@needs_gcc
def test_conforming(tmp_path: Path, header: str) -> None:
    program = compiled(tmp_path, header, MAIN % CONFORMS)
    assert score(program) == (132, 0)


@needs_gcc
def test_one_build(tmp_path: Path, header: str) -> None:
    """An implementation that is built for one configuration is asked the requests of that group only."""
    broken = CONFORMS.replace("? 0 : 1", "? 0 : count == 2")
    program = compiled(tmp_path, header, MAIN % broken)
    assert score(program, "one build") == (22, 0)
    assert score(program)[1] > 0


@needs_gcc
@pytest.mark.parametrize("name", BROKEN)
def test_broken(tmp_path: Path, header: str, name: str) -> None:
    program = compiled(tmp_path, header, MAIN % BROKEN[name])
    run, failed = score(program)
    assert run == 132
    assert failed > 0


@pytest.mark.slow
@needs_gcc
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, EXTREMA["as RMM"]])
def test_tricky_names_and_texts(tmp_path: Path, text: str) -> None:
    """Whatever the names and texts of a policy are, the header is C without a warning, freestanding."""
    policy = policy_in(text)
    (tmp_path / "vectors.h").write_text(EXPORTERS["c"](suite_of(policy), policy))
    (tmp_path / "main.c").write_text('#include "vectors.h"\nint main(void) { return (int)p_run(0, 0, 0).run; }\n')
    run = [GCC or "gcc", *FLAGS, "-ffreestanding", "-c", "main.c"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@needs_gcc
def test_to_run_no_vector_is_a_failure(tmp_path: Path, header: str) -> None:
    nobody = "static _Bool one_build(const struct rmm_1_0_strict_config *config) { (void)config; return 0; }"
    main = (MAIN % CONFORMS).replace("argc > 1 ? one_build : 0", "argc > 1 ? nobody : one_build")
    program = compiled(
        tmp_path, header, main.replace("int main", nobody.replace("one_build", "nobody") + "\n\nint main")
    )
    assert score(program, "nobody") == (0, 1)
    assert score(program) == (22, 0)
