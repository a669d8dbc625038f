"""Boundary values of configurations: of every type, within their fields, also where a command has no input."""

from __future__ import annotations

import pytest
from parley.model.instance import word_of
from parley.model.oracle import Oracle
from parley.vectors.boundary_values import MOST_CONFIGURATIONS, MOST_SHARES, BoundaryValues, notes
from parley.vectors.generate import explore, suite
from suites import policy_in

LAYOUTS = [
    "reserved[63:2] zero major[1:1] minor[0:0]",
    "reserved[63:31] zero major[30:16] minor[15:0]",
    "reserved[63:24] zero major[23:16] minor[15:8] patch[7:0]",
    "major[63:60] hole[59:3] zero minor[2:2] patch[1:0]",
    "major[63:8] minor[7:0]",
    "word[63:0]",
    "reserved[63:1] zero bit[0]",
    "reserved[63:5] zero major[4:1] minor[0:0]",
]


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_configurations_are_well_formed_and_requests_are_words(layout: str) -> None:
    policy = policy_in(f"""interface I {{
        revision {{ {layout} }}
        config supported : set of revision
        config own : revision
        input requested : revision in x1
        output ok : bool in x0
    }}
    policy p for I {{ case only otherwise {{ ok = requested in supported or requested == own }} }}""")
    found = explore(policy, None, 40, 1)
    well_formed = Oracle(policy).format.well_formed
    for at in found.marks:
        supported, own = at.config.values()
        assert isinstance(supported, tuple)
        assert all(map(well_formed, supported))
        assert well_formed(own if isinstance(own, int) else -1)
        assert all(0 <= word < 1 << 64 for word in map(word_of, at.inputs.values()))
    assert found.survivors == {}


def test_a_command_without_an_input_is_asked_of_every_edge_of_its_configuration() -> None:
    policy = policy_in("""interface PSCI {
        revision { res[63:31] zero major[30:16] minor[15:0] }
        config implemented : revision
        config extended : bool
        output version : revision in x0
        output more : bool in x1
    }
    policy p for PSCI { version = implemented
        case old when implemented < 1.5 { more = false }
        case new otherwise { more = extended } }""")
    made = suite(explore(policy))
    shown = {str(group.config["implemented"]) for group in made.groups}
    assert {"0.0", "1.4", "1.5", "1.6", "1.65535", "16384.0", "32767.65535"} <= shown
    assert {str(group.config["extended"]) for group in made.groups} == {"True", "False"}
    assert made.adequacy.mutants.survived == 0
    assert made.adequacy.mutants.killed > 10


def test_every_config_has_its_share() -> None:
    configs = "".join(f"config b{at} : bool " for at in range(24))
    policy = policy_in(f"""interface I {{
        revision {{ reserved[63:31] zero major[30:16] minor[15:0] }}
        config supported : set of revision config own : revision {configs}
        input requested : revision output ok : bool
    }}
    policy p for I {{ case only otherwise {{ ok = b23 }} }}""")
    made = BoundaryValues(Oracle(policy)).configurations()
    assert len(made) == MOST_CONFIGURATIONS * MOST_SHARES
    for name in policy.interface.variables:
        if name not in ("requested", "ok"):
            assert len({row[name] for row in made}) > 1, name


def test_where_the_request_without_its_reserved_bits_has_no_answer() -> None:
    policy = policy_in("""interface I {
        revision { reserved[63:2] zero major[1:1] minor[0:0] }
        config supported : set of revision
        input requested : revision in x1
        output ok : bool in x0
        output lower : revision in x2
    }
    policy p for I {
        case malformed when requested.reserved != 0 { ok = false  lower = any }
        case hit when requested in supported { ok = true  lower = requested }
    }""")
    made = suite(explore(policy))
    malformed = [test for group in made.groups for test in group.tests if test.case == "malformed"]
    assert malformed
    assert all(test.result == "acceptable" and test.allowed == [] for test in malformed)


@pytest.mark.parametrize(
    ("layout", "high", "others"),
    [
        (
            "reserved[63:31] zero major[30:16] minor[15:0]",
            "`major` of 0x4000 or more",
            {"last_minor", "several_majors"},
        ),
        ("zero_[7:6] zero epoch[5:3] step[2:0]", "`epoch` of 0x4 or more", {"last_minor", "several_majors"}),
        ("version[7:0]", "`version` of 0x80 or more", set[str]()),
    ],
)
def test_notes_speak_of_the_fields_that_there_are(layout: str, high: str, others: set[str]) -> None:
    policy = policy_in(f"""interface I {{
        revision {{ {layout} }}
        config supported : set of revision
        input requested : revision
        output ok : bool
    }}
    policy p for I {{ case only otherwise {{ ok = requested in supported }} }}""")
    made = BoundaryValues(Oracle(policy))
    marks = made.collect(made.configurations())
    flags = {flag for flags in marks.values() for flag in flags}
    assert notes(policy, flags)["high_major"].bug.startswith(high)
    assert flags & {"last_minor", "several_majors"} == others
