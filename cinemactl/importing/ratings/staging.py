"""The rows of a file of ratings in temporary tables: plain ones as PostgreSQL read them, all others typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.ratings.plain import Piece, Shape
from cinemactl.importing.ratings.rows import RatingReader
from cinemactl.importing.reading import Record
from cinemactl.importing.rows import CellRefused

Stretch = Piece | Iterable[Record]

TABLES = (
    "CREATE TEMPORARY SEQUENCE staged_line CACHE 1000",
    """
    CREATE TEMPORARY TABLE staged_plain (
        line bigint NOT NULL DEFAULT nextval('staged_line'),
        seconds bigint, member integer NOT NULL, movie integer NOT NULL, value numeric(3,1) NOT NULL
    ) ON COMMIT DROP
    """,
    """
    CREATE TEMPORARY TABLE staged_row (
        line bigint NOT NULL, handle text, reference text, stars numeric(2,1), source_value numeric,
        source_scale smallint, rated_at timestamptz, unclear_day date, "column" text, reason text
    ) ON COMMIT DROP
    """,
)
DROP_SEQUENCE = text("DROP SEQUENCE staged_line CASCADE")
NUMBER_FROM = text("SELECT setval('staged_line', :line, false)")
COPY_ROWS = "COPY staged_row FROM STDIN"
FAULTY = (None,) * 7


def stage(
    session: Session,
    stretches: Iterable[Stretch],
    shape: Shape | None,
    reader: RatingReader,
    answered: Callable[[int], str | None] = lambda _: None,
) -> int:
    """Load all rows into the staging tables and return how many there are.

    A record or a cell that is refused is staged too, with its column and reason. `answered` gives the movie's reference
    that somebody told for a line. Raises ScaleUnclear.
    """
    for statement in TABLES:
        session.execute(text(statement))
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    count = 0
    expected = 0
    for stretch in stretches:
        if isinstance(stretch, Piece):
            if stretch.line != expected:
                session.execute(NUMBER_FROM, {"line": stretch.line})
            rows = _copy_plain(driver, stretch, cast("Shape", shape))
            expected = stretch.line + rows
            count += rows
        else:
            count += _copy_rows(driver, _rows(stretch, reader, answered))
    session.execute(DROP_SEQUENCE)
    for table in ("staged_plain (member, movie)", "staged_row"):
        session.execute(text(f"ANALYZE {table}"))
    return count


def _copy_plain(driver: psycopg.Connection, piece: Piece, shape: Shape) -> int:
    statement = sql.SQL("COPY staged_plain ({}) FROM STDIN (DELIMITER {})").format(
        sql.SQL(", ").join(map(sql.Identifier, shape.columns)),
        sql.Literal("," if len(shape.delimiter) > 1 else shape.delimiter),
    )
    with driver.cursor() as cursor:
        with cursor.copy(statement) as copy:
            copy.write(piece.content)
        return cursor.rowcount


def _copy_rows(driver: psycopg.Connection, rows: Iterator[tuple[Any, ...]]) -> int:
    with driver.cursor() as cursor:
        with cursor.copy(COPY_ROWS) as copy:
            for row in rows:
                copy.write_row(row)
        return cursor.rowcount


def _rows(
    found: Iterable[Record], reader: RatingReader, answered: Callable[[int], str | None]
) -> Iterator[tuple[Any, ...]]:
    for record in found:
        line = record.line
        if record.fault:
            yield (line, *FAULTY, None, f"The row cannot be used: {record.fault}.")
            continue
        try:
            said = reader.said(line, record.fields)
        except CellRefused as refused:
            yield (line, *FAULTY, refused.column, refused.reason)
            continue
        reference = answered(line) or said.reference
        yield (
            *(line, said.handle, reference, said.stars, said.value, said.scale, said.rated_at, said.unclear_day),
            *(None, None),
        )
