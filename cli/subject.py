"""POLICY arguments: `NAME`, `FILE`, or either with `:policy` where a file has several."""

from __future__ import annotations

from pathlib import Path

from ..spec.checked import CheckedPolicy, Program
from ..spec.diagnostics import Diagnostic, Rejected, nearest
from ..spec.load import Loader


def address(program: Program, policy: CheckedPolicy) -> str:
    """The POLICY argument that names a policy."""
    target = policy.source.argument or policy.source.name
    several = [other.name for other in program.policies.values() if other.source is policy.source]
    return target if len(several) == 1 or policy.name == Path(target).stem else f"{target}:{policy.name}"


def find_policy(argument: str) -> tuple[Program, CheckedPolicy]:
    """The policy of a POLICY argument. Raises Rejected where there is none, or several, or the file is faulty."""
    target, colon, name = argument.rpartition(":")
    if not colon or not name.isidentifier():
        target, name = argument, ""
    loader = Loader()
    program = loader.load(target)
    if program is None:
        raise Rejected(*loader.problems)
    policies = {policy.name: policy for policy in program.own_policies}
    if not policies:
        raise Rejected(Diagnostic("P501", f"`{target}` declares no policy", "name a file that does"))
    if not name and len(policies) > 1:
        name = Path(target).stem
        if name not in policies:
            listed = ", ".join(f"{target}:{policy}" for policy in policies)
            raise Rejected(Diagnostic("P507", f"`{target}` has several policies", f"choose one: {listed}"))
    if name and name not in policies:
        near = nearest(name, list(policies))
        raise Rejected(
            Diagnostic(
                "P502",
                f"`{target}` has no policy `{name}`",
                f"did you mean `{near}`?" if near else f"it has {', '.join(policies)}",
            )
        )
    return program, policies[name] if name else next(iter(policies.values()))
