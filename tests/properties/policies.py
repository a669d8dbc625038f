"""Random interfaces with one or two policies and a scenario, small enough to try everything."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from oracle.policies import Domains
from oracle.words import Words
from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr

from .defines import Drawn, body_of, defines, file_defines, parameters
from .draw import Draw, Shrinking, chance, pick
from .expressions import SHAPES, Expressions, Seen

WIDE_INPUTS = (0, 1, 2, 3, 4, 6, -1)
WIDE_OUTPUTS = (0, 1, 2, 3, 4, 5, 6, 7, -1)
"""What the wide field need be where nothing bounds it: formulas compare it with numbers below 4, with other fields,
that are below 4, and with other words' wide fields. From 4 on only the order counts, among one input and two outputs;
with an input at 4 and one at 6, there is none or one value between that and the numbers, and some above; with one at
the top (-1), there is none above.
"""

TYPES = {"word": "revision", "bool": "bool", "set": "set of revision"}


def narrow(words: Words) -> tuple[int, ...]:
    """All words that inputs and open outputs can be where an assumption or an `ensure` bounds them: literals that do so
    have no bits but the lowest three, which in some formats are of the wide field.
    """
    if words.short:
        return words.all
    widest = max(words.fields, key=lambda f: f.bits.high - f.bits.low)
    return words.with_wide(range(max(2, 8 >> widest.bits.low)))


@dataclass(frozen=True)
class Generated:
    """A text, and the words that its inputs and open outputs can be."""

    text: str
    shape: str
    loose: bool

    def domains(self, words: Words) -> Domains:
        if self.loose:
            return Domains(words.with_wide(WIDE_INPUTS), words.with_wide(WIDE_OUTPUTS))
        return Domains(narrow(words), narrow(words))


def policy_text(draw: Draw) -> Generated:
    """The text of a random interface, with a policy `p` that may refine a policy `q`."""
    loose = chance(draw, 6)
    name = pick(
        draw,
        ["tiny", "one"]
        if loose
        else [
            "tiny",
            "tiny",
            "tiny",
            "tiny",
            "gap",
            "gap",
            "one",
            "one",
            "middle",
            "middle",
            "three",
            "short",
            "short",
            "under",
        ],
    )
    shape = SHAPES[name]
    ranges = chance(draw, 40)
    drawn = Drawn(draw, shape, loose, Expressions(draw, shape, slices=not loose and chance(draw, 60), ranges=ranges))
    lines = [*file_defines(drawn), *_interface(drawn, name)]
    refines = drawn.chance(40)
    if refines:
        configs = own_config(drawn, "theirs")
        shared = _shared(drawn), cases(drawn)
        lines += _policy(drawn, f"q for I{under(drawn, 25)}", configs, *shared)
        configs = own_config(drawn, "mine")
        own = shared if drawn.chance(50) else (_shared(drawn), cases(drawn))
        lines += _policy(drawn, f"p for I refines q{under(drawn, 25)}", configs, *own)
    else:
        configs = own_config(drawn, "mine")
        lines += _policy(drawn, f"p for I{under(drawn, 25)}", configs, _shared(drawn), cases(drawn))
    if drawn.chance(15):
        lines += _scenario(drawn)
    return Generated("\n".join(lines) + "\n", name, loose)


@st.composite
def policies(draw: DrawFn) -> Generated:
    """The same as a strategy: what fails shrinks to a small policy."""
    return policy_text(Shrinking(draw))


def _interface(drawn: Drawn, name: str) -> list[str]:
    lines = ["interface I {", f"    revision {{ {drawn.shape.layout} }}"]
    if not drawn.chance(8):
        drawn.sets.append("supported")
        lines.append(f"    config supported : {_kind(drawn, 'supported')}")
    size = 1
    if drawn.sets and name != "three" and not drawn.loose and drawn.chance(6):
        drawn.sets.append("offered")
        lines.append(f"    config offered : {_kind(drawn, 'offered')}")
        size *= 16
    if name != "three" and drawn.chance(8) and size == 1:
        drawn.words.append("floor")
        lines.append("    config floor : revision")
        size *= 4
    if drawn.chance(15) or not (drawn.sets or drawn.words):
        drawn.flags.append("flag")
        lines.append("    config flag : bool")
    drawn.inputs.append("requested")
    lines.append(f"    input requested : revision{names(drawn, 'requested', NAMED_INPUT)}")
    if size == 1 and not drawn.loose and name != "three" and drawn.chance(10):
        drawn.inputs.append("wanted")
        lines.append("    input wanted : revision")
        size *= 16
    if drawn.chance(10):
        drawn.flags.append("newest")
        lines.append("    input newest : bool")
    if drawn.chance(10):
        # It is looked at by a name.
        drawn.named.append("hard")
        lines.append("    input mode : { SOFT = 0, HARD = 1, MIDDLE = 7 }")
        lines.append("    define hard = mode == HARD")
    if size == 1 and not drawn.loose and name != "three" and drawn.chance(12):
        drawn.sets.append("asked")
        lines.append(f"    input asked : {_kind(drawn, 'asked')}")
        size *= 16
    if drawn.chance(60):
        drawn.outputs["status"] = "status"
        lines.append("    output status : { OK = 0, BAD = 1 }")
    if drawn.chance(40):
        drawn.outputs["ok"] = "bool"
        lines.append("    output ok : bool")
    if not drawn.outputs or drawn.chance(65):
        drawn.outputs["lower"] = "word"
        lines.append(f"    output lower : revision{names(drawn, 'lower', NAMED_OUTPUT)}")
        if drawn.chance(20):
            drawn.outputs["higher"] = "word"
            lines.append("    output higher : revision")
    if size == 1 and not drawn.loose and name != "three" and drawn.chance(20):
        drawn.outputs["listed"] = pick(drawn.draw, ["set", "set", "range"])
        lines.append(f"    output listed : {drawn.outputs['listed']} of revision")
    lines += defines(drawn)
    if "supported" in drawn.sets and drawn.chance(50):
        lines.append("    assume configured: supported is not empty")
    if not drawn.loose:
        for at, input_ in enumerate(drawn.inputs):
            if input_ in drawn.expressions.named:
                # All words are tried, and no name has a field.
                continue
            bounds = [f"{input_}.reserved == 0", *([] if name == "three" else [f"{input_}.reserved < 2"])]
            if name in ("tiny", "one"):
                bounds.append(f"{input_} < 0x8")
            lines.append(f"    assume small{at or ''}: {pick(drawn.draw, bounds)}")
    if drawn.chance(6):
        lines.append(f"    assume more: {drawn.formula(drawn.before(), 2)}")
    for name in ("opt", "alt"):
        if drawn.chance(12):
            lines.append(f"    assumption {name}: {drawn.formula(drawn.before(), 2)}")
            drawn.optional.append(name)
    if drawn.chance(20):
        lines.append(f"    invariant shared{under(drawn, 50)}: {drawn.formula(drawn.after(), 2)}")
    return [*lines, "}"]


NAMED_INPUT = ("PING", "PING, LOST", "PING, LOST = -1", "LOST = -2")
NAMED_OUTPUT = ("NONE = -1", "NONE = -1, GONE", "GONE", "NONE = -2, GONE = -1")


def names(drawn: Drawn, variable: str, choices: tuple[str, ...]) -> str:
    """What stands behind the type of a variable that may have a name for its value: in short formats, all words of
    which can be tried.
    """
    if drawn.shape.width > 4 or not drawn.chance(55):
        return ""
    written = pick(drawn.draw, choices)
    drawn.expressions.named[variable] = tuple(name.split(" ")[0] for name in written.split(", "))
    return f" or {{ {written} }}"


def _kind(drawn: Drawn, name: str) -> str:
    if drawn.chance(30):
        drawn.ranges.append(name)
        return "range of revision"
    return "set of revision"


def under(drawn: Drawn, percent: int) -> str:
    """`under` with some optional assumptions, now and then."""
    if not drawn.optional or not drawn.chance(percent):
        return ""
    names = drawn.optional if drawn.chance(30) else [pick(drawn.draw, drawn.optional)]
    return f" under {', '.join(names)}"


def own_config(drawn: Drawn, name: str) -> list[str]:
    """A config that a policy has for itself, now and then; from then on it may be named."""
    if not drawn.chance(12):
        return []
    if drawn.chance(60):
        drawn.flags.append(name)
        return [f"    config {name} : bool"]
    drawn.words.append(name)
    return [f"    config {name} : revision"]


def _policy(drawn: Drawn, head: str, configs: list[str], shared: list[str], cases: list[str]) -> list[str]:
    lines = [f"policy {head} {{", *configs]
    for define in drawn.defines:
        if drawn.chance(35):
            if define.name == "related" and drawn.chance(30):
                lines.append(f"    define helper(a) = {drawn.formula(Seen(words=('a',)), 1)}")
                body = pick(drawn.draw, ["helper(a) and not helper(b)", "helper(b)", "helper(a) iff helper(b)"])
            else:
                body = body_of(drawn, define.name)
            lines.append(f"    define {define.name}{parameters(define.name)} = {body}")
    if drawn.chance(8):
        lines.append(f"    assume extra: {drawn.formula(drawn.before(), 2)}")
    lines += [*shared, *cases]
    for at in range(1 + drawn.chance(20)):
        formula = drawn.expressions.formula(drawn.after(), 2 + drawn.chance(25))
        lines.append(f"    invariant i{at}{under(drawn, 30)}: {print_expr(_premised(drawn, formula))}")
    return [*lines, "}"]


def _premised(drawn: Drawn, formula: syntax.Expr) -> syntax.Expr:
    """The formula, often with a premise, now and then beside another that has one."""
    if drawn.chance(12):
        atoms = [drawn.expressions.atom(drawn.after(), 1) for _ in range(3)]
        return syntax.And((syntax.Implies(atoms[0], formula), syntax.Implies(atoms[1], atoms[2])))
    if "status" in drawn.outputs and drawn.chance(35):
        return syntax.Implies(
            syntax.Comparison("==", syntax.Name("status"), syntax.Name(pick(drawn.draw, ["OK", "BAD"]))), formula
        )
    return formula


def _value(drawn: Drawn, output: str, readable: list[str]) -> str:
    """A value for an output, which may read some others."""
    seen = replace(drawn.before(), words=(*drawn.before().words, *readable))
    match drawn.outputs[output]:
        case "word":
            return print_expr(drawn.expressions.value(output, seen, 1 + drawn.chance(60)))
        case "bool":
            return drawn.formula(seen, 1)
        case "set":
            return print_expr(_listed(drawn, seen))
        case "range":
            return print_expr(spanned(drawn, seen))
        case _:
            return pick(drawn.draw, ["OK", "BAD"])


def _listed(drawn: Drawn, seen: Seen) -> syntax.Expr:
    """A set that may be answered: none of them is a range."""
    listed = replace(seen, sets=tuple(name for name in seen.sets if name not in drawn.ranges))
    if drawn.chance(20):
        test = drawn.expressions.formula(seen, 1)
        return syntax.If(test, *(drawn.expressions.domain(listed, ranges=False) for _ in range(2)))
    if listed.sets and drawn.chance(15):
        # Members that follow from a set.
        ends = (syntax.Extremum(kind, syntax.Name(pick(drawn.draw, listed.sets))) for kind in ("max", "min"))
        return syntax.SetLiteral(tuple(ends))
    return drawn.expressions.domain(listed, ranges=False)


def spanned(drawn: Drawn, seen: Seen, *, choice: bool = True) -> syntax.Expr:
    """A range that may be answered, or asked for."""
    if choice and drawn.chance(20):
        test = drawn.expressions.formula(seen, 1)
        return syntax.If(test, *(spanned(drawn, seen, choice=drawn.chance(20)) for _ in range(2)))
    whole = [name for name in seen.sets if name in drawn.ranges]
    if whole and drawn.chance(50):
        return syntax.Name(pick(drawn.draw, whole))
    if drawn.chance(8):
        return syntax.SetLiteral(())
    ends: list[syntax.Expr] = []
    for kind in ("min", "max"):
        end = drawn.expressions.term(replace(seen, sets=()), 0)
        if seen.sets and drawn.chance(30):
            end = syntax.Extremum(kind, syntax.Name(pick(drawn.draw, seen.sets)))
        ends.append(end)
    return syntax.Range(ends[0], ends[1])


def _shared(drawn: Drawn) -> list[str]:
    """Assignments for every case. They stand first, so that the cases know what is left."""
    return [f"    higher = {_value(drawn, 'higher', ['lower'])}"] if "higher" in drawn.outputs else []


def cases(drawn: Drawn) -> list[str]:
    """Cases with all outputs that are not assigned for all of them."""
    lines: list[str] = []
    count = 2 if drawn.chance(50) else 1 + drawn.draw.below(3)
    for at in range(count):
        last = at == count - 1 and not drawn.chance(20)
        lines.append(
            f"    case c{at} {'otherwise' if last else f'when {drawn.formula(drawn.before(), 1 + drawn.chance(40))}'} {{"
        )
        open_: list[str] = []
        for output in drawn.outputs:
            if output == "higher":
                continue
            if drawn.chance(8 if output == "listed" else 12):
                open_.append(output)
            reads = output == "ok" or drawn.outputs[output] == "range"
            readable = ["lower"] if "lower" in drawn.outputs and reads and drawn.chance(40) else []
            value = "any" if output in open_ else _value(drawn, output, readable)
            lines.append(f"        {output} = {value}")
        lines += _ensures(drawn, open_)
        lines.append("    }")
    return lines


def _ensures(drawn: Drawn, open_: list[str]) -> list[str]:
    lines: list[str] = []
    if "lower" in open_ and not drawn.loose:
        literals = f"{print_expr(drawn.expressions.literal())}, {print_expr(drawn.expressions.literal())}"
        bounds = ["lower.reserved < 2", f"lower in {{{literals}}}", "lower.reserved == 0"]
        bounds += [f"lower in {name}" for name in drawn.sets]
        lines.append(f"        ensure {pick(drawn.draw, bounds)}")
    for output in open_:
        if drawn.chance(40):
            seen = drawn.before()
            match drawn.outputs[output]:
                case "word":
                    seen = replace(seen, words=(output, *seen.words))
                    about = syntax.Comparison("==", syntax.Name(output), drawn.expressions.term(drawn.before(), 1))
                    if drawn.outputs.get("listed") == "range" and drawn.chance(50):
                        about = syntax.Member(syntax.Name(output), syntax.Name("listed"), drawn.chance(30))
                case "bool":
                    seen = replace(seen, flags=(output, *seen.flags))
                    about = syntax.Name(output)
                case "set" | "range":
                    name = drawn.expressions.fresh()
                    domain = syntax.Name(output), drawn.expressions.domain(drawn.before(), ranges=True)
                    one, other = domain if drawn.chance(60) else domain[::-1]
                    about = syntax.Quantified("every", name, one, syntax.Member(syntax.Name(name), other))
                case _:
                    about = syntax.Comparison("==", syntax.Name(output), syntax.Name("OK"))
            formula = drawn.formula(seen, 1)
            lines.append(
                f"        ensure ({print_expr(about)}) {pick(drawn.draw, ['or', 'implies', 'iff'])} ({formula})"
            )
    return lines


def _scenario(drawn: Drawn) -> list[str]:
    lines = ["scenario example for p {"]
    sets = [name for name in drawn.sets if drawn.chance(70)]
    lines += [f"    given {name} = {constant(drawn, name)}" for name in sets]
    given = [name for name in drawn.inputs if drawn.chance(60)]
    lines += [f"    given {name} = {print_expr(drawn.expressions.literal_formed())}" for name in given]
    flags = [name for name in drawn.flags if drawn.chance(50)]
    lines += [f"    given {name} = {pick(drawn.draw, ['false', 'true'])}" for name in flags]
    return [*lines, f"    then {drawn.formula(drawn.after(), 1)}", "}"]


def constant(drawn: Drawn, name: str) -> str:
    """A set, or a range, written out."""
    if name in drawn.ranges and not drawn.chance(10):
        low, high = (print_expr(drawn.expressions.literal_formed()) for _ in range(2))
        return f"{low}..{high}"
    count = 0 if name in drawn.ranges else drawn.draw.below(3)
    return f"{{{', '.join(print_expr(drawn.expressions.literal_formed()) for _ in range(count))}}}"
