"""Asking for a rebuild of the recommendations: whoever comes while one is open joins it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.jobs.ask import ask
from cinemactl.jobs.tables import OPEN_STATES, Job
from cinemactl.settings import Settings

KIND = "rebuild-recommendations"
ASKING = 0x726562756C64  # "rebuld"


def ask_rebuild(
    session: Session, settings: Settings, *, memory: int, asked_by: str, spark: Mapping[str, Any] | None = None
) -> tuple[Job, bool]:
    """Record the job that rebuilds the recommendations; return it and whether it is another's, open already.

    `spark` names a cluster to learn on, as Wanted.as_json gives it.
    """
    session.execute(select(func.pg_advisory_xact_lock(ASKING)))
    open_one = (
        select(Job)
        .where(Job.kind == KIND, Job.state.in_(OPEN_STATES), Job.cancel_requested_at.is_(None))
        .order_by(Job.id)
        .limit(1)
    )
    if (found := session.scalar(open_one)) is not None:
        return found, True
    given = {"memory": memory} if spark is None else {"memory": memory, "spark": dict(spark)}
    return ask(session, KIND, given, queue=settings.queue, asked_by=asked_by), False
