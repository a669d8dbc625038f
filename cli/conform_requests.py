"""The requests that a program is asked: generated for the policy, or those of a suite."""

from __future__ import annotations

from pathlib import Path

from ..conformance.conform import Conformance
from ..model.point import Point
from ..model.situation import Value
from ..spec.diagnostics import Diagnostic, Rejected, printable
from ..spec.files import raw
from ..vectors.rows import Row, read_rows
from .vectors import unanswered


class Requests:
    """The requests of one run, and what is to be said of them."""

    def __init__(self, conformance: Conformance, suite: Path | None) -> None:
        self.conformance = conformance
        self.policy = conformance.policy
        self.suite = suite
        self.rows: list[Row] | None = None

    def points(self, config: dict[str, Value] | None) -> list[Point]:
        """The requests; of one configuration, where it is given."""
        if self.suite is None:
            from ..vectors.generate import explore, ordered

            found = explore(self.policy, config)
            self.conformance.unanswered.update(found.unanswered)
            return ordered(found.marks)
        return list(dict.fromkeys(row.at for row in self._rows(config)))

    def warnings(self, config: dict[str, Value] | None) -> list[str]:
        """What was left out, and where a suite contradicts the policy; of one configuration, where it is given."""
        left = [at for at in self.conformance.unanswered if config is None or at.config == self._config(config)]
        made = [unanswered(self.policy, len(left))]
        if self.suite is not None:
            made += self._suite_warnings(self._rows(config), set(left))
        return [warning for warning in made if warning]

    def _suite_warnings(self, rows: list[Row], left: set[Point]) -> list[str]:
        from ..vectors.score import contradicts

        policy, oracle = self.policy, self.conformance.oracle
        judged = [row for row in rows if row.at not in left]
        ruled_out = [row for row in judged if not oracle.admits(row.at.configured(policy), row.at.given(policy))]
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
            self.rows = read_rows(read_text(self.suite), self.conformance.oracle, printable(str(self.suite)))
        return [row for row in self.rows if config is None or row.at.config == self._config(config)]

    def _config(self, config: dict[str, Value]) -> tuple[Value, ...]:
        return tuple(config[v.name.id] for v in self.policy.interface.configs)


def _some(names: list[str]) -> str:
    first = f"vector {names[0]}" if names[0].isdigit() else names[0]
    return first if len(names) == 1 else f"{len(names)} rows, the first of them {first},"


def read_text(path: Path, code: str = "P530") -> str:
    """The text of a list. Raises Rejected with `code`."""
    try:
        return raw(path).decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(Diagnostic(code, f"`{printable(str(path))}` is not UTF-8", "save the file as UTF-8")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"`{printable(str(path))}` cannot be read: {reason}"
        raise Rejected(Diagnostic(code, message, "check the path; `-` is standard input")) from None
