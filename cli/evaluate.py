"""`parley eval`: the answer to one situation, and how the policy came to it; of a session, the transcript."""

from __future__ import annotations

from parley.evaluating import EvalResult, evaluate, options_of
from parley.given import read_options
from parley.naming import find_subject
from parley.playing import SessionResult, unsupported
from parley.spec.checked import CheckedSession
from parley.spec.print_tree import print_expr

from .draw.numberline import lines
from .draw.transcript import end_row, round_rows, setting_rows
from .options import session_options
from .output import Output

LABEL = 17


def eval_command(argument: str, options: list[str], format_: str, quiet: bool, output: Output) -> int:
    """Print what a policy answers, or how a session goes.

    Raises Rejected for a wrong use, and where no case of a policy applies.
    """
    _, subject = find_subject(argument)
    if isinstance(subject, CheckedSession):
        played = evaluate(subject, session_options(subject, options))
        if format_ == "json":
            from .session_json import session_eval_json

            output.write(session_eval_json(played))
        else:
            output.write(_transcript(played, quiet, output))
    else:
        made = evaluate(subject, read_options(options, options_of(subject)))
        if format_ == "json":
            from .evaluate_json import eval_json

            output.write(eval_json(made))
        else:
            output.write(_text(made, quiet, output))
    return 0


def _text(made: EvalResult, quiet: bool, output: Output) -> str:
    words, policy = made.words, made.policy
    rows: list[str] = []
    if not quiet:
        rows.append(output.style(f"{policy.name} answers {policy.interface.name}", bold=True))
        rows += [f"{name:<{LABEL}}{drawing}" for name, drawing in lines(words, made.situation)]
        for variable in policy.interface.inputs:
            if variable.register:
                rows.append(f"{variable.register.id:<{LABEL}}{made.situation.inputs[variable.name.id]:#x}")
        for name, holds in made.assumptions.items():
            if not holds:
                rows.append(
                    output.style(f"{'outside':<{LABEL}}the assumption `{name}` does not hold here", fg="yellow")
                )
        for tried in made.tried:
            verdict = "applies" if tried.applies else "does not apply"
            why = f": {', '.join(tried.why)}" if tried.why else ""
            rows.append(f"{'case ' + tried.case:<{LABEL}}{verdict}{why}")
            rows.append(f"{'':<{LABEL}}{output.style(tried.guard, dim=True)}")
    for variable in policy.interface.outputs:
        name = variable.name.id
        shown = made.show(name)
        register = f"{variable.register.id} = {made.register(variable)}" if variable.register else ""
        rows.append(f"{name:<{LABEL}}{shown:<20}{register}".rstrip())
    rows += [f"{'where':<{LABEL}}{print_expr(ensure.formula)}" for ensure in made.case.ensures]
    return "\n".join(rows) + "\n"


def _transcript(made: SessionResult, quiet: bool, output: Output) -> str:
    rows = [] if quiet else setting_rows(made.words, made.session, made.setting)
    if not quiet:
        rows += round_rows(made.words, made.run, made.open_)
    label, text = end_row(made.words, made.run)
    if unsupported(made.session.interface, made.setting.config, made.run):
        text = f"{text}; {output.style(f'{made.session.policy.name} does not support it', fg='yellow')}"
    rows.append((label, text))
    lines = [f"{name:<{LABEL}}{text}" for name, text in rows]
    if not quiet:
        session = made.session
        lines.insert(0, output.style(f"{session.host.name} with {session.policy.name}", bold=True))
        for name, holds in made.assumptions.items():
            if not holds:
                text = f"{'outside':<{LABEL}}the assumption `{name}` does not hold here"
                lines.append(output.style(text, fg="yellow"))
    return "\n".join(lines) + "\n"
