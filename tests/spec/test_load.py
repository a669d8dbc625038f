"""Files: what cannot be read, what they do to each other, and texts that are far too large or deep."""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from parley.spec.diagnostics import Rejected
from parley.spec.files import LIBRARY
from parley.spec.load import Loader, library_names, locate
from parley.spec.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from parley.spec.diagnostics import Diagnostic
    from parley.spec.program import Program

INTERFACE = "interface I {\n    revision { a[63:0] }\n    output ok : bool\n}\n"
POLICY = "policy p for I {\n    case c otherwise { ok = true }\n}\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.parley").write_text(text, encoding="utf-8")


def load(path: Path | str) -> tuple[Program | None, list[Diagnostic]]:
    loader = Loader()
    return loader.load(str(path)), loader.problems


def refused(path: Path | str) -> Diagnostic:
    program, problems = load(path)
    assert program is None
    (problem,) = problems
    return problem


def load_text(text: str) -> tuple[Program | None, list[Diagnostic]]:
    loader = Loader()
    return loader.load_source(Source("test.parley", text), Path("/nowhere/test.parley")), loader.problems


# ---- the library ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", library_names())
def test_the_library_is_clean(name: str) -> None:
    program, problems = load(name)
    assert problems == []
    assert program is not None
    assert program.source.argument == name


def test_a_bare_name_is_the_librarys_before_it_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rmi").write_text("$", encoding="utf-8")
    (tmp_path / "mine").write_text(INTERFACE, encoding="utf-8")
    assert locate("rmi") == (LIBRARY / "rmi.parley", "rmi.parley")
    assert locate("./rmi") == (tmp_path / "rmi", "./rmi")
    assert load("mine")[1] == []


def test_an_unknown_name_gets_a_suggestion() -> None:
    near = refused("rmy")
    assert (near.code, near.message, near.place) == ("P502", "there is no file and no library policy `rmy`", None)
    assert near.help == "did you mean `rmi`?"
    assert "rmi, " in refused("completely_different").help


# ---- files that cannot be read --------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    problem = refused(tmp_path / "no.parley")
    assert (problem.code, problem.place) == ("P106", None)
    assert problem.message == f"there is no file `{tmp_path / 'no.parley'}`"


def test_a_directory(tmp_path: Path) -> None:
    problem = refused(tmp_path)
    assert problem.code == "P106"
    assert "is a directory" in problem.message
    assert f"{tmp_path}/policy.parley" in problem.help


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, secret=POLICY)
    (tmp_path / "secret.parley").chmod(0)
    assert "cannot be read: Permission denied" in refused(tmp_path / "secret.parley").message


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000, "a/" * 3000, "\udcff", "x\x1b[31m"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    problem = refused(name)
    assert problem.code in ("P106", "P502")
    # The message can be shown on any terminal.
    problem.message.encode("utf-8")
    assert problem.message.isprintable()


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "one.parley").symlink_to(tmp_path / "two.parley")
    (tmp_path / "two.parley").symlink_to(tmp_path / "one.parley")
    assert "cannot be read" in refused(tmp_path / "one.parley").message
    write(tmp_path, user='use "one.parley"\n')
    assert refused(tmp_path / "user.parley").code == "P110"


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "latin.parley"
    path.write_bytes(b"// one\n// caf\xe9\n")
    problem = refused(path)
    assert (problem.code, problem.place, problem.help) == ("P105", None, "save the file as UTF-8")
    assert problem.message.endswith("is not UTF-8: byte 0xe9 in line 2, byte 7 of it")
    path.write_bytes(b"\xef\xbb\xbf\n\xff")
    assert refused(path).message.endswith("byte 0xff in line 2, byte 1 of it")


def test_a_file_in_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "wide.parley"
    path.write_text(POLICY, encoding="utf-16")
    assert refused(path).code == "P105"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.parley"
    path.write_text("$", encoding="utf-8-sig")
    place = refused(path).place
    assert place is not None
    assert (place.line, place.column) == (1, 1)
    path.write_text(INTERFACE + POLICY, encoding="utf-8-sig")
    assert load(path)[1] == []


def test_line_ends_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "windows.parley"
    path.write_bytes((INTERFACE + POLICY.replace("true", "truth")).replace("\n", "\r\n").encode())
    place = refused(path).place
    assert place is not None
    assert (place.line, place.column) == (6, 29)
    assert Source("x", "a\r\nb\r\n").line(1) == "a"


