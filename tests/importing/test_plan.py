"""What an import changes of the movies it meets, and that the plan says exactly that."""

from __future__ import annotations

import pytest
from importing.importer import table
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from cinemactl.catalogue import search_index
from cinemactl.catalogue.fields import Person, Title
from cinemactl.catalogue.search import search_movies
from cinemactl.importing import applying

FULL = {
    "original_title": "Fuego",
    "titles": [Title("Calor", "es")],
    "release_year": 1995,
    "runtime": 170,
    "genres": ["Crime"],
    "languages": ["en"],
    "countries": ["US"],
    "certificate_system": "MPA",
    "certificate": "R",
    "synopsis": "Cops and robbers.",
    "keywords": ["heist"],
    "poster": "https://example.org/heat.jpg",
    "trailer": "https://example.org/heat.mp4",
    "people": [
        Person("Michael Mann", "director"),
        Person("Al Pacino", "cast", "Vincent Hanna"),
        Person("Val Kilmer", "cast", "Chris Shiherlis"),
    ],
    "ids": [("imdb", "tt0113277")],
}
EVERYTHING = (
    "title,original_title,further_titles,release_date,year,runtime,genres,directors,writers,cast,languages,countries,"
    "certificate,synopsis,keywords,poster,trailer,imdb_id"
)


def versions(importer):
    return importer.one("SELECT max(xmin::text::bigint) FROM movie")


def test_a_field_that_the_file_does_not_have_erases_nothing(importer):
    importer.add("Heat", **FULL)
    before, written = importer.movie(), versions(importer)
    assert importer.counts(table(EVERYTHING, ["Heat", *[""] * 16, "tt0113277"])) == {"unchanged": 1}
    assert importer.counts(table("title,year", "Heat,1995")) == {"unchanged": 1}
    assert importer.movie() == before
    assert versions(importer) == written


def test_characters_known_here_outlive_a_list_without_them(importer):
    importer.add("Heat", **FULL)
    assert importer.counts(table("title,year,cast", "Heat,1995,Al Pacino|Val Kilmer")) == {"unchanged": 1}
    file = table("title,year,cast", "Heat,1995,Robert De Niro|AL PACINO")
    assert importer.counts(file) == {"updated": 1}
    assert importer.plan()[0]["changes"] == {
        "cast": [
            ["Al Pacino as Vincent Hanna", "Val Kilmer as Chris Shiherlis"],
            ["Robert De Niro", "AL PACINO as Vincent Hanna"],
        ]
    }
    assert [(one["name"], one["role"], one["character"]) for one in importer.movie()["people"]] == [
        ("Michael Mann", "director", None),
        ("Robert De Niro", "cast", None),
        ("Al Pacino", "cast", "Vincent Hanna"),
    ]
    assert importer.counts(file) == {"unchanged": 1}


def test_a_shorter_list_and_another_character_are_changes(importer):
    importer.add("Heat", **FULL)
    assert importer.counts(table("title,year,cast", "Heat,1995,Al Pacino")) == {"updated": 1}
    assert importer.counts(table("title,year,cast", "Heat,1995,Al Pacino as Hanna")) == {"updated": 1}
    assert [one["character"] for one in importer.movie()["people"]] == [None, "Hanna"]


