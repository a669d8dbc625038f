"""Random sessions whose requests are sets, truth values or named values, and whose replies may have a set."""

from __future__ import annotations

from dataclasses import replace

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr

from .defines import Drawn
from .draw import Draw, pick, several
from .expressions import SHAPES, Expressions, Seen
from .policies import spanned
from .sessions import GeneratedSession

KINDS = {
    "set": "set of revision",
    "range": "range of revision",
    "bool": "bool",
    "mode": "{ SOFT = 0, HARD = 1, MIDDLE = 7 }",
}
"""What a request is."""

GUARDS = (
    "status == OK",
    "lower in known",
    "some k in known: k in listed",
    "listed is not empty",
    "every r in listed: r in known",
    "listed == known",
)
PROPERTIES = (
    "accepted implies agreed in supported",
    "accepted implies agreed in known",
    "(some k in known: k in supported) implies accepted",
    "accepted implies every k in known: k in supported implies k <= agreed",
    "every r in listed: r in supported",
    "accepted or gave_up",
    "rounds <= 2",
)


def message_session_text(draw: Draw) -> GeneratedSession:
    """The text of an interface with a policy `p`, a host `h` and a session `s`."""
    kind = pick(draw, ["set", "set", "set", "range", "range", "bool", "mode"])
    shape = SHAPES["tiny"]
    drawn = Drawn(draw, shape, False, Expressions(draw, shape, slices=False, ranges=False))
    drawn.sets.append("supported")
    drawn.outputs |= {"status": "status", "lower": "word", "listed": "range" if drawn.chance(35) else "set"}
    drawn.ranges += [name for name in ("supported",) if drawn.chance(35)]
    lines = ["interface I {", f"    revision {{ {shape.layout} }}"]
    lines.append(f"    config supported : {'range' if drawn.ranges else 'set'} of revision")
    lines.append(f"    input asked : {KINDS[kind]}")
    if kind in ("set", "range"):
        drawn.sets.append("asked")
        drawn.ranges += ["asked"] if kind == "range" else []
    elif kind == "bool":
        drawn.named.append("asked")
    else:
        drawn.named.append("hard")
        lines.append("    define hard = asked == HARD")
    lines += [
        "    output status : { OK = 0, BAD = 1 }",
        "    output lower : revision",
        f"    output listed : {drawn.outputs['listed']} of revision",
    ]
    if drawn.chance(50):
        lines.append("    assume configured: supported is not empty")
    if kind in ("set", "range") and drawn.chance(10):
        lines.append(f"    assume some_asked: {drawn.formula(drawn.before(), 1)}")
    lines += [*("}", "policy p for I {"), *_cases(drawn), "}", *_host(drawn, kind), *_session(drawn)]
    return GeneratedSession("\n".join(lines) + "\n", "tiny", loose=False)


def _cases(drawn: Drawn) -> list[str]:
    lines: list[str] = []
    seen = drawn.before()
    count, kind = 1 + drawn.draw.below(3), drawn.outputs["listed"]
    for at in range(count):
        last = at == count - 1 and not drawn.chance(10)
        lines.append(f"    case c{at} {'otherwise' if last else f'when {drawn.formula(seen, 1)}'} {{")
        lines.append(f"        status = {pick(drawn.draw, ['OK', 'BAD'])}")
        chosen = f"{pick(drawn.draw, ['max', 'min'])} {pick(drawn.draw, drawn.sets)}"
        lines.append(f"        lower = {chosen if drawn.chance(50) else print_expr(drawn.expressions.term(seen, 1))}")
        open_ = drawn.chance(12)
        lines.append(f"        listed = {'any' if open_ else print_expr(_several(drawn, kind, seen))}")
        if open_ and drawn.chance(50):
            lines.append("        ensure every r in listed: r in supported")
        lines.append("    }")
    return lines


def _several(drawn: Drawn, kind: str, seen: Seen) -> syntax.Expr:
    return spanned(drawn, seen) if kind == "range" else _set(drawn, seen)


def _set(drawn: Drawn, seen: Seen) -> syntax.Expr:
    seen = replace(seen, sets=tuple(name for name in seen.sets if name not in drawn.ranges))
    if drawn.chance(20):
        test = drawn.expressions.formula(seen, 1)
        return syntax.If(test, *(drawn.expressions.domain(seen, ranges=False) for _ in range(2)))
    if seen.sets and drawn.chance(20):
        return syntax.SetLiteral((syntax.Extremum("max", syntax.Name(pick(drawn.draw, seen.sets))),))
    return drawn.expressions.domain(seen, ranges=False)


def _request(drawn: Drawn, kind: str, seen: Seen) -> str:
    match kind:
        case "set":
            return print_expr(_set(drawn, seen))
        case "range":
            return print_expr(spanned(drawn, seen))
        case "bool":
            return pick(drawn.draw, ["true", "false"]) if drawn.chance(60) else f"({drawn.formula(seen, 1)})"
        case _:
            return pick(drawn.draw, ["SOFT", "HARD", "MIDDLE"])


def _host(drawn: Drawn, kind: str) -> list[str]:
    draw = drawn.draw
    words = sorted({print_expr(drawn.expressions.literal_formed()) for _ in range(1 + draw.below(3))})
    listed = f"knows {', '.join(several(draw, words, 3))}"
    between = "..".join(sorted(print_expr(drawn.expressions.literal_formed()) for _ in range(2)))
    knows = (
        [listed, "knows range", f"knows {between}"] if kind == "range" else [listed, "knows any", "knows any up to 2"]
    )
    lines = ["host h for I {", f"    {pick(draw, knows)}"]
    # What few revisions an interval has are listed, and no range any more.
    drawn.ranges += ["known"] if lines[1] == "    knows range" else []
    drawn.ranges += ["listed"] if drawn.outputs["listed"] == "range" else []
    early = Seen(sets=("known",), caller=True)
    seen = replace(early, words=("lower",), sets=("known", "listed"), statuses=("OK", "BAD"))
    asked = ("asked",) if kind in ("set", "range") else ()
    seen = replace(seen, sets=(*seen.sets, *asked), flags=tuple(drawn.named))
    lines.append(
        f"    start request {'known' if (kind == 'set' or 'known' in drawn.ranges) and drawn.chance(50) else _request(drawn, kind, early)}"
    )
    for _ in range(1 + draw.below(3)):
        guard = pick(draw, GUARDS) if drawn.chance(60) else drawn.formula(seen, draw.below(2))
        lines.append(f"    on {guard} => {_action(drawn, kind, seen)}")
    if drawn.chance(85):
        lines.append(f"    otherwise => {_action(drawn, kind, seen)}")
    return [*lines, "}"]


def _action(drawn: Drawn, kind: str, seen: Seen) -> str:
    match drawn.draw.below(4):
        case 0:
            return "give up"
        case 1:
            return f"accept {pick(drawn.draw, ['lower', 'max k in known where k in listed', 'max listed'])}"
        case _:
            return f"request {_request(drawn, kind, seen)}"


def _session(drawn: Drawn) -> list[str]:
    lines = ["session s : h with p {"]
    between = replace(drawn.after(), sets=(*drawn.after().sets, "known"), caller=True)
    if drawn.chance(40):
        lines.append(f"    invariant kept: {drawn.formula(between, 1)}")
    at_end = replace(between, words=("agreed", *between.words), flags=("accepted", "gave_up", *between.flags))
    for at in range(2):
        says = pick(drawn.draw, PROPERTIES) if drawn.chance(60) else drawn.formula(at_end, 1)
        lines.append(f"    property q{at}: {says}")
    return [*lines, "}"]
