"""Certificates of proofs: making them of what a check found, and verifying them without a solver."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from msgspec import Struct
from parley.spec.diagnostics import Diagnostic, Rejected, printable
from parley.spec.syntax import Use

from .results import Result, Table

if TYPE_CHECKING:
    from parley.proofs.certificates.certify import Certifier
    from parley.proofs.claims import Claim
    from parley.proofs.verdict import Outcome
    from parley.spec.source import Source

    from .checking import CheckResult

INDEX = "certificates.json"
INDEX_FORMAT = "parley certificates 1"
_OTHER_FOLDER = "name a folder that `parley check --certify` wrote"

Finding: TypeAlias = Literal["verified", "refused", "uncertified"]


class Certified(Struct, frozen=True):
    """Of one claim that is proved, the file of its certificate, or the `reason` why it has none."""

    claim: Claim
    file: str = ""
    reason: str = ""


class CertifyResult(Result, frozen=True):
    """What became of each proof of a check, and the `files` of a folder, by their names in it."""

    claims: tuple[Certified, ...]
    files: dict[str, str]
    seconds: float

    @property
    def certified(self) -> int:
        return sum(bool(one.file) for one in self.claims)

    def table(self) -> Table:
        rows = [(one.claim.address, one.file or "not certified", one.reason) for one in self.claims]
        return Table(tuple(rows), f"{self.certified} of {len(self.claims)} proofs certified")


class Verified(Struct, frozen=True):
    """What came of the certificate of one claim; `reason` says why it is refused, or why there is none."""

    claim: str
    finding: Finding
    file: str = ""
    reason: str = ""


class VerifyResult(Result, frozen=True):
    """What came of each certificate of a folder, and the texts that they are about, each with its SHA-256."""

    claims: tuple[Verified, ...]
    texts: dict[str, str]
    seconds: float

    @property
    def code(self) -> int:
        """1 where a certificate is refused; else 0."""
        return int(any(one.finding == "refused" for one in self.claims))

    def table(self) -> Table:
        rows = [(one.claim, one.finding, one.reason) for one in self.claims]
        return Table(tuple(rows), f"{sum(one.finding == 'verified' for one in self.claims)} verified")


# ---- making them ----------------------------------------------------------------------------------------


class _Texts:
    """The texts that claims are about, each with those that it uses, under names of their own."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._used: dict[str, list[Source]] = {}
        self._read: dict[Path, Source] = {}

    def of(self, source: Source) -> list[Source]:
        """A text, and all that it uses, directly or not."""
        from parley.spec.files import ENDING, LIBRARY
        from parley.spec.load import read_text
        from parley.spec.parsing.parser import parse

        key = f"{source.name}\0{source.text}"
        if key not in self._used:
            found: dict[Path, Source] = {}
            library = not any(mark in source.argument for mark in ("/", ".", "<"))
            waiting = [((LIBRARY if library else Path(source.name).resolve().parent), source)]
            while waiting:
                folder, one = waiting.pop(0)
                for use in (d for d in parse(one)[0].declarations if isinstance(d, Use)):
                    path = LIBRARY / f"{use.target}{ENDING}" if use.library else (folder / use.target).resolve()
                    if path not in found:
                        if path not in self._read:
                            self._read[path] = read_text(path, path.name)
                        found[path] = self._read[path]
                        waiting.append((path.parent, found[path]))
            self._used[key] = [source, *found.values()]
        return self._used[key]

    def name(self, source: Source) -> str:
        """What a text is called in the folder: as its file is, with a number where another is called so."""
        from parley.proofs.certificates.checker.texts import plain_stem

        known = next((name for name, text in self.names.items() if text == source.text), None)
        if known is not None:
            return known
        stem = plain_stem(source.name)
        made, at = f"{stem}.parley", 1
        while made in self.names:
            at += 1
            made = f"{stem}-{at}.parley"
        self.names[made] = source.text
        return made


def certify(result: CheckResult, progress: Callable[[int, int, str], object] | None = None) -> CertifyResult:
    """Certificates of all proofs that a check found, of those that certificates can be made of."""
    from parley.proofs.certificates.certify import Certifier, Uncertified

    started = time.perf_counter()
    texts, made, files = _Texts(), list[Certified](), dict[str, str]()
    certifier = Certifier()
    proofs = [outcome for outcome in result.outcomes if outcome.verdict == "proved"]
    for at, outcome in enumerate(proofs, 1):
        claim = outcome.claim
        if progress is not None:
            progress(at, len(proofs), claim.address)
        sources = texts.of(claim.source if claim.kind == "scenario" else claim.about.source)
        names = [texts.name(source) for source in sources]
        try:
            written = _certificate(certifier, outcome, sources, names)
        except Uncertified as error:
            made.append(Certified(claim, reason=str(error)))
            continue
        file = f"{names[0].removesuffix('.parley')}.{claim.address}.json"
        files[file] = written
        made.append(Certified(claim, file))
    files |= {f"texts/{name}": text for name, text in texts.names.items()}
    listed = [{"claim": one.claim.address, "file": one.file, "reason": one.reason} for one in made]
    files[INDEX] = _laid_out({"format": INDEX_FORMAT, "claims": listed})
    return CertifyResult(tuple(made), files, time.perf_counter() - started)


