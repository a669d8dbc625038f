"""What a suite of vectors comes to, for people."""

from __future__ import annotations

from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import plural
from parley.spec.syntax import NO_CODE
from parley.suites import SuiteResult, figures

from ..draw.rows import Row, laid_out
from ..draw.strength import conditions_row, kinds_tried
from ..output import Output
from .command import FORMATS, SAYING_NAMES, SAYING_SETS


def _saying(interface: CheckedInterface) -> tuple[str, ...]:
    """The forms that have all that is in the messages of an interface."""
    messages = (*interface.inputs, *interface.outputs)
    if any(code >= NO_CODE for names in interface.named.values() for code in names.values()):
        return SAYING_NAMES
    return SAYING_SETS if any(variable.type in ("set", "range") for variable in messages) else FORMATS[1:]


def suite_text(result: SuiteResult, output: Output) -> str:
    """The figures of a suite, and the mutants that it does not kill."""
    made, found = result.suite, result.found
    cases, conditions, mutants = figures(made.adequacy)
    rows: list[Row] = [
        ("vectors", f"{made.size} in {plural(len(made.groups), 'configuration')}"),
        cases,
        conditions_row(conditions),
        mutants,
        *([] if output.quiet else kinds_tried(made.adequacy.mutants)),
    ]
    if made.smallest is not None:
        proved = "proved: of the vectors found, no fewer have the same adequacy"
        rows.append(("smallest", proved if made.smallest else "not proved within the budget"))
    if found.unreachable:
        rows.append(("unreachable", ", ".join(found.unreachable)))
    if not output.quiet:
        names = {mutant.name: mutant.what for mutant in found.mutants}
        rows += [("equivalent", f"{name}: {names[name]}") for name in found.equivalent]
        rows += [("not known", f"{names.get(name, name)}: {why}") for name, why in found.survivors.items()]
    *most, last = _saying(result.policy.interface)
    rows.append(("the suite", f"with --format {', '.join(most)} or {last}"))
    title = output.style(f"{made.policy}, {made.interface}", bold=True)
    return "\n".join([title, *laid_out(rows)]) + "\n"
