"""Looks at jobs and workers, and changes what is to become of a job."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, Conflict, ExitCode, NotFound, UsageRefused
from cinemactl.jobs import lease as leases
from cinemactl.jobs.endings import JobCancelled
from cinemactl.jobs.tables import ATTEMPTS, ENDED_STATES, STATES, Job, JobAttempt, JobLog
from cinemactl.settings import Settings
from cinemactl.store.embedded import valkey


class JobNotFound(NotFound):
    """No job has that number."""

    code = "job-not-found"

    def __init__(self, job_id: int) -> None:
        super().__init__(f"There is no job {job_id}.", "`cinemactl job list` shows those there are.")


class JobEnded(Conflict):
    """The job has ended, so that nothing is left to cancel."""

    code = "job-ended"

    def __init__(self, job: Job) -> None:
        super().__init__(f"Job {job.id} has ended already: it is {job.state}.", f"See `cinemactl job show {job.id}`.")


class JobNotRetried(Conflict):
    """The job is running or has succeeded, so that there is nothing to retry."""

    code = "job-not-retried"

    def __init__(self, job: Job) -> None:
        super().__init__(
            f"Job {job.id} is {job.state}: only a failed, cancelled or set-aside job can be retried.",
            f"See `cinemactl job show {job.id}`.",
        )


class JobFailed(CinemactlError):
    """A job's failure, raised again where somebody waited for the job: the same sentence, code and exit code."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message", "The job failed.")), str(error.get("hint", "")))
        self.code = str(error.get("code", self.code))
        self.exit_code = ExitCode(error.get("exit_code", ExitCode.FAILED))


def list_jobs(
    session: Session,
    *,
    state: str | None = None,
    kind: str | None = None,
    limit: int | None = 50,
    after: int | None = None,
) -> Sequence[Job]:
    """Return jobs, the newest first; `after` is the last id already seen. Raises UsageRefused for an unknown state."""
    if state is not None and state not in STATES:
        raise UsageRefused(f"A job is never {state!r}.", f"The states are: {', '.join(STATES)}.")
    query = select(Job).order_by(Job.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Job.state == state)
    if kind is not None:
        query = query.where(Job.kind == kind)
    if after is not None:
        query = query.where(Job.id < after)
    return session.scalars(query).all()


def get_job(session: Session, job_id: int) -> Job:
    """Return the job; raises JobNotFound."""
    job = session.get(Job, job_id)
    if job is None:
        raise JobNotFound(job_id)
    return job


def attempts(session: Session, job_id: int) -> Sequence[JobAttempt]:
    """Return the job's attempts, the first one first; raises JobNotFound."""
    get_job(session, job_id)
    return session.scalars(select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.number)).all()


def logs(session: Session, job_id: int) -> Sequence[JobLog]:
    """Return the lines the job wrote, in their order; raises JobNotFound."""
    get_job(session, job_id)
    return session.scalars(select(JobLog).where(JobLog.job_id == job_id).order_by(JobLog.id)).all()


def cancel(session: Session, job_id: int) -> Job:
    """Cancel a queued job at once, or have its worker end a running one within seconds; returns the job.

    Raises JobNotFound, JobEnded.
    """
    job = _locked(session, job_id)
    if job.state in ENDED_STATES:
        raise JobEnded(job)
    job.cancel_requested_at = func.now()
    if job.state == "queued":
        job.state, job.ended_at = "cancelled", func.now()
    session.flush()
    leases.free(session, Job.id == job_id, leases.LEASE_RAN_OUT)
    session.refresh(job)
    return job


def retry(session: Session, job_id: int) -> Job:
    """Queue a failed, cancelled or set-aside job anew, with fresh attempts; call `send` after the commit.

    A queued job keeps what it is, but no longer waits for its next try, so that it can be sent. Raises JobNotFound,
    JobNotRetried.
    """
    job = _locked(session, job_id)
    job.due_at = None
    if job.state == "queued":
        session.flush()
        return job
    if job.state in {"running", "succeeded"}:
        raise JobNotRetried(job)
    job.state, job.attempts_allowed = "queued", job.attempts + ATTEMPTS
    job.started_at = job.ended_at = job.cancel_requested_at = job.progress = job.error = None
    session.flush()
    return job


def raise_for_outcome(job: Job) -> None:
    """Raise what the job ended with; nothing when it succeeded or has not ended."""
    if job.state == "cancelled":
        raise JobCancelled(job.id)
    if job.state in {"failed", "set-aside"}:
        raise JobFailed(job.error or {})


def workers(settings: Settings) -> list[dict[str, Any]]:
    """Return the living workers of every queue: host, pid, state, job_id (None when idle). Raises QueueUnavailable."""
    return live_workers(settings)


def live_workers(settings: Settings, queue_name: str | None = None) -> list[dict[str, Any]]:
    """Return the living workers of one queue, or of all; those that died on this machine are left out."""
    from cinemactl.jobs import queue as queues  # noqa: PLC0415  (RQ is slow to import, and looking at jobs needs none)

    if settings.embedded_valkey and not valkey.is_running(settings.home):
        return []
    return [found for found in queues.registered_workers(settings, queue_name) if _may_live(found)]


def _may_live(worker: dict[str, Any]) -> bool:
    if worker["host"] != socket.gethostname():
        return True
    try:
        os.kill(worker["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _locked(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None:
        raise JobNotFound(job_id)
    return job
