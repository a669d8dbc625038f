"""The command and its options. Every form of a suite but the text is the API's."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import answering, recipes
from ..options import NAMED, handed_on
from ..output import Output, warn

FORMATS = ("text", "json", "csv", "c", "kunit", "rust", "pytest", "cbmc", "kani")

SAYING_NAMES = ("json", "csv")
"""Those that have names without codes."""

SAYING_SETS = (*SAYING_NAMES, "pytest")
"""Those that have sets and ranges in messages."""


class Options(Struct, frozen=True):
    """A policy, the configuration of one build as options, whether few vectors do, and how many more are drawn.

    The rest is the shape of a harness: how large tables are, and how the implementation is called.
    """

    policy: str
    named: list[str]
    minimal: bool
    more: int
    seed: int
    symbolic: int | None
    recipe: str | None
    call: str
    declares: str
    reads: tuple[str, ...]
    headers: tuple[str, ...]
    output: Output


@click.command("vectors", short_help="Edge-case test vectors.", context_settings=NAMED)
@click.argument("policy", metavar="POLICY|SESSION", shell_complete=answering)
@click.option("--minimal", is_flag=True, help="As few vectors as have the same adequacy.")
@click.option("--random", "more", type=click.IntRange(0, 1_000_000), default=0, metavar="N", help="N more at random.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="The seed of --random.")
@click.option(
    "--symbolic",
    type=int,
    metavar="N",
    help="A harness for every table of up to N revisions, with --recipe of exactly N. [default: 4]",
)
@click.option(
    "--recipe", metavar="NAME|FILE", shell_complete=recipes, help="A harness that takes a project's file as it stands."
)
@click.option("--call", default="", metavar="C", help="How it calls the implementation: 'smc_version(x1, &res)'.")
@click.option("--declares", default="", metavar="C", help="What the call needs declared: 'struct smc_result res'.")
@click.option("--reads", multiple=True, metavar="OUT=C,…", help="Where the answer is then: 'x0=res.x[0],x1=res.x[1]'.")
@click.option("--header", "headers", multiple=True, metavar="FILE", help="What it includes, found by -I.")
@handed_on(Options, *FORMATS, what="The suite in this form; text sums it up.", reads=["policy", "recipe"])
def command(options: Options) -> int:
    """Edge-case vectors for a policy, with every mutant killed or proved equivalent.

    For one build, give its configuration by the interface's own names: --supported 1.0,1.1 (of cbmc and kani, too).
    A suite takes seconds: it has a budget of its own, and what that does not settle is said to be not known. Exit code:
    0, or 3 where it is not known of some mutant whether a vector kills it.

    Of a session, kunit is a suite for the code of a caller: what its host does about replies to its requests.

    A harness (cbmc, kani) asserts what the policy promises, of one build or of every table of up to N revisions. One
    in C may call the implementation in its own way, by --call, --declares, --reads and --header, where the inputs and
    outputs go by their names or registers; --recipe tf-rmm has all of these for RMI_VERSION, and includes TF-RMM's file
    unchanged, with a table of exactly N: its -DENTRIES=n is for others.
    Where a promise asks more of a range of revisions than what is greatest or least within bounds, the harness says
    that it is not checked, and why.
    """
    from parley.given import configuration_options
    from parley.naming import find_tested
    from parley.spec.checked import CheckedSession
    from parley.suites import need_concrete, need_writable, suite

    from .shape import shape_of
    from .text import suite_text

    _, policy = find_tested(options.policy)
    if isinstance(policy, CheckedSession):
        from .caller import decided

        return decided(options, policy)
    need_concrete(policy)
    config = configuration_options(policy, options.named)
    format_, shape = shape_of(options, policy, config)
    if format_ != "text":
        need_writable(policy, format_)
    made = suite(policy, config, minimal=options.minimal, more=options.more, seed=options.seed)
    if format_ != "json":
        warn(made.suite.warnings)
    options.output.write(suite_text(made, options.output) if format_ == "text" else made.export(format_, shape))
    return made.code
