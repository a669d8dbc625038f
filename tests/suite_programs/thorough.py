"""A suite that is written from the specification (DEN0137 IJNVXJ), for whatever the RMM supports."""

from __future__ import annotations

from line_rmm import call, check, start

LARGEST = 0x7FFFFFFF


def expected(supported: list[int], requested: int) -> tuple[int, int, int]:
    """Status, lower and higher of a well-formed request."""
    highest = max(supported)
    if requested in supported:
        return 0, requested, highest
    return 1, max((revision for revision in supported if revision < requested), default=highest), highest


def requests(supported: list[int]) -> list[int]:
    """At and beside each supported revision, its fields exchanged, the next major, and the ends."""
    words = {0, 1, LARGEST, LARGEST - 1, 0x40000000, 0x40010000, 0x8000, 0x10000}
    for revision in supported:
        major, minor = revision >> 16, revision & 0xFFFF
        words |= {revision, revision - 1, revision + 1, minor << 16 | major, major + 1 << 16, major << 16 | 0xFFFF}
    return sorted(word for word in words if 0 <= word <= LARGEST)


def malformed(supported: list[int]) -> list[int]:
    """Every supported revision with one reserved bit set, or all."""
    bits = (1 << 31, 1 << 32, 1 << 47, 1 << 63, (1 << 64) - (1 << 31))
    return [revision | bit for revision in sorted({0, *supported}) for bit in bits]


def main() -> None:
    supported = start()
    for requested in requests(supported):
        check(call(requested) == expected(supported, requested), f"{requested:#x}")
    for requested in malformed(supported):
        # What comes back beside the status is left open.
        check(call(requested)[0] == 1, f"{requested:#x}")


main()
