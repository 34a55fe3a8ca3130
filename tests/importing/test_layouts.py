"""Each export that is known by its first row, from a few rows in its shape to the movies they make."""

from __future__ import annotations

import csv
import io
import json

import pytest
from importing.importer import table

from cinemactl.errors import CinemactlError
from cinemactl.importing.layouts import shelf
from cinemactl.importing.layouts.recognising import best


def tsv(*rows):
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def brought(importer, layout, file, **options):
    """Import a file that must have that layout, and return the one movie there is then."""
    done = importer.run(file, **options)
    assert (done["layout"], done["rejected"], done["ambiguous"]) == (layout, 0, 0)
    return importer.movie()


def people(movie, role):
    return [one["name"] for one in movie["people"] if one["role"] == role]


def ids(movie):
    return {f"{one['scheme']}:{one['value']}" for one in movie["ids"]}


HEAT_TMDB = {
    "id": 949,
    "title": "Heat",
    "original_title": "Heat",
    "vote_average": 7.9,
    "original_language": "en",
    "overview": "Cops and robbers.",
    "release_date": "1995-12-15",
    "runtime": 170,
    "status": "Released",
}


def tmdb(**cells):
    row = HEAT_TMDB | cells
    return table(",".join(row), list(row.values()))


def test_movielens_movies(importer):
    movie = brought(
        importer, "movielens-movies", table("movieId,title,genres", [7, "Matrix, The (1999)", "Action|Sci-Fi"])
    )
    assert (movie["title"], movie["year"], movie["genres"]) == ("The Matrix", 1999, ["Action", "Science Fiction"])
    assert ids(movie) == {"movielens:7"}


def test_movielens_titles_have_others_in_parentheses(importer):
    title = "City of Lost Children, The (Cité des enfants perdus, La) (1995)"
    movie = brought(importer, "movielens-movies", table("movieId,title,genres", [8, title, "(no genres listed)"]))
    assert (movie["title"], movie["genres"]) == ("The City of Lost Children", [])
    assert [one["title"] for one in movie["titles"]] == ["La Cité des enfants perdus"]


def test_movielens_100k_has_no_header_and_genres_as_flags(importer):
    flags = ["0"] * 19
    flags[1] = flags[6] = "1"
    row = ["7", "Heat (1995)", "01-Jan-1995", "", "http://us.imdb.com/M/title-exact?Heat%20(1995)", *flags]
    movie = brought(importer, "movielens-100k", "|".join(row) + "\n", name="u.item")
    assert (movie["title"], movie["year"], movie["genres"]) == ("Heat", 1995, ["Action", "Crime"])


@pytest.mark.parametrize(
    ("row", "layout", "known"),
    [
        (("7", "Heat (1995)", "Action|Crime"), "movielens-dat", "movielens:7"),
        (("0113277", "Heat (1995)", "Action|Crime"), "movietweetings-movies", "imdb:tt0113277"),
    ],
)
def test_dat_files_have_no_header(importer, row, layout, known):
    movie = brought(importer, layout, tsv(row), delimiter="\t")
    assert (movie["title"], movie["year"], ids(movie)) == ("Heat", 1995, {known})


def test_rejects_of_a_file_without_a_header_get_one_and_are_known_by_it(importer):
    done = importer.run(tsv(("7", "Heat (1995)", "Action"), ("8", "Alien (1979)", "Fright")), delimiter="\t")
    assert (done["created"], done["rejected"], importer.outcomes()) == (1, 1, {1: "created", 2: "rejected"})
    mended = importer.rejects(done["import_id"]).replace("Fright", "Horror")
    assert next(csv.reader(io.StringIO(mended)))[3:] == ["movie id", "title", "genres"]
    again = importer.run(mended)
    assert (again["layout"], again["created"], again["rows"]) == ("movielens-dat", 1, 1)