@pytest.mark.parametrize(
    ("column", "value", "changes"),
    [
        ("runtime", "171", {"runtime": [170, 171]}),
        ("synopsis", "Another.", {"synopsis": ["Cops and robbers.", "Another."]}),
        ("certificate", "FSK:16", {"certificate_system": ["MPA", "FSK"], "certificate": ["R", "16"]}),
        ("genres", "crime|drama", {"genres": [["Crime"], ["Crime", "Drama"]]}),
        ("release_date", "1995-12-15", {"release_date": [None, "1995-12-15"]}),
        ("further_titles", "de:Heat (Hitze)|es:Calor", {"titles": [None, ["Heat (Hitze)"]]}),
        ("ids", "tmdb:949|imdb:tt0113277", {"ids": [None, ["tmdb:949"]]}),
        ("original_title", "Hitze", {"original_title": ["Fuego", "Hitze"], "titles": [None, ["Fuego"]]}),
        ("original_title", "FUEGO", None),
        ("genres", "CRIME", None),
        ("poster", "https://example.org/heat.jpg", None),
    ],
)
def test_what_differs_is_changed_and_nothing_else(importer, column, value, changes):
    importer.add("Heat", **FULL)
    file = table(f"title,year,{column}", ["Heat", "1995", value])
    assert importer.counts(file) == {"updated" if changes else "unchanged": 1}
    assert importer.plan()[0]["changes"] == changes
    assert importer.counts(file) == {"unchanged": 1}


def test_a_title_that_gives_way_stays_as_a_further_one(importer):
    importer.add("Heat", **FULL)
    file = table("title,year,imdb_id", "Hitze,1995,tt0113277")
    assert importer.counts(file) == {"updated": 1}
    movie = importer.movie()
    assert (movie["title"], [one["title"] for one in movie["titles"]]) == ("Hitze", ["Calor", "Heat"])
    assert importer.counts(file) == {"unchanged": 1}
    assert importer.counts(table("title,year", "Heat,1995")) == {"unchanged": 1}


def test_a_year_alone_does_not_move_a_release_date(importer):
    importer.counts(table("title,release_date,imdb_id", "Heat,1995-12-15,tt0113277"))
    assert importer.counts(table("title,year,imdb_id", "Heat,1996,tt0113277")) == {"unchanged": 1}
    assert importer.counts(table("title,release_date,imdb_id", "Heat,1996-01-05,tt0113277")) == {"updated": 1}
    assert (importer.movie()["release_date"].isoformat(), importer.movie()["year"]) == ("1996-01-05", 1996)


def test_everything_a_file_can_say_arrives(importer):
    said = [
        *(
            "Heat",
            "Fuego",
            "es:Calor|Hitze",
            "1995-12-15",
            "1995",
            "2h 50m",
            "Crime|sci-fi",
            "Michael Mann",
            "Michael Mann",
        ),
        *("Al Pacino as Vincent Hanna|Val Kilmer", "English|es", "USA", "mpa:r", "One.\nTwo.", "heist, cops"),
        *("https://example.org/a.jpg", "https://example.org/a.mp4", "113277"),
    ]
    file = table(EVERYTHING, said)
    assert importer.counts(file) == {"created": 1}
    movie = importer.movie()
    assert [(one["title"], one["language"]) for one in movie["titles"]] == [("Calor", "es"), ("Hitze", None)]
    assert (movie["runtime"], movie["genres"], movie["languages"]) == (170, ["Crime", "Science Fiction"], ["en", "es"])
    assert (movie["countries"], movie["certificate_system"], movie["certificate"]) == (["US"], "MPA", "R")
    assert (movie["synopsis"], movie["keywords"]) == ("One.\nTwo.", ["heist", "cops"])
    assert [one["role"] for one in movie["people"]] == ["director", "writer", "cast", "cast"]
    assert movie["ids"] == [{"scheme": "imdb", "value": "tt0113277"}]
    assert importer.counts(file) == {"unchanged": 1}


def test_an_import_is_found_by_a_search(importer):
    importer.run(table("title,year,cast", "Heat,1995,Al Pacino", *[f"Movie {number},1990," for number in range(30)]))
    with importer.database.unit_of_work() as session:
        assert [movie.title for movie in search_movies(session, "haet pacino", limit=1)] == ["Heat"]


