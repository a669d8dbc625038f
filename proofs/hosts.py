"""The rules of a host: whether each can apply, to whatever reply, and which rules before it take everything from it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from msgspec import structs

from ..model.caller import Caller
from ..model.cutoff import Cutoffs
from ..model.goals import Goal, Holds
from ..model.memory import TooLarge
from ..model.representatives import TooMany
from ..model.unroll import closed_host, stage
from ..model.witnesses import LeavesFragment
from ..spec.checked import CheckedHost, rule_name
from ..spec.core import Core
from ..spec.nodes import Nodes
from ..spec.syntax import KNOWN, Label, Variable
from .budget import BUDGET, Budget
from .claims import Goals
from .scope import Example
from .session_claims import HostClaim
from .solve import TOO_LARGE, Found, Impossible, Search, Unknown
from .verdict import SessionOutcome


def prove_host(host: CheckedHost, claims: list[HostClaim], budget: int = BUDGET) -> Iterator[SessionOutcome]:
    """The verdict on each of some claims about one host."""
    return _HostProver(host, budget).outcomes(claims)


class _HostProver:
    """The stage on which the rules of one host are tried: any request, any reply."""

    def __init__(self, host: CheckedHost, budget: int) -> None:
        self.host = host
        self.units = budget
        self.budget = Budget(budget)
        interface = host.interface
        variables = [Variable("input", v.name, v.type) for v in (*interface.inputs, *interface.outputs)]
        if host.knows.revisions is None:
            variables.append(Variable("config", Label(KNOWN), "set"))
        nodes = Nodes()
        self.stage = stage(host, host.defines, host.declaration.name, variables, [], nodes)
        _, rules = closed_host(host, nodes)
        self.guards: list[Core] = [rule.guard or nodes.true for rule in rules]
        self.caller = Caller(host)
        self.cutoffs = Cutoffs(self.stage)

    def outcomes(self, claims: list[HostClaim]) -> Iterator[SessionOutcome]:
        for claim in claims:
            started = time.perf_counter()
            self.budget = Budget(self.units)
            try:
                outcome = self._outcome(claim)
            except TooMany:
                reason = "an example was found, and replaying it takes trying too many values of a range"
                outcome = SessionOutcome(claim, "undecided", reason=reason)
            yield structs.replace(outcome, seconds=time.perf_counter() - started)

    def _outcome(self, claim: HostClaim) -> SessionOutcome:
        own = Holds(self.guards[claim.at])
        earlier = [Holds(guard, truth=False) for guard in self.guards[: claim.at]]
        result, cutoff = self._find((*earlier, own))
        match result:
            case Found(example=Example() as example):
                values = {**example.situation.config, **example.situation.inputs, **example.answer.outputs}
                if self.caller.rule(values, example.situation.relations) != claim.at:
                    reason = "the solver's example does not replay; this is a defect of Parley, please report it"
                    return SessionOutcome(claim, "inconsistent", cutoff, reason=reason)
                return SessionOutcome(claim, "proved", cutoff)
            case Impossible():
                return SessionOutcome(claim, "refuted", cutoff, self._shadows(earlier, own))
            case other:
                return SessionOutcome(claim, "undecided", cutoff, reason=getattr(other, "reason", "no answer"))

    def _shadows(self, earlier: list[Holds], own: Holds) -> tuple[str, ...]:
        """The rules that together leave it nothing, as far as a small budget goes; none where it never holds itself."""
        self.budget = self.budget.aside()
        if isinstance(self._find((own,))[0], Impossible):
            return ()
        kept = dict(enumerate(earlier))
        # The first rules are the last to be left out: they are the easiest to follow.
        for at in reversed(list(kept)):
            rest = [goal for other, goal in kept.items() if other != at]
            if isinstance(self._find((*rest, own))[0], Impossible):
                del kept[at]
        return tuple(rule_name(at) for at in kept)

    def _find(self, goals: Goals | tuple[Goal, ...]) -> tuple[Found | Impossible | Unknown, dict[str, int]]:
        try:
            cutoff = self.cutoffs.of(goals)
            most = self.host.knows.most
            sizes = {name: size if most is None else min(size, most) for name, size in cutoff.items()}
            return Search(self.stage, sizes, self.units).find(goals, explain=False, budget=self.budget), cutoff
        except LeavesFragment as error:
            return Unknown(f"it leaves the decidable fragment: {error.reason}"), {}
        except TooLarge:
            return Unknown(TOO_LARGE), {}
