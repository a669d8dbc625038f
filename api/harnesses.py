"""Harnesses for model checkers: the shapes that they may have, and how strong one is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.files import exists, is_plain
from parley.spec.program import Program

from .given import Given, configuration
from .naming import policy_of
from .results import Result, Table
from .suites import left_out, need_concrete

if TYPE_CHECKING:
    from parley.vectors.export.c_harness import Shape as Shape
    from parley.vectors.harness.verdicts import HarnessScored
    from parley.vectors.mutants import Mutant

LARGEST = 64
"""Revisions in a table that is filled symbolically."""


def recipes() -> list[str]:
    """The names of the recipes that come with Parley."""
    from parley.vectors.export.recipes import shipped

    return shipped()


def harness_shape(
    policy: CheckedPolicy | Program,
    config: Mapping[str, Given] | None = None,
    *,
    symbolic: int | None = None,
    recipe: str | None = None,
    call: str = "",
    declares: str = "",
    reads: str | Iterable[str] = (),
    headers: Iterable[str] = (),
) -> Shape:
    """The shape of a harness, for `SuiteResult.export`.

    It is for one configuration, or for every table of up to `symbolic` revisions (with a recipe, of exactly as many).
    `call` are statements of C that call
    the implementation and name its inputs, `declares` what they use beside that, `reads` where each output is found
    then (`x0=res.x[0]`), and `headers` what is included; `recipe` has all of it for a project's file, by its name or as
    a file, and what is given beside it takes the place of what it says. Raises Rejected (P504, P520).
    """
    from parley.vectors.export.c_harness import REVISIONS, Shape
    from parley.vectors.export.calls import Call, faulty, named_reads, tokens, written
    from parley.vectors.export.recipes import recipe as of_recipe

    interface = policy_of(policy).interface
    if symbolic is not None and not 1 <= symbolic <= LARGEST:
        message = f"--symbolic {symbolic}: a table has 1 to {LARGEST} revisions here"
        raise Rejected(Diagnostic("P504", message, "write --symbolic 4"))
    if symbolic is not None and config:
        message = "--symbolic is for every table, and the configuration of one build is given"
        raise Rejected(Diagnostic("P504", message, "leave one of the two out"))
    given = named_reads([reads] if isinstance(reads, str) else reads)
    named = tuple(headers)
    shaped = Call(call, declares, given, named) if call or declares or given or named else None
    made = None if recipe is None else of_recipe(recipe, interface, shaped)
    if made is not None:
        shaped = made.call
    elif shaped is not None and not call:
        raise faulty("it is not said how the implementation is called", "write --call 'smc_version(x1, &res)'")
    if shaped is not None:
        # What is wrong with it is said before any work is done.
        written(interface, shaped, {v.name.id: v.name.id for v in interface.inputs})
        if made is None and interface.configs and not config and "config" not in tokens(shaped.statements):
            name = interface.configs[0].name.id
            help_ = f"give one build (--{name} …), write `config->{name}` where the call takes it, or take a recipe"
            raise faulty(f"--call does not say which `{name}` the implementation has", help_)
    return Shape(symbolic or REVISIONS, None if made else shaped, made)


class JudgedMutant(Struct, frozen=True):
    """A mutant: what was changed in it, by which means it was judged, and the assertion that fails, or why none did."""

    name: str
    what: str
    kind: str
    means: str
    why: str


class HarnessResult(Result, frozen=True):
    """Which mutants of a policy a harness catches, and by which means that was found out."""

    policy: CheckedPolicy
    path: str
    scored: HarnessScored

    @property
    def code(self) -> int:
        """The exit code of `parley score --harness`: 1 where the harness fails with the policy's own handler or lets a
        mutant pass, 3 where it is not known of one, else 0.
        """
        if self.scored.contradicts or self.scored.missed:
            return 1
        return 3 if self.scored.unknown else 0

    @property
    def caught(self) -> list[JudgedMutant]:
        """The mutants that an assertion fails with, and which does."""
        by_name = {mutant.name: mutant for mutant in self.scored.tried}
        return [_judged(by_name[name], means, why) for name, (means, why) in self.scored.caught.items()]

    @property
    def missed(self) -> list[JudgedMutant]:
        """Those with which none does, as far as the means can tell."""
        return [_judged(one.mutant, one.means, one.why) for one in self.scored.missed]

    @property
    def unknown(self) -> list[JudgedMutant]:
        """Those of which it is not known, and why."""
        return [_judged(one.mutant, one.means, one.why) for one in self.scored.unknown]

    @property
    def untried(self) -> list[JudgedMutant]:
        """Those that no handler is like, and why."""
        return [_judged(mutant, "", why) for mutant, why in self.scored.untried]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is in no figure, where there are any."""
        return () if self.scored.contradicts else left_out(self.policy, 0, 0, self.scored.too_long)

    @property
    def policy_line(self) -> str:
        """What comes of the harness with the policy's own handler."""
        scored = self.scored
        if scored.contradicts:
            return f"the harness fails where the implementation is right: {scored.contradicts}"
        if scored.proved:
            return f"the harness holds with a handler of it (proved by {scored.checker} within the bound)"
        if not scored.inputs:
            return "no input was found that meets what the harness assumes"
        return f"the harness holds with a handler of it, as far as {scored.inputs} inputs tell"

    @property
    def means(self) -> str:
        """By which means the mutants were judged."""
        scored = self.scored
        runs = f"runs with {scored.inputs} inputs that meet its assumptions" if scored.inputs else ""
        asked = f"{scored.checker} about {scored.asked} mutants" if scored.asked else ""
        if runs and asked:
            return f"{runs}, then {asked} that these let pass"
        return runs or asked or "nothing"

    @property
    def empty(self) -> str:
        """What is said of a harness that catches nothing; else nothing."""
        scored = self.scored
        if scored.caught or scored.contradicts or not scored.missed:
            return ""
        none = "it catches none: whatever is answered, no assertion fails"
        idle = not scored.asserts and bool(scored.inputs)
        return f"{none}. It has no post-condition that says anything" if idle or not scored.inputs else none

    def table(self) -> Table:
        tried = self.scored.mutants
        rows = [
            ("the policy", self.policy_line),
            ("judged by", self.means),
            ("mutants", f"{tried.killed} caught, {tried.equivalent} proved equivalent, {tried.survived} not"),
            *(("missed", f"{one.what} ({one.means})") for one in self.missed),
            *(("not known", f"{one.what}: {one.why}") for one in self.unknown),
            *(("not tried", f"{one.what}: {one.why}") for one in self.untried),
            *(("warning", warning) for warning in self.warnings),
        ]
        return Table(tuple([*rows, ("empty", self.empty)] if self.empty else rows))


