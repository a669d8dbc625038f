"""`parley vectors SESSION`: what a caller decides about replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley.deciding import decisions
from parley.spec.diagnostics import Diagnostic, Rejected

from ..draw.rows import laid_out
from .command import Options

if TYPE_CHECKING:
    from parley.spec.checked import CheckedSession


def decided(options: Options, session: CheckedSession) -> int:
    """Print the suite, or what it comes to; the exit code. Raises Rejected for options that only a policy takes."""
    given = {
        "--minimal": options.minimal,
        "--random": options.more,
        "--symbolic": options.symbolic,
        "--recipe": options.recipe,
        "--call": options.call,
        "--declares": options.declares,
        "--reads": options.reads,
        "--header": options.headers,
    }
    useless = [name for name, value in given.items() if value] or [one.partition("=")[0] for one in options.named]
    if useless:
        message = f"{useless[0]}: `{session.name}` is a session, and its host's decisions take no such option"
        raise Rejected(Diagnostic("P504", message, "leave it out, or name a policy"))
    made, output = decisions(session), options.output
    if output.format != "text":
        output.write(made.export(output.format))
        return made.code
    title = output.style(f"{session.host.name}, {session.interface.name}", bold=True)
    rows = [*made.figures, ("the suite", "with --format kunit")]
    output.write("\n".join([title, *laid_out(rows)]) + "\n")
    return made.code
