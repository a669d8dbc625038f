"""The reference has the grammar's productions beside the prose, with each word and mark as it is written."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from parley import check, loads
from parley.spec.parsing.grammar import GRAMMAR
from parley.spec.parsing.tokens import keywords

REFERENCE = Path(__file__).parents[2] / "spec" / "LANGUAGE.md"

_TERMINAL = re.compile(r'^([A-Z_]+)(?:\.\d)?: "(.*)"$', re.M)
_PRODUCTION = re.compile(r"^\??([a-z_]+): (.*(?:\n +\|.*)*)$", re.M)
_EXAMPLE = re.compile(r"^```parley\n(.*?)^```$", re.M | re.S)
_BLOCK = re.compile(r"^```ebnf\n(.*?)^```$", re.M | re.S)


def productions(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, body in _PRODUCTION.findall(text):
        assert name not in found
        found[name] = " ".join(body.split())
    return found


def expected() -> dict[str, str]:
    """The grammar's productions without what only the tree builder needs. That a field may be called by any reserved
    word is said in one word.
    """
    grammar = GRAMMAR.read_text(encoding="utf-8")
    spelling = {name: f'"{text}"' for name, text in _TERMINAL.findall(grammar)}
    spelling |= {"UP_TO": '"up to"', "GIVE_UP": '"give up"', "RANGE_OF": '"range of"'}
    spelling |= {"UNDER": '"under"', "ASSUMPTION": '"assumption"'}
    found = productions(grammar)
    part = found["part"].split(" | ")
    assert set(part[2:]) == set(keywords().values())
    found["part"] = " | ".join([*part[:2], "WORD"])
    return {
        name: re.sub(
            r"\b[A-Z_]+\b", lambda word: spelling.get(word.group(), word.group()), re.sub(" -> \\w+", "", body)
        )
        for name, body in found.items()
    }


@pytest.mark.parametrize(("at", "proved", "vacuous"), [(1, 8, 2), pytest.param(0, 21, 0, marks=pytest.mark.slow)])
def test_the_examples_have_the_verdicts_that_they_say(at: int, proved: int, vacuous: int) -> None:
    text = _EXAMPLE.findall(REFERENCE.read_text(encoding="utf-8"))[at]
    result = check(loads(text))
    verdicts = Counter(outcome.verdict for outcome in result.outcomes)
    assert (result.code, verdicts["proved"], verdicts["vacuous"]) == (0, proved, vacuous)


def test_the_productions_are_those_of_the_grammar() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert productions("\n".join(_BLOCK.findall(text))) == expected()
    # Each line of the blocks is one of them.
    assert all(re.match(r"[a-z_]+: | +\|", line) for block in _BLOCK.findall(text) for line in block.splitlines())
