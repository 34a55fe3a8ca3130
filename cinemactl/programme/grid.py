"""The minutes on which a site's screenings start: multiples of its start grid, counted from midnight by its own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from cinemactl.programme.tables import Site


def next_start(site: Site, moment: datetime) -> datetime:
    """Return the first moment on the site's grid that is not before another."""
    local = site.clock.local(moment)
    over = timedelta(minutes=local.minute + local.hour * 60, seconds=local.second, microseconds=local.microsecond)
    return moment + -over % timedelta(minutes=site.start_grid_minutes)


def last_minute(site: Site, minute: int) -> int:
    """Return the last minute of a business day on the site's grid that is not after another."""
    return minute - minute % site.start_grid_minutes
