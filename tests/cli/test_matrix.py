"""`parley matrix`: who ends up with what, in text, JSON and Markdown; what can be named, and what is a wrong use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import GOOD, INTERFACE, POLICY, Parley

SCHEMA = Path(__file__).parent.parent.parent / "cli" / "schemas" / "parley.matrix-1.json"
CASES = Path(__file__).parent.parent / "cases"
LIBRARY = (
    "--rmm",
    "tf_rmm=2.0",
    "--rmm",
    "rmm_1_0=1.0,2.0",
    "--host",
    "linux_kvm_v4",
    "--host",
    "newest_by_lower=1.1,1.0",
)

HOST = """
host two for I {
    knows 1.1, 1.0
    start request 1.1
    on status == OK => accept requested
    on lower in known and lower != requested => request lower
    on lower > 1.1 => give up
}
"""
VAGUE = """
policy vague for I {
    assume few: no r in supported: r > 1.2
    case always otherwise {
        status = BAD
        lower  = any
    }
}
"""


def cells(parley: Parley, *arguments: str) -> list[dict[str, Any]]:
    """The cells of a matrix, valid by its schema."""
    done = parley("matrix", *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return made["cells"]


def table(parley: Parley, *arguments: str) -> list[str]:
    """The lines of a matrix."""
    done = parley("matrix", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def test_hosts_are_rows_and_rmms_are_columns(parley: Parley) -> None:
    assert table(parley, *LIBRARY) == [
        "                           tf_rmm 2.0             rmm_1_0 1.0, 2.0",
        "linux_kvm_v4 1.0           gives up (1 request)   1.0 (1 request)",
        "newest_by_lower 1.0, 1.1   gives up (1 request)   1.0 (2 requests)",
    ]


def test_the_same_as_markdown(parley: Parley) -> None:
    assert table(parley, *LIBRARY, "--format", "markdown") == [
        "|  | tf_rmm 2.0 | rmm_1_0 1.0, 2.0 |",
        "| --- | --- | --- |",
        "| linux_kvm_v4 1.0 | gives up (1 request) | 1.0 (1 request) |",
        "| newest_by_lower 1.0, 1.1 | gives up (1 request) | 1.0 (2 requests) |",
    ]


def test_the_same_as_json(parley: Parley) -> None:
    made = cells(parley, *LIBRARY)
    pairs = [(cell["host"], cell["policy"], cell["agreed"], cell["requests"]) for cell in made]
    assert pairs == [
        ("linux_kvm_v4", "tf_rmm", None, 1),
        ("linux_kvm_v4", "rmm_1_0", "1.0", 1),
        ("newest_by_lower", "tf_rmm", None, 1),
        ("newest_by_lower", "rmm_1_0", "1.0", 2),
    ]
    assert made[0] == {
        "host": "linux_kvm_v4",
        "known": ["1.0"],
        "policy": "tf_rmm",
        "supported": ["2.0"],
        "own": {},
        "ending": "gave_up",
        "agreed": None,
        "requests": 1,
        "rounds": [
            {
                "request": "1.0",
                "case": "rejected",
                "outputs": {"status": "RMI_ERROR_INPUT", "lower": "2.0", "higher": "2.0"},
                "rule": "rule_2",
            }
        ],
        "why": "",
        "unsupported": False,
        "met": True,
        "outside": [],
    }
    assert made[3]["known"] == ["1.0", "1.1"]


def test_each_cell_is_what_eval_says_of_the_session(parley: Parley) -> None:
    rmm = ("--rmm", "rmm_1_0=1.0,2.0")
    (cell,) = cells(parley, *rmm, "--host", "prefers_1_1")
    done = json.loads(parley("eval", "kernel_thread:retry", "--supported", "1.0,2.0", "--format", "json").out)
    for key in ("rounds", "ending", "agreed", "why", "known"):
        assert cell[key] == done[key]


def test_files_and_names(folder: Path, parley: Parley) -> None:
    (folder / "i.parley").write_text(INTERFACE, encoding="utf-8")
    use = 'use "i.parley"\n'
    (folder / "a.parley").write_text(use + POLICY + VAGUE + HOST, encoding="utf-8")
    (folder / "two.parley").write_text(use + HOST + HOST.replace("host two", "host three"), encoding="utf-8")
    arguments = ("--rmm", "a.parley:p=1.0", "--host", "a.parley")
    assert [(cell["host"], cell["policy"], cell["agreed"]) for cell in cells(parley, *arguments)] == [
        ("two", "p", "1.0")
    ]
    more = (*arguments, "--host", "two.parley:three", "--rmm", "a.parley:p=1.2")
    assert [cell["host"] for cell in cells(parley, *more)] == ["two", "two", "three", "three"]
    # Two of one name are told apart by their files; one that is named twice is not.
    same = (*arguments, "--host", "two.parley", "--host", "two.parley:two", "--rmm", "a.parley:p=1.1")
    assert [cell["host"] for cell in cells(parley, *same)][::2] == ["a.parley:two", "two.parley:two", "two.parley:two"]
    assert {cell["policy"] for cell in cells(parley, *same)} == {"p"}
    # A file of the library means what is called like it, or the one that there is.
    library = ("--rmm", "rmi=1.0", "--rmm", "rmi:rmm_1_0=1.0", "--rmm", "tf_rmm=1.0", "--host", "linux_kvm_v4")
    assert [cell["policy"] for cell in cells(parley, *library)] == ["rmm_1_0", "rmm_1_0", "tf_rmm"]


def test_hosts_and_rmms_of_different_interfaces_do_not_meet(parley: Parley) -> None:
    arguments = ("--rmm", "tf_rmm=1.0", "--rmm", "rmm_1_0_rsi=1.0", "--host", "edk2=1.0", "--host", "linux_kvm_v4")
    assert table(parley, *arguments) == [
        "                   tf_rmm 1.0        rmm_1_0_rsi 1.0",
        "edk2 1.0           –                 1.0 (1 request)",
        "linux_kvm_v4 1.0   1.0 (1 request)   –",
        "– host and policy are for different interfaces",
    ]
    made = cells(parley, *arguments)
    assert [cell["ending"] for cell in made] == [None, "accepted", "accepted", None]
    assert [cell["why"] for cell in made] == [
        "host and policy are for different interfaces",
        "",
        "",
        "host and policy are for different interfaces",
    ]
    assert (made[0]["rounds"], made[0]["requests"]) == ([], 0)


def test_an_interface_of_the_same_name_and_another_text_is_another(folder: Path, parley: Parley) -> None:
    (folder / "p.parley").write_text(GOOD, encoding="utf-8")
    (folder / "h.parley").write_text(INTERFACE.replace("in x0", "in x3") + HOST, encoding="utf-8")
    (cell,) = cells(parley, "--rmm", "p.parley=1.0", "--host", "h.parley")
    # Of what was not played, nothing is said to have an answer.
    assert (cell["ending"], cell["met"]) == (None, None)


def test_what_is_outside_the_assumptions_is_marked(parley: Parley) -> None:
    arguments = ("--rmm", "trp=1.0", "--rmm", "tf_rmm=,", "--rmm", "trp=0.0", "--host", "linux_kvm_v4")
    assert table(parley, *arguments) == [
        "                   trp 1.0                  tf_rmm nothing                   trp 0.0",
        "linux_kvm_v4 1.0   gives up (1 request) *   stuck: `higher` has no value *   gives up (1 request)",
        "* trp 1.0: the assumption `built` does not hold",
        "* tf_rmm nothing: the assumption `configured` does not hold",
    ]
    assert [cell["outside"] for cell in cells(parley, *arguments)] == [["built"], ["configured"], []]
    markdown = table(parley, *arguments, "--format", "markdown")
    assert markdown[3:] == ["", "* trp 1.0: the assumption `built` does not hold", table(parley, *arguments)[-1]]


def test_a_pair_that_gets_nowhere_says_why(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_text(GOOD + VAGUE + HOST, encoding="utf-8")
    abstract = VAGUE.replace("vague", "abstract").replace("otherwise", "when ok(requested)").replace("any", "requested")
    (folder / "b.parley").write_text(
        INTERFACE.removesuffix("}\n") + "    define ok(r)\n}\n" + abstract + HOST, encoding="utf-8"
    )
    rmms = ("--rmm", "a.parley:p=0.1", "--rmm", "a.parley:vague=1.1", "--rmm", "b.parley=1.1")
    made = cells(parley, *rmms, "--host", "a.parley", "--host", "b.parley")
    shown = [(cell["ending"], cell["why"]) for cell in made]
    another = (None, "host and policy are for different interfaces")
    assert shown == [
        ("stuck", "no rule applies"),
        (None, "depends on `lower`, which is left open"),
        another,
        another,
        another,
        (None, "`ok` has no body"),
    ]
    first = table(parley, *rmms, "--host", "a.parley")[1]
    assert first.endswith("stuck: no rule applies   depends on `lower`, which is left open   –")
    loop = ("--rmm", f"{CASES / 'session_loop.parley'}:p=1.2", "--host", f"{CASES / 'session_loop.parley'}:stubborn")
    assert table(parley, *loop)[1].endswith("asks for ever")
    assert cells(parley, *loop)[0]["ending"] == "loops"


OWN = GOOD.replace("policy p for I {", "policy p for I {\n    config strict : bool\n    config least : revision")


def test_the_own_configs_of_a_policy_are_given_behind_its_revisions(folder: Path, parley: Parley) -> None:
    (folder / "own.parley").write_text(OWN + HOST, encoding="utf-8")
    rmms = ("--rmm", "own.parley=1.0;strict=true;least=1.1", "--rmm", "own.parley=1.0; least = 1.0;strict=false")
    assert table(parley, *rmms, "--host", "own.parley")[0].split("  ")[-2:] == [
        " p 1.0 strict true least 1.1", " p 1.0 strict false least 1.0"
    ]  # fmt: skip
    first, second = cells(parley, *rmms, "--host", "own.parley")
    assert (first["own"], second["own"]) == ({"strict": True, "least": "1.1"}, {"strict": False, "least": "1.0"})
    for given, said in {
        "1.0": "`strict` is not given",
        "1.0;strict=maybe;least=1.0": "is neither true nor false",
        "1.0;strict=true;least=1.0;strict=true": "`strict` is given twice",
        "1.0;strict=true;least=1.0;supported=1.0": "`supported` is no config of this policy alone",
    }.items():
        done = parley("matrix", "--rmm", f"own.parley={given}", "--host", "own.parley")
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert "write POLICY=REVISIONS;strict=true;least=1.0" in done.err


def test_a_set_of_the_policy_alone_is_supported_as_well(folder: Path, parley: Parley) -> None:
    own = GOOD.replace("policy p for I {", "policy p for I {\n    config older : range of revision")
    own = own.replace("requested in supported", "requested in supported or requested in older")
    (folder / "own.parley").write_text(own + HOST, encoding="utf-8")
    rmms = ("--rmm", "own.parley=1.0;older=1.1..1.2", "--rmm", "own.parley=1.0;older={}")
    first, second = cells(parley, *rmms, "--host", "own.parley")
    assert (first["agreed"], first["unsupported"]) == ("1.1", False)
    assert (second["agreed"], second["unsupported"]) == ("1.0", False)


def test_a_mark_of_markdown_in_a_cell_is_escaped(folder: Path, parley: Parley) -> None:
    (folder / "a|b.parley").write_text(GOOD + HOST, encoding="utf-8")
    (folder / "c.parley").write_text(GOOD + HOST, encoding="utf-8")
    hosts = ("--host", "a|b.parley", "--host", "c.parley")
    lines = table(parley, "--rmm", "c.parley=1.0", *hosts, "--format", "markdown")
    assert lines[2].startswith("| a\\|b.parley:two 1.1, 1.0 |")


def test_the_report_goes_to_a_file(folder: Path, parley: Parley) -> None:
    done = parley("matrix", *LIBRARY, "-o", "out.md", "--format", "markdown")
    assert (done.code, done.out, done.err) == (0, "", "")
    printed = parley("matrix", *LIBRARY, "--format", "markdown").out
    assert (folder / "out.md").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("rmm", "host", "code", "says"),
    [
        ("tf_rmm", "linux_kvm_v4", "P504", "--rmm tf_rmm: the supported revisions are missing"),
        ("tf_rmm=", "linux_kvm_v4", "P504", "write POLICY=REVISIONS, such as tf_rmm=1.0,1.1"),
        ("=1.0", "linux_kvm_v4", "P502", "no file is named"),
        ("tf_rmx=1.0", "linux_kvm_v4", "P502", "did you mean `tf_rmm`?"),
        ("zzzzzz=1.0", "linux_kvm_v4", "P502", "one of yours is FILE:NAME"),
        ("tf_rmm:zzz=1.0", "linux_kvm_v4", "P502", "`tf_rmm` has no policy `zzz`"),
        ("rsi:rmm_1_0=1.0", "linux_kvm_v4", "P502", "did you mean `rmm_1_0_rsi`?"),
        ("none.parley:p=1.0", "linux_kvm_v4", "P106", "there is no file `none.parley`"),
        ("hosts.parley=1.0", "linux_kvm_v4", "P501", "declares no policy"),
        ("faulty.parley=1.0", "linux_kvm_v4", "P201", "did you mean `supported`?"),
        ("several.parley=1.0", "linux_kvm_v4", "P507", "several.parley:p, several.parley:vague"),
        ("tf_rmm=1.x", "linux_kvm_v4", "P504", "--rmm tf_rmm=1.x: `1.x` is not a revision"),
        ("tf_rmm=0x80000000", "linux_kvm_v4", "P504", "has reserved bits set"),
        ("rmm_el3=1.0", "linux_kvm_v4", "P504", "is not configured by one set or range of revisions"),
        ("tf_rmm=1.0", "linux_kvm_v9", "P502", "there is no host `linux_kvm_v9`"),
        ("tf_rmm=1.0", "linux_kvm_v9", "P502", "did you mean `linux_kvm_v"),
        ("tf_rmm=1.0", "", "P502", "no file is named"),
        ("tf_rmm=1.0", "rmm_1_0", "P502", "there is no host `rmm_1_0`"),
        ("tf_rmm=1.0", "callers", "P507", "callers:linux_kvm_v4"),
        ("tf_rmm=1.0", "tf_rmm", "P501", "`tf_rmm` declares no host"),
        ("tf_rmm=1.0", "linux_kvm_v4=1.0", "P504", "`linux_kvm_v4` says itself what it knows"),
        ("tf_rmm=1.0", "newest_by_lower", "P504", "write --host newest_by_lower=1.0,1.1"),
        ("tf_rmm=1.0", "newest_by_lower=", "P504", "what it knows is missing"),
        ("tf_rmm=1.0", "newest_by_lower=,", "P504", "knows at least one revision, and none is given"),
        ("tf_rmm=1.0", "newest_by_lower=1.x", "P504", "--host newest_by_lower=1.x: `1.x` is not a revision"),
        ("tf_rmm=1.0", "newest_by_lower=1.x", "P504", "write HOST=REVISIONS, such as newest_by_lower=1.0"),
        ("tf_rmm=1.0", "newest_by_lower=0x80000000", "P504", "has reserved bits set"),
        ("rmm_1_0_rsi=1.0", "edk2=1.0,1.1", "P504", "`edk2` knows one revision, and 2 are given"),
    ],
)
def test_a_wrong_use_says_what_to_write(
    folder: Path, parley: Parley, rmm: str, host: str, code: str, says: str
) -> None:
    (folder / "hosts.parley").write_text(INTERFACE + HOST, encoding="utf-8")
    (folder / "several.parley").write_text(GOOD + VAGUE, encoding="utf-8")
    (folder / "faulty.parley").write_text(GOOD.replace("max supported", "max suported"), encoding="utf-8")
    for format_ in ("text", "json", "markdown"):
        done = parley("matrix", "--rmm", rmm, "--host", host, "--format", format_, "-o", "out.txt")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error {code}: ")
        assert says in done.err
        assert len(done.err) < 1000
    assert not (folder / "out.txt").exists()


@pytest.mark.parametrize("arguments", [LIBRARY[:4], LIBRARY[4:], (*LIBRARY, "--format", "xml"), (*LIBRARY, "x")])
def test_what_click_finds_is_a_wrong_use(parley: Parley, arguments: tuple[str, ...]) -> None:
    done = parley("matrix", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: parley matrix" in done.err


def test_an_agreement_on_what_is_not_supported_is_marked(folder: Path, parley: Parley) -> None:
    """In each form, and in no cell where it is supported, or where nothing was agreed on."""
    liar = "policy liar for I { case always otherwise { status = OK lower = requested } }\n"
    (folder / "l.parley").write_text(GOOD + liar + HOST, encoding="utf-8")
    hosts = ("--host", "l.parley:two")
    rmms = ("--rmm", "l.parley:liar=1.0", "--rmm", "l.parley:liar=1.1", "--rmm", "l.parley:p=1.2")
    assert table(parley, *rmms, *hosts) == [
        "               liar 1.0            liar 1.1          p 1.2",
        "two 1.1, 1.0   1.1 (1 request) !   1.1 (1 request)   gives up (1 request)",
        "! agreed on a revision that the RMM does not support",
    ]
    markdown = table(parley, *rmms, *hosts, "--format", "markdown")
    assert markdown[2].startswith("| two 1.1, 1.0 | 1.1 (1 request) ! | 1.1 (1 request) | ")
    assert markdown[3:] == ["", "! agreed on a revision that the RMM does not support"]
    assert [cell["unsupported"] for cell in cells(parley, *rmms, *hosts)] == [True, False, False]
