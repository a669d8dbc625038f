"""What `--only` selects is reported as in a report of everything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import Parley

CASES = Path(__file__).parent.parent / "cases"


def claims(parley: Parley, *arguments: str) -> list[dict[str, Any]]:
    """Without the time it took, and without which other claim has the same example: that one may not be there."""
    made = json.loads(parley("check", *arguments, "--format", "json").out)["claims"]
    return [{key: value for key, value in claim.items() if key not in ("seconds", "same_as")} for claim in made]


@pytest.mark.parametrize(
    "target",
    [
        "rmm_el3",
        pytest.param("lists.parley", marks=pytest.mark.slow),
        pytest.param("tf_rmm", marks=pytest.mark.slow),
        pytest.param("callers", marks=pytest.mark.slow),
    ],
)
def test_a_claim_has_the_same_report_alone(parley: Parley, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """Each in turn; the examples too, though what is tried goes by what claims mention."""
    monkeypatch.chdir(CASES)
    whole = claims(parley, target)
    assert len(whole) > 20
    for claim in whole[::5] if target != "rmm_el3" else [claim for claim in whole if claim["verdict"] == "refuted"]:
        assert claims(parley, target, "--only", claim["name"]) == [
            other for other in whole if other["name"] == claim["name"]
        ]
