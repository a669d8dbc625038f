"""The doc comments of a declaration's parts, by what JSON calls each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from parley.spec.checked import CheckedHost, CheckedInterface, CheckedPolicy, CheckedSession, rule_name
from parley.spec.syntax import (
    Assign,
    Case,
    Define,
    Ensure,
    Expect,
    HostItem,
    InterfaceItem,
    Knows,
    Layout,
    Opening,
    PolicyItem,
    Rule,
    SessionItem,
    Statement,
    Variable,
)


def doc_comments(what: CheckedInterface | CheckedPolicy | CheckedHost | CheckedSession) -> dict[str, str]:
    """Variables, formulas and `define`s go by their names; `case NAME`, `case NAME: OUTPUT`, `rule_N` and the like."""
    return {name: doc for name, doc in _named("", what.declaration.items) if doc}


def _named(
    prefix: str, items: Sequence[InterfaceItem | PolicyItem | HostItem | SessionItem | Ensure]
) -> Iterator[tuple[str, str]]:
    rules = 0
    ensures = 0
    for item in items:
        match item:
            case Case():
                yield f"case {item.name.id}", item.doc
                yield from _named(f"case {item.name.id}: ", item.items)
            case Assign():
                yield f"{prefix}{item.output.id}", item.doc
            case Ensure():
                ensures += 1
                yield f"{prefix}ensure_{ensures}", item.doc
            case Rule():
                yield rule_name(rules), item.doc
                rules += 1
            case Expect():
                yield f"expect {item.claim.id}", item.doc
            case Statement() | Define() | Variable():
                yield item.name.id, item.doc
            case Layout():
                yield "revision", item.doc
            case Knows():
                yield "knows", item.doc
            case Opening():
                yield "start", item.doc
            case _:
                assert_never(item)