def _certificate(certifier: Certifier, outcome: Outcome, sources: Sequence[Source], names: Sequence[str]) -> str:
    from parley.proofs.certificates.certify import certificate
    from parley.proofs.certificates.checker.certificate import FORMAT

    claim = outcome.claim
    digests = [sha256(source.text.encode()).hexdigest() for source in sources]
    head = {
        "format": FORMAT,
        "claim": claim.address,
        "texts": [list(row) for row in zip(names, digests, strict=True)],
    }
    return _laid_out(head | certificate(certifier, outcome, sources))


def _laid_out(value: dict[str, Any]) -> str:
    """JSON with a line for each clause and the like."""
    return _lines(value, "") + "\n"


def _lines(value: Any, margin: str) -> str:
    flat = json.dumps(value)
    if not isinstance(value, (list, dict)) or (len(flat) <= 100 and not _is_deep(value)):
        return flat
    inner = margin + " "
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value).items()
        parts = [f"{inner}{json.dumps(name)}: {_lines(part, inner)}" for name, part in members]
        return "{\n" + ",\n".join(parts) + f"\n{margin}}}"
    return "[\n" + ",\n".join(inner + _lines(part, inner) for part in cast("list[Any]", value)) + f"\n{margin}]"


def _is_deep(value: Any) -> bool:
    parts: Iterable[Any] = cast("dict[str, Any]", value).values() if isinstance(value, dict) else value
    return any(isinstance(part, dict) for part in parts)


# ---- verifying them -------------------------------------------------------------------------------------


def need_folder(folder: Path) -> None:
    """Raises Rejected (P513) where certificates cannot be put: what is there is something else."""
    if folder.exists() and not folder.is_dir():
        why = "it is no folder"
    elif folder.is_dir() and any(folder.iterdir()) and not (folder / INDEX).is_file():
        why = "it has other files in it"
    else:
        return
    message = f"certificates cannot be put into `{printable(str(folder))}`: {why}"
    raise Rejected(Diagnostic("P513", message, "name a new folder, or one of certificates, which are replaced"))


def outdated(folder: Path, files: Iterable[str]) -> list[Path]:
    """The certificates that a folder lists, from a check before, and that are not among the files of this one."""
    try:
        listed = [file for _, file, _ in _index(folder)] if (folder / INDEX).is_file() else []
    except Rejected:
        return []
    return [folder / name for file in listed if file and (name := Path(file).name) not in {*files, INDEX}]


def verify(folder: Path, progress: Callable[[int, int, str], object] | None = None) -> VerifyResult:
    """Checks all certificates of a folder, without a solver. Raises Rejected (P513) where there are none."""
    from parley.proofs.certificates.checker.certificate import read
    from parley.proofs.certificates.checker.verify import Checker
    from parley.proofs.certificates.checker.words import Refused

    started = time.perf_counter()
    listed = _index(folder)
    texts, made = dict[str, str](), list[Verified]()
    checker = Checker(folder)
    for at, (claim, file, reason) in enumerate(listed, 1):
        if progress is not None:
            progress(at, len(listed), claim)
        if not file:
            made.append(Verified(claim, "uncertified", reason=reason))
            continue
        try:
            about = checker.verify(read(folder / Path(file).name), claim)
            texts |= {printable(name): printable(digest) for name, digest in about.items()}
            made.append(Verified(claim, "verified", file))
        except Refused as error:
            made.append(Verified(claim, "refused", file, printable(str(error))))
    return VerifyResult(tuple(made), texts, time.perf_counter() - started)


def _index(folder: Path) -> list[tuple[str, ...]]:
    shown = printable(str(folder))
    try:
        if not folder.is_dir():
            message = f"`{shown}` is no folder" if folder.exists() else f"there is no folder `{shown}`"
            raise Rejected(Diagnostic("P513", message, _OTHER_FOLDER))
        index: Any = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if index["format"] != INDEX_FORMAT:
            raise ValueError(f"its format is not `{INDEX_FORMAT}`")
        listed = [tuple(printable(str(one[name])) for name in ("claim", "file", "reason")) for one in index["claims"]]
    except OSError as error:
        message = f"`{shown}` has no certificates: {INDEX} cannot be read: {error.strerror}"
        raise Rejected(Diagnostic("P513", message, _OTHER_FOLDER)) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"{INDEX} of `{shown}` is cut off, or no list of certificates: {printable(str(error))}"
        raise Rejected(Diagnostic("P513", message, _OTHER_FOLDER)) from None
    if not listed:
        raise Rejected(Diagnostic("P513", f"`{shown}` lists no proof", _OTHER_FOLDER))
    count = Counter(file for _, file, _ in listed)
    if twice := [claim for claim, file, _ in listed if file and count[file] > 1]:
        raise Rejected(
            Diagnostic("P513", f"{INDEX} of `{shown}` has two certificates in one file: {twice[0]}", _OTHER_FOLDER)
        )
    return listed
