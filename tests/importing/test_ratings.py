"""Ratings come in from every kind of file that people have, and what cannot be used comes back."""

from __future__ import annotations

import gzip

import pytest
from importing.importer import Importer, table
from sqlalchemy import text

from cinemactl.audience.forgetting import forget_member
from cinemactl.audience.members import find_member
from cinemactl.catalogue import find, merging
from cinemactl.cli.demo import sample_file
from cinemactl.errors import CinemactlError
from cinemactl.jobs.imports import ask_undo

KNOWN = """
    SELECT member.handle, movie.title, rating.stars, rating.rated_at, rating.source_value, rating.source_scale
    FROM rating JOIN member ON member.id = member_id JOIN movie ON movie.id = movie_id ORDER BY handle, title
"""
MOVIELENS = "userId,movieId,rating,timestamp\n1,6,4.0,964982224\n1,32,3.5,964982225\n2,6,5.0,1445714835\n"


class Ratings(Importer):
    """Imports of ratings into one database."""

    noun = "rating"

    def known(self):
        """Return handle, title and stars of every rating, and when it was where that is known."""
        with self.database.unit_of_work() as session:
            return [
                (row.handle, row.title, float(row.stars), row.rated_at and row.rated_at.strftime("%Y-%m-%d"))
                for row in session.execute(text(KNOWN))
            ]

    def sources(self):
        """Return the value and the scale that each rating was given as."""
        with self.database.unit_of_work() as session:
            return [
                (row.source_value and float(row.source_value), row.source_scale) for row in session.execute(text(KNOWN))
            ]

    def versions(self):
        """Return which transaction wrote each row of members and ratings."""
        with self.database.unit_of_work() as session:
            return [
                session.execute(text(f"SELECT xmin::text, ctid::text FROM {name} ORDER BY ctid")).all()
                for name in ("member", "rating")
            ]


@pytest.fixture
def ratings(import_database):
    """Know two movies, by ids in several schemes."""
    importer = Ratings(import_database)
    importer.add("Heat", release_year=1995, ids=[("movielens", "6"), ("imdb", "tt0113277"), ("tmdb", "949")])
    importer.add("Twelve Monkeys", release_year=1995, ids=[("movielens", "32"), ("imdb", "tt0114746")])
    yield importer
    importer.execute("DELETE FROM rating", "DELETE FROM anonymous_rating", "DELETE FROM member")
    importer.empty()


def test_a_file_of_movielens_comes_in(ratings):
    done = ratings.run(MOVIELENS)
    assert (done["layout"], done["rows"], done["created"], done["new_members"]) == ("movielens-ratings", 3, 3, 2)
    assert ratings.known() == [
        ("1", "Heat", 4.0, "2000-07-30"),
        ("1", "Twelve Monkeys", 3.5, "2000-07-30"),
        ("2", "Heat", 5.0, "2015-10-24"),
    ]
    assert ratings.sources() == [(None, None)] * 3


@pytest.mark.parametrize(
    ("file", "layout"),
    [
        ("1::6::4::964982224\n1::32::3::964982225\n", "movielens-dat-ratings"),
        ("1\t6\t4\t964982224\n1\t32\t3\t964982225\n", "movielens-dat-ratings"),
        ("member,movielens id,rating,date\n1,6,4,964982224\n1,32,3.0,2000-07-30\n", "generic-ratings"),
        ("member,movie,rating,date\n1,Heat,4,964982224\n1,Twelve Monkeys (1995),3.0,2000-07-30\n", "generic-ratings"),
        (
            "user,title,year,stars,date\n1,heat,1995,4,964982224\n1,TWELVE MONKEYS,1995,3.0,2000-07-30\n",
            "generic-ratings",
        ),
        (
            "user,movie,stars,date\n1,tt0113277,4,964982224\n1,imdb:tt0114746,3.0,2000-07-30T18:37:05\n",
            "generic-ratings",
        ),
    ],
)
def test_files_without_header_and_of_any_headings_come_in(ratings, file, layout):
    done = ratings.run(file, scale="5")
    assert (done["layout"], done["created"]) == (layout, 2)
    assert ratings.known() == [("1", "Heat", 4.0, "2000-07-30"), ("1", "Twelve Monkeys", 3.0, "2000-07-30")]


