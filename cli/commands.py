"""The commands and their options. What they do is imported when they run: `--help` loads neither Lark nor z3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .output import Output, need_apart

FORMAT = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to color; `auto` colors on a terminal, unless NO_COLOR is set.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print only what needs attention.")


def _file(context: click.Context, parameter: click.Parameter, name: str | None) -> Path | None:
    if name == "":
        raise click.BadParameter("no file is named.", context, parameter)
    return None if name is None or name == "-" else Path(name)


OUTPUT = click.option(
    "-o",
    "--output",
    callback=_file,
    metavar="FILE",
    help="Write to FILE, in one piece; into it where it is a pipe or a device; `-` is standard output.",
)


def _output(file: Path | None, color: str, *read: str) -> Output:
    """Where the output of a command goes that reads some files, which it must not replace."""
    need_apart(file, read)
    return Output(file, color)


class Budget(click.ParamType[int]):
    """A count of the solver's resource units, at least 1."""

    name = "units"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).replace("_", "")
        if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) < 1 << 32):
            self.fail(f"{value!r} is not a number of units from 1 to 4294967295", param, ctx)
        return int(text)


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"parley {version('rmm-parley')}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def parley() -> None:
    """Prove what an interface-revision policy promises, for every configuration, or show one that breaks it.

    FILE is a path to a .parley file, or `-` for standard input; NAME is a file of the shipped library without its
    ending, such as rmi.
    """


@parley.command(short_help="Prove every claim of some files; without any, of the shipped library.")
@click.argument("targets", nargs=-1, metavar="[FILE|NAME]...")
@click.option(
    "--only", multiple=True, metavar="CLAIM", help="Check only these claims: SUBJECT.CLAIM, with * as wildcard."
)
@click.option(
    "--budget",
    type=Budget(),
    metavar="UNITS",
    help="Solver resources for one claim; the default of 10000000 gives up on one after a few seconds.",
)
@FORMAT
@COLOR
@QUIET
@OUTPUT
def check(
    targets: tuple[str, ...],
    only: tuple[str, ...],
    budget: int | None,
    format_: str,
    color: str,
    quiet: bool,
    output: Path | None,
) -> int:
    """Prove every claim of some files; without any, of the shipped library.

    Exit code: 0 all proved, 1 something is refuted, 2 a faulty file or a wrong use, 3 something is undecided,
    4 something is vacuous, 70 a defect of Parley, 130 interrupted. Claims under `expect refuted` count where they hold.
    """
    from .check import check as run

    return run(targets, only, budget, format_, quiet, _output(output, color, *dict.fromkeys(targets)))


