"""What a search sees of a movie, and that it stays so."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue import search_index
from cinemactl.catalogue.search import search_movies
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import Movie, MovieTitle, SearchWord


def add(session: Session, title: str, **values) -> Movie:
    movie = Movie(title=title, **values)
    session.add(movie)
    session.flush()
    refresh_search(session, [movie.id])
    return movie


def test_a_further_title_a_keyword_and_the_synopsis_are_found_in_this_order(session):
    told = add(session, "Told", synopsis="Somebody meets a zorgblat at night.")
    tagged = add(session, "Tagged", keywords=["zorgblat"])
    further = add(session, "Further")
    session.add(MovieTitle(movie_id=further.id, position=1, title="Zorgblat"))
    session.flush()
    refresh_search(session, [further.id])
    assert search_movies(session, "zorgblat")[0] == further
    assert set(search_movies(session, "zorgblat")) == {further, tagged, told}


def test_a_hyphen_an_apostrophe_or_a_dot_may_be_left_out_or_be_a_space(session):
    for title in ("Spider-Woman", "L'Avventuriera", "R.I.P.D. Reloaded"):
        add(session, title)
    for words in (
        "spider woman",
        "spiderwoman",
        "Spider\u2010Woman",
        "lavventuriera",
        "l avventuriera",
        "ripd",
        "r i p d",
    ):
        assert search_movies(session, words), words


def test_a_movie_is_found_by_its_new_title_and_no_longer_by_the_old_one(session):
    movie = add(session, "Brzeszczot")
    movie.title = "Kowadło"
    session.flush()
    refresh_search(session, [movie.id])
    assert search_movies(session, "kowadlo") == [movie]
    assert movie not in search_movies(session, "brzeszczot")


@pytest.mark.parametrize(
    "word", ["odd'world", "odd\\world", "odd'", "'oddworld", "odd&world|!x:*", "odd world", "odd)w(orld"]
)
def test_no_word_of_the_index_breaks_a_tolerant_search(session, word):
    session.add(SearchWord(word=word, movies=1))
    movie = add(session, "Oddworld")
    assert search_movies(session, "oddworlt") == [movie]


def test_words_are_counted_when_many_movies_came_at_once(session):
    movies = [Movie(title=f"Plumbus {number}") for number in range(30)]
    session.add_all(movies)
    session.flush()
    refresh_search(session, [movie.id for movie in movies])
    assert session.scalar(select(SearchWord.movies).where(SearchWord.word == "plumbus")) == 30
    again = Movie(title="Plumbus again")
    session.add(again)
    session.flush()
    refresh_search(session, [again.id])
    assert session.scalar(select(SearchWord.movies).where(SearchWord.word == "plumbus")) == 30
    refresh_search(session, [movie.id for movie in movies])
    assert session.scalar(select(SearchWord.movies).where(SearchWord.word == "plumbus")) == 31


@pytest.mark.parametrize("share", [0, search_index.RECOUNT_SHARE])
def test_every_part_of_many_movies_brings_its_words(session, monkeypatch, share):
    monkeypatch.setattr(search_index, "RECOUNT_SHARE", share)
    monkeypatch.setattr(search_index, "RECOUNT_FROM", 1)
    monkeypatch.setattr(search_index, "MANY", 2)
    monkeypatch.setattr(search_index, "AT_ONCE", 2)
    add(session, "Known Before")
    session.add_all(Movie(title=f"Plumbus {word}") for word in ("one", "two", "three", "four", "five"))
    session.flush()
    told: list[tuple[int, int]] = []
    refresh_search(session, session.scalars(select(Movie.id)).all(), lambda *done: told.append(done))
    assert told == [(0, 6), (2, 6), (4, 6), (6, 6)]
    words = session.scalars(select(SearchWord.word).order_by(SearchWord.word)).all()
    assert words == ["before", "five", "four", "known", "one", "plumbus", "three", "two"]


def test_a_refresh_of_what_did_not_change_writes_nothing(session):
    movie = add(session, "Unchanged")
    version = text("SELECT ctid::text FROM movie_search WHERE movie_id = :movie")
    before = session.scalar(version, {"movie": movie.id})
    refresh_search(session, [movie.id])
    assert session.scalar(version, {"movie": movie.id}) == before


def test_many_at_once_and_one_by_one_are_found_by_the_same(session):
    session.execute(text("INSERT INTO person (name) VALUES ('Ægir Straße'), ('R.I. P-D')"))
    session.execute(
        text("""
            INSERT INTO movie (title, original_title, release_year, keywords, synopsis)
            SELECT 'Spider-Man ' || n, CASE WHEN n % 3 = 0 THEN 'L''Été ' || n WHEN n % 3 = 1 THEN 'Spider-Man ' || n END,
                CASE WHEN n % 2 = 0 THEN 1900 + n % 100 END, CASE WHEN n % 2 = 0 THEN ARRAY['night'] ELSE '{}' END,
                CASE WHEN n % 5 = 0 THEN 'Somebody meets a zorgblat.' END
            FROM generate_series(1, :many) AS n
        """),
        {"many": search_index.MANY},
    )
    session.execute(
        text("""
            INSERT INTO movie_title (movie_id, position, title)
            SELECT id, further, 'Title ' || further || ' of ' || id FROM movie, generate_series(1, 2) AS further
            WHERE id % 2 = 0
        """)
    )
    session.execute(
        text("""
            INSERT INTO credit (movie_id, role, position, person_id)
            SELECT movie.id, 'cast', row_number() OVER (PARTITION BY movie.id ORDER BY person.id), person.id
            FROM movie, person WHERE movie.id % 4 < 3
        """)
    )
    movie_ids = session.scalars(select(Movie.id).order_by(Movie.id)).all()
    refresh_search(session, movie_ids)
    seen = text("SELECT movie_id, titles, document::text FROM movie_search ORDER BY movie_id")
    words = text("SELECT word FROM search_word ORDER BY word")
    at_once = session.execute(seen).all(), session.scalars(words).all()
    session.execute(text("TRUNCATE movie_search, search_word"))
    for movie_id in movie_ids:
        refresh_search(session, [movie_id])
    assert (session.execute(seen).all(), session.scalars(words).all()) == at_once
    assert session.scalars(text("SHOW parallel_setup_cost")).one() != "0"
