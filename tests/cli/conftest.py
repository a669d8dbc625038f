"""The command line in this process, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.cli.entry import run
from running import GOOD, Done, Parley


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the one that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def good(folder: Path) -> Path:
    """A sound file there."""
    path = folder / "good.parley"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def parley(capsys: pytest.CaptureFixture[str]) -> Parley:
    """Runs a command line and gives back its exit code and what it printed; a traceback fails the test."""

    def command(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "defect of Parley itself" not in captured.err
        return Done(code, captured.out, captured.err)

    return command
