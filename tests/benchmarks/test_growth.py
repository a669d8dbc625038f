"""How a whole check of one policy grows with each construct of the language.

`pytest tests/benchmarks/test_growth.py -m "" --benchmark-enable -n 0`; nothing is asserted about time.
"""

# pytest-benchmark carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.spec.load import Loader
from parley.spec.source import Source
from pytest_benchmark.fixture import BenchmarkFixture


def text(
    claim: str, *, layout: str = "reserved[63:31] zero major[30:16] minor[15:0]", declared: str = "", cases: str = ""
) -> str:
    return f"""interface I {{
        revision {{ {layout} }}
        config supported : set of revision
        input requested : revision
        output lower : revision
        {declared}
    }}
    policy p for I {{
        {cases or "case only otherwise { lower = requested }"}
        invariant claim: {claim}
    }}"""


def depth(n: int) -> str:
    quantifiers = " ".join(f"every a{at} in supported:" for at in range(n))
    return text(f"{quantifiers} a0 <= max supported")


def nested_extrema(n: int) -> str:
    made = "requested"
    for at in range(n):
        made = f"(max v{at} in supported where v{at} <= {made})"
    return text(f"{made} <= requested or supported is empty or not {made} in supported")


def sets(n: int) -> str:
    declared = "\n".join(f"config s{at} : set of revision" for at in range(n))
    some = " and ".join(f"(some r in s{at}: r >= requested)" for at in range(n))
    return text(f"{some} implies max s0 >= requested", declared=declared)


def ranges(n: int) -> str:
    some = " ".join(f"some v{at} in requested..{at + 1}.0:" for at in range(n))
    return text(f"not ({some} v0.minor > 65535)")


def updates(n: int) -> str:
    made = "requested"
    for at in range(n):
        made = f"({made} with {{ minor = if requested.minor > {at} then {at} else requested.minor }})"
    return text(f"{made}.minor <= requested.minor or {made}.major != requested.major")


def slices(n: int) -> str:
    parts = [(at * 64 // n, (at + 1) * 64 // n - 1) for at in range(n)]
    same = " and ".join(f"lower[{high}:{low}] == requested[{high}:{low}]" for low, high in parts)
    return text(f"{same} iff lower == requested")


def shifted_slices(n: int) -> str:
    equal = " and ".join(f"requested[{at + 16}:{at + 1}] == requested[{at + 15}:{at}]" for at in range(n))
    return text(f"{equal} implies requested[{n}] == requested[0]")


def fields(n: int) -> str:
    layout = f"upper[63:{n}] zero " + " ".join(f"b{at}[{n - 1 - at}]" for at in range(n))
    chosen = ", ".join(f"b{at} = if mine.b{at} == 1 then requested.b{at} else 0" for at in range(n))
    subset = " and ".join(f"lower.b{at} <= requested.b{at}" for at in range(n))
    cases = f"case only otherwise {{ lower = requested with {{ {chosen} }} }}"
    return text(subset, layout=layout, declared="config mine : revision", cases=cases)


def open_outputs(n: int) -> str:
    declared = "\n".join(f"output o{at} : revision" for at in range(n))
    opened = " ".join(f"o{at} = any ensure o{at} in supported" for at in range(n))
    cases = f"case some_ when supported is not empty {{ lower = max supported {opened} }} case none otherwise {{ lower = requested {' '.join(f'o{at} = requested' for at in range(n))} }}"
    return text(" and ".join(f"o{at} <= lower" for at in range(n)), declared=declared, cases=cases)


def many_cases(n: int) -> str:
    cases = "\n".join(f"case c{at} when requested == {at}.0 {{ lower = {at}.1 }}" for at in range(n))
    return text("lower != requested or lower.major >= 0", cases=f"{cases} case rest otherwise {{ lower = requested }}")


def relations(n: int) -> str:
    declared = "\n".join(f"define f{at}(a, b)" for at in range(n))
    chain = (
        " and ".join(f"(f{at}(lower, requested) implies f{at + 1}(lower, requested))" for at in range(n - 1)) or "true"
    )
    return text(f"{chain} and f0(lower, requested) implies f{n - 1}(lower, requested)", declared=declared)


CONSTRUCTS: dict[Callable[[int], str], tuple[int, ...]] = {
    depth: (1, 4, 8, 12),
    nested_extrema: (1, 4, 12, 30),
    sets: (1, 2, 4, 8),
    ranges: (1, 2, 3),
    updates: (1, 4, 16),
    slices: (2, 4, 8, 16, 32),
    shifted_slices: (2, 4, 8, 16, 32),
    fields: (1, 4, 8, 16, 32),
    open_outputs: (1, 2, 4, 6),
    many_cases: (1, 10, 30, 60),
    relations: (1, 2, 4, 8),
}


@pytest.mark.parametrize(
    ("construct", "size"),
    [pytest.param(make, size, id=f"{make.__name__}-{size}") for make, sizes in CONSTRUCTS.items() for size in sizes],
)
def test_growth(benchmark: BenchmarkFixture, construct: Callable[[int], str], size: int) -> None:
    loader = Loader()
    program = loader.load_source(Source("t.parley", construct(size)), Path("t.parley"))
    assert program is not None, [problem.message for problem in loader.problems]
    (policy,) = program.own_policies
    outcomes = benchmark.pedantic(lambda: list(prove(policy, claims_of(policy))), rounds=1, iterations=1)
    assert all(outcome.verdict != "inconsistent" for outcome in outcomes)
    benchmark.extra_info["claim"] = outcomes[-1].verdict
