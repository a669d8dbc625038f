"""What the checker takes for values, in examples and in choices of open outputs, and how names are numbered."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from parley.proofs.certificates.checker import examples
from parley.proofs.certificates.checker.callers import Caller
from parley.proofs.certificates.checker.certificate import Example, Given
from parley.proofs.certificates.checker.policies import Policy, thens
from parley.proofs.certificates.checker.sessions import Session
from parley.proofs.certificates.checker.texts import Text, plain_stem, stem
from parley.proofs.certificates.checker.vocabulary import Vocabulary
from parley.proofs.certificates.checker.words import TRUE, Between, Refused, Several, Work, number, term
from parley.spec import syntax as s
from parley.spec.formatting.expressions import print_expr
from parley.spec.parsing.parser import parse
from parley.spec.source import Source

TEXT = """interface I {
    revision { reserved[5:4] zero   major[3:2]   minor[1:0] }
    config sets   : set of revision
    config window : range of revision
    config flag   : bool
    config least  : revision
    input  asked  : revision or { ALL = 200 } in x1
    input  asks   : range of revision
    output status : { OK = 0, BAD = -1 } in w0
    output word   : revision or { NONE = -1 } in w2
    output signed_ : revision or { NEITHER = -2, HALF = 0x2f } in w3 signed
    output nowhere : revision or { A, B = -3 }
    output listed : set of revision
    output ranged : range of revision
    output truth  : bool
    define guard(a) = a == least implies flag
    define keeps(c) = c and flag
    define everywhere(c) = every r in sets: c and flag
    invariant said: asked is ALL implies (word in sets implies flag)
    invariant by_define: guard(word)
    invariant by_argument: keeps(asked is ALL implies flag)
    invariant by_every: every r in sets: r == word implies flag
    invariant by_both: everywhere(asked is ALL implies flag)
}
policy p for I {
    case some_ when flag {
        status = any   word = any   signed_ = any   nowhere = any   listed = any   ranged = any   truth = any
        ensure listed == sets or status == OK
    }
    case others otherwise {
        status = OK   word = least   signed_ = NEITHER   nowhere = B   listed = {}   ranged = {}   truth = false
    }
}
"""


def text_of(*texts: str) -> Text:
    read = [parse(Source("text", text)) for text in texts]
    assert not [problem for _, problems in read for problem in problems]
    return Text.of([file for file, _ in read])


@cache
def policy() -> Policy:
    return Policy(text_of(TEXT), "p")


def taken(name: str, value: Given) -> object:
    """What an example's value is taken for; None where it is refused."""
    variable = policy().vocabulary.variables[name]
    try:
        return examples.given(policy(), policy().skeleton(range(1, 6), Work()), variable, {name: value})
    except Refused as refused:
        assert f"{name} cannot be" in str(refused)
        return None


def test_names_have_the_numbers_that_stand_in_their_registers() -> None:
    constants = policy().vocabulary.constants
    assert constants["ALL"] == 200
    assert constants["BAD"] == constants["NONE"] == 2**32 - 1
    # Extended by its sign, the word 62 is 0xfffffffe in the register; 0x2f is no word that is extended.
    assert (constants["NEITHER"], constants["HALF"]) == (62, 0x2F)
    assert constants["A"] >= 2**66
    assert constants["B"] == 61
    assert (policy().vocabulary.width, policy().vocabulary.zeros) == (6, [(4, 2)])
    assert policy().vocabulary.numbered == [(2, 2), (0, 2)]
    assert policy().vocabulary.codes["word"] == [2**32 - 1]
    assert policy().vocabulary.enumerated["status"] == [0, 2**32 - 1]
    with pytest.raises(Refused, match="there is no nothing"):
        policy().vocabulary.fields["nothing"]


@pytest.mark.parametrize(
    ("layout", "code", "fits"),
    [("a[63:0]", "0", True), ("a[64:0]", "0", False), ("a[3:0]", str(2**64 - 1), True), ("a[3:0]", str(2**68), False)],
)
def test_words_and_codes_are_bounded(layout: str, code: str, fits: bool) -> None:
    text = f"interface I {{ revision {{ {layout} }} output o : {{ OK = {code} }} }}"
    interface = text_of(text).declared("I", s.Interface)
    if fits:
        assert Vocabulary.of(interface).enumerated["o"] == [int(code)]
    else:
        with pytest.raises(Refused, match=r"a revision has 65 bits|no number of 68 bits"):
            Vocabulary.of(interface)


