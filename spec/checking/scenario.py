"""Check the worked examples of a policy, and what it expects to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from .. import syntax
from ..checked import CheckedPolicy, CheckedSession
from ..defines import Expansion, is_range, may_be_range, mention
from ..diagnostics import Diagnostic, Related, listed, meant
from ..nesting import children
from ..program import CheckedScenario
from .checker import check_well_formed, read_names
from .interface import assigned
from .types import BOOL

if TYPE_CHECKING:
    from ..source import Source
    from .environment import Subject
    from .scope import Scope

_CONSTANTS = "a scenario gives constants"


def check_expectations(entry: Subject, problems: list[Diagnostic]) -> None:
    """Each `expect` names a claim of the policy or session that has it, once."""
    policy = entry.checked
    if not policy.expects:
        return
    names = [*policy.claim_names(), *entry.scenarios]
    known = set(names)
    seen: dict[str, syntax.Expect] = {}
    for item in policy.expects:
        first = seen.setdefault(item.claim.id, item)
        if item.claim.id not in known:
            help_ = meant(item.claim.id, names, f"its claims are {listed(names)}", already=len(problems))
            message = f"`{policy.name}` has no claim `{item.claim.id}`"
            problems.append(Diagnostic("P209", message, help_, policy.source, item.claim.span))
        elif first is not item:
            related = Related(policy.source, first.claim.span, "the other")
            message, help_ = f"`{item.claim.id}` is expected twice", "delete one of the two"
            problems.append(Diagnostic("P202", message, help_, policy.source, item.claim.span, (related,)))


def check_scenario(
    item: syntax.Scenario, source: Source, entry: Subject, unseen: dict[str, str], problems: list[Diagnostic]
) -> CheckedScenario:
    """Check a worked example: constants for configuration and inputs, formulas for what must hold then.

    `unseen` are names of its file that the subject does not know, each with what to do about it. In a session the host
    gives the input; of one that knows any revisions, `known` can be given.
    """
    subject, signatures = entry.checked, entry.signatures
    interface = subject.interface
    settable = [v.name.id for v in interface.configs]
    if isinstance(subject, CheckedPolicy):
        settable += [v.name.id for v in interface.inputs]
    elif syntax.KNOWN in signatures.values:
        settable.append(syntax.KNOWN)
    ranges = interface.ranges
    if isinstance(subject, CheckedSession):
        ranges |= subject.host.ranges
    formed = [*interface.configs, *(v for v in interface.inputs if v.type in ("set", "range"))]
    of_config = {syntax.KNOWN, *(v.name.id for v in formed)}
    expansion = Expansion(signatures.entries, problems)
    of_session = isinstance(subject, CheckedSession)
    whole = replace(signatures.scope(source, unseen), problems=problems, of_caller=of_session)
    variables = [name for name in signatures.values if name not in interface.constants]
    closed = replace(whole, hidden={**unseen, **dict.fromkeys(variables, _CONSTANTS)})
    givens: dict[str, syntax.Expr] = {}
    first: dict[str, syntax.Label] = {}
    formulas: list[syntax.Expr] = []
    for part in item.items:
        match part:
            case syntax.Given(name=name, value=value):
                known = first.setdefault(name.id, name)
                if name.id not in settable:
                    what = "config" if of_session else "config or input"
                    message = f"`{name.id}` is no {what} of `{subject.name}`"
                    closed.report("P419", message, name.span, _instead(subject, name.id, settable, len(problems)))
                elif known is not name:
                    related = Related(source, known.span, "first given here")
                    closed.report("P419", f"`{name.id}` is given twice", name.span, "delete one of the two", related)
                else:
                    variable = interface.variables.get(name.id)
                    wanted = signatures.values[name.id] if variable is None else assigned(variable)
                    names = read_names(closed, value, wanted, expansion)
                    _constant(closed, value, names, variables, expansion)
                    for word in children(value) if isinstance(value, (syntax.SetLiteral, syntax.Range)) else (value,):
                        if name.id in of_config and isinstance(word, syntax.Number):
                            check_well_formed(closed, word, "a configuration has")
                    _of_its_kind(closed, name, value, ranges, expansion)
                    givens[name.id] = value
            case syntax.Then(formula=formula):
                read_names(whole, formula, BOOL, expansion)
                formulas.append(formula)
    if not formulas:
        message = f"the scenario `{item.name.id}` says nothing"
        whole.report("P420", message, item.name.span, "add `then` with what must hold")
    return CheckedScenario(item, source, subject, tuple(givens.items()), tuple(formulas))


def _instead(subject: CheckedPolicy | CheckedSession, name: str, settable: list[str], already: int) -> str:
    """What to do about something that a scenario cannot give."""
    if isinstance(subject, CheckedSession):
        if name == syntax.KNOWN:
            return f"`{subject.host.name}` says itself which revisions it knows"
        if name in (v.name.id for v in subject.interface.inputs):
            return f"`{subject.host.name}` makes the requests; what they come to stands behind `then`"
    return meant(name, settable, f"a scenario can give {listed(settable)}", already=already)


def _of_its_kind(
    scope: Scope, name: syntax.Label, value: syntax.Expr, ranges: frozenset[str], expansion: Expansion
) -> None:
    """Report a range that is given as a list, and a set that is given by its ends."""
    if name.id in ranges and not is_range(value, frozenset(), expansion.entries):
        help_ = "write its first and its last revision, as in `1.0..1.2`, or `{}` for nothing"
        scope.report("P419", f"`{name.id}` is a range, and this is none", value.span, help_)
    elif name.id not in ranges and may_be_range(value, frozenset(), expansion.entries):
        help_ = "write the revisions in braces, as in `{1.0, 1.1}`"
        scope.report("P419", f"`{name.id}` is no range, and this is one", value.span, help_)


def _constant(scope: Scope, value: syntax.Expr, names: set[str], variables: list[str], expansion: Expansion) -> None:
    """Report a `define` by which a value that a scenario gives is no constant."""
    read = sorted(n for n in names & set(variables) if mention(value, n) is None)
    abstract = sorted(n for n in names if n in expansion.entries and expansion.entries[n].define.body is None)
    if read:
        message = f"this comes to read `{read[0]}` through a `define`"
        scope.report("P205", message, value.span, _CONSTANTS)
    elif abstract:
        scope.report("P205", f"this uses `{abstract[0]}`, which has no body", value.span, _CONSTANTS)
