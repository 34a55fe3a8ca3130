"""An import of sites or screens from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from itertools import chain, islice
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cinemactl.errors import Conflict
from cinemactl.importing.findings import Findings, keep_findings
from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.places.applying import apply_plan, keep_plan
from cinemactl.importing.places.planning import Plan, digest, known
from cinemactl.importing.places.rows import RECORDS, PlaceRow, read_rows
from cinemactl.importing.refusing import dropped_of
from cinemactl.importing.report import report_of
from cinemactl.importing.run import Context, header_of, read_upload
from cinemactl.importing.tables import Import
from cinemactl.importing.uploads import FileUnreadable
from cinemactl.programme.locks import lock_places
from cinemactl.programme.place_cells import Cell

MOST_ROWS = 100_000
DIGEST = "plan_digest"


class PlacePlanOutdated(Conflict):
    """Sites or screens have changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"Sites or screens have changed since import {import_id} was planned: some of its rows would end otherwise. "
            "Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, plan and (unless it is a dry run) apply an import of sites or screens; return its report.

    That of screens has `new_sites` besides the fields of every import. Raises FileUnreadable, LayoutUnknown or
    RecordsOfAnotherKind when nothing can be imported from the file.
    """
    return _performed(context, import_id, of_plan=False)


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises PlacePlanOutdated when it would do anything else by now."""
    return _performed(context, import_id, of_plan=True)


def _performed(context: Context, import_id: int, *, of_plan: bool) -> dict[str, Any]:
    started = time.monotonic()
    session = context.session
    session.execute(text("SET LOCAL lock_timeout = 0"))
    found = session.get_one(Import, import_id, with_for_update=True)
    if of_plan:
        require_plan(found)
        forget_plan(session, [import_id])
    rows = _rows(context, found)
    context.progress("Planning", 0, None)
    lock_places(session)
    here = known(session, rows)
    counts = Plan(session, found.noun, here, _new_site(found)).decide(rows)
    planned = digest(rows)
    if of_plan and planned != found.options.get(DIGEST):
        raise PlacePlanOutdated(found.id)
    found.rows = len(rows)
    for outcome, count in counts.items():
        setattr(found, outcome, count)
    former: dict[int, dict[str, Any]] = {}
    if of_plan or not found.dry_run:
        context.progress("Applying", 0, None)
        now = session.scalars(select(func.now())).one()
        former = apply_plan(session, found.noun, rows, here, now)
        found.dry_run, found.applied_at = False, now
    else:
        found.options = {**found.options, DIGEST: planned}
    keep_plan(session, found.id, rows, former)
    found.state = "planned" if found.dry_run else "applied"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    report = report_of(found, "succeeded")
    return report if found.noun == "site" else report | {"new_sites": _sites_in(rows)}


def _rows(context: Context, found: Import) -> list[PlaceRow]:
    session: Session = context.session
    with session.connection().engine.connect() as reader:
        read, dialect = read_upload(reader, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = RECORDS[found.noun].chosen(found.filename, first.fields, found.options)
        every = read if columns.has_header else chain([first], read)
        site = found.options.get("site")
        findings = Findings(mended=None, dropped=dropped_of(found.options))
        told = read_rows(found.noun, columns, every, str(site) if site else None, findings)
        rows = list(islice(told, MOST_ROWS + 1))
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    if len(rows) > MOST_ROWS:
        raise FileUnreadable(
            found.filename, f"it has more than {MOST_ROWS:,} rows, and nobody has so many {found.noun}s"
        )
    keep_findings(context.log, found, dialect, columns, findings, layout=layout, rows=len(rows), has_dates=False)
    return rows


def _new_site(found: Import) -> dict[str, Cell]:
    """Return what options say of the sites that are made."""
    return {name: str(told) for name in ("timezone", "country") if (told := found.options.get(name))}


def _sites_in(rows: list[PlaceRow]) -> int:
    return sum("site_timezone" in (row.changes or {}) for row in rows)
