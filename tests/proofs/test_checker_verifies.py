"""Certificates that are written by hand: taken where they are right, and refused where one thing about them is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from parley.proofs.certificates.checker.certificate import FORMAT, Certificate, read
from parley.proofs.certificates.checker.verify import Checker
from parley.proofs.certificates.checker.words import Refused

TEXT = """interface I {
    revision { major[15:8]   minor[7:0] }
    config s : set of revision
    input  x : revision
    output y : revision
    invariant same: y == x
    invariant above: (every r in s: r < x) and 1.0 in s implies x > 1.0
}
policy p for I {
    case all otherwise {
        y = any
        ensure y == x
    }
}
policy q for I {
    case small when x < 1.0 { y = x }
    case other otherwise { y = x }
}
host h for I {
    knows any
    start request max known
    otherwise => give up
}
"""

NOTHING: dict[str, Any] = {
    "cuts": [],
    "instances": [],
    "atoms": [],
    "clauses": [[]],
    "lemmas": [],
    "steps": [[[], [1]]],
}
"""What refutes clauses of which one is empty."""
ABOVE: dict[str, Any] = {
    "of": "case all",
    "cuts": [],
    "instances": [["s", "256"]],
    "atoms": ["some#0", "in s(256)", "0 - x <= -257"],
    # No element is x or above it; 1.0 is one; x is 1.0 at most. And what holds of every element holds of 1.0.
    "clauses": [[-1], [2], [-3], [1, -2, 3]],
    "lemmas": [],
    "steps": [[[], [1, 2, 3, 4]]],
}
CHOICE: dict[str, Any] = {**NOTHING, "of": "choice of all", "instances": [{"y": "x"}]}
EXAMPLE: dict[str, Any] = {"values": {"s": [256], "x": 257, "y": 257}, "relations": {}}
CERTIFICATES: dict[str, list[dict[str, Any]]] = {
    "p.satisfiable": [],
    "p.total": [{**NOTHING, "of": "no case"}],
    "p.above": [ABOVE],
    "p.defined": [{**NOTHING, "of": "case all"}, CHOICE],
    "q.same": [{**NOTHING, "of": "case small"}, {**NOTHING, "of": "case other"}],
}


def verdict(
    folder: Path,
    of: str,
    files: Sequence[tuple[str, str]] = (("t.parley", TEXT),),
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Why a certificate of a claim is refused, empty where it is not."""
    (folder / "texts").mkdir(exist_ok=True)
    for name, text in files:
        (folder / "texts" / Path(name).name).write_text(text, encoding="utf-8")
    made = {
        "format": FORMAT,
        "claim": of,
        "texts": [[name, sha256(text.encode()).hexdigest()] for name, text in files],
        "refutations": CERTIFICATES.get(of, []),
        "examples": [EXAMPLE],
    }
    path = folder / "c.json"
    path.write_bytes(msgspec.json.encode({**made, **(changes or {})}))
    try:
        about = Checker(folder).verify(read(path), of)
    except Refused as refused:
        return str(refused) or "refused"
    assert about == {name: sha256(text.encode()).hexdigest() for name, text in files}
    return ""


