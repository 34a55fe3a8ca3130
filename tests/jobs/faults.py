"""Hurts workers, crons, Redis, PostgreSQL, network and clocks at random moments, and counts what became of every job.

    python tests/jobs/faults.py --moments 200 --jobs 500

Everything runs in a home of its own. Each job leaves one row in its own transaction; an entry that is due each second
asks for one job a second, from two `cron run`. In the end every job has succeeded and left its row once, and no second
is missing. Exit code 1 when not. Leases and pauses are shorter here than elsewhere, so that more happens in less time.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from jobs.stage import Stage
from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.errors import CinemactlError
from cinemactl.jobs import retries, rq_worker
from cinemactl.jobs.ask import ask, send
from cinemactl.jobs.context import JobContext
from cinemactl.jobs.cron import leader
from cinemactl.jobs.cron.entries import Plan, add_entry
from cinemactl.jobs.kinds import Kind
from cinemactl.jobs.logs import log_to_stderr
from cinemactl.jobs.worker import run_worker
from cinemactl.settings import Settings
from cinemactl.store import migrate

KINDS = MappingProxyType(
    {
        name: Kind(name, f"faults:{function}", timeout_seconds=60, recurs=True)
        for name, function in (("quick", "quick"), ("slow", "slow"), ("in-sql", "in_sql"))
    }
)
LEASE_SECONDS = 3.0
LOOK_SECONDS = 2
FIRST_PAUSE_SECONDS = 0.5
STANDSTILL_SECONDS = 120
OPEN = "SELECT count(*) FROM job WHERE ended_at IS NULL"

COUNTS = {
    "jobs": "SELECT count(*) FROM job",
    "succeeded": "SELECT count(*) FROM job WHERE state = 'succeeded'",
    "still open": OPEN,
    "set aside or failed": "SELECT count(*) FROM job WHERE state IN ('set-aside', 'failed')",
    "tried more than once": "SELECT count(*) FROM job WHERE attempts > 1",
    "without their effect": """
        SELECT count(*) FROM job WHERE state = 'succeeded' AND id NOT IN (SELECT job_id FROM effect)
    """,
    "effects twice": "SELECT count(*) - count(DISTINCT job_id) FROM effect",
    "ticks": "SELECT count(*) FROM cron_tick",
    "ticks missing": "SELECT extract(epoch FROM max(due_at) - min(due_at))::integer + 1 - count(*) FROM cron_tick",
    "ticks not asked for": "SELECT count(*) FROM cron_tick WHERE outcome <> 'asked'",
    "longest between two tries, s": """
        SELECT coalesce(max(extract(epoch FROM later.started_at - earlier.started_at)), 0)::integer
        FROM job_attempt AS later JOIN job_attempt AS earlier
            ON earlier.job_id = later.job_id AND earlier.number = later.number - 1
    """,
}
MUST_BE_NONE = (
    *("still open", "set aside or failed", "without their effect", "effects twice"),
    *("ticks missing", "ticks not asked for"),
)
GAPS = """
    SELECT due_at, next FROM (SELECT due_at, lead(due_at) OVER (ORDER BY due_at) AS next FROM cron_tick) AS followed
    WHERE next > due_at + interval '1 second' ORDER BY due_at
"""
UNSUCCESSFUL = """
    SELECT job.id, kind, state, number, pid, coalesce(job_attempt.error, job.error) ->> 'message' AS said, verdict
    FROM job LEFT JOIN job_attempt ON job_id = job.id WHERE state <> 'succeeded' ORDER BY job.id, number
"""


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


def run(home: Path, moments: int, jobs: int, seed: int) -> bool:
    """Run the whole and return whether nothing was lost or done twice."""
    random.seed(seed)
    stage = Stage(home, Path(__file__))
    try:
        migrate.upgrade(stage.database)
        with stage.database.unit_of_work() as session:
            session.execute(text("CREATE TABLE effect (job_id bigint NOT NULL)"))
            session.execute(text("DELETE FROM cron_entry"))
            add_entry(session, Plan("each-second", "quick", "* * * * * *", overlap="allow"), KINDS)
        if not stage.clocks.movable:
            print("no clock is moved: that takes Linux and a C compiler")
        stage.raise_up()
        faults = stage.faults
        for moment in range(moments):
            for number in range(moment * jobs // moments, (moment + 1) * jobs // moments):
                _ask(stage, tuple(KINDS)[number % len(KINDS)])
            time.sleep(random.uniform(0.1, 1.5))
            fault = faults[moment] if moment < len(faults) else random.choice(faults)
            print(f"{moment + 1:>4} {datetime.now(UTC):%H:%M:%S} {fault.__name__.replace('_', ' ')}", flush=True)
            with suppress(CinemactlError):
                fault()
            time.sleep(random.uniform(0, 0.5))
            stage.raise_up()
        return _settled(stage, jobs)
    finally:
        stage.end()


def _ask(stage: Stage, kind: str) -> None:
    """Record a job, and send it unless the queue is away."""
    with stage.database.unit_of_work() as session:
        job = ask(session, kind, {}, queue=stage.settings.queue, asked_by="faults", kinds=KINDS)
    with suppress(CinemactlError):
        send(stage.settings, job.id, start=False, kinds=KINDS)


def _settled(stage: Stage, jobs: int) -> bool:
    """Wait for the end of all jobs, print what became of them, and return whether all is well."""
    with stage.database.unit_of_work() as session:
        session.execute(text("UPDATE cron_entry SET enabled = false, next_at = NULL"))
    left, deadline = math.inf, 0.0
    while still := stage.value(OPEN):
        if still < left:
            left, deadline = still, time.monotonic() + STANDSTILL_SECONDS
        elif time.monotonic() > deadline:
            break
        time.sleep(0.5)
        stage.raise_up()
    counts = {name: int(stage.value(statement)) for name, statement in COUNTS.items()}
    for name, count in counts.items():
        print(f"{name:<32}{count:>8}")
    with stage.database.connection() as connection:
        for row in connection.execute(text(GAPS)):
            print(f"no tick between {row.due_at:%H:%M:%S} and {row.next:%H:%M:%S}")
        for row in connection.execute(text(UNSUCCESSFUL)):
            print(f"job {row.id} ({row.kind}) is {row.state}; attempt {row.number}: {row.said} {row.verdict}")
    return counts["jobs"] == counts["succeeded"] == jobs + counts["ticks"] and not any(
        counts[name] for name in MUST_BE_NONE
    )


def _be(role: str, settings: Settings) -> int:
    """Be a worker or a cron of that home."""
    retries.FIRST_PAUSE_SECONDS = FIRST_PAUSE_SECONDS
    rq_worker.LOOK_SECONDS = leader.LOOK_SECONDS = LOOK_SECONDS
    log_to_stderr()
    try:
        if role == "worker":
            return run_worker(settings, kinds=KINDS, lease_seconds=LEASE_SECONDS)
        leader.run_cron(settings, KINDS)
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
    for name in ("--home", "--database-url", "--redis-url"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be:
        urls = {"database_url": given.database_url, "redis_url": given.redis_url}
        return _be(given.be, configuration.load({"home": given.home, "config": os.devnull} | urls, {}))
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
