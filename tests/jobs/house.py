"""A home with running servers, and what tests do in it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from cinemactl.jobs import background, manage
from cinemactl.jobs.ask import ask, send
from cinemactl.jobs.kinds import KINDS, Kind
from cinemactl.settings import Settings
from cinemactl.store import migrate
from cinemactl.store.database import Database

PROGRAM = Path(__file__).parent / "worker_program.py"
TEST_KINDS = {
    "note": ("job_functions:note", 60),
    "deaf": ("job_functions:deaf", 60),
    "short": ("job_functions:asleep_in_sql", 1),
    "asleep-in-sql": ("job_functions:asleep_in_sql", 60),
    "refuse": ("job_functions:refuse", 60),
    "break-down": ("job_functions:break_down", 60),
    "die": ("job_functions:die", 60),
    "lose-connection": ("job_functions:lose_connection", 60),
    "clash": ("job_functions:clash", 60),
    "tidy": ("job_functions:tidy", 1),
    "gone": ("job_functions:there_is_no_such_function", 60),
}
ALL_KINDS = {**KINDS, **{name: Kind(name, path, seconds) for name, (path, seconds) in TEST_KINDS.items()}}


class House:
    """A home with running servers, and what tests do in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings)
        self.processes: list[subprocess.Popen[str]] = []

    @property
    def program(self) -> tuple[str, ...]:
        """The words that start the worker program of the tests."""
        return (sys.executable, str(PROGRAM), "--kinds", json.dumps(TEST_KINDS))

    def ask(self, kind: str, *, sent: bool = True, **args: Any) -> int:
        """Record a job, send it, and return its id."""
        with self.database.unit_of_work() as session:
            job = ask(session, kind, args, queue=self.settings.queue, asked_by="a test", kinds=ALL_KINDS)
        if sent:
            send(self.settings, job.id, kinds=ALL_KINDS)
        return job.id

    def worker(self, *options: str, lease: float | None = None) -> subprocess.Popen[str]:
        """Start a worker."""
        words = [*self.program, *([] if lease is None else ["--lease", str(lease)]), "worker", "run", *options]
        process = subprocess.Popen(words, env=background.environment(self.settings), stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def end(self) -> None:
        """End the workers."""
        background.stop_background_worker(self.settings, seconds=0)
        for process in self.processes:
            process.kill()
            process.communicate()

    def burst(self, **options: Any) -> str:
        """Run a worker until nothing is left and return its log."""
        process = self.worker("--burst", **options)
        _, log = process.communicate(timeout=90)
        assert process.returncode == 0, log
        return log

    def job(self, job_id: int) -> Any:
        """Return a job as it is now."""
        with self.database.unit_of_work() as session:
            return manage.get_job(session, job_id)

    def until(self, job_id: int, condition: Callable[[Any], object], seconds: float = 60) -> Any:
        """Wait until a job is as wanted and return it."""
        deadline = time.monotonic() + seconds
        while not condition(job := self.job(job_id)):
            assert time.monotonic() < deadline, f"job {job_id} is {job.state}, {job.progress}, {job.error}"
            time.sleep(0.02)
        return job

    def ended(self, job_id: int) -> Any:
        """Wait until a job has ended and return it."""
        return self.until(job_id, lambda job: job.ended_at)

    def effects(self, job_id: int) -> int:
        """Count what a job has left."""
        with self.database.unit_of_work() as session:
            count = session.execute(text("SELECT count(*) FROM effect WHERE job_id = :id"), {"id": job_id})
            return int(count.scalar_one())

    def logged(self, job_id: int) -> list[tuple[str, str]]:
        """Return a job's log."""
        with self.database.unit_of_work() as session:
            return [(line.level, line.message) for line in manage.logs(session, job_id)]

    def attempts(self, job_id: int) -> list[Any]:
        """Return a job's attempts."""
        with self.database.unit_of_work() as session:
            return list(manage.attempts(session, job_id))


def make_tables(database: Database) -> None:
    """Give the database its tables, and one that the jobs of the tests leave their rows in."""
    migrate.upgrade(database)
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE effect (job_id bigint NOT NULL)"))
        connection.commit()


def is_dead(pid: int) -> bool:
    """Whether a process has ended, fetched by its parent or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # the latter when it ends between opening and reading
        return True


def open_files(pid: int) -> set[Path]:
    """Return the files that a process has open."""
    return {descriptor.readlink() for descriptor in Path(f"/proc/{pid}/fd").iterdir()}


def eventually(condition: Callable[[], object], seconds: float = 60) -> bool:
    """Wait until something is so; False when it does not come to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
