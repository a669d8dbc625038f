"""Files and pipes: what `-o` writes into and what it replaces, and `-` wherever a file is read."""

from __future__ import annotations

import io
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from running import COMMAND, GOOD, Parley, process

EXPLAIN = ("explain", "P201")
ANSWER = ("--supported", "1.0", "--requested", "1.0")
SUITE = "supported,requested,status,lower\n1.0,1.0,OK,1.0\n"
NAMED_CALLERS = ["--host", "linux_kvm_v4"]


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---- what is written ------------------------------------------------------------------------------------


def test_a_pipe_gets_the_report_and_stays(folder: Path, parley: Parley) -> None:
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    done = parley(*EXPLAIN, "-o", "fifo")
    reader.join(10)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert read == [parley(*EXPLAIN).out]
    assert stat.S_ISFIFO(fifo.lstat().st_mode)
    assert names(folder) == ["fifo"]


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize(("minor", "code"), [(3, 0), (7, 2)], ids=["null", "full"])
def test_a_device_stays_a_device(folder: Path, parley: Parley, minor: int, code: int, link: bool) -> None:
    device = folder / "device"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
        device.open("wb").close()
    except PermissionError:
        pytest.skip("only root makes devices, and not everywhere")
    (folder / "link").symlink_to("device")
    done = parley(*EXPLAIN, "-o", "link" if link else "device")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("error P506: ") == bool(code)
    assert stat.S_ISCHR(device.lstat().st_mode)
    assert (folder / "link").is_symlink()
    assert names(folder) == ["device", "link"]


def test_a_socket_cannot_be_written_and_stays(folder: Path, parley: Parley) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        done = parley(*EXPLAIN, "-o", "socket")
        assert done.code == 2
        assert done.err.startswith("error P506: `socket` cannot be written: ")
        assert stat.S_ISSOCK((folder / "socket").lstat().st_mode)


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_standard_output_goes_on_where_it_is(folder: Path, name: str) -> None:
    """A file behind it is neither replaced nor cut: what others wrote there before and after stays."""
    (folder / "link").symlink_to("/dev/stdout")
    wanted = process([*EXPLAIN], folder).out
    command = f"echo before; {COMMAND} explain P201 -o {name}; echo behind"
    subprocess.run(["bash", "-c", f"({command}) > out.txt"], cwd=folder, check=True, timeout=60)
    assert (folder / "out.txt").read_text(encoding="utf-8") == f"before\n{wanted}behind\n"
    piped = subprocess.run(
        ["bash", "-c", f"({command}) | cat"], cwd=folder, check=True, timeout=60, capture_output=True
    )
    assert piped.stdout.decode() == f"before\n{wanted}behind\n"
    assert names(folder) == ["link", "out.txt"]


@pytest.mark.slow
def test_an_open_file_is_written_to_by_its_number(folder: Path) -> None:
    wanted = process([*EXPLAIN], folder).out
    script = (
        f"exec 7> out.txt; echo before >&7; {COMMAND} explain P201 -o /dev/fd/7; {COMMAND} explain P201 -o >(cat >&7)"
    )
    subprocess.run(["bash", "-c", f"{script}; wait; sleep 0.2"], cwd=folder, check=True, timeout=60)
    assert (folder / "out.txt").read_text(encoding="utf-8") == f"before\n{wanted}{wanted}"
    closed = process([*EXPLAIN, "-o", "/dev/fd/88"], folder)
    assert closed.code == 2
    assert closed.err.startswith("error P506: ")


