"""Implementations of RMI_VERSION in C, as bodies of one function: one that conforms, and broken ones.

Each answers `requested` from `supported[0..count)`, ascending, by the pointers `status`, `lower` and `higher`.
"""

from __future__ import annotations

CONFORMS = """
	unsigned int i, at = count;

	for (i = 0; i < count; i++)
		if (supported[i] <= requested)
			at = i;
	*higher = supported[count - 1];
	*status = at < count && supported[at] == requested ? 0 : 1;
	if (requested >> 31)
		*lower = supported[0];
	else
		*lower = at < count ? supported[at] : *higher;
"""

TF_RMM = """
	unsigned int i;

	*status = 1;
	*higher = *lower = supported[count - 1];
	for (i = 0; i < count; i++)
		if (supported[i] == requested) {
			*status = 0;
			*lower = requested;
		}
"""


def _broken(*changes: tuple[str, str]) -> str:
    made = CONFORMS
    for old, new in changes:
        assert old in made
        made = made.replace(old, new)
    return made


BROKEN = {
    "tf_rmm": TF_RMM,
    "status_swapped": _broken(("? 0 : 1", "? 1 : 0")),
    "off_by_one": _broken(("supported[i] <= requested", "supported[i] < requested")),
    "reserved_masked": "\trequested &= 0x7fffffffu;\n" + CONFORMS,
    "truncated": "\trequested &= 0xffffffffu;\n" + CONFORMS,
    "higher_is_lower": _broken(
        ("*lower = at < count ? supported[at] : *higher;", "*lower = *higher = at < count ? supported[at] : *higher;")
    ),
    "higher_is_second": _broken(("*higher = supported[count - 1]", "*higher = supported[count / 2]")),
    "newer_gets_oldest": _broken((": *higher;", ": supported[0];")),
    "malformed_lower_zero": _broken(("*lower = supported[0]", "*lower = 3")),
    "lower_not_written": _broken(
        ("*lower = at < count ? supported[at] : *higher;", "if (*status == 0) *lower = requested;")
    ),
}
"""Each differs from the policy in some request."""
