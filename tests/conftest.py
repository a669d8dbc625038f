"""Shared by all tests: this folder on the path, for the generators that several of them use, and how many examples
Hypothesis draws: few, the same each time; `--hypothesis-profile=many` draws more of them.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

# A shell has what it runs in the background ignore Ctrl-C, and so has what that starts: tests of Ctrl-C would wait.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "few",
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    # How long drawing takes says more of the machine than of a test.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("many", settings.get_profile("few"), max_examples=200)
settings.load_profile("few")
