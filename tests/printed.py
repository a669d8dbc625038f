"""Guides that are run: the files that a text has, and its commands, each with what it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?://|#) (\w+\.\w+)\n")
DATA = re.compile(r"^`(\w+\.\w+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    return [block for kind, block in BLOCK.findall(text) if kind == language]


def files(text: str) -> dict[str, str]:
    """The blocks that name their file: in a comment in the first line, or, of data, before the block."""
    made: dict[str, str] = dict(DATA.findall(text))
    for kind, block in BLOCK.findall(text):
        found = FILE.match(block)
        if found and kind != "console":
            made[found[1]] = block
    return made


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Commands with what they print."""
    for block in blocks(text, "console"):
        yield from COMMAND.findall(block)


def written(text: str, folder: Path) -> Path:
    """A folder with all files of a text in it."""
    for name, content in files(text).items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d\d s(, \d+\.\d\d s of it (asking|with the program))?$", "0.00 s", text, flags=re.MULTILINE)


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
