"""Named hosts against named RMMs with their supported sets: who ends up with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct, structs
from parley.model.evaluate_session import SessionEvaluator
from parley.model.instance import Instance, Range, Value, show_range
from parley.model.play_session import NotGiven, Player, TooManyRounds
from parley.model.representatives import TooMany
from parley.model.run import Run
from parley.model.stage import known_variable
from parley.spec.checked import CheckedHost, CheckedPolicy, CheckedSession
from parley.spec.diagnostics import Diagnostic, Rejected, plural
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import KNOWN, Label, Session, Variable

from .evaluating import UNKNOWN_CHOICE
from .naming import find_host, find_named_policy, need_known
from .playing import MOST_ROUNDS, unsupported
from .results import Result, Table
from .values import Words

SAMPLE = "write POLICY=REVISIONS, such as tf_rmm=1.0,1.1"
ANOTHER = "host and policy are for different interfaces"


MOST_WORK = 20_000_000
"""What the evaluator does (`model/work.py`) for one pair: seconds."""


class Rmm(Struct, frozen=True):
    """A column: a policy and the revisions that this build supports, and what it has of the policy's own configs."""

    name: str
    policy: CheckedPolicy
    supported: tuple[int, ...] | Range
    own: dict[str, Value] = {}

    @property
    def title(self) -> str:
        words = Words(self.policy.interface)
        return " ".join([self.name, words.show(None, self.supported), *words.named(self.owned, self.own)])

    @property
    def config(self) -> dict[str, Value]:
        """Its configuration."""
        return {self.policy.interface.configs[0].name.id: self.supported, **self.own}

    @property
    def owned(self) -> list[Variable]:
        """The configs that the policy has beside its interface's."""
        return [v for v in self.policy.interface.configs if v.name.id in self.policy.added]


class KnowingHost(Struct, frozen=True):
    """A row: a host, and what it knows where it does not say so itself."""

    name: str
    host: CheckedHost
    known: tuple[int, ...] | Range | None

    @property
    def knows(self) -> list[str]:
        """What it knows, as its file writes that, or as it was given."""
        revisions = self.host.knows.revisions
        if revisions is not None:
            return [print_expr(revision) for revision in revisions]
        if self.host.knows.between is not None:
            return [print_expr(self.host.knows.between)]
        if isinstance(self.known, Range):
            return [show_range(self.host.interface.format, self.known)]
        return [self.host.interface.format.show(word) for word in self.known or ()]

    @property
    def title(self) -> str:
        return f"{self.name} {', '.join(self.knows) or 'nothing'}"


Named = TypeVar("Named", Rmm, KnowingHost)


class Cell(Struct, frozen=True):
    """What came of one pair. `run` is None where there is none: `why` says why.

    `open` are the outputs of each round that are left open, and have any value; `unknown`: it is not known of some
    round whether these have values that are an answer.
    """

    caller: KnowingHost
    rmm: Rmm
    run: Run | None
    why: str = ""
    outside: tuple[str, ...] = ()
    open: tuple[set[str], ...] = ()
    unknown: bool = False

    @property
    def unsupported(self) -> bool:
        """Whether the two agreed on what the RMM does not support."""
        interface = self.rmm.policy.interface
        return self.run is not None and unsupported(interface, self.rmm.config, self.run)

    @property
    def text(self) -> str:
        """What came of it, in a few words."""
        run = self.run
        if run is None:
            return "–" if self.why == ANOTHER else self.why
        requests = plural(len(run.rounds), "request")
        match run.ending:
            case "accepted":
                text = f"{Words(self.rmm.policy.interface).format.show(run.agreed or 0)} ({requests})"
            case "gave_up":
                text = f"gives up ({requests})"
            case "loops":
                text = "asks for ever"
            case "stuck" | "left_out":
                text = f"stuck: {run.why}"
        return (
            text + (" !" if self.unsupported else "") + (" *" if self.outside else "") + (" ?" if self.unknown else "")
        )


class MatrixResult(Result, frozen=True):
    """A row of cells for each host, with a cell for each RMM; both are named apart where several have one name."""

    rmms: list[Rmm]
    hosts: list[KnowingHost]
    cells: list[list[Cell]]

    def table(self) -> Table:
        head = ("", *(column.title for column in self.rmms))
        body = [(row.title, *(cell.text for cell in line)) for row, line in zip(self.hosts, self.cells, strict=True)]
        return Table((head, *body), "\n".join(self.notes))

    @property
    def notes(self) -> list[str]:
        """What the marks stand for: pairs that do not go, agreements on what is not supported, and assumptions that do
        not hold of what was asked for.
        """
        cells = [cell for line in self.cells for cell in line]
        apart = [f"– {ANOTHER}"] if any(cell.why == ANOTHER for cell in cells) else []
        if any(cell.unsupported for cell in cells):
            apart.append("! agreed on a revision that the RMM does not support")
        if any(cell.unknown for cell in cells):
            apart.append(f"? {UNKNOWN_CHOICE}")
        outside = [f"* {cell.rmm.title}: the assumption `{n}` does not hold" for cell in cells for n in cell.outside]
        return [*apart, *dict.fromkeys(outside)]


def matrix(rmms: Sequence[str | Rmm], hosts: Sequence[str | KnowingHost]) -> MatrixResult:
    """Plays every host against every RMM.

    Texts are the command's: `tf_rmm=1.0,1.1` for an RMM with what it supports, `linux` for a host, `HOST=1.0` for one
    that knows any revisions. Raises Rejected for a text that names nothing.
    """
    columns = _told_apart([_rmm(one) if isinstance(one, str) else one for one in rmms])
    rows = _told_apart([_caller(one) if isinstance(one, str) else one for one in hosts])
    return MatrixResult(columns, rows, [[_cell(row, column) for column in columns] for row in rows])


