"""The lease in PostgreSQL that a runner holds on a job, and the ways out of it.

Every change names the state and the owner it expects: whoever finds no row has lost the job and must leave no trace.
Ends are told by clock_timestamp(), for now() is when the transaction began, which for a job is when it started.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Interval,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.jobs import retries
from cinemactl.jobs.endings import JobCancelled
from cinemactl.jobs.plain import plain_json
from cinemactl.jobs.tables import OPEN_STATES, Job, JobAttempt, JobLog

LEASE_SECONDS = 30.0

WORKER_LOST: Mapping[str, object] = {
    "code": "worker-lost",
    "message": "The worker ended before the job did: nothing was changed.",
    "hint": "The worker's log may say why; `cinemactl job retry` runs the job anew.",
    "exit_code": 1,
}

AS_IT_IS = {"synchronize_session": False}

# The commit of a lease waits for no disk: a server that loses it in a crash loses its holder's connection too.
NOT_AWAITED = func.set_config("synchronous_commit", "off", literal(value=True))

IS_DUE = or_(Job.due_at.is_(None), Job.due_at <= func.now())
LEASE_RAN_OUT = and_(Job.state == "running", Job.lease_until < func.now())


def _held(job_id: ColumnElement[int], owner: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(Job.id == job_id, Job.state == "running", Job.lease_owner == owner)


def _attempts_ended(which: ColumnElement[bool], error: Mapping[str, object] | None, verdict: str | None) -> Update:
    return (
        update(JobAttempt)
        .where(which, JobAttempt.ended_at.is_(None))
        .values(ended_at=func.clock_timestamp(), error=None if error is None else dict(error), verdict=verdict)
    )


def _take() -> Select[Any]:
    taken = (
        update(Job)
        .where(Job.id == bindparam("wanted", type_=Job.id.type), Job.state == "queued", IS_DUE)
        .values(
            state="running",
            due_at=null(),
            attempts=Job.attempts + 1,
            started_at=func.now(),
            lease_owner=bindparam("owner"),
            lease_until=func.now() + bindparam("seconds", type_=Interval),
            progress=null(),
            error=null(),
        )
        .returning(Job.id, Job.kind, Job.args, Job.attempts)
        .cte("taken")
    )
    runner = select(taken.c.id, taken.c.attempts, bindparam("on_host", type_=Text), bindparam("as_pid", type_=Integer))
    started = insert(JobAttempt).from_select(["job_id", "number", "host", "pid"], runner).cte("started")
    return select(taken.c.kind, taken.c.args, taken.c.attempts, NOT_AWAITED).add_cte(started)


def _succeed() -> Select[Any]:
    succeeded = (
        update(Job)
        .where(_held(bindparam("wanted", type_=Job.id.type), bindparam("owner", type_=Text)))
        .where(Job.cancel_requested_at.is_(None))
        .values(
            state="succeeded",
            ended_at=func.clock_timestamp(),
            lease_owner=null(),
            lease_until=null(),
            report=bindparam("told", type_=Job.report.type),
            progress=func.coalesce(bindparam("reached", type_=Job.progress.type), Job.progress),
        )
        .returning(Job.id)
        .cte("succeeded")
    )
    ended = _attempts_ended(JobAttempt.job_id.in_(select(succeeded.c.id)), None, None).cte("ended")
    return select(succeeded.c.id).add_cte(ended)


# What every job costs: one way to the server each, and built once, so that a worker's processes have them compiled.
# Their parameters bear no column's name: SQLAlchemy would set the column.
TAKE = _take()
SUCCEED = _succeed()


@dataclass(frozen=True)
class Lease:
    """The right of `owner` to run one attempt of a job."""

    job_id: int
    attempt: int
    owner: str
    seconds: float
    kind: str
    args: Mapping[str, Any]

    @property
    def held(self) -> ColumnElement[bool]:
        """The condition under which a change of the job's row is this lease's to make."""
        return _held(literal(self.job_id), literal(self.owner))


def error_json(error: CinemactlError) -> dict[str, object]:
    """Return what a job's record says of an error, enough to raise it again elsewhere."""
    return {**plain_json(error.as_json()), "exit_code": int(error.exit_code)}


class LogLine(NamedTuple):
    """A line for the job's log."""

    at: datetime
    level: str
    message: str


