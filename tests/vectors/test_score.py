"""Scores: what a suite reaches, what gets past it, and what is said of suites that cannot be read."""

from __future__ import annotations

import msgspec
import pytest
from parley.model.oracle import Oracle
from parley.spec.diagnostics import Rejected
from parley.spec.load import Loader
from parley.vectors.export import EXPORTERS
from parley.vectors.generate import explore, suite
from parley.vectors.minimise import minimise
from parley.vectors.read_suite import read_rows
from parley.vectors.score import Scored, contradicts, only_killers, score
from parley.vectors.suite import Reading, Suite
from suites import policy_in


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    program = Loader().load("rmm_1_0_strict")
    assert program is not None
    return Oracle(program.policies["rmm_1_0_strict"])


@pytest.fixture(scope="module")
def own(oracle: Oracle) -> Suite:
    found = explore(oracle.policy)
    return suite(found, minimise(found).points)


def scored(text: str, oracle: Oracle) -> Scored:
    return score(read_rows(text, oracle, "suite"), oracle)


@pytest.mark.slow
def test_a_suite_of_ours_is_adequate(own: Suite, oracle: Oracle) -> None:
    made = scored(msgspec.json.encode(own).decode(), oracle)
    assert made.survivors == made.contradictions == made.duplicates == made.missing == []
    assert made.cases == (4, 4)
    assert made.mcdc == (6, 6)
    # It is a smallest one: each row alone kills something, or reaches something.
    assert len(only_killers(made)) >= 5


@pytest.mark.slow
def test_each_row_of_a_smallest_suite_is_needed(own: Suite, oracle: Oracle) -> None:
    for group in own.groups:
        for test in group.tests:
            groups = [msgspec.structs.replace(g, tests=[t for t in g.tests if t.id != test.id]) for g in own.groups]
            made = scored(msgspec.json.encode(msgspec.structs.replace(own, groups=groups)).decode(), oracle)
            reached = made.cases[0] == made.cases[1] and made.mcdc[0] == made.mcdc[1]
            assert made.survivors or not reached, test.id
            assert made.missing


@pytest.mark.slow
def test_the_single_request_of_the_compliance_suite(oracle: Oracle) -> None:
    made = scored("supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n", oracle)
    assert made.cases == (1, 4)
    assert made.mcdc == (2, 6)
    assert made.boundaries[0] == 2
    assert len(made.survivors) == 120
    assert made.missing
    # `higher` is not looked at, so what gets it wrong gets past.
    assert any("higher" in mutant.what for mutant in made.survivors)


@pytest.mark.slow
def test_a_list_that_checks_more_kills_more(oracle: Oracle) -> None:
    less = scored("supported,requested,status\n1.0 1.2,1.1,RMI_ERROR_INPUT\n", oracle)
    more = scored("supported,requested,status,lower,higher\n1.0 1.2,1.1,1,1.0,1.2\n", oracle)
    assert {m.name for m in more.survivors} < {m.name for m in less.survivors}


@pytest.mark.slow
def test_rows_that_contradict_the_policy_are_named_and_count_for_nothing(oracle: Oracle) -> None:
    text = "supported,requested,status,lower,higher\n1.0 1.2,1.1,RMI_ERROR_INPUT,1.2,1.2\n,1.0,RMI_SUCCESS,1.0,1.0\n"
    made = scored(text, oracle)
    assert [(c.row, c.why) for c in made.contradictions] == [
        ("line 2", "the policy answers another `lower` (case older)"),
        ("line 3", "the policy's assumptions rule it out"),
    ]
    assert made.cases == (0, 4)


@pytest.mark.slow
def test_an_answer_that_is_left_open_may_be_any_that_is_allowed(oracle: Oracle) -> None:
    head = "supported,requested,status,lower,higher\n"
    assert scored(f"{head}1.0 1.2,0x80010001,RMI_ERROR_INPUT,1.0,1.2\n", oracle).contradictions == []
    wrong = scored(f"{head}1.0 1.2,0x80010001,RMI_ERROR_INPUT,1.1,1.2\n", oracle).contradictions
    assert [c.why for c in wrong] == ["the policy allows no such answer (case malformed)"]


