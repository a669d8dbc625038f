"""`parley eval SESSION`: how a session goes, what can be given, and what is a wrong use."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import GOOD, Parley

SCHEMA = Path(__file__).parent.parent.parent / "cli" / "schemas" / "parley.eval-session-1.json"
CASES = Path(__file__).parent.parent / "cases"

HOSTS = """
/// Goes down one by one.
host down for I {
    knows any up to 3
    start request max known
    on status == OK => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}

/// Asks what it is told, whatever that is.
host two for I {
    knows 1.1, 1.0
    start request 1.1
    on status == OK => accept lower
    on lower in known and lower != requested => request lower
    on requested == 1.0 => request 1.1
}

host single for I {
    knows any up to 1
    start request max known
    otherwise => accept requested
}

/// Leaves its last output open, within bounds.
policy vague for I {
    case known when requested in supported {
        status = OK
        lower  = requested
    }
    case unknown otherwise {
        status = BAD
        lower  = any
        ensure lower in supported
    }
}

session going_down : down with p { }

session told : two with p {
    assume two_at_most: no r in supported: r > 1.2
}

session open : two with vague { }

session one : single with vague { }
"""
SESSIONS = GOOD + HOSTS


@pytest.fixture
def sessions(folder: Path) -> Path:
    path = folder / "s.parley"
    path.write_text(SESSIONS, encoding="utf-8")
    return path


def played(parley: Parley, *arguments: str) -> dict[str, Any]:
    """The JSON of a session, valid by its schema."""
    done = parley("eval", *arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    made = json.loads(done.out)
    jsonschema.validate(made, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return made


def lines(parley: Parley, *arguments: str) -> list[str]:
    """The lines of a session's text."""
    done = parley("eval", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out.splitlines()


def test_the_scenario_of_the_kernel_thread_as_text(parley: Parley) -> None:
    assert lines(parley, "kernel_thread:retry", "--supported", "1.0,2.0") == [
        "prefers_1_1 with rmm_1_0",
        "supported        1.0 ●──────● 2.0",
        "known            1.1, 2.0",
        "round 1          asks 1.1   RMI_ERROR_INPUT   lower 1.0   higher 2.0   case older      rule_3 asks for 2.0",
        "round 2          asks 2.0   RMI_SUCCESS       lower 2.0   higher 2.0   case accepted   rule_1 accepts 2.0",
        "agreed           2.0, after 2 rounds",
    ]


def test_the_scenario_of_the_kernel_thread_as_json(parley: Parley) -> None:
    higher = {"lower": "1.0", "higher": "2.0"}
    assert played(parley, "kernel_thread:retry", "--supported", "1.0,2.0") == {
        "schema": "parley.eval-session/1",
        "session": "retry",
        "host": "prefers_1_1",
        "policy": "rmm_1_0",
        "config": {"supported": ["1.0", "2.0"]},
        "known": ["1.1", "2.0"],
        "rounds": [
            {"request": "1.1", "case": "older", "outputs": {"status": "RMI_ERROR_INPUT", **higher}, "rule": "rule_3"},
            {
                "request": "2.0",
                "case": "accepted",
                "outputs": {"status": "RMI_SUCCESS", "lower": "2.0", "higher": "2.0"},
                "rule": "rule_1",
            },
        ],
        "accepted": True,
        "agreed": "2.0",
        "gave_up": False,
        "ending": "accepted",
        "again": None,
        "why": "",
        "unsupported": False,
        "met": True,
        "assumptions": {"configured": True},
    }


def test_a_host_that_knows_any_is_told_what_it_knows(sessions: Path, parley: Parley) -> None:
    made = played(parley, "s.parley:going_down", "--supported", "1.0", "--known", "1.0,1.2,1.1,1.2")
    assert made["known"] == made["config"]["known"] == ["1.0", "1.1", "1.2"]
    assert [round_["request"] for round_ in made["rounds"]] == ["1.2", "1.1", "1.0"]
    assert (made["ending"], made["agreed"]) == ("accepted", "1.0")
    assert lines(parley, "s.parley:going_down", "--supported", "1.0", "--known", "1.0,1.1,1.2")[1:3] == [
        "supported        1.0 ●",
        "known            1.0 ●──────● 1.1 ─● 1.2",
    ]


def test_a_host_that_gives_up(sessions: Path, parley: Parley) -> None:
    given = ("s.parley:going_down", "--supported", "1.2", "--known", "1.0")
    assert lines(parley, *given)[-2:] == [
        "round 1          asks 1.0   BAD   lower 1.2   case unknown   rule_3 gives up",
        "gave up          after 1 round",
    ]
    made = played(parley, *given)
    assert (made["ending"], made["gave_up"], made["agreed"]) == ("gave_up", True, None)


def test_a_loop_says_where_it_goes_back_to(sessions: Path, parley: Parley) -> None:
    given = ("s.parley:open", "--supported", "0.0,1.2", "--lower", "0.0")
    assert lines(parley, *given, "--lower@1=1.2")[-1] == "stuck            no rule applies"
    loop = CASES / "session_loop.parley"
    assert lines(parley, f"{loop}:in_turn", "--supported", "1.2")[-2:] == [
        "round 2          asks 1.0   BAD   lower 1.2   case unknown   rule_3 asks for 1.1 again, as in round 1",
        "goes round       from round 1 to round 2, for ever",
    ]
    made = played(parley, f"{loop}:in_turn", "--supported", "1.2")
    assert (made["ending"], made["again"], len(made["rounds"])) == ("loops", 1, 2)
    assert made["accepted"] is made["gave_up"] is False
    assert lines(parley, f"{loop}:the_same", "--supported", "1.2", "--known", "1.0")[-1] == (
        "goes round       in round 1, for ever"
    )


UNDEFINED = str(CASES / "session_undefined.parley")


@pytest.mark.parametrize(
    ("arguments", "why", "rounds", "rule"),
    [
        (["no_rule", "--known", "1.0"], "no rule applies", 1, None),
        (["no_value", "--known", "0.0"], "what rule_2 does has no value", 1, "rule_2"),
        (["no_request", "--known", "1.0"], "the first request has no value", 0, None),
        (["no_case", "--supported", "1.2"], "no case applies", 1, None),
        (["nothing_to_choose", "--supported", "1.1"], "`lower` has no value", 1, None),
    ],
)
def test_a_session_that_is_stuck_says_why(
    parley: Parley, arguments: list[str], why: str, rounds: int, rule: str | None
) -> None:
    given = [f"{UNDEFINED}:{arguments[0]}", *arguments[1:]]
    if "--supported" not in given:
        given += ["--supported", "1.0"]
    made = played(parley, *given)
    assert (made["ending"], made["why"], len(made["rounds"])) == ("stuck", why, rounds)
    text = lines(parley, *given)
    assert text[-1] == f"stuck            {why}"
    if rounds:
        assert made["rounds"][-1]["rule"] == rule
        assert text[-2].endswith(f"   {why}")
        assert text[-2].count(why) == 1


BESIDE_OPEN = """interface I {
    revision { major[15:8]   minor[7:0] }
    config supported : set of revision
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }
    output lower     : revision
    output hint      : revision
}
policy p for I {
    hint = any
    case known when requested in supported {
        status = OK
        lower  = requested
    }
    case unknown otherwise {
        status = BAD
        lower  = max r in supported where r < requested
        ensure hint != 0.0
    }
}
host h for I {
    knows 1.1, 1.0
    start request 1.1
    on status == OK     => accept requested
    on requested != 1.0 => request 1.0
    otherwise           => give up
}
session s : h with p {}
"""


def test_an_open_output_does_not_hide_that_another_has_no_value(
    parley: Parley, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """language.md: a run gets stuck where an output has no value. What `check` shows of it is what its replay plays."""
    monkeypatch.chdir(tmp_path)
    Path("s.parley").write_text(BESIDE_OPEN, encoding="utf-8")
    given = ("s.parley:s", "--supported", "")
    for hint in ((), ("--hint", "1.0"), ("--hint", "0.0")):
        made = played(parley, *given, *hint)
        assert (made["ending"], made["why"], len(made["rounds"])) == ("stuck", "`lower` has no value", 1)
    report = parley("check", "s.parley", "--only", "s.defined").out
    assert "the claim wants  a value for `lower`: `max r in supported where r < requested` has none\n" in report
    replay = next(line for line in report.splitlines() if "replay" in line)
    assert played(parley, *shlex.split(replay)[3:])["ending"] == "stuck"


def test_an_assumption_that_does_not_hold_is_told(sessions: Path, parley: Parley) -> None:
    text = lines(parley, "s.parley:told", "--supported", "1.3")
    assert text[-1] == "outside          the assumption `two_at_most` does not hold here"
    assert played(parley, "s.parley:told", "--supported", "1.3")["assumptions"] == {
        "configured": True,
        "two_at_most": False,
    }
    empty = parley("eval", "s.parley:told", "--supported", "")
    assert (empty.code, empty.out) == (2, "")
    assert "the assumption `configured` rules this out, and there is no answer" in empty.err
    assert len(lines(parley, "s.parley:told", "--supported", "1.3", "-q")) == 1


def test_quiet_prints_the_end_alone(sessions: Path, parley: Parley) -> None:
    assert lines(parley, "s.parley:told", "--supported", "1.0", "-q") == ["agreed           1.0, after 2 rounds"]


def test_what_the_policy_leaves_open_is_any_unless_it_is_given(sessions: Path, parley: Parley) -> None:
    stays = ("s.parley:one", "--supported", "1.0", "--known", "1.2")
    assert (
        lines(parley, *stays)[-2] == "round 1          asks 1.2   BAD   lower any   case unknown   rule_1 accepts 1.2"
    )
    assert played(parley, *stays)["rounds"][0]["outputs"] == {"status": "BAD", "lower": "any"}
    assert played(parley, *stays, "--lower", "1.0")["rounds"][0]["outputs"]["lower"] == "1.0"
    told = ("s.parley:open", "--supported", "1.0,1.2")
    assert played(parley, *told, "--lower", "1.0")["agreed"] == "1.0"
    assert played(parley, *told, "--lower=1.2", "--lower@1", "1.0")["agreed"] == "1.0"
    stuck = played(parley, *told, "--lower@1", "1.2")
    assert (stuck["why"], stuck["rounds"][0]["outputs"]["lower"]) == ("no rule applies", "1.2")


def test_an_agreement_on_what_is_not_supported_is_marked(sessions: Path, parley: Parley) -> None:
    """A host that accepts whatever comes back."""
    stays = ("s.parley:one", "--supported", "1.0", "--known", "1.2")
    assert lines(parley, *stays, "-q") == ["agreed           1.2, after 1 round; vague does not support it"]
    assert played(parley, *stays)["unsupported"]
    assert not played(parley, "s.parley:one", "--supported", "1.2", "--known", "1.2")["unsupported"]
    assert "support" not in lines(parley, "s.parley:one", "--supported", "1.2", "--known", "1.2")[-1]


def test_a_file_with_one_session_needs_no_name(folder: Path, parley: Parley) -> None:
    text = SESSIONS[: SESSIONS.index("policy vague")] + "session alone : two with p { }\n"
    (folder / "library.parley").write_text(GOOD, encoding="utf-8")
    (folder / "alone.parley").write_text(text.replace(GOOD, 'use "library.parley"\n'), encoding="utf-8")
    assert played(parley, "alone.parley", "--supported", "1.0")["session"] == "alone"
    (folder / "told.parley").write_text(SESSIONS, encoding="utf-8")
    assert played(parley, "told.parley", "--supported", "1.0")["session"] == "told"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["s.parley"], "P507", "s.parley:vague, s.parley:going_down, s.parley:told"),
        (["s.parley:tol"], "P502", "did you mean `told`?"),
        (["s.parley:two"], "P502", "`two` is a host, and answers nothing by itself"),
        (["s.parley:two"], "P502", "play a session of it: s.parley:told, s.parley:open"),
        (["hosts.parley:lonely"], "P502", "declare a `session` of it with a policy"),
        ([""], "P502", "no file is named"),
        ([":told"], "P502", "no file is named"),
        (["s.parley:told"], "P505", "`supported` is not given"),
        (["s.parley:told"], "P505", "add --supported 1.0,1.1\n"),
        (["s.parley:going_down"], "P505", "add --supported 1.0,1.1 --known 1.0,1.1"),
        (["s.parley:going_down", "--supported", "1.0"], "P505", "`known` is not given"),
        (["s.parley:told", "--suported", "1.0"], "P504", "did you mean --supported?"),
        (["s.parley:told", "--supported", "1.0", "--higher", "1.0"], "P504", "the session takes --supported"),
        (["s.parley:told", "--supported", "1.0", "--lower", "1.0"], "P504", "`--lower` is no option here"),
        (["s.parley:told", "--supported", "1.0", "--lower@1", "1.0"], "P504", "`--lower@1` is no option here"),
        (["s.parley:told", "--supported", "1.0", "1.1"], "P504", "`1.1` is no option here"),
        (["s.parley:told", "--supported"], "P504", "has no value"),
        (["s.parley:told", "--supported", "1.0", "--supported=1.0"], "P504", "is given twice"),
        (["s.parley:told", "--supported", "1.x"], "P504", "--supported: `1.x` is not a revision"),
        (["s.parley:told", "--supported", "0x80010000"], "P504", "has reserved bits set"),
        (["s.parley:told", "--supported", "1.0", "--requested", "1.0"], "P504", "`two` makes the requests itself"),
        (["s.parley:told", "--supported", "1.0", "--known", "1.0"], "P504", "`two` says itself what it knows"),
        (["s.parley:going_down", "--supported", "1.0", "--known", "1.x"], "P504", "--known: `1.x` is not a revision"),
        (["s.parley:going_down", "--supported", "1.0", "--known", "0x80010000"], "P504", "has reserved bits set"),
        (
            ["s.parley:going_down", "--supported", "1.0", "--known", "1.0,1.1,1.2,1.3"],
            "P504",
            "`down` knows 1 to 3 revisions, and 4 are given",
        ),
        (["s.parley:going_down", "--supported", "1.0", "--known", ""], "P504", "1 to 3 revisions, and none is given"),
        (["s.parley:one", "--supported", "1.0", "--known", "1.0,1.1"], "P504", "knows one revision, and 2 are given"),
        (
            ["general_hosts:lower_rmm_1_0", "--supported", "1.0", "--known", ","],
            "P504",
            "knows at least one revision, and none is given",
        ),
        (["s.parley:open", "--supported", "1.2"], "P505", "round 1 leaves `lower` open, and rule_2 looks at it"),
        (["s.parley:open", "--supported", "1.2"], "P505", "add --lower@1 1.0"),
        (["s.parley:open", "--supported", "1.2", "--lower", "1.0"], "P504", "does not answer so in round 1"),
        (
            ["s.parley:open", "--supported", "1.2", "--lower", "1.0"],
            "P504",
            "case `unknown` ensures lower in supported",
        ),
        (["s.parley:open", "--supported", "1.2", "--lower", "1.x"], "P504", "--lower: `1.x` is not a revision"),
        (["s.parley:open", "--supported", "1.2", "--lower@1", "1.x"], "P504", "--lower@1: `1.x` is not a revision"),
        (["s.parley:open", "--supported", "1.2", "--lower@1=1.2", "--lower@1=1.2"], "P504", "is given twice"),
        *(
            (["s.parley:open", "--supported", "1.2", f"--lower@{at}", "1.2"], "P504", "is of no round")
            for at in ("", "0", "x", "01", "-1", "²", "٣", "1@1", "1.0")
        ),
        (
            ["s.parley:open", "--supported", "1.2", "--lower@1=1.2", "--lower@2=1.2"],
            "P504",
            "--lower@2: the session ends after 1 round",
        ),
        (
            ["s.parley:open", "--supported", "1.0", "--lower@1=1.0", "--lower@2=1.2"],
            "P504",
            "--lower@2: round 2 does not leave `lower` open",
        ),
        (
            ["s.parley:open", "--supported", "1.0", "--lower@1=1.0", f"--lower@{'9' * 5000}=1.2"],
            "P504",
            "the session ends after 2 rounds",
        ),
        (["ranges.parley:s", "--supported", "1.0"], "P418", "goes through more revisions than are tried"),
    ],
)
def test_a_wrong_use_says_what_to_write(
    sessions: Path, parley: Parley, arguments: list[str], code: str, says: str
) -> None:
    folder = sessions.parent
    lonely = "\nhost lonely for I {\n    knows 1.0\n    start request 1.0\n    otherwise => give up\n}\n"
    (folder / "hosts.parley").write_text(GOOD + lonely, encoding="utf-8")
    (folder / "ranges.parley").write_text(GOOD + RANGES, encoding="utf-8")
    for format_ in ("text", "json"):
        done = parley("eval", *arguments, "--format", format_)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error {code}: ")
        assert says in done.err
        assert len(done.err) < 1000


