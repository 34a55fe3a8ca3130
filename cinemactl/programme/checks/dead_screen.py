"""Screens on which nothing is shown all day."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield each screen that is unused on a business day on which the site shows anything."""
    screens = sorted(programme.screens.values(), key=lambda screen: screen.name_key or screen.name)
    for day, on_day in programme.by_day.items():
        used = {one.shown.screen_id for one in on_day}
        if len(used) == len(screens):
            continue
        for screen in screens:
            if screen.id not in used:
                yield Found(
                    f"{screen.name} is unused all {day:%A}, {day}.",
                    f"Show something there, as in `cinemactl schedule add MOVIE --screen id:{screen.id} --at '{day} 20:00'`.",
                    (),
                    {"screen_id": screen.id},
                    day=day,
                )


CHECK = Check(
    id="dead-screen",
    severity=WARNING,
    what="A screen is unused over a whole business day.",
    explanation="Only days on which the site shows anything count.",
    find=find,
)
