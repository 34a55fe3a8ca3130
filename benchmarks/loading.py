"""Fills an empty database with the made-up catalogue: COPY, and what a search sees, on all processors."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import made_up
from homes import database
from sqlalchemy import Engine, Index, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.search_index import recount_words, write_documents
from cinemactl.catalogue.tables import Credit, Movie, MovieIdentifier, MovieSearch, MovieTitle, Person
from cinemactl.store.base import Base

CHUNK = 20_000
FILLED = (Movie, MovieTitle, Credit, MovieIdentifier, MovieSearch)

# The rows are right by construction, so that no foreign key need be looked at: the credits alone have eight million.
TRUSTED = text("SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
NUMBERED = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")


def load(folder: Path, movies: int) -> None:
    """Fill the database of a home with `movies` movies, telling on stderr how far it is."""
    started = time.monotonic()
    filled = database(folder)
    with filled.unit_of_work() as session:
        session.execute(TRUSTED)
        _copy(session, Person, ("id", "name"), zip(count(1), made_up.people(), strict=False))
        session.execute(NUMBERED, {"table": "person", "last": made_up.PEOPLE})
        session.execute(NUMBERED, {"table": "movie", "last": movies})
    with _indexes_made_last(filled.engine), ProcessPoolExecutor(os.cpu_count()) as processes:
        for done in processes.map(partial(_load_chunk, folder, movies), range(1, movies + 1, CHUNK)):
            _tell(f"{done:,} of {movies:,} movies loaded", started)
    with filled.unit_of_work() as session:
        recount_words(session)
    with filled.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
    _tell(f"{movies:,} movies loaded, indexed, counted and analysed", started, end="\n")


def _load_chunk(folder: Path, movies: int, first: int) -> int:
    last = min(first + CHUNK - 1, movies)
    made = made_up.chunk(first, last, movies)
    with database(folder).unit_of_work() as session:
        session.execute(TRUSTED)
        _copy(session, Movie, made_up.MOVIE_COLUMNS, made.movies)
        _copy(session, MovieTitle, made_up.TITLE_COLUMNS, made.titles)
        _copy(session, Credit, made_up.CREDIT_COLUMNS, made.credits)
        _copy(session, MovieIdentifier, made_up.IDENTIFIER_COLUMNS, made.identifiers)
        write_documents(session, range(first, last + 1))
    return last


def _copy(session: Session, table: type[Base], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table.__tablename__} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


@contextmanager
def _indexes_made_last(engine: Engine) -> Iterator[None]:
    """Take the indexes away while rows come in; an index is made faster at once than row by row."""
    indexes: list[Index] = [index for table in FILLED for index in Base.metadata.tables[table.__tablename__].indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


def _tell(what: str, started: float, end: str = "") -> None:
    sys.stderr.write(f"\r{what}, {time.monotonic() - started:.0f} s{end}")
    sys.stderr.flush()
