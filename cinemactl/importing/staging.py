"""The rows of a file, typed, in a temporary table of the job's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import sql
from sqlalchemy import BigInteger, Column, Computed, Date, Integer, MetaData, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SCALARS, SETS
from cinemactl.catalogue.tables import KEY
from cinemactl.importing.layouts import CellRefused, Columns, movie_of
from cinemactl.importing.reading import Record

TEXTS = ARRAY(Text)

STAGED = Table(
    "staged_movie",
    MetaData(),
    Column("line", Integer, nullable=False),
    Column("outcome", Text),
    Column("movie_id", BigInteger),
    Column("same_as", Integer),
    Column("changes", JSONB),
    Column("column", Text),
    Column("reason", Text),
    Column("candidates", ARRAY(BigInteger)),
    Column("title", Text),
    Column("title_key", KEY, Computed("fold(title)", persisted=True)),
    Column("original_title", Text),
    Column("release_date", Date),
    Column("release_year", SmallInteger),
    Column("runtime", Integer),
    Column("certificate_system", Text),
    Column("certificate", Text),
    Column("synopsis", Text),
    Column("poster", Text),
    Column("trailer", Text),
    *(Column(name, TEXTS) for name in SETS),
    Column("further_titles", TEXTS),
    Column("further_languages", TEXTS),
    Column("schemes", TEXTS),
    Column("id_values", TEXTS),
    Column("credit_roles", TEXTS),
    Column("credit_names", TEXTS),
    Column("credit_characters", TEXTS),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
LOADED = (
    *("line", "outcome", "column", "reason", *SCALARS, *SETS, "further_titles", "further_languages"),
    *("schemes", "id_values", "credit_roles", "credit_names", "credit_characters"),
)
NOTHING = (None,) * (len(LOADED) - 4)


def stage(session: Session, columns: Columns, records: Iterable[Record]) -> int:
    """Load the records after the header into the staging table and return how many there are.

    A record or a cell that is refused is staged too, as rejected, with its column and reason.
    """
    connection = session.connection()
    STAGED.create(connection)
    loaded = sql.SQL("COPY staged_movie ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, LOADED)))
    count = 0
    with connection.connection.cursor() as cursor, cursor.copy(loaded) as copy:
        for record in records:
            copy.write_row(_row(columns, record))
            count += 1
    session.execute(text("ANALYZE staged_movie"))
    return count


def _row(columns: Columns, record: Record) -> tuple[Any, ...]:
    if record.fault:
        return (record.line, "rejected", None, f"The row cannot be used: {record.fault}.", *NOTHING)
    try:
        movie = movie_of(columns, record.fields)
    except CellRefused as refused:
        return (record.line, "rejected", refused.column, refused.reason, *NOTHING)
    return (
        record.line,
        None,
        None,
        None,
        *(getattr(movie, name) for name in SCALARS),
        *(getattr(movie, name) or None for name in SETS),
        *_unzipped(((title.title, title.language) for title in movie.titles), 2),
        *_unzipped(movie.ids, 2),
        *_unzipped(((person.role, person.name, person.character) for person in movie.people), 3),
    )


def _unzipped(tuples: Iterable[tuple[str | None, ...]], width: int) -> Iterable[list[str | None] | None]:
    """Return one list for each place of the tuples, None for each when there are no tuples."""
    return [list(values) for values in zip(*tuples, strict=True)] or [None] * width
