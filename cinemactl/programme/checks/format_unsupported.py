"""A version that the screen cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import ERROR
from cinemactl.programme.checks.site_programme import SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (it has none)
    """Yield each screening in a format that its screen lacks."""
    known = sorted({name for screen in programme.screens.values() for name in screen.formats})
    can_show = {screen.id: set(screen.formats) for screen in programme.screens.values()}
    for one in programme.placed:
        if one.shown.format not in can_show[one.shown.screen_id]:
            screen = programme.screen(one)
            able = [other.name for other in programme.screens.values() if one.shown.format in can_show[other.id]]
            near = [] if able else get_close_matches(one.shown.format, known, n=1)
            elsewhere = f"Show it on {' or '.join(able[:3])}" if able else "Show another version"
            meant = f"Did you mean {near[0]}? " if near else ""
            yield Found(
                f"{programme.label(one)} is in {one.shown.format}, which the screen cannot show: it has "
                f"{', '.join(screen.formats) or 'no format'}.",
                f"{meant}{elsewhere}, or give the screen that format.",
                (one,),
                {"format": one.shown.format, "formats": list(screen.formats)},
            )


CHECK = Check(
    id="format-unsupported",
    severity=ERROR,
    what="A version needs what its screen lacks.",
    explanation="The picture format of a screening is one of those that its screen lists.",
    find=find,
)
