"""Names that people use out of habit from elsewhere, where nothing has them: what each is called here."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from . import phrases

Use = Literal["name", "call", "member of a set", "field"]


class WrongName(Struct, frozen=True):
    """One habit. `name` matches the whole name, whatever its case; `use` is how it is used.

    `example` is a formula over the set `set_` and the revision `low` that runs into it (the tests go through them).
    """

    use: Use
    name: str
    message: str
    help: str
    example: str


_EMPTY = "whether a set has members is written `is empty`"
_REVISION = "a revision is written with its numbers alone, as in `1.0`"

WRONG_NAMES: tuple[WrongName, ...] = (
    WrongName("name", r"v|[vr][0-9]+|rev_?[0-9]+|version_?[0-9]+", _REVISION, "write all its fields", "low == v1"),
    WrongName("name", r"null|nil|none|undefined|undef|nothing|void|nullptr|nan", phrases.NO_NULL,
              phrases.INSTEAD_OF_NULL, "low == null"),
    WrongName("name", r"anything|unspecified|unknown|arbitrary|dontcare|dont_care|_+|choose|nondet",
              "what is left open is written `any`, in an assignment",
              "write `lower = any`; in formulas, `some r in S: …`", "low == anything"),
    WrongName("name", r"self|this|result|ret|return_value", "an output is called by its own name",
              "write the output, such as `lower`", "result == low"),
    WrongName("name", r"infinity|inf|max_?int|uint_?(64_)?max|u64_max|max_revision",
              "the largest revision is written out", "write its fields, such as `32767.65535`", "low == UINT64_MAX"),
    WrongName("name", r"x[0-9]|x[12][0-9]|x30|w[0-9]+", "a register is what its input or output is called",
              "write the name that is declared `in` it", "x1 == low"),
    WrongName("call", r"count|len|length|size|sizeof|card|cardinality", phrases.COUNT, phrases.COUNT_HELP,
              "count(set_) == 1"),
    WrongName("call", r"maximum|greatest|highest|newest|latest|last|sup|supremum", phrases.EXTREMES,
              "write `max supported`", "highest(set_) == low"),
    WrongName("call", r"minimum|least|lowest|oldest|smallest|inf|infimum", phrases.EXTREMES, "write `min supported`",
              "lowest(set_) == low"),
    WrongName("call", r"is_?empty|empty|not_?empty|nonempty", _EMPTY, "write `supported is empty`", "is_empty(set_)"),
    WrongName("call", r"contains|member|is_?in|includes|has|elem|isin|is_?member|in_set", phrases.MEMBERSHIP,
              "write `requested in supported`", "contains(set_, low)"),
    WrongName("call", r"exists|all|forall|any_?of|all_?of|foreach", phrases.QUANTIFIERS,
              "write `some r in supported: …`", "forall(set_)"),
    WrongName("call", r"revision|rev|version|mk_?revision|make_?(revision|version)|rmi_version|rsi_version|pack",
              _REVISION, "write `1.0`", "low == Revision(1, 0)"),
    WrongName("call", r"(get_?|\w+_)?(major|minor|patch)(_\w+)?|field|bits|extract|bitfield|field_get", phrases.FIELD,
              "write `requested.major`, or bits as `requested[30:16]`", "RMI_MAJOR(low) == 1"),
    WrongName("call", r"old|pre|prev|previous|next|prime|prev_value",
              "a policy answers one request: there is no earlier state, and no later one",
              "write a session for what happens over several requests", "low == old(low)"),
    WrongName("call", r"abs|sum|add|succ|pred|inc|dec|plus|minus|mod|diff", phrases.NO_ARITHMETIC,
              "name the neighbour with a quantifier or a range, such as `no r in supported: r > lower`",
              "succ(low) == low"),
    WrongName("call", r"assert|require|ensure|assume|check", "a statement has a name, and stands by itself",
              "write `invariant name: …`", "assert(low == low)"),
    WrongName("call", r"lt|le|gt|ge|eq|ne|cmp|compare|equals",
              "a comparison is written with `==`, `!=`, `<`, `<=`, `>`, `>=`", "write `lower < requested`",
              "lt(low, low)"),
    WrongName("member of a set", r"max|maximum|last|highest|newest|greatest|latest", phrases.EXTREMES,
              "write `max supported`", "low == set_.max"),
    WrongName("member of a set", r"min|minimum|first|lowest|oldest|smallest", phrases.EXTREMES,
              "write `min supported`", "low == set_.first"),
    WrongName("member of a set", r"count|len|length|size|card|cardinality", phrases.COUNT, phrases.COUNT_HELP,
              "set_.count == 1"),
    WrongName("member of a set", r"is_?empty|empty|nonempty|not_empty", _EMPTY,
              "write `supported is empty`, or `supported is not empty`", "set_.empty"),
    WrongName("member of a set", r"contains|has|includes|member", phrases.MEMBERSHIP, "write `requested in supported`",
              "set_.contains"),
    WrongName("field", r"x[0-9]+|value|val|raw|word|bits|reg|register", "a revision is its register word already",
              "leave the `.` and what is behind it out, or take bits as in `requested[31:16]`", "low.raw == 1"),
)  # fmt: skip

_COMPILED = [(re.compile(entry.name, re.IGNORECASE), entry) for entry in WRONG_NAMES]


def wrong_name(use: Use, name: str) -> WrongName | None:
    """The habit behind a name that nothing has, if it is known."""
    short = name[:40]
    return next((entry for pattern, entry in _COMPILED if entry.use == use and pattern.fullmatch(short)), None)
