"""Ranges that a `define` names: wherever a range or a set may stand, they are what is written in their place."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import outcomes
from parley.spec.diagnostics import Diagnostic
from parley.spec.load import Loader
from parley.spec.source import Source
from properties.draw import Seeded
from properties.policies import policy_text

HEAD = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : range of revision
    config several   : set of revision
    input  offered   : range of revision
    output common    : range of revision
    define shared = (if min supported < min offered then min offered else min supported)
        ..(if max supported < max offered then max supported else max offered)
    define old = 1.0..1.2
    define from_on(a) = a..2.0
    define either(a) = if a in old then from_on(a) else {}
}
"""


def test_a_defined_range_is_what_it_stands_for() -> None:
    text = f"""{HEAD}policy p for I {{
    case shared when shared is not empty {{ common = shared }}
    case old when 1.1 in several {{ common = either(min several) }}
    case none otherwise {{ common = {{}} }}
    invariant honest: shared is not empty implies common == shared and (every r in common: r in offered)
    invariant upto: (every r in old: r in from_on(1.0)) and max old == 1.2 and 1.3 not in old
    invariant wrong: common == old
}}
scenario given_so for p {{ given supported = old given offered = from_on(1.1) then common == 1.1..1.2 }}
scenario given_nothing for p {{
    given supported = either(2.1)
    given offered = old
    given several = {{1.1}}
    then common == 1.1..2.0
}}
"""
    found = {name.removeprefix("p."): one.verdict for name, one in outcomes(text).items()}
    refuted = {name for name, verdict in found.items() if verdict != "proved"}
    assert refuted == {"wrong"}, found


def problems(text: str) -> list[Diagnostic]:
    loader = Loader()
    loader.load_source(Source("t.parley", f"{HEAD}{text}"), Path("t.parley"))
    return list(loader.problems)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policy p for I { case a otherwise { common = several } }", "is a range, and this may be none"),
        ("policy p for I { define s = {1.0} case a otherwise { common = s } }", "is a range, and this may be none"),
        ("policy p for I { define s = s..s case a otherwise { common = s } }", "is defined by itself"),
        (
            "policy p for I { case a otherwise { common = old } }\nscenario s for p { given several = old then 1.0 in old }",
            "`several` is no range, and this is one",
        ),
        ("policy p for I { define s = true..false case a otherwise { common = s } }", "revision"),
    ],
)
def test_what_is_no_range_is_said_so(text: str, says: str) -> None:
    found = problems(text)
    assert found
    assert any(says in problem.message for problem in found), [problem.message for problem in found]


def renamed(seeds: range) -> int:
    """Policies whose configuration is a range, with a `define` put in its place: every verdict stays what it was."""
    config, seen = "    config supported : range of revision\n", 0
    for seed in seeds:
        text = policy_text(Seeded(seed)).text
        if config not in text or "given supported" in text or "own" in text:
            continue
        defined = config.replace("supported", "own") + "    define supported = min own..max own\n"
        was, now = outcomes(text), outcomes(text.replace(config, defined))
        assert {n: o.verdict for n, o in was.items()} == {n: o.verdict for n, o in now.items()}, text
        seen += 1
    return seen


@pytest.mark.slow
def test_a_define_in_place_of_a_range_changes_no_verdict() -> None:
    assert renamed(range(12)) > 1


@pytest.mark.slow
def test_a_define_in_place_of_many_ranges_changes_no_verdict() -> None:
    assert renamed(range(100, 200)) > 20
