"""Which movie a row is: the rule of identities."""

from __future__ import annotations

import pytest
from importing.importer import table


def test_an_id_that_is_known_matches_whatever_the_title(importer):
    known = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0113277")])
    assert importer.counts(table("title,imdb_id,runtime", "Fuego contra fuego,tt0113277,170")) == {"updated": 1}
    changes = {"title": ["Heat", "Fuego contra fuego"], "titles": [None, ["Heat"]], "runtime": [None, 170]}
    assert importer.plan()[0]["changes"] == changes
    assert importer.movie()["id"] == known


def test_rows_with_different_ids_in_one_scheme_are_different_movies(importer):
    file = table("title,year,imdb_id", "Heat,1995,tt0000001", "Heat,1995,tt0000002", "Heat,1995,tt0000003")
    assert importer.counts(file) == {"created": 3}
    assert importer.counts(file) == {"unchanged": 3}


def test_title_and_year_match_a_movie_without_an_id_in_the_schemes_of_the_row(importer):
    importer.add("Heat", release_year=1995, ids=[("tmdb", "949")])
    assert importer.counts(table("title,year,imdb_id", "HEAT,1995,tt0113277")) == {"updated": 1}
    assert importer.plan()[0]["changes"] == {"ids": [None, ["imdb:tt0113277"]]}
    assert [one["scheme"] for one in importer.movie()["ids"]] == ["imdb", "tmdb"]


def test_title_and_year_do_not_match_a_movie_with_another_id_in_a_scheme_of_the_row(importer):
    importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000001")])
    assert importer.counts(table("title,year,imdb_id", "Heat,1995,tt0000002")) == {"created": 1}


def test_title_and_year_that_several_movies_have_are_set_aside_with_them(importer):
    first = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000001")])
    second = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000002")])
    importer.add("Heat", release_year=1986)
    assert importer.counts(table("title,year", "Heat,1995")) == {"ambiguous": 1}
    (row,) = importer.plan()
    assert row["candidates"] == [first, second]
    assert row["movie_id"] is None
    assert row["reason"] == f"It could be movie {first} or movie {second}: title and year do not tell."


def test_one_of_several_that_has_no_other_id_is_still_not_told_apart(importer):
    importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000001")])
    without = importer.add("Heat", release_year=1995)
    assert importer.counts(table("title,year,imdb_id", "Heat,1995,tt0000009")) == {"updated": 1}
    assert importer.plan()[0]["movie_id"] == without


def test_ids_of_several_movies_are_set_aside(importer):
    first = importer.add("Heat", ids=[("imdb", "tt0000001")])
    second = importer.add("Cold", ids=[("tmdb", "2")])
    assert importer.counts(table("title,imdb_id,tmdb_id", "Heat,tt0000001,2")) == {"ambiguous": 1}
    assert importer.plan()[0]["candidates"] == [first, second]


def test_an_id_beside_a_known_one_that_would_be_the_movies_second_is_set_aside(importer):
    known = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000001"), ("tmdb", "1")])
    assert importer.counts(table("title,year,imdb_id,tmdb_id", "Heat,1995,tt0000001,2")) == {"ambiguous": 1}
    (row,) = importer.plan()
    assert row["candidates"] == [known]
    assert row["reason"] == f"It is movie {known} by another value, but that has the id tmdb:1 and the row tmdb:2."


@pytest.mark.parametrize("title", ["Seven Samurai", "Shichinin no samurai", "Die sieben Samurai", "SEVEN SAMURAI!"])
def test_any_title_of_a_movie_matches(importer, title):
    importer.add(
        "Seven Samurai",
        release_year=1954,
        original_title="Shichinin no Samurai",
        titles=[_further("Die sieben Samurai")],
    )
    assert importer.counts(table("title,year", f"{title},1954")) == {"unchanged": 1}


def test_remakes_stay_apart(importer):
    file = table("title,year", "Dune,1984", "Dune,2021", "True Grit,1969", "True Grit,2010")
    assert importer.counts(file) == {"created": 4}
    assert importer.counts(file) == {"unchanged": 4}


class TestWithoutYear:
    def test_a_row_matches_a_movie_without_year(self, importer):
        importer.add("Heat")
        assert importer.counts(table("title,runtime", "Heat,170")) == {"updated": 1}

    def test_a_row_is_set_aside_when_a_movie_of_its_title_has_a_year(self, importer):
        known = importer.add("Heat", release_year=1995)
        assert importer.counts(table("title", "Heat", "Cold")) == {"created": 1, "ambiguous": 1}
        assert importer.plan()[0]["candidates"] == [known]

    def test_a_row_with_a_year_is_set_aside_when_a_movie_of_its_title_has_none(self, importer):
        known = importer.add("Heat")
        assert importer.counts(table("title,year", "Heat,1995")) == {"ambiguous": 1}
        assert importer.plan()[0]["candidates"] == [known]

    def test_a_movie_without_year_whose_id_is_another_is_no_candidate(self, importer):
        importer.add("Heat", ids=[("imdb", "tt0000001")])
        assert importer.counts(table("title,year,imdb_id", "Heat,1995,tt0000002")) == {"created": 1}

    def test_a_row_beside_one_with_a_year_is_set_aside(self, importer):
        file = table("title,year", "Heat,", "Heat,1995")
        assert importer.counts(file) == {"created": 1, "ambiguous": 1}
        assert importer.reasons() == {2: "It could be the movie of line 3, which has its title: it has no year."}
        assert importer.counts(file) == {"unchanged": 1, "ambiguous": 1}

    def test_an_exact_movie_does_not_decide_when_another_has_a_year(self, importer):
        importer.add("Heat")
        importer.add("Heat", release_year=1995)
        assert importer.counts(table("title", "Heat")) == {"ambiguous": 1}
        assert importer.counts(table("title,year", "Heat,1995")) == {"unchanged": 1}


