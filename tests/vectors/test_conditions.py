"""Conditions of guards (MC/DC): a flag is true where the condition, as it was written, is true."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from parley.model.instance import Instance, word_of
from parley.vectors.generate import explore
from sampled import one_in
from suites import policy_in

Told = Callable[[int, tuple[int, ...]], bool]

HEAD = """interface I {
    revision { zero[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    input requested : revision in x1
    output ok : bool in x0
}
"""

UNEQUAL: Told = lambda word, _: word != 0x10000  # noqa: E731
EQUAL: Told = lambda word, _: word == 0x10000  # noqa: E731
INSIDE: Told = lambda word, words: word in words  # noqa: E731
ABSENT: Told = lambda word, words: word not in words  # noqa: E731
EMPTY: Told = lambda _, words: not words  # noqa: E731


@pytest.mark.parametrize(
    ("guard", "conditions"),
    one_in(
        4,
        [
            ("requested != 1.0 implies requested in supported", (UNEQUAL, INSIDE)),
            ("not (requested == 1.0) and requested in supported", (EQUAL, INSIDE)),
            ("not (requested != 1.0) or requested in supported", (UNEQUAL, INSIDE)),
            ("supported is empty implies requested == 1.0", (EMPTY, EQUAL)),
            ("differs and requested not in supported", (UNEQUAL, ABSENT)),
            ("left(requested != 1.0 implies requested in supported, 1.0)", (UNEQUAL, INSIDE)),
            ("left(not differs, 1.0) or left(requested in supported, 1.0)", (UNEQUAL, INSIDE)),
            ("(every r in supported: r != requested) implies requested != 1.0", (ABSENT, UNEQUAL)),
        ],
    ),
)
@pytest.mark.parametrize(
    "before",
    [
        "requested == 1.0 and requested in supported and false",
        pytest.param("requested != 1.0 and false", marks=pytest.mark.slow),
    ],
)
def test_a_flag_is_true_where_the_condition_as_written_is(
    guard: str, conditions: tuple[Told, ...], before: str
) -> None:
    """Equal nodes of the core are one: what another guard writes of a condition changes nothing."""
    policy = policy_in(f"""{HEAD}
    policy p for I {{
        define differs = requested != 1.0
        define left(one, other) = one
        case earlier when {before} {{ ok = true }}
        case c when {guard} {{ ok = true }}
        case rest otherwise {{ ok = false }}
    }}""")
    found = explore(policy)
    seen = {flag for flags in found.marks.values() for flag in flags if flag.startswith("mcdc:c.")}
    assert seen == {f"mcdc:c.{number} {truth}" for number in (1, 2) for truth in ("true", "false")}
    for at, flags in found.marks.items():
        for number, condition in enumerate(conditions, 1):
            for truth in (True, False):
                if f"mcdc:c.{number} {str(truth).lower()}" in flags:
                    assert holds(condition, at) is truth, (at, flags)


def holds(condition: Told, at: Instance) -> bool:
    supported = at.config["supported"]
    assert isinstance(supported, tuple)
    return condition(word_of(at.inputs["requested"]), supported)
