"""`cinemactl movie remove`, `merge` and `unmerge`, with something that refers to the movies."""

import pytest
from sqlalchemy import text

TIMES = ("created_at", "updated_at")

HEAT = (
    *("Heat", "--year", "1995", "--genre", "crime", "--director", "Michael Mann", "--imdb-id", "tt0113277"),
    *("--further-title", "de:Heat"),
)
HITZE = (
    *("Hitze", "--original-title", "Heat!", "--release-date", "1995-12-15", "--runtime", "170", "--genre", "drama"),
    *("--director", "M. Mann", "--cast", "Al Pacino as Vincent Hanna", "--certificate", "FSK:16", "--tmdb-id", "949"),
    *("--keyword", "heist", "--poster", "https://example.org/heat.jpg"),
)


SHOWN_ON_A_DAY_OF_ITS_OWN = text("""
    INSERT INTO screening (screen_id, movie_id, starts_at, feature_starts_at, feature_ends_at, clear_at)
    SELECT screen.id, :movie, day, day, day + interval '1 hour', day + interval '1 hour'
    FROM screen, LATERAL (SELECT now() + count(*) * interval '1 day' AS day FROM screening) AS free
""")


@pytest.fixture
def screenings(database):
    """Add screenings of movies, and return all there are."""
    with database.unit_of_work() as session:
        session.execute(text("INSERT INTO site (name, timezone) VALUES ('Rex', 'Europe/Paris')"))
        session.execute(text("INSERT INTO screen (site_id, name, seats) SELECT id, '1', 100 FROM site"))

    def screenings(*rows):
        with database.unit_of_work() as session:
            for movie_id in rows:
                session.execute(SHOWN_ON_A_DAY_OF_ITS_OWN, {"movie": movie_id})
            return [tuple(row) for row in session.execute(text("SELECT id, movie_id FROM screening ORDER BY id"))]

    return screenings


@pytest.fixture
def ratings(database):
    """Keep ratings, of which a member has one a movie; return (member, movie) of all there are."""

    def ratings(*rows):
        with database.unit_of_work() as session:
            for member, movie in rows:
                session.execute(
                    text("INSERT INTO member (id, handle) VALUES (:id, :handle) ON CONFLICT DO NOTHING"),
                    {"id": member, "handle": f"member-{member}"},
                )
                session.execute(
                    text("INSERT INTO rating (member_id, movie_id, stars) VALUES (:member, :movie, 4)"),
                    {"member": member, "movie": movie},
                )
            found = session.execute(text("SELECT member_id, movie_id FROM rating ORDER BY member_id, movie_id"))
            return [tuple(row) for row in found]

    return ratings


@pytest.fixture
def both(cinemactl):
    return [cinemactl("movie", "add", *words, "--json").json for words in (HEAT, HITZE)]


def show(cinemactl, movie):
    return cinemactl("movie", "show", str(movie), "--json").json


def timeless(movie):
    return {name: value for name, value in movie.items() if name not in TIMES}


def test_a_movie_is_removed(cinemactl):
    cinemactl("movie", "add", *HEAT)
    removed = cinemactl("movie", "remove", "Heat", "--yes")
    assert (removed.code, removed.out, removed.err) == (0, "", "Removed: movie 1, Heat.\n")
    assert cinemactl("movie", "list", "--json").json == []
    assert cinemactl("movie", "search", "heat", "--json").json == []
    assert cinemactl("movie", "remove", "1", "--yes").code == 3
    again = cinemactl("movie", "add", *HEAT, "--json").json
    assert cinemactl("movie", "remove", "Heat", "-y", "--json").json == again


def test_nothing_is_removed_without_a_yes(cinemactl):
    cinemactl("movie", "add", *HEAT)
    for verb in (("remove", "1"), ("remove", "1", "--force"), ("merge", "1", "Hitze")):
        cinemactl("movie", "add", *HITZE)
        refused = cinemactl("movie", *verb, "--json")
        assert (refused.code, refused.error["hint"]) == (2, "Say so with --yes.")
        assert refused.error["message"].endswith("Nobody is there to answer.")
    assert len(cinemactl("movie", "list", "--json").json) == 2


