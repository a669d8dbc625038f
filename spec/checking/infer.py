"""Names and types of one expression. Every fault is reported; the expression's type is given back all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from .. import syntax
from ..diagnostics import Related, listed, meant, plural
from ..nesting import children
from ..parsing.habits.names import wrong_name
from ..parsing.tokens import keywords
from ..source import Span
from ..words import WIDEST
from .infer_word import check_arguments, check_literal, check_updates, width, word_width
from .types import BOOL, NUMBER, ORDERED, REVISION, SET, AnyType, Type, Unknown, narrow, settled, unify

if TYPE_CHECKING:
    from .scope import Scope, Signature


def expect(scope: Scope, expr: syntax.Expr, wanted: AnyType, taker: Signature | None = None) -> bool:
    """Report `expr` unless it has the wanted type. `taker` is the `define` that it is an argument of."""
    if isinstance(wanted, Type) and wanted.kind == "word or name":
        return _word_or_name(scope, expr, wanted)
    return expect_type(scope, infer(scope, expr), wanted, expr, taker)


def expect_type(
    scope: Scope, found: AnyType, wanted: AnyType, expr: syntax.Expr, taker: Signature | None = None
) -> bool:
    """The same of an expression whose type is known."""
    if unify(found, wanted):
        return True
    found, wanted = settled(found), settled(wanted)
    message = f"this is {found}, and {wanted} is wanted here"
    related: tuple[Related, ...] = ()
    if taker:
        message = f"this is {found}, and `{taker.define.name.id}` takes {wanted} here"
        related = (Related(taker.source, taker.define.name.span, "it is defined here"),)
    scope.report("P301", message, expr.span, _hint(scope, found, wanted, expr) or f"write {wanted} here", *related)
    return False


def _word_or_name(scope: Scope, expr: syntax.Expr, wanted: Type) -> bool:
    """Report what is neither a revision nor a name of the variable; of an `if`, each branch may be either."""
    if isinstance(expr, syntax.If):
        condition = expect(scope, expr.condition, BOOL)
        branches = [_word_or_name(scope, branch, wanted) for branch in (expr.then, expr.otherwise)]
        return condition and all(branches)
    found = infer(scope, expr)
    kept = settled(found)
    if not isinstance(kept, Type) or kept.kind != "enumeration":
        return expect_type(scope, found, REVISION, expr)
    if kept.of != wanted.of:
        names = listed([name for name, _ in wanted.values])
        scope.report("P301", f"this is {kept}, and not of `{wanted.of}`", expr.span, f"its names are {names}")
    return kept.of == wanted.of


def _hint(scope: Scope, found: AnyType, wanted: AnyType, expr: syntax.Expr) -> str:
    match found, wanted:
        case (Type(kind="enumeration", of=output), _) | (_, Type(kind="enumeration", of=output)) if (
            output in scope.hidden
        ):
            return f"`{output}` cannot be read here, so compare with a revision: {scope.hidden[output]}"
        case Type(kind="enumeration", of=output), Type(kind="revision") if (
            isinstance(expr, syntax.Name) and scope.values.get(output) == REVISION
        ):
            return f"`{expr.id}` is a name, and no revision: write `{output} is {expr.id}`, or `is not`"
        case Type(kind="enumeration", of=output), Type(kind="revision") if (
            isinstance(expr, syntax.Name) and expr.id != output
        ):
            return f"`{expr.id}` is a value of `{output}`: write `{output} == {expr.id}`"
        case Type(kind="set"), Type(kind="revision"):
            return "choose one of the set with `max` or `min`, or speak of each with `every r in …`"
        case Type(kind="revision"), Type(kind="number"):
            return "a field is a number: take one of the revision, such as `.major`, or write the number alone"
        case Type(kind="number"), Type(kind="revision"):
            return "write the revision with all its fields, such as 1.0, or its register word in hexadecimal"
        case Type(kind="revision"), Type(kind="set"):
            return "put it in braces for the set of it alone, as in `{1.0}`; the range of it alone is `1.0..1.0`"
        case Type(kind="enumeration"), Type(kind="revision"):
            return "sets have revisions in them; of other values, compare with each, and join that by `or`"
        case _, Type(kind="enumeration", of=output, values=values):
            literal = expr.value if isinstance(expr, syntax.Number) else None
            named = next((name for name, number in values if number == literal), None)
            which = f"write `{named}` for {literal}" if named else listed([name for name, _ in values])
            return f"the values of `{output}` have names: {which}"
        case _, Type(kind="bool"):
            return "a formula is wanted: compare it with `==`, or test it with `in`"
        case _, Unknown(allowed=allowed):
            return "only revisions and numbers are ordered" if allowed == ORDERED else ""
        case _:
            return ""


def infer(scope: Scope, expr: syntax.Expr) -> AnyType:
    """The type of an expression."""
    match expr:
        case syntax.Name():
            return _name(scope, expr)
        case syntax.Number(value=value, hexadecimal=hexadecimal, span=span):
            # In decimal it counts rounds, too, whatever the width of a word.
            bits = word_width(scope) if hexadecimal else WIDEST
            if value >> bits:
                help_ = f"the largest is {(1 << bits) - 1:#x}"
                scope.report("P303", f"this number does not fit in {plural(bits, 'bit')}", span, help_)
            # In hexadecimal it is a number or a register word: what it is used with tells.
            return Unknown(ORDERED) if hexadecimal else NUMBER
        case syntax.Revision():
            check_literal(scope, expr)
            return REVISION
        case syntax.FieldOf():
            return _part(scope, expr)
        case syntax.With(of=of, updates=updates):
            expect(scope, of, REVISION)
            for _, value in updates:
                expect(scope, value, NUMBER)
            check_updates(scope, expr)
            return REVISION
        case syntax.Call():
            return _call(scope, expr)
        case syntax.SetLiteral() | syntax.Range():
            for part in children(expr):
                expect(scope, part, REVISION)
            return SET
        case syntax.If(condition=condition, then=then, otherwise=otherwise):
            expect(scope, condition, BOOL)
            type_ = infer(scope, then)
            expect(scope, otherwise, type_)
            return type_
        case syntax.Extremum():
            return _extremum(scope, expr)
        case _:
            _formula(scope, expr)
            return BOOL


def _formula(scope: Scope, expr: syntax.Formula) -> None:
    match expr:
        case syntax.Boolean():
            return
        case syntax.Comparison():
            _comparison(scope, expr)
        case syntax.Member(item=item, domain=domain):
            # Where the item is no revision, the members of the braces are none either.
            if expect(scope, item, REVISION) or not isinstance(domain, syntax.SetLiteral):
                expect(scope, domain, SET)
        case syntax.IsEmpty(domain=domain):
            expect(scope, domain, SET)
        case syntax.IsNamed():
            _named(scope, expr)
        case syntax.Quantified(kind=kind, variable=variable, domain=domain, body=body, span=span):
            expect(scope, domain, SET)
            expect(_bind(scope, variable, span.start + len(kind), domain.span.start), body, BOOL)
        case syntax.Not() | syntax.And() | syntax.Or() | syntax.Implies() | syntax.Iff():
            for operand in children(expr):
                expect(scope, operand, BOOL)
        case _:
            assert_never(expr)


def _named(scope: Scope, expr: syntax.IsNamed) -> None:
    """`version is NOT_SUPPORTED`: of a variable that has names, one of these."""
    item, name = expr.item, expr.name
    faults = len(scope.problems)
    type_ = settled(infer(scope, item))
    if len(scope.problems) > faults:
        return
    place = scope.word(name, item.span.end, expr.span.end)
    of = scope.values.get(name)
    variable = item.id if isinstance(item, syntax.Name) and item.id not in scope.bound else None
    if isinstance(type_, Type) and type_.kind == "enumeration":
        operator = "!=" if expr.negated else "=="
        what = variable or "it"
        scope.report("P301", f"{type_} is compared by `{operator}`", expr.span, f"write `{what} {operator} {name}`")
    elif isinstance(of, Type) and of.kind == "enumeration" and of.of == variable:
        return
    elif isinstance(of, Type) and of.kind == "enumeration" and scope.values.get(of.of) == REVISION:
        help_ = f"ask `{of.of} {'is not' if expr.negated else 'is'} {name}`"
        scope.report("P301", f"`{name}` is a name of `{of.of}`, and of nothing else", expr.span, help_)
    else:
        habit = wrong_name("name", name)
        if habit is not None:
            scope.report("P201", habit.message, place, habit.help)
            return
        if scope.knows(name) or name in scope.defines:
            operator = "`!=`" if expr.negated else "`==`"
            help_ = f"replace `is{' not' if expr.negated else ''}` by {operator}"
            scope.report("P301", f"`is` asks for the name of a value, and `{name}` is none", place, help_)
            return
        own = [
            n for n, t in scope.values.items() if isinstance(t, Type) and t.kind == "enumeration" and t.of == variable
        ]
        help_ = f"its names are {listed(own)}" if own else "write `is empty` of sets, and `==` of other values"
        help_ = meant(name, own, help_, already=len(scope.problems))
        if name.lower() in keywords():
            help_ = f"write `{name.lower()}`: words of the language are in lower case"
        what = f"`{variable}` has" if own else "this has"
        scope.report("P201", f"{what} no name `{name}`", place, help_)


def _name(scope: Scope, expr: syntax.Name) -> AnyType:
    found = scope.type_of(expr.id)
    if found is not None:
        return found
    signature = None if expr.id in scope.hidden else scope.defines.get(expr.id)
    if signature is None:
        return scope.missing(expr.id, expr.span)
    if signature.parameters:
        _arity(scope, signature, 0, expr.span)
    return signature.instance().result


def _part(scope: Scope, expr: syntax.FieldOf) -> AnyType:
    part = expr.part
    place = Span(expr.span.end - len(part), expr.span.end) if isinstance(part, str) else part.span
    of = infer(scope, expr.of)
    if settled(of) == SET:
        habit = wrong_name("member of a set", part) if isinstance(part, str) else None
        message, help_ = ("a set has no parts", "choose one of it with `max` or `min`, and take the part of that")
        if habit is not None:
            message, help_ = habit.message, habit.help
        scope.report("P301", message, place, help_)
        return Unknown()
    kept = settled(of)
    if isinstance(kept, Type) and kept.kind == "enumeration":
        scope.report("P301", f"{kept} has no parts", place, f"the values of `{kept.of}` stand by their names alone")
        return Unknown()
    expect_type(scope, of, REVISION, expr.of)
    width(scope, part, place)
    return NUMBER


def _call(scope: Scope, expr: syntax.Call) -> AnyType:
    name = Span(expr.span.start, expr.span.start + len(expr.name))
    signature = None if expr.name in scope.hidden else scope.defines.get(expr.name)
    if signature is None:
        for argument in expr.arguments:
            infer(scope, argument)
        if scope.type_of(expr.name) is None:
            return scope.missing(expr.name, name, called=True)
        scope.report("P208", f"`{expr.name}` takes no arguments", name, "only a `define` with parameters does")
        return Unknown()
    signature = signature.instance()
    if len(expr.arguments) != len(signature.parameters):
        for argument in expr.arguments:
            infer(scope, argument)
        _arity(scope, signature, len(expr.arguments), expr.span)
        return signature.result
    for argument, parameter in zip(expr.arguments, signature.parameters, strict=True):
        expect(scope, argument, parameter, signature)
    check_arguments(scope, expr, signature)
    return signature.result


def _arity(scope: Scope, signature: Signature, given: int, span: Span) -> None:
    name = signature.define.name
    wanted = len(signature.parameters)
    takes = f"`{name.id}` takes {plural(wanted, 'argument', none='no')}"
    message = f"{takes}, and {given or 'none'} {'is' if given in (0, 1) else 'are'} given"
    # Those of `prefers` have a dot, so that nobody can mean them.
    parameters = listed([p.id.rstrip("·") for p in signature.define.parameters])
    help_ = f"its parameters are {parameters}" if wanted else "use it by its name alone"
    scope.report("P208", message, span, help_, Related(signature.source, name.span, "it is defined here"))


def _comparison(scope: Scope, expr: syntax.Comparison) -> None:
    left = infer(scope, expr.left)
    right = infer(scope, expr.right)
    if not unify(left, right):
        left, right = settled(left), settled(right)
        hints = [_hint(scope, right, left, expr.right), _hint(scope, left, right, expr.left)]
        if isinstance(left, Type) and left.kind == "enumeration" and right == REVISION:
            hints.reverse()
        help_ = next(filter(None, hints), "both sides of a comparison have one type")
        if {left, right} == {SET, REVISION}:
            help_ = "write `in` for a member of a set; of its members, choose one with `max` or `min`"
        scope.report("P301", f"{left} is compared with {right}", expr.span, help_)
    elif expr.operator not in ("==", "!=") and not narrow(left, ORDERED):
        help_ = "only revisions and numbers are ordered"
        if settled(left) == SET:
            help_ = "write `every r in a: r in b` where one set lies in another"
        scope.report("P302", f"{settled(left)} has no order", expr.span, help_)


def _extremum(scope: Scope, expr: syntax.Extremum) -> AnyType:
    if isinstance(expr.domain, syntax.Range):
        scope.report("P305", f"a range has no `{expr.kind}` here", expr.domain.span, "name its ends instead")
    of_known = expr.domain == syntax.Name("known")
    if expr.kind == "first" and not (scope.of_caller and of_known):
        help_ = "other sets have no order but that of their revisions: write `max` or `min`"
        scope.report("P426", "`first` chooses from `known`, in a host or a session", expr.domain.span, help_)
    if expr.kind != "first" or scope.of_caller or not of_known:
        expect(scope, expr.domain, SET)
    if expr.variable is not None and expr.where is not None:
        start = expr.span.start + len(expr.kind)
        expect(_bind(scope, expr.variable, start, expr.domain.span.start), expr.where, BOOL)
    return REVISION


def _bind(scope: Scope, variable: str, start: int, end: int) -> Scope:
    if scope.knows(variable):
        place = scope.word(variable, start, end)
        scope.report("P210", f"`{variable}` has a meaning here already", place, "choose another name for the variable")
    return scope.binding({variable: REVISION})
