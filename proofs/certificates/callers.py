"""A host as its text has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...spec import syntax as s
from .meaning import Meaning, Reading, Value, several, ways
from .policies import Policy
from .skeleton import Skeleton
from .texts import Text
from .words import TRUE, Between, Several

KNOWN = "known"
MOST_LISTED = 64
"""An interval of so many known revisions at most is a list, newest first."""
MOST_NAMED = 8
"""So many revisions at most that a host knows are a constant each."""


class Caller:
    """A host as its text has it, by itself or before a policy, which gives bodies to what its interface leaves open."""

    def __init__(self, text: Text, name: str, policy: Policy | None = None) -> None:
        self.declaration: s.Host = text.declarations[name]
        self.policy = policy or Policy.of_interface(text, self.declaration.interface.id)
        items = self.policy.interface.items
        own = {d.name.id: d for d in items if isinstance(d, s.Define) and d.body is not None}
        lender = None if policy is None else policy.reading
        self.reading = Reading(own, text.defines, self.policy.reading.bare, lender)
        (self.knows,) = [item for item in self.declaration.items if isinstance(item, s.Knows)]
        (self.opening,) = [item for item in self.declaration.items if isinstance(item, s.Opening)]
        self.rules = [item for item in self.declaration.items if isinstance(item, s.Rule)]
        inputs = [v for v in self.policy.interface.items if isinstance(v, s.Variable) and v.role == "input"]
        self.request = inputs[0].name.id

    def meaning(self, made: Skeleton, scope: dict[str, Value], relations: Mapping[str, Any] | None) -> Meaning:
        """What its expressions say."""
        policy = self.policy
        basis = made, policy.fields, policy.numbered, policy.constants, policy.codes, self.reading
        return Meaning(*basis, scope, relations=relations)

    def known(self, made: Skeleton) -> Value:
        """What it knows: some set with something in it, where that is not said; else what is listed, in its order."""
        if self.knows.most is not None and self.knows.most <= MOST_NAMED:
            # One after the other, some of them perhaps the same.
            words = [made.word(f"{KNOWN}.{n}") for n in range(1, self.knows.most + 1)]
            for word in words:
                made.clause(made.well_formed(word))
            return Several(tuple((TRUE, word) for word in words))
        if self.knows.varies:
            known = self.policy.chosen(made, KNOWN, "range" if self.knows.ranged else "set")
            made.clause(self.meaning(made, {}, None).some(known, lambda _: TRUE))
            return known
        return self.listed(made)

    def listed(self, made: Skeleton) -> Several:
        """What it says that it knows."""
        meaning = self.meaning(made, {}, None)
        if self.knows.between is None:
            words = [way for one in self.knows.revisions or () for way in ways(meaning.of(one))]
            return Several(tuple(words))
        whole = several(meaning.of(self.knows.between))
        listed = [*made.listed(whole)]
        if len(listed) <= MOST_LISTED and not any(isinstance(piece, (str, Between)) for _, piece in listed):
            return Several(tuple(reversed(listed)))
        return whole
