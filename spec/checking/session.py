"""Check one session: a host with a policy, what it assumes and what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..checked import ENDINGS, IMPLIED, CheckedHost, CheckedPolicy, CheckedSession, Placed
from ..defines import Defined, Expansion, mention
from ..diagnostics import Diagnostic, Related
from ..syntax import KNOWN, PREFERS, Expect, Name, Session, Statement
from .host import caller_defines, own_names_free
from .interface import check_statement
from .signatures import Signatures, report_relations_of_sets
from .types import BOOL, NUMBER, REVISION, SET, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from ..source import Source
    from .scope import Scope

_TYPES: dict[str, AnyType] = {"accepted": BOOL, "agreed": REVISION, "gave_up": BOOL, "rounds": NUMBER}
_ASSUMED = "an assumption restricts the configuration and `known`; what a run comes to is a `property`"
_BETWEEN = "an invariant speaks of what is between two rounds: `known`, the configuration, the last request and reply"


MOST_CASES = 100
"""Cases of a session's policy. They are put together into one formula of each round, one inside the other."""


class SessionChecker:
    """Everything known about one session while its statements are gone through.

    `entries` are the `define`s of its file; `policy_signatures` knows those of the policy.
    """

    def __init__(
        self,
        session: Session,
        source: Source,
        host: CheckedHost,
        policy: CheckedPolicy,
        entries: Mapping[str, Defined],
        policy_signatures: Signatures,
        problems: list[Diagnostic],
    ) -> None:
        self.session = session
        self.source = source
        self.host = host
        self.policy = policy
        self.problems = problems
        self.theirs = policy_signatures
        self.entries = {**entries, **policy_signatures.entries}
        values = {**policy_signatures.values, **_TYPES}
        if host.knows.revisions is None:
            values[KNOWN] = SET
        own = {**self.entries, **caller_defines(host.knows, host.source)}
        self.signatures = replace(
            policy_signatures, entries=own, values=values, problems=problems, base=policy_signatures, known={}
        )

    def check(self) -> CheckedSession | None:
        """None where host and policy cannot be put together."""
        interface = self.policy.interface
        names = (KNOWN, PREFERS, *ENDINGS)
        if not own_names_free(names, interface, self.entries, self.session.name, self.source, self.problems):
            return None
        self._together()
        rounds = [v.name.id for v in (*interface.inputs, *interface.outputs)]
        whole = self.scope()
        scopes: dict[str, Scope] = {
            "assume": replace(whole, hidden=dict.fromkeys((*ENDINGS, *rounds), _ASSUMED)),
            "invariant": replace(whole, hidden=dict.fromkeys(ENDINGS, _BETWEEN)),
            "property": whole,
        }
        expansion = Expansion(self.signatures.entries, self.problems)
        taken = {p.statement.name.id: p for p in self.policy.assumptions}
        found: dict[str, list[Placed]] = {"assume": [], "invariant": [], "property": []}
        used: set[str] = set()
        for item in self.session.items:
            if not isinstance(item, Statement):
                continue
            placed = Placed(item, self.source)
            self._name(placed, taken)
            scope = scopes[item.role]
            check_statement(scope, item, expansion, set())
            names, _ = expansion.look(item.formula)
            used |= names
            self._through_defines(item, names & scope.hidden.keys(), scope)
            found[item.role].append(placed)
        of_policy = self.theirs.entries.keys()
        report_relations_of_sets(
            self.signatures, used & self.signatures.entries.keys() - of_policy, self.session.name, self.source
        )
        return CheckedSession(
            self.session,
            self.source,
            self.host,
            self.policy,
            {name: entry.define for name, entry in self.signatures.entries.items()},
            (*self.policy.assumptions, *found["assume"]),
            tuple(found["invariant"]),
            tuple(found["property"]),
            tuple(item for item in self.session.items if isinstance(item, Expect)),
        )

    def scope(self) -> Scope:
        return replace(self.signatures.scope(self.source), of_caller=True)

    def _together(self) -> None:
        """Check what the host's formulas are once the policy says what its interface leaves open."""
        policy, host = self.policy, self.host
        if len(policy.cases) > MOST_CASES:
            message = f"`{policy.name}` has {len(policy.cases)} cases, and a session takes {MOST_CASES} at most"
            self._of_policy("P418", message, "join those that answer the same")
        theirs = Expansion(self.theirs.entries, [])
        given: dict[str, Set[str]] = {}
        for name in (define.name.id for define in host.defines.values() if define.body is None):
            # One of the host's file is nobody's to give a body; the policy's file may not have it.
            if name in self.theirs.entries and self.theirs.entries[name].define.body is not None:
                given[name], _ = theirs.look(Name(name))
        spoilt: list[Diagnostic] = []
        entries = {name: Defined(define, host.source, of_file=False) for name, define in host.defines.items()}
        whole = Expansion(entries, spoilt, {name: theirs.known[name] for name in given})
        for formula, hidden in host.formulas():
            names, too_large = whole.look(formula)
            if too_large or spoilt:
                message = f"a formula of `{host.name}` is too large with the `define`s of `{policy.name}` put in"
                self._of_policy("P418", message, "use them less often, or nest them less deeply")
                return
            for name in sorted(names & given.keys()):
                if found := sorted(given[name] & hidden):
                    message = f"`{host.name}` comes to read `{found[0]}` through `{name}` of `{policy.name}`"
                    entry = self.theirs.entries[name]
                    related = Related(entry.source, entry.define.name.span, "defined here")
                    self._of_policy("P205", message, "a host sees `known`, its last request and the reply", related)

    def _of_policy(self, code: str, message: str, help_: str, *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, self.session.policy.span, related))

    def _name(self, placed: Placed, taken: dict[str, Placed]) -> None:
        item = placed.statement
        first = taken.setdefault(item.name.id, placed)
        if first is not placed:
            related = Related(first.source, first.statement.name.span, "first declared here")
            message = f"`{item.name.id}` is declared twice"
            self._report("P202", message, item, "choose another name", related)
        elif item.role != "assume" and item.name.id in IMPLIED:
            message = f"`{item.name.id}` is a claim that `check` makes by itself"
            self._report("P202", message, item, "choose another name")

    def _through_defines(self, item: Statement, hidden: set[str], scope: Scope) -> None:
        found = sorted(name for name in hidden if mention(item.formula, name) is None)
        if found:
            self._report("P205", f"`{item.name.id}` comes to read `{found[0]}`", item, scope.hidden[found[0]])

    def _report(self, code: str, message: str, item: Statement, help_: str, *related: Related) -> None:
        self.problems.append(Diagnostic(code, message, help_, self.source, item.name.span, related))
