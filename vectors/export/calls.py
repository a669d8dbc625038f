"""How an implementation is called that has no handler of Parley's shape: statements of C, as their user writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from ...spec.checked_interface import CheckedInterface
from ...spec.diagnostics import Diagnostic, Rejected, listed, meant, printable
from ...spec.syntax import Variable
from .names import C_KEYWORDS, words

SHOWN = 80
"""Of what a user wrote, a message has so many characters."""

TAKEN = words("any config reply answered main i")
"""What a harness calls its own variables beside a call."""

_STRING = r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'"
_TOKEN = re.compile(rf"{_STRING}|[A-Za-z_]\w*|\d[\w.]*|\s+|.", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLACE = re.compile(r"\(?\*?[A-Za-z_]\w*\)?(?:(?:\.|->)[A-Za-z_]\w*|\[\w+\])*")
_CLOSED_BY = {"(": ")", "[": "]", "{": "}"}


class Call(Struct, frozen=True):
    """`statements` call the implementation and name every input, by its name or its register.

    `declares` is what they use beside that, and `reads` says for each output, in the same way, where its word is found
    afterwards. `headers` are included.
    """

    statements: str
    declares: str = ""
    reads: Mapping[str, str] = {}
    headers: tuple[str, ...] = ()


class Written(Struct, frozen=True):
    """A call in C: lines, without their indentation. `places` are those that are read and can be written to."""

    declares: tuple[str, ...]
    places: tuple[str, ...]
    statements: str
    reads: tuple[tuple[str, str], ...]


def called_by(variable: Variable) -> str:
    """An input or output as messages have it: `requested` (x1)."""
    return f"`{variable.name.id}`" + ("" if variable.register is None else f" ({variable.register.id})")


def written(interface: CheckedInterface, call: Call, names: Mapping[str, str]) -> Written:
    """The call in C, where the inputs are called by `names`. Raises Rejected where it cannot be one (P520)."""
    declared = declared_by(call)
    inputs = _by_name(interface.inputs, names)
    statements = _checked("--call", call.statements.strip())
    used = _free(statements)
    for variable in interface.inputs:
        spelled = {variable.name.id, *([variable.register.id] if variable.register is not None else [])}
        if used.isdisjoint(spelled - set(declared)):
            help_ = f"write {' or '.join(f'`{one}`' for one in sorted(spelled, key=len))} where the call takes it"
            raise faulty(f"--call does not name the input {called_by(variable)}", help_)
    if "(" not in statements:
        raise faulty("--call calls nothing", f"write a call, such as `smc_version({next(iter(inputs), '')}, &res)`")
    taken = sorted(TAKEN.intersection(declared) | set(declared).intersection(names.values()))
    if taken:
        raise faulty(f"--declares declares `{taken[0]}`, which the harness has already", "call it something else")
    reads = _reads(interface, call, declared)
    return Written(
        tuple(f"{part.strip()};" for part in _checked("--declares", call.declares).split(";") if part.strip()),
        tuple(place for _, place in reads if _PLACE.fullmatch(place)),
        f"{_put(statements, inputs).rstrip(';')};",
        reads,
    )


def declared_by(call: Call) -> list[str]:
    """The names that `declares` declares: what stands before `;`, `,`, `=` or `[`, and is no keyword."""
    found = re.findall(r"([A-Za-z_]\w*)\s*(?=[;,=\[]|$)", call.declares.strip())
    return [name for name in found if name not in C_KEYWORDS]


def named_reads(texts: Iterable[str]) -> dict[str, str]:
    """What each output is read from: `x0=res.x[0]`, one or several of them separated by commas. Raises Rejected."""
    made: dict[str, str] = {}
    for text in texts:
        for part in _separated(text):
            name, is_, place = part.partition("=")
            if not is_ or not name.strip() or not place.strip():
                shown = printable(part.strip())[:SHOWN]
                raise faulty(f"--reads {shown}: this is no output with its place", "write --reads 'x0=res.x[0]'")
            if name.strip() in made:
                raise faulty(f"--reads has `{printable(name.strip())[:SHOWN]}` twice", "leave one of them out")
            made[name.strip()] = place.strip()
    return made


def faulty(message: str, help_: str) -> Rejected:
    """What is said of a call that is none."""
    return Rejected(Diagnostic("P520", message, help_))


def _reads(interface: CheckedInterface, call: Call, declared: list[str]) -> tuple[tuple[str, str], ...]:
    """The outputs in their order, each with where it is read."""
    by_name = _by_name(interface.outputs, {v.name.id: v.name.id for v in interface.outputs})
    made: dict[str, str] = {}
    for name, place in call.reads.items():
        if name not in by_name:
            help_ = meant(name, by_name, f"the outputs are {', '.join(map(called_by, interface.outputs))}")
            raise faulty(f"--reads names `{printable(name)[:SHOWN]}`, which is no output", help_)
        if by_name[name] in made:
            raise faulty(f"--reads says twice where `{by_name[name]}` is read", "leave one of them out")
        made[by_name[name]] = _checked("--reads", place)
        if declared and not set(tokens(place)) & {*declared, "config"}:
            help_ = f"--declares has {listed(declared)}"
            raise faulty(f"--reads {name}={printable(place)[:SHOWN]} reads nothing that the call fills in", help_)
    missing = [v for v in interface.outputs if v.name.id not in made]
    if missing:
        spelled = ",".join(f"{v.register.id if v.register else v.name.id}=…" for v in missing)
        raise faulty(f"it is not said where {called_by(missing[0])} is read", f"write --reads '{spelled}'")
    return tuple((v.name.id, made[v.name.id]) for v in interface.outputs)


def _by_name(variables: Iterable[Variable], names: Mapping[str, str]) -> dict[str, str]:
    """What each variable is called, by its name and by its register."""
    made: dict[str, str] = {}
    for variable in variables:
        made[variable.name.id] = names[variable.name.id]
        if variable.register is not None:
            made.setdefault(variable.register.id, names[variable.name.id])
    return made


def tokens(text: str) -> list[str]:
    """The names and keywords in a text of C, without what stands in strings."""
    return [token for token in _TOKEN.findall(text) if _WORD.fullmatch(token)]


def _put(text: str, names: Mapping[str, str]) -> str:
    """The text with some names replaced; `res.x1` is a member, and stays."""
    made = ""
    for token in _TOKEN.findall(text):
        made += token if made.rstrip().endswith((".", "->")) else names.get(token, token)
    return made


def _free(text: str) -> set[str]:
    """The names in a text that are none of members."""
    before = ""
    made: set[str] = set()
    for token in _TOKEN.findall(text):
        if _WORD.fullmatch(token) and not before.rstrip().endswith((".", "->")):
            made.add(token)
        before += token
    return made


def _separated(text: str) -> list[str]:
    """The parts between commas that stand in no parentheses."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(text):
        depth += (token in _CLOSED_BY) - (token in _CLOSED_BY.values())
        if token == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += token
    return [part for part in parts if part.strip()]


def _checked(option: str, text: str) -> str:
    """A text that ends nothing that it has not begun. Raises Rejected."""
    shown = f"{option} {printable(text)[:SHOWN]}"
    if any(c in text for c in "\n\r#`\\") or "/*" in text or "//" in text or not text.isprintable():
        raise faulty(f"{shown}: comments, directives and line breaks have no place here", "write statements of C alone")
    open_: list[str] = []
    for token in _TOKEN.findall(text):
        if token in ('"', "'"):
            raise faulty(f"{shown}: a string is not closed", f"close it with {token}")
        if token in _CLOSED_BY:
            open_.append(_CLOSED_BY[token])
        elif token in _CLOSED_BY.values() and (not open_ or open_.pop() != token):
            raise faulty(f"{shown}: `{token}` closes nothing", f"leave `{token}` out, or open it before")
    if open_:
        raise faulty(f"{shown}: `{open_[-1]}` is missing", f"close it with `{open_[-1]}`")
    return text
