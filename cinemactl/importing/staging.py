"""The rows of a file, typed, in a temporary table of the job's own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import SETS
from cinemactl.catalogue.tables import KEY
from cinemactl.importing.dates import UnclearDay
from cinemactl.importing.layouts.columns import Columns
from cinemactl.importing.reading import Record
from cinemactl.importing.rows import ROLES, CellRefused, values_of
from cinemactl.importing.settling import settle_days

TEXTS = ARRAY(Text)

# What the rows say, as it was read; of a row that is refused, only why.
VALUES = Table(
    "staged_value",
    MetaData(),
    Column("line", Integer, nullable=False),
    Column("outcome", Text),
    Column("column", Text),
    Column("reason", Text),
    Column("title", Text),
    Column("title_key", KEY, Computed("fold(title)", persisted=True)),
    Column("original_title", Text),
    Column("original_key", KEY, Computed("fold(original_title)", persisted=True)),
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
    Column("credit_positions", ARRAY(SmallInteger)),
    Column("credit_names", TEXTS),
    Column("credit_characters", TEXTS),
    Column("unclear_day", Date),
    Column("digest", BYTEA),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)
# What becomes of the rows: written several times, and read by every step, so that it has only what tells which movie a row is.
# `node` is the first line of the rows that are one movie by their ids, `same_as` of those that are one by whatever tells;
# a row that is `known` has its movie by an id. One with a `digest` need not be read when it comes again.
STAGED = Table(
    "staged_movie",
    MetaData(),
    Column("line", Integer),
    Column("node", Integer),
    Column("same_as", Integer),
    Column("outcome", Text),
    Column("column", Text),
    Column("reason", Text),
    Column("movie_id", BigInteger),
    Column("known", Boolean),
    Column("changes", JSONB),
    Column("candidates", ARRAY(BigInteger)),
    Column("title_key", KEY),
    Column("original_key", KEY),
    Column("release_date", Date),
    Column("release_year", SmallInteger),
    Column("schemes", TEXTS),
    Column("digest", BYTEA),
)
BECOMING = """
    CREATE TEMPORARY TABLE staged_movie ON COMMIT DROP AS
    SELECT row.line, row.line AS node, row.line AS same_as, row.outcome, row."column", row.reason,
        known.movie_id, known.movie_id IS NOT NULL AS known,
        CAST('{{}}' AS jsonb) AS changes, CAST(NULL AS bigint[]) AS candidates,
        row.title_key, row.original_key, row.release_date, row.release_year, row.schemes,
        CASE WHEN row.schemes IS NOT NULL THEN row.digest END AS digest
    FROM staged_value AS row LEFT JOIN ({known}) AS known USING (line)
"""
# What becomes of each row. Of what is new, or as it is known already, there may be a million rows, and to
# write that into each costs as much as all comparisons.
ENDED = """
    SELECT line, coalesce(outcome, CASE WHEN movie_id IS NULL THEN 'created' ELSE 'unchanged' END) AS outcome, movie_id, changes
    FROM staged_movie
    UNION ALL
    SELECT line, 'unchanged', movie_id, NULL FROM staged_familiar
