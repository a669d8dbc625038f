"""An RMM that is served: requests a line in, replies a line out, through pipes or on a unix socket.

A line that is no request gets `{"error": "why"}`, with its `id` where it has one, and serving goes on.
"""

from __future__ import annotations

import select
import socket
import stat
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, TypeAlias

import msgspec

from ..model.instance import Instance, Value, instance_of, words_of
from ..model.oracle import Outputs
from ..spec.diagnostics import Diagnostic, Rejected, printable
from ..spec.files import reason
from .batch import Body, repeated
from .fields import config_in, key_of, word_in
from .output import LONGEST_LINE, object_in
from .responder import NoRequest, Responder

Choices: TypeAlias = "Callable[[Instance], list[Outputs]]"
"""What an RMM may answer at a point; nothing where it has no answer."""

Log: TypeAlias = "Callable[[Mapping[str, int], Mapping[str, int]], object]"
"""Is told what stands in the registers of each request and of its reply."""

CHUNK = 1 << 16
_TICK = 0.2
"""Seconds after which a socket that waits looks up."""

VERDICTS = ("pass", "fail")
"""What a line of a test program may have in the place of a request."""


def reply_at(responder: Responder, at: Instance, choices: list[Outputs], choice: int = 0) -> Body:
    """The reply to a request, one of the choices or the last of them; or that there is none, as an `error`."""
    if not responder.oracle.admits(at.config, at.inputs):
        return {"error": "the policy's assumptions rule this request out"}
    if not choices:
        return {"error": "the RMM has no answer to this request"}
    return responder.reply(choices[min(choice, len(choices) - 1)])


def clash(responder: Responder) -> str | None:
    """What a line would have twice, if anything: then there is no way to talk about the interface."""
    interface = responder.interface
    configs = [v.name.id for v in interface.configs]
    inputs = [name for v in interface.inputs for name in dict.fromkeys((key_of(v), v.name.id))]
    outputs = [key_of(v) for v in interface.outputs]
    return repeated(["id", "start", *VERDICTS, *configs, *inputs]) or repeated(["id", "error", *outputs])