@pytest.mark.parametrize("claim", CERTIFICATES)
def test_a_certificate_that_is_right_is_taken(claim: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, claim) == ""


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("p.above", {"format": "parley certificate 0"}, "its format is not"),
    ("p.above", {"format": "parley certificate 2"}, "its format is not"),
    ("p.above", {"claim": "p.a"}, "it is of p.a, and not of p.above"),
    ("p.above", {"claim": "p.same"}, "it is of p.same, and not of p.above"),
    ("p.above", {"refutations": []}, "it refutes nothing; the claim wants case all"),
    ("p.satisfiable", {"refutations": [{**ABOVE}]}, "it refutes case all; the claim wants nothing"),
    ("p.above", {"refutations": [ABOVE, ABOVE]}, "it refutes case all, case all; the claim wants case all"),
    ("p.above", {"refutations": [{**ABOVE, "of": "case a"}]}, "it refutes case a; "),
    ("p.above", {"refutations": [{**ABOVE, "of": "case z"}]}, "it refutes case z; "),
    (
        "q.same",
        {"refutations": [*reversed(CERTIFICATES["q.same"])]},
        "it refutes case other, case small; the claim wants case small, case other",
    ),
    ("p.above", {"refutations": [{**ABOVE, "steps": []}]}, "case all: the refutation does not end"),
    ("p.above", {"refutations": [{**ABOVE, "instances": []}]}, "case all: clause 4 does not follow from the text"),
    (
        "p.above",
        {"refutations": [{**ABOVE, "instances": [["s", "255"]]}]},
        "case all: clause 4 does not follow from the text: some#0 or not in s(256) or 0 - x <= -257",
    ),
    ("p.above", {"refutations": [{**ABOVE, "instances": [["s", "x"]]}]}, "case all: clause 4 does not follow"),
    ("p.above", {"refutations": [{**ABOVE, "instances": [{"y": 0}]}]}, "it chooses outputs, and none is open"),
    ("p.above", {"refutations": [{**ABOVE, "cuts": [8]}]}, "the text has no atom `0 - x <= -257`"),
    ("p.above", {"examples": []}, "it has no example"),
    ("p.above", {"examples": [{"values": {"s": [], "x": 1, "y": 1}, "relations": {}}]}, "the premise is not so"),
    ("p.defined", {"refutations": [{**NOTHING, "of": "case all"}, {**CHOICE, "instances": []}]}, "clause 1"),
    (
        "p.defined",
        {"refutations": [{**NOTHING, "of": "case all"}, {**CHOICE, "instances": [{"y": 0}, {"y": 1}]}]},
        "choice of all: clause 1 does not follow",
    ),
    ("p.nothing", {}, "there is no nothing"),
    ("r.same", {}, "there is no r"),
    # What a run is gone through in has nothing to do with policies and hosts.
    ("h.same", {"examples": [EXAMPLE]}, "there is no claim same about the host"),
    ("p.above", {"texts": []}, "it is about no text"),
    ("p.above", {"texts": [["t.parley", sha256(b"").hexdigest()]]}, "is another than the one that was certified"),
    ("p.above", {"texts": [["none.parley", ""]]}, "the text none.parley cannot be read: No such file"),
    # Names are names: what is elsewhere is not read.
    ("p.above", {"texts": [["../c.json", ""]]}, "the text ../c.json cannot be read: No such file"),
]


@pytest.mark.parametrize(("claim", "changes", "reason"), WRONG)
def test_one_thing_that_is_wrong_is_named(claim: str, changes: dict[str, Any], reason: str, tmp_path: Path) -> None:
    assert reason in verdict(tmp_path, claim, changes=changes)


def test_a_text_has_to_be_one(tmp_path: Path) -> None:
    broken = verdict(tmp_path, "p.above", [("t.parley", TEXT.replace("policy p for", "policy p fro"))])
    assert broken.startswith("the text t.parley has a syntax error: ")
    (tmp_path / "texts" / "t.parley").write_bytes(b"\xff")
    strange = Certificate(FORMAT, "p.above", [("t.parley", sha256(b"\xff").hexdigest())], [], [])
    with pytest.raises(Refused, match=r"the text t\.parley is none: "):
        Checker(tmp_path).verify(strange, "p.above")
    nested = TEXT.replace("y == x\n    invariant", f"{'(' * 3000}y == x{')' * 3000}\n    invariant")
    assert verdict(tmp_path, "p.above", [("t.parley", nested)]) != ""


FORMED = """interface I {
    revision { reserved[15:12] zero   major[11:6]   minor[5:0] }
    config c : revision
    input  x : revision
    output y : revision or { NONE = 0xfffff }
    invariant of_config: c.reserved == 0
    invariant of_input: x.reserved == 0
    invariant of_output: y.reserved == 0
}
policy p for I { case all otherwise { y = any } }
"""


