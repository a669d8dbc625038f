"""`parley vectors` and `parley score` at the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import Parley

SHIPPED = Path(__file__).parent.parent.parent / "cli" / "schemas"
FORMATS = ["json", "csv", "c", "kunit", "rust", "pytest", "cbmc", "kani"]


def valid(text: str, schema: str) -> dict[str, object]:
    made = json.loads(text)
    jsonschema.validate(made, json.loads((SHIPPED / schema).read_text(encoding="utf-8")))
    return made


@pytest.mark.slow
def test_a_summary_says_what_is_reached_and_what_is_equivalent(parley: Parley) -> None:
    done = parley("vectors", "trp")
    assert done.code == 0
    assert "cases            2 of 2" in done.out
    assert "0 survived" in done.out
    assert "equivalent       m" in done.out
    quiet = parley("vectors", "trp", "--quiet", "--minimal")
    assert "equivalent       m" not in quiet.out
    assert "proved: of the vectors found, no fewer have the same adequacy" in quiet.out


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_written_the_same_twice(parley: Parley, format_: str, tmp_path: Path) -> None:
    path = tmp_path / "made"
    assert parley("vectors", "trp", "--minimal", "--format", format_, "-o", str(path)).code == 0
    first = path.read_bytes()
    assert first
    assert parley("vectors", "trp", "--minimal", "--format", format_).out.encode() == first


@pytest.mark.slow
def test_json_is_valid_by_its_schema(parley: Parley) -> None:
    made = valid(parley("vectors", "islet:islet_rsi", "--format", "json").out, "parley.vectors-1.json")
    assert made["policy"] == "islet_rsi"
    assert made["adequacy"]["mutants"]["survived"] == 0  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]


@pytest.mark.slow
def test_the_vectors_of_one_build(parley: Parley) -> None:
    done = parley("vectors", "tf_rmm", "--supported", "1.0,1.1", "--format", "csv")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert {row["supported"] for row in rows} == {"1.0 1.1"}
    assert {row["case"] for row in rows} == {"accepted", "rejected"}


@pytest.mark.slow
def test_random_vectors_are_added(parley: Parley) -> None:
    few = valid(parley("vectors", "trp", "--format", "json").out, "parley.vectors-1.json")
    more = valid(
        parley("vectors", "trp", "--format", "json", "--random", "20", "--seed", "7").out, "parley.vectors-1.json"
    )
    counts = [sum(len(group["tests"]) for group in made["groups"]) for made in (few, more)]  # pyright: ignore
    assert counts[1] == counts[0] + 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["vectors", "nothing"], "P502"),
        (["vectors", "rmi", "--suported", "1.0"], "P504"),
        (["vectors", "rmi", "--supported", "1.x"], "P504"),
        (["vectors", "rmi", "--requested", "1.0"], "P504"),
        (["vectors", "trp", "--supported", "1.0"], "P504"),
        (["vectors", "callers"], "P507"),
        (["score", "rmi", "no_such_file.csv"], "P530"),
        (["score", "rmi", "."], "P530"),
    ],
)
def test_wrong_uses(parley: Parley, arguments: list[str], code: str) -> None:
    done = parley(*arguments)
    assert done.code == 2
    assert code in done.err
    assert "help:" in done.err


@pytest.mark.parametrize(
    ("more", "helps"),
    [
        # Assumptions are to blame where a configuration is given, and they rule it out; else the claims tell.
        ("", "see `parley check`: p.satisfiable, p.total, p.defined"),
        ("assume small: 0x2 not in s", "its assumptions rule this configuration out"),
        ("assume small: 0x3 not in s", "see `parley check`: p.satisfiable"),
    ],
)
def test_where_there_is_nothing_to_ask_the_reason_is_told(
    parley: Parley, tmp_path: Path, more: str, helps: str
) -> None:
    path = tmp_path / "p.parley"
    path.write_text(
        f"interface I {{ revision {{ word[1:0] }} config s : set of revision {more} input q : revision"
        f" output answer : revision }}\npolicy p for I {{ case c otherwise {{"
        f" answer = any ensure answer > 0x1 ensure answer < 0x1 }} }}\n",
        encoding="utf-8",
    )
    done = parley("vectors", str(path), "--s", "0x2")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P504: no request of `p` is admitted and answered there\n  help: ")
    assert helps in done.err


def test_a_policy_with_an_open_relation_has_no_vectors(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "open.parley"
    path.write_text(
        "interface I { revision { word[63:0] } config s : set of revision input q : revision output o : bool"
        " define r(a) }\npolicy p for I { case c otherwise { o = r(q) } }\n",
        encoding="utf-8",
    )
    done = parley("vectors", str(path))
    assert done.code == 2
    assert "has no body for `r`" in done.err


@pytest.mark.slow
def test_a_score_as_text_and_json(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    path.write_text("supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n", encoding="utf-8")
    done = parley("score", "rmi", str(path))
    assert done.code == 1
    assert "cases            1 of 4" in done.out
    assert "\nadd              " in done.out
    made = valid(parley("score", "rmi", str(path), "--format", "json").out, "parley.score-1.json")
    assert made["rows"] == 1
    assert made["cases"] == [1, 4]


@pytest.mark.slow
def test_a_suite_of_ours_scores_in_full(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "suite.json"
    assert parley("vectors", "rmi", "--minimal", "--format", "json", "-o", str(path)).code == 0
    done = parley("score", "rmi", str(path))
    assert done.code == 0
    assert "0 survive" in done.out
    assert "kinds tried" in done.out
    quiet = parley("score", "rmi", str(path), "--quiet")
    assert {line[:17].strip() for line in quiet.out.splitlines()} <= {"untouched"}
    # Against TF-RMM's rule, it has rows that want something else.
    against = parley("score", "tf_rmm", str(path))
    assert against.code == 1
    assert "contradicts" in against.out


@pytest.mark.slow
def test_a_row_that_contradicts_the_policy(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    path.write_text("supported,requested,status,lower,higher\n1.0 1.2,1.1,1,1.2,1.2\n", encoding="utf-8")
    done = parley("score", "rmi", str(path))
    assert done.code == 1
    assert "contradicts      line 2: the policy answers another `lower` (case older)" in done.out


@pytest.mark.slow
def test_the_kinds_of_fault_that_were_tried_are_named(parley: Parley) -> None:
    done = parley("vectors", "trp")
    assert "kinds tried      policy text" in done.out
    assert "encoding: " in done.out
    made = valid(parley("vectors", "trp", "--format", "json").out, "parley.vectors-1.json")
    whole: Any = made
    kinds: Any = whole["adequacy"]["mutants"]["kinds"]
    assert all(kind in kinds for kind in ("policy text", "decoding", "encoding: masks", "encoding: the raw request"))
    assert made["warnings"] == []


def test_where_nothing_can_be_wrong_a_warning_says_so(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "one.parley"
    path.write_text(
        "interface I { revision { word[63:0] } input q : revision output o : revision }\n"
        "policy p for I { case c otherwise { o = any } }\n",
        encoding="utf-8",
    )
    done = parley("vectors", str(path))
    assert done.code == 0
    assert "warning: every mutant is proved equivalent" in done.err
    made = valid(parley("vectors", str(path), "--format", "json").out, "parley.vectors-1.json")
    assert made["warnings"]


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["cbmc", "kani"])
def test_a_harness_is_for_the_build_that_is_given(parley: Parley, format_: str) -> None:
    one = parley("vectors", "tf_rmm", "--supported", "1.0,1.1", "--format", format_).out
    assert "It is for one build: supported 1.0, 1.1." in one
    assert "0x10000, 0x10001" in one
    assert one != parley("vectors", "tf_rmm", "--format", format_).out


@pytest.mark.slow
def test_a_quiet_score_says_what_is_missing(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    path.write_text("supported,requested,status\n1.0 1.2,1.2,0\n1.0 1.2,1.2,0\n", encoding="utf-8")
    done = parley("score", "rmi", str(path), "--quiet")
    labels = {line[:17].strip() for line in done.out.splitlines()}
    assert labels - {""} == {"untouched", "survives", "add"}


def test_a_header_is_line_1_and_a_status_is_told(parley: Parley, tmp_path: Path) -> None:
    path = tmp_path / "suite.csv"
    path.write_text("supported,requsted,status\n1.0,1.0,0\n", encoding="utf-8")
    assert "line 1: no column is called `requsted`" in parley("score", "rmi", str(path)).err
    path.write_text("supported,requested,status\n1.0,1.0,FAIL\n", encoding="utf-8")
    assert "its values are `RMI_SUCCESS` and `RMI_ERROR_INPUT`" in parley("score", "rmi", str(path)).err
    path.write_text("\n,,\n", encoding="utf-8")
    assert "there is no row" in parley("score", "rmi", str(path)).err


LISTS = """interface I {
    revision { major[1] minor[0] }
    config supported : set of revision
    input asked : bool
    output listed : set of revision
}
policy p for I {
    case some_of_it when asked {
        listed = any
        ensure every r in listed: r in supported
    }
    case nothing otherwise { listed = {} }
}
"""


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_a_suite_with_sets_in_replies_kills_what_it_says_when_it_is_read_again(
    folder: Path, parley: Parley, format_: str
) -> None:
    (folder / "lists.parley").write_text(LISTS, encoding="utf-8")
    made = json.loads(parley("vectors", "lists.parley", "--format", "json").out)["adequacy"]["mutants"]
    assert parley("vectors", "lists.parley", "--format", format_, "-o", "suite").code in (0, 3)
    done = parley("score", "lists.parley", "suite", "--format", "json")
    scored = json.loads(done.out)["mutants"]
    assert (scored["killed"], scored["survived"]) == (made["killed"], made["survived"])


def test_what_a_suite_lacks_is_told_as_people_write_it(folder: Path, parley: Parley) -> None:
    (folder / "lists.parley").write_text(LISTS, encoding="utf-8")
    (folder / "suite.csv").write_text("supported,asked,listed\n1.0,true,any\n", encoding="utf-8")
    done = parley("score", "lists.parley", "suite.csv")
    assert "listed nothing" in done.out.partition("add ")[2]


def test_a_request_that_no_choice_of_open_outputs_answers_is_left_out(folder: Path, parley: Parley) -> None:
    (folder / "open.parley").write_text(
        "interface I { revision { major[1] minor[0] } input requested : revision "
        "output lower : revision output other : revision } "
        "policy p for I { case never when requested == 0.0 { other = any lower = max v in {other} where v < 0.0 } "
        "case all otherwise { other = requested lower = requested } }",
        encoding="utf-8",
    )
    done = parley("vectors", "open.parley", "--format", "json")
    suite = json.loads(done.out)
    assert {test["case"] for group in suite["groups"] for test in group["tests"]} == {"all"}
    assert "1 request left out" in suite["warnings"][0]
