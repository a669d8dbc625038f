"""A harness in Rust, compiled with mutants for the implementation and a stand-in of Kani, and run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from .handlers import Handler
from .programs import COMPILING, compiler, faulty, first_error, run
from .runs import INPUTS, RUNNING, TRIES, Drawn, read
from .rust_driver import KANI
from .rust_handlers import handlers
from .verdicts import Runs

_ATTRIBUTE = re.compile(r"#\[kani::\w+(?:\([^\]]*\))?\]")
_PROOF = re.compile(r"#\[kani::proof\](?:\s*#\[[^\]]*\])*\s*(?:pub\s+)?fn\s+(\w+)")


class InRust(Struct, frozen=True):
    """A harness in Rust. `entry` is the proof to run, where it has several."""

    path: Path
    entry: str = ""


def write(harness: InRust, policy: CheckedPolicy, made: Sequence[Handler], words: Drawn, folder: Path) -> None:
    """Write the files that are compiled. Raises Rejected (P521)."""
    name = harness.path.name
    try:
        text = harness.path.read_text("utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise faulty(f"{name} cannot be read: {why}", "name a file of C or Rust") from None
    proofs = _PROOF.findall(text)
    if not proofs:
        raise faulty(f"{name} has no #[kani::proof]", "name a harness for Kani")
    if harness.entry and harness.entry not in proofs:
        raise faulty(f"{name} has no proof `{harness.entry}`", f"it has {', '.join(proofs)}")
    if len(proofs) > 1 and not harness.entry:
        raise faulty(f"{name} has {len(proofs)} proofs", f"choose one: --entry {proofs[0]}")
    if f"{policy.name}_handler" not in text:
        help_ = f"a harness in Rust calls `super::{policy.name}_handler(config, …)`, as `--format kani` writes it"
        raise faulty(f"{name} never calls `{policy.name}_handler`", help_)
    entry = harness.entry or proofs[0]
    module = f"{policy.name}_proof"
    (folder / f"{module}.rs").write_text(re.sub(rf"\bfn {entry}\b", f"pub fn {entry}", _plain(text)), encoding="utf-8")
    pool, steps = (", ".join(f"{word:#x}" for word in listed) for listed in (words.pool, words.steps))
    kani = KANI.replace("@POOL@", pool).replace("@STEPS@", steps)
    kani = kani.replace("@INPUTS@", str(INPUTS)).replace("@TRIES@", str(TRIES))
    (folder / "kani.rs").write_text(kani, encoding="utf-8")
    main = (
        "#![allow(warnings)]\n"
        f"mod {module};\n\n{handlers(policy, made, module)}\n\n"
        f"fn main() {{\n    kani::judge({module}::{entry}, {len(made)});\n}}\n"
    )
    (folder / "main.rs").write_text(main, encoding="utf-8")


def _plain(text: str) -> str:
    """The harness without the attributes that only Kani knows."""
    return _ATTRIBUTE.sub("", text).replace("pub fn", "fn")


def ran(harness: InRust, handlers_: int, folder: Path) -> Runs:
    """What runs of the harness come to. Raises Rejected where it cannot be compiled."""
    rustc = compiler("rustc", harness.path.name)
    kani = [rustc, "--edition=2021", "-O", "--crate-type=rlib", "kani.rs"]
    main = [rustc, "--edition=2021", "--cfg=kani", "-L.", "--extern=kani", "main.rs", "-o", "ran"]
    for command in (kani, main):
        done = run(command, folder, COMPILING)
        if done.code != 0:
            message = f"{harness.path.name} cannot be compiled: {first_error(done.err)}"
            raise faulty(message, "a harness in Rust is compiled alone, with a stand-in of Kani")
    return read(run([str(folder / "ran")], folder, RUNNING), handlers_)
