"""The opening hours that are kept of a site, by weekday and by date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.values import ValueRefused
from cinemactl.programme.clock import clock_time
from cinemactl.programme.opening_words import DAY_MINUTES, FIELD, DayHours, runs, said
from cinemactl.programme.tables import OpeningHours, Site


def hours_at(session: Session, sites: Collection[int]) -> dict[int, list[DayHours]]:
    """Return the opening hours of sites, by the site's id; a site without any is not among them."""
    found: dict[int, list[DayHours]] = {}
    query = select(OpeningHours).where(OpeningHours.site_id.in_(sites))
    for one in session.scalars(query):
        day = one.on_date if one.weekday is None else one.weekday
        if day is not None:
            found.setdefault(one.site_id, []).append(DayHours(day, one.opens_minute, one.closes_minute))
    return found


def hours_on(hours: Iterable[DayHours], day: date) -> DayHours | None:
    """Return the hours of a business day, a date's before its weekday's; None when nothing is known of it."""
    by_day = {one.day: one for one in hours}
    return by_day.get(day) or by_day.get(day.weekday())


def document(hours: Iterable[DayHours]) -> dict[str, str]:
    """Return hours as they are shown: days, those in a row that are alike together, and what is said of them."""
    return dict(runs(hours))


def set_hours(session: Session, site: Site, told: Collection[DayHours], *, clear: bool = False) -> bool:
    """Keep what is told of each day in place of what was, with `clear` in place of all; return whether that changed anything.

    Raises ValueRefused for hours that do not lie within one business day of the site.
    """
    kept = {one.day: one for one in hours_at(session, [site.id]).get(site.id, [])}
    wanted = {} if clear else dict(kept)
    wanted |= {one.day: one for one in told}
    wanted = {day: one for day, one in wanted.items() if not one.usual}
    require_within_business_day(site.business_day_cut, wanted.values())
    gone = [day for day in kept if wanted.get(day) != kept[day]]
    new = [one for day, one in wanted.items() if kept.get(day) != one]
    if gone:
        session.execute(
            delete(OpeningHours).where(
                OpeningHours.site_id == site.id,
                OpeningHours.on_date.in_([day for day in gone if isinstance(day, date)])
                | OpeningHours.weekday.in_([day for day in gone if not isinstance(day, date)]),
            )
        )
    if new:
        session.execute(insert(OpeningHours), [_row(site.id, one) for one in new])
    return bool(gone or new)


def require_within_business_day(begins: time, hours: Iterable[DayHours]) -> None:
    """Raise ValueRefused when some hours begin before a business day of that cut does, or end after it."""
    cut = begins.hour * 60 + begins.minute
    for one in hours:
        if one.opens is not None and one.closes is not None and not cut <= one.opens < one.closes <= cut + DAY_MINUTES:
            raise ValueRefused(
                FIELD,
                said(one),
                f"are not within one business day, {clock_time(cut)}-{clock_time(cut + DAY_MINUTES)}",
                "Change the hours, or the site's --business-day-cut.",
            )


def _row(site_id: int, one: DayHours) -> Mapping[str, object]:
    return {
        "site_id": site_id,
        "weekday": None if isinstance(one.day, date) else one.day,
        "on_date": one.day if isinstance(one.day, date) else None,
        "opens_minute": one.opens,
        "closes_minute": one.closes,
    }
