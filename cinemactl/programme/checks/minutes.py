"""Elapsed minutes between moments."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


def minutes_between(first: datetime, second: datetime) -> int:
    """Return the whole minutes from one moment to another."""
    return (second - first) // MINUTE
