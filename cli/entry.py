"""The process: one place where exceptions become messages and exit codes."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit. 0 to 4 and 70 are the commands' own; 2 is a wrong use, 130 an interruption."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line and give back the exit code."""
    import click

    from ..spec.diagnostics import Rejected
    from .commands import parley

    try:
        code = parley.main(arguments, prog_name="parley", standalone_mode=False)
        sys.stdout.flush()
    except Rejected as error:
        from .diagnostics import to_stderr

        to_stderr(error.diagnostics)
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
