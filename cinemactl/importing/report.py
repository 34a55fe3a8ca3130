"""What an import says of itself: its report, and its plan row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import LARGEST_ID
from cinemactl.errors import CinemactlError, NotFound
from cinemactl.importing.findings import UNKNOWN
from cinemactl.importing.keeping import PLANNED
from cinemactl.importing.tables import OUTCOMES, Import, ImportRow

FETCHED_AT_ONCE = 2000

ROWS = text(f"SELECT * FROM ({PLANNED}) AS planned WHERE outcome = ANY (CAST(:outcomes AS text[])) ORDER BY line")  # noqa: S608


class ImportNotFound(NotFound):
    """There is no such import."""

    code = "import-not-found"

    def __init__(self, import_id: int) -> None:
        super().__init__(f"There is no import {import_id}.", "See `cinemactl import list`.")


class ImportPurged(CinemactlError):
    """The file and the plan of an import are no longer kept."""

    code = "import-purged"

    def __init__(self, import_id: int) -> None:
        super().__init__(
            f"The file and the plan of import {import_id} are no longer kept.",
            "Import it again with `cinemactl movie import`.",
        )


class ImportNotPlanned(CinemactlError):
    """The import's job has not made its plan, or never will."""

    code = "import-not-planned"

    def __init__(self, found: Import) -> None:
        super().__init__(f"Import {found.id} has no plan.", f"See `cinemactl job show {found.job_id}`.")


def get_import(session: Session, import_id: int) -> Import:
    """Return an import; raises ImportNotFound."""
    found = session.get(Import, import_id) if import_id <= LARGEST_ID else None
    if found is None:
        raise ImportNotFound(import_id)
    return found


def report_of(found: Import, state: str) -> dict[str, Any]:
    """Return the report of an import whose job is in `state`; `rows` is the sum of the six outcomes.

    A file of rejects is written where the user is, so that it is named there.
    """
    return {
        "import_id": found.id,
        "job_id": found.job_id,
        "state": state,
        "layout": found.layout,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "rows": found.rows,
        **{outcome: getattr(found, outcome) for outcome in OUTCOMES},
        "rejects_file": None,
        "seconds": found.seconds,
        "dry_run": found.dry_run,
        **{name: found.findings.get(name, unknown) for name, unknown in UNKNOWN.items()},
    }


def plan_rows(session: Session, found: Import, outcomes: Sequence[str] = OUTCOMES) -> Iterator[ImportRow]:
    """Yield the plan of an import row by row, in the order of the file.

    Raises ImportNotPlanned, or ImportPurged when it is no longer kept.
    """
    if found.layout is None:
        raise ImportNotPlanned(found)
    if found.upload_id is None:
        raise ImportPurged(found.id)
    query = select(ImportRow).from_statement(ROWS).execution_options(yield_per=FETCHED_AT_ONCE)
    return iter(session.scalars(query, {"import_id": found.id, "outcomes": list(outcomes)}))
