"""Which revisions a host may know: the solver's word and the evaluator's, asked of sets of each size."""

from __future__ import annotations

from pathlib import Path

import pytest
from parley.model.evaluate_host import HostEvaluator
from parley.model.instance import Value
from parley.proofs.claims import claims_of_host
from parley.proofs.hosts import prove_host
from parley.spec.load import Loader
from parley.spec.source import Source

SIZES: dict[str, tuple[Value, ...]] = {
    "known is empty": ((),),
    "known is not empty and max known == min known": ((0,), (3,)),
    "some a in known: some b in known: a < b": ((0, 1), (1, 2, 3)),
}
"""Guards, and sets of known revisions that they hold of."""


@pytest.mark.parametrize("knows", ["any", "any up to 1", "any up to 3"])
def test_the_evaluator_admits_what_the_solver_admits(knows: str) -> None:
    for guard, sets in SIZES.items():
        text = (
            "interface I { revision { major[1] minor[0] } config s : set of revision input requested : revision "
            f"output ok : bool }} host h for I {{ knows {knows} start request 0.0 on {guard} => give up "
            "otherwise => give up }"
        )
        program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
        assert program is not None
        (host,) = program.own_hosts
        first, *_ = prove_host(host, claims_of_host(host))
        evaluator = HostEvaluator(host)
        assert {evaluator.may_know({"known": known}) for known in sets} == {first.verdict == "proved"}
