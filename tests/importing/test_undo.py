"""An import is taken back whole, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from importing.importer import table
from importing.test_properties import CATALOGUES, FILES, HEADER, begin
from sqlalchemy import text

from cinemactl.catalogue import documents, fields, find, movies, search
from cinemactl.errors import CinemactlError

FILE = table(
    "title,original_title,further_titles,release_date,runtime,genres,cast,director,imdb_id,tmdb_id,keywords",
    "Heat 2,Fuego,Calor,1995-12-15,171,Crime|Drama,Al Pacino as Hanna|Robert De Niro,Michael Mann,tt0000001,949,bank",
    "Cold,,,1996-02-03,100,Drama,Somebody New,Else,tt0000002,,",
)


@pytest.fixture
def known(importer):
    """Know one movie, with something of every kind."""
    given = {
        "release_year": 1995,
        "synopsis": "Cops and robbers.",
        "ids": [("imdb", "tt0000001")],
        "people": [
            fields.Person("Val Kilmer", "cast", "Chris"),
            fields.Person("Al Pacino", "cast", None),
            fields.Person("Michael Mann", "writer"),
        ],
        "titles": [fields.Title("Hitze", "de")],
        "genres": ["Thriller"],
    }
    importer.add("Heat", **given)
    return importer


def everything(importer):
    """Return all that is known of every movie, and what a search of it sees."""
    with importer.database.unit_of_work() as session:
        found = session.execute(text("SELECT * FROM movie_search ORDER BY movie_id")).all()
        people = session.execute(text("SELECT * FROM person ORDER BY id")).all()
    return importer.movies(), found, people


def test_what_was_created_goes_and_what_was_changed_is_as_it_was(known):
    before = everything(known)
    done = known.run(FILE)
    assert (done["created"], done["updated"]) == (1, 1)
    undone = known.undo(done["import_id"])
    assert {name: undone[name] for name in ("state", "removed", "restored")} == {
        "state": "undone",
        "removed": 1,
        "restored": 1,
    }
    assert everything(known) == before


def test_what_was_kept_row_by_row_as_it_used_to_be_is_shown_and_undone(known):
    before = everything(known)
    done = known.run(FILE)
    planned = known.plan()
    known.execute(
        """
        INSERT INTO import_row (import_id, line, outcome, movie_id)
        SELECT import_id, plain.line, outcome, plain.movie_id
        FROM import_block, unnest(lines, movie_ids) AS plain (line, movie_id)
        """,
        "DELETE FROM import_block",
    )
    assert {row["outcome"] for row in planned} == {"created", "updated"}
    assert known.plan() == planned
    known.undo(done["import_id"])
    assert everything(known) == before


def test_it_can_be_imported_anew_and_undone_again(known):
    before = everything(known)
    for _ in range(2):
        done = known.run(FILE)
        assert (done["created"], done["updated"]) == (1, 1)
        known.undo(done["import_id"])
    assert everything(known) == before


def test_imports_are_undone_one_after_the_other_from_the_last(known):
    states = [everything(known)]
    first = known.run(FILE)
    states.append(everything(known))
    second = known.run(FILE.replace("171", "172").replace("Somebody New", "Somebody Newer"))
    with pytest.raises(CinemactlError, match="2 movies were changed or removed since") as refused:
        known.undo(first["import_id"])
    assert refused.value.exit_code == 4
    known.undo(second["import_id"])
    assert everything(known) == states[1]
    known.undo(first["import_id"])
    assert everything(known) == states[0]


def test_what_was_changed_later_is_named(known):
    done = known.run(FILE)
    with known.database.unit_of_work() as session:
        movies.edit_movie(session, find.find_movie(session, "Cold"), fields.MovieFields(runtime=99))
    before = everything(known)
    with pytest.raises(CinemactlError, match=r"1 movie was changed or removed since: \d+ Cold\. Nothing was changed"):
        known.undo(done["import_id"])
    assert everything(known) == before


def test_what_was_removed_later_is_named(known):
    done = known.run(FILE)
    known.execute("DELETE FROM movie WHERE title = 'Cold'")
    with pytest.raises(CinemactlError, match=r"since: \d+ \(removed\)"):
        known.undo(done["import_id"])


def test_what_other_rooms_use_is_named(known):
    done = known.run(FILE)
    known.execute(
        "CREATE TABLE note (id bigint PRIMARY KEY, movie_id bigint REFERENCES movie)",
        "INSERT INTO note SELECT 1, id FROM movie WHERE title = 'Cold'",
    )
    try:
        with pytest.raises(CinemactlError, match=r"used since: \d+ has note"):
            known.undo(done["import_id"])
    finally:
        known.execute("DROP TABLE note")


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_was_not_applied_or_is_undone_cannot_be(known, dry_run):
    done = known.run(FILE, dry_run=dry_run)
    if not dry_run:
        known.undo(done["import_id"])
    state = "planned" if dry_run else "undone"
    with pytest.raises(CinemactlError, match=f"is {state}, not applied"):
        known.undo(done["import_id"])


def test_a_search_finds_what_is_there(known):
    done = known.run(FILE)
    known.undo(done["import_id"])
    with known.database.unit_of_work() as session:
        assert [movie.title for movie in search.search_movies(session, "hitze")] == ["Heat"]
        assert search.search_movies(session, "fuego") == []
        assert documents.document(session, find.find_movie(session, "Heat"))["runtime"] is None


@settings(max_examples=5)
@given(known=CATALOGUES, rows=FILES)
def test_whatever_was_imported_can_be_undone(importer, known, rows):
    begin(importer, known)
    before = everything(importer)
    done = importer.run(table(HEADER, *rows))
    importer.undo(done["import_id"])
    assert everything(importer) == before
