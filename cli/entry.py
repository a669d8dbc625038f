"""The process: one place where exceptions become messages and exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from .interrupt import end_soon_when_interrupted

UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EBADF)
"""What the system says where standard output takes no more, such as of `--help`, which no command writes."""


def main() -> None:
    """Run the command line and exit. 0 to 4 and 70 are the commands' own; 2 is a wrong use, 130 an interruption."""
    # A short life with many small objects and no cycles to speak of: collecting them takes a tenth of a run.
    gc.set_threshold(100_000)
    # Where the caller closed one of them, Python has none.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    stdout: Any = sys.stdout
    # What the terminal's encoding lacks is written by its number; the report goes on.
    stdout.reconfigure(errors="backslashreplace")
    try:
        end_soon_when_interrupted()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Before or behind what `run` does, which tells of it by itself.
        print("interrupted", file=sys.stderr)
        code = 130
    with suppress(OSError):
        stdout.flush()
    with suppress(OSError):
        sys.stderr.flush()
    # Taking the solver's terms apart one by one takes longer than a small proof; the process ends here anyway.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line and give back the exit code."""
    import click
    from parley.spec.diagnostics import Rejected

    from .commands import parley
    from .completion import VARIABLE

    try:
        # The shell asks how the words before the cursor go on.
        asked = os.environ.get(VARIABLE)
        if asked:
            from click.shell_completion import shell_complete

            return shell_complete(parley, {}, "parley", VARIABLE, asked)
        # Not `parley.main`: that makes an error with exit code 1 of a closed pipe.
        with parley.make_context("parley", arguments) as context:
            code = parley.invoke(context)
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
    except OSError as error:
        if error.errno not in UNWRITABLE:
            print(_defect(error), file=sys.stderr)
            return 70
        print(
            f"error P506: nothing more can be written: {error.strerror}\n  help: choose another file\n", file=sys.stderr
        )
        return 2
    except Exception as error:
        print(_defect(error), file=sys.stderr)
        return 70
    return code if isinstance(code, int) else 0


def _defect(error: Exception) -> str:
    """A mistake of Parley's own: loud, in a few lines, and with what a report of it needs."""
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}"
    what = f"{type(error).__name__}: {str(error)[:300]}".rstrip(": ")
    return f"parley: a defect of Parley itself: {what} (at {where})\nplease report it, with the file that was checked"
