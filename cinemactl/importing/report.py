"""What an import says of itself: its report and the rows it set aside."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError, NotFound
from cinemactl.importing.tables import OUTCOMES, Import, ImportRow, Upload

SET_ASIDE = ("rejected", "ambiguous")
REJECTED_COLUMNS = ("rejected_line", "rejected_column", "rejected_reason")


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import-not-found"

    def __init__(self, import_id: int) -> None:
        super().__init__(f"There is no import {import_id}.", "See `cinemactl import list`.")


class ImportPurged(CinemactlError):
    """The file of an import is no longer kept."""

    code = "import-purged"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"The file of import {import_id} is no longer kept.", "Import it again with `cinemactl movie import`."
        )


def get_import(session: Session, import_id: int) -> Import:
    """Return an import; raises ImportNotFound."""
    found = session.get(Import, import_id) if import_id < 2**63 else None
    if found is None:
        raise ImportNotFound(import_id)
    return found


def report_of(job: Import) -> dict[str, Any]:
    """Return the report: `rows` is the sum of the six outcomes."""
    return {
        "import_id": job.id,
        "job_id": job.job_id,
        "state": job.state,
        "layout": job.layout,
        "encoding": job.encoding,
        "delimiter": job.delimiter,
        "rows": job.rows,
        **{outcome: getattr(job, outcome) for outcome in OUTCOMES},
        "rejects_file": None,
        "seconds": job.seconds,
    }


def list_imports(session: Session, *, limit: int, after: int | None) -> list[Import]:
    """Return imports, the latest first; `after` is the id of the last one already seen."""
    query = select(Import).order_by(Import.id.desc()).limit(limit)
    return list(session.scalars(query if after is None else query.where(Import.id < after)))


def plan_rows(session: Session, import_id: int, outcomes: tuple[str, ...] = OUTCOMES) -> Iterator[ImportRow]:
    """Yield the plan of an import row by row, in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.outcome.in_(outcomes))
    return iter(session.scalars(query.order_by(ImportRow.line).execution_options(yield_per=2000)))


def write_rejects(session: Session, job: Import, stream: TextIO) -> int:
    """Write the rows set aside as CSV, as they came, with line, column and reason after them; return how many.

    The three added columns are passed over when the corrected file is imported. Raises ImportPurged.
    """
    from cinemactl.importing.run import read_upload  # noqa: PLC0415  (run writes the report, this reads the file again)

    if job.upload_id is None:
        raise ImportPurged(job.id)
    reasons = {row.line: row for row in plan_rows(session, job.id, SET_ASIDE)}
    writer = csv.writer(stream, lineterminator="\n")
    found, _ = read_upload(session.connection(), job)
    header = next(found).fields
    writer.writerow([*header, *REJECTED_COLUMNS])
    for record in found:
        if row := reasons.get(record.line):
            cells = [cell.encode("utf-8", "replace").decode() for cell in record.fields]
            padding = [""] * (len(header) - len(cells))
            writer.writerow([*cells, *padding, row.line, row.column or "", row.reason or ""])
    return len(reasons)


def purge_imports(session: Session, *, keep_days: int) -> int:
    """Remove the files and plans of imports older than `keep_days`; return how many imports that were."""
    limit = func.now() - func.make_interval(0, 0, 0, keep_days)
    old = select(Import.id).where(Import.created_at < limit, Import.upload_id.is_not(None))
    purged = list(session.scalars(old))
    uploads = list(session.scalars(select(Import.upload_id).where(Import.id.in_(purged))))
    session.execute(delete(ImportRow).where(ImportRow.import_id.in_(purged)))
    session.execute(delete(Upload).where(Upload.id.in_(uploads)))
    return len(purged)


def kept_size(session: Session) -> int:
    """Return the bytes that uploads and plans take up in the database."""
    return sum(
        session.scalar(select(func.pg_total_relation_size(name))) or 0 for name in ("upload_chunk", "import_row")
    )
