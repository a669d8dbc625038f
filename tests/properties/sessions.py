"""Random hosts and sessions over the random policies."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from oracle.policies import Domains
from oracle.words import Words
from parley.spec.formatting.expressions import print_expr
from parley.spec.syntax import Implies, Revision

from .defines import Drawn, Signed, file_defines, parameters
from .draw import Draw, Shrinking, chance, pick, several
from .expressions import SHAPES, Expressions, Seen
from .policies import NAMED_INPUT, NAMED_OUTPUT, Generated, cases, constant, names, narrow, own_config, under

WIDE_REPLIES = (0, 1, 2, 3, 4, 5)
"""What the wide field of a request and of a reply need be to try the rules of a host: formulas compare it with numbers
below 4, with narrower fields and with each other's. From 4 on only the order of the two counts.
"""


class GeneratedSession(Generated):
    """A text with a session. Its open outputs are bounded; requests are what the host makes them."""

    def domains(self, words: Words) -> Domains:
        return Domains(words.all if words.short else words.with_wide(WIDE_REPLIES), narrow(words))


def session_text(draw: Draw) -> GeneratedSession:
    """The text of a random interface with a policy `p`, a host `h` and a session `s`."""
    name = pick(draw, ["tiny", "tiny", "tiny", "middle", "gap", "one", "short", "short"])
    shape = SHAPES[name]
    drawn = Drawn(draw, shape, False, Expressions(draw, shape, slices=chance(draw, 40), ranges=chance(draw, 3)))
    lines = [*file_defines(drawn), *_interface(drawn)]
    asking = any("assumption" in line and "requested" in line for line in lines)
    lines += [*_policy(drawn), *_host(drawn), *_session(drawn, asking=asking)]
    return GeneratedSession("\n".join(lines) + "\n", name, loose=False)


@st.composite
def sessions(draw: DrawFn) -> GeneratedSession:
    """The same as a strategy: what fails shrinks to a small session."""
    return session_text(Shrinking(draw))


def _interface(drawn: Drawn) -> list[str]:
    ranged = drawn.chance(25)
    kind = "range" if ranged else "set"
    lines = ["interface I {", f"    revision {{ {drawn.shape.layout} }}", f"    config supported : {kind} of revision"]
    drawn.sets.append("supported")
    drawn.ranges += ["supported"] if ranged else []
    drawn.inputs.append("requested")
    if drawn.chance(8):
        drawn.words.append("floor")
        lines.append("    config floor : revision")
    elif drawn.chance(10):
        drawn.flags.append("flag")
        lines.append("    config flag : bool")
    lines.append(f"    input requested : revision{names(drawn, 'requested', NAMED_INPUT)}")
    drawn.outputs["status"] = "status"
    lines.append("    output status : { OK = 0, BAD = 1 }")
    if drawn.chance(25):
        drawn.outputs["ok"] = "bool"
        lines.append("    output ok : bool")
    drawn.outputs["lower"] = "word"
    lines.append(f"    output lower : revision{names(drawn, 'lower', NAMED_OUTPUT)}")
    if drawn.chance(60):
        lines.append("    assume configured: supported is not empty")
    if drawn.chance(5):
        lines.append(f"    assume asked: {drawn.formula(drawn.before(), 1)}")
    # Hosts see these, so that they read nothing but their parameters. Of the two relations one is left open at most.
    for define, types in (("base", ("word", "word")), ("mark", ("word",)), ("related", ("word", "word"))):
        if drawn.chance(12):
            bodied = not all(d.bodied for d in drawn.defines) or drawn.chance(60)
            body = f" = {_body(drawn, define)}" if bodied else ""
            lines.append(f"    define {define}{parameters(define)}{body}")
            drawn.defines.append(Signed(define, types, bodied))
    if drawn.chance(12):
        seen = drawn.before() if drawn.chance(20) else replace(drawn.before(), words=tuple(drawn.words))
        lines.append(f"    assumption opt: {drawn.formula(seen, 2)}")
        drawn.optional.append("opt")
    return [*lines, "}"]


def _body(drawn: Drawn, name: str) -> str:
    calls = tuple(d.call for d in (*drawn.filed, *drawn.defines) if d.name != name and d.name < name)
    words = ("a",) if name == "mark" else ("a", "b")
    return drawn.formula(Seen(words=words, calls=calls), 1)


def _policy(drawn: Drawn) -> list[str]:
    lines = [f"policy p for I{under(drawn, 20)} {{", *own_config(drawn, "mine")]
    # A relation that stays open takes long to try: most are given a body.
    names = [define.name for define in drawn.defines if drawn.chance(35 if define.bodied else 75)]
    lines += [f"    define {name}{parameters(name)} = {_body(drawn, name)}" for name in names]
    if drawn.chance(5):
        lines.append(f"    assume extra: {drawn.formula(drawn.before(), 1)}")
    if not drawn.chance(40):
        return [*lines, *cases(drawn), "}"]
    ok = " ok = requested in supported" if "ok" in drawn.outputs else ""
    older = pick(drawn.draw, ["max r in supported where r < requested", "min supported", "max supported"])
    return [
        *lines,
        f"    case same when requested in supported {{ status = OK lower = requested{ok} }}",
        f"    case older when some r in supported: r < requested {{ status = BAD lower = {older}{ok} }}",
        f"    case newer otherwise {{ status = BAD lower = min supported{ok} }}",
        "}",
    ]


GUARDS = (
    "status == OK",
    "status == OK",
    "lower in known",
    "lower in known and lower != requested",
    "lower != requested",
    "some k in known: k < requested",
    "some k in known: k > requested",
    "some k in known: prefers(requested, k)",
    "every k in known: k <= lower",
)
REQUESTS = (
    "lower",
    "lower",
    "max k in known where k < requested",
    "min k in known where k > requested",
    "max k in known where k <= lower",
    "first k in known where k != requested",
    "first k in known where prefers(requested, k)",
    "max known",
    "requested with { minor = 0 }",
    "lower with { reserved = 0 }",
)
STARTS = ("max known", "min known", "first k in known where k.minor == 0", "first k in known where k == k")
DOWN = (
    "    on status == OK => accept requested",
    "    on some k in known: k < requested => request max k in known where k < requested",
)
IN_TURN = (
    "    on status == OK => accept lower",
    "    on some k in known: prefers(requested, k) => request first k in known where prefers(requested, k)",
)


def _host(drawn: Drawn) -> list[str]:
    lines = ["host h for I {"]
    draw = drawn.draw
    of_any = drawn.chance(10)
    if of_any:
        lines.append("    knows any")
    elif drawn.chance(10):
        lines.append("    knows range")
    elif drawn.chance(15):
        low, high = _ends(drawn)
        lines.append(f"    knows {low}..{high}")
    elif drawn.chance(30):
        lines.append(f"    knows any up to {1 + draw.below(2)}")
    else:
        words = sorted({print_expr(drawn.expressions.literal_formed()) for _ in range(1 + draw.below(3))})
        lines.append(f"    knows {', '.join(several(draw, words, 3))}")
    early = Seen(sets=("known",), caller=True, calls=tuple(d.call for d in drawn.filed))
    start = pick(draw, STARTS)
    if drawn.chance(15):
        start = print_expr(drawn.expressions.value("requested", early, 1 + drawn.chance(40)))
    lines.append(f"    start request {start}")
    calls = tuple(d.call for d in (*drawn.defines, *drawn.filed))
    seen = Seen(
        words=("requested", "lower"),
        sets=("known",),
        flags=("ok",) if "ok" in drawn.outputs else (),
        statuses=("OK", "BAD"),
        calls=calls,
        caller=True,
    )
    if drawn.chance(85 if of_any else 15):
        # A host that goes one way: where it may know any number, others go round for long.
        lines += pick(draw, [DOWN, IN_TURN])
        return [*lines, "    otherwise => give up", "}"]
    for _ in range(1 + draw.below(3)):
        guard = pick(draw, GUARDS) if drawn.chance(55) else drawn.formula(seen, draw.below(3))
        lines.append(f"    on {guard} => {_action(drawn, seen)}")
    if drawn.chance(80):
        lines.append(f"    otherwise => {'give up' if drawn.chance(60) else _action(drawn, seen)}")
    return [*lines, "}"]


def _ends(drawn: Drawn) -> tuple[str, str]:
    """The ends of an interval, in order."""
    low, high = (drawn.expressions.literal_formed() for _ in range(2))
    both = sorted((low, high), key=lambda end: end.fields if isinstance(end, Revision) else (end.value,))
    return print_expr(both[0]), print_expr(both[1])


def _action(drawn: Drawn, seen: Seen) -> str:
    which = drawn.draw.below(10)
    if which == 0:
        return "give up"
    if which < 4:
        accepted = ["requested", "lower", "max k in known where k <= lower"]
        return f"accept {pick(drawn.draw, accepted)}"
    if which == 4:
        return f"accept {print_expr(drawn.expressions.term(seen, 1))}"
    if which < 8:
        return f"request {pick(drawn.draw, REQUESTS)}"
    return f"request {print_expr(drawn.expressions.value('requested', seen, 1 + drawn.chance(40)))}"


PROPERTIES = (
    "accepted implies agreed in supported",
    "accepted implies agreed in known",
    "(some k in known: k in supported) implies accepted",
    "accepted implies (no k in known: k in supported and prefers(k, agreed))",
    "(some k in known: k in supported) implies agreed == first k in known where k in supported",
    "gave_up implies no k in known: k in supported",
    "accepted or gave_up",
    "rounds <= 2",
    "rounds == 1 or requested != agreed",
    "accepted implies agreed == requested or agreed == lower",
)
INVARIANTS = (
    "requested in known",
    "requested.reserved == 0",
    "lower in supported",
    "status == OK implies lower == requested",
    "no k in known: prefers(k, requested) and k in supported",
)


def _session(drawn: Drawn, *, asking: bool) -> list[str]:
    """`asking` says that the optional assumption speaks of the request: then no claim can be under it by itself."""
    lines = [f"session s : h with p{under(drawn, 30)} {{"]
    claimed = 0 if asking else 50
    draw = drawn.draw
    calls = tuple(d.call for d in (*drawn.defines, *drawn.filed))
    instance = Seen(words=tuple(drawn.words), sets=("supported", "known"), flags=tuple(drawn.flags), caller=True)
    if drawn.chance(10):
        lines.append(f"    assume narrowed: {drawn.formula(instance, 1)}")
    between = replace(drawn.after(), sets=("supported", "known"), caller=True, calls=calls)
    if drawn.chance(45):
        kept = pick(draw, INVARIANTS) if drawn.chance(50) else drawn.formula(between, 2)
        lines.append(f"    invariant kept{under(drawn, claimed)}: {kept}")
    at_end = replace(
        between,
        words=("agreed", "agreed", *between.words),
        flags=("accepted", "gave_up", *between.flags),
        numbers=("rounds",),
    )
    for at in range(1 + drawn.chance(40)):
        shown = pick(draw, PROPERTIES)
        if drawn.chance(60):
            formula = drawn.expressions.formula(at_end, 1 + draw.below(3))
            if drawn.chance(40):
                formula = Implies(drawn.expressions.atom(at_end, 1), formula)
            shown = print_expr(formula)
        lines.append(f"    property q{at}{under(drawn, claimed)}: {shown}")
    lines.append("}")
    if drawn.chance(15):
        lines += ["scenario example for s {", f"    given supported = {constant(drawn, 'supported')}"]
        lines += [f"    then {pick(draw, PROPERTIES) if drawn.chance(50) else drawn.formula(at_end, 1)}", "}"]
    return lines
