"""Check texts as `parley check` does: `checked_texts.py FOLDER KIND=COUNT ... CASE ...`.

It runs in a broken tree, and prints as JSON which claims are inconsistent, of which proofs no certificate can be made,
and which claims others decide otherwise, each with its text and the reason. FOLDER gets the certificates, for a checker
that is not broken. The evaluator sees many false proofs before anybody else can: texts about which something is wrong
are checked again as if it had seen nothing, and there `--cross-check` is asked as well. No more texts are looked at then.

The texts are random ones, of which no oracle is asked, the picked ones of `test_picked_texts.py`, and cases. Sets have
exactly as many revisions as were counted: a few more would hide that one was not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1]))

from parley.certificates import certify
from parley.checking import CheckResult, check_files
from parley.cli.folder import write_folder
from parley.proofs.claims import Claim
from parley.proofs.small_scope.policies import SmallScope
from parley.proofs.small_scope.sessions import SessionScope
from properties.comparing import bare
from properties.draw import Seeded
from properties.inclusions import inclusion_text
from properties.messages import message_session_text
from properties.policies import policy_text
from properties.sessions import session_text
from properties.test_picked_texts import FORMULAS, text_of
from properties.test_random_policies import exact_sizes

RANDOM = {
    "policies": (policy_text, 0),
    "inclusions": (inclusion_text, 0),
    "sessions": (session_text, 4),
    "messages": (message_session_text, 3_000_000),
}
CASES = Path(__file__).parents[1] / "cases"
BUDGET = 2_000_000
FEW = 4
"""So many texts are checked together; the first with which something is wrong are the last."""


def texts(kind: str, count: int) -> dict[str, str]:
    """By what they are called."""
    if kind == "picked":
        return {f"picked{at}": text_of(formula) for at, formula in enumerate(FORMULAS[:count])}
    generate, first = RANDOM[kind]
    return {f"{kind}{seed}": generate(Seeded(seed)).text for seed in range(first, first + count)}


@contextmanager
def nothing_seen() -> Generator[None]:
    """The evaluator walks, and sees nothing."""

    def blind(first: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def seen(scope: Any, wanted: list[Any]) -> list[Any]:
            return [None for _ in first(scope, wanted)]

        return seen

    policies, sessions = blind(SmallScope.first), blind(SessionScope.first)
    with patch.object(SmallScope, "first", policies), patch.object(SessionScope, "first", sessions):
        yield


def certified(result: CheckResult, folder: Path) -> list[list[str]]:
    """Puts the certificates of all proofs into a folder. The proofs without one, and why."""
    made = certify(result)
    write_folder(folder, made.files)
    return [_row(one.claim, one.reason) for one in made.claims if not one.file]


def inconsistent(result: CheckResult) -> list[list[str]]:
    return [_row(one.claim, one.reason) for one in result.outcomes if one.verdict == "inconsistent"]


def main(folder: Path, kinds: Sequence[str]) -> int:
    """Writes the texts into a folder, and certificates into folders `proofs…` in it."""
    paths: list[Path] = []
    for kind in kinds:
        name, counted, count = kind.partition("=")
        if not counted:
            paths.append(CASES / f"{name}.parley")
            continue
        for stem, text in texts(name, int(count)).items():
            paths.append(folder / f"{stem}.parley")
            paths[-1].write_text(text, encoding="utf-8")
    told: dict[str, list[list[str]]] = {"inconsistent": [], "uncertified": [], "cross": []}
    with exact_sizes(), patch("parley.proofs.prove.counterexample", bare):
        for few in (paths[at : at + FEW] for at in range(0, len(paths), FEW)):
            result = check_files(*few, budget=BUDGET)
            told["inconsistent"] = inconsistent(result)
            told["uncertified"] = certified(result, folder / f"proofs{few[0].stem}")
            wrong = {text for text, *_ in (*told["inconsistent"], *told["uncertified"])}
            again = [path for path in few if path.stem in wrong]
            if again:
                with nothing_seen():
                    told["uncertified"] += certified(check_files(*again, budget=BUDGET), folder / "proofs")
                    rows = inconsistent(check_files(*again, budget=BUDGET, cross_check=True))
                told["cross"] = [row for row in rows if "says that it is" in row[-1]]
                break
    print(json.dumps(told))
    return 0


def _row(claim: Claim, reason: str) -> list[str]:
    return [Path(claim.about.source.name).stem, claim.address, reason]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
