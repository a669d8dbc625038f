"""Random sessions whose requests are sets, truth values or named values, and whose replies may have a set."""

from __future__ import annotations

from dataclasses import replace

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr

from .defines import Drawn
from .draw import Draw, pick, several
from .expressions import SHAPES, Expressions, Seen
from .sessions import GeneratedSession

KINDS = {"set": "set of revision", "bool": "bool", "mode": "{ SOFT = 0, HARD = 1, MIDDLE = 7 }"}
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
    kind = pick(draw, ["set", "set", "set", "bool", "mode"])
    shape = SHAPES["tiny"]
    drawn = Drawn(draw, shape, False, Expressions(draw, shape, slices=False, ranges=False))
    drawn.sets.append("supported")
    drawn.outputs |= {"status": "status", "lower": "word", "listed": "set"}
    lines = ["interface I {", f"    revision {{ {shape.layout} }}", "    config supported : set of revision"]
    lines.append(f"    input asked : {KINDS[kind]}")
    if kind == "set":
        drawn.sets.append("asked")
    elif kind == "bool":
        drawn.named.append("asked")
    else:
        drawn.named.append("hard")
        lines.append("    define hard = asked == HARD")
    lines += [
        "    output status : { OK = 0, BAD = 1 }",
        "    output lower : revision",
        "    output listed : set of revision",
    ]
    if drawn.chance(50):
        lines.append("    assume configured: supported is not empty")
    if kind == "set" and drawn.chance(10):
        lines.append(f"    assume some_asked: {drawn.formula(drawn.before(), 1)}")
    lines += [*("}", "policy p for I {"), *_cases(drawn), "}", *_host(drawn, kind), *_session(drawn)]
    return GeneratedSession("\n".join(lines) + "\n", "tiny", loose=False)


def _cases(drawn: Drawn) -> list[str]:
    lines: list[str] = []
    seen = drawn.before()
    count = 1 + drawn.draw.below(3)
    for at in range(count):
        last = at == count - 1 and not drawn.chance(10)
        lines.append(f"    case c{at} {'otherwise' if last else f'when {drawn.formula(seen, 1)}'} {{")
        lines.append(f"        status = {pick(drawn.draw, ['OK', 'BAD'])}")
        chosen = f"{pick(drawn.draw, ['max', 'min'])} {pick(drawn.draw, drawn.sets)}"
        lines.append(f"        lower = {chosen if drawn.chance(50) else print_expr(drawn.expressions.term(seen, 1))}")
        open_ = drawn.chance(12)
        lines.append(f"        listed = {'any' if open_ else print_expr(_set(drawn, seen))}")
        if open_ and drawn.chance(50):
            lines.append("        ensure every r in listed: r in supported")
        lines.append("    }")
    return lines


def _set(drawn: Drawn, seen: Seen) -> syntax.Expr:
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
        case "bool":
            return pick(drawn.draw, ["true", "false"]) if drawn.chance(60) else f"({drawn.formula(seen, 1)})"
        case _:
            return pick(drawn.draw, ["SOFT", "HARD", "MIDDLE"])


def _host(drawn: Drawn, kind: str) -> list[str]:
    draw = drawn.draw
    words = sorted({print_expr(drawn.expressions.literal_formed()) for _ in range(1 + draw.below(3))})
    listed = f"knows {', '.join(several(draw, words, 3))}"
    lines = ["host h for I {", f"    {pick(draw, [listed, 'knows any', 'knows any up to 2'])}"]
    early = Seen(sets=("known",), caller=True)
    seen = replace(early, words=("lower",), sets=("known", "listed"), statuses=("OK", "BAD"))
    asked = ("asked",) if kind == "set" else ()
    seen = replace(seen, sets=(*seen.sets, *asked), flags=tuple(drawn.named))
    lines.append(f"    start request {'known' if kind == 'set' and drawn.chance(50) else _request(drawn, kind, early)}")
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