def test_a_dry_run_removes_and_merges_nothing(cinemactl, both):
    assert cinemactl("movie", "remove", "1", "--dry-run").err == "Removed (dry run): movie 1, Heat.\n"
    merged = cinemactl("movie", "merge", "1", "2", "--dry-run", "--json")
    assert (merged.json["runtime"], merged.err) == (170, "Merged (dry run) into movie 1.\n")
    assert [show(cinemactl, 1), show(cinemactl, 2)] == both


def test_what_is_in_use_is_removed_by_force_alone(cinemactl, both, screenings, ratings, database):
    screenings(1, 1, 2)
    ratings((7, 1), (8, 1), (9, 1))
    used = cinemactl("movie", "remove", "1", "--yes", "--json")
    assert (used.code, used.error["code"]) == (4, "movie-in-use")
    assert used.error["message"] == "Heat (1995) is in use: 3 ratings, 2 screenings."
    with database.unit_of_work() as session:
        session.execute(text("UPDATE screening SET state = 'published', sold = 44 WHERE id = 1"))
    told = "3 ratings, 2 screenings (1 published, 44 seats sold)"
    assert cinemactl("movie", "remove", "1", "--json").error["message"] == f"Heat (1995) is in use: {told}."
    assert "--force" in used.error["hint"]
    assert cinemactl("movie", "remove", "1", "--dry-run").code == 4
    assert show(cinemactl, 1) == both[0]
    assert f"Heat (1995) and what refers to it: {told}?" in cinemactl("movie", "remove", "1", "--force").err
    tried = cinemactl("movie", "remove", "1", "--yes", "--force", "--dry-run")
    assert (tried.code, tried.err) == (0, f"Removed (dry run): movie 1, Heat, {told}.\n")
    assert len(screenings()) == 3
    assert cinemactl("movie", "remove", "1", "--yes", "--force").code == 0
    assert (screenings(), ratings()) == ([(3, 2)], [])
    assert show(cinemactl, 2) == both[1]


def test_a_merge_keeps_moves_and_fills_gaps(cinemactl, both, screenings, ratings):
    screenings(1, 2, 2)
    ratings((7, 2))
    merged = cinemactl("movie", "merge", "imdb:tt0113277", "Hitze", "--yes", "--json")
    assert (merged.code, merged.err) == (0, "Merged into movie 1. `cinemactl movie unmerge 2` takes it back.\n")
    heat, hitze = both
    assert timeless(merged.json) == timeless(heat) | {
        "titles": [
            {"title": "Heat", "language": "de"},
            {"title": "Hitze", "language": None},
            {"title": "Heat!", "language": None},
        ],
        "original_title": "Heat!",
        "release_date": "1995-12-15",
        "runtime": 170,
        "certificate_system": "FSK",
        "certificate": "16",
        "keywords": ["heist"],
        "poster": "https://example.org/heat.jpg",
        "people": [*heat["people"], hitze["people"][1]],
        "ids": [{"scheme": "imdb", "value": "tt0113277"}, {"scheme": "tmdb", "value": "949"}],
    }
    assert merged.json["updated_at"] > heat["updated_at"]
    assert [movie for _, movie in screenings()] == [1, 1, 1]
    assert ratings() == [(7, 1)]
    for name in ("hitze", "tmdb:949", "imdb:tt0113277"):
        assert show(cinemactl, name)["id"] == 1
    assert cinemactl("movie", "show", "2").code == 3
    assert [movie["id"] for movie in cinemactl("movie", "search", "hitze", "pacino", "--json").json] == [1]


def test_an_unmerge_brings_both_back(cinemactl, both, screenings, ratings):
    screenings(1, 2, 2)
    ratings((7, 2), (8, 1))
    cinemactl("movie", "merge", "1", "2", "--yes")
    dry = cinemactl("movie", "unmerge", "2", "--dry-run", "--json")
    assert (dry.code, timeless(dry.json)) == (0, timeless(both[1]))
    back = cinemactl("movie", "unmerge", "2", "--json")
    assert (back.code, back.err) == (0, "Taken back: movie 2 is there again.\n")
    assert timeless(back.json) == timeless(both[1])
    assert back.json["created_at"] == both[1]["created_at"]
    assert timeless(show(cinemactl, 1)) == timeless(both[0])
    assert [movie for _, movie in screenings()] == [1, 2, 2]
    assert ratings() == [(7, 2), (8, 1)]
    assert [movie["id"] for movie in cinemactl("movie", "search", "hitze", "pacino", "--json").json] == [2]
    for nothing in ("2", "1", "99"):
        refused = cinemactl("movie", "unmerge", nothing, "--json")
        assert (refused.code, refused.error["code"]) == (3, "merge-not-found")
    assert cinemactl("movie", "merge", "1", "2", "--yes").code == 0
    assert cinemactl("movie", "unmerge", "2").code == 0


