"""`parley eval`: which policy, which values, what is printed, and what is a wrong use."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import GOOD, INTERFACE, POLICY, Parley

SCHEMA = Path(__file__).parent.parent.parent / "cli" / "schemas" / "parley.eval-1.json"
CASES = Path(__file__).parent.parent / "cases"
GIVEN = ("--supported", "1.0,1.2", "--requested", "1.1")


def evaluated(parley: Parley, *arguments: str) -> dict[str, Any]:
    """The JSON of an answer, valid by its schema."""
    done = parley("eval", *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return made


def test_the_answer_as_json(parley: Parley) -> None:
    made = evaluated(parley, "rmi", *GIVEN)
    assert [step.pop("why") and step["case"] for step in made["trace"]] == ["malformed", "accepted", "older"]
    assert made == {
        "schema": "parley.eval/1",
        "policy": "rmm_1_0",
        "config": {"supported": ["1.0", "1.2"]},
        "input": {"requested": "1.1"},
        "registers": {"x1": "0x10001"},
        "case": "older",
        "outputs": {"status": "RMI_ERROR_INPUT", "lower": "1.0", "higher": "1.2"},
        "registers_out": {"x0": "0x1", "x1": "0x10000", "x2": "0x10002"},
        "ensures": [],
        "met": True,
        "assumptions": {"configured": True},
        "trace": [
            {"case": "malformed", "applies": False, "guard": "requested.reserved != 0"},
            {"case": "accepted", "applies": False, "guard": "some r in supported: compatible(r, requested)"},
            {"case": "older", "applies": True, "guard": "some r in supported: r < requested"},
        ],
    }


def test_what_is_left_open_is_any(parley: Parley) -> None:
    strict = evaluated(parley, "rmm_1_0_strict", "--supported", "1.0", "--requested", "0x80010000")
    assert strict["input"] == {"requested": "0x80010000"}
    assert strict["outputs"] == {"status": "RMI_ERROR_INPUT", "lower": "any", "higher": "1.0"}
    assert strict["registers_out"] == {"x0": "0x1", "x1": "any", "x2": "0x10000"}
    assert strict["ensures"] == ["lower in supported"]
    made = evaluated(parley, "rmi", "--supported", "1.0", "--requested", "0x80010000")
    assert made["outputs"] == {"status": "RMI_ERROR_INPUT", "lower": "any", "higher": "any"}
    assert made["ensures"] == []


def test_an_output_without_a_value_is_null(parley: Parley) -> None:
    arguments = (str(CASES / "undefined_output.parley"), "--supported", "1.0", "--requested", "0.0")
    assert evaluated(parley, *arguments)["outputs"] == {"status": "BAD", "lower": None}
    done = parley("eval", *arguments)
    assert done.code == 0
    assert "lower            no value            x1 = no value\n" in done.out


def test_values_of_every_type(parley: Parley) -> None:
    made = evaluated(
        parley, f"{CASES / 'three_fields.parley'}:lax", "--own", "1.2.3", "--strict=false", "--offered=1.2.9"
    )
    assert made["config"] == {"own": "1.2.3", "strict": False}
    assert made["outputs"] == {"accepted": True}
    assert made["registers"] == {"x1": "0x1000000020009"}


def test_the_order_and_repetition_of_a_set_do_not_matter(good: Path, parley: Parley) -> None:
    one = parley("eval", good.name, "--supported", "1.2,1.0,1.2", "--requested", "0x10001")
    assert one.code == 0
    assert one == parley("eval", good.name, *GIVEN)


def test_outside_the_assumptions_it_says_so(good: Path, parley: Parley) -> None:
    good.write_text(good.read_text("utf-8").replace("max supported", "requested"), encoding="utf-8")
    done = parley("eval", good.name, "--supported", "", "--requested", "1.0")
    assert done.code == 0
    assert "outside          the assumption `configured` does not hold here" in done.out
    made = evaluated(parley, good.name, "--supported", "", "--requested", "1.0")
    assert made["assumptions"] == {"configured": False}
    assert made["config"] == {"supported": []}
    assert made["outputs"] == {"status": "BAD", "lower": "1.0"}


@pytest.mark.parametrize("format_", ["text", "json"])
def test_no_answer_outside_the_assumptions_is_a_wrong_use(good: Path, parley: Parley, format_: str) -> None:
    text = good.read_text("utf-8").replace("    input", "    assume two: some r in supported: r != 1.0\n    input")
    (good.parent / "two.parley").write_text(text, encoding="utf-8")
    (good.parent / "gap.parley").write_text(text.replace("unknown otherwise", "unknown when 1.0 in supported"), "utf-8")
    for name in ("good.parley", "two.parley", "gap.parley"):
        done = parley("eval", name, "--supported", "", "--requested", "1.0", "--format", format_)
        assert (done.code, done.out) == (2, "")
        if name == "good.parley":
            assert "error P504: the assumption `configured` rules this out, and there is no answer" in done.err
            assert "help: give what is assumed: `configured`: supported is not empty" in done.err
        else:
            assert "the assumptions `configured` and `two` rule this out" in done.err


def test_a_sample_has_the_fields_of_the_format(folder: Path, parley: Parley) -> None:
    """What a message tells to write can be written."""
    for layout, revision, pair in (
        ("a[63:48] b[47:32] c[31:16] d[15:0]", "1.0.0.0", "1.0.0.0,1.0.0.1"),
        ("reserved[63:31] zero a[30:16] b[15:0]", "1.0", "1.0,1.1"),
        ("word[63:0]", "0x1", "0x1,0x2"),
        ("zero[63:32] zero word[31:16] low[15:0] zero", "0x10000", "0x10000,0x20000"),
    ):
        text = f"""interface F {{
    revision {{ {layout} }}
    config have : set of revision
    input wanted : revision
    output got : revision
}}
policy p for F {{ got = wanted case c otherwise {{ }} }}
"""
        (folder / "f.parley").write_text(text, encoding="utf-8")
        assert f"add --have {pair} --wanted {revision}" in parley("eval", "f.parley").err
        done = parley("eval", "f.parley", "--have", pair, "--wanted", "1.1.1")
        assert f"help: for example --wanted {revision}" in done.err
        done = parley("eval", "f.parley", "--have", pair, "--wanted", revision)
        assert done.code == 0
        assert done.out.count(revision) >= 3


ONE_FIELD = """interface A {
    revision { version[63:0] }
    config supported : set of revision
    assume c: supported is not empty
    input requested : revision
    output ok : bool
    output first_one : revision
    invariant always: ok
}
policy p for A {
    first_one = 0x10
    case a when requested in supported { ok = true }
    case b otherwise { ok = false }
}
host h for A { knows 0xA, 0xB start request 0xA on ok => accept requested otherwise => give up }
session s : h with p { property a: accepted }
"""


def test_a_format_of_one_field_prints_one_way_everywhere(folder: Path, parley: Parley) -> None:
    """As register words, and what is printed can be given back, to the command line and in a policy."""
    (folder / "one.parley").write_text(ONE_FIELD, encoding="utf-8")
    told = [
        parley("check", "one.parley").out,
        parley("eval", "one.parley:p", "--supported", "10,0xB", "--requested", "12").out,
        parley("eval", "one.parley:s", "--supported", "0x10,9").out,
        parley("matrix", "--rmm", "one.parley:p=0xa,12", "--host", "one.parley:h").out,
        parley("vectors", "one.parley:p", "--supported", "10,0xB", "--format", "csv").out.partition("\n")[2],
    ]
    for text in told:
        shown = re.sub(r"\d+ (round|kind|request|revision|proved|refuted)|\d\.\d\d s|parley:\d+:\d+|cutoff \w+ \d|kinds +\d in all|^.*,\d+,(valid|invalid),.*$|(rule_|round )\d",
                       "", text, flags=re.MULTILINE)  # fmt: skip
        assert not re.search(r"(?<![\w.])[0-9]+(?![\w.])", shown), shown
        assert re.search(r"0x[0-9a-f]+", text)
    assert (
        "requested            ▲ 0xc" in told[1].replace("                        ▲", "            ▲")
        or "0xc" in told[1]
    )
    made = evaluated(parley, "one.parley:p", "--supported", "10,0xB", "--requested", "12")
    assert made["config"] == {"supported": ["0xa", "0xb"]}
    assert made["outputs"]["first_one"] == "0x10"
    assert "known            0xa, 0xb" in told[2]
    for line in told[0].splitlines():
        if line.strip().startswith("replay"):
            assert parley(*line.split()[2:]).code == 0
    (folder / "pasted.parley").write_text(
        ONE_FIELD.replace("requested in supported", "requested in {0xa, 0xb}"), "utf-8"
    )
    assert parley("check", "pasted.parley").code == 1


def test_abstract_relations_are_given_by_their_pairs(parley: Parley) -> None:
    policy = f"{CASES / 'abstract.parley'}:newest"
    assert evaluated(parley, policy, *GIVEN, "--compatible", "1.0:1.1")["outputs"] == {"status": "OK", "lower": "1.0"}
    assert evaluated(parley, policy, *GIVEN, "--compatible", "all")["outputs"] == {"status": "OK", "lower": "1.2"}
    assert evaluated(parley, policy, *GIVEN, "--compatible", "none")["outputs"] == {"status": "BAD", "lower": "1.2"}
    but = evaluated(parley, policy, *GIVEN, "--compatible", "all-but:1.2:1.1")
    assert but["outputs"] == {"status": "OK", "lower": "1.0"}


def test_an_abstract_define_without_parameters_is_true_or_false(parley: Parley) -> None:
    given = (f"{CASES / 'borrowed.parley'}:outline", "--supported", "", "--requested", "1.0", "--usable", "none")
    for value, ok in (("true", True), ("false", False), ("all", True), ("none", False)):
        assert evaluated(parley, *given, "--strict", value)["outputs"]["ok"] is ok
    done = parley("eval", *given, "--strict", "1.0")
    assert (done.code, done.out) == (2, "")
    assert "`1.0` is neither true nor false" in done.err
    assert "add --strict true" in parley("eval", *given).err


def test_a_number_line_of_many_revisions_is_no_wider_than_a_page(good: Path, parley: Parley) -> None:
    many = ",".join(f"1.{minor}" for minor in range(60))
    given = ("--supported", many, "--requested", "1.30")
    lines = parley("eval", good.name, *given).out.splitlines()
    supported, requested = (next(one for one in lines if one.startswith(name)) for name in ("supported", "requested"))
    assert supported.startswith("supported        1.0 ●───────● 1.1 ──● 1.2 ──")
    assert supported.endswith("● 1.14 ─● 1.30 ─● 1.59 … and 43 more")
    assert supported.index("● 1.30") == requested.index("▲ 1.30")
    assert len(supported) < 180
    assert len(evaluated(parley, good.name, *given)["config"]["supported"]) == 60


def test_a_long_name_has_a_blank_behind_it(parley: Parley) -> None:
    done = parley("eval", "rmm_2_0_draft:rmm_2_0_draft", "--supported", "1.0", "--requested", "0.9")
    assert "\ncase incompatible_lower does not apply: " in done.out
    assert "\ncase success     does not apply: " in done.out


def test_quiet_prints_the_outputs_alone(good: Path, parley: Parley) -> None:
    done = parley("eval", good.name, *GIVEN, "-q")
    assert [line.split()[0] for line in done.out.splitlines()] == ["status", "lower"]


def test_a_policy_of_several_is_named_behind_a_colon(folder: Path, parley: Parley) -> None:
    newest = POLICY.replace("policy p", "policy newest").replace("status = BAD", "status = OK")
    (folder / "several.parley").write_text(GOOD + newest, encoding="utf-8")
    assert evaluated(parley, "several.parley:p", *GIVEN)["outputs"]["status"] == "BAD"
    assert evaluated(parley, "several.parley:newest", *GIVEN)["outputs"]["status"] == "OK"
    assert evaluated(parley, "tf_rmm:tf_rmm_206a8942", *GIVEN)["policy"] == "tf_rmm_206a8942"


def test_a_file_of_several_means_the_policy_of_its_name(folder: Path, parley: Parley) -> None:
    (folder / "p.parley").write_text(GOOD + POLICY.replace("policy p", "policy q"), encoding="utf-8")
    assert evaluated(parley, "p.parley", *GIVEN)["policy"] == "p"
    assert evaluated(parley, "tf_rmm", *GIVEN)["policy"] == "tf_rmm"


CONTRADICTION = """
policy p for I {
    case only otherwise {
        status = OK
        lower = any
        ensure lower > 1.0
        ensure lower in supported and lower < requested
    }
}
"""


def test_where_nothing_can_be_chosen_there_is_no_answer(folder: Path, parley: Parley) -> None:
    (folder / "p.parley").write_text(INTERFACE + CONTRADICTION, encoding="utf-8")
    for format_ in ("text", "json"):
        done = parley("eval", "p.parley", *GIVEN, "--format", format_)
        assert (done.code, done.out) == (2, "")
        assert done.err == (
            "error P514: case `only` applies, and no value of `lower` is an answer\n"
            "  help: it ensures lower > 1.0; lower in supported and lower < requested; "
            "`parley check` reports it as the claim `defined`\n\n"
        )
    assert evaluated(parley, "p.parley", "--supported", "1.0,1.2", "--requested", "1.3")["met"] is True


def test_whether_a_set_can_be_chosen_may_not_be_known(folder: Path, parley: Parley) -> None:
    sets = INTERFACE.replace("lower     : revision in x1", "lower     : set of revision")
    text = CONTRADICTION.replace("lower > 1.0", "lower is not empty")
    of_sets = text.replace("lower in supported and lower < requested", "lower is empty")
    (folder / "p.parley").write_text(sets + of_sets, encoding="utf-8")
    assert "it is not known whether there is an answer" in parley("eval", "p.parley", *GIVEN).out
    assert evaluated(parley, "p.parley", *GIVEN)["met"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["interface.parley"], "P501", "declares no policy"),
        (["rmx", *GIVEN], "P502", "did you mean `rmi`?"),
        (["several.parley:P", *GIVEN], "P502", "did you mean `p`?"),
        (["good.parley:quite_another", *GIVEN], "P502", "it has p"),
        (["several.parley", *GIVEN], "P507", "several.parley:p, several.parley:q"),
        (["partial.parley", *GIVEN], "P509", "tried known: requested in supported"),
        (["good.parley"], "P505", "add --supported 1.0,1.1 --requested 1.0"),
        (["good.parley", "--requested", "1.0"], "P505", "`supported` is not given"),
        (["good.parley", "--suported", "1.0"], "P504", "did you mean --supported?"),
        (["good.parley", "1.0"], "P504", "`1.0` is no option here"),
        (["good.parley", "--supported"], "P504", "has no value"),
        (["good.parley", *GIVEN, "--requested=1.0"], "P504", "is given twice"),
        (["good.parley", "--supported", "1.x"], "P504", "--supported: "),
        (["good.parley", "--supported", "0x80010000"], "P504", "has reserved bits set"),
        (["good.parley", "--supported", "1.0", "--requested", "1"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "1.65536"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "-1.0"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "0x10000000000000000"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "٣.0"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "1" * 5000 + ".0"], "P504", "--requested: "),
        (["good.parley", "--supported", "1.0", "--requested", "\0"], "P504", "--requested: "),
        (["lax.parley:lax", "--own", "1.0.0", "--strict", "yes"], "P504", "neither true nor false"),
        (["abstract.parley:newest", *GIVEN, "--compatible", "1.0:1.x"], "P504", "write the pairs"),
        (["abstract.parley:newest", *GIVEN], "P505", "add --compatible none"),
        (["missing.parley", *GIVEN], "P106", "there is no file"),
    ],
)
def test_a_wrong_use_says_what_to_write(good: Path, parley: Parley, arguments: list[str], code: str, says: str) -> None:
    folder = good.parent
    (folder / "interface.parley").write_text(INTERFACE, encoding="utf-8")
    (folder / "several.parley").write_text(GOOD + POLICY.replace("policy p", "policy q"), encoding="utf-8")
    (folder / "partial.parley").write_text(GOOD[: GOOD.index("    case unknown")] + "}\n", encoding="utf-8")
    (folder / "lax.parley").write_text((CASES / "three_fields.parley").read_text("utf-8"), encoding="utf-8")
    (folder / "abstract.parley").write_text((CASES / "abstract.parley").read_text("utf-8"), encoding="utf-8")
    for format_ in ("text", "json"):
        done = parley("eval", *arguments, "--format", format_)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error {code}: ")
        assert says in done.err
        assert len(done.err) < 1000


@pytest.mark.parametrize("pairs", ["1.0", "1.0:1.1:1.2", "1.0:1.1,1.0", ":", "1.0:", "all-but:1.0"])
def test_pairs_of_another_shape_than_the_relation_are_a_wrong_use(parley: Parley, pairs: str) -> None:
    done = parley("eval", f"{CASES / 'abstract.parley'}:newest", *GIVEN, "--compatible", pairs)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P504: ")


@pytest.mark.slow
def test_what_takes_too_many_revisions_is_told_and_is_no_defect(parley: Parley, tmp_path: Path) -> None:
    hard = (
        "every v in 0.0.0..requested: every w in v..requested: every u in w..requested: v.patch >= w.major "
        "or u.minor > v.patch or u.major == v.minor or w.minor >= requested[3:2] or u.patch >= 0"
    )
    path = tmp_path / "t.parley"
    path.write_text(
        "interface I { revision { reserved[63:48] zero major[47:32] minor[31:16] patch[15:0] }\n"
        "config supported : set of revision input requested : revision in x1 output ok : bool in x0 }\n"
        f"policy p for I {{ case a when {hard} {{ ok = true }} case b otherwise {{ ok = false }} }}",
        encoding="utf-8",
    )
    evaluated = parley("eval", f"{path}:p", "--supported", "1.0.0", "--requested", "9.9.9")
    assert evaluated.code == 2
    assert "P418: a formula goes through more revisions than are tried" in evaluated.err
    # A suite leaves out what it does not know, and says so.
    suite = parley("vectors", f"{path}:p")
    assert (suite.code, suite.err.partition(" requests left out: it is not known whether `p` has an answer ")[2]) == (
        3,
        "to them\n",
    )
    assert "every revision of a range" in suite.out
