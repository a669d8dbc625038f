"""The README is true: its policies are written to files, its commands are run, and each prints what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?://|#) (\w+\.\w+)\n")
DATA = re.compile(r"^`(\w+\.\w+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(README) if kind == language]


def files() -> dict[str, str]:
    """The blocks that name their file: in a comment in the first line, or, of data, before the block."""
    made: dict[str, str] = dict(DATA.findall(README))
    for kind, text in BLOCK.findall(README):
        found = FILE.match(text)
        if found and kind != "console":
            made[found[1]] = text
    return made


FILES = files()
COMMANDS: list[tuple[str, str]] = [pair for text in blocks("console") for pair in COMMAND.findall(text)]


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d\d s(, \d+\.\d\d s of it asking)?$", "0.00 s", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def test_the_readme_has_files_and_commands() -> None:
    assert len(FILES) >= 2
    assert len(COMMANDS) >= 6
    assert sum(line.startswith("$ ") for line in README.splitlines()) == len(COMMANDS)


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_the_readme_shows(folder: Path, command: str, expected: str) -> None:
    done = shell(command, folder)
    assert done.stderr == ""
    assert timeless(done.stdout) == timeless(expected)
