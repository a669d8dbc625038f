"""What the command line says: of files that are not there, of warnings, and the words of a report."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from running import COMMAND, GOOD, INTERFACE, Parley

WIDE = GOOD.replace("lower  = max supported", "lower  = (max supported) with { major = requested.minor }")
SETS = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config middle : set of revision
    config alpha : set of revision
    config zulu : set of revision
    config bravo : set of revision
    input requested : revision
    output ok : bool
    invariant a: (some m in middle: m == requested) and (some r in zulu: r == requested)
        and (some r in bravo: r > requested) and (some r in alpha: r < requested) implies ok
}
policy p for I { case c otherwise { ok = true } }
host h for I { knows any start request max known on ok => accept requested otherwise => give up }
session s : h with p { property a: (max alpha) in middle implies accepted and agreed in known }
"""


@pytest.mark.parametrize(
    ("arguments", "message", "help_"),
    [
        (["check", ""], "P502: no file is named", "standard input"),
        (["check", " "], "P502: no file is named", "standard input"),
        (["fmt", ""], "P502: no file is named", "standard input"),
        (["eval", ""], "P502: no file is named", "FILE or NAME"),
        (["vectors", ""], "P502: no file is named", "FILE or NAME"),
        (["score", "rmi", ""], "P530: `` cannot be read: no file is named", ""),
        (["check", "rmi.parley"], "P106: there is no file `rmi.parley`", "write `rmi`"),
        (["check", "./library/tf_rmm.parley"], "P106: there is no file", "write `tf_rmm`"),
        (["eval", "rmi.parley:rmm_1_0"], "P106: there is no file `rmi.parley`", "write `rmi`"),
        (["check", "god.parley"], "P106: there is no file `god.parley`", "did you mean `good.parley`?"),
        (["fmt", "./god.parley"], "P106: there is no file `./god.parley`", "did you mean `good.parley`?"),
        (["check", "nothing_near.parley"], "P106: there is no file `nothing_near.parley`", "check the path"),
        (["check", "rmi_alone.parley"], "P203: no interface is called `RMI_VERSION`", "write `use rmi` at the top"),
        (["conform", "linux_kvm_v4", "--", "true"], "P502: `linux_kvm_v4` is a host", "callers:kvm_v4"),
        (["eval", "linux_kvm_v4"], "P502: `linux_kvm_v4` is a host", "callers:kvm_v4"),
        (["eval", "retri"], "P502: there is no file, and in the library no policy or session", "mean `retry`?"),
        (["conform", "retry", "./host"], "P505: no program is given, and `./host`", "two dashes: -- ./host\n"),
        (
            ["conform", "retry", "--supported", "1.0", "python3", "host.py"],
            "P505: no program is given, and `python3`",
            "two dashes: -- python3 host.py\n",
        ),
        (["score", "rmi", "x1.csv"], "P530: x1.csv: line 1: no column is called `x1`", "`in_x1` for what is asked"),
        (["check", "good.parley:p"], "P106: there is no file `good.parley:p`", ""),
        (["check", "rmi:rmm_1_0"], "P502: there is no file and no library policy `rmi:rmm_1_0`", "--only 'rmm_1_0.*'"),
        (["eval", "good.parley:p:x"], "P106: there is no file `good.parley:p`", "write `good.parley:p` alone"),
        (["show", "rmi:rmm_1_0:x"], "P502: there is no file `rmi:rmm_1_0`", "write `rmi:rmm_1_0` alone"),
        (
            ["eval", "good.parley:p-x"],
            "P106: there is no file `good.parley:p-x`",
            "`parley list good.parley` has the names",
        ),
        (["check", "."], "P106: `.` is a directory", "name a file in it"),
        (["check", "nothing_like_it"], "P502: there is no file and no library policy", "the library has"),
        (["check", "uses.parley"], "P110: there is no file `rmi.parley`", "write `use rmi`"),
        (["check", "good.parley", "--only", "p.totl"], "P503: `--only p.totl` selects no claim", "p.total"),
        (["check", "empty.parley"], "P501: there is nothing to check", "declare a `policy`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",  # pyright: ignore[reportUnknownArgumentType,reportUnknownLambdaType]
)
def test_what_is_not_there_is_told_with_what_is(
    good: Path, parley: Parley, arguments: list[str], message: str, help_: str
) -> None:
    (good.parent / "uses.parley").write_text('use "rmi.parley"\n', encoding="utf-8")
    (good.parent / "rmi_alone.parley").write_text("policy p for RMI_VERSION {}\n", encoding="utf-8")
    (good.parent / "x1.csv").write_text("supported,x1,out_x0\n1.0,0x10000,0x0\n", encoding="utf-8")
    (good.parent / "empty.parley").write_text("", encoding="utf-8")
    done = parley(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error {message}")
    assert help_ in done.err.partition("help: ")[2]


def test_a_use_in_a_pipe_is_named_as_it_is_written(folder: Path) -> None:
    script = f"{COMMAND} check <(echo 'use \"none.parley\"')"
    done = subprocess.run(["bash", "-c", script], cwd=folder, check=False, timeout=60, capture_output=True)
    assert done.returncode == 2
    assert b"there is no file `none.parley`" in done.stderr


def test_a_warning_is_told_and_costs_nothing(folder: Path, parley: Parley) -> None:
    (folder / "wide.parley").write_text(WIDE, encoding="utf-8")
    only = ("check", "wide.parley", "--only", "p.total")
    done = parley(*only)
    assert done.code == 0
    assert done.err.startswith("warning P306: this may have 16 bits, and `major` 15 bits\n    --> wide.parley:")
    assert "p.total" in done.out
    assert parley(*only, "-q").err == done.err
    printed = parley(*only, "--format", "json")
    assert (printed.code, printed.err) == (0, "")
    (warning,) = json.loads(printed.out)["diagnostics"]
    assert (warning["code"], warning["severity"], warning["place"]["file"]) == ("P306", "warning", "wide.parley")
    assert parley("eval", "wide.parley", "--supported", "1.0", "--requested", "2.0").code == 0


def test_a_fault_beside_a_warning_is_a_fault(folder: Path, parley: Parley) -> None:
    (folder / "wide.parley").write_text(WIDE + "define f(a) = zzz\n", encoding="utf-8")
    done = parley("check", "wide.parley")
    assert done.code == 2
    assert "error P201" in done.err
    assert "warning P306" in done.err
    found = json.loads(parley("check", "wide.parley", "--format", "json").out)["diagnostics"]
    assert [one["severity"] for one in found] == ["error", "warning"]


def test_cutoffs_stand_in_the_order_of_the_declarations(folder: Path, parley: Parley) -> None:
    (folder / "sets.parley").write_text(SETS, encoding="utf-8")
    claims = json.loads(parley("check", "sets.parley", "--format", "json").out)["claims"]
    orders = {tuple(claim["cutoff"]) for claim in claims if claim["cutoff"] and claim["subject"] != "h"}
    assert ("middle", "alpha", "zulu", "bravo") in orders
    for order in orders:
        assert [name for name in ("middle", "alpha", "zulu", "bravo", "known") if name in order] == list(order)
    shown = [line for line in parley("check", "sets.parley").out.splitlines() if "p.a " in line]
    assert "cutoff middle 1, alpha 1, zulu 1, bravo 1" in shown[0]


def test_other_counterexamples_are_of_other_kinds(folder: Path, parley: Parley) -> None:
    text = (
        INTERFACE.removesuffix("}\n")
        + "    invariant never: requested != requested\n}\n"
        + GOOD.removeprefix(INTERFACE)
    )
    (folder / "kinds.parley").write_text(text, encoding="utf-8")
    shown = parley("check", "kinds.parley", "--only", "p.never").out
    assert " kind" in shown
    assert "shape" not in shown