def _judged(mutant: Mutant, means: str, why: str) -> JudgedMutant:
    return JudgedMutant(mutant.name, mutant.what, mutant.kind, means, why)


_OF_BUILD = re.compile(r"^(?: \*|//) It is for one build: (.+)\.$", re.MULTILINE)
"""What stands at the head of a harness that Parley wrote for one build."""


def _build(policy: CheckedPolicy, file: Path, config: Mapping[str, Given] | None) -> Mapping[str, Given] | None:
    """The configuration that a harness is for, where it says so. Raises Rejected (P521) where another one is given."""
    said = _OF_BUILD.search(file.read_text("utf-8", errors="replace"))
    if said is None:
        return config
    of_file: dict[str, Given] = {}
    for part in str(said[1]).split("; "):
        name, _, value = part.partition(" ")
        of_file[name] = value
    try:
        build = configuration(policy, of_file)
    except Rejected:
        return config
    if config and configuration(policy, config) != build:
        message = f"{printable(file.name)} is for another build: {printable(said[1])}"
        raise Rejected(Diagnostic("P521", message, "give that one, or write the harness anew for this one"))
    return of_file


def score_harness(
    policy: CheckedPolicy | Program,
    path: str | PathLike[str],
    config: Mapping[str, Given] | None = None,
    *,
    recipe: str | None = None,
    call: str = "",
    declares: str = "",
    reads: str | Iterable[str] = (),
    flags: Iterable[str] = (),
    entry: str = "",
    means: Literal["run", "esbmc", "cbmc"] | None = None,
    unwind: int = 8,
) -> HarnessResult:
    """How strong a harness in C or Rust is: which mutants of the policy it catches in the place of an implementation.

    It calls the handler that `parley.suite(…).export("cbmc")` or `"kani"` writes for, or one as for `harness_shape`;
    a call of its own is for one configuration. `flags` are the compiler's, `entry` is the function to run or the proof.
    It is run with inputs that are drawn, and what these let pass is asked of a model checker, where there is one;
    `means` is for one of the two. Loops are unwound `unwind` times. One that Parley wrote for one build is scored for
    that one. Raises Rejected (P504, P520, P521).
    """
    from parley.vectors.harness.c_judge import InC
    from parley.vectors.harness.rust_judge import InRust
    from parley.vectors.harness.score import score

    policy = policy_of(policy)
    need_concrete(policy)
    name = fspath(path)
    file = Path(name)
    if not is_plain(file):
        shown = f"`{printable(name)[:200]}`"
        message = f"{shown} is no plain file" if exists(file) else f"there is no file {shown}"
        raise Rejected(Diagnostic("P521", message, "name a harness, a file of C or Rust"))
    config = _build(policy, file, config)
    shaped = recipe is not None or bool(call or declares or tuple(reads))
    shape = harness_shape(policy, config, recipe=recipe, call=call, declares=declares, reads=reads) if shaped else None
    if file.suffix == ".rs":
        if shape is not None or tuple(flags):
            raise Rejected(Diagnostic("P504", "a harness in Rust takes no call, recipe or flags", "leave them out"))
        harness = InRust(file, entry)
    else:
        of_call, of_recipe = (shape.call, shape.recipe) if shape is not None else (None, None)
        harness = InC(file, tuple(flags), of_call, of_recipe, entry or "main")
    checker = means if means in ("esbmc", "cbmc") else None
    fixed = configuration(policy, config)
    asks = means != "run"
    scored = score(policy, harness, fixed, checker, runs=checker is None, asks=asks, unwind=unwind)
    return HarnessResult(policy, name, scored)
