"""The columns of a screening that a plan keeps, and the SQL that compares them.

The identity, `sold`, `gross`, `sequence` and the times of the row are not a plan's to change; an import may tell `sold`, and
then the line has it too.
"""

from __future__ import annotations

MOMENTS = ("starts_at", "feature_starts_at", "feature_ends_at", "clear_at")
DETAILS = ("format", "audio", "subtitles", "captions", "price_category", "held_back_seats")
CHANGEABLE = ("screen_id", "movie_id", "state", *MOMENTS, *DETAILS)
KEPT = ("id", "uid", *CHANGEABLE)
# What a change of matters to those who bought a seat.
PROMISED = ("screen_id", "movie_id", "starts_at")


def as_json(row: str) -> str:
    """Return SQL for the kept columns of a row as jsonb."""
    return f"jsonb_build_object({', '.join(f'{name!r}, {row}.{name}' for name in KEPT)})"


def like(row: str, line: str) -> str:
    """Return SQL for the kept columns of a row as jsonb, with `sold` when the line has it."""
    sold = f"CASE WHEN {line} ? 'sold' THEN jsonb_build_object('sold', {row}.sold) ELSE '{{}}' END"
    return f"({as_json(row)} || {sold})"


def assignments(row: str, target: str) -> str:
    """Return SQL that sets the changeable columns to those of a row."""
    return ", ".join(f"{name} = {row}.{name}" for name in CHANGEABLE) + f", sold = coalesce({row}.sold, {target}.sold)"
