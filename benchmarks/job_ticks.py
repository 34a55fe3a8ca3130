"""Two workers and two crons with an entry that is due each second; one of each is killed now and then.

    python benchmarks/job_ticks.py --minutes 10

The bar: each second has asked for its job once, and each job has left its row once. Settings are the usual ones; the
servers are a home's own. Exit code 1 when not.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homes import home
from sqlalchemy import text

from cinemactl.jobs.context import JobContext
from cinemactl.jobs.cron.entries import Plan, add_entry
from cinemactl.jobs.cron.leader import run_cron
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.worker import run_worker
from cinemactl.settings import Settings, load
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey

KINDS = MappingProxyType({"leave-row": Kind("leave-row", "job_ticks:leave_row", timeout_seconds=60, recurs=True)})
WORKERS = CRONS = 2
SETTLE_SECONDS = 180
OPEN = "SELECT count(*) FROM job WHERE ended_at IS NULL"
COUNTS = {
    "seconds": "SELECT extract(epoch FROM max(due_at) - min(due_at))::integer + 1 FROM cron_tick",
    "ticks": "SELECT count(*) FROM cron_tick",
    "ticks not asked for": "SELECT count(*) FROM cron_tick WHERE outcome <> 'asked'",
    "jobs": "SELECT count(*) FROM job",
    "succeeded": "SELECT count(*) FROM job WHERE state = 'succeeded'",
    "tried more than once": "SELECT count(*) FROM job WHERE attempts > 1",
    "rows": "SELECT count(*) FROM effect",
    "jobs with a row": "SELECT count(DISTINCT job_id) FROM effect",
    "latest decision, ms after due": """
        SELECT 1000 * max(extract(epoch FROM decided_at - due_at)) FROM cron_tick WHERE outcome = 'asked'
    """,
    "median decision, ms after due": """
        SELECT 1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - due_at)) FROM cron_tick
    """,
}


def leave_row(context: JobContext) -> dict[str, Any]:
    """Leave a row."""
    context.session.execute(text("INSERT INTO effect (job_id) VALUES (:id)"), {"id": context.job_id})
    return {}


def settings_of(folder: Path) -> Settings:
    """Return the settings of a home whose servers are named, so that nobody starts a worker besides."""
    urls = {
        "database_url": postgres.url(folder).render_as_string(hide_password=False),
        "redis_url": valkey.url(folder),
    }
    return load({"home": str(folder), "config": os.devnull} | urls, {})


class Programs:
    """The workers and crons; one that is killed is started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        names = [*(("worker", place) for place in range(WORKERS)), *(("cron", place) for place in range(CRONS))]
        self._running = {name: self._started(name[0]) for name in names}

    def replace(self, name: tuple[str, int]) -> None:
        """Kill one and start another in its place."""
        self._running[name].kill()
        self._running[name].wait()
        self._running[name] = self._started(name[0])

    def end(self) -> None:
        """Kill all."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def _started(self, role: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, __file__, "--be", role, "--home", str(self._folder)]
        return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def run(folder: Path, seconds: float, kill_every: float) -> bool:
    """Run the whole, print what became of it, and return whether each tick was done exactly once."""
    settings = settings_of(folder)
    database = Database(settings)
    with database.unit_of_work() as session:
        session.execute(text("CREATE TABLE effect (job_id bigint NOT NULL)"))
        session.execute(text("DELETE FROM cron_entry"))
        add_entry(session, Plan("each-second", "leave-row", "* * * * * *", overlap="allow"), KINDS)
    programs = Programs(folder)
    try:
        end = time.monotonic() + seconds
        for turn in itertools.count(1):
            time.sleep(max(0.0, min(kill_every, end - time.monotonic())))
            if time.monotonic() >= end:
                break
            programs.replace(("worker", turn % WORKERS))
            programs.replace(("cron", turn % CRONS))
        with database.unit_of_work() as session:
            session.execute(text("UPDATE cron_entry SET enabled = false, next_at = NULL"))
        end = time.monotonic() + SETTLE_SECONDS
        while _value(database, OPEN) and time.monotonic() < end:
            time.sleep(0.5)
    finally:
        programs.end()
    found = {name: _value(database, statement) for name, statement in COUNTS.items()}
    for name, value in found.items():
        print(f"{name:<32}{value:>8.0f}")
    once = ("ticks", "jobs", "succeeded", "rows", "jobs with a row")
    return all(found[name] == found["seconds"] for name in once) and not found["ticks not asked for"]


def _value(database: Database, statement: str) -> float:
    with database.connection() as connection:
        return float(connection.execute(text(statement)).scalar_one())


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10, help="how long")
    parser.add_argument("--kill-every", type=float, default=30, help="seconds from one killing to the next")
    parser.add_argument("--be", choices=("worker", "cron"), help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be == "worker":
        return run_worker(settings_of(Path(given.home)), kinds=KINDS)
    if given.be == "cron":
        run_cron(settings_of(Path(given.home)), KINDS)
        return 0
    with home() as folder:
        postgres.ensure_running(folder)
        valkey.ensure_running(folder)
        migrate.upgrade(Database(settings_of(folder)))
        well = run(folder, 60 * given.minutes, given.kill_every)
    print("each tick exactly once" if well else "NOT WELL")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