# ---- files that use others ------------------------------------------------------------------------------


def test_a_used_file_that_is_missing_is_reported_at_its_use(tmp_path: Path) -> None:
    write(tmp_path, user='// first\nuse "no.parley"\n')
    problem = refused(tmp_path / "user.parley")
    assert problem.code == "P110"
    assert problem.message == f"there is no file `{tmp_path / 'no.parley'}`"
    assert problem.place is not None
    assert problem.place.line == 2


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ("use rmy", "the library has no `rmy`"),
        (f"use {'a' * 5000}", "the library has no"),
        ('use ""', "is a directory"),
        ('use "."', "is a directory"),
        ('use "a\0b"', "a\\x00b` cannot be read"),
        (f'use "{"a" * 5000}"', "cannot be read"),
        ('use "latin.parley"', "is not UTF-8"),
    ],
)
def test_what_cannot_be_used(use: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "latin.parley").write_bytes(b"\xe9")
    write(tmp_path, user=f"{use}\n")
    problem = refused(tmp_path / "user.parley")
    assert problem.code in ("P110", "P105")
    assert message in problem.message
    assert problem.place is not None
    assert problem.place.file == str(tmp_path / "user.parley")


def test_files_that_use_each_other(tmp_path: Path) -> None:
    write(tmp_path, a='\nuse "b.parley"\n', b='use "c.parley"\n', c='\n\nuse "b.parley"\n')
    problem = refused(tmp_path / "a.parley")
    b, c = (str(tmp_path / f"{name}.parley") for name in "bc")
    assert (problem.code, problem.message) == ("P111", f"these files use each other: {b} → {c} → {b}")
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == (c, 3)
    (other,) = problem.related
    assert (other.source.name, other.label) == (b, f"`{c}` is used here")


def test_a_file_that_uses_itself(tmp_path: Path) -> None:
    write(tmp_path, a='use "a.parley"\n')
    problem = refused(tmp_path / "a.parley")
    assert problem.code == "P111"
    assert problem.message.endswith("a.parley` uses itself")


def test_a_file_reached_on_two_ways_is_no_clash(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, base=INTERFACE, a='use "base.parley"\n' + POLICY, b='use "sub/../base.parley"\n')
    write(tmp_path, top='use "a.parley"\nuse "b.parley"\nuse "a.parley"\nscenario s for p { then ok }\n')
    program, problems = load(tmp_path / "top.parley")
    assert problems == []
    assert program is not None
    assert [*program.interfaces, *program.policies] == ["I", "p"]
    assert program.own_policies == []
    assert [scenario.name for scenario in program.own_scenarios] == ["s"]


def test_one_name_from_two_files(tmp_path: Path) -> None:
    write(tmp_path, a=INTERFACE, b="\n\ndefine I(r) = r == r\n", top='use "a.parley"\nuse "b.parley"\n' + POLICY)
    problem = refused(tmp_path / "top.parley")
    assert (problem.code, problem.message) == ("P112", "`I` arrives from two files")
    assert problem.place is not None
    assert problem.place.line == 2
    places = [related.source.place(related.span.start) for related in problem.related]
    assert [(place.file, place.line) for place in places] == [
        (str(tmp_path / "a.parley"), 1),
        (str(tmp_path / "b.parley"), 3),
    ]


def test_a_name_of_a_used_file_is_not_declared_again(tmp_path: Path) -> None:
    write(tmp_path, a=INTERFACE, top='use "a.parley"\n' + POLICY.replace("policy p", "policy I"))
    problem = refused(tmp_path / "top.parley")
    assert (problem.code, problem.message) == ("P202", "`I` is declared twice")
    assert problem.related[0].source.name == str(tmp_path / "a.parley")


@pytest.mark.parametrize("name", ["ok", "near"])
def test_a_define_is_not_hidden_by_the_interface_of_another_file(name: str, tmp_path: Path) -> None:
    write(
        tmp_path, a=INTERFACE.replace("}\n", "    define near(a, b)\n}\n", 2).replace("    define near(a, b)\n", "", 1)
    )
    write(tmp_path, top=f'use "a.parley"\ndefine {name}(r) = r == r\n' + POLICY)
    _, problems = load(tmp_path / "top.parley")
    assert [problem.code for problem in problems if problem.place and problem.place.line == 2] == ["P202"]