@parley.command(
    "eval",
    short_help="What a policy answers, or how a session goes, step by step.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("policy", metavar="POLICY")
@FORMAT
@COLOR
@QUIET
@OUTPUT
@click.pass_context
def eval_(context: click.Context, policy: str, format_: str, color: str, quiet: bool, output: Path | None) -> int:
    """What a policy answers, or how a session goes, step by step.

    Configuration and inputs are given by the interface's own names: --supported 1.0,2.0 --requested 1.1. A set is
    separated by commas; a word with reserved bits is written in hexadecimal. A session takes no input, and --known
    where its host knows any revisions; what the policy leaves open can be given for all rounds (--lower 1.0) or for
    one (--lower@2 1.0).
    """
    from .evaluate import eval_command as run

    return run(policy, context.args, format_, quiet, _output(output, color, policy))


@parley.command(short_help="Who ends up with what: hosts against RMMs.")
@click.option(
    "--rmm",
    "rmms",
    multiple=True,
    required=True,
    metavar="POLICY=REVISIONS",
    help="An RMM: a policy, and the revisions that this build supports. May be given several times.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="HOST[=REVISIONS]",
    help="A host; one that knows any revisions, with those that it knows. May be given several times.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@COLOR
@OUTPUT
def matrix(rmms: tuple[str, ...], hosts: tuple[str, ...], format_: str, color: str, output: Path | None) -> int:
    """Play named hosts against named RMMs, each with the revisions that it supports.

    POLICY and HOST are names of the shipped library, or FILE:NAME.
    """
    from .matrix import matrix_command as run

    return run(rmms, hosts, format_, _output(output, color))


@parley.command(
    short_help="Edge-case test vectors.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("policy", metavar="POLICY")
@click.option("--minimal", is_flag=True, help="As few vectors as have the same adequacy.")
@click.option("--random", "more", type=click.IntRange(0, 1_000_000), default=0, metavar="N", help="N more at random.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="The seed of --random.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "csv", "c", "kunit", "rust", "pytest", "cbmc", "kani"]),
    default="text",
    show_default=True,
    help="The suite in this form; text sums it up.",
)
@COLOR
@QUIET
@OUTPUT
@click.pass_context
def vectors(
    context: click.Context,
    policy: str,
    minimal: bool,
    more: int,
    seed: int,
    format_: str,
    color: str,
    quiet: bool,
    output: Path | None,
) -> int:
    """Edge-case vectors for a policy, with every mutant killed or proved equivalent.

    For one build, give its configuration by the interface's own names: --supported 1.0,1.1 (of cbmc and kani, too).
    A suite takes seconds: it has a budget of its own, and what that does not settle is said to be not known. Exit code:
    0, or 3 where it is not known of some mutant whether a vector kills it.
    """
    from .vectors import vectors as run

    return run(policy, context.args, minimal, more, seed, format_, quiet, _output(output, color, policy))


# An option that is none comes to an argument too many; `-:policy` is an argument.
@parley.command(short_help="How strong a suite of vectors is.", context_settings={"ignore_unknown_options": True})
@click.argument("policy", metavar="POLICY")
@click.argument("suite", metavar="SUITE")
@FORMAT
@COLOR
@QUIET
@OUTPUT
def score(policy: str, suite: str, format_: str, color: str, quiet: bool, output: Path | None) -> int:
    """How strong a suite is: cases, conditions, boundaries, mutants, and the vectors that it lacks.

    SUITE is a file that `parley vectors` wrote, or a plain list as CSV or JSON with the columns supported, requested
    and the outputs: a cell is empty where its row does not check that output, and `any` where it may be what the policy
    allows. `-` is standard input. Exit code: 0 where nothing contradicts the policy and no mutant survives, else 1.
    """
    from .score import score_command as run

    return run(policy, suite, format_, quiet, _output(output, color, policy, suite))


class WithCommand(click.Command):
    """A command whose last arguments, behind two dashes, are another program's: they are not looked at."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.obj = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


@parley.command(
    cls=WithCommand,
    short_help="Run an implementation against a policy.",
    options_metavar="",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("policy", metavar="POLICY [OPTIONS] -- COMMAND...")
@click.option(
    "--suite",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The requests: a file of `parley vectors`, or a plain list as `parley score` takes it. [default: generated]",
)
@click.option("--discover", is_flag=True, help="Find out by the command itself what is supported.")
@click.option("--strict", is_flag=True, help="Registers x0 to x16 that a reply has and that are no outputs must be 0.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.01),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds for a reply, and for the program to end when its input does.",
)
@click.option(
    "--time-limit", type=click.FloatRange(0.01), default=600.0, show_default=True, metavar="S", help="Seconds for all."
)
@click.option(
    "--restarts",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="How often the program is started again after a crash or a time-out.",
)
@click.option(
    "--known-failures",
    "known",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Requests that are known to fail; one that does not is an error.",
)
@click.option(
    "--write-known-failures",
    "write_known",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write such a list of all that fails.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@COLOR
@QUIET
@OUTPUT
@click.pass_context
def conform(
    context: click.Context,
    policy: str,
    suite: Path | None,
    discover: bool,
    strict: bool,
    timeout: float,
    time_limit: float,
    restarts: int,
    known: Path | None,
    write_known: Path | None,
    format_: str,
    color: str,
    quiet: bool,
    output: Path | None,
) -> int:
    """Run any program as an implementation of a policy's interface, and judge its replies.

    COMMAND reads a request a line, {"id": 7, "supported": ["1.0", "2.0"], "x1": "0x10001"}, and answers one a line:
    {"id": 7, "x0": "0x1", "x1": "0x10000", "x2": "0x20000"}. For a build with a fixed configuration, give that by the
    interface's own names (--supported 1.0,1.1), or let --discover find it. A share of the requests is asked again, and
    must be answered the same. When its input ends, the program ends as well, with exit code 0. Exit code: 0 every reply
    is right, 1 one is wrong or missing, or the program fails by itself, 2 it cannot be started, or a wrong use, 3 it is
    not known whether any configuration gives the replies.
    """
    from .conform import Asking, Lists
    from .conform import conform_command as run

    asking = Asking(discover, strict, timeout, time_limit, restarts)
    lists = Lists(suite, known, write_known)
    read = [str(name) for name in (suite, known) if name is not None]
    made = _output(output, color, policy, *read)
    return run(policy, context.args, context.obj, asking, lists, format_, quiet, made)


JSON_LINES = """\b
A JSON line is an object; its words are numbers, or hexadecimal strings:
  {"request": {"x1": "0x10001"}, "reply": {"x0": "0x1", "x1": "0x10000"}}
  {"x1": "0x10001", "x0": "0x1", "x1_out": "0x10000"}
  {"in_x1": "0x10001", "out_x0": "0x1", "out_x1": "0x10000"}
  {"id": 7, "x1": "0x10001"}, and in a later line {"id": 7, "x0": "0x1"}
The configuration may stand in it ("supported": ["1.0"]), and values by name
("lower": "1.0"), which must not contradict their registers.
"""


@parley.command(
    short_help="Judge the replies in a log.", context_settings={"ignore_unknown_options": True}, epilog=JSON_LINES
)
@click.argument("policy", metavar="POLICY")
@click.argument("log", metavar="LOG")
@click.option(
    "--command",
    "commands",
    multiple=True,
    metavar="NAME",
    help="What the log calls the command, such as SMC_RMI_VERSION; may be given several times.",
)
@click.option(
    "--boot-marker",
    "marker",
    metavar="REGEX",
    help="Lines with which a boot begins, and perhaps another configuration; by default TF-RMM's `Booting RMM v.`; "
    "none where empty.",
)
@click.option("--budget", type=Budget(), metavar="UNITS", help="Solver resources for one question.")
@FORMAT
@COLOR
@QUIET
@OUTPUT
def trace(
    policy: str,
    log: str,
    commands: tuple[str, ...],
    marker: str | None,
    budget: int | None,
    format_: str,
    color: str,
    quiet: bool,
    output: Path | None,
) -> int:
    """Judge the replies in an RMM's log: is there any configuration in which a conforming RMM prints these lines?

    LOG has lines such as TF-RMM's, or JSON lines; `-` is standard input. What the RMM supports need not be known.
    Exit code: 0 there is one, 1 there is none (the fewest lines that show it are printed), 2 there is nothing to
    judge, or a wrong use, 3 it is not known. A line that looks like a version line and cannot be read is shown and
    counted, and has no say in the exit code.
    """
    from .trace import trace_command as run

    return run(policy, log, commands, marker, budget, format_, quiet, _output(output, color, policy, log))


@parley.command(short_help="Canonical layout.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "check_", is_flag=True, help="Change nothing; exit 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change, and exit 1 where anything would.")
@COLOR
@QUIET
def fmt(files: tuple[str, ...], check_: bool, diff: bool, color: str, quiet: bool) -> int:
    """Lay files out canonically, in place; `-` reads standard input and prints. Comments are kept."""
    from .fmt import fmt as run

    return run(files, check_, diff, quiet, Output(None, color))


@parley.command(short_help="A diagnostic's page.")
@click.argument("topic", metavar="CODE")
@COLOR
@OUTPUT
def explain(topic: str, color: str, output: Path | None) -> int:
    """Print the page of a diagnostic, such as P201: what it means, an example, and the fix."""
    from .explain import explain_command as run

    return run(topic, _output(output, color))
