"""Several at once: imports, single changes, and workers that die."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from importing.importer import Quiet, table
from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.catalogue import fields, movies
from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.errors import CinemactlError
from cinemactl.importing.run import perform_import
from cinemactl.jobs.background import environment
from cinemactl.store.database import Database

FILE = table(
    "title,year,imdb_id,cast", *[(f"Movie {n}", 1990, f"tt{n:07d}", "Al Pacino|Tim Roth") for n in range(1, 41)]
)
DIES = "from cinemactl.jobs.run import perform; import sys; perform(int(sys.argv[1]), lease_seconds=1)"
WAITING = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def until_waiting(importer, many):
    until(lambda: importer.one(WAITING) == many)


def test_two_imports_of_one_file_at_once_make_no_movie_twice(importer):
    jobs = [importer.ask(FILE).job_id for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        with importer.database.unit_of_work() as session:
            lock_catalogue(session)
            done = [pool.submit(importer.work, job) for job in jobs]
            until_waiting(importer, 2)
        ended = [one.result(timeout=60) for one in done]
    assert [job.state for job in ended] == ["succeeded"] * 2
    assert sorted((job.report["created"], job.report["unchanged"]) for job in ended) == [(0, 40), (40, 0)]
    assert importer.one("SELECT count(*) FROM movie") == 40


def test_many_imports_that_share_movies_and_people_all_end(importer):
    def file(start):
        rows = [(f"Movie {n}", 1990 + n % 3, f"Actor {n % 7}|Actor {n % 5}") for n in range(start, start + 30)]
        return table("title,year,cast", *rows)

    jobs = [importer.ask(file(start)).job_id for start in (0, 10, 20, 5, 15)]
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(importer.work, jobs))
    assert [job.state for job in ended] == ["succeeded"] * 5
    assert importer.one("SELECT count(*) FROM movie") == 50


def test_an_import_waits_for_a_single_change_and_then_sees_it(importer):
    with ThreadPoolExecutor() as pool:
        with importer.database.unit_of_work() as session:
            movies.add_movie(session, fields.MovieFields(title="Movie 1", release_year=1990))
            done = pool.submit(importer.run, FILE)
            until_waiting(importer, 1)
        report = done.result(timeout=60)
    assert (report["created"], report["updated"]) == (39, 1)


def test_an_import_waits_however_long(importer):
    told = []

    class Curious(Quiet):
        def progress(self, stage, done, total):
            told.append(self.session.scalar(text("SHOW lock_timeout")) if stage == "Matching" else None)

    asked = importer.ask(FILE)
    with importer.database.unit_of_work() as session:
        perform_import(Curious(session), import_id=asked.id)
    assert "0" in told


def test_a_single_change_meanwhile_is_refused_with_a_sentence(importer):
    url = importer.database.url.update_query_dict({"options": "-c lock_timeout=200ms"})
    given = {"database_url": url.render_as_string(hide_password=False), "home": str(importer.settings.home)}
    impatient = Database(configuration.load(given, {}))
    with importer.database.unit_of_work() as session:
        lock_catalogue(session)
        with pytest.raises(CinemactlError, match="took too long"), impatient.unit_of_work() as other:
            movies.add_movie(other, fields.MovieFields(title="Heat"))


class TestKilled:
    @pytest.fixture
    def killed(self, importer):
        """Kill a worker's process in the middle of an import, and give the job."""
        job_id = importer.ask(FILE).job_id
        with importer.database.unit_of_work() as session:
            lock_catalogue(session)
            process = subprocess.Popen(
                [sys.executable, "-c", DIES, str(job_id)], env=environment(importer.settings), stderr=subprocess.DEVNULL
            )
            until_waiting(importer, 1)
            process.send_signal(signal.SIGKILL)
            assert process.wait(timeout=30) == -signal.SIGKILL
        return job_id

    def test_nothing_is_applied_and_the_next_worker_does_it(self, importer, killed):
        until(lambda: importer.one(WAITING) == 0)
        assert importer.one("SELECT count(*) FROM movie") == 0
        assert importer.job(killed).state == "running"
        until(lambda: importer.one(f"SELECT lease_until < now() FROM job WHERE id = {killed}"))
        done = importer.work(killed)
        assert (done.state, done.attempts, done.report["created"]) == ("succeeded", 2, 40)
        assert importer.one("SELECT count(*) FROM movie") == 40


def test_a_job_that_failed_is_done_by_a_retry(importer):
    from cinemactl.jobs import manage

    job_id = importer.ask(FILE).job_id
    importer.execute("ALTER TABLE movie ADD CONSTRAINT none CHECK (title <> 'Movie 7')")
    try:
        failed = importer.work(job_id)
        assert (failed.state, importer.one("SELECT count(*) FROM movie")) == ("failed", 0)
        assert importer.one("SELECT (SELECT count(*) FROM import_row) + (SELECT count(*) FROM import_block)") == 0
    finally:
        importer.execute("ALTER TABLE movie DROP CONSTRAINT none")
    with importer.database.unit_of_work() as session:
        manage.retry(session, job_id)
    assert importer.work(job_id).report["created"] == 40
