"""The whole of cinemactl's database into one file, by PostgreSQL's own program."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text

from cinemactl.errors import CinemactlError
from cinemactl.store import programs
from cinemactl.store.database import Database, OldSchema

STDOUT = Path("-")


class BackupFailed(CinemactlError):
    """The database could not be written to a file."""

    code = "backup-failed"


def backup(database: Database, file: Path) -> int | None:
    """Write the database to `file`, which appears whole or not at all; return its size in bytes.

    `-` is stdout, whose size is None. Raises BackupFailed, ProgramMissing, and OldSchema when there are no tables.
    """
    arguments, major = _what_is_ours(database)
    if file == STDOUT:
        _dump(database, arguments, major)
        return None
    try:
        if file.exists() and not file.is_file() and not file.is_dir():  # a pipe or a device
            with file.open("wb") as stream:
                _dump(database, arguments, major, stream)
            return None
        with _put_in_place(file) as part:
            _dump(database, [*arguments, f"--file={part}"], major)
        return file.stat().st_size
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror}.", "Name another file.") from error


def _dump(database: Database, arguments: list[str], major: int, stdout: BinaryIO | None = None) -> None:
    # That of the server's own version knows what it holds; that of a later one may write what other servers refuse.
    words, environment = programs.command(database, "pg_dump", *arguments, major=major)
    done = subprocess.run(
        words, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        reason = programs.complaint(done.stderr.decode(errors="replace"))
        raise BackupFailed(f"pg_dump failed: {reason}.", "Mend that and run it again; nothing was written.")


def _what_is_ours(database: Database) -> tuple[list[str], int]:
    """Return what pg_dump has to take, and the server's major version.

    It is the schema with cinemactl's tables, and the extensions that came into it.
    """
    if database.settings.embedded_postgres:
        with database.unit_of_work():
            pass
    with database.connection() as connection:
        if database.revision(connection) is None:
            raise OldSchema(None)
        major = connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000"))
        schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
        extensions = connection.scalars(
            text("SELECT quote_ident(extname) FROM pg_extension WHERE extnamespace = current_schema()::regnamespace")
        ).all()
    ours = [f"--schema={schema}", *(f"--extension={extension}" for extension in extensions)]
    return ["--format=custom", "--no-owner", "--no-privileges", "--no-password", *ours], int(major)


@contextmanager
def _put_in_place(file: Path) -> Iterator[Path]:
    """Yield the path to write to; what is there takes the place of `file` when the block ends well.

    Its owner alone may read it: it holds people's data.
    """
    if file.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
    os.close(descriptor)
    part = Path(name)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
