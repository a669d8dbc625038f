"""Formulas in C, Rust and Python against the oracle: random policies, and those made to be hard to write.

The generated harnesses themselves are run, with a driver that gives every nondeterministic value.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import Struct
from parley.model.instance import Range, Value, word_of
from parley.model.instance import words_of as words_of_value
from parley.model.oracle import Oracle
from parley.spec.checked import CheckedPolicy
from parley.spec.core import Core
from parley.vectors.export import EXPORTERS
from parley.vectors.export.contract import contract
from parley.vectors.export.lowered import NotExportable
from parley.vectors.export.python_module import HELPERS, Python
from random_policies import policy_text
from suites import policy_in, suite_of
from test_export_kani import STUB, rustc
from tricky import EXTREMA, TRICKY

GCC = shutil.which("gcc")
RUSTC = shutil.which("rustc")

REVISIONS = 4
"""As many as the harness for Kani has."""

TRIED = 250


class Trial(Struct, frozen=True):
    """One configuration with inputs and outputs: the words in the order of the variables, and what is right."""

    config: dict[str, Value]
    inputs: dict[str, int]
    outputs: dict[str, Value]
    outcome: str


def policies(count: int, seed: int) -> Iterator[CheckedPolicy]:
    """Random policies that can be exported, after the hard ones."""
    yield policy_in(TRICKY)
    yield from map(policy_in, EXTREMA.values())
    random = Random(seed)
    made = 0
    while made < count:
        text = policy_text(random)
        if random.random() < 0.4:
            text = text.replace("config supported : set of", "config supported : range of")
        if random.random() < 0.4:
            text = named(text, random)
        policy = policy_in(text)
        try:
            said = contract(policy)
        except NotExportable:
            continue
        if all(clause.formula is not None for answer in said.answers for clause in answer.clauses):
            made += 1
            yield policy


def named(text: str, random: Random) -> str:
    """The same policy with names beside words, which some of its guards and answers are about."""
    text = text.replace("input requested : revision", "input requested : revision or { PING = -2 }")
    text = text.replace("output lower : revision", "output lower : revision or { NONE = -1, GONE = -3 }")
    lines: list[str] = []
    for line in text.splitlines():
        assigned = line.startswith("        lower = ") and "any" not in line
        if assigned and random.random() < 0.3:
            line = f"        lower = {random.choice(['NONE', 'GONE', 'if requested is PING then NONE else GONE'])}"
        elif " when " in line and random.random() < 0.3:
            head, _, guard = line.partition(" when ")
            line = (
                f"{head} when requested is {random.choice(['PING or', 'not PING and'])} ({guard.removesuffix(' {')}) {{"
            )
        lines.append(line)
    return "\n".join(lines) + "\n"


def trials(policy: CheckedPolicy, random: Random) -> list[Trial]:
    """Instances over few words, with answers of which some are right."""
    oracle = Oracle(policy)
    fields = oracle.format.numbered
    numbers = itertools.product(*((0, 1, 3) if f.width > 1 else (0, 1) for f in fields))
    formed = sorted(oracle.format.word(tuple(row)) for row in numbers)[:9]
    words = [*formed, *(formed[-1] | 1 << f.low for f in oracle.format.reserved), oracle.format.end - 1]
    return [_trial(oracle, formed, words, random) for _ in range(TRIED)]


def _trial(oracle: Oracle, formed: list[int], words: list[int], random: Random) -> Trial:
    config: dict[str, Value] = {}
    for variable in oracle.interface.configs:
        match variable.type:
            case "set":
                config[variable.name.id] = tuple(sorted(random.sample(formed, random.randrange(min(4, len(formed))))))
            case "range":
                pairs = itertools.combinations_with_replacement(formed, 2)
                config[variable.name.id] = random.choice([(), *(Range(*pair) for pair in pairs)])
            case "bool":
                config[variable.name.id] = random.random() < 0.5
            case _:
                config[variable.name.id] = random.choice(formed)
    names = {n: [*codes.values()] for n, codes in oracle.interface.named.items()}
    inputs = {v.name.id: random.choice([*words, *names.get(v.name.id, ())]) for v in oracle.interface.inputs}
    slots = oracle.slots(config, inputs)
    at = oracle.evaluator.fires(slots)
    if not oracle.evaluator.admits(slots):
        outcome, right = "A", {}
    elif at is None:
        outcome, right = "P", {}
    else:
        outcome = ""
        oracle.evaluator.undefined(slots, at)
        right = {n: v for n, v in oracle.evaluator.outputs(slots).items() if v is not None}
    outputs: dict[str, Value] = {}
    for variable in oracle.interface.outputs:
        name = variable.name.id
        enumeration = oracle.interface.enumeration(name)
        pool: list[int | bool] = [*words, *names.get(name, ())] if variable.type == "revision" else [False, True]
        pool = [number for _, number in enumeration.values] if enumeration else pool
        outputs[name] = right[name] if name in right and random.random() < 0.9 else random.choice(pool)
    if not outcome:
        outcome = "P" if oracle.allows(config, inputs, outputs) else "F"
    # An empty range is one whose first is above its last.
    empty = Range(oracle.format.largest, 0)
    none: dict[str, Value] = {name: config[name] or empty for name in oracle.interface.ranges}
    return Trial({**config, **none}, inputs, outputs, outcome)


@pytest.mark.slow
def test_python() -> None:
    random = Random(1)
    seen: set[str] = set()
    some = list(policies(60, seed=1))
    assert sum(bool(policy.interface.named) for policy in some) > 15
    for policy in some:
        python = Python(policy)
        said = contract(policy)
        names: dict[str, Any] = {}
        exec("\n".join(HELPERS.values()), names)

        def compiled(node: Core | None, python: Python = python, names: dict[str, Any] = names) -> Callable[..., bool]:
            text = "True" if node is None else python.formula(node)
            return eval(f"lambda config, given, reply: {text}", names)

        assumed = [compiled(clause.formula) for clause in said.assumptions]
        answers = [
            (compiled(answer.guard), tuple(compiled(c.formula) for c in answer.clauses)) for answer in said.answers
        ]
        for trial in trials(policy, random):
            config = {n: words_of_value(v) if isinstance(v, Range) else v for n, v in trial.config.items()}
            given = (config, trial.inputs, trial.outputs)
            if not all(holds(*given) for holds in assumed):
                outcome = "A"
            else:
                clauses = next((clauses for guard, clauses in answers if guard(*given)), ())
                outcome = "P" if all(clause(*given) for clause in clauses) else "F"
            assert outcome == trial.outcome, (policy.source.text, trial)
            seen.add(outcome)
    assert seen == {"A", "P", "F"}


def words_of(value: Value) -> list[int]:
    """A table in full, or a value."""
    return [*value, *([0] * (REVISIONS - len(value)))] if isinstance(value, tuple) else [*words_of_value(value)]


def asked_by_c(trial: Trial) -> str:
    """The words in the order in which the C harness asks: inputs, each set's size and table, what is in the reply
    before, and what the handler writes there.
    """
    words = list(trial.inputs.values())
    for value in trial.config.values():
        words += [len(value), *words_of(value)] if isinstance(value, tuple) else words_of(value)
    outputs = [word_of(value) for value in trial.outputs.values()]
    return " ".join(map(str, (*words, *outputs, *outputs)))


def asked_by_rust(trial: Trial) -> str:
    """The words in the order in which the Rust harness asks: tables, then sizes and values, inputs, the reply."""
    config = trial.config.values()
    words = [word for value in config if isinstance(value, tuple) for word in words_of(value)]
    words += [one for value in config for one in ([len(value)] if isinstance(value, tuple) else words_of_value(value))]
    return " ".join(map(str, (*words, *trial.inputs.values(), *map(word_of, trial.outputs.values()))))


DRIVER = """
#include <setjmp.h>
#include <stdio.h>
#include <stdint.h>