RANGES = """
host large for I {
    knows 1.1
    start request 1.1
    on some a in 0.0..lower: every b in a..requested: some c in b..requested: some d in c..a:
        c.minor == a.major and a[20:3] == b[19:2] and d.minor != c.major => accept requested
    otherwise => give up
}

session s : large with p { }
"""


def test_relations_and_configurations_of_every_type(parley: Parley) -> None:
    given = (f"{CASES / 'session_types.parley'}:s", "--own", "1.0.2", "--strict=false", "--others", "")
    made = played(parley, *given, "--compatible", "1.0.2:1.0.0")
    assert made["config"] == {"own": "1.0.2", "strict": False, "others": []}
    assert [round_["outputs"] for round_ in made["rounds"]] == [{"taken": False}, {"taken": True}]
    assert made["agreed"] == "1.0.0"
    assert lines(parley, *given, "--compatible", "all")[1:6] == [
        "own               ▲ 1.0.2",
        "strict           false",
        "others           nothing",
        "known            1.0.0, 1.0.1",
        "compatible       holds for everything",
    ]
    done = parley("eval", *given)
    assert (done.code, done.out) == (2, "")
    assert "add --compatible none" in done.err


CONTRADICTORY = """
policy torn for I {
    case only otherwise {
        status = BAD
        lower  = any
        ensure lower > 1.0
        ensure lower in supported and lower < requested
    }
}

host deaf for I {
    knows any up to 2
    start request max known
    on requested > 1.2 => request min known
    otherwise => give up
}

session t : deaf with torn { }
"""


