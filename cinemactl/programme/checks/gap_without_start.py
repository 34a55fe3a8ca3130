"""Long times without any start while the house is open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import SiteProgramme
from cinemactl.programme.clock import clock_time


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each gap between opening and the day's last start, or between two starts, that is too long."""
    for day, on_day in programme.by_day.items():
        hours = programme.opening(day)
        if hours is None or hours.opens_minute is None or hours.closes_minute is None:
            continue
        inside = [one for one in on_day if hours.opens_minute <= one.starts <= hours.closes_minute]
        starts = [hours.opens_minute, *(one.starts for one in inside)]
        for (since, until), number in zip(pairwise(starts), range(len(inside)), strict=True):
            if until - since > numbers["minutes"]:
                yield Found(
                    f"Nothing starts between {clock_time(since)} and {clock_time(until)} on {day:%a} {day}: {until - since} "
                    "minutes of an open house.",
                    f"Start something by {clock_time(since + numbers['minutes'])}.",
                    tuple(inside[max(number - 1, 0) : number + 1]),
                    {"minutes": until - since, "most": numbers["minutes"]},
                    day=day,
                )


CHECK = Check(
    id="gap-without-start",
    severity=WARNING,
    what="The house is open for long without any start.",
    explanation="Who comes by without a plan finds something to see soon. The gaps are those between opening and the last start "
    "of a business day, over all screens. Of a day without opening hours, or without any screening, nothing is said.",
    find=find,
    numbers=(Number("minutes", 30, 5, 1440, "without any start, at most"),),
)
