"""A project's file as it stands: its macro means what it means, each length of its table, and a second call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from checkers import failing, needs_esbmc, needs_gcc, run_esbmc
from parley.naming import find_policy
from parley.vectors.export.c_language import C
from parley.vectors.export.c_telling import telling
from test_harness_shapes import FOLDERS, STAND_IN, compiled, harness, of_recipe

RIGHT = (STAND_IN / "runtime/rmi/mended.c").read_text(encoding="utf-8")
ANSWERED = "\tassert(res->x[1] <= res->x[2]);\n"
ALWAYS = f"\tif (requested == MAKE_RMI_REVISION(1, 1))\n\t\tres->x[0] = RMI_SUCCESS;\n{ANSWERED}"
ALONE = f"\tif (ARRAY_SIZE(rmi_revisions_supported) < 2)\n\t\tres->x[1] = 0;\n{ANSWERED}"
ASCENDING = f"""
	for (unsigned int i = 1; i < ARRAY_SIZE(rmi_revisions_supported); i++)
		assert(rmi_revisions_supported[i - 1] < rmi_revisions_supported[i]);
{ANSWERED}"""
ONCE = f"\tstatic int calls;\n\n\tif (calls++)\n\t\tres->x[1] = 0;\n{ANSWERED}"
OLD = "static const unsigned long retired[] = {\n\tMAKE_RMI_REVISION(1, 0),\n};\n\nvoid smc_version("
TWO = RIGHT.replace("MAKE_RMI_REVISION(2, 0),", "MAKE_RMI_REVISION(2, 0), MAKE_RMI_REVISION(2, 1),")


def written(folder: Path, instead: str) -> str:
    """The option that takes the file that conforms, with other statements at its end."""
    text = RIGHT.replace(ANSWERED, instead)
    assert text != RIGHT
    return taken(folder, text)


def taken(folder: Path, text: str) -> str:
    (folder / "other.c").write_text(text, encoding="utf-8")
    return f'-DIMPLEMENTATION="{folder / "other.c"}"'


def judged(folder: Path, entries: int, *options: str) -> tuple[bool, str]:
    (folder / "harness.c").write_text(harness(of_recipe(3)), encoding="utf-8")
    run = [str(folder / "harness.c"), *FOLDERS, "--unwind", str(entries + 1), f"-DENTRIES={entries}", "--boolector"]
    return run_esbmc(STAND_IN, *run, *options)


@needs_gcc
def test_a_macro_means_elsewhere_what_it_means_or_does_not_compile(tmp_path: Path) -> None:
    text = harness(of_recipe(3))
    used = written(tmp_path, ALWAYS)
    refused = compiled(tmp_path, text, *FOLDERS, used)
    assert "error: expected expression" in refused
    assert "compile with -DOTHER_USES" in refused
    assert compiled(tmp_path, text, *FOLDERS, used, "-DOTHER_USES") == ""
    # Another table made by the macro would be one of zeros.
    other = taken(
        tmp_path, RIGHT.replace("void smc_version(", OLD).replace("res->x[1] = n", "(void)retired, res->x[1] = n")
    )
    assert "error: " in compiled(tmp_path, text, *FOLDERS, other)
    assert compiled(tmp_path, text, *FOLDERS, other, "-DOTHER_USES") == ""


@needs_gcc
def test_a_table_has_the_size_that_is_asked_for_whatever_the_file_has(tmp_path: Path) -> None:
    text = harness(of_recipe(3))
    two = taken(tmp_path, TWO)
    for size in (1, 2, 3):
        assert compiled(tmp_path, text, *FOLDERS, two, f"-DENTRIES={size}", "-Wno-override-init") == ""
    # Only the first makes room here.
    assert "error: " in compiled(tmp_path, text, *FOLDERS, two, "-DENTRIES=1", "-DOTHER_USES")
    plain = taken(tmp_path, RIGHT.replace("MAKE_RMI_REVISION(2, 0)", "0x20000"))
    assert "has_ENTRIES_revisions" in compiled(tmp_path, text, *FOLDERS, plain)


@pytest.mark.slow
@needs_esbmc
def test_what_the_macro_is_elsewhere_is_judged(tmp_path: Path) -> None:
    holds, said = judged(tmp_path, 2, written(tmp_path, ALWAYS), "-DOTHER_USES")
    assert not holds
    assert "parley: requested 1.1 (0x10001)" in said
    assert "parley: answered status RMI_SUCCESS (0x0)" in said


@pytest.mark.slow
@needs_esbmc
def test_each_length_is_judged_for_itself(tmp_path: Path) -> None:
    """One that is wrong where one revision is supported, and one that says that its table has no revision twice."""
    alone = written(tmp_path, ALONE)
    assert [judged(tmp_path, entries, alone)[0] for entries in (1, 2)] == [False, True]
    assert judged(tmp_path, 3, written(tmp_path, ASCENDING))[0]


@pytest.mark.slow
@needs_esbmc
def test_a_call_before_makes_no_difference(tmp_path: Path) -> None:
    holds, said = judged(tmp_path, 1, written(tmp_path, ONCE))
    assert not holds
    assert re.search(r"^parley: first requested (\d+\.\d+ \(0x\w+\)|0x\w+)$", said, re.MULTILINE)


@pytest.mark.slow
@needs_esbmc
def test_words_that_are_told_are_those_that_were_asked(tmp_path: Path) -> None:
    """A request with reserved bits does not look like one without, also where the handler's own assertion fails."""
    own = "\tassert(requested >> 31 == 0 || requested >> 63 == 0);\n"
    holds, said = judged(tmp_path, 1, written(tmp_path, own))
    assert (holds, failing(said)) == (False, {"assertion requested >> 31 == 0 || requested >> 63 == 0"})
    (*_, told) = re.findall(r"^parley: (?:first )?requested (.*)$", said, re.MULTILINE)
    assert re.fullmatch(r"0x[89a-f]\w{15}", told)


def test_a_name_is_told_as_one() -> None:
    told = telling(C(find_policy("psci:smccc")[1], prefix=""))
    assert '"parley: answered version %s (0x%llx)\\n"' in told
    assert '"NOT_SUPPORTED"' in told