def test_a_reader_that_has_seen_enough_is_no_error(good: Path) -> None:
    script = f"{COMMAND} check good.parley -o >(true); exit $?"
    done = subprocess.run(["bash", "-c", script], cwd=good.parent, check=False, timeout=60, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_standard_output_is_told(folder: Path) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full")
    done = subprocess.run(
        ["bash", "-c", f"{COMMAND} explain P201 > /dev/full"], cwd=folder, check=False, timeout=60, capture_output=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error P506: standard output cannot be written: No space left on device")
    closed = subprocess.run(["bash", "-c", f"{COMMAND} explain P201 >&- 2>&-"], cwd=folder, check=False, timeout=60)
    assert closed.returncode == 0


def test_links_are_followed_and_modes_kept(folder: Path, parley: Parley) -> None:
    (folder / "inner").mkdir()
    file = folder / "inner" / "out.txt"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o604)
    (folder / "second").symlink_to("inner/out.txt")
    (folder / "first").symlink_to("second")
    (folder / "dangling").symlink_to("inner/new.txt")
    wanted = parley(*EXPLAIN).out
    for name in ("first", "dangling"):
        assert parley(*EXPLAIN, "-o", name).code == 0
        assert (folder / name).is_symlink()
        assert (folder / name).read_text(encoding="utf-8") == wanted
    assert file.stat().st_mode & 0o7777 == 0o604
    assert names(folder) == ["dangling", "first", "inner", "second"]
    assert names(folder / "inner") == ["new.txt", "out.txt"]


def test_a_link_to_nowhere_and_a_loop_are_told(folder: Path, parley: Parley) -> None:
    (folder / "lost").symlink_to("no/such/folder")
    (folder / "loop").symlink_to("loop")
    for name in ("lost", "loop"):
        done = parley(*EXPLAIN, "-o", name)
        assert done.code == 2
        assert done.err.startswith("error P506: ")
    assert names(folder) == ["loop", "lost"]


def test_a_read_only_file_is_kept(folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "out.txt").write_text("old", encoding="utf-8")

    def denied(*_: object) -> bool:
        return False

    # Root may write anything; of others the system says so.
    monkeypatch.setattr(os, "access", denied)
    done = parley(*EXPLAIN, "-o", "out.txt")
    assert done.code == 2
    assert "it is read-only" in done.err
    assert (folder / "out.txt").read_text(encoding="utf-8") == "old"


def test_an_interruption_while_writing_leaves_nothing(
    folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (folder / "out.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", interrupted)
    assert parley(*EXPLAIN, "-o", "out.txt").code == 130
    assert (folder / "out.txt").read_text(encoding="utf-8") == "old"
    assert names(folder) == ["out.txt"]


@pytest.mark.parametrize("target", ["good.parley", "link", "other.parley", "./good.parley"])
@pytest.mark.parametrize("command", [("check", "good.parley"), ("eval", "good.parley:p", *ANSWER)])
def test_a_policy_file_is_never_replaced_by_a_report(
    good: Path, parley: Parley, command: tuple[str, ...], target: str
) -> None:
    (good.parent / "other.parley").write_text("// another", encoding="utf-8")
    (good.parent / "link").symlink_to("good.parley")
    before = {path.name: path.read_bytes() for path in good.parent.iterdir()}
    done = parley(*command, "-o", target)
    assert done.code == 2
    assert "is not replaced" in done.err
    assert {path.name: path.read_bytes() for path in good.parent.iterdir()} == before


def test_a_suite_and_a_log_are_not_replaced_by_a_report(good: Path, parley: Parley) -> None:
    (good.parent / "suite.csv").write_text(SUITE, encoding="utf-8")
    for command in (("score", "good.parley", "suite.csv"), ("trace", "good.parley", "suite.csv")):
        done = parley(*command, "-o", "suite.csv")
        assert (done.code, done.out) == (2, "")
        assert "this command reads it" in done.err
    assert (good.parent / "suite.csv").read_text(encoding="utf-8") == SUITE


def test_no_name_is_no_file(good: Path, parley: Parley) -> None:
    assert parley("check", "good.parley", "-o", "").code == 2
    assert names(good.parent) == ["good.parley"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["-", "fifo"])
def test_other_files_are_written_like_reports(good: Path, name: str) -> None:
    """The list of known failures, and `fmt`."""
    adapter = """import json, sys
for line in sys.stdin:
    print(json.dumps({"id": json.loads(line)["id"], "x0": "0x1", "x1": "0x5"}), flush=True)
"""
    (good.parent / "adapter.py").write_text(adapter, encoding="utf-8")
    os.mkfifo(good.parent / "fifo")
    run = f"{COMMAND} conform good.parley --supported 1.0 -o /dev/null --write-known-failures {name} -- {sys.executable} adapter.py"
    script = run if name == "-" else f"cat fifo & {run}; wait"
    done = subprocess.run(["bash", "-c", script], cwd=good.parent, check=False, timeout=60, capture_output=True)
    assert b"--supported 1.0 --requested" in done.stdout
    assert names(good.parent) == ["adapter.py", "fifo", "good.parley"]


# ---- what is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ["check", "-"],
        ["check", "-", "--format", "json"],
        ["check", "-", "-"],
        ["eval", "-", *ANSWER],
        ["eval", "-:p", *ANSWER],
        ["vectors", "-", "--format", "csv"],
        ["matrix", "--rmm", "-:p=1.0", "--rmm", "-:p=2.0", *NAMED_CALLERS],
        ["score", "-", "suite.csv"],
        ["score", "-:p", "suite.csv"],
        ["trace", "-", "log.json"],
        ["fmt", "-"],
        ["list", "-"],
        ["show", "-"],
        ["show", "-:p"],
    ],
    ids=" ".join,
)
def test_a_dash_is_standard_input(
    good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    (good.parent / "suite.csv").write_text(SUITE, encoding="utf-8")
    (good.parent / "log.json").write_text('{"x1": "0x10000", "x0": "0x0", "out": {"x1": "0x10000"}}\n', "utf-8")
    wanted = parley(*(part.replace("-:p", "good.parley:p") if part != "-" else "good.parley" for part in command))
    give(monkeypatch, GOOD)
    good.rename(good.parent / "moved")
    done = parley(*command)
    assert done.code == wanted.code
    if command[0] != "fmt":
        assert done.out.count("\n") == wanted.out.count("\n") > 0 or command[0] == "trace"
        assert done.err == wanted.err


@pytest.mark.parametrize("how", ["check /dev/stdin < good.parley", "cat good.parley | check /dev/stdin",
                                 "check <(cat good.parley)", "cat good.parley | check -", "check /dev/fd/0 < good.parley"])  # fmt: skip
def test_pipes_are_read_where_they_are(good: Path, how: str) -> None:
    script = how.replace("check", f"{COMMAND} check -q", 1)
    done = subprocess.run(["bash", "-c", script], cwd=good.parent, check=False, timeout=60, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_fault_of_standard_input_has_its_place(folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "policy {\n")
    assert "--> <stdin>:1:8" in parley("check", "-").err
    give(monkeypatch, "policy {\n")
    (fault,) = json.loads(parley("check", "-", "--format", "json").out)["diagnostics"]
    assert fault["place"] == {"file": "<stdin>", "line": 1, "column": 8}
    give(monkeypatch, "")
    assert parley("check", "-").err.startswith("error P501: ")


def test_a_use_in_standard_input_is_of_the_current_folder(
    good: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'use "good.parley"\npolicy q for I { case c otherwise { status = OK lower = 1.0 } }\n'
    give(monkeypatch, text)
    done = parley("check", "-")
    assert (done.code, done.err) == (0, "")
    piped = subprocess.run(
        ["bash", "-c", f"{COMMAND} check <(cat)"], input=text.encode(), cwd=good.parent, check=False, timeout=60
    )
    assert piped.returncode == 0
    give(monkeypatch, 'use "none.parley"\n')
    assert "there is no file `none.parley`" in parley("check", "-").err


@pytest.mark.parametrize("command", [("score", "-", "-"), ("trace", "-:p", "-")])
def test_standard_input_is_one_thing(
    folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    give(monkeypatch, GOOD)
    done = parley(*command)
    assert done.code == 2
    assert "`-` is given twice" in done.err


def test_a_refuted_claim_of_standard_input_is_replayed_from_there(
    folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, GOOD.replace("max supported", "requested"))
    assert "parley eval - --supported" in parley("check", "-").out


def test_a_closed_standard_input_is_told(folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{COMMAND} check - <&-"], cwd=folder, check=False, timeout=60, capture_output=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error P106: `<stdin>` cannot be read")


@pytest.mark.parametrize(("raw", "help_"), [(GOOD.encode("utf-16"), "UTF-16"), (b"\x7fELF\0\0\0\xff\xff", "no text")])
def test_what_is_no_utf_8_is_told_what_it_is(folder: Path, parley: Parley, raw: bytes, help_: str) -> None:
    (folder / "a.parley").write_bytes(raw)
    done = parley("check", "a.parley")
    assert done.code == 2
    assert done.err.startswith("error P105: ")
    assert help_ in done.err.partition("help: ")[2]


def test_fmt_prints_what_it_cannot_change_in_place(folder: Path) -> None:
    script = f"{COMMAND} fmt <(echo 'define f=true')"
    done = subprocess.run(["bash", "-c", script], cwd=folder, check=False, timeout=60, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"define f = true\n", b"")