def test_a_file_of_movietweetings_is_out_of_ten_and_zero_is_the_worst(ratings):
    done = ratings.run("1::0113277::7::1365029107\n2::0113277::0::1365029107\n3::0114746::10::1366576639\n")
    assert (done["layout"], done["created"]) == ("movietweetings-ratings", 3)
    assert [stars for _, _, stars, _ in ratings.known()] == [3.5, 0.5, 5.0]
    assert ratings.sources() == [(7, 10), (0, 10), (10, 10)]


def test_columns_are_told_and_the_layout_is_kept(ratings):
    """What a layout says of the other columns holds on; a kept one is named without telling again."""
    file = "Kunde,Werk,Note,date\nanna,Heat,4,2000-07-30\n"
    told = ["member=Kunde", "movie=2", "rating=Note"]
    assert ratings.run(file, map=told, save_layout="our-till")["layout"] == "our-till"
    assert ratings.known() == [("anna", "Heat", 4.0, "2000-07-30")]
    assert ratings.run(file.replace("anna", "bert"), layout="our-till")["created"] == 1
    with pytest.raises(CinemactlError, match="no rating field 'colour'"):
        ratings.ask(file, map=["colour=Note"])


def test_the_order_of_days_is_that_of_the_whole_column(ratings):
    file = "member,movie,rating,date\n1,Heat,4,07/08/2000\n1,Twelve Monkeys (1995),3,07/30/2000\n"
    assert ratings.run(file)["date_order"] == "mdy"
    assert [day for *_, day in ratings.known()] == ["2000-07-08", "2000-07-30"]
    with pytest.raises(CinemactlError, match="no other date tells which"):
        ratings.run(file.replace("30", "03"))


def test_ratings_of_letterboxd_are_of_the_member_that_is_told(ratings):
    file = "Date,Name,Year,Letterboxd URI,Rating\n2024-01-05,Heat,1995,https://boxd.it/2aJ0,4.5\n"
    assert ratings.run(file, member="anna")["layout"] == "letterboxd-ratings"
    assert ratings.known() == [("anna", "Heat", 4.5, "2024-01-05")]
    with pytest.raises(CinemactlError, match="says who rated"):
        ratings.ask(file)
    with pytest.raises(CinemactlError, match="says who rated"):
        ratings.ask(MOVIELENS, member="anna")


def test_what_cannot_be_used_is_set_aside_with_its_reason_and_can_be_fed_in_again(ratings):
    file = table(
        "userId,movieId,rating,timestamp",
        "1,6,4.0,964982224",
        "1,99,4.0,964982224",
        "1,32,7,964982224",
        "1,32,0,964982224",
        ",32,4,964982224",
        "1,32,4,yesterday",
        "1,32",
    )
    done = ratings.run(file)
    assert (done["rows"], done["created"], done["rejected"]) == (7, 1, 6)
    reasons = ratings.reasons()
    assert reasons[3] == "No movie here has the id movielens:99."
    assert [reasons[line].split(".")[0] for line in (4, 5, 6, 7, 8)] == [
        "The rating '7' is more than 5",
        "The rating '0' says that nothing was given",
        "The handle is empty",
        "The date 'yesterday' is not a date",
        "The row cannot be used: it has 2 columns where the header has 4",
    ]
    rejects = ratings.rejects(done["import_id"])
    assert rejects.splitlines()[0] == "rejected_line,rejected_column,rejected_reason,userId,movieId,rating,timestamp"
    again = ratings.run(rejects.replace("1,99,4.0", "1,32,4.0"))
    assert (again["rows"], again["created"], again["rejected"]) == (6, 1, 5)


