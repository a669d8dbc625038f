"""Checks certificates: that a claim holds of the policy in a text, without a solver and without the prover's code.

Of Parley, this shares the parser alone. It reads the text, makes the clauses of the claim's negation anew (policies.py,
meaning.py; skeleton.py says why a refutation of them is a proof), goes through the refutations (refutations.py), and
puts in each example: all that is wanted of it must be true.

That a policy's text is well typed is `parley check`'s to say.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import assert_never

from ....spec import syntax as s
from ....spec.parsing.parser import parse
from ....spec.source import Source
from . import refutations
from .callers import Caller
from .certificate import FORMAT, Certificate, Instance
from .examples import Subject, shown
from .inductions import Induction
from .policies import Choose, Obligation, Policy
from .sessions import Session
from .skeleton import Skeleton
from .texts import Text, stem
from .words import Recut, Refused, Work


class Checker:
    """Checks the certificates of one folder, in which each text is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[tuple[str, str], s.File] = {}
        self._texts: dict[tuple[tuple[str, str], ...], Text] = {}

    def verify(self, certificate: Certificate, claim: str) -> dict[str, str]:
        """The texts that a certificate of a claim is about, each with its SHA-256.

        Raises Refused, with the reason, where it does not show that the claim holds of them.
        """
        if certificate.format != FORMAT:
            raise Refused(f"its format is not `{FORMAT}`")
        if certificate.claim != claim:
            raise Refused(f"it is of {certificate.claim}, and not of {claim}")
        subject, _, name = claim.partition(".")
        work = Work()
        try:
            about = subject_of(self._text(certificate.texts), subject)
            by = certificate
            obligations = obligations_of(about, name, by.rounds, by.invariants, by.order, by.counted)
            wanted, given = [one.label for one in obligations], [one.of for one in certificate.refutations]
            if wanted != given:
                nothing = "nothing"
                raise Refused(
                    f"it refutes {', '.join(given) or nothing}; the claim wants {', '.join(wanted) or nothing}"
                )
            for obligation, refutation in zip(obligations, certificate.refutations, strict=True):
                skeleton = policy_of(about).skeleton(refutation.cuts, work)
                try:
                    choose = put_down(skeleton, obligation)
                    for instance in refutation.instances:
                        instantiate(skeleton, choose, instance)
                    refutations.check(skeleton, refutation)
                except Refused as error:
                    raise Refused(f"{obligation.label}: {error}") from None
            wrong = shown(about, name, certificate.examples, work)
        except Recut as error:
            raise Refused(str(error)) from None
        except RecursionError:
            raise Refused("it is nested too deeply") from None
        if wrong:
            raise Refused(wrong)
        return dict(certificate.texts)

    def _text(self, named: Sequence[tuple[str, str]]) -> Text:
        key = tuple(named)
        if not key:
            raise Refused("it is about no text")
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
                text = content.decode()
            except OSError as error:
                raise Refused(f"the text {name} cannot be read: {error.strerror}") from None
            except ValueError as error:
                raise Refused(f"the text {name} is none: {error}") from None
            if hashlib.sha256(content).hexdigest() != digest:
                raise Refused(f"the text {name} is another than the one that was certified")
            file, problems = parse(Source(name, text))
            if problems:
                raise Refused(f"the text {name} has a syntax error: {problems[0].message}")
            self._files[name, digest] = file
        return self._files[name, digest]


def _need_those_used(names: Sequence[str], files: Sequence[s.File]) -> None:
    """The texts behind the first are called as what it `use`s, and what that uses. Raises Refused."""
    targets = {(one.library, one.target) for file in files for one in file.declarations if isinstance(one, s.Use)}
    used, listed = Counter(stem(target) for _, target in targets), Counter(map(stem, names[1:]))
    strange, missing = sorted(listed - used), sorted(one for one in used if one not in listed)
    if strange or missing:
        raise Refused(f"of the texts that {names[0]} uses, {_named(missing)} not there; {_named(strange)} not used")


def _named(stems: Sequence[str]) -> str:
    return f"{', '.join(stems)} {'is' if len(stems) == 1 else 'are'}" if stems else "none is"


def subject_of(text: Text, name: str) -> Subject:
    """What a claim is about. Raises Refused where nothing is called so."""
    match text.declarations[name]:
        case s.Session():
            return Session(text, name)
        case s.Host():
            return Caller(text, name)
        case _:
            return Policy(text, name)


def policy_of(about: Subject) -> Policy:
    """The policy, or what an interface says without any, that words and variables are those of."""
    return about if isinstance(about, Policy) else about.policy


def obligations_of(
    about: Subject,
    claim: str,
    rounds: int = 0,
    invariants: Sequence[str] | None = None,
    order: str = "",
    counted: bool = False,
) -> list[Obligation]:
    """All ways in which a claim could fail; of a session, in so many rounds or by having more, or by an induction."""
    match about:
        case Policy():
            return about.obligations(claim)
        case Session() if invariants is not None:
            return Induction(about, invariants, order, counted).obligations(claim)
        case Session():
            return about.obligations(claim, rounds)
        case Caller():
            return []
        case _:
            assert_never(about)


def put_down(skeleton: Skeleton, obligation: Obligation) -> Choose | None:
    """Makes the clauses of an obligation; what is given makes more of them, for choices of open outputs."""
    choose = obligation.build(skeleton)
    skeleton.settle()
    return choose


def instantiate(skeleton: Skeleton, choose: Choose | None, instance: Instance) -> None:
    """Puts down what holds of every element of a set, or of every choice, for one. Raises Refused."""
    if isinstance(instance, tuple):
        skeleton.witness(*instance)
        return
    if choose is None:
        raise Refused("it chooses outputs, and none is open")
    choose(instance)
    skeleton.settle()
