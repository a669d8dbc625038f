"""Decisions of a host: a reply to a request that it made, and what its rules do about it.

The replies are those that the session's policy allows at its boundary values, and some beside them, whoever may give
those: a caller has to do something about them, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from ..model.evaluate_host import HostEvaluator
from ..model.instance import Value, words_of
from ..model.oracle import NoAnswer, Oracle, Outputs
from ..model.representatives import TooMany
from ..spec.checked import CheckedSession, rule_name
from ..spec.syntax import KNOWN, Accept, Enumeration, GiveUp, Request
from .boundary_values import BoundaryValues
from .revisions import beside

What = Literal["accept", "request", "give_up"]

MOST_KNOWN = 6
"""Of a host that knows any revisions, so many lists are looked at."""

MOST_REQUESTS = 8
"""So many requests of one list: the first, and those that replies lead to."""

MOST_OF_A_KIND = 3
"""Decisions of one rule, with one outcome, about replies to one request that are alike."""


class Decision(Struct, frozen=True):
    """The request, the words of the reply, and what the host does: a revision to accept or to ask for, or none.

    `why` says which rule that is, and which case of the policy replies so there; None for a reply beside those.
    """

    requested: int
    reply: Outputs
    what: What
    revision: int | None
    rule: str
    case: str | None


class Decisions(Struct, frozen=True):
    """What a host decides where it knows some revisions; None where it says itself what it knows."""

    known: Value | None
    decided: tuple[Decision, ...]


def decisions(session: CheckedSession) -> list[Decisions]:
    """The decisions of a session's host. Its relations must have bodies, and its messages no sets."""
    return _Deciding(session).all()


class _Deciding:
    def __init__(self, session: CheckedSession) -> None:
        self.session = session
        self.oracle = Oracle(session.policy)
        self.host = HostEvaluator(session.host, session.policy)
        self.boundaries = BoundaryValues(self.oracle)
        self.asked = session.interface.inputs[0].name.id

    def all(self) -> list[Decisions]:
        made = (Decisions(known, tuple(self._about(known))) for known in self._known())
        return [one for one in made if one.decided]

    def _known(self) -> Iterator[Value | None]:
        """What it knows: of a host that knows any revisions, sets as they are supported at the boundaries."""
        if not self.host.any_known:
            yield None
            return
        kind = "range" if self.session.host.knows.ranged else "set"
        seen: list[Value] = []
        for config in self.boundaries.configurations():
            for variable in self.session.interface.configs:
                value = config[variable.name.id]
                fits = variable.type == kind and value not in seen and self.host.may_know({KNOWN: value})
                if fits and len(seen) < MOST_KNOWN:
                    seen.append(value)
                    yield value

    def _about(self, known: Value | None) -> Iterator[Decision]:
        given: dict[str, Value] = {} if known is None else {KNOWN: known}
        first = self.host.start(given, {})
        requests = [first] if isinstance(first, int) and not isinstance(first, bool) else []
        counted: dict[object, int] = {}
        seen: set[object] = set()
        for at in range(MOST_REQUESTS):
            if at == len(requests):
                return
            for case, how, reply in self._replies(requests[at], self._listed(known)):
                key = (requests[at], tuple(sorted(reply.items())))
                decision = None if key in seen else self._decided(given, requests[at], reply, case)
                if decision is None:
                    continue
                seen.add(key)
                kind = (requests[at], decision.rule, case, how, decision.revision)
                counted[kind] = counted.get(kind, 0) + 1
                if counted[kind] > MOST_OF_A_KIND:
                    continue
                if decision.what == "request" and decision.revision not in requests:
                    assert decision.revision is not None
                    requests.append(decision.revision)
                yield decision

    def _listed(self, known: Value | None) -> tuple[int, ...]:
        """Some revisions that the host knows."""
        return words_of(known)[:MOST_KNOWN] if known is not None else self.host.listed[:MOST_KNOWN]

    def _decided(self, given: dict[str, Value], request: int, reply: Outputs, case: str | None) -> Decision | None:
        """What the host does; None where no rule applies, or what it would accept or ask for has no value."""
        values = {**given, self.asked: request, **reply}
        rule = self.host.rule(values, {})
        if rule is None:
            return None
        action, value = self.host.action(rule, values, {})
        name = rule_name(rule)
        match action:
            case GiveUp():
                return Decision(request, reply, "give_up", None, name, case)
            case Accept() | Request() if isinstance(value, int) and not isinstance(value, bool):
                what: What = "accept" if isinstance(action, Accept) else "request"
                return Decision(request, reply, what, value, name, case)
            case _:
                return None

    def _replies(self, request: int, known: tuple[int, ...]) -> Iterator[tuple[str | None, str, Outputs]]:
        """Replies to a request with the case that gives them, and how they differ from others of that case.

        First those of the policy, then others: one word in them is another.
        """
        first: dict[str, Outputs] = {}
        seen: list[Outputs] = []
        for config in self.boundaries.configurations():
            inputs: dict[str, Value] = {self.asked: request}
            if not self.oracle.admits(config, inputs):
                continue
            try:
                case = self.oracle.answer(config, inputs).case
                answers = self.oracle.answers(config, inputs)[:MOST_OF_A_KIND]
            except (NoAnswer, TooMany):
                continue
            for reply in answers:
                if reply not in seen:
                    seen.append(reply)
                    first.setdefault(case, reply)
                    yield case, "", reply
        for reply in first.values():
            yield from ((None, how, wrong) for how, wrong in self._wrong(reply, request, known))

    def _wrong(self, reply: Outputs, request: int, known: tuple[int, ...]) -> Iterator[tuple[str, Outputs]]:
        """A reply with one word in it that may mislead: a reserved bit, a neighbour, no value of the enumeration."""
        format_ = self.oracle.format
        for variable in self.session.interface.outputs:
            name = variable.name.id
            value = reply.get(name)
            if isinstance(value, bool) or not isinstance(value, int):
                continue
            if isinstance(variable.type, Enumeration):
                for word in _codes([number for _, number in variable.type.values], 64 if format_.width > 32 else 32):
                    yield f"{name} {word}", {**reply, name: word}
                continue
            # What the host knows, and what it asked for, is what it looks for.
            sought = [word for word in dict.fromkeys((request, *known)) if format_.well_formed(word)]
            for word in sought:
                yield f"{name} sought", {**reply, name: word}
                for bit in (field.high for field in format_.reserved):
                    yield f"{name} bit {bit}", {**reply, name: word | 1 << bit}
                for step in (1, -1):
                    near = beside(format_, word, step)
                    if near is not None:
                        yield f"{name} {step}", {**reply, name: near}
            yield f"{name} zero", {**reply, name: 0}


def _codes(named: list[int], width: int) -> list[int]:
    """The numbers that have names, and some without: the least, all ones, and what is a named one in its lower half."""
    least = next(number for number in range(len(named) + 1) if number not in named)
    halves = [number | 1 << width // 2 for number in named]
    return list(dict.fromkeys((*named, least, *halves, (1 << width) - 1)))
