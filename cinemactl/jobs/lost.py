"""Finds the jobs that wait in PostgreSQL but not on RQ, and puts them there."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import cast

from redis import Redis
from rq import Queue
from rq.executions import Execution
from sqlalchemy import func, select

from cinemactl.jobs import lease as leases
from cinemactl.jobs import queue as queues
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.tables import Job
from cinemactl.store.database import Database

BATCH = 500
RESEND_LOCK = 0x6A6F62  # "job"

logger = logging.getLogger("cinemactl.jobs")


def resend_lost(database: Database, connection: Redis, queue_name: str, kinds: Mapping[str, Kind] = KINDS) -> int:
    """Free the jobs whose runner is gone, put all that wait and are not on RQ there, and return how many those were.

    Of several that call it at once one does it. Raises what the database and the Redis client raise.
    """
    with database.unit_of_work() as session:
        for job_id in leases.free(session, Job.queue == queue_name, leases.LEASE_RAN_OUT):
            logger.warning("job %d was taken from a worker that is gone", job_id)
        session.commit()
        if not session.scalar(select(func.pg_try_advisory_xact_lock(RESEND_LOCK, func.hashtext(queue_name)))):
            return 0
        waiting = session.scalars(
            select(Job).where(Job.state == "queued", Job.queue == queue_name, leases.IS_DUE).order_by(Job.id)
        ).all()
        if not waiting:
            return 0
        rq_queue = queues.queue(connection, queue_name)
        there = _on_rq(rq_queue)
        lost = [job for job in waiting if queues.rq_id(job) not in there]
        for start in range(0, len(lost), BATCH):
            _put_again(rq_queue, lost[start : start + BATCH], kinds)
    if lost:
        logger.info("%d waiting %s put on the queue again", len(lost), "job was" if len(lost) == 1 else "jobs were")
    return len(lost)


def _on_rq(rq_queue: Queue) -> set[str]:
    """Return the RQ ids that are queued, or held by a worker whose sign of life is recent.

    That is told by what Redis has not let expire: the times in RQ's registry are those of the workers' clocks.
    """
    registry, connection = rq_queue.started_job_registry, rq_queue.connection
    entries = cast("list[bytes]", connection.zrange(registry.key, 0, -1))
    started = [Execution.from_composite_key(entry.decode(), connection) for entry in entries]
    with connection.pipeline(transaction=False) as pipeline:
        for execution in started:
            pipeline.exists(execution.key)
        alive = pipeline.execute()
    running = {execution.job_id for execution, is_alive in zip(started, alive, strict=True) if is_alive}
    return running.union(rq_queue.get_job_ids())


def _put_again(rq_queue: Queue, jobs: list[Job], kinds: Mapping[str, Kind]) -> None:
    """Put jobs on the queue, and away from where a worker left them that died between taking and starting them."""
    with rq_queue.connection.pipeline() as pipeline:
        pipeline.multi()
        for job in jobs:
            pipeline.lrem(rq_queue.intermediate_queue_key, 0, queues.rq_id(job))
            queues.put(pipeline, rq_queue, job, kinds)
        pipeline.execute()
