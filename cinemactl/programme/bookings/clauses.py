"""Whether a booking's terms are kept, clause by clause and week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cinemactl.programme.bookings.judging import JUDGES, BookingWeek, Verdict, judge_window
from cinemactl.programme.bookings.terms import MOST_WEEKS
from cinemactl.programme.bookings.weeks import SiteWeeks
from cinemactl.programme.clock import DAY, DAYS_A_WEEK
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause of a booking in one cinema week.

    `week` is the week's first business day, `met` None where there is nothing to keep (a share) or that is not known yet (of
    minimum weeks all but the last), `short_by` how far what
    was found is from what the clause wants, in `unit`; `breaking` are the screenings that break it: those that are where
    they should not be, and those that were cancelled after the public had been told of them.
    """

    booking_id: int
    clause: str
    week: date
    met: bool | None
    wanted: str
    found: str
    short_by: int
    unit: str
    breaking: tuple[Shown, ...]
    message: str
    penalty: str | None = None


def judged_clauses(
    booking: Booking, weeks: SiteWeeks, *, only: Iterable[date] | None = None, others: Iterable[Booking] = ()
) -> Iterator[Judged]:
    """Yield every clause of a booking, week by week: of the weeks in `only`, or of all in which the site shows anything.

    The booking is one of the site's; `others` are further ones of the same movie there, whose days are not held against
    this one. A week counts while the booking runs: to the end of its window, or of its minimum weeks, and as long as the
    movie is shown. The work is in proportion to the movie's screenings and those on its screens.
    """
    penalty = next((one["penalty"] for one in booking.terms if one["clause"] == "penalty"), None)
    least = next((one["weeks"] for one in booking.terms if one["clause"] == "minimum-weeks"), None)
    windows = [(one.starts_on, one.ends_on) for one in others if one.id != booking.id]
    for week in weeks.weeks if only is None else sorted(only):
        number = week_number(booking, weeks, week)
        if number < 1 or (booking.ends_on is not None and week > booking.ends_on):
            continue
        seen = BookingWeek(booking, weeks, week, number, windows)
        yield _judged(seen, {"clause": "window"}, judge_window(seen), penalty)
        runs = bool(seen.shows) or number <= (least or 1) or (least is None and booking.ends_on is not None)
        if not runs or not seen.days:
            continue
        for clause in booking.terms:
            if (judge := JUDGES.get(clause["clause"])) and _counts(clause, number):
                yield _judged(seen, clause, judge(seen, clause), penalty)


def broken_clauses(
    booking: Booking, weeks: SiteWeeks, *, only: Iterable[date] | None = None, others: Iterable[Booking] = ()
) -> list[Judged]:
    """Return the clauses of a booking that are not met, as `judged_clauses` has them; ids of planned ones are None."""
    return [one for one in judged_clauses(booking, weeks, only=only, others=others) if one.met is False]


def week_number(booking: Booking, weeks: SiteWeeks, week: date) -> int:
    """Return the number of a week in a booking's run: 1 is the one its window begins in, 0 or less comes before it."""
    return (week - weeks.clock.cinema_week(booking.starts_on)) // (DAYS_A_WEEK * DAY) + 1


def _counts(clause: Mapping[str, Any], number: int) -> bool:
    if clause["clause"] == "minimum-weeks":
        return number <= int(clause["weeks"])
    return int(clause.get("first_week", 1)) <= number <= int(clause.get("last_week", MOST_WEEKS))


def _judged(seen: BookingWeek, clause: Mapping[str, Any], verdict: Verdict, penalty: str | None) -> Judged:
    return Judged(
        booking_id=seen.booking.id,
        clause=clause["clause"],
        week=seen.week,
        met=verdict.met,
        wanted=verdict.wanted,
        found=verdict.found,
        short_by=verdict.short_by,
        unit=verdict.unit,
        breaking=verdict.breaking,
        message=f"{clause['clause']}: {verdict.found}; the booking wants {verdict.wanted}.",
        penalty=clause.get("penalty", penalty),
    )
