"""An import of screenings from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import delete, func, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue, share_catalogue
from cinemactl.errors import Conflict
from cinemactl.importing.findings import keep_findings
from cinemactl.importing.headed import Columns
from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.refusing import dropped_of
from cinemactl.importing.report import report_of
from cinemactl.importing.run import GENEROUS, Context, header_of, read_upload
from cinemactl.importing.screenings.moments import place_in_time
from cinemactl.importing.screenings.movies import forget_unused_movies, match_movies
from cinemactl.importing.screenings.places import Made, forget_unused_places, match_places
from cinemactl.importing.screenings.planning import KEPT, decide_rows
from cinemactl.importing.screenings.rows import MOVIES, RECORDS, ScreeningReader
from cinemactl.importing.screenings.staging import stage
from cinemactl.importing.settling import settle_days
from cinemactl.importing.signatures import JSON
from cinemactl.importing.tables import OUTCOMES, Import
from cinemactl.importing.uploads import FileUnreadable
from cinemactl.programme.locks import lock_places
from cinemactl.programme.plans.applying import lines_of, write
from cinemactl.programme.plans.writing import write_decided
from cinemactl.programme.tables import SchedulePlan

KEEP = 'COPY import_row (import_id, line, outcome, movie_id, changes, "column", reason, candidates) FROM STDIN'
KEEP_STAGED = text("""
    INSERT INTO import_row (import_id, line, outcome, movie_id, changes, "column", reason, candidates)
    SELECT :import_id, line, outcome, movie_id, changes, "column", reason, candidates FROM staged_screening
""")
KEEP_LINES = "COPY schedule_change (plan_id, position, change, screening_id, before, after) FROM STDIN"
OTHERWISE = text("""
    SELECT count(*) FROM (SELECT * FROM import_row WHERE import_id = :import_id) AS planned
    FULL JOIN staged_screening AS now USING (line)
    WHERE planned.outcome IS DISTINCT FROM now.outcome OR planned.changes IS DISTINCT FROM now.changes
""")


class SchedulePlanOutdated(Conflict):
    """The programme has changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"The programme has changed since import {import_id} was planned: some of its rows would end otherwise. "
            "Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


@dataclass(slots=True)
class _Work:
    """What was planned: rows of each outcome, what was made for them, and the plan of the programme."""

    counts: dict[str, int]
    made: Made
    movies: list[int]
    plan: SchedulePlan


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, place, plan and (unless it is a dry run) apply an import of screenings; return its report.

    The report has `plan_id`, `new_sites`, `new_screens`, `new_movies`, `assumed_seats` (new screens of which nothing told
    the seats) and `check_findings` by severity, besides the fields of every import. Raises FileUnreadable, LayoutUnknown,
    RecordsOfAnotherKind or TimezoneWanted when nothing can be imported from the file.
    """
    return _performed(context, import_id, of_plan=False)


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises SchedulePlanOutdated when it would do anything else by now."""
    return _performed(context, import_id, of_plan=True)


def _performed(context: Context, import_id: int, *, of_plan: bool) -> dict[str, Any]:
    started = time.monotonic()
    session = context.session
    session.execute(text(GENEROUS))
    found = session.get_one(Import, import_id, with_for_update=True)
    if of_plan:
        require_plan(found)
    columns = _staged(context, found)
    context.progress("Planning", 0, None)
    work = (
        _applied(context, found, columns, of_plan=of_plan)
        if of_plan or not found.dry_run
        else _tried(session, found, columns)
    )
    for outcome, count in work.counts.items():
        setattr(found, outcome, count)
    found.state = "planned" if found.dry_run else "applied"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    severities = [finding["severity"] for finding in work.plan.findings]
    return report_of(found, "succeeded") | {
        "plan_id": work.plan.id,
        "new_sites": len(work.made.sites),
        "new_screens": len(work.made.screens),
        "new_movies": len(work.movies),
        "assumed_seats": len(work.made.assumed),
        "check_findings": {one: severities.count(one) for one in sorted(set(severities))},
    }