def test_tmdb_with_json(importer):
    genres = json.dumps([{"id": 28, "name": "Action"}, {"id": 10769, "name": "Foreign"}])
    movie = brought(
        importer,
        "tmdb-movies",
        tmdb(
            genres=genres,
            keywords=json.dumps([{"id": 1, "name": "bank heist"}]),
            production_countries=json.dumps([{"iso_3166_1": "US", "name": "United States of America"}]),
            spoken_languages=json.dumps([{"iso_639_1": "es", "name": "Español"}]),
        ),
    )
    assert (movie["genres"], movie["keywords"], movie["countries"]) == (["Action"], ["bank heist"], ["US"])
    assert (set(movie["languages"]), movie["runtime"], str(movie["release_date"])) == ({"en", "es"}, 170, "1995-12-15")
    assert ids(movie) == {"tmdb:949"}


def test_tmdb_with_commas(importer):
    movie = brought(
        importer,
        "tmdb-movies",
        tmdb(
            genres="Action, Science Fiction",
            imdb_id="tt0113277",
            production_countries="United States of America, United Kingdom",
            spoken_languages="English, No Language",
            runtime=0,
            status="Rumored",
        ),
    )
    assert (movie["genres"], movie["languages"], movie["runtime"]) == (["Action", "Science Fiction"], ["en"], None)
    assert (set(movie["countries"]), ids(movie)) == ({"US", "GB"}, {"tmdb:949", "imdb:tt0113277"})


CAST = [
    {"name": "Al Pacino", "character": "Vincent Hanna", "order": 0},
    {"name": "Val Kilmer", "character": "", "order": 1},
]
CREW = [
    {"name": "Michael Mann", "job": "Director"},
    {"name": "Michael Mann", "job": "Writer"},
    {"name": "A", "job": "Gaffer"},
]


def test_tmdb_credits(importer):
    file = table("movie_id,title,cast,crew", [949, "Heat", json.dumps(CAST), json.dumps(CREW)])
    movie = brought(importer, "tmdb-credits", file)
    assert [(one["name"], one["character"]) for one in movie["people"] if one["role"] == "cast"] == [
        ("Al Pacino", "Vincent Hanna"),
        ("Val Kilmer", None),
    ]
    assert (people(movie, "director"), people(movie, "writer")) == (["Michael Mann"], ["Michael Mann"])


def test_kaggle_movies_credits_and_keywords(importer):
    movie = brought(
        importer,
        "kaggle-movies",
        tmdb(genres="[{'id': 80, 'name': 'Crime'}]", belongs_to_collection="", imdb_id="tt0113277"),
    )
    assert movie["genres"] == ["Crime"]
    credited = brought(importer, "kaggle-credits", table("cast,crew,id", [str(CAST), str(CREW), 949]))
    assert (people(credited, "cast"), people(credited, "director")) == (["Al Pacino", "Val Kilmer"], ["Michael Mann"])
    movie = brought(importer, "kaggle-keywords", table("id,keywords", [949, "[{'id': 1, 'name': 'bank heist'}]"]))
    assert (movie["keywords"], movie["title"], movie["genres"]) == (["bank heist"], "Heat", ["Crime"])
    assert people(movie, "cast") == ["Al Pacino", "Val Kilmer"]


BASICS = [
    "tconst",
    "titleType",
    "primaryTitle",
    "originalTitle",
    "isAdult",
    "startYear",
    "endYear",
    "runtimeMinutes",
    "genres",
]
SAMURAI = ["tt0047478", "movie", "Seven Samurai", "Shichinin no samurai", 0, 1954, r"\N", 207, "Action,Drama"]
SERIES = ["tt0903747", "tvSeries", "Breaking Bad", "Breaking Bad", 0, 2008, 2013, 45, "Crime,Drama"]
GAME = ["tt0000009", "videoGame", "A Game", "A Game", 0, 2008, r"\N", r"\N", r"\N"]


def test_imdb_titles(importer):
    movie = brought(importer, "imdb-titles", tsv(BASICS, SAMURAI))
    assert (movie["title"], movie["original_title"], movie["year"], movie["runtime"]) == (
        "Seven Samurai",
        "Shichinin no samurai",
        1954,
        207,
    )
    assert (movie["genres"], ids(movie)) == (["Action", "Drama"], {"imdb:tt0047478"})


