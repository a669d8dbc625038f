"""C: types of an interface, formulas, and the helper functions that these need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ...spec.checked import CheckedPolicy
from ...spec.core import Core, Exists, Extremum, is_true
from ...spec.formatting.expressions import print_expr
from ...spec.spell import plain, spelled
from ...spec.syntax import Enumeration, Variable
from .formulas import Code, Formulas, Level
from .names import C_KEYWORDS, Names, c_comment, words
from .templates import helpers

LOCALS = words(
    "config reply expect vector group handler applies failed score id judge about i j best table count word test u64"
    " desc size_t any answered any_table main"
)
HELPERS = words("is_in equal less at_most bits put known nothing before after smaller larger ones greatest least")

WIDTH = 96
LARGEST_INT = 0x7FFFFFFF


class C(Formulas):
    """Formulas of one policy in C. `prefix` starts the helpers' names, `kernel` chooses the Linux kernel's types."""

    TRUE = "1"
    FALSE = "0"

    def __init__(self, policy: CheckedPolicy, *, prefix: str, kernel: bool = False) -> None:
        super().__init__(policy)
        self.prefix = prefix
        self.kernel = kernel
        self.u64 = "u64" if kernel else "uint64_t"
        self.bool = "bool" if kernel else "_Bool"
        self.suffix = "{:#x}ULL" if kernel else "UINT64_C({:#x})"
        self.names = Names(C_KEYWORDS | LOCALS | HELPERS, macros=True)
        self.fields = Names(C_KEYWORDS, macros=True)
        self.helpers: dict[Core, tuple[str, str]] = {}

    # ---- types ------------------------------------------------------------------------------------------

    def of(self, what: str) -> str:
        """A name that belongs to this policy: `rmm_1_0_reply`."""
        return f"{self.policy.name}_{what}"

    def type(self, variable: Variable) -> str:
        return self.bool if variable.type == "bool" else self.u64

    def types(self) -> str:
        """The structures of a configuration and a reply, and the values of the enumerations."""
        config: list[str] = []
        for variable in self.interface.configs:
            field = self.fields[variable.name.id]
            if variable.type == "set":
                config += [f"const {self.u64} *{field};", f"unsigned int {self.count(variable.name.id)};"]
            elif variable.type == "range":
                config += [f"{self.u64} {field};" for field in self.ends(variable.name.id)]
            else:
                config.append(f"{self.type(variable)} {field};")
        # C has no empty structures.
        config = config or ["char none;"]
        reply = [f"{self.type(v)} {self.fields[v.name.id]};" for v in self.interface.outputs]
        texts = [
            c_comment(["What the implementation is built with."]),
            struct(self.of("config"), config),
            "",
            c_comment(["What it answers."]),
            struct(self.of("reply"), reply),
        ]
        for variable in (*self.interface.inputs, *self.interface.outputs):
            if isinstance(variable.type, Enumeration):
                named = [(self.constant(label.id), n) for label, n in variable.type.values if n <= LARGEST_INT]
                lines = [f"\t{name} = {number}," for name, number in named]
                if lines:
                    texts += ["", "enum {", *lines, "};"]
        return "\n".join(texts)

    def count(self, set_: str) -> str:
        return self.fields[f"{self.fields[set_]}_count"]

    def parts(self, config: Variable) -> list[str]:
        if config.type == "set":
            return [self.fields[config.name.id], self.count(config.name.id)]
        return super().parts(config)

    def constant(self, name: str) -> str:
        return f"{self.policy.name.upper()}_{name}"

    def function(self, head: str, *last: str) -> str:
        """A function that takes a configuration, the inputs, and `last`."""
        inputs = (f"{self.type(v)} {self.names[v.name.id]}" for v in self.interface.inputs)
        return _function(head, (f"const struct {self.of('config')} *config", *inputs, *last))

    def reply(self, name: str = "reply") -> str:
        return f"const struct {self.of('reply')} *{name}"

    # ---- formulas ---------------------------------------------------------------------------------------

    def name(self, id_: str) -> Code:
        variable = self.interface.variables.get(id_)
        if "." in id_:
            return Code(f"config->{self.fields[self.end(id_)]}")
        if variable is not None and variable.role == "config":
            return Code(f"config->{self.fields[id_]}")
        if variable is not None and variable.role == "output":
            return Code(f"reply->{self.fields[id_]}")
        if variable is None and id_ in self.interface.constants:
            number = self.interface.constants[id_]
            return Code(self.constant(id_)) if number <= LARGEST_INT else self.word(number)
        return Code(self.names[id_])

    def word(self, value: int) -> Code:
        return super().word(value) if value <= LARGEST_INT else Code(self.suffix.format(value))

    def wide(self, code: Code) -> Code:
        return Code(f"({self.u64}){code.above(Level.BITS)}", Level.BITS)

    def known(self, code: Code) -> Code:
        return self.call("known", code)

    def choice(self, condition: Code, then: Code, otherwise: Code) -> Code:
        one, two, three = (part.above(Level.CHOICE) for part in (condition, then, otherwise))
        return Code(f"{one} ? {two} : {three}", Level.CHOICE)

    def _nothing(self) -> Code:
        return self.call("nothing")

    def contains(self, set_: str, item: Code) -> Code:
        return self.call("is_in", *(Code(f"config->{field}") for field in (self.fields[set_], self.count(set_))), item)

    def is_empty(self, set_: str, *, negated: bool) -> Code:
        return Code(f"config->{self.count(set_)} {'!=' if negated else '=='} 0", Level.COMPARED)

    def quantified(self, kind: Literal["any", "all"], node: Exists, body: Core, set_: str) -> Code:
        # A loop that ends where an element meets what is in the node: with that, all do not meet the body.
        name, says, found = "some", node, 1
        if kind == "all":
            name, says, found = "every", self.policy.elaboration.nodes.negation(node), 0
        variable, code = self.inside(node, node.body)
        inside = [f"\t\tif ({code.text})", f"\t\t\treturn {found};"]
        lines = self._loop(set_, variable if node.bound in node.body.free else "", inside)
        return self._helper(name, says, self.bool, ["\tunsigned int i;", "", *lines, f"\treturn {1 - found};"])

    def extremum(self, node: Extremum, set_: str) -> Code:
        self.used.add("term")
        variable, code = self.inside(node, node.where)
        better = f"!best.known || {variable} {'>' if node.kind == 'max' else '<'} best.word"
        test = better if is_true(node.where) else f"{code.above(Level.JOINED)} && ({better})"
        inside = [
            f"\t\tif ({test}) {{",
            "\t\t\tbest.known = 1;",
            f"\t\t\tbest.word = {variable};",
            "\t\t}",
        ]
        lines = self._loop(set_, variable, inside)
        term = f"struct {self.prefix}term"
        start = [f"\t{term} best = {{ 0, 0 }};", "\tunsigned int i;", ""]
        return self._helper(node.kind, node, term, [*start, *lines, "\treturn best;"])

    def _loop(self, set_: str, variable: str, inside: list[str]) -> list[str]:
        element = [f"\t\tconst {self.u64} {variable} = config->{self.fields[set_]}[i];", ""] if variable else []
        return [f"\tfor (i = 0; i < config->{self.count(set_)}; i++) {{", *element, *inside, "\t}"]

    def _helper(self, kind: str, node: Core, returns: str, body: list[str]) -> Code:
        """A call of the function that decides the formula; each formula has one."""
        inputs = [v for v in self.interface.inputs if v.name.id in node.free]
        bound = sorted(name for symbol, name in self.bound.items() if symbol in node.free)
        parameters = [f"const struct {self.of('config')} *config"]
        parameters += [f"{self.type(v)} {self.names[v.name.id]}" for v in inputs]
        parameters += [f"{self.u64} {self.names[name]}" for name in bound]
        arguments = ["config", *(self.names[name] for name in (*(v.name.id for v in inputs), *bound))]
        if any(v.name.id in node.free for v in self.interface.outputs):
            parameters.append(self.reply())
            arguments.append("reply")
        if node not in self.helpers:
            name = f"{self.prefix}{kind}_{len(self.helpers) + 1}"
            head = _function(f"static {returns} {name}", parameters)
            says = c_comment([plain(print_expr(spelled(node, self.bound)))])
            self.helpers[node] = (name, "\n".join((says, head, "{", *body, "}")))
        return Code(f"{self.helpers[node][0]}({', '.join(arguments)})")

    def prelude(self) -> str:
        """The helper functions that the formulas written so far call."""
        return "\n\n".join((*self._basic(), *(text for _, text in self.helpers.values())))

    def _basic(self) -> Iterable[str]:
        # Those of ranges have no loops: a model checker unrolls all of them as often as the longest table wants.
        used = {*self.used, *(["ones"] if self.used & {"greatest", "least"} else [])}
        if used - {"is_in"}:
            fields = [f"{self.bool} known;", f"{self.u64} word;"]
            says = c_comment(["A term: nothing is known where there was nothing to choose from."])
            yield f"{says}\n{struct(f'{self.prefix}term', fields)}"
        basic = helpers("helpers.h", u64=self.u64, bool=self.bool, prefix=self.prefix)
        yield from (text for name, text in basic.items() if name.removeprefix(self.prefix) in used)


def _function(head: str, parameters: Iterable[str]) -> str:
    """A function's declaration, broken after the comma where a line would be too long."""
    lines = [f"{head}("]
    for at, parameter in enumerate(parameters):
        if at and len(lines[-1]) + len(parameter) > WIDTH:
            lines[-1] += ","
            lines.append(f"\t{parameter}")
        else:
            lines[-1] += f", {parameter}" if at else parameter
    return "\n".join(lines) + ")"


def struct(name: str, fields: Iterable[str]) -> str:
    return "\n".join((f"struct {name} {{", *(f"\t{field}" for field in fields), "};"))
