"""The doc comments of a declaration's parts, by what JSON calls each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from parley.spec import syntax
from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession, rule_name
from parley.spec.checked_interface import CheckedInterface


def doc_comments(what: CheckedInterface | CheckedPolicy | CheckedHost | CheckedSession) -> dict[str, str]:
    """Variables, formulas and `define`s go by their names; `case NAME`, `case NAME: OUTPUT`, `rule_N` and the like."""
    return {name: doc for name, doc in _named("", what.declaration.items) if doc}


def _named(
    prefix: str,
    items: Sequence[syntax.InterfaceItem | syntax.PolicyItem | syntax.HostItem | syntax.SessionItem | syntax.Ensure],
) -> Iterator[tuple[str, str]]:
    rules = 0
    ensures = 0
    for item in items:
        match item:
            case syntax.Case():
                yield f"case {item.name.id}", item.doc
                yield from _named(f"case {item.name.id}: ", item.items)
            case syntax.Assign():
                yield f"{prefix}{item.output.id}", item.doc
            case syntax.Ensure():
                ensures += 1
                yield f"{prefix}ensure_{ensures}", item.doc
            case syntax.Rule():
                yield rule_name(rules), item.doc
                rules += 1
            case syntax.Expect():
                yield f"expect {item.claim.id}", item.doc
            case syntax.Statement() | syntax.Define() | syntax.Variable():
                yield item.name.id, item.doc
            case syntax.Layout():
                yield "revision", item.doc
            case syntax.Knows():
                yield "knows", item.doc
            case syntax.Opening():
                yield "start", item.doc
            case _:
                assert_never(item)
