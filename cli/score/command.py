"""The command and its options."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from msgspec import Struct

from ..completion import policies, recipes
from ..options import NAMED, handed_on
from ..output import Output, need_apart, warn


class Options(Struct, frozen=True):
    """A policy, and a suite for it: the one that is `named`, a file, or a harness.

    Of a harness, `named` is its configuration as options; the rest says how it calls an implementation, how it is
    compiled, and how it is judged.
    """

    policy: str
    named: list[str]
    harness: Path | None
    recipe: str | None
    call: str
    declares: str
    reads: tuple[str, ...]
    flags: tuple[str, ...]
    entry: str
    means: Literal["run", "esbmc", "cbmc"] | None
    unwind: int
    output: Output


@click.command("score", short_help="How strong a suite of vectors is, or a harness.", context_settings=NAMED)
@click.argument("policy", metavar="POLICY SUITE", shell_complete=policies)
@click.option("--harness", type=click.Path(path_type=Path), metavar="FILE", help="A harness in C or Rust, for a SUITE.")
@click.option("--recipe", metavar="NAME|FILE", shell_complete=recipes, help="It takes a project's file as it stands.")
@click.option("--call", default="", metavar="C", help="How it calls the implementation: 'smc_version(x1, &res)'.")
@click.option("--declares", default="", metavar="C", help="What the call fills in: 'struct smc_result res'.")
@click.option("--reads", multiple=True, metavar="OUT=C,…", help="Where the answer is then: 'x0=res.x[0],x1=res.x[1]'.")
@click.option("--flag", "flags", multiple=True, metavar="FLAG", help="For its compiler: -Iinclude or -DNAME=1.")
@click.option(
    "--entry", default="", metavar="NAME", help="The function or proof to run. [default: main, or the only one]"
)
@click.option(
    "--means",
    type=click.Choice(["run", "esbmc", "cbmc"]),
    help="Judge it so. [default: run it, then ask what is there]",
)
@click.option(
    "--unwind", type=click.IntRange(1), default=8, show_default=True, metavar="N", help="How often loops go round."
)
@handed_on(Options, "text", "json", reads=["policy", "harness"])
def command(options: Options) -> int:
    """How strong a suite is: cases, conditions, boundaries, mutants, and the vectors that it lacks.

    SUITE is a file that `parley vectors` wrote, or a plain list as CSV or JSON with the columns supported, requested
    and the outputs: a cell is empty where its row does not check that output, and `any` where it may be what the policy
    allows. `-` is standard input. Exit code: 0 where nothing contradicts the policy and no mutant survives, else 1.

    A harness is scored by the mutants that it catches in the place of an implementation: it calls the handler that
    `parley vectors --format cbmc` or kani writes for, the file of a --recipe, or what --call says, for one build, which
    is given by the interface's own names (--supported 2.0). It is compiled and run with inputs that are drawn; what
    these let pass is asked of ESBMC or CBMC, where there is one. Exit code: 3 where it is not known of some mutant.
    """
    from parley.naming import find_policy
    from parley.suites import score

    if options.harness is not None:
        from .harness import scored

        return scored(options)
    output, suite = options.output, _suite(options)
    need_apart(output.file, [options.policy, suite])
    found = score(find_policy(options.policy)[1], suite)
    if output.format == "json":
        from .json import score_json

        output.write(score_json(found))
    else:
        from .text import score_text

        warn(found.warnings)
        output.write(score_text(found, output))
    return found.code


def _suite(options: Options) -> str:
    """The one argument that is left. Raises a usage error for any other, and for what only a harness has."""
    if not options.named:
        raise click.UsageError("Missing argument 'SUITE'.")
    given = {
        "--recipe": options.recipe,
        "--call": options.call,
        "--declares": options.declares,
        "--reads": options.reads,
    }
    given |= {"--flag": options.flags, "--entry": options.entry, "--means": options.means}
    useless = [name for name, value in given.items() if value]
    if useless:
        raise click.UsageError(f"{useless[0]} is for --harness.")
    suite, *more = options.named
    if more:
        raise click.UsageError(f"Got unexpected extra argument ({more[0]})")
    return suite
