"""Harnesses for model checkers: the shapes that they may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from parley.spec.checked import CheckedPolicy
from parley.spec.diagnostics import Diagnostic, Rejected
from parley.spec.program import Program

from .given import Given
from .naming import policy_of

if TYPE_CHECKING:
    from parley.vectors.export.c_harness import Shape

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

    It is for one configuration, or for every table of up to `symbolic` revisions. `call` are statements of C that call the implementation and
    name its inputs, `declares` what they use beside that, `reads` where each output is found then (`x0=res.x[0]`), and
    `headers` what is included; `recipe` has all of it for a project's file, by its name or as a file, and what is given
    beside it takes the place of what it says. Raises Rejected (P504, P512).
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
