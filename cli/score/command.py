"""The command and its options."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

import click
from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable

from ..completion import policies, recipes
from ..options import NAMED, AtPath, WithCommand, handed_on, seconds
from ..output import Output, need_apart, warn


class Options(Struct, frozen=True):
    """A policy, and a suite for it: the one that is `named`, a file, or a program, or a harness.

    Of a program and of a harness, `named` are configurations as options. `timeout` is in seconds for a program to ask
    or end, `time_limit` for all its runs, `jobs` of which go on at once; the rest says how a harness calls an
    implementation, how it is compiled, and how it is judged.
    """

    policy: str
    named: list[str]
    command: list[str]
    timeout: float
    time_limit: float
    jobs: int
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


@click.command(
    "score",
    cls=WithCommand,
    short_help="How strong a suite of vectors is, or a test program, or a harness.",
    options_metavar="",
    context_settings=NAMED,
)
@click.argument(
    "policy",
    metavar="POLICY SUITE | POLICY [OPTIONS] -- COMMAND... | POLICY --harness FILE [OPTIONS]",
    shell_complete=policies,
)
@seconds("--timeout", 5.0, "Seconds for a program to ask a request or end.")
@seconds("--time-limit", 600.0, "Seconds for all runs of a program.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="So many runs of a program at once: for one that can be run twice at a time.",
)
@click.option("--harness", type=AtPath(), metavar="FILE", help="A harness in C or Rust, for a SUITE.")
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
    allows. `-` is standard input.

    COMMAND is a test program: it is run against the policy, which it must pass, and against each mutant. It talks to
    the RMM as to `parley serve`: it is told {"start": 1, "supported": ["1.0"]}, asks {"id": 1, "x1": "0x10000"}, and
    is answered {"id": 1, "x0": "0x0", "x1": "0x10000", "x2": "0x10000"}. Exit code 0, or {"pass": true}, is a pass;
    any other, or {"fail": "why"}, is none. It is run in each of some configurations; a suite for one build in that
    which is given by the interface's own names (--supported 1.0; again for another). What it prints to standard error
    is its own.

    A harness is scored by the mutants that it catches in the place of an implementation: it calls the handler that
    `parley vectors --format cbmc` or kani writes for, the file of a --recipe, or what --call says, for one build, which
    is given by the interface's own names (--supported 2.0). The headers of a recipe are found from the root of the
    project's source. It is compiled and run with inputs that are drawn; what these let pass is asked of ESBMC or CBMC,
    where there is one. A failed assertion catches, abort() and exit() do not.

    Exit code: 0 where nothing contradicts the policy and no mutant survives, 1 where something does, 2 for a wrong use,
    3 where a program was not run against some mutant, for want of time or as it does not do the same again, or it is
    not known of some mutant whether a harness catches it.
    """
    from parley import Limits
    from parley.given import several_configurations
    from parley.naming import find_policy
    from parley.suites import score

    if options.harness is not None:
        from .harness import scored

        return scored(options)
    output = options.output
    _need_harness(options)
    if options.command:
        if options.named and not options.named[0].startswith("--"):
            message = f"a suite, `{printable(options.named[0])[:60]}`, and a program are given"
            raise Rejected(Diagnostic("P504", message, "leave one of them out"))
        policy = find_policy(options.policy)[1]
        configurations = several_configurations(policy, options.named)
        limits = Limits(options.timeout, options.time_limit)
        found = score(policy, command=options.command, configurations=configurations, limits=limits, jobs=options.jobs)
    else:
        suite = _suite(options.named)
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


def _need_harness(options: Options) -> None:
    """Raises a usage error for what only a harness has."""
    given = {
        "--recipe": options.recipe,
        "--call": options.call,
        "--declares": options.declares,
        "--reads": options.reads,
        "--flag": options.flags,
        "--entry": options.entry,
        "--means": options.means,
    }
    useless = [name for name, value in given.items() if value]
    if useless:
        raise click.UsageError(f"{useless[0]} is for --harness.")


def _suite(named: list[str]) -> str:
    """The one suite that is named. Raises a UsageError."""
    if not named:
        raise click.UsageError("Missing argument 'SUITE', or a program behind two dashes: -- ./suite.")
    if len(named) > 1:
        extra = printable(" ".join(named[1:]))
        hint = f"a program goes behind two dashes: -- {printable(shlex.join(named))[:200]}"
        raise click.UsageError(f"Got unexpected extra argument ({extra}). A suite is one file; {hint}")
    return named[0]
