"""Random policies with sets, ranges, truth values and names in messages, there and back: as a suite that is read again, by
a program, at the command line, in a log, and as sessions in a matrix.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import parley
import pytest
from parley.given import read_options
from parley.matrices import KnowingHost, Rmm
from parley.model.instance import Range
from parley.playing import SessionResult
from parley.spec.checked import CheckedPolicy
from parley.spec.program import Program
from parley.values import Words
from parley.vectors.suite import Suite
from properties.draw import Seeded
from properties.messages import message_session_text

ANSWERING = str(Path(__file__).parent.parent / "adapters" / "answering.py")


def drawn(seed: int, folder: Path) -> tuple[Program, CheckedPolicy]:
    path = folder / "drawn.parley"
    path.write_text(message_session_text(Seeded(seed)).text, encoding="utf-8")
    program = parley.load(path)
    return program, program.policies["p"]


def suite_is_read_again(policy: CheckedPolicy, made: parley.SuiteResult, folder: Path) -> None:
    """No row contradicts the policy, and whatever the suite reaches is reached."""
    for format_ in ("json", "csv"):
        (folder / "suite").write_text(made.export(format_), encoding="utf-8")
        scored = parley.score(policy, folder / "suite").scored
        assert not scored.contradictions, (format_, scored.contradictions)
        assert scored.cases == made.suite.adequacy.cases
        assert scored.mcdc == made.suite.adequacy.mcdc
        killed = made.suite.adequacy.mutants.killed
        assert scored.mutants.killed >= killed or format_ == "csv"


def command_line(policy: CheckedPolicy, suite: Suite) -> None:
    """What is shown of a request is taken as an option, and answered as the suite says."""
    words = Words(policy.interface)
    for group in suite.groups[:6]:
        for test in group.tests[:4]:
            given = {**group.config, **{v.name.id: test.request[v.name.id] for v in policy.interface.inputs}}
            texts = {
                n: ",".join(v) if isinstance(v, list) else str(v).lower() if isinstance(v, bool) else str(v)
                for n, v in given.items()
            }
            result = parley.evaluate(policy, texts)
            again = words.arguments(result.instance.config | result.instance.inputs, {}, ())
            assert parley.evaluate(policy, read_options(again, texts)).outputs == result.outputs
            assert result.case.name == test.case
            for name, value in result.outputs.items():
                if test.expect.outputs[name] != "any" and value is not None:
                    variable = policy.interface.variables[name]
                    plain = words.plains([variable], {name: value})[name]
                    assert plain == test.expect.outputs[name], (texts, name)


def program_conforms(policy: CheckedPolicy, file: Path) -> parley.ConformResult:
    return parley.conform(policy, [sys.executable, ANSWERING, str(file), "p"])


def log_is_consistent(policy: CheckedPolicy, suite: Suite, folder: Path) -> None:
    """The answers of one configuration, as a suite writes them, are explained, and by that one when it is declared."""
    group = max(suite.groups, key=lambda one: len(one.tests))
    lines: list[str] = []
    for test in group.tests[:12]:
        outputs = {n: v for n, v in test.expect.outputs.items() if v != "any"}
        if outputs:
            lines.append(json.dumps({"request": test.request, "reply": outputs}))
            lines.append(json.dumps({**group.config, "request": test.request, "reply": outputs}))
    if lines:
        (folder / "a.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
        traced = parley.trace(policy, folder / "a.log")
        assert traced.log.unread == 0, traced.log.first_unread
        assert traced.verdict != "contradiction"


def matrix_plays_the_session(program: Program, suite: Suite) -> None:
    session = program.sessions["s"]
    words = Words(session.interface)
    (config,) = session.interface.configs
    known = None if not session.host.knows.varies else Range(1, 1) if session.host.knows.ranged else (1,)
    for group in suite.groups[:5]:
        supported = words.read(config, ",".join(s) if isinstance(s := group.config[config.name.id], list) else str(s))
        assert isinstance(supported, (tuple, Range))
        host = KnowingHost("h", session.host, known)
        made = parley.matrix([Rmm("p", session.policy, supported)], [host])
        ((cell,),) = made.cells
        given = {config.name.id: supported, **({} if known is None else {"known": known})}
        try:
            played = parley.evaluate(session, given)
        except parley.Rejected:
            # What is left open is asked for there.
            assert cell.run is None
            continue
        assert isinstance(played, SessionResult)
        if cell.run is not None:
            assert (cell.run.ending, cell.run.agreed, cell.run.rounds) == (
                played.run.ending, played.run.agreed, played.run.rounds,
            )  # fmt: skip


def round_trip(seed: int, folder: Path, *, program: bool) -> None:
    whole, policy = drawn(seed, folder)
    text = (folder / "drawn.parley").read_text(encoding="utf-8")
    tidy = parley.format_text(text)
    assert parley.format_text(tidy) == tidy
    try:
        made = parley.suite(policy)
    except parley.Rejected:
        return
    suite_is_read_again(policy, made, folder)
    command_line(policy, made.suite)
    log_is_consistent(policy, made.suite, folder)
    matrix_plays_the_session(whole, made.suite)
    if program:
        result = program_conforms(policy, folder / "drawn.parley")
        assert result.code == 0, (text, result.failures[:1])


@pytest.mark.slow
def test_there_and_back(tmp_path: Path) -> None:
    round_trip(1, tmp_path, program=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", (2, 4, 7))
def test_there_and_back_again(tmp_path: Path, seed: int) -> None:
    round_trip(seed, tmp_path, program=True)
