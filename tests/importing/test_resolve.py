"""Rows that could be several movies are imported as somebody says they are."""

from __future__ import annotations

import pytest
from importing.importer import table

from cinemactl.errors import CinemactlError
from cinemactl.importing.questions import questions_of

FILE = table("title,year,runtime,imdb_id", "Heat,1995,170,", "Heat,1995,170,tt0000009", "Cold,1996,100,")


@pytest.fixture
def namesakes(importer):
    """Know two movies of one title and year, and set rows aside that could be either."""
    ids = [importer.add("Heat", release_year=1995, ids=[("tmdb", str(number))]) for number in (1, 2)]
    done = importer.run(FILE)
    assert (done["ambiguous"], done["created"]) == (2, 1)
    return importer, done["import_id"], ids


def test_questions_tell_the_row_and_its_candidates(namesakes):
    importer, import_id, ids = namesakes
    with importer.database.unit_of_work() as session:
        first, second = questions_of(session, import_id)
    assert (first.line, first.cells) == (2, {"title": "Heat", "year": "1995", "runtime": "170"})
    assert first.candidates == [(ids[0], "Heat (1995)"), (ids[1], "Heat (1995)")]
    assert second.line == 3
    assert first.reason


def test_a_row_is_the_movie_it_is_said_to_be(namesakes):
    importer, import_id, ids = namesakes
    done = importer.resolve(import_id, {2: str(ids[1])})
    assert (done["rows"], done["updated"]) == (1, 1)
    assert [movie["runtime"] for movie in importer.movies()] == [None, 170, 100]


def test_a_row_is_new_when_it_is_said_to_be(namesakes):
    importer, import_id, _ = namesakes
    done = importer.resolve(import_id, {2: "new", 3: "new"})
    assert (done["rows"], done["created"]) == (2, 2)
    assert [movie["ids"] for movie in importer.movies()][3:] == [[], [{"scheme": "imdb", "value": "tt0000009"}]]


def test_two_rows_are_one_movie_when_they_are_said_to_be(namesakes):
    importer, import_id, ids = namesakes
    done = importer.resolve(import_id, {2: str(ids[0]), 3: str(ids[0])})
    assert (done["updated"], done["duplicates"]) == (1, 1)
    assert {"scheme": "imdb", "value": "tt0000009"} in importer.movies()[0]["ids"]


def test_a_dry_run_only_tells(namesakes):
    importer, import_id, ids = namesakes
    before = importer.movies()
    done = importer.resolve(import_id, {2: str(ids[1])}, dry_run=True)
    assert (done["updated"], importer.movies()) == (1, before)
    assert importer.apply(done["import_id"])["updated"] == 1
    assert importer.movies()[1]["runtime"] == 170


def test_what_was_resolved_is_undone_alone(namesakes):
    importer, import_id, ids = namesakes
    before = importer.movies()
    done = importer.resolve(import_id, {2: "new", 3: str(ids[0])})
    importer.undo(done["import_id"])
    assert importer.movies() == before


def test_lines_that_nobody_asked_about(namesakes):
    importer, import_id, ids = namesakes
    with pytest.raises(CinemactlError, match=r"has no ambiguous row in line 4, 77\.") as refused:
        importer.resolve(import_id, {2: "new", 4: str(ids[0]), 77: "new"})
    assert refused.value.exit_code == 2


def test_a_movie_that_is_not_there(namesakes):
    importer, import_id, _ = namesakes
    done = importer.resolve(import_id, {2: "4711"})
    assert (done["rejected"], list(importer.reasons().values())) == (
        1,
        ["The answer names movie 4711, which is not there."],
    )


def test_a_new_movie_cannot_have_the_id_of_another(namesakes):
    importer, import_id, _ = namesakes
    importer.add("Other", ids=[("imdb", "tt0000009")])
    done = importer.resolve(import_id, {3: "new"})
    assert done["rejected"] == 1
    (reason,) = importer.reasons().values()
    assert reason.startswith("It cannot be a new movie: the id imdb:tt0000009 belongs to movie ")


def test_a_movie_gets_no_second_id_in_a_scheme(importer):
    first = importer.add("Heat", release_year=1995, ids=[("tmdb", "1")])
    importer.add("Heat", release_year=1995, ids=[("tmdb", "2")])
    done = importer.run(table("title,year,tmdb_id,imdb_id", "Heat,1995,1,tt0000001", "Heat,1995,2,tt0000001"))
    assert done["ambiguous"] == 2
    again = importer.resolve(done["import_id"], {2: str(first), 3: str(first)})
    assert again["rows"] == 2
    assert importer.one("SELECT count(*) FROM movie_identifier WHERE scheme = 'tmdb'") == 2