def test_a_fault_of_a_used_file_is_reported_once(tmp_path: Path) -> None:
    write(tmp_path, low="define f(r) = r == zz\ndefine g(r) = f(r)\n", a='use "low.parley"\n' + INTERFACE)
    write(tmp_path, top='use "low.parley"\nuse "a.parley"\n' + POLICY.replace("= true", "= g(1) and f(2)"))
    problem = refused(tmp_path / "top.parley")
    assert problem.place is not None
    assert problem.place.file == str(tmp_path / "low.parley")


def test_a_file_with_a_faulty_one_below_it_is_never_a_program(tmp_path: Path) -> None:
    write(tmp_path, low="define f(r) = zz\n", a='use "low.parley"\n', b='use "low.parley"\n', good=INTERFACE + POLICY)
    loader = Loader()
    assert loader.load(str(tmp_path / "a.parley")) is None
    assert loader.load(str(tmp_path / "b.parley")) is None
    assert loader.load(str(tmp_path / "low.parley")) is None
    assert loader.load(str(tmp_path / "good.parley")) is not None
    assert len(loader.problems) == 1


def test_a_literal_is_checked_against_the_format_that_it_is_used_with(tmp_path: Path) -> None:
    write(tmp_path, low="define old(r) = r < 1.0\n", a='use "low.parley"\n' + INTERFACE)
    assert load(tmp_path / "a.parley")[1] == []
    write(tmp_path, b='use "a.parley"\n' + POLICY.replace("= true", "= old(0x1)"))
    problem = refused(tmp_path / "b.parley")
    assert (problem.code, problem.source and problem.source.name) == ("P303", str(tmp_path / "low.parley"))


def test_a_scenario_sees_the_defines_of_its_policy(tmp_path: Path) -> None:
    write(tmp_path, a="define f(r) = r == r\n" + INTERFACE + POLICY)
    write(tmp_path, b='use "a.parley"\ndefine g(r) = r == r\nscenario s for p { then f(0x1) and g(0x1) }\n')
    problem = refused(tmp_path / "b.parley")
    assert (problem.code, problem.message) == ("P205", "`g` cannot be read here")


ASKED = INTERFACE.replace("    output", "    input req : revision\n    output")
HOST = "host h for I {\n    knows 0x1\n    start request 0x1\n    on ok => accept req\n    otherwise => give up\n}\n"
SESSION = "session s : h with p {\n    property a: accepted\n}\n"


def test_hosts_and_sessions_of_used_files(tmp_path: Path) -> None:
    write(tmp_path, a=ASKED + POLICY + HOST, b='use "a.parley"\n' + SESSION + "scenario v for s { then accepted }\n")
    write(tmp_path, c='use "a.parley"\nuse "b.parley"\nsession t : h with p { property a: gave_up }\n')
    write(tmp_path, top='use "c.parley"\nuse "b.parley"\nscenario w for s { then accepted and agreed == 0x1 }\n')
    program, problems = load(tmp_path / "top.parley")
    assert problems == []
    assert program is not None
    assert (list(program.hosts), list(program.sessions)) == (["h"], ["s", "t"])
    assert program.own_hosts == program.own_sessions == []
    assert sorted(scenario.name for scenario in program.scenarios) == ["v", "w"]
    assert [scenario.name for scenario in program.own_scenarios] == ["w"]
    below, _ = load(tmp_path / "c.parley")
    assert below is not None
    assert [session.name for session in below.own_sessions] == ["t"]


def test_one_session_from_two_files(tmp_path: Path) -> None:
    write(tmp_path, a=ASKED + POLICY + HOST, b='use "a.parley"\n' + SESSION, c='use "a.parley"\n' + SESSION)
    write(tmp_path, top='use "b.parley"\nuse "c.parley"\nscenario w for s { then zzz }\n')
    problem = refused(tmp_path / "top.parley")
    assert (problem.code, problem.message) == ("P112", "`s` arrives from two files")


