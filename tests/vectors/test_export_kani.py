"""The Kani harness, compiled by rustc against a stub of `kani` that tries random values. Kani itself was not run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from parley.vectors.export import EXPORTERS
from suites import policy_in, policy_of, suite_of
from test_export_rust import BROKEN, HANDLER
from tricky import TRICKY

RUSTC = shutil.which("rustc")
STUB = Path(__file__).parent / "kani_stub"
pytestmark = pytest.mark.skipif(RUSTC is None, reason="there is no rustc")

MAIN = "#[cfg(kani)]\nmod {0}_proof;\n#[cfg(kani)]\nuse {0}_proof::{{Config, Reply}};\n\n#[cfg(kani)]\n"
CASES = {"covered: case malformed", "covered: case accepted", "covered: case older", "covered: case newer"}


def rustc(folder: Path, *arguments: str | Path) -> None:
    command = [RUSTC or "rustc", "--edition=2021", "-O", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stub, compiled."""
    made = tmp_path_factory.mktemp("kani")
    rustc(made, "--crate-type=proc-macro", "--extern=proc_macro", STUB / "kani_macros.rs")
    rustc(made, "--crate-type=rlib", "-L.", "--extern=kani_macros", STUB / "kani.rs")
    return made


def built(folder: Path, name: str, harness: str, handler: str) -> Path:
    (folder / f"{name}_proof.rs").write_text(harness)
    (folder / f"{name}.rs").write_text(MAIN.format(name) + handler)
    options = ["--cfg=kani", "-Dwarnings"]
    rustc(folder, "--test", *options, "-L.", "--extern=kani", f"{name}.rs", "-o", name)
    return folder / name


@pytest.fixture(scope="module")
def program(folder: Path) -> Path:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    return built(folder, "rmm_1_0_strict", EXPORTERS["kani"](suite_of(policy), policy), HANDLER)


def run(program: Path, implementation: str) -> tuple[bool, list[str]]:
    done = subprocess.run(
        [program, "--nocapture", "--test-threads=1"],
        env={**os.environ, "IMPLEMENTATION": implementation},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode == 0, [line.rpartition("... ")[2] for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_conforming(program: Path) -> None:
    holds, lines = run(program, "conforms")
    assert holds
    assert set(lines) >= CASES


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_broken(program: Path, name: str) -> None:
    holds, lines = run(program, name)
    assert not holds
    assert any(re.match("failed: (malformed|accepted|older|newer): ", line) for line in lines)


@pytest.mark.slow
def test_tricky_names_and_texts(folder: Path) -> None:
    policy = policy_in(TRICKY)
    inputs = "".join(", _: u64" for _ in policy.interface.inputs)
    handler = f"fn p_handler(_: &Config{inputs}) -> Reply {{ panic!() }}\n"
    built(folder, "p", EXPORTERS["kani"](suite_of(policy), policy), handler)
