"""Words taken apart across their fields, put together again, and compared: what decoders of real code do wrong."""

from __future__ import annotations

import pytest
from checking import outcomes

HEAD = """interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input requested : revision
    output ok : bool
    output lower : revision
"""

ACROSS = """
    define decoded = 0x0 with { major = requested[30:16], minor = requested[15:0] }
    define hit = some r in supported: r.major == requested[31:16] and r.minor == requested.minor
"""


def policy(body: str, more: str = "") -> str:
    return f"{HEAD}{more}}}\npolicy p for I {{{body}}}\n"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        # Bits across two fields, against a field.
        ("ok implies requested[31] == 0", "proved"),
        ("ok implies requested in supported", "refuted"),
        ("ok and requested.reserved == 0 implies requested in supported", "proved"),
        ("hit iff requested with { [63:32] = 0 } in supported", "proved"),
        # A word put together from its parts.
        ("requested with { major = requested.major, minor = requested[15:0] } == requested", "proved"),
        ("decoded == requested with { reserved = 0 }", "proved"),
        ("decoded == requested", "refuted"),
        ("(decoded with { minor = requested.major }).minor == requested.major", "proved"),
        # 31 bits into 15 + 16, cut elsewhere than the number is.
        ("(0x0 with { [30:0] = requested[46:16] }).major == requested[46:32]", "proved"),
        ("(0x0 with { [30:0] = requested[46:16] }).minor == requested[30:15]", "refuted"),
        # A part that does not fit leaves no value: a comparison with it is false.
        ("requested[31:16] < 0x8000 iff (0x0 with { major = requested[31:16] }).major == requested[31:16]", "proved"),
        # Parts of different widths and places.
        ("requested[7:0] == requested[15:8] implies requested[7:4] == requested[15:12]", "proved"),
        ("requested[7:4] == requested[3:0] implies requested[7:0] == requested[7:0]", "proved"),
        ("requested[15:8] < requested[7:0] implies requested[15:12] <= requested[7:4]", "proved"),
        ("requested[15:8] < requested[7:0] implies requested[15:12] < requested[7:4]", "refuted"),
        ("requested[16:1] == requested[15:0] implies requested[16] == requested[0]", "proved"),
        ("requested[16:1] == requested[15:0] and requested[0] == 1 implies requested[15:0] == 0xffff", "proved"),
        ("requested[16:1] == requested[15:0] and requested[0] == 1 implies requested[15:0] == 0xfffe", "refuted"),
    ],
)
def test_slices_across_fields_are_decided(claim: str, verdict: str) -> None:
    body = f"{ACROSS} case a when hit {{ ok = true lower = decoded }} case b otherwise {{ ok = false lower = decoded }}"
    # A claim that has a premise nobody meets would be vacuous: none of these is.
    assert outcomes(policy(f"{body} invariant claim: {claim}"))["p.claim"].verdict == verdict


def test_a_field_that_was_put_in_is_what_was_put_there() -> None:
    """Bug: this was undecided, after many seconds."""
    found = outcomes(
        policy(
            "case a otherwise { ok = true lower = requested with { major = requested.minor } }"
            " invariant a: lower.major == requested.minor"
        )
    )
    assert found["p.a"].verdict == "proved"
    # 16 bits into 15.
    assert found["p.defined"].verdict == "refuted"


@pytest.mark.parametrize("bits", [1, 8, 16, 31])
def test_flags_of_one_bit_each(bits: int) -> None:
    """Feature words: each bit a field, chosen one by one."""
    fields = " ".join(f"b{at}[{bits - 1 - at}]" for at in range(bits))
    subset = " and ".join(f"accepted.b{at} <= offered.b{at}" for at in range(bits))
    updates = ", ".join(f"b{at} = if mine.b{at} == 1 then offered.b{at} else 0" for at in range(bits))
    text = f"""interface F {{
        revision {{ upper[63:{bits}] zero {fields} }}
        config mine : revision
        input offered : revision
        assume only_these: offered.upper == 0
        output accepted : revision
        invariant subset: {subset}
        invariant all_of_mine: accepted == mine
    }}
    policy p for F {{ accepted = offered with {{ {updates} }} case always otherwise {{}} }}"""
    found = outcomes(text)
    assert {n: o.verdict for n, o in found.items() if o.verdict != "proved"} == {"p.all_of_mine": "refuted"}


@pytest.mark.slow
def test_a_part_of_each_revision_of_a_range_may_be_put_in_elsewhere() -> None:
    """The solver's quantifiers go through a range: digits that are cut elsewhere are then terms of its own number."""
    put = "(requested with { [20:5] = x[15:0] })[11:5]"
    text = f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : range of revision
        input requested : revision
        output ok : bool
        invariant upper: every x in supported: (requested with {{ [23:8] = x[15:0] }})[15:8] == x[7:0]
        invariant higher: every x in supported: (requested with {{ [23:8] = x[15:0] }})[23:16] == x[15:8]
        invariant odd: every x in supported: {put} == x[6:0]
        invariant wrong: every x in supported: {put} == x[7:1]
    }}
    policy p for I {{ case only otherwise {{ ok = true }} }}"""
    verdicts = {name: outcome.verdict for name, outcome in outcomes(text).items()}
    assert [verdicts[f"p.{name}"] for name in ("upper", "higher", "odd", "wrong")] == [*["proved"] * 3, "refuted"]


@pytest.mark.slow
def test_words_put_together_anew_again_and_again_are_decided() -> None:
    """Bug: undecided after a minute and a half, as digits of one number were sums of digits of another."""
    again = "define d(x) = x with { [23:8] = x[15:0], [39:24] = x[31:16] }"
    condition = "d(x) == d(requested) or d(d(x)) < d(d(requested))"
    found = outcomes(
        policy(
            f"{again} ok = true"
            f" case a when some x in supported: {condition} {{ lower = max x in supported where {condition} }}"
            " case b otherwise { lower = d(d(d(requested))) }"
            " invariant high: lower[31:8] == requested[31:8]"
            " invariant three: (lower with { [20:12] = 3 })[16:13] == 1"
            " invariant shifted: every x in supported: x[40:10] <= lower[41:11] or lower[7:0] == 3"
        )
    )
    verdicts = {name: found[f"p.{name}"].verdict for name in ("defined", "high", "three", "shifted")}
    assert verdicts == {"defined": "proved", "high": "refuted", "three": "proved", "shifted": "refuted"}
