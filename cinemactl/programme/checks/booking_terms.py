"""Clauses of bookings that the programme does not keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cinemactl.programme.bookings.clauses import Judged, broken_clauses, week_number
from cinemactl.programme.bookings.weeks import SiteWeeks, site_weeks
from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import Placed, SiteProgramme, grouped
from cinemactl.programme.clock import DAY, DAYS_A_WEEK
from cinemactl.programme.tables import Booking

# Said by booking-missing already, of movies without a booking too.
WINDOW = "window"


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (they are the booking's)
    """Yield each clause of a booking that is broken in a cinema week in which the site shows anything."""
    if not any(booking.terms for of_movie in programme.bookings.values() for booking in of_movie):
        return
    every = (one.shown for one in programme.placed)
    weeks = site_weeks(programme.site, programme.screens.values(), every, closed=_closed(programme))
    places = {id(one.shown): one for one in programme.placed}
    for movie_id, bookings in programme.bookings.items():
        of_movie = programme.by_movie.get(movie_id, ())
        by_week = grouped(of_movie, lambda one: programme.week_of[one.day])
        for booking in bookings:
            if booking.terms:
                running = [week for week in weeks.weeks if week in by_week or _is_due(booking, weeks, week)]
                for judged in broken_clauses(booking, weeks, only=running, others=bookings):
                    if judged.clause != WINDOW:
                        breaking = [places[id(one)] for one in judged.breaking]
                        yield _found(programme, booking, judged, breaking, by_week.get(judged.week, ()))


def _is_due(booking: Booking, weeks: SiteWeeks, week: date) -> bool:
    """Whether a booking wants something of a week even if its movie is not shown then."""
    if booking.ends_on is not None:
        return week <= booking.ends_on
    least = next((one["weeks"] for one in booking.terms if one["clause"] == "minimum-weeks"), 1)
    return week_number(booking, weeks, week) <= least


def _closed(programme: SiteProgramme) -> set[date]:
    """Return the days of the weeks that are looked at on which the site is closed."""
    first = programme.clock.cinema_week(programme.placed[0].day)
    last = programme.placed[-1].day + DAYS_A_WEEK * DAY
    days = (first + number * DAY for number in range((last - first).days))
    return {day for day in days if (hours := programme.opening(day)) and hours.opens_minute is None}


def _found(
    programme: SiteProgramme, booking: Booking, judged: Judged, breaking: Sequence[Placed], in_week: Sequence[Placed]
) -> Found:
    concerned = breaking or in_week
    penalty = f" Penalty: {judged.penalty}." if judged.penalty else ""
    title = programme.movies[booking.movie_id].title
    short = f"{judged.short_by} {judged.unit}"
    return Found(
        f"{title} in the week of {programme.clock.week_name(judged.week)}, booking {booking.id}, {judged.message}{penalty}",
        f"Move or take out the screenings named: {short} off." if breaking else f"Add what is missing: {short}.",
        tuple(concerned),
        {
            "booking_id": booking.id,
            "clause": judged.clause,
            "wanted": judged.wanted,
            "found": judged.found,
            "short_by": judged.short_by,
            "unit": judged.unit,
        },
        # Without any screening it is about the week to its last day.
        day=None if concerned else judged.week + (DAYS_A_WEEK - 1) * DAY,
    )


CHECK = Check(
    id="booking-terms",
    severity=WARNING,
    what="A clause of a booking is broken.",
    explanation="What the distributor wants of a cinema week (shows a day, matinees, a screen, times) is kept with the booking, "
    "and judged for each week in which the site shows anything. `cinemactl booking report` lists the clauses that are met as "
    "well, and counts shows that were cancelled after the public had been told of them.",
    find=find,
)
