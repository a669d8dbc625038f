"""What the checkers of all kinds of declarations have in common: how they report, and how they look at formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ..checked import IMPLIED
from ..checked_parts import Placed
from ..defines import mention
from ..diagnostics import Diagnostic, Related, listed, meant
from .infer import expect
from .types import BOOL

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from .. import syntax
    from ..checked_interface import CheckedInterface
    from ..defines import Expansion
    from ..source import Source
    from .scope import Scope
    from .types import AnyType

ASSUMED = frozenset({"assume", "assumption"})
"""The roles of statements that restrict configurations and inputs."""

USE_LESS = "use them less often, or nest them less deeply"
"""What to do about a formula that is too large with its `define`s put in."""


class Checker(Struct, eq=False):
    """Goes through one declaration of a text; `problems` collects what is wrong with it."""

    source: Source
    problems: list[Diagnostic]

    def report(self, code: str, message: str, at: syntax.Node, help_: str = "", *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, at.span, related))

    def related(self, other: syntax.Node, words: str = "first declared here", source: Source | None = None) -> Related:
        """Another place, of this text if no other is given."""
        return Related(source or self.source, other.span, words)

    def twice(self, label: syntax.Label, first: Related, help_: str = "rename or delete one of them") -> None:
        self.report("P202", f"`{label.id}` is declared twice", label, help_, first)

    def statement(self, item: syntax.Statement, taken: dict[str, Placed], help_: str) -> Placed:
        """A statement in its place; reported where its name is `taken`, which it is from now on."""
        placed = Placed(item, self.source)
        first = taken.setdefault(item.name.id, placed)
        if first is not placed:
            self.twice(item.name, self.related(first.statement.name, source=first.source), help_)
        elif item.role not in ASSUMED and item.name.id in IMPLIED:
            message = f"`{item.name.id}` is a claim that `check` makes by itself"
            self.report("P202", message, item.name, "choose another name")
        return placed

    def assumptions_of(self, labels: Sequence[syntax.Label], interface: CheckedInterface) -> list[Placed]:
        """The optional assumptions of an interface that stand behind `under`; reported where there are none such."""
        found: dict[str, Placed] = {}
        first: dict[str, syntax.Label] = {}
        for label in labels:
            known = first.setdefault(label.id, label)
            placed = interface.optional.get(label.id)
            if known is not label:
                self.report("P213", f"`{label.id}` stands here twice", label, "delete one of them", self.related(known))
            elif placed is not None:
                found[label.id] = placed
            else:
                self._no_assumption(label, interface)
        return list(found.values())

    def _no_assumption(self, label: syntax.Label, interface: CheckedInterface) -> None:
        """Report what is behind `under` and no optional assumption of the interface."""
        always = next((p for p in interface.assumptions if p.statement.name.id == label.id), None)
        if always is not None:
            related = self.related(always.statement.name, "assumed here", always.source)
            message = f"`{label.id}` is assumed always: it is an `assume` of `{interface.name}`"
            help_ = "leave it out here, or declare it as `assumption` where it is to be optional"
            self.report("P213", message, label, help_, related)
            return
        help_ = f"declare it in the interface: `assumption {label.id}: …`"
        if interface.optional:
            help_ = f"its optional assumptions are {listed(sorted(interface.optional))}"
        help_ = meant(label.id, interface.optional, help_, already=len(self.problems))
        self.report("P213", f"`{interface.name}` has no optional assumption `{label.id}`", label, help_)


def read_names(
    scope: Scope,
    expr: syntax.Expr,
    wanted: AnyType,
    expansion: Expansion,
    at: syntax.Node | None = None,
    what: str = "this formula",
) -> set[str]:
    """Check an expression; the names that it reads, through `define`s as well.

    One that is too large is reported as `what` it is, at a node if not where it stands.
    """
    expect(scope, expr, wanted)
    names, too_large = expansion.look(expr)
    if too_large:
        scope.report("P418", f"{what} is too large with its `define`s put in", (at or expr).span, USE_LESS)
    return names


def check_well_formed(scope: Scope, word: syntax.Number, whose: str) -> bool:
    """Report a register word whose `zero` fields are not zero where only a revision will do."""
    field = next((field for field in scope.fields if field.zero and word.value & field.bits.mask), None)
    if field is not None:
        message = f"{whose} well-formed revisions only, and `{field.name.id}` is not zero here"
        scope.report("P303", message, word.span, "write the revision with its fields, such as 1.0")
    return field is None


def check_statement(scope: Scope, item: syntax.Statement, expansion: Expansion, outputs: Set[str]) -> set[str]:
    """Check the formula of a statement; the names that it reads. An assumption cannot speak of the `outputs`."""
    help_ = "it restricts configurations and inputs; what the answer must be is an `invariant`"
    if item.role not in ASSUMED:
        outputs = frozenset()
    # An output that it reads is told of below; the help of another fault must not say to read one.
    unread = [name for name in outputs if mention(item.formula, name) is None]
    within = replace(scope, hidden={**scope.hidden, **dict.fromkeys(unread, help_)})
    names = read_names(within, item.formula, BOOL, expansion, item.name, f"`{item.name.id}`")
    if found := names & outputs:
        message = f"an assumption cannot speak of the output `{min(found)}`"
        scope.report("P205", message, mention(item.formula, min(found)) or item.formula.span, help_)
    return names