def test_a_define_is_not_hidden_by_what_a_host_or_a_session_sees(tmp_path: Path) -> None:
    own = POLICY.replace("    case", "    define own = 0x1\n    case")
    write(tmp_path, a=ASKED + own, b='use "a.parley"\ndefine ok = 0x2\n' + HOST)
    problem = refused(tmp_path / "b.parley")
    assert (problem.code, problem.message) == ("P202", "`ok` is declared by the interface `I` already")
    write(tmp_path, c='use "a.parley"\ndefine own = 0x2\n' + HOST + SESSION)
    problem = refused(tmp_path / "c.parley")
    assert (problem.code, problem.message) == ("P202", "`own` is declared by the policy `p` already")
    assert problem.related[0].source.name == str(tmp_path / "a.parley")
    # Where the policy stands, it is the policy that is reported.
    write(tmp_path, d="define own = 0x2\n" + ASKED + own + HOST + SESSION)
    assert refused(tmp_path / "d.parley").message == "`own` is declared twice"


def test_a_name_of_hosts_that_a_used_file_takes(tmp_path: Path) -> None:
    write(tmp_path, a="define rounds = 3\n", b="define known = 0x1\n", c=ASKED + POLICY)
    write(tmp_path, d='use "a.parley"\nuse "c.parley"\n' + HOST + SESSION)
    write(tmp_path, e='use "b.parley"\nuse "c.parley"\n' + HOST + SESSION)
    for top, name, below, line in (("d", "rounds", "a", 9), ("e", "known", "b", 3)):
        problem = refused(tmp_path / f"{top}.parley")
        assert problem.place is not None
        assert (problem.code, problem.place.line) == ("P424", line)
        assert f"`{name}`" in problem.message
        assert problem.related[0].source.name == str(tmp_path / f"{below}.parley")


def test_what_is_wrong_with_a_used_define_is_said_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path, a="define old(r) = r < 1.0\n", b=ASKED + POLICY + HOST)
    for text in (
        HOST.replace("host h", "host g").replace("on ok", "on old(req)"),
        SESSION.replace("accepted", "old(req)"),
    ):
        write(tmp_path, top='use "a.parley"\nuse "b.parley"\n' + text)
        problem = refused(tmp_path / "top.parley")
        assert (problem.code, problem.source and problem.source.name) == ("P303", str(tmp_path / "a.parley"))


@pytest.mark.parametrize("text", [HOST.replace("=>", "->", 1), HOST.replace("host h for I", "host h")])
def test_a_broken_host_of_a_used_file_is_reported_once(text: str, tmp_path: Path) -> None:
    write(tmp_path, a=ASKED + POLICY + text)
    write(tmp_path, top='use "a.parley"\n' + SESSION + "scenario w for s { then zzz }\n")
    problem = refused(tmp_path / "top.parley")
    assert problem.source is not None
    assert problem.source.name == str(tmp_path / "a.parley")


def test_a_source_that_was_read_already_counts_as_its_file(tmp_path: Path) -> None:
    write(tmp_path, a="$", b='use "a.parley"\n' + POLICY)
    loader = Loader()
    assert loader.load_source(Source("a.parley", INTERFACE), tmp_path / "a.parley") is not None
    assert loader.load(str(tmp_path / "b.parley")) is not None


def test_locate_raises_what_load_reports() -> None:
    with pytest.raises(Rejected, match="there is no file and no library policy"):
        locate("nothing_of_this_name")


# ---- too much -------------------------------------------------------------------------------------------


def define(formula: str) -> str:
    return f"define f(a, b) = {formula}\n"


DEEP = {
    "parentheses": "(" * 500 + "a == b" + ")" * 500,
    "not": "not " * 500 + "a == b",
    "implies": "a == b implies " * 500 + "a == b",
    "iff": "a == b iff (" * 500 + "a == b" + ")" * 500,
    "and or": "a == b and (a == b or (" * 250 + "a == b" + "))" * 250,
    "quantifiers": "".join(f"some r{n} in a: " for n in range(500)) + "b in a",
    "if then": "if a == b then " * 500 + "a" + " else b" * 500,
    "else if": "if a == b then a else " * 500 + "a",
    "if if": "if " * 500 + "a == b" + " then a else b == b" * 500,
    "sets": "a in " + "{" * 500 + "a" + "}" * 500,
    "max": "a == " + "max {" * 500 + "a" + "}" * 500,
    "max where": "a == " + "".join(f"max r{n} in b where r{n} == " for n in range(500)) + "a",
    "fields": "a" + ".x" * 500 + " == b",
    "slices": "a" + "[1:0]" * 500 + " == b",
    "with": "a" + " with { x = 1 }" * 500 + " == b",
    "with in with": "a with { x = " * 500 + "1" + " }" * 500 + " == b",
    "calls": "g(" * 500 + "a" + ")" * 500,
    "open parentheses": "(" * 500 + "a",
    "open sets": "{" * 500 + "a",
    "behind a chain": "a == b or a == b or " + "(" * 500 + "a" + ")" * 500,
    "behind another chain": "a == b and a == b and " + "{" * 500 + "a" + "}" * 500 + " is empty",
    "closed parentheses": "a" + ")" * 500,
}


