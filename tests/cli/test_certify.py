"""`parley check --certify` and `parley verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
from running import Parley

SCHEMAS = Path(__file__).parent.parent.parent / "cli" / "schemas"


def valid(text: str, name: str) -> dict[str, Any]:
    made = json.loads(text)
    jsonschema.validate(made, json.loads((SCHEMAS / name).read_text(encoding="utf-8")))
    return made


def test_proofs_are_certified_beside_the_report_and_verified(parley: Parley, good: Path) -> None:
    done = parley("check", "good.parley", "--certify", "out/proofs")
    assert (done.code, done.err) == (0, "")
    assert "6 of 6 proofs certified" in done.out
    verified = parley("verify", "out/proofs")
    assert (verified.code, verified.err) == (0, "")
    assert "✓ p.total              verified\n" in verified.out
    assert "  texts/good.parley\n6 verified; " in verified.out
    assert parley("verify", "-q", "out/proofs").out == ""
    made = valid(parley("verify", "out/proofs", "--format", "json").out, "parley.verify-1.json")
    assert {one["finding"] for one in made["claims"]} == {"verified"}
    assert [*made["texts"]] == ["good.parley"]


def test_the_json_of_check_has_the_certificates(parley: Parley, good: Path) -> None:
    done = parley("check", "good.parley", "--only", "p.total", "--certify", "proofs", "--format", "json")
    made = valid(done.out, "parley.check-1.json")
    assert [(one["claim"], one["file"], one["reason"]) for one in made["certificates"]] == [
        ("p.total", "good.p.total.json", "")
    ]
    assert "certificates" not in json.loads(parley("check", "good.parley", "--only", "p.total", "--format", "json").out)


def test_what_is_refused_is_told_with_the_reason(parley: Parley, good: Path) -> None:
    parley("check", "good.parley", "--certify", "proofs")
    text = Path("proofs/texts/good.parley")
    text.write_text(text.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = parley("verify", "proofs")
    assert done.code == 1
    assert "✗ p.total              refused\n    the text good.parley is another than" in done.out
    assert done.out.splitlines()[-1].startswith("6 refused; ")
    made = valid(parley("verify", "proofs", "--format", "json").out, "parley.verify-1.json")
    assert {one["finding"] for one in made["claims"]} == {"refused"}


def test_certificates_are_put_into_a_folder_of_their_own(parley: Parley, good: Path) -> None:
    done = parley("check", "good.parley", "--certify", ".")
    assert (done.code, done.out) == (2, "")
    assert "error P513: certificates cannot be put into `.`: it has other files in it" in done.err
    done = parley("check", "good.parley", "--certify", "good.parley")
    assert (done.code, "it is no folder" in done.err) == (2, True)
    assert parley("check", "good.parley", "--certify", "proofs").code == 0
    assert parley("check", "good.parley", "--only", "p.total", "--certify", "proofs").code == 0
    assert parley("verify", "proofs").out.splitlines()[-1].startswith("1 verified; ")
    assert [path.name for path in Path("proofs").glob("good.*.json")] == ["good.p.total.json"]


def test_a_folder_without_certificates_is_a_wrong_use(parley: Parley, folder: Path) -> None:
    done = parley("verify", "nowhere")
    assert (done.code, done.out) == (2, "")
    assert "error P513: there is no folder `nowhere`" in done.err
