"""The Rust module, compiled with `rustc --test` and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from parley.vectors.export import EXPORTERS
from suites import policy_in, policy_of, suite_of
from tricky import EXTREMA, OPEN_RANGE, TRICKY

RUSTC = shutil.which("rustc")
needs_rustc = pytest.mark.skipif(RUSTC is None, reason="there is no rustc")

HANDLER = """
fn rmm_1_0_strict_handler(config: &Config, requested: u64) -> Reply {
    let implementation = std::env::var("IMPLEMENTATION").unwrap();
    let is = |name: &str| implementation == name;
    let supported = config.supported;
    assert!(!is("panics"), "on purpose");
    let requested = if is("reserved_masked") { requested & 0x7fffffff } else { requested };
    let higher = *supported.last().unwrap();
    let older = supported.iter().copied().filter(|&r| r < requested || !is("off_by_one") && r == requested).max();
    let found = supported.contains(&requested);
    let lower = if requested >> 31 != 0 { if is("malformed_lower_zero") { 3 } else { supported[0] } }
        else if is("tf_rmm") && !found { higher } else { older.unwrap_or(higher) };
    let status = if found != is("status_swapped") { 0 } else { 1 };
    Reply { status, lower, higher: if is("higher_is_lower") { lower } else { higher } }
}
"""
MAIN = f"""
mod rmm_1_0_strict_vectors;
use rmm_1_0_strict_vectors::{{Config, Reply}};
{HANDLER}
fn rmm_1_0_strict_applies(config: &Config) -> bool {{
    std::env::var("BUILD").is_err() || config.supported == [0x10000, 0x10002]
}}
"""
BROKEN = ["tf_rmm", "status_swapped", "off_by_one", "reserved_masked", "higher_is_lower", "malformed_lower_zero"]


def compiled(folder: Path, main: str, *options: str) -> Path:
    (folder / "main.rs").write_text(main)
    command = [RUSTC or "rustc", "--edition=2021", "-Dwarnings", *options, "main.rs", "-o", "main"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "main"


def run(program: Path, **environment: str) -> tuple[int, int]:
    """How many tests passed and failed."""
    done = subprocess.run(
        [program], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    found = re.search(r"(\d+) passed; (\d+) failed", done.stdout)
    assert found, done.stdout
    return int(found[1]), int(found[2])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rust")
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    (folder / "rmm_1_0_strict_vectors.rs").write_text(EXPORTERS["rust"](suite_of(policy), policy))
    return compiled(folder, MAIN, "--test")


@needs_rustc
def test_conforming(program: Path) -> None:
    assert run(program, IMPLEMENTATION="conforms") == (7, 0)


@needs_rustc
def test_one_build(program: Path) -> None:
    """Where a handler is wrong does not matter to a build that is never asked there."""
    assert run(program, IMPLEMENTATION="conforms", BUILD="1.0,1.2") == (7, 0)
    assert run(program, IMPLEMENTATION="tf_rmm", BUILD="1.0,1.2") == (6, 1)


@needs_rustc
@pytest.mark.parametrize("name", BROKEN)
def test_broken(program: Path, name: str) -> None:
    passed, failed = run(program, IMPLEMENTATION=name)
    assert failed > 0
    assert passed + failed == 7


@pytest.mark.slow
@needs_rustc
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, EXTREMA["as RMM"]])
def test_tricky_names_and_texts(tmp_path: Path, text: str) -> None:
    policy = policy_in(text)
    (tmp_path / "p_vectors.rs").write_text(EXPORTERS["rust"](suite_of(policy), policy))
    inputs = "".join(", _: u64" for _ in policy.interface.inputs)
    handler = f"fn p_handler(_: &p_vectors::Config{inputs}) -> p_vectors::Reply {{ panic!() }}"
    main = f"mod p_vectors;\n{handler}\nfn p_applies(_: &p_vectors::Config) -> bool {{ false }}\n"
    program = compiled(tmp_path, main, "--test")
    assert run(program)[1] == 1


def said(program: Path, **environment: str) -> str:
    done = subprocess.run(
        [program], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout


@needs_rustc
def test_every_wrong_answer_of_a_group_is_told_with_what_is_open(program: Path) -> None:
    text = said(program, IMPLEMENTATION="status_swapped", BUILD="1.0,1.2")
    wrong = [line for line in text.splitlines() if line.startswith("  vector ")]
    assert len(wrong) > 1
    assert f"{len(wrong)} of 22 vectors of supported 1.0, 1.2 are answered wrongly" in text
    assert any(
        "; the policy wants status 0x1, lower any, higher 0x10002 (ensure lower in supported)" in w for w in wrong
    )
    assert all(": status 0x" in line for line in wrong)
    assert said(program, IMPLEMENTATION="panics", BUILD="1.0,1.2").count("no answer: it panics") == 22


@pytest.mark.slow
@needs_rustc
@pytest.mark.parametrize("text", [TRICKY, OPEN_RANGE, None])
def test_the_file_compiles_by_itself(tmp_path: Path, text: str | None) -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict") if text is None else policy_in(text)
    (tmp_path / "vectors.rs").write_text(EXPORTERS["rust"](suite_of(policy), policy))
    for how in (["--crate-type=lib", "--emit=metadata"], ["--test", "-o", "alone"]):
        command = [RUSTC or "rustc", "--edition=2021", "-Dwarnings", *how, "vectors.rs"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
    # Nothing is tested then, and that is no success.
    passed, failed = run(tmp_path / "alone")
    assert passed == 0
    assert failed > 1
    assert "_applies at its root" in said(tmp_path / "alone")


@needs_rustc
def test_nothing_else_of_the_crate_is_taken_for_ours(tmp_path: Path) -> None:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict")
    (tmp_path / "version").mkdir()
    (tmp_path / "version" / "rmm_1_0_strict_vectors.rs").write_text(EXPORTERS["rust"](suite_of(policy), policy))
    (tmp_path / "version" / "mod.rs").write_text(
        "mod rmm_1_0_strict_vectors;\nuse rmm_1_0_strict_vectors::{Config, Reply};\n"
        + HANDLER.replace("fn rmm", "pub fn rmm")
        + "pub fn rmm_1_0_strict_applies(_: &Config) -> bool { true }\n"
    )
    main = (
        "#![allow(dead_code, private_interfaces)]\nmod version;\nuse version::{rmm_1_0_strict_applies, rmm_1_0_strict_handler};\n"
        "struct Config; struct Reply; struct Group; struct Vector;\n"
        "fn config() {}\nfn requested() {}\nfn handler() {}\nfn check() {}\n"
    )
    program = compiled(tmp_path, main, "--test")
    assert run(program, IMPLEMENTATION="conforms") == (7, 0)
    assert run(program, IMPLEMENTATION="tf_rmm")[1] > 0