def test_a_round_in_which_nothing_can_be_chosen_is_stuck(folder: Path, parley: Parley) -> None:
    """Bug: `any` was shown where the `ensure`s contradict each other."""
    (folder / "s.parley").write_text(GOOD + CONTRADICTORY, encoding="utf-8")
    given = ("s.parley:t", "--known", "1.1,1.3", "--supported", "1.0,1.2")
    made = played(parley, *given)
    # 1.2 answers the first round, and nothing the second.
    assert [one["outputs"]["lower"] for one in made["rounds"]] == ["any", None]
    assert (made["ending"], made["why"], made["met"]) == ("stuck", "no value of `lower` is an answer", True)
    assert lines(parley, *given)[-1] == "stuck            no value of `lower` is an answer"
    # What is given where nothing can be chosen is not what is wrong.
    assert played(parley, *given, "--lower", "1.2")["why"] == "no value of `lower` is an answer"
    wrong = parley("eval", *given, "--lower@1", "1.0")
    assert (wrong.code, "error P504: the policy does not answer so in round 1" in wrong.err) == (2, True)
    rmms = ("--rmm", "s.parley:torn=1.0,1.2", "--host", "s.parley:deaf=1.1,1.3")
    assert "stuck: no value of `lower` is an answer" in parley("matrix", *rmms).out
    (cell,) = json.loads(parley("matrix", *rmms, "--format", "json").out)["cells"]
    assert [one["outputs"]["lower"] for one in cell["rounds"]] == ["any", None]


