"""What is similar to a movie, why, and that an index changes nothing of it but the time."""

from __future__ import annotations

from math import fsum, sqrt

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.fields import MovieFields, Person
from cinemactl.catalogue.merging import merge_movies
from cinemactl.catalogue.movies import add_movie, edit_movie
from cinemactl.catalogue.tables import Movie
from cinemactl.recommend import similar, vectors_index, vectors_refresh
from cinemactl.recommend.similar import NotComputed, NothingKnown, similar_movies
from cinemactl.recommend.vectors import EXPORTED, exported, vector_of, weighted, year_features


def add(session: Session, title: str, year: int | None = None, director: str = "", cast: str = "", **more) -> Movie:
    people = [Person(name, "director") for name in director.split(",") if name]
    people += [Person(name, "cast") for name in cast.split(",") if name]
    return add_movie(session, MovieFields(title=title, release_year=year, people=people, **more))


@pytest.fixture
def movies(session: Session) -> dict[str, Movie]:
    session.execute(text("DELETE FROM movie"))
    found = [
        add(session, "Heat", 1995, "Michael Mann", "Al Pacino,Robert De Niro", genres=["Crime", "Drama"]),
        add(session, "The Insider", 1999, "Michael Mann", "Al Pacino,Russell Crowe", genres=["Drama"]),
        add(session, "Thief", 1981, "Michael Mann", "James Caan", genres=["Crime", "Drama"]),
        add(session, "Ronin", 1998, "John Frankenheimer", "Robert De Niro", genres=["Action", "Crime"]),
        add(session, "Amélie", 2001, "Jean-Pierre Jeunet", "Audrey Tautou", genres=["Comedy"]),
        add(session, "Only a title"),
    ]
    found += [add(session, f"Another {number}", 1950 + number, genres=["Western"]) for number in range(30)]
    return {movie.title: movie for movie in found}


def test_people_decide_and_the_reasons_add_up(session, movies):
    found = similar_movies(session, movies["Heat"], limit=4)
    assert [one["title"] for one in found][:3] == ["The Insider", "Thief", "Ronin"]
    insider = {one["what"]: one["names"] for one in found[0]["because"]}
    assert (insider["director"], insider["cast"], insider["genre"]) == (["Michael Mann"], ["Al Pacino"], ["Drama"])
    for one in found:
        assert fsum(reason["points"] for reason in one["because"]) == pytest.approx(one["score"], abs=1e-6)
    scores = [one["score"] for one in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[0] < 1


def test_a_movie_that_was_just_added_or_changed_is_compared(session, movies):
    similar_movies(session, movies["Heat"])
    add(session, "Collateral", 2004, "Michael Mann", "Tom Cruise", genres=["Crime", "Drama"])
    assert "Collateral" in [one["title"] for one in similar_movies(session, movies["Heat"], limit=3)]
    edit_movie(session, movies["Amélie"], MovieFields(people=[Person("Michael Mann", "director")]))
    assert "Amélie" in [one["title"] for one in similar_movies(session, movies["Heat"], limit=5)]


def test_a_large_catalogue_is_left_to_the_job(session, movies, monkeypatch):
    monkeypatch.setattr(similar, "REFRESHED_HERE", 3)
    session.execute(text("UPDATE pg_class SET reltuples = 36 WHERE oid = 'movie'::regclass"))
    with pytest.raises(NotComputed, match="not been described") as refused:
        similar_movies(session, movies["Heat"])
    assert "--refresh" in refused.value.hint
    told: list[str] = []
    report = vectors_refresh.refresh(session, lambda stage, *_: told.append(stage))
    assert report == {"movies": 36, "computed": 36, "recounted": True, "indexed": False}
    assert {"counting", "describing"} <= set(told)
    new = add(session, "Collateral", 2004, "Michael Mann", genres=["Crime"])
    assert similar_movies(session, new, limit=1)[0]["title"] == "Heat"
    assert vectors_refresh.refresh(session)["computed"] == 1


def test_a_movie_of_which_nothing_is_known_says_so(session, movies):
    with pytest.raises(NothingKnown, match="Nothing is known of Only a title") as refused:
        similar_movies(session, movies["Only a title"])
    assert "movie edit" in refused.value.hint


def test_an_index_gives_the_same_in_the_same_order(session, movies, monkeypatch):
    if not session.scalar(vectors_index.AVAILABLE):
        pytest.skip("This server has no extension for vectors.")
    monkeypatch.setattr(vectors_index, "WORTH_INDEXING", 10)
    assert vectors_refresh.refresh(session)["indexed"]
    session.execute(text("SET LOCAL enable_seqscan = off"))
    for movie in (movies["Heat"], movies["Amélie"], movies["Another 7"]):
        assert similar_movies(session, movie, limit=8) == similar_movies(session, movie, limit=8, exact=True)
    add(session, "Collateral", 2004, "Michael Mann", genres=["Crime", "Drama"])
    assert vectors_refresh.refresh(session) == {"movies": 37, "computed": 1, "recounted": False, "indexed": True}
    assert "Collateral" in [one["title"] for one in similar_movies(session, movies["Heat"], limit=3)]


def test_a_server_without_the_extension_goes_without(session, movies, monkeypatch):
    monkeypatch.setattr(vectors_index, "AVAILABLE", text("SELECT false"))
    monkeypatch.setattr(vectors_index, "WORTH_INDEXING", 10)
    assert not vectors_refresh.refresh(session)["indexed"]
    assert similar_movies(session, movies["Heat"], limit=1)[0]["title"] == "The Insider"


def test_vectors_are_as_long_as_what_is_known_of_a_movie():
    features = {"genre": {"Drama": 1.0}, "director": {"1": 1.0}, "year": dict(year_features(1995))}
    parts = weighted(features, {})
    length = fsum(part * part for part in parts.values())
    assert length == pytest.approx((1 + 1 + 0.25) / (1 + 1 + 0.25 + 1 + 1 + 0.25 + 0.25 + 0.09 + 0.04))
    vector = exported(vector_of(features, {}))
    assert len(vector) == EXPORTED
    assert sqrt(fsum(number * number for number in vector)) == pytest.approx(sqrt(length), rel=0.5)
    assert vector_of({}, {}).content == [0.0] * (EXPORTED // 2)


def test_near_years_have_more_in_common_than_far_ones():
    def common(one: int, other: int) -> float:
        first, second = dict(year_features(one)), dict(year_features(other))
        return fsum(first[span] * second[span] for span in first.keys() & second.keys())

    assert common(1995, 1995) > common(1995, 1999) > common(1995, 2003) > common(1995, 2030) == 0


def test_vectors_do_not_stand_in_the_way_of_a_merge(session, movies):
    vectors_refresh.refresh(session)
    merge_movies(session, movies["Heat"], movies["Thief"])
    assert "Thief" not in [one["title"] for one in similar_movies(session, movies["Heat"])]