class TestNamesakesInOneFile:
    def test_a_row_without_ids_is_the_only_one_with_ids(self, importer):
        file = table("title,year,imdb_id", "Heat,1995,tt0000001", "Heat,1995,")
        assert importer.counts(file) == {"created": 1, "duplicates": 1}
        assert importer.counts(file) == {"unchanged": 1, "duplicates": 1}

    def test_a_row_that_could_be_one_of_two_is_set_aside(self, importer):
        file = table("title,year,imdb_id", "Heat,1995,tt0000001", "Heat,1995,", "Heat,1995,tt0000002")
        assert importer.counts(file) == {"created": 2, "ambiguous": 1}
        assert importer.reasons() == {
            3: "It could be the movie of line 2 or the movie of line 4: title and year do not tell."
        }
        assert importer.counts(file) == {"unchanged": 2, "ambiguous": 1}

    def test_a_row_that_could_be_one_of_the_file_or_one_known_is_set_aside(self, importer):
        known = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0000001")])
        assert importer.counts(table("title,year,imdb_id", "Heat,1995,tt0000002", "Heat,1995,")) == {
            "created": 1,
            "ambiguous": 1,
        }
        assert importer.reasons() == {
            3: f"It could be movie {known} or the movie of line 2: title and year do not tell."
        }

    def test_two_that_could_be_one_movie_and_not_each_other_are_set_aside(self, importer):
        known = importer.add("Heat", release_year=1995)
        file = table("title,year,imdb_id", "Heat,1995,tt0000001", "Heat,1995,tt0000002")
        assert importer.counts(file) == {"ambiguous": 2}
        assert importer.plan()[0]["candidates"] == [known]
        assert importer.reasons()[2] == f"It could be movie {known}, but so could rows with other ids."

    def test_rows_with_ids_in_different_schemes_are_one_movie(self, importer):
        file = table("title,year,imdb_id,tmdb_id", "Heat,1995,tt0000001,", "Heat,1995,,1")
        assert importer.counts(file) == {"created": 1, "duplicates": 1}
        assert [(one["scheme"], one["value"]) for one in importer.movie()["ids"]] == [
            ("imdb", "tt0000001"),
            ("tmdb", "1"),
        ]
        assert importer.counts(file) == {"unchanged": 1, "duplicates": 1}

    def test_a_chain_of_shared_ids_is_one_movie(self, importer):
        header = "title,year,imdb_id,tmdb_id,movielens_id"
        file = table(header, "Heat,1995,tt0000001,,", "Heat,1995,,1,7", "Heat,1995,tt0000001,1,")
        assert importer.counts(file) == {"created": 1, "duplicates": 2}
        assert len(importer.movie()["ids"]) == 3

    def test_rows_that_share_an_id_and_differ_in_another_are_set_aside_together(self, importer):
        file = table("title,year,imdb_id,tmdb_id", "Heat,1995,tt0000001,1", "Heat,1995,tt0000002,1", "Cold,1996,,2")
        assert importer.counts(file) == {"created": 1, "ambiguous": 2}
        assert set(importer.reasons().values()) == {"Lines 2, 3 are one movie and contradict each other: imdb_id."}
        assert importer.plan()[0]["column"] == "imdb_id"

    def test_a_further_title_of_another_row_makes_a_row_doubtful(self, importer):
        file = table(
            "title,original_title,year", "Seven Samurai,Shichinin no samurai,1954", "Shichinin no Samurai,,1954"
        )
        assert importer.counts(file) == {"created": 1, "ambiguous": 1}
        assert importer.counts(file) == {"unchanged": 1, "ambiguous": 1}

    def test_a_title_that_is_another_rows_original_is_no_doubt_where_all_have_ids_in_one_scheme(self, importer):
        rows = ["Heat,,1995,tt0000001", "Heat,,1995,tt0000002", "Hitze,Heat,1995,tt0000003", "Heat,,,tt0000004"]
        file = table("title,original_title,year,imdb_id", *rows)
        assert importer.counts(file) == {"created": 4}
        assert importer.counts(file) == {"unchanged": 4}

    def test_a_row_without_an_id_in_that_scheme_makes_it_one(self, importer):
        rows = ["Heat,,1995,,1", "Hitze,Heat,1995,tt0000003,"]
        assert importer.counts(table("title,original_title,year,imdb_id,tmdb_id", *rows)) == {
            "created": 1,
            "ambiguous": 1,
        }

    def test_a_title_that_thousands_of_movies_share(self, importer):
        rows = [("Untitled", 1999, f"tt{number:07d}") for number in range(1, 3001)]
        assert importer.counts(table("title,year,imdb_id", *rows)) == {"created": 3000}
        assert importer.counts(table("title,year,imdb_id", *rows, ("Untitled", 1999, ""))) == {
            "unchanged": 3000,
            "ambiguous": 1,
        }
        assert len(importer.plan()[-1]["candidates"]) == 20


def _further(title):
    from cinemactl.catalogue.fields import Title

    return Title(title)
