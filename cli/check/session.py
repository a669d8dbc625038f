"""What `check` shows under the line of a claim about a session or a host."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from parley.grouping import needs_attention
from parley.model.run import Played
from parley.proofs.verdict import Outcome, SessionCounterexample
from parley.results import aligned
from parley.spec.checked import CheckedHost, CheckedSession
from parley.values import Words, case_named, left_open
from parley.wanted import wanted_of_session

from ..draw.numberline import drawings
from ..draw.rows import Row, documented
from ..draw.transcript import end_row, full_round_rows, instance_rows, listed_row, reply_cells
from .counterexample import Opened, said, wants

if TYPE_CHECKING:
    from parley.proofs.induced import Step


def rows(outcome: Outcome) -> Opened:
    """Labels and texts under the line of a claim."""
    claim = outcome.claim
    words = Words(claim.interface)
    if isinstance(claim.about, CheckedHost):
        why = f"shadowed by {', '.join(outcome.because)}" if outcome.because else "what it asks for never holds"
        never = [("never applies", why)] if outcome.verdict == "refuted" else []
        return Opened(said(outcome) if needs_attention(outcome) else [], never, [])
    made: list[Row] = []
    if outcome.by_induction and outcome.verdict == "proved":
        made.append(("by induction", "; ".join(outcome.because) or "without an invariant"))
    if outcome.step is not None:
        made += _step(words, claim.session, outcome.step)
    if not isinstance(outcome.counterexample, SessionCounterexample):
        return Opened(said(outcome) if needs_attention(outcome) else [], made, [])
    shown = outcome.counterexample.played
    if outcome.as_expected:
        return Opened([], [*made, ("for example", _short(words, shown))], [])
    want = wanted_of_session(claim, shown)
    made += instance_rows(words, claim.session, shown.instance)
    made += full_round_rows(words, claim.session, shown.run)
    for name in dict.fromkeys(round_.case for round_ in shown.run.rounds):
        case = case_named(claim.session.policy, name)
        made += documented(f"case {name}", case.declaration.doc) if case is not None else []
    return Opened(said(outcome, want), made, wants(want, words.interface))


def _short(words: Words, shown: Played) -> str:
    """A counterexample on one line, for failures that are known."""
    config = [f"{name} {words.show(None, value)}" for name, value in shown.instance.config.items()]
    asked = ", ".join(words.asked(round_.request) for round_ in shown.run.rounds)
    return f"{'; '.join(config)}: asks {asked or 'nothing'}; {' '.join(end_row(words, shown.run))}"


def _step(words: Words, session: CheckedSession, step: Step) -> list[Row]:
    """The state in which an induction fails. No run need come there."""
    label = {"start": "fails at start", "round": "not kept", "end": "does not follow"}[step.part]
    made = [(label, "in this state, which no session need come to:")]
    made += [*drawings(words, step.config), *listed_row(session)]
    pairs = zip(step.requests, step.replies, strict=True)
    cells = [[f"asks {words.asked(request)}", *reply_cells(words, reply)] for request, reply in pairs]
    return made + list(zip(("a round", "the next"), aligned(cells), strict=False))


def replay(session: CheckedSession, shown: Played, name: str) -> Row:
    """The command that plays this session; `name` is what it calls it."""
    words, instance = Words(session.interface), shown.instance
    parts = words.arguments(instance.config, {}, ())
    for at, round_ in enumerate(shown.run.rounds, 1):
        for output in left_open(session.policy, round_.case):
            # A run that is stuck for another output has none for this one.
            if round_.outputs[output] is not None:
                parts += words.arguments({f"{output}@{at}": round_.outputs[output]}, {}, ())
    parts += words.arguments({}, instance.relations, session.abstract)
    return "replay", shlex.join(["parley", "eval", name, *parts])
