"""`parley eval` of a session: the transcript, round by round."""

from __future__ import annotations

from re import fullmatch

from msgspec import Struct

from ..model.run import NotAllowed, NotGiven, Run, SessionEvaluator, Setting
from ..model.situation import Relation, Value
from ..spec.checked import KNOWN, CheckedSession
from ..spec.diagnostics import Diagnostic, Rejected, printable
from ..spec.print_tree import print_expr
from ..spec.syntax import Label, Variable
from .evaluate import LABEL, MOST_WORK, need_all, read_options, read_relation, read_value, ruled_out
from .output import Output
from .subject import need_known
from .transcript import end_row, round_rows, setting_rows, unsupported
from .values import Words


class SessionEvaluation(Struct, frozen=True):
    """A run; `open_` are the outputs of each round that are left open, `assumptions` says which hold."""

    session: CheckedSession
    words: Words
    setting: Setting
    run: Run
    open_: list[set[str]]
    assumptions: dict[str, bool]


def evaluate_session(session: CheckedSession, options: list[str], format_: str, quiet: bool, output: Output) -> None:
    """Print how a session goes. Raises Rejected for a wrong use."""
    made = _played(session, options)
    if format_ == "json":
        from .session_json import session_eval_json

        output.write(session_eval_json(made))
    else:
        output.write(_text(made, quiet, output))


class _Replies:
    """What is given of outputs that the policy leaves open: in all rounds, or in one (`--lower@2`)."""

    def __init__(self, values: dict[str, Value]) -> None:
        self.values = values
        self.used: set[str] = set()

    def __call__(self, at: int, name: str) -> int | bool | None:
        key = f"{name}@{at}"
        self.used.add(key)
        value = self.values.get(key, self.values.get(name))
        return None if isinstance(value, tuple) else value

    def need_use(self, run: Run) -> None:
        """Raises Rejected where a value is given for a round that has no use for it."""
        for key in self.values:
            name, of_round, at = key.partition("@")
            if of_round and key not in self.used:
                count = f"{len(run.rounds)} round{'s' if len(run.rounds) != 1 else ''}"
                there = {str(number) for number in range(1, len(run.rounds) + 1)}
                why = f"round {at} does not leave `{name}` open" if at in there else f"the session ends after {count}"
                raise Rejected(Diagnostic("P504", f"--{key[:60]}: {why}", "leave it out"))


def _played(session: CheckedSession, options: list[str]) -> SessionEvaluation:
    words = Words(session.interface)
    host, policy = session.host, session.policy
    variables = {v.name.id: v for v in session.interface.configs}
    if host.knows.revisions is None:
        variables[KNOWN] = Variable("config", Label(KNOWN), "set")
    relations = {define.name.id: define for define in session.abstract}
    outputs = {v.name.id: v for v in session.interface.outputs}
    open_ = sorted({name for case in policy.cases for name in case.unspecified})
    of_rounds = _of_rounds(session, options, open_)
    given = read_options(options, [*variables, *relations, *open_, *of_rounds], "session")
    need_all(words, {**variables, **relations}, given)
    config: dict[str, Value] = {n: read_value(words, n, v, given[n]) for n, v in variables.items()}
    interpreted: dict[str, Relation] = {n: read_relation(words, d, given[n]) for n, d in relations.items()}
    if isinstance(known := config.get(KNOWN), tuple):
        need_known(f"--{KNOWN}", host, known)
    named = [name for name in (*open_, *of_rounds) if name in given]
    replies = _Replies({name: read_value(words, name, outputs[name.split("@")[0]], given[name]) for name in named})
    setting = Setting(config, interpreted)
    evaluator = SessionEvaluator(session)
    try:
        with evaluator.work.limited(MOST_WORK):
            run, left = evaluator.play(setting, replies)
    except NotGiven as error:
        sample = words.sample(outputs[error.output])
        raise Rejected(Diagnostic("P505", str(error), f"add --{error.output}@{error.round} {sample}")) from None
    except NotAllowed as error:
        raise Rejected(Diagnostic("P504", str(error), _allowed(session))) from None
    replies.need_use(run)
    assumed = evaluator.assumed(setting, run)
    broken = [name for name, holds in assumed.items() if not holds]
    last = run.rounds[-1] if run.rounds else None
    if run.ending == "stuck" and broken and (last is None or last.case is None or None in last.outputs.values()):
        formulas = {p.statement.name.id: p.statement.formula for p in session.assumptions}
        raise ruled_out([(name, formulas[name]) for name in broken if name in formulas])
    return SessionEvaluation(session, words, setting, run, left, assumed)


def _of_rounds(session: CheckedSession, options: list[str], open_: list[str]) -> list[str]:
    """The options that give an output in one round. Raises Rejected for what a session cannot be given."""
    made: list[str] = []
    for option in options:
        name = option.partition("=")[0].removeprefix("--")
        output, of_round, at = name.partition("@")
        if not option.startswith("--"):
            continue
        if of_round and output in open_:
            if not fullmatch("[1-9][0-9]*", at):
                text = f"`{printable(option[:60])}` is of no round"
                raise Rejected(Diagnostic("P504", text, f"rounds count from 1: write --{output}@1"))
            made.append(name)
        elif name == session.interface.inputs[0].name.id:
            text = f"--{name}: `{session.host.name}` makes the requests itself"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
        elif name == KNOWN and session.host.knows.revisions is not None:
            text = f"--{name}: `{session.host.name}` says itself what it knows"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
    return list(dict.fromkeys(made))


def _allowed(session: CheckedSession) -> str:
    """What a policy asks of outputs that it leaves open."""
    policy = session.policy
    ensures = [f"`{case.name}` ensures {print_expr(e.formula)}" for case in policy.cases for e in case.ensures]
    return f"case {'; case '.join(ensures)}" if ensures else "leave it open, or give another value"


def _text(made: SessionEvaluation, quiet: bool, output: Output) -> str:
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
