"""RQ's worker as this house needs it.

Its horse dies with it, it has no thread before a fork, it puts lost jobs back on the queue, and it outlives its Redis.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from types import FrameType
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from rq import Queue, Worker, worker_registration
from rq.exceptions import DeserializationError, InvalidJobOperation, NoSuchJobError, StopRequested
from rq.executions import Execution
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer

from cinemactl.errors import CinemactlError
from cinemactl.jobs import lease as leases
from cinemactl.jobs import lost
from cinemactl.jobs import queue as queues
from cinemactl.jobs.allowed import AllowedJob
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.presence import Presence
from cinemactl.jobs.run import database_for_jobs, perform, rehearse
from cinemactl.jobs.tables import Job
from cinemactl.settings import Settings
from cinemactl.store.database import Database, NewerSchema, OldSchema

WORKER_SECONDS = 60
MONITORING_SECONDS = 5
MAINTENANCE_SECONDS = 60
LOOK_SECONDS = 10
READ_SECONDS = 2 * LOOK_SECONDS
PR_SET_PDEATHSIG = 1
RQ_TROUBLES = (RedisError, DeserializationError, InvalidJobOperation, NoSuchJobError)

logger = logging.getLogger("cinemactl.jobs")
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class RqWorker(Worker):
    """A worker of one queue. After `work`, `failure`, `stopping` and `ran_dry` say why it ended."""

    max_connection_wait_time = 2.0

    def __init__(
        self,
        settings: Settings,
        connection: Redis,
        queue_name: str,
        presence: Presence | None,
        kinds: Mapping[str, Kind],
        *,
        lease_seconds: float,
        patience_seconds: float | None,
    ) -> None:
        self.failure: CinemactlError | None = None
        self.stopping = False
        self.ran_dry = False
        self._settings = settings
        self._presence = presence
        self._kinds = kinds
        self._lease_seconds = lease_seconds
        self._patience_seconds = patience_seconds
        self._database = Database(settings, start=False)
        self._horses_database = database_for_jobs(settings)
        self._owner = ""
        self._next_look = 0.0
        self._away_since: float | None = None
        super().__init__(
            [queues.queue(connection, queue_name)],
            name=f"{queues.WORKER_PREFIX}{uuid4().hex}",
            connection=connection,
            job_class=AllowedJob,
            serializer=JSONSerializer,
            worker_ttl=WORKER_SECONDS,
            job_monitoring_interval=MONITORING_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )

    def rehearse(self) -> None:
        """Prepare before any fork what every horse needs; raises what the database raises."""
        rehearse(self._horses_database)

    def resend_lost(self) -> int:
        """Put the jobs of this queue that only PostgreSQL knows of on RQ; returns how many. Raises an Unavailable."""
        self._next_look = time.monotonic() + LOOK_SECONDS
        with queues.unavailable(self._settings):
            return lost.resend_lost(self._database, self.connection, self.queues[0].name, self._kinds)

    # What the horse is, and what becomes of its job when it dies

    def execute_job(self, job: RqJob, queue: Queue) -> None:
        """Run a job in a horse that holds a lease of its own name."""
        self._owner = leases.new_owner()
        if isinstance(job, AllowedJob):
            job.runner = partial(
                perform,
                settings=self._settings,
                database=self._horses_database,
                owner=self._owner,
                kinds=self._kinds,
                lease_seconds=self._lease_seconds,
            )
        try:
            with self._redis_may_be_away():
                super().execute_job(job, queue)
        except SystemExit:
            self._free_lease()
            raise

    def main_work_horse(self, job: RqJob, queue: Queue) -> None:
        """Begin a horse's life: it ends with its worker's, and it is no sign of it."""
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self.pid:
            os._exit(0)
        if self._presence is not None:
            self._presence.release()
        super().main_work_horse(job, queue)

    def handle_work_horse_killed(self, job: RqJob, retpid: int, ret_val: int, rusage: Any) -> None:  # noqa: ANN401, ARG002  (RQ's signature)
        """Give the job back at once: nobody knows better than its parent that the horse is dead."""
        logger.warning("the process of %s ended before its job did", job.id)
        self._free_lease()

    def handle_exception(self, job: RqJob, *exc_info: Any) -> None:  # noqa: ANN401  (RQ's signature)
        """Log why a message was refused, or a job not started, or RQ not told of its end; all else is in its record."""
        error = exc_info[1]
        expected = isinstance(error, (CinemactlError, *RQ_TROUBLES))
        logger.error("%s: %s", job.id, error or type(error).__name__, exc_info=None if expected else error)

    def _free_lease(self) -> None:
        try:
            with self._database.unit_of_work() as session:
                leases.free(session, Job.lease_owner == self._owner)
        except CinemactlError as error:
            logger.warning("the job is given back when its lease runs out: %s", error)
        self._next_look = 0.0

    # What it does between jobs

    @property
    def dequeue_timeout(self) -> int:
        """How long to wait for a job before looking around."""
        return LOOK_SECONDS

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Whether it is time for RQ's maintenance or for our own."""
        return time.monotonic() >= self._next_look or bool(super().should_run_maintenance_tasks)

    def run_maintenance_tasks(self) -> None:
        """Put lost jobs back on the queue; let RQ do its own maintenance when that is due."""
        with self._redis_may_be_away():
            try:
                if time.monotonic() >= self._next_look:
                    self.resend_lost()
                    self._register_again()
            except (OldSchema, NewerSchema) as error:  # every job would fail
                self._give_up(error)
            except CinemactlError as error:  # away, busy or full: that may pass
                logger.warning("%s", error)
            if super().should_run_maintenance_tasks:
                super().run_maintenance_tasks()  # type: ignore[no-untyped-call]

    def _register_again(self) -> None:
        """Show this worker in RQ's registry, also after somebody emptied that."""
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, mapping={**self.serialize(), "state": self.get_state()})
            worker_registration.register(self, pipeline)
            pipeline.execute()

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[RqJob, Queue] | None:
        """Wait for a job; note when there was none."""
        found = super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
        self.ran_dry = found is None
        return found

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Finish the job, then end; from here on it is no sign of a worker for what is asked."""
        self.stopping = True
        if self._presence is not None:
            self._presence.withdraw()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def subscribe(self) -> None:
        """Take no commands over Redis: a job is cancelled in PostgreSQL, and this saves the thread before the fork."""

    # What it does while its Redis is away, where RQ would end

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that the worker lives."""
        with self._redis_may_be_away() if pipeline is None else nullcontext():
            super().heartbeat(timeout, pipeline)

    def maintain_heartbeats(self, job: RqJob, execution: Execution) -> None:
        """Say that worker and job live."""
        with self._redis_may_be_away():
            super().maintain_heartbeats(job, execution)

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Say what the worker does."""
        with self._redis_may_be_away() if pipeline is None else nullcontext():
            super().set_state(state, pipeline)

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001  (RQ's signature)
        """Wait while `rq suspend` is in force."""
        with self._redis_may_be_away():
            super().check_for_suspension(burst)

    def register_death(self) -> None:
        """Say that the worker ends."""
        with self._redis_may_be_away():
            super().register_death()  # type: ignore[no-untyped-call]

    @contextmanager
    def _redis_may_be_away(self) -> Iterator[None]:
        try:
            yield
            self._away_since = None
        except (RedisConnectionError, RedisTimeoutError) as error:
            now = time.monotonic()
            if self._away_since is None:
                self._away_since = now
                logger.warning("the queue's server is away: %s", error)
            elif self._patience_seconds is not None and now - self._away_since > self._patience_seconds:
                self._give_up(queues.QueueUnavailable(queues.url(self._settings), "it is away"))
        except RedisError as error:
            self._give_up(queues.QueueUnavailable(queues.url(self._settings), str(error)))

    def _give_up(self, failure: CinemactlError) -> None:
        if self.failure is None:
            self.failure = failure
            raise StopRequested
