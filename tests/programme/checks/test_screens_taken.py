"""Overlap and turnaround: at the boundary, and against brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programme.checks.showing import found_by, programme, showing

from cinemactl.programme.shown import Shown

# Heat starts at 18:00, ends at 19:45 and is clear at 20:00.
HEAT = showing("18:00")


@pytest.mark.parametrize(
    ("second", "rules"),
    [
        (showing("20:00", movie=2), set()),
        (showing("19:59", movie=2), {"turnaround-short"}),
        (showing("19:45", movie=2), {"turnaround-short"}),
        (showing("19:44", movie=2), {"overlap"}),
        (showing("18:00", movie=2), {"overlap"}),
        (showing("17:00", movie=2, minutes=300), {"overlap"}),
        (showing("16:00", movie=2), set()),
        (showing("18:30", screen=2, movie=2), set()),
    ],
)
def test_a_screen_is_taken_until_the_feature_ends_and_short_until_it_is_clear(second: Shown, rules: set[str]) -> None:
    seen = programme([HEAT, second])
    assert {rule for rule in ("overlap", "turnaround-short") if found_by(rule, seen)} == rules


def test_the_message_says_who_has_the_screen_until_when_and_what_mends_it() -> None:
    (found,) = found_by("turnaround-short", programme([HEAT, showing("19:50", movie=2)]))
    assert found.message == (
        "Alien (Screen 1, Fri 2026-12-04 19:50) starts 5 minutes after the end of Heat (Screen 1, Fri 2026-12-04 18:00); "
        "the screen takes 15 and is clear at 20:00."
    )
    assert found.mend == "Start it at Fri 2026-12-04 20:00 or later, or show it on another screen."
    assert found.numbers == {"minutes": 5, "needed": 15}


SCREENINGS = st.lists(
    st.builds(
        lambda start, minutes, screen, turnaround: showing(
            f"{8 + start // 60}:{start % 60:02}", screen, minutes=minutes, turnaround=turnaround
        ),
        st.integers(0, 300),
        st.integers(1, 90),
        st.integers(1, 2),
        st.integers(0, 30),
    ),
    max_size=8,
)


@given(SCREENINGS)
def test_overlaps_name_every_screening_that_meets_another(shown: list[Shown]) -> None:
    found = found_by("overlap", programme(shown))
    named = {id(one.shown) for finding in found for one in finding.screenings}
    assert named == {id(one) for one in shown if any(_meet(one, other) for other in shown if other is not one)}
    assert all(_meet(*(one.shown for one in finding.screenings)) for finding in found)


@given(SCREENINGS)
def test_a_turnaround_is_short_after_any_screening_that_ended(shown: list[Shown]) -> None:
    found = found_by("turnaround-short", programme(shown))
    assert {id(finding.screenings[-1].shown) for finding in found} == {
        id(one) for one in shown if any(_is_short(before, one) for before in shown)
    }
    assert all(_is_short(*(one.shown for one in finding.screenings)) for finding in found)


def _meet(one: Shown, other: Shown) -> bool:
    return (
        one.screen_id == other.screen_id
        and one.starts_at < other.feature_ends_at
        and other.starts_at < one.feature_ends_at
    )


def _is_short(before: Shown, one: Shown) -> bool:
    return before.screen_id == one.screen_id and before.feature_ends_at <= one.starts_at < before.clear_at
