"""Where output goes, what a process leaves behind, and what bad input of any kind comes to."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from running import COMMAND, GOOD, Parley, process, timeless, with_invariants

CHECK = ("check", "good.parley")
EVAL = ("eval", "good.parley", "--supported", "1.0", "--requested", "1.0")
EXPLAIN = ("explain", "P201")
SESSION = ("eval", "kernel_thread:retry", "--supported", "1.0,2.0")
MATRIX = ("matrix", "--rmm", "tf_rmm=2.0", "--host", "linux_kvm_v4")


@pytest.mark.parametrize(
    "arguments",
    [
        *(given for command in (CHECK, EVAL, SESSION, MATRIX) for given in (command, (*command, "--format", "json"))),
        (*MATRIX, "--format", "markdown"),
        EXPLAIN,
    ],
)
def test_a_file_gets_what_standard_output_would(good: Path, parley: Parley, arguments: tuple[str, ...]) -> None:
    printed = parley(*arguments)
    done = parley(*arguments, "-o", "out.txt")
    assert (done.code, done.out, done.err) == (printed.code, "", "")
    written = (good.parent / "out.txt").read_text(encoding="utf-8")
    if "json" in arguments:
        assert json.loads(written).keys() == json.loads(printed.out).keys()
    else:
        assert timeless(written) == timeless(printed.out)
    assert sorted(path.name for path in good.parent.iterdir()) == ["good.parley", "out.txt"]


@pytest.mark.parametrize("target", ["none/out.txt", "folder", "good.parley/out.txt", "x" * 300])
@pytest.mark.parametrize("arguments", [CHECK, EVAL, SESSION, MATRIX, EXPLAIN])
def test_a_file_that_cannot_be_written_is_a_wrong_use(
    good: Path, parley: Parley, arguments: tuple[str, ...], target: str
) -> None:
    (good.parent / "folder").mkdir()
    done = parley(*arguments, "-o", target)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P506: ")
    assert sorted(path.name for path in good.parent.iterdir()) == ["folder", "good.parley"]
    assert good.read_text(encoding="utf-8") == GOOD


@pytest.mark.parametrize("failing", ["replace", "chmod"])
def test_a_write_that_fails_leaves_the_old_content(
    good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (good.parent / "out.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, failing, full)
    done = parley(*CHECK, "-o", "out.txt")
    assert done.code == 2
    assert "No space left on device" in done.err
    assert (good.parent / "out.txt").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in good.parent.iterdir()) == ["good.parley", "out.txt"]


def test_a_folder_that_may_not_be_written(good: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    locked = good.parent / "locked"
    locked.mkdir()
    (locked / "out.txt").write_text("old", encoding="utf-8")
    locked.chmod(0o500)
    done = process([*CHECK, "-o", "locked/out.txt"], good.parent)
    assert done.code == 2
    assert done.err.startswith("error P506: ")
    assert (locked / "out.txt").read_text(encoding="utf-8") == "old"


def test_a_wrong_use_writes_no_file(good: Path, parley: Parley) -> None:
    for arguments in (
        ("check", "none.parley"),
        (*CHECK, "--only", "zzz"),
        EVAL[:2],
        SESSION[:2],
        MATRIX[:3],
        ("explain", "P999"),
    ):
        assert parley(*arguments, "-o", "out.txt").code == 2
    assert [path.name for path in good.parent.iterdir()] == ["good.parley"]


@pytest.mark.parametrize("arguments", [CHECK, EVAL, SESSION, MATRIX, EXPLAIN, ("fmt", "--diff", "bad.parley")])
def test_color_when_asked_for_and_never_otherwise(
    good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (good.parent / "bad.parley").write_text(GOOD + "\n\n", encoding="utf-8")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\033[" not in parley(*arguments).out
    assert "\033[" not in parley(*arguments, "--color", "never").out
    colored = parley(*arguments, "--color", "always").out
    assert "\033[" in colored
    monkeypatch.setenv("NO_COLOR", "1")
    assert timeless(parley(*arguments, "--color", "always").out) == timeless(colored)


@pytest.mark.parametrize("no_color", [None, "", "1"])
def test_auto_colors_on_a_terminal_unless_no_color(
    good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, no_color: str | None
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert ("\033[" in parley(*EXPLAIN).out) == (not no_color)
    parley(*EXPLAIN, "-o", "out.txt")
    assert "\033[" not in (good.parent / "out.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [("check", "long.parley"), EVAL, SESSION, MATRIX, EXPLAIN])
def test_a_closed_pipe_is_no_error(good: Path, arguments: tuple[str, ...]) -> None:
    (good.parent / "long.parley").write_text(with_invariants(*["lower in supported"] * 20), encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [COMMAND, *arguments], cwd=good.parent, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["claims_of", "prove"])
def test_an_interruption_ends_with_130(good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"parley.{'checking' if name == 'claims_of' else 'proofs.prove'}.{name}", interrupted)
    done = parley(*CHECK, "-o", "out.txt")
    assert (done.code, done.out) == (130, "")
    assert done.err.strip() == "interrupted"
    assert [path.name for path in good.parent.iterdir()] == ["good.parley"]


LISTED = "import sys; from parley.cli.entry import run; run({}); print(*sorted(sys.modules), file=sys.__stderr__)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "absent", "present"),
    [
        (["--help"], {"z3", "lark", "parley.spec.parsing.parser"}, set[str]()),
        (["--version"], {"z3", "lark", "parley.spec.parsing.parser"}, set[str]()),
        (["explain", "P201"], {"z3", "lark", "parley.spec.parsing.parser"}, set[str]()),
        (["check", "faulty.parley"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["vectors", "faulty.parley", "--minimal", "--format", "c"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["score", "faulty.parley", "suite.csv"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["score", "good.parley", "no_such.csv"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["score", "good.parley", "faulty.csv"], {"z3"}, {"parley.vectors.read_suite"}),
        (["conform", "faulty.parley", "--", "true"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["conform", "faulty.parley", "--discover", "--", "true"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["conform", "good.parley", "--suite", "faulty.csv", "--", "true"], {"z3"}, {"parley.vectors.read_suite"}),
        (["trace", "faulty.parley", "log.txt"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["trace", "good.parley", "no_such.txt"], {"z3"}, {"parley.spec.parsing.parser"}),
        (["trace", "good.parley", "faulty.csv"], {"z3"}, {"parley.conformance.logs.reader"}),
        (["fmt", "good.parley"], {"z3"}, {"parley.spec.parsing.parser"}),
        ([*EVAL], {"z3"}, {"parley.model.evaluate"}),
        ([*EVAL, "--format", "json"], {"z3", "parley.proofs.verdict"}, {"parley.cli.eval.json"}),
        ([*SESSION], {"z3"}, {"parley.model.evaluate_session"}),
        ([*SESSION, "--format", "json"], {"z3", "parley.proofs.verdict"}, {"parley.cli.eval.json"}),
        ([*MATRIX], {"z3"}, {"parley.model.evaluate_session"}),
        ([*MATRIX, "--format", "json"], {"z3", "parley.proofs.verdict"}, {"parley.cli.matrix.json"}),
        (
            ["matrix", "--help"],
            {"z3", "lark", "parley.spec.parsing.parser", "parley.cli.fmt"},
            {"parley.cli.matrix.command"},
        ),
        ([*CHECK], set[str](), {"z3"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",  # pyright: ignore[reportUnknownArgumentType,reportUnknownLambdaType]
)
def test_what_is_not_needed_is_not_imported(
    good: Path, arguments: list[str], absent: set[str], present: set[str]
) -> None:
    (good.parent / "faulty.parley").write_text("policy {\n", encoding="utf-8")
    (good.parent / "faulty.csv").write_text("suported\n1.0\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LISTED.format(arguments)],
        cwd=good.parent,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert not absent & loaded
    assert present <= loaded


def test_the_version(folder: Path) -> None:
    done = process(["--version"], folder)
    assert (done.code, done.out, done.err) == (0, "parley 0.1.0\n", "")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["eval", "-h"], ["matrix", "-h"], ["fmt", "-h"], ["explain", "-h"]]
)
def test_help_names_the_command(parley: Parley, arguments: list[str]) -> None:
    done = parley(*arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: parley ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["prove"],
        ["--format", "json"],
        ["check", "--format", "xml"],
        ["check", "--fast"],
        ["explain"],
        ["eval"],
        ["matrix"],
    ],
)
def test_an_option_or_command_that_there_is_not(parley: Parley, arguments: list[str]) -> None:
    done = parley(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage: parley" in done.err


BAD = {
    "empty": b"",
    "comments": b"// one\n/// two\n// three\n",
    "zeros": b"\0" * 1000,
    "zero in a name": b"policy p\0 for I { }\n",
    "random": random.Random(1).randbytes(5000),
    "random text": bytes(random.Random(2).choices(range(32, 127), k=5000)),
    "not utf-8": b"// caf\xe9\n" + GOOD.encode(),
    "utf-16": GOOD.encode("utf-16"),
    "half a character": GOOD.encode() + b"\xe2\x82",
    "one long number": GOOD.replace("= 1 }", f"= {'9' * 1_000_000} }}").encode(),
    "terminal controls": b"policy \x1b[31mred\x1b[0m for I { }\n",
    "surrogates": b"policy \xed\xa0\x80 for I { }\n",
    "cut": GOOD.encode()[:-3],
}


LONG = {
    "one long line": b"(" * 10_000_000,
    "one long word": b"a" * 10_000_000,
    "one long string": b'use "' + b"x" * 10_000_000,
}
SOUND_LAYOUT = ("empty", "comments", "one long number")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*BAD, *LONG])
@pytest.mark.parametrize("command", ["check", "eval", "fmt"])
def test_bad_input_is_told_and_leaves_nothing(folder: Path, parley: Parley, command: str, kind: str) -> None:
    if (command == "eval" and kind in LONG) or (command == "fmt" and kind in SOUND_LAYOUT):
        pytest.skip("nothing new, or nothing wrong")
    bad = folder / "bad.parley"
    raw = {**BAD, **LONG}[kind]
    bad.write_bytes(raw)
    done = parley(command, bad.name)
    assert done.out == ""
    assert done.code == 2
    assert done.err.startswith("error P")
    assert len(done.err) < 20_000
    assert "\033" not in done.err
    assert "\0" not in done.err
    assert bad.read_bytes() == raw
    assert [path.name for path in folder.iterdir()] == ["bad.parley"]


def test_the_process_itself_prints_no_traceback(folder: Path) -> None:
    (folder / "bad.parley").write_bytes(BAD["random"])
    done = process(["check", "bad.parley", "none.parley", "."], folder)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("error P") == 3
    assert "Traceback" not in done.err


def test_a_terminal_without_unicode_gets_numbers(good: Path) -> None:
    done = process([*CHECK], good.parent, PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert "\\u2713 p.total" in done.out
