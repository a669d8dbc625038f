"""Prove what interface-revision policies promise, evaluate them, make test vectors, and test implementations.

```python
import parley

print(parley.check(parley.load("rmi")))
```

A file that is faulty, and whatever else was given wrongly, is told by `Rejected`, whose `diagnostics` have a code, a
sentence, a place and a help each. Results are frozen values that print well. Nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parley.conformance.logs.log import SeenMessage, UnreadLine
    from parley.conformance.run import Limits
    from parley.conformance.serving import Service
    from parley.spec.diagnostics import Rejected

    from .certificates import CertifyResult, VerifyResult, certify, verify
    from .checking import CheckResult, check, check_files
    from .conforming import ConformResult, conform
    from .conforming_hosts import HostResult
    from .deciding import DecisionsResult, decisions
    from .evaluating import EvalResult, evaluate
    from .exporting import SmtFile, smtlib
    from .following import FoundSegment, follow
    from .harnesses import HarnessResult, harness_shape, score_harness
    from .listing import ListResult, Shown, declarations, show
    from .loading import PolicyWarning, load, loads
    from .matrices import MatrixResult, matrix
    from .naming import find
    from .playing import SessionResult
    from .results import Refuted, Result
    from .serving import mutants_of, serve
    from .suites import ScoreResult, SuiteResult, score, suite
    from .texts import explain, format_text
    from .tracing import TraceResult, trace

    __version__: str

__all__ = [
    "CertifyResult",
    "CheckResult",
    "ConformResult",
    "DecisionsResult",
    "EvalResult",
    "FoundSegment",
    "HarnessResult",
    "HostResult",
    "Limits",
    "ListResult",
    "MatrixResult",
    "PolicyWarning",
    "Refuted",
    "Rejected",
    "Result",
    "ScoreResult",
    "SeenMessage",
    "Service",
    "SessionResult",
    "Shown",
    "SmtFile",
    "SuiteResult",
    "TraceResult",
    "UnreadLine",
    "VerifyResult",
    "__version__",
    "certify",
    "check",
    "check_files",
    "conform",
    "decisions",
    "declarations",
    "evaluate",
    "explain",
    "find",
    "follow",
    "format_text",
    "harness_shape",
    "load",
    "loads",
    "matrix",
    "mutants_of",
    "score",
    "score_harness",
    "serve",
    "show",
    "smtlib",
    "suite",
    "trace",
    "verify",
]

_HOMES = {
    "certificates": ("CertifyResult", "VerifyResult", "certify", "verify"),
    "checking": ("CheckResult", "check", "check_files"),
    "conforming": ("ConformResult", "conform"),
    "conforming_hosts": ("HostResult",),
    "harnesses": ("HarnessResult", "harness_shape", "score_harness"),
    "deciding": ("DecisionsResult", "decisions"),
    "listing": ("ListResult", "Shown", "declarations", "show"),
    "evaluating": ("EvalResult", "evaluate"),
    "exporting": ("SmtFile", "smtlib"),
    "following": ("FoundSegment", "follow"),
    "loading": ("PolicyWarning", "load", "loads"),
    "matrices": ("MatrixResult", "matrix"),
    "naming": ("find",),
    "playing": ("SessionResult",),
    "results": ("Refuted", "Result"),
    "serving": ("mutants_of", "serve"),
    "suites": ("ScoreResult", "SuiteResult", "score", "suite"),
    "texts": ("explain", "format_text"),
    "tracing": ("TraceResult", "trace"),
    "conformance.logs.log": ("SeenMessage", "UnreadLine"),
    "conformance.run": ("Limits",),
    "conformance.serving": ("Service",),
    "spec.diagnostics": ("Rejected",),
}


if not TYPE_CHECKING:
    # Hidden from type checkers, to which it would give every name.
    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            return version("rmm-parley")
        for module, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f".{module}", __name__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
