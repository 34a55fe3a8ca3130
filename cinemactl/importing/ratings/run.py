"""An import of ratings from the uploaded file to its report, as the job does it: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import chain
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.errors import Conflict
from cinemactl.importing.answers import ANSWERS, NEW, answers_of
from cinemactl.importing.dates import YMD
from cinemactl.importing.dialect import Dialect
from cinemactl.importing.findings import keep_findings
from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.opening import head_of
from cinemactl.importing.outdated import require_plan
from cinemactl.importing.ratings.applying import apply_plan
from cinemactl.importing.ratings.choosing import chosen
from cinemactl.importing.ratings.columns import RatingColumns
from cinemactl.importing.ratings.matching import match
from cinemactl.importing.ratings.plain import Shape, parted, shape_of
from cinemactl.importing.ratings.planning import digest, keep_plan, plan
from cinemactl.importing.ratings.rows import OWN, PART, RatingReader
from cinemactl.importing.ratings.staging import Stretch, stage
from cinemactl.importing.refusing import dropped_of
from cinemactl.importing.report import report_of
from cinemactl.importing.run import Context, header_of, read_upload
from cinemactl.importing.settling import settle_days
from cinemactl.importing.signatures import TEXT
from cinemactl.importing.tables import Import, Upload
from cinemactl.importing.uploads import FileUnreadable, UploadStream

DIGEST = "plan_digest"

# As for movies, but nothing here is wide: the memory is for one sort of all rows.
GENEROUS = "SET LOCAL lock_timeout = 0; SET LOCAL work_mem = '256MB'; SET LOCAL temp_buffers = '64MB'"


class RatingPlanOutdated(Conflict):
    """Members, ratings or movies have changed since the plan was made, so that another thing would be done now."""

    code = "plan-outdated"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"What is known here has changed since import {import_id} was planned: some of its ratings would end otherwise. "
            "Nothing was changed.",
            "Import the file again with --dry-run and see the new plan.",
        )


def perform_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Read, stage, match, plan and (unless it is a dry run) apply an import of ratings; return its report.

    The report has `new_members` besides the fields of every import. Raises FileUnreadable, LayoutUnknown,
    RecordsOfAnotherKind or ScaleUnclear when nothing can be imported from the file.
    """
    return _performed(context, _begun(context.session, import_id))


def apply_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Apply the plan of a dry run and return the report; raises RatingPlanOutdated when it would do anything else by now."""
    found = _begun(context.session, import_id)
    require_plan(found)
    forget_plan(context.session, [import_id])
    return _performed(context, found, planned=str(found.options.get(DIGEST)))


def _begun(session: Session, import_id: int) -> Import:
    session.execute(text(GENEROUS))
    return session.get_one(Import, import_id, with_for_update=True)


def _performed(context: Context, found: Import, planned: str | None = None) -> dict[str, Any]:
    """Do the import; `planned` is the digest of the plan that is to be applied, None to do what the file says now."""
    started = time.monotonic()
    session = context.session
    applies = planned is not None or not found.dry_run
    rows, columns, shape = _staged(context, found)
    context.progress("Matching", 0, None)
    share_catalogue(session)
    lock_audience(session)
    match(session, shape.scheme if shape else "", dry_run=not applies)
    context.progress("Planning", 0, None)
    counts = plan(session, scale=shape.scale if shape else None, movie_column=_movie_column(columns))
    found.rows = rows
    for outcome, count in counts.items():
        setattr(found, outcome, count)
    if planned is not None and digest(session) != planned:
        raise RatingPlanOutdated(found.id)
    keep_plan(session, found.id, counts)
    new_members = 0
    if applies:
        context.progress("Applying", 0, None)
        new_members = apply_plan(session, found.id, counts)
        found.dry_run = False
        found.applied_at = func.now()
    else:
        found.options = {**found.options, DIGEST: digest(session)}
    found.state = "applied" if applies else "planned"
    found.ended_at = func.clock_timestamp()
    found.seconds = round(time.monotonic() - started, 3)
    session.flush()
    return report_of(found, "succeeded") | {"new_members": new_members}


def _staged(context: Context, found: Import) -> tuple[int, RatingColumns, Shape | None]:
    """Load the rows of the file and return how many there are, what its columns are, and the shape of its plain rows."""
    with context.session.connection().engine.connect() as reader:
        read, dialect = read_upload(reader, found, context.progress)
        first = header_of(read, found.filename)
        layout, columns = chosen(found.filename, first.fields, found.options)
        upload = UploadStream(reader, found.upload_id or 0)
        shape = None if ANSWERS in found.options or not _is_bytewise(dialect, upload) else shape_of(columns, dialect)
        stretches: Iterable[Stretch] = (read if columns.has_header else chain([first], read),)
        if shape:
            upload = UploadStream(reader, found.upload_id or 0)
            size = reader.scalar(select(Upload.size).where(Upload.id == found.upload_id))
            stretches = _told(parted(upload, shape, columns, dialect, found.filename), upload, size, context)
        answers = answers_of(found)
        if answers:
            stretches = ((record for record in stretch if record.line in answers) for stretch in stretches)  # type: ignore[union-attr]  # no plain ones
        order = found.options.get("date_order")
        rating_reader = RatingReader(columns, order if isinstance(order, str) else None, dropped_of(found.options))
        rows = stage(context.session, stretches, shape, rating_reader, lambda line: _answer(answers.get(line)))
    if not rows:
        raise FileUnreadable(found.filename, "it has a header and no rows")
    settle_days(context.session, "staged_row", "rated_at", rating_reader.found)
    findings = rating_reader.found
    keep_findings(
        context.log, found, dialect, columns, findings, layout=layout, rows=rows, has_dates=findings.order() != YMD
    )
    return rows, columns, shape


def _told(stretches: Iterable[Stretch], upload: UploadStream, size: int | None, context: Context) -> Iterable[Stretch]:
    for stretch in stretches:
        context.progress("Reading", upload.consumed, size)
        yield stretch


def _is_bytewise(dialect: Dialect, upload: UploadStream) -> bool:
    """Whether the file is a text, not packed, in which a line's end is one byte."""
    if dialect.container != TEXT or dialect.packed or dialect.encoding.startswith(("utf-16", "utf-32")):
        return False
    return b"\n" in head_of(lambda: upload)


def _answer(answer: str | None) -> str | None:
    """Return the reference to the movie that somebody said a row is about; a rating makes no new one."""
    return None if answer in (None, NEW) else PART.join((f"{OWN}:{answer}", "", ""))


def _movie_column(columns: RatingColumns) -> str | None:
    return columns.heading(
        columns.ids[0][1] if columns.ids else columns.movie if columns.movie is not None else columns.title
    )
