"""How a harness in C tells a counterexample: lines that begin with `parley:`, a value each, as `parley eval` takes it.

What is asked is told before the implementation is called: where an assertion of its own fails, nothing comes behind.
"""

from __future__ import annotations

from ...spec.syntax import Enumeration, Variable
from .c_language import C
from .names import c_comment, c_string


def telling(c: C) -> str:
    """The functions that tell what the implementation is built with, what is asked and what is answered."""
    built: list[str] = []
    sets = [v for v in c.interface.configs if v.type == "set"]
    for variable in c.interface.configs:
        name, field = variable.name.id, f"config->{c.fields[variable.name.id]}"
        if variable.type == "set":
            built.append(f"\tfor (i = 0; i < config->{c.count(name)}; i++) {{")
            built += [f"\t{line}" for line in _told(variable, f"{field}[i]", name, c)]
            built.append("\t}")
        elif variable.type == "range":
            for end, said in zip(c.ends(name), ("from", "to"), strict=True):
                built += _told(variable, f"config->{end}", f"{name} {said}", c)
        else:
            built += _told(variable, field, name, c)
    answered = [
        line
        for v in c.interface.outputs
        for line in _told(v, f"reply->{c.fields[v.name.id]}", f"answered {v.name.id}", c)
    ]
    counts = ["\tunsigned int i;"] if sets else []
    config = f"const struct {c.of('config')} *config"
    says = "What it is built with. A value is assumed to be what it is, or a solver that slices would leave it out."
    made = (
        _function(says, "config", config, [*counts, *_declared(built, c)], built, c) if built else "",
        _function("What is answered.", "answered", c.reply(), _declared(answered, c), answered, c),
    )
    return "\n\n".join(part for part in made if part)


def asked(c: C, first: str = "") -> list[str]:
    """Statements, one block, that tell what is asked; `first` stands before its name."""
    told = [line for v in c.interface.inputs for line in _told(v, c.names[v.name.id], f"{first}{v.name.id}", c)]
    return ["\t{", *(f"\t{line}" for line in [*_declared(told, c), "", *told]), "\t}"] if told else []


def _declared(lines: list[str], c: C) -> list[str]:
    types = {"told": c.u64, "malformed": c.bool, "named": c.bool}
    return [f"\t{type_} {name};" for name, type_ in types.items() if any(f"\t{name} = " in line for line in lines)]


def _function(says: str, name: str, parameter: str, declared: list[str], body: list[str], c: C) -> str:
    head = f"static void {c.prefix}tell_{name}({parameter})"
    return "\n".join((c_comment([says]), head, "{", *declared, "", *body, "}"))


def _told(variable: Variable, value: str, says: str, c: C) -> list[str]:
    lines = [f"\ttold = {value};", f"\t__CPROVER_assume(told == {value});"]
    whole = "(unsigned long long)told"
    if variable.type == "bool":
        return [*lines, f'\tTELL("parley: {says} %s\\n", told ? "true" : "false");']
    if isinstance(variable.type, Enumeration):
        names = _names({label.id: number for label, number in variable.type.values}, c)
        return [*lines, f'\tTELL("parley: {says} %s (0x%llx)\\n",', f'\t\t{names}"?", {whole});']
    codes = c.interface.named.get(variable.name.id, {})
    if codes:
        named = " || ".join(f"told == {c.word(code).text}" for code in codes.values())
        lines += [f"\tnamed = {named};", f"\t__CPROVER_assume(named == ({named}));", "\tif (named)"]
        lines += [f'\t\tTELL("parley: {says} %s (0x%llx)\\n",', f'\t\t\t{_names(codes, c)}"?", {whole});']
    # A word that is no revision is told as the word: a request for what it looks like is another request.
    if c.format.zeros:
        wrong = f"(told & {c.word(c.format.zeros).text}) != 0"
        lines[2:2] = [f"\tmalformed = {wrong};", f"\t__CPROVER_assume(malformed == ({wrong}));"]
        lines.append(f"\t{'else ' if codes else ''}if (malformed)")
        lines.append(f'\t\tTELL("parley: {says} 0x%llx\\n", {whole});')
    lines += ["\telse"] if codes or c.format.zeros else []
    fields = c.format.numbered
    lines.append(f'\t\tTELL("parley: {says} {".".join("%llu" for _ in fields)} (0x%llx)\\n",')
    for field in fields:
        shifted = f"(told >> {field.low})" if field.low else "told"
        lines.append(f"\t\t\t(unsigned long long)({shifted} & {c.word((1 << field.width) - 1).text}),")
    return [*lines, f"\t\t\t{whole});"]


def _names(codes: dict[str, int], c: C) -> str:
    return "".join(f"told == {c.word(number).text} ? {c_string(name)} : " for name, number in codes.items())
