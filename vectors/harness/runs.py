"""What the drivers print, and which values they draw."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ...model.instance import Instance, words_of
from ...spec.checked import CheckedPolicy
from ...spec.words import WIDEST
from .programs import Done
from .verdicts import Runs, Verdict

INPUTS = 20_000
"""Inputs that each handler is run with, at most."""

TRIES = 2_000_000
"""Runs in which they are looked for."""

RUNNING = 120.0
"""Seconds that all runs together may take: far more than they do."""

MOST_POOL = 400


class Drawn(Struct, frozen=True):
    """The words that are drawn: those of a suite, and by what a word is changed: by one of a field, by any bit.

    Of the `steps`, the first `fields` are those of fields.
    """

    pool: list[int]
    steps: list[int]
    fields: int


def drawn(policy: CheckedPolicy, points: Iterable[Instance]) -> Drawn:
    """What is drawn for a policy: what its own suite has."""
    words: dict[int, None] = {}
    for point in points:
        for value in (*point.config.values(), *point.inputs.values()):
            words.update(dict.fromkeys(words_of(value)))
    format_ = policy.interface.format
    by_field = [1 << field.low for field in format_.numbered]
    bits = [1 << bit for bit in range(WIDEST)]
    named = [code for codes in policy.interface.named.values() for code in codes.values()]
    pool = [*dict.fromkeys([0, *words, *named])]
    return Drawn(pool[:MOST_POOL], [*by_field, *(bit for bit in bits if bit not in by_field)], len(by_field))


def read(done: Done, handlers: int) -> Runs:
    """The lines of a driver. What it did not come to is not known."""
    inputs = asserts = 0
    verdicts: dict[int, Verdict] = {}
    for line in done.out.splitlines():
        number, _, said = line.partition(" ")
        kind, _, rest = said.partition(" ")
        match kind:
            case "inputs":
                count, _, looked = rest.partition(" asserts ")
                inputs, asserts = int(count), int(looked)
                verdicts[0] = Verdict("held", "")
            case "fails":
                verdicts[0] = Verdict("caught", rest)
            case "caught":
                verdicts[int(number)] = Verdict("caught", rest)
            case "held":
                verdicts[int(number)] = Verdict("held", "")
            case "silent":
                verdicts[int(number)] = Verdict("silent", "where something is left open, it has no answer")
            case _:
                pass
    if verdicts and not inputs and verdicts[0].kind == "held":
        why = "no input was found that meets what the harness assumes"
        return Runs(0, asserts, dict.fromkeys(range(handlers), Verdict("unknown", why)))
    why = "the runs were not done in time" if done.code is None else "the program ended before"
    for number in range(handlers):
        verdicts.setdefault(number, Verdict("unknown", why))
    return Runs(inputs, asserts, verdicts)
