"""The migrations: one head, the tables of the program, one upgrade at a time, bounded in time, no superuser needed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.script import ScriptDirectory
from commands import Commands
from sqlalchemy import Connection, text

import cinemactl.audience.tables
import cinemactl.importing.tables
import cinemactl.jobs.tables
import cinemactl.programme.tables
import cinemactl.recommend.tables
import cinemactl.recommend.vectors_tables
from cinemactl.catalogue.tables import Movie
from cinemactl.store import migrate
from cinemactl.store.base import Base
from cinemactl.store.database import Database, NewerSchema
from cinemactl.store.faults import NotAllowed, TookTooLong
from cinemactl.store.migrate import ServerUnfit
from cinemactl.store.revision import HEAD

Migration = Callable[[str], None]

ANOTHER = """
from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade() -> None:
    op.execute({statement!r})
"""


def _do(database: Database, *statements: str) -> None:
    with database.connection() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def _revision(database: Database) -> str | None:
    with database.connection() as connection:
        return database.revision(connection)


def test_the_programs_revision_is_the_newest_migration() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert scripts.get_heads() == [HEAD]
    assert migrate.known()[0] == HEAD
    assert len(HEAD) <= 32  # what Alembic's own column holds


def test_the_tables_are_those_of_the_program(shared_database: Database) -> None:
    assert {
        Movie.metadata,
        cinemactl.audience.tables.Rating.metadata,
        cinemactl.importing.tables.Import.metadata,
        cinemactl.jobs.tables.Job.metadata,
        cinemactl.programme.tables.Screening.metadata,
        cinemactl.recommend.vectors_tables.MovieVector.metadata,
    } == {Base.metadata}
    migrate.check(shared_database, Base.metadata)


def test_the_tables_are_those_of_the_program_to_the_last_default(shared_database: Database) -> None:
    """Alembic compares neither checks nor computed columns nor what an index is of."""
    with shared_database.connection() as connection:
        connection.execute(text("CREATE SCHEMA made"))
        connection.execute(text("SET LOCAL search_path = made, public"))
        Base.metadata.create_all(connection, checkfirst=False)
        made, migrated = (_described(connection, schema) for schema in ("made", "public"))
    assert made == migrated != []


def _described(connection: Connection, schema: str) -> list[str]:
    """Return every column, constraint and index of a schema as PostgreSQL would write it."""
    connection.execute(text(f"SET LOCAL search_path = {schema}, public"))
    return list(
        connection.scalars(
            text("""
                SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
                    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                    || coalesce(' COLLATE ' || collname, '') || ' ' || attidentity::text || attgenerated::text
                    || coalesce(' ' || pg_get_expr(adbin, adrelid), '')
                FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
                    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                    LEFT JOIN pg_collation ON pg_collation.oid = attcollation AND collname <> 'default'
                WHERE attnum > 0 AND NOT attisdropped AND relnamespace = current_schema()::regnamespace
                    AND relname <> 'alembic_version'
                UNION
                SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
                    AND conrelid::regclass::text <> 'alembic_version'
                UNION
                SELECT replace(pg_get_indexdef(indexrelid), current_schema() || '.', '')
                FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                WHERE relnamespace = current_schema()::regnamespace AND indrelid::regclass::text <> 'alembic_version'
                ORDER BY 1
            """)
        )
    )


def test_every_foreign_key_has_an_index(shared_database: Database) -> None:
    """Or removing one movie among a million reads every row that could name it."""
    with shared_database.connection() as connection:
        bare = connection.scalars(
            text("""
                SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
                WHERE contype = 'f' AND NOT EXISTS (
                    SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL
                        AND (indkey::smallint[])[0 : cardinality(conkey) - 1] @> conkey
                )
            """)
        ).all()
    assert bare == []


def test_two_upgrades_at_once_do_it_once(cinemactl: Commands, empty_database: Database) -> None:
    url = empty_database.url.render_as_string(hide_password=False)
    words = ("--database-url", url, "db", "upgrade", "--json")
    with ThreadPoolExecutor() as pool:
        done = [one.result() for one in [pool.submit(cinemactl.process, *words) for _ in range(2)]]
    assert [result.code for result in done] == [0, 0]
    assert {result.json["revision"] for result in done} == {HEAD}
    migrate.check(empty_database, Base.metadata)
    again = cinemactl(*words)
    assert again.json == {"before": HEAD, "revision": HEAD}
    assert "already" in again.err


def test_a_newer_schema_is_left_alone(database: Database) -> None:
    _do(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NewerSchema):
        migrate.upgrade(database)


@pytest.fixture
def ordinary(empty_database: Database) -> Iterator[Database]:
    """Give an empty database as its owner reaches it, who is no superuser."""
    name, owner = empty_database.url.database, f"cinemactl_owner_{uuid4().hex[:12]}"
    _do(empty_database, f"CREATE ROLE {owner} LOGIN PASSWORD 'pw'", f"ALTER DATABASE {name} OWNER TO {owner}")
    url = empty_database.url.set(username=owner, password="pw").render_as_string(hide_password=False)
    yield Database(replace(empty_database.settings, database_url=url))
    _do(empty_database, f"ALTER DATABASE {name} OWNER TO CURRENT_USER", f"DROP OWNED BY {owner} CASCADE",
        f"DROP ROLE {owner}")  # fmt: skip


def test_the_owner_of_a_database_needs_no_superuser(ordinary: Database) -> None:
    migrate.upgrade(ordinary)
    migrate.check(ordinary, Base.metadata)
    with ordinary.unit_of_work() as session:
        session.execute(text("INSERT INTO movie (title) VALUES ('Amélie!')"))
        assert session.scalar(text("SELECT title_key FROM movie")) == "amelie"
        assert not session.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER"))


def test_a_user_who_may_not_make_tables_is_told_so(ordinary: Database, empty_database: Database) -> None:
    _do(empty_database, f"ALTER DATABASE {empty_database.url.database} OWNER TO CURRENT_USER")
    with pytest.raises(NotAllowed, match="permission denied") as refused:
        migrate.upgrade(ordinary)
    assert refused.value.exit_code == 1
    assert "owner of the database" in refused.value.hint


def test_a_database_that_something_else_uses_is_left_as_it_is(empty_database: Database) -> None:
    _do(empty_database, "CREATE TABLE person (name text)")
    with pytest.raises(ServerUnfit, match='relation "person" already exists') as refused:
        migrate.upgrade(empty_database)
    assert "database of its own" in refused.value.hint
    assert _revision(empty_database) is None


@pytest.fixture
def migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migration:
    """Give a function that adds a migration after the newest, and shortens the limits of time."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    environment = (folder / "env.py").read_text()
    for long, short in (('"60s"', '"200ms"'), ('"4s"', '"200ms"'), ('"15min"', '"300ms"')):
        assert long in environment
        environment = environment.replace(long, short)
    (folder / "env.py").write_text(environment)
    monkeypatch.setattr(migrate, "FOLDER", folder)

    def add(statement: str) -> None:
        (folder / "versions" / "next.py").write_text(ANOTHER.format(next="next", head=HEAD, statement=statement))

    return add


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ALTER TABLE movie ADD COLUMN colour text", "waited for somebody else's change"),
        ("SELECT pg_sleep(20)", "statement timeout"),
    ],
)
def test_a_migration_is_bounded_in_time(
    shared_database: Database, migration: Migration, statement: str, reason: str
) -> None:
    migration(statement)
    with shared_database.unit_of_work() as reader:
        reader.execute(text("SELECT * FROM movie"))
        with pytest.raises(TookTooLong, match=reason):
            migrate.upgrade(Database(shared_database.settings, statement_seconds=0))
    assert _revision(shared_database) == HEAD