def test_the_latest_of_several_ratings_counts(ratings):
    done = ratings.run(MOVIELENS + "1,6,2.0,964982223\n1,6,1.0,964982226\n")
    assert (done["created"], done["duplicates"]) == (3, 2)
    assert ratings.known()[0] == ("1", "Heat", 1.0, "2000-07-30")
    older = ratings.run("userId,movieId,rating,timestamp\n1,6,5.0,964982000\n")
    assert older["unchanged"] == 1
    newer = ratings.run("userId,movieId,rating,timestamp\n1,6,5.0,1064982000\n")
    assert newer["updated"] == 1
    assert ratings.known()[0] == ("1", "Heat", 5.0, "2003-10-01")


@pytest.mark.parametrize(
    "file",
    [
        MOVIELENS,
        MOVIELENS.replace("4.0", '"4.0"'),
        MOVIELENS.replace(",", "\t"),
        MOVIELENS.replace("\n", "\r"),
        MOVIELENS.encode("utf-16"),
        gzip.compress(MOVIELENS.encode()),
        b"\xef\xbb\xbf" + MOVIELENS.encode(),
    ],
)
def test_the_same_file_again_writes_nothing(ratings, file):
    assert ratings.run(file)["created"] == 3
    before = ratings.versions()
    assert ratings.counts(file) == {"unchanged": 3}
    assert ratings.versions() == before


def test_plain_and_other_rows_of_one_file_are_read_alike(ratings, monkeypatch):
    monkeypatch.setattr("cinemactl.importing.ratings.plain.PIECE_BYTES", 64)
    lines = [
        f"{member},{movie},{stars},{964982224 + member}"
        for member in range(1, 60)
        for movie, stars in ((6, "4.0"), (32, "0.5"))
    ]
    lines[40] = "21,6, 4.0 ,964982245"
    lines[70] = '36,6,"4.0",964982260'
    lines[75] = "a line of another kind"
    lines[90] = ""
    done = ratings.run("userId,movieId,rating,timestamp\n" + "\r\n".join(lines))
    assert (done["rows"], done["created"], done["rejected"]) == (117, 116, 1)
    assert list(ratings.reasons()) == [77]
    assert [row["line"] for row in ratings.plan()] == [line for line in range(2, 120) if line != 92]


def test_the_plan_is_kept_and_that_plan_is_applied_or_nothing(ratings):
    planned = ratings.run(MOVIELENS, dry_run=True)
    assert (planned["created"], ratings.known()) == (3, [])
    assert ratings.plan()[0]["changes"] == {"member": [None, "1"], "stars": [None, 4.0]}
    assert ratings.apply(planned["import_id"])["created"] == 3
    second = ratings.run(MOVIELENS.replace("4.0", "2.0"), dry_run=True)
    ratings.execute("DELETE FROM rating WHERE stars = 4")
    with pytest.raises(CinemactlError, match="has changed since"):
        ratings.apply(second["import_id"])


def test_an_import_is_taken_back_with_the_members_it_made(ratings):
    ratings.run("userId,movieId,rating,timestamp\n1,6,2.0,900000000\n")
    before = ratings.known()
    done = ratings.run(MOVIELENS)
    assert (done["created"], done["updated"]) == (2, 1)
    undone = ratings.undo(done["import_id"])
    assert {name: undone[name] for name in ("removed", "restored", "removed_members")} == {
        "removed": 2,
        "restored": 1,
        "removed_members": 1,
    }
    assert ratings.known() == before
    assert ratings.one("SELECT string_agg(handle, ',') FROM member") == "1"


def test_an_import_that_was_touched_stays(ratings):
    done = ratings.run(MOVIELENS)
    later = ratings.run(MOVIELENS.replace("5.0", "1.0"))
    with pytest.raises(CinemactlError, match="1 rating of it was changed or removed since: 2 of Heat"):
        ratings.undo(done["import_id"])
    ratings.undo(later["import_id"])
    assert ratings.undo(done["import_id"])["removed"] == 3


