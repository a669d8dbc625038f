"""A host as its text has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ....spec import syntax as s
from .certificate import Relations
from .meaning import Meaning, Reading, Value, several, ways
from .policies import Policy
from .skeleton import Skeleton
from .texts import Text
from .words import TRUE, Between, Refused, Several

LONGEST_LIST = 64
"""An interval of so many known revisions at most is a list, newest first."""
MOST_NAMED = 8
"""So many revisions at most that a host knows are a constant each."""

Kind = TypeVar("Kind", bound=s.Node)


class Caller:
    """A host as its text has it, by itself or before a policy, which gives bodies to what its interface leaves open."""

    def __init__(self, text: Text, name: str, policy: Policy | None = None) -> None:
        self.declaration = text.declared(name, s.Host)
        self.policy = policy or Policy.of_interface(text, self.declaration.interface.id)
        items = self.policy.interface.items
        own = {d.name.id: d for d in items if isinstance(d, s.Define) and d.body is not None}
        lender = None if policy is None else policy.reading
        self.reading = Reading(own, text.defines, self.policy.reading.bare, lender)
        self.knows = _first(self.declaration.items, s.Knows)
        self.opening = _first(self.declaration.items, s.Opening)
        self.rules = [item for item in self.declaration.items if isinstance(item, s.Rule)]
        inputs = [v for v in items if isinstance(v, s.Variable) and v.role == "input"]
        self.request = _first(inputs, s.Variable).name.id

    def meaning(self, skeleton: Skeleton, scope: dict[str, Value], relations: Relations | None) -> Meaning:
        """What its expressions say."""
        return Meaning(skeleton, self.policy.vocabulary, self.reading, scope, relations)

    def known(self, skeleton: Skeleton) -> Value:
        """What it knows: some set with something in it, where that is not said; else what is listed, in its order."""
        if self.knows.most is not None and self.knows.most <= MOST_NAMED:
            # One after the other, some of them perhaps the same.
            words = [skeleton.word(f"{s.KNOWN}.{n}") for n in range(1, self.knows.most + 1)]
            for word in words:
                skeleton.clause(skeleton.well_formed(word))
            return Several(tuple((TRUE, word) for word in words))
        if self.knows.varies:
            known = self.policy.chosen(skeleton, s.KNOWN, "range" if self.knows.ranged else "set")
            skeleton.clause(self.meaning(skeleton, {}, None).some(known, lambda _: TRUE))
            return known
        return self.listed(skeleton)

    def listed(self, skeleton: Skeleton) -> Several:
        """What it says that it knows."""
        meaning = self.meaning(skeleton, {}, None)
        if self.knows.between is None:
            words = [way for one in self.knows.revisions or () for way in ways(meaning.of(one))]
            return Several(tuple(words))
        whole = several(meaning.of(self.knows.between))
        listed = [*skeleton.listed(whole)]
        if len(listed) <= LONGEST_LIST and not any(isinstance(piece, (str, Between)) for _, piece in listed):
            return Several(tuple(reversed(listed)))
        return whole


def _first(items: Sequence[s.Node], kind: type[Kind]) -> Kind:
    for item in items:
        if isinstance(item, kind):
            return item
    raise Refused(f"a host and its interface have a {kind.__name__.lower()}")