Values = tuple[str, Sequence[Given], Sequence[object]]

EXAMPLES: list[Values] = [
    ("flag", [True, False], [1, 0, "flag", None]),
    ("least", [0, 15], [16, -1, 64, True, "least", []]),
    ("asked", [0, 15, 16, 63, 200], [64, 199, -1, True, False, "ALL"]),
    ("word", [63, 2**32 - 1], [64, 2**32, 200]),
    ("status", [0, 2**32 - 1], [1, -1, True, False, "OK"]),
    ("sets", [[], [0, 15], [3]], [[16], [-1], [0, 64], ["0"], [True], 3, None]),
    ("window", [[], [3, 3], [0, 15]], [[4, 3], [0, 16], [16, 17], [0], [0, 1, 2], [-1, 3], [True, 3], 3]),
    ("ranged", [[], [3, 3]], [[4, 3], [0, 16]]),
]


@pytest.mark.parametrize(("name", "good", "bad"), EXAMPLES)
def test_an_example_has_values_of_their_types(name: str, good: Sequence[Given], bad: Sequence[Any]) -> None:
    assert [value for value in good if taken(name, value) is None] == []
    assert [value for value in bad if taken(name, value) is not None] == []


def test_the_values_of_an_example_are_what_they_are() -> None:
    assert taken("flag", True) == TRUE
    assert taken("flag", False) == -TRUE
    assert taken("asked", 200) == term(number(200))
    assert taken("sets", [0, 15]) == Several(((TRUE, number(0)), (TRUE, number(15))))
    assert taken("window", [3, 9]) == Several(((TRUE, Between(number(3), number(9), formed=True)),))
    assert taken("window", []) == Several(())
    with pytest.raises(Refused, match="there is no flag"):
        examples.given(policy(), policy().skeleton([], Work()), policy().vocabulary.variables["flag"], {})


CHOICES: list[Values] = [
    ("status", [0, 2**32 - 1], [1, True, "asked", []]),
    ("word", [0, 63, 2**32 - 1, "least", "asked"], [64, -1, True, "nobody", "sets", [], None]),
    ("listed", [[], "sets", "window", "asks"], [[1], "flag", "least", 0, None]),
    ("ranged", [[], "window", "asks"], ["sets", [1, 2], "least", None]),
    ("truth", [True, False, 0, 1], [2, "flag", None]),
]


@pytest.mark.parametrize(("name", "good", "bad"), CHOICES)
def test_an_open_output_is_chosen_of_its_type(name: str, good: Sequence[Given], bad: Sequence[Any]) -> None:
    made = policy().skeleton([2, 4], Work())
    meaning = policy().given(made)
    for value in good:
        policy()._chosen(meaning, name, value)
    for value in bad:
        with pytest.raises(Refused, match=f"{name} cannot be"):
            policy()._chosen(meaning, name, value)


def test_a_truth_value_that_is_chosen_is_that() -> None:
    meaning = policy().given(policy().skeleton([2, 4], Work()))
    chosen = [policy()._chosen(meaning, "truth", value) for value in (True, False, 1, 0)]
    assert chosen == [TRUE, -TRUE, TRUE, -TRUE]


def test_a_choice_names_what_is_open_and_nothing_else() -> None:
    made = policy().skeleton([2, 4], Work())
    (choice,) = policy().choices()
    assert choice.label == "choice of some_"
    choose = choice.build(made)
    assert choose is not None
    chosen: dict[str, Given] = {"status": 0, "word": 0, "signed_": 0, "nowhere": 0, "listed": [], "ranged": []}
    for wrong in (chosen, {**chosen, "truth": True, "flag": True}):
        with pytest.raises(Refused, match="leaves open is"):
            choose(wrong)
    before = len(made.clauses)
    choose({**chosen, "truth": True})
    # With this status its `ensure` holds: that nothing is an answer is contradicted at once.
    assert [*made.clauses][before:] == [()]


EXAMPLE: dict[str, Given] = {
    "sets": [1],
    "window": [],
    "flag": True,
    "least": 2,
    "asked": 200,
    "asks": [],
    "status": 0,
    "word": 1,
    "signed_": 0,
    "nowhere": 0,
    "listed": [],
    "ranged": [],
    "truth": False,
}


