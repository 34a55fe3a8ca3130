"""The jobs that recur: the ranking of the movies, and the end of old records."""

from __future__ import annotations

from typing import Any

from cinemactl.jobs.context import JobContext
from cinemactl.jobs.purging import purge
from cinemactl.programme import ranking


def refresh_ranking(context: JobContext) -> dict[str, Any]:
    """Compute every movie's ranking and report how many changed."""
    return {"changed": ranking.refresh(context.session)}


def purge_jobs(context: JobContext, *, keep_days: int = 30) -> dict[str, Any]:
    """Remove the records of jobs and ticks that ended more than so many days ago and report how many those were."""
    return purge(context.session, keep_days=keep_days)
