"""All checks there are, in the order in which they are listed."""

from __future__ import annotations

from difflib import get_close_matches

from cinemactl.errors import NotFound
from cinemactl.programme.checks import (
    booking_missing,
    booking_terms,
    certificate_curfew,
    children_late,
    dead_screen,
    format_unsupported,
    gap_without_start,
    key_window,
    large_screens_crossing,
    lobby_crowding,
    long_day,
    off_grid,
    open_captions_quota,
    outside_hours,
    overlap,
    oversold,
    runtime_unknown,
    same_movie_spread,
    turnaround_short,
)
from cinemactl.programme.checks.check import Check

CHECKS = {
    check.id: check
    for check in (
        overlap.CHECK,
        turnaround_short.CHECK,
        outside_hours.CHECK,
        lobby_crowding.CHECK,
        large_screens_crossing.CHECK,
        same_movie_spread.CHECK,
        format_unsupported.CHECK,
        oversold.CHECK,
        booking_missing.CHECK,
        booking_terms.CHECK,
        runtime_unknown.CHECK,
        off_grid.CHECK,
        children_late.CHECK,
        certificate_curfew.CHECK,
        open_captions_quota.CHECK,
        key_window.CHECK,
        gap_without_start.CHECK,
        long_day.CHECK,
        dead_screen.CHECK,
    )
}


class UnknownCheck(NotFound):
    """No check has that id."""

    code = "unknown-check"

    def __init__(self, name: str) -> None:
        near = get_close_matches(name, CHECKS, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"Checks are: {', '.join(CHECKS)}."
        super().__init__(f"There is no check {name[:40]!r}.", hint)


def check_named(name: str) -> Check:
    """Return the check of an id; raises UnknownCheck, which names the nearest."""
    found = CHECKS.get(name.strip().lower())
    if found is None:
        raise UnknownCheck(name)
    return found
