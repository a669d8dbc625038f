"""The guides are true: their files are written, and each example and command gives what stands there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from printed import commands, shell, timeless, written

DOCS = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))
EXAMPLES = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [(path, *pair) for path in DOCS for pair in commands(path.read_text(encoding="utf-8"))]


GUIDES = [pytest.param(path, marks=[pytest.mark.slow] * (path.name == "api.md"), id=path.name) for path in DOCS]


@pytest.mark.parametrize("path", GUIDES)
def test_the_examples_of_a_guide_are_true(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    monkeypatch.chdir(written(text, tmp_path))
    examples = "\n".join(EXAMPLES.findall(text))
    assert examples.count(">>> ") == text.count(">>> ")
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(examples, {}, path.name, str(path), 0), out=said.append)
    assert not "".join(said)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "command", "expected"), COMMANDS, ids=[command for _, command, _ in COMMANDS])
def test_a_command_prints_what_the_guide_shows(path: Path, command: str, expected: str, tmp_path: Path) -> None:
    done = shell(command, written(path.read_text(encoding="utf-8"), tmp_path))
    assert done.stderr == ""
    assert timeless(done.stdout) == timeless(expected)


def test_every_guide_has_examples_or_commands() -> None:
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        ran = sum(path == other for other, *_ in COMMANDS)
        assert ran == sum(line.startswith("$ ") for line in text.splitlines())
        # One is an argument, and not a guide.
        assert ran + text.count(">>> ") >= (1 if path.name == "trust.md" else 2), path.name


FOUND = {f"D{number}" for number in range(1, 21)}


def test_findings_have_every_discrepancy() -> None:
    """Each is in the table and has a section with a command, or is told under "Not shown" with the reason."""
    text = next(path for path in DOCS if path.name == "findings.md").read_text(encoding="utf-8")
    listed = {f"D{number}" for number in re.findall(r"^\| \[D(\d+)\]\(#d\1\) \|", text, re.MULTILINE)}
    sections = dict(re.findall(r"^## (D\d+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    _, _, rest = text.partition("## Not shown")
    assert listed == sections.keys()
    assert [name for name, body in sections.items() if "\n$ parley " not in body] == []
    assert listed | set(re.findall(r"^- \*\*(D\d+)\*\*", rest, re.MULTILINE)) == FOUND


def test_the_readme_links_the_guides() -> None:
    readme = (DOCS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCS if f"(docs/{path.name})" not in readme] == []
