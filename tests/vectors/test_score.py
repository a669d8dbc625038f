"""Scores: what a suite reaches, what gets past it, and what is said of suites that cannot be read."""

from __future__ import annotations

import msgspec
import pytest
from parley.spec.diagnostics import Rejected
from parley.spec.load import Loader
from parley.vectors.generate import explore, suite
from parley.vectors.minimal import minimal
from parley.vectors.oracle import Oracle
from parley.vectors.rows import read_rows
from parley.vectors.score import Scored, only_killers, score
from parley.vectors.suite import Suite


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    program = Loader().load("rmi")
    assert program is not None
    return Oracle(program.policies["rmm_1_0"])


@pytest.fixture(scope="module")
def own(oracle: Oracle) -> Suite:
    found = explore(oracle.policy)
    return suite(found, minimal(found).points)


def scored(text: str, oracle: Oracle) -> Scored:
    return score(read_rows(text, oracle, "suite"), oracle)


def test_a_suite_of_ours_is_adequate(own: Suite, oracle: Oracle) -> None:
    made = scored(msgspec.json.encode(own).decode(), oracle)
    assert made.survivors == made.contradictions == made.duplicates == made.missing == []
    assert made.cases == (4, 4)
    assert made.mcdc == (6, 6)
    # It is a smallest one: each row alone kills something, or reaches something.
    assert len(only_killers(made)) >= 5


def test_each_row_of_a_smallest_suite_is_needed(own: Suite, oracle: Oracle) -> None:
    for group in own.groups:
        for test in group.tests:
            groups = [msgspec.structs.replace(g, tests=[t for t in g.tests if t.id != test.id]) for g in own.groups]
            made = scored(msgspec.json.encode(msgspec.structs.replace(own, groups=groups)).decode(), oracle)
            reached = made.cases[0] == made.cases[1] and made.mcdc[0] == made.mcdc[1]
            assert made.survivors or not reached, test.id
            assert made.missing


def test_the_single_request_of_the_compliance_suite(oracle: Oracle) -> None:
    made = scored("supported,requested,status,lower\n1.0,1.0,RMI_SUCCESS,1.0\n", oracle)
    assert made.cases == (1, 4)
    assert made.mcdc == (2, 6)
    assert made.boundaries[0] == 2
    assert len(made.survivors) == 85
    assert made.missing
    # `higher` is not looked at, so what gets it wrong gets past.
    assert any("higher" in mutant.what for mutant in made.survivors)


def test_a_list_that_checks_more_kills_more(oracle: Oracle) -> None:
    less = scored("supported,requested,status\n1.0 1.2,1.1,RMI_ERROR_INPUT\n", oracle)
    more = scored("supported,requested,status,lower,higher\n1.0 1.2,1.1,1,1.0,1.2\n", oracle)
    assert {m.name for m in more.survivors} < {m.name for m in less.survivors}


def test_rows_that_contradict_the_policy_are_named_and_count_for_nothing(oracle: Oracle) -> None:
    text = "supported,requested,status,lower,higher\n1.0 1.2,1.1,RMI_ERROR_INPUT,1.2,1.2\n,1.0,RMI_SUCCESS,1.0,1.0\n"
    made = scored(text, oracle)
    assert [(c.row, c.why) for c in made.contradictions] == [
        ("line 2", "the policy answers another `lower` (case older)"),
        ("line 3", "the policy's assumptions rule it out"),
    ]
    assert made.cases == (0, 4)


def test_an_answer_that_is_left_open_may_be_any_that_is_allowed(oracle: Oracle) -> None:
    head = "supported,requested,status,lower,higher\n"
    assert scored(f"{head}1.0 1.2,0x80010001,RMI_ERROR_INPUT,1.0,1.2\n", oracle).contradictions == []
    wrong = scored(f"{head}1.0 1.2,0x80010001,RMI_ERROR_INPUT,1.1,1.2\n", oracle).contradictions
    assert [c.why for c in wrong] == ["the policy allows no such answer (case malformed)"]


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
        ("supported,status\n1.0,RMI_SUCCESS\n", "line 2 has no `requested`"),
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
