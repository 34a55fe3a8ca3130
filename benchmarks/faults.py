"""Kills workers, their horses, Redis and PostgreSQL at random moments, and counts what became of every job and every tick.

    python benchmarks/faults.py --moments 20 --jobs 60

Everything runs in a home of its own, on unix sockets. Each job leaves one row in its own transaction; an entry that is due
each second asks for one job a second, from two `cron run`. In the end every job has succeeded and left its row once, and
no second is missing. Exit code 1 when not.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.errors import CinemactlError
from cinemactl.jobs import queue as queues
from cinemactl.jobs.ask import ask, send
from cinemactl.jobs.context import JobContext
from cinemactl.jobs.cron.entries import Plan, add_entry
from cinemactl.jobs.cron.leader import run_cron
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.logs import log_to_stderr
from cinemactl.jobs.worker import run_worker
from cinemactl.settings import Settings
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey

KINDS = MappingProxyType(
    {
        name: Kind(name, f"faults:{function}", timeout_seconds=60, recurs=True)
        for name, function in (("quick", "quick"), ("slow", "slow"), ("in-sql", "in_sql"))
    }
)
LEASE_SECONDS = 3.0
END_SECONDS = 240
WORKERS = CRONS = 2
OPEN = "SELECT count(*) FROM job WHERE ended_at IS NULL"


def quick(context: JobContext) -> dict[str, Any]:
    """Leave a row."""
    context.session.execute(text("INSERT INTO effect (job_id) VALUES (:id)"), {"id": context.job_id})
    return {}


def slow(context: JobContext) -> dict[str, Any]:
    """Leave a row, then take half a second."""
    quick(context)
    for step in range(10):
        context.progress("resting", step, 10)
        time.sleep(0.05)
    return {}


def in_sql(context: JobContext) -> dict[str, Any]:
    """Leave a row, then wait inside the database."""
    quick(context)
    context.session.execute(text("SELECT pg_sleep(0.3)"))
    return {}


class Stage:
    """The servers, workers and crons, and the ways to hurt them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings, start=False)
        self.log = (settings.home / "programs.log").open("ab")
        self.programs: dict[str, subprocess.Popen[bytes]] = {}

    def raise_up(self) -> None:
        """Start whatever does not run, as a service manager would."""
        postgres.ensure_running(self.settings.home)
        valkey.ensure_running(self.settings.home)
        for role, count in (("worker", WORKERS), ("cron", CRONS)):
            for number in range(count):
                name = f"{role} {number}"
                if name not in self.programs or self.programs[name].poll() is not None:
                    words = [sys.executable, __file__, "--be", role, "--home", str(self.settings.home)]
                    self.programs[name] = subprocess.Popen(words, stderr=self.log)

    def kill_worker(self) -> None:
        """Kill a worker; its horse dies with it."""
        self.programs[f"worker {random.randrange(WORKERS)}"].kill()

    def kill_horse(self) -> None:
        """Kill whatever runs a job in a worker."""
        worker = self.programs[f"worker {random.randrange(WORKERS)}"].pid
        with suppress(OSError):
            for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)

    def kill_both(self) -> None:
        """Kill a horse and its worker."""
        self.kill_horse()
        self.kill_worker()

    def kill_cron(self) -> None:
        """Kill a cron, the leader or the other."""
        self.programs[f"cron {random.randrange(CRONS)}"].kill()

    def kill_postgres(self) -> None:
        """Kill the database's server."""
        if pid := postgres.process_id(self.settings.home):
            os.kill(pid, signal.SIGKILL)

    def kill_redis(self) -> None:
        """Kill the queue's server."""
        if pid := valkey.process_id(self.settings.home):
            os.kill(pid, signal.SIGKILL)

    def empty_redis(self) -> None:
        """Take the queue's memory away."""
        with queues.connection(self.settings, start=False) as connection:
            connection.flushall()

    def cut_connections(self) -> None:
        """Cut every connection of the database, as a network does that is away for a moment."""
        with self.database.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )

    def end(self) -> None:
        """End all."""
        for program in self.programs.values():
            program.kill()
            program.wait()
        valkey.stop(self.settings.home)
        postgres.stop(self.settings.home)
        self.log.close()

    def ask(self, kind: str) -> None:
        """Ask for a job, unless the servers are away."""
        with suppress(CinemactlError):
            with self.database.unit_of_work() as session:
                job = ask(session, kind, {}, queue=self.settings.queue, asked_by="faults", kinds=KINDS)
            send(self.settings, job.id, start=False, kinds=KINDS)

    def value(self, statement: str) -> int:
        """Return the one number a query gives."""
        with self.database.connection() as connection:
            return int(connection.execute(text(statement)).scalar_one())

    def print_unsuccessful(self) -> None:
        """Print each job that did not succeed, with what its attempts say."""
        statement = """
            SELECT job.id, kind, state, number, pid, job.error AS error, job_attempt.error AS said, verdict
            FROM job LEFT JOIN job_attempt ON job_id = job.id WHERE state <> 'succeeded' ORDER BY job.id, number
        """
        with self.database.connection() as connection:
            for row in connection.execute(text(statement)):
                print(
                    f"job {row.id} ({row.kind}) is {row.state}; attempt {row.number} (process {row.pid}): "
                    f"{row.said or row.error}; {row.verdict}"
                )


