"""Suites kill every mutant that can be killed; what is called equivalent is so on every grid that we can walk."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain, combinations
from pathlib import Path
from random import Random
from unittest.mock import patch

import msgspec
import pytest
from parley.model.instance import Example, Instance, Value, word_of
from parley.model.oracle import Oracle
from parley.proofs.ask import TOO_LARGE
from parley.proofs.budget import Budget
from parley.proofs.claims import claims_of
from parley.proofs.prove import prove
from parley.proofs.reply import No, Unknown
from parley.spec.checked import CheckedPolicy
from parley.spec.load import Loader, library_names
from parley.spec.source import Source
from parley.vectors.generate import Exploration, explore, suite
from parley.vectors.minimise import minimise
from parley.vectors.mutant_check import MutantCheck
from parley.vectors.mutants import Mutant, mutants
from parley.vectors.witness_search import WitnessSearch
from random_policies import policy_text


def policies() -> list[CheckedPolicy]:
    loader = Loader()
    programs = [loader.load(name) for name in library_names()]
    found = [policy for program in programs if program for policy in program.own_policies]
    return [policy for policy in found if not policy.abstract]


def policy_in(text: str) -> CheckedPolicy | None:
    program = Loader().load_source(Source("t.parley", text), Path("t.parley"))
    return program.policies["p"] if program is not None else None


@pytest.fixture(scope="module")
def rmi() -> Exploration:
    return explore(next(policy for policy in policies() if policy.name == "rmm_1_0"))


def grid(policy: CheckedPolicy) -> list[Instance]:
    """Every configuration of a few revisions with many requests, as far as the assumptions admit them."""
    oracle = Oracle(policy)
    sets = [v for v in policy.interface.configs if v.type == "set"]
    if len(sets) != 1 or len(policy.interface.configs) != 1 or len(policy.interface.inputs) != 1:
        return []
    format_ = oracle.format
    words = [format_.word((1, *rest)) for rest in ((0,), (1,), (2,)) if len(format_.numbered) == 2]
    words = words or [1, 2]
    words += [word for word in (0, max(words) + 1, 2 << 16, 0x4000 << 16) if format_.well_formed(word)]
    requests = [*words, *(w + step for w in words for step in (-1, 1)), *(words[0] | 1 << b for b in (31, 32, 63))]
    subsets = [*chain.from_iterable(combinations(sorted(set(words)), size) for size in range(4))]
    (config,), (request,) = policy.interface.configs, policy.interface.inputs
    end = format_.end
    asked: list[Value] = [*subsets] if request.type == "set" else [*sorted({w for w in requests if 0 <= w < end})]
    grid_ = [Instance({config.name.id: subset}, {request.name.id: value}) for subset in subsets for value in asked]
    made = [at for at in grid_ if oracle.admits(at.config, at.inputs)]
    killer = MutantCheck(oracle)
    return [at for at in made if killer.answered(at)]


@pytest.mark.slow
@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_nothing_of_the_library_survives(policy: CheckedPolicy) -> None:
    found = explore(policy)
    assert found.survivors == {}
    reached = suite(found).adequacy
    assert reached.cases[0] == reached.cases[1] > 0
    assert reached.mcdc[0] == reached.mcdc[1]
    assert reached.mutants.killed + reached.mutants.equivalent == len(found.mutants)
    killer = MutantCheck(Oracle(policy))
    points = grid(policy)
    for mutant in found.mutants:
        if mutant.name in found.equivalent:
            assert killer.kills(mutant, points) == [], mutant.what


@pytest.mark.slow
def test_the_suite_of_the_specification(rmi: Exploration) -> None:
    made = suite(rmi)
    assert made.adequacy.cases == (4, 4)
    assert made.adequacy.mcdc == (6, 6)
    flags = {flag for group in made.groups for test in group.tests for flag in test.flags}
    assert {"hole", "last_minor", "next_major", "high_major", "reserved:31", "reserved:32", "reserved:63"} <= flags
    assert flags == set(made.notes)
    ids = [test.id for group in made.groups for test in group.tests]
    assert ids == list(range(1, len(ids) + 1))
    for group in made.groups:
        for test in group.tests:
            open_ = [name for name, value in test.expect.outputs.items() if value == "any"]
            assert (test.result == "acceptable") == bool(open_) == bool(test.readings)
            assert open_ in ([], ["lower", "higher"])
            for reading in test.readings:
                assert "any" not in reading.expect.outputs.values()


@pytest.mark.slow
def test_one_vector_in_full(rmi: Exploration) -> None:
    made = suite(rmi)
    tests = [t for g in made.groups if g.config == {"supported": ["1.0", "1.2"]} for t in g.tests]
    hole = next(t for t in tests if t.request["requested"] == "1.1")
    assert hole.request == {"requested": "1.1", "x1": "0x10001"}
    assert hole.expect.outputs == {"status": "RMI_ERROR_INPUT", "lower": "1.0", "higher": "1.2"}
    assert hole.expect.registers == {"x0": "0x1", "x1": "0x10000", "x2": "0x10002"}
    assert {"hole", "case:older", "above", "below"} <= set(hole.flags)
    malformed = next(t for t in tests if t.request["requested"] == "0x80010000")
    assert malformed.expect.registers == {"x0": "0x1", "x1": "any", "x2": "any"}
    whys = {reading.why: reading.expect.outputs for reading in malformed.readings}
    wrong = {"status": "RMI_ERROR_INPUT"}
    assert whys == {
        "the newest that is supported": {**wrong, "lower": "1.2", "higher": "1.2"},
        "the oldest that is supported": {**wrong, "lower": "1.0", "higher": "1.0"},
        "as if the reserved bits were not set": {**wrong, "lower": "1.0", "higher": "1.2"},
        "requested itself": {**wrong, "lower": "0x80010000", "higher": "0x80010000"},
        "zero": {**wrong, "lower": "0.0", "higher": "0.0"},
    }


@pytest.mark.slow
def test_one_vector_that_is_open_within_bounds() -> None:
    made = suite(explore(next(policy for policy in policies() if policy.name == "rmm_1_0_strict")))
    tests = [t for g in made.groups if g.config == {"supported": ["1.0", "1.2"]} for t in g.tests]
    malformed = next(t for t in tests if t.request["requested"] == "0x80010000")
    assert malformed.expect.registers == {"x0": "0x1", "x1": "any", "x2": "0x10002"}
    whys = {reading.why: reading.expect.outputs["lower"] for reading in malformed.readings}
    assert whys == {"the newest that is supported": "1.2", "the oldest that is supported": "1.0"}


@pytest.mark.slow
def test_suites_kill_an_implementation_where_the_prover_refutes_it() -> None:
    compared: list[bool] = []
    of_specified: dict[str, list[Instance]] = {}
    for policy in {policy.name: policy for policy in policies()}.values():
        if policy.refines is None or policy.refines.abstract or policy.refines.interface is not policy.interface:
            continue
        specified = policy.refines
        refuted = next(o for o in prove(policy, [c for c in claims_of(policy) if c.name == "refines"]))
        killer = MutantCheck(Oracle(specified))
        own = Oracle(policy)
        if specified.name not in of_specified:
            of_specified[specified.name] = list(explore(specified).marks)
        points = [at for at in of_specified[specified.name] if own.admits(at.config, at.inputs)]
        # The policy's own edges are among what it is built for.
        points += [at for at in explore(policy).marks if killer.answered(at)]
        caught = bool(killer.kills(Mutant("it", "", policy), points))
        assert caught == (refuted.verdict == "refuted"), policy.name
        compared.append(caught)
    assert {True, False} <= set(compared)


def test_a_mutant_that_has_no_answer_somewhere_is_not_equivalent() -> None:
    policy = policy_in("""interface I {
        revision { reserved[63:31] zero major[30:16] minor[15:0] }
        config supported : set of revision
        assume configured: supported is not empty
        input requested : revision
        output lower : revision
    }
    policy p for I {
        case only otherwise {
            lower = any
            ensure lower in supported
                and not (lower.minor == 777 and lower.major == 4321 and requested.minor == 55 and lower < max supported)
        }
    }""")
    assert policy is not None
    # Of 4321.777 alone, it may answer nothing.
    at_most = next(m for m in mutants(policy) if m.what.endswith("< → <= in `lower < max supported`"))
    found = WitnessSearch(policy).killer(at_most)
    # The solver may give up on it; that there is no such point it must not say.
    assert not isinstance(found, No)
    if isinstance(found, Instance):
        assert found.config == {"supported": (4321 << 16 | 777,)}


def test_where_the_policy_allows_no_answer_there_is_no_vector() -> None:
    policy = policy_in("""interface I {
        revision { reserved[63:31] zero major[30:16] minor[15:0] }
        config supported : set of revision
        assume configured: supported is not empty
        input requested : revision
        output lower : revision
    }
    policy p for I {
        case good when requested in supported { lower = any ensure lower in supported and lower > requested }
        case rest otherwise { lower = requested }
    }""")
    assert policy is not None
    for at in explore(policy).marks:
        (supported,), (requested,) = at.config.values(), at.inputs.values()
        assert isinstance(supported, tuple)
        assert requested not in supported or word_of(requested) < max(supported)


@pytest.mark.slow
def test_random_policies_and_their_mutants() -> None:
    random = Random(20261123)
    checked = 0
    while checked < 6:
        policy = policy_in(policy_text(random))
        if policy is None or policy.abstract:
            continue
        found = explore(policy)
        killer = MutantCheck(Oracle(policy))
        names = {mutant.name: mutant for mutant in found.mutants}
        for name in found.equivalent:
            assert killer.kills(names[name], grid(policy)) == [], (names[name].what, policy.source.text)
        for at, killed in found.kills.items():
            for name in killed[:3]:
                assert killer.kills(names[name], [at])
        assert "the solver's example does not replay" not in found.survivors.values(), policy.source.text
        checked += 1


@pytest.mark.slow
def test_mutants_are_all_different(rmi: Exploration) -> None:
    names = [mutant.name for mutant in rmi.mutants]
    assert len(set(names)) == len(names)
    whats = [mutant.what for mutant in rmi.mutants]
    assert len(set(whats)) == len(whats)
    assert mutants(rmi.policy)[0].what == rmi.mutants[0].what


@pytest.mark.slow
def test_a_smallest_suite_has_the_same_adequacy(rmi: Exploration) -> None:
    kept = minimise(rmi)
    assert kept.smallest
    assert len(kept.points) == 7
    assert suite(rmi, kept.points).adequacy == suite(rmi).adequacy


@pytest.mark.slow
def test_the_vectors_of_one_build(rmi: Exploration) -> None:
    found = explore(rmi.policy, {"supported": (0x10000, 0x10001)})
    assert {Instance(at.config) for at in found.marks} == {Instance({"supported": (0x10000, 0x10001)})}
    assert found.survivors == {}
    # With one build, a fault may make no difference that does with others.
    assert len(found.equivalent) > len(rmi.equivalent)


@pytest.mark.slow
def test_random_vectors_depend_on_the_seed_alone(rmi: Exploration) -> None:
    one, same, other = (explore(rmi.policy, None, 50, seed) for seed in (1, 1, 2))
    assert len(one.marks) == len(rmi.marks) + 50
    assert list(one.marks) == list(same.marks)
    assert list(one.marks) != list(other.marks)


@pytest.mark.slow
def test_the_same_policy_gives_the_same_bytes() -> None:
    code = (
        "from parley.spec.load import Loader; from parley.vectors.generate import explore, suite; import msgspec, sys;"
        "p = Loader().load('rusted_firmware').own_policies[0];"
        "sys.stdout.buffer.write(msgspec.json.encode(suite(explore(p))))"
    )
    outputs: set[bytes] = set()
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
            capture_output=True,
            check=True,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert msgspec.json.decode(outputs.pop())["schema"] == "parley.vectors/1"


EXACT = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    input requested : revision
    output lower : revision
    assume configured: supported is not empty
}
policy p for I {
    case known when requested in supported { lower = requested }
    case unknown otherwise { lower = max supported }
}
"""


