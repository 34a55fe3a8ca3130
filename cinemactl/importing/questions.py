"""What somebody has to answer before the ambiguous rows of an import can be imported."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.importing.report import get_import, plan_rows
from cinemactl.importing.run import header_of, read_upload
from cinemactl.importing.tables import Import


@dataclass(frozen=True)
class Question:
    """A row, what stands in it by column, why it is ambiguous, and which movies it could be: id and title with year."""

    line: int
    cells: dict[str, str]
    reason: str
    candidates: list[tuple[int, str]]


def questions_of(session: Session, import_id: int) -> list[Question]:
    """Return what is to be answered for an import, in the order of its file.

    Raises ImportNotFound, ImportNotPlanned or ImportPurged.
    """
    found = get_import(session, import_id)
    rows = list(plan_rows(session, found, ("ambiguous",)))
    cells = _cells(session, found, {row.line for row in rows})
    named = {movie_id for row in rows for movie_id in row.candidates or ()}
    labels = {movie.id: label(movie) for movie in session.scalars(select(Movie).where(Movie.id.in_(named)))}
    return [
        Question(
            row.line,
            cells.get(row.line, {}),
            row.reason or "",
            [(movie_id, labels[movie_id]) for movie_id in row.candidates or () if movie_id in labels],
        )
        for row in rows
    ]


def _cells(session: Session, found: Import, lines: set[int]) -> dict[int, dict[str, str]]:
    records, _ = read_upload(session.connection(), found)
    header = header_of(records, found.filename).fields
    return {
        record.line: {name: cell for name, cell in zip(header, record.fields, strict=False) if cell.strip()}
        for record in records
        if record.line in lines
    }
