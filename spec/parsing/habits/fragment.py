"""One habit from elsewhere, as the tables of wrong fragments have it."""

from __future__ import annotations

from msgspec import Struct


class WrongFragment(Struct, frozen=True):
    """One habit from elsewhere. `at` matches the text from the fault on, `before` the line's text up to it.

    `wants` names a terminal that the parser would have taken there; without it the entry applies anywhere.
    `example` is a policy text that runs into it (the tests go through them).
    """

    at: str
    message: str
    help: str
    example: str
    before: str = ""
    wants: str = ""
    code: str = "P101"


def formula(text: str) -> str:
    return f"define f(a, b) = {text}"


def interface(items: str) -> str:
    return f"interface I {{ {items} }}"


def policy(items: str) -> str:
    return f"policy p for I {{ {items} }}"


def case(items: str) -> str:
    return policy(f"case c otherwise {{ {items} }}")


def host(items: str) -> str:
    return f"host h for I {{ {items} }}"
