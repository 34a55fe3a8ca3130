"""The end of old records: jobs that are over, and what became of old ticks."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cinemactl.errors import UsageRefused
from cinemactl.jobs.tables import ENDED_STATES, CronTick, Job

LONGEST_KEPT_DAYS = 36500
AS_IT_IS = {"synchronize_session": False}


def purge(session: Session, *, keep_days: int, state: str | None = None) -> dict[str, int]:
    """Remove the jobs (of one state, or of all that are over) that ended more than `keep_days` ago, and old ticks.

    Returns how many `jobs` and `ticks` were removed. Jobs go with their attempts and logs; an import keeps its own
    record. Raises UsageRefused for a state in which a job is not over, or days that are out of range.
    """
    if not (isinstance(keep_days, int) and 0 <= keep_days <= LONGEST_KEPT_DAYS):
        raise UsageRefused(f"{keep_days!r} is no number of days from 0 to {LONGEST_KEPT_DAYS}.")
    if state is not None and state not in ENDED_STATES:
        raise UsageRefused(f"Jobs that are {state!r} are not removed.", f"Give one of {', '.join(ENDED_STATES)}.")
    old = func.now() - func.make_interval(0, 0, 0, keep_days)
    states = ENDED_STATES if state is None else (state,)
    removed = session.scalars(
        delete(Job).where(Job.state.in_(states), Job.ended_at < old).returning(Job.id).execution_options(**AS_IT_IS)
    ).all()
    ticks = 0
    if state is None:
        # The latest tick of an entry stays: it is what `cron list` shows.
        latest = select(func.max(CronTick.due_at)).group_by(CronTick.entry).correlate(None)
        gone = delete(CronTick).where(CronTick.decided_at < old, CronTick.due_at.not_in(latest))
        ticks = len(session.scalars(gone.returning(CronTick.due_at).execution_options(**AS_IT_IS)).all())
    return {"jobs": len(removed), "ticks": ticks}
