"""The ranking: what leads the list, what it is made of, and what is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from programme.houses import house
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cinemactl.audience.tables import Member, Rating
from cinemactl.catalogue.locks import lock_catalogue, lock_titles
from cinemactl.catalogue.tables import Movie
from cinemactl.programme import ranking
from cinemactl.programme.screenings import add_screening
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


def test_screenings_sold_seats_and_ratings_count(session: Session) -> None:
    session.execute(text("DELETE FROM movie"))
    built = house(session)
    soon = datetime.now(UTC) + timedelta(days=1)
    shown = add_screening(session, built.heat, built.site, built.screens[0], soon)
    add_screening(session, built.heat, built.site, built.screens[1], soon)
    rated = [Movie(title=title, release_date=soon.date(), release_year=soon.year) for title in ("loved once", "loved")]
    session.add_all([*rated, member := Member(handle="anna"), other := Member(handle="bert")])
    session.flush()
    shown.sold = 50
    for movie, by, stars in (
        (rated[0], member, 5),
        (rated[1], member, 5),
        (rated[1], other, 5),
        (built.heat, other, 1),
    ):
        session.add(Rating(movie_id=movie.id, member_id=by.id, stars=stars))
    session.flush()

    parts = {part["part"]: part for part in ranking.explain(session, built.heat)["parts"]}
    assert parts["screenings"]["value"] == pytest.approx(2 / 12, abs=0.001)
    assert parts["admissions"]["value"] == 0.25
    assert "50 of 200 seats sold" in parts["admissions"]["reason"]
    # The mean of the four is 4 stars, which count as ten: (10 * 4 + 1) / 11 of 5 stars, a day from the start.
    assert "3.73 of 5 stars, as 1 rating shrunk to the mean of 4.00" in parts["rating"]["reason"]
    assert parts["rating"]["value"] == pytest.approx((41 / 11 - 0.5) / 4.5 * 2 ** (-1 / 14), abs=0.001)

    ranking.refresh(session)
    found = _rankings(session)
    assert found["loved"] > found["loved once"]
    assert found["Shorts"] == 0
