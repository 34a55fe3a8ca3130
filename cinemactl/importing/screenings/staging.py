"""The rows of a file of screenings, typed, in a temporary table of the job's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.reading import Record
from cinemactl.importing.rows import CellRefused
from cinemactl.importing.screenings.rows import ScreeningReader

TOLD = (
    "runtime",
    "format",
    "audio",
    "subtitles",
    "captions",
    "price_category",
    "held_back_seats",
    "seats",
    "sold",
    "state",
)
# `runtime` is what the row tells, `movie_id` and `screen_id` what it was found to mean.
STAGED = text("""
    CREATE TEMPORARY TABLE staged_screening (
        line integer NOT NULL, outcome text, "column" text, reason text, candidates bigint[],
        site text, screen text, reference text, local timestamp, unclear_day date, starts_at timestamptz,
        runtime integer, format text, audio text, subtitles text, captions text, price_category text,
        held_back_seats integer, seats integer, sold integer, state text,
        movie_id bigint, site_id integer, screen_id integer, timezone text, changes jsonb
    ) ON COMMIT DROP
""")
COPY = f"""
    COPY staged_screening (
        line, outcome, "column", reason, site, screen, reference, local, unclear_day, starts_at, {", ".join(TOLD)}
    ) FROM STDIN
"""
FAULTY = (None,) * (6 + len(TOLD))


def stage(session: Session, records: Iterable[Record], reader: ScreeningReader) -> int:
    """Load the records after the header into the staging table and return how many there are.

    A record or a cell that is refused is staged too, as rejected, with its column and reason.
    """
    session.execute(STAGED)
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with driver.cursor() as cursor:
        with cursor.copy(COPY) as copy:
            for row in _rows(records, reader):
                copy.write_row(row)
        count = cursor.rowcount
    session.execute(text("ANALYZE staged_screening"))
    return count


def _rows(records: Iterable[Record], reader: ScreeningReader) -> Iterator[tuple[Any, ...]]:
    for record in records:
        if record.fault:
            yield (record.line, "rejected", None, f"The row cannot be used: {record.fault}.", *FAULTY)
            continue
        try:
            said = reader.said(record.fields)
        except CellRefused as refused:
            yield (record.line, "rejected", refused.column, refused.reason, *FAULTY)
            continue
        yield (
            *(record.line, None, None, None, said.site, said.screen, said.reference),
            *(said.start.local, said.start.unclear, said.start.at),
            *map(said.told.get, TOLD),
        )
