"""An RMM that is served: a policy, or a mutant of it, behind lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from parley.conformance.logs.write import LogWriter, unwritable
from parley.conformance.responder import Responder
from parley.conformance.serving import Service, clash
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected, meant, printable
from parley.spec.program import Program
from parley.vectors.faulty_answers import FaultyAnswers, RightAnswers
from parley.vectors.mutant_check import MutantCheck
from parley.vectors.mutants import catalogue, mutants

from .given import Given, configuration
from .naming import policy_of
from .suites import left_out, need_concrete

if TYPE_CHECKING:
    from parley.vectors.mutants import Mutant


def serve(
    policy: CheckedPolicy | Program,
    config: Mapping[str, Given] | None = None,
    *,
    mutant: str | None = None,
    log: Callable[[str], object] | None = None,
) -> Service:
    """An RMM that answers as a policy does, or as one of its `mutants_of` does, by name.

    Without a configuration, each request brings its own along. `log` is told what TF-RMM would print for each call, a
    line without its end. Where a policy leaves outputs open, the answer is one of the configuration's own revisions if
    it may be; a mutant's is one that its policy does not allow, if it has one. Raises Rejected for a wrong use.
    """
    policy = policy_of(policy)
    need_concrete(policy)
    responder = Responder(policy)
    need_lines(responder)
    check = MutantCheck(Oracle(policy))
    right = RightAnswers(check, check.answers)
    choices = right.at if mutant is None else FaultyAnswers(_mutant(policy, mutant), right).at
    fixed = configuration(policy, config)
    if log is None:
        return Service(responder, choices, fixed)
    why = unwritable(policy.interface)
    if why:
        raise Rejected(Diagnostic("P504", f"--log: {why}", "serve it without a log"))
    writer = LogWriter(policy.interface)
    return Service(responder, choices, fixed, lambda asked, replied: log(writer.line(asked, replied)))


def mutants_of(policy: CheckedPolicy | Program) -> list[Mutant]:
    """The mutants of a policy: what an implementation may get wrong. Raises Rejected."""
    return mutants_and_left_out(policy)[0]


def mutants_and_left_out(policy: CheckedPolicy | Program) -> tuple[list[Mutant], tuple[str, ...]]:
    """The same, and warnings of those that are left out. Raises Rejected."""
    policy = policy_of(policy)
    need_concrete(policy)
    made, too_long = catalogue(policy)
    return made, left_out(policy, 0, 0, len(too_long))


def need_lines(responder: Responder) -> None:
    """Raises Rejected where a line for an interface would have two things of one name."""
    twice = clash(responder)
    if twice is not None:
        message = f"a line for `{responder.interface.name}` would have two things called `{twice}`"
        help_ = (
            "give a config, an input or an output another name; lines have `id`, `start`, `pass`, `fail` and `error`"
        )
        raise Rejected(Diagnostic("P504", message, help_))


def _mutant(policy: CheckedPolicy, name: str) -> Mutant:
    known = {mutant.name: mutant for mutant in mutants(policy)}
    if name not in known:
        all_ = f"there are {next(iter(known))} to {[*known][-1]}" if known else "it has none"
        help_ = f"{meant(name, known, all_)}; --list-mutants says what each gets wrong"
        message = f"--mutant: `{policy.name}` has no mutant `{printable(name)[:60]}`"
        raise Rejected(Diagnostic("P504", message, help_))
    return known[name]
