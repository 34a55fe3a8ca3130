"""The weekly report of bookings: for each clause whether it is met, by how much, and which screening breaks it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.errors import UsageRefused
from cinemactl.programme import places
from cinemactl.programme.bookings.bookings import find_booking, within
from cinemactl.programme.bookings.clauses import Judged, judged_clauses, week_number
from cinemactl.programme.bookings.judging import is_held, share_of
from cinemactl.programme.bookings.weeks import SiteWeeks, closed_days, site_weeks
from cinemactl.programme.clock import DAYS_A_WEEK
from cinemactl.programme.shown import Shown, shown
from cinemactl.programme.tables import Booking, Screen, Screening, Site

CENT = Decimal("0.01")
HUNDRED = 100
BROKEN = "broken"
SHARE = "share"

# Admissions and gross by screening.
Takings = Mapping[int | None, tuple[int, Decimal | None]]
WEEK = timedelta(days=DAYS_A_WEEK)


def report(
    session: Session,
    *,
    booking: str | None = None,
    site: str | None = None,
    week: str | None = None,
    broken: bool = False,
) -> list[dict[str, Any]]:
    """Return the lines of `report_on` for one booking in all its weeks, or for all bookings of a week.

    The week is 2026-W49, or the one we are in; without a site all of them are reported on. `broken` leaves it at the
    clauses that are not met. Raises BookingNotFound, SiteNotFound, UsageRefused.
    """
    one = None if booking is None else find_booking(session, booking)
    if one is not None:
        sites = [session.get_one(Site, one.site_id)]
        if site is not None and places.find_site(session, site) is not sites[0]:
            raise UsageRefused(f"Booking {one.id} is one of {sites[0].name!r}.", "Leave --site out.")
    elif site is not None:
        sites = [places.find_site(session, site)]
    else:
        sites = list(session.scalars(select(Site).order_by(Site.name_key)))
    lines = []
    for where in sites:
        clock = where.clock
        day = None if week is None else clock.week_named(week)
        if day is None and one is None:
            day = clock.cinema_week(clock.business_day(datetime.now(UTC)))
        lines += report_on(session, where, week=day, booking=one)
    return [line for line in lines if not broken or line["outcome"] == BROKEN]


def report_on(
    session: Session, site: Site, *, week: date | None, booking: Booking | None = None
) -> list[dict[str, Any]]:
    """Return a line for each booking of a site, week and clause.

    `week` is the first business day of a cinema week; None is all weeks in which the site shows anything. `booking` leaves
    it at one. A line has booking_id, movie_id, title, site, week, week_number, clause, outcome (met, broken, not-yet, or due
    for a share), wanted, found, short_by, unit, screenings, penalty, admissions, gross and due: what a share comes to.
    """
    bookings = _bookings(session, site, week, booking)
    if not bookings:
        return []
    first = min(one.starts_on for one, _ in bookings) if week is None else week
    last = None if week is None else week + WEEK
    weeks, takings = _shown(session, site, first, last)
    windows: dict[int, list[Booking]] = defaultdict(list)
    for one, _ in _bookings(session, site, None, None):
        windows[one.movie_id].append(one)
    return [
        _line(weeks, one, title, judged, takings)
        for one, title in bookings
        for judged in judged_clauses(one, weeks, only=[week] if week else None, others=windows[one.movie_id])
    ]


def _bookings(session: Session, site: Site, week: date | None, booking: Booking | None) -> list[tuple[Booking, str]]:
    query = select(Booking, Movie.title).join(Movie, Movie.id == Booking.movie_id).where(Booking.site_id == site.id)
    if week is not None:
        query = query.where(Booking.starts_on < week + WEEK, or_(Booking.ends_on.is_(None), Booking.ends_on >= week))
    if booking is not None:
        query = query.where(Booking.id == booking.id)
    return [(one, title) for one, title in session.execute(query.order_by(Movie.title_key, Booking.id))]


def _shown(session: Session, site: Site, first: date, last: date | None) -> tuple[SiteWeeks, Takings]:
    """Return what the site shows from one day to before another, and admissions and gross by screening."""
    clock = site.clock
    since = clock.day_starts_at(clock.cinema_week(first))
    until = None if last is None else clock.day_starts_at(last)
    known = select(Screening.id, Screening.sold, Screening.gross, Screening.published_at).join(Screen)
    known = known.where(Screen.site_id == site.id, Screening.starts_at >= since)
    if until is not None:
        known = known.where(Screening.starts_at < until)
    takings: dict[int | None, tuple[int, Decimal | None]] = {}
    announced = set()
    for number, sold, gross, published_at in session.execute(known):
        takings[number] = (sold, gross)
        if published_at is not None:
            announced.add(number)
    told = [
        one
        for one in shown(session, sites=[site.id], since=since, until=until, cancelled=True)
        if is_held(one) or one.id in announced
    ]
    end = last or clock.cinema_week(max((clock.business_day(one.starts_at) for one in told), default=first)) + WEEK
    screens = session.scalars(select(Screen).where(Screen.site_id == site.id)).all()
    return site_weeks(site, screens, told, closed=closed_days(session, site, clock.cinema_week(first), end)), takings


def _line(
    weeks: SiteWeeks,
    booking: Booking,
    title: str,
    judged: Judged,
    takings: Takings,
) -> dict[str, Any]:
    number = week_number(booking, weeks, judged.week)
    line: dict[str, Any] = {
        "booking_id": booking.id,
        "movie_id": booking.movie_id,
        "title": title,
        "site": weeks.site.name,
        "week": weeks.clock.week_name(judged.week),
        "week_number": number,
        "clause": judged.clause,
        "outcome": _outcome(judged),
        "wanted": judged.wanted,
        "found": judged.found,
        "short_by": judged.short_by,
        "unit": judged.unit,
        "screenings": list(_told(weeks, judged.breaking)),
        "penalty": judged.penalty if judged.met is False else None,
        "admissions": None,
        "gross": None,
        "due": None,
    }
    if judged.clause == SHARE:
        line |= _share(booking, weeks, judged, number, takings)
    return line


def _outcome(judged: Judged) -> str:
    if judged.met is None:
        return "due" if judged.clause == SHARE else "not-yet"
    return "met" if judged.met else BROKEN


def _share(
    booking: Booking,
    weeks: SiteWeeks,
    judged: Judged,
    number: int,
    takings: Takings,
) -> dict[str, Any]:
    """Return what a distributor's share of a week comes to; without any gross known nothing is said of money."""
    clause = next(one for one in booking.terms if one["clause"] == judged.clause)
    held = [
        takings[one.id]
        for day, one in weeks.of_movie(judged.week, booking.movie_id)
        if one.id in takings and is_held(one) and within(booking, day)
    ]
    gross = [amount for _, amount in held if amount is not None]
    percent = Decimal(str(share_of(clause, number)))
    return {
        "admissions": sum(sold for sold, _ in held),
        "gross": sum(gross, Decimal(0)) if gross else None,
        "due": (sum(gross, Decimal(0)) * percent / HUNDRED).quantize(CENT) if gross else None,
    }


def _told(weeks: SiteWeeks, breaking: Sequence[Shown]) -> Iterator[dict[str, Any]]:
    for one in breaking:
        screen = weeks.screens.get(one.screen_id)
        yield {
            "id": one.id,
            "screen": screen.name if screen else None,
            "starts_at": weeks.clock.local(one.starts_at),
            "state": one.state,
        }
