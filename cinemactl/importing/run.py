"""An import from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.importing.applying import apply_plan, keep_plan
from cinemactl.importing.dialect import HEAD_BYTES, Dialect, recognise
from cinemactl.importing.layouts import GENERIC, columns_of
from cinemactl.importing.matching import match
from cinemactl.importing.planning import plan
from cinemactl.importing.reading import Record, records
from cinemactl.importing.report import report_of
from cinemactl.importing.staging import stage
from cinemactl.importing.tables import Import, Upload, UploadChunk
from cinemactl.importing.uploads import FileUnreadable, UploadStream
from cinemactl.settings import Settings
from cinemactl.store.database import Database

TOLD_EVERY = 1000


class Context(Protocol):
    """What a job gives to the function that does it."""

    session: Session
    settings: Settings

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Say how far the work is."""

    def log(self, message: str, level: str = "info") -> None:
        """Keep a line in the job's log."""

    def raise_if_cancelled(self) -> None:
        """Stop here if the job is to be cancelled."""


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, stage, match, plan and (unless it is a dry run) apply an import; return its report.

    Raises FileUnreadable or LayoutUnknown when nothing can be imported from the file.
    """
    started = time.monotonic()
    session = context.session
    job = session.get_one(Import, import_id, with_for_update=True)
    with Database(context.settings, start=False, statement_seconds=0).connect() as reader:
        found, dialect = read_upload(reader, job, context.progress)
        header = next(found, None)
        if header is None:
            raise FileUnreadable(job.filename, "it is empty")
        columns = columns_of(job.filename, header.fields)
        rows = stage(session, columns, found)
    if not rows:
        raise FileUnreadable(job.filename, "it has a header and no rows")
    context.log(f"{rows} rows read as {dialect.encoding}, separated by {dialect.delimiter!r}.")
    context.raise_if_cancelled()
    context.progress("Matching", 0, None)
    lock_catalogue(session)
    match(session, columns)
    counts = plan(session)
    context.raise_if_cancelled()
    if not job.dry_run:
        context.progress("Applying", 0, None)
        apply_plan(session, lambda done, total: context.progress("Indexing", done, total))
    keep_plan(session, import_id)
    job.layout, job.encoding, job.delimiter, job.header = GENERIC, dialect.encoding, dialect.delimiter, header.fields
    job.rows = rows
    for outcome, count in counts.items():
        setattr(job, outcome, count)
    job.state = "planned" if job.dry_run else "applied"
    job.ended_at = func.now()
    job.seconds = round(time.monotonic() - started, 3)
    session.flush()
    if columns.ignored:
        context.log(f"Columns that feed no field: {', '.join(columns.ignored)}.", "warning")
    return report_of(job) | {"ignored_columns": list(columns.ignored)}


def read_upload(
    connection: Connection, job: Import, progress: Callable[[str, int, int | None], None] = lambda *_: None
) -> tuple[Iterator[Record], Dialect]:
    """Return the records of an import's file, the header first, and how it is written."""
    size = connection.scalar(select(Upload.size).where(Upload.id == job.upload_id)) or 0
    first = select(UploadChunk.content).where(UploadChunk.upload_id == job.upload_id, UploadChunk.position == 0)
    head = (connection.scalar(first) or b"")[:HEAD_BYTES]
    dialect = recognise(job.filename, head, encoding=_text(job, "encoding"), delimiter=_text(job, "delimiter"))
    stream = UploadStream(connection, job.upload_id or 0)
    return _told(records(stream, dialect, job.filename), stream, size, progress), dialect


def _told(
    found: Iterator[Record], stream: UploadStream, size: int, progress: Callable[[str, int, int | None], None]
) -> Iterator[Record]:
    for number, record in enumerate(found):
        if number % TOLD_EVERY == 0:
            progress("Reading", stream.consumed, size)
        yield record


def _text(job: Import, option: str) -> str | None:
    value = job.options.get(option)
    return value if isinstance(value, str) else None
