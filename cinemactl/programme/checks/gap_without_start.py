"""Long times without any start while the house is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.minutes import told
from cinemactl.programme.checks.site_programme import SiteProgramme
from cinemactl.programme.clock import clock_time

LISTED = 3


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each day with gaps between opening and the day's last start, or between two starts, that are too long."""
    for day, on_day in programme.by_day.items():
        hours = programme.opening(day)
        if hours is None or hours.opens_minute is None or hours.closes_minute is None:
            continue
        inside = [one.starts for one in on_day if hours.opens_minute <= one.starts <= hours.closes_minute]
        gaps = [
            (since, until)
            for since, until in pairwise([hours.opens_minute, *inside])
            if until - since > numbers["minutes"]
        ]
        if gaps:
            yield _found(day, sorted(gaps, key=lambda gap: gap[0] - gap[1]), numbers["minutes"])


def _found(day: date, gaps: Sequence[tuple[int, int]], most: int) -> Found:
    """Return what there is to say of a day's gaps, the longest first."""
    since, until = gaps[0]
    listed = [f"{clock_time(first)}-{clock_time(last)} ({told(last - first)})" for first, last in gaps[:LISTED]]
    if more := gaps[LISTED:]:
        listed.append(f"and {len(more)} more")
    times = "once" if len(gaps) == 1 else f"{len(gaps)} times"
    return Found(
        f"Nothing starts for more than {told(most)} of an open house {times} on {day:%a} {day}: {', '.join(listed)}.",
        f"Start something by {clock_time(since + most)}.",
        numbers={
            "minutes": until - since,
            "most": most,
            "gaps": [{"from": clock_time(first), "until": clock_time(last)} for first, last in gaps],
        },
        day=day,
    )


CHECK = Check(
    id="gap-without-start",
    severity=WARNING,
    what="The house is open for long without any start.",
    explanation="Who comes by without a plan finds something to see soon. The gaps are those between opening and the last start "
    "of a business day, over all screens; a day's are told together, the longest first. Of a day without opening hours, or "
    "without any screening, nothing is said.",
    find=find,
    numbers=(Number("minutes", 30, 5, 1440, "without any start, at most"),),
)
