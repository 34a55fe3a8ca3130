"""What could not even be proposed: a time that clocks leap over or pass twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from cinemactl.programme.clock import LocalTimeRefused, clock_time
from cinemactl.programme.tables import Screen, Site


def no_such_time(
    site: Site, screen: Screen, title: str, at: tuple[date, int], refused: LocalTimeRefused
) -> dict[str, Any]:
    """Return the finding for a screening that is set aside because its local time is none, or two.

    `at` is a business day and the minute of it.
    """
    day, minute = at
    return {
        "rule": refused.code,
        "severity": "error",
        "message": f"{title} on {site.name}/{screen.name} on {day} at {clock_time(minute)} is set aside. {refused.message}",
        "screenings": [],
        "mend": refused.hint,
        "site": site.name,
        "day": day.isoformat(),
        "set_aside": True,
    }
