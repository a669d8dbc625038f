"""The shape of a harness, from the command's options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley.harnesses import harness_shape
from parley.spec.diagnostics import Diagnostic, Rejected

from .command import Options

if TYPE_CHECKING:
    from parley.harnesses import Shape
    from parley.spec.checked import CheckedPolicy


def shape_of(options: Options, policy: CheckedPolicy, config: dict[str, str]) -> tuple[str, Shape | None]:
    """The format, which is cbmc where a recipe or a call is given and none is; and the shape of a harness, if one is
    asked for. Raises Rejected for options that say nothing to the format.
    """
    given = {
        "--recipe": options.recipe is not None,
        "--call": bool(options.call),
        "--declares": bool(options.declares),
        "--reads": bool(options.reads),
        "--header": bool(options.headers),
    }
    calls = [option for option, is_given in given.items() if is_given]
    format_ = "cbmc" if calls and options.output.format == "text" else options.output.format
    if calls and format_ != "cbmc":
        raise _useless(calls[0], "--format cbmc", format_)
    if options.symbolic is not None and format_ not in ("cbmc", "kani"):
        raise _useless("--symbolic", "--format cbmc or kani", format_)
    if format_ not in ("cbmc", "kani"):
        return format_, None
    return format_, harness_shape(
        policy,
        config,
        symbolic=options.symbolic,
        recipe=options.recipe,
        call=options.call,
        declares=options.declares,
        reads=options.reads,
        headers=options.headers,
    )


def _useless(option: str, needs: str, format_: str) -> Rejected:
    return Rejected(Diagnostic("P504", f"{option} says nothing to --format {format_}", f"it is for {needs}"))
