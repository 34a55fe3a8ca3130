"""Whether a booking's terms are kept, clause by clause and week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cinemactl.programme.bookings.weeks import SiteWeeks
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause of a booking in one cinema week.

    `week` is the week's first business day, `met` None where there is nothing to keep (a share), `short_by` how far what
    was found is from what the clause wants, in `unit`; `breaking` are the screenings that break it.
    """

    booking_id: int
    clause: str
    week: date
    met: bool | None
    wanted: str
    found: str
    short_by: float
    unit: str
    breaking: tuple[Shown, ...]
    message: str
    penalty: str | None = None


def judged_clauses(booking: Booking, weeks: SiteWeeks, *, only: Iterable[date] | None = None) -> Iterator[Judged]:
    """Yield every clause of a booking, week by week: of the weeks in `only`, or of all in which the site shows anything.

    The booking is one of the site's. The work is in proportion to the movie's own screenings and those on its screens.
    """
    raise NotImplementedError


def broken_clauses(booking: Booking, weeks: SiteWeeks, *, only: Iterable[date] | None = None) -> list[Judged]:
    """Return the clauses of a booking that are not met, as `judged_clauses` has them; ids of planned ones are None."""
    return [one for one in judged_clauses(booking, weeks, only=only) if one.met is False]
