"""Checks certificates: that a claim holds of the policy in a text, without a solver and without the prover's code.

Of Parley, this shares the parser alone. It reads the text, makes the clauses of the claim's negation anew (policies.py,
meaning.py; skeleton.py says why a refutation of them is a proof), and goes through the certificate:

- each clause that it uses is one of those that were made;
- each lemma is true of all words: its negation adds up to `0 <= -1` around a circle of differences, or it says that
  equal words are in the same sets and relations;
- each step follows from what is before it by unit propagation along its hints, and the last one is empty;
- each example is one: put in, all that is wanted of it is true.

That a policy's text is well typed is `parley check`'s to say.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...spec import syntax as s
from ...spec.parsing.parser import parse
from ...spec.source import Source
from . import examples, sessions
from .callers import Caller
from .inductions import Induction
from .policies import Obligation, Policy
from .skeleton import Skeleton
from .texts import Text
from .words import TRUE, Recut, Unsupported

FORMAT = "parley certificate 1"


class Refused(Exception):
    """What is wrong with a certificate, in words."""


def read(path: Path) -> dict[str, Any]:
    """The certificate in a file. Raises Refused where it is none."""
    try:
        made: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"it is cut off, or no certificate: {error}") from None
    if not isinstance(made, dict) or made.get("format") != FORMAT:  # pyright: ignore[reportUnknownMemberType]
        raise Refused(f"its format is not `{FORMAT}`")
    return made  # pyright: ignore[reportUnknownVariableType]


class Session:
    """Checks the certificates of one folder, in which each text is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[tuple[str, str], s.File] = {}
        self._texts: dict[tuple[tuple[str, str], ...], Text] = {}

    def verify(self, certificate: dict[str, Any], claim: str) -> dict[str, str]:
        """The texts that a certificate of a claim is about, each with its SHA-256.

        Raises Refused, with the reason, where it does not show that the claim holds of them.
        """
        try:
            if certificate["claim"] != claim:
                raise Refused(f"it is of {certificate['claim']}, and not of {claim}")
            subject, _, name = claim.partition(".")
            about = subject_of(self._text(certificate["texts"]), subject)
            obligations = obligations_of(about, name, certificate)
            _refuted(policy_of(about), obligations, certificate["refutations"])
            wrong = examples.shown(about, name, certificate["examples"])
        except (Unsupported, Recut) as error:
            raise Refused(str(error)) from None
        except (ArithmeticError, MemoryError) as error:
            raise Refused(f"its numbers are too large: {error}") from None
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError, AssertionError) as error:
            raise Refused(f"it is not of the form of a certificate: {type(error).__name__} {error}") from None
        if wrong:
            raise Refused(wrong)
        return dict(certificate["texts"])

    def _text(self, named: Sequence[Any]) -> Text:
        key = tuple((str(name), str(digest)) for name, digest in named)
        if key not in self._texts:
            files = [self._file(*one) for one in key]
            _need_those_used([name for name, _ in key], files)
            self._texts[key] = Text.of(files)
        return self._texts[key]

    def _file(self, name: str, digest: str) -> s.File:
        """The tree of a text. Raises Refused where it is another than that which was certified, or no text."""
        if (name, digest) not in self._files:
            try:
                content = (self.folder / "texts" / Path(name).name).read_bytes()
            except OSError as error:
                raise Refused(f"the text {name} cannot be read: {error.strerror}") from None
            if hashlib.sha256(content).hexdigest() != digest:
                raise Refused(f"the text {name} is another than the one that was certified")
            file, problems = parse(Source(name, content.decode()))
            if problems:
                raise Refused(f"the text {name} has a syntax error: {problems[0].message}")
            self._files[name, digest] = file
        return self._files[name, digest]


def _need_those_used(names: Sequence[str], files: Sequence[s.File]) -> None:
    """The texts behind the first are called as what it `use`s, and what that uses. Raises Refused."""
    targets = {(one.library, one.target) for file in files for one in file.declarations if isinstance(one, s.Use)}
    used, listed = Counter(_stem(target) for _, target in targets), Counter(map(_stem, names[1:]))
    strange, missing = sorted(listed - used), sorted(stem for stem in used if stem not in listed)
    if strange or missing:
        raise Refused(f"of the texts that {names[0]} uses, {_named(missing)} not there; {_named(strange)} not used")


