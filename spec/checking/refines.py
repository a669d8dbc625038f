"""Check a policy against the one that it refines: the `define`s that the refined one leaves to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..checked import is_open
from ..defines import Expansion, all_defined
from ..diagnostics import Diagnostic, Related, plural
from .checker import USE_LESS
from .types import BOOL, AnyType, settled, unify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..checked import CheckedPolicy
    from ..syntax import Label
    from .environment import Entry
    from .signatures import Signature


def check_refines(
    mine: Entry[CheckedPolicy], theirs: Entry[CheckedPolicy], label: Label, problems: list[Diagnostic]
) -> None:
    """What `theirs` leaves abstract is what `mine` calls by that name: of one file or interface, or of one kind."""
    policy, refined = mine.checked, theirs.checked
    before = len(problems)
    for define in refined.abstract:
        name = define.name.id
        entry = mine.signatures.entries.get(name)
        if entry is None or entry.define is define or name in refined.interface.defines:
            continue
        related = (Related(theirs.signatures.entries[name].source, define.name.span, "left open here"),)
        difference = None if entry.of_file else _difference(mine, theirs, name)
        if entry.of_file:
            message, code, help_ = f"`{name}` is declared by `{refined.name}` already", "P202", "rename one of them"
        elif difference is not None:
            code, message = difference
            help_ = f"a body for what `{refined.name}` leaves open has its parameters; rename one that is another"
        else:
            continue
        problems.append(Diagnostic(code, message, help_, entry.source, entry.define.name.span, related))
    for name, (source, label) in policy.added.items():
        entry = theirs.signatures.entries.get(name)
        if entry is not None:
            message = f"`{name}` is a config here, and a `define` of `{refined.name}`"
            related = (Related(entry.source, entry.define.name.span, "declared here"),)
            problems.append(Diagnostic("P202", message, "rename one of them", source, label.span, related))
    if len(problems) == before and _too_large(policy, refined):
        message = f"a formula of `{refined.name}` is too large with the `define`s of `{policy.name}` put in"
        problems.append(Diagnostic("P418", message, USE_LESS, policy.source, label.span))


def _difference(mine: Entry[CheckedPolicy], theirs: Entry[CheckedPolicy], name: str) -> tuple[str, str] | None:
    """How the `define`s of one name differ in what they take, with the code of the fault."""
    ours, open_ = mine.signatures.get(name), theirs.signatures.get(name)
    if ours is None or open_ is None:
        return None
    count, of = len(open_.parameters), f"in `{theirs.checked.name}`, which leaves it open"
    if len(ours.parameters) != count:
        return "P208", f"`{name}` takes {plural(count, 'argument', none='no')} {of}"
    for wanted, found in _types(open_, ours):
        if not unify(found, wanted):
            return "P301", f"`{name}` has {settled(found)} where it has {settled(wanted)} {of}"
    return None


def _types(open_: Signature, ours: Signature) -> Iterator[tuple[AnyType, AnyType]]:
    theirs, mine = open_.copy(), ours.copy()
    yield from zip(theirs.parameters, mine.parameters, strict=True)
    yield BOOL, mine.result


def _too_large(policy: CheckedPolicy, refined: CheckedPolicy) -> bool:
    lent = [name for name in policy.bodies if is_open(name, refined.defines)]
    if not lent:
        return False
    theirs = Expansion(all_defined(policy.defines, policy.source), [])
    for name in lent:
        theirs.define(name)
    spoilt: list[Diagnostic] = []
    entries = all_defined(refined.defines, refined.source)
    whole = Expansion(entries, spoilt, {name: theirs.known[name] for name in lent})
    formulas = (*refined.answering(), *(placed.statement.formula for placed in refined.assumptions))
    return any(whole.look(formula)[1] or spoilt for formula in formulas)
