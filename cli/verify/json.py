"""The JSON of `verify`, as types, and what it is made of."""

from __future__ import annotations

from typing import Literal

import msgspec
from parley.certificates import VerifyResult

from ..json import encode, like


class Verified(msgspec.Struct, kw_only=True):
    """What came of the certificate of one claim; `reason` says why it is refused, or why there is none."""

    claim: str
    finding: Literal["verified", "refused", "uncertified"]
    file: str
    reason: str


class Verify(msgspec.Struct, kw_only=True):
    """What `parley verify --format json` prints. `texts` have the SHA-256 of what verified claims are about."""

    schema: Literal["parley.verify/1"] = "parley.verify/1"
    claims: list[Verified]
    texts: dict[str, str]


def verify_json(result: VerifyResult) -> str:
    """What came of each certificate."""
    return encode(Verify(claims=[like(Verified, one) for one in result.claims], texts=result.texts))
