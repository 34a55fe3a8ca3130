"""Screenings outside the opening hours."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import SiteProgramme

TOO_LONG = "No start of that day is early enough: show something shorter, or open longer"


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield screenings that start too soon after opening, are not clear at closing, or are on a day that is closed."""
    for day, on_day in programme.by_day.items():
        hours = programme.opening(day)
        if hours is None:
            continue
        if hours.opens_minute is None or hours.closes_minute is None:
            yield Found(
                f"{programme.site.name} is closed on {day:%a} {day}, and shows {len(on_day)} there.",
                "Move them to another day, or give the opening hours of that date.",
                tuple(on_day),
            )
            continue
        earliest = hours.opens_minute + numbers["minutes"]
        for one in on_day:
            if one.starts < earliest:
                yield Found(
                    f"{programme.label(one)} starts before {programme.minute(earliest, one)}: the house opens at "
                    f"{programme.minute(hours.opens_minute, one)}.",
                    f"Start it at {programme.minute(earliest, one)} or later.",
                    (one,),
                    {"minutes": earliest - one.starts},
                )
            if one.clear > hours.closes_minute:
                over = one.clear - hours.closes_minute
                yield Found(
                    f"{programme.label(one)} is clear at {programme.minute(one.clear, one)}, after the house closes at "
                    f"{programme.minute(hours.closes_minute, one)}.",
                    f"{programme.earlier(one.starts - over, one, least=earliest) or TOO_LONG}.",
                    (one,),
                    {"minutes": over},
                )


CHECK = Check(
    id="outside-hours",
    severity=WARNING,
    what="A screening starts too soon after opening, or its screen is clear only after closing.",
    explanation="The opening hours are those of the date, or else of the weekday; of a day without any nothing is said. The "
    "first start comes some minutes after opening, so that people find their seats.",
    find=find,
    numbers=(Number("minutes", 15, 0, 240, "from opening to the first start"),),
)
