"""The KUnit suite for callers, compiled and run against a stub of `<kunit/test.h>`. It was not run in a kernel."""

from __future__ import annotations

from pathlib import Path

import parley
import pytest
from checkers import needs_gcc
from parley.deciding import DecisionsResult, decisions
from parley.naming import find_tested
from parley.spec.checked import CheckedSession
from parley.spec.diagnostics import Rejected
from test_export_kunit import run

RETRY = """
#include "suite.c"

struct prefers_1_1_decision prefers_1_1_decide(u64 requested, const struct prefers_1_1_reply *reply)
{
	struct prefers_1_1_decision it = { PREFERS_1_1_GIVE_UP, 0 };

	if (reply->status == 0) {
		it.what = PREFERS_1_1_ACCEPT;
		it.revision = requested;
	} else if ((reply->lower == 0x10001 || reply->lower == 0x20000) && reply->lower != requested) {
		it.what = PREFERS_1_1_REQUEST;
		it.revision = reply->lower;
	} else if ((reply->higher == 0x10001 || reply->higher == 0x20000) && reply->higher != requested) {
		it.what = PREFERS_1_1_REQUEST;
		it.revision = reply->higher;
	}
	return it;
}
"""
NEWEST = """
#include "suite.c"

struct starts_newest_decision starts_newest_decide(const u64 *known, unsigned int known_count, u64 requested,
	const struct starts_newest_reply *reply)
{
	struct starts_newest_decision it = { STARTS_NEWEST_GIVE_UP, 0 };
	unsigned int i;

	if (reply->status == 0) {
		it.what = STARTS_NEWEST_ACCEPT;
		it.revision = requested;
		return it;
	}
	for (i = 0; i < known_count; i++)
		if (reply->lower < requested && known[i] <= reply->lower) {
			it.what = STARTS_NEWEST_REQUEST;
			it.revision = known[i];
		}
	return it;
}
"""

WRONG = {
    "the status is not looked at": ("reply->status == 0", "reply->status != 99"),
    "any status but a failure is a success": ("reply->status == 0", "reply->status != 1"),
    "an even status is a success": ("reply->status == 0", "(reply->status & 1) == 0"),
    "the status is cut to 32 bits": ("reply->status == 0", "(unsigned int)reply->status == 0"),
    "lower is taken for what was agreed": ("it.revision = requested", "it.revision = reply->lower"),
    "lower is not looked at": ("reply->lower == 0x10001 || reply->lower == 0x20000", "0"),
    "lower is cut to 32 bits": ("reply->lower == 0x20000)", "(unsigned int)reply->lower == 0x20000)"),
    "it asks the same again": ("&& reply->higher != requested", ""),
}


def of(name: str) -> DecisionsResult:
    _, session = find_tested(name)
    assert isinstance(session, CheckedSession)
    return decisions(session)


@needs_gcc
def test_a_caller_that_decides_so(tmp_path: Path) -> None:
    code, lines = run(tmp_path, of("retry").export("kunit"), RETRY)
    assert (code, lines) == (0, ["ok 1 known 1.1, 2.0", "1..1"])


@pytest.mark.slow
@needs_gcc
@pytest.mark.parametrize("fault", WRONG)
def test_a_caller_that_decides_otherwise(tmp_path: Path, fault: str) -> None:
    old, new = WRONG[fault]
    assert old in RETRY
    code, lines = run(tmp_path, of("retry").export("kunit"), RETRY.replace(old, new))
    assert code == 1
    assert "not ok 1 known 1.1, 2.0" in lines
    assert any("rule_" in line for line in lines)


@needs_gcc
def test_a_caller_that_knows_any_revisions(tmp_path: Path) -> None:
    suite = of("never_needs_higher").export("kunit")
    code, lines = run(tmp_path, suite, NEWEST)
    assert code == 0
    assert lines[0] == "ok 1 known 1.0"
    assert lines[-1] == "1..6"
    wrong = NEWEST.replace("known[i] <= reply->lower", "known[i] < reply->lower")
    assert run(tmp_path, suite, wrong)[0] == 1


@pytest.mark.slow
@needs_gcc
@pytest.mark.parametrize(
    "name", ["callers:kvm_v7", "callers:tf_a_tests_rmm", "ffa:after_op_tee", "discovery:kvm_discovering"]
)
def test_every_suite_compiles(tmp_path: Path, name: str) -> None:
    made = of(name)
    host = made.session.host.name
    suite = made.export("kunit")
    prototype = next(line for line in suite.split("\n") if line.startswith(f"struct {host}_decision {host}_decide("))
    body = f"{{ struct {host}_decision it = {{ {host.upper()}_GIVE_UP, 9 }}; return it; }}\n"
    # Somebody has to be accepted at last.
    code, _ = run(tmp_path, suite, f'#include "suite.c"\n{prototype.rstrip(";")}\n{body}')
    assert code == 1


def test_every_rule_is_reached_and_replies_that_nobody_gives_are_among_them() -> None:
    made = of("retry")
    every = [one for group in made.decided for one in group.decided]
    assert {one.rule for one in every} == {"rule_1", "rule_2", "rule_3", "rule_4"}
    assert {one.what for one in every} == {"accept", "request", "give_up"}
    assert any(one.case is None for one in every)
    assert {one.requested for one in every} == {0x10001, 0x20000}
    assert str(made).startswith("decisions")
    assert made.code == 0


OPEN = """
interface I {
    revision { reserved[63:31] zero major[30:16] minor[15:0] }
    config s : set of revision
    input  q : revision in x1
    output o : { NO = 0, YES = 1 } in x0
    define r(a)
}
policy p for I { case c otherwise { o = if r(q) then YES else NO } }
host h for I { knows 1.0 start request 1.0 otherwise => give up }
session t : h with p {}
"""


def in_text(text: str) -> CheckedSession:
    return parley.loads(text).sessions["t"]


def test_what_cannot_be_written() -> None:
    with pytest.raises(Rejected, match="has no body for `r`"):
        decisions(in_text(OPEN))
    with pytest.raises(Rejected, match="is a set in a message"):
        decisions(
            in_text(
                OPEN.replace("define r(a)", "output l : set of revision").replace(
                    "o = if r(q) then YES else NO", "o = NO l = s"
                )
            )
        )
    with pytest.raises(Rejected, match="has no code"):
        of("scmi:linux_scmi_platform").export("kunit")
    with pytest.raises(Rejected, match="is a session"):
        of("retry").export("csv")
