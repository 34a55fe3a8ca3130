"""One movie that starts on two screens at nearly the same time."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.minutes import minutes_between, told
from cinemactl.programme.checks.nearest import nearest_before
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield each start with the one before it on another screen, when it comes too soon after it."""
    for of_movie in programme.by_movie.values():
        for before, one in nearest_before(of_movie, lambda placed: placed.shown.screen_id):
            gap = minutes_between(before.shown.starts_at, one.shown.starts_at)
            if gap < numbers["minutes"]:
                yield Found(
                    f"{programme.label(one)} starts {told(gap)} after {programme.label(before)}: who misses one has "
                    "long to wait for the next.",
                    f"Start them {told(numbers['minutes'])} apart.",
                    (before, one),
                    {"minutes": gap, "needed": numbers["minutes"]},
                )


CHECK = Check(
    id="same-movie-spread",
    severity=WARNING,
    what="Copies of one movie start too close to each other.",
    explanation="A movie on two screens is for people to have a choice of times: its starts are spread over the day.",
    find=find,
    numbers=(Number("minutes", 30, 0, 240, "between starts of one movie on two screens, at least"),),
)
