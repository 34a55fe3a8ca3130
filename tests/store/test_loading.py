"""Tables that are filled before they are indexed."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import IntegrityError

from cinemactl.catalogue.tables import Movie, MovieIdentifier
from cinemactl.store import loading
from cinemactl.store.loading import indexed_at_the_end

TABLES = [cast("Table", Movie.__table__), cast("Table", MovieIdentifier.__table__)]
SHAPES = text("""
    SELECT indexdef AS shape FROM pg_indexes WHERE tablename IN ('movie', 'movie_identifier')
    UNION ALL
    SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid IN ('movie'::regclass, 'movie_identifier'::regclass)
    ORDER BY shape
""")
MOVIE = text("INSERT INTO movie (id, title) VALUES (1, 'Heat')")
IDENTIFIER = text("INSERT INTO movie_identifier (scheme, value, movie_id) VALUES ('imdb', 'tt0113277', :movie)")
ANOTHER = text("SELECT false")


def shapes(session):
    return session.scalars(SHAPES).all()


def test_indexes_and_foreign_keys_are_made_after_the_rows(database):
    with database.unit_of_work() as session:
        before = shapes(session)
        with indexed_at_the_end(session, TABLES) as is_first:
            assert is_first
            assert [shape.split()[3] for shape in shapes(session)] == ["movie_identifier_pkey", "movie_pkey"]
            session.execute(IDENTIFIER, {"movie": 1})
            session.execute(MOVIE)
        assert shapes(session) == before
        session.rollback()


def test_what_nothing_stands_for_is_refused_in_the_end(database):
    with database.unit_of_work() as session:
        before = shapes(session)
    with pytest.raises(IntegrityError, match="movie_identifier_movie_id_fkey"):
        fill_wrongly(database)
    with database.unit_of_work() as session:
        assert shapes(session) == before


def fill_wrongly(database):
    with database.unit_of_work() as session, indexed_at_the_end(session, TABLES):
        session.execute(IDENTIFIER, {"movie": 1})


def test_an_index_that_somebody_removed_is_made(database):
    with database.unit_of_work() as session:
        before = shapes(session)
        session.execute(text("DROP INDEX movie_genres_idx"))
        session.execute(text("ALTER TABLE movie_identifier DROP CONSTRAINT movie_identifier_movie_id_fkey"))
        with indexed_at_the_end(session, TABLES) as is_first:
            assert is_first
        assert shapes(session) == before
        session.rollback()


def test_they_stay_where_there_are_rows(database):
    with database.unit_of_work() as session:
        before = shapes(session)
        session.execute(MOVIE)
        with indexed_at_the_end(session, TABLES) as is_first:
            assert not is_first
            assert shapes(session) == before
        session.rollback()


def test_they_stay_where_somebody_else_looks(database):
    with database.engine.connect() as other, database.unit_of_work() as session:
        other.execute(text("SELECT FROM movie"))
        before = shapes(session)
        with indexed_at_the_end(session, TABLES) as is_first:
            assert not is_first
            assert shapes(session) == before
            session.execute(MOVIE)  # the transaction goes on
        session.rollback()


def test_those_of_somebody_else_stay(database, monkeypatch):
    monkeypatch.setattr(loading, "ARE_OURS", ANOTHER)
    with database.unit_of_work() as session:
        before = shapes(session)
        with indexed_at_the_end(session, TABLES) as is_first:
            assert not is_first
            assert shapes(session) == before
