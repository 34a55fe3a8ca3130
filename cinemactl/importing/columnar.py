"""The records of Parquet, read by DuckDB: from one local copy, a part at a time, and with everything else locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from cinemactl.importing.documents import fault_of, text_of
from cinemactl.importing.packing import Spooled
from cinemactl.importing.reading import MOST_COLUMNS, Record
from cinemactl.importing.uploads import FileUnreadable

FETCHED_AT_ONCE = 1000
MEMORY = "192MB"
HINT = "Write it once more, or save it as CSV."
# Only what is built in, only this one file, and no setting can be changed back.
LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": MEMORY,
    "threads": "1",
    "temp_directory": "",
    "python_enable_replacements": "false",
}


def parquet_records(spooled: Spooled, name: str) -> Iterator[Record]:
    """Yield the records of a Parquet file, the names of its columns first; a record's line is its number plus one.

    Dates are ISO, what is nested is JSON. Raises FileUnreadable when it is damaged, encrypted or too wide.
    """
    import duckdb  # noqa: PLC0415  (start-up)

    try:
        with duckdb.connect(":memory:", config=LOCKED) as connection:
            connection.execute(f"SET allowed_paths = ['{spooled.path.replace(chr(39), chr(39) * 2)}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            found = connection.execute("SELECT * FROM read_parquet(?)", [spooled.path])
            header = [str(column[0]) for column in found.description or ()]
            if len(header) > MOST_COLUMNS:
                raise FileUnreadable(name, f"it has {len(header):,} columns", HINT)
            if fault_of(header):
                raise FileUnreadable(name, "a name of its columns is no text", HINT)
            yield Record(1, header)
            line = 1
            while rows := found.fetchmany(FETCHED_AT_ONCE):
                for row in rows:
                    line += 1
                    fields = [cell_of(value) for value in row]
                    yield Record(line, fields, fault_of(fields))
    except duckdb.OutOfMemoryException as error:
        raise FileUnreadable(name, f"a part of it takes more than {MEMORY} of memory", HINT) from error
    except (duckdb.Error, RuntimeError, UnicodeError, ValueError, OverflowError) as error:
        raise FileUnreadable(name, f"it cannot be read as Parquet ({_said(error, spooled, name)})", HINT) from error


def cell_of(value: object) -> str:  # noqa: PLR0911  (a line a type)
    """Return a value as the text of a cell; dates and times are ISO, a date's midnight is left out."""
    if type(value) is str:
        return value
    if isinstance(value, dt.datetime):
        midnight = value.tzinfo is None and value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return duration_of(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return text_of(value)


def duration_of(value: dt.timedelta) -> str:
    """Return a duration as hours, minutes and seconds, such as 25:30:00."""
    minutes, seconds = divmod(abs(value).total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    rest = f"{seconds:09.6f}".rstrip("0") if seconds % 1 else f"{int(seconds):02}"
    return f"{'-' if value < dt.timedelta() else ''}{hours}:{minutes:02}:{rest}"


def _said(error: BaseException, spooled: Spooled, name: str) -> str:
    """Return what the library says in its first line; the user knows the file by its name, not where its copy was."""
    said = (str(error).splitlines() or [type(error).__name__])[0]
    return said.replace(spooled.path, name)[:200]
