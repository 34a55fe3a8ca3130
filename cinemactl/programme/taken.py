"""Which screening is in the way of one that is to be on its screen at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import Conflict, UsageRefused
from cinemactl.programme.anatomy import Anatomy
from cinemactl.programme.clock import SiteClock, told, told_beside
from cinemactl.programme.grid import next_start
from cinemactl.programme.tables import Screen, Screening, Site

EXCLUDED = "23P01"  # an exclusion constraint's


class ScreenTaken(Conflict):
    """Another screening has the screen at that time."""

    code = "screen-taken"

    def __init__(self, site: Site, screen: Screen, other: Screening, title: str, wanted: Anatomy) -> None:
        clock = site.clock
        since, start = clock.local(other.starts_at), clock.local(wanted.starts_at)
        until, free = clock.local(other.feature_ends_at), clock.local(next_start(site, other.clear_at))
        super().__init__(
            f"{site.name}/{screen.name} is taken from {told(since)} to {told_beside(until, since.date())} by "
            f"screening {other.id}, {title}: one at {told_beside(start, since.date())} would overlap it.",
            f"Start at {told_beside(free, start.date())} or later, take another screen, or move it with "
            f"`cinemactl schedule move {other.id}`.",
        )


def raise_if_taken(
    session: Session, site: Site, screen: Screen, wanted: Sequence[Anatomy], *, without: int | None = None
) -> None:
    """Raise ScreenTaken for the first that overlaps a screening standing on the screen, other than `without`.

    `wanted` are in the order of their starts and do not overlap each other.
    """
    standing = (
        select(Screening)
        .where(
            Screening.screen_id == screen.id,
            Screening.state != "cancelled",
            Screening.starts_at < wanted[-1].feature_ends_at,
            Screening.feature_ends_at > wanted[0].starts_at,
        )
        .order_by(Screening.starts_at)
    )
    others = [other for other in session.scalars(standing) if other.id != without]
    position = 0
    for one in wanted:
        while position < len(others) and others[position].feature_ends_at <= one.starts_at:
            position += 1
        if position < len(others) and others[position].starts_at < one.feature_ends_at:
            other = others[position]
            raise ScreenTaken(site, screen, other, label(session.get_one(Movie, other.movie_id)), one)


def refuse_overlaps_among(wanted: Sequence[Anatomy], clock: SiteClock) -> None:
    """Raise UsageRefused where two of the times that were given, in order, overlap each other."""
    for one, following in pairwise(wanted):
        if following.starts_at < one.feature_ends_at:
            start, until, after = map(clock.local, (one.starts_at, one.feature_ends_at, following.starts_at))
            raise UsageRefused(
                f"The screening at {told(start)} lasts until {told_beside(until, start.date())}, over the start "
                f"of the next at {told_beside(after, start.date())}.",
                "Give times that are farther apart.",
            )