@pytest.mark.slow
def test_duplicates_and_only_killers(oracle: Oracle) -> None:
    text = "supported,requested,status,lower,higher\n" + "1.0 1.2,1.1,1,1.0,1.2\n" * 2 + "1.0,1.0,0,1.0,1.0\n"
    made = scored(text, oracle)
    assert made.duplicates == [("line 2", "line 3")]
    assert set(only_killers(made)) == {"line 4"}


def test_json_rows_are_read_like_csv(oracle: Oracle) -> None:
    table = "supported,requested,status,lower,higher\n1.0 1.2,1.1,RMI_ERROR_INPUT,1.0,\n"
    rows = '[{"supported": ["1.0", "1.2"], "requested": "1.1", "status": 1, "lower": "1.0", "higher": null}]'
    assert [r.at for r in read_rows(table, oracle, "s")] == [r.at for r in read_rows(rows, oracle, "s")]
    assert read_rows(rows, oracle, "s")[0].outputs == {"status": 1, "lower": 0x10000}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("supported,requested,status\n", "there is no row"),
        ("supported,requested\n1.0,1.0\n", "line 2 checks no output"),
        ("supported,status\n1.0,RMI_SUCCESS\n", "line 1 has no column `requested`"),
        ("supported,requested,Status\n1.0,1.0,0\n", "no column is called `Status`"),
        ("supported,requested,status\n1.0,1.x,0\n", "line 2, requested: `1.x` is not a revision"),
        ("supported,requested,status\n1.0,1.0,7\n", "line 2, status: 7 is no value of it"),
        ("supported,requested,status\n0x80010000,1.0,0\n", "well-formed revisions only"),
        ("supported,requested,status\n1.0,1.1,1.0,0\n", "line 2 has more cells than there are columns"),
        ('supported,requested,status\n"1.0,1.0,0\n', "is no CSV"),
        ("{", "this is no JSON"),
        ("{}", "this is no suite"),
        ("[1]", "row 1 is no object"),
        ("[{}]", "row 1"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str, oracle: Oracle) -> None:
    with pytest.raises(Rejected) as caught:
        read_rows(text, oracle, "suite")
    assert message in str(caught.value)
    assert caught.value.diagnostics[0].code == "P530"
    assert caught.value.diagnostics[0].help


def test_a_suite_of_another_interface_is_refused(own: Suite, oracle: Oracle) -> None:
    text = msgspec.json.encode(msgspec.structs.replace(own, interface="RSI_VERSION")).decode()
    with pytest.raises(Rejected, match="RSI_VERSION"):
        read_rows(text, oracle, "suite")


