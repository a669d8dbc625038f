"""A suite that is one row of a table: python one_row.py REQUEST EXPECTED, the members of a request and of its reply.

`{"requested": "1.1"}` and `{"x0": "0x1", "x1": "0x10000"}`: what the reply has besides is not looked at.
"""

from __future__ import annotations

import json
import sys

from line_rmm import check, read


def main() -> None:
    read()
    print(json.dumps({"id": 1, **json.loads(sys.argv[1])}), flush=True)
    reply = read()
    for name, wanted in json.loads(sys.argv[2]).items():
        check(reply[name] == wanted, name)


main()
