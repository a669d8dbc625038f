"""Check one session: a host with a policy, what it assumes and what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from .. import syntax
from ..checked import ENDINGS, CheckedHost, CheckedPolicy, CheckedSession
from ..checked_parts import Placed
from ..defines import Defined, Expansion, all_defined, mention
from ..diagnostics import Related
from .checker import USE_LESS, Checker, check_statement
from .host import caller_defines, own_names_free
from .signatures import report_relations_of_sets
from .types import BOOL, NUMBER, REVISION, SET, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from ..diagnostics import Diagnostic
    from .environment import Entry
    from .scope import Scope

_TYPES: dict[str, AnyType] = {"accepted": BOOL, "agreed": REVISION, "gave_up": BOOL, "rounds": NUMBER}
_ASSUMED = "an assumption restricts the configuration and `known`; what a run comes to is a `property`"
_BETWEEN = "an invariant speaks of what is between two rounds: `known`, the configuration, the last request and reply"


MOST_CASES = 100
"""Cases of a session's policy. They are put together into one formula of each round, one inside the other."""


class SessionChecker(Checker, eq=False, dict=True):
    """Everything known about one session while its statements are gone through.

    `outer` are the `define`s of its file.
    """

    session: syntax.Session
    host: CheckedHost
    theirs: Entry[CheckedPolicy]
    outer: Mapping[str, Defined]

    def __post_init__(self) -> None:
        self.policy, signatures = self.theirs.checked, self.theirs.signatures
        self.entries = {**self.outer, **signatures.entries}
        values = {**signatures.values, **_TYPES}
        if self.host.knows.varies:
            values[syntax.KNOWN] = SET
        own = {**self.entries, **caller_defines(self.host.knows, self.host.source)}
        self.signatures = signatures.within(own, self.problems, values)

    def check(self) -> CheckedSession | None:
        """None where host and policy cannot be put together."""
        interface = self.policy.interface
        names = (syntax.KNOWN, syntax.PREFERS, *ENDINGS)
        declared, added = interface.declared, self.policy.added
        if not own_names_free(self, names, declared, self.entries, self.session.name, added):
            return None
        self._together()
        rounds = [v.name.id for v in (*interface.inputs, *interface.outputs)]
        whole = replace(self.signatures.scope(self.source), of_caller=True)
        scopes: dict[str, Scope] = {
            "assume": replace(whole, hidden=dict.fromkeys((*ENDINGS, *rounds), _ASSUMED)),
            "invariant": replace(whole, hidden=dict.fromkeys(ENDINGS, _BETWEEN)),
            "property": whole,
        }
        expansion = Expansion(self.signatures.entries, self.problems)
        taken = {p.statement.name.id: p for p in (*self.policy.assumptions, *interface.optional.values())}
        under = [p for p in self.assumptions_of(self.session.under, interface) if p not in self.policy.assumptions]
        for placed in under:
            self._read_here(placed, expansion, {v.name.id for v in interface.outputs}, self.session.name)
        found: dict[str, list[Placed]] = {"assume": [], "invariant": [], "property": []}
        used: set[str] = set()
        for item in self.session.items:
            if not isinstance(item, syntax.Statement):
                continue
            placed = self.statement(item, taken, "choose another name")
            scope = scopes[item.role]
            names = check_statement(scope, item, expansion, set())
            used |= names
            hidden = sorted(n for n in names & scope.hidden.keys() if mention(item.formula, n) is None)
            if hidden:
                message = f"`{item.name.id}` comes to read `{hidden[0]}`"
                self.report("P205", message, item.name, scope.hidden[hidden[0]])
            assumed = self.assumptions_of(item.under, interface)
            for one in assumed:
                self._read_here(one, expansion, set(rounds), item.name)
            found[item.role].append(placed.claimed_under(assumed))
        used &= self.signatures.entries.keys() - self.theirs.signatures.entries.keys()
        report_relations_of_sets(self.signatures, used, self.session.name, self.source)
        return CheckedSession(
            self.session,
            self.source,
            self.host,
            self.policy,
            self.signatures.defines,
            (*self.policy.assumptions, *under, *found["assume"]),
            tuple(found["invariant"]),
            tuple(found["property"]),
            tuple(item for item in self.session.items if isinstance(item, syntax.Expect)),
        )

    def _read_here(self, placed: Placed, expansion: Expansion, hidden: Set[str], label: syntax.Label) -> None:
        """Report an optional assumption that speaks, as it is read here, of what it may not."""
        name = placed.statement.name.id
        names, too_large = expansion.look(placed.statement.formula)
        outputs = {v.name.id for v in self.policy.interface.outputs}
        if found := sorted(names & outputs):
            message = f"the assumption `{name}` comes to speak of the output `{found[0]}`"
            self.report("P205", message, label, "a `define` that assumptions use cannot read outputs")
        elif found := sorted(names & hidden):
            message = f"the assumption `{name}` speaks of the input `{found[0]}`, and a run has many requests"
            self.report("P205", message, label, f"say it of the session: `session … under {name}`")
        elif too_large:
            message = f"`{name}` is too large with the `define`s of `{self.policy.name}` put in"
            self.report("P418", message, label, USE_LESS)

    def _together(self) -> None:
        """Check what the host's formulas are once the policy says what its interface leaves open."""
        policy, host, entries = self.policy, self.host, self.theirs.signatures.entries
        if len(policy.cases) > MOST_CASES:
            message = f"`{policy.name}` has {len(policy.cases)} cases, and a session takes {MOST_CASES} at most"
            self.report("P418", message, self.session.policy, "join those that answer the same")
        for define in host.abstract:
            if define.name.id in policy.added:
                source, label = policy.added[define.name.id]
                message = f"`{define.name.id}` is a config of `{policy.name}`, and a `define` of `{host.name}`"
                self.report(
                    "P202", message, self.session.policy, "rename one of them", self.related(label, source=source)
                )
        theirs = Expansion(entries, [])
        given: dict[str, Set[str]] = {}
        for name in (define.name.id for define in host.defines.values() if define.body is None):
            # One of the host's file is nobody's to give a body; the policy's file may not have it.
            if name in entries and entries[name].define.body is not None:
                given[name], _ = theirs.look(syntax.Name(name))
        spoilt: list[Diagnostic] = []
        whole = Expansion(all_defined(host.defines, host.source), spoilt, {name: theirs.known[name] for name in given})
        for formula, hidden in host.formulas():
            names, too_large = whole.look(formula)
            if too_large or spoilt:
                message = f"a formula of `{host.name}` is too large with the `define`s of `{policy.name}` put in"
                self.report("P418", message, self.session.policy, USE_LESS)
                return
            for name in sorted(names & given.keys()):
                if found := sorted(given[name] & (hidden | policy.added.keys())):
                    message = f"`{host.name}` comes to read `{found[0]}` through `{name}` of `{policy.name}`"
                    related = Related(entries[name].source, entries[name].define.name.span, "defined here")
                    help_ = "a host sees `known`, its last request and the reply"
                    self.report("P205", message, self.session.policy, help_, related)
