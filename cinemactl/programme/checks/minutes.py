"""Elapsed minutes between moments, and how they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


def minutes_between(first: datetime, second: datetime) -> int:
    """Return the whole minutes from one moment to another."""
    return (second - first) // MINUTE


def told(minutes: int) -> str:
    """Return minutes in words: 1 minute, 20 minutes."""
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
