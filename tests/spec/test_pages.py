"""The pages that `parley explain` prints: one for each code, and their examples are what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from parley.spec.diagnostics import PAGES, all_codes, page
from parley.spec.load import Loader
from parley.spec.source import Source

if TYPE_CHECKING:
    from pathlib import Path

SPEC = PAGES.parent
OTHERS = ("P510", "P511", "P512", "P513", "P514", "P520", "P521", "P530", "P540", "P541", "P542")
COMMAND_LINE = {f"P50{digit}" for digit in range(1, 10)} | {*OTHERS}
"""Raised by the command line, which knows the codes of the pages but not the other way round."""

WITHOUT_TEXT = {"P105", "P106", *COMMAND_LINE}
"""Faults that are in no policy text: their examples are commands."""

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def examples(code: str, part: str) -> list[tuple[str, str, str]]:
    """The blocks of one part of a page: language, file name, text."""
    text = page(code)
    assert text is not None
    _, wrong = text.split("\nWrong:\n")
    wrong, right = wrong.split("\nRight:\n")
    return _BLOCK.findall({"Wrong": wrong, "Right": right}[part])


def codes_of(code: str, part: str, folder: Path) -> set[str]:
    """The codes that an example gives; blocks that have a name are files next to the main one."""
    main = ""
    for language, name, text in examples(code, part):
        assert language == "parley"
        if name:
            (folder / name).write_text(text, encoding="utf-8")
        else:
            main = text
            (folder / "example.parley").write_text(text, encoding="utf-8")
    loader = Loader()
    program = loader.load_source(Source("example.parley", main), folder / "example.parley")
    assert (program is None) == bool(loader.problems)
    return {problem.code for problem in (*loader.problems, *loader.warnings)}


def test_each_code_in_the_source_has_a_page_and_each_page_a_code() -> None:
    written = {code for path in SPEC.rglob("*.py") for code in re.findall(r'"(P\d{3})"', path.read_text("utf-8"))}
    assert set(all_codes()) == written | COMMAND_LINE


@pytest.mark.parametrize("code", all_codes())
def test_a_page_has_a_title_an_explanation_and_two_examples(code: str) -> None:
    text = page(code)
    assert text is not None
    title, explanation, *_ = text.split("\n\n")
    assert re.fullmatch(rf"# {code}: \S.*[^.]", title)
    assert 2 <= len(re.findall(r"[.:](?:\s|$)", explanation)) <= 8
    language = "console" if code in WITHOUT_TEXT else "parley"
    for part in ("Wrong", "Right"):
        assert {example[0] for example in examples(code, part)} == {language}
    assert examples(code, "Wrong") != examples(code, "Right")
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("code", sorted(set(all_codes()) - WITHOUT_TEXT))
def test_the_wrong_example_of_a_page_has_its_fault_and_the_right_one_none(code: str, tmp_path: Path) -> None:
    assert codes_of(code, "Wrong", tmp_path) == {code}
    assert codes_of(code, "Right", tmp_path) == set()


def test_a_page_is_found_in_either_case_and_nothing_else_is() -> None:
    assert page("p201") == page("P201") is not None
    assert page("P999") is None
    assert page("../P201") is None
    assert page("") is None