def _told_apart(named: list[Named]) -> list[Named]:
    """The same, named with their files where several declare one of that name."""
    files = {(one.name, _file(one)) for one in named}
    twice = [name for name, count in Counter(name for name, _ in files).items() if count > 1]
    return [structs.replace(one, name=f"{_file(one)}:{one.name}") if one.name in twice else one for one in named]


def _file(named: Rmm | KnowingHost) -> str:
    return (named.policy if isinstance(named, Rmm) else named.host).source.name


def _rmm(text: str) -> Rmm:
    name, _, rest = text.partition("=")
    revisions, *more = rest.split(";")
    if not revisions.strip():
        raise Rejected(Diagnostic("P504", f"--rmm {text[:60]}: the supported revisions are missing", SAMPLE))
    policy = find_named_policy(name)
    configs = policy.interface.declared.configs
    if [v.type for v in configs] not in (["set"], ["range"]):
        message = f"--rmm {name}: `{policy.interface.name}` is not configured by one set or range of revisions"
        raise Rejected(Diagnostic("P504", message, "play single sessions with `parley eval`"))
    supported = _revisions(f"--rmm {text[:60]}", Words(policy.interface), configs[0], revisions, SAMPLE)
    made = Rmm(policy.name, policy, supported)
    return structs.replace(made, own=_own(text, made.owned, more, Words(policy.interface)))


def _own(text: str, owned: list[Variable], given: list[str], words: Words) -> dict[str, Value]:
    """The values of a policy's own configs, which stand behind its revisions."""
    values: dict[str, Value] = {}
    variables = {variable.name.id: variable for variable in owned}
    wanted = "".join(f";{name}={words.sample(variable)}" for name, variable in variables.items())
    help_ = f"write POLICY=REVISIONS{wanted}"
    for name, _, value in (part.partition("=") for part in given):
        name = name.strip()
        if name not in variables or name in values:
            what = "is given twice" if name in values else "is no config of this policy alone"
            raise Rejected(Diagnostic("P504", f"--rmm {text[:60]}: `{name[:40]}` {what}", help_))
        try:
            values[name] = words.read(variables[name], value)
        except ValueError as error:
            raise Rejected(Diagnostic("P504", f"--rmm {text[:60]}: {error}", help_)) from None
    missing = [name for name in variables if name not in values]
    if missing:
        raise Rejected(Diagnostic("P504", f"--rmm {text[:60]}: `{missing[0]}` is not given", help_))
    return values


def _caller(text: str) -> KnowingHost:
    name, equals, revisions = text.partition("=")
    host = find_host(name)
    if not host.knows.varies:
        if equals:
            message = f"--host {text[:60]}: `{host.name}` says itself what it knows"
            raise Rejected(Diagnostic("P504", message, f"write --host {name}"))
        return KnowingHost(host.name, host, None)
    if not revisions.strip():
        message = f"--host {text[:60]}: what it knows is missing"
        several = (
            f"any range: write --host {name}=1.0..1.1"
            if host.knows.ranged
            else f"any revisions: write --host {name}=1.0,1.1"
        )
        raise Rejected(Diagnostic("P504", message, f"`{host.name}` knows {several}"))
    sample = f"write HOST=REVISIONS, such as {host.name}=1.0{'..1.1' if host.knows.ranged else ''}"
    known = _revisions(f"--host {text[:60]}", Words(host.interface), known_variable(host), revisions, sample)
    if isinstance(known, tuple):
        need_known(f"--host {text[:60]}", host, known)
    return KnowingHost(host.name, host, known)


def _revisions(option: str, words: Words, variable: Variable, text: str, sample: str) -> tuple[int, ...] | Range:
    try:
        read = words.read(variable, text)
    except ValueError as error:
        raise Rejected(Diagnostic("P504", f"{option}: {error}", sample)) from None
    assert isinstance(read, (tuple, Range))
    return read


def _cell(caller: KnowingHost, rmm: Rmm) -> Cell:
    host, policy = caller.host, rmm.policy
    ours, theirs = host.interface, policy.interface
    if (ours.name, ours.source.text) != (theirs.name, theirs.source.text):
        return Cell(caller, rmm, None, ANOTHER)
    declaration = Session(Label("matrix"), host.declaration.name, policy.declaration.name, ())
    defines = {**host.defines, **policy.defines}
    session = CheckedSession(declaration, host.source, host, policy, defines, policy.assumptions, (), (), ())
    if session.abstract:
        return Cell(caller, rmm, None, f"`{session.abstract[0].name.id}` has no body")
    config = rmm.config
    if caller.known is not None:
        config[KNOWN] = caller.known
    evaluator = SessionEvaluator(session)
    instance = Instance(config)
    try:
        with evaluator.work.limited(MOST_WORK):
            played = Player(evaluator).play(instance, lambda _at, _name: None, MOST_ROUNDS)
        failing = [name for name, holds in evaluator.assumed(instance, played.run).items() if not holds]
    except NotGiven as error:
        return Cell(caller, rmm, None, f"depends on `{error.output}`, which is left open")
    except TooManyRounds:
        return Cell(caller, rmm, None, f"goes on for more than {MOST_ROUNDS} requests")
    except TooMany:
        return Cell(caller, rmm, None, "goes through too many revisions")
    return Cell(caller, rmm, played.run, "", tuple(failing), tuple(played.open), bool(played.unknown))
