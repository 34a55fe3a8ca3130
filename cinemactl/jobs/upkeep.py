"""The jobs that recur: the ranking of the movies, and the end of old records."""

from __future__ import annotations

from typing import Any

from cinemactl.jobs.context import JobContext
from cinemactl.jobs.purging import purge
from cinemactl.programme import ranking
from cinemactl.programme.status import refresh_statuses


def refresh_ranking(context: JobContext) -> dict[str, Any]:
    """Bring every movie's status and ranking up to date and report how many rankings changed."""
    refresh_statuses(context.session)
    return {"changed": ranking.refresh(context.session)}


def purge_jobs(context: JobContext, *, keep_days: int = 30) -> dict[str, Any]:
    """Remove the records of jobs and ticks that ended more than so many days ago and report how many those were."""
    return purge(context.session, keep_days=keep_days)
