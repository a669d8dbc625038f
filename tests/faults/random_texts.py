"""Compare random texts with the oracle until one is wrong: `random_texts.py KIND COUNT`. Ends with 3 and says which.

It runs in a broken tree. What is wrong is not made smaller, as `compare_many` would: here it only matters that it is.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from properties.comparing import Compared, compare
from properties.draw import Seeded
from properties.inclusions import inclusion_text
from properties.messages import message_session_text
from properties.policies import policy_text
from properties.sessions import session_text
from properties.test_random_policies import exact_sizes

KINDS = {
    "policies": (policy_text, nullcontext, 0),
    "exact": (policy_text, exact_sizes, 0),
    "inclusions": (inclusion_text, exact_sizes, 0),
    "sessions": (session_text, nullcontext, 0),
    "messages": (message_session_text, nullcontext, 3_000_000),
}
"""What is drawn, with which sizes of sets, and from which seed on: the tests have the same."""


def main(kind: str, count: int) -> int:
    generate, sizes, first = KINDS[kind]
    compared = Compared()
    with sizes():
        for seed in range(first, first + count):
            compare(generate(Seeded(seed)), compared)
            if compared.wrong:
                print(f"{kind} {seed}: {compared.wrong[0]}")
                return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
