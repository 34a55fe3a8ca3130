"""The ways to name a movie on the command line."""

import pytest


@pytest.fixture
def named(cinemactl):
    for words in (
        ("Heat", "--year", "1995", "--imdb-id", "tt0113277", "--tmdb-id", "949", "--further-title", "de:Hitze"),
        ("Heat", "--year", "1986"),
        ("The Shawshank Redemption", "--year", "1994"),
        ("1917", "--year", "2019"),
        ("Schindler's List", "--year", "1993"),
        ("Mission: Impossible", "--year", "1996"),
        ("Blade Runner 2049", "--year", "2017"),
        ("7", "--year", "1997"),
        ("Heat (Deluxe)", "--id", "house:a:b"),
        ("Amélie", "--original-title", "Le Fabuleux Destin d'Amélie Poulain", "--year", "2001"),
        ("$", "--year", "1971"),
    ):
        assert cinemactl("movie", "add", *words).code == 0
    return lambda reference: cinemactl("movie", "show", "--json", "--", reference)


def test_a_movie_is_named_in_many_ways(named):
    for reference, movie in {
        "1": 1,
        "id:1": 1,
        "Heat (1995)": 1,
        "heat (1986)": 2,
        "heat-1995": 1,
        "HEAT-1986": 2,
        "heat 1995": 1,
        "imdb:tt0113277": 1,
        "IMDB: 113277": 1,
        "tt0113277": 1,
        "https://www.imdb.com/title/tt0113277/": 1,
        "tmdb:949": 1,
        "hitze": 1,
        "title:Hitze": 1,
        "the-shawshank-redemption": 3,
        "The  Shawshank Redemption!": 3,
        "1917": 4,
        "title:1917": 4,
        "schindlers-list": 5,
        "Schindler\u2019s list": 5,
        "mission: impossible": 6,
        "mission-impossible": 6,
        "mission-impossible-1996": 6,
        "blade-runner-2049": 7,
        "7": 7,
        "title:7": 8,
        "heat (deluxe)": 9,
        "house:a:b": 9,
        "amelie": 10,
        "le-fabuleux-destin-damelie-poulain": 10,
        "$": 11,
        "$-1971": 11,
        " 3 ": 3,
    }.items():
        found = named(reference)
        assert (reference, found.code, found.json["id"]) == (reference, 0, movie)


def test_a_name_of_two_movies_lists_them(named):
    ambiguous = named("heat")
    assert (ambiguous.code, ambiguous.out) == (4, "")
    assert ambiguous.error == {
        "code": "movie-ambiguous",
        "message": "'heat' is the title of 2 movies: 1 Heat (1995); 2 Heat (1986).",
        "hint": "Name one by its id, as in `cinemactl movie show 1`, or by title and year.",
    }


def test_a_name_of_no_movie_is_not_found(named):
    unknown = ("Heat (1999)", "heat-1999", "99", "id:7x", "id:", "title:", "", "imdb:tt9999999", "9" * 30, "x" * 9000)
    for reference in unknown:
        missing = named(reference)
        assert (reference, missing.code, missing.error["code"]) == (reference, 3, "movie-not-found")
        assert len(missing.error["message"]) < 300
    assert named("no o'ne").error["hint"] == """Look for it with `cinemactl movie search 'no o'"'"'ne'`."""


def test_an_identifier_that_cannot_be_one_is_refused(named):
    for reference in ("imdb:heat", "tmdb:0", "eidr:10.5240/1", "isan:"):
        refused = named(reference)
        assert (refused.code, refused.error["code"]) == (2, "value-refused")
