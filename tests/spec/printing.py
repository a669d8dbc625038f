"""Trees as text: each item on one line, no comments. `format_text` gives such a text its canonical layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from parley.spec import syntax
from parley.spec.formatting.expressions import print_expr


def print_file(file: syntax.File) -> str:
    """A file's declarations, doc comments among them, as a text that reads back as an equal tree."""
    return "\n".join("".join(f"{line}\n" for line in _lines(declaration)) for declaration in file.declarations)


def _lines(node: syntax.Declaration | syntax.Item) -> Iterator[str]:
    if node.doc:
        yield from (f"/// {line}".rstrip() for line in node.doc.split("\n"))
    match node:
        case syntax.Use(target=target, library=library):
            yield f"use {target}" if library else f'use "{target}"'
        case syntax.Interface(name=name, items=items, cites=cites):
            yield from _block(f"interface {name.id}{_from(cites)}", items)
        case syntax.Policy(name=name, interface=interface, refines=refines, items=items, under=under, cites=cites):
            refined = f" refines {refines.id}" if refines else ""
            yield from _block(f"policy {name.id} for {interface.id}{refined}{_under(under)}{_from(cites)}", items)
        case syntax.Host(name=name, interface=interface, items=items, cites=cites):
            yield from _block(f"host {name.id} for {interface.id}{_from(cites)}", items)
        case syntax.Session(name=name, host=host, policy=policy, items=items, under=under, cites=cites):
            yield from _block(f"session {name.id} : {host.id} with {policy.id}{_under(under)}{_from(cites)}", items)
        case syntax.Scenario(name=name, subject=subject, items=items, cites=cites):
            yield from _block(f"scenario {name.id} for {subject.id}{_from(cites)}", items)
        case syntax.Case(name=name, guard=guard, items=items):
            yield from _block(f"case {name.id} {f'when {print_expr(guard)}' if guard else 'otherwise'}", items)
        case syntax.Layout(fields=fields):
            yield f"revision {{ {'   '.join(map(_field, fields))} }}" if fields else "revision {}"
        case syntax.Variable(role=role, name=name, type=type_, register=register, extension=extension, names=names):
            place = f" in {register.id}{f' {extension.id}' if extension else ''}" if register else ""
            yield f"{role} {name.id} : {_type(type_)}{f' or {_names(names)}' if names else ''}{place}"
        case syntax.Define(name=name, parameters=parameters, body=body, cites=cites):
            listed = f"({', '.join(parameter.id for parameter in parameters)})" if parameters else ""
            yield f"define {name.id}{listed}{_from(cites)}{f' = {print_expr(body)}' if body else ''}"
        case syntax.Statement(role=role, name=name, formula=formula, under=under, cites=cites):
            yield f"{role} {name.id}{_under(under)}{_from(cites)}: {print_expr(formula)}"
        case syntax.Assign(output=output, value=value):
            yield f"{output.id} = {print_expr(value) if value else 'any'}"
        case syntax.Ensure(formula=formula):
            yield f"ensure {print_expr(formula)}"
        case syntax.Expect(verdict=verdict, claim=claim, why=why):
            yield f'expect {verdict} {claim.id} "{why}"'
        case syntax.Knows(ranged=True):
            yield "knows range"
        case syntax.Knows(between=between) if between is not None:
            yield f"knows {print_expr(between)}"
        case syntax.Knows(revisions=revisions, most=most):
            yield f"knows {_any(most) if revisions is None else ', '.join(map(print_expr, revisions))}"
        case syntax.Opening(request=request):
            yield f"start request {print_expr(request)}"
        case syntax.Rule(guard=guard, action=action):
            yield f"{f'on {print_expr(guard)}' if guard else 'otherwise'} => {_action(action)}"
        case syntax.Given(name=name, value=value):
            yield f"given {name.id} = {print_expr(value)}"
        case syntax.Then(formula=formula):
            yield f"then {print_expr(formula)}"
        case _:
            assert_never(node)


def _names(names: syntax.Enumeration) -> str:
    """What a word may be instead; a name without a code has none."""
    shown = (name.id if code >= syntax.NO_CODE else f"{name.id} = {code}" for name, code in names.values)
    return f"{{ {', '.join(shown)} }}"


def _action(action: syntax.Action) -> str:
    match action:
        case syntax.Request(revision=revision):
            return f"request {print_expr(revision)}"
        case syntax.Accept(revision=revision):
            return f"accept {print_expr(revision)}"
        case syntax.GiveUp():
            return "give up"
        case _:
            assert_never(action)


def _any(most: int | None) -> str:
    return "any" if most is None else f"any up to {most}"


def _block(head: str, items: Iterable[syntax.Item]) -> Iterator[str]:
    inner = [f"    {line}" for item in items for line in _lines(item)]
    yield from (f"{head} {{", *inner, "}") if inner else (f"{head} {{}}",)


def _under(labels: tuple[syntax.Label, ...]) -> str:
    return f" under {', '.join(label.id for label in labels)}" if labels else ""


def _from(cites: str) -> str:
    return f' from "{cites}"' if cites else ""


def _field(field: syntax.FieldLayout) -> str:
    return f"{field.name.id}{_slice(field.bits)}{' zero' if field.zero else ''}"


def _type(type_: syntax.ValueType) -> str:
    if isinstance(type_, syntax.Enumeration):
        return f"{{ {', '.join(f'{name.id} = {value}' for name, value in type_.values)} }}"
    return f"{type_} of revision" if type_ in ("set", "range") else type_


def _slice(bits: syntax.Slice) -> str:
    return f"[{bits.high}]" if bits.high == bits.low else f"[{bits.high}:{bits.low}]"