def test_series_are_set_aside_unless_they_are_wanted(importer):
    file = tsv(BASICS, SAMURAI, SERIES, GAME)
    assert importer.counts(file) == {"created": 1, "rejected": 2}
    assert importer.reasons() == {
        3: "It is set aside as no movie: it is 'tvSeries'. --include-series imports it nevertheless.",
        4: "It is set aside as no movie: it is 'videoGame'.",
    }
    assert [row["column"] for row in importer.plan()] == [None, "titleType", "titleType"]
    assert importer.counts(file, include_series=True) == {"unchanged": 1, "created": 1, "rejected": 1}


def test_imdb_lists(importer):
    header = (
        "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins)"
    )
    header += ",Year,Genres,Num Votes,Release Date,Directors"
    row = [
        "1",
        "tt0113277",
        "2020-01-01",
        "",
        "",
        "Heat",
        "Heat",
        "https://www.imdb.com/title/tt0113277/",
        "Movie",
        "8.3",
    ]
    row += ["170", "1995", "Crime, Drama, Thriller", "700000", "1996-02-01", "Michael Mann"]
    movie = brought(importer, "imdb-list", table(header, row))
    assert (movie["year"], movie["release_date"], movie["genres"]) == (1995, None, ["Crime", "Drama", "Thriller"])
    assert (movie["runtime"], people(movie, "director")) == (170, ["Michael Mann"])


def test_imdb_top(importer):
    header = "Poster_Link,Series_Title,Released_Year,Certificate,Runtime,Genre,IMDB_Rating,Overview,Meta_score,Director"
    header += ",Star1,Star2,Star3,Star4,No_of_Votes,Gross"
    row = ["https://example.org/heat.jpg", "Heat", "1995", "A", "170 min", "Crime, Drama", "8.2", "Cops.", "76"]
    row += ["Michael Mann", "Al Pacino", "Robert De Niro", "Val Kilmer", "Jon Voight", "577113", "67,436,818"]
    movie = brought(importer, "imdb-top", table(header, row))
    assert people(movie, "cast") == ["Al Pacino", "Robert De Niro", "Val Kilmer", "Jon Voight"]
    assert (movie["runtime"], movie["certificate"], movie["poster"]) == (170, None, "https://example.org/heat.jpg")


@pytest.mark.parametrize(
    ("layout", "file", "known"),
    [
        (
            "letterboxd",
            table("Date,Name,Year,Letterboxd URI", "2024-01-02,Heat,1995,https://boxd.it/2bcA"),
            {"letterboxd:2bcA"},
        ),
        (
            "letterboxd",
            table("Date,Name,Year,Letterboxd URI,Rating", "2024-01-02,Heat,1995,https://boxd.it/2bcA,4.5"),
            {"letterboxd:2bcA"},
        ),
        (
            "letterboxd-diary",
            table(
                "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
                "2024-01-02,Heat,1995,https://boxd.it/5xYzAB,4.5,,,2024-01-01",
            ),
            set(),
        ),
        (
            "letterboxd-list",
            table("Position,Name,Year,URL,Description", "1,Heat,1995,https://letterboxd.com/film/heat-1995/,"),
            set(),
        ),
        ("box-office", table("Rank,Title,Lifetime Gross,Year", ["1", "Heat", "$67,436,818", "1995"]), set()),
    ],
)
def test_lists_of_titles_and_years(importer, layout, file, known):
    movie = brought(importer, layout, file)
    assert (movie["title"], movie["year"], ids(movie)) == ("Heat", 1995, known)


def test_a_box_office_year_has_no_years(importer):
    file = table("Rank,Release Group,Worldwide,Domestic,%,Foreign,%", ["1", "Heat", "$187,436,818", "-", "-", "-", "-"])
    assert brought(importer, "box-office-year", file)["title"] == "Heat"


SHOWS = "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description"
HEAT_SHOW = [
    "s1",
    "Movie",
    "Heat",
    "Michael Mann",
    "Al Pacino, Robert De Niro",
    "United States",
    "May 1, 2020",
    "1995",
    "R",
]
HEAT_SHOW += ["170 min", "Action & Adventure, Classic Movies", "Cops and robbers."]
BAD_SHOW = [
    "s2",
    "TV Show",
    "Breaking Bad",
    "",
    "Bryan Cranston",
    "",
    "",
    "2013",
    "TV-MA",
    "5 Seasons",
    "TV Dramas",
    "A chemist.",
]


