"""A worker's rounds: it works until nothing is left, looks once more, and only then ends."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from rq.exceptions import StopRequested
from sqlalchemy.orm import configure_mappers

from cinemactl.errors import CinemactlError
from cinemactl.jobs import lease as leases
from cinemactl.jobs import queue as queues
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.lease import LEASE_SECONDS
from cinemactl.jobs.presence import Presence
from cinemactl.jobs.rq_worker import READ_SECONDS, RqWorker
from cinemactl.settings import Settings
from cinemactl.store.database import Database

PATIENCE_SECONDS = 60.0
BURST_SECONDS = 0.5

logger = logging.getLogger("cinemactl.jobs")


class WorkerBroken(CinemactlError):
    """RQ's loop ended without having been asked to."""

    code = "worker-broken"

    def __init__(self) -> None:
        super().__init__("The worker ended by a fault of its own; its log says which.", "Start it again.")


def work(
    settings: Settings,
    queue_name: str,
    presence: Presence | None,
    *,
    burst: bool,
    idle_seconds: int | None,
    background: bool,
    kinds: Mapping[str, Kind],
    lease_seconds: float | None,
) -> None:
    """Work until told to stop or nothing is left; raises what run_worker raises."""
    database = Database(settings, start=False)
    with database.unit_of_work():
        pass  # it answers, and its schema is this program's
    answering = queues.connection(settings, start=False, read_seconds=READ_SECONDS)
    with queues.unavailable(settings), answering as connection:
        queues.require_queue(settings, connection, queue_name)
        _preload(kinds)
        worker = RqWorker(
            settings,
            connection,
            queue_name,
            presence,
            kinds,
            lease_seconds=lease_seconds or LEASE_SECONDS,
            patience_seconds=PATIENCE_SECONDS if background else None,
        )
        worker.rehearse()
        logger.info("worker %d listens on the queue %r", worker.pid, queue_name)
        with suppress(StopRequested):  # a signal between two rounds
            while _round(worker, burst=burst, idle_seconds=idle_seconds):
                if presence is not None:
                    presence.release()
                if not _is_more(worker, database, queue_name, burst=burst):
                    break
                if presence is not None and not presence.take():
                    break
        if worker.failure is not None:
            raise worker.failure
        logger.info("worker %d ends", worker.pid)


def _round(worker: RqWorker, *, burst: bool, idle_seconds: int | None) -> bool:
    """Work until the queue is empty, or long enough so; returns whether that is why it ended."""
    worker.work(burst=burst, max_idle_time=idle_seconds)
    if worker.stopping or worker.failure is not None:
        return False
    if not worker.ran_dry:
        raise WorkerBroken
    return True


def _is_more(worker: RqWorker, database: Database, queue_name: str, *, burst: bool) -> bool:
    """Look for work once more, now that a command which asks for some sees no worker and starts one itself."""
    while True:
        sent = worker.resend_lost()
        with database.unit_of_work() as session:
            if not burst:
                return leases.is_waiting(session, queue_name)
            is_open = leases.is_open(session, queue_name)
        if sent or worker.queues[0].count or not is_open:
            return is_open
        time.sleep(BURST_SECONDS)  # it runs elsewhere, or waits for its next try


def _preload(kinds: Mapping[str, Kind]) -> None:
    """Import before the fork what jobs would import after it; a kind that cannot be imported fails its own jobs."""
    for kind in kinds.values():
        with suppress(ImportError, AttributeError):
            kind.function()
    configure_mappers()
