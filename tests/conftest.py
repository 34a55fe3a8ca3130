"""Real servers for every test: PostgreSQL and a Redis-protocol server, by default the embedded ones.

With CINEMACTL_TEST_DATABASE_URL (of a user who may create databases) and CINEMACTL_TEST_REDIS_URL the same tests run on
any other. The database is migrated once into a template; tests that commit get a clone of it that
is emptied after each, the others a transaction that is rolled back.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from clones import Clone
from commands import Commands
from sqlalchemy import URL, create_engine, make_url, pool, text
from sqlalchemy.orm import Session

from cinemactl import settings as configuration
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres, valkey

TEST_DATABASE_URL = os.environ.get("CINEMACTL_TEST_DATABASE_URL")
TEST_REDIS_URL = os.environ.get("CINEMACTL_TEST_REDIS_URL")

# Programs started, killed and waited for by the dozen, thousands of hostile files: a second run of their own, `-m long`.
LONG = (
    *("cli/test_cron.py", "cli/test_import_interrupt.py", "cli/test_movie_race.py", "importing/test_hostile.py"),
    *("importing/test_properties.py", "jobs/test_background.py", "jobs/test_death.py", "jobs/test_faults.py"),
    *("jobs/test_pool.py", "jobs/test_retries.py", "recommend/test_spark.py", "store/test_embedded_death.py"),
)
FIRST = ("test_readme.py", "jobs/test_faults.py")

# The same examples on every machine: what a test says of a commit does not depend on luck.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    max_examples=25,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")

# A shell starts what it puts in the background with interrupts ignored, which processes would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)

for name in [name for name in os.environ if name.startswith("CINEMACTL_")]:
    del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the long ones, and begin with what takes longest, so that nobody waits for it at the end."""
    for item in items:
        if item.path.as_posix().endswith(LONG):
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: not item.path.as_posix().endswith(FIRST))


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a test by the place of its bytes, not by the bytes: packed ones tell the time they were packed at."""
    return argname if isinstance(val, bytes) else None


@dataclass(frozen=True)
class Servers:
    """Where the tests' servers are."""

    home: Path
    database_url: URL
    redis_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    home = Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
    try:
        if TEST_DATABASE_URL is None:
            postgres.ensure_running(home)
            _forget_fast(postgres.url(home))
        if TEST_REDIS_URL is None:
            valkey.ensure_running(home)
        database_url = make_url(TEST_DATABASE_URL) if TEST_DATABASE_URL else postgres.url(home)
        yield Servers(home, database_url.set(drivername="postgresql+psycopg"), TEST_REDIS_URL or valkey.url(home))
    finally:
        if TEST_REDIS_URL is None:
            valkey.stop(home)
        if TEST_DATABASE_URL is None:
            postgres.stop(home)
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def template(servers: Servers) -> Iterator[str]:
    """Give the name of a migrated database nobody writes to."""
    name = f"cinemactl_template_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name}")
    migrate.upgrade(_database(servers, name))
    yield name
    _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def clone(servers: Servers, template: str) -> Iterator[Clone]:
    clone = Clone(servers.database_url, template)
    yield clone
    clone.drop()


@pytest.fixture
def database(servers: Servers, clone: Clone) -> Iterator[Database]:
    """Give a database that nobody else uses meanwhile, for tests that commit."""
    yield _database(servers, clone.name)
    clone.clean()


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[Database]:
    """Give a database without any table."""
    name = f"cinemactl_empty_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name}")
    yield _database(servers, name)
    _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_database(servers: Servers, template: str) -> Iterator[Database]:
    name = f"cinemactl_shared_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield _database(servers, name)
    _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """Give a session whose every change is rolled back after the test."""
    with shared_database.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


def _forget_fast(url: URL) -> None:
    """Let a server write to its disk when it likes: nobody needs what it has after the tests."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("ALTER SYSTEM SET full_page_writes = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


def _database(servers: Servers, name: str) -> Database:
    url = servers.database_url.set(database=name).render_as_string(hide_password=False)
    return Database(
        configuration.load({"home": str(servers.home), "database_url": url, "redis_url": servers.redis_url}, {})
    )


def _administer(servers: Servers, statement: str) -> None:
    engine = create_engine(servers.database_url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


@pytest.fixture
def cinemactl(database: Database, servers: Servers, tmp_path: Path, capsys, monkeypatch) -> Commands:
    """Give the command line on a database and a queue of the test's own, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Commands(
        {
            "CINEMACTL_HOME": str(tmp_path / "home"),
            "CINEMACTL_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "CINEMACTL_REDIS_URL": servers.redis_url,
            "CINEMACTL_QUEUE": f"test-{uuid4().hex[:12]}",
            "CINEMACTL_CONFIG": "",
        },
        capsys,
        monkeypatch,
    )
