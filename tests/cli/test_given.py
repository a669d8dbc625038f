"""Options by the interface's own names: those that an option of the command hides, sets in braces, what is open."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click
import pytest
from parley.cli.commands import COMMANDS
from parley.cli.commands import parley as group
from parley.cli.options import NAMED
from parley.values import EVERYWHERE, OPTIONS
from running import Parley

HIDDEN = """interface V {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    config strict    : bool
    config format    : revision
    input  requested : set of revision
    output status    : { OK = 0, BAD = 1 } in x0
}
policy p for V {
    case always otherwise { status = if strict or format in requested then OK else BAD }
    invariant wrong: status == BAD or supported is empty
}
"""
ADAPTER = """import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    major, minor = asked["format"].split(".")
    bad = hex(int(major) << 16 | int(minor)) not in asked["requested"] and not asked["strict"]
    print(json.dumps({"id": asked["id"], "x0": hex(bad)}), flush=True)
"""
FOLLOWS = """interface V {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    input  requested : revision in x1
    output lower     : revision in x1
    output higher    : revision in x2
    output listed    : set of revision
}
policy p for V {
    case always otherwise {
        lower  = any
        ensure lower in supported
        higher = lower
        listed = {higher}
    }
}
host h for V {
    knows 1.0
    start request 1.0
    on 1.0 in listed => accept 1.0
    otherwise        => give up
}
session s : h with p { property fine: accepted implies agreed in supported }
"""


@pytest.fixture
def hidden(folder: Path) -> Path:
    (folder / "hidden.parley").write_text(HIDDEN, encoding="utf-8")
    (folder / "adapter.py").write_text(ADAPTER, encoding="utf-8")
    return folder


def test_what_hides_a_name_is_known() -> None:
    """All options of the commands that take others, by the names that an interface could have, too."""
    context = click.Context(group)
    named: dict[str, set[str]] = {}
    for name in COMMANDS:
        command = group.get_command(context, name)
        assert command is not None
        if command.context_settings == NAMED:
            options = {o for p in command.get_params(click.Context(command)) for o in p.opts if o.startswith("--")}
            named[name] = {bare for o in options if (bare := o.removeprefix("--")).isidentifier()}
    assert named["eval"] == EVERYWHERE
    assert set().union(*named.values()) == OPTIONS


def test_a_config_that_an_option_hides_is_given_all_the_same(parley: Parley, hidden: Path) -> None:
    given = ("--supported", "1.0", "--given-strict", "false", "--given-format=1.1")
    assert "status           OK" in parley("eval", "hidden.parley", *given, "--requested", "1.1").out
    program = ("--", sys.executable, "adapter.py")
    assert parley("conform", "hidden.parley", "--strict", *given, *program).code == 0
    done = parley("conform", "hidden.parley", "--strict", "true", "--supported", "1.0", *program)
    assert (done.code, "the policy takes --supported, --given-strict, --given-format" in done.err) == (2, True)
    done = parley("conform", "hidden.parley", "--supported", "1.0", *program)
    assert "add --given-strict true --given-format 1.0" in done.err


def test_what_is_printed_for_a_replay_can_be_run(parley: Parley, hidden: Path) -> None:
    text = parley("check", "hidden.parley", "--only", "p.wrong").out
    line = next(line for line in text.splitlines() if "replay" in line)
    assert "--strict" in line
    assert "--given-format" in line
    assert parley(*shlex.split(line.partition("replay")[2])[1:]).code == 0


@pytest.mark.parametrize("empty", ["", "{}", " { } "])
def test_an_empty_set_is_written_as_in_the_language_or_left_blank(parley: Parley, hidden: Path, empty: str) -> None:
    given = ("--supported", "{1.0, 1.1}", "--strict", "false", "--given-format", "1.1")
    done = parley("eval", "hidden.parley", *given, "--requested", empty)
    assert (done.code, "requested        nothing" in done.out, "1.0 ●──────● 1.1" in done.out) == (0, True, True)


def test_a_range_for_a_set_is_said_to_be_one(parley: Parley, hidden: Path) -> None:
    done = parley("eval", "hidden.parley", "--supported", "1.0..1.2")
    assert "`1.0..1.2` is a range, and `supported` is a set: write its revisions, with commas between" in done.err


def test_what_is_to_be_given_of_what_is_open_is_taken(parley: Parley, folder: Path) -> None:
    """A rule looks at what follows from an open output: that one is asked for."""
    (folder / "follows.parley").write_text(FOLLOWS, encoding="utf-8")
    done = parley("eval", "follows.parley:s", "--supported", "1.0,1.1")
    assert "round 1 leaves `lower` open, from which `listed` follows, and rule_1 looks at it" in done.err
    assert "add --lower@1 1.0" in done.err
    done = parley("eval", "follows.parley:s", "--supported", "1.0,1.1", "--lower@1", "1.0")
    assert (done.code, "agreed           1.0, after 1 round" in done.out) == (0, True)
    assert parley("eval", "follows.parley:s", "--supported", "1.0", "--given-lower@1", "1.0").code == 0
