"""An import from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.importing.applying import apply_plan, keep_plan
from cinemactl.importing.dialect import Dialect
from cinemactl.importing.layouts import GENERIC, columns_of
from cinemactl.importing.matching import match
from cinemactl.importing.opening import open_table
from cinemactl.importing.planning import plan
from cinemactl.importing.reading import Record
from cinemactl.importing.report import report_of
from cinemactl.importing.staging import stage
from cinemactl.importing.tables import Import, Upload
from cinemactl.importing.uploads import FileUnreadable, UploadStream

TOLD_EVERY = 1000
LISTED_COLUMNS = 50

# Another import may take as long as it likes, and whoever waits for this one can cancel it. The memory is for sorting
# and for the staged rows, of which there is one set in this session.
GENEROUS = "SET LOCAL lock_timeout = 0; SET LOCAL work_mem = '64MB'; SET LOCAL temp_buffers = '64MB'"

Progress = Callable[[str, int, int | None], None]


class Context(Protocol):
    """What a job gives to the function that does it."""

    session: Session

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Say how far the work is; raises when the job is to end."""

    def log(self, message: str, level: str = "info") -> None:
        """Keep a line in the job's log."""


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, stage, match, plan and (unless it is a dry run) apply an import; return its report.

    Raises FileUnreadable or LayoutUnknown when nothing can be imported from the file.
    """
    started = time.monotonic()
    session = context.session
    session.execute(text(GENEROUS))
    found = session.get_one(Import, import_id, with_for_update=True)
    with session.connection().engine.connect() as reader:
        read, dialect = read_upload(reader, found, context.progress)
        header = header_of(read, found.filename)
        columns = columns_of(found.filename, header.fields)
        rows = stage(session, columns, read)
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    context.log(f"{rows} rows read as {dialect.described()}.")
    if columns.ignored:
        listed = ", ".join(columns.ignored[:LISTED_COLUMNS])
        context.log(f"Columns that feed no field: {listed}.", "warning")
    context.progress("Matching", 0, None)
    lock_catalogue(session)
    match(session, columns)
    counts = plan(session)
    if not found.dry_run:
        context.progress("Applying", 0, None)
        apply_plan(session, lambda done, total: context.progress("Indexing", done, total))
    context.progress("Saving", 0, None)
    keep_plan(session, import_id)
    found.layout, found.encoding, found.delimiter = GENERIC, dialect.encoding or None, dialect.delimiter or None
    found.header, found.rows = header.fields, rows
    for outcome, count in counts.items():
        setattr(found, outcome, count)
    found.state = "planned" if found.dry_run else "applied"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    return report_of(found, "succeeded", ignored_columns=columns.ignored[:LISTED_COLUMNS])


def read_upload(
    connection: Connection, found: Import, progress: Progress = lambda *_: None
) -> tuple[Iterator[Record], Dialect]:
    """Return the records of an import's file, the header first, and how it is written; raises FileUnreadable."""
    size = connection.scalar(select(Upload.size).where(Upload.id == found.upload_id)) or 0
    latest = UploadStream(connection, found.upload_id or 0)

    def opened() -> UploadStream:
        nonlocal latest
        latest = UploadStream(connection, found.upload_id or 0)
        return latest

    def consumed() -> int:
        return latest.consumed

    options = {name: value for name, value in found.options.items() if isinstance(value, str)}
    table = open_table(opened, found.filename, options)
    return _told(table.records, consumed, size, progress), table.dialect


def header_of(read: Iterator[Record], filename: str) -> Record:
    """Return the first record of a file; raises FileUnreadable when there is none."""
    header = next(read, None)
    if header is None:
        raise FileUnreadable(filename, "it is empty")
    return header


def _told(read: Iterator[Record], consumed: Callable[[], int], size: int, progress: Progress) -> Iterator[Record]:
    for number, record in enumerate(read):
        if number % TOLD_EVERY == 0:
            progress("Reading", consumed(), size)
        yield record
