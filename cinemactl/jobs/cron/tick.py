"""One look at what is due: each due time is decided once, in one transaction with the record of the job it asks for."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.jobs.ask import ask
from cinemactl.jobs.cron.entries import database_time, locked_entry
from cinemactl.jobs.cron.schedule import Schedule, schedule_of
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.tables import OPEN_STATES, CronEntry, CronTick, Job

MISSED_AFTER = timedelta(seconds=60)
SECOND = timedelta(seconds=1)

logger = logging.getLogger("cinemactl.jobs")


def tick(session: Session, queue: str, kinds: Mapping[str, Kind] = KINDS) -> list[Job]:
    """Decide every due time that has come and return the jobs asked for; send them after the commit.

    A due time less than a minute past is done as if it were now. Of those passed over for longer the entry's `missed`
    says whether one run stands for all (once) or none is made up for (skip). Entries that another cron has in hand are
    left to it.
    """
    now = database_time(session)
    due = select(CronEntry).where(CronEntry.enabled, CronEntry.next_at <= now).order_by(CronEntry.next_at)
    asked = []
    for entry in session.scalars(due.with_for_update(skip_locked=True)).all():
        try:
            schedule = schedule_of(entry.schedule, entry.timezone)
        except CinemactlError as error:  # it was added where the time zone is known
            logger.warning("%s is disabled: %s", entry.name, error.message)
            entry.enabled, entry.next_at = False, None
            continue
        for due_at, is_missed in _due_times(entry, schedule, now):
            if is_missed and entry.missed == "skip":
                _record(session, entry, due_at, "missed")
            elif job := _ask(session, entry, due_at, queue, kinds):
                asked.append(job)
        entry.next_at = schedule.after(now)
    session.flush()
    return asked


def run_now(session: Session, name: str, queue: str, kinds: Mapping[str, Kind] = KINDS) -> Job | None:
    """Ask for the job of an entry at this moment, enabled or not; None when one of it is still open and may not be joined.

    Raises EntryNotFound, UnknownKind.
    """
    entry = locked_entry(session, name)
    if _is_open(session, entry):
        return None
    job = ask(session, entry.kind, entry.args, queue=entry.queue or queue, asked_by=f"cron {name}", kinds=kinds)
    _record(session, entry, database_time(session), "asked", job)
    return job


def _due_times(entry: CronEntry, schedule: Schedule, now: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield the due times that have come, and of each whether it stands for all that were missed."""
    due_at = entry.next_at or now
    if due_at < now - MISSED_AFTER:
        yield due_at, True
        due_at = schedule.after(now - MISSED_AFTER - SECOND)
    while due_at <= now:
        yield due_at, False
        due_at = schedule.after(due_at)


def _ask(session: Session, entry: CronEntry, due_at: datetime, queue: str, kinds: Mapping[str, Kind]) -> Job | None:
    if _is_open(session, entry):
        logger.info("%s is skipped: its last run is still going", entry.name)
        _record(session, entry, due_at, "skipped")
        return None
    try:
        by = f"cron {entry.name}"
        job = ask(session, entry.kind, entry.args, queue=entry.queue or queue, asked_by=by, kinds=kinds)
    except CinemactlError as error:  # it was added by another version
        logger.warning("%s is not run: %s", entry.name, error.message)
        _record(session, entry, due_at, "refused")
        return None
    _record(session, entry, due_at, "asked", job)
    return job


def _is_open(session: Session, entry: CronEntry) -> bool:
    """Whether a run of the entry is still going that no other may overlap."""
    if entry.overlap == "allow":
        return False
    runs = select(Job.id).join(CronTick, CronTick.job_id == Job.id)
    return session.scalar(runs.where(CronTick.entry == entry.name, Job.state.in_(OPEN_STATES)).limit(1)) is not None


def _record(session: Session, entry: CronEntry, due_at: datetime, outcome: str, job: Job | None = None) -> None:
    session.add(CronTick(entry=entry.name, due_at=due_at, outcome=outcome, job_id=None if job is None else job.id))
    session.flush()
