"""The two sources of choices, and how what fails is made smaller."""

from __future__ import annotations

from collections.abc import Sequence

from .comparing import program_of
from .draw import Recorded, Seeded, pick, several, shrunk
from .policies import policy_text
from .sessions import session_text


def test_a_seed_gives_one_text_and_its_choices_give_it_again() -> None:
    for generate in (policy_text, session_text):
        source = Recorded(Seeded(7))
        made = generate(source)
        assert generate(Seeded(7)) == made
        assert generate(Recorded.again(source.made)) == made
        assert generate(Seeded(8)) != made


def test_what_fails_is_made_smaller_and_still_fails() -> None:
    def failing(choices: Sequence[int]) -> bool:
        return "max" in policy_text(Recorded.again(choices)).text

    source = next(
        s for s in map(Recorded, map(Seeded, range(99))) if "max" in (text := policy_text(s).text) and len(text) > 900
    )
    whole = policy_text(Recorded.again(source.made)).text
    small = policy_text(Recorded.again(shrunk(source.made, failing))).text
    assert "max" in small
    assert len(small) < len(whole) / 2
    assert program_of(small).own_policies


def test_choices_that_are_used_up_are_the_first() -> None:
    again = Recorded.again([2])
    assert pick(again, "abc") == "c"
    assert several(again, "abc", 2) == ["a", "b"]
    assert again.made == [2, 0, 0]