def test_streaming_catalogues(importer):
    movie = brought(importer, "streaming-catalogue", table(SHOWS, HEAT_SHOW))
    assert (movie["year"], movie["release_date"], movie["runtime"]) == (1995, None, 170)
    assert (movie["certificate"], movie["genres"], movie["countries"]) == ("R", ["Action", "Adventure"], ["US"])
    assert people(movie, "cast") == ["Al Pacino", "Robert De Niro"]


def test_streaming_series(importer):
    file = table(SHOWS, HEAT_SHOW, BAD_SHOW)
    assert importer.counts(file) == {"created": 1, "rejected": 1}
    assert importer.counts(file, include_series=True) == {"unchanged": 1, "created": 1}
    series = importer.movies()[1]
    assert (series["runtime"], series["genres"], series["certificate_system"]) == (None, ["Drama"], "TVPG")


@pytest.mark.parametrize(
    ("row", "layout"),
    [
        ("userId,movieId,rating,timestamp", "movielens-ratings"),
        ("userId,movieId,tag,timestamp", "movielens-tags"),
        ("movieId,tagId,relevance", "movielens-genome"),
        ("tagId,tag", "movielens-genome-tags"),
        ("196,242,3,881250949", "movielens-dat-ratings"),
        ("15,4973,excellent!,1215184630", "movielens-dat-tags"),
        ("1,F,1,10,48067", "movielens-dat-users"),
        ("1,24,M,technician,85711", "movielens-100k-users"),
        ("1,0114508,8,1381006850", "movietweetings-ratings"),
        ("1,139564917", "movietweetings-users"),
        ("tconst,ordering,nconst,category,job,characters", "imdb-principals"),
        ("tconst,directors,writers", "imdb-crew"),
        ("nconst,primaryName,birthYear,deathYear,primaryProfession,knownForTitles", "imdb-names"),
        ("tconst,averageRating,numVotes", "imdb-ratings"),
        ("tconst,parentTconst,seasonNumber,episodeNumber", "imdb-episodes"),
        ("titleId,ordering,title,region,language,types,attributes,isOriginalTitle", "imdb-akas"),
    ],
)
def test_files_of_other_things_are_known_and_refused(importer, row, layout):
    numbered = [f"column_{number}" for number in range(1, row.count(",") + 2)]
    shipped = shelf.shipped()
    assert best([row.split(",")], shipped.values()) is shipped[layout]
    if shipped[layout].headings:
        assert best([numbered, row.split(",")], shipped.values()) is shipped[layout]
    with pytest.raises(CinemactlError) as refused:
        importer.run(table(row, row))
    assert refused.value.code == "records-of-another-kind"
    assert f"(layout {layout}), no movies" in refused.value.message
    assert "--map FIELD=COLUMN" in refused.value.hint
    assert importer.one("SELECT count(*) FROM upload") == 0


@pytest.mark.parametrize("header", ["title,year", "id,title", "rank,title,year", "name,rating", "cast,title,id", ""])
def test_headers_of_nobody_in_particular_are_left_to_the_generic_layout(header):
    assert best([header.split(",")], shelf.shipped().values()) is None


@pytest.mark.parametrize(
    "header",
    [
        "Titel,Jahr,Laufzeit,Regie,Produktionsland",
        "Titre,Année,Durée,Réalisateur,Pays",
        "Título,Año,Duración,Dirección,País",
        "Titolo,Anno,Durata,Regia,Paese",
        "Título,Ano,Duração,Realização,País",
        "Titel,Jaar,Speelduur,Regisseur,Land",
    ],
)
def test_headings_in_other_languages(importer, header):
    movie = brought(importer, "generic", table(header, "Heat,1995,170,Michael Mann,US"))
    assert (movie["title"], movie["year"], movie["runtime"], movie["countries"]) == ("Heat", 1995, 170, ["US"])
    assert people(movie, "director") == ["Michael Mann"]
