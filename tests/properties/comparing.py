"""The product's verdicts beside the oracle's, on one random text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from oracle.choices import TooMany
from oracle.policies import Shown, parsed, policy_oracles
from oracle.sessions import session_verdicts
from oracle.words import Words
from parley.model.instance import Example, Range
from parley.proofs.claims import claims_of, claims_of_host, claims_of_session
from parley.proofs.hosts import prove_host
from parley.proofs.prove import prove
from parley.proofs.sessions import prove_session
from parley.proofs.verdict import Counterexample, Outcome
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader
from parley.spec.program import Program
from parley.spec.source import Source
from parley.spec.syntax import Interface
from parley.spec.words import Format

from .draw import Draw, Recorded, Seeded, shrunk
from .policies import Generated

BUDGET = 2_000_000
SESSION_BUDGET = 2_000_000


@dataclass
class Compared:
    """How often which verdict came up (by the oracle, and by the product), and where the two differ."""

    texts: int = 0
    policies: int = 0
    sessions: int = 0
    skipped: int = 0
    verdicts: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    undecided: list[str] = field(default_factory=list[str])


def bare(*arguments: Any, replayed: bool = True) -> Counterexample:
    """A counterexample without its kinds and intervals: they take longer than all the rest, and are not looked at."""
    (example,) = [a for a in arguments if isinstance(a, Example)]
    return Counterexample(example, replayed=replayed)


def program_of(text: str) -> Program:
    loader = Loader()
    program = loader.load_source(Source("random.parley", text), Path("random.parley"))
    assert program is not None, "\n".join([text, *(problem.message for problem in loader.problems)])
    return program


def outcomes_of(program: Program) -> Iterator[Outcome]:
    # The policy of a session is not what is asked about there.
    for policy in () if program.own_sessions else program.own_policies:
        with patch("parley.proofs.prove.counterexample", bare):
            yield from prove(policy, claims_of(policy, program.own_scenarios), BUDGET)
    for host in program.own_hosts:
        yield from prove_host(host, claims_of_host(host), SESSION_BUDGET)
    for session in program.own_sessions:
        yield from prove_session(session, claims_of_session(session, program.own_scenarios), SESSION_BUDGET)


def compare(made: Generated, compared: Compared) -> None:
    """Compare every verdict on one text. A text that takes the oracle too long is skipped, and counted as that."""
    program = program_of(made.text)
    file = parsed(made.text)
    (interface,) = [d for d in file.declarations if isinstance(d, Interface)]
    domains = made.domains(Words.of(interface))
    oracles = {} if program.own_sessions else policy_oracles(file, domains)
    try:
        if program.own_sessions:
            expected = session_verdicts(file, domains)
        else:
            expected = {f"{of}.{name}": v for of, o in oracles.items() for name, v in o.verdicts().items()}
    except TooMany:
        compared.skipped += 1
        return
    compared.texts += 1
    compared.policies += len(oracles)
    compared.sessions += len(program.own_sessions)
    for outcome in outcomes_of(program):
        address = outcome.claim.address
        right = expected.pop(address)
        compared.verdicts[right] += 1
        told = f"{address} is {right}, and Parley says {outcome.verdict} {outcome.reason}"
        if outcome.verdict == "undecided":
            compared.undecided.append(told)
        elif outcome.verdict != right:
            compared.wrong.append(told)
        elif isinstance(outcome.claim.about, CheckedPolicy) and (example := example_of(outcome)) is not None:
            fault = oracles[outcome.claim.subject].shows(outcome.claim.name, right, example)
            if fault:
                compared.wrong.append(f"{address} is {right}, and its example is wrong: {fault}: {example}")
    assert not expected, f"no verdict on {sorted(expected)}"


def example_of(outcome: Outcome) -> Shown | None:
    """What a report shows of a claim."""
    found = outcome.counterexample
    shown = found.example if isinstance(found, Counterexample) else outcome.witness
    if shown is None:
        # Of a case that cannot happen there is none, nor of a claim that is vacuous.
        assert outcome.verdict == "vacuous" or outcome.claim.kind == "reachable"
        return None
    assert isinstance(shown, Example)
    instance = shown.instance
    words = outcome.claim.policy.interface.format
    given = {name: _members(words, value) for name, value in (*instance.config.items(), *instance.inputs.items())}
    outputs = {name: _members(words, value) for name, value in shown.answer.outputs.items()}
    return Shown(given, instance.relations, shown.answer.case, outputs)


def _members(format_: Format, value: Any) -> Any:
    """A range as all that is in it: the formats here have few revisions."""
    if not isinstance(value, Range):
        return value
    revisions = [0]
    for part in reversed(format_.numbered):
        revisions = [number << part.low | word for number in range(1 << part.width) for word in revisions]
    return tuple(sorted(word for word in revisions if value.low <= word <= value.high))


def faults(made: Generated) -> list[str]:
    """What is wrong about one text."""
    compared = Compared()
    compare(made, compared)
    return compared.wrong


def compare_many(generate: Callable[[Draw], Generated], seeds: range) -> Compared:
    """Compare the texts of some seeds. The first that is wrong is shown as small as it can be made."""
    compared = Compared()
    for seed in seeds:
        source = Recorded(Seeded(seed))
        compare(generate(source), compared)
        if compared.wrong:
            smaller = shrunk(source.made, lambda choices: bool(faults(generate(Recorded.again(choices)))))
            made = generate(Recorded.again(smaller))
            raise AssertionError("\n".join([f"seed {seed}, made smaller:", made.text, *faults(made)]))
    return compared
