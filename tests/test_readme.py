"""The README is true: its policies are written to files, its commands are run, and each prints what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from printed import commands, files, shell, timeless, written

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = list(commands(README))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(README, tmp_path_factory.mktemp("readme"))


def test_the_readme_has_files_and_commands() -> None:
    assert len(files(README)) >= 2
    assert len(COMMANDS) >= 6
    assert sum(line.startswith("$ ") for line in README.splitlines()) == len(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_the_readme_shows(folder: Path, command: str, expected: str) -> None:
    done = shell(command, folder)
    assert done.stderr == ""
    assert timeless(done.stdout) == timeless(expected)
