"""`cron run`: of all that run on one database one leads, by a lock that PostgreSQL takes back when its session ends."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.jobs import background, lost
from cinemactl.jobs import lease as leases
from cinemactl.jobs import queue as queues
from cinemactl.jobs.cron.tick import tick
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.tables import CronEntry, Job
from cinemactl.settings import Settings
from cinemactl.store import faults
from cinemactl.store.database import Database, NewerSchema, OldSchema

LEADER_LOCK = 0x63726F6E  # "cron"
POLL_SECONDS = 2.0
LOOK_SECONDS = 10.0
SHORTEST_SECONDS = 0.01

# A leader's machine that vanishes is noticed by the server within twelve seconds; a killed process at once.
ALIVE = ("tcp_keepalives_idle = 6", "tcp_keepalives_interval = 2", "tcp_keepalives_count = 3")

logger = logging.getLogger("cinemactl.jobs")


class Cron:
    """One `cron run` on a database; `stop` ends it from another thread or from a signal."""

    def __init__(self, settings: Settings, kinds: Mapping[str, Kind] = KINDS) -> None:
        self._settings = settings
        self._kinds = kinds
        self._database = Database(settings, start=False)
        self._stopping = threading.Event()
        self._next_look = 0.0
        self._said = ""

    def stop(self) -> None:
        """End after what is in hand."""
        self._stopping.set()

    def run(self) -> None:
        """Lead, or wait for the leader's end, until stopped; a server that goes away is waited for.

        The embedded PostgreSQL is started once, at the beginning; its Valkey and a worker when there is a job. Raises
        OldSchema, NewerSchema, DatabaseUnavailable.
        """
        with Database(self._settings).unit_of_work():
            pass
        while not self._stopping.is_set():
            try:
                with self._database.unit_of_work():
                    pass  # its schema is still this program's
                self._take_part()
            except (OldSchema, NewerSchema):
                raise
            except CinemactlError as error:  # away, busy or full: that may pass
                self._say(error.message)
                self._stopping.wait(POLL_SECONDS)

    def once(self) -> bool:
        """Do what is due now and end; False when another one leads and does it."""
        with Database(self._settings).unit_of_work() as session:
            connection = session.connection()
            if not connection.scalar(select(func.pg_try_advisory_xact_lock(LEADER_LOCK))):
                return False
            asked = tick(session, self._settings.queue, self._kinds)
            session.commit()
        self._send(asked)
        self._look()
        return True

    def _take_part(self) -> None:
        with self._session() as connection:
            while not self._stopping.is_set():
                if connection.scalar(select(func.pg_try_advisory_lock(LEADER_LOCK))):
                    connection.commit()
                    logger.info("this cron leads")
                    self._lead(connection)
                    return
                connection.commit()
                self._say("another cron leads; this one takes over when it ends")
                self._stopping.wait(POLL_SECONDS)

    def _lead(self, connection: Connection) -> None:
        self._said = ""
        while not self._stopping.is_set():
            with Session(bind=connection, expire_on_commit=False) as session:
                asked = tick(session, self._settings.queue, self._kinds)
                session.commit()
                self._send(asked)
                if time.monotonic() >= self._next_look:
                    self._look()
                pause = _seconds_to_next(session)
                session.commit()
            self._stopping.wait(pause)

    def _send(self, jobs: list[Job]) -> None:
        """Put recorded jobs on the queue, as the commands do that ask for some; what fails is left to a later look."""
        if not jobs:
            return
        for job in jobs:
            logger.info(
                "job %d (%s) asked for by %s",
                job.id,
                job.kind,
                job.asked_by,
                extra={"job_id": job.id, "kind": job.kind},
            )
        try:
            with queues.unavailable(self._settings), queues.connection(self._settings) as connection:
                for job in jobs:
                    queues.put_once(connection, job, self._kinds)
            background.ensure_worker(self._settings)
        except CinemactlError as error:
            self._say(error.message)

    def _look(self) -> None:
        """When jobs wait, put those that got lost on the queue again, and see that on home's own servers somebody works."""
        self._next_look = time.monotonic() + LOOK_SECONDS
        try:
            with self._database.unit_of_work() as session:
                if not leases.is_waiting(session, self._settings.queue):
                    return
            with queues.unavailable(self._settings), queues.connection(self._settings) as connection:
                lost.resend_lost(self._database, connection, self._settings.queue, self._kinds)
            background.ensure_worker(self._settings)
        except CinemactlError as error:
            self._say(error.message)

    def _say(self, message: str) -> None:
        """Log a message unless it was the last one."""
        if message != self._said:
            logger.warning("%s", message)
            self._said = message

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        """Yield the connection whose life is the leader's."""
        with self._database.connect() as connection, faults.translating(self._database.shown_url):
            for parameter in ALIVE:
                connection.execute(text(f"SET {parameter}"))
            connection.execute(text("SET application_name = 'cinemactl cron'"))
            connection.commit()
            yield connection


def run_cron(settings: Settings, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Do recurring work in the foreground until SIGTERM or SIGINT; raises as `Cron.run` does."""
    cron = Cron(settings, kinds)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: cron.stop())
    cron.run()
    logger.info("this cron ends")


def leader(connection: Connection) -> str | None:
    """Return where the leader of this database connects from and since when, None when none leads."""
    row = connection.execute(
        text("""
            SELECT coalesce(host(activity.client_addr), 'this machine') AS host, activity.backend_start AS since
            FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :lock AND objsubid = 1
                AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """),
        {"lock": LEADER_LOCK},
    ).one_or_none()
    if row is None:
        return None
    return row.host if row.since is None else f"{row.host}, since {row.since:%Y-%m-%d %H:%M:%S} UTC"


def overdue(connection: Connection, seconds: float) -> list[str]:
    """Return the names of the enabled entries that have been due for longer than so many seconds."""
    late = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return list(connection.scalars(select(CronEntry.name).where(CronEntry.next_at < late).order_by(CronEntry.name)))


def _seconds_to_next(session: Session) -> float:
    left = func.extract("epoch", func.min(CronEntry.next_at) - func.clock_timestamp())
    seconds = session.scalar(select(left).where(CronEntry.enabled))
    return POLL_SECONDS if seconds is None else min(max(float(seconds), SHORTEST_SECONDS), POLL_SECONDS)
