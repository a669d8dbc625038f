"""One host, concretely: its first request, and what its rules do about a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ..spec import syntax
from ..spec.checked import CheckedHost, CheckedPolicy
from ..spec.core import Constant
from ..spec.nodes import Nodes
from .closures import Code, Slots
from .evaluate import Compiler
from .instance import Range, Relation, Value
from .work import Work

Action: TypeAlias = "tuple[syntax.Request | syntax.Accept | syntax.GiveUp, Value | None]"
"""What a rule does, and what it asks for or accepts; None where that has no value."""


class HostEvaluator:
    """One host, ready to ask and to act on replies. A `define` that its interface gives no body has the policy's."""

    def __init__(self, host: CheckedHost, policy: CheckedPolicy | None = None, work: Work | None = None) -> None:
        self.host = host
        interface = host.interface
        self.format = interface.format
        self.any_known = host.knows.varies
        self.elaboration = host.elaborated(Nodes(), policy)
        self.listed = tuple(self._word(revision) for revision in host.knows.revisions or ())
        between = host.knows.between
        self.between = None if between is None else Range(self._word(between.low), self._word(between.high))
        left = [define.name.id for define in host.abstract if define.name.id not in self.elaboration.lent]
        theirs = [define.name.id for define in policy.abstract] if policy is not None else []
        self.abstract = list(dict.fromkeys([*left, *theirs]))
        self.compiler = Compiler(self.format, work)
        for name in (*(v.name.id for v in (*interface.inputs, *interface.outputs)), *self.abstract):
            self.compiler.variable(name)
        if self.any_known:
            self.compiler.variable(syntax.KNOWN)
        self._start = self._code(host.start)
        self._guards = [None if rule.guard is None else self._code(rule.guard) for rule in host.rules]
        self._terms = [
            None if isinstance(rule.action, syntax.GiveUp) else self._code(rule.action.revision) for rule in host.rules
        ]

    def _code(self, expr: syntax.Expr) -> Code:
        return self.compiler.compile(self.elaboration.of(expr))

    def _word(self, expr: syntax.Expr) -> int:
        node = self.elaboration.of(expr)
        assert isinstance(node, Constant), "the checker lets constants through only"
        return node.value

    def may_know(self, values: Mapping[str, Any]) -> bool:
        """Whether the host can know the revisions in `known`: one at least, and no more than it says."""
        if not self.any_known:
            return True
        most, known = self.host.knows.most, values[syntax.KNOWN]
        return known != () and (most is None or len(known) <= most)

    def start(self, values: Mapping[str, Any], relations: Mapping[str, Relation]) -> Value | None:
        """The first request; None where it has no value. `values` has `known`, where the host knows any revisions."""
        return self._start(self._slots(values, relations))

    def rule(self, values: Mapping[str, Any], relations: Mapping[str, Relation]) -> int | None:
        """The position of the first rule that applies to a request and a reply; None where none does."""
        slots = self._slots(values, relations)
        self.compiler.work.spend(self.compiler.nodes)
        return next((at for at, guard in enumerate(self._guards) if guard is None or guard(slots)), None)

    def action(self, rule: int, values: Mapping[str, Any], relations: Mapping[str, Relation]) -> Action:
        term = self._terms[rule]
        return self.host.rules[rule].action, None if term is None else term(self._slots(values, relations))

    def _slots(self, values: Mapping[str, Any], relations: Mapping[str, Relation]) -> Slots:
        slots: Slots = [None] * self.compiler.size
        for name, place in self.compiler.slots.items():
            slots[place] = values.get(name)
        for name in self.abstract:
            slots[self.compiler.slots[name]] = relations.get(name, Relation())
        return slots
