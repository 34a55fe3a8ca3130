"""A screening that starts before its screen is cleaned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cinemactl.programme.checks.check import Check, Found, Numbers
from cinemactl.programme.checks.finding import ERROR
from cinemactl.programme.checks.minutes import minutes_between, told
from cinemactl.programme.checks.site_programme import Placed, SiteProgramme


def find(programme: SiteProgramme, numbers: Numbers) -> Iterator[Found]:  # noqa: ARG001  (they are the screen's)
    """Yield each screening that starts after another's end, but before its screen is clear."""
    for on_screen in programme.by_screen.values():
        for before, one in _short(on_screen):
            gap = minutes_between(before.shown.feature_ends_at, one.shown.starts_at)
            needed = minutes_between(before.shown.feature_ends_at, before.shown.clear_at)
            yield Found(
                f"{programme.label(one)} starts {told(gap)} after the end of {programme.label(before)}; the screen "
                f"takes {needed} and is clear at {programme.time(before.shown.clear_at, one)}.",
                f"{programme.later(before.shown.clear_at)}, or show it on another screen.",
                (before, one),
                {"minutes": gap, "needed": needed},
            )


def _short(on_screen: Sequence[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """Yield each screening that starts too early with the one before it, of those that have ended, that is clear last."""
    ended = sorted(on_screen, key=lambda one: one.shown.feature_ends_at)
    number = 0
    last: Placed | None = None
    for one in on_screen:
        while ended[number].shown.feature_ends_at <= one.shown.starts_at:
            if last is None or ended[number].shown.clear_at > last.shown.clear_at:
                last = ended[number]
            number += 1
        if last is not None and one.shown.starts_at < last.shown.clear_at:
            yield last, one


CHECK = Check(
    id="turnaround-short",
    severity=ERROR,
    what="A screening starts before its screen is clear of the one before.",
    explanation="After the end of a feature a screen is emptied and cleaned: 15 minutes, 20 where it has more than 250 "
    "seats, or what the screen or its site says. Starting at the very minute it is clear is fine.",
    find=find,
)
