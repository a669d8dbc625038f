"""`parley fmt`: files in place, `--check`, `--diff`, standard input; what is faulty is left alone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from running import GOOD, Parley

UGLY = GOOD.replace("        lower  = requested", "  lower=requested // as asked").replace(
    "    case known", "case   known"
)
TIDY = GOOD.replace("lower  = requested", "lower  = requested // as asked")
FAULTY = b"policy {\n"


@pytest.fixture
def ugly(folder: Path) -> Path:
    path = folder / "ugly.parley"
    path.write_text(UGLY, encoding="utf-8")
    return path


def give(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))


def test_a_file_is_laid_out_in_place(ugly: Path, parley: Parley) -> None:
    ugly.chmod(0o640)
    done = parley("fmt", ugly.name)
    assert (done.code, done.out, done.err) == (0, "", "ugly.parley formatted\n")
    once = ugly.read_text(encoding="utf-8")
    assert once.split() == TIDY.split()
    assert once != UGLY
    assert ugly.stat().st_mode & 0o777 == 0o640
    again = parley("fmt", ugly.name)
    assert (again.code, again.out, again.err) == (0, "", "")
    assert ugly.read_text(encoding="utf-8") == once
    assert [path.name for path in ugly.parent.iterdir()] == ["ugly.parley"]


def test_check_changes_nothing_and_tells(ugly: Path, good: Path, parley: Parley) -> None:
    done = parley("fmt", "--check", ugly.name, good.name)
    assert (done.code, done.out, done.err) == (1, "", "ugly.parley would be formatted\n")
    assert ugly.read_text(encoding="utf-8") == UGLY
    assert parley("fmt", "--check", good.name).code == 0
    quiet = parley("fmt", "--check", "-q", ugly.name)
    assert (quiet.code, quiet.out, quiet.err) == (1, "", "")


def test_diff_prints_the_change_and_makes_none(ugly: Path, good: Path, parley: Parley) -> None:
    done = parley("fmt", "--diff", ugly.name, good.name)
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("--- ugly.parley\n+++ ugly.parley (formatted)\n@@ ")
    assert "-case   known when requested in supported {\n+    case known when requested in supported {\n" in done.out
    assert ugly.read_text(encoding="utf-8") == UGLY
    same = parley("fmt", "--diff", good.name)
    assert (same.code, same.out, same.err) == (0, "", "")


def test_diff_shows_a_missing_line_end(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_text(GOOD.rstrip("\n"), encoding="utf-8")
    done = parley("fmt", "--diff", "a.parley")
    assert done.code == 1
    assert done.out.endswith("-}\n\\ no line end at the end of the file\n+}\n")


def test_line_ends_of_windows_and_a_byte_order_mark_are_normalised(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert parley("fmt", "--check", "a.parley").code == 1
    assert parley("fmt", "a.parley").code == 0
    assert (folder / "a.parley").read_bytes() == GOOD.encode()


def test_a_dash_formats_standard_input(folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, UGLY.encode())
    done = parley("fmt", "-")
    assert (done.code, done.err) == (0, "")
    assert done.out.split() == TIDY.split()
    give(monkeypatch, done.out.encode())
    assert parley("fmt", "-").out == done.out
    give(monkeypatch, UGLY.encode())
    assert parley("fmt", "--check", "-").code == 1
    give(monkeypatch, UGLY.encode())
    assert parley("fmt", "--diff", "-").out.startswith("--- -\n")


@pytest.mark.parametrize(("raw", "says"), [(FAULTY, "<stdin>:1:8"), (b"// \xff\n", "`<stdin>` is not UTF-8")])
def test_faulty_standard_input_is_told(
    folder: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch, raw: bytes, says: str
) -> None:
    give(monkeypatch, raw)
    done = parley("fmt", "-")
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.parametrize("raw", [FAULTY, b"\xff\xfe", b"\0", b"// nothing\n/*", b'use "', b"interface I { ~ }\n"])
@pytest.mark.parametrize("option", [[], ["--check"], ["--diff"]])
def test_a_faulty_file_is_left_alone_and_others_are_formatted(
    ugly: Path, parley: Parley, raw: bytes, option: list[str]
) -> None:
    faulty = ugly.parent / "faulty.parley"
    faulty.write_bytes(raw)
    done = parley("fmt", *option, faulty.name, ugly.name)
    assert done.code == 2
    assert done.err.startswith("error P1")
    assert faulty.read_bytes() == raw
    assert (ugly.read_text(encoding="utf-8") == UGLY) == bool(option)


def test_a_file_that_cannot_be_written_stays_as_it_was(
    ugly: Path, parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    done = parley("fmt", ugly.name)
    assert done.code == 2
    assert (
        done.err
        == "error P506: `ugly.parley` cannot be written: No space left on device\n  help: choose another file\n\n"
    )
    assert ugly.read_text(encoding="utf-8") == UGLY
    assert [path.name for path in ugly.parent.iterdir()] == ["ugly.parley"]


def test_a_link_stays_a_link(ugly: Path, parley: Parley) -> None:
    link = ugly.parent / "link.parley"
    link.symlink_to(ugly.name)
    assert parley("fmt", "link.parley").code == 0
    assert link.is_symlink()
    assert ugly.read_text(encoding="utf-8") != UGLY


@pytest.mark.parametrize("name", ["none.parley", ".", "a\nb"])
def test_what_is_no_file_is_a_wrong_use(folder: Path, parley: Parley, name: str) -> None:
    done = parley("fmt", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P106: ")


def test_without_a_file_it_is_a_wrong_use(parley: Parley) -> None:
    assert parley("fmt").code == 2


def test_comments_alone_are_kept(folder: Path, parley: Parley) -> None:
    (folder / "a.parley").write_text("// one\n\n/// two\n", encoding="utf-8")
    (folder / "b.parley").write_text("", encoding="utf-8")
    assert parley("fmt", "a.parley", "b.parley").code in (0, 2)
    assert "// one" in (folder / "a.parley").read_text(encoding="utf-8")
    assert (folder / "b.parley").read_text(encoding="utf-8") == ""
