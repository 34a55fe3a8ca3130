"""An import of members from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, cast

import psycopg
from sqlalchemy import func, text
from sqlalchemy.orm import Session

from cinemactl.audience import values
from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import Conflict
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.findings import Findings, keep_findings
from cinemactl.importing.members.choosing import MemberColumns, chosen
from cinemactl.importing.members.planning import STAGED, apply_plan, ends_otherwise, keep_plan, plan
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.reading import Record
from cinemactl.importing.refusing import dropped_of, sentence_of
from cinemactl.importing.report import report_of
from cinemactl.importing.run import Context, header_of, read_upload
from cinemactl.importing.tables import Import
from cinemactl.importing.uploads import FileUnreadable

PARSERS: dict[str, Callable[[str], str]] = {"handle": values.handle, "name": values.name, "email": values.email}
COPY = 'COPY staged_member (line, outcome, "column", reason, handle, name, email) FROM STDIN'


class MemberPlanOutdated(Conflict):
    """Members have changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"Members have changed since import {import_id} was planned: some of its rows would end otherwise. "
            "Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, plan and (unless it is a dry run) apply an import of members; return its report.

    Raises FileUnreadable, LayoutUnknown or RecordsOfAnotherKind when nothing can be imported from the file.
    """
    return _performed(context, import_id, of_plan=False)


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises MemberPlanOutdated when it would do anything else by now."""
    return _performed(context, import_id, of_plan=True)


def _performed(context: Context, import_id: int, *, of_plan: bool) -> dict[str, Any]:
    started = time.monotonic()
    session = context.session
    session.execute(text("SET LOCAL lock_timeout = 0"))
    found = session.get_one(Import, import_id, with_for_update=True)
    if of_plan:
        require_plan(found)
    rows = _staged(context, found)
    context.progress("Planning", 0, None)
    lock_audience(session)
    counts = plan(session)
    if of_plan and ends_otherwise(session, found.id):
        raise MemberPlanOutdated(found.id)
    found.rows = rows
    for outcome, count in counts.items():
        setattr(found, outcome, count)
    keep_plan(session, found.id)
    if of_plan or not found.dry_run:
        context.progress("Applying", 0, None)
        apply_plan(session, found.id)
        found.dry_run, found.applied_at = False, func.now()
    found.state = "planned" if found.dry_run else "applied"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    return report_of(found, "succeeded")


def _staged(context: Context, found: Import) -> int:
    session: Session = context.session
    session.execute(STAGED)
    findings = Findings(mended=None, dropped=dropped_of(found.options))
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with session.connection().engine.connect() as reader, driver.cursor() as cursor:
        read, dialect = read_upload(reader, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = chosen(found.filename, first.fields, found.options)
        with cursor.copy(COPY) as copy:
            for row in _rows(columns, read if columns.has_header else chain([first], read), findings):
                copy.write_row(row)
        rows = cursor.rowcount
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    keep_findings(context.log, found, dialect, columns, findings, layout=layout, rows=rows, has_dates=False)
    return rows


def _rows(columns: MemberColumns, records: Iterator[Record], findings: Findings) -> Iterator[tuple[Any, ...]]:
    for record in records:
        refused = (record.line, "rejected", None, f"The row cannot be used: {record.fault}.", None, None, None)
        yield refused if record.fault else _row(columns, record, findings)


def _row(columns: MemberColumns, record: Record, findings: Findings) -> tuple[Any, ...]:
    said: dict[str, str | None] = {}
    for field, place in columns.places.items():
        cell = unguarded(record.fields[place])
        if field != "handle" and says_nothing(cell):
            continue
        try:
            said[field] = PARSERS[field](cell)
        except ValueRefused as refused:
            reason = sentence_of(refused)
            if field != "handle" and findings.does_without(columns.header[place], reason):
                continue
            return (record.line, "rejected", columns.header[place], reason, None, None, None)
    return (record.line, None, None, None, *(said.get(field) for field in PARSERS))
