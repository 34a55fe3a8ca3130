"""A week of a site as it is drawn: its days, on each its screens, on each what is shown and where checks hurt."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.programme.checks.standing import check_standing
from cinemactl.programme.clock import DAY
from cinemactl.programme.listing import Filters, bounds, list_screenings
from cinemactl.programme.places import SCREEN_ORDER
from cinemactl.programme.tables import Screen, Site

STANDING = ("draft", "published")


def timeline(session: Session, site: Site, filters: Filters) -> dict[str, Any]:
    """Return what is shown at a site on the days of `filters`, which has some.

    Keys: site, timezone, week, first_day, last_day, days [{day, starts_at, screens [{screen, seats, screenings}]}], where
    screenings are as `documents` has them and a day's starts_at is the moment its business day begins, and findings.
    """
    between = bounds(site, filters)
    if between is None:
        raise ValueError("A timeline is of a day or a week.")
    clock = site.clock
    checked = check_standing(session, site=site, since=between[0], until=between[1])
    first, last = clock.business_day(between[0]), clock.business_day(between[1]) - DAY
    screens = session.execute(
        select(Screen.name, Screen.seats).where(Screen.site_id == site.id).order_by(*SCREEN_ORDER)
    ).all()
    found: dict[tuple[date, str], list[dict[str, Any]]] = {}
    of_site = Filters(site_id=site.id, states=STANDING, days=filters.days, week=filters.week)
    for document in list_screenings(session, of_site, limit=None):
        found.setdefault((document["business_day"], document["screen"]), []).append(document)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "site": site.name,
        "timezone": site.timezone,
        "week": clock.week_name(clock.cinema_week(first)),
        "first_day": first,
        "last_day": last,
        "days": [
            {
                "day": day,
                "starts_at": clock.local(clock.day_starts_at(day)),
                "screens": [
                    {"screen": name, "seats": seats, "screenings": found.get((day, name), [])}
                    for name, seats in screens
                ],
            }
            for day in days
        ],
        "findings": [one.as_json() for one in checked.findings],
    }
