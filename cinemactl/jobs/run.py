"""Runs one attempt of a job, in a worker's process."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import psycopg
from rq.timeouts import JobTimeoutException
from sqlalchemy import insert
from sqlalchemy.orm import Session

from cinemactl import settings as configuration
from cinemactl.errors import CinemactlError
from cinemactl.jobs import lease as leases
from cinemactl.jobs.context import JobContext
from cinemactl.jobs.endings import JobTimedOut, LeaseLost
from cinemactl.jobs.heartbeat import Heartbeat
from cinemactl.jobs.kinds import KINDS, Kind, kind_named
from cinemactl.jobs.lease import LEASE_SECONDS, Lease, LogLine
from cinemactl.jobs.plain import plain_json, plain_text
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings
from cinemactl.store.database import Database

REHEARSED = 0  # the database counts from 1

logger = logging.getLogger("cinemactl.jobs")


class UnexpectedFailure(CinemactlError):
    """A job ended with an error that nobody foresaw."""

    code = "unexpected"

    def __init__(self, job_id: int, error: BaseException) -> None:
        detail = " ".join(str(error).split())[:300].rstrip(".")
        super().__init__(
            f"Something unexpected happened: {type(error).__name__}{': ' if detail else ''}{detail}.",
            f"This is a fault of cinemactl; report what `cinemactl job logs {job_id}` shows.",
        )


def perform(
    job_id: int,
    *,
    settings: Settings | None = None,
    database: Database | None = None,
    owner: str | None = None,
    kinds: Mapping[str, Kind] = KINDS,
    lease_seconds: float = LEASE_SECONDS,
) -> None:
    """Run the job if it is still to be run and nobody else runs it; how it ended is in its record.

    `database` may be one that `rehearse` has warmed before this process was forked; its statements must not be limited.
    It may end this process (a job that does not listen when it is cancelled), so it belongs in one of its own. Raises
    what the database raises when the job could not be started.
    """
    settings = settings or configuration.load()
    database = database or database_for_jobs(settings)
    lease: Lease | None = None
    heartbeat: Heartbeat | None = None
    started = time.monotonic()
    try:
        with database.unit_of_work() as session:
            lease = leases.take(session, job_id, owner or leases.new_owner(), lease_seconds)
            session.commit()
            if lease is None:
                logger.info("job %d is not to be run now: another worker has it, or it has ended", job_id)
                return
            told = _told(lease, "running", started)
            logger.info("job %d (%s) starts, attempt %d", job_id, lease.kind, lease.attempt, extra=told)
            kind = kind_named(lease.kind, kinds)
            with Heartbeat(database, lease, _driver_connection(session), kind) as heartbeat:
                report = _report(kind, JobContext(session, job_id, settings, heartbeat), lease.args)
                session.flush()
            heartbeat.raise_if_stopped()
            leases.write_log(session, job_id, heartbeat.unwritten_lines())
            leases.succeed(session, lease, report, heartbeat.progress)
    except (Exception, SystemExit) as error:
        if lease is None:
            raise
        state, reason = _record_failure(database, lease, heartbeat, error, kinds)
        told = _told(lease, state or "lease-lost", started)
        logger.info("job %d %s: %s", job_id, state or "is left to others", reason.message, extra=told)
    else:
        told = _told(lease, "succeeded", started)
        logger.info("job %d succeeded in %.1f seconds", job_id, told["duration_seconds"], extra=told)


def database_for_jobs(settings: Settings) -> Database:
    """Return the database as jobs reach it: no server is started, and a statement may take as long as its job may."""
    return Database(settings, start=False, statement_seconds=0)


def rehearse(database: Database) -> None:
    """Do to a job that is never committed what is done to each, so that processes forked after it find that prepared.

    No connection is kept. Raises what the database raises.
    """
    with database.unit_of_work(dry_run=True) as session:
        session.execute(insert(Job).values(id=REHEARSED, kind="", queue="", asked_by=""))
        lease = leases.take(session, REHEARSED, leases.new_owner(), LEASE_SECONDS)
        if lease is not None:
            leases.write_log(session, REHEARSED, [LogLine(datetime.now(UTC), "info", "")])
            leases.succeed(session, lease, {}, None)


def _driver_connection(session: Session) -> psycopg.Connection:
    return cast("psycopg.Connection", session.connection().connection.driver_connection)


def _report(kind: Kind, context: JobContext, args: Mapping[str, Any]) -> dict[str, object]:
    report: dict[str, object] = plain_json(kind.function()(context, **args))
    return report


def _told(lease: Lease, state: str, started: float) -> dict[str, Any]:
    """Return what a log line in JSON says of the attempt."""
    seconds = round(time.monotonic() - started, 3)
    return {
        "job_id": lease.job_id,
        "kind": lease.kind,
        "attempt": lease.attempt,
        "state": state,
        "duration_seconds": seconds,
    }


def _record_failure(
    database: Database, lease: Lease, heartbeat: Heartbeat | None, error: BaseException, kinds: Mapping[str, Kind]
) -> tuple[str | None, CinemactlError]:
    """Write down how the attempt ended, once its own transaction is rolled back; returns the job's state and the reason.

    Whether such a failure may pass, so that the job is tried again later, its kind says.
    """
    reason = (heartbeat and heartbeat.stopped_by) or error
    lines = heartbeat.unwritten_lines() if heartbeat else []
    if isinstance(reason, JobTimeoutException):
        reason = JobTimedOut(lease.job_id)
    elif not isinstance(reason, CinemactlError):
        trace = "".join(traceback.format_exception(reason))
        lines.append(LogLine(datetime.now(UTC), "debug", plain_text(trace)))
        reason = UnexpectedFailure(lease.job_id, reason)
    state = None
    with database.unit_of_work() as session:
        leases.write_log(session, lease.job_id, lines)
        if not isinstance(reason, LeaseLost):
            kind = kinds.get(lease.kind)
            may_pass = kind is not None and reason.code in kind.passing
            state = leases.give_up(session, lease, leases.error_json(reason), passing=may_pass)
    return state, reason
