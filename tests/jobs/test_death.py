"""What becomes of a job when its worker, its horse or its queue dies."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from jobs.house import House, eventually, is_dead
from redis import Redis
from sqlalchemy import text

from cinemactl.jobs import lost, manage
from cinemactl.jobs import queue as queues
from cinemactl.jobs.ask import send
from cinemactl.jobs.rq_worker import RqWorker
from cinemactl.jobs.tables import Job


def test_deaf_job_is_cancelled_within_five_seconds(house: House) -> None:
    job_id = house.ask("deaf", seconds=30)
    worker = house.worker("--burst")
    house.until(job_id, lambda job: job.state == "running")
    asked = time.monotonic()
    with house.database.unit_of_work() as session:
        manage.cancel(session, job_id)
    assert house.ended(job_id).state == "cancelled"
    assert time.monotonic() - asked < 5
    assert worker.wait(5) == 0
    assert house.effects(job_id) == 0


def test_two_runners_make_one_effect(house: House, redis: Redis) -> None:
    workers = house.worker(), house.worker()
    assert eventually(lambda: len(manage.workers(house.settings)) == 2)
    job_id = house.ask("note", seconds=1)
    copy = queues.rq_id(Job(id=job_id, attempts=0, queue="cinemactl"))
    house.until(job_id, lambda job: job.state == "running")
    redis.rpush("rq:queue:cinemactl", copy)
    job = house.ended(job_id)
    assert (job.state, job.attempts, house.effects(job_id)) == ("succeeded", 1, 1)
    for worker in workers:
        worker.terminate()
    logs = [worker.communicate(timeout=10)[1] for worker in workers]
    assert sorted(f"job {job_id} is not to be run now" in log for log in logs) == [False, True]
    assert sorted(f"job {job_id} succeeded" in log for log in logs) == [False, True]


def test_killed_worker_takes_its_horse_along_and_the_job_runs_once_more_elsewhere(house: House) -> None:
    job_id = house.ask("note", seconds=0.5)
    worker = house.worker(lease=1)
    house.until(job_id, lambda job: job.state == "running")
    (attempt,) = house.attempts(job_id)
    assert attempt.pid != worker.pid
    worker.kill()
    worker.wait()
    assert eventually(lambda: is_dead(attempt.pid), 2)
    job = house.job(job_id)
    assert job.state == "running"
    time.sleep(max(0, (job.lease_until - datetime.now(UTC)).total_seconds()))
    house.burst()
    job = house.job(job_id)
    assert (job.state, job.attempts) == ("succeeded", 2)
    assert house.effects(job_id) == 1
    first, second = house.attempts(job_id)
    assert first.error["code"] == "worker-lost"
    assert second.error is None


def test_redis_emptied_loses_nothing(house: House, redis: Redis) -> None:
    waiting = [house.ask("note") for _ in range(5)]
    redis.flushall()
    assert redis.keys() == []
    house.burst()
    assert [house.job(job_id).state for job_id in waiting] == ["succeeded"] * 5
    assert [house.effects(job_id) for job_id in waiting] == [1] * 5


def test_redis_emptied_under_a_running_job_does_not_disturb_it(house: House, redis: Redis) -> None:
    job_id = house.ask("note", seconds=0.7)
    later = house.ask("note")
    worker = house.worker("--burst")
    house.until(job_id, lambda job: job.state == "running")
    redis.flushall()
    _, log = worker.communicate(timeout=20)
    assert worker.returncode == 0, log
    assert house.job(job_id).state == house.job(later).state == "succeeded"
    assert (house.effects(job_id), house.effects(later)) == (1, 1)


def test_worker_is_listed_again_after_redis_was_emptied(house: House, redis: Redis) -> None:
    worker = RqWorker(house.settings, redis, "cinemactl", None, {}, lease_seconds=30, patience_seconds=None)
    worker.register_birth()
    redis.flushall()
    assert manage.workers(house.settings) == []
    worker.run_maintenance_tasks()
    assert [found["pid"] for found in manage.workers(house.settings)] == [os.getpid()]
    worker.register_death()


def test_sending_twice_puts_it_there_once(house: House, redis: Redis) -> None:
    job_id = house.ask("note")
    send(house.settings, job_id)
    assert redis.llen("rq:queue:cinemactl") == 1


def test_jobs_that_never_arrived_or_were_taken_and_not_started_are_found(house: House, redis: Redis) -> None:
    unstarted = house.ask("note")
    redis.lmove("rq:queue:cinemactl", "rq:queue:cinemactl:intermediate", "LEFT", "RIGHT")
    unsent = house.ask("note", sent=False)
    house.burst()
    assert house.job(unstarted).state == house.job(unsent).state == "succeeded"
    assert redis.llen("rq:queue:cinemactl:intermediate") == 0


def test_a_worker_whose_clock_is_ahead_does_not_keep_a_job_from_others(house: House, redis: Redis) -> None:
    job_id = house.ask("note")
    redis.delete("rq:queue:cinemactl")
    taken = queues.rq_id(Job(id=job_id, attempts=0, queue="cinemactl"))
    redis.zadd("rq:wip:cinemactl", {f"{taken}:gone": time.time() + 3600})
    assert lost.resend_lost(house.database, redis, "cinemactl") == 1
    assert redis.llen("rq:queue:cinemactl") == 1


def test_a_job_that_a_runner_cut_off_still_holds_does_not_keep_the_others_waiting(house: House, redis: Redis) -> None:
    held, free = house.ask("note"), house.ask("note")
    redis.flushall()
    with house.database.unit_of_work() as runner:
        runner.execute(text("UPDATE job SET state = 'running', lease_owner = 'gone', lease_until = now()"))
        runner.commit()
        runner.execute(text("UPDATE job SET progress = NULL WHERE id = :id"), {"id": held})
        began = time.monotonic()
        assert lost.resend_lost(house.database, redis, "cinemactl") == 1
        assert time.monotonic() - began < 5
    assert (house.job(held).state, house.job(free).state) == ("running", "queued")


def test_second_sigterm_gives_the_job_back(house: House) -> None:
    job_id = house.ask("note", seconds=20)
    worker = house.worker()
    house.until(job_id, lambda job: job.state == "running")
    os.kill(worker.pid, signal.SIGTERM)
    time.sleep(1.1)
    os.kill(worker.pid, signal.SIGTERM)
    worker.wait(10)
    assert house.job(job_id).state == "queued"
    assert house.effects(job_id) == 0


def test_recovery_is_not_left_to_the_intervals_of_rq(house: House, redis: Redis) -> None:
    worker = RqWorker(house.settings, redis, "cinemactl", None, {}, lease_seconds=30, patience_seconds=None)
    assert (worker.worker_ttl, worker.job_monitoring_interval, worker.maintenance_interval) == (60, 5, 60)
    assert [queue.name for queue in worker.queues] == ["cinemactl"]


def test_a_worker_forks_without_threads_and_without_a_connection_to_the_database(house: House) -> None:
    worker = house.worker()
    house.ended(house.ask("note"))
    job_id = house.ask("note", seconds=1)
    house.until(job_id, lambda job: job.state == "running")
    assert len(list(Path(f"/proc/{worker.pid}/task").iterdir())) == 1
    with house.database.unit_of_work() as session:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cinemactl'")
        assert session.execute(query).scalar_one() <= 3  # the horse's two, and this one
    house.ended(job_id)
