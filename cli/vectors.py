"""`parley vectors`: a suite of edge-case vectors, in one of the formats."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..model.situation import Value
from ..spec.checked import CheckedPolicy
from ..spec.diagnostics import Diagnostic, Rejected
from .evaluate import need_all, read_options, read_value
from .output import Output
from .subject import find_policy
from .values import Words

if TYPE_CHECKING:
    from ..vectors.generate import Found
    from ..vectors.suite import Mutants, Suite


def vectors(
    argument: str, options: list[str], minimal: bool, more: int, seed: int, format_: str, quiet: bool, output: Output
) -> int:
    """Write the suite of a policy. Raises Rejected for a wrong use."""
    from ..vectors.generate import explore, suite
    from ..vectors.minimal import minimal as smallest

    _, policy = find_policy(argument)
    concrete(policy)
    config = fixed(policy, options)
    found = explore(policy, config, more, seed)
    if not found.marks:
        message = f"no request of `{policy.name}` is admitted and answered there"
        raise Rejected(Diagnostic("P504", message, "its assumptions rule this configuration out"))
    kept = smallest(found) if minimal else None
    made = suite(found, kept.points if kept else None)
    if kept is not None:
        made.smallest = kept.smallest
    if config is not None:
        made.config = made.groups[0].config
    warnings = [unanswered(policy, len(found.unanswered)), nothing_killed(made.adequacy.mutants)]
    made.warnings = [warning for warning in warnings if warning]
    if format_ != "json":
        sys.stderr.writelines(f"warning: {warning}\n" for warning in made.warnings)
    if format_ == "text":
        output.write(_text(found, made, quiet, output))
    else:
        from ..vectors.export import EXPORTERS, NotExportable

        try:
            output.write(EXPORTERS[format_](made, policy))
        except NotExportable as error:
            help_ = "write the formula without what cannot be put into that language, or take another format"
            raise Rejected(Diagnostic("P504", f"--format {format_}: {error}", help_)) from None
    return 3 if made.adequacy.mutants.survived else 0


def concrete(policy: CheckedPolicy) -> None:
    """Raises Rejected for a policy that leaves a relation without a body: there is nothing to test against."""
    if policy.abstract:
        name = policy.abstract[0].name.id
        message = f"`{policy.name}` has no body for `{name}`"
        raise Rejected(Diagnostic("P504", message, f"a policy that says what `{name}` is can be tested"))


def fixed(policy: CheckedPolicy, options: list[str]) -> dict[str, Value] | None:
    """The configuration that options such as `--supported 1.0,1.1` fix; None where there are none."""
    words = Words(policy.interface)
    variables = {v.name.id: v for v in policy.interface.configs}
    given = read_options(options, list(variables))
    if not given:
        return None
    need_all(words, variables, given)
    return {name: read_value(words, name, variable, given[name]) for name, variable in variables.items()}


def unanswered(policy: CheckedPolicy, count: int) -> str:
    """A warning where requests are left out because the policy does not answer them; else empty."""
    if not count:
        return ""
    name, requests, them = policy.name, "request" if count == 1 else "requests", "it" if count == 1 else "them"
    see = f"see `parley check`: {name}.total, {name}.defined"
    return f"{count} {requests} left out: `{name}` has no answer to {them} ({see})"


def kinds_tried(mutants: Mutants) -> list[tuple[str, str]]:
    """The kinds of fault that were tried, with how many mutants there are of each; those of encodings on a line."""
    lines: dict[str, list[str]] = {}
    for kind, made in mutants.kinds.items():
        group, colon, rest = kind.partition(": ")
        number = made.killed + made.equivalent + made.survived
        lines.setdefault(f"{group}: " if colon else "", []).append(f"{rest or group} {number}")
    texts = [f"{group}{', '.join(tried)}" for group, tried in lines.items()]
    return [("" if at else "kinds tried", text) for at, text in enumerate(texts)]


def nothing_killed(mutants: Mutants) -> str:
    """A warning where the number of survivors says nothing; else empty."""
    if mutants.killed or mutants.survived:
        return ""
    why = "every mutant is proved equivalent" if mutants.kinds else "the policy has no mutants"
    return f"{why}: that none survived says nothing about the vectors"


def _text(found: Found, made: Suite, quiet: bool, output: Output) -> str:
    adequacy = made.adequacy
    mutants = adequacy.mutants
    rows = [
        ("vectors", f"{made.size} in {len(made.groups)} configuration{'s' if len(made.groups) != 1 else ''}"),
        ("cases", f"{adequacy.cases[0]} of {adequacy.cases[1]}"),
        ("conditions", f"{adequacy.mcdc[0]} of {adequacy.mcdc[1]}, each both ways with the outcome depending on it"),
        ("mutants", f"{mutants.killed} killed, {mutants.equivalent} proved equivalent, {mutants.survived} survived"),
        *([] if quiet else kinds_tried(mutants)),
    ]
    if made.smallest is not None:
        proved = "proved: of the vectors found, no fewer have the same adequacy"
        if not made.smallest:
            proved = "not proved within the budget"
        rows.append(("smallest", proved))
    if found.unreachable:
        rows.append(("unreachable", ", ".join(found.unreachable)))
    lines = [output.style(f"{made.policy}, {made.interface}", bold=True)]
    lines += [f"{label:<17}{text}" for label, text in rows]
    if not quiet:
        names = {mutant.name: mutant.what for mutant in found.mutants}
        lines += [f"{'equivalent':<17}{name}: {names[name]}" for name in found.equivalent]
        lines += [f"{'not known':<17}{names.get(name, name)}: {why}" for name, why in found.survivors.items()]
    lines.append(f"{'the suite':<17}with --format json, csv, c, kunit, rust, pytest, cbmc or kani")
    return "\n".join(lines) + "\n"