def test_a_title_that_could_be_several_is_asked_about(ratings):
    other = ratings.add("Heat", release_year=1986)
    done = ratings.run("member,title,rating\nanna,Heat,4\n")
    assert done["ambiguous"] == 1
    assert ratings.resolve(done["import_id"], {2: str(other)})["created"] == 1
    assert ratings.known() == [("anna", "Heat", 4.0, None)]


def test_a_scale_that_nobody_told_is_not_guessed(ratings):
    file = "member,title,rating\nanna,Heat,4\nbert,Heat,8\n"
    with pytest.raises(CinemactlError, match="nothing says out of how many"):
        ratings.run(file)
    assert ratings.run(file, scale="10")["created"] == 2
    assert [stars for _, _, stars, _ in ratings.known()] == [2.0, 4.0]


def test_means_of_titles_and_movies_are_no_ratings(ratings):
    for file in (
        "tconst,averageRating,numVotes\ntt0113277,8.3,700000\n",
        "movieId,title,genres\n6,Heat (1995),Crime\n",
    ):
        with pytest.raises(CinemactlError):
            ratings.ask(file)


def test_the_sample_comes_in_with_its_movies(ratings):
    Importer(ratings.database).run(sample_file("movies.csv").read_bytes())
    content = sample_file("ratings.dat").read_bytes()
    done = ratings.run(content, name="ratings.dat")
    assert (done["rows"], done["created"] + done["duplicates"], done["rejected"]) == (
        content.count(b"\n"),
        done["rows"],
        0,
    )


def test_a_worker_does_it_and_takes_it_back(ratings):
    asked = ratings.ask(MOVIELENS)
    assert ratings.work(asked.job_id).report["created"] == 3
    with ratings.database.unit_of_work() as session:
        undoing_id = ask_undo(session, ratings.settings, asked.id, asked_by="a test").job_id
    assert ratings.work(undoing_id).report["removed"] == 3
    assert ratings.known() == []


def test_who_is_forgotten_is_in_no_plan_any_more(ratings):
    done = ratings.run(MOVIELENS)
    with ratings.database.unit_of_work() as session:
        assert forget_member(session, find_member(session, "1")) == 2
    assert [row["changes"].get("member") for row in ratings.plan(done["import_id"])] == [None, None, [None, "2"]]
    assert ratings.one("SELECT sum(ratings) FROM anonymous_rating") == 2


def test_two_movies_that_one_member_rated_are_not_merged(ratings):
    ratings.run(MOVIELENS)
    with ratings.database.unit_of_work() as session:
        heat, monkeys = (find.find_movie(session, title) for title in ("Heat", "Twelve Monkeys"))
        with pytest.raises(CinemactlError, match="the same rating"):
            merging.merge_movies(session, heat, monkeys)


def test_beyond_so_many_only_what_is_not_plain_is_kept_of_a_plan(ratings, monkeypatch):
    monkeypatch.setattr("cinemactl.importing.ratings.planning.MOST_KEPT", 2)
    planned = ratings.run(MOVIELENS + "1,6,2.0,964982223\n1,99,2.0,964982223\n", dry_run=True)
    assert (planned["created"], ratings.outcomes()) == (3, {5: "duplicates", 6: "rejected"})
    assert ratings.apply(planned["import_id"])["created"] == 3
    assert ratings.undo(planned["import_id"])["removed"] == 3


def test_lenient_drops_when_it_was_but_not_what_was_given(ratings):
    file = "member,movie,rating,date\nanna,Heat,4,yesterday\nanna,Twelve Monkeys (1995),much,2024-01-05\n"
    assert ratings.counts(file) == {"rejected": 2}
    done = ratings.run(file, lenient=True)
    assert (done["created"], done["rejected"], done["dropped_values"]) == (1, 1, {"date": 1})
    assert ratings.known() == [("anna", "Heat", 4.0, None)]
