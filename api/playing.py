"""How a session goes, round by round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import fullmatch
from typing import Literal

from parley.model.evaluate_session import NotAllowed, SessionEvaluator
from parley.model.instance import Instance, Value, has
from parley.model.play_session import NotGiven, Player, TooManyRounds
from parley.model.representatives import TooMany
from parley.model.run import Run
from parley.model.stage import known_variable
from parley.spec.checked import CheckedSession
from parley.spec.checked_interface import CheckedInterface
from parley.spec.diagnostics import Diagnostic, Rejected, plural, printable
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import KNOWN, Define, Variable

from .evaluating import MOST_WORK, TOO_MANY, UNKNOWN_CHOICE, ruled_out
from .given import Given, read_all, read_options, read_value, texts
from .naming import need_known
from .results import Result, Table
from .values import Words, named_by

MOST_ROUNDS = 10_000
"""Rounds that are played of one session: a host that knows an interval may go through billions."""


class SessionResult(Result, frozen=True):
    """A run; `open_` are the outputs of each round that are left open, `assumptions` says which hold.

    `unknown` are the rounds, from 1, in which it is not known whether what is left open has values that are an answer.
    """

    session: CheckedSession
    words: Words
    instance: Instance
    run: Run
    open_: list[set[str]]
    assumptions: dict[str, bool]
    unknown: tuple[int, ...] = ()

    @property
    def met(self) -> Literal[True] | None:
        """That what is left open has values that are an answer in each round; None where that is not known."""
        return None if self.unknown else True

    @property
    def unknown_lines(self) -> list[str]:
        """What is to be said of the rounds in which that is not known."""
        return [f"round {at}: {UNKNOWN_CHOICE}" for at in self.unknown]

    @property
    def unsupported(self) -> bool:
        """Whether host and RMM agreed on what the RMM does not support."""
        return unsupported(self.session.interface, self.instance.config, self.run)

    def table(self) -> Table:
        rows: list[tuple[str, ...]] = []
        outputs = self.session.interface.outputs
        for at, (round_, left) in enumerate(zip(self.run.rounds, self.open_, strict=True), 1):
            named = zip(outputs, self.words.named(outputs, round_.outputs), strict=True)
            reply = [f"{v.name.id} any" if v.name.id in left else shown for v, shown in named]
            case = f"case {round_.case}" if round_.case else "no case"
            rows.append((f"round {at}", f"asks {self.words.asked(round_.request)}", *reply, case))
        agreed = f" {self.words.format.show(self.run.agreed)}" if self.run.agreed is not None else ""
        rows.append(("ending", f"{self.run.ending.replace('_', ' ')}{agreed}"))
        rows += [("", line) for line in self.unknown_lines]
        return Table(tuple(rows))


def _required_of(session: CheckedSession) -> dict[str, Variable | Define]:
    """What a session must be given, by name."""
    known = [known_variable(session.host)] if session.host.knows.varies else []
    return {one.name.id: one for one in (*session.interface.configs, *known, *session.abstract)}


def _left_open_in(session: CheckedSession) -> list[str]:
    """The outputs that some case of a session's policy leaves open: a session may be given them."""
    return sorted({name for case in session.policy.cases for name in case.unspecified})


def session_options(session: CheckedSession, options: list[str]) -> dict[str, str]:
    """What options give a session. Raises Rejected for what it cannot be given."""
    open_ = _left_open_in(session)
    of_rounds: list[str] = []
    for option in options:
        name = named_by(option.partition("=")[0])
        output, of_round, at = name.partition("@")
        if not option.startswith("--"):
            continue
        if of_round and output in open_:
            if not fullmatch("[1-9][0-9]*", at):
                text = f"`{printable(option[:60])}` is of no round"
                raise Rejected(Diagnostic("P504", text, f"rounds count from 1: write --{output}@1"))
            of_rounds.append(name)
        elif name == session.interface.inputs[0].name.id:
            text = f"--{name}: `{session.host.name}` makes the requests itself"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
        elif name == KNOWN and not session.host.knows.varies:
            text = f"--{name}: `{session.host.name}` says itself what it knows"
            raise Rejected(Diagnostic("P504", text, "leave it out"))
    names = [*_required_of(session), *open_, *dict.fromkeys(of_rounds)]
    return read_options(options, names, "session")


