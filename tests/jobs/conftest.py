"""Real servers, real workers: one home for all tests of a session, emptied before each."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jobs.house import House, eventually, make_tables
from redis import Redis
from sqlalchemy import text

from cinemactl import settings as configuration
from cinemactl.jobs import background
from cinemactl.jobs import queue as queues
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey


@pytest.fixture(scope="session")
def home_with_servers() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
    try:
        postgres.ensure_running(home)
        valkey.ensure_running(home)
        make_tables(Database(configuration.load({"home": str(home)}, {})))
        yield home
    finally:
        valkey.stop(home)
        postgres.stop(home)
        shutil.rmtree(home)


@pytest.fixture
def house(home_with_servers: Path, redis: Redis) -> Iterator[House]:
    house = House(configuration.load({"home": str(home_with_servers)}, {}))
    with house.database.unit_of_work() as session:
        session.execute(text("TRUNCATE job CASCADE"))
        session.execute(text("TRUNCATE effect"))
    redis.flushall()
    yield house
    house.end()


@pytest.fixture(scope="module")
def listening(home_with_servers: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a worker that listens through all tests of a module, and looks after its jobs every 0.4 seconds."""
    house = House(configuration.load({"home": str(home_with_servers)}, {}))
    worker = house.worker(lease=2)
    # One that is not seen yet is started once more by whoever waits for a job, and that one knows no kinds of the tests.
    assert eventually(lambda: background.worker_alive(house.settings), 20)
    yield worker
    house.end()


@pytest.fixture
def redis(home_with_servers: Path) -> Iterator[Redis]:
    with queues.connection(configuration.load({"home": str(home_with_servers)}, {})) as connection:
        yield connection
