"""What other rooms keep about movies, whatever their tables look like."""

import pytest
from sqlalchemy import text

from cinemactl.catalogue.fields import MovieFields
from cinemactl.catalogue.movies import add_movie
from cinemactl.catalogue.references import (
    CannotMove,
    move_references,
    references_to,
    remove_references,
    return_references,
)

TABLES = """
    CREATE SCHEMA audience;
    CREATE TABLE audience."odd ""name" (
        "first key" text, "movie's" bigint REFERENCES movie, day date, PRIMARY KEY ("first key", day)
    );
    CREATE TABLE double_bill (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        first_id bigint REFERENCES movie, second_id bigint REFERENCES movie
    );
    CREATE TABLE note (movie_id bigint REFERENCES movie, words text);
    CREATE TABLE of_the_week (movie_id bigint PRIMARY KEY REFERENCES movie);
    CREATE TABLE sale (movie_id bigint REFERENCES movie, day date) PARTITION BY RANGE (day);
    CREATE TABLE sale_1995 PARTITION OF sale FOR VALUES FROM ('1995-01-01') TO ('1996-01-01');
"""


@pytest.fixture
def movies(session):
    session.connection().exec_driver_sql(TABLES)
    first, second = (add_movie(session, MovieFields(title=title)).id for title in ("Heat", "Alien"))
    for statement in (
        """INSERT INTO audience."odd ""name" VALUES ('a', :first, '1995-12-15'), ('b', :second, '1995-12-15')""",
        "INSERT INTO double_bill (first_id, second_id) VALUES (:first, :second), (:first, :first), (NULL, :second)",
        "INSERT INTO note VALUES (:first, 'good'), (:second, 'better')",
        "INSERT INTO of_the_week VALUES (:first)",
        "INSERT INTO sale VALUES (:first, '1995-12-15')",
    ):
        session.execute(text(statement), {"first": first, "second": second})
    return first, second


def test_references_are_counted_by_table(session, movies):
    first, second = movies
    assert references_to(session, first) == {"double_bill": 3, "note": 1, 'odd "name': 1, "of_the_week": 1, "sale": 1}
    assert references_to(session, second) == {"double_bill": 2, "note": 1, 'odd "name': 1}


def test_references_are_removed(session, movies):
    first, second = movies
    remove_references(session, first)
    assert references_to(session, first) == {}
    assert references_to(session, second) == {"double_bill": 1, "note": 1, 'odd "name': 1}


def test_references_move_and_return(session, movies):
    first, second = movies
    before = [references_to(session, movie) for movie in movies]
    moved = move_references(session, first, second)
    assert references_to(session, first) == {}
    assert references_to(session, second) == {"double_bill": 5, "note": 2, 'odd "name': 2, "of_the_week": 1, "sale": 1}
    session.execute(text("""DELETE FROM audience."odd ""name" WHERE "first key" = 'a'"""))
    return_references(session, moved, second, first)
    after = [references_to(session, movie) for movie in movies]
    # A row that has gone stays so, and rows that nothing tells apart stay where they are.
    assert after[0] == {name: before[0][name] for name in ("double_bill", "of_the_week")}
    assert after[1] == before[1] | {"note": 2, "sale": 1}


def test_what_one_movie_has_only_once_does_not_move(session, movies):
    first, second = movies
    session.execute(text("INSERT INTO of_the_week VALUES (:movie)"), {"movie": second})
    with pytest.raises(CannotMove, match="Both movies have the same of_the_week"):
        move_references(session, first, second)
