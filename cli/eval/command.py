"""The command and its options."""

from __future__ import annotations

import click
from msgspec import Struct

from ..completion import answering
from ..options import NAMED, handed_on
from ..output import Output


class Options(Struct, frozen=True):
    """A policy or session, and what it is given: options that its interface names."""

    policy: str
    named: list[str]
    output: Output


@click.command("eval", short_help="What a policy answers, or how a session goes, step by step.", context_settings=NAMED)
@click.argument("policy", metavar="POLICY", shell_complete=answering)
@handed_on(Options, "text", "json", reads=["policy"])
def command(options: Options) -> int:
    """What a policy answers, or how a session goes, step by step.

    Configuration and inputs are given by the interface's own names: --supported 1.0,2.0 --requested 1.1. A set is
    separated by commas; a word with reserved bits is written in hexadecimal. A session takes no input, and --known
    where its host knows any revisions; what the policy leaves open can be given for all rounds (--lower 1.0) or for
    one (--lower@2 1.0).
    """
    from parley.evaluating import EvalResult, evaluate, read_given
    from parley.naming import find_subject

    _, subject = find_subject(options.policy)
    result = evaluate(subject, read_given(subject, options.named))
    output = options.output
    if output.format == "json":
        from .json import eval_json, session_json

        output.write(eval_json(result) if isinstance(result, EvalResult) else session_json(result))
    else:
        from .text import eval_text, session_text

        output.write(eval_text(result, output) if isinstance(result, EvalResult) else session_text(result, output))
    return 0
