"""An import of admissions from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from itertools import chain
from typing import Any, cast

import psycopg
from sqlalchemy import func, text
from sqlalchemy.orm import Session

from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.errors import Conflict
from cinemactl.importing.admissions.matching import STAGED, match
from cinemactl.importing.admissions.planning import apply_plan, digest, keep_plan, plan
from cinemactl.importing.admissions.rows import ADMISSIONS, AdmissionReader
from cinemactl.importing.admissions.rows import STAGED as STAGED_COLUMNS
from cinemactl.importing.findings import keep_findings
from cinemactl.importing.headed import Columns
from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.refusing import dropped_of
from cinemactl.importing.report import report_of
from cinemactl.importing.run import GENEROUS, Context, header_of, read_upload
from cinemactl.importing.settling import settle_days
from cinemactl.importing.tables import Import
from cinemactl.importing.uploads import FileUnreadable

DIGEST = "plan_digest"
COPY = f"COPY staged_admission ({', '.join(STAGED_COLUMNS)}) FROM STDIN"


class AdmissionPlanOutdated(Conflict):
    """Screenings or admissions have changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"Screenings or admissions have changed since import {import_id} was planned: some of its rows would end "
            "otherwise. Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, match, plan and (unless it is a dry run) apply an import of admissions; return its report.

    The report has `new_members` besides the fields of every import. Raises FileUnreadable, LayoutUnknown or
    RecordsOfAnotherKind when nothing can be imported from the file.
    """
    return _performed(context, import_id, of_plan=False)


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises AdmissionPlanOutdated when it would do anything else by now."""
    return _performed(context, import_id, of_plan=True)


def _performed(context: Context, import_id: int, *, of_plan: bool) -> dict[str, Any]:
    started = time.monotonic()
    session = context.session
    session.execute(text(GENEROUS))
    found = session.get_one(Import, import_id, with_for_update=True)
    if of_plan:
        require_plan(found)
        forget_plan(session, [import_id])
    rows, columns = _staged(context, found)
    context.progress("Matching", 0, None)
    share_catalogue(session)
    lock_audience(session)
    starts = next((heading for name in ("starts_at", "time", "date") if (heading := columns.heading(name))), None)
    match(
        session,
        screen_column=columns.heading("screen") or columns.heading("site"),
        start_column=starts,
        screening_column=columns.heading("screening"),
    )
    context.progress("Planning", 0, None)
    counts = plan(session, sold_column=columns.heading("sold"))
    found.rows = rows
    for outcome, count in counts.items():
        setattr(found, outcome, count)
    planned = digest(session)
    if of_plan and planned != found.options.get(DIGEST):
        raise AdmissionPlanOutdated(found.id)
    keep_plan(session, found.id)
    new_members = 0
    if of_plan or not found.dry_run:
        context.progress("Applying", 0, None)
        new_members = apply_plan(session, found.id)
        found.dry_run, found.applied_at = False, func.now()
    else:
        found.options = {**found.options, DIGEST: planned}
    found.state = "planned" if found.dry_run else "applied"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    return report_of(found, "succeeded") | {"new_members": new_members}


def _staged(context: Context, found: Import) -> tuple[int, Columns]:
    """Load the rows of the file and return how many there are, and what its columns are."""
    session: Session = context.session
    session.execute(STAGED)
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with session.connection().engine.connect() as reader, driver.cursor() as cursor:
        read, dialect = read_upload(reader, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = ADMISSIONS.chosen(found.filename, first.fields, found.options)
        order, site = found.options.get("date_order"), found.options.get("site")
        admissions = AdmissionReader(
            columns, str(order) if order else None, str(site) if site else None, dropped_of(found.options)
        )
        with cursor.copy(COPY) as copy:
            for row in admissions.rows(read if columns.has_header else chain([first], read)):
                copy.write_row(row)
        rows = cursor.rowcount
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    settle_days(session, "staged_admission", "local_start", admissions.found)
    keep_findings(context.log, found, dialect, columns, admissions.found, layout=layout, rows=rows, has_dates=True)
    return rows, columns
