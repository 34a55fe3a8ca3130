"""Rows of one file that are the same movie."""

from __future__ import annotations

import pytest
from importing.importer import table

HEADER = "title,original_title,year,runtime,genres,cast,synopsis,imdb_id"


def test_a_row_that_is_there_twice_is_a_duplicate(importer):
    file = table(HEADER, *["Heat,,1995,170,crime,Al Pacino,,tt0113277"] * 3)
    assert importer.counts(file) == {"created": 1, "duplicates": 2}
    assert importer.reasons()[4] == "It is the same movie as line 2, which has all it says."
    assert importer.counts(file) == {"unchanged": 1, "duplicates": 2}


def test_case_accents_and_order_make_no_difference(importer):
    file = table(
        HEADER,
        "Amélie,,2001,122,comedy|romance,Audrey Tautou|Rufus,,tt0211915",
        "AMELIE,,2001,122 min,Romance|Comedy,RUFUS|Audrey Tautou,,211915",
    )
    assert importer.counts(file) == {"created": 1, "duplicates": 1}


def test_rows_that_say_different_things_make_one_movie(importer):
    file = table(
        HEADER,
        "Heat,,1995,,crime|drama,,Cops and robbers.,tt0113277",
        "Heat,,1995,170,drama,Al Pacino,,tt0113277",
        "Heat,,1995,,,Al Pacino as Vincent Hanna|Robert De Niro,,",
    )
    assert importer.counts(file) == {"created": 1, "duplicates": 2}
    movie = importer.movie()
    assert (movie["runtime"], movie["synopsis"], movie["genres"]) == (170, "Cops and robbers.", ["Crime", "Drama"])
    assert [(one["name"], one["character"]) for one in movie["people"]] == [
        ("Al Pacino", "Vincent Hanna"),
        ("Robert De Niro", None),
    ]
    assert importer.counts(file) == {"unchanged": 1, "duplicates": 2}


def test_the_longest_list_gets_the_characters_that_others_tell(importer):
    file = table(HEADER, "Heat,,1995,,,Al Pacino|Robert De Niro,,", "Heat,,1995,,,Al Pacino as Vincent Hanna,,")
    assert importer.counts(file) == {"created": 1, "duplicates": 1}
    assert [one["character"] for one in importer.movie()["people"]] == ["Vincent Hanna", None]


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ("Heat,,1995,170,,,,tt0113277", "Heat,,1995,171,,,,tt0113277", "runtime"),
        ("Heat,,1995,,,,,tt0113277", "Heat,,1996,,,,,tt0113277", "year"),
        ("Heat,,1995,,,,,tt0113277", "Cold,,1995,,,,,tt0113277", "title"),
        ("Heat,A,1995,,,,,tt0113277", "Heat,B,1995,,,,,tt0113277", "original_title"),
        ("Heat,,1995,,crime,,,", "Heat,,1995,,drama,,,", "genres"),
        ("Heat,,1995,,,Al Pacino as A,,", "Heat,,1995,,,Al Pacino as B,,", "cast"),
        ("Heat,,1995,,,Al Pacino,,", "Heat,,1995,,,Val Kilmer,,", "cast"),
        ("Heat,,1995,,,,One.,", "Heat,,1995,,,,Two.,", "synopsis"),
    ],
)
def test_rows_that_contradict_each_other_are_set_aside_together(importer, first, second, column):
    file = table(HEADER, first, "Other,,2000,,,,,", second)
    assert importer.counts(file) == {"created": 1, "ambiguous": 2}
    assert set(importer.reasons().values()) == {f"Lines 2, 4 are one movie and contradict each other: {column}."}
    assert importer.plan()[0]["column"] == column
    assert importer.counts(file) == {"unchanged": 1, "ambiguous": 2}


def test_one_row_of_three_that_contradicts_sets_all_aside(importer):
    rows = ["Heat,,1995,170,,,,"] * 2 + ["Heat,,1995,171,,,,"]
    assert importer.counts(table(HEADER, *rows)) == {"ambiguous": 3}


def test_thousands_of_rows_that_contradict_each_other_are_named_shortly(importer):
    rows = [f"Heat,,1995,{runtime},,,," for runtime in range(1, 1001)]
    assert importer.counts(table(HEADER, *rows)) == {"ambiguous": 1000}
    assert importer.reasons()[2] == (
        "Lines 2, 3, 4, 5, 6 and 995 more are one movie and contradict each other: runtime."
    )


def test_another_title_that_the_rows_know_is_no_contradiction(importer):
    file = table(
        HEADER, "Seven Samurai,Shichinin no samurai,1954,,,,,tt0047478", "Shichinin no samurai,,1954,207,,,,tt0047478"
    )
    assert importer.counts(file) == {"created": 1, "duplicates": 1}
    assert (importer.movie()["title"], importer.movie()["runtime"]) == ("Seven Samurai", 207)
    assert importer.counts(file) == {"unchanged": 1, "duplicates": 1}


def test_two_titles_that_the_movie_has_are_no_contradiction(importer):
    importer.add("Seven Samurai", original_title="Shichinin no samurai", release_year=1954)
    file = table(HEADER, "Shichinin no samurai,,1954,,,,,", "Seven Samurai,,1954,207,,,,")
    assert importer.counts(file) == {"updated": 1, "duplicates": 1}
    assert importer.movie()["runtime"] == 207


def test_rows_that_contradict_each_other_leave_the_movie_they_match_alone(importer):
    known = importer.add("Heat", release_year=1995, ids=[("imdb", "tt0113277")])
    before = importer.movie()
    assert importer.counts(table(HEADER, "Heat,,1995,170,,,,tt0113277", "Heat,,1995,171,,,,")) == {"ambiguous": 2}
    assert [row["candidates"] for row in importer.plan()] == [[known], [known]]
    assert importer.movie() == before
