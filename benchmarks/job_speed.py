"""What a recorded job costs beside one of plain RQ: throughput, time to its start, and what waiting for one takes.

    python benchmarks/job_speed.py --jobs 10000

Both have the same Valkey, the same functions and one worker process each, and take turns, so that what else the machine
does hits both. Plain RQ is what its guide shows: a client of redis-py as it comes, an RQ worker as it comes. The bars:
at least half of plain RQ's throughput, a median start less than 50 ms later, and a worker and a cron that idle with
less than 1 % of a core. Exit code 1 when one is missed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

import psutil
from homes import home
from job_ticks import settings_of
from redis import Redis
from rq import Queue, Worker
from sqlalchemy import text

from cinemactl.jobs import lost
from cinemactl.jobs import queue as queues
from cinemactl.jobs.ask import ask, send
from cinemactl.jobs.context import JobContext
from cinemactl.jobs.cron.leader import run_cron
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.jobs.worker import run_worker
from cinemactl.settings import Settings
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey

BENCHMARKED = MappingProxyType({**KINDS, "nothing": Kind("nothing", "job_speed:recorded", timeout_seconds=60)})
PLAIN = "plain"
START_SECONDS = 30
SETTLE_SECONDS = 10
LONGEST_MILLISECONDS = 50
LOWEST_SHARE = 0.5
HIGHEST_IDLE_SHARE = 0.01


def nothing() -> dict[str, float]:
    """Tell when it was called."""
    return {"called": time.time()}


def recorded(_context: JobContext) -> dict[str, Any]:
    """Be the same as a recorded job."""
    return nothing()


class Bench:
    """The two queues, and workers for them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self.redis = queues.connection(settings)
        self.plain = Queue(PLAIN, connection=Redis.from_url(queues.url(settings)))

    @contextmanager
    def program(self, role: str, *words: str) -> Iterator[psutil.Process]:
        """Yield a worker or a cron, a process of its own that is ended when the block is left."""
        command = [sys.executable, __file__, "--be", role, *words, "--home", str(self.settings.home)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                yield psutil.Process(process.pid)
                process.terminate()
            except BaseException:
                process.kill()
                raise

    def throughput(self, role: str, jobs: int) -> tuple[float, float]:
        """Return the seconds one worker takes for so many jobs that wait for it, and those of a processor in it and its horses.

        Its own start is included, what the servers take is in the first only.
        """
        if role == "rq":
            self.plain.enqueue_many([Queue.prepare_data("job_speed.nothing", result_ttl=0) for _ in range(jobs)])
        else:
            with self.database.unit_of_work() as session:
                for _ in range(jobs):
                    ask(session, "nothing", {}, queue=self.settings.queue, asked_by="benchmark", kinds=BENCHMARKED)
            lost.resend_lost(self.database, self.redis, self.settings.queue, BENCHMARKED)
        started, used = time.monotonic(), _children_seconds()
        with self.program(role, "--burst") as process:
            process.wait()
        return time.monotonic() - started, _children_seconds() - used

    def plain_start(self) -> float:
        """Return the seconds from the asking for a job of plain RQ to its start."""
        asked = time.time()
        job = self.plain.enqueue("job_speed.nothing")
        while (result := job.return_value(refresh=True)) is None:
            time.sleep(0.005)
        return float(result["called"] - asked)

    def recorded_start(self) -> float:
        """Return the seconds from the asking for a recorded job to its start."""
        asked = time.time()
        with self.database.unit_of_work() as session:
            job = ask(session, "nothing", {}, queue=self.settings.queue, asked_by="benchmark", kinds=BENCHMARKED)
        send(self.settings, job.id, kinds=BENCHMARKED)
        query, given = text("SELECT report ->> 'called' FROM job WHERE id = :id"), {"id": job.id}
        with self.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while (called := connection.execute(query, given).scalar_one()) is None:
                time.sleep(0.005)
        return float(called) - asked

    def idle_share(self, role: str, seconds: float) -> float:
        """Return what share of a core a worker or a cron takes with nothing to do, its start left out."""
        with self.program(role) as process:
            time.sleep(SETTLE_SECONDS)
            before = _cpu_seconds(process)
            time.sleep(seconds)
            return (_cpu_seconds(process) - before) / seconds


def run(bench: Bench, jobs: int, rounds: int, starts: int, idle_seconds: float) -> bool:
    """Measure all, print it, and return whether the bars are met."""
    seconds, used = {"rq": 0.0, "worker": 0.0}, {"rq": 0.0, "worker": 0.0}
    for _ in range(rounds):
        for role in seconds:
            taken, of_processor = bench.throughput(role, jobs // rounds)
            seconds[role] += taken
            used[role] += of_processor
    share = seconds["rq"] / seconds["worker"]
    _say("throughput, jobs a second", jobs / seconds["rq"], jobs / seconds["worker"], f"share {share:.2f}")
    plain, recorded_ = (1000 * used[role] / jobs for role in seconds)
    _say("processor of a job, ms", plain, recorded_, f"share {plain / recorded_:.2f}")
    with bench.program("rq"), bench.program("worker"):
        bench.plain_start(), bench.recorded_start()
        found = [(bench.plain_start(), bench.recorded_start()) for _ in range(starts)]
    plain, recorded_ = (1000 * median(times) for times in zip(*found, strict=True))
    _say("start, median ms", plain, recorded_, f"more {recorded_ - plain:.1f}")
    idle = {role: bench.idle_share(role, idle_seconds) for role in ("worker", "cron")}
    print(f"idle, share of a core        worker {idle['worker']:7.2%}       cron {idle['cron']:7.2%}")
    return (
        share >= LOWEST_SHARE and recorded_ - plain < LONGEST_MILLISECONDS and max(idle.values()) < HIGHEST_IDLE_SHARE
    )


def _say(what: str, plain: float, recorded_: float, compared: str) -> None:
    print(f"{what:<28}plain {plain:8.1f}   recorded {recorded_:8.1f}   {compared}", flush=True)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _be(role: str, settings: Settings, *, burst: bool) -> None:
    """Be a worker or a cron."""
    if role == "rq":
        with Redis.from_url(queues.url(settings)) as connection:
            Worker([Queue(PLAIN, connection=connection)], connection=connection).work(
                burst=burst, logging_level="WARNING"
            )
    elif role == "worker":
        run_worker(settings, burst=burst, kinds=BENCHMARKED)
    else:
        run_cron(settings)


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=10_000, help="how many for the throughput, of each")
    parser.add_argument("--rounds", type=int, default=4, help="in how many turns")
    parser.add_argument("--starts", type=int, default=100, help="how many for the time to the start, of each")
    parser.add_argument("--idle-seconds", type=float, default=60, help="how long to watch what idles")
    parser.add_argument("--be", choices=("rq", "worker", "cron"), help=argparse.SUPPRESS)
    parser.add_argument("--burst", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be:
        _be(given.be, settings_of(Path(given.home)), burst=given.burst)
        return 0
    with home() as folder:
        postgres.ensure_running(folder)
        valkey.ensure_running(folder)
        settings = settings_of(folder)
        migrate.upgrade(Database(settings))
        with Database(settings).unit_of_work() as session:
            session.execute(text("DELETE FROM cron_entry"))
        return 0 if run(Bench(settings), given.jobs, given.rounds, given.starts, given.idle_seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