def test_whether_a_round_has_an_answer_may_not_be_known(folder: Path, parley: Parley) -> None:
    text = GOOD.replace("lower     : revision in x1", "lower     : set of revision").replace(
        "lower  =", "lower = {} //"
    )
    torn = CONTRADICTORY.replace("lower > 1.0", "lower is empty")
    torn = torn.replace("lower in supported and lower < requested", "lower is not empty")
    (folder / "s.parley").write_text(text + torn, encoding="utf-8")
    given = ("s.parley:t", "--known", "1.1,1.3", "--supported", "1.0,1.2")
    why = "it is not known whether there is an answer: too many values would have to be tried"
    for quiet in ([], ["--quiet"]):
        shown = lines(parley, *given, *quiet)
        assert [line.strip() for line in shown[-2:]] == [f"round {at}: {why}" for at in (1, 2)]
    assert played(parley, *given)["met"] is None
    rmms = ("--rmm", "s.parley:torn=1.0,1.2", "--host", "s.parley:deaf=1.1,1.3")
    assert parley("matrix", *rmms).out.endswith(f"gives up (2 requests) ?\n? {why}\n")
    assert json.loads(parley("matrix", *rmms, "--format", "json").out)["cells"][0]["met"] is None


def test_what_is_given_of_several_open_outputs_must_leave_an_answer(folder: Path, parley: Parley) -> None:
    two = GOOD.replace("lower     : revision in x1", "lower : revision in x1 output upper : revision in x2")
    two = two.replace("lower  = requested", "lower = requested upper = requested")
    two = two.replace(
        "lower  = max supported", "lower = any upper = any ensure lower < upper ensure upper in supported"
    )
    (folder / "s.parley").write_text(two + CONTRADICTORY[CONTRADICTORY.index("host") :].replace("torn", "p"), "utf-8")
    given = ("s.parley:t", "--known", "1.1,1.3", "--supported", "1.0,1.2")
    assert played(parley, *given, "--lower", "1.1")["rounds"][0]["outputs"]["upper"] == "any"
    wrong = parley("eval", *given, "--lower@2", "1.2")
    assert (wrong.code, "error P504: the policy does not answer so in round 2" in wrong.err) == (2, True)


