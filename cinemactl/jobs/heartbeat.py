"""The thread beside a running job: renews its lease, writes its progress and log, and ends it when it has to end."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from cinemactl.errors import CinemactlError
from cinemactl.jobs import lease as leases
from cinemactl.jobs.endings import JobCancelled, JobTimedOut, LeaseLost
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.lease import Lease, LogLine
from cinemactl.jobs.plain import plain_text
from cinemactl.jobs.tables import LEVELS
from cinemactl.store.database import Database

TICK_SECONDS = 0.25
BEAT_SECONDS = 2.0
BEATS_IN_A_LEASE = 5
GRACE_SECONDS = 1.5
JOIN_SECONDS = 15.0
HARD_STOP_STATUS = 75

logger = logging.getLogger("cinemactl.jobs")


class Heartbeat:
    """Keeps a lease alive while its `with` block runs.

    What ends a job early (a cancellation, its timeout, a lost lease) is put as `stopped_by`, and the statement that
    runs on `working` is cancelled. A job that pays no attention is ended the hard way after a moment, or, when its time
    was up, after what its kind allows for tidying up: its end is recorded, then this process exits.
    """

    def __init__(self, database: Database, lease: Lease, working: psycopg.Connection, kind: Kind) -> None:
        self._database = database
        self._lease = lease
        self._working = working
        self._timeout_seconds = kind.timeout_seconds
        self._tidy_seconds = kind.tidy_seconds
        self._beat_seconds = min(BEAT_SECONDS, lease.seconds / BEATS_IN_A_LEASE)
        self._connection: Connection | None = None
        self._left = threading.Event()
        self._lock = threading.Lock()
        self._lines: list[LogLine] = []
        self._changed = False
        self._failing = False
        self._stopped_at = 0.0
        self.progress: dict[str, object] | None = None
        self.stopped_by: CinemactlError | None = None
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._renewed = self._beaten = time.monotonic()
        self._deadline = self._renewed + self._timeout_seconds
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join(JOIN_SECONDS)

    def report_progress(self, stage: str, done: int, total: int | None) -> None:
        """Take what is to be written as progress at the next tick."""
        self.progress = {"stage": plain_text(stage), "done": int(done), "total": total}
        self._changed = True

    def log(self, message: str, level: str = "info") -> None:
        """Take a line for the log; an unknown level counts as info."""
        line = LogLine(datetime.now(UTC), level if level in LEVELS else "info", plain_text(message))
        with self._lock:
            self._lines.append(line)

    def raise_if_stopped(self) -> None:
        """Raise what the job was stopped by."""
        if self.stopped_by is not None:
            raise self.stopped_by

    def unwritten_lines(self) -> list[LogLine]:
        """Return the lines that were not written yet, once the `with` block is left."""
        with self._lock:
            return list(self._lines)

    def _run(self) -> None:
        try:
            while not self._left.wait(TICK_SECONDS):
                self._tick(time.monotonic())
        finally:
            self._disconnect()

    def _tick(self, now: float) -> None:
        fresh = (self._changed or bool(self._lines)) and not self._failing
        if fresh or now - self._beaten >= self._beat_seconds:
            try:
                self._beat(now)
                self._failing = False
            except (SQLAlchemyError, psycopg.Error, CinemactlError) as error:
                logger.warning("job %d: the heartbeat failed: %s", self._lease.job_id, error)
                self._failing = True
                self._disconnect()
        if now >= self._deadline:
            self._stop(JobTimedOut(self._lease.job_id))
        elif now - self._renewed > self._lease.seconds:
            self._stop(LeaseLost(self._lease.job_id))
        if self.stopped_by is not None and not self._left.is_set():
            timed_out = isinstance(self.stopped_by, JobTimedOut)
            if now - self._stopped_at > (self._tidy_seconds if timed_out else GRACE_SECONDS):
                self._exit(self.stopped_by)
            with suppress(psycopg.Error):
                self._working.cancel_safe(timeout=GRACE_SECONDS)

    def _beat(self, now: float) -> None:
        self._beaten = now
        progress = self.progress if self._changed else None
        self._changed = False
        connection = self._connected()
        held, cancel = leases.renew(connection, self._lease, progress)
        if not held:
            self._stop(LeaseLost(self._lease.job_id))
            return
        self._renewed = now
        if cancel:
            self._stop(JobCancelled(self._lease.job_id))
        with self._lock:
            lines = list(self._lines)
        leases.write_log(connection, self._lease.job_id, lines)
        with self._lock:
            del self._lines[: len(lines)]

    def _stop(self, reason: CinemactlError) -> None:
        if self.stopped_by is None:
            self._stopped_at = time.monotonic()
            self.stopped_by = reason

    def _exit(self, reason: CinemactlError) -> None:
        """Record the end of a job that does not listen, then end the process: its transaction goes with it."""
        logger.warning("job %d does not stop: its process is ended", self._lease.job_id)
        if not isinstance(reason, LeaseLost):
            with suppress(SQLAlchemyError, psycopg.Error, CinemactlError):
                leases.give_up(self._connected(), self._lease, leases.error_json(reason))
        os._exit(HARD_STOP_STATUS)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError, psycopg.Error):
                self._connection.close()
            self._connection = None
