"""Each kind of clause, kept and broken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cinemactl.programme.bookings.bookings import BookingFields, add_booking
from cinemactl.programme.bookings.clauses import broken_clauses, judged_clauses
from cinemactl.programme.bookings.weeks import site_weeks

FIRST = date(2026, 12, 3)
WEEK = [FIRST + timedelta(days=number) for number in range(7)]


@pytest.fixture
def full_week(house):
    """Show the movie at 15:00 and 20:00 on the large screen, every day."""
    return [house.show(house.heat, house.large, day, clock) for day in WEEK for clock in ("15:00", "20:00")]


def judge(house, shown, *terms, **fields):
    """Return what a booking of these terms finds broken of the shows."""
    booking = add_booking(house.session, house.heat, house.site, BookingFields(FIRST, **fields), terms)
    weeks = site_weeks(house.site, [house.large, house.small], map(house.shown, shown))
    return broken_clauses(booking, weeks)


KEPT = [
    "minimum-weeks 4",
    "shows-a-day 2",
    "shows-a-day exactly 2",
    "matinees 1",
    "evenings 7, a week",
    "time-window 14:00-20:00",
    "times 15:00 20:00",
    "screen largest, only",
    "screen Saal 1, 2 a day",
    "exclusive-screen",
    "every-show-every-day",
    "share 65",
]
BROKEN = {
    "shows-a-day 3": (7, "shows"),
    "shows-a-day exactly 1": (7, "shows"),
    "matinees 2": (7, "matinees"),
    "matinees 1, before 14:00": (7, "matinees"),
    "evenings 9, a week": (2, "evenings"),
    "time-window 14:00-19:30": (30, "minutes"),
    "times 15:00 21:00": (7, "shows"),
    "screen Saal 2, only": (14, "shows"),
    "screen Saal 2": (7, "shows"),
    "exclusive-screen Saal 2": (1, "screens"),
}


@pytest.mark.parametrize("term", KEPT)
def test_a_full_week_keeps(house, full_week, term):
    assert judge(house, full_week, term) == []


@pytest.mark.parametrize(("term", "short"), BROKEN.items())
def test_a_full_week_breaks(house, full_week, term, short):
    (broken,) = judge(house, full_week, term)
    assert (broken.short_by, broken.unit, broken.met) == (*short, False)
    assert broken.week == FIRST


def test_a_dropped_show_is_what_breaks_every_show_every_day(house, full_week):
    full_week[3].state = "cancelled"
    terms = ("every-show-every-day", "shows-a-day 2", "penalty 5 % for a single dropped show")
    broken = judge(house, full_week, *terms)
    assert [(one.clause, one.short_by, [one.id for one in one.breaking]) for one in broken] == [
        ("every-show-every-day", 1, [full_week[3].id]),
        ("shows-a-day", 1, [full_week[3].id]),
    ]
    assert {one.penalty for one in broken} == {"5 % for a single dropped show"}
    assert broken[1].message == "shows-a-day: 1 on Fri 04 Dec; the booking wants 2 shows a day."


def test_a_split_screen_is_broken_by_its_guests_in_the_first_week_alone(house, full_week):
    guest = house.show(house.alien, house.large, WEEK[2], "11:00")
    later = [
        house.show(movie, house.large, FIRST + timedelta(days=8), clock)
        for movie, clock in ((house.heat, "20:00"), (house.alien, "11:00"))
    ]
    (broken,) = judge(house, [*full_week, guest, *later], "exclusive-screen")
    assert [one.id for one in broken.breaking] == [guest.id]


def test_a_week_without_a_show_breaks_the_minimum_weeks_while_they_last(house, full_week):
    others = [house.show(house.alien, house.small, FIRST + timedelta(days=7 * week), "20:00") for week in range(4)]
    broken = judge(house, [*full_week, *others], "minimum-weeks 3")
    assert [(str(one.week), one.short_by, one.unit) for one in broken] == [
        ("2026-12-10", 2, "weeks"),
        ("2026-12-17", 1, "weeks"),
    ]


def test_shows_outside_the_window_break_it_unless_another_booking_has_them(house, full_week):
    booking = add_booking(house.session, house.heat, house.site, BookingFields(FIRST, ends_on=WEEK[5]))
    weeks = site_weeks(house.site, [house.large], map(house.shown, full_week))
    (broken,) = broken_clauses(booking, weeks)
    assert (broken.clause, [one.id for one in broken.breaking]) == ("window", [one.id for one in full_week[12:]])
    other = add_booking(house.session, house.heat, house.site, BookingFields(WEEK[6]))
    assert broken_clauses(booking, weeks, others=[booking, other]) == []


def test_days_the_house_is_closed_are_asked_nothing(house, full_week):
    booking = add_booking(house.session, house.heat, house.site, BookingFields(FIRST), ["shows-a-day 2"])
    shown = list(map(house.shown, full_week[:12]))
    assert broken_clauses(booking, site_weeks(house.site, [house.large], shown))
    assert not broken_clauses(booking, site_weeks(house.site, [house.large], shown, closed={WEEK[6]}))
    assert list(judged_clauses(booking, site_weeks(house.site, [], []), only=[FIRST - timedelta(days=7)])) == []
