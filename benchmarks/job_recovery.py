"""How long a job waits whose worker was killed: from `kill -9` of one worker to the job's start in another.

    python benchmarks/job_recovery.py --times 3

Leases, intervals and pauses are the usual ones. The bar: less than 90 seconds. Exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homes import home
from job_ticks import settings_of

from cinemactl.jobs.ask import ask, send
from cinemactl.jobs.manage import attempts, cancel, get_job
from cinemactl.jobs.worker import run_worker
from cinemactl.settings import Settings
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey

Found = TypeVar("Found")

LONGEST_SECONDS = 90
PATIENCE_SECONDS = 300
JOB_SECONDS = 600


def once(settings: Settings) -> float:
    """Return the seconds from the killing of the one worker, another idle beside it, to the job's next start."""
    database = Database(settings)
    workers = {process.pid: process for process in (_worker(settings) for _ in range(2))}
    try:
        with database.unit_of_work() as session:
            job = ask(session, "ping", {"seconds": JOB_SECONDS}, queue=settings.queue, asked_by="benchmark")
        send(settings, job.id)
        horse = _until(lambda: _tries(database, job.id))[-1]
        worker = workers[int(Path(f"/proc/{horse}/stat").read_text().rpartition(")")[2].split()[1])]
        worker.kill()
        killed = time.monotonic()
        _until(lambda: _tries(database, job.id)[1:])
        seconds = time.monotonic() - killed
        with database.unit_of_work() as session:
            cancel(session, job.id)
        _until(lambda: _has_ended(database, job.id))
    finally:
        for process in workers.values():
            process.kill()
            process.wait()
    return seconds


def _worker(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--be-worker", str(settings.home)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _tries(database: Database, job_id: int) -> list[int]:
    with database.unit_of_work() as session:
        return [attempt.pid for attempt in attempts(session, job_id)]


def _has_ended(database: Database, job_id: int) -> bool:
    with database.unit_of_work() as session:
        return get_job(session, job_id).ended_at is not None


def _until(look: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)
    return found


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="how often")
    parser.add_argument("--be-worker", metavar="HOME", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be_worker:
        return run_worker(settings_of(Path(given.be_worker)))
    with home() as folder:
        postgres.ensure_running(folder)
        valkey.ensure_running(folder)
        migrate.upgrade(Database(settings_of(folder)))
        seconds = [once(settings_of(folder)) for _ in range(given.times)]
    print("from kill -9 to the next start, s: " + ", ".join(f"{one:.1f}" for one in seconds))
    return 0 if max(seconds) < LONGEST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