"""
# Of each row, what it is and why it cannot be used; then what any file may say.
ALWAYS = ("line", "outcome", "column", "reason")
CREDITS = ("credit_roles", "credit_positions", "credit_names", "credit_characters")
# Fields that are one column as they are; a title may hold a year.
SINGLE = ("title", "original_title", "release_date", "year", "runtime", "synopsis", "poster", "trailer")
HIDDEN = ("title", "year")

# What a row has several of, each kind in a table of its own, from which what can be used of a row is read.
LISTS = (
    """
    CREATE TEMPORARY TABLE staged_identifier ON COMMIT DROP AS
    SELECT line, schemes[1] AS scheme, id_values[1] AS value FROM staged_value WHERE cardinality(schemes) = 1
    UNION ALL
    SELECT row.line, brought.scheme, brought.value
    FROM staged_value AS row, unnest(row.schemes, row.id_values) AS brought (scheme, value)
    WHERE cardinality(row.schemes) > 1
    """,
    """
    CREATE TEMPORARY TABLE staged_title ON COMMIT DROP AS
    SELECT row.line, brought.place, brought.title, brought.language, fold(brought.title) AS title_key
    FROM staged_value AS row,
        unnest(row.further_titles, row.further_languages) WITH ORDINALITY AS brought (title, language, place)
    WHERE row.further_titles IS NOT NULL
    """,
    """
    CREATE TEMPORARY TABLE staged_credit ON COMMIT DROP AS
    SELECT row.line, brought.role, brought.position, brought.name, brought.character
    FROM staged_value AS row,
        unnest(row.credit_roles, row.credit_positions, row.credit_names, row.credit_characters)
        AS brought (role, position, name, character)
    WHERE row.credit_roles IS NOT NULL
    """,
)
# Of the wide table only what is joined by, or a sample of every synopsis would be read.
ANALYZED = ("staged_value (line)", "staged_identifier", "staged_title", "staged_credit")


def load(session: Session, columns: Columns, records: Iterable[tuple[Record, str | None]]) -> int:
    """Load records after the header, each with its digest if it has one, into `staged_value`; return how many there were.

    A record or a cell that is refused is staged too, as rejected, with its column and reason.
    """
    connection = session.connection()
    VALUES.create(connection, checkfirst=True)
    shape = _Shape(columns)
    loaded = sql.SQL("COPY staged_value ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, shape.loaded)))
    count = 0
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(loaded) as copy:
        for record, digest in records:
            copy.write_row(shape.row(record, digest))
            count += 1
    return count


def part(session: Session, columns: Columns) -> None:
    """Make the tables of what the loaded rows have several of; raises DateOrderUnclear when the dates do not tell their order."""
    settle_days(session, "staged_value", "release_date", columns.found)
    for statement in LISTS:
        session.execute(text(statement))
    for table in ANALYZED:
        session.execute(text(f"ANALYZE {table}"))


def become(session: Session, known: str) -> None:
    """Make the table of what becomes of the rows; `known` selects the line and `movie_id` of those whose movie is known."""
    session.execute(text(BECOMING.format(known=known)))
    session.execute(text("ANALYZE staged_movie"))


class _Shape:
    """What a file can fill of the staged columns: `loaded` are their names. To pass over the others saves a fifth."""

    def __init__(self, columns: Columns) -> None:
        fields = {column.field for column in columns.used}.union(HIDDEN)
        self._columns = columns
        self._single = [name for name in SINGLE if name in fields]
        self._sets = [name for name in SETS if name in fields]
        self._is_certified = "certificate" in fields
        self._is_billed = not fields.isdisjoint(ROLES)
        self.loaded = (
            *ALWAYS,
            *("release_year" if name == "year" else name for name in self._single),
            *self._sets,
            *("further_titles", "further_languages", "schemes", "id_values", "unclear_day", "digest"),
            *(("certificate_system", "certificate") if self._is_certified else ()),
            *(CREDITS if self._is_billed else ()),
        )
        self._faulty = (None,) * (len(self.loaded) - len(ALWAYS))
        self._counted = columns.found.counted

    def row(self, record: Record, digest: str | None) -> Sequence[Any]:
        """Return the values of a record, or why it cannot be used."""
        line = record.line
        if record.fault:
            return (line, "rejected", None, f"The row cannot be used: {record.fault}.", *self._faulty)
        try:
            said = values_of(self._columns, record.fields)
        except CellRefused as refused:
            self._columns.look_at_date(record.fields)
            self._counts_nothing()
            return (line, "rejected", refused.column, refused.reason, *self._faulty)
        of = said.get
        further = of("further_titles")
        values = [
            *(line, None, None, None),
            *map(of, self._single),
            *[_array(said[name]) if name in said else None for name in self._sets],
            *(_arrays([(title.title, title.language) for title in further], 2) if further else (None, None)),
            *_arrays(of("ids"), 2),
            day if isinstance(day := of("release_date"), UnclearDay) else None,
            f"\\x{digest}" if digest and self._counts_nothing() else None,
        ]
        if self._is_certified:
            values += of("certificate", (None, None))
        if self._is_billed:
            values += _arrays(_billed(said), len(CREDITS))
        return values

    def _counts_nothing(self) -> bool:
        """Whether no cell of the record under way is to be counted as mended or dropped, which takes reading it."""
        before, self._counted = self._counted, self._columns.found.counted
        return before == self._counted


def _billed(said: Mapping[str, Any]) -> list[tuple[str, str, str, str | None]]:
    """Return role, billing position from 1 in each role, name and character of each credit."""
    return [
        (role, str(position), name, character)
        for field, role in ROLES.items()
        if field in said
        for position, (name, character) in enumerate(dict.fromkeys(said[field]), start=1)
    ]


def _arrays(tuples: Sequence[tuple[str | None, ...]] | None, width: int) -> Iterable[str | None]:
    """Return one array for each place of the tuples, None for each when there are no tuples."""
    if not tuples:
        return (None,) * width
    if len(tuples) == 1:  # as most rows have one id
        return [_array((one,)) for one in tuples[0]]
    return map(_array, zip(*tuples, strict=True))


def _array(values: Sequence[str | None] | None) -> str | None:
    """Return texts as PostgreSQL writes an array, None for none; the driver's own way costs ten times as much."""
    if not values:
        return None
    if None in values:
        return "{" + ",".join(["NULL" if value is None else _quoted(value) for value in values]) + "}"
    together = '","'.join(values)  # type: ignore[arg-type]  # there is no None among them
    if "\\" in together or together.count('"') != 2 * (len(values) - 1):
        return "{" + ",".join(map(_quoted, values)) + "}"  # type: ignore[arg-type]  # as above
    return f'{{"{together}"}}'


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
