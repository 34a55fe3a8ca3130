"""`cinemactl movie add`, `show`, `edit`, `list` and `search` as they are typed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from commands import Commands

EVERYTHING = (
    *("The Seventh Seal", "--original-title", "Det sjunde inseglet", "--further-title", "de:Das siebente Siegel"),
    *("--further-title", "Le Septième Sceau", "--release-date", "1957-02-16", "--runtime", "1h 36m"),
    *("--genre", "drama", "--genre", "FANTASY", "--director", "Ingmar Bergman", "--writer", "Ingmar Bergman"),
    *("--cast", "Max von Sydow as Antonius Block", "--cast", "Gunnar Björnstrand", "--language", "sv", "--language"),
    *("Latin", "--country", "Sweden", "--certificate", "bbfc:pg", "--synopsis", "A knight plays chess with Death."),
    *("--keyword", "chess", "--keyword", "plague", "--poster", "https://example.org/seal.jpg"),
    *("--trailer", "https://example.org/seal.mp4", "--imdb-id", "tt0050976", "--tmdb-id", "490"),
    *("--id", "eidr:10.5240/7791-8534-2C23-9030-8610-5", "--id", "isan:0000-0000-D07A-0090-Q"),
    *("--id", "movielens:1237"),
)
AS_SHOWN: dict[str, Any] = {
    "id": 1,
    "title": "The Seventh Seal",
    "original_title": "Det sjunde inseglet",
    "titles": [
        {"title": "Das siebente Siegel", "language": "de"},
        {"title": "Le Septième Sceau", "language": None},
    ],
    "release_date": "1957-02-16",
    "year": 1957,
    "runtime": 96,
    "genres": ["Drama", "Fantasy"],
    "people": [
        {"name": "Ingmar Bergman", "role": "director", "position": 1, "character": None},
        {"name": "Ingmar Bergman", "role": "writer", "position": 1, "character": None},
        {"name": "Max von Sydow", "role": "cast", "position": 1, "character": "Antonius Block"},
        {"name": "Gunnar Björnstrand", "role": "cast", "position": 2, "character": None},
    ],
    "languages": ["sv", "la"],
    "countries": ["SE"],
    "certificate_system": "BBFC",
    "certificate": "PG",
    "synopsis": "A knight plays chess with Death.",
    "keywords": ["chess", "plague"],
    "poster": "https://example.org/seal.jpg",
    "trailer": "https://example.org/seal.mp4",
    "ids": [
        {"scheme": "eidr", "value": "10.5240/7791-8534-2C23-9030-8610-5"},
        {"scheme": "imdb", "value": "tt0050976"},
        {"scheme": "isan", "value": "0000-0000-D07A-0090-Q"},
        {"scheme": "movielens", "value": "1237"},
        {"scheme": "tmdb", "value": "490"},
    ],
    "status": "catalogue",
    "first_screening_at": None,
    "ranking": 0.0,
}
TIMES = ("created_at", "updated_at")


@pytest.fixture
def add(cinemactl):
    def add(*words):
        added = cinemactl("movie", "add", *words, "--json")
        assert added.code == 0, added.err
        return added.json

    return add


@pytest.fixture
def show(cinemactl):
    return lambda movie: cinemactl("movie", "show", movie, "--json").json


@pytest.fixture
def refuses(tmp_path, capsys, monkeypatch):
    """Refuse a command with exit code 2, without a database to ask."""
    door = Commands({"CINEMACTL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, capsys, monkeypatch)

    def refuses(*words):
        refused = door(*words, "--json")
        assert (refused.code, refused.out) == (2, "")
        return refused.error

    return refuses


def without_times(movie):
    return {name: value for name, value in movie.items() if name not in TIMES}


def test_a_movie_is_added_and_found_again(cinemactl, add, show):
    added = add("Heat", "--year", "1995", "--imdb-id", "tt0113277")
    assert show("imdb:tt0113277") == added
    assert [movie["title"] for movie in cinemactl("movie", "search", "heta", "--json").json] == ["Heat"]


def test_every_field_given_comes_back(cinemactl, add, show):
    added = add(*EVERYTHING)
    assert without_times(added) == AS_SHOWN
    for name in TIMES:
        assert abs(datetime.now().astimezone() - datetime.fromisoformat(added[name])) < timedelta(minutes=1)
        assert added[name].endswith("Z")
    assert show("1") == added
    assert cinemactl("movie", "list", "--json").json == [added]
    text = cinemactl("movie", "show", "1").out
    for shown in ("The Seventh Seal (1957)", "Antonius Block", "BBFC", "tt0050976", "Das siebente Siegel", "96"):
        assert shown in text


def test_a_year_alone_is_no_date(add):
    added = add("Metropolis", "--year", "1927")
    assert (added["year"], added["release_date"]) == (1927, None)
    assert add("Nobody knows when")["year"] is None


def test_a_title_may_be_anything_on_one_line(cinemactl):
    for title in (
        "Amélie 🎬",
        "النوم في العسل",
        "O 'Brother', \"Where\" Art Thou?",
        "千と千尋の神隠し",
        "<b>$(rm -rf /)</b>; DROP TABLE movie",
        "%s {0} \\n",
        "$",
        "=1+1",
        "--",
        "x" * 500,
    ):
        added = cinemactl("movie", "add", "--json", "--", title)
        assert added.json["title"] == title
        assert cinemactl("movie", "show", "--json", "--", f"title:{title}").json == added.json
    for form in ("table", "json", "jsonl", "csv"):
        assert cinemactl("movie", "list", "--format", form).code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("",), "The title is empty."),
        ((" \u200b ",), "The title ' \\u200b ' is empty."),
        (("x" * 10_000,), f"The title '{'x' * 59}…' has more than 500 characters."),
        (("㌀" * 400,), f"The title '{'㌀' * 59}…' is longer than it looks."),
        (("Heat\nTwo",), "The title 'Heat\\nTwo' has a line break in it."),
        (("Heat", "--original-title", "a\r\nb"), "The title 'a\\r\\nb' has a line break in it."),
        (("Heat", "--further-title", "de:a\u2028b"), "The title 'de:a\\u2028b' has a line break in it."),
        (("Heat\x07",), "The title 'Heat\\x07' has the control character U+0007 in it."),
        (("Heat", "--runtime", "-5"), "The runtime '-5' is not between 1 and 60,000 minutes."),
        (("Heat", "--runtime", "0"), "The runtime '0' is not between 1 and 60,000 minutes."),
        (("Heat", "--runtime", "abc"), "The runtime 'abc' is not a number of minutes."),
        (("Heat", "--release-date", "1995-02-30"), "The release date '1995-02-30' is no day of the calendar."),
        (("Heat", "--release-date", "30.2.1995"), "The release date '30.2.1995' is not a date as YYYY-MM-DD."),
        (("Heat", "--year", "195"), "The year '195' is not between 1870 and 2100."),
        (
            ("Heat", "--year", "1995", "--release-date", "1996-01-01"),
            "The year 1995 is not that of the release date 1996-01-01.",
        ),
        (("Heat", "--imdb-id", "tt12"), "The IMDb id 'tt12' has 2 digits after tt instead of 7 to 10."),
        (("Heat", "--imdb-id", "nm0000151"), "The IMDb id 'nm0000151' names a person, not a title."),
        (("Heat", "--tmdb-id", "-1"), "The TMDB id '-1' is not a positive whole number."),
        (
            ("Heat", "--id", "eidr:10.5240/7791-8534-2C23-9030-8610-6"),
            "The EIDR '10.5240/7791-8534-2C23-9030-8610-6' has a check character that does not fit: 6 instead of 5.",
        ),
        (
            ("Heat", "--id", "isan:0000-0000-D07A-0090-X"),
            "The ISAN '0000-0000-D07A-0090-X' has a check character that does not fit: X instead of Q.",
        ),
        (("Heat", "--id", "113277"), "The identifier '113277' has no scheme."),
        (("Heat", "--genre", "drammer"), "The genre 'drammer' is not a known genre."),
        (("Heat", "--language", "klingonese"), "The language 'klingonese' is not a known language."),
        (("Heat", "--country", "Atlantis"), "The country 'Atlantis' is not a known country."),
        (("Heat", "--certificate", "R"), "The certificate 'R' names no system."),
        (("Heat", "--cast", "as Neil"), "The cast 'as Neil' names no person."),
        (("Heat", "--director", ""), "The person is empty."),
        (("Heat", "--poster", "heat.jpg"), "The poster 'heat.jpg' does not begin with http:// or https://."),
        (("Heat", "--another", "--if-not-exists"), "--another and --if-not-exists contradict each other."),
    ],
)
def test_a_value_that_cannot_be_is_refused(refuses, words, message):
    refused = refuses("movie", "add", *words)
    assert refused["message"] == message
    assert refused["hint"]


def test_a_genre_spelled_wrong_is_answered_with_the_right_one(refuses):
    assert refuses("movie", "add", "Heat", "--genre", "drammer")["hint"] == "Did you mean Drama?"
    assert refuses("movie", "edit", "Heat", "--genre", "Westren")["hint"] == "Did you mean Western?"
    assert refuses("movie", "list", "--genre", "qqq")["hint"].startswith("Genres are: Action, ")


def test_the_same_title_and_year_again_is_a_conflict(cinemactl, add):
    add("Heat", "--year", "1995")
    for words in (("Heat", "--year", "1995"), ("HEAT!", "--year", "1995"), ("Heat",), ("Heat", "--tmdb-id", "949")):
        again = cinemactl("movie", "add", *words, "--json")
        assert (again.code, again.out) == (4, "")
        assert again.error == {
            "code": "movie-exists",
            "message": "The catalogue has it already: 1 Heat (1995).",
            "hint": "Change it with `cinemactl movie edit 1`, or add a namesake with --another.",
        }
    assert add("Heat", "--year", "1986")["id"] != 1
    assert add("Heat", "--year", "1995", "--another")["title"] == "Heat"
    assert len(cinemactl("movie", "list", "--json").json) == 3


def test_a_namesake_has_another_id_in_the_same_scheme(cinemactl, add):
    add("Heat", "--year", "1995", "--imdb-id", "tt0113277")
    assert add("Heat", "--year", "1995", "--imdb-id", "tt9999999")["id"] != 1
    taken = cinemactl("movie", "add", "Something else", "--imdb-id", "113277", "--another", "--json")
    assert (taken.code, taken.error["code"]) == (4, "identifier-taken")
    assert taken.error["message"] == "The id imdb:tt0113277 belongs to another movie: 1 Heat (1995)."
    assert len(cinemactl("movie", "list", "--json").json) == 2


def test_if_not_exists_shows_what_is_there(cinemactl, add):
    heat = add("Heat", "--year", "1995", "--imdb-id", "tt0113277")
    for words in (("Heat", "--year", "1995", "--runtime", "170"), ("Hitze", "--imdb-id", "tt0113277"), ("heat",)):
        again = cinemactl("movie", "add", *words, "--if-not-exists", "--json")
        assert (again.code, again.json, again.err) == (0, heat, "Already there: movie 1.\n")
    assert cinemactl("movie", "add", "Alien", "--if-not-exists").err.startswith("Added: movie ")
    add("Heat", "--year", "1995", "--another")
    ambiguous = cinemactl("movie", "add", "Heat", "--if-not-exists", "--json")
    assert (ambiguous.code, ambiguous.error["code"]) == (4, "movie-exists")


def test_a_dry_run_keeps_nothing_and_runs_the_constraints(cinemactl, add, show):
    heat = add("Heat", "--year", "1995", "--imdb-id", "tt0113277")
    dry = cinemactl("movie", "add", "Alien", "--year", "1979", "--dry-run", "--json")
    assert (dry.code, dry.json["title"], dry.err) == (0, "Alien", f"Added (dry run): movie {dry.json['id']}.\n")
    assert cinemactl("movie", "add", "Alien", "--imdb-id", "tt0113277", "--dry-run").code == 4
    assert cinemactl("movie", "add", "Heat", "--dry-run").code == 4
    dry = cinemactl("movie", "edit", "Heat", "--runtime", "170", "--dry-run", "--json")
    assert (dry.code, dry.json["runtime"], dry.err) == (0, 170, "Changed (dry run): movie 1.\n")
    assert cinemactl("movie", "list", "--json").json == [heat]
    assert show("1") == heat


def test_an_edit_changes_what_is_given_and_nothing_else(cinemactl, add, show):
    before = add(*EVERYTHING)
    edited = cinemactl("movie", "edit", "1", "--runtime", "97", "--cast", "Bengt Ekerot as Death", "--json")
    assert edited.err == "Changed: movie 1.\n"
    assert edited.json == show("1")
    expected = AS_SHOWN | {
        "runtime": 97,
        "people": [
            *AS_SHOWN["people"][:2],
            {"name": "Bengt Ekerot", "role": "cast", "position": 1, "character": "Death"},
        ],
    }
    assert without_times(edited.json) == expected
    assert edited.json["created_at"] == before["created_at"]
    assert edited.json["updated_at"] > before["updated_at"]
    again = cinemactl("movie", "edit", "1", "--runtime", "97", "--json")
    assert (again.json, again.err) == (edited.json, "Unchanged: movie 1.\n")


def test_an_edit_replaces_ids_within_their_scheme(cinemactl, add):
    add("Heat", "--imdb-id", "tt0113277", "--tmdb-id", "949", "--id", "house:1", "--id", "house:2")
    edited = cinemactl("movie", "edit", "1", "--imdb-id", "tt0113278", "--id", "house:3", "--json").json
    ids = [f"{one['scheme']}:{one['value']}" for one in edited["ids"]]
    assert ids == ["house:3", "imdb:tt0113278", "tmdb:949"]
    edited = cinemactl("movie", "edit", "1", "--remove-id", "tmdb:949", "--remove-id", "imdb:113278", "--json").json
    assert [one["value"] for one in edited["ids"]] == ["3"]
    gone = cinemactl("movie", "edit", "1", "--remove-id", "tmdb:949", "--runtime", "9", "--json")
    assert (gone.code, gone.error["message"]) == (3, "Heat has no id tmdb:949.")
    add("Alien", "--tmdb-id", "348")
    taken = cinemactl("movie", "edit", "Heat", "--tmdb-id", "348", "--runtime", "9", "--json")
    assert (taken.code, taken.error["code"]) == (4, "identifier-taken")
    assert cinemactl("movie", "show", "Heat", "--json").json["runtime"] is None


def test_clear_empties_a_field(cinemactl, add, show):
    before = add(*EVERYTHING)
    for names, emptied in (
        (("original-title",), {"original_title": None}),
        (("further-title",), {"titles": []}),
        (("release-date",), {"release_date": None}),
        (("year",), {"year": None, "release_date": None}),
        (("runtime", "genres", "keyword"), {"runtime": None, "genres": [], "keywords": []}),
        (("language", "countries"), {"languages": [], "countries": []}),
        (("certificate",), {"certificate_system": None, "certificate": None}),
        (("synopsis", "poster", "trailer"), {"synopsis": None, "poster": None, "trailer": None}),
        (("cast",), {"people": AS_SHOWN["people"][:2]}),
        (("director", "writer"), {"people": AS_SHOWN["people"][2:]}),
        (("--original_title",), {"original_title": None}),
    ):
        edited = cinemactl("movie", "edit", "1", *(f"--clear={name}" for name in names), "--dry-run", "--json")
        assert edited.code == 0
        assert without_times(edited.json) == AS_SHOWN | emptied
    assert show("1") == before


def test_an_edit_that_cannot_be_is_refused(refuses):
    assert refuses("movie", "edit", "1")["message"] == "Nothing to change was given."
    assert refuses("movie", "edit", "1", "--clear", "title")["message"] == "The field 'title' cannot be cleared."
    assert refuses("movie", "edit", "1", "--title", "")["message"] == "The title is empty."


def test_a_date_does_not_stay_in_another_year(cinemactl, add):
    add("Heat", "--release-date", "1995-12-15")
    refused = cinemactl("movie", "edit", "1", "--year", "1996", "--json")
    assert refused.code == 2
    assert refused.error["message"] == "Heat has the release date 1995-12-15, which is not in 1996."
    edited = cinemactl("movie", "edit", "1", "--year", "1996", "--clear", "release-date", "--json").json
    assert (edited["year"], edited["release_date"]) == (1996, None)
    edited = cinemactl("movie", "edit", "1", "--release-date", "1995-12-15", "--json").json
    assert (edited["year"], edited["release_date"]) == (1995, "1995-12-15")
    assert cinemactl("movie", "edit", "1", "--year", "1995").err == "Unchanged: movie 1.\n"


def test_a_new_title_is_found_by_search(cinemactl, add):
    add("Haet", "--year", "1995")
    assert cinemactl("movie", "edit", "1", "--title", "Ronin").code == 0
    assert [movie["id"] for movie in cinemactl("movie", "search", "ronin", "--json").json] == [1]
    assert cinemactl("movie", "show", "haet").code == 3


def test_a_list_is_filtered_sorted_and_paged(cinemactl, add):
    add("Heat", "--year", "1995", "--genre", "crime", "--director", "Michael Mann", "--language", "en")
    add("Alien", "--year", "1979", "--genre", "horror", "--language", "en")
    add("Thief", "--year", "1981", "--genre", "crime", "--director", "Michael Mann", "--language", "de")

    def listed(*words):
        return [movie["title"] for movie in cinemactl("movie", "list", *words, "--json").json]

    assert listed() == ["Alien", "Heat", "Thief"]
    assert listed("--sort", "release-date", "--reverse") == ["Alien", "Thief", "Heat"]
    assert listed("--genre", "Crime", "--person", "michael mann", "--year", "1990-") == ["Heat"]
    assert listed("--language", "English", "--year", "1979") == ["Alien"]
    assert listed("--status", "running") == []
    page = cinemactl("movie", "list", "--limit", "2")
    assert page.err.startswith("2 are shown; the next page begins with --after ")
    after = page.err.split("--after ")[1].split(",")[0]
    assert listed("--limit", "2", "--after", after) == ["Thief"]
    assert listed("--all") == ["Alien", "Heat", "Thief"]
    nothing = cinemactl("movie", "list", "--genre", "war")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No movie fits.\n")
    assert cinemactl("movie", "list", "--after", "99").code == 3
    assert cinemactl("movie", "list", "--sort", "size").code == 2
    assert cinemactl("movie", "list", "--limit", "0").code == 2


def test_a_search_finds_people_and_says_when_it_finds_nothing(cinemactl, add):
    add("Heat", "--director", "Michael Mann", "--keyword", "heist")
    for words in (("michael", "mann"), ("heist",), ("heet",)):
        assert [movie["title"] for movie in cinemactl("movie", "search", *words, "--json").json] == ["Heat"]
    nothing = cinemactl("movie", "search", "zzzzzz", "--json")
    assert (nothing.code, nothing.json, nothing.err) == (0, [], "Nothing is found; fewer or other words may help.\n")