HEADER = "supported,requested,status,lower,higher"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # Columns and keys that nobody reads.
        ("supported,requested,status,lowr\n1.0,1.0,0,1.0\n", "no column is called `lowr`"),
        ("supported,requested,status,\n1.0,1.0,0,1.0\n", "a column without a name"),
        ("supported,requested,status,status\n1.0,1.0,0,0\n", "the column `status` is there twice"),
        ("supported;requested;status\n1.0;1.0;0\n", "line 1: its columns are separated by `;`, and not by commas"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0, "lowr": "1.0"}]', "no column is called `lowr`"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0, "status": 1}]', "`status` stands twice"),
        # Registers beside what they hold.
        ("supported,requested,status,x0\n1.0,1.0,RMI_SUCCESS,0x1\n", "`x0` is 0x1, and `status` beside it"),
        ("supported,requested,status,lower,out_x1\n1.0,1.0,0,1.0,0x10001\n", "`out_x1` is 0x10001"),
        ("supported,requested,status,in_x1\n1.0,1.0,0,0x10001\n", "`in_x1` is 0x10001"),
        ("supported,requested,status,x1\n1.0,1.0,0,0x10000\n", "no column is called `x1`"),
        ("supported,requested,status,x0\n1.0,1.0,,0x7\n", "0x7 is no value of `status`"),
        ("supported,requested,status,x0\n1.0,1.0,0,7\n", "`7` is no register word"),
        # Every type in every place.
        ('[{"supported": ["1.0"], "requested": "1.0", "status": ["RMI_SUCCESS"]}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": {"a": 1}}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": true}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0.0}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 1e999}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": -1}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": "1_0"}]', "row 1, status"),
        ('[{"supported": ["1.0"], "requested": 1.0, "status": 0}]', "row 1, requested"),
        ('[{"supported": ["1.0"], "requested": ["1.0"], "status": 0}]', "row 1, requested"),
        ('[{"supported": [1.0], "requested": "1.0", "status": 0}]', "row 1, supported"),
        ('[{"supported": [["1.0"]], "requested": "1.0", "status": 0}]', "row 1, supported"),
        ('[{"supported": {"1.0": 1}, "requested": "1.0", "status": 0}]', "row 1, supported"),
        ('[{"supported": null, "requested": "1.0", "status": 0}]', "row 1 has no `supported`"),
        ('[{"supported": ["0x80010000"], "requested": "1.0", "status": 0}]', "well-formed revisions only"),
        ('[{"supported": ["1.0"], "requested": "any", "status": 0}]', "row 1, requested"),
        ('[{"supported": ["1.0"], "requested": "\\ud800", "status": 0}]', "row 1, requested"),
        ("[" * 100_000 + "]" * 100_000, "nested more than 32 deep"),
        ('{"a":' * 50 + "1" + "}" * 50, "nested more than 32 deep"),
        ("[NaN]", "`NaN` is no number of JSON"),
        ("[-Infinity]", "is no number of JSON"),
        ("[1" + "0" * 5000 + "]", "this is no JSON"),
        ("[null]", "row 1 is no object"),
        ("[[]]", "row 1 is no object"),
        ("[]", "there is no row"),
        ("\x00\x01", "there is no row"),
        (HEADER + "\n1.0,1.0,0,1.0,\x00\n", "line 2, higher"),
        # What is said beside the values.
        ("supported,requested,status,result\n1.0,1.0,0,banana\n", "line 2: `banana` is no result"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0, "result": 1}]', "row 1: `1` is no result"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0, "case": 1}]', "row 1: `1` is no case"),
        ('[{"supported": ["1.0"], "requested": "1.0", "status": 0, "allowed": [1]}]', "no list of formulas"),
    ],
)
def test_nothing_in_a_list_is_overlooked(text: str, message: str, oracle: Oracle) -> None:
    with pytest.raises(Rejected) as caught:
        read_rows(text, oracle, "suite")
    assert message in str(caught.value)
    assert caught.value.diagnostics[0].code == "P530"
    assert str(caught.value).isprintable() or "\n" in str(caught.value)


def test_the_nearest_known_name_is_said(oracle: Oracle) -> None:
    with pytest.raises(Rejected) as caught:
        read_rows("supported,requested,status,lowr\n1.0,1.0,0,1.0\n", oracle, "suite")
    assert caught.value.diagnostics[0].help == "did you mean `lower`?"


def test_registers_may_stand_for_what_they_hold(oracle: Oracle) -> None:
    named = read_rows("supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n", oracle, "suite")
    words = read_rows("supported,in_x1,x0,out_x1,comment\n1.0,0x10000,0x0,0x10000,as specified\n", oracle, "suite")
    assert [(row.at, row.outputs) for row in named] == [(row.at, row.outputs) for row in words]


