"""The guides are true: their files are written, and each example gives what stands there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

DOCS = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))
FILE = re.compile(r"^```\w+\n((?://|#) (\w+\.\w+)\n.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", DOCS, ids=[path.name for path in DOCS])
def test_a_guide_is_true(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    for content, name in FILE.findall(text):
        Path(name).write_text(content, encoding="utf-8")
    examples = "\n".join(EXAMPLES.findall(text))
    assert examples.count(">>> ") == text.count(">>> ") >= 10
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    runner.run(doctest.DocTestParser().get_doctest(examples, {}, path.name, str(path), 0), out=said.append)
    assert not "".join(said)


def test_the_readme_links_the_guides() -> None:
    readme = (DOCS[0].parent.parent / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in DOCS if f"(docs/{path.name})" not in readme] == []
