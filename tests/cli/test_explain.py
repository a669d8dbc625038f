"""`parley explain`: every page, and what there is none for."""

from __future__ import annotations

import pytest
from parley.spec.diagnostics import all_codes, page
from running import Parley


@pytest.mark.parametrize("code", all_codes())
def test_every_code_has_a_page(parley: Parley, code: str) -> None:
    done = parley("explain", code)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{code}: ")
    assert "# " + done.out.rstrip() == (page(code) or "").rstrip()


def test_case_does_not_matter(parley: Parley) -> None:
    assert parley("explain", "p201") == parley("explain", "P201")


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("P999", "the codes are P100, "),
        ("P509x", "did you mean `P509`?"),
        ("../../LICENSE", "there is no page"),
        ("", "there is no page"),
        ("\0", "there is no page"),
        ("x" * 100_000, "there is no page"),
        ("é", "the codes are P100, "),
    ],
)
def test_a_topic_without_a_page_is_a_wrong_use(parley: Parley, topic: str, says: str) -> None:
    done = parley("explain", topic)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error P508: ")
    assert says in done.err
    assert len(done.err) < 1000
