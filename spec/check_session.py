"""Check one session: a host with a policy, what it assumes and what it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from .check_host import caller_defines, own_names_free
from .check_interface import check_statement
from .checked import ENDINGS, IMPLIED, KNOWN, PREFERS, CheckedHost, CheckedPolicy, CheckedSession, Placed
from .defines import Defined, Expansion, mention
from .diagnostics import Diagnostic, Related
from .signatures import Signatures
from .syntax import Expect, Session, Statement
from .types import BOOL, NUMBER, REVISION, SET, AnyType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .scope import Scope
    from .source import Source

_TYPES: dict[str, AnyType] = {"accepted": BOOL, "agreed": REVISION, "gave_up": BOOL, "rounds": NUMBER}
_ASSUMED = "an assumption of a session restricts the configurations, and `known`"
_BETWEEN = "an invariant speaks of what is between two rounds: `known`, the configuration, the last request and reply"


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
        own_names_free(policy.interface, (PREFERS, KNOWN, *ENDINGS), session.name, source, problems)
        own = {**entries, **policy_signatures.entries, **caller_defines(host.knows, host.source)}
        values = {**policy_signatures.values, **_TYPES}
        if host.knows.revisions is None:
            values[KNOWN] = SET
        self.signatures = replace(
            policy_signatures, entries=own, values=values, problems=problems, base=policy_signatures, known={}
        )

    def check(self) -> CheckedSession:
        interface = self.policy.interface
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
        for item in self.session.items:
            if not isinstance(item, Statement):
                continue
            placed = Placed(item, self.source)
            self._name(placed, taken)
            scope = scopes[item.role]
            check_statement(scope, item, expansion, set())
            names, _ = expansion.look(item.formula)
            self._through_defines(item, names & scope.hidden.keys(), scope)
            found[item.role].append(placed)
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
