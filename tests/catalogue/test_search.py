"""Searching a few hundred real movies: exact, misspelt, in other scripts, and whatever else may be typed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.parts import people_ids
from cinemactl.catalogue.search import search_movies
from cinemactl.catalogue.search_index import refresh_search
from cinemactl.catalogue.tables import Credit, Movie, SearchWord
from cinemactl.errors import UsageRefused

SAMPLE = Path(__file__).parents[2] / "sample_data" / "movies.csv"


@pytest.fixture(scope="module")
def catalogue(shared_database) -> Iterator[Session]:
    """Give the sample's movies, in a transaction that is rolled back after the last test here."""
    with shared_database.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            _add_sample(session)
            yield session
        transaction.rollback()


@pytest.fixture
def session(catalogue) -> Iterator[Session]:
    """Give the same, every change of the test itself rolled back."""
    with catalogue.begin_nested() as savepoint:
        yield catalogue
        savepoint.rollback()
    catalogue.expire_all()


def _add_sample(session: Session) -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {name for row in rows for name in f"{row['directors']}|{row['cast']}".split("|") if name}
    ids = people_ids(session, sorted(names))
    for row in rows:
        movie = Movie(title=row["title"], original_title=row["original_title"] or None, release_year=int(row["year"]))
        session.add(movie)
        session.flush()
        for role, column in (("director", "directors"), ("cast", "cast")):
            for position, name in enumerate(filter(None, row[column].split("|")), 1):
                session.add(Credit(movie_id=movie.id, role=role, position=position, person_id=ids[name]))
    session.flush()
    refresh_search(session, session.scalars(select(Movie.id)).all())


def titles_found(session: Session, words: str) -> list[str]:
    return [movie.title for movie in search_movies(session, words)]


def every_movie(session: Session) -> list[Movie]:
    return list(session.scalars(select(Movie).order_by(Movie.id)))


def add(session: Session, title: str, **values) -> Movie:
    movie = Movie(title=title, **values)
    session.add(movie)
    session.flush()
    refresh_search(session, [movie.id])
    return movie


def misspelt(title: str) -> dict[str, str]:
    """Return the title with a letter of its longest word left out, doubled, another, and two letters exchanged."""
    word = max(title.split(), key=len)
    middle = title.index(word) + len(word) // 2
    before, letter, after = title[:middle], title[middle], title[middle + 1 :]
    return {
        "left out": before + after,
        "doubled": before + letter + letter + after,
        "another": before + ("e" if letter != "e" else "a") + after,
        "exchanged": before[:-1] + letter + before[-1] + after,
    }


def test_every_title_finds_its_movie_first(session):
    assert [
        movie.title for movie in every_movie(session) if titles_found(session, movie.title)[:1] != [movie.title]
    ] == []


def test_every_original_title_finds_its_movie_first_in_any_script(session):
    wrong = [
        movie.original_title
        for movie in every_movie(session)
        if movie.original_title and search_movies(session, movie.original_title)[:1] != [movie]
    ]
    assert wrong == []


@pytest.mark.parametrize("mistake", ["left out", "doubled", "another", "exchanged"])
def test_a_misspelt_title_finds_its_movie(session, mistake):
    titles = sorted({movie.title for movie in every_movie(session) if len(max(movie.title.split(), key=len)) > 4})[::5]
    found = [titles_found(session, misspelt(title)[mistake])[:3] for title in titles]
    missed = [title for title, three in zip(titles, found, strict=True) if title not in three]
    assert len(titles) > 40
    assert missed == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("shawshenk redemtion", "The Shawshank Redemption"),
        ("godfahter", "The Godfather"),
        ("teh matirx", "The Matrix"),
        ("scorcese taxi driver", "Taxi Driver"),
        ("kurosava samurai", "Seven Samurai"),
        ("amelie", "Amélie"),
        ("le fabuleux destin", "Amélie"),
        ("AMÉLIE", "Amélie"),
        ("godzila", "Godzilla"),
        ("七人", "Seven Samurai"),
        ("侍", "Seven Samurai"),
        ("сталкер", "Stalker"),
        ("СТАЛКЕР", "Stalker"),
        ("기생충", "Parasite"),
        ("eternal sunshine of the spotles mind kaufman", "Eternal Sunshine of the Spotless Mind"),
        ("de niro taxi", "Taxi Driver"),
    ],
)
def test_what_people_type_finds_what_they_mean(session, words, title):
    assert titles_found(session, words)[0] == title


def test_a_name_finds_the_movies_of_its_bearer_without_accents_and_misspelt(session):
    directed = {movie.title for movie in search_movies(session, "Akira Kurosawa")}
    assert {"Seven Samurai", "Rashomon", "Ikiru"} <= directed
    assert {"Seven Samurai", "Rashomon", "Ikiru"} <= set(titles_found(session, "kurosava"))
    assert "Seven Samurai" in titles_found(session, "toshiro mifune")


def test_of_remakes_the_year_chooses_and_the_newest_is_first_without(session):
    found = search_movies(session, "a star is born")
    years = [movie.release_year or 0 for movie in found if movie.title == "A Star Is Born"]
    assert years == sorted(years, reverse=True)
    assert len(years) > 1
    assert search_movies(session, f"a star is born {years[-1]}")[0].release_year == years[-1]


def test_a_better_ranking_is_first_among_equals(session):
    first, second = add(session, "Qwertz", ranking=0.0), add(session, "Qwertz", ranking=5.0)
    assert search_movies(session, "qwertz") == [second, first]


def test_the_limit_is_kept(session):
    assert len(search_movies(session, "the", limit=7)) == 7


@pytest.mark.parametrize("words", ["", " ", "\n\t", "\0"])
def test_no_word_is_refused(session, words):
    with pytest.raises(UsageRefused, match="no word"):
        search_movies(session, words)


ODD = (
    *("'", '"', "\\", "''\\'", ":*&|!()<->", "...", "🎬", "a", "七", "100%", "%s %(words)s", "'; DROP TABLE movie; --"),
    *(
        "<b>&amp;</b>",
        "http://a.b/c?d='e'&f",
        "a@b.example",
        "حب",
        "\u200d",
        "\u0301",
        "a\0b",
        "\u02bc",
        "½",
        "\N{BYTE ORDER MARK}",
    ),
    *("a:* | !b", "word:ABCD", "heat & !pacino", "(((", "e" * 5000, "x " * 5000),
)


@pytest.mark.parametrize("words", ODD)
def test_odd_words_are_no_error(session, words):
    search_movies(session, words)


def test_five_hundred_words_are_no_error(session):
    search_movies(session, " ".join(session.scalars(select(SearchWord.word).limit(500))))


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_text_can_be_searched(catalogue, words):
    if words.replace("\0", " ").strip():
        search_movies(catalogue, words)
    else:
        with pytest.raises(UsageRefused):
            search_movies(catalogue, words)


@settings(max_examples=25)
@given(title=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_any_title_finds_its_movie(catalogue, title):
    with catalogue.begin_nested() as savepoint:
        movie = add(catalogue, title)
        if title.strip():
            assert movie in search_movies(catalogue, title, limit=1000)
        savepoint.rollback()
