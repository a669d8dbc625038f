"""Ctrl-C ends the command within a second, also while the solver is at work.

Python acts on a signal between two of its own steps, and one question to the solver is one step, however long it takes.
So a thread of its own is woken by the signal. Where the main thread does not take notice soon, it is in the solver, has
nothing to clean up but the programs that it started, and the process ends.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

PATIENCE = 0.5
"""Seconds that the main thread has to take notice."""


def end_soon_when_interrupted() -> None:
    """To be called once, by the main thread, before there is anything to interrupt."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        # Whoever started this process wants it to go on (`nohup`, a shell's `&`).
        return
    noticed = threading.Event()

    def raise_here(_number: int, _frame: FrameType | None) -> NoReturn:
        noticed.set()
        raise KeyboardInterrupt

    ours, theirs = socket.socketpair()
    theirs.setblocking(False)

    def wait(_end: socket.socket) -> None:
        while signal.SIGINT not in ours.recv(64):
            pass
        if not noticed.wait(PATIENCE):
            os.write(sys.stderr.fileno(), b"\ninterrupted\n")
            # A program under test may be waiting meanwhile; where none was started, this was not imported.
            process = sys.modules.get("parley.conformance.process")
            if process is not None:
                process.stop_children()
            os._exit(130)

    signal.signal(signal.SIGINT, raise_here)
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    # The thread keeps the other end.
    threading.Thread(target=wait, args=(theirs,), daemon=True).start()
