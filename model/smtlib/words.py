"""Words and numbers as bit vectors of SMT-LIB. Where two have different widths, the narrower is extended by zeros."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from .expressions import FALSE, TRUE, Text, conj


class Word(Struct, frozen=True):
    """A bit vector of a width. Of a constant, `known` is its value; `floats` where a quantified variable is in it."""

    text: Text
    width: int
    known: int | None = None
    floats: bool = False


def constant(value: int, width: int | None = None) -> Word:
    width = max(value.bit_length(), 1) if width is None else width
    digits = f"#x{value:0{width // 4}x}" if width % 4 == 0 else f"#b{value:0{width}b}"
    return Word(digits, width, value)


def sort_of(width: int) -> Text:
    return ("_", "BitVec", str(width))


def extended(word: Word, width: int) -> Text:
    """The bits of a word in a bit vector that is as wide, or wider."""
    if word.width == width:
        return word.text
    if word.known is not None:
        return constant(word.known, width).text
    return (("_", "zero_extend", str(width - word.width)), word.text)


def compare(operator: str, left: Word, right: Word) -> Text:
    """`==`, `<` or `<=` of the numbers that two words are."""
    if left.known is not None and right.known is not None:
        one, other = left.known, right.known
        return TRUE if (one == other, one < other, one <= other)[("==", "<", "<=").index(operator)] else FALSE
    if left.text == right.text:
        return FALSE if operator == "<" else TRUE
    width = max(left.width, right.width)
    word = {"==": "=", "<": "bvult", "<=": "bvule"}[operator]
    return (word, extended(left, width), extended(right, width))


def bits(word: Word, low: int, width: int) -> Word:
    """Some bits of a word, those beyond it being zero."""
    if word.known is not None:
        return constant(word.known >> low & (1 << width) - 1, width)
    if low >= word.width:
        return constant(0, width)
    high = min(low + width, word.width) - 1
    if low == 0 and high == word.width - 1:
        return word
    return Word((("_", "extract", str(high), str(low)), word.text), high - low + 1, floats=word.floats)


def resized(word: Word, width: int) -> Word:
    """The lowest bits of a word, or the word with zeros before it."""
    if word.known is not None:
        return constant(word.known & (1 << width) - 1, width)
    if word.width > width:
        return bits(word, 0, width)
    return Word(extended(word, width), width, floats=word.floats)


def fits(number: Word, width: int) -> Text:
    """A number is below 2 to a width."""
    if number.width <= width:
        return TRUE
    if number.known is not None:
        return TRUE if number.known < 1 << width else FALSE
    return compare("==", bits(number, width, number.width - width), constant(0, number.width - width))


def put(word: Word, low: int, number: Word, width: int) -> Word:
    """A word with some bits replaced by a number that fits into them."""
    rows: list[Word] = []
    if low + width < word.width:
        rows.append(bits(word, low + width, word.width - low - width))
    rows.append(resized(number, width))
    if low:
        rows.append(bits(word, 0, low))
    made = rows[0].text
    for row in rows[1:]:
        made = ("concat", made, row.text)
    return Word(made, word.width, floats=word.floats or number.floats)


def zeros(word: Word, fields: Sequence[tuple[int, int]]) -> Text:
    """Each of some fields, a lowest bit and a width, is zero."""
    return conj([compare("==", bits(word, low, width), constant(0, width)) for low, width in fields])