class Service:
    """One RMM. Without a configuration of its own, it has the one that each request brings along.

    `served` counts the requests that were answered.
    """

    def __init__(
        self, responder: Responder, choices: Choices, config: dict[str, Value] | None = None, log: Log | None = None
    ) -> None:
        self.responder = responder
        self.interface = responder.interface
        self.choices = choices
        self.config = config
        self.log = log
        self.served = 0

    def reply(self, request: Body) -> Body:
        """The reply to a request, as JSON has them: with its `id`, and an `error` where it is none."""
        number = {"id": request["id"]} if "id" in request else {}
        try:
            config = self._configured(request)
            inputs = self.responder.read(request)
        except NoRequest as error:
            return {**number, "error": str(error)}
        at = instance_of(self.interface, config, inputs)
        replied = reply_at(self.responder, at, self.choices(at))
        if "error" not in replied:
            self.served += 1
            if self.log is not None:
                words = {key: word for key, field in replied.items() if (word := word_in(field)) is not None}
                self.log(self._asked(inputs), words)
        return {**number, **replied}

    def line(self, line: bytes) -> bytes:
        """The reply to a line, as a line."""
        fields = object_in(line)
        return msgspec.json.encode({"error": fields} if isinstance(fields, str) else self.reply(fields)) + b"\n"

    def _configured(self, request: Body) -> dict[str, Value]:
        """The configuration, which a request may bring along. Raises NoRequest."""
        interface, own = self.interface, self.config
        given = [v for v in interface.configs if v.name.id in request]
        if own is not None:
            for variable in given:
                if self._config(request, variable.name.id) != own[variable.name.id]:
                    raise NoRequest(f"`{variable.name.id}` is another one here: this RMM has one configuration")
            return own
        missing = next((v.name.id for v in interface.configs if v not in given), None)
        if missing is not None:
            raise NoRequest(f"`{missing}` is not known: give it here, or to the RMM when it starts")
        return {v.name.id: self._config(request, v.name.id) for v in given}

    def _config(self, request: Body, name: str) -> Value:
        try:
            value = config_in(self.interface.variables[name], request[name], self.interface.format)
        except ValueError as error:
            raise NoRequest(str(error)) from None
        if not all(map(self.interface.format.well_formed, words_of(value))):
            raise NoRequest(f"`{name}` has a revision with reserved bits set")
        return value

    def _asked(self, inputs: Mapping[str, Value]) -> dict[str, int]:
        made: dict[str, int] = {}
        for variable in self.interface.inputs:
            value = inputs[variable.name.id]
            if variable.register is not None and isinstance(value, int):
                made[variable.register.id] = self.responder.oracle.content(variable.name.id, value)
        return made

    # ---- pipes and sockets ------------------------------------------------------------------------------

    def serve(self, reader: BufferedIOBase, writer: BinaryIO) -> None:
        """Answer line by line, until there is nothing more to read."""

        def write(reply: bytes) -> None:
            writer.write(reply)
            writer.flush()

        self._talk(lambda: reader.read1(CHUNK), write)

    def listen(self, path: Path, ready: Callable[[], None] = lambda: None) -> None:
        """Serve on a unix socket, one connection after the other, until this is interrupted; then the socket is gone.

        `ready` is called when it can be connected to. Raises Rejected (P512) where it cannot be made.
        """
        with listening(path) as server:
            ready()
            while True:
                _wait_for(server)
                connection, _ = server.accept()
                # Whoever is connected may go at any time.
                with suppress(OSError), connection:
                    self._talk(lambda connection=connection: _received(connection), connection.sendall)

    def _talk(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        incoming, too_long = b"", False
        while chunk := read():
            *lines, incoming = (incoming + chunk).split(b"\n")
            for line in lines:
                if not too_long:
                    self._reply_to(line, write)
                too_long = False
            if len(incoming) > LONGEST_LINE and not too_long:
                self._reply_to(incoming, write)
                too_long = True
            incoming = b"" if too_long else incoming
        self._reply_to(incoming, write)

    def _reply_to(self, line: bytes, write: Callable[[bytes], object]) -> None:
        if len(line) > LONGEST_LINE:
            write(msgspec.json.encode({"error": f"a line of more than {LONGEST_LINE} bytes"}) + b"\n")
        elif line.strip():
            write(self.line(line))


def _received(connection: socket.socket) -> bytes:
    _wait_for(connection)
    return connection.recv(CHUNK)


def _wait_for(one: socket.socket) -> None:
    """Wait until there is something to read, and look up now and then: an interruption just before would be missed."""
    while not select.select([one], [], [], _TICK)[0]:
        pass


@contextmanager
def listening(path: Path) -> Generator[socket.socket]:
    """A socket that listens, and is removed in the end. Raises Rejected (P512).

    Only a socket that nobody serves is replaced.
    """
    server = socket.socket(socket.AF_UNIX)
    try:
        try:
            _make_room(path)
            server.bind(str(path))
            server.listen(1)
            made = path.stat()
        except (OSError, ValueError) as error:
            raise _unserved(path, reason(error)) from None
        try:
            yield server
        finally:
            # Somebody may have put another file there.
            with suppress(OSError):
                if path.stat().st_ino == made.st_ino:
                    path.unlink()
    finally:
        server.close()


def _make_room(path: Path) -> None:
    """Remove a socket that was left over. Raises Rejected, or OSError."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise _unserved(path, "it is no socket, and is not replaced")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except TimeoutError:
            pass
        except ConnectionRefusedError:
            path.unlink()
            return
    raise _unserved(path, "another program serves it")


def _unserved(path: Path, why: str) -> Rejected:
    message = f"`{printable(str(path))}` cannot be served: {why}"
    return Rejected(Diagnostic("P512", message, "choose another path for the socket"))