@pytest.mark.parametrize("times", [1, 40], ids=["500", "20,000"])
@pytest.mark.parametrize("formula", DEEP.values(), ids=DEEP.keys())
def test_deep_formulas_are_handled_or_refused(formula: str, times: int) -> None:
    """Once as it is, once forty times as deep: neither is an error of Python's."""
    if times > 1:
        formula = formula.replace("(", "(" * times).replace(")", ")" * times).replace("not ", "not " * times)
        formula = formula.replace("{", "{" * times).replace("}", "}" * times).replace(".x", ".x" * times)
    program, problems = load_text(define(formula) + INTERFACE + POLICY)
    if program is None:
        assert [problem.code for problem in problems if problem.code == "P103"] == ["P103"] or problems[0].code < "P103"
        assert len(problems) == 1


def test_five_hundred_parentheses_are_no_depth() -> None:
    assert load_text(define(DEEP["parentheses"]))[1] == []


@pytest.mark.slow
@pytest.mark.parametrize("word", ["and", "or"])
def test_a_flat_chain_is_no_depth(word: str) -> None:
    assert load_text(define(f" {word} ".join(["a == b"] * 10_000)))[1] == []
    assert load_text(define("a in {" + ", ".join(["b"] * 10_000) + "}"))[1] == []


def test_numbers_of_thousands_of_digits() -> None:
    digits = "9" * 5000
    for text in (f"a == {digits}", f"a == 0x{digits}", f"a[{digits}] == 1"):
        _, (problem,) = load_text(define(text))
        assert problem.code in ("P303", "P403")
        assert len(problem.message) < 100
    assert load_text(define(f"a == {digits}.{digits}"))[1] == []
    _, (problem,) = load_text(INTERFACE.replace("63:0", f"{digits}:0"))
    assert problem.code == "P403"
    _, (problem,) = load_text(INTERFACE.replace(": bool", f": {{ A = {digits} }}"))
    assert problem.code == "P303"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("piece", "size"),
    [(piece, 10_000_000) for piece in ("a", "9", "(", " ")] + [(piece, 1_000_000) for piece in '}{"/\0$'],
)
def test_megabytes_on_one_line(piece: str, size: int) -> None:
    _, problems = load_text(piece * size)
    assert len(problems) == (0 if piece in " /" else 1)
    for problem in problems:
        assert len(problem.message) < 100
        assert problem.place is not None
        assert problem.place.line == 1


def test_random_bytes(tmp_path: Path) -> None:
    chance = random.Random(20240)
    path = tmp_path / "noise.parley"
    for size in (0, 1, 10, 1000, 100_000):
        path.write_bytes(chance.randbytes(size))
        program, problems = load(path)
        assert (program is None) == bool(problems)
        path.write_bytes(bytes(byte & 0x7F for byte in chance.randbytes(size)))
        program, problems = load(path)
        assert (program is None) == bool(problems)


def test_nul_bytes_are_told_by_their_number() -> None:
    _, (problem,) = load_text("policy \0 for I {}")
    assert problem.message == "the character `\\x00` has no meaning here"


@pytest.mark.slow
@pytest.mark.parametrize("count", [1000, 2500])
def test_a_long_chain_of_defines_is_refused(count: int) -> None:
    down = "define f0(a) = a == a\n" + "".join(f"define f{n + 1}(a) = f{n}(a)\n" for n in range(count))
    for text in (down, "".join(reversed(down.splitlines(keepends=True)))):
        _, (problem,) = load_text(text + INTERFACE + POLICY.replace("= true", f"= f{count}(1)"))
        assert (problem.code, problem.message) == (
            "P418",
            "`f199` is too large with the `define`s that it uses put in",
        )


