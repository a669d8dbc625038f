"""A log that grows: what is found is told as it comes, and Ctrl-C ends it with the report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from parley.cli.entry import run
from parley.conformance.logs.log import SeenMessage, UnreadLine
from parley.conformance.logs.verdict import ContradictedSegment
from parley.following import Finding, FoundSegment, follow
from parley.spec.diagnostics import Rejected
from suites import policy_of

RMI = policy_of("rmi", "rmm_1_0")
ONE = "SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000\n"
TWO = "SMC_RMI_VERSION 20000 > RMI_ERROR_INPUT\n"
RANGE = "Unsupported RMI ABI (v1.2 - v2.0) we want v1.3\n"
BOOT = "Booting RMM v.0.8.0\n"


class Told:
    """What is found, one thing after the other."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.more = threading.Event()

    def __call__(self, one: Finding) -> None:
        self.found.append(one)
        self.more.set()

    def wait(self) -> Finding:
        assert self.more.wait(20)
        self.more.clear()
        return self.found[-1]


def test_what_is_found_is_told_as_it_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = Told()
    codes: list[int] = []
    reader = threading.Thread(target=lambda: codes.append(follow(RMI, pipe, told).code))
    reader.start()
    with pipe.open("w", encoding="utf-8") as stream:
        stream.write(ONE + "RMI_VERSION is a word\n")
        stream.flush()
        unread = told.wait()
        assert isinstance(unread, UnreadLine)
        assert unread.line.number == 2
        stream.write(RANGE)
        stream.flush()
        lint = told.wait()
        assert isinstance(lint, SeenMessage)
        stream.write(TWO[:20])
        stream.flush()
        stream.write(TWO[20:] + ONE)
        stream.flush()
        found = told.wait()
        assert isinstance(found, FoundSegment)
        assert isinstance(found.verdict, ContradictedSegment)
        assert [one.first.number for one in found.verdict.exchanges] == [1, 4]
        assert "2.0 is supported" in found.verdict.why
        # Once for a boot.
        stream.write(TWO + BOOT + ONE)
        stream.flush()
        stream.write(BOOT + ONE + TWO)
        stream.flush()
        again = told.wait()
        assert isinstance(again, FoundSegment)
        assert (again.segment.boot, len(told.found)) == (3, 4)
    reader.join(20)
    assert codes == [1]


def test_lines_that_join_are_looked_at(tmp_path: Path) -> None:
    """The RMM's line alone is fine; with what the host says of it it is not."""
    log = tmp_path / "a.log"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    told = Told()
    reader = threading.Thread(target=follow, args=(RMI, pipe, told))
    reader.start()
    with pipe.open("w", encoding="utf-8") as stream:
        stream.write("SMC_RMI_VERSION 10000 > RMI_ERROR_INPUT\n")
        stream.flush()
        time.sleep(0.3)
        stream.write("Unsupported RMI ABI (v1.2 - v1.1) we want v1.0\n")
        stream.flush()
    reader.join(20)
    assert [type(one) for one in told.found] == [SeenMessage, FoundSegment]
    assert not log.exists()


def test_nothing_to_judge(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("noise\n", encoding="utf-8"))
    writer.start()
    with pytest.raises(Rejected, match="has no line to judge"):
        follow(RMI, pipe, Told())
    writer.join()


@pytest.mark.slow
def test_the_command_prints_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    for arguments, times in ([], 2), (["--format", "json"], 0), (["-o", str(tmp_path / "out.txt")], 0):
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe)
        writer = threading.Thread(target=lambda: pipe.write_text(ONE + RANGE + "RMI ABI!\n" + TWO, encoding="utf-8"))
        writer.start()
        assert run(["trace", "rmi", str(pipe), "--follow", *arguments]) == 1
        writer.join()
        out = capsys.readouterr().out
        assert out.count("no conforming RMM prints these 2 lines together") == times
        assert out.count("unread   ") == out.count("lint     ") == times
    assert "no conforming RMM" in (tmp_path / "out.txt").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("regular", [True, False])
def test_ctrl_c_ends_it_with_the_report(tmp_path: Path, regular: bool) -> None:
    log = tmp_path / "a.log"
    if regular:
        log.write_text(ONE, encoding="utf-8")
    else:
        os.mkfifo(log)
    command = [sys.executable, "-m", "parley", "trace", "rmi", str(log), "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        with log.open("a", encoding="utf-8") as stream:
            stream.write((ONE if not regular else "") + TWO)
            stream.flush()
            # It is flushed: it comes before the end.
            first = process.stdout.readline()
            assert first.startswith("contradiction    boot 1, from line 1: no conforming RMM prints these 2 lines")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (1, "")
    assert out.endswith("\ncontradiction: 2 version lines of 2 lines\n")
