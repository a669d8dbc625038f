"""A harness in Rust, compiled with mutants for the implementation and a stand-in of Kani, and run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ...spec.checked import CheckedPolicy
from .drivers import kani
from .handlers import Handler
from .programs import COMPILING, compiler, faulty, first_error, run
from .runs import RUNNING, Drawn, read
from .rust_handlers import handlers
from .verdicts import Runs

_ATTRIBUTE = re.compile(r"#\[\s*(?:cfg_attr\(\s*kani\s*,\s*)?kani::(\w+)[^\]]*\]")
_FUNCTION = re.compile(r"((?:#\[[^\]]*\]\s*)+)(?:pub(?:\s*\([^)]*\))?\s+)?fn\s+(\w+)")
_NO_CODE = re.compile(
    r"""//[^\n]*|/\*|(?<!\w)b?r(\#*)".*?"\1|"(?:\\.|[^"\\])*"|'(?:\\[^\n]|[^'\\\n])'""",
    re.DOTALL,
)

STOOD_IN = frozenset(("proof", "unwind", "solver"))
"""Attributes that change nothing of what a run comes to."""


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
    code = bare(text)
    attributes = {function: _ATTRIBUTE.findall(before) for before, function in _FUNCTION.findall(code)}
    proofs = [function for function, has in attributes.items() if "proof" in has]
    if not proofs:
        raise faulty(f"{name} has no #[kani::proof]", "name a harness for Kani")
    if harness.entry and harness.entry not in proofs:
        raise faulty(f"{name} has no proof `{harness.entry}`", f"it has {', '.join(proofs)}")
    if len(proofs) > 1 and not harness.entry:
        raise faulty(f"{name} has {len(proofs)} proofs", f"choose one: --entry {proofs[0]}")
    if f"{policy.name}_handler" not in code:
        help_ = f"a harness in Rust calls `super::{policy.name}_handler(config, …)`, as `--format kani` writes it"
        raise faulty(f"{name} never calls `{policy.name}_handler`", help_)
    entry = harness.entry or proofs[0]
    other = next((one for one in attributes[entry] if one not in STOOD_IN), None)
    if other is not None:
        help_ = "judge it with Kani: a run without it would come to something else"
        raise faulty(f"{name}: `{entry}` has #[kani::{other}], which runs know nothing of", help_)
    module = f"{policy.name}_proof"
    (folder / f"{module}.rs").write_text(re.sub(rf"\bfn {entry}\b", f"pub fn {entry}", _plain(text)), encoding="utf-8")
    (folder / "kani.rs").write_text(kani(words), encoding="utf-8")
    main = (
        "#![allow(warnings)]\n"
        f"mod {module};\n\n{handlers(policy, made, module)}\n\n"
        f"fn main() {{\n    kani::judge({module}::{entry}, {len(made)});\n}}\n"
    )
    (folder / "main.rs").write_text(main, encoding="utf-8")


def bare(text: str) -> str:
    """A text of Rust with blanks for what is no code: comments and literals."""
    made, at = "", 0
    while found := _NO_CODE.search(text, at):
        end = _comment_end(text, found.start()) if found[0] == "/*" else found.end()
        made += text[at : found.start()] + re.sub(r"[^\n]", " ", text[found.start() : end])
        at = end
    return made + text[at:]


def _comment_end(text: str, start: int) -> int:
    """Where a block comment ends; others may stand in it."""
    depth, at = 0, start
    for mark in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if mark[0] == "/*" else -1
        at = start + mark.end()
        if not depth:
            return at
    return len(text)


def _plain(text: str) -> str:
    """The harness without the attributes that only Kani knows."""
    made, at = "", 0
    for found in _ATTRIBUTE.finditer(bare(text)):
        made += text[at : found.start()]
        at = found.end()
    return (made + text[at:]).replace("pub fn", "fn")


def ran(harness: InRust, handlers_: int, folder: Path) -> Runs:
    """What runs of the harness come to. Raises Rejected where it cannot be compiled."""
    rustc = compiler("rustc", harness.path.name)
    crate = [rustc, "--edition=2021", "-O", "--crate-type=rlib", "kani.rs"]
    # Kani looks at what a build for debugging does.
    checks = ["-Coverflow-checks=on", "-Cdebug-assertions=on"]
    main = [rustc, "--edition=2021", "--cfg=kani", *checks, "-L.", "--extern=kani", "main.rs", "-o", "ran"]
    for command in (crate, main):
        done = run(command, folder, COMPILING)
        if done.code != 0:
            message = f"{harness.path.name} cannot be compiled: {first_error(done.err)}"
            raise faulty(message, "a harness in Rust is compiled alone, with a stand-in of Kani")
    return read(run([str(folder / "ran")], folder, RUNNING), handlers_)
