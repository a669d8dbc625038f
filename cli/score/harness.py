"""`parley score POLICY --harness FILE`: how strong a harness is, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from parley.harnesses import HarnessResult, score_harness
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.vectors.suite import Mutants

from ..draw.rows import Row, laid_out, some
from ..draw.strength import kinds_tried
from ..json import encode, like
from ..output import Output, warn

if TYPE_CHECKING:
    from .command import Options

MOST_SHOWN = 12


class Judged(msgspec.Struct, kw_only=True):
    """A mutant: what was changed in it, how it was judged, and the assertion that fails or what is not known."""

    name: str
    what: str
    kind: str
    means: str = ""
    why: str = ""


class HarnessScore(msgspec.Struct, kw_only=True):
    """What `parley score --harness --format json` prints.

    `inputs` were run, and `checker` was asked about `asked` mutants. `policy` is what comes of the harness with the
    policy's own handler: `holds` (and `proved`, within the bound of the harness and of the checker), or `fails` and
    `contradicts`, the assertion that does. `asserts` is how often runs came to an assertion; of Rust it is not known.
    """

    schema: Literal["parley.harness/1"] = "parley.harness/1"
    harness: str
    language: Literal["c", "rust"]
    policy: Literal["holds", "fails", "unknown"]
    proved: bool
    contradicts: str
    inputs: int
    asserts: int | None
    checker: str
    asked: int
    mutants: Mutants
    caught: list[Judged]
    missed: list[Judged]
    unknown: list[Judged]
    untried: list[Judged]
    warnings: list[str] = []


def scored(options: Options) -> int:
    """Score a harness and print what it comes to; the exit code."""
    from parley.given import configuration_options
    from parley.naming import find_policy

    assert options.harness is not None
    if options.command:
        raise Rejected(Diagnostic("P504", "a program and a harness are given", "leave one of them out"))
    if options.named and not options.named[0].startswith("--"):
        message = f"a suite, `{printable(options.named[0])[:60]}`, and a harness are given"
        raise Rejected(Diagnostic("P504", message, "leave one of them out"))
    policy = find_policy(options.policy)[1]
    found = score_harness(
        policy,
        options.harness,
        configuration_options(policy, options.named),
        recipe=options.recipe,
        call=options.call,
        declares=options.declares,
        reads=options.reads,
        flags=options.flags,
        entry=options.entry,
        means=options.means,
        unwind=options.unwind,
    )
    output = options.output
    if output.format == "json":
        output.write(_json(found))
    else:
        warn(found.warnings)
        output.write(_text(found, output))
    return found.code


def _text(found: HarnessResult, output: Output) -> str:
    made = found.scored
    tried = made.mutants
    told: list[Row] = [
        ("harness", f"{printable(found.path)}, for {found.policy.name}"),
        ("judged by", found.means),
        ("the policy", found.policy_line),
    ]
    if made.contradicts:
        lines = laid_out(told)
        return "".join(f"{line}\n" for line in [*lines[:-1], output.style(lines[-1], fg="red", bold=True)])
    known = tried.survived - len(made.unknown)
    told += [
        (
            "mutants",
            f"{tried.killed} caught, {tried.equivalent} proved equivalent, {known} not caught"
            + (f", {len(made.unknown)} not known" if made.unknown else ""),
        ),
        *kinds_tried(tried),
    ]
    rows: list[Row] = [] if output.quiet else told
    if found.untried:
        rows.append(("not tried", f"{len(found.untried)}: {found.untried[0].why}"))
    if found.empty:
        rows.append(("empty", found.empty))
    rows += some("not caught", [f"{one.what} ({_how(one.means, made.inputs)})" for one in found.missed], MOST_SHOWN)
    rows += some("not known", [f"{one.what}: {one.why}" for one in found.unknown], MOST_SHOWN)
    return "".join(f"{line}\n" for line in laid_out(rows))


def _how(means: str, inputs: int) -> str:
    return f"run with {inputs} inputs, which is no proof" if means == "run" else f"proved by {means} within the bound"


def _json(found: HarnessResult) -> str:
    made = found.scored
    known = made.proved or made.inputs
    return encode(
        like(
            HarnessScore,
            made,
            harness=found.path,
            policy="fails" if made.contradicts else "holds" if known else "unknown",
            asserts=made.asserts if made.language == "c" else None,
            caught=found.caught,
            missed=found.missed,
            unknown=found.unknown,
            untried=found.untried,
            warnings=found.warnings,
        )
    )
