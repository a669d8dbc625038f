"""What runs a harness without a model checker: every nondeterministic value is drawn.

First inputs are looked for that meet the harness's assumptions with the policy's own handler; where an assumption
fails, only the value before it is drawn anew. Then each mutant gets the same inputs. What is printed is a line for each
handler. The programs are in `drivers/`, each in its own language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..export.templates import template
from .runs import INPUTS, TRIES, Drawn

FOLDER = Path(__file__).with_name("drivers")

MOST_WORDS = 512
"""Values that a harness in C may ask for in one run."""

_NONDET = re.compile(r"([A-Za-z_][\w\s*]*?)\b((?:__VERIFIER_)?nondet_\w+)\s*\(\s*(?:void)?\s*\)\s*;")


def part(name: str, **values: object) -> str:
    """The text of a file in `drivers/`, with values in their places."""
    return template(FOLDER / name, **values) + "\n"


def c_driver(source: str, drawn: Drawn, entry: str) -> str:
    """The driver for a harness in C; `source` is what it comes to."""
    declared = {name: _type(type_) for type_, name in _NONDET.findall(source)}
    nondet = (
        f"{type_} {name}(void)\n{{\n\treturn ({type_})parley_any();\n}}" for name, type_ in sorted(declared.items())
    )
    return part(
        "driver.c",
        words=MOST_WORDS,
        pool=_words(drawn.pool, "UINT64_C({:#x})"),
        steps=_words(drawn.steps, "UINT64_C({:#x})"),
        up=drawn.fields,
        nondet="\n".join(nondet),
        call="(void)parley_harness_main()" if entry == "main" else f"{entry}()",
        inputs=INPUTS,
        tries=TRIES,
    )


def kani(drawn: Drawn) -> str:
    """A crate of the name of Kani's, whose values are drawn as in C."""
    pool, steps = _words(drawn.pool, "{:#x}"), _words(drawn.steps, "{:#x}")
    return part("kani.rs", pool=pool, steps=steps, inputs=INPUTS, tries=TRIES)


def _words(words: Sequence[int], form: str) -> str:
    return ", ".join(map(form.format, words))


def _type(text: str) -> str:
    """The type of a function, without what says how it is linked."""
    return " ".join(word for word in text.split() if word not in ("extern", "static", "inline", "return"))
