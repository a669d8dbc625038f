"""Situations of a policy: a configuration and the inputs, as a vector has them."""

from __future__ import annotations

from msgspec import Struct

from ..spec.checked import CheckedPolicy
from .instance import Value


class Point(Struct, frozen=True):
    """One configuration and one request, hashable: values in the order of the interface's configs and inputs.

    Where the configuration is not known, it is empty.
    """

    config: tuple[Value, ...]
    inputs: tuple[int, ...]

    def configured(self, policy: CheckedPolicy) -> dict[str, Value]:
        if not self.config:
            return {}
        return {v.name.id: value for v, value in zip(policy.interface.configs, self.config, strict=True)}

    def given(self, policy: CheckedPolicy) -> dict[str, int]:
        return {v.name.id: value for v, value in zip(policy.interface.inputs, self.inputs, strict=True)}


def point(policy: CheckedPolicy, config: dict[str, Value], inputs: dict[str, int]) -> Point:
    return Point(
        tuple(config[v.name.id] for v in policy.interface.configs),
        tuple(inputs[v.name.id] for v in policy.interface.inputs),
    )
