"""Two screenings on one screen at once."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import ERROR
from cinemactl.programme.checks.minutes import minutes_between
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield each screening that starts while another has the screen: the one that has it longest."""
    for on_screen in programme.by_screen.values():
        holds = on_screen[0]
        for one in on_screen[1:]:
            if one.shown.starts_at < holds.shown.feature_ends_at:
                both = min(one.shown.feature_ends_at, holds.shown.feature_ends_at)
                yield Found(
                    f"{programme.label(one)} starts while {programme.label(holds)} has the screen, until "
                    f"{programme.time(holds.shown.feature_ends_at, holds)}.",
                    f"{programme.later(holds.shown.clear_at)}, or show it on another screen.",
                    (holds, one),
                    {"minutes": minutes_between(one.shown.starts_at, both)},
                )
            if one.shown.feature_ends_at > holds.shown.feature_ends_at:
                holds = one


CHECK = Check(
    id="overlap",
    severity=ERROR,
    what="Two screenings have one screen at once.",
    explanation="A screening has its screen from its published start to the end of its feature, over [starts_at, "
    "feature_ends_at). Two of them that are not cancelled never share a screen: the database itself refuses it, so this is "
    "found only in what is planned, and nothing forces it.",
    find=find,
    can_be_forced=False,
)
