"""Rows without a title, which add to movies that are known by an id and make none."""

from __future__ import annotations

import pytest
from importing.importer import table

from cinemactl.errors import CinemactlError

LINKS = "movieId,imdbId,tmdbId"
PEOPLE = "movieId,director,cast"


@pytest.fixture
def heat(importer):
    """Have a movie that is known by its MovieLens id alone."""
    return importer.add(
        "Heat", release_year=1995, runtime=170, genres=["Crime"], synopsis="Cops.", ids=[("movielens", "6")]
    )


def ids(movie):
    return {f"{one['scheme']}:{one['value']}" for one in movie["ids"]}


def test_links_add_ids_and_nothing_else(importer, heat):
    before = importer.movie()
    file = table(LINKS, "6,0113277,949", "7,0114319,11860")
    assert importer.counts(file) == {"updated": 1, "rejected": 1}
    assert importer.plan()[0]["changes"] == {"ids": [None, ["imdb:tt0113277", "tmdb:949"]]}
    assert importer.reasons() == {3: "No movie here has the id imdb:tt0114319 or movielens:7 or tmdb:11860."}
    after = importer.movie()
    assert ids(after) == {"movielens:6", "imdb:tt0113277", "tmdb:949"}
    same = set(before) - {"ids", "updated_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert importer.counts(file) == {"unchanged": 1, "rejected": 1}


def test_people_are_added_between_bars(importer, heat):
    done = importer.run(table(PEOPLE, "6,Michael Mann,Al Pacino|Robert De Niro", "7,Sydney Pollack,Harrison Ford"))
    assert (done["layout"], done["updated"], done["rejected"], done["created"]) == ("movielens-people", 1, 1, 0)
    assert importer.reasons() == {3: "No movie here has the id movielens:7."}
    assert [(one["role"], one["name"]) for one in importer.movie()["people"]] == [
        ("director", "Michael Mann"),
        ("cast", "Al Pacino"),
        ("cast", "Robert De Niro"),
    ]
    assert (importer.movie()["title"], importer.movie()["genres"]) == ("Heat", ["Crime"])


def test_a_row_without_any_id_is_rejected(importer, heat):
    assert importer.counts(table(PEOPLE, ",Michael Mann,Al Pacino")) == {"rejected": 1}
    assert importer.reasons() == {2: "It has no id that tells which movie it is about."}


def test_an_id_of_another_movie_is_set_aside(importer, heat):
    importer.add("Cold", ids=[("imdb", "tt0113277")])
    assert importer.counts(table(LINKS, "6,0113277,")) == {"ambiguous": 1}
    assert "names several" in importer.reasons()[2]


def test_a_second_id_in_a_scheme_is_set_aside(importer):
    importer.add("Heat", ids=[("movielens", "6"), ("imdb", "tt0113277")])
    assert importer.counts(table(LINKS, "6,0000005,")) == {"ambiguous": 1}


def test_rows_that_are_there_twice_are_duplicates(importer, heat):
    assert importer.counts(table(LINKS, "6,0113277,949", "6,0113277,949")) == {"updated": 1, "duplicates": 1}
    contradicting = table(PEOPLE, "6,Michael Mann,", "6,Sydney Pollack,")
    assert importer.counts(contradicting) == {"ambiguous": 2}


def test_two_strangers_that_share_an_id_are_both_rejected(importer, heat):
    assert importer.counts(table(LINKS, "8,0114319,", "9,0114319,", "6,0113277,")) == {"rejected": 2, "updated": 1}
    assert importer.one("SELECT count(*) FROM movie") == 1


def test_a_dry_run_adds_nothing(importer, heat):
    assert importer.counts(table(LINKS, "6,0113277,949"), dry_run=True) == {"updated": 1}
    assert ids(importer.movie()) == {"movielens:6"}


def test_any_columns_add_when_an_id_is_mapped_and_no_title(importer, heat):
    file = table("number,length", "6,171", "7,90")
    done = importer.run(file, map=["movielens_id=number", "runtime=length"])
    assert (done["layout"], done["updated"], done["rejected"], importer.movie()["runtime"]) == ("custom", 1, 1, 171)
    with pytest.raises(CinemactlError, match="is called title"):
        importer.run(table("number,length", "6,171"), map=["runtime=length"])
