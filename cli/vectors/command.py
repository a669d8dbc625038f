"""The command and its options. Every form of a suite but the text is the API's."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import policies
from ..options import NAMED, handed_on
from ..output import Output, warn

FORMATS = ("text", "json", "csv", "c", "kunit", "rust", "pytest", "cbmc", "kani")

SAYING_NAMES = ("json", "csv")
"""Those that have names without codes."""

SAYING_SETS = (*SAYING_NAMES, "pytest")
"""Those that have sets and ranges in messages."""


class Options(Struct, frozen=True):
    """A policy, the configuration of one build as options, whether few vectors do, and how many more are drawn."""

    policy: str
    named: list[str]
    minimal: bool
    more: int
    seed: int
    output: Output


@click.command("vectors", short_help="Edge-case test vectors.", context_settings=NAMED)
@click.argument("policy", metavar="POLICY", shell_complete=policies)
@click.option("--minimal", is_flag=True, help="As few vectors as have the same adequacy.")
@click.option("--random", "more", type=click.IntRange(0, 1_000_000), default=0, metavar="N", help="N more at random.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="The seed of --random.")
@handed_on(Options, *FORMATS, what="The suite in this form; text sums it up.", reads=["policy"])
def command(options: Options) -> int:
    """Edge-case vectors for a policy, with every mutant killed or proved equivalent.

    For one build, give its configuration by the interface's own names: --supported 1.0,1.1 (of cbmc and kani, too).
    A suite takes seconds: it has a budget of its own, and what that does not settle is said to be not known. Exit code:
    0, or 3 where it is not known of some mutant whether a vector kills it.
    """
    from parley.given import configuration_options
    from parley.naming import find_policy
    from parley.suites import need_concrete, suite

    from .text import suite_text

    output = options.output
    _, policy = find_policy(options.policy)
    need_concrete(policy)
    config = configuration_options(policy, options.named)
    made = suite(policy, config, minimal=options.minimal, more=options.more, seed=options.seed)
    if output.format != "json":
        warn(made.suite.warnings)
    output.write(suite_text(made, output) if output.format == "text" else made.export(output.format))
    return made.code
