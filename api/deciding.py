"""What a caller decides about replies, as a suite for its own code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from parley.spec.checked import CheckedSession, rule_name
from parley.spec.diagnostics import Diagnostic, Rejected, plural

from .results import Result, Table
from .suites import need_concrete

if TYPE_CHECKING:
    from parley.vectors.decisions import Decisions


class DecisionsResult(Result, frozen=True):
    """Replies to the requests of a session's host, each with what its rules do about it."""

    session: CheckedSession
    decided: tuple[Decisions, ...]

    @property
    def code(self) -> int:
        """The exit code of `parley vectors SESSION`: 0."""
        return 0

    def export(self, format_: str) -> str:
        """The suite as the text of a file: kunit. Raises Rejected for what cannot be written, or another format."""
        from parley.vectors.export import NotExportable
        from parley.vectors.export.kunit_caller import text

        if format_ != "kunit":
            message = f"--format {format_}: `{self.session.name}` is a session, and its host's decisions are no vectors"
            raise Rejected(Diagnostic("P504", message, "write --format kunit, or name a policy"))
        try:
            return text(self.session, self.decided)
        except NotExportable as error:
            raise Rejected(Diagnostic("P504", f"--format kunit: {error}", "choose another session")) from None

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """How many decisions there are, of which rules, and which."""
        every = [one for group in self.decided for one in group.decided]
        rules = [rule_name(at) for at in range(len(self.session.host.rules))]
        reached = [rule for rule in rules if any(one.rule == rule for one in every)]
        kinds = Counter(one.what for one in every)
        others = sum(one.case is None for one in every)
        varied = self.session.host.knows.varies
        of = f" of {plural(len(self.decided), 'list')} that it may know" if varied else ""
        missing = [rule for rule in rules if rule not in reached]
        return (
            ("decisions", f"{len(every)}{of}; {others} of them about replies beside those of the policy"),
            ("rules", f"{len(reached)} of {len(rules)}"),
            *((("untouched", ", ".join(missing)),) if missing else ()),
            ("outcomes", ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(kinds.items()))),
        )

    def table(self) -> Table:
        return Table(self.figures)


def decisions(session: CheckedSession) -> DecisionsResult:
    """What a session's host decides about replies, at the boundary values of its policy and beside them.

    Raises Rejected where a relation has no body, or a message is a set or a range.
    """
    from parley.vectors.decisions import decisions as decided

    need_concrete(session)
    interface = session.interface
    for variable in (*interface.inputs, *interface.outputs):
        if variable.type in ("set", "range"):
            message = f"`{variable.name.id}` is a {variable.type} in a message, and no register has one"
            raise Rejected(Diagnostic("P504", message, "choose a session of another interface"))
    return DecisionsResult(session, tuple(decided(session)))
