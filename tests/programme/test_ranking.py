"""The ranking: what leads the list, what it is made of, and what is written."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue, lock_titles
from cinemactl.catalogue.tables import Movie
from cinemactl.programme import ranking
from cinemactl.store.database import Database


@pytest.fixture
def movies(session: Session) -> dict[str, Movie]:
    session.execute(text("DELETE FROM movie"))
    session.execute(
        text("""
            INSERT INTO movie (title, release_date, release_year, status, first_screening_at)
            SELECT title, day, extract(year FROM day)::integer, status, shown FROM (VALUES
                ('tomorrow', current_date + 1, 'catalogue', NULL::timestamptz),
                ('in two weeks', current_date + 14, 'catalogue', NULL),
                ('four weeks ago', current_date - 28, 'catalogue', NULL),
                ('today', current_date, 'catalogue', NULL),
                ('shown today', '1931-03-11'::date, 'running', now()),
                ('old', '1931-03-11'::date, 'catalogue', NULL),
                ('at the end of time', '9999-12-31'::date, 'catalogue', NULL),
                ('unknown', NULL, 'catalogue', NULL)
            ) AS given (title, day, status, shown)
        """)
    )
    return {movie.title: movie for movie in session.query(Movie)}


def _rankings(session: Session) -> dict[str, float]:
    return {row.title: row.ranking for row in session.execute(text("SELECT title, ranking FROM movie"))}


def test_what_matters_now_leads_and_what_is_long_ago_is_nothing(session: Session, movies: dict[str, Movie]) -> None:
    assert ranking.refresh(session) == 5
    found = _rankings(session)
    assert found["shown today"] == 100
    assert found["today"] == 60
    assert found["in two weeks"] == found["four weeks ago"] == 30
    assert found["in two weeks"] < found["tomorrow"] < found["today"]
    assert found["old"] == found["unknown"] == found["at the end of time"] == 0


def test_a_second_refresh_writes_nothing_and_a_changed_movie_alone(session: Session, movies: dict[str, Movie]) -> None:
    ranking.refresh(session)
    assert ranking.refresh(session) == 0
    session.execute(text("UPDATE movie SET status = 'coming-up' WHERE title = 'tomorrow'"))
    assert ranking.refresh(session) == 1
    assert _rankings(session)["tomorrow"] > 70


def test_the_parts_explain_the_sum(session: Session, movies: dict[str, Movie]) -> None:
    ranking.refresh(session)
    for movie in movies.values():
        session.refresh(movie)
        told = ranking.explain(session, movie)
        assert [part["part"] for part in told["parts"]] == [signal.name for signal in ranking.SIGNALS]
        assert sum(part["points"] for part in told["parts"]) == pytest.approx(told["ranking"], abs=0.002)
        assert told["ranking"] == told["stored"] == movie.ranking
        assert all(0 <= part["value"] <= 1 and part["reason"] for part in told["parts"])
    assert "halved every 28 days" in ranking.explain(session, movies["four weeks ago"])["parts"][0]["reason"]


def test_an_infinite_date_has_a_ranking(session: Session, movies: dict[str, Movie]) -> None:
    session.execute(text("UPDATE movie SET first_screening_at = 'infinity' WHERE title = 'unknown'"))
    ranking.refresh(session)
    assert _rankings(session)["unknown"] == 0


def test_an_import_is_waited_for_and_single_changes_are_not_held_up(database: Database) -> None:
    with database.unit_of_work() as mine, database.unit_of_work() as theirs:
        ranking.refresh(mine)
        theirs.execute(text("SET LOCAL lock_timeout = '200ms'"))
        lock_titles(theirs, ["Heat"])
    with database.unit_of_work() as mine, database.unit_of_work() as theirs:
        lock_catalogue(mine)
        theirs.execute(text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            ranking.refresh(theirs)
        theirs.rollback()