def new_owner() -> str:
    """Return a name for a runner, never used before."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:12]}"


def take(session: Session, job_id: int, owner: str, seconds: float) -> Lease | None:
    """Take the lease on a job and count the attempt; None when the job is not to be run (now, or any more)."""
    given = {
        "wanted": job_id,
        "owner": owner,
        "seconds": timedelta(seconds=seconds),
        "on_host": socket.gethostname(),
        "as_pid": os.getpid(),
    }
    taken = session.execute(TAKE, given).one_or_none()
    if taken is None and free(session, Job.id == job_id, LEASE_RAN_OUT):
        taken = session.execute(TAKE, given).one_or_none()
    return None if taken is None else Lease(job_id, taken.attempts, owner, seconds, taken.kind, taken.args)


def renew(connection: Connection, lease: Lease, progress: Mapping[str, object] | None) -> tuple[bool, bool]:
    """Renew the lease and write the progress; returns whether it is still held, and whether to cancel."""
    values: dict[str, Any] = {"lease_until": func.now() + timedelta(seconds=lease.seconds)}
    if progress is not None:
        values["progress"] = dict(progress)
    row = connection.execute(
        update(Job).where(lease.held).values(values).returning(Job.cancel_requested_at)
    ).one_or_none()
    return (False, False) if row is None else (True, row.cancel_requested_at is not None)


def succeed(
    session: Session, lease: Lease, report: Mapping[str, object], progress: Mapping[str, object] | None
) -> None:
    """Set the job to succeeded; raises JobCancelled when it is to be cancelled or the lease is lost, for a rollback."""
    given = {
        "wanted": lease.job_id,
        "owner": lease.owner,
        "told": dict(report),
        "reached": None if progress is None else dict(progress),
    }
    if session.execute(SUCCEED, given).one_or_none() is None:
        raise JobCancelled(lease.job_id)


def give_up(
    executor: Session | Connection, lease: Lease, error: Mapping[str, object], *, passing: bool = False
) -> str | None:
    """End the attempt and return the job's state, None when the lease is lost.

    The job is cancelled when that was asked for; else, when the failure may pass, queued for later or, with its tries
    used up, set aside; else failed.
    """
    cancelled, used_up = Job.cancel_requested_at.is_not(None), Job.attempts >= Job.attempts_allowed
    again = and_(literal(passing), ~cancelled, ~used_up)
    pause = retries.pause_after(lease.attempt)
    state: str | None = executor.execute(
        update(Job)
        .where(lease.held)
        .values(
            state=case((cancelled, "cancelled"), (again, "queued"), (literal(passing), "set-aside"), else_="failed"),
            ended_at=case((again, null()), else_=func.clock_timestamp()),
            due_at=case((again, func.clock_timestamp() + timedelta(seconds=pause))),
            lease_owner=null(),
            lease_until=null(),
            error=case((cancelled, null()), else_=literal(dict(error), Job.error.type)),
        )
        .returning(Job.state)
        .execution_options(**AS_IT_IS)
    ).scalar()
    if state is not None:
        verdicts = {"cancelled": retries.CANCELLED, "queued": retries.passing(pause), "set-aside": retries.USED_UP}
        verdict = verdicts.get(state, retries.LASTING)
        executor.execute(
            _attempts_ended(JobAttempt.job_id == lease.job_id, None if state == "cancelled" else error, verdict),
            execution_options=AS_IT_IS,
        )
    return state


def free(session: Session, *conditions: ColumnElement[bool]) -> list[int]:
    """Take running jobs from runners that are gone and return their ids.

    They are queued again, cancelled if that was asked for, or set aside when their attempts are used up. Jobs that
    somebody changes at this moment are left to a later look: a runner cut off from here may hold them for long.
    """
    gone = select(Job.id).where(Job.state == "running", *conditions).with_for_update(skip_locked=True)
    cancelled, used_up = Job.cancel_requested_at.is_not(None), Job.attempts >= Job.attempts_allowed
    lost = literal(dict(WORKER_LOST), Job.error.type)
    freed = session.execute(
        update(Job)
        .where(Job.id.in_(gone.scalar_subquery()))
        .values(
            state=case((cancelled, "cancelled"), (used_up, "set-aside"), else_="queued"),
            ended_at=case((cancelled | used_up, func.clock_timestamp())),
            lease_owner=null(),
            lease_until=null(),
            error=case((cancelled, null()), else_=lost),
        )
        .returning(Job.id, Job.state)
        .execution_options(**AS_IT_IS)
    ).all()
    verdicts = {"queued": retries.LOST, "cancelled": retries.CANCELLED, "set-aside": retries.USED_UP}
    for state, verdict in verdicts.items():
        if ids := [job_id for job_id, found in freed if found == state]:
            session.execute(
                _attempts_ended(JobAttempt.job_id.in_(ids), WORKER_LOST, verdict), execution_options=AS_IT_IS
            )
    return [job_id for job_id, _ in freed]


def is_open(session: Session, queue: str) -> bool:
    """Whether a job of the queue waits, for a worker or for its next try, or runs."""
    return session.scalar(select(Job.id).where(Job.queue == queue, Job.state.in_(OPEN_STATES)).limit(1)) is not None


def is_waiting(session: Session, queue: str) -> bool:
    """Whether a job of the queue waits for a worker, or for its next try."""
    waiting = (Job.state == "queued") | LEASE_RAN_OUT
    return session.scalar(select(Job.id).where(Job.queue == queue, waiting).limit(1)) is not None


def write_log(executor: Session | Connection, job_id: int, lines: Sequence[LogLine]) -> None:
    """Add lines to the job's log."""
    if lines:
        executor.execute(insert(JobLog), [{"job_id": job_id, **line._asdict()} for line in lines])