def test_a_suite_pays_for_its_values_to_be_easy_to_read() -> None:
    """Bug: a suite with many points of the solver's took longer than its budget says."""
    policy = policy_in(EXACT)
    assert policy is not None

    def as_found(_search: object, _goals: object, example: Example, _words: object, budget: Budget) -> Example:
        budget.spend(units)
        return example

    spent: list[int] = []
    for units in (0, 1_234):  # noqa: B007 - read by `as_found`
        search = WitnessSearch(policy)
        with patch("parley.proofs.ask.readable", as_found):
            assert isinstance(search.case(0), Instance)
        spent.append(search.left.units - search.left.left)
    assert spent[1] - spent[0] == 1_234


def test_what_is_too_large_does_not_cost_as_much_as_if_it_were_asked() -> None:
    """Bug: as much was taken off for a formula that is given up as for the longest that is asked."""
    policy = policy_in(EXACT)
    assert policy is not None
    search = WitnessSearch(policy)
    with patch("parley.model.smt.memory.MOST_NODES", 1):
        replies = [search.case(0) for _ in range(3)]
    assert {reply.why for reply in replies if isinstance(reply, Unknown)} == {TOO_LARGE}
    assert search.left.spent


@pytest.mark.parametrize(
    ("wanted", "vectors"), [("listed is empty and listed is not empty", False), ("listed == {1.0}", True)]
)
def test_requests_that_no_set_is_known_to_answer_are_left_out(wanted: str, vectors: bool) -> None:
    """Sets are too many to try all: where none of those that are tried will do, there may be no answer."""
    policy = policy_in(f"""interface I {{
        revision {{ reserved[3:2] zero major[1:1] minor[0:0] }}
        input requested : revision
        output listed : set of revision
    }}
    policy p for I {{
        case odd when requested == 0.1 {{ listed = any ensure {wanted} }}
        case other otherwise {{ listed = {{}} }}
    }}""")
    assert policy is not None
    found = explore(policy)
    assert {at.inputs["requested"] == 1 for at in found.marks} == {False, vectors}
    assert bool(found.unsettled) is not vectors


@pytest.mark.slow
def test_requests_that_no_range_answers_are_left_out() -> None:
    """A range has no malformed revision, so `requested in status` leaves no answer to a malformed request."""
    policy = policy_in("""
        interface I {
            revision { z[2] zero major[1] minor[0] }
            config supported : set of revision
            input requested : revision
            output status : range of revision
        }
        policy p for I {
            case known when requested in supported { status = requested..requested }
            case other otherwise { status = any ensure requested in status }
        }""")
    assert policy is not None
    found = explore(policy)
    well_formed = policy.interface.format.well_formed
    asked = [at.inputs["requested"] for at in found.marks]
    assert asked and all(isinstance(word, int) and well_formed(word) for word in asked)
    assert found.unanswered
