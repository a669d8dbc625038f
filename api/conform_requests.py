"""The requests that a program is asked: generated for the policy, or those of a suite."""

from __future__ import annotations

from pathlib import Path

from parley.conformance.conform import Conformance
from parley.model.instance import Instance, Value
from parley.spec.diagnostics import printable
from parley.vectors.read_suite import Row, read_rows

from .reading import read_text
from .suites import unanswered


class Requests:
    """The requests of one run, and what is to be said of them."""

    def __init__(self, conformance: Conformance, suite: Path | None) -> None:
        self.conformance = conformance
        self.policy = conformance.policy
        self.suite = suite
        self.rows: list[Row] | None = None

    def points(self, config: dict[str, Value] | None) -> list[Instance]:
        """The requests; of one configuration, where it is given."""
        if self.suite is None:
            from parley.vectors.generate import explore, ordered

            found = explore(self.policy, config)
            self.conformance.unanswered.update(found.unanswered)
            # Whatever a policy leaves open, a reply that contradicts what it does not is wrong.
            return ordered([*found.marks, *found.unsettled])
        return list(dict.fromkeys(row.at for row in self._rows(config)))

    def warnings(self, config: dict[str, Value] | None) -> list[str]:
        """What was left out, and where a suite contradicts the policy; of one configuration, where it is given."""
        left = [at for at in self.conformance.unanswered if config is None or at.config == config]
        made = [unanswered(self.policy, len(left))]
        if self.suite is not None:
            made += self._suite_warnings(self._rows(config), set(left))
        return [warning for warning in made if warning]

    def _suite_warnings(self, rows: list[Row], left: set[Instance]) -> list[str]:
        from parley.vectors.score import contradicts

        oracle = self.conformance.oracle
        judged = [row for row in rows if row.at not in left]
        ruled_out = [row for row in judged if not oracle.admits(row.at.config, row.at.inputs)]
        wrong = [found for row in judged if row not in ruled_out and (found := contradicts(row, oracle)) is not None]
        made: list[str] = []
        if ruled_out:
            made.append(f"{_some([row.name for row in ruled_out])} left out: the policy's assumptions rule it out")
        if wrong:
            contradict = "contradicts" if len(wrong) == 1 else "contradict"
            said = f"{_some([one.row for one in wrong])} {contradict} the policy: {wrong[0].why}"
            made.append(f"{said}; replies are judged by the policy (`parley score` shows all)")
        return made

    def _rows(self, config: dict[str, Value] | None) -> list[Row]:
        if self.rows is None:
            assert self.suite is not None
            self.rows = read_rows(read_text(self.suite, "P530"), self.conformance.oracle, printable(str(self.suite)))
        return [row for row in self.rows if config is None or row.at.config == config]


def _some(names: list[str]) -> str:
    first = f"vector {names[0]}" if names[0].isdigit() else names[0]
    return first if len(names) == 1 else f"{len(names)} rows, the first of them {first},"
