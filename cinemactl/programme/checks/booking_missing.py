"""Movies shown without the right to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import SiteProgramme, grouped


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield, by movie and cinema week, the screenings on days that no booking of the movie has."""
    if not programme.keeps_bookings:
        return
    for movie_id, of_movie in programme.by_movie.items():
        windows = [(one.starts_on, one.ends_on or date.max) for one in programme.bookings.get(movie_id, ())]
        missing = [one for one in of_movie if not any(first <= one.day <= last for first, last in windows)]
        for week, in_week in grouped(missing, lambda one: programme.week_of[one.day]).items():
            times = "once" if len(in_week) == 1 else f"{len(in_week)} times"
            yield Found(
                f"{programme.title(in_week[0])} is shown {times} without a booking in the week of "
                f"{programme.clock.week_name(week)}, first at {programme.when(in_week[0].shown.starts_at)}.",
                f"Book it with `cinemactl booking add {movie_id}` for those days, or take it out.",
                tuple(in_week),
                {"movie_id": movie_id, "shows": len(in_week)},
            )


CHECK = Check(
    id="booking-missing",
    severity=WARNING,
    what="A movie is shown on a day that no booking has.",
    explanation="A booking is the right to show a movie at a site over a window of business days. A site of which no booking "
    "is kept at all is not asked for any.",
    find=find,
)
