"""The whole database into one file and back, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import text

from cinemactl.errors import CinemactlError, NotFound
from cinemactl.store import migrate
from cinemactl.store.database import Database
from cinemactl.store.embedded import postgres
from cinemactl.store.embedded.folders import ExtraMissing

DUMP_MAGIC = b"PGDMP"


class ProgramMissing(CinemactlError):
    """A program of PostgreSQL's is not installed."""

    code = "program-missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The program {name} is not installed.",
            "Install PostgreSQL's client programs, or `pip install 'cinemactl[embedded]'`.",
        )


class BackupFailed(CinemactlError):
    """A backup or a restore did not succeed; what was there is unchanged."""

    code = "backup-failed"


def backup(database: Database, file: Path) -> int:
    """Write the database to `file`, which appears whole or not at all; return its size in bytes. Raises BackupFailed."""
    database.connect().close()
    part = file.with_name(f".{file.name}.part")
    try:
        _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def restore(database: Database, file: Path) -> None:
    """Replace all that cinemactl has in the database by what `file` holds, in one transaction; then bring it up to date.

    Raises NotFound or BackupFailed; on any failure the database is as it was.
    """
    if not file.exists():
        raise NotFound(f"There is no file {file}.", "Name one that `cinemactl db backup` wrote.")
    with file.open("rb") as stream:
        if stream.read(len(DUMP_MAGIC)) != DUMP_MAGIC:
            raise BackupFailed(f"{file} is no backup of cinemactl.", "Name one that `cinemactl db backup` wrote.")
    database.connect().close()
    _run(
        database,
        "pg_restore",
        *("--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"),
        str(file),
    )
    migrate.upgrade(database)


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the embedded one first; raises ProgramMissing."""
    try:
        embedded = postgres.program(name)
    except ExtraMissing:
        embedded = None
    found = str(embedded) if embedded and embedded.exists() else shutil.which(name)
    if found is None:
        raise ProgramMissing(name)
    return found


def environment(database: Database) -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs reach the database; the password is on no command line."""
    url = database.url
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    given = {
        "PGHOST": query.pop("host", None) or url.host,
        "PGPORT": query.pop("port", None) or (str(url.port) if url.port else None),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.pop("sslmode", None),
        "PGCONNECT_TIMEOUT": "5",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {name: value for name, value in given.items() if value}


def table_sizes(database: Database) -> list[dict[str, object]]:
    """Return each table with its rows (the planner's estimate) and its bytes, indexes included, the largest first."""
    with database.unit_of_work() as session:
        found = session.execute(
            text("""
                SELECT relname AS table, greatest(reltuples, 0)::bigint AS rows, pg_total_relation_size(oid) AS bytes
                FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
                ORDER BY bytes DESC, relname
            """)
        )
        return [dict(row._mapping) for row in found]  # noqa: SLF001  (SQLAlchemy's public name for it)


def shell_command(database: Database) -> tuple[list[str], dict[str, str]]:
    """Return the command and environment of an interactive psql on the database."""
    database.connect().close()
    return [program("psql")], environment(database)


def _run(database: Database, name: str, *arguments: str) -> None:
    if name == "pg_restore":
        arguments = (f"--dbname={database.url.database}", *arguments)
    result = subprocess.run(
        [program(name), "--no-password", *arguments],
        env=environment(database),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        lines = [line for line in result.stderr.splitlines() if "error:" in line] or result.stderr.splitlines()
        reason = lines[0].partition("error:")[2].strip() or lines[0] if lines else f"exit {result.returncode}"
        raise BackupFailed(f"{name} failed: {reason.rstrip('.')}.", "Nothing was changed; mend that and run it again.")
