"""`--map`, layouts of the user's own, and `--lenient`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from importing.importer import table

from cinemactl.errors import CinemactlError, ExitCode
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.choosing import choose, chosen
from cinemactl.importing.layouts.layout import layout_of

ODD = table(
    "Nr,Werk,wann,wie lang,wer", ["1", "Heat", "1995", "170 min", "Al Pacino"], ["2", "Alien", "1979", "117 min", ""]
)


@pytest.fixture(autouse=True)
def _no_own_layouts(import_database):
    yield
    for path in shelf.folder(import_database.settings.home).glob("*.toml"):
        path.unlink()


def refused(importer, file, **options):
    with pytest.raises(CinemactlError) as caught:
        importer.run(file, **options)
    return caught.value


def own(importer, name, text):
    folder = shelf.folder(importer.settings.home)
    folder.mkdir(exist_ok=True)
    folder.joinpath(f"{name}.toml").write_text(text, encoding="utf-8")


def test_columns_are_mapped_by_heading_and_by_number(importer):
    done = importer.run(ODD, map=["title=werk", "year=3", "runtime=wie lang", "cast=wer"])
    assert (done["created"], done["layout"], done["ignored_columns"]) == (2, "custom", ["Nr"])
    heat = importer.movies()[0]
    assert (heat["title"], heat["year"], heat["runtime"], heat["people"][0]["name"]) == ("Heat", 1995, 170, "Al Pacino")


def test_several_columns_feed_a_list_and_other_headings_stay(importer):
    file = table("title,star,costar,year", "Heat,Al Pacino,Robert De Niro,1995")
    importer.run(file, map=["cast=star", "cast=costar"])
    assert [one["name"] for one in importer.movie()["people"]] == ["Al Pacino", "Robert De Niro"]
    assert importer.movie()["year"] == 1995


def test_a_mapped_column_feeds_no_other_field(importer):
    importer.run(table("name,title", "Heat,Crime"), map=["title=name", "genres=title"])
    assert (importer.movie()["title"], importer.movie()["genres"]) == ("Heat", ["Crime"])


def test_a_recognised_layout_is_changed_by_a_map(importer):
    file = table("movieId,title,genres,minutes", "6,Heat (1995),Crime,170")
    importer.run(file, map=["runtime=minutes"])
    assert (importer.movie()["year"], importer.movie()["runtime"]) == (1995, 170)


@pytest.mark.parametrize(
    ("told", "message", "hint"),
    [
        ("runtme=wie lang", "There is no movie field 'runtme'.", "Did you mean runtime"),
        ("title=Wrek", "The file has no column 'Wrek' for title.", "Did you mean 'Werk'"),
        ("title=9", "The file has no column '9' for title.", "a number from 1 to 5"),
        ("title", "--map 'title' is no field with its column.", "FIELD=COLUMN"),
        ("=Werk", "--map '=Werk' is no field with its column.", "FIELD=COLUMN"),
    ],
)
def test_unknown_fields_and_columns_are_named_with_the_nearest(importer, told, message, hint):
    error = refused(importer, ODD, map=[told])
    assert (error.exit_code, error.message) == (ExitCode.USAGE, message)
    assert hint in error.hint


@pytest.mark.parametrize("field", ["title", "Titel", "TITLE", "movie-title"])
def test_a_field_goes_by_any_name_that_a_heading_has(importer, field):
    assert importer.counts(ODD, map=[f"{field}=Werk"]) == {"created": 2}


def test_a_field_that_a_movie_has_once_is_mapped_once(importer):
    assert "gives title twice" in refused(importer, ODD, map=["title=1", "title=2"]).message


def test_what_nothing_fits_is_described_and_a_map_suggested(importer):
    error = refused(importer, table("Nr,Filmname (dt.),Prod-Jahr,Genre", "1,Heat,1995,Crime"))
    assert "'Nr', 'Filmname (dt.)', 'Prod-Jahr', 'Genre'" in error.message
    assert "--map year=Prod-Jahr" in error.hint
    assert "--map genres=Genre" in error.hint
    assert "--map title='Filmname (dt.)'" in error.hint


def test_a_layout_is_saved_and_used_by_its_name(importer):
    maps = ["title=Werk", "year=3"]
    saved = importer.run(ODD, map=maps, save_layout="archive")
    assert (saved["layout"], saved["created"]) == ("archive", 2)
    again = importer.run(ODD, layout="archive")
    assert (again["layout"], again["unchanged"]) == ("archive", 2)
    assert "is called title" in refused(importer, ODD).message


@pytest.mark.parametrize("name", ["generic", "../x", "A", "a b", ".", "a" * 64])
def test_names_that_no_saved_layout_can_have(importer, name):
    assert refused(importer, ODD, map=["title=2"], save_layout=name).code == "layout-refused"
    assert importer.one("SELECT count(*) FROM upload") == 0


def test_a_layout_that_there_is_not(importer):
    error = refused(importer, ODD, layout="archiv")
    assert (error.exit_code, "generic" in error.hint) == (ExitCode.NOT_FOUND, True)


def test_an_own_layout_is_recognised(importer):
    own(importer, "werke", '[recognise]\nheaders = ["Werk"]\n[columns]\ntitle = "Werk"\nyear = "wann"\n')
    assert importer.run(ODD)["layout"] == "werke"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("columns = 1", "gives columns no table"),
        ("[columns]\ntitel = 'a'", "unknown field 'titel'"),
        ("[columns]\ntitle = { heading = 'a', parser = 'eval' }", "unknown parser 'eval'"),
        ("[columns]\ntitle = { heading = 'a', parser = 'flag' }", "it is for"),
        ("[columns]\ngenres = { heading = 'a', parser = 'listed', replace = { a = 5 } }", "does not take: 'replace'"),
        ("[columns]\ngenres = { heading = 'a', parser = 'listed', nothing = 1 }", "does not take: 'nothing'"),
        ("[columns]\ntitle = []", "names no column for title"),
        ("[columns]\ntitle = true", "names no column for title"),
        ("[columns]\ncertificate = { heading = 'a', parser = 'certificate' }", "names no systems"),
        ("colums = 1", "unknown word 'colums'"),
        ("shape = ['(']\n[columns]\ntitle = 'a'", "no pattern"),
        ("shape = 5\n[columns]\ntitle = 'a'", "no list of texts"),
        ("noun = 5", "no text"),
        ("", "has no columns"),
        ("[columns", "no valid TOML"),
        ("#" * 100_001, "more than 100,000 bytes"),
    ],
)
def test_an_own_layout_that_cannot_be_used_is_named(importer, text, fault):
    own(importer, "mine", text)
    error = refused(importer, ODD, layout="mine")
    assert (error.exit_code, error.code) == (ExitCode.USAGE, "layout-refused")
    assert fault in error.message
    assert "mine.toml" in error.message


def test_lenient_drops_values_and_counts_them(importer):
    file = table("title,year,runtime", "Heat,1995,long", "Alien,19x9,117", ",1999,90")
    assert importer.counts(file) == {"rejected": 3}
    done = importer.run(file, lenient=True)
    assert (done["created"], done["rejected"], done["dropped_values"]) == (2, 1, {"runtime": 1, "year": 1})
    assert [(one["title"], one["year"], one["runtime"]) for one in importer.movies()] == [
        ("Heat", 1995, None),
        ("Alien", None, 117),
    ]


def test_lenient_drops_a_date_that_is_not_in_the_year(importer):
    done = importer.run(table("title,year,release_date", "Heat,1995,1996-02-01"), lenient=True)
    assert (done["dropped_values"], importer.movie()["year"]) == ({"release_date": 1}, 1995)


@given(header=st.lists(st.text(max_size=12), max_size=8), field=st.text(max_size=12), column=st.text(max_size=12))
def test_whatever_is_mapped_is_refused_or_travels(tmp_path_factory, header, field, column):
    home = tmp_path_factory.getbasetemp()
    try:
        options = choose(
            "movie", chosen, "file", [header], options={"map": [f"{field}={column}", "title=1"]}, home=home
        )
    except CinemactlError:
        return
    name, columns = chosen("file", header, options)
    assert name == "custom"
    assert any(column.field == "title" and column.position == 0 for column in columns.used)


def test_every_shipped_layout_is_described_and_travels_whole():
    for name, layout in shelf.shipped().items():
        again = layout_of(name, layout.source)
        assert again == layout
        assert layout.description
        assert layout.noun == "movie" or (layout.holds and layout.wanted)
