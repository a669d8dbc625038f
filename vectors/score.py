"""How strong a suite is: what it reaches of a policy, which mutants get past it, and what would stop them."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from ..model.instance import Instance, words_among
from ..model.oracle import NoAnswer, Oracle, Outputs
from ..model.representatives import TooMany
from ..spec.diagnostics import printable
from .boundary_values import BoundaryValues
from .condition_coverage import ConditionCoverage
from .generate import Exploration, explore, ordered, reached
from .known_answers import KnownAnswers
from .make_vector import vector
from .mutant_check import Wanted, teller
from .mutants import Mutant
from .read_suite import Row
from .remarks import untrue
from .suite import Mutants, Vector, count


class RowContradiction(Struct, frozen=True):
    """A row that wants what the policy does not answer."""

    row: str
    why: str


class Scored(Struct, frozen=True):
    """The figures of a suite: `[hit, of]` for what it reaches; `kills` are the rows that kill each mutant.

    Of a program, which of several requests makes it fail is not known: its `kills` are configurations then.
    `unanswered` and `unsettled` count the requests that no suite need have: the policy has no answer to them, or it is
    not known whether it has; `too_long`, the mutants that are in no figure, as their formulas are.
    """

    rows: list[Row]
    cases: tuple[int, int]
    mcdc: tuple[int, int]
    boundaries: tuple[int, int]
    missing_boundaries: list[str]
    mutants: Mutants
    kills: dict[str, list[str]]
    equivalent: list[str]
    survivors: list[Mutant]
    duplicates: list[tuple[str, str]]
    contradictions: list[RowContradiction]
    missing: list[Vector]
    unanswered: int
    unsettled: int
    too_long: int


def score(rows: list[Row], oracle: Oracle) -> Scored:
    """Score the rows of a suite against a policy."""
    found = explore(oracle.policy)
    contradictions = [c for row in rows if (c := contradicts(row, oracle)) is not None]
    wrong = {c.row for c in contradictions}
    sound = [row for row in rows if row.name not in wrong]
    contradictions = [*_for_another(rows, oracle), *contradictions]
    kills = {mutant.name: _killed_by(mutant, sound, oracle, found.answers) for mutant in live(found)}
    return measured(found, oracle, rows, sound, kills, contradictions)


def live(found: Exploration) -> list[Mutant]:
    """The mutants that can be told from the policy, or may be."""
    return [mutant for mutant in found.mutants if mutant.name not in found.equivalent]


def measured(
    found: Exploration,
    oracle: Oracle,
    rows: list[Row],
    sound: list[Row],
    kills: dict[str, list[str]],
    contradictions: list[RowContradiction],
    unknown: Collection[str] = (),
) -> Scored:
    """The figures of rows, those that are `sound` reaching something; of mutants that are `unknown` nothing is said.

    `kills` has what kills each mutant that can be told from the policy.
    """
    flags = _flags(sound, oracle)
    seen = set[str]().union(*flags.values())
    flagged = {flag for marks in found.marks.values() for flag in marks}
    boundaries = {flag for flag in flagged if flag.partition(":")[0] not in ("case", "mcdc", "found", "random")}
    survivors = [mutant for mutant in live(found) if not kills[mutant.name] and mutant.name not in unknown]
    wanted = [flag for flag in found.wanted if flag not in seen]
    return Scored(
        rows,
        reached("case:", found.wanted, seen),
        reached("mcdc:", found.wanted, seen),
        (len(boundaries & seen), len(boundaries)),
        sorted(boundaries - seen),
        count(
            ((mutant.name, mutant.kind) for mutant in found.mutants),
            {name for name, rows in kills.items() if rows},
            found.equivalent,
        ),
        kills,
        found.equivalent,
        survivors,
        _duplicates(rows),
        contradictions,
        _missing(found, oracle, {*wanted, *(mutant.name for mutant in survivors)}),
        len(found.unanswered),
        len(found.unsettled),
        len(found.too_long),
    )


def only_killers(scored: Scored) -> dict[str, list[str]]:
    """For each row that is the only one to kill something, what that is; in the order of the rows."""
    made: dict[str, list[str]] = {row.name: [] for row in scored.rows}
    for mutant, rows in scored.kills.items():
        if len(rows) == 1:
            made[rows[0]].append(mutant)
    return {row: mutants for row, mutants in made.items() if mutants}


def _flags(rows: list[Row], oracle: Oracle) -> dict[Instance, set[str]]:
    """What each row's point reaches: its case, conditions and boundaries."""
    boundaries = BoundaryValues(oracle)
    marked = boundaries.collect([one.config for one in dict.fromkeys(Instance(row.at.config) for row in rows)])
    shown = ConditionCoverage(oracle)
    made: dict[Instance, set[str]] = {}
    for row in rows:
        answer = oracle.answer(row.at.config, row.at.inputs)
        made[row.at] = {f"case:{answer.case}", *shown.of(row.at), *marked.get(row.at, set())}
    return made


