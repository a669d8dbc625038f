"""Paths and values that cannot be meant: each is told with what is wrong and what to do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import COMMAND, Parley

CONFORM = ("conform", "good.parley")
LONG = "a" * 300
TRACE = ("trace", "good.parley", "empty.log")


@pytest.fixture(autouse=True)
def there(good: Path) -> None:
    folder = good.parent
    (folder / "empty.log").touch()
    (folder / "utf16").write_text("supported,requested,status\n1.0,1.0,OK\n", encoding="utf-16")
    (folder / "latin").write_bytes(b"supported,requested,status\n1.0,1.0,\xe9\n")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "linked").symlink_to("nofolder/out")
    (folder / "folder").mkdir()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "good.parley:p"], "a whole file is meant here: write `good.parley`; `parley check` chooses from it"),
        (["check", "rmi:rmm_1_0"], "a whole file is meant here: write `rmi`; `parley check` chooses from it"),
        (["eval", "good.parley:"], "nothing is named behind the colon: write `good.parley`"),
        (["check", "dangling"], "it is a link to `nowhere`, which is not there"),
        (["check", "good.parley", "--certify", ""], "Invalid value for '--certify': no folder is named."),
        (["export", "smtlib", "good.parley", ""], "Invalid value for 'DIR': no folder is named."),
        (["verify", ""], "Invalid value for 'DIR': no folder is named."),
        (["verify", "nowhere"], "there is no folder `nowhere`"),
        (["verify", "good.parley"], "`good.parley` is no folder"),
        (["list", "-o", "nofolder/out"], "cannot be written: there is no folder `nofolder`\n  help: make it first"),
        (["list", "-o", "linked"], "/nofolder`\n  help: make it first"),
        (["verify", LONG], "cannot be read: File name too long"),
        (["eval", LONG], "cannot be read: File name too long"),
        (["score", "good.parley", "--harness", LONG], "` is no plain file"),
        (["trace", "good.parley", ""], "cannot be read: no file is named"),
        (["score", "good.parley", "utf16"], "byte 0xff in line 1, byte 1 of it\n  help: it is UTF-16"),
        (["score", "good.parley", "latin"], "byte 0xe9 in line 2, byte 9 of it\n  help: save the file as UTF-8"),
        (["score", "good.parley", "good.parley"], "`good.parley` is a policy file, and no suite"),
        (["score", "good.parley", "--harness", "folder"], "`folder` is no plain file"),
        (["explain", "P54"], "the codes are P540, P541, P542\n"),
        ([*CONFORM, "--timeout", "nan", "--", "cat"], "error P504: --timeout nan: that is no number of seconds"),
        ([*CONFORM, "--", ""], "the program behind `--` has no name"),
        ([*TRACE], "`empty.log` has no line to judge: it is empty"),
        (["trace", "good.parley", "utf16"], "it is UTF-16, as some tools of Windows write it"),
        ([*TRACE, "--command", ""], "--command: no command is named"),
        ([*TRACE, "--by", ""], "--by: the pattern is empty"),
    ],
)
def test_what_is_wrong_is_told(parley: Parley, folder: Path, arguments: list[str], says: str) -> None:
    before = sorted(folder.iterdir())
    done = parley(*arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert sorted(folder.iterdir()) == before


def test_a_closed_input_is_no_log(parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bug: that was told as a defect of Parley's own."""
    monkeypatch.setattr("sys.stdin", None)
    done = parley("trace", "good.parley", "-")
    assert (done.code, "`-` cannot be read: standard input is closed" in done.err) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ["--help", "list --help", "--version"])
def test_help_that_cannot_be_written_is_no_defect(folder: Path, arguments: str) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    script = f"{COMMAND} {arguments} > /dev/full"
    done = subprocess.run(["bash", "-c", script], cwd=folder, check=False, timeout=60, capture_output=True, text=True)
    first = done.stderr.splitlines()[0]
    assert (done.returncode, first) == (2, "error P506: nothing more can be written: No space left on device")


@pytest.mark.slow
def test_whoever_reads_what_is_followed_may_have_seen_enough(folder: Path) -> None:
    """Bug: then it was the log that could not be read."""
    (folder / "log").write_text("SMC_I x\n", encoding="utf-8")
    piped = f"(cat log; sleep 1.5; cat log; sleep 0.5; cat log) | {COMMAND} trace good.parley - --follow | head -n 1"
    script = f"{piped}; echo ${{PIPESTATUS[1]}}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, check=False, timeout=60, capture_output=True, text=True)
    assert done.stdout.splitlines()[1:] == ["0"]
    assert done.stderr == ""
