"""The days and hours that screenings are generated for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from cinemactl.errors import UsageRefused
from cinemactl.programme.clock import DAYS_A_WEEK, SiteClock
from cinemactl.programme.opening import hours_at, hours_on
from cinemactl.programme.tables import Site
from cinemactl.programme.when import Calendar, moments

NOON = "12:00"
TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
LATEST = 36 * 60
AFTER_OPENING = 15
NEVER = 48 * 60

Window = tuple[int, int]


def days_named(
    written: Sequence[str], clock: SiteClock, now: datetime, *, week: str | None = None, until: date | None = None
) -> list[date]:
    """Return the days that words such as `fri-sun` or `2026-12-04` name, in order; all of `week` without any.

    Weekdays are those of `week`, or the next to come, repeated up to `until`. Raises UsageRefused for what names no day.
    """
    first = None if week is None else clock.week_named(week)
    if not written:
        if first is None:
            raise UsageRefused("No day was given.", "Give --week 2026-W49, or days such as --day fri-sun.")
        return [first + timedelta(days=number) for number in range(DAYS_A_WEEK)]
    last = until if until is not None or first is None else first + timedelta(days=DAYS_A_WEEK - 1)
    calendar = Calendar(clock, now, since=first or clock.business_day(now), until=last)
    found = moments([f"{day} {NOON}" for day in written], calendar)
    return sorted({clock.local(one).date() for one in found})


def minute_of(written: str) -> int:
    """Return the minute of the business day that a time such as 14:00 or 25:30 is; raises UsageRefused."""
    found = TIME.fullmatch(written.strip())
    if found is None or int(found[1]) * 60 + int(found[2]) > LATEST:
        raise UsageRefused(
            f"{written[:40]!r} is no time of day.", "Write it as 14:00, or 25:30 for half past one at night."
        )
    return int(found[1]) * 60 + int(found[2])


def opening(
    session: Session, site: Site, days: Sequence[date], *, earliest: int | None, latest: int | None
) -> dict[date, Window]:
    """Return for each day when the first may start and when the last must be clear; a day that is closed is left out.

    `earliest` and `latest` are starts that were told, in minutes of the business day; the opening hours are looked at for
    what was not. Raises UsageRefused for a day of which nothing is known.
    """
    if earliest is not None and latest is not None:
        return dict.fromkeys(days, (earliest, NEVER))
    hours = hours_at(session, [site.id]).get(site.id, [])
    found: dict[date, Window] = {}
    for day in days:
        known = hours_on(hours, day)
        if known is None:
            raise UsageRefused(
                f"{site.name} has no opening hours on {day:%a} {day}.",
                "Give --earliest and --latest, or the site's hours with `cinemactl site edit`.",
            )
        if known.opens is not None and known.closes is not None:
            first = known.opens + AFTER_OPENING if earliest is None else earliest
            found[day] = (first, known.closes if latest is None else NEVER)
    return found
