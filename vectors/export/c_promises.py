"""What a harness in C asserts of an answer, and what it covers."""

from __future__ import annotations

from .c_language import WIDTH, C
from .contract import CasePromise, Clause, Contract
from .formulas import Level
from .names import c_comment, c_string


def zeros(c: C) -> str:
    """The bits that are 0 in the revisions of a table: ZEROS."""
    small, fields = 0, c.format.numbered
    for field in fields:
        small |= ((1 << min(field.width, 3 if field is fields[-1] else 2)) - 1) << field.low
    of_small = c.word(((1 << c.format.width) - 1) & ~small | c.format.zeros).text
    says = c_comment(["Bits that are 0 in a table. With -DSMALL its revisions are small numbers, which read better."])
    return f"""{says}
#ifdef SMALL
#define ZEROS {of_small}
#else
#define ZEROS {c.word(c.format.zeros).text}
#endif"""


def assumed(c: C, clause: Clause) -> list[str]:
    """An assumption."""
    formula = "1" if clause.formula is None else c.formula(clause.formula)
    return [c_comment([clause.says], "\t"), f"\t__CPROVER_assume({formula});"]


def answers(c: C, promised: Contract, reached: frozenset[str] | None) -> list[str]:
    """A branch for each case; where no case applies, the policy has no answer and nothing is asserted.

    Then the outcomes. What no request of a build is known to reach has no cover.
    """
    lines: list[str] = []
    for at, answer in enumerate(promised.answers):
        guard = "" if answer.guard is None else f"if ({c.formula(answer.guard)}) "
        before = "\t} else " if at else "\t"
        lines.append(f"{before}{guard}{{")
        lines.append(c_comment([answer.says], "\t\t"))
        if reached is None or answer.case in reached:
            lines.append(f"\t\tREACHED({c_string(f'cover {answer.case}')});")
        else:
            lines.append(c_comment(["No request of this build is known to come here: there is no cover."], "\t\t"))
        lines += [line for clause in answer.clauses for line in _promise(c, answer, clause)]
    lines.append("\t}")
    if promised.outcomes:
        lines.append(c_comment(["Each outcome comes up."], "\t"))
    for outcome in promised.outcomes:
        assert outcome.formula is not None
        lines += [f"\tif ({c.formula(outcome.formula)})", f"\t\tREACHED({c_string(f'cover {outcome.says}')});"]
    return lines


def _promise(c: C, answer: CasePromise, clause: Clause) -> list[str]:
    if clause.formula is None:
        return [c_comment([f"{clause.says}: not checked, {clause.reason}"], "\t\t")]
    code = c.code(clause.formula)
    holds = code.text if code.level > Level.CHOICE else f"({code.text})"
    says = c_string(f"{answer.case}: {clause.says}")
    separator = " " if len(holds) + len(says) < WIDTH else "\n\t\t\t"
    return [f"\t\tPROMISE({holds},{separator}{says});"]