def test_an_output_from_nothing_is_no_answer_beside_an_open_one(folder: Path, parley: Parley) -> None:
    """Bug: the host went on with an answer that has no value where another output was left open."""
    two = GOOD.replace("lower     : revision in x1", "lower : revision in x1 output upper : revision in x2")
    two = two.replace("lower  = requested", "lower = requested upper = requested")
    two = two.replace("lower  = max supported", "lower = any upper = max r in supported where r > requested")
    (folder / "s.parley").write_text(two + CONTRADICTORY[CONTRADICTORY.index("host") :].replace("torn", "p"), "utf-8")
    made = played(parley, "s.parley:t", "--known", "1.1,1.3", "--supported", "1.0,1.2")
    assert (made["ending"], made["why"], len(made["rounds"])) == ("stuck", "`upper` has no value", 1)


def test_a_session_that_goes_on_and_on_is_played_so_far_and_no_further(
    parley: Parley, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bug: a host of an interval was played for billions of rounds."""
    for module in ("playing", "matrices"):
        monkeypatch.setattr(f"parley.{module}.MOST_ROUNDS", 100)
    interface = "interface I { revision { major[31:16] minor[15:0] } config s : set of revision input q : revision output o : bool }"
    policy = "policy p for I { case only otherwise { o = q in s } }"
    host = """host h for I {
        knows range
        start request max known
        on o => accept q
        on some k in known: k < q => request max k in known where k < q
        otherwise => give up
    }"""
    (folder / "long.parley").write_text(f"{interface}\n{policy}\n{host}\nsession t : h with p {{}}\n", encoding="utf-8")
    done = parley("eval", "long.parley:t", "--s", "1.0", "--known", "1.0..1.99")
    assert (done.code, done.out.splitlines()[-1]) == (0, "agreed           1.0, after 100 rounds")
    long = parley("eval", "long.parley:t", "--s", "1.0", "--known", "1.0..2.0")
    assert long.code == 2
    assert "the session goes on for more than 100 rounds, and is played no further" in long.err
    rows = parley("matrix", "--rmm", "long.parley:p=1.0", "--host", "long.parley:h=1.0..2.0").out
    assert "goes on for more than 100 requests" in rows
