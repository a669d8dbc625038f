"""Harnesses of other shapes: a project's file as it stands, any call, tables of any size, one build."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest
from checkers import GCC, failing, needs_esbmc, needs_gcc, run_esbmc
from parley.harnesses import harness_shape, recipes
from parley.spec.diagnostics import Rejected
from parley.vectors.export import SHAPED, NotExportable
from parley.vectors.export.c_harness import Shape
from suites import policy_in, policy_of, suite_of
from tricky import TRICKY

STAND_IN = Path(__file__).parent.parent / "stand_in"
FOLDERS = ["-I.", "-Ilib/common/include", "-Ilib/smc/include", "-Iruntime/include"]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
INTRINSICS = [
    "-D__CPROVER__",
    "-D__CPROVER_assume(holds)=((void)(holds))",
    "-D__CPROVER_assert(holds,says)=((void)(holds))",
]
SMC = {
    "call": "smc_version(x1, &res)",
    "declares": "struct smc_result res",
    "reads": "x0=res.x[0],x1=res.x[1],x2=res.x[2]",
    "headers": ["smc-handler.h"],
}


def harness(shape: Shape, build: list[str] | None = None) -> str:
    policy = policy_of("rmm_1_0_strict", "rmm_1_0_strict") if build is None else policy_of("rmi", "rmm_1_0")
    suite = suite_of(policy)
    config = None if build is None else {"supported": [*build]}
    return SHAPED["cbmc"](msgspec.structs.replace(suite, config=config), policy, shape)


def of_recipe(revisions: int) -> Shape:
    return harness_shape(policy_of("rmi", "rmm_1_0"), symbolic=revisions, recipe="tf-rmm")


def compiled(folder: Path, text: str, *options: str) -> str:
    """What gcc complains of."""
    (folder / "harness.c").write_text(text)
    command = [GCC or "gcc", *STRICT, *INTRINSICS, *options, "-c", str(folder / "harness.c"), "-o", "/dev/null"]
    done = subprocess.run(command, cwd=STAND_IN, capture_output=True, text=True, timeout=60, check=False)
    return done.stderr


@needs_gcc
@pytest.mark.parametrize("options", [["-DSMALL"], ["-DAS_BUILT", "-DCOVER"]])
def test_a_file_as_it_stands_compiles_without_warnings(tmp_path: Path, options: list[str]) -> None:
    assert compiled(tmp_path, harness(of_recipe(3)), *FOLDERS, *options) == ""


@pytest.mark.slow
@needs_esbmc
@pytest.mark.parametrize("revisions", range(2, 7))
@pytest.mark.parametrize("file", ["version", "mended"])
def test_every_table_of_a_file_as_it_stands(tmp_path: Path, file: str, revisions: int) -> None:
    (tmp_path / "harness.c").write_text(harness(of_recipe(revisions)))
    options = [*FOLDERS, f'-DIMPLEMENTATION="runtime/rmi/{file}.c"', "--unwind", str(revisions + 1), "--boolector"]
    holds, said = run_esbmc(STAND_IN, str(tmp_path / "harness.c"), *options)
    failed = failing(said)
    assert holds == (file == "mended"), said[-3000:]
    assert failed == (set() if holds else {"older: lower = max r in supported where r < requested"})


@pytest.mark.slow
@needs_esbmc
def test_the_counterexample_that_is_told_is_one(tmp_path: Path) -> None:
    """The values are those that fail, though they may have nothing to do with the assertion."""
    (tmp_path / "harness.c").write_text(harness(of_recipe(3)))
    _, said = run_esbmc(STAND_IN, str(tmp_path / "harness.c"), *FOLDERS, "--unwind", "4", "--boolector", "-DSMALL")
    told = re.findall(r"^parley: (.*) \d+\.\d+ \((\w+)\)$", said, re.MULTILINE)
    supported = [int(word, 16) for what, word in told if what == "supported"]
    (requested,) = (int(word, 16) for what, word in told if what == "requested")
    assert len(supported) == 3
    assert supported == sorted(supported)
    assert requested not in supported
    assert supported[0] < requested < supported[-1]
    assert all(word >> 16 < 4 and word & 0xFFFF < 8 for word in supported)
    assert [int(word, 16) for what, word in told if what.startswith("answered")] == [supported[-1]] * 2
    assert "parley: answered status RMI_ERROR_INPUT (0x1)" in said


@pytest.mark.slow
@needs_esbmc
def test_as_built_nothing_fails_and_every_cover_is_reached(tmp_path: Path) -> None:
    (tmp_path / "harness.c").write_text(harness(of_recipe(3)))
    run = [str(tmp_path / "harness.c"), *FOLDERS, "--unwind", "4", "--boolector"]
    assert run_esbmc(STAND_IN, *run, "-DAS_BUILT")[0]
    covers = {f"cover {case}" for case in ("malformed", "accepted", "older", "newer")}
    covers |= {"cover status RMI_SUCCESS", "cover status RMI_ERROR_INPUT"}
    assert failing(run_esbmc(STAND_IN, *run, "-DCOVER", "--multi-property")[1]) == covers


@pytest.mark.slow
@needs_esbmc
def test_one_build_of_a_file_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "harness.c").write_text(harness(of_recipe(2), ["1.0", "1.2"]))
    holds, said = run_esbmc(STAND_IN, str(tmp_path / "harness.c"), *FOLDERS, "--unwind", "3", "--boolector")
    assert not holds
    told = re.findall(r"^parley: (.*) \(", said, re.MULTILINE)
    assert [line for line in told if not line.startswith("first ")] == [
        "supported 1.0",
        "supported 1.2",
        "requested 1.1",
        "answered status RMI_ERROR_INPUT",
        "answered lower 1.2",
        "answered higher 1.2",
    ]


@pytest.mark.slow
@needs_esbmc
def test_a_call_of_a_build(tmp_path: Path) -> None:
    policy = policy_of("rmi", "rmm_1_0")
    shape = harness_shape(policy, {"supported": "2.0"}, **SMC)  # pyright: ignore[reportArgumentType]
    (tmp_path / "harness.c").write_text(harness(shape, ["2.0"]))
    run = [str(tmp_path / "harness.c"), "runtime/rmi/version.c", *FOLDERS, "--unwind", "2", "--boolector"]
    assert run_esbmc(STAND_IN, *run)[0]
    (tmp_path / "harness.c").write_text(harness(shape, ["2.1"]))
    assert not run_esbmc(STAND_IN, *run)[0]


def test_what_a_build_does_not_reach_has_no_cover() -> None:
    policy = policy_of("rmi", "rmm_1_0")
    suite = suite_of(policy)
    one = msgspec.structs.replace(suite.groups[0], tests=[t for t in suite.groups[0].tests if t.case != "newer"])
    only = msgspec.structs.replace(suite, groups=[one], config=one.config)
    for format_, cover in (("cbmc", '"cover {}"'), ("kani", '"case {}"')):
        text = SHAPED[format_](only, policy, Shape())
        assert cover.format("older") in text
        assert cover.format("newer") not in text
        assert text.count("No request of this build is known to come here") == 1


def test_kani_has_tables_of_a_size() -> None:
    policy = policy_of("rmi", "rmm_1_0")
    text = SHAPED["kani"](suite_of(policy), policy, harness_shape(policy, symbolic=7))
    assert "const REVISIONS: usize = 7;" in text
    assert "#[kani::unwind(9)]" in text
    assert 'kani::cover!(reply.status == RMI_SUCCESS, "status RMI_SUCCESS");' in text


@needs_gcc
def test_a_call_with_its_own_configuration(tmp_path: Path) -> None:
    given = "set_table(config->supported, config->supported_count); smc_version(requested, &res)"
    own = "void set_table(const uint64_t *, unsigned int)"
    shape = harness_shape(
        policy_of("rmi", "rmm_1_0"),
        call=given,
        declares=f"struct smc_result res; {own}",
        reads=SMC["reads"],
        headers=["smc-handler.h"],
        symbolic=2,
    )
    text = harness(shape)
    assert "#define REVISIONS 2" in text
    assert compiled(tmp_path, text, *FOLDERS) == ""


@pytest.mark.slow
@needs_gcc
def test_tricky_names_and_a_call(tmp_path: Path) -> None:
    policy = policy_in(TRICKY)
    outputs = [v.name.id for v in policy.interface.outputs]
    inputs = ", ".join(v.name.id for v in policy.interface.inputs)
    shape = harness_shape(
        policy,
        call=f"ask(config, {inputs}, got)",
        declares=f"uint64_t got[{len(outputs)}]; void ask(const void *, {', '.join('uint64_t' for _ in policy.interface.inputs)}, uint64_t *)",
        reads=[f"{name}=got[{at}]" for at, name in enumerate(outputs)],
    )
    assert compiled(tmp_path, SHAPED["cbmc"](suite_of(policy), policy, shape)) == ""


WRONG = [
    ({"call": "smc_version(0, &res)"}, "does not name the input `requested` (x1)"),
    ({"call": "smc_version(x1, &res"}, "`)` is missing"),
    ({"call": "smc_version(x1], &res)"}, "`]` closes nothing"),
    ({"call": "x1"}, "--call calls nothing"),
    ({"call": "smc_version(x1, &res); // and so on"}, "comments, directives and line breaks"),
    ({"call": 'smc_version(x1, "res)'}, "a string is not closed"),
    ({"call": "smc_version(res.x1, &res)"}, "does not name the input"),
    ({"call": 'smc_version("x1", &res)'}, "does not name the input"),
    ({"call": "", "declares": "int i"}, "not said how the implementation is called"),
    ({"reads": "x0=res.x[0]"}, "it is not said where `lower` (x1) is read"),
    ({"reads": "x0=res.x[0],x1=res.x[1],x3=res.x[2]"}, "`x3`, which is no output"),
    ({"reads": "x0=res.x[0],status=res.x[1],x1=res.x[2]"}, "twice where `status` is read"),
    ({"reads": "x0=res.x[0],x0=res.x[1]"}, "has `x0` twice"),
    ({"reads": "x0"}, "no output with its place"),
    ({"reads": "x0=ret.x[0],x1=res.x[1],x2=res.x[2]"}, "reads nothing that the call fills in"),
    (
        {"declares": "struct smc_result reply", "call": "smc_version(x1, &reply)"},
        "`reply`, which the harness has already",
    ),
    ({"declares": "struct smc_result requested"}, "`requested`, which the harness has already"),
]


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_a_call_that_is_none(change: dict[str, str], says: str) -> None:
    with pytest.raises(Rejected, match=re.escape(says)) as caught:
        harness_shape(policy_of("rmi", "rmm_1_0"), {"supported": "2.0"}, **{**SMC, **change})  # pyright: ignore
    (fault,) = caught.value.diagnostics
    assert fault.code == "P520"
    assert fault.help


def test_a_call_that_is_not_told_what_is_supported() -> None:
    with pytest.raises(Rejected, match="does not say which `supported` the implementation has"):
        harness_shape(policy_of("rmi", "rmm_1_0"), **SMC)  # pyright: ignore[reportArgumentType]


RECIPE = """
[RMI_VERSION]
file = "other.c"
table = "revisions"
macro = "REVISION"
call = "version(x1, &res)"
declares = "struct result res"
reads = { x0 = "res.status", x1 = "res.lower", x2 = "res.higher" }
"""


def test_a_recipe_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(RECIPE)
    shape = harness_shape(policy_of("rmi", "rmm_1_0"), recipe=str(path), call="old_version(x1, &res)")
    text = harness(shape)
    assert '#define IMPLEMENTATION "other.c"' in text
    assert "#define REVISION(...) [PARLEY_LAST] = 0" in text
    assert "#define ENTRIES 4" in text
    assert "\told_version(requested, &res);" in text
    assert "answered.lower = res.lower;" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing", "cannot be read"),
        ("[RSI_VERSION]", "says nothing of RMI_VERSION"),
        (RECIPE.replace("table", "tabel"), "unknown field `tabel`"),
        (RECIPE.replace('"other.c"', "'other\"c'"), "cannot be a file"),
        (RECIPE.replace('"revisions"', '"a b"'), "cannot be a table"),
        (RECIPE.replace("x1, &res", "&res"), "does not name the input"),
        (f"from = 1\n{RECIPE}", "`from` is no text"),
    ],
)
def test_a_recipe_that_is_none(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Rejected, match=re.escape(says)):
        harness_shape(policy_of("rmi", "rmm_1_0"), recipe=str(path))


def test_there_is_no_such_recipe() -> None:
    assert recipes() == ["tf-rmm"]
    with pytest.raises(Rejected, match="no recipe `tfrmm`"):
        harness_shape(policy_of("rmi", "rmm_1_0"), recipe="tfrmm")
    with pytest.raises(Rejected, match="cannot be read"):
        harness_shape(policy_of("rmi", "rmm_1_0"), recipe="./missing.toml")


@pytest.mark.slow
def test_a_recipe_fills_one_table() -> None:
    policy = policy_in(TRICKY)
    shape = msgspec.structs.replace(of_recipe(2), call=None)
    with pytest.raises((NotExportable, Rejected)):
        SHAPED["cbmc"](suite_of(policy), policy, shape)
    empty = policy_of("rmi", "rmm_1_0")
    with pytest.raises(NotExportable, match="has one revision at least"):
        SHAPED["cbmc"](msgspec.structs.replace(suite_of(empty), config={"supported": []}), empty, of_recipe(2))
