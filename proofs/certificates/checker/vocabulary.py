"""The words of an interface: what a revision is made of, what variables may be, and which numbers names stand for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ....spec import syntax as s
from .texts import Table
from .words import WHOLE, WIDEST, Refused


class Vocabulary(Struct, frozen=True):
    """Of fields, the lowest bit and the width; `numbered` are those that revisions are written with.

    The `constants` are the numbers of all names; `codes` those of what a variable may be instead of a word, and
    `enumerated` those of what one may be that is for no word.
    """

    width: int
    fields: Table[str, tuple[int, int]]
    zeros: list[tuple[int, int]]
    numbered: list[tuple[int, int]]
    variables: Table[str, s.Variable]
    constants: Table[str, int]
    codes: Table[str, list[int]]
    enumerated: Table[str, list[int]]

    @classmethod
    def of(cls, interface: s.Interface, added: Sequence[s.Variable] = ()) -> Vocabulary:
        """That of an interface, with the configs that policies add. Raises Refused."""
        fields = [one for item in interface.items if isinstance(item, s.Layout) for one in item.fields]
        width = 1 + max((one.bits.high for one in fields), default=0)
        if width > WIDEST:
            raise Refused(f"a revision has {width} bits")
        places = Table({one.name.id: (one.bits.low, one.bits.width) for one in fields})
        items = [item for item in interface.items if isinstance(item, s.Variable)]
        variables = Table({one.name.id: one for one in (*items, *added)})
        numbers = {name: _numbers(one, width) for name, one in variables.items()}
        return cls(
            width,
            places,
            zeros=[places[one.name.id] for one in fields if one.zero],
            numbered=[places[one.name.id] for one in fields if not one.zero],
            variables=variables,
            constants=Table({label: code for of in numbers.values() for label, code in of.items()}),
            codes=Table({n: [*of.values()] for n, of in numbers.items() if variables[n].names is not None}),
            enumerated=Table(
                {n: [*numbers[n].values()] for n, v in variables.items() if isinstance(v.type, s.Enumeration)}
            ),
        )


def _numbers(variable: s.Variable, width: int) -> dict[str, int]:
    """The names of a variable's values, each with its number: what stands in the register, or the word that is."""
    names = variable.type if isinstance(variable.type, s.Enumeration) else variable.names
    if names is None:
        return {}
    register = variable.register.id if variable.register else ""
    bits = {"x": 64, "w": 32}.get(register[:1], 64 if names is variable.type else width)
    made: dict[str, int] = {}
    for label, written in names.values:
        code = written + (1 << bits) if written < 0 else written
        word = code & (1 << width) - 1
        if (
            names is variable.names
            and variable.signed
            and word >> width - 1
            and code == word + (1 << bits) - (1 << width)
        ):
            code = word
        if not 0 <= code < 1 << WHOLE:
            raise Refused(f"{label.id} has no number of {WHOLE} bits")
        made[label.id] = code
    return made