def test_the_plan_is_written_row_by_row(importer):
    importer.add("Heat", release_year=1995)
    importer.add("Cold", release_year=1996)
    importer.run(
        table(
            "title,year,runtime", "Heat,1995,170", "Cold,1996,", "Dune,1984,137", "Dune,1984,137", ",1990,", "Alien,x,"
        )
    )
    rows = importer.plan()
    assert [(row["line"], row["outcome"], row["column"]) for row in rows] == [
        (2, "updated", None),
        (3, "unchanged", None),
        (4, "created", None),
        (5, "duplicates", None),
        (6, "rejected", "title"),
        (7, "rejected", "year"),
    ]
    assert rows[0]["changes"] == {"runtime": [None, 170]}
    assert rows[2]["movie_id"] == max(movie["id"] for movie in importer.movies())


def test_a_guarded_cell_is_read_as_it_was(importer):
    file = table("title,year", ["'=Heat", 1995], ["''=Cold", 1996], ["'Til Death", 1997], ["'+1", 1998])
    assert importer.counts(file) == {"created": 4}
    assert [movie["title"] for movie in importer.movies()] == ["=Heat", "'=Cold", "'Til Death", "+1"]


def test_nobody_tells_the_planner_that_there_are_no_movies_while_a_big_import_runs(importer, monkeypatch):
    monkeypatch.setattr(applying, "MANY", 2)
    importer.add("Known Before")
    known: list[float] = []

    def watch(_connection, _cursor, statement, *_):
        with importer.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            if statement == applying.COUNT_MOVIES.text:
                other.execute(text("ANALYZE movie"))
            elif statement == applying.IDENTIFIERS.text:
                other.execute(text("SET lock_timeout = '10ms'"))
                with pytest.raises(OperationalError, match="lock"):
                    other.execute(text("ANALYZE movie"))
                known.append(other.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'movie'::regclass")))

    event.listen(importer.database.engine, "before_cursor_execute", watch)
    try:
        importer.run(table("title,year,imdb_id", *[(f"Movie {n}", 1990, f"tt000000{n}") for n in range(1, 6)]))
    finally:
        event.remove(importer.database.engine, "before_cursor_execute", watch)
    assert known == [6]


BIG = table(
    "title,year,imdb_id,cast,original_title",
    *[
        (f"Movie {word}", 1990, f"tt000000{n}", "Al Pacino", f"Film {n}")
        for n, word in enumerate(("one", "two", "three"))
    ],
)
SHAPES = text("""
    SELECT indexdef AS shape FROM pg_indexes WHERE schemaname = current_schema() AND tablename LIKE ANY ('{movie%,credit,person}')
    UNION ALL
    SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid IN ('movie'::regclass, 'credit'::regclass, 'movie_search'::regclass, 'movie_identifier'::regclass)
    ORDER BY shape
""")


def let_few_be_many(monkeypatch):
    """Have two movies written as very many are."""
    for module, name in ((applying, "MANY"), (search_index, "MANY"), (search_index, "AT_ONCE")):
        monkeypatch.setattr(module, name, 2)


def seen_of(importer) -> tuple[object, ...]:
    """Return the titles, what a search finds and sees of them, and what the tables are held to."""
    with importer.database.unit_of_work() as session:
        found = [movie.title for movie in search_movies(session, "movie three")]
        documents = session.scalars(text("SELECT titles || document::text FROM movie_search ORDER BY movie_id")).all()
        titles = [movie["title"] for movie in importer.movies()]
        return titles, found[:1], documents, session.scalars(SHAPES).all()


def test_a_big_import_into_an_empty_catalogue_ends_as_a_small_one(importer, monkeypatch):
    importer.run(BIG)
    small = seen_of(importer)
    assert small[1] == ["Movie three"]
    importer.empty()
    let_few_be_many(monkeypatch)
    importer.run(BIG)
    assert seen_of(importer) == small


def test_a_big_import_goes_on_beside_somebody_who_reads(importer, monkeypatch):
    let_few_be_many(monkeypatch)
    with importer.database.engine.connect() as other:
        other.execute(text("SELECT FROM movie"))
        importer.run(BIG)
    assert seen_of(importer)[1] == ["Movie three"]
