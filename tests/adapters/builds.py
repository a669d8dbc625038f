"""An RMM of a fixed build that goes wrong in its way: `python builds.py MODE REVISION ...`. Requests say no configuration."""

from __future__ import annotations

import json
import os
import sys

from rmm import MAJOR_MINOR, conforms, tf_rmm, word

LARGEST = 0x7FFFFFFF


def main() -> None:
    mode, *revisions = sys.argv[1:]
    supported = [word(revision) for revision in revisions]
    for number, line in enumerate(sys.stdin, 1):
        request = json.loads(line)
        requested = int(request.get("x1", "0"), 16)
        if (mode == "largest" and requested == LARGEST) or (mode == "second" and number == 2):
            os._exit(9)
        masked = requested & MAJOR_MINOR if mode == "masks" else requested
        status, lower, higher = (tf_rmm if mode == "hides" else conforms)(supported, masked)
        reply = {"id": request["id"], "x0": hex(status), "x1": hex(lower), "x2": hex(higher)}
        if mode == "status":
            del reply["x1"], reply["x2"]
        if mode == "implemented":
            reply = {"id": request["id"], "x0": hex(supported[0])}
        print(json.dumps(reply), flush=True)


main()
