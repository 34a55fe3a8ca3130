"""An import from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.importing.answers import ANSWERS, answers_of, match_by_answers
from cinemactl.importing.applying import apply_plan
from cinemactl.importing.dialect import Dialect
from cinemactl.importing.familiar import Familiar, read_as
from cinemactl.importing.findings import keep_findings
from cinemactl.importing.keeping import keep_plan
from cinemactl.importing.layouts.choosing import chosen
from cinemactl.importing.layouts.columns import Columns
from cinemactl.importing.matching import match
from cinemactl.importing.opening import open_table, told
from cinemactl.importing.outdated import require_plan, require_same_plan
from cinemactl.importing.planning import plan
from cinemactl.importing.reading import Record, at_lines
from cinemactl.importing.report import report_of
from cinemactl.importing.staging import load, part
from cinemactl.importing.tables import Import, Upload
from cinemactl.importing.uploads import FileUnreadable, UploadStream

TOLD_EVERY = 1000

# Another import may take as long as it likes, and whoever waits for this one can cancel it. The memory is for sorting
# and for the staged rows, of which there is one set in this session. What is counted for the planner is ids and titles of
# these rows: a quarter of the usual sample tells enough of them.
GENEROUS = """
    SET LOCAL lock_timeout = 0; SET LOCAL work_mem = '64MB'; SET LOCAL temp_buffers = '64MB';
    SET LOCAL default_statistics_target = 25
"""

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

    Raises FileUnreadable, LayoutUnknown, RecordsOfAnotherKind or DateOrderUnclear when nothing can be imported from the file.
    """
    started = time.monotonic()
    found = _begun(context.session, import_id)
    _plan(context, found)
    if not found.dry_run:
        _apply(context, found)
    _keep(context, found)
    return _ended(context, found, started)


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises PlanOutdated when it would do anything else by now."""
    started = time.monotonic()
    found = _begun(context.session, import_id)
    require_plan(found)
    _plan(context, found)
    require_same_plan(context.session, found)
    _apply(context, found)
    _keep(context, found)
    return _ended(context, found, started)


def _begun(session: Session, import_id: int) -> Import:
    session.execute(text(GENEROUS))
    return session.get_one(Import, import_id, with_for_update=True)


def _plan(context: Context, found: Import) -> None:
    """Read the file and make the plan; the catalogue is locked from then on."""
    session = context.session
    columns = _stage(context, found)
    if ANSWERS in found.options:
        match_by_answers(session, columns, answers_of(found))
    else:
        match(session, columns)
    counts = plan(session, overwrite=str(found.options.get("overwrite") or "all"))
    found.rows = sum(counts.values())
    for outcome, count in counts.items():
        setattr(found, outcome, count)


def _stage(context: Context, found: Import) -> Columns:
    """Lock the catalogue and stage the rows of the file, the familiar ones apart; return the file's columns."""
    session = context.session
    with session.connection().engine.connect() as reader:
        read, dialect = read_upload(reader, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = chosen(found.filename, first.fields, found.options)
        found.read_as = read_as(found, layout, columns)
        with Familiar(reader, found, columns) as familiar:
            rows = load(session, columns, familiar.strange(_answered(_rows(first, read, columns), found)))
            familiar.keep(session)
        rows += familiar.count
        if not rows:
            raise FileUnreadable(found.filename, "it has a header and no rows")
        keep_findings(
            context.log, found, dialect, columns, columns.found, layout=layout, rows=rows, has_dates=columns.has_dates
        )
        context.progress("Matching", 0, None)
        lock_catalogue(session)
        for lines in familiar.doubtful(session, found.findings["date_order"]):
            read, _ = read_upload(reader, found, context.progress)
            once_more = at_lines(lines, _rows(next(read), read, columns))
            load(session, columns, familiar.digested(once_more))
        if familiar.count:
            context.log(f"{familiar.count} rows have been read before, and their movies are as they say.", "info")
    part(session, columns)
    return columns


def _apply(context: Context, found: Import) -> None:
    context.progress("Applying", 0, None)
    apply_plan(context.session, lambda done, total: context.progress("Indexing", done, total))
    found.dry_run = False
    found.applied_at = func.now()


def _keep(context: Context, found: Import) -> None:
    context.progress("Saving", 0, None)
    keep_plan(context.session, found.id)
    found.state = "planned" if found.dry_run else "applied"


def _ended(context: Context, found: Import, started: float) -> dict[str, Any]:
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    context.session.flush()
    return report_of(found, "succeeded")


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

    table = open_table(opened, found.filename, told(found.options))
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


def _rows(first: Record, rest: Iterator[Record], columns: Columns) -> Iterator[Record]:
    """Return the rows of a file by its first record and the others."""
    return rest if columns.has_header else chain([first], rest)


def _answered(read: Iterator[Record], found: Import) -> Iterator[Record]:
    """Yield the records that are to be imported: all, or those that somebody answered for."""
    if ANSWERS not in found.options:
        return read
    lines = answers_of(found)
    return (record for record in read if record.line in lines)
