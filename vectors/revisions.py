"""Revisions of a format at which implementations go wrong."""

from __future__ import annotations

from collections.abc import Iterator

from ..spec.words import Format


def sets_of(format_: Format) -> list[tuple[int, ...]]:
    """Sets of revisions, by first and last field; of those between, and of narrow ones, by what fits."""
    first, last = format_.numbered[0], format_.numbered[-1]
    high, low = 1 << first.width - 1, 1 << last.width - 1
    top, end = (1 << first.width) - 1, (1 << last.width) - 1
    middle = [0] * (len(format_.numbered) - 2)
    rows = [
        [(1, 0)],
        [(1, 0), (1, 1)],
        [(1, 0), (1, 2)],
        [(1, 0), (2, 0)],
        [(1, 0), (1, 2), (2, 1)],
        [(1, 2), (2, 1), (3, 0)],
        [(1, end), (2, 0)],
        [(0, 0)],
        [(0, 0), (0, end), (1, 0)],
        [(1, 0), (high, 0)],
        [(high - 1, end), (high, 1)],
        [(1, low - 1), (1, low)],
        [(1, 0), (top, end)],
    ]
    made: list[tuple[int, ...]] = []
    for row in rows:
        fits = [(major, minor) for major, minor in row if major <= top and minor <= end]
        words = {
            format_.word((major, *middle, minor) if len(format_.numbered) > 1 else (minor,)) for major, minor in fits
        }
        made.append(tuple(sorted(words)))
    made += _between(format_)
    # Where nothing rules it out, nothing may be supported.
    return [*(words for words in dict.fromkeys(made) if words), ()]


def _between(format_: Format) -> Iterator[tuple[int, ...]]:
    """Sets in which a field that is neither the first nor the last rolls over."""
    for at in range(1, len(format_.numbered) - 1):
        zeros = [0] * len(format_.numbered)
        most = (1 << format_.numbered[at].width) - 1
        ones, full, next_ = zeros.copy(), zeros.copy(), zeros.copy()
        ones[0] = full[0] = ones[at] = 1
        full[at], next_[0] = most, min(2, (1 << format_.numbered[0].width) - 1)
        yield tuple(sorted({format_.word(tuple(row)) for row in (ones, full, next_)}))


def beside(format_: Format, word: int, step: int) -> int | None:
    """The next well-formed word in one direction; None at the end."""
    numbers = list(format_.numbers(word))
    for at in range(len(numbers) - 1, -1, -1):
        limit = (1 << format_.numbered[at].width) - 1
        if 0 <= numbers[at] + step <= limit:
            numbers[at] += step
            return format_.word(tuple(numbers))
        numbers[at] = limit if step < 0 else 0
    return None


def extremes(format_: Format) -> list[int]:
    """Revisions that a wrong encoding shows at: with the ends of each field set."""
    numbered = format_.numbered
    whole = format_.largest
    tops = [1 << f.high for f in numbered]
    return [whole, *tops, *(whole & ~top for top in tops), *(1 << f.low for f in numbered)]
