"""Check one host: what it knows, its first request, its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field
from msgspec.structs import replace

from .. import syntax
from ..checked import CheckedHost
from ..defines import Defined, Expansion, is_range, may_be_range, mention
from ..diagnostics import Related
from ..words import Format
from .checker import Checker, check_well_formed, read_names
from .infer import expect
from .infer_word import word_width
from .interface import assigned
from .signatures import report_relations_of_sets
from .types import BOOL, REVISION, SET, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..checked_interface import CheckedInterface
    from ..source import Source
    from .scope import Scope
    from .signatures import Signatures

MOST_KNOWN = 64
"""Revisions that a host may list, or `up to` name. Rounds are gone through one by one; far fewer take long already."""

MOST_RULES = 100
"""Rules of one host. They are put together into one formula of each round, one inside the other."""

_UNSEEN = "a host sees its last request, the reply to it, and `known`"
_BEFORE = "nothing is asked or answered yet: start with a literal or with what is chosen from `known`"


def caller_defines(knows: syntax.Knows, source: Source) -> dict[str, Defined]:
    """`prefers(a, b)`, and `known` where its text says what it is: what hosts and sessions have without declaring it.

    A revision that is not known comes after all that are, and one without a value stands in no order.
    """
    # Names that nobody can write, so that nothing is shadowed.
    a, b = syntax.Name("a·"), syntax.Name("b·")
    parameters = tuple(syntax.Label(name.id, span=knows.span) for name in (a, b))
    # That a has one follows from what is said of it: it is known.
    has_value = syntax.Comparison("==", b, b)
    made: dict[str, tuple[tuple[syntax.Label, ...], syntax.Expr]] = {}
    if knows.between is not None:
        made[syntax.KNOWN] = (), knows.between
    if knows.revisions is None:
        known = syntax.Name(syntax.KNOWN)
        newer = syntax.Or((syntax.Member(b, known, negated=True), syntax.Comparison(">", a, b)))
        made[syntax.PREFERS] = parameters, syntax.And((syntax.Member(a, known), has_value, newer))
    else:
        made[syntax.KNOWN] = (), syntax.SetLiteral(knows.revisions)
        made[syntax.PREFERS] = parameters, syntax.And((has_value, _before(a, b, knows.revisions)))
    return {
        name: Defined(syntax.Define(syntax.Label(name, span=knows.span), *of), source, of_file=False)
        for name, of in made.items()
    }


def _written(format_: Format, word: int, at: syntax.Node) -> syntax.Expr:
    """A revision as it is written."""
    if len(format_.numbered) == 1:
        return syntax.Number(word, hexadecimal=True, span=at.span)
    return syntax.Revision(format_.numbers(word), span=at.span)


def _before(a: syntax.Expr, b: syntax.Expr, listed: tuple[syntax.Expr, ...]) -> syntax.Expr:
    """`a` is listed, and `b` is not or comes after it.

    By halves, each looked into only where it matters: of one revision that is known, this is no longer than the list.
    """
    if len(listed) == 1:
        return syntax.And((syntax.Comparison("==", a, listed[0]), syntax.Comparison("!=", b, listed[0])))
    half = len(listed) // 2
    more, less = syntax.SetLiteral(listed[:half]), syntax.SetLiteral(listed[half:])
    return syntax.Or(
        (
            syntax.And((syntax.Member(a, more), syntax.Member(b, more, negated=True))),
            syntax.And((syntax.Member(b, more), syntax.Member(a, more), _before(a, b, listed[:half]))),
            syntax.And((syntax.Member(a, less), syntax.Member(b, more, negated=True), _before(a, b, listed[half:]))),
        )
    )


def own_names_free(
    checker: Checker,
    names: tuple[str, ...],
    interface: CheckedInterface,
    entries: Mapping[str, Defined],
    label: syntax.Label,
    more: Mapping[str, tuple[Source, syntax.Label]] | None = None,
) -> bool:
    """Report names of a host or a session, at its `label`, that what it sees has for something else.

    That is what its interface declares, the `define`s in force, and `more`.
    """
    declared = {label.id: (interface.source, label) for label in interface.labels()} | dict(more or {})
    declared |= {name: (entry.source, entry.define.name) for name, entry in entries.items()}
    taken = [name for name in names if name in declared]
    for name in taken:
        place, first = declared[name]
        message = f"`{name}` has a meaning of its own in `{label.id}`, and is declared, too"
        checker.report("P424", message, label, f"rename that `{name}`", Related(place, first.span, "declared here"))
    return not taken


class HostChecker(Checker, eq=False):
    """Everything known about one host while its items are gone through."""

    host: syntax.Host
    interface: CheckedInterface
    base: Signatures
    used: set[str] = field(default_factory=set[str])
    ranged: bool = False

    def check(self) -> CheckedHost | None:
        """None where its interface is none to negotiate by."""
        inputs = self.interface.inputs
        if len(inputs) != 1:
            message = f"`{self.interface.name}` has {len(inputs) or 'no'} inputs, and a host's request is one"
            related = Related(self.interface.source, self.interface.declaration.name.span, "declared here")
            self.report("P424", message, self.host.interface, "negotiate by one request", related)
        names = (syntax.KNOWN, syntax.PREFERS)
        free = own_names_free(self, names, self.interface, self.base.entries, self.host.name)
        if len(inputs) != 1 or not free:
            return None
        knows = self._knows()
        self.ranged = knows.ranged
        entries = {**self.base.entries, **caller_defines(knows, self.source)}
        values: Mapping[str, AnyType] = self.base.values
        if knows.varies:
            values = {**values, syntax.KNOWN: SET}
        signatures = self.base.within(entries, self.problems, values)
        configs = dict.fromkeys((v.name.id for v in self.interface.configs), _UNSEEN)
        later = {v.name.id: _BEFORE for v in (*inputs, *self.interface.outputs)}
        scope = replace(signatures.scope(self.source, configs), of_caller=True)
        first = replace(scope, hidden={**configs, **later})
        expansion = Expansion(entries, self.problems)
        asked = assigned(inputs[0])
        start = self._start(first, expansion, asked)
        rules = self._rules(scope, expansion, asked)
        report_relations_of_sets(signatures, self.used & entries.keys(), self.host.name, self.source)
        return CheckedHost(self.host, self.source, self.interface, knows, start, tuple(rules), signatures.defines)

    def _once(self, items: Sequence[syntax.HostItem], code: str, missing: tuple[str, str], twice: str) -> None:
        """Report that there is none of what a host has once, or that there are several."""
        if not items:
            self.report(code, f"`{self.host.name.id}` {missing[0]}", self.host.name, missing[1])
        for item in items[1:]:
            self.report(code, twice, item, "delete one of the two", self.related(items[0], "the other"))

    def _knows(self) -> syntax.Knows:
        items = [item for item in self.host.items if isinstance(item, syntax.Knows)]
        help_ = "write `knows 1.0, 1.1`, most preferred first, or `knows 1.0..1.9`, or `knows any`"
        missing = "does not say which revisions it knows", help_
        self._once(items, "P421", missing, "a host says once what it knows")
        if not items:
            return syntax.Knows(None, span=self.host.name.span)
        knows = items[0]
        if knows.most is not None and not 0 < knows.most <= MOST_KNOWN:
            message = f"`up to` wants a number from 1 to {MOST_KNOWN}"
            self.report("P421", message, knows, "leave `up to` out for callers that know any number")
        if knows.revisions is not None:
            if len(knows.revisions) > MOST_KNOWN:
                message = f"a host lists {MOST_KNOWN} revisions at most"
                self.report("P421", message, knows.revisions[MOST_KNOWN], "write `knows any` for more")
            revisions = self._known(knows.revisions[:MOST_KNOWN]) or [syntax.Number(0, hexadecimal=True)]
            knows = replace(knows, revisions=tuple(revisions))
        if knows.between is not None:
            knows = self._between(knows, knows.between)
        return knows

    def _between(self, knows: syntax.Knows, between: syntax.Range) -> syntax.Knows:
        """An interval; where it has few revisions, they are listed, newer ones first."""
        ends = [self._known((end,)) for end in (between.low, between.high)]
        if not all(ends):
            return replace(knows, revisions=(syntax.Number(0, hexadecimal=True),), between=None)
        format_ = self.interface.format
        low, high = (self._word_of(end) for (end,) in ends)
        if low > high:
            self.report("P421", "this range has nothing in it", between, "write the older revision first")
        words: list[int] = []
        word: int | None = low
        while word is not None and word <= high and len(words) <= MOST_KNOWN:
            words.insert(0, word)
            word = format_.at_least(word + 1) if word < format_.largest else None
        if not 0 < len(words) <= MOST_KNOWN:
            return knows
        return replace(knows, revisions=tuple(_written(format_, one, between) for one in words), between=None)

    def _word_of(self, end: syntax.Expr) -> int:
        if isinstance(end, syntax.Revision):
            return self.interface.format.word(end.fields)
        assert isinstance(end, syntax.Number)
        return end.value

    def _known(self, revisions: tuple[syntax.Expr, ...]) -> list[syntax.Expr]:
        """The constants of a list, each once."""
        scope = replace(self.base.scope(self.source), problems=self.problems)
        seen: dict[object, syntax.Expr] = {}
        for revision in revisions:
            if not isinstance(revision, (syntax.Revision, syntax.Number)):
                help_ = "write revisions with commas between, most preferred first; or `knows any`"
                self.report("P421", "a host knows revisions, each written out", revision, help_)
                continue
            if not expect(scope, revision, REVISION):
                continue
            word = self._word(scope, revision)
            if word is None:
                continue
            first = seen.setdefault(word, revision)
            if first is not revision:
                related = self.related(first, "first here")
                self.report("P421", "this revision stands here twice", revision, "delete one", related)
        return list(seen.values())

    def _word(self, scope: Scope, revision: syntax.Revision | syntax.Number) -> object:
        """What tells revisions apart, however they are written; None where it is malformed, which is reported."""
        fields = [field for field in self.base.fields if not field.zero]
        if isinstance(revision, syntax.Revision):
            if len(fields) != len(revision.fields):
                return None
            return sum(number << f.bits.low for number, f in zip(revision.fields, fields, strict=True))
        well_formed = not revision.value >> word_width(scope) and check_well_formed(scope, revision, "a host knows")
        return revision.value if well_formed else None

    def _start(self, scope: Scope, expansion: Expansion, asked: AnyType) -> syntax.Expr:
        items = [item for item in self.host.items if isinstance(item, syntax.Opening)]
        self._once(items, "P422", ("has no first request", "add `start request …`"), "a host starts once")
        if not items:
            return syntax.Number(0, hexadecimal=True)
        for item in items:
            self._request(scope, expansion, item.request, asked)
        return items[0].request

    def _rules(self, scope: Scope, expansion: Expansion, asked: AnyType) -> list[syntax.Rule]:
        rules = [item for item in self.host.items if isinstance(item, syntax.Rule)]
        name = self.host.name
        if not rules:
            help_ = "add at least `otherwise => give up`"
            self.report("P423", f"`{name.id}` has no rule for the reply", name, help_)
        if len(rules) > MOST_RULES:
            help_ = "join those that do the same by `or`"
            self.report("P423", f"a host has {MOST_RULES} rules at most", rules[MOST_RULES], help_)
        final: syntax.Rule | None = None
        for rule in rules:
            if final is not None:
                related = self.related(final, "this one always applies")
                self.report("P423", "this rule can never apply", rule, "`otherwise` comes last", related)
            elif rule.guard is None:
                final = rule
            if rule.guard is not None:
                self._term(scope, expansion, rule.guard, BOOL)
            if isinstance(rule.action, (syntax.Request, syntax.Accept)):
                if isinstance(rule.action, syntax.Request):
                    self._request(scope, expansion, rule.action.revision, asked)
                else:
                    self._term(scope, expansion, rule.action.revision, REVISION)
        return rules

    def _request(self, scope: Scope, expansion: Expansion, expr: syntax.Expr, asked: AnyType) -> None:
        faults = len(self.problems)
        self._term(scope, expansion, expr, asked)
        ranges = self.interface.ranges | ({syntax.KNOWN} if self.ranged else set[str]())
        if asked != SET or len(self.problems) > faults:
            return
        if self.interface.inputs[0].type == "range":
            if not is_range(expr, ranges, expansion.entries):
                help_ = "ask for a range, or name its first and its last revision, such as `1.0..max known`"
                self.report("P305", "the request is a range, and this may be none", expr, help_)
        elif may_be_range(expr, ranges, expansion.entries):
            help_ = "ask for the revisions themselves, such as `{max known}`"
            self.report("P305", "the request is a set, and this may be a range", expr, help_)

    def _term(self, scope: Scope, expansion: Expansion, expr: syntax.Expr, wanted: AnyType) -> None:
        names = read_names(scope, expr, wanted, expansion)
        self.used |= names
        found = sorted(name for name in names & scope.hidden.keys() if mention(expr, name) is None)
        if found:
            self.report("P205", f"this comes to read `{found[0]}` through a `define`", expr, scope.hidden[found[0]])
