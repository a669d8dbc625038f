"""The order in which a host has been seen to make its requests: guesses at what a session's rounds keep.

A level is how many requests were made up to one, at most. That later requests are of higher levels is something to be
shown; it proves nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..model.fold import folded
from ..model.unroll import NEXT, Unrolled, copy_of
from ..spec import syntax
from ..spec.checked import CheckedSession
from ..spec.core import Core


class Candidate(Struct, frozen=True):
    """A formula over the state between rounds. `shown` is what reports call it; `own` is one of the session's."""

    shown: str
    formula: syntax.Expr
    own: bool = False


class Levels(Struct, frozen=True):
    """Requests that have been seen, with their levels; empty where none have, or where they go round in circles."""

    of: dict[int, int]

    @property
    def highest(self) -> int:
        return max(self.of.values())

    def reached(self, term: syntax.Expr, least: int) -> syntax.Expr:
        """A term is a request of such a level, or a higher one."""
        return syntax.Member(term, self._above(least - 1))

    def _above(self, level: int) -> syntax.SetLiteral:
        return _words(word for word, own in self.of.items() if own > level)

    def climbs(self, one: syntax.Expr, other: syntax.Expr) -> syntax.Expr:
        """Of two requests, the second is of a higher level."""
        on = {level: _words(word for word, own in self.of.items() if own == level) for level in self.of.values()}
        ways = [syntax.And((syntax.Member(one, on[level]), self.reached(other, level + 1))) for level in sorted(on)]
        return syntax.Or(tuple(ways)) if len(ways) > 1 else syntax.Boolean(value=False)

    def goes_a_usual_way(self, listed: tuple[int, ...]) -> bool:
        """Whether requests follow the list, or go up or down: such ways are looked for anyhow."""
        order = tuple(sorted(self.of, key=lambda word: self.of[word]))
        usual = (listed, tuple(sorted(listed)), tuple(sorted(listed, reverse=True)))
        return order in ((), *usual) and len(set(self.of.values())) == len(self.of)

    def none_tried(self, request: syntax.Expr, offered: syntax.Expr) -> syntax.Expr:
        """Of the requests of lower levels than the last, none is in a set."""
        return syntax.And(
            tuple(
                syntax.Or(
                    (syntax.Member(request, later, negated=True), syntax.Member(_word(word), offered, negated=True))
                )
                for word, level in self.of.items()
                if (later := self._above(level)).items
            )
        )


def usual(session: CheckedSession, levels: Levels, listed: tuple[int, ...]) -> list[Candidate]:
    """What is often an invariant, of hosts that go down, up, along their preferences, or as they have been seen to."""
    if session.asked != "revision":
        return []
    request, known = syntax.Name(session.interface.inputs[0].name.id), syntax.Name(syntax.KNOWN)
    made = [Candidate("the last request is known", syntax.Member(request, known))]
    if levels.of and set(levels.of) != set(listed):
        made.append(Candidate("the last request is among those that the host tries", levels.reached(request, 1)))
    for field in session.interface.layout.fields:
        if field.zero:
            zero = syntax.Comparison("==", syntax.FieldOf(request, field.name.id), syntax.Number(0))
            made.append(Candidate(f"the last request has {field.name.id} zero", zero))
    k = syntax.Name("k·")
    ways: list[tuple[str, syntax.Expr]] = [
        ("above", syntax.Comparison(">", k, request)),
        ("below", syntax.Comparison("<", k, request)),
    ]
    if listed not in (tuple(sorted(listed)), tuple(sorted(listed, reverse=True))):
        # In a list that goes one way, what is preferred is above, or below: it would be shown twice.
        ways.append(("preferred to", syntax.Call(syntax.PREFERS, (k, request))))
    for config in session.interface.configs:
        if config.type not in ("set", "range"):
            continue
        offered = syntax.Member(k, syntax.Name(config.name.id))
        for shown, passed in ways:
            none = syntax.Quantified("no", k.id, known, syntax.And((passed, offered)))
            made.append(Candidate(f"no known revision {shown} the last request is in {config.name.id}", none))
        if not levels.goes_a_usual_way(listed):
            passed = f"no revision that the host tries before the last request is in {config.name.id}"
            made.append(Candidate(passed, levels.none_tried(request, syntax.Name(config.name.id))))
    return made


def orders(unrolled: Unrolled) -> list[tuple[str, Core]]:
    """Orders of revisions that a host may go along from one request to the next: what is shown, and the formula."""
    if unrolled.session.asked != "revision":
        return []
    request, following = syntax.Name(copy_of(unrolled.request, 1)), syntax.Name(NEXT)
    prefers = syntax.Call(syntax.PREFERS, (request, following))
    return [
        ("each request is below the one before", unrolled.core(syntax.Comparison("<", following, request))),
        ("each request is above the one before", unrolled.core(syntax.Comparison(">", following, request))),
        ("each request is less preferred than the one before", folded(unrolled.nodes, unrolled.core(prefers))),
    ]


def _word(word: int) -> syntax.Expr:
    return syntax.Number(word, hexadecimal=True)


def _words(words: Iterable[int]) -> syntax.SetLiteral:
    return syntax.SetLiteral(tuple(map(_word, words)))