def run(home: Path, moments: int, jobs: int, seed: int) -> bool:
    """Run the whole and return whether nothing was lost or done twice."""
    random.seed(seed)
    stage = Stage(_settings(str(home)))
    postgres.ensure_running(home)
    migrate.upgrade(stage.database)
    with stage.database.unit_of_work() as session:
        session.execute(text("CREATE TABLE effect (job_id bigint NOT NULL)"))
        session.execute(text("DELETE FROM cron_entry"))
        add_entry(session, Plan("each-second", "quick", "* * * * * *", overlap="allow"), KINDS)
    faults: list[Callable[[], None]] = [
        *(stage.kill_worker, stage.kill_horse, stage.kill_both, stage.kill_cron),
        *(stage.kill_postgres, stage.kill_redis, stage.empty_redis, stage.cut_connections),
    ]
    try:
        stage.raise_up()
        for moment in range(moments):
            for number in range(moment * jobs // moments, (moment + 1) * jobs // moments):
                stage.ask(tuple(KINDS)[number % len(KINDS)])
            time.sleep(random.uniform(0.2, 2.5))
            fault = faults[moment % len(faults)] if moment < len(faults) else random.choice(faults)
            print(f"{moment + 1:>4} {fault.__name__.replace('_', ' ')}", flush=True)
            with suppress(CinemactlError):
                fault()
            time.sleep(random.uniform(0, 0.5))
            stage.raise_up()
        return _settled(stage)
    finally:
        stage.end()


def _settled(stage: Stage) -> bool:
    """Wait for the end of all jobs, print what became of them, and return whether all is well."""
    with stage.database.unit_of_work() as session:
        session.execute(text("UPDATE cron_entry SET enabled = false, next_at = NULL"))
    deadline = time.monotonic() + END_SECONDS
    while stage.value(OPEN) and time.monotonic() < deadline:
        time.sleep(0.5)
        stage.raise_up()
    counts = {
        "jobs": stage.value("SELECT count(*) FROM job"),
        "succeeded": stage.value("SELECT count(*) FROM job WHERE state = 'succeeded'"),
        "still open": stage.value(OPEN),
        "set aside or failed": stage.value("SELECT count(*) FROM job WHERE state IN ('set-aside', 'failed')"),
        "tried more than once": stage.value("SELECT count(*) FROM job WHERE attempts > 1"),
        "without their effect": stage.value(
            "SELECT count(*) FROM job WHERE state = 'succeeded' AND id NOT IN (SELECT job_id FROM effect)"
        ),
        "effects twice": stage.value("SELECT count(*) - count(DISTINCT job_id) FROM effect"),
        "ticks": stage.value("SELECT count(*) FROM cron_tick"),
        "ticks missing": stage.value(
            "SELECT extract(epoch FROM max(due_at) - min(due_at))::integer + 1 - count(*) FROM cron_tick"
        ),
        "ticks not asked for": stage.value("SELECT count(*) FROM cron_tick WHERE outcome <> 'asked'"),
        "longest wait for a next try, s": stage.value("""
            SELECT coalesce(max(extract(epoch FROM later.started_at - earlier.started_at)), 0)::integer
            FROM job_attempt AS later JOIN job_attempt AS earlier
                ON earlier.job_id = later.job_id AND earlier.number = later.number - 1
        """),
    }
    for name, count in counts.items():
        print(f"{name:<32}{count:>8}")
    stage.print_unsuccessful()
    wrong = ("still open", "set aside or failed", "without their effect", "effects twice", "ticks missing")
    return counts["jobs"] == counts["succeeded"] and not any(counts[name] for name in (*wrong, "ticks not asked for"))


def _settings(home: str) -> configuration.Settings:
    """Return the settings of a home whose servers are named: else commands start workers, which know other kinds."""
    urls = {
        "database_url": postgres.url(Path(home)).render_as_string(hide_password=False),
        "redis_url": valkey.url(Path(home)),
    }
    return configuration.load({"home": home, "config": os.devnull} | urls, {})


def _be(role: str, home: str) -> int:
    """Be a worker or a cron of that home."""
    settings = _settings(home)
    log_to_stderr()
    try:
        if role == "worker":
            return run_worker(settings, kinds=KINDS, lease_seconds=LEASE_SECONDS)
        run_cron(settings, KINDS)
    except CinemactlError as error:
        sys.stderr.write(f"{role} ends: {error.message}\n")
        return error.exit_code
    return 0


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--moments", type=int, default=20, help="how many faults")
    parser.add_argument("--jobs", type=int, default=60, help="how many jobs besides those of each second")
    parser.add_argument("--seed", type=int, default=1, help="for the same moments again")
    parser.add_argument("--keep", action="store_true", help="keep the home, with the logs")
    parser.add_argument("--be", choices=("worker", "cron"), help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be:
        return _be(given.be, given.home)
    home = Path(tempfile.mkdtemp(prefix="cinemactl-faults-"))
    started = time.monotonic()
    try:
        well = run(home, given.moments, given.jobs, given.seed)
    finally:
        if given.keep:
            print(f"kept: {home}")
        else:
            shutil.rmtree(home)
    print(f"{'seconds':<32}{time.monotonic() - started:>8.0f}")
    print("nothing was lost or done twice" if well else "NOT WELL")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
