"""An RMM behind two pipes, for `parley conform`: a request a line on standard input, a reply a line on standard output.

python rmm.py RULE [REVISION ...]

RULE is `conforms` or one of the implementations; the revisions are those of a fixed build. Without any, each request
says what is supported. Nothing here is Parley's: this is what hooking up an implementation takes.
"""

import json
import sys

MAJOR_MINOR = 0x7FFFFFFF


def conforms(supported, requested):
    """DEN0137 IJNVXJ. For a request with reserved bits, any supported revision may be `lower`."""
    highest = max(supported)
    if requested in supported:
        return 0, requested, highest
    older = [revision for revision in supported if revision < requested and not requested >> 31]
    return 1, max(older, default=highest), highest


def tf_rmm(supported, requested):
    """TF-RMM: an exact match, else the newest twice."""
    highest = max(supported)
    return (0, requested, highest) if requested in supported else (1, highest, highest)


def trp(_, requested):
    """TF-A's test RMM: 0.0 alone."""
    return int(requested != 0), 0, 0


def rusted_firmware(_, requested):
    """The test RMM of Rusted Firmware-A: 0.8 alone, and the low 32 bits of the request."""
    requested &= 0xFFFFFFFF
    if requested >> 31:
        return 1, 0, 0
    return int(requested != 8), 8, 8


def islet(_, requested):
    """Islet after its pull request 373: 1.0 alone, reserved bits masked off."""
    return int(requested & MAJOR_MINOR != 0x10000), 0x10000, 0x10000


def islet_before_373(_, requested):
    """Islet before its pull request 373: on failure both revisions are 0."""
    return (0, 0x10000, 0x10000) if requested & MAJOR_MINOR == 0x10000 else (1, 0, 0)


def islet_rsi(_, requested):
    """Islet's handler for realms: on failure the registers are left as they were."""
    return (0, 0x10000, 0x10000) if requested & MAJOR_MINOR == 0x10000 else (1, requested, 0xDEAD)


def qemu_fork(_, requested):
    """A QEMU fork: every request succeeds."""
    return 0, 0x10000, 0x10000


RULES = {
    rule.__name__: rule
    for rule in (conforms, tf_rmm, trp, rusted_firmware, islet, islet_before_373, islet_rsi, qemu_fork)
}


def word(revision):
    major, minor = revision.split(".")
    return int(major) << 16 | int(minor)


def main():
    rule = RULES[sys.argv[1]]
    built = [word(revision) for revision in sys.argv[2:]]
    for line in sys.stdin:
        request = json.loads(line)
        supported = built or [word(revision) for revision in request["supported"]]
        status, lower, higher = rule(supported, int(request["x1"], 16))
        reply = {"id": request["id"], "x0": hex(status), "x1": hex(lower), "x2": hex(higher)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