def mutated(own: Suite, change: str) -> str:
    """The JSON of a suite with one thing in it changed."""
    raw = msgspec.json.decode(msgspec.json.encode(own))
    test = raw["groups"][0]["tests"][0]
    match change:
        case "a key of the suite":
            raw["grups"] = []
        case "a key of a group":
            raw["groups"][0]["test"] = []
        case "a key of a vector":
            test["coment"] = ""
        case "a config":
            raw["groups"][0]["config"]["suported"] = ["1.0"]
        case "an input":
            test["request"]["requestd"] = "1.0"
        case "an output":
            test["expect"]["outputs"]["lowr"] = "1.0"
        case "a register":
            test["expect"]["registers"]["x7"] = "0x0"
        case "a contradiction":
            test["expect"]["registers"]["x0"] = "0x0"
        case "an input's register":
            test["request"]["x1"] = "0x7"
        case "an id":
            test["id"] = "1"
        case "a schema":
            raw["schema"] = "parley.score/1"
        case "no vectors":
            raw["groups"] = []
        case "a set as a text":
            raw["groups"][0]["config"]["supported"] = "1.0"
        case "an output as a list":
            test["expect"]["outputs"]["lower"] = ["1.0"]
        case "an id twice":
            raw["groups"][1]["tests"][0]["id"] = test["id"]
        case "a mutant":
            test["kills"].append("m9999")
        case "a result":
            test["result"] = "banana"
        case "a build":
            raw["config"] = {"supported": ["1.0"]}
        case "a build as a text":
            raw["config"] = {"supported": "1.0"}
        case "a build's name":
            raw["config"] = {"suported": ["1.0"]}
        case "a reading's output" | "a reading's register" | "half a reading":
            reading = next(t for g in raw["groups"] for t in g["tests"] if t.get("readings"))["readings"][0]
            if change == "a reading's output":
                reading["expect"]["outputs"]["lowr"] = "1.0"
            elif change == "a reading's register":
                reading["expect"]["registers"]["x2"] = "0x7"
            else:
                reading["expect"] = {"outputs": {"lower": "1.0"}, "registers": {}}
        case _:
            raise AssertionError(change)
    return msgspec.json.encode(raw).decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("a key of the suite", "no key `grups`"),
        ("a key of a group", "no key `test`"),
        ("a key of a vector", "no key `coment`"),
        ("a config", "no config is called `suported`"),
        ("an input", "no input is called `requestd`"),
        ("an output", "no output is called `lowr`"),
        ("a register", "no output register is called `x7`"),
        ("a contradiction", "`out_x0` is 0x0, and `status` beside it"),
        ("an input's register", "`in_x1` is 0x7, and `requested` beside it"),
        ("an id", "this is no suite"),
        ("a schema", "this is no suite"),
        ("no vectors", "there is no vector"),
        ("a set as a text", "`supported` is `1.0`, and not a list of revisions"),
        ("an output as a list", "and not a text in quotes"),
        ("an id twice", "the id 1 is there twice"),
        ("a mutant", "no mutant is called `m9999`"),
        ("a result", "this is no suite"),
        ("a build", "is not of the suite's `config`"),
        ("a build as a text", "`supported` is `1.0`, and not a list of revisions"),
        ("a build's name", "no config is called `suported`"),
        ("a reading's output", "no output is called `lowr`"),
        ("a reading's register", "`out_x2` is 0x7"),
        ("half a reading", "is no whole answer"),
    ],
)
def test_nothing_in_a_suite_is_overlooked(change: str, message: str, own: Suite, oracle: Oracle) -> None:
    with pytest.raises(Rejected) as caught:
        read_rows(mutated(own, change), oracle, "suite")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "cells", "why"),
    [
        ("result", "acceptable", "its result is `acceptable`, and the policy's answer is `valid` (case accepted)"),
        ("case", "older", "its case is `older`, and case accepted answers"),
        ("case", "nosuch", "the policy has no case `nosuch`, and case accepted answers"),
        ("allowed", "lower is 7", "`allowed` is lower is 7, and of the policy nothing (case accepted)"),
        ("result,case,allowed,id,comment", "valid,accepted,,7,mine", None),
    ],
)
def test_what_is_said_of_a_row_is_compared(columns: str, cells: str, why: str | None, oracle: Oracle) -> None:
    text = f"supported,requested,status,lower,{columns}\n1.0,1.0,RMI_SUCCESS,1.0,{cells}\n"
    (row,) = read_rows(text, oracle, "suite")
    found = contradicts(row, oracle)
    assert (found and found.why) == why