def contradicts(row: Row, oracle: Oracle) -> RowContradiction | None:
    """What a row wants that the policy does not answer, if anything."""
    config, inputs = row.at.config, row.at.inputs
    if not oracle.admits(config, inputs):
        return RowContradiction(row.name, "the policy's assumptions rule it out")
    try:
        answer = oracle.answer(config, inputs)
    except NoAnswer as error:
        return RowContradiction(row.name, f"the policy has no answer: {error}")
    wrong = [name for name, value in row.outputs.items() if name in answer.outputs and answer.outputs[name] != value]
    if wrong:
        return RowContradiction(row.name, f"the policy answers another `{wrong[0]}` (case {answer.case})")
    if answer.open & row.outputs.keys() and not _possible(row.at, row.outputs, oracle):
        return RowContradiction(row.name, f"the policy allows no such answer (case {answer.case})")
    why = untrue(row.remarks, oracle, config, inputs, answer)
    return RowContradiction(row.name, printable(why)) if why else None


def _for_another(rows: list[Row], oracle: Oracle) -> list[RowContradiction]:
    """The suite says which policy it is for. Its rows may be right all the same."""
    name = next((row.remarks.policy for row in rows if row.remarks.policy is not None), oracle.policy.name)
    why = f"it is for the policy `{printable(name)}`, and `{oracle.policy.name}` is scored"
    return [] if name == oracle.policy.name else [RowContradiction("the suite", why)]


def _possible(at: Instance, wanted: Outputs, oracle: Oracle) -> bool:
    """Whether some answer has these outputs."""
    config, inputs = at.config, at.inputs
    if len(wanted) == len(oracle.interface.outputs):
        return oracle.allows(config, inputs, wanted)
    slots = oracle.slots(config, inputs)
    case = oracle.evaluator.fires(slots)
    if case is None:
        return False
    try:
        pool = [*oracle.queries.open_values(slots, case), *words_among(wanted.values())]
        for _ in oracle.evaluator.answers(slots, case, list(dict.fromkeys(pool))):
            outputs = oracle.evaluator.outputs(slots)
            if all(outputs[name] == value for name, value in wanted.items()):
                return True
    except TooMany:
        return True
    return False


def _killed_by(mutant: Mutant, rows: list[Row], oracle: Oracle, answers: KnownAnswers) -> list[str]:
    """The rows that an implementation of the mutant can fail."""
    tells = teller(mutant, oracle, answers)
    wanted = ((row, Wanted(row.outputs, lambda outputs, row=row: _passes(row, outputs, oracle))) for row in rows)
    return [row.name for row, wants in wanted if tells(row.at, wants)]


def _passes(row: Row, outputs: Outputs, oracle: Oracle) -> bool:
    if any(outputs.get(name) != value for name, value in row.outputs.items()):
        return False
    if not row.judged:
        return True
    looked_at = {name: value for name, value in outputs.items() if name in row.outputs or name in row.judged}
    return oracle.are_values(looked_at) and _possible(row.at, looked_at, oracle)


def _duplicates(rows: list[Row]) -> list[tuple[str, str]]:
    first: dict[Instance, str] = {}
    made: list[tuple[str, str]] = []
    for row in rows:
        other = first.setdefault(row.at, row.name)
        if other != row.name:
            made.append((other, row.name))
    return made


def _missing(found: Exploration, oracle: Oracle, wanted: set[str]) -> list[Vector]:
    """Vectors that together have what is wanted, each adding the most."""
    points = ordered(found.marks)
    left = set(wanted)
    made: list[Vector] = []
    while left:
        best = max(points, key=lambda at: len(left & {*found.marks[at], *found.kills[at]}))
        adds = left & {*found.marks[best], *found.kills[best]}
        if not adds:
            break
        left -= adds
        made.append(vector(oracle, best, len(made) + 1, sorted(found.marks[best]), found.kills[best]))
    return made