def test_an_unmerge_keeps_what_was_changed_since(cinemactl, both, screenings):
    cinemactl("movie", "merge", "1", "2", "--yes")
    edits = ("--runtime", "171", "--release-date", "1995-12-16", "--further-title", "Hitze", "--further-title", "Fuego")
    cinemactl("movie", "edit", "1", *edits, "--cast", "Al Pacino as Vincent Hanna", "--cast", "Val Kilmer")
    cinemactl("movie", "edit", "1", "--id", "house:12", "--clear", "genre")
    screenings(1)
    assert timeless(cinemactl("movie", "unmerge", "2", "--json").json) == timeless(both[1])
    assert timeless(show(cinemactl, 1)) == timeless(both[0]) | {
        "runtime": 171,
        "release_date": "1995-12-16",
        "titles": [{"title": "Fuego", "language": None}],
        "genres": [],
        "people": [
            *both[0]["people"],
            {"name": "Val Kilmer", "role": "cast", "position": 1, "character": None},
        ],
        "ids": [{"scheme": "house", "value": "12"}, {"scheme": "imdb", "value": "tt0113277"}],
    }
    assert screenings() == [(1, 1)]


def test_an_identifier_given_away_since_stops_the_unmerge(cinemactl, both):
    cinemactl("movie", "merge", "1", "2", "--yes")
    cinemactl("movie", "edit", "1", "--remove-id", "tmdb:949")
    cinemactl("movie", "add", "Ronin", "--tmdb-id", "949")
    taken = cinemactl("movie", "unmerge", "2", "--json")
    assert (taken.code, taken.error["code"]) == (4, "identifier-taken")
    assert cinemactl("movie", "show", "2").code == 3


def test_what_cannot_be_merged(cinemactl, both, ratings):
    itself = cinemactl("movie", "merge", "1", "imdb:tt0113277", "--json")
    assert (itself.code, itself.error["message"]) == (2, "Movie 1 cannot be merged with itself.")
    assert cinemactl("movie", "merge", "1", "99", "--yes").code == 3
    ratings((7, 1), (7, 2))
    clash = cinemactl("movie", "merge", "1", "2", "--yes", "--json")
    assert (clash.code, clash.error["code"]) == (4, "merge-clash")
    assert [show(cinemactl, 1), show(cinemactl, 2)] == both


def test_several_merges_are_taken_back_in_any_order(cinemactl, both):
    third = cinemactl(
        "movie", "add", "Fuego", "--runtime", "172", "--cast", "Val Kilmer", "--tmdb-id", "7", "--json"
    ).json
    assert cinemactl("movie", "merge", "1", "2", "--yes").code == 0
    again = cinemactl("movie", "merge", "1", "2", "--yes")
    assert again.code == 3
    assert cinemactl("movie", "merge", "1", "3", "--yes").code == 0
    chained = cinemactl("movie", "merge", "3", "1", "--yes")
    assert chained.code == 3
    fourth = cinemactl("movie", "add", "Cuatro", "--json").json["id"]
    chained = cinemactl("movie", "merge", str(fourth), "1", "--yes", "--json")
    assert (chained.code, chained.error["code"]) == (4, "merged-before")
    assert timeless(cinemactl("movie", "unmerge", "2", "--json").json) == timeless(both[1])
    assert timeless(cinemactl("movie", "unmerge", "3", "--json").json) == timeless(third)
    assert timeless(show(cinemactl, 1)) == timeless(both[0])
    assert cinemactl("movie", "merge", str(fourth), "1", "--yes").code == 0


def test_removing_the_outcome_of_a_merge_removes_both(cinemactl, both):
    cinemactl("movie", "merge", "1", "2", "--yes")
    assert cinemactl("movie", "remove", "1", "--yes").code == 0
    assert cinemactl("movie", "unmerge", "2").code == 3
