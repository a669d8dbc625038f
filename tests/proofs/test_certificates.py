"""Certificates: what is proved is certified, what is certified is verified, and whatever is broken is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import parley
import pytest
from parley.certificates import CertifyResult
from parley.proofs.certificates import certify
from parley.proofs.certificates.checker import skeleton
from parley.proofs.certificates.checker.examples import Subject
from parley.proofs.certificates.checker.policies import Policy
from parley.proofs.certificates.checker.sessions import Session
from parley.proofs.certificates.checker.words import Refused
from parley.spec.diagnostics import Rejected
from properties.comparing import bare, program_of
from properties.draw import Seeded
from properties.policies import policy_text
from properties.sessions import session_text

FALSE = Path(__file__).with_name("false_certificates")

TEXT = """interface I {
    revision { reserved[63:31] zero   major[30:16]   minor[15:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input  requested : revision
    output status    : { OK = 0, BAD = 1 }
    output lower     : revision
    define near(a, b)
    invariant known: status == OK implies lower in supported
    invariant older: lower <= max supported
    invariant minors: status == BAD and lower.minor > 0 implies lower > 0x0
    invariant related: (every r in supported: near(r, requested)) and status == OK implies near(lower, lower)
}
policy p for I {
    case known when requested in supported {
        status = OK
        lower  = requested
    }
    case free when some r in supported: r.major == requested.major {
        status = BAD
        lower  = any
        ensure lower in supported and lower.major == requested.major
    }
    case unknown otherwise {
        status = BAD
        lower  = max supported
    }
}
policy q for I refines p {
    lower = if requested in supported then requested else max supported
    case known when requested in supported { status = OK }
    case unknown otherwise { status = BAD }

    expect refuted refines "another major"
}
scenario one for p { given supported = {1.0, 1.1} given requested = 1.1 then status == OK and lower == 1.1 }
"""


def written(made: CertifyResult, folder: Path) -> Path:
    for name, text in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@pytest.fixture(scope="module")
def made() -> CertifyResult:
    return parley.certify(parley.check(parley.loads(TEXT)))


@pytest.fixture(scope="module")
def ordered() -> CertifyResult:
    """Of a claim whose refutation has lemmas and several steps."""
    return parley.certify(parley.check(parley.load("rmi"), only=["rmm_1_0.ordered", "rmm_1_0.total"]))


def test_every_proof_of_a_policy_is_certified_and_verified(made: CertifyResult, tmp_path: Path) -> None:
    assert [one.claim.address for one in made.claims if not one.file] == []
    assert len(made.claims) == 22
    result = parley.verify(written(made, tmp_path))
    assert [one.reason for one in result.claims] == [""] * 22
    assert result.code == 0
    assert result.texts == {"_text_.parley": sha256(TEXT.encode()).hexdigest()}


def test_the_same_check_makes_the_same_bytes(made: CertifyResult) -> None:
    again = parley.certify(parley.check(parley.loads(TEXT), only="p.older")).files
    assert again["_text_.p.older.json"] == made.files["_text_.p.older.json"]


Change = Callable[[dict[str, Any]], None]


def _first(certificate: dict[str, Any]) -> dict[str, Any]:
    """A refutation with lemmas and steps."""
    return next(one for one in certificate["refutations"] if one["lemmas"] and len(one["steps"]) > 1)


def flipped(certificate: dict[str, Any]) -> None:
    clause = max(_first(certificate)["clauses"], key=len)
    clause[0] = -clause[0]


def without_clause(certificate: dict[str, Any]) -> None:
    del _first(certificate)["clauses"][-1]


def false_lemma(certificate: dict[str, Any]) -> None:
    refutation = _first(certificate)
    kind, literals = refutation["lemmas"][0]
    refutation["lemmas"][0] = [kind, literals[:-1]]


def without_lemma(certificate: dict[str, Any]) -> None:
    del _first(certificate)["lemmas"][0]


def without_step(certificate: dict[str, Any]) -> None:
    del _first(certificate)["steps"][-1]


def without_hint(certificate: dict[str, Any]) -> None:
    del _first(certificate)["steps"][-1][1][-1]


def later_hint(certificate: dict[str, Any]) -> None:
    _first(certificate)["steps"][0][1][0] = 100_000


def strange_atom(certificate: dict[str, Any]) -> None:
    _first(certificate)["atoms"][0] = "in supported(nothing)"


def unlisted_atom(certificate: dict[str, Any]) -> None:
    _first(certificate)["clauses"][0][0] = 100_000


def strange_word(certificate: dict[str, Any]) -> None:
    _first(certificate)["instances"][0] = ["supported", "some#77"]


def without_instances(certificate: dict[str, Any]) -> None:
    _first(certificate)["instances"] = []


def without_refutation(certificate: dict[str, Any]) -> None:
    del certificate["refutations"][-1]


def without_example(certificate: dict[str, Any]) -> None:
    certificate["examples"] = []


def wrong_example(certificate: dict[str, Any]) -> None:
    certificate["examples"][0]["values"]["supported"] = []


def strange_example(certificate: dict[str, Any]) -> None:
    certificate["examples"][0]["values"]["supported"] = [1 << 63]


def of_another_text(certificate: dict[str, Any]) -> None:
    certificate["texts"][0][1] = "0" * 64


def without_texts(certificate: dict[str, Any]) -> None:
    certificate["texts"] = []


def other_format(certificate: dict[str, Any]) -> None:
    certificate["format"] = "parley certificate 99"


BROKEN: list[tuple[Change, str]] = [
    (flipped, "does not follow from the text"),
    (without_clause, "does not follow from what it names"),
    (false_lemma, "is not true"),
    (without_lemma, "does not follow from what it names"),
    (without_step, "does not end with a contradiction"),
    (without_hint, "does not follow from what it names"),
    (later_hint, "names a clause that is not there before it"),
    (strange_atom, "the text has no atom"),
    (unlisted_atom, "has an atom that is not listed"),
    (strange_word, "there is no `some#77`"),
    (without_instances, "the text has no atom"),
    (without_refutation, "the claim wants"),
    (without_example, "it has no example"),
    (wrong_example, "what is assumed is not so"),
    (strange_example, "supported cannot be"),
    (of_another_text, "is another than the one that was certified"),
    (without_texts, "it is about no text"),
    (other_format, "its format is not"),
]


@pytest.mark.parametrize(("change", "reason"), BROKEN, ids=[change.__name__ for change, _ in BROKEN])
def test_what_is_broken_is_refused_with_the_reason(
    change: Change, reason: str, ordered: CertifyResult, tmp_path: Path
) -> None:
    file = "rmi.rmm_1_0.ordered.json"
    certificate = json.loads(ordered.files[file])
    change(certificate)
    written(ordered, tmp_path)
    (tmp_path / file).write_text(json.dumps(certificate), encoding="utf-8")
    result = parley.verify(tmp_path)
    (refused,) = [one for one in result.claims if one.finding == "refused"]
    assert (refused.claim, result.code) == ("rmm_1_0.ordered", 1)
    assert reason in refused.reason


def test_a_claim_is_not_shown_by_the_certificate_of_another(made: CertifyResult, tmp_path: Path) -> None:
    written(made, tmp_path)
    other = json.loads(made.files["_text_.p.older.json"])
    (tmp_path / "_text_.p.known.json").write_text(json.dumps(other), encoding="utf-8")
    assert "it is of p.older, and not of p.known" in parley.verify(tmp_path).claims[7].reason
    other["claim"] = "p.known"
    (tmp_path / "_text_.p.known.json").write_text(json.dumps(other), encoding="utf-8")
    assert [one.claim for one in parley.verify(tmp_path).claims if one.finding == "refused"] == ["p.known"]


@pytest.mark.parametrize("folder", sorted(FALSE.iterdir()), ids=lambda folder: folder.name)
def test_what_was_once_taken_for_a_certificate_of_a_false_claim_is_refused(folder: Path) -> None:
    """Bugs: each is made by hand, of a claim that the check refutes."""
    result = parley.verify(folder)
    assert [one.finding for one in result.claims] == ["refused"]


def test_a_file_that_is_cut_off_or_gone_is_refused(made: CertifyResult, tmp_path: Path) -> None:
    written(made, tmp_path)
    (tmp_path / "_text_.p.known.json").write_text(made.files["_text_.p.known.json"][:-40], encoding="utf-8")
    (tmp_path / "_text_.p.older.json").unlink()
    reasons = [one.reason for one in parley.verify(tmp_path).claims if one.finding == "refused"]
    assert len(reasons) == 2
    assert "cut off" in reasons[0]
    assert "cannot be read" in reasons[1]


def test_every_certificate_of_a_text_that_was_changed_is_refused(made: CertifyResult, tmp_path: Path) -> None:
    written(made, tmp_path)
    changed = TEXT.replace("lower  = max supported", "lower  = min supported")
    (tmp_path / "texts" / "_text_.parley").write_text(changed, encoding="utf-8")
    assert {one.finding for one in parley.verify(tmp_path).claims} == {"refused"}


def test_a_digest_that_is_changed_with_its_text_helps_true_claims_only(made: CertifyResult, tmp_path: Path) -> None:
    """`known` is false of the other text: whatever names that, no refutation goes through."""
    changed = TEXT.replace("lower  = requested\n", "lower  = 1.0\n")
    digest = sha256(changed.encode()).hexdigest()
    written(made, tmp_path)
    (tmp_path / "texts" / "_text_.parley").write_text(changed, encoding="utf-8")
    for path in tmp_path.glob("_text_.*.json"):
        certificate = json.loads(path.read_text(encoding="utf-8"))
        certificate["texts"][0][1] = digest
        path.write_text(json.dumps(certificate), encoding="utf-8")
    findings = {one.claim: one for one in parley.verify(tmp_path).claims}
    assert findings["p.known"].finding == "refused"
    assert "does not follow from the text" in findings["p.known"].reason
    assert findings["p.total"].finding == "verified"


def test_a_folder_without_certificates_is_none(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="certificates"):
        parley.verify(tmp_path)
    (tmp_path / "certificates.json").write_text("{", encoding="utf-8")
    with pytest.raises(Rejected, match="cut off"):
        parley.verify(tmp_path)


@pytest.mark.parametrize("broken", ["order", "members", "digits"])
def test_a_checker_that_is_broken_refuses_what_the_right_one_made(
    broken: str, made: CertifyResult, tmp_path: Path
) -> None:
    """What the checker makes of the text is looked at in earnest: made otherwise, it does not fit any more."""
    written(made, tmp_path)
    right = skeleton.Skeleton.compare, skeleton.Skeleton.inside, skeleton.Skeleton.difference

    def order(self: Any, sign: str, one: Any, other: Any) -> int:
        return right[0](self, "<" if sign == "<=" else sign, one, other)

    def members(self: Any, piece: Any, word: Any) -> int:
        return 1 if isinstance(piece, str) else right[1](self, piece, word)

    def digits(self: Any, one: Any, other: Any, most: int) -> int:
        return right[2](self, one, other, most + 1)

    changed = {"order": ("compare", order), "members": ("inside", members), "digits": ("difference", digits)}
    with patch.object(skeleton.Skeleton, *changed[broken]):
        assert parley.verify(tmp_path).code == 1


def _random(text: str, folder: Path) -> tuple[int, int]:
    """How many proofs of a random text are certified, and how many are not; all certificates are verified.

    What is refuted must not come to be certified as well.
    """
    program = program_of(text)
    with patch("parley.proofs.prove.counterexample", bare):
        checked = parley.check(program)
    result = parley.certify(checked)
    for one in parley.verify(written(result, folder)).claims if result.claims else ():
        assert one.finding != "refused", f"{one.claim}: {one.reason}\n{text}"
    certifier = certify.Certifier()
    for outcome in checked.outcomes:
        claim = outcome.claim
        if outcome.verdict == "refuted" and claim.kind != "reachable":
            subject = certifier.subject([program.source], claim.subject)
            assert not _refutable(subject, claim.name), f"{claim.address} is refuted, and certified\n{text}"
    return result.certified, len(result.claims) - result.certified


def _refutable(subject: Subject, claim: str) -> bool:
    by_induction: list[dict[str, Any]] = [{"invariants": [], "order": "below", "counted": one} for one in (False, True)]
    for how in [{}] if isinstance(subject, Policy) else [{"rounds": 1}, {"rounds": 2}, *by_induction]:
        try:
            certify.refutations(subject, claim, how)
        except certify.Uncertified:
            continue
        return True
    return False


def _added(made: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(one for one, _ in made), sum(other for _, other in made)


def test_proofs_about_random_policies_are_certified(tmp_path: Path) -> None:
    certified, left = _added([_random(policy_text(Seeded(n)).text, tmp_path / str(n)) for n in range(40, 43)])
    assert certified > 10
    assert left == 0


def test_proofs_about_random_sessions_are_certified(tmp_path: Path) -> None:
    certified, left = _added([_random(session_text(Seeded(n)).text, tmp_path / str(n)) for n in (4,)])
    assert certified > 2
    assert left == 0


def test_a_refutation_that_is_found_late_is_numbered_as_the_checker_does(tmp_path: Path) -> None:
    """Bug: what an earlier try without success had named was counted with what came after it."""
    assert _random(policy_text(Seeded(20242)).text, tmp_path)[1] == 0


ENDLESS = """interface K {
    revision { major[31:16]   minor[15:0] }
    config supported : set of revision
    input  requested : revision
    output version   : revision
    invariant other: every x in supported: some y in supported: x.major == y.minor or y == x
}
policy p for K {
    case same otherwise { version = requested }
}
"""


def test_a_refutation_is_looked_for_before_all_is_put_down(tmp_path: Path) -> None:
    """Bug: each element has another one beside it, without end."""
    result = parley.certify(parley.check(parley.loads(ENDLESS), only=["p.other"]))
    assert [one.reason for one in result.claims] == [""]
    assert parley.verify(written(result, tmp_path)).code == 0


OPEN = """interface I {
    revision { major[15:8]   minor[7:0] }
    config supported : set of revision
    config window    : range of revision
    input  requested : set of revision
    output some_     : set of revision
    output between   : range of revision
    output best      : revision or { NONE, ALL }
}
policy p for I {
    case all otherwise {
        some_ = any
        between = any
        best = any
        ensure some_ == requested and (best in some_ or best is ALL)
        ensure between == window
    }
}
"""


def test_a_choice_of_several_open_outputs_is_found(tmp_path: Path) -> None:
    """Bug: all values of the last one came first."""
    result = parley.certify(parley.check(parley.loads(OPEN), only=["p.defined"]))
    assert [one.reason for one in result.claims] == [""]
    assert parley.verify(written(result, tmp_path)).code == 0


def test_what_takes_too_long_is_refused(made: CertifyResult, tmp_path: Path) -> None:
    """The limit is one for all that a certificate has, so that many parts of it do not take many times as long."""
    written(made, tmp_path)
    with patch("parley.proofs.certificates.checker.words.MOST_WORK", 400):
        reasons = {one.claim: one.reason for one in parley.verify(tmp_path).claims}
    assert "it takes more than 400 steps" in reasons["p.minors"]
    assert reasons["p.satisfiable"] == ""


def test_a_file_that_is_listed_twice_is_no_list(made: CertifyResult, tmp_path: Path) -> None:
    index = json.loads((written(made, tmp_path) / "certificates.json").read_text(encoding="utf-8"))
    index["claims"].append(index["claims"][0])
    (tmp_path / "certificates.json").write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(Rejected, match="two certificates in one file"):
        parley.verify(tmp_path)


@pytest.mark.long
def test_proofs_about_many_random_policies_are_certified(tmp_path: Path) -> None:
    certified, left = _added([_random(policy_text(Seeded(n)).text, tmp_path / str(n)) for n in range(100, 120)])
    assert certified > 80
    assert left <= certified // 100


@pytest.mark.long
def test_proofs_about_many_random_sessions_are_certified(tmp_path: Path) -> None:
    certified, left = _added([_random(session_text(Seeded(n)).text, tmp_path / str(n)) for n in range(100, 106)])
    assert certified > 20
    assert left <= certified // 5


@pytest.mark.long
def test_every_proof_of_the_library_is_certified_and_verified(tmp_path: Path) -> None:
    result = parley.certify(parley.check_files())
    assert len(result.claims) > 900
    assert [one.claim.address for one in result.claims if not one.file] == []
    verified = parley.verify(written(result, tmp_path))
    assert [one.claim for one in verified.claims if one.finding != "verified"] == []


SESSION = (
    TEXT
    + """
host listed for I {
    knows 1.1, 2.0
    start request 1.1
    on status == OK => accept requested
    on lower in known and lower != requested => request lower
    otherwise => give up
}
session s : listed with p {
    property safe: accepted implies agreed in supported
    invariant asked: requested in known
}
host down for I {
    knows any
    start request max known
    on status == OK => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}
session d : down with p {
    invariant passed: no k in known: k > requested and k in supported
    property finds: (some k in known: k in supported) implies accepted
}
"""
)


@pytest.fixture(scope="module")
def sessions() -> CertifyResult:
    return parley.certify(parley.check(parley.loads(SESSION), only=["listed.*", "s.*", "down.*", "d.*"]))


@pytest.mark.slow
def test_proofs_about_hosts_and_sessions_are_certified(sessions: CertifyResult, tmp_path: Path) -> None:
    assert [(one.claim.address, one.reason) for one in sessions.claims if not one.file] == []
    assert parley.verify(written(sessions, tmp_path)).code == 0


BELL = """interface BELL {
    revision { major[15:8] minor[7:0] }
    config supported : set of revision
    assume configured: supported is not empty
    input which : { OLDEST = 0, NEWEST = 1, ANY = 2 }
    output chosen : revision
}
policy bell for BELL {
    case newest when which == NEWEST { chosen = max supported }
    case oldest when which == OLDEST { chosen = min supported }
    case any_ otherwise { chosen = any ensure chosen in supported }
}
host rings for BELL {
    knows 1.0, 1.1
    start request NEWEST
    on chosen in known => accept chosen
    on which == NEWEST => request OLDEST
    on which == OLDEST => request ANY
    otherwise => request NEWEST
}
session ringing : rings with bell {
    property safe: accepted implies agreed in supported
    property finds: accepted
    property newest: accepted implies agreed == max supported
}
"""


def test_inductions_may_be_about_requests_that_have_no_order(tmp_path: Path) -> None:
    program = parley.loads(BELL)
    result = parley.certify(parley.check(program, only=["ringing.*"]))
    assert [(one.claim.name, one.reason) for one in result.claims] == [
        (n, "") for n in ("satisfiable", "defined", "safe")
    ]
    assert parley.verify(written(result, tmp_path)).code == 0
    session = certify.Certifier().subject([program.source], "ringing")
    assert not any(_refutable(session, claim) for claim in ("terminates", "finds", "newest"))


INTERVAL = """interface I {
    revision { reserved[15:12] zero major[11:8] zeros[7:4] zero minor[3:0] }
    config supported : set of revision
    input  requested : revision or { LATEST = -1 }
    output status    : { OK = 0, BAD = 1 }
}
policy p for I {
    case known when requested in supported { status = OK }
    case unknown otherwise { status = BAD }
}
host down for I {
    knows 1.0..1.3
    start request max known
    on status == OK => accept requested
    on some k in known: k < requested => request max k in known where k < requested
    otherwise => give up
}
session s : down with p {
    property five: rounds <= 5
    property three: gave_up implies rounds <= 3
}
"""


@pytest.mark.slow
def test_requests_of_a_short_interval_are_counted(tmp_path: Path) -> None:
    """As those of a list are: four, and one by name."""
    program = parley.loads(INTERVAL)
    session = certify.Certifier().subject([program.source], "s")
    assert isinstance(session, Session)
    assert session.most_requests() == 5
    assert [_refutable(session, claim) for claim in ("five", "three")] == [True, False]
    result = parley.certify(parley.check(program, only=["s.five"]))
    assert parley.verify(written(result, tmp_path)).code == 0
    long = parley.loads(INTERVAL.replace("1.3", "3.15"))
    session = certify.Certifier().subject([long.source], "s")
    assert isinstance(session, Session)
    with pytest.raises(Refused):
        session.most_requests()


def fewer_rounds(certificate: dict[str, Any]) -> None:
    certificate["rounds"] = 1


def no_such_rounds(certificate: dict[str, Any]) -> None:
    certificate["rounds"] = 1_000


def other_run(certificate: dict[str, Any]) -> None:
    certificate["examples"][0]["values"]["supported"] = []


def without_invariant(certificate: dict[str, Any]) -> None:
    certificate["invariants"].pop()


def other_invariant(certificate: dict[str, Any]) -> None:
    certificate["invariants"][0] = "requested in supported"


def no_invariant(certificate: dict[str, Any]) -> None:
    certificate["invariants"][0] = "true define more = true"


def other_order(certificate: dict[str, Any]) -> None:
    certificate["order"] = "above"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "change", "reason"),
    [
        ("_text_.s.safe.json", fewer_rounds, "the claim wants more than 1 rounds"),
        ("_text_.s.safe.json", no_such_rounds, "there is no going through 1000 rounds"),
        ("_text_.s.safe.json", other_run, "that the first request is answered is not so"),
        ("_text_.listed.reachable.rule_1.json", without_example, "it has no example"),
        ("_text_.d.finds.json", without_invariant, "the claim wants"),
        ("_text_.d.finds.json", other_invariant, ""),
        ("_text_.d.finds.json", no_invariant, "an invariant is no formula"),
        ("_text_.d.finds.json", other_order, ""),
    ],
)
def test_what_is_broken_of_a_session_is_refused(
    file: str, change: Change, reason: str, sessions: CertifyResult, tmp_path: Path
) -> None:
    certificate = json.loads(sessions.files[file])
    change(certificate)
    (written(sessions, tmp_path) / file).write_text(json.dumps(certificate), encoding="utf-8")
    (refused,) = [one for one in parley.verify(tmp_path).claims if one.finding == "refused"]
    assert refused.file == file
    assert reason in refused.reason


def test_verifying_loads_no_solver(made: CertifyResult, tmp_path: Path) -> None:
    import subprocess

    written(made, tmp_path)
    program = f"import sys, parley; parley.verify(__import__('pathlib').Path({str(tmp_path)!r}))\n"
    program += (
        "print(sorted({'z3', 'pysat', 'parley.spec.elaborate', 'parley.spec.core', 'parley.model'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
