"""What a worker makes of a job: success, failure, cancellation, timeout; never half an effect, never two."""

from __future__ import annotations

import pytest
from jobs.house import House, eventually, is_dead
from sqlalchemy import text

from cinemactl.errors import CinemactlError, ExitCode
from cinemactl.jobs import manage
from cinemactl.jobs.ask import send
from cinemactl.jobs.watch import wait

pytestmark = pytest.mark.usefixtures("listening")


def test_job_runs_in_a_worker_and_its_record_tells_all(house: House) -> None:
    job_id = house.ask("note", rows=3)
    job = house.ended(job_id)
    assert (job.state, job.attempts, job.report, job.error) == ("succeeded", 1, {"rows": 3}, None)
    assert job.lease_owner is None
    assert job.created_at <= job.started_at <= job.ended_at
    assert house.effects(job_id) == 3
    assert house.logged(job_id) == [("info", "rows are left")]
    (attempt,) = house.attempts(job_id)
    assert attempt.number == 1
    assert attempt.ended_at is not None
    assert attempt.error is None


def test_ping_answers(house: House) -> None:
    job_id = house.ask("ping", seconds=0.1)
    assert house.ended(job_id).report == {"pong": True}


def test_progress_and_log_are_seen_while_the_effect_is_not(house: House) -> None:
    job_id = house.ask("note", seconds=1)
    job = house.until(job_id, lambda job: job.progress)
    assert job.state == "running"
    assert job.progress["stage"] == "resting"
    assert job.progress["total"] == 20
    assert house.logged(job_id) == [("info", "rows are left")]
    assert house.effects(job_id) == 0
    job = house.ended(job_id)
    assert job.state == "succeeded"
    assert job.progress == {"stage": "resting", "done": 19, "total": 20}
    assert (job.ended_at - job.started_at).total_seconds() >= 1
    assert house.effects(job_id) == 1


def test_expected_failure_keeps_its_sentence_and_exit_code(house: House) -> None:
    job_id = house.ask("refuse")
    job = house.ended(job_id)
    assert job.state == "failed"
    assert job.error == {"code": "conflict", "message": "Somebody else has it.", "hint": "Ask them.", "exit_code": 4}
    assert house.effects(job_id) == 0
    with pytest.raises(CinemactlError, match=r"^Somebody else has it\.$") as raised:
        manage.raise_for_outcome(job)
    assert raised.value.exit_code is ExitCode.CONFLICT
    assert raised.value.as_json()["code"] == "conflict"


def test_unexpected_failure_is_a_sentence_and_the_traceback_is_logged(house: House) -> None:
    job_id = house.ask("break-down")
    job = house.ended(job_id)
    assert job.state == "failed"
    assert job.error["code"] == "unexpected"
    assert "ValueError: the \ufffd of all evil." in job.error["message"]
    ((level, message),) = house.logged(job_id)
    assert level == "debug"
    assert "Traceback" in message
    assert "break_down" in message
    assert house.effects(job_id) == 0


def test_kind_without_a_function_fails_its_job_and_not_the_worker(house: House) -> None:
    broken, sound = house.ask("gone"), house.ask("note")
    assert house.ended(broken).error["code"] == "unexpected"
    assert house.ended(sound).state == "succeeded"


def test_record_of_an_unknown_kind_is_one_sentence(house: House) -> None:
    with house.database.unit_of_work() as session:
        job_id = session.execute(
            text("INSERT INTO job (kind, queue, asked_by) VALUES ('of-tomorrow', 'cinemactl', 'x') RETURNING id")
        ).scalar_one()
    send(house.settings, job_id)
    assert house.ended(job_id).error["code"] == "unknown-kind"


@pytest.mark.parametrize("kind", ["note", "asleep-in-sql"])
def test_cancelling_a_running_job_leaves_nothing(house: House, kind: str) -> None:
    job_id = house.ask(kind, seconds=30)
    house.until(job_id, lambda job: job.state == "running")
    with house.database.unit_of_work() as session:
        assert manage.cancel(session, job_id).state == "running"
    job = house.ended(job_id)
    assert job.state == "cancelled"
    assert job.error is None
    assert house.effects(job_id) == 0
    with pytest.raises(CinemactlError, match="was cancelled"):
        manage.raise_for_outcome(job)


def test_job_that_takes_too_long_is_ended(house: House) -> None:
    job_id = house.ask("short", seconds=30)
    job = house.ended(job_id)
    assert job.state == "failed"
    assert job.error["code"] == "job-timeout"
    assert house.effects(job_id) == 0


def test_waiting_sees_every_stage_and_the_end(house: House) -> None:
    job_id = house.ask("note", seconds=0.6)
    seen: list[tuple[str, object]] = []
    job = wait(house.database, house.settings, job_id, timeout=10, on_progress=lambda *now: seen.append(now))
    assert job.state == "succeeded"
    assert [state for state, _ in seen][-1] == "succeeded"
    assert any(state == "running" and progress for state, progress in seen)


def test_runner_that_has_lost_its_lease_leaves_no_trace(house: House) -> None:
    job_id = house.ask("note", seconds=20)
    house.until(job_id, lambda job: job.state == "running")
    with house.database.unit_of_work() as session:
        taken = "UPDATE job SET lease_owner = 'another', lease_until = now() + interval '1 hour' WHERE id = :id"
        session.execute(text(taken), {"id": job_id})
    (attempt,) = house.attempts(job_id)
    assert eventually(lambda: is_dead(attempt.pid))
    job = house.job(job_id)
    assert (job.state, job.lease_owner, job.error) == ("running", "another", None)
    assert house.effects(job_id) == 0