def play(session: CheckedSession, wanted: Mapping[str, Given]) -> SessionResult:
    """How a session goes; what it is given is described at `parley.evaluate`."""
    words = Words(session.interface)
    required, open_ = _required_of(session), _left_open_in(session)
    outputs = {v.name.id: v for v in session.interface.outputs}
    of_rounds = [name for name in wanted if fullmatch("(.*)@[1-9][0-9]*", name) and name.split("@")[0] in open_]
    given = texts(words, wanted, [*required, *open_, *of_rounds], session.name)
    config, relations = read_all(words, required, given)
    if KNOWN in config and isinstance(known := config[KNOWN], tuple):
        need_known(f"--{KNOWN}", session.host, known)
    named = [name for name in (*open_, *of_rounds) if name in given]
    # Of outputs that the policy leaves open, in all rounds or in one (`lower@2`).
    replies = {name: read_value(words, name, outputs[name.split("@")[0]], given[name]) for name in named}
    used: set[str] = set()

    def reply(at: int, name: str) -> Value | None:
        key = f"{name}@{at}"
        used.add(key)
        return replies.get(key, replies.get(name))

    instance = Instance(config, relations=relations)
    evaluator = SessionEvaluator(session)
    try:
        with evaluator.work.limited(MOST_WORK):
            played = Player(evaluator).play(instance, reply, MOST_ROUNDS)
    except NotGiven as error:
        sample = words.sample(outputs[error.output])
        raise Rejected(Diagnostic("P505", str(error), f"add --{error.output}@{error.round} {sample}")) from None
    except NotAllowed as error:
        raise Rejected(Diagnostic("P504", str(error), _allowed(session))) from None
    except TooManyRounds:
        message = f"the session goes on for more than {MOST_ROUNDS} rounds, and is played no further"
        help_ = "`parley check` proves its claims for any number of rounds; give what makes fewer"
        raise Rejected(Diagnostic("P418", message, help_)) from None
    except TooMany:
        raise Rejected(TOO_MANY) from None
    run = played.run
    _need_use(replies, used, run)
    assumed = evaluator.assumed(instance, run)
    broken = [name for name, holds in assumed.items() if not holds]
    last = run.rounds[-1] if run.rounds else None
    if run.ending == "stuck" and broken and (last is None or last.case is None or None in last.outputs.values()):
        statements = {p.statement.name.id: p.statement for p in session.assumptions}
        raise ruled_out([statements[name] for name in broken if name in statements])
    return SessionResult(session, words, instance, run, played.open, assumed, tuple(played.unknown))


def unsupported(interface: CheckedInterface, config: Mapping[str, Value], run: Run) -> bool:
    """Whether host and RMM agreed on a revision that is in none of the RMM's sets and ranges."""
    sets = [config[v.name.id] for v in interface.configs if v.type in ("set", "range")]
    agreed = run.agreed if run.ending == "accepted" else None
    return agreed is not None and bool(sets) and not any(has(interface.format, one, agreed) for one in sets)


def _need_use(given: Iterable[str], used: set[str], run: Run) -> None:
    """Raises Rejected where an output is given for a round that has no use for it."""
    for key in given:
        name, of_round, at = key.partition("@")
        if of_round and key not in used:
            there = {str(number) for number in range(1, len(run.rounds) + 1)}
            ends = f"the session ends after {plural(len(run.rounds), 'round')}"
            why = f"round {at} does not leave `{name}` open" if at in there else ends
            raise Rejected(Diagnostic("P504", f"--{key[:60]}: {why}", "leave it out"))


def _allowed(session: CheckedSession) -> str:
    """What a policy asks of outputs that it leaves open."""
    policy = session.policy
    ensures = [f"`{case.name}` ensures {print_expr(e.formula)}" for case in policy.cases for e in case.ensures]
    return f"case {'; case '.join(ensures)}" if ensures else "leave it open, or give another value"
