"""Testing a program of which it is not known what it supports.

What is found out from its replies is a guess until all of them are there: each may change it. So replies are not
wrong for what was guessed. Either some configuration explains all of them, and then they are judged by it; or none
does, and then those that show it are all that there is to say, beside replies that no configuration gives at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, product

from msgspec import Struct, structs

from ..model.instance import Instance, Value
from ..spec.words import Format
from .batch import Fault, Received
from .conform import Conformance, RequestCheck, RequestOutcome
from .discover import Discovered, Discovery, usual
from .explain import Consistent, Contradiction, ExplanationVerdict, contradiction
from .replay import Observation, Replayer
from .run import Implementation

MOST_GUESSES = 4
"""Configurations whose requests are asked: a reply may show that there is more than was found before."""

MOST_ALONE = 32
"""Replies of which the solver is asked whether any configuration gives them."""

LIKELY = 64

PointsOf = Callable[[dict[str, Value]], Iterable[Instance]]


class Evidence(Struct, frozen=True):
    """Replies that no configuration gives together; where `fewest`, no fewer would do."""

    seen: list[Observation]
    fewest: bool


class Examined(Struct, frozen=True):
    """What came of it. `unjudged` counts the replies that are neither right nor wrong for want of a configuration,
    `repeated` the requests that were asked twice.
    """

    discovered: Discovered
    outcomes: list[RequestOutcome] = []
    unjudged: int = 0
    repeated: int = 0
    evidence: Evidence | None = None


class Examination:
    """One program and its policy. `known` are the requests that are known to fail, each of one configuration."""

    def __init__(
        self, conformance: Conformance, program: Implementation, points_of: PointsOf, known: Mapping[Instance, str]
    ) -> None:
        self.conformance = conformance
        self.policy = conformance.policy
        self.program = program
        self.points_of = points_of
        self.known = known
        self.replayer = Replayer(self.policy)
        self.asked: dict[tuple[Value, ...], tuple[Received, Received | None]] = {}
        self.repeated = 0

    def run(self) -> Examined:
        """Discover, ask whatever the configuration makes worth asking, and judge all replies together."""
        found = Discovery(self.policy, self._ask).run()
        seen, verdict = found.seen, self._excused(found.seen, found.verdict)
        if not seen or isinstance(verdict, Contradiction):
            self.program.finish()
            return Examined(found, evidence=_evidence(seen, verdict))
        guess = verdict.configuration if isinstance(verdict, Consistent) else None
        for _ in range(MOST_GUESSES):
            points = [] if guess is None else list(self.points_of(guess.config))
            likely = [one.inputs for one in found.seen[:LIKELY]] + self._likely()
            wanted = [tuple(inputs.values()) for inputs in (*(at.inputs for at in points), *likely)]
            fresh = [at for at in dict.fromkeys(wanted) if at not in self.asked]
            fresh = [at for at in fresh if found.fault is None or at != tuple(found.failed.values())]
            if not fresh:
                break
            self._ask_all([RequestCheck(number, self._request(at), None) for number, at in enumerate(fresh, 1)])
            replies = [*found.seen, *self._observations()]
            if guess is not None and len(self.replayer.explained(guess, replies)) == len(replies):
                break
            seen, verdict = replies, self._excused(replies, contradiction(self.policy, replies))
            if not isinstance(verdict, Consistent) or verdict.configuration == guess:
                break
            guess = verdict.configuration
            found = structs.replace(found, determined=False)
        self.program.finish()
        found = structs.replace(found, verdict=verdict)
        if isinstance(verdict, Consistent):
            return Examined(found, self._judged(verdict.configuration, found), 0, self.repeated)
        outcomes = [outcome for outcome in self._judged(None, found) if outcome.problem is not None]
        if isinstance(verdict, Contradiction):
            shown = {tuple(seen[at].inputs.values()) for at in verdict.positions}
            failing = {tuple(outcome.check.at.inputs.values()) for outcome in outcomes}
            outcomes += self._impossible(set(self.asked) - shown - failing)
        return Examined(found, outcomes, len(self.asked) - len(outcomes), self.repeated, _evidence(seen, verdict))

    # ---- asking -----------------------------------------------------------------------------------------

    def _ask(self, inputs: dict[str, Value]) -> Observation | Fault:
        (answer,) = self.program.ask([self.conformance.request(inputs)])
        return self.conformance.observation(inputs, answer)

    def _ask_all(self, checks: list[RequestCheck]) -> None:
        answers = self.conformance.ask_again(self.program, checks, whole=False, last=False)
        self.repeated += answers.repeated
        for at, (check, answer) in enumerate(zip(checks, answers.first, strict=True)):
            self.asked[tuple(check.at.inputs.values())] = answer, answers.second.get(at)

    def _likely(self) -> list[dict[str, Value]]:
        """Requests for common revisions: one that a wrong reply hid from the discovery is told by being accepted."""
        format_ = Format.of(self.policy.interface.layout)
        words = map(format_.word, product(*(range(min(8, 1 << field.width)) for field in format_.numbered)))
        inputs = self.policy.interface.inputs
        return [{v.name.id: usual(v, word) for v in inputs} for word in islice(words, LIKELY)]

    def _observations(self) -> list[Observation]:
        made = (self.conformance.observation(self._named(at), answer) for at, (answer, _) in self.asked.items())
        return [one for one in made if isinstance(one, Observation)]

    def _named(self, at: tuple[Value, ...]) -> dict[str, Value]:
        return {v.name.id: word for v, word in zip(self.policy.interface.inputs, at, strict=True)}

    def _request(self, at: tuple[Value, ...]) -> Instance:
        """A request to whatever configuration there is."""
        return Instance({}, self._named(at))

    # ---- judging ----------------------------------------------------------------------------------------

    def _excused(self, seen: list[Observation], verdict: ExplanationVerdict) -> ExplanationVerdict:
        """Where some replies are known to fail in a configuration that explains all others, it is that one."""
        if isinstance(verdict, Consistent):
            return verdict
        for configuration in dict.fromkeys(Instance(at.config) for at in self.known):
            others = [one for one in seen if Instance(configuration.config, one.inputs) not in self.known]
            admitted = self.replayer.admits(configuration)
            if admitted and len(self.replayer.explained(configuration, others)) == len(others):
                return Consistent(configuration)
        return verdict

    def _judged(self, configuration: Instance | None, found: Discovered) -> list[RequestOutcome]:
        """What came of each request: by a configuration; without one, as far as that does not matter."""
        made: list[RequestOutcome] = []
        before = {tuple(one.inputs.values()): one.outputs for one in found.seen}
        for number, (at, (first, second)) in enumerate(self.asked.items(), 1):
            check: RequestCheck | None = RequestCheck(number, self._request(at), None)
            if configuration is not None:
                configured = Instance(configuration.config, self._named(at))
                check = next(iter(self.conformance.checks([configured])), None)
            if check is None:
                continue
            outcome = self.conformance.judge(structs.replace(check, number=number), first)
            if second is not None:
                outcome = self.conformance.judge_again(outcome, first, second)
            elif at in before and outcome.outputs and outcome.outputs != before[at]:
                outcome = self.conformance.differing(outcome, before[at])
            made.append(outcome)
        return made

    def _impossible(self, requests: set[tuple[Value, ...]]) -> list[RequestOutcome]:
        """Of some requests, those whose reply no configuration gives."""
        made: list[RequestOutcome] = []
        tried = 0
        for number, (at, (answer, _)) in enumerate(self.asked.items(), 1):
            if at not in requests:
                continue
            seen = self.conformance.observation(self._named(at), answer)
            if isinstance(seen, Fault) or tried == MOST_ALONE:
                continue
            tried += 1
            if isinstance(contradiction(self.policy, [seen]), Contradiction):
                check = RequestCheck(number, self._request(at), None)
                text = "no configuration gives this reply"
                made.append(RequestOutcome(check, "wrong", text, seen.outputs))
        return made


def _evidence(seen: list[Observation], verdict: ExplanationVerdict) -> Evidence | None:
    if not isinstance(verdict, Contradiction):
        return None
    return Evidence([seen[at] for at in verdict.positions], verdict.fewest)