@pytest.mark.slow
def test_a_long_loop_of_defines_is_refused() -> None:
    text = "".join(f"define f{n}(a) = f{(n + 1) % 5000}(a)\n" for n in range(5000))
    _, (problem,) = load_text(text)
    assert problem.code == "P207"
    assert problem.message.startswith("`f0` is defined by itself, through `f1`, `f2`")
    assert len(problem.message) < 200


@pytest.mark.parametrize("body", ["f{0}(a) and f{0}(a)", "f{0}(a) or f{0}(a) or f{0}(a)"])
def test_defines_that_double_are_refused_quickly(body: str) -> None:
    text = "define f0(a) = a == a\n" + "".join(f"define f{n + 1}(a) = {body.format(n)}\n" for n in range(40))
    start = time.perf_counter()
    _, (problem,) = load_text(text + INTERFACE + POLICY.replace("= true", "= f40(1)"))
    assert problem.code == "P418"
    assert time.perf_counter() - start < 2


def test_arguments_that_double_are_refused_quickly() -> None:
    """The body is small, but each argument stands in it three times."""
    text = "define three(a) = if a == a then a else a\n"
    _, (problem,) = load_text(text + INTERFACE + POLICY.replace("= true", f"= {'three(' * 40}1{')' * 40} == 1"))
    assert (problem.code, problem.place and problem.place.line) == ("P418", 7)
    _, problems = load_text(text + INTERFACE + POLICY.replace("= true", f"= {'three(' * 5}1{')' * 5} == 1"))
    assert problems == []


@pytest.mark.slow
def test_a_long_chain_of_policies() -> None:
    def chain(names: list[int]) -> str:
        return "".join(POLICY.replace("p for I", f"p{n} for I refines p{n - 1}" if n else "p0 for I") for n in names)

    for names in (list(range(1000)), list(range(1000))[::-1]):
        program, problems = load_text(INTERFACE + chain(names))
        assert problems == []
        assert program is not None
        last = program.policies["p999"]
        assert last.refines is program.policies["p998"]
        assert last == last and hash(last)


GROWING: dict[str, Callable[[int], str]] = {
    "policies": lambda n: INTERFACE + "".join(POLICY.replace("policy p", f"policy p{i}") for i in range(n)),
    "scenarios": lambda n: INTERFACE + POLICY + "".join(f"scenario s{i} for p {{ then ok }}\n" for i in range(n)),
    "defines": lambda n: "".join(f"define f{i}(a) = a == {i}\n" for i in range(n)) + INTERFACE + POLICY,
    "uses of defines": lambda n: "define f(a) = a == a\n" + INTERFACE.replace(
        ": bool\n", ": bool\n" + "".join(f"invariant i{i}: f(1)\n" for i in range(n))),
    "cases": lambda n: INTERFACE + "policy p for I {\n" + "".join(
        f"case c{i} when true {{ ok = true }}\n" for i in range(n)) + "}\n",
    "outputs": lambda n: "interface I { revision { a[63:0] }\n" + "".join(f"output o{i} : bool\n" for i in range(n))
        + "}\npolicy p for I {\n" + "".join(f"o{i} = o{i + 1}\n" for i in range(n - 1)) + f"o{n - 1} = true\n"
        "case c otherwise {} }\n",
    "values": lambda n: INTERFACE.replace(": bool", f": {{ {', '.join(f'V{i} = {i}' for i in range(n))} }}")
        + POLICY.replace("true", f"V{n - 1}"),
    "conjuncts": lambda n: define(" and ".join(["a == b"] * n)),
    "unknown names": lambda n: "".join(f"define f{i}(a) = a == unknown{i}\n" for i in range(n)),
    "unknown policies": lambda n: "".join(f"scenario s for p{i} {{ then ok }}\n" for i in range(n)),
    "faults of syntax": lambda n: "".join(f"define f{i}(a) = $\n" for i in range(n)),
    "comments": lambda n: "// words\n/// of a doc\n" * n + INTERFACE,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("make", GROWING.values(), ids=GROWING.keys())
def test_time_grows_with_the_text_and_not_with_its_square(make: Callable[[int], str]) -> None:
    def seconds(count: int) -> float:
        text = make(count)
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            load_text(text)
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(250), seconds(2000)
    # Eight times the text; sixty-four times the time would be its square.
    assert large < 24 * small + 0.05
