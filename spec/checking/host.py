"""Check one host: what it knows, its first request, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..checked import CheckedHost, CheckedInterface
from ..defines import Defined, Expansion, mention
from ..diagnostics import Diagnostic, Related
from ..syntax import (
    KNOWN,
    PREFERS,
    Accept,
    And,
    Comparison,
    Define,
    Enumeration,
    Expr,
    Host,
    Knows,
    Label,
    Member,
    Name,
    Number,
    Opening,
    Or,
    Request,
    Revision,
    Rule,
    SetLiteral,
)
from .infer import WORD, expect
from .signatures import Signatures, report_relations_of_sets
from .types import BOOL, REVISION, SET, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..source import Source, Span
    from .scope import Scope

MOST_KNOWN = 64
"""Revisions that a host may list, or `up to` name. Rounds are gone through one by one; far fewer take long already."""

MOST_RULES = 100
"""Rules of one host. They are put together into one formula of each round, one inside the other."""

_UNSEEN = "a host sees its last request, the reply to it, and `known`"
_BEFORE = "nothing is asked or answered yet: start with a literal or with what is chosen from `known`"


def caller_defines(knows: Knows, source: Source) -> dict[str, Defined]:
    """`prefers(a, b)`, and `known` where it is a list: what hosts and sessions have without declaring it.

    A revision that is not known comes after all that are, and one without a value stands in no order.
    """
    # Names that nobody can write, so that nothing is shadowed.
    first, second = Label("a·", knows.span), Label("b·", knows.span)
    a, b = Name(first.id), Name(second.id)
    # That a has one follows from what is said of it: it is known.
    has_value = Comparison("==", b, b)
    made: list[Define] = []
    if knows.revisions is None:
        known = Name(KNOWN)
        newer = Or((Member(b, known, negated=True), Comparison(">", a, b)))
        made.append(Define(Label(PREFERS, knows.span), (first, second), And((Member(a, known), has_value, newer))))
    else:
        made.append(Define(Label(KNOWN, knows.span), (), SetLiteral(knows.revisions)))
        order = _before(a, b, knows.revisions)
        made.append(Define(Label(PREFERS, knows.span), (first, second), And((has_value, order))))
    return {define.name.id: Defined(define, source, of_file=False) for define in made}


def _before(a: Expr, b: Expr, listed: tuple[Expr, ...]) -> Expr:
    """`a` is listed, and `b` is not or comes after it.

    By halves, each looked into only where it matters: of one revision that is known, this is no longer than the list.
    """
    if len(listed) == 1:
        return And((Comparison("==", a, listed[0]), Comparison("!=", b, listed[0])))
    half = len(listed) // 2
    more, less = SetLiteral(listed[:half]), SetLiteral(listed[half:])
    return Or(
        (
            And((Member(a, more), Member(b, more, negated=True))),
            And((Member(b, more), Member(a, more), _before(a, b, listed[:half]))),
            And((Member(a, less), Member(b, more, negated=True), _before(a, b, listed[half:]))),
        )
    )


def own_names_free(
    names: tuple[str, ...],
    interface: CheckedInterface,
    entries: Mapping[str, Defined],
    label: Label,
    source: Source,
    problems: list[Diagnostic],
) -> bool:
    """Report names of a host or a session, at its `label`, that what it sees has for something else."""
    declared = {name: (interface.source, variable.name) for name, variable in interface.variables.items()}
    for variable in interface.variables.values():
        if isinstance(variable.type, Enumeration):
            declared |= {value.id: (interface.source, value) for value, _ in variable.type.values}
    declared |= {name: (entry.source, entry.define.name) for name, entry in entries.items()}
    taken = [name for name in names if name in declared]
    for name in taken:
        place, first = declared[name]
        message = f"`{name}` has a meaning of its own in `{label.id}`, and is declared, too"
        related = Related(place, first.span, "declared here")
        problems.append(Diagnostic("P424", message, f"rename that `{name}`", source, label.span, (related,)))
    return not taken


class HostChecker:
    """Everything known about one host while its items are gone through."""

    def __init__(
        self, host: Host, source: Source, interface: CheckedInterface, base: Signatures, problems: list[Diagnostic]
    ) -> None:
        self.host = host
        self.source = source
        self.interface = interface
        self.base = base
        self.problems = problems
        self.used: set[str] = set()

    def report(self, code: str, message: str, span: Span, help_: str, *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, span, related))

    def check(self) -> CheckedHost | None:
        """None where its interface is none to negotiate by."""
        inputs = self.interface.inputs
        if len(inputs) != 1:
            message = f"`{self.interface.name}` has {len(inputs) or 'no'} inputs, and a host's request is one"
            related = Related(self.interface.source, self.interface.declaration.name.span, "declared here")
            self.report("P424", message, self.host.interface.span, "negotiate by one revision", related)
        names = (KNOWN, PREFERS)
        free = own_names_free(names, self.interface, self.base.entries, self.host.name, self.source, self.problems)
        if len(inputs) != 1 or not free:
            return None
        knows = self._knows()
        entries = {**self.base.entries, **caller_defines(knows, self.source)}
        values: Mapping[str, AnyType] = self.base.values
        if knows.revisions is None:
            values = {**values, KNOWN: SET}
        signatures = replace(
            self.base, entries=entries, values=values, problems=self.problems, base=self.base, known={}
        )
        configs = dict.fromkeys((v.name.id for v in self.interface.configs), _UNSEEN)
        later = {v.name.id: _BEFORE for v in (*inputs, *self.interface.outputs)}
        scope = replace(signatures.scope(self.source, configs), of_caller=True)
        first = replace(scope, hidden={**configs, **later})
        expansion = Expansion(entries, self.problems)
        start = self._start(first, expansion)
        rules = self._rules(scope, expansion)
        report_relations_of_sets(signatures, self.used & entries.keys(), self.host.name, self.source)
        return CheckedHost(
            self.host,
            self.source,
            self.interface,
            knows,
            start,
            tuple(rules),
            {name: entry.define for name, entry in entries.items()},
        )

    # ---- knows ------------------------------------------------------------------------------------------

    def _knows(self) -> Knows:
        items = [item for item in self.host.items if isinstance(item, Knows)]
        name = self.host.name
        if not items:
            help_ = "write `knows 1.0, 1.1`, most preferred first, or `knows any`"
            self.report("P421", f"`{name.id}` does not say which revisions it knows", name.span, help_)
            return Knows(None, span=name.span)
        for item in items[1:]:
            related = Related(self.source, items[0].span, "the other")
            self.report("P421", "a host says once what it knows", item.span, "delete one of the two", related)
        knows = items[0]
        if knows.most is not None and not 0 < knows.most <= MOST_KNOWN:
            message = f"`up to` wants a number from 1 to {MOST_KNOWN}"
            self.report("P421", message, knows.span, "leave `up to` out for callers that know any number")
        if knows.revisions is not None:
            if len(knows.revisions) > MOST_KNOWN:
                message = f"a host lists {MOST_KNOWN} revisions at most"
                self.report("P421", message, knows.revisions[MOST_KNOWN].span, "write `knows any` for more")
            revisions = self._known(knows.revisions[:MOST_KNOWN]) or [Number(0, hexadecimal=True)]
            knows = replace(knows, revisions=tuple(revisions))
        return knows

    def _known(self, revisions: tuple[Expr, ...]) -> list[Expr]:
        """The constants of a list, each once."""
        scope = self.base.scope(self.source)
        seen: dict[object, Expr] = {}
        for revision in revisions:
            if not isinstance(revision, (Revision, Number)):
                help_ = "write revisions with commas between, most preferred first; or `knows any`"
                self.report("P421", "a host knows revisions, each written out", revision.span, help_)
                continue
            if not expect(replace(scope, problems=self.problems), revision, REVISION):
                continue
            word = self._word(revision)
            if word is None:
                continue
            first = seen.setdefault(word, revision)
            if first is not revision:
                related = Related(self.source, first.span, "first here")
                self.report("P421", "this revision stands here twice", revision.span, "delete one", related)
        return list(seen.values())

    def _word(self, revision: Revision | Number) -> object:
        """What tells revisions apart, however they are written; None where it is malformed, which is reported."""
        fields = [field for field in self.base.fields if not field.zero]
        if isinstance(revision, Revision):
            if len(fields) != len(revision.fields):
                return None
            return sum(number << f.bits.low for number, f in zip(revision.fields, fields, strict=True))
        if revision.value >= WORD:
            return None
        for field in self.base.fields:
            if field.zero and (revision.value >> field.bits.low) & ((1 << field.bits.high - field.bits.low + 1) - 1):
                message = f"a host knows well-formed revisions only, and `{field.name.id}` is not zero here"
                self.report("P303", message, revision.span, "write the revision with its fields, such as 1.0")
                return None
        return revision.value

    # ---- start and rules --------------------------------------------------------------------------------

    def _start(self, scope: Scope, expansion: Expansion) -> Expr:
        items = [item for item in self.host.items if isinstance(item, Opening)]
        name = self.host.name
        if not items:
            self.report("P422", f"`{name.id}` has no first request", name.span, "add `start request …`")
            return Number(0, hexadecimal=True)
        for item in items[1:]:
            related = Related(self.source, items[0].span, "the other")
            self.report("P422", "a host starts once", item.span, "delete one of the two", related)
        for item in items:
            self._term(scope, expansion, item.request, REVISION)
        return items[0].request

    def _rules(self, scope: Scope, expansion: Expansion) -> list[Rule]:
        rules = [item for item in self.host.items if isinstance(item, Rule)]
        name = self.host.name
        if not rules:
            help_ = "add at least `otherwise => give up`"
            self.report("P423", f"`{name.id}` has no rule for the reply", name.span, help_)
        if len(rules) > MOST_RULES:
            help_ = "join those that do the same by `or`"
            self.report("P423", f"a host has {MOST_RULES} rules at most", rules[MOST_RULES].span, help_)
        final: Rule | None = None
        for rule in rules:
            if final is not None:
                related = Related(self.source, final.span, "this one always applies")
                self.report("P423", "this rule can never apply", rule.span, "`otherwise` comes last", related)
            elif rule.guard is None:
                final = rule
            if rule.guard is not None:
                self._term(scope, expansion, rule.guard, BOOL)
            if isinstance(rule.action, (Request, Accept)):
                self._term(scope, expansion, rule.action.revision, REVISION)
        return rules

    def _term(self, scope: Scope, expansion: Expansion, expr: Expr, wanted: AnyType) -> None:
        expect(scope, expr, wanted)
        names, too_large = expansion.look(expr)
        self.used |= names
        if too_large:
            message = "this formula is too large with its `define`s put in"
            self.report("P418", message, expr.span, "use them less often, or nest them less deeply")
        found = sorted(name for name in names & scope.hidden.keys() if mention(expr, name) is None)
        if found:
            self.report(
                "P205", f"this comes to read `{found[0]}` through a `define`", expr.span, scope.hidden[found[0]]
            )
