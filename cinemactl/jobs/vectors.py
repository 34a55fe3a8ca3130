"""The job that describes movies so that they can be compared."""

from __future__ import annotations

from typing import Any

from cinemactl.jobs.context import JobContext
from cinemactl.recommend import vectors_refresh


def refresh_vectors(context: JobContext, *, all_: bool = False) -> dict[str, Any]:
    """Bring the vectors of the movies up to date and report {movies, computed, recounted, indexed}."""
    return vectors_refresh.refresh(context.session, context.progress, all_=all_)
