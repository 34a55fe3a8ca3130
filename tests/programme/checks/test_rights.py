"""What a movie may be shown by: bookings and keys."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from programme.checks.showing import FRIDAY, found_by, programme, showing

from cinemactl.programme.checks.site_programme import Key
from cinemactl.programme.tables import Booking

BOOKED = Booking(id=1, movie_id=1, site_id=1, starts_on=FRIDAY, ends_on=FRIDAY + timedelta(days=1), terms=[])
OPEN_ENDED = Booking(id=2, movie_id=1, site_id=1, starts_on=FRIDAY, ends_on=None, terms=[])


@pytest.mark.parametrize(
    ("start", "day", "booking", "shows"),
    [
        ("20:00", FRIDAY, BOOKED, []),
        ("25:30", FRIDAY + timedelta(days=1), BOOKED, []),
        ("20:00", FRIDAY + timedelta(days=2), BOOKED, [1]),
        ("20:00", FRIDAY - timedelta(days=1), BOOKED, [1]),
        ("20:00", FRIDAY + timedelta(days=300), OPEN_ENDED, []),
    ],
)
def test_booking_missing(start: str, day: date, booking: Booking, shows: list[int]) -> None:
    seen = programme([showing(start, day=day)], bookings={1: [booking]}, keeps_bookings=True)
    assert [one.numbers["shows"] for one in found_by("booking-missing", seen)] == shows


def test_movies_without_any_booking_are_found_week_by_week_where_bookings_are_kept() -> None:
    shown = [showing("20:00", day=FRIDAY + timedelta(days=number)) for number in (0, 6, 7)]
    assert [len(one.screenings) for one in found_by("booking-missing", programme(shown, keeps_bookings=True))] == [2, 1]
    assert not found_by("booking-missing", programme(shown))


@pytest.mark.parametrize(
    ("opens", "closes", "screen", "severity", "minutes"),
    [
        # Hours before the start at 20:00 and after the end at 21:45.
        (48 * 60, 48 * 60, None, None, None),
        (48 * 60 - 1, 48 * 60, None, "warning", None),
        (48 * 60, 48 * 60 - 1, 1, "warning", None),
        (0, 0, None, "warning", None),
        (-1, 600, None, "error", 1),
        (600, -1, None, "error", 1),
        (48 * 60, 48 * 60, 2, "error", None),
    ],
)
def test_key_window(opens: int, closes: int, screen: int | None, severity: str | None, minutes: int | None) -> None:
    one = showing("20:00")
    key = Key(screen, one.starts_at - timedelta(minutes=opens), one.feature_ends_at + timedelta(minutes=closes))
    found = found_by("key-window", programme([one], keys={1: [key]}))
    assert [finding.severity or "error" for finding in found] == ([severity] if severity else [])
    assert all(finding.numbers.get("minutes") == minutes for finding in found)
    assert not found_by("key-window", programme([showing("20:00", movie=2)], keys={1: [key]}))


def test_the_window_of_a_key_is_told_by_the_clock_of_the_site() -> None:
    one = showing("20:00")
    key = Key(None, one.starts_at - timedelta(hours=2), one.feature_ends_at - timedelta(minutes=1))
    (found,) = found_by("key-window", programme([one], keys={1: [key]}))
    assert found.message == (
        "No key covers Heat (Screen 1, Fri 2026-12-04 20:00); the nearest is valid from Fri 2026-12-04 18:00 to Fri 2026-12-04 "
        "21:44 (2026-12-04 17:00 to 2026-12-04 20:44 UTC)."
    )


TERMS = [{"clause": "shows-a-day", "minimum": 2}, {"clause": "screen", "screen_id": 1, "only": True}]


@pytest.mark.parametrize(
    ("screens", "clauses"),
    [
        ((1, 1), {}),
        ((1,), {"shows-a-day": [1]}),
        ((1, 2), {"screen": [2]}),
        ((), {"shows-a-day": []}),
    ],
)
def test_booking_terms(screens: tuple[int, ...], clauses: dict[str, list[int]]) -> None:
    booked = Booking(id=1, movie_id=1, site_id=1, starts_on=FRIDAY, ends_on=FRIDAY, terms=TERMS)
    shown = [showing(f"{14 + 4 * number}:00", screen) for number, screen in enumerate(screens)]
    seen = programme([*shown, showing("20:00", 4, 2)], bookings={1: [booked]}, keeps_bookings=True)
    found = found_by("booking-terms", seen)
    assert {one.numbers["clause"]: [shown.shown.screen_id for shown in one.screenings] for one in found} == clauses
    assert all("Heat in the week of 2026-W49, booking 1, " in one.message for one in found)
