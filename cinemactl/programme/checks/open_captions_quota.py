"""How many showings of a movie are open-captioned, where the law wants some to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.jurisdiction import Place
from cinemactl.programme.checks.site_programme import Placed, SiteProgramme, grouped
from cinemactl.programme.clock import FRIDAY, SATURDAY, SUNDAY
from cinemactl.programme.shown import Shown

CLAUSE = "Local Law 37 of 2022 of the City of New York"
NEW_YORK = Place(
    "US",
    cities=(
        "New York",
        "New York City",
        "NYC",
        "Manhattan",
        "Brooklyn",
        "Queens",
        "Bronx",
        "The Bronx",
        "Staten Island",
    ),
)
EXEMPT_SHOWINGS = 10
LEAST_OF_A_MOVIE = 4
SHARE = 4  # one of so many
MOST_NEEDED = 4
# After the first and before the second, in minutes of the business day.
PEAK = {
    FRIDAY: (17 * 60 + 59, 23 * 60 + 1),
    SATURDAY: (11 * 60 + 29, 23 * 60 + 1),
    SUNDAY: (11 * 60 + 29, 23 * 60 + 1),
}


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (they are the law's)
    """Yield, by cinema week, each movie with too few open-captioned showings, or too few of them at peak hours."""
    if not NEW_YORK.has(programme.site):
        return
    for in_week in grouped(programme.placed, lambda one: programme.week_of[one.day]).values():
        if len(in_week) <= EXEMPT_SHOWINGS:
            continue
        for of_movie in grouped(in_week, lambda one: one.shown.movie_id).values():
            if len(of_movie) >= LEAST_OF_A_MOVIE:
                yield from _short(programme, of_movie)


def _short(programme: SiteProgramme, of_movie: Sequence[Placed]) -> Iterator[Found]:
    captioned = [one for one in of_movie if one.shown.captions == "open"]
    needed = min(ceil(len(of_movie) / SHARE), MOST_NEEDED)
    at_peak = [one for one in of_movie if is_peak(one)]
    needed_at_peak = min(ceil(needed / 2), apart(one.shown for one in at_peak))
    counted = apart(one.shown for one in captioned)
    counted_at_peak = apart(one.shown for one in captioned if is_peak(one))
    if counted >= needed and counted_at_peak >= needed_at_peak:
        return
    week = programme.clock.week_name(programme.week_of[of_movie[0].day])
    missing = [one for one in of_movie if one.shown.captions != "open"]
    if counted_at_peak < needed_at_peak:
        missing = [one for one in missing if is_peak(one)] or missing
    named = missing[:1] or captioned[:1]
    yield Found(
        f"{programme.title(of_movie[0])} is shown {len(of_movie)} times in the week of {week}, {counted} of them with open "
        f"captions and {counted_at_peak} of those at peak hours; {CLAUSE} wants {needed}, {needed_at_peak} of them at peak "
        "hours.",
        f"Show it with open captions {_more(needed - counted, needed_at_peak - counted_at_peak)}, for example "
        f"{programme.label(named[0])}.",
        tuple(of_movie),
        {
            "shows": len(of_movie),
            "captioned": counted,
            "needed": needed,
            "captioned_at_peak": counted_at_peak,
            "needed_at_peak": needed_at_peak,
            "clause": CLAUSE,
        },
    )


def is_peak(one: Placed) -> bool:
    """Whether a screening starts and ends within the hours that the law calls those of peak attendance."""
    after, before = PEAK.get(one.day.weekday(), (0, 0))
    return after < one.starts and one.ends < before


def apart(shown: Iterable[Shown]) -> int:
    """Return how many of these can be seen one after the other: those that overlap count once."""
    count = 0
    free = None
    for one in sorted(shown, key=lambda one: one.feature_ends_at):
        if free is None or one.starts_at >= free:
            count += 1
            free = one.feature_ends_at
    return count


def _more(more: int, more_at_peak: int) -> str:
    if more <= more_at_peak:
        return f"{more_at_peak} more {_times(more_at_peak)} at peak hours"
    return f"{more} more {_times(more)}" + (f", {more_at_peak} of them at peak hours" if more_at_peak > 0 else "")


def _times(count: int) -> str:
    return "time" if count == 1 else "times"


CHECK = Check(
    id="open-captions-quota",
    severity=WARNING,
    what="Too few showings of a movie have open captions.",
    explanation="In New York City a cinema with more than 10 showings a week shows a movie that has at least four of them with "
    "open captions at one in four, four at most, and half of these at peak hours: after 17:59 and over before 23:01 on a Friday, "
    "after 11:29 and over before 23:01 on a Saturday or Sunday. Where fewer showings than that are at peak hours, all of them "
    "count. Captioned showings of a movie that overlap count once. The week is the site's cinema week. Movies that the "
    "distributor has no open captions for are exempt, which nothing here knows.",
    clause=CLAUSE,
    find=find,
)
