"""Which failures are tried again, when, and what the record says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jobs.house import House
from sqlalchemy import text

from cinemactl.jobs import manage, retries


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the workers of this module impatient; they are processes of their own and inherit it."""
    monkeypatch.setenv("JOB_TESTS_FIRST_PAUSE", "0.3")


def test_connection_lost_is_tried_again_with_longer_and_longer_pauses(house: House) -> None:
    job_id = house.ask("lose-connection", times=2)
    house.burst()
    job = house.job(job_id)
    assert (job.state, job.attempts, job.error, house.effects(job_id)) == ("succeeded", 3, None, 1)
    first, second, third = house.attempts(job_id)
    assert first.error["code"] == second.error["code"] == "database-unavailable"
    assert first.verdict.startswith("tried again after 0.")
    assert "may pass" in second.verdict
    assert third.verdict is None
    assert second.started_at - first.ended_at > timedelta(seconds=0.2)
    assert third.started_at - second.ended_at > timedelta(seconds=0.8)


@pytest.mark.parametrize("code", ["40001", "40P01", "53100", "55P03"])
def test_what_may_pass_is_tried_again(house: House, code: str) -> None:
    job_id = house.ask("clash", code=code)
    house.burst()
    assert (house.job(job_id).state, house.job(job_id).attempts, house.effects(job_id)) == ("succeeded", 2, 1)


@pytest.mark.parametrize("kind", ["refuse", "break-down"])
def test_what_does_not_pass_is_tried_once(house: House, kind: str) -> None:
    job_id = house.ask(kind)
    house.burst()
    (attempt,) = house.attempts(job_id)
    assert (house.job(job_id).state, attempt.verdict) == ("failed", retries.LASTING)


def test_what_never_passes_is_set_aside_and_a_retry_runs_it_anew(house: House) -> None:
    job_id = house.ask("lose-connection", times=5)
    with house.database.unit_of_work() as session:
        session.execute(text("UPDATE job SET attempts_allowed = 2 WHERE id = :id"), {"id": job_id})
    house.burst()
    job = house.job(job_id)
    assert (job.state, job.attempts, job.error["code"]) == ("set-aside", 2, "database-unavailable")
    assert house.attempts(job_id)[-1].verdict == retries.USED_UP
    with house.database.unit_of_work() as session:
        assert [found.id for found in manage.list_jobs(session, state="set-aside")] == [job_id]
        manage.retry(session, job_id)
        session.execute(text("UPDATE job SET args = '{\"times\": 0}' WHERE id = :id"), {"id": job_id})
    house.burst()
    assert (house.job(job_id).state, house.effects(job_id)) == ("succeeded", 1)


def test_a_job_that_waits_for_its_next_try_is_not_run_before_unless_told_to(house: House) -> None:
    job_id = house.ask("note")
    with house.database.unit_of_work() as session:
        session.execute(text("UPDATE job SET due_at = now() + interval '1 hour' WHERE id = :id"), {"id": job_id})
    worker = house.worker()
    house.ended(house.ask("note"))
    assert (house.job(job_id).state, house.job(job_id).attempts) == ("queued", 0)
    with house.database.unit_of_work() as session:
        assert manage.retry(session, job_id).due_at is None
    worker.terminate()
    worker.communicate(timeout=10)
    house.burst()
    assert house.job(job_id).state == "succeeded"


def test_a_job_whose_time_is_up_may_tidy_up(house: House) -> None:
    tidy, dawdling = house.ask("tidy", seconds=1.8), house.ask("tidy", seconds=20)
    house.burst()
    assert house.job(tidy).error["code"] == house.job(dawdling).error["code"] == "job-timeout"
    assert ("info", "all is tidy") in house.logged(tidy)
    assert ("info", "all is tidy") not in house.logged(dawdling)
    assert house.attempts(tidy)[0].verdict == retries.LASTING


@settings(max_examples=50)
@given(st.integers(1, 10_000))
def test_pauses_grow_within_bounds(attempt: int) -> None:
    steady = min(retries.FIRST_PAUSE_SECONDS * 4.0 ** min(attempt - 1, 50), retries.LONGEST_PAUSE_SECONDS)
    assert steady * 0.75 <= retries.pause_after(attempt) <= steady * 1.25