@pytest.mark.parametrize(
    ("claim", "changes", "wrong"),
    [
        ("satisfiable", {}, ""),
        ("total", {}, ""),
        ("defined", {"flag": False}, ""),
        ("reachable.some_", {}, ""),
        ("reachable.others", {"flag": False}, ""),
        ("reachable.others", {}, "that others is the first case is not so"),
        ("reachable.some_", {"flag": False}, "that some_ is the first case is not so"),
        ("encodable", {}, ""),
        ("encodable", {"status": 2**32 - 1, "listed": [1]}, ""),
        ("encodable", {"status": 2**32 - 1}, "what is ensured is not so"),
        ("said", {}, ""),
        ("said", {"asked": 1}, "the premise is not so"),
        ("said", {"word": 2}, "the premise is not so"),
        ("by_define", {"word": 2}, ""),
        ("by_define", {}, "the premise is not so"),
        ("by_argument", {}, ""),
        ("by_argument", {"asked": 1}, "the premise is not so"),
        ("by_every", {}, ""),
        ("by_every", {"word": 2}, "the premise is not so"),
        ("by_both", {}, ""),
        ("by_both", {"asked": 1}, "the premise is not so"),
    ],
)
def test_an_example_is_what_its_claim_wants(claim: str, changes: dict[str, Given], wrong: str) -> None:
    found = examples.shown(policy(), claim, [Example({**EXAMPLE, **changes}, {})], Work())
    assert found == (f"example 1 is none: {wrong}" if wrong else "")


WIDE = """interface I {
    revision { major[31:16]   minor[15:0] }
    input x : revision
    output y : revision
    invariant far: (some r in 0.0..9.0: r.minor == 7 and r != x) implies y == x
}
policy p for I { case always otherwise { y = x } }
"""


def test_what_is_not_worked_out_is_no_example() -> None:
    """An interval that long is not gone through: that there is one in it may be so, or not."""
    found = examples.shown(Policy(text_of(WIDE), "p"), "far", [Example({"x": 1}, {})], Work())
    assert found == "example 1 is none: the premise is not worked out"


FAR = "(some r in 0.0..9.0: r.minor == 7 and r != x)"
"""So, or not, of any `x`: an interval that long is not gone through."""
UNSURE = f"""interface I {{
    revision {{ major[31:16]   minor[15:0] }}
    input x : revision
    output y : revision
    invariant first_: y == x implies y == x
}}
policy p for I {{
    assume not_nine: x != 9.0
    case far when {FAR} {{ y = x }}
    case near when x == 1.0 {{ y = x }}
}}
policy q for I refines p {{ case all when x != 8.0 {{ y = x }} }}
"""


@pytest.mark.parametrize(
    ("policy_", "claim", "x", "wrong"),
    [
        ("p", "first_", 1, "that a case applies is not so"),
        ("p", "encodable", 1, "that a case applies is not so"),
        ("q", "encodable", 8 << 16, "that a case applies is not so"),
        ("q", "encodable", 9 << 16, ""),
        ("q", "first_", 9 << 16, ""),
        ("q", "refines", 9 << 16, "what the other assumes is not so"),
        ("q", "refines", 7 << 16, ""),
    ],
)
def test_an_example_has_an_answer_for_certain(policy_: str, claim: str, x: int, wrong: str) -> None:
    found = examples.shown(Policy(text_of(UNSURE), policy_), claim, [Example({"x": x, "y": x}, {})], Work())
    assert found == (f"example 1 is none: {wrong}" if wrong else "")


RUNS = f"""interface I {{
    revision {{ major[31:16]   minor[15:0] }}
    config c : revision
    input x : revision
    output y : revision
}}
policy p for I {{
    case again when x == 1.0 {{ y = 0.1 }}
    case nothing when x == 2.0 {{ y = max k in {{}} where true }}
    case same otherwise {{ y = c }}
}}
host h for I {{
    knows 1.0, 2.0, 3.0
    start request 1.0
    on y == 0.1 => request 2.0
    on y == 0.2 => accept x
}}
host sure for I {{
    knows 4.0
    start request 4.0
    on y == 0.3 => accept x
    on {FAR.replace("x", "y")} => accept y
    otherwise => give up
}}
session s : h with p {{
    property so: rounds == 1
}}
session t : sure with p {{
    property so: accepted implies c == 0.4
    property none: gave_up implies c == 0.4
}}
"""


