"""Screens that run for very long on one business day."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Number, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.minutes import minutes_between
from cinemactl.programme.checks.site_programme import SiteProgramme, grouped

HOUR = 60


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:
    """Yield the screenings of each screen's business day from whose first start to the last clearing it is too long."""
    for on_screen in programme.by_screen.values():
        for day, on_day in grouped(on_screen, lambda one: one.day).items():
            first, last = on_day[0], max(on_day, key=lambda one: one.shown.clear_at)
            minutes = minutes_between(first.shown.starts_at, last.shown.clear_at)
            if minutes > numbers["hours"] * HOUR:
                yield Found(
                    f"{programme.screen(last).name} runs for {minutes // HOUR} h {minutes % HOUR:02} min on {day:%a} {day}, "
                    f"from {programme.time(first.shown.starts_at, first)} to {programme.time(last.shown.clear_at, first)}.",
                    f"Keep it to {numbers['hours']} hours: start later, or end earlier.",
                    tuple(on_day),
                    {"minutes": minutes, "most": numbers["hours"] * HOUR},
                )


CHECK = Check(
    id="long-day",
    severity=WARNING,
    what="A screen runs for too long on one business day.",
    explanation="From the first start on a screen to the moment it is clear of the last screening there is work for people and "
    "for machines.",
    find=find,
    numbers=(Number("hours", 16, 1, 24, "from the first start to the last clearing, at most"),),
)
