"""How the answer in one instance looks to people, and how a session goes."""

from __future__ import annotations

from parley.evaluating import UNKNOWN_CHOICE, EvalResult
from parley.playing import SessionResult
from parley.spec.formatting.expressions import print_expr

from ..draw.numberline import drawings
from ..draw.rows import laid_out
from ..draw.transcript import end_row, instance_rows, round_rows
from ..output import Output


def eval_text(result: EvalResult, output: Output) -> str:
    """The configuration and the cases that were tried, and the outputs; where quiet, the outputs alone."""
    words, interface = result.words, result.policy.interface
    lines: list[str] = []
    if not output.quiet:
        lines.append(output.style(f"{result.policy.name} answers {interface.name}", bold=True))
        lines += laid_out(drawings(words, words.given_values(result.instance)))
        lines += laid_out(words.registers(interface.inputs, result.instance.inputs).items())
        lines += _outside(result.assumptions, output)
        for tried in result.tried:
            verdict = "applies" if tried.applies else "does not apply"
            why = f": {', '.join(tried.why)}" if tried.why else ""
            lines += laid_out([(f"case {tried.case}", f"{verdict}{why}"), ("", output.style(tried.guard, dim=True))])
    for variable in interface.outputs:
        register = f"{variable.register.id} = {result.registers[variable.register.id]}" if variable.register else ""
        lines += laid_out([(variable.name.id, f"{result.show(variable.name.id):<20}{register}")])
    lines += laid_out(("where", print_expr(ensure.formula)) for ensure in result.case.ensures)
    lines += laid_out([] if result.met else [("", output.style(UNKNOWN_CHOICE, fg="yellow"))])
    return "\n".join(lines) + "\n"


def session_text(result: SessionResult, output: Output) -> str:
    """The configuration and the rounds, and how they ended; where quiet, the end alone."""
    label, text = end_row(result.words, result.run)
    if result.unsupported:
        text = f"{text}; {output.style(f'{result.session.policy.name} does not support it', fg='yellow')}"
    unknown = [output.style(line, fg="yellow") for line in laid_out(("", line) for line in result.unknown_lines)]
    if output.quiet:
        return "\n".join([*laid_out([(label, text)]), *unknown]) + "\n"
    rows = instance_rows(result.words, result.session, result.instance)
    rows += round_rows(result.words, result.run, result.open_)
    title = output.style(f"{result.session.host.name} with {result.session.policy.name}", bold=True)
    lines = [title, *laid_out([*rows, (label, text)]), *unknown, *_outside(result.assumptions, output)]
    return "\n".join(lines) + "\n"


def _outside(assumptions: dict[str, bool], output: Output) -> list[str]:
    broken = [name for name, holds in assumptions.items() if not holds]
    lines = laid_out(("outside", f"the assumption `{name}` does not hold here") for name in broken)
    return [output.style(line, fg="yellow") for line in lines]