@pytest.mark.parametrize(
    ("session", "claim", "c", "rounds", "wrong"),
    [
        # It gets stuck in the second round, and not before; there is no third.
        ("s", "defined", 1, 2, ""),
        ("s", "defined", 1, 1, "that the run goes on to its end is not so"),
        ("s", "defined", 1, 3, "that the run goes on to its end is not so"),
        ("s", "so", 1, 2, "that the run ends is not so"),
        ("t", "so", 3, 1, ""),
        ("t", "none", 3, 1, "the premise is not so"),
        # Which of the two ways it ends in is not worked out.
        ("t", "so", 4, 1, "that the run ends is not so"),
        ("t", "none", 4, 1, "that the run ends is not so"),
        ("t", "satisfiable", 4, 1, ""),
    ],
)
def test_a_run_ends_for_certain(session: str, claim: str, c: int, rounds: int, wrong: str) -> None:
    one = Example({"c": c}, {}, [{} for _ in range(rounds)])
    found = examples.shown(Session(text_of(RUNS), session), claim, [one], Work())
    assert found == (f"example 1 is none: {wrong}" if wrong else "")


HOST = """interface J {
    revision { major[3:2]   minor[1:0] }
    input x : revision
    output y : revision
}
host h for J {
    knows any
    start request max known
    on y in known => accept y
    otherwise => give up
}
"""


@pytest.mark.parametrize(
    ("rule", "y", "wrong"),
    [(1, 3, ""), (2, 4, ""), (1, 4, "that rule 1 is the first"), (2, 3, "that rule 2 is the first")],
)
def test_a_rule_is_the_first_that_applies(rule: int, y: int, wrong: str) -> None:
    host = Caller(text_of(HOST), "h")
    example = Example({"x": 3, "y": y, "known": [1, 3]}, {})
    found = examples.shown(host, f"reachable.rule_{rule}", [example], Work())
    assert found == (f"example 1 is none: {wrong} is not so" if wrong else "")
    with pytest.raises(Refused, match=r"no claim reachable\.rule_3 about the host"):
        examples.shown(host, "reachable.rule_3", [example], Work())
    with pytest.raises(Refused, match="known cannot be"):
        examples.shown(host, "reachable.rule_1", [Example({"x": 3, "y": y, "known": []}, {})], Work())


def test_a_claim_wants_so_many_examples() -> None:
    one = Example(EXAMPLE, {})
    assert examples.shown(policy(), "total", [], Work()) == "it has no example, and the claim wants one"
    assert examples.shown(policy(), "total", [one, one], Work()) == "it has 2 examples, and the claim wants 1"
    with pytest.raises(Refused, match=r"no claim reachable\.none about"):
        examples.shown(policy(), "reachable.none", [one], Work())
    with pytest.raises(Refused, match="there is no nothing"):
        examples.shown(policy(), "nothing", [one], Work())


def test_a_text_has_each_name_once() -> None:
    one, other = "define a(x) = x", "define b = a(1)"
    assert {*text_of(one, other).defines} == {"a", "b"}
    with pytest.raises(Refused, match="two declarations are called a"):
        text_of(one, one)
    inner = "interface I { revision { m[3:0] } define a = true }"
    with pytest.raises(Refused, match="two `define`s are called a, one of them a file's"):
        text_of(one, inner)
    with pytest.raises(Refused, match="a is something else"):
        text_of(one).declared("a", s.Policy)
    with pytest.raises(Refused, match="there is no c"):
        text_of(one).declared("c", s.Define)
    scenario = "scenario n for p { then true }"
    assert {*text_of(TEXT + scenario, one).scenarios} == {("p", "n")}
    assert not text_of(one, TEXT + scenario).scenarios


def test_a_scenario_says_all_that_it_says() -> None:
    for said in (["true"], ["true", "y == 0.1"], ["true", "y == 0.1", "x == 0.1"]):
        scenario = f"scenario n for p {{ {' '.join(f'then {one}' for one in said)} }}"
        assert print_expr(thens(text_of(TEXT + scenario).scenarios["p", "n"])) == " and ".join(said)
    assert thens(text_of(TEXT + "scenario n for p { }").scenarios["p", "n"]) == s.And(())


def test_files_of_texts_have_stems() -> None:
    assert [stem(name) for name in ("a/rmi-2.parley", "rmi.parley", "r m.x.parley", "-3")] == [
        "rmi",
        "rmi",
        "r_m_x",
        "",
    ]
    assert [plain_stem(name) for name in ("rmi-2.parley", "ä-_b.parley", "", "<text>")] == [
        "rmi-2",
        "ä-_b",
        "text",
        "_text_",
    ]
