"""`parley list` and `parley show`: what files declare, and its text; what the shell completes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import parley as api
import pytest
from parley.listing import Kind
from parley.spec.files import LIBRARY
from parley.spec.load import library_names
from running import COMMAND, GOOD, Parley, process

KINDS: tuple[Kind, ...] = ("interface", "policy", "host", "session", "scenario")
SCHEMAS = Path(__file__).parent.parent.parent / "cli" / "schemas"
OWN = """// Mine.
use rmi

/// A rule of one's own,
/// over two lines. A second sentence.

// A remark between them.
/// And more.
policy mine for RMI_VERSION refines rmm_1_0 from "nowhere" {  // behind it
    higher = max supported

    /// Of a case.
    case accepted when requested in supported { status = RMI_SUCCESS lower = requested }
    case rejected otherwise { status = RMI_ERROR_INPUT lower = higher }
}
/// Next to it.
host asks for RMI_VERSION { knows 1.0 start request 1.0 otherwise => give up } session s : asks with mine {}
scenario retry for mine { given supported = {1.0} then higher == 1.0 }
scenario retry for s { given supported = {1.0} then gave_up }
"""


@pytest.fixture
def own(folder: Path) -> Path:
    path = folder / "own.parley"
    path.write_text(OWN, encoding="utf-8")
    return path


def valid(text: str, name: str) -> dict[str, Any]:
    made = json.loads(text)
    jsonschema.validate(made, json.loads((SCHEMAS / name).read_text(encoding="utf-8")))
    return made


# ---- list -----------------------------------------------------------------------------------------------


def test_a_file_of_ones_own_is_listed_in_its_order(own: Path, parley: Parley) -> None:
    done = parley("list", "own.parley")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "own.parley\n"
        "  policy    mine   for RMI_VERSION refines rmm_1_0   A rule of one's own, over two lines.\n"
        "  host      asks   for RMI_VERSION                   Next to it.\n"
        "  session   s      asks with mine\n"
        "  and 2 scenarios\n"
    )


def test_optional_assumptions_are_listed_with_what_makes_them(folder: Path, parley: Parley) -> None:
    text = GOOD.replace("assume configured", "assumption few: no r in supported: r > 2.0\n    assume configured")
    text = text.replace("policy p for I {", "policy p for I under few {") + "session s : h with p under few {}\n"
    text += "host h for I { knows 1.0 start request 1.0 otherwise => give up }\n"
    (folder / "own.parley").write_text(text, encoding="utf-8")
    roles = [one.role for one in api.declarations("own.parley").files[0].declarations]
    assert roles == ["", "for I under few", "h with p under few", "for I"]


def test_a_kind_can_be_chosen(own: Path, parley: Parley) -> None:
    assert parley("list", "own.parley", "--kind", "scenario").out == (
        "own.parley\n  scenario   retry   for mine\n  scenario   retry   for s\n"
    )
    both = parley("list", "own.parley", "--kind", "host", "--kind", "session").out
    assert [line.split()[:2] for line in both.splitlines()[1:]] == [["host", "asks"], ["session", "s"]]
    assert parley("list", "own.parley", "--kind", "interface") == parley("list", "own.parley", "--kind", "interface")
    assert parley("list", "own.parley", "--kind", "interface").out == ""
    assert parley("list", "own.parley", "--kind", "define").code == 2


@pytest.mark.slow
def test_the_library_is_listed_whole(parley: Parley) -> None:
    """Nothing of it is kept in code: what is listed is what the checked files have."""
    done = parley("list")
    assert (done.code, done.err) == (0, "")
    heads = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert heads == library_names()
    for name in library_names():
        program = api.load(name)
        section = parley("list", name).out.splitlines()[1:]
        own = [*program.own_policies, *program.own_hosts, *program.own_sessions]
        own += [one for one in program.interfaces.values() if one.source is program.source]
        assert sorted(one.name for one in own) == sorted(
            line.split()[1] for line in section if not line.startswith("  and ")
        )
        if program.own_scenarios:
            assert section[-1].split()[1] == str(len(program.own_scenarios))


def test_what_cites_only_is_listed_by_that(parley: Parley) -> None:
    (line,) = [line for line in parley("list", "discovery").out.splitlines() if line.split()[1:2] == ["rmm_or_none"]]
    assert line.endswith("   for RMI_DISCOVERY                                 DEN0137 SDFNMZ, IJNVXJ, RTFZMS")


def test_a_faulty_file_does_not_keep_others_from_being_listed(own: Path, parley: Parley) -> None:
    (own.parent / "bad.parley").write_text("policy {", encoding="utf-8")
    done = parley("list", "bad.parley", "own.parley")
    assert (done.code, done.out.splitlines()[0]) == (2, "own.parley")
    assert "--> bad.parley:1:8" in done.err
    made = valid(parley("list", "bad.parley", "none.parley", "--format", "json").out, "parley.list-1.json")
    assert made["files"] == []
    assert [fault["code"] for fault in made["diagnostics"]] == ["P100", "P106"]


def test_the_list_as_json(own: Path, parley: Parley) -> None:
    made = valid(parley("list", "own.parley", "rmi", "--format", "json").out, "parley.list-1.json")
    first, second = made["files"]
    assert (first["name"], second["name"]) == ("own.parley", "rmi")
    assert first["declarations"][0] == {
        "name": "mine",
        "kind": "policy",
        "role": "for RMI_VERSION refines rmm_1_0",
        "about": "A rule of one's own, over two lines.",
        "doc": "A rule of one's own,\nover two lines. A second sentence.\nAnd more.",
        "from": "nowhere",
        "place": {"file": "own.parley", "line": 9, "column": 8},
        "argument": "own.parley:mine",
    }
    assert [one["argument"] for one in second["declarations"]] == ["rmi:RMI_VERSION", "rmi:rmm_1_0"]


# ---- show -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", library_names())
def test_a_file_of_the_library_is_shown_as_it_stands(parley: Parley, name: str) -> None:
    assert parley("show", name).out == (LIBRARY / f"{name}.parley").read_text(encoding="utf-8")


def test_a_declaration_is_shown_with_its_doc_comment(own: Path, parley: Parley) -> None:
    done = parley("show", "own.parley:mine")
    begin, end = OWN.index("/// A rule"), OWN.index("/// Next")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"// own.parley:4\n{OWN[begin:end]}"
    assert parley("show", "own.parley:asks").out == (
        "// own.parley:16\n/// Next to it.\n"
        "host asks for RMI_VERSION { knows 1.0 start request 1.0 otherwise => give up }\n"
    )
    assert parley("show", "own.parley:s").out == "// own.parley:17\nsession s : asks with mine {}\n"


@pytest.mark.slow
def test_every_declaration_of_the_library_is_shown_by_its_name_or_its_file(parley: Parley) -> None:
    for file in api.declarations(kinds=KINDS).files:
        whole = parley("show", file.name).out
        for one in file.declarations:
            shown = api.show(one.argument)
            assert shown.declared is not None
            assert (shown.declared.name, shown.declared.kind) == (one.name, one.kind)
            assert shown.text in whole
            assert whole.splitlines()[shown.place.line - 1] == shown.text.splitlines()[0]
    assert parley("show", "rmm_1_0").out == parley("show", "rmi:rmm_1_0").out
    assert parley("show", "lower_rmm_1_0").out.splitlines()[0].startswith("// general_hosts.parley:")


def test_a_name_of_a_file_and_of_a_policy_is_the_file(parley: Parley) -> None:
    assert parley("show", "tf_rmm").out.startswith("use rmi\n")
    assert parley("show", "tf_rmm:tf_rmm").out.startswith("// tf_rmm.parley:")


def test_a_file_beside_is_no_name_of_the_library(good: Path, parley: Parley) -> None:
    assert parley("show", "good.parley").out == GOOD
    good.rename(good.parent / "rmm_1_0")
    assert parley("show", "rmm_1_0").out == GOOD


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("rmm_1_1", "P502", "did you mean `rmm_1_0`?"),
        ("rnm_el3", "P502", "did you mean `rmm_el3`?"),
        ("nothing_like_it", "P502", "`parley list` has all"),
        ("rmi:rmm", "P502", "did you mean `rmm_1_0`?"),
        ("rmi:xyz", "P502", "it has RMI_VERSION, rmm_1_0, rmm_1_0.equal_without_newer, rmm_1_0.not_a_range"),
        ("onw.parley", "P106", "did you mean `own.parley`?"),
        ("own.parley:retry", "P507", "choose one: own.parley:mine.retry, own.parley:s.retry"),
        ("own.parley:x", "P502", "it has mine, asks, s, mine.retry, s.retry"),
        ("", "P502", "write FILE or NAME"),
        (":", "P502", ""),
        ("own.parley:mine:s", "P106", ""),
        ("own.parley:mine.", "P106", ""),
        ("own.parley:s.retry.x", "P106", ""),
        ("\0", "P106", ""),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(
    own: Path, parley: Parley, name: str, code: str, says: str
) -> None:
    done = parley("show", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error {code}: ")
    assert says in done.err


def test_a_name_of_several_files_is_told_with_each(own: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    (own.parent / "other.parley").write_text(OWN, encoding="utf-8")
    programs = [api.load("own.parley"), api.load("other.parley")]
    monkeypatch.setattr("parley.listing.library", lambda: programs)
    done = parley("show", "mine")
    assert done.err == (
        "error P507: several declarations are called `mine`\n  help: choose one: own.parley:mine, other.parley:mine\n\n"
    )


def test_a_scenario_gives_way_to_what_is_called_like_it(own: Path, parley: Parley) -> None:
    own.write_text(OWN.replace("retry for mine", "mine for mine").replace("retry for s", "alone for s"), "utf-8")
    assert "policy mine" in parley("show", "own.parley:mine").out
    assert parley("show", "own.parley:mine.mine").out.startswith("// own.parley:18\nscenario mine for mine {")
    assert parley("show", "own.parley:alone").out.splitlines()[1].startswith("scenario alone for s {")


def test_a_faulty_file_is_not_shown(own: Path, parley: Parley) -> None:
    own.write_text(OWN.replace("1.0", "1.x"), encoding="utf-8")
    done = parley("show", "own.parley:asks")
    assert (done.code, done.out) == (2, "")


def test_what_is_shown_as_json(own: Path, parley: Parley) -> None:
    made = valid(parley("show", "own.parley:s", "--format", "json").out, "parley.show-1.json")
    assert (made["text"], made["place"]) == (
        "session s : asks with mine {}\n",
        {"file": "own.parley", "line": 17, "column": 80},
    )
    assert made["declared"]["role"] == "asks with mine"
    whole = valid(parley("show", "own.parley", "--format", "json").out, "parley.show-1.json")
    assert (whole["declared"], whole["text"]) == (None, OWN)


@pytest.mark.slow
def test_neither_loads_the_solver(own: Path) -> None:
    script = "import sys; from parley.cli.entry import run; run(sys.argv[1:]); print('z3' in sys.modules)"
    for command in (
        ["list", "own.parley", "--format", "json"],
        ["list"],
        ["show", "rmm_1_0"],
        ["show", "rmi", "--format", "json"],
    ):
        done = subprocess.run(
            [Path(COMMAND).parent / "python", "-c", script, *command], capture_output=True, timeout=60, check=True
        )
        assert done.stdout.decode().splitlines()[-1] == "False"


# ---- completion -----------------------------------------------------------------------------------------


def completed(folder: Path, *words: str) -> list[str]:
    typed = "\n".join(("parley", *words))
    done = process([], folder, _PARLEY_COMPLETE="bash_complete", COMP_WORDS=typed, COMP_CWORD=str(len(words)))
    assert (done.code, done.err) == (0, "")
    return [line.removeprefix("plain,") for line in done.out.splitlines()]


@pytest.mark.slow
def test_the_shell_completes_commands_and_names(folder: Path) -> None:
    assert completed(folder, "sho") == ["show"]
    assert completed(folder, "show", "rmm_1_0_rsi") == ["file,rmm_1_0_rsi", "rmm_1_0_rsi_strict", "rmm_1_0_rsi"]
    assert completed(folder, "show", "kernel") == ["file,kernel", "kernel_thread"]
    assert completed(folder, "show", "RMI_V") == ["file,RMI_V", "RMI_VERSION"]
    assert completed(folder, "list", "--kind", "s") == ["session", "scenario"]
    assert completed(folder, "list", "rmm_1") == completed(folder, "check", "rmm_1") == ["file,rmm_1", "rmm_1_0_strict"]
    assert completed(folder, "vectors", "retry") == ["file,retry", "retry", "retry_where_2_0_is_newest"]
    assert completed(folder, "score", "retry") == ["file,retry"]
    for command in ("vectors", "score"):
        assert completed(folder, command, "rmi", "--recipe", "tf") == ["file,tf", "tf-rmm"]
    assert completed(folder, "score", "rmi", "--means", "e") == ["esbmc"]
    assert completed(folder, "eval", "retry_w") == ["file,retry_w", "retry_where_2_0_is_newest"]
    assert completed(folder, "matrix", "--host", "prefers") == ["file,prefers", "prefers_1_1"]
    assert completed(folder, "trace", "rmi", "rmi") == completed(folder, "trace", "--lines", "rmi") == ["file,rmi"]
    assert completed(folder, "explain", "p20")[:2] == ["P201", "P202"]


def test_bash_asks_for_what_comes_next(folder: Path) -> None:
    """As it does at a key, with the script that the command itself gives."""
    (folder / "rmx.parley").write_text(GOOD, encoding="utf-8")
    script = f"""PATH={Path(COMMAND).parent}:$PATH
eval "$(_PARLEY_COMPLETE=bash_source parley)"
COMP_WORDS=(parley show higher_rmm_1_0_) COMP_CWORD=2
compopt() {{ :; }}
_parley_completion parley
echo "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, timeout=60, check=True, env=dict(os.environ), cwd=folder
    )
    assert done.stdout.decode() == "higher_rmm_1_0_by_minor\n"
    unknown = process([], folder, _PARLEY_COMPLETE="tcsh_source")
    assert (unknown.code, unknown.out) == (1, "")