def test_waiting_for_another_upgrade_is_bounded_in_time(database: Database, migration: Migration) -> None:
    migration("SELECT 1")
    with database.connection() as other:
        other.execute(text(f"SELECT pg_advisory_xact_lock({0x63696E656D61})"))
        with pytest.raises(TookTooLong):
            migrate.upgrade(database)
    migrate.upgrade(database)
    assert _revision(database) == "next"


def test_an_extension_that_is_not_there_is_a_sentence(shared_database: Database, migration: Migration) -> None:
    migration("CREATE EXTENSION no_such_extension")
    with pytest.raises(ServerUnfit, match="no_such_extension") as refused:
        migrate.upgrade(shared_database)
    assert "contrib" in refused.value.hint


def test_a_server_that_is_too_old_is_a_sentence(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 999)
    with pytest.raises(ServerUnfit, match="cinemactl needs 999 or newer"):
        migrate.upgrade(empty_database)


def test_a_migration_that_fails_leaves_nothing(shared_database: Database, migration: Migration) -> None:
    migration("CREATE TABLE half_done (id int); SELECT 1 / 0")
    with pytest.raises(Exception, match="division by zero"):
        migrate.upgrade(shared_database)
    assert _revision(shared_database) == HEAD
    with shared_database.connection() as connection:
        assert connection.scalar(text("SELECT to_regclass('half_done')")) is None
