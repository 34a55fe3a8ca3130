"""The parts of a screening in time: published start, feature, its end, and when the screen is clear for the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cinemactl.catalogue.values import ValueRefused
from cinemactl.programme.tables import Screen, Site

# A day: more is a slip of the pen, but for the few works of which the catalogue itself says so.
RUNTIME_MOST = 24 * 60


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The four moments of a screening; the screen is taken over [starts_at, feature_ends_at)."""

    starts_at: datetime
    feature_starts_at: datetime
    feature_ends_at: datetime
    clear_at: datetime


def pre_show_minutes(site: Site, screen: Screen) -> int:
    """Return how many minutes of advertisements and trailers come before the feature on a screen."""
    return site.pre_show_minutes if screen.pre_show_minutes is None else screen.pre_show_minutes


def turnaround_minutes(site: Site, screen: Screen) -> int:
    """Return how many minutes a screen takes from the end of a feature until the next may start."""
    if screen.turnaround_minutes is not None:
        return screen.turnaround_minutes
    return site.large_turnaround_minutes if screen.seats > site.large_screen_seats else site.turnaround_minutes


def require_runtime(minutes: int, own: int | None) -> None:
    """Raise ValueRefused for more minutes than a feature has: a day's, or the movie's `own` where the catalogue knows more."""
    most = max(RUNTIME_MOST, own or 0)
    if minutes > most:
        raise ValueRefused(
            "runtime", str(minutes), f"is more than {most:,} minutes", "Give the minutes of the feature, such as 142."
        )


def anatomy(site: Site, screen: Screen, starts_at: datetime, runtime: int) -> Anatomy:
    """Return the moments of a feature of `runtime` minutes that is to start on a screen, in elapsed time."""
    feature_starts_at = starts_at + timedelta(minutes=pre_show_minutes(site, screen))
    feature_ends_at = feature_starts_at + timedelta(minutes=runtime)
    clear_at = feature_ends_at + timedelta(minutes=turnaround_minutes(site, screen))
    return Anatomy(starts_at, feature_starts_at, feature_ends_at, clear_at)