def _applied(context: Context, found: Import, columns: Columns, *, of_plan: bool) -> _Work:
    """Plan and apply; the plan that a dry run kept is held against this one, and replaced by it."""
    session = context.session
    work = _planned(session, found, columns, applies=True)
    if of_plan and session.scalar(OTHERWISE, {"import_id": found.id}):
        raise SchedulePlanOutdated(found.id)
    forget_plan(session, [found.id])
    session.execute(delete(SchedulePlan).where(SchedulePlan.import_id == found.id, SchedulePlan.id != work.plan.id))
    session.execute(KEEP_STAGED, {"import_id": found.id})
    context.progress("Applying", 0, None)
    write(session, work.plan)
    found.dry_run, found.applied_at = False, func.now()
    return work


def _tried(session: Session, found: Import, columns: Columns) -> _Work:
    """Plan as if it were to be applied, with all that is made for it, and keep of that the plan alone."""
    attempt = session.begin_nested()
    work = _planned(session, found, columns, applies=False)
    rows = [tuple(row) for row in session.execute(KEPT)]
    lines = [
        (line.position, line.change, line.screening_id, _jsonb(line.before), _jsonb(line.after))
        for line in lines_of(session, work.plan.id)
    ]
    findings, arguments = work.plan.findings, work.plan.arguments
    attempt.rollback()
    plan = SchedulePlan(kind="import", import_id=found.id, arguments=arguments, findings=findings)
    session.add(plan)
    session.flush()
    _keep_rows(session, found, [(*row[:2], None if row[2] in set(work.movies) else row[2], *row[3:]) for row in rows])
    with _driver(session).cursor() as cursor, cursor.copy(KEEP_LINES) as copy:
        for line in lines:
            copy.write_row((plan.id, *line))
    work.plan = plan
    return work


def _planned(session: Session, found: Import, columns: Columns, *, applies: bool) -> _Work:
    options = found.options
    create = bool(options.get("create_missing"))
    if create:
        lock_catalogue(session)
        lock_places(session)
    else:
        share_catalogue(session)
    movie_column = next((columns.heading(name) for name in MOVIES if name in columns.places), None)
    screen_column = columns.heading("screen")
    movies = match_movies(session, create=create, column=movie_column)
    zone, country, runtime = (options.get(name) for name in ("timezone", "country", "runtime"))
    made = match_places(
        session,
        create=create,
        timezone=str(zone) if zone else None,
        country=str(country) if country else None,
        column=screen_column,
    )
    place_in_time(session, column=columns.heading("starts_at") or columns.heading("time"))
    counts = decide_rows(
        session,
        columns,
        runtime=int(str(runtime)) if runtime else None,
        named=not applies,
        movie_column=movie_column,
        unit="entry" if found.findings["container"] == JSON else "line",
    )
    movies = forget_unused_movies(session, movies)
    forget_unused_places(session, made)
    arguments = {"file": found.filename, "sites": made.sites, "screens": made.screens, "movies": movies}
    plan = write_decided(session, "import", arguments=arguments, import_id=found.id, numbered=applies)
    return _Work(counts, made, movies, plan)


def _staged(context: Context, found: Import) -> Columns:
    """Load the rows of the file and return what its columns are."""
    session = context.session
    with session.connection().engine.connect() as connection:
        read, dialect = read_upload(connection, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = RECORDS.chosen(found.filename, first.fields, found.options)
        site, order = found.options.get("site"), found.options.get("date_order")
        reader = ScreeningReader(
            columns,
            site=str(site) if site else None,
            date_order=str(order) if order else None,
            dropped=dropped_of(found.options),
        )
        rows = stage(session, read if columns.has_header else chain([first], read), reader)
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    settle_days(session, "staged_screening", "local", reader.found)
    # Until it is known what becomes of each, for the counts always add up.
    for outcome in OUTCOMES:
        setattr(found, outcome, rows if outcome == "rejected" else 0)
    found.rows = rows
    keep_findings(context.log, found, dialect, columns, reader.found, layout=layout, rows=rows, has_dates=True)
    return columns


def _keep_rows(session: Session, found: Import, rows: list[tuple[Any, ...]]) -> None:
    """Keep the plan row by row: line, outcome, movie, changes, column, reason, candidates."""
    with _driver(session).cursor() as cursor, cursor.copy(KEEP) as copy:
        for line, outcome, movie_id, changes, *rest in rows:
            copy.write_row((found.id, line, outcome, movie_id, _jsonb(changes), *rest))


def _jsonb(value: object) -> Jsonb | None:
    return None if value is None else Jsonb(value)


def _driver(session: Session) -> psycopg.Connection:
    return cast("psycopg.Connection", session.connection().connection.driver_connection)
