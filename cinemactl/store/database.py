"""The database a command works on: where it is, that its schema is this program's, and one unit of work at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, pool, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.settings import Settings
from cinemactl.store import faults
from cinemactl.store.revision import HEAD

CONNECT_SECONDS = 5
LOCK_SECONDS = 10
STATEMENT_SECONDS = 60


class OldSchema(CinemactlError):
    """The database has no tables yet, or those of an earlier cinemactl."""

    code = "old-schema"

    def __init__(self, revision: str | None) -> None:
        found = f"has the schema {revision}" if revision else "has no tables of cinemactl yet"
        super().__init__(
            f"The database {found}; this cinemactl needs {HEAD}.", "Bring it up to date with `cinemactl db upgrade`."
        )


class NewerSchema(CinemactlError):
    """The database was written by a later cinemactl."""

    code = "newer-schema"

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database has the schema {revision}, which this cinemactl does not know: a newer one made it.",
            "Install the newer cinemactl.",
        )


class Database:
    """One database, reached lazily: nothing connects before the first unit of work.

    With no `database_url` in the settings the embedded server is started on demand, unless `start` is false (a worker
    never starts servers). `statement_seconds` 0 means no limit.
    """

    def __init__(self, settings: Settings, *, start: bool = True, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self.settings = settings
        self._start = start
        self._statement_seconds = statement_seconds

    @cached_property
    def url(self) -> URL:
        """The SQLAlchemy URL of the database."""
        if self.settings.database_url is None:
            from cinemactl.store.embedded import postgres  # noqa: PLC0415  (only when it is ours)

            return postgres.url(self.settings.home)
        return make_url(self.settings.database_url).set(drivername="postgresql+psycopg")

    @property
    def shown_url(self) -> str:
        """The URL as it may be printed."""
        return self.url.render_as_string(hide_password=True)

    @cached_property
    def engine(self) -> Engine:
        """The engine; each checkout is a fresh connection, so nothing is shared across a fork."""
        options = f"-c statement_timeout={self._statement_seconds}s -c lock_timeout={LOCK_SECONDS}s -c timezone=UTC"
        given = self.url.query.get("options")
        return create_engine(
            self.url,
            poolclass=pool.NullPool,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": f"{options} {given}" if isinstance(given, str) else options,
                "application_name": "cinemactl",
            },
        )

    def connect(self) -> Connection:
        """Return an open connection, the embedded server started if need be; the schema is not looked at.

        Raises DatabaseUnavailable when nothing usable answers.
        """
        try:
            return self.engine.connect()
        except OperationalError as error:
            if self.settings.embedded_postgres and self._start:
                self._start_embedded()
                return self.engine.connect()
            raise self._connect_failure(error) from error
        except DBAPIError as error:
            raise self._connect_failure(error) from error

    @contextmanager
    def unit_of_work(self, *, dry_run: bool = False) -> Iterator[Session]:
        """Yield a session; commit once at the end, or roll back on any error and after a dry run.

        Raises OldSchema or NewerSchema when the database is not of this program's schema.
        """
        connection = self.connect()
        try:
            connection = self._with_schema(connection)
            with Session(bind=connection, expire_on_commit=False) as session:
                yield session
                if dry_run:
                    session.rollback()
                else:
                    session.commit()
        except (DBAPIError, psycopg.Error) as error:
            expected = faults.translated(error, self.shown_url)
            if expected is error:
                raise
            raise expected from error
        finally:
            connection.close()

    def revision(self, connection: Connection) -> str | None:
        """Return the schema revision of the database, None when it has no tables of ours."""
        try:
            return connection.scalar(text("SELECT version_num FROM alembic_version"))
        except ProgrammingError:
            return None
        finally:
            connection.rollback()

    def _with_schema(self, connection: Connection) -> Connection:
        revision = self.revision(connection)
        if revision == HEAD:
            return connection
        from cinemactl.store import migrate  # noqa: PLC0415  (Alembic is slow to import and rarely needed)

        if revision is not None and not migrate.is_known(revision):
            raise NewerSchema(revision)
        if not (self.settings.embedded_postgres and self._start):
            raise OldSchema(revision)
        connection.close()
        migrate.upgrade(self)
        return self.connect()

    def _start_embedded(self) -> None:
        from cinemactl.store.embedded import postgres  # noqa: PLC0415  (only when it is not running)

        postgres.ensure_running(self.settings.home)

    def _connect_failure(self, error: DBAPIError) -> Exception:
        if isinstance(error.orig, psycopg.Error):
            return faults.connect_failure(error.orig, self.shown_url)
        return error
