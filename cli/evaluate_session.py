"""`parley eval` of a session: the transcript, round by round."""

from __future__ import annotations

from msgspec import Struct

from ..model.run import NotAllowed, NotGiven, Run, SessionEvaluator, Setting
from ..model.situation import Relation, Value
from ..proofs.session_scope import Played
from ..spec.checked import KNOWN, CheckedSession
from ..spec.diagnostics import Diagnostic, Rejected
from ..spec.syntax import Label, Variable
from .evaluate import LABEL, need_all, read_options, read_relation, read_value
from .output import Output
from .session_text import end_row, round_rows, setting_rows
from .values import Words


class SessionEvaluation(Struct, frozen=True):
    """A run; `open_` are the outputs of each round that are left open, `assumptions` says which hold."""

    session: CheckedSession
    words: Words
    setting: Setting
    run: Run
    open_: list[set[str]]
    assumptions: dict[str, bool]


def evaluate_session(session: CheckedSession, options: list[str], format_: str, quiet: bool, output: Output) -> int:
    """Print how a session goes. Raises Rejected for a wrong use."""
    made = _played(session, options)
    if format_ == "json":
        from .session_json import session_eval_json

        output.write(session_eval_json(made))
    else:
        output.write(_text(made, quiet, output))
    return 0


def _played(session: CheckedSession, options: list[str]) -> SessionEvaluation:
    words = Words(session.interface)
    variables = {v.name.id: v for v in session.interface.configs}
    if session.host.knows.revisions is None:
        variables[KNOWN] = Variable("config", Label(KNOWN), "set")
    relations = {define.name.id: define for define in session.policy.abstract}
    outputs = {v.name.id: v for v in session.interface.outputs}
    open_ = {name for case in session.policy.cases for name in case.unspecified}
    # Of each output that is left open, the value in all rounds, or in one: --higher 1.0, --higher@2 1.0.
    of_round = [option.split("=")[0].removeprefix("--") for option in options if "@" in option]
    named = [name for name in of_round if name.split("@")[0] in open_ and name.split("@")[1].isdecimal()]
    given = read_options(options, [*variables, *relations, *sorted(open_), *dict.fromkeys(named)])
    need_all(words, {**variables, **dict.fromkeys(relations)}, given)
    config: dict[str, Value] = {n: read_value(words, n, v, given[n]) for n, v in variables.items()}
    interpreted: dict[str, Relation] = {n: read_relation(words, d, given[n]) for n, d in relations.items()}
    replies = {n: read_value(words, n, outputs[n.split("@")[0]], given[n]) for n in (*open_, *named) if n in given}

    def reply(at: int, name: str) -> int | bool | None:
        value = replies.get(f"{name}@{at}", replies.get(name))
        return value if not isinstance(value, tuple) else None

    setting = Setting(config, interpreted)
    most = session.host.knows.most
    size = len(value) if isinstance(value := config.get(KNOWN), tuple) else 1
    if size == 0 or (most is not None and size > most):
        bound = f"1 to {most} revisions" if most else "at least one revision"
        raise Rejected(Diagnostic("P504", f"--{KNOWN}: `{session.host.name}` knows {bound}", "for example --known 1.0"))
    evaluator = SessionEvaluator(session)
    try:
        run, left = evaluator.play(setting, reply)
    except NotGiven as error:
        variable = outputs[error.output]
        sample = words.sample(variable)
        raise Rejected(Diagnostic("P505", str(error), f"add --{error.output}@{error.round} {sample}")) from None
    except NotAllowed as error:
        raise Rejected(Diagnostic("P504", str(error), f"see `parley eval {session.policy.name}`")) from None
    return SessionEvaluation(session, words, setting, run, left, evaluator.assumed(setting, run))


def _text(made: SessionEvaluation, quiet: bool, output: Output) -> str:
    rows = [] if quiet else setting_rows(made.words, made.session, Played(made.setting, made.run))
    if not quiet:
        rows += round_rows(made.words, made.run, made.open_)
    rows.append(end_row(made.words, made.run))
    lines = [f"{name:<{LABEL}}{text}" for name, text in rows]
    if not quiet:
        session = made.session
        lines.insert(0, output.style(f"{session.host.name} with {session.policy.name}", bold=True))
        for name, holds in made.assumptions.items():
            if not holds:
                text = f"{'outside':<{LABEL}}the assumption `{name}` does not hold here"
                lines.append(output.style(text, fg="yellow"))
    return "\n".join(lines) + "\n"
