"""The one way to RQ: its connection, its queue with JSON everywhere, and what is put there."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.client import Pipeline
from redis.driver_info import DriverInfo
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
    WatchError,
)
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import Queue, Worker
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from cinemactl import __version__
from cinemactl.errors import Unavailable
from cinemactl.jobs.allowed import PERFORM, AllowedJob
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings, masked
from cinemactl.store.embedded import valkey

CONNECT_SECONDS = 5
READ_SECONDS = 5
HARD_STOP_SECONDS = 60
RESULT_SECONDS = 0
FAILURE_SECONDS = 24 * 3600
UNKNOWN_KIND_SECONDS = 60

# What `CLIENT LIST` shows. Left to itself the client reads its package's files for it, at each connection of each job.
CALLED = DriverInfo("cinemactl", __version__)

WORKER_PREFIX = "cinemactl-"
RQ_ID = re.compile(r"cinemactl-(\d+)-\d+-[0-9a-f]{8}")

REASONS: tuple[tuple[str, tuple[type[Exception], ...], tuple[str, ...]], ...] = (
    (
        "it wants a user or password, and none or another was given",
        (AuthenticationError, AuthorizationError),
        ("NOAUTH", "WRONGPASS"),
    ),
    ("its user may not do that there", (NoPermissionError,), ()),
    ("it is still reading its data", (BusyLoadingError,), ()),
    ("it does not answer", (RedisTimeoutError,), ()),
    ("nothing answers there", (), ("refused", "No such file", "not known", "No address", "resolution", "unreachable")),
    ("what answers there is no Redis", (InvalidResponse,), ("Protocol Error", "closed by server", "reset by peer")),
)


class QueueUnavailable(Unavailable):
    """No usable answer from the Redis or Valkey of the queue."""

    code = "queue-unavailable"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"The queue's server {masked(url)} cannot be used: {reason}.",
            "See that a Redis or Valkey runs there and --redis-url (or CINEMACTL_REDIS_URL) is right; "
            "`cinemactl doctor` checks.",
        )


def url(settings: Settings) -> str:
    """Return the address of the queue's server."""
    return settings.redis_url or valkey.url(settings.home)


def connection(settings: Settings, *, start: bool = True, read_seconds: float = READ_SECONDS) -> Redis:
    """Return a connection that has been tried; close it, or use it as a context.

    The embedded server is started if nothing answers, unless `start` is false. Raises QueueUnavailable, and what
    starting the embedded server raises.
    """
    with unavailable(settings):
        if settings.embedded_valkey and start and not valkey.is_running(settings.home):
            valkey.ensure_running(settings.home)
        try:
            client = Redis.from_url(
                url(settings),
                socket_connect_timeout=CONNECT_SECONDS,
                socket_timeout=read_seconds,
                driver_info=CALLED,
            )
        except (ValueError, OSError) as error:
            raise QueueUnavailable(url(settings), f"that is no address ({error})") from error
        try:
            client.ping()
        except BaseException:
            client.close()
            raise
        return client


@contextmanager
def unavailable(settings: Settings) -> Iterator[None]:
    """Turn what the client raises inside into QueueUnavailable."""
    try:
        yield
    except RedisError as error:
        raise QueueUnavailable(url(settings), _reason(error)) from error


def queue(connection: Redis, name: str) -> Queue:
    """Return RQ's queue of that name."""
    return Queue(name, connection=connection, serializer=JSONSerializer, job_class=AllowedJob)


def require_queue(settings: Settings, connection: Redis, name: str) -> None:
    """Raise QueueUnavailable when the queue's key holds something else, as it does when another program uses it."""
    key = queue(connection, name).key
    with unavailable(settings):
        found = connection.type(key)
    if found not in {b"none", b"list"}:
        raise QueueUnavailable(url(settings), f"another program keeps something else under {key!r}")


def rq_id(job: Job) -> str:
    """Return RQ's id for the next attempt of a job.

    RQ keeps the messages of all queues under one name each, and two queues on one server may be those of two databases.
    """
    return f"cinemactl-{job.id}-{job.attempts + 1}-{zlib.crc32(job.queue.encode()):08x}"


def put(pipeline: Pipeline, rq_queue: Queue, job: Job, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Add the next attempt of a job to the transaction begun in `pipeline`; a second copy of it is run by nobody."""
    kind = kinds.get(job.kind)
    rq_queue.enqueue_call(
        PERFORM,
        args=[job.id],
        job_id=rq_id(job),
        timeout=(kind.timeout_seconds if kind else UNKNOWN_KIND_SECONDS) + HARD_STOP_SECONDS,
        result_ttl=RESULT_SECONDS,
        failure_ttl=FAILURE_SECONDS,
        description=f"job {job.id} ({job.kind})",
        pipeline=pipeline,
    )


def put_once(connection: Redis, job: Job, kinds: Mapping[str, Kind] = KINDS) -> None:
    """Put the next attempt of a job on its queue unless it is there, or running, already."""
    with connection.pipeline() as pipeline:
        key = AllowedJob.key_for(rq_id(job))
        pipeline.watch(key)  # type: ignore[no-untyped-call]
        status = pipeline.hget(key, "status")
        if status in (JobStatus.QUEUED.encode(), JobStatus.STARTED.encode()):
            return
        pipeline.multi()
        put(pipeline, queue(connection, job.queue), job, kinds)
        try:
            pipeline.execute()
        except WatchError:
            return


def registered_workers(settings: Settings, queue_name: str | None = None) -> list[dict[str, Any]]:
    """Return cinemactl's workers as RQ has them, dead ones for up to a minute or two among them."""
    with unavailable(settings), connection(settings, start=False) as client:
        found = Worker.all(
            client, AllowedJob, queue=queue(client, queue_name) if queue_name else None, serializer=JSONSerializer
        )
        return [
            {"host": worker.hostname, "pid": worker.pid, "state": worker.get_state(), "job_id": _job_id(worker)}
            for worker in found
            if worker.name.startswith(WORKER_PREFIX) and worker.pid
        ]


def _job_id(worker: BaseWorker) -> int | None:
    match = RQ_ID.fullmatch(worker.get_current_job_id() or "")
    return int(match[1]) if match else None


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    for reason, kinds, words in REASONS:
        if isinstance(error, kinds) or any(word in text for word in words):
            return reason
    return f"it says {text[:200]!r}" if isinstance(error, ResponseError) else text[:200]
