"""Rows that come again are not read again, and nothing ends otherwise for that."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from importing.importer import Quiet, table
from sqlalchemy import text

from cinemactl.catalogue.fields import MovieFields
from cinemactl.catalogue.movies import edit_movie, remove_movie
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import CinemactlError
from cinemactl.importing import familiar, run
from cinemactl.importing.run import perform_import

HEADER = "title,original_title,further_titles,release_date,year,genres,cast,imdb_id,tmdb_id"
TITLES = ("Heat", "Cold", "Dune", "Fuego")
RARELY = [""] * 6
DATES = st.sampled_from([*RARELY, *RARELY, *RARELY, "1995-12-15", "15/06/1995", "05/06/1995"])
ROW = (
    st.sampled_from(TITLES),
    st.sampled_from([*RARELY, "Cold", "Fuego"]),
    st.sampled_from([*RARELY, "Fuego", "Heat|Dune"]),
    DATES,
    st.sampled_from(["1995"] * 12 + ["", "1996", "abc"]),
    st.sampled_from(["Drama"] * 8 + ["", "Drama|Crime", "Drama &amp; Crime"]),
    st.sampled_from([*RARELY, "Al Pacino", "Al Pacino as Vincent", "Al Pacino|Robert De Niro"]),
)
IDS = [f"tt000000{number}" for number in range(1, 7)]
CELLS = st.tuples(*ROW, st.sampled_from(["", *IDS]), st.sampled_from(["", "", "", "1", "2"]))
# Of a list that has every movie once more is familiar than of one in which everything meets.
LISTS = st.permutations(IDS).flatmap(
    lambda ids: st.tuples(*(st.tuples(*ROW, st.just(one), st.just("")) for one in ids[:4]))
)
FILES = LISTS | st.lists(CELLS, min_size=1, max_size=6)
CHANGES = st.lists(
    st.tuples(st.just("edit"), st.sampled_from(TITLES), st.sampled_from(TITLES))
    | st.tuples(st.just("remove"), st.sampled_from(TITLES))
    | st.tuples(st.just("import"), FILES)
    | st.tuples(st.just("undo")),
    max_size=2,
)

SHORT = "title,year,genres,imdb_id"
HEAT = "Heat,1995,Crime,tt0113277"
ALIEN = "Alien,1979,Horror,tt0078748"
DUNE = "Dune,1984,Science Fiction,tt0087182"
LIST = table(SHORT, HEAT, ALIEN, DUNE)


@pytest.fixture
def loads(monkeypatch):
    """Give how many rows were read, of each time that rows were."""
    counts = []

    def counting(*given):
        counts.append(load(*given))
        return counts[-1]

    load = run.load
    monkeypatch.setattr(run, "load", counting)
    return counts


def with_movies(importer, title, change):
    with importer.database.unit_of_work() as session:
        for movie in session.scalars(text("SELECT id FROM movie WHERE title = :title"), {"title": title}).all():
            change(session, session.get_one(Movie, movie))


def edit(importer, called, **given):
    with_movies(importer, called, lambda session, movie: edit_movie(session, movie, MovieFields(**given)))


def change(importer, what, *given):
    """Do what can be done of a change."""
    try:
        if what == "edit":
            edit(importer, given[0], title=given[1])
        elif what == "remove":
            with_movies(importer, given[0], remove_movie)
        elif what == "import":
            importer.run(table(HEADER, *given[0]))
        else:
            importer.undo(importer.one("SELECT max(id) FROM import"))
    except CinemactlError:
        pass


def planned(importer, file, **options):
    """Return the plan of a file, or why there is none."""
    try:
        done = importer.run(file, dry_run=True, **options)
    except CinemactlError as error:
        return str(error)
    return done["mended"], done["date_order"], importer.plan()


def forget(importer):
    """Let no row be familiar."""
    importer.execute("UPDATE import SET read_as = NULL")


@settings(max_examples=15)
@given(first=FILES, changes=CHANGES, others=st.lists(CELLS, max_size=2), data=st.data())
def test_what_is_passed_over_would_have_changed_nothing(importer, first, changes, others, data):
    importer.empty()
    change(importer, "import", first)
    for one in changes:
        change(importer, *one)
    again = data.draw(st.lists(st.sampled_from(first), min_size=1, max_size=8, unique=True))
    file = table(HEADER, *data.draw(st.permutations([*again, *others])))
    told = planned(importer, file)
    forget(importer)
    assert told == planned(importer, file)


def test_the_same_list_again_is_not_read(importer, loads):
    assert importer.counts(LIST) == {"created": 3}
    before = importer.movies()
    for _ in range(3):
        assert importer.counts(LIST) == {"unchanged": 3}
        assert [row["movie_id"] for row in importer.plan()] == [movie["id"] for movie in before]
    assert loads == [3, 0, 0, 0]
    assert importer.movies() == before


def test_only_what_is_new_or_says_otherwise_is_read(importer, loads):
    importer.run(LIST)
    file = table(SHORT, "Heat,1995,Crime|Drama,tt0113277", DUNE, "Brazil,1985,Comedy,tt0088846", ALIEN)
    assert importer.counts(file) == {"created": 1, "updated": 1, "unchanged": 2}
    assert importer.outcomes() == {2: "updated", 3: "unchanged", 4: "created", 5: "unchanged"}
    assert loads == [3, 2]


@pytest.mark.parametrize("given_", [{"genres": ["Drama"]}, {"ids": [("tmdb", "949")]}, {"titles": []}])
def test_a_movie_that_was_changed_is_looked_at_again(importer, loads, given_):
    importer.run(LIST)
    edit(importer, "Heat", runtime=170, **given_)
    outcome = "updated" if "genres" in given_ else "unchanged"
    importer.run(LIST)
    assert importer.outcomes() == {2: outcome, 3: "unchanged", 4: "unchanged"}
    importer.run(LIST)
    assert loads == [3, 0, 1, 1 if outcome == "updated" else 0]


def test_a_movie_that_is_gone_is_made_again(importer, loads):
    importer.run(LIST)
    with_movies(importer, "Alien", remove_movie)
    assert importer.counts(LIST) == {"created": 1, "unchanged": 2}
    assert loads == [3, 0, 1]


def test_a_row_that_stands_twice_in_the_file_is_read_with_its_like(importer, loads):
    importer.run(LIST)
    assert importer.counts(table(SHORT, HEAT, ALIEN, HEAT)) == {"unchanged": 2, "duplicates": 1}
    assert loads == [3, 1, 1]


def test_a_row_is_read_beside_another_of_its_movie_or_title(importer, loads):
    importer.run(LIST)
    assert importer.counts(table(SHORT, HEAT, "Heat,1995,Drama,tt0113277", ALIEN)) == {"ambiguous": 2, "unchanged": 1}
    assert importer.counts(table(SHORT, "Alien,1979,,", ALIEN)) == {"unchanged": 1, "duplicates": 1}
    assert loads == [3, 1, 1, 1, 1]


def test_a_row_that_was_completed_by_another_is_read_each_time(importer, loads):
    other = "Heat,1995,Crime|Drama,tt0113277"
    assert importer.counts(table(SHORT, HEAT, other)) == {"created": 1, "duplicates": 1}
    assert importer.counts(table(SHORT, HEAT)) == {"updated": 1}
    assert loads == [2, 1]


def test_cells_that_are_mended_are_counted_each_time(importer, loads):
    file = table(SHORT, HEAT, "Fast &amp; Furious,2009,Action,tt1013752")
    assert [importer.run(file)["mended"] for _ in range(2)] == [{"HTML entities": 1}] * 2
    assert loads == [2, 1]


def test_a_row_that_is_known_by_its_title_alone_is_read_each_time(importer, loads):
    file = table(SHORT, HEAT, "Alien,1979,Horror,")
    assert importer.counts(file) == {"created": 2}
    assert importer.counts(file) == {"unchanged": 2}
    assert loads == [2, 1]


def test_columns_that_feed_nothing_make_no_row_another(importer, loads):
    for popularity in ("7.1", "7.2"):
        importer.run(table("title,year,imdb_id,zzz", f"Heat,1995,tt0113277,{popularity}"))
    assert loads == [1, 0]


def test_the_same_words_in_other_columns_are_another_row(importer, loads):
    importer.run(table("title,original_title,imdb_id", "Heat,Fuego,tt0113277"))
    assert importer.counts(table("original_title,title,imdb_id", "Fuego,Heat,tt0113277")) == {"unchanged": 1}
    assert importer.counts(table("original_title,title,imdb_id", "Heat,Fuego,tt0113277")) == {"updated": 1}
    assert loads == [1, 0, 1]


@pytest.mark.parametrize(
    "options", [{"overwrite": "missing"}, {"overwrite": "none"}, {"lenient": True}, {"date_order": "dmy"}]
)
def test_an_import_with_other_options_reads_every_row(importer, loads, options):
    importer.run(LIST)
    importer.run(LIST, **options)
    assert loads == [3, 3]
    importer.run(LIST, **options)
    assert loads[2:] == ([3] if "overwrite" in options else [0])


def test_other_code_reads_every_row(importer, loads, monkeypatch):
    importer.run(LIST)
    monkeypatch.setattr(familiar, "EDITION", "another")
    assert importer.counts(LIST) == {"unchanged": 3}
    assert loads == [3, 3]


def test_the_edition_is_of_every_file_that_reads_rows_and_of_the_libraries(tmp_path, monkeypatch):
    found = [familiar.EDITION]
    (tmp_path / "layouts").mkdir()
    parser, layout = tmp_path / "years.py", tmp_path / "layouts" / "imdb.toml"
    parser.write_text("YEAR = 1")
    layout.write_text("name = 'imdb'")
    monkeypatch.setattr(familiar, "ROOMS", [SimpleNamespace(__path__=[str(tmp_path)])])
    found.append(familiar.edition())
    parser.write_text("YEAR = 2")
    found.append(familiar.edition())
    layout.write_text("name = 'other'")
    found.append(familiar.edition())
    monkeypatch.setattr(familiar, "LIBRARIES", ("ftfy",))
    found.append(familiar.edition())
    assert len(set(found)) == 5
    assert familiar.edition() == found[-1]


def test_dates_that_turn_out_the_other_way_round_are_read_again(importer, loads):
    header, heat = "title,release_date,imdb_id", "Heat,05/06/1995,tt0113277"
    importer.run(table(header, heat, "Alien,25/05/1979,tt0078748"))
    file = table(header, heat, "Alien,05/25/1979,tt0078748")
    assert importer.counts(file) == {"updated": 1, "unchanged": 1}
    assert loads == [2, 1, 1]


def test_a_row_is_found_where_it_moved_to_and_no_further(importer, loads, monkeypatch):
    monkeypatch.setattr(familiar, "AROUND", 64)
    monkeypatch.setattr("cinemactl.importing.keeping.LINES_OF_A_BLOCK", 10)
    rows = [f"Movie {number},1990,Drama,tt{number:07d}" for number in range(1, 301)]
    importer.run(table(SHORT, *rows))
    assert importer.counts(table(SHORT, *rows[40:], *rows[:40])) == {"unchanged": 300}
    assert loads == [300, 40]
    assert importer.counts(table(SHORT, *reversed(rows))) == {"unchanged": 300}
    assert loads[2] > 150


def test_an_import_that_was_undone_is_none_to_go_by(importer, loads):
    importer.undo(importer.run(LIST)["import_id"])
    assert importer.counts(LIST) == {"created": 3}
    assert loads == [3, 3]


def test_a_list_goes_by_the_last_import_of_its_name(importer, loads):
    other = table(SHORT, "Brazil,1985,Comedy,tt0088846")
    importer.run(LIST, name="monday.csv")
    importer.run(other, name="tuesday.csv")
    importer.run(LIST, name="monday.csv")
    importer.run(other, name="wednesday.csv")
    assert loads == [3, 1, 0, 1]


def test_what_changes_between_the_reading_and_the_lock_is_seen(importer, loads):
    class Changing(Quiet):
        def progress(self, stage, done, total):
            if stage == "Matching":
                edit(importer, "Heat", genres=["Drama"])

    importer.run(LIST)
    asked = importer.ask(LIST)
    with importer.database.unit_of_work() as session:
        done = perform_import(Changing(session), import_id=asked.id)
    assert (done["updated"], done["unchanged"]) == (1, 2)
    assert loads == [3, 0, 1]


def test_a_plan_is_applied_though_its_rows_are_passed_over(importer):
    importer.run(LIST)
    file = table(SHORT, HEAT, ALIEN, "Brazil,1985,Comedy,tt0088846")
    plan = importer.run(file, dry_run=True)
    assert (plan["created"], plan["unchanged"]) == (1, 2)
    assert importer.apply(plan["import_id"])["created"] == 1
    assert importer.counts(file) == {"unchanged": 3}
