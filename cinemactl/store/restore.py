"""A backup back into the database: all of it in one transaction, in place of what was there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import text

from cinemactl.errors import CinemactlError, NotFound
from cinemactl.store import migrate, programs
from cinemactl.store.database import Database

STDIN = Path("-")
MAGIC = b"PGDMP"
OUR_MARK = re.compile(r"^\d+; \d+ \d+ TABLE (?P<schema>.+) alembic_version ", re.MULTILINE)
HEADER_BYTES = 4096
# The index of the vectors is made anew by the next job that needs it: not every server has the extension it is of.
LEFT_OUT = re.compile(r" (SCHEMA - |EXTENSION - vector\b|INDEX .+ movie_vector_content_idx\b)")
NOT_BEFORE_17 = b"SET transaction_timeout = 0;\n"  # written for every server, and refused by an older one
HINT = "Nothing was changed. Name a file that `cinemactl db backup` wrote."

# What stands in the schema goes first, whichever version made it: a table that the backup does not know would be in the
# way of a later upgrade. What an extension made stays, and so does what belongs to somebody else.
CLEAR = """
SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'transaction_timeout');
BEGIN;
SET LOCAL lock_timeout = '10s';
DO $clear$
DECLARE
    kind text;
    names text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['VIEW', 'MATERIALIZED VIEW', 'TABLE', 'SEQUENCE', 'ROUTINE', 'TYPE'] LOOP
        SELECT string_agg(named, ', ') INTO names FROM (
            SELECT 'pg_class'::regclass, oid, relowner, oid::regclass::text,
                CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                    WHEN 'r' THEN 'TABLE' WHEN 'p' THEN 'TABLE' END
            FROM pg_class WHERE relnamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 'pg_proc'::regclass, oid, proowner, oid::regprocedure::text, 'ROUTINE'
            FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            UNION ALL
            SELECT 'pg_type'::regclass, oid, typowner, oid::regtype::text, 'TYPE'
            FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd', 'r')
        ) AS found(catalogue, id, owner, named, kind_found)
        WHERE kind_found = kind AND pg_has_role(owner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalogue AND objid = id AND deptype = 'e');
        IF names IS NOT NULL THEN
            EXECUTE format('DROP %s %s', kind, names);
        END IF;
    END LOOP;
END
$clear$;
"""

KEEP = """
DO $keep$
BEGIN
    IF NOT EXISTS (SELECT FROM {schema}.alembic_version WHERE version_num IN ({known})) THEN
        RAISE EXCEPTION 'a newer cinemactl made it';
    END IF;
END
$keep$;
ANALYZE;
COMMIT;
"""


class RestoreFailed(CinemactlError):
    """The backup could not be restored; what was there is unchanged."""

    code = "restore-failed"


def restore(database: Database, file: Path) -> str | None:
    """Replace all that is in cinemactl's schema by what `file` holds, `-` being stdin; return the schema's revision.

    The embedded database is brought up to date at once, one of the user's own is not. Raises NotFound or RestoreFailed;
    on any failure the database is as it was.
    """
    with ExitStack() as stack:
        source = _source(file, stack)
        with database.connection() as connection:
            schema = str(connection.scalar(text("SELECT quote_ident(current_schema())")))
        contents = _contents(source, file, schema).splitlines(keepends=True)
        wanted = stack.enter_context(tempfile.NamedTemporaryFile("w", prefix="cinemactl-"))
        wanted.writelines(line for line in contents if not LEFT_OUT.search(line))
        wanted.flush()
        reading = _pg_restore("--no-comments", f"--use-list={wanted.name}", "--file=-", source)
        _replace(database, reading, schema)
    if database.settings.embedded_postgres:
        migrate.upgrade(database)
    with database.connection() as connection:
        return database.revision(connection)


def _source(file: Path, stack: ExitStack) -> str:
    """Return the path of the backup; it is read twice, so that what comes through a pipe is copied first.

    Raises NotFound, or RestoreFailed when it cannot be a backup.
    """
    try:
        path = _copied(file, stack) if file == STDIN or file.is_fifo() else file
        with path.open("rb") as stream:
            is_dump = stream.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        raise NotFound(f"There is no file {file}.", "Name one that `cinemactl db backup` wrote.") from None
    except OSError as error:
        raise RestoreFailed(f"{file} cannot be read: {error.strerror}.", HINT) from error
    if not is_dump:
        raise RestoreFailed(f"{file} is no backup of cinemactl.", HINT)
    return str(path)


def _copied(file: Path, stack: ExitStack) -> Path:
    copy = stack.enter_context(tempfile.NamedTemporaryFile(prefix="cinemactl-"))  # noqa: SIM115  (the stack closes it)
    if file != STDIN:
        with file.open("rb") as stream:
            shutil.copyfileobj(stream, copy)
    elif sys.stdin is not None:  # it is when the caller has closed it
        shutil.copyfileobj(sys.stdin.buffer, copy)
    copy.flush()
    return Path(copy.name)


def _contents(source: str, file: Path, schema: str) -> str:
    """Return the backup's table of contents; raises RestoreFailed when it is not of cinemactl's tables."""
    done = subprocess.run(_pg_restore("--list", source), capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise RestoreFailed(f"{file} is damaged: {programs.complaint(done.stderr)}.", HINT)
    found = OUR_MARK.search(done.stdout)
    if found is None:
        raise RestoreFailed(f"{file} is a backup of something else.", HINT)
    if found["schema"] != schema.strip('"'):
        raise RestoreFailed(
            f"{file} is a backup of the schema {found['schema']}; the database's is {schema}.",
            "Set the search_path of the database's user to the same schema.",
        )
    return done.stdout


def _replace(database: Database, reading: list[str], schema: str) -> None:
    """Stream the backup into one transaction, which is committed only after the last of it was read well."""
    words, environment = programs.command(
        database, "psql", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"
    )
    known = ", ".join(f"'{revision}'" for revision in migrate.known())
    with (
        tempfile.TemporaryFile() as read_said,
        tempfile.TemporaryFile() as write_said,
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=read_said) as reader,
        subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=write_said
        ) as writer,
    ):
        assert reader.stdout is not None and writer.stdin is not None  # noqa: PT018, S101  (both are pipes)
        with suppress(BrokenPipeError), writer.stdin:
            writer.stdin.write(CLEAR.encode())
            writer.stdin.write(reader.stdout.read(HEADER_BYTES).replace(NOT_BEFORE_17, b""))
            shutil.copyfileobj(reader.stdout, writer.stdin)
            if reader.wait() == 0:
                writer.stdin.write(KEEP.format(schema=schema, known=known).encode())
        reader.stdout.close()
        for process, said in ((writer, write_said), (reader, read_said)):
            if process.wait():
                said.seek(0)
                reason = programs.complaint(said.read().decode(errors="replace"))
                raise RestoreFailed(f"The backup could not be restored: {reason}.", HINT)


def _pg_restore(*arguments: str) -> list[str]:
    return [programs.program("pg_restore"), "--no-owner", "--no-privileges", *arguments]