def _stem(name: str) -> str:
    """What a text is called, without what is not in file names and the number that tells it from others called so."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in Path(name).stem) or "text"
    return re.sub(r"-\d+$", "", stem)


def _named(stems: Sequence[str]) -> str:
    return f"{', '.join(stems)} {'is' if len(stems) == 1 else 'are'}" if stems else "none is"


def subject_of(text: Text, name: str) -> examples.Subject:
    """What a claim is about. Raises KeyError where nothing is called so."""
    match text.declarations[name]:
        case s.Session():
            return sessions.Session(text, name)
        case s.Host():
            return Caller(text, name)
        case _:
            return Policy(text, name)


def policy_of(about: examples.Subject) -> Policy:
    """The policy, or what an interface says without any, that words and variables are those of."""
    return about if isinstance(about, Policy) else about.policy


def obligations_of(about: examples.Subject, claim: str, how: Mapping[str, Any]) -> list[Obligation]:
    """All ways in which a claim could fail; of a session, in so many rounds or by having more, or by an induction."""
    match about:
        case Policy():
            return about.obligations(claim)
        case sessions.Session() if "invariants" in how:
            return Induction(about, how["invariants"], how["order"]).obligations(claim)
        case sessions.Session():
            return about.obligations(claim, how.get("rounds", 0))
        case Caller():
            return []


def _refuted(policy: Policy, obligations: Sequence[Obligation], refutations: Sequence[Any]) -> None:
    wanted, given = [one.label for one in obligations], [one["of"] for one in refutations]
    if wanted != given:
        raise Refused(f"it refutes {', '.join(given) or 'nothing'}; the claim wants {', '.join(wanted) or 'nothing'}")
    for obligation, refutation in zip(obligations, refutations, strict=True):
        made = built(policy, obligation, refutation["cuts"], refutation["instances"])
        _check(made, refutation, f"{obligation.label}: ")


def built(policy: Policy, obligation: Obligation, cuts: Sequence[int], instances: Sequence[Any]) -> Skeleton:
    """All clauses of an obligation, with what holds of every element put down for some: [set, word], or [choice]."""
    made = policy.skeleton(cuts)
    choose = obligation.build(made)
    made.settle()
    for instance in instances:
        instantiate(made, choose, instance)
    return made


def instantiate(made: Skeleton, choose: Any, instance: Any) -> None:
    if isinstance(instance, dict):
        choose(instance)
        made.settle()
        return
    name, word = instance
    if word not in made.known and not word.isdigit():
        raise Refused(f"there is no `{word}`, for which it puts down what holds of every element of {name}")
    made.witness(name, word)


def _check(made: Skeleton, refutation: Any, where: str) -> None:
    """Goes through a refutation, whose clauses have the numbers of its own list of atoms."""
    by_name = {name: at for at, name in enumerate(made.names) if name}
    numbers = [0, *(_atom(made, by_name, name, where) for name in refutation["atoms"])]

    def clause_of(literals: Sequence[int]) -> tuple[int, ...]:
        if not all(0 < abs(one) < len(numbers) for one in literals):
            raise Refused(f"{where}a clause has an atom that is not listed")
        return tuple(numbers[one] if one > 0 else -numbers[-one] for one in literals)

    known: list[tuple[int, ...]] = [(TRUE,)]
    for n, literals in enumerate(refutation["clauses"], 1):
        clause = clause_of(literals)
        if tuple(sorted(clause, key=lambda one: (abs(one), one))) not in made.clauses:
            raise Refused(f"{where}clause {n} does not follow from the text: {_said(made, clause)}")
        known.append(clause)
    for kind, literals in refutation["lemmas"]:
        clause = clause_of(literals)
        if not (_adds_up if kind == "sum" else _is_congruence)(made, clause):
            raise Refused(f"{where}lemma {len(known)} is not true: {_said(made, clause)}")
        known.append(clause)
    for literals, hints in refutation["steps"]:
        clause = clause_of(literals)
        if not all(0 < hint < len(known) for hint in hints):
            raise Refused(f"{where}step {len(known)} names a clause that is not there before it")
        named: list[tuple[int, ...]] = [known[hint] for hint in hints]
        if not _follows(clause, named):
            raise Refused(f"{where}step {len(known)} does not follow from what it names: {_said(made, clause)}")
        known.append(clause)
    if known[-1]:
        raise Refused(f"{where}the refutation does not end with a contradiction")


def _atom(made: Skeleton, by_name: dict[str, int], name: str, where: str) -> int:
    """The number of an atom. A difference that no clause speaks of may come in with a lemma."""
    if name in by_name:
        return by_name[name]
    left, sign, most = name.rpartition(" <= ")
    one, minus, other = left.partition(" - ")
    one, other = one if one != "0" else "", other if other != "0" else ""
    if not sign or not minus or one not in made.top or other not in made.top:
        raise Refused(f"{where}the text has no atom `{name}`")
    atom = made.difference(one, other, int(most))
    if made.names[abs(atom)] != name:
        raise Refused(f"{where}`{name}` is not written as differences are")
    return atom


def _adds_up(made: Skeleton, clause: tuple[int, ...]) -> bool:
    """The differences that a clause denies, in their order around a circle, add up to less than nothing.

    Each is `one - other <= most`; where the next does not begin with `other`, that is at most what its bits can hold.
    """
    if not all(abs(literal) in made.differences for literal in clause):
        return False
    circle: list[tuple[str, str, int]] = []
    for literal in clause:
        one, other, most = made.differences[abs(literal)]
        circle.append((one, other, most) if literal < 0 else (other, one, -most - 1))
    total = 0
    for (_, other, most), (one, _, _) in zip(circle, [*circle[1:], *circle[:1]], strict=True):
        total += most + (0 if other == one else made.top[other])
    return bool(circle) and total < 0


def _is_congruence(made: Skeleton, clause: tuple[int, ...]) -> bool:
    """It says that where something holds of some words, it holds of others, or they differ."""
    if len(clause) < 2 or -clause[0] not in made.applied or clause[1] not in made.applied:
        return False
    (name, arguments), (also, others) = made.applied[-clause[0]], made.applied[clause[1]]
    both = zip(arguments, others, strict=True)
    differ = {-part for one, other in both for part in made.equal_parts(one, other) if part != TRUE}
    return name == also and differ <= {*clause[2:]}


def _follows(clause: tuple[int, ...], hints: Sequence[tuple[int, ...]]) -> bool:
    """Where the clause is denied, each hint leaves one literal, which holds then, and the last one leaves none."""
    false = {*clause}
    for hint in hints:
        left = [one for one in hint if one not in false]
        if len(left) != 1:
            return not left
        false.add(-left[0])
    return False


def _said(made: Skeleton, clause: tuple[int, ...]) -> str:
    return " or ".join(("not " if one < 0 else "") + made.names[abs(one)] for one in clause) or "a contradiction"