@pytest.mark.parametrize(("name", "certified"), [("config", True), ("input", False), ("output", False)])
def test_what_a_configuration_has_is_well_formed_and_nothing_else(name: str, certified: bool, tmp_path: Path) -> None:
    """A certificate that has the same clauses for each of them is right for one."""
    word = {"config": "c", "input": "x", "output": "y"}[name]
    refutation: dict[str, Any] = {
        **NOTHING,
        "of": "case all",
        "cuts": [12],
        "atoms": [f"0 - {word}[15:12] <= -1"],
        "clauses": [[1], [-1]],
        "steps": [[[], [1, 2]]],
    }
    example = {"values": {"c": 1, "x": 1, "y": 1}, "relations": {}}
    changes: dict[str, Any] = {"refutations": [refutation], "examples": [example]}
    said = verdict(tmp_path, f"p.of_{name}", [("t.parley", FORMED)], changes)
    assert said.startswith("" if certified else "case all: clause ")
    assert bool(said) != certified


USED = "define ten(x) = x == 0.10\n"


@pytest.mark.parametrize(
    ("uses", "texts", "reason"),
    [
        ([], [], ""),
        (["a"], ["a.parley"], ""),
        # Two that are called so, in different folders.
        (["a", "b/a"], ["a.parley", "a-2.parley"], ""),
        (["a"], [], "of the texts that t.parley uses, a is not there; none is not used"),
        (["a", "b"], [], "of the texts that t.parley uses, a, b are not there; none is not used"),
        ([], ["a.parley"], "of the texts that t.parley uses, none is not there; a is not used"),
        ([], ["a.parley", "b.parley"], "of the texts that t.parley uses, none is not there; a, b are not used"),
        (["a"], ["b.parley"], "of the texts that t.parley uses, a is not there; b is not used"),
        (["a"], ["a.parley", "a-2.parley"], "of the texts that t.parley uses, none is not there; a is not used"),
    ],
)
def test_the_texts_are_those_that_are_used(uses: list[str], texts: list[str], reason: str, tmp_path: Path) -> None:
    more = [(name, USED.replace("ten", f"ten_{at}")) for at, name in enumerate(texts)]
    head = "".join(f'use "{one}.parley"\n' for one in uses)
    said = verdict(tmp_path, "p.above", [("t.parley", head + TEXT), *more])
    assert reason in said
    assert bool(reason) == bool(said)


@pytest.mark.parametrize("place", ["", "refutations", "examples"])
def test_what_a_certificate_does_not_have_is_none(place: str, tmp_path: Path) -> None:
    """What is added says something, to whoever wrote it, that is not looked at."""
    refutation, example = dict(ABOVE), dict(EXAMPLE)
    changes: dict[str, Any] = {"refutations": [refutation], "examples": [example]}
    {"": changes, "refutations": refutation, "examples": example}[place]["assumed"] = "x > 1.0"
    assert "no certificate" in verdict(tmp_path, "p.above", changes=changes)


def test_of_a_session_it_is_said_in_how_many_rounds(tmp_path: Path) -> None:
    text = TEXT + "session n : h with p { property so: true }\n"
    example = {"values": {"s": [], "known": [256]}, "relations": {}, "rounds": [{"y": 256}]}
    labels = ["more than 1 rounds", *(f"round 1 {ending}" for ending in ("accepted", "gave_up", "loops"))]
    given: dict[str, Any] = {"refutations": [{**NOTHING, "of": label} for label in labels], "examples": [example]}
    one = [("t.parley", text)]
    assert verdict(tmp_path, "n.so", one, {**given, "rounds": 1}) == ""
    assert "there is no going through 0 rounds" in verdict(tmp_path, "n.so", one, given)
    labels = ["accepted", "gave_up", "loops"]
    given = {"refutations": [{**NOTHING, "of": label} for label in labels], "examples": [example]}
    assert verdict(tmp_path, "n.so", one, {**given, "invariants": [], "order": "below"}) == ""
    assert "requests have no order" in verdict(tmp_path, "n.so", one, {**given, "invariants": []})
