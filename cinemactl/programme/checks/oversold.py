"""More seats sold than there are."""

from __future__ import annotations

from collections.abc import Iterator

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import ERROR
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield each screening for which more seats are sold than its screen has."""
    for one in programme.placed:
        seats = programme.screen(one).seats
        if one.shown.sold > seats:
            larger = [other for other in programme.screens.values() if other.seats >= one.shown.sold]
            names = " or ".join(screen.name for screen in sorted(larger, key=lambda screen: screen.seats)[:3])
            yield Found(
                f"{programme.label(one)} has {one.shown.sold} seats sold, and the screen has {seats}.",
                f"Show it on {names}." if names else "Give the screen its seats, or tell those who have none.",
                (one,),
                {"sold": one.shown.sold, "seats": seats, "over": one.shown.sold - seats},
            )


CHECK = Check(
    id="oversold",
    severity=ERROR,
    what="More seats are sold than the screen has.",
    explanation="Some of those who paid stand at the door. It comes of a move to a smaller screen, of a screen that lost seats, "
    "or of admissions that were counted twice.",
    find=find,
)
