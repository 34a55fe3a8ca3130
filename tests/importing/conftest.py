"""Imports from the file to the catalogue, done in this process by the function that workers call."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from importing.importer import Importer
from importing.screenings import EMPTIED, Screenings
from sqlalchemy import create_engine, pool, text

from cinemactl import settings as configuration
from cinemactl.store.database import Database


@pytest.fixture(scope="session")
def import_database(servers, template) -> Iterator[Database]:
    """Give one database to all imports of a session: emptying it takes a fraction of the time that making one does."""
    name = f"cinemactl_import_{uuid4().hex[:12]}"
    engine = create_engine(servers.database_url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    url = servers.database_url.set(database=name).render_as_string(hide_password=False)
    given = {"home": str(servers.home), "database_url": url, "redis_url": servers.redis_url}
    yield Database(configuration.load(given, {}))
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def importer(import_database: Database) -> Iterator[Importer]:
    """Give imports into a database that is empty."""
    importer = Importer(import_database)
    yield importer
    importer.empty()


@pytest.fixture
def screenings(import_database: Database) -> Iterator[Screenings]:
    """Give imports of screenings into a database that is empty."""
    importer = Screenings(import_database)
    yield importer
    importer.execute(*(f"DELETE FROM {table}" for table in EMPTIED))
    importer.empty()
