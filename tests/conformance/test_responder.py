"""An RMM that is a policy: what it reads, what it answers, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from parley.conformance.conform import Conformance
from parley.conformance.responder import NoRequest, Responder
from parley.model.instance import Instance, Range, Value
from parley.model.oracle import NoAnswer
from suites import configurations, policy_in, policy_of

EVERY_TYPE = """
interface I {
    revision { sign[31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input requested : revision or { PING = -1, MISSING = -2 } in w1 signed
    input kind : { OLD = 3, NEW = 4 } in x2
    input firm : bool in x3
    input offered : set of revision
    input span : range of revision
    input maybe : revision or { NONE }
    output version : revision or { NOT_SUPPORTED = -1 } in w0
    output listed : set of revision
    output ends : range of revision
    output name : revision or { NOBODY }
}
policy p for I {
    case asked when kind == NEW and firm {
        version = max supported
        listed = offered
        ends = span
        name = max supported
    }
    case rest otherwise {
        version = NOT_SUPPORTED
        listed = supported
        ends = {}
        name = NOBODY
    }
}
"""
OTHERS: dict[str, Any] = {"x2": 4, "x3": "0x1", "offered": [], "span": [], "maybe": "NONE"}


def read(fields: dict[str, Any], responder: Responder | None = None) -> dict[str, Value]:
    return (responder or Responder(policy_in(EVERY_TYPE))).read({"w1": "0x0", **OTHERS, **fields})


def test_a_request_is_read_by_registers_or_by_names() -> None:
    responder = Responder(policy_of("rmi", "rmm_1_0"))
    for fields in ({"x1": "0x10001"}, {"requested": "1.1"}, {"id": 3, "requested": 65537}, {"x1": 65537}):
        assert responder.read(fields) == {"requested": 0x10001}
    assert responder.read({"x1": "0xffffffffffffffff"}) == {"requested": (1 << 64) - 1}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "no x1, nor requested"),
        ({"x1": "1.0"}, 'x1 is "1.0", which is no 64-bit word'),
        ({"x1": "0x10000000000000000"}, 'x1 is "0x10000000000000000", which is no 64-bit word'),
        ({"x1": True}, "x1 is true, which is no 64-bit word"),
        ({"requested": "1.0.0"}, 'requested is "1.0.0", which is no value of it'),
        ({"requested": None}, "requested is null, which is no value of it"),
        ({"x1": "0x10000", "requested": "1.0"}, "both x1 and requested, which are one"),
    ],
)
def test_what_is_no_request_is_told(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(NoRequest) as raised:
        Responder(policy_of("rmi", "rmm_1_0")).read(fields)
    assert str(raised.value) == text


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"w1": "0xffffffff"}, "requested", 0xFFFFFFFF),
        ({"requested": "PING", "w1": None}, "requested", 0xFFFFFFFF),
        ({"kind": "OLD", "x2": None}, "kind", 3),
        ({"firm": False, "x3": None}, "firm", False),
        ({"offered": ["1.1", "0x10000"]}, "offered", (0x10000, 0x10001)),
        ({"span": ["0x10000", "0x10001"]}, "span", Range(0x10000, 0x10001)),
        ({"span": "1.0..1.1"}, "span", Range(0x10000, 0x10001)),
        ({"span": "{}"}, "span", ()),
        ({"maybe": "1.0"}, "maybe", 0x10000),
    ],
)
def test_inputs_of_every_type_are_read(fields: dict[str, Any], name: str, value: Value) -> None:
    given = {key: field for key, field in {"w1": "0x0", **OTHERS, **fields}.items() if field is not None}
    assert Responder(policy_in(EVERY_TYPE)).read(given)[name] == value


@pytest.mark.parametrize(
    "fields",
    [{"x2": 5}, {"x3": 2}, {"offered": "1.0"}, {"offered": ["0x80010000"]}, {"span": ["1.0"]}, {"maybe": "SOME"}],
)
def test_what_is_no_value_of_an_input_is_told(fields: dict[str, Any]) -> None:
    with pytest.raises(NoRequest):
        read(fields)


def test_what_is_sent_is_read_as_what_it_was() -> None:
    """The lines of `parley conform` are requests to the RMM that Parley plays."""
    policy = policy_in(EVERY_TYPE)
    inputs: dict[str, Value] = {
        "requested": policy.interface.constants["PING"],
        "kind": 4,
        "firm": True,
        "offered": (0x10000,),
        "span": Range(0x10000, 0x10002),
        "maybe": policy.interface.named["maybe"]["NONE"],
    }
    assert Responder(policy).read(Conformance(policy).request(inputs)) == inputs


def test_a_reply_is_read_as_the_answer_that_it_was() -> None:
    policy = policy_in(EVERY_TYPE)
    responder, conformance = Responder(policy), Conformance(policy)
    for kind in (3, 4):
        inputs = read({"x2": kind, "offered": ["1.0"], "span": "1.0..1.0"})
        at = Instance({"supported": (0x10000, 0x20000)}, inputs)
        outputs = responder.answer(at.config, at.inputs)
        assert conformance.read(responder.reply(outputs)) == (outputs, None, "")


def test_the_answer_is_one_that_the_policy_allows_and_always_the_same() -> None:
    for target, name in (("rmi", "rmm_1_0"), ("rmm_1_0_strict", "rmm_1_0_strict"), ("tf_rmm", "tf_rmm")):
        responder = Responder(policy_of(target, name))
        for config in configurations(responder.oracle):
            for word in (0, 0x10001, 0x80010000, 1 << 63):
                inputs: dict[str, Value] = {"requested": word}
                if not responder.oracle.admits(config, inputs):
                    continue
                outputs = responder.answer(config, inputs)
                assert responder.oracle.allows(config, inputs, outputs)
                assert outputs == responder.answer(config, inputs)


def test_open_outputs_take_the_words_that_are_wanted() -> None:
    responder = Responder(policy_of("rmi", "rmm_1_0"))
    config: dict[str, Value] = {"supported": (0x10000,)}
    inputs: dict[str, Value] = {"requested": 1 << 31}
    words = [0, 0x10000, 1 << 63]
    made = responder.answers(config, inputs, words, 100)
    assert made[0] == responder.answer(config, inputs)
    assert {(one["lower"], one["higher"]) for one in made} >= {(word, word) for word in words}
    assert any(one["lower"] != one["higher"] for one in made)
    assert all(responder.oracle.allows(config, inputs, one) for one in made)
    assert responder.answers(config, inputs, words, 2) == made[:2]
    # What is ensured holds of each.
    strict = Responder(policy_of("rmm_1_0_strict", "rmm_1_0_strict"))
    assert {one["lower"] for one in strict.answers(config, inputs, words, 100)} == {0x10000}
    assert len(responder.answers(config, {"requested": 0x10000}, words, 100)) == 1


def test_no_answer_is_told() -> None:
    policy = policy_in(EVERY_TYPE.replace("case rest otherwise", "case rest when kind == OLD and firm"))
    with pytest.raises(NoAnswer, match="no case applies"):
        Responder(policy).answer({"supported": (0x10000,)}, read({"x3": 0}))
    with pytest.raises(NoAnswer, match="`version` has no value"):
        Responder(policy_in(EVERY_TYPE)).answer({"supported": ()}, read({}))


def test_a_truth_value_is_said_as_replies_say_it() -> None:
    """By its name it is `true`, or 1 as a number or a word."""
    text = "interface I { revision { word[63:0] } input eager : bool output ok : bool }\npolicy p for I { case only otherwise { ok = eager } }\n"
    responder = Responder(policy_in(text))
    for said, value in ((True, True), ("true", True), ("0x1", True), (1, True), (0, False), ("0x0", False)):
        assert responder.read({"eager": said}) == {"eager": value}
    for said in (2, -1, "yes", None, 1.0):
        with pytest.raises(NoRequest):
            responder.read({"eager": said})
