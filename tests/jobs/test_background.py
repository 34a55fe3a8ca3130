"""The worker that a command starts by itself, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jobs.house import House, eventually, is_dead, open_files
from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.jobs import background, presence
from cinemactl.jobs.background import WorkerFailed
from cinemactl.jobs.watch import wait
from cinemactl.store.revision import HEAD

ENSURE = """
import sys
from cinemactl import settings
from cinemactl.jobs import background
print(background.ensure_worker(settings.load(), program=sys.argv[1:]))
"""


def _pid(house: House) -> int:
    return int(presence.pid_path(house.settings.home, house.settings.queue).read_text())


def test_two_commands_at_once_start_one_worker(house: House) -> None:
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", ENSURE, *house.program],
            env=background.environment(house.settings),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert sorted(command.communicate(timeout=30)[0].strip() for command in commands) == ["False", "True"]
    assert background.worker_alive(house.settings)
    worker = _pid(house)
    assert os.getsid(worker) == worker
    job_id = house.ask("note")
    assert house.ended(job_id).state == "succeeded"
    assert background.stop_background_worker(house.settings)
    assert f"job {job_id} succeeded" in background.log_file(house.settings).read_text()
    assert not background.worker_alive(house.settings)
    assert not background.stop_background_worker(house.settings)
    assert eventually(lambda: is_dead(worker))


def test_waiting_starts_the_real_worker_and_sees_the_end(house: House) -> None:
    job_id = house.ask("ping", seconds=0.3)
    seen: list[tuple[str, object]] = []
    job = wait(house.database, house.settings, job_id, timeout=20, on_progress=lambda *now: seen.append(now))
    assert job.report == {"pong": True}
    assert seen[0] == ("queued", None)
    assert seen[-1][0] == "succeeded"
    assert not background.ensure_worker(house.settings)
    assert background.stop_background_worker(house.settings)


def test_neither_a_horse_nor_a_worker_told_to_stop_is_a_sign_of_one_that_takes_jobs(house: House) -> None:
    worker = house.worker()
    job_id = house.ask("note", seconds=1.5)
    house.until(job_id, lambda job: job.state == "running")
    lock = presence.lock_path(house.settings.home, "cinemactl")
    (attempt,) = house.attempts(job_id)
    assert lock in open_files(worker.pid)
    assert lock not in open_files(attempt.pid)
    assert background.worker_alive(house.settings)
    worker.terminate()
    assert eventually(lambda: not background.worker_alive(house.settings), 1)
    assert worker.wait(10) == 0
    assert house.job(job_id).state == "succeeded"


def test_worker_ends_when_idle_but_not_with_a_job_waiting(house: House) -> None:
    worker = house.worker("--idle", "1", "--background")
    job_id = house.ask("note")
    house.ended(job_id)
    assert background.worker_alive(house.settings)
    # Recorded but not sent: what a command leaves that has seen the worker alive just before it ended.
    late = house.ask("note", sent=False)
    assert house.ended(late).state == "succeeded"
    _, log = worker.communicate(timeout=10)
    assert worker.returncode == 0, log
    assert not background.worker_alive(house.settings)


def test_worker_that_is_asked_to_stop_may_finish_its_job(house: House) -> None:
    assert background.ensure_worker(house.settings, program=house.program)
    job_id = house.ask("note", seconds=1)
    house.until(job_id, lambda job: job.state == "running")
    assert background.stop_background_worker(house.settings)
    assert house.job(job_id).state == "succeeded"


def test_worker_that_takes_too_long_is_killed_and_its_job_is_not_lost(house: House) -> None:
    assert background.ensure_worker(house.settings, program=[*house.program, "--lease", "1"])
    job_id = house.ask("deaf", seconds=30)
    house.until(job_id, lambda job: job.state == "running")
    (attempt,) = house.attempts(job_id)
    assert background.stop_background_worker(house.settings, seconds=0.2)
    assert eventually(lambda: is_dead(attempt.pid), 2)
    assert not background.worker_alive(house.settings)
    assert house.job(job_id).state == "running"
    assert house.effects(job_id) == 0


def test_pid_file_of_a_dead_worker_names_nobody(house: House) -> None:
    assert background.ensure_worker(house.settings, program=house.program)
    os.kill(_pid(house), signal.SIGKILL)
    assert eventually(lambda: not background.worker_alive(house.settings))
    pid_file = presence.pid_path(house.settings.home, house.settings.queue)
    pid_file.write_text(f"{os.getpid()}\n")
    assert not background.stop_background_worker(house.settings)


def test_worker_that_does_not_start_is_one_sentence_with_its_last_words(house: House) -> None:
    with pytest.raises(WorkerFailed, match=r"^The background worker did not start: no such luck\.$") as error:
        background.ensure_worker(house.settings, program=[sys.executable, "-c", "raise SystemExit('no such luck.')"])
    assert str(background.log_file(house.settings)) in error.value.hint


def test_a_long_log_is_put_aside(house: House) -> None:
    log = background.log_file(house.settings)
    log.write_bytes(b"x" * (background.LONGEST_LOG_BYTES + 1))
    assert background.ensure_worker(house.settings, program=[sys.executable, "-c", "print('begun anew')"])
    assert log.read_text() == "begun anew\n"
    assert log.with_name("worker.log.1").stat().st_size > background.LONGEST_LOG_BYTES


def test_nothing_is_started_on_servers_of_ones_own(house: House, tmp_path: Path) -> None:
    own = replace(house.settings, home=tmp_path, database_url="postgresql://host", redis_url="redis://host")
    assert not background.ensure_worker(own, program=["/does/not/exist"])
    assert list(tmp_path.iterdir()) == []


def test_environment_gives_the_same_settings_elsewhere(house: House, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("keep_imports_days = 3\n")
    given = {"home": str(tmp_path), "redis_url": "redis://:secret@host", "queue": "night", "config": str(config)}
    settings = configuration.load(given, {"CINEMACTL_WORKER_IDLE_SECONDS": "7"})
    again = configuration.load({}, background.environment(settings))
    assert replace(again, origins={}) == replace(settings, origins={})


def test_worker_does_not_touch_a_schema_it_does_not_know(house: House) -> None:
    with house.database.unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    try:
        worker = house.worker("--burst")
        _, log = worker.communicate(timeout=10)
    finally:
        with house.database.connect() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
            connection.commit()
    assert worker.returncode == 1
    assert log.startswith("NewerSchema: ")
