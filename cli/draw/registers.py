"""What stands in the registers that an interface names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parley.spec.checked import CheckedInterface
from parley.spec.syntax import Variable

NO_VALUE = "no value"


def registers_in(interface: CheckedInterface, values: Mapping[str, int | bool | None]) -> dict[str, str]:
    """The registers of the request, in hexadecimal."""
    return _registers(interface.inputs, values)


def registers_out(interface: CheckedInterface, values: Mapping[str, int | bool | None]) -> dict[str, str]:
    """The registers of the reply, in hexadecimal; `no value` where an output has none."""
    return _registers(interface.outputs, values)


def _registers(variables: Iterable[Variable], values: Mapping[str, int | bool | None]) -> dict[str, str]:
    return {v.register.id: _shown(values.get(v.name.id)) for v in variables if v.register}


def _shown(value: int | bool | None) -> str:
    return NO_VALUE if value is None else f"{int(value):#x}"


def pairs(registers: Mapping[str, str]) -> str:
    """`x0=0x0 x1=0x10000`, without those that have no value."""
    return " ".join(f"{name}={value}" for name, value in registers.items() if value != NO_VALUE)


def exchange(interface: CheckedInterface, request: Mapping[str, int], reply: Mapping[str, int | bool | None]) -> str:
    """`x1=0x10001 → x0=0x0 x1=0x10000`: request and reply; empty where the interface names no registers."""
    asked, answered = pairs(registers_in(interface, request)), pairs(registers_out(interface, reply))
    return " → ".join(part for part in (asked, answered) if part)
