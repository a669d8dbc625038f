"""Rust: types of an interface, formulas, and the helper functions that these need."""

from __future__ import annotations

from typing import Literal

from ...model.instance import Range, Value
from ...spec.checked import CheckedPolicy
from ...spec.core import Core, Exists, Extremum, is_true
from ...spec.syntax import Variable
from .formulas import Code, Formulas, Level
from .names import RUST_KEYWORDS, Names, words
from .templates import helpers

TAKEN = words(
    "config reply expect judge id about vectors table equal less at_most bits put kani exactly check group count"
    " before after smaller larger greatest least"
    " std name wants wrong said answered answer all handler applies"
    " Config Reply Vector Group GROUPS Judge Option Some None REVISIONS"
)

NAMES = "// The names are the policy's.\n#![allow(non_snake_case, non_upper_case_globals)]"
"""What a file begins with below its heading."""


class Rust(Formulas):
    """Formulas in Rust, over `config`, the inputs and `reply`. A term that may have no value is an `Option<u64>`."""

    NOTHING = "None"
    LIST = "&[{}]"

    def __init__(self, policy: CheckedPolicy) -> None:
        super().__init__(policy)
        self.names = Names(RUST_KEYWORDS | TAKEN)
        self.fields = Names(RUST_KEYWORDS)
        self.constants: set[str] = set()
        self.borrows = any(v.type == "set" for v in self.interface.configs)

    def type(self, variable: Variable) -> str:
        return {"set": "&'a [u64]", "bool": "bool"}.get(str(variable.type), "u64")

    def types(self) -> str:
        """The structures of a configuration and a reply."""
        config = [f"    pub {field}: {self.type(v)}," for v in self.interface.configs for field in self.parts(v)]
        reply = [f"    pub {self.fields[v.name.id]}: {self.type(v)}," for v in self.interface.outputs]
        derive = "#[derive(Clone, Copy, Debug, PartialEq, Eq)]"
        lines = ["/// What the implementation is built with.", derive]
        lines += ["pub struct Config<'a> {" if self.borrows else "pub struct Config {", *config, "}", ""]
        return "\n".join((*lines, "/// What it answers.", derive, "pub struct Reply {", *reply, "}"))

    def given(self, name: str, value: Value) -> list[str]:
        """The fields of a config with a value."""
        if isinstance(value, Range):
            ends = zip(self.ends(name), (value.low, value.high), strict=True)
            return [f"{field}: {self.word(word).text}" for field, word in ends]
        return [f"{self.fields[name]}: {self.value(value)}"]

    def inputs(self) -> list[str]:
        return [self.names[v.name.id] for v in self.interface.inputs]

    def parameters(self) -> list[str]:
        """The inputs with their types."""
        return [f"{self.names[v.name.id]}: {self.type(v)}" for v in self.interface.inputs]

    def held(self, variable: Variable, word: int) -> str:
        """The value of an input or output whose register has a word."""
        return ("true" if word else "false") if variable.type == "bool" else self.word(word).text

    def prelude(self) -> str:
        """The constants and helper functions that the formulas written so far use."""
        constants = "\n".join(
            f"const {self.names[name]}: u64 = {self.word(value).text};"
            for name, value in self.interface.constants.items()
            if name in self.constants
        )
        written = (text for name, text in helpers("helpers.rs").items() if name in self.used)
        return "\n\n".join((*([constants] if constants else []), *written))

    def name(self, id_: str) -> Code:
        variable = self.interface.variables.get(id_)
        if "." in id_:
            return Code(f"config.{self.fields[self.end(id_)]}")
        if variable is not None and variable.role != "input":
            return Code(f"{'config' if variable.role == 'config' else 'reply'}.{self.fields[id_]}")
        if variable is None and id_ in self.interface.constants:
            self.constants.add(id_)
        return Code(self.names[id_])

    def known(self, code: Code) -> Code:
        return Code(f"Some({code.text})")

    def choice(self, condition: Code, then: Code, otherwise: Code) -> Code:
        return Code(f"if {condition.text} {{ {then.text} }} else {{ {otherwise.text} }}", Level.CHOICE)

    def contains(self, set_: str, item: Code) -> Code:
        return Code(f"config.{self.fields[set_]}.contains(&{item.above(Level.BITS)})")

    def is_empty(self, set_: str, *, negated: bool) -> Code:
        text = f"config.{self.fields[set_]}.is_empty()"
        return Code(f"!{text}", Level.NOT) if negated else Code(text)

    def quantified(self, kind: Literal["any", "all"], node: Exists, body: Core, set_: str) -> Code:
        return Code(f"config.{self.fields[set_]}.iter().{kind}({self._closure(node, body)})")

    def extremum(self, node: Extremum, set_: str) -> Code:
        where = "" if is_true(node.where) else f".filter({self._closure(node, node.where)})"
        return Code(f"config.{self.fields[set_]}.iter().copied(){where}.{node.kind}()")

    def _closure(self, node: Exists | Extremum, body: Core) -> str:
        variable, code = self.inside(node, body)
        return f"|{f'&{variable}' if node.bound in body.free else '_'}| {code.text}"
