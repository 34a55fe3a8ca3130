"""Members and ratings as commands."""

from __future__ import annotations

import pytest


@pytest.fixture
def house(cinemactl):
    """Know a movie and a member."""
    assert cinemactl("movie", "add", "Heat", "--year", "1995", "--genre", "crime", "--language", "en").code == 0
    assert cinemactl("member", "add", "anna", "--name", "Anna Berg", "--email", "anna@Example.org").code == 0
    return cinemactl


def test_a_member_is_added_shown_changed_and_removed(house):
    shown = house("member", "show", "anna", "--json").json
    assert (shown["handle"], shown["email"], shown["ratings"]) == ("anna", "anna@example.org", 0)
    assert house("member", "add", "anna", "--json").error["code"] == "member-exists"
    edited = house("member", "edit", "anna", "--handle", "annie", "--clear", "email", "--json").json
    assert (edited["handle"], edited["email"], edited["name"]) == ("annie", None, "Anna Berg")
    assert house("member", "show", f"id:{edited['id']}", "--json").json == edited
    assert house("member", "show", "anna").code == 3
    assert house("member", "add", "bert", "--email", "nowhere").code == 2
    assert house("member", "remove", "annie", "--yes").code == 0
    assert house("member", "list", "--json").json == []


def test_members_are_listed_a_page_at_a_time(house):
    house("member", "add", "bert")
    first = house("member", "list", "--limit", "1", "--json")
    assert [one["handle"] for one in first.json] == ["anna"]
    assert "--after anna" in first.err
    assert [one["handle"] for one in house("member", "list", "--after", "anna", "--json").json] == ["bert"]
    assert house("member", "export").out.splitlines()[0] == "id,handle,name,email,ratings,created_at,updated_at"


def test_a_movie_is_rated_again_and_the_rating_taken_back(house):
    given = house("rating", "add", "anna", "Heat", "4.5", "--json").json
    assert (given["member"], given["title"], given["rating"]) == ("anna", "Heat", 4.5)
    assert "Unchanged" in house("rating", "add", "anna", "Heat", "4.5").err
    assert house("rating", "add", "anna", "Heat", "3", "--json").json["rating"] == 3
    for stars in ("0", "5.5", "3.2", "many"):
        assert house("rating", "add", "anna", "Heat", stars).code == 2
    assert house("rating", "list", "--movie", "Heat", "--json").json[0]["member"] == "anna"
    assert house("rating", "remove", "anna", "Heat", "--yes").code == 0
    assert house("rating", "remove", "anna", "Heat", "--yes").code == 3


def test_what_a_dry_run_removes_is_told_and_stays(house):
    assert house("member", "add", "id:1").code == 2
    house("member", "add", "zoe")
    house("rating", "add", "zoe", "Heat", "4")
    for words in (("rating", "remove", "zoe", "Heat"), ("member", "remove", "zoe", "--force")):
        told = house(*words, "--yes", "--dry-run")
        assert (told.code, "(dry run)" in told.err) == (0, True), told.err
    assert house("member", "show", "zoe").code == 0


def test_what_has_ratings_is_not_removed_unawares(house):
    house("rating", "add", "anna", "Heat", "4")
    refused = house("movie", "remove", "Heat", "--yes", "--json")
    assert (refused.code, refused.error["message"]) == (4, "Heat (1995) is in use: 1 rating.")
    assert house("member", "remove", "anna", "--yes").code == 4
    assert house("member", "remove", "anna", "--yes", "--force").code == 0
    assert house("rating", "list", "--json").json == []


def test_forgetting_erases_the_person_and_keeps_counts(house):
    house("member", "add", "bert")
    for member in ("anna", "bert"):
        house("rating", "add", member, "Heat", "4")
        assert house("member", "forget", member, "--yes", "--json").json == {"anonymous_ratings": 1}
    assert house("member", "list", "--json").json == []
    refused = house("movie", "remove", "Heat", "--yes", "--json")
    assert refused.error["message"] == "Heat (1995) is in use: 1 anonymous rating."


def test_a_profile_rests_on_three_ratings_at_least(house):
    for number, stars in enumerate(("5", "4", "4.5", "1")):
        house(
            "movie",
            "add",
            f"Part {number}",
            "--year",
            str(1981 + number),
            "--genre",
            "drama" if number < 3 else "crime",
        )
        house("rating", "add", "anna", f"Part {number}", stars)
    found = house("member", "show", "anna", "--profile", "--json").json["profile"]
    assert (found["ratings"], found["genres"]) == (4, [{"name": "Drama", "ratings": 3, "mean": 4.5}])
    assert found["decades"] == [{"name": "1980s", "ratings": 4, "mean": 3.63}]
    assert (found["people"], found["languages"]) == ([], [])


def test_an_export_of_ratings_is_imported_again(house, tmp_path):
    house("rating", "add", "anna", "Heat", "4")
    file = tmp_path / "out.csv"
    assert house("rating", "export", str(file)).code == 0
    assert file.read_text().splitlines()[0] == "member,movie_id,title,year,rating,rated_at,source_value,source_scale"
    asked = house("rating", "import", str(file), "--no-wait", "--json")
    assert asked.json["state"] == "queued"
