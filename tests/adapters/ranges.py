"""An implementation whose request and reply are ranges, for `parley conform`: what the caller and it have in common.

python ranges.py [RULE] [FIRST LAST]

RULE is `whole`, `first` (the first revision of it alone), or `ends` (it looks at no more than its own last revision).
The two revisions are those of a fixed build; without them, each request says what is supported. A range is a list of
its first and its last word, or of none.
"""

from __future__ import annotations

import json
import sys


def word(text: str) -> int:
    """The word of a revision `1.0`."""
    major, minor = text.split(".")
    return int(major) << 16 | int(minor)


def common(rule: str, supported: list[int], offered: list[int]) -> list[int]:
    """What both have, as the rule has it."""
    if not offered or not supported:
        return []
    first, last = max(supported[0], offered[0]), min(supported[1], offered[1])
    if first > last:
        return []
    return [first, {"whole": last, "first": first, "ends": supported[1]}[rule]]


def main() -> None:
    rule, build = sys.argv[1] if len(sys.argv) > 1 else "whole", sys.argv[2:]
    for line in sys.stdin:
        request = json.loads(line)
        ends = build or [end for end in request["supported"].strip("{}").split("..") if end]
        found = common(rule, [word(end) for end in ends], [int(end, 16) for end in request["offered"]])
        reply = {"id": request["id"], "x0": hex(not found), "common": [hex(end) for end in found]}
        print(json.dumps(reply), flush=True)


main()
