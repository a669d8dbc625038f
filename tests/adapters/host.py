"""A host behind two pipes, for `parley conform SESSION`: what it is told, a line; what it asks and makes of it, a line.

python host.py RULE [once]

RULE is one of the callers below; with `once` the program ends after one negotiation, and is started anew. Nothing here
is Parley's: this is what hooking up a caller takes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator

SUCCESS, NOT_SUPPORTED = 0, 0xFFFF_FFFF_FFFF_FFFF
Reply = tuple[int, int, int]
"""x0, x1 and x2."""
Course = Generator[int, Reply, int | None]
"""A negotiation: it asks by `yield`, and returns the revision that it goes on with, None for none."""
Rule = Callable[[list[int]], Course]
"""A caller, given what it speaks, the most preferred first."""


def word(revision: str) -> int:
    major, minor = revision.split(".")
    return int(major) << 16 | int(minor)


def linux(known: list[int]) -> Course:
    """Linux KVM, from version 7 of the series on: one request for 1.0; no RMM is told apart first."""
    status, _, _ = yield 0x10000
    if status == NOT_SUPPORTED:
        return None
    return 0x10000 if status == SUCCESS else None


def linux_v2(known: list[int]) -> Course:
    """Linux KVM, version 2 of the series: the status is not looked at, and a `lower` of major 1 will do."""
    _, lower, _ = yield 0x10000
    return 0x10000 if lower >> 16 & 0x7FFF == 1 else None


def xen(known: list[int]) -> Course:
    """The strictest caller: `lower` is looked at on success, too."""
    status, lower, _ = yield max(known)
    return max(known) if (status, lower) == (SUCCESS, max(known)) else None


def xen_masking(known: list[int]) -> Course:
    """The same with the bits masked off that are none of a revision's."""
    status, lower, _ = yield max(known)
    return max(known) if (status, lower & 0x7FFF_FFFF) == (SUCCESS, max(known)) else None


def fails_on_error_input(known: list[int]) -> Course:
    """Linux that knows one failure, and takes whatever else it gets for success."""
    status, _, _ = yield 0x10000
    return None if status == 1 else 0x10000


def once(known: list[int]) -> Course:
    """Asks for the newest revision that it speaks, and for no other."""
    status, _, _ = yield max(known)
    return max(known) if status == SUCCESS else None


def retries(known: list[int]) -> Course:
    """Linux as the thread imagines it: 1.1 first, then what `lower` or `higher` says, if it speaks that."""
    asked = 0x10001
    while True:
        status, lower, higher = yield asked
        if status == SUCCESS:
            return asked
        if lower in known and lower != asked:
            asked = lower
        elif higher in known and higher != asked:
            asked = higher
        else:
            return None


def trusts_lower(known: list[int]) -> Course:
    """Takes `lower` on a failure for a revision that both speak, without asking for it."""
    status, lower, _ = yield 0x10001
    return 0x10001 if status == SUCCESS else lower


def goes_down(known: list[int]) -> Course:
    """The newest first, then always the newest that is not above `lower`, and no more where `lower` is not below."""
    asked = max(known)
    while True:
        status, lower, _ = yield asked
        if status == SUCCESS:
            return asked
        older = [revision for revision in known if revision <= lower]
        if lower >= asked or not older:
            return None
        asked = max(older)


def asks_all(known: list[int]) -> Course:
    """Every revision that it speaks, each of them with reserved bits set, and then the newest that succeeded."""
    found: list[int] = []
    for revision in sorted(known):
        status, _, _ = yield revision
        found += [revision] if status == SUCCESS else []
        for bit in (31, 32, 47, 63):
            yield revision | 1 << bit
        yield revision | 0xFFFF_FFFF_8000_0000
        yield revision ^ 0x7FFF_FFFF
    return max(found, default=None)


def for_ever(known: list[int]) -> Course:
    """Waits for an RMM that changes its mind."""
    while True:
        status, _, _ = yield known[0]
        if status == SUCCESS:
            return known[0]


def patient(known: list[int]) -> Course:
    """Asks three times before it gives up."""
    for _ in range(3):
        status, _, _ = yield 0x10000
        if status == SUCCESS:
            return 0x10000
    return None


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        linux,
        linux_v2,
        xen,
        xen_masking,
        fails_on_error_input,
        once,
        retries,
        trusts_lower,
        goes_down,
        asks_all,
        for_ever,
        patient,
    )
}


def put(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)


def negotiate(rule: Rule, known: list[int]) -> None:
    asking = rule(known)
    number, asked = 0, next(asking)
    while True:
        number += 1
        put({"id": number, "x1": hex(asked)})
        answer = json.loads(sys.stdin.readline())
        try:
            asked = asking.send((int(answer["x0"], 16), int(answer["x1"], 16), int(answer["x2"], 16)))
        except StopIteration as over:
            if over.value is None:
                put({"give_up": True})
            else:
                put({"accept": hex(over.value) if over.value >> 31 else f"{over.value >> 16}.{over.value & 0xFFFF}"})
            return


def main() -> None:
    rule = RULES[sys.argv[1]]
    for line in sys.stdin:
        negotiate(rule, [word(revision) for revision in json.loads(line)["known"]])
        if "once" in sys.argv[2:]:
            return


if __name__ == "__main__":
    main()
