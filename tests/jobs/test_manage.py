"""Looking at jobs and changing what becomes of them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jobs.house import House
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, ExitCode, UsageRefused
from cinemactl.jobs import manage
from cinemactl.jobs.ask import send
from cinemactl.jobs.background import no_worker_note
from cinemactl.jobs.manage import JobEnded, JobNotFound, JobNotRetried
from cinemactl.jobs.watch import WaitTimedOut, wait
from cinemactl.settings import Settings
from cinemactl.store.embedded import postgres, valkey


@pytest.fixture
def foreign(house: House) -> Settings:
    """Name the same servers by URL, as somebody's own."""
    return replace(
        house.settings,
        database_url=postgres.url(house.settings.home).render_as_string(),
        redis_url=valkey.url(house.settings.home),
    )


def _set(house: House, job_id: int, change: str) -> None:
    with house.database.unit_of_work() as session:
        session.execute(text(f"UPDATE job SET {change} WHERE id = :id"), {"id": job_id})


def test_list_pages_from_the_newest_and_filters(house: House) -> None:
    ids = [house.ask(kind, sent=False) for kind in ("ping", "note", "ping", "ping")]
    _set(house, ids[0], "state = 'failed', ended_at = now()")
    with house.database.unit_of_work() as session:
        first = manage.list_jobs(session, limit=2)
        assert [job.id for job in first] == [ids[3], ids[2]]
        assert [job.id for job in manage.list_jobs(session, limit=2, after=first[-1].id)] == [ids[1], ids[0]]
        assert [job.id for job in manage.list_jobs(session, kind="note")] == [ids[1]]
        assert [job.id for job in manage.list_jobs(session, state="failed")] == [ids[0]]
        assert len(manage.list_jobs(session, limit=None)) == 4
        with pytest.raises(UsageRefused, match="A job is never 'done'"):
            manage.list_jobs(session, state="done")


@pytest.mark.parametrize("function", [manage.get_job, manage.attempts, manage.logs, manage.cancel, manage.retry])
def test_no_such_job(house: House, function: Callable[[Session, int], object]) -> None:
    with pytest.raises(JobNotFound, match=r"^There is no job 7\.$") as error, house.database.unit_of_work() as session:
        function(session, 7)
    assert error.value.exit_code is ExitCode.NOT_FOUND


def test_queued_job_is_cancelled_at_once_never_runs_and_can_be_retried(house: House) -> None:
    job_id = house.ask("note")
    with house.database.unit_of_work() as session:
        assert manage.cancel(session, job_id).state == "cancelled"
    assert "is not to be run now" in house.burst()
    assert house.job(job_id).attempts == 0
    with pytest.raises(JobEnded, match="it is cancelled") as error, house.database.unit_of_work() as session:
        manage.cancel(session, job_id)
    assert error.value.exit_code is ExitCode.CONFLICT
    with house.database.unit_of_work() as session:
        assert manage.retry(session, job_id).state == "queued"
    send(house.settings, job_id)
    house.burst()
    job = house.job(job_id)
    assert (job.state, job.attempts, job.cancel_requested_at) == ("succeeded", 1, None)
    with pytest.raises(JobNotRetried, match="is succeeded"), house.database.unit_of_work() as session:
        manage.retry(session, job_id)


def test_job_of_a_dead_worker_is_cancelled_at_once(house: House) -> None:
    job_id = house.ask("note", sent=False)
    _set(house, job_id, "state = 'running', lease_owner = 'x', lease_until = now() - interval '1 s'")
    with house.database.unit_of_work() as session:
        assert manage.cancel(session, job_id).state == "cancelled"


def test_job_that_kills_its_horse_is_set_aside_and_a_retry_gets_fresh_attempts(house: House) -> None:
    job_id = house.ask("die")
    house.burst()
    job = house.job(job_id)
    assert (job.state, job.attempts) == ("set-aside", 5)
    assert house.effects(job_id) == 0
    with pytest.raises(CinemactlError, match="worker ended before the job did"):
        manage.raise_for_outcome(job)
    with house.database.unit_of_work() as session:
        job = manage.retry(session, job_id)
        assert (job.state, job.error, job.attempts, job.attempts_allowed) == ("queued", None, 5, 10)
    send(house.settings, job_id)
    house.burst()
    assert house.job(job_id).state == "set-aside"
    assert [attempt.number for attempt in house.attempts(job_id)] == list(range(1, 11))


def test_retrying_a_queued_job_leaves_it_as_it_is(house: House) -> None:
    job_id = house.ask("note", sent=False)
    with house.database.unit_of_work() as session:
        assert manage.retry(session, job_id).state == "queued"


def test_waiting_gives_up_and_names_the_way_on(foreign: Settings, house: House) -> None:
    job_id = house.ask("note", sent=False)
    with pytest.raises(WaitTimedOut, match=r"within 0\.1 seconds") as error:
        wait(house.database, foreign, job_id, timeout=0.1)
    assert f"`cinemactl job wait {job_id}`" in error.value.hint
    with pytest.raises(JobNotFound):
        wait(house.database, foreign, job_id + 1)


def test_workers_are_listed_with_their_job_and_the_dead_are_not(house: House, foreign: Settings) -> None:
    assert manage.workers(house.settings) == []
    assert "`cinemactl worker run`" in (no_worker_note(foreign) or "")
    assert no_worker_note(house.settings) is None
    job_id = house.ask("note", seconds=20)
    worker = house.worker()
    house.until(job_id, lambda job: job.state == "running")
    assert manage.workers(house.settings) == [
        {"host": socket.gethostname(), "pid": worker.pid, "state": "busy", "job_id": job_id}
    ]
    assert no_worker_note(foreign) is None
    assert no_worker_note(replace(foreign, queue="another")) is not None
    worker.kill()
    worker.wait()
    assert manage.workers(house.settings) == []


def test_workers_of_a_home_without_a_server_are_none(tmp_path: Path, house: House) -> None:
    assert manage.workers(replace(house.settings, home=tmp_path)) == []
    assert list(tmp_path.iterdir()) == []