@pytest.mark.parametrize(
    ("allowed", "right"),
    [("lower in supported", True), (" lower  in supported ", True), ("", True), ("lower == 7", False)],
)
def test_what_is_allowed_is_compared(allowed: str, right: bool, oracle: Oracle) -> None:
    text = f"supported,requested,status,lower,result,allowed\n1.0,0x80010000,1,any,acceptable,{allowed}\n"
    (row,) = read_rows(text, oracle, "suite")
    assert (contradicts(row, oracle) is None) == right


def test_what_a_suite_says_of_its_vectors_is_compared(own: Suite, oracle: Oracle) -> None:
    def wrong(**changes: object) -> list[str]:
        group, *others = own.groups
        first = msgspec.structs.replace(group.tests[0], **changes)
        groups = [msgspec.structs.replace(group, tests=[first, *group.tests[1:]]), *others]
        text = msgspec.json.encode(msgspec.structs.replace(own, groups=groups)).decode()
        return [c.row for row in read_rows(text, oracle, "suite") if (c := contradicts(row, oracle))]

    name, test = str(own.groups[0].tests[0].id), own.groups[0].tests[0]
    assert wrong() == []
    assert wrong(case="nosuch") == [name]
    assert wrong(result="acceptable") == [name]
    assert wrong(allowed=["lower in supported"]) == [name]
    other = msgspec.structs.replace(test.expect, outputs={**test.expect.outputs, "status": "RMI_SUCCESS"}, registers={})
    assert wrong(readings=[Reading(why="mine", expect=other)]) == [name]


@pytest.mark.slow
def test_a_suite_of_another_policy_is_told_once(own: Suite, oracle: Oracle) -> None:
    groups = [msgspec.structs.replace(own.groups[0], tests=[msgspec.structs.replace(own.groups[0].tests[0], case="c")])]
    text = msgspec.json.encode(msgspec.structs.replace(own, policy="nosuch", groups=groups)).decode()
    made = scored(text, oracle)
    assert [(c.row, c.why) for c in made.contradictions] == [
        ("the suite", "it is for the policy `nosuch`, and `rmm_1_0_strict` is scored")
    ]
    assert made.cases[0] == 1


SHAPES = {
    "no registers, two inputs, two sets": """interface I { revision { reserved[63:2] zero major[1:1] minor[0:0] }
        config one : set of revision config other : set of revision input a : revision input b : revision
        output found : bool output best : revision }
        policy p for I { case both when a in one and b in other { found = true best = a }
            case rest otherwise { found = false best = any ensure best in one or best == b } }""",
    "no input, no set": """interface I { revision { reserved[63:31] zero major[30:16] minor[15:0] }
        config own : revision config strict : bool output v : revision in x0 output k : { A = 0, B = 0x80000000 } in x1 }
        policy p for I { v = own case s when strict { k = A } case l otherwise { k = any } }""",
    "columns of ours as names": """interface I { revision { word[63:0] }
        config case_ : set of revision input id : revision in x1 output result : revision in x1
        output allowed : bool in x0 }
        policy p for I { case only otherwise { result = id allowed = id in case_ } }""",
    "three fields and an open range": """interface I { revision { major[63:32] minor[31:16] patch[15:0] }
        config supported : set of revision input requested : revision in x1 output lower : revision in x1 }
        policy p for I { case only otherwise { lower = any
            ensure requested <= lower and lower <= 1.2.3 or lower == requested } }""",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
@pytest.mark.slow
def test_what_vectors_writes_score_reads_and_scores_the_same(text: str) -> None:
    policy = policy_in(text)
    oracle = Oracle(policy)
    found = explore(policy)
    made = suite(found, minimise(found).points)
    scores = [scored(EXPORTERS[form](made, policy), oracle) for form in ("json", "csv")]
    for one in scores:
        assert one.contradictions == []
        assert one.mutants == made.adequacy.mutants
    assert scores[0].cases == scores[1].cases
    assert scores[0].mcdc == scores[1].mcdc
    assert [len(rows) for rows in scores[0].kills.values()] == [len(rows) for rows in scores[1].kills.values()]
