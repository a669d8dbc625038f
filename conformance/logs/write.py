"""What TF-RMM prints for a call: the line that `lines.py` reads."""

from __future__ import annotations

from collections.abc import Mapping

from ...spec.checked_interface import CheckedInterface
from ...spec.registers import number
from ...spec.syntax import Enumeration, Variable

COLUMNS = 33
"""Columns of the command's name, RMI_ and RSI_ alike."""

SHORT_FAILURES = "RMI_"
"""Of these interfaces' commands, what fails is printed without its outputs."""


def unwritable(interface: CheckedInterface) -> str:
    """Why calls of an interface cannot be printed with all that was asked and answered; empty where they can."""
    missing = next((v for v in interface.inputs if v.register is None), None)
    if missing is not None:
        return f"`{missing.name.id}` is in no register, and a line of the log has registers"
    if all(variable.register is None for variable in interface.outputs):
        return "no output is in a register, and a line of the log has registers"
    return ""


class LogWriter:
    """Writes the calls of one interface's command."""

    def __init__(self, interface: CheckedInterface) -> None:
        self.command = f"SMC_{interface.name}"
        self.inputs = _placed(interface.inputs)
        self.outputs = _placed(interface.outputs)
        self.names: dict[int, str] = {}
        status = next((v for v in interface.outputs if v.register is not None and number(v.register.id) == "0"), None)
        if status is not None and isinstance(status.type, Enumeration):
            self.names = {code: label.id for label, code in status.type.values}
        self.short = interface.name.startswith(SHORT_FAILURES) and bool(self.names)

    def line(self, asked: Mapping[str, int], replied: Mapping[str, int]) -> str:
        """The line of a request and its reply, by what stands in their registers."""
        request = _columns(self.inputs, asked, 1)
        status, *rest = _columns(self.outputs, replied, 0)
        shown = self.names.get(status, f"{status:x}")
        columns = [] if self.short and status else [f"{word:x}" for word in rest]
        words = [f"{self.command:<{COLUMNS}}", *(f"{word:x}" for word in request), ">", shown, *columns]
        return " ".join(words)


def _placed(variables: tuple[Variable, ...]) -> dict[int, str]:
    """The registers of some variables, by their numbers."""
    return {int(number(v.register.id)): v.register.id for v in variables if v.register is not None}


def _columns(registers: Mapping[int, str], words: Mapping[str, int], first: int) -> list[int]:
    """What stands in the registers from the first to the last; 0 in those that are none of the interface's."""
    return [words[registers[at]] if at in registers else 0 for at in range(first, max(registers, default=first) + 1)]
