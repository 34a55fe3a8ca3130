"""Waits for a job's end and tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import DBAPIError

from cinemactl.errors import CinemactlError
from cinemactl.jobs import background
from cinemactl.jobs.background import WorkerFailed
from cinemactl.jobs.manage import JobNotFound, get_job
from cinemactl.jobs.tables import OPEN_STATES, Job
from cinemactl.settings import Settings
from cinemactl.store import faults
from cinemactl.store.database import Database

FIRST_POLL_SECONDS = 0.02
LAST_POLL_SECONDS = 0.25
POLL_GROWTH = 1.5
WORKER_CHECK_SECONDS = 1.0
WORKER_STARTS = 3

OnProgress = Callable[[str, dict[str, Any] | None], None]


class WaitTimedOut(CinemactlError):
    """The job has not ended within the time given for waiting; it goes on."""

    code = "wait-timeout"

    def __init__(self, job_id: int, seconds: float) -> None:
        super().__init__(
            f"Job {job_id} has not ended within {seconds:g} seconds; it goes on.",
            f"Wait on with `cinemactl job wait {job_id}`, or end it with `cinemactl job cancel {job_id}`.",
        )


def wait(
    database: Database,
    settings: Settings,
    job_id: int,
    *,
    timeout: float | None = None,
    on_progress: OnProgress | None = None,
) -> Job:
    """Wait until the job has ended and return it; on home's own servers a worker is kept alive meanwhile.

    `on_progress` is called with state and progress whenever one of them has changed. Raises JobNotFound, WaitTimedOut,
    WorkerFailed, and what the database raises.
    """
    started = time.monotonic()
    keeper = _Keeper(settings)
    pause = FIRST_POLL_SECONDS
    seen: tuple[str, dict[str, Any] | None] | None = None
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while True:
            found = _look(connection, database, job_id)
            now = (found.state, found.progress)
            if now != seen and on_progress is not None:
                on_progress(*now)
            seen = now
            if found.state not in OPEN_STATES:
                break
            keeper.check(is_queued=found.state == "queued")
            if timeout is not None and time.monotonic() - started >= timeout:
                raise WaitTimedOut(job_id, timeout)
            time.sleep(pause)
            pause = min(pause * POLL_GROWTH, LAST_POLL_SECONDS)
    with database.unit_of_work() as session:
        return get_job(session, job_id)


class _Keeper:
    """Keeps a worker alive, unless each that is started ends at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next_check = 0.0
        self._starts = 0

    def check(self, *, is_queued: bool) -> None:
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + WORKER_CHECK_SECONDS
        if not is_queued:
            self._starts = 0
        if background.ensure_worker(self._settings):
            self._starts += 1
            if self._starts > WORKER_STARTS:
                raise WorkerFailed(background.log_file(self._settings))


def _look(connection: Connection, database: Database, job_id: int) -> Row[str, dict[str, object] | None]:
    try:
        found = connection.execute(select(Job.state, Job.progress).where(Job.id == job_id)).one_or_none()
    except (DBAPIError, psycopg.Error) as error:
        expected = faults.translated(error, database.shown_url)
        if expected is error:
            raise
        raise expected from error
    if found is None:
        raise JobNotFound(job_id)
    return found
