"""The plan that was shown is the plan that is applied, or nothing is."""

from __future__ import annotations

import pytest
from importing.importer import table

from cinemactl.catalogue import fields, find, movies
from cinemactl.errors import CinemactlError

FILE = table("title,year,runtime,imdb_id", "Heat,1995,170,tt0000001", "Cold,1996,100,", "Dune,x,,")


def outcomes_of(importer, import_id):
    return {row["line"]: row["outcome"] for row in importer.plan(import_id)}


def test_what_was_planned_is_done(importer):
    importer.add("Cold", release_year=1996)
    planned = importer.run(FILE, dry_run=True)
    before = importer.plan(planned["import_id"])
    done = importer.apply(planned["import_id"])
    assert {name: done[name] for name in ("import_id", "rows", "created", "updated", "rejected", "dry_run")} == {
        "import_id": planned["import_id"],
        "rows": 3,
        "created": 1,
        "updated": 1,
        "rejected": 1,
        "dry_run": False,
    }
    assert [movie["title"] for movie in importer.movies()] == ["Cold", "Heat"]
    after = importer.plan(planned["import_id"])
    assert [row["outcome"] for row in after] == [row["outcome"] for row in before]
    assert [row["changes"] for row in after] == [row["changes"] for row in before]


def test_it_is_applied_once(importer):
    planned = importer.run(FILE, dry_run=True)
    importer.apply(planned["import_id"])
    with pytest.raises(CinemactlError, match=r"is applied: only a plan that waits can be applied") as refused:
        importer.apply(planned["import_id"])
    assert refused.value.exit_code == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda importer: importer.add("Heat", release_year=1995), "line 2 was created, and is updated"),
        (lambda importer: edit(importer, "Cold", runtime=100), "line 3 was updated, and is unchanged"),
        (lambda importer: edit(importer, "Cold", runtime=99), "line 3 was updated, and is so with other changes"),
        (lambda importer: importer.execute("DELETE FROM movie"), "line 3 was updated, and is created"),
    ],
)
def test_a_catalogue_that_moved_in_a_way_that_matters(importer, change, told):
    importer.add("Cold", release_year=1996)
    planned = importer.run(FILE, dry_run=True)
    change(importer)
    before = importer.movies()
    with pytest.raises(CinemactlError, match="The catalogue has changed since") as refused:
        importer.apply(planned["import_id"])
    assert (refused.value.exit_code, refused.value.code) == (4, "plan-outdated")
    assert told in refused.value.message
    assert importer.movies() == before
    assert outcomes_of(importer, planned["import_id"]) == {2: "created", 3: "updated", 4: "rejected"}


def test_a_catalogue_that_moved_elsewhere_is_no_obstacle(importer):
    importer.add("Cold", release_year=1996)
    planned = importer.run(FILE, dry_run=True)
    importer.add("Alien", release_year=1979)
    edit(importer, "Cold", synopsis="Winter.")
    assert importer.apply(planned["import_id"])["created"] == 1


def edit(importer, title, **changes):
    with importer.database.unit_of_work() as session:
        movies.edit_movie(session, find.find_movie(session, title), fields.MovieFields(**changes))


class TestOverwrite:
    FILE = table(
        "title,year,runtime,genres,synopsis,director,imdb_id,further_titles",
        "heat,1995,170,Crime|Drama,New.,Michael Mann,tt0000001,Fuego",
    )

    @pytest.fixture
    def known(self, importer):
        with importer.database.unit_of_work() as session:
            movies.add_movie(
                session, fields.MovieFields(title="Heat", release_year=1995, synopsis="Old.", genres=["Crime"])
            )
        return importer

    def test_all(self, known):
        assert known.counts(self.FILE, overwrite="all") == {"updated": 1}
        movie = known.movie()
        assert (movie["synopsis"], movie["runtime"], movie["genres"]) == ("New.", 170, ["Crime", "Drama"])

    def test_missing(self, known):
        assert known.counts(self.FILE, overwrite="missing") == {"updated": 1}
        movie = known.movie()
        assert (movie["synopsis"], movie["runtime"], movie["genres"]) == ("Old.", 170, ["Crime"])
        assert [person["name"] for person in movie["people"]] == ["Michael Mann"]
        assert movie["ids"] == [{"scheme": "imdb", "value": "tt0000001"}]
        again = self.FILE.replace("Michael Mann", "Somebody Else").replace("New.", "Newer.")
        assert known.counts(again, overwrite="missing") == {"unchanged": 1}

    def test_missing_days_are_filled_in_where_the_year_agrees(self, known):
        other = table("title,release_date,imdb_id", "Heat,1996-01-02,tt0000001")
        same = table("title,release_date,imdb_id", "Heat,1995-12-15,tt0000001")
        known.run(self.FILE)
        assert known.counts(other, overwrite="missing") == {"unchanged": 1}
        assert known.counts(same, overwrite="missing") == {"updated": 1}
        assert str(known.movie()["release_date"]) == "1995-12-15"

    def test_none(self, known):
        before = known.movies()
        rows = self.FILE + "Cold,1996,100,Crime,Cold.,Somebody,tt0000002,\n"
        assert known.counts(rows, overwrite="none") == {"unchanged": 1, "created": 1}
        assert known.movies()[:1] == before
