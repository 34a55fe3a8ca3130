"""The database a command works on: where it is, that its schema is this program's, and one unit of work at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, pool, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from cinemactl.addresses import masked
from cinemactl.errors import CinemactlError
from cinemactl.settings import Settings
from cinemactl.store import faults
from cinemactl.store.revision import HEAD

if TYPE_CHECKING:
    from cinemactl.store.embedded.folders import Log

CONNECT_SECONDS = 5
LOCK_SECONDS = 10
STATEMENT_SECONDS = 60

# Who vanishes without a word, a machine or the network to it, is noticed by the other end within 25 seconds, not hours.
ALIVE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "25000"}
ALIVE_OPTIONS = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


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
        if self.settings.database_url is not None:
            return masked(self.settings.database_url)
        # SQLAlchemy writes a space as +, which PostgreSQL's own programs take for a plus.
        return self.url.set(drivername="postgresql").render_as_string(hide_password=True).replace("+", "%20")

    @cached_property
    def engine(self) -> Engine:
        """The engine; each checkout is a fresh connection, so nothing is shared across a fork."""
        return _engine(self.url, self._statement_seconds)

    def connect(self) -> Connection:
        """Return an open connection, the embedded server started if need be; the schema is not looked at.

        Raises DatabaseUnavailable when nothing usable answers, and what starting the embedded server raises.
        """
        try:
            return self.engine.connect()
        except DBAPIError as error:
            if not (self.settings.embedded_postgres and self._start and isinstance(error, OperationalError)):
                raise self._connect_failure(error) from error
        self._start_embedded()
        try:
            return self.engine.connect()
        except DBAPIError as error:
            raise self._connect_failure(error) from error

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a connection as `connect` gives it; what the database reports inside is raised as one can act on it."""
        with self.connect() as connection, self._translating():
            yield connection

    @contextmanager
    def unit_of_work(self, *, dry_run: bool = False) -> Iterator[Session]:
        """Yield a session; commit once at the end, or roll back on any error and after a dry run.

        Raises OldSchema or NewerSchema when the database is not of this program's schema, and as `connect` does.
        """
        with (
            self._translating(),
            self._with_schema() as connection,
            Session(bind=connection, expire_on_commit=False) as session,
        ):
            yield session
            if dry_run:
                session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # flushes, and checks what a commit would
                session.close()  # which rolls back, and leaves what was read and made to be told, as a commit does
            else:
                session.commit()

    def revision(self, connection: Connection) -> str | None:
        """Return the schema revision of the database, None when it has no tables of ours; ends a transaction begun."""
        connection.rollback()
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        automatic, driver.autocommit = driver.autocommit, True  # every command asks: one way to the server, not three
        try:
            found = driver.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
        finally:
            driver.autocommit = automatic
        return None if found is None else str(found[0])

    @contextmanager
    def _with_schema(self) -> Iterator[Connection]:
        """Yield a connection to tables of this program's schema; only the embedded database is brought to it here."""
        with self.connect() as connection:
            revision = self.revision(connection)
            if revision == HEAD:
                yield connection
                return
        from cinemactl.store import migrate  # noqa: PLC0415  (Alembic is slow to import and rarely needed)

        if revision is not None and not migrate.is_known(revision):
            raise NewerSchema(revision)
        if not (self.settings.embedded_postgres and self._start):
            raise OldSchema(revision)
        migrate.upgrade(self)
        with self.connect() as connection:
            yield connection

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Raise what the database reports inside as one can act on it; a full disk may have ended the server itself."""
        log = self._embedded_log()
        try:
            with faults.translating(self.shown_url):
                yield
        except faults.DatabaseUnavailable as error:
            if log and faults.NO_SPACE in log.text():
                raise faults.DiskFull from error
            raise

    def _embedded_log(self) -> Log | None:
        if not self.settings.embedded_postgres:
            return None
        from cinemactl.store.embedded import folders, postgres  # noqa: PLC0415  (only when it is ours)

        return folders.Log(postgres.log_file(self.settings.home))

    def _start_embedded(self) -> None:
        from cinemactl.store.embedded import postgres  # noqa: PLC0415  (only when it is not running)

        postgres.ensure_running(self.settings.home)

    def _connect_failure(self, error: DBAPIError) -> Exception:
        if isinstance(error.orig, psycopg.Error):
            return faults.connect_failure(error.orig, self.shown_url)
        return error


@lru_cache(maxsize=8)
def _engine(url: URL, statement_seconds: int) -> Engine:
    """Return the engine for all that reach one database in the same way: what it learns of the server it learns once."""
    limits = (
        f"-c statement_timeout={statement_seconds}s -c lock_timeout={LOCK_SECONDS}s -c timezone=UTC {ALIVE_OPTIONS}"
    )
    given = url.query.get("options")
    defaults = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "cinemactl", **ALIVE}
    return create_engine(
        url,
        poolclass=pool.NullPool,
        connect_args={name: value for name, value in defaults.items() if name not in url.query}
        | {"options": f"{limits} {given}" if isinstance(given, str) else limits, "client_encoding": "utf8"},
    )
