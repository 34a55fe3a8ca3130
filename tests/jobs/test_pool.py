"""Several workers under one parent, and what it tells Prometheus."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from jobs.house import House, eventually, is_dead
from sqlalchemy import text

from cinemactl.jobs import background, manage
from cinemactl.jobs.metrics import MetricsServer, PortUnusable


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def pool(house: House, port: int) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "cinemactl", "worker", "run", "--processes", "2", "--metrics-port", str(port)]
    process = subprocess.Popen(words, env=background.environment(house.settings), stderr=subprocess.DEVNULL)
    assert eventually(lambda: len(manage.workers(house.settings)) == 2, 20)
    yield process
    process.terminate()
    process.wait(20)


def _pids(house: House) -> set[int]:
    return {worker["pid"] for worker in manage.workers(house.settings)}


def _get(port: int, path: str = "/metrics") -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return str(answer.read().decode())


def test_a_worker_that_dies_is_replaced_and_all_end_with_their_parent(
    house: House, pool: subprocess.Popen[bytes]
) -> None:
    first = _pids(house)
    killed = first.pop()
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: len(_pids(house)) == 2 and killed not in _pids(house), 20)
    left = _pids(house)
    pool.kill()
    pool.wait()
    assert eventually(lambda: all(is_dead(pid) for pid in left), 15)


def test_stopping_lets_the_jobs_finish(house: House, pool: subprocess.Popen[bytes]) -> None:
    job_id = house.ask("ping", seconds=1)
    house.until(job_id, lambda job: job.state == "running")
    pool.terminate()
    assert pool.wait(20) == 0
    assert house.job(job_id).state == "succeeded"


def test_a_burst_ends_with_the_gravest_exit_code(house: House) -> None:
    job_ids = [house.ask("ping") for _ in range(6)]
    words = [sys.executable, "-m", "cinemactl", "worker", "run", "--processes", "2", "--burst"]
    done = subprocess.run(words, env=background.environment(house.settings), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert {house.job(job_id).state for job_id in job_ids} == {"succeeded"}


@pytest.mark.usefixtures("pool")
def test_prometheus_is_told_how_things_stand(house: House, port: int) -> None:
    house.ended(house.ask("ping"))
    with house.database.unit_of_work() as session:
        session.execute(
            text("""
                INSERT INTO job (kind, queue, asked_by, state, lease_owner, lease_until)
                VALUES ('a "kind"', 'elsewhere', 'a test', 'running', 'x', now() - interval '1 minute')
            """)
        )
    told = _get(port)
    assert 'cinemactl_jobs{kind="ping",state="succeeded"} 1\n' in told
    assert 'cinemactl_jobs{kind="a \\"kind\\"",state="running"} 1\n' in told
    assert "\ncinemactl_workers 2\n" in told
    assert "\ncinemactl_stuck_leases 1\n" in told
    assert "\ncinemactl_cron_leader 0\n" in told
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(port, "/")


@pytest.mark.usefixtures("pool")
def test_a_port_in_use_is_one_sentence_and_a_silent_client_holds_nobody_up(house: House, port: int) -> None:
    with pytest.raises(PortUnusable, match="in use"):
        MetricsServer(house.settings, port)
    with socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(b"GET /metr")
        assert "cinemactl_workers" in _get(port)
