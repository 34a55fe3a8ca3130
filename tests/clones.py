"""A migrated database for one test after the other: emptied in between, and made anew when a test changed more than rows."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, pool, text
from sqlalchemy.exc import DBAPIError

from cinemactl.store.base import Base

PATIENCE_MILLISECONDS = 5000

END_OTHERS = text("""
    SELECT pg_terminate_backend(pid, :patience) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
""")
TABLES = text("""
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' ORDER BY relname
""")
BEGIN_TO_COUNT_ANEW = text("""
    SELECT setval(seqrelid, seqstart, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
""")
# What tests change of a database apart from the rows of its tables.
SHAPE = """
    SELECT md5(concat_ws(E'\\n',
        (SELECT string_agg(version_num, ' ') FROM alembic_version),
        (SELECT string_agg(concat_ws(' ', oid, relname, relnatts, relchecks, relhastriggers, relacl), ' ' ORDER BY oid)
            FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(' ', attname, attnotnull, atttypid), ' ' ORDER BY attrelid, attnum)
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_constraint),
        (SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_'),
        (SELECT string_agg(setconfig::text, ' ') FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
            WHERE datname = current_database())
    ))
"""


class Clone:
    """A copy of the template, for one test at a time."""

    def __init__(self, server: URL, template: str) -> None:
        self._server = server
        self._template = template
        self._make()

    def _make(self) -> None:
        self.name = f"cinemactl_test_{uuid4().hex[:12]}"
        self._administer(f"CREATE DATABASE {self.name} TEMPLATE {self._template} STRATEGY file_copy")
        with self._engine().connect() as connection:
            self._tables = list(connection.scalars(TABLES))
            self._filled = self._holding_rows(connection)
            self._rows = self._rows_of(connection)
            self._shape = connection.scalar(text(SHAPE))

    def clean(self) -> None:
        """End who is connected, and make the database as it was when it was new."""
        try:
            with self._engine().begin() as connection:
                connection.execute(END_OTHERS, {"patience": PATIENCE_MILLISECONDS})
                written = set(self._holding_rows(connection)) - set(self._filled)
                for table in reversed(Base.metadata.sorted_tables):  # which for few rows is much faster than TRUNCATE
                    if table.name in written:
                        connection.execute(table.delete())
                connection.execute(BEGIN_TO_COUNT_ANEW)
                as_it_was = self._rows_of(connection) == self._rows and connection.scalar(text(SHAPE)) == self._shape
        except DBAPIError:
            as_it_was = False
        if not as_it_was:
            self.drop()
            self._make()

    def drop(self) -> None:
        """Remove it."""
        self._administer(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _holding_rows(self, connection: Connection) -> list[str]:
        found = ", ".join(f"EXISTS (SELECT FROM {table})" for table in self._tables)
        holds = connection.execute(text(f"SELECT {found}")).one()
        return [table for table, held in zip(self._tables, holds, strict=True) if held]

    def _rows_of(self, connection: Connection) -> list[list[str]]:
        return [list(connection.scalars(text(f"SELECT {one}::text FROM {one} ORDER BY 1"))) for one in self._filled]

    def _engine(self) -> Engine:
        return create_engine(self._server.set(database=self.name), poolclass=pool.NullPool)

    def _administer(self, statement: str) -> None:
        engine = create_engine(self._server, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