static jmp_buf attempt;
static int failed;

uint64_t nondet_uint64(void)
{
	unsigned long long word;

	if (scanf("%llu", &word) != 1)
		longjmp(attempt, 2);
	return word;
}

static void assume(int holds)
{
	if (!holds)
		longjmp(attempt, 1);
}

/* Without another call before the one that is judged: a trial has the words of one. */
#define PARLEY_RUN
#define __CPROVER__
#define __CPROVER_assume(holds) assume(holds)
#define __CPROVER_assert(holds, says) ((void)((holds) || (failed = 1)))
#define TELL(...) ((void)snprintf(0, 0, __VA_ARGS__))
#define main harness
#include "harness.c"
#undef main

void p_handler(const struct p_config *config, @INPUTS@ struct p_reply *reply)
{
	(void)config;
@ASK@
}

int main(void)
{
	for (;;) {
		int ended = setjmp(attempt);

		failed = 0;
		if (ended == 2)
			return 0;
		if (ended == 1)
			putchar('A');
		else {
			harness();
			putchar(failed ? 'F' : 'P');
		}
		/* The rest of the line. */
		for (int c = getchar(); c != '\\n' && c != EOF; c = getchar())
			;
	}
}
"""


@pytest.mark.slow
@pytest.mark.skipif(GCC is None, reason="there is no gcc")
def test_c(tmp_path: Path) -> None:
    random = Random(2)
    for policy in policies(12, seed=2):
        harness = EXPORTERS["cbmc"](suite_of(policy), policy)
        reply = re.search(r"struct p_reply \{\n(.*?)\};", harness, re.DOTALL)
        assert reply
        ask = "\n".join(f"\treply->{field} = nondet_uint64();" for field in re.findall(r"(\w+);", reply[1]))
        inputs = "".join(f"uint64_t in{at}," for at, _ in enumerate(policy.interface.inputs))
        (tmp_path / "harness.c").write_text(harness)
        unused = "".join(f"\n\t(void)in{at};" for at, _ in enumerate(policy.interface.inputs))
        (tmp_path / "driver.c").write_text(DRIVER.replace("@INPUTS@", inputs).replace("@ASK@", ask + unused))
        command = [GCC or "gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "driver.c", "-o", "driver"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        tried = trials(policy, random)
        text = "".join(f"{asked_by_c(trial)}\n" for trial in tried)
        done = subprocess.run([tmp_path / "driver"], input=text, capture_output=True, text=True, timeout=60, check=True)
        wrong = [(trial, found) for trial, found in zip(tried, done.stdout, strict=True) if trial.outcome != found]
        assert not wrong, (policy.source.text, wrong[0])


@pytest.mark.slow
@pytest.mark.skipif(RUSTC is None, reason="there is no rustc")
def test_rust(tmp_path: Path) -> None:
    random = Random(3)
    rustc(tmp_path, "--crate-type=proc-macro", "--extern=proc_macro", STUB / "kani_macros.rs")
    rustc(tmp_path, "--crate-type=rlib", "-L.", "--extern=kani_macros", STUB / "kani.rs")
    tried: list[tuple[CheckedPolicy, list[Trial]]] = []
    main: list[str] = []
    for at, policy in enumerate(policies(12, seed=3)):
        harness = EXPORTERS["kani"](suite_of(policy), policy)
        reply = re.search(r"pub struct Reply \{\n(.*?)\n\}", harness, re.DOTALL)
        assert reply
        fields = ", ".join(f"{field}: kani::any()" for field in re.findall(r"pub (\w+):", reply[1]))
        inputs = "".join(", _: u64" for _ in policy.interface.inputs)
        handler = f"fn p_handler(_: &p_proof::Config{inputs}) -> p_proof::Reply {{ p_proof::Reply {{ {fields} }} }}"
        main.append(f"mod policy_{at} {{ mod p_proof; {handler} }}")
        folder = tmp_path / f"policy_{at}"
        folder.mkdir()
        (folder / "p_proof.rs").write_text(harness)
        tried.append((policy, trials(policy, random)))
        (folder / "values").write_text("".join(f"{asked_by_rust(trial)}\n" for trial in tried[-1][1]))
    (tmp_path / "main.rs").write_text("\n".join(main))
    rustc(tmp_path, "--test", "--cfg=kani", "-Dwarnings", "-L.", "--extern=kani", "main.rs", "-o", "main")
    for at, (policy, expected) in enumerate(tried):
        done = subprocess.run(
            [tmp_path / "main", "--nocapture", "--exact", f"policy_{at}::p_proof::p_holds"],
            env={**os.environ, "KANI_VALUES": str(tmp_path / f"policy_{at}" / "values")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        outcomes = re.search("outcomes: ([APF]*)", done.stdout)
        assert outcomes, done.stdout + done.stderr
        wrong = [(trial, found) for trial, found in zip(expected, outcomes[1], strict=True) if trial.outcome != found]
        assert not wrong, (policy.source.text, wrong[0])
