"""Random hosts and sessions, with policies that may leave open, fall silent or have no case."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr
from random_policies import LAYOUTS, OPERATORS, Generator

REAL = "reserved[63:31] zero major[30:16] minor[15:0]"
FORMATS = {**LAYOUTS, "real": REAL}
FIELDS = {"tiny": 2, "middle": 2, "short": 2, "three": 3, "real": 2}


@dataclass
class SessionGenerator(Generator):
    """Draws what hosts and sessions say: `flags` are bool names, `numbers` those of numbers."""

    flags: list[str] = field(default_factory=list[str])
    numbers: list[str] = field(default_factory=list[str])
    statuses: bool = False
    of_caller: bool = True

    def literal(self) -> syntax.Expr:
        return literal(self.random, self.layout)

    def part(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - slices cost the solver most
        fields = ["major", "minor"] if self.layout != "three" else ["major", "minor", "patch"]
        return self.random.choice([*fields, *fields, "reserved"])

    def term(self, depth: int) -> syntax.Expr:
        if not self.terms and (depth <= 0 or self.random.random() < 0.5):
            return self.literal()
        if self.of_caller and depth > 0 and self.random.random() < 0.2:
            name = self.fresh()
            return syntax.Extremum("first", syntax.Name("known"), name, self.within(name, depth - 1))
        if not self.terms:
            name = self.fresh()
            return syntax.Extremum("max", self.domain(0, ranges=False), name, self.within(name, depth - 1))
        return super().term(depth)

    def domain(self, depth: int, *, ranges: bool) -> syntax.Expr:
        if not self.sets:
            return syntax.SetLiteral(tuple(self.term(0) for _ in range(self.random.randrange(3))))
        return super().domain(depth, ranges=ranges)

    def number(self, depth: int) -> syntax.Expr:
        if self.numbers and self.random.random() < 0.5:
            return syntax.Name(self.random.choice(self.numbers))
        return super().number(depth)

    def atom(self, depth: int) -> syntax.Expr:
        draw = self.random.random()
        if self.flags and draw < 0.25:
            flag = syntax.Name(self.random.choice(self.flags))
            if draw < 0.05:
                other: syntax.Expr = syntax.Name(self.random.choice(self.flags))
                return syntax.Comparison(self.random.choice(["==", "!="]), flag, other)
            return flag
        if self.statuses and draw < 0.4:
            return syntax.Comparison(
                self.random.choice(["==", "!="]), syntax.Name("status"), syntax.Name(self.random.choice(["OK", "BAD"]))
            )
        if self.numbers and draw < 0.5:
            return syntax.Comparison(
                self.random.choice(OPERATORS), syntax.Name("rounds"), syntax.Number(self.random.randrange(4))
            )
        if self.of_caller and draw < 0.58:
            return syntax.Call("prefers", (self.term(depth - 1), self.term(depth - 1)))
        return super().atom(depth)


def literal(random: Random, layout: str) -> syntax.Revision:
    if layout == "real":
        return syntax.Revision((random.choice([1, 2]), random.choice([0, 1])))
    return syntax.Revision(tuple(random.randrange(2) for _ in range(FIELDS[layout])))


def revisions(layout: str) -> list[tuple[int, ...]]:
    """Four revisions that the literals are among."""
    if layout == "real":
        return [(1, 0), (1, 1), (2, 0), (2, 1)]
    rest = (0,) * (FIELDS[layout] - 2)
    return [(a, b, *rest) for a in range(2) for b in range(2)]


@dataclass
class _Drawn:
    """What the parts of one text share."""

    random: Random
    layout: str
    configs: list[str] = field(default_factory=list[str])
    flag: bool = False
    higher: bool = False
    calls: list[str] = field(default_factory=list[str])
    settled: bool = False
    any_known: bool = False

    def generator(
        self, terms: list[str], sets: list[str], bound: int, *, caller: bool = True, flags: list[str] | None = None
    ) -> SessionGenerator:
        made = SessionGenerator(self.random, self.layout, terms, sets, list(self.calls), ranges=False, bound=bound)
        made.of_caller = caller
        made.flags = list(flags or [])
        # A real format has too many revisions to go through, and each range is a question more for the solver.
        made.ranges = self.layout != "real" and self.random.random() < 0.15
        return made

    def shown(self, expr: syntax.Expr) -> str:
        return print_expr(expr)


def session_text(random: Random) -> str:
    """The text of a random interface with a policy, a host and a session."""
    drawn = _Drawn(random, random.choice(list(FORMATS)))
    lines = [*_interface(drawn), *_policy(drawn), *_host(drawn), *_session(drawn)]
    return "\n".join(lines) + "\n"


def _interface(drawn: _Drawn) -> list[str]:
    random = drawn.random
    lines: list[str] = []
    if random.random() < 0.15:
        # What a `define` of the file binds may be called like anything of the interface.
        own = random.choice(["requested", "lower", "agreed", "known", "next", "v1"])
        lines.append(f"define filed(a, b) = some {own} in {{a, b}}: {own} < a or {own}.minor == b.major")
        drawn.calls.append("filed")
    lines += ["interface I {", f"    revision {{ {FORMATS[drawn.layout]} }}", "    config supported : set of revision"]
    if random.random() < 0.15:
        lines.append("    config floor : revision")
        drawn.configs.append("floor")
    if random.random() < 0.6:
        lines.append("    assume configured: supported is not empty")
    lines += [
        "    input requested : revision",
        "    output status : { OK = 0, BAD = 1 }",
        "    output lower : revision",
    ]
    drawn.flag = random.random() < 0.25
    if drawn.flag:
        lines.append("    output flag : bool")
    drawn.higher = random.random() < 0.15
    if drawn.higher:
        lines.append("    output higher : revision")
    if random.random() < 0.06:
        draw = drawn.generator(["requested", *drawn.configs], ["supported"], 700, caller=False)
        lines.append(f"    assume asked: {drawn.shown(draw.formula(1))}")
    if random.random() < 0.3:
        body = drawn.generator(["a", "b"], ["supported"], 500, caller=False).formula(1)
        if "supported" in drawn.shown(body):
            # A host does not see the configuration.
            body = drawn.generator(["a", "b"], [], 500, caller=False).atom(0)
        lines.append("    define related(a, b)" + ("" if random.random() < 0.5 else f" = {_free_of_sets(drawn, body)}"))
        drawn.calls.append("related")
        if random.random() < 0.5:
            # Hosts keep this one, whatever the policy makes of it.
            lines.append("    define base(a, b) = a.minor == b.major")
            drawn.calls.append("base")
    drawn.settled = random.random() < 0.2
    if drawn.settled:
        lines.append("    define settled = status == OK and lower == requested")
    lines.append("}")
    return lines


def _free_of_sets(drawn: _Drawn, body: syntax.Expr) -> str:
    shown = drawn.shown(body)
    return "a.major == b.major" if "supported" in shown else shown


def _policy(drawn: _Drawn) -> list[str]:
    random = drawn.random
    lines = ["policy p for I {"]
    asked = ["requested", *drawn.configs]
    draw = drawn.generator(asked, ["supported"], 0, caller=False)
    if "base" in drawn.calls and random.random() < 0.6:
        lines.append("    define base(a, b) = a < b")
    if "related" in drawn.calls and random.random() < 0.5:
        if "base" in drawn.calls and random.random() < 0.6:
            lines.append("    define related(a, b) = base(a, b) or base(b, a)")
        elif random.random() < 0.5:
            lines.append("    define helper(a) = a.minor == 0 or a in {0.0, 1.1}".replace("0.0, 1.1", _two(drawn)))
            lines.append("    define related(a, b) = helper(a) and not helper(b)")
        else:
            inner = drawn.generator(["a", "b"], [], 600, caller=False)
            inner.calls = []
            lines.append(f"    define related(a, b) = {drawn.shown(inner.atom(0))}")
    if random.random() < 0.06:
        lines.append(f"    assume extra: {drawn.shown(draw.formula(1))}")
    if drawn.flag and random.random() < 0.5:
        lines.append(f"    flag = {drawn.shown(draw.formula(1))}")
        shared = True
    else:
        shared = False
    if drawn.higher:
        values = [
            "max supported",
            "lower",
            "max r in supported where r <= lower",
            "max r in {lower} where r < requested",
        ]
        lines.append(f"    higher = {random.choice(values)}")
    if random.random() < 0.35:
        lines += _usual_cases(drawn, shared)
    else:
        lines += _random_cases(drawn, draw, shared)
    lines.append("}")
    return lines


def _two(drawn: _Drawn) -> str:
    return f"{print_expr(literal(drawn.random, drawn.layout))}, {print_expr(literal(drawn.random, drawn.layout))}"


def _usual_cases(drawn: _Drawn, shared: bool) -> list[str]:
    flag = "flag = requested in supported " if drawn.flag and not shared else ""
    older = drawn.random.choice(["max r in supported where r < requested", "min supported", "max supported"])
    return [
        f"    case same when requested in supported {{ status = OK lower = requested {flag}}}",
        f"    case older when some r in supported: r < requested {{ status = BAD lower = {older} {flag}}}",
        f"    case newer otherwise {{ status = BAD lower = min supported {flag}}}",
    ]


def _random_cases(drawn: _Drawn, draw: SessionGenerator, shared: bool) -> list[str]:
    random = drawn.random
    lines: list[str] = []
    count = random.choice([1, 2, 2, 3])
    for at in range(count):
        guard = f"when {drawn.shown(draw.formula(random.choice([1, 1, 2])))}"
        if at == count - 1 and random.random() < 0.8:
            guard = "otherwise"
        open_ = random.random()
        status = "any" if random.random() < 0.1 else random.choice(["OK", "BAD"])
        lines.append(f"    case c{at} {guard} {{")
        lines.append(f"        status = {status}")
        if drawn.flag and not shared:
            value = drawn.shown(draw.formula(1))
            if random.random() < 0.2:
                value = "any"
            elif random.random() < 0.3:
                value = "lower in supported"
            lines.append(f"        flag = {value}")
        if open_ < 0.3:
            lines.append("        lower = any")
            if open_ < 0.25:
                inside = drawn.generator(["requested", "lower", *drawn.configs], ["supported"], 900, caller=False)
                also = random.choice(["lower in supported", f"lower in {{{_two(drawn)}}}"])
                ensured = random.choice([also, f"{also} or {drawn.shown(inside.formula(1))}"])
                lines.append(f"        ensure {ensured}")
        elif random.random() < 0.2:
            lines.append("        lower = max r in supported where r < requested")
        else:
            lines.append(f"        lower = {drawn.shown(draw.term(2))}")
        lines.append("    }")
    return lines


GUARDS = [
    "status == OK",
    "status == OK",
    "status == BAD and requested.minor != 0",
    "lower in known",
    "lower in known and lower != requested",
    "lower != requested",
    "some k in known: k < requested",
    "some k in known: k > requested",
    "some k in known: prefers(requested, k)",
    "every k in known: k <= lower",
    "lower.reserved == 0",
]
REQUESTS = [
    "lower",
    "lower",
    "max k in known where k < requested",
    "min k in known where k > requested",
    "max k in known where k <= lower",
    "first k in known where k != requested",
    "first k in known where prefers(requested, k)",
    "first k in known where k <= lower",
    "max known",
    "requested with { minor = 0 }",
    "lower with { reserved = 0 }",
    "first k in known where related(k, lower)",
]
STARTS = ["max known", "max known", "min known", "first k in known where k.minor == 0", "first k in known where k == k"]


# Hosts that go one way, for as long as they know something further.
USUAL = [
    [
        "    on status == OK => accept requested",
        "    on some k in known: k < requested => request max k in known where k < requested",
    ],
    [
        "    on lower == requested and status == OK => accept lower",
        "    on some k in known: prefers(requested, k) => request first k in known where prefers(requested, k)",
    ],
    ["    on some k in known: k > requested => request min k in known where k > requested"],
]


def _host(drawn: _Drawn) -> list[str]:
    random = drawn.random
    lines = ["host h for I {"]
    draw_knows = random.random()
    if draw_knows < 0.5:
        points = random.sample(revisions(drawn.layout), random.choice([1, 2, 2, 2, 3]))
        known = [".".join(map(str, point)) for point in points]
        lines.append(f"    knows {', '.join(known)}")
        start = random.choice(known if random.random() < 0.6 else STARTS)
    else:
        drawn.any_known = True
        lines.append("    knows any" + ("" if draw_knows < 0.72 else f" up to {random.choice([1, 2, 2, 2, 3])}"))
        start = random.choice([*STARTS, *STARTS, drawn.shown(literal(random, drawn.layout))])
    early = drawn.generator([], ["known"], 100)
    early.calls = ["filed"] if "filed" in drawn.calls else []
    if random.random() < 0.1:
        start = drawn.shown(early.term(2))
    lines.append(f"    start request {start}")
    flags = ["flag"] if drawn.flag else []
    draw = drawn.generator(["requested", "lower"], ["known"], 200, flags=flags)
    draw.statuses = True
    if drawn.any_known and random.random() < 0.3:
        lines += random.choice(USUAL)
    for _ in range(random.choice([1, 2, 2, 3])):
        guard = (
            random.choice(GUARDS) if random.random() < 0.6 else drawn.shown(draw.formula(random.choice([0, 1, 1, 2])))
        )
        if drawn.flag and random.random() < 0.15:
            guard = random.choice(["flag", "not flag"])
        if drawn.settled and random.random() < 0.2:
            guard = "settled"
        lines.append(f"    on {guard} => {_action(drawn, draw)}")
    if random.random() < 0.8:
        lines.append(f"    otherwise => {'give up' if random.random() < 0.6 else _action(drawn, draw)}")
    lines.append("}")
    return lines


def _action(drawn: _Drawn, draw: SessionGenerator) -> str:
    random = drawn.random
    kind = random.random()
    if kind < 0.25:
        return "accept " + random.choice(["requested", "requested", "lower", "max k in known where k <= lower"])
    if kind < 0.3:
        return f"accept {drawn.shown(draw.term(1))}"
    if kind < 0.35:
        return "give up"
    if drawn.higher and kind < 0.5:
        return "request higher"
    at = random.randrange(len(REQUESTS) - ("related" not in drawn.calls))
    return "request " + (REQUESTS[at] if random.random() < 0.75 else drawn.shown(draw.term(2)))


PROPERTIES = [
    "accepted implies agreed in supported",
    "accepted implies agreed in known",
    "(some k in known: k in supported) implies accepted",
    "accepted implies (no k in known: k in supported and prefers(k, agreed))",
    "(some k in known: k in supported) implies agreed == first k in known where k in supported",
    "accepted iff some k in known: k in supported",
    "gave_up implies no k in known: k in supported",
    "accepted or gave_up",
    "rounds <= 2",
    "rounds == 1 or requested != agreed",
    "requested in known",
    "accepted implies agreed == requested or agreed == lower",
]
INVARIANTS = [
    "requested in known",
    "requested.reserved == 0",
    "lower in supported",
    "status == OK implies lower == requested",
    "no k in known: k > requested and k in supported",
    "no k in known: prefers(k, requested) and k in supported",
    "every k in known: k <= requested or k not in supported",
]


def _session(drawn: _Drawn) -> list[str]:
    random = drawn.random
    lines = ["session s : h with p {"]
    sets = ["supported", "known"]
    if random.random() < 0.15:
        assume = drawn.generator(list(drawn.configs), sets, 300)
        lines.append(f"    assume narrowed: {drawn.shown(assume.formula(1))}")
    flags = ["flag"] if drawn.flag else []
    between = drawn.generator(["requested", "lower", *drawn.configs], sets, 400, flags=flags)
    between.statuses = True
    for at in range(random.choice([0, 0, 1, 2])):
        shown = random.choice(INVARIANTS) if random.random() < 0.7 else drawn.shown(between.formula(2))
        name = random.choice(["kept", "round", "moves"])
        lines.append(f"    invariant {name}{at or ''}: {shown}")
    at_end = drawn.generator(
        ["requested", "lower", "agreed", "agreed", *drawn.configs],
        sets,
        800,
        flags=["accepted", "accepted", "gave_up", *flags],
    )
    at_end.statuses = True
    at_end.numbers = ["rounds"]
    for at in range(random.choice([1, 1, 2])):
        if drawn.settled and random.random() < 0.3:
            shown = random.choice(["settled implies accepted", "accepted implies settled", "settled iff accepted"])
        elif random.random() < 0.5:
            shown = random.choice(PROPERTIES)
        else:
            formula = at_end.formula(random.choice([1, 2, 3]))
            if random.random() < 0.4:
                formula = syntax.Implies(at_end.atom(1), formula)
            if random.random() < 0.1:
                formula = syntax.Not(formula)
            shown = drawn.shown(formula)
        lines.append(f"    property q{at}: {shown}")
    lines.append("}")
    if random.random() < 0.2:
        given = random.sample(revisions(drawn.layout), random.choice([0, 1, 2]))
        shown = ", ".join(".".join(map(str, point)) for point in given)
        lines.append("scenario example for s {")
        lines.append(f"    given supported = {{{shown}}}")
        if drawn.any_known and random.random() < 0.7:
            few = random.sample(revisions(drawn.layout), random.choice([1, 1, 2]))
            lines.append(f"    given known = {{{', '.join('.'.join(map(str, point)) for point in few)}}}")
        lines.append(f"    then {random.choice([*PROPERTIES, drawn.shown(at_end.formula(1))])}")
        lines.append("}")
    return lines
