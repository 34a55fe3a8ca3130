"""Starts that are not on the site's grid."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import WARNING
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it is the site's)
    """Yield each screening that does not start on a multiple of the site's minutes, by its own clock."""
    grid = programme.site.start_grid_minutes
    for one in programme.placed:
        over = one.starts % grid
        if over or one.shown.starts_at.second or one.shown.starts_at.microsecond:
            before = one.starts - over
            yield Found(
                f"{programme.label(one)} does not start on the grid of {grid} minutes.",
                f"Start it at {programme.minute(before, one)} or {programme.minute(before + grid, one)}.",
                (one,),
                {"minutes": over, "grid": grid},
            )


CHECK = Check(
    id="off-grid",
    severity=WARNING,
    what="A start is not on the site's grid.",
    explanation="Starts on round minutes are easier to print and to remember. The grid is the site's start_grid_minutes, "
    "counted from midnight by its own clock.",
    find=find,
)
