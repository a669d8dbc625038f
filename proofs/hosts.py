"""The rules of a host: whether each can apply, to whatever reply, and which rules before it take everything from it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from msgspec import structs

from ..model.evaluate_host import HostEvaluator
from ..model.queries import Fact, Holds
from ..model.representatives import TooMany
from ..model.stage import closed_host, known_variable, policy_without_cases
from ..spec.checked import CheckedHost, rule_name
from ..spec.core import Core
from ..spec.nodes import Nodes
from ..spec.syntax import KNOWN
from .ask import Asker
from .budget import BUDGET
from .claims import Claim
from .reply import No, Unknown, Yes
from .verdict import Outcome, inconsistent


def prove_host(host: CheckedHost, claims: list[Claim], budget: int = BUDGET) -> Iterator[Outcome]:
    """The verdict on each of some claims about one host."""
    return _HostProver(host, budget).outcomes(claims)


class _HostProver:
    """The stage on which the rules of one host are tried: any request, any reply."""

    def __init__(self, host: CheckedHost, budget: int) -> None:
        self.host = host
        interface = host.interface
        variables = [structs.replace(v, role="input") for v in (*interface.inputs, *interface.outputs)]
        if host.knows.varies:
            variables.append(known_variable(host))
        self.nodes = Nodes()
        policy = policy_without_cases(host, host.defines, host.declaration.name, variables, [], self.nodes)
        _, rules = closed_host(host, self.nodes)
        self.guards: list[Core] = [rule.guard or self.nodes.true for rule in rules]
        self.evaluator = HostEvaluator(host)
        most = host.knows.most
        self.asker = Asker(policy, budget, most={} if most is None else {KNOWN: most}, beyond=True)

    def outcomes(self, claims: list[Claim]) -> Iterator[Outcome]:
        for claim in claims:
            started = time.perf_counter()
            self.asker.begin()
            before = len(self.asker.asked)
            try:
                outcome = self._outcome(claim)
            except TooMany:
                reason = "an example was found, and replaying it takes trying too many values of a range"
                outcome = Outcome(claim, "undecided", reason=reason)
            asked = tuple(self.asker.asked[before:])
            yield structs.replace(outcome, seconds=time.perf_counter() - started, asked=asked)

    def _outcome(self, claim: Claim) -> Outcome:
        names = [rule_name(at) for at in range(len(self.guards))]
        at = names.index(claim.name.removeprefix("reachable."))
        own = Holds(self.guards[at])
        earlier = [Fact(name, self.nodes.negation(g)) for name, g in zip(names[:at], self.guards[:at], strict=True)]
        cutoff = self.asker.cutoff((*earlier, own))
        match self.asker.ask((*earlier, own)):
            case Yes(example=example):
                values = {**example.instance.config, **example.instance.inputs, **example.answer.outputs}
                known = self.evaluator.may_know(values)
                if not known or self.evaluator.rule(values, example.instance.relations) != at:
                    return inconsistent(claim, "the solver's example does not replay", cutoff)
                return Outcome(claim, "proved", cutoff, examples=(example,))
            case No():
                return Outcome(claim, "refuted", cutoff, self.asker.needed((own,), earlier))
            case Unknown(why=why):
                return Outcome(claim, "undecided", cutoff, reason=why)
