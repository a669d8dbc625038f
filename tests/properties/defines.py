"""What the parts of a random text share, and its `define`s: of the file, of the interface, and a policy's in their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from parley.spec.formatting.expressions import print_expr

from .draw import Draw, chance, pick, several
from .expressions import Expressions, Seen, Shape


@dataclass(frozen=True)
class Signed:
    """A `define` of the interface: the types of its parameters, and whether it has a body there."""

    name: str
    types: tuple[str, ...]
    bodied: bool

    @property
    def call(self) -> tuple[str, tuple[str, ...]]:
        return self.name, self.types


@dataclass
class Drawn:
    """What the parts of one text share."""

    draw: Draw
    shape: Shape
    loose: bool
    expressions: Expressions
    sets: list[str] = field(default_factory=list[str])
    ranges: list[str] = field(default_factory=list[str])
    words: list[str] = field(default_factory=list[str])
    flags: list[str] = field(default_factory=list[str])
    inputs: list[str] = field(default_factory=list[str])
    outputs: dict[str, str] = field(default_factory=dict[str, str])
    defines: list[Signed] = field(default_factory=list[Signed])
    filed: list[Signed] = field(default_factory=list[Signed])
    terms: list[str] = field(default_factory=list[str])
    optional: list[str] = field(default_factory=list[str])
    named: list[str] = field(default_factory=list[str])

    def chance(self, percent: int) -> bool:
        return chance(self.draw, percent)

    def formula(self, seen: Seen, depth: int) -> str:
        return print_expr(self.expressions.formula(seen, depth))

    def before(self) -> Seen:
        """What guards see: configuration and inputs."""
        calls = tuple(d.call for d in (*self.defines, *self.filed))
        return Seen(
            words=(*self.inputs, *self.words),
            sets=tuple(self.sets),
            flags=(*self.flags, *self.named),
            calls=calls,
            terms=tuple(self.terms),
        )

    def after(self) -> Seen:
        """What invariants see: the answer, too."""
        before = self.before()
        words = tuple(n for n, t in self.outputs.items() if t == "word")
        flags = tuple(n for n, t in self.outputs.items() if t == "bool")
        statuses = ("OK", "BAD") if "status" in self.outputs else ()
        sets = tuple(n for n, t in self.outputs.items() if t in ("set", "range"))
        seen = replace(before, words=(*words, *before.words), flags=(*flags, *before.flags), statuses=statuses)
        return replace(seen, sets=(*sets, *seen.sets))


def file_defines(drawn: Drawn) -> list[str]:
    """The `define`s of a file, now and then."""
    if not drawn.chance(8):
        return []
    # What a `define` of the file binds may be called like anything of the interface.
    names = several(drawn.draw, ["a", "b", "requested", "lower", "supported", "top"], 2)
    seen = Seen(words=tuple(names), literals=False)
    body = drawn.formula(seen, 1)
    drawn.filed.append(Signed("filed", ("word", "word"), bodied=True))
    lines = [f"define filed({', '.join(names)}) = {body}"]
    if drawn.chance(40):
        seen = Seen(words=("a",), literals=False, calls=(drawn.filed[0].call,))
        lines.append(f"define twice(a) = {drawn.formula(seen, 1)}")
        drawn.filed.append(Signed("twice", ("word",), bodied=True))
    return lines


KINDS_OF_DEFINES = [
    ("base", ("word", "word"), ("a", "b")),
    ("mark", ("word",), ("a",)),
    ("related", ("word", "word"), ("a", "b")),
    ("gate", ("bool", "bool"), ("g", "h")),
    ("among", ("word", "set"), ("a", "s")),
    ("fact", (), ()),
]
"""In an order: a body may call those before it."""


def defines(drawn: Drawn) -> list[str]:
    """Those of the interface, now and then."""
    lines: list[str] = []
    if "supported" in drawn.sets and drawn.chance(6):
        lines.append(f"    define top = {pick(drawn.draw, ['max', 'min'])} supported")
        drawn.terms.append("top")
    for name, types, _ in KINDS_OF_DEFINES:
        if not drawn.chance(12 if name in ("mark", "related", "fact") else 8):
            continue
        # Two relations of two words are too many to try.
        relation = all(d.bodied for d in drawn.defines) and name in ("mark", "related", "fact") and not drawn.loose
        if relation and drawn.chance(55):
            lines.append(f"    define {name}{parameters(name)}")
            drawn.defines.append(Signed(name, types, bodied=False))
        else:
            lines.append(f"    define {name}{parameters(name)} = {body_of(drawn, name)}")
            drawn.defines.append(Signed(name, types, bodied=True))
    return lines


def parameters(name: str) -> str:
    """The parameters of one of the interface's `define`s, as they are written."""
    names = next(parameters for kind, _, parameters in KINDS_OF_DEFINES if kind == name)
    return f"({', '.join(names)})" if names else ""


def body_of(drawn: Drawn, name: str) -> str:
    """A body for one of the interface's `define`s, which may call those that come before it."""
    at = [kind for kind, _, _ in KINDS_OF_DEFINES].index(name)
    _, types, names = KINDS_OF_DEFINES[at]
    earlier = [kind for kind, _, _ in KINDS_OF_DEFINES[:at]]
    calls = tuple(d.call for d in (*drawn.defines, *drawn.filed) if d.name in earlier or d in drawn.filed)
    if name == "gate":
        return pick(drawn.draw, ["g and h", "g or not h", "g implies h", "g iff h"])
    if name == "among":
        return pick(drawn.draw, ["a in s", "some r in s: r <= a", "every r in s: a < r", "a not in s"])
    words = tuple(n for n, t in zip(names, types, strict=True) if t == "word")
    seen = Seen(words=words, calls=calls)
    if drawn.chance(25):
        seen = replace(seen, words=(*words, *drawn.words), sets=tuple(drawn.sets), flags=tuple(drawn.flags))
    if name == "fact":
        seen = replace(seen, words=(*drawn.inputs, *drawn.words), sets=tuple(drawn.sets))
    return drawn.formula(seen, 1)
