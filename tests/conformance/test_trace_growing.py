"""A log's file that is rotated or cut short while it is followed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from parley.cli.entry import run
from parley.following import follow
from parley.tracing import TraceResult
from suites import policy_of

RMI = policy_of("rmi", "rmm_1_0")
ONE = "SMC_RMI_VERSION 20000 > RMI_SUCCESS 20000 20000\n"
TWO = "SMC_RMI_VERSION 20000 > RMI_ERROR_INPUT\n"
TORN = "SMC_RMI_VERSION 10000 >"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What is done, one after the other, where a file has no more; then comes Ctrl-C."""

    def arrange(*todo: Callable[[], object]) -> None:
        left = list(todo)

        def pause(_: float) -> None:
            if not left:
                raise KeyboardInterrupt
            left.pop(0)()

        monkeypatch.setattr("parley.growing.time.sleep", pause)

    return arrange


def append(log: Path, text: str) -> Callable[[], object]:
    def more() -> None:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(text)

    return more


def rotate(log: Path, text: str, last: str = "") -> Callable[[], object]:
    """Another file takes the name; to the old one more is written before."""

    def rotated() -> None:
        append(log, last)()
        log.rename(log.with_suffix(".1"))
        log.write_text(text, encoding="utf-8")

    return rotated


def followed(log: Path) -> tuple[TraceResult, list[str]]:
    said: list[str] = []
    return follow(RMI, log, lambda _: None, anew=said.append), said


def firsts(result: TraceResult) -> Sequence[tuple[int, int]]:
    return [(one.first.number, one.count) for segment in result.log.segments for one in segment.exchanges]


def test_a_rotated_file_is_read_from_its_beginning(tmp_path: Path, steps: Callable[..., None]) -> None:
    log = tmp_path / "a.log"
    log.write_text(ONE, encoding="utf-8")
    steps(append(log, ONE), rotate(log, "noise\n" + TWO, last=ONE), append(log, ONE))
    result, said = followed(log)
    assert (result.code, firsts(result)) == (1, [(1, 4), (5, 1)])
    assert said == [f"`{log}` was replaced: it is read from its beginning; its lines count from 4"]


@pytest.mark.parametrize(("before", "after"), [("x" * 200 + "\n" + ONE, TWO), (ONE + TORN, "")])
def test_a_file_that_was_cut_short_is_read_from_its_beginning(
    tmp_path: Path, steps: Callable[..., None], before: str, after: str
) -> None:
    log = tmp_path / "a.log"
    log.write_text(before, encoding="utf-8")
    steps(lambda: log.write_text(after, encoding="utf-8"), append(log, TWO))
    result, said = followed(log)
    assert result.code == 1
    assert said == [f"`{log}` was cut short: it is read from its beginning; its lines count from 3"]


@pytest.mark.parametrize("end", [pytest.param("", marks=pytest.mark.slow), "\n"])
@pytest.mark.parametrize("rest", [" RMI_ERROR_INPUT 20000 20000\n", "RMI_SUCCESS 10000 20000\n"])
def test_no_line_goes_on_in_another_file(tmp_path: Path, steps: Callable[..., None], rest: str, end: str) -> None:
    log = tmp_path / "a.log"
    log.write_text(ONE + TORN + end, encoding="utf-8")
    steps(rotate(log, rest))
    result, _ = followed(log)
    assert firsts(result) == [(1, 1)]
    assert [one.line.number for one in result.log.first_unread] == [2]
    whole = tmp_path / "whole.log"
    whole.write_text(ONE + TORN + end, encoding="utf-8")
    steps(append(whole, rest))
    assert firsts(followed(whole)[0]) == [(1, 1), (2, 1)]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path, steps: Callable[..., None]) -> None:
    log = tmp_path / "a.log"
    log.write_text(ONE, encoding="utf-8")
    steps(log.unlink, lambda: os.mkfifo(log), log.unlink, log.mkdir, log.rmdir, lambda: log.write_text(TWO, "utf-8"))
    result, said = followed(log)
    assert (result.code, len(said)) == (1, 1)


def test_the_command_says_so_in_one_line(
    tmp_path: Path, steps: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a.log"
    log.write_text(ONE, encoding="utf-8")
    steps(rotate(log, ONE))
    assert run(["trace", "rmi", str(log), "--follow"]) == 0
    assert capsys.readouterr().err == (
        f"warning: `{log}` was replaced: it is read from its beginning; its lines count from 2\n"
    )
