"""Asks for work: first the record, in the asker's own transaction, then, once that is committed, RQ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, UsageRefused
from cinemactl.jobs import queue as queues
from cinemactl.jobs.kinds import KINDS, Kind, kind_named
from cinemactl.jobs.locks import LOCK_NAME
from cinemactl.jobs.plain import is_plain_json, plain_text
from cinemactl.jobs.queue import QueueUnavailable
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings
from cinemactl.store.database import Database


class ArgumentsRefused(UsageRefused):
    """A job's arguments are not JSON, or would not come back from it as they went."""

    code = "arguments-refused"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"The arguments of a job {kind!r} must be JSON by name: text, numbers, true, false, null, lists, objects.",
            "Pass ids, dates as ISO text, and lists instead of tuples.",
        )


class NotSent(QueueUnavailable):
    """The job is recorded, but RQ does not know of it yet."""

    def __init__(self, job_id: int, reason: CinemactlError) -> None:
        CinemactlError.__init__(
            self,
            f"Job {job_id} is recorded but was not sent: {reason.message}",
            f"The next worker sends it, or `cinemactl job retry {job_id}`. {reason.hint}".rstrip(),
        )


def ask(
    session: Session,
    kind: str,
    args: Mapping[str, Any],
    *,
    queue: str,
    asked_by: str,
    kinds: Mapping[str, Kind] = KINDS,
) -> Job:
    """Record a job and return it with its id; it runs when the caller has committed and called `send`.

    It keeps the lock, if any, that the session's command holds, until it ends.

    Raises UnknownKind, ArgumentsRefused.
    """
    kind_named(kind, kinds)
    if not (isinstance(args, dict) and all(isinstance(name, str) for name in args) and is_plain_json(args)):
        raise ArgumentsRefused(kind)
    lock_name = session.info.get(LOCK_NAME)
    job = Job(kind=kind, args=dict(args), queue=queue, asked_by=plain_text(asked_by), lock_name=lock_name)
    session.add(job)
    session.flush()
    return job


def send(settings: Settings, job_id: int, *, start: bool = True, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Put a recorded job on RQ, after the commit of its record; doing it twice changes nothing.

    The embedded server is started if need be, unless `start` is false. Raises NotSent (a QueueUnavailable) when the job
    stays recorded only, and what the database raises.
    """
    with Database(settings, start=start).unit_of_work() as session:
        job = session.get(Job, job_id)
    if job is None or job.state != "queued":
        return
    try:
        with queues.unavailable(settings), queues.connection(settings, start=start) as connection:
            queues.put_once(connection, job, kinds)
    except CinemactlError as error:
        raise NotSent(job_id, error) from error
