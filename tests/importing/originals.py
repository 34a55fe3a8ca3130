"""Small true-to-life files of every shape that the layouts know, to be spoiled: as text, with their delimiter."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

SAMPLE = (Path(__file__).parents[2] / "sample_data" / "movies.csv").read_text(encoding="utf-8")
LISTED_CAST = [{"name": "Al Pacino", "character": "Vincent Hanna"}, {"name": "Val Kilmer", "character": ""}]
LISTED_CREW = [{"name": "Michael Mann", "job": "Director"}, {"name": "Michael Mann", "job": "Writer"}]
GENRES = [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}]
NO_FLAGS = ["0"] * 17


@dataclass(frozen=True)
class Original:
    """A file as somebody's program wrote it: its rows, the first being the header if it has one."""

    name: str
    delimiter: str
    rows: list[list[str]]

    def text(self) -> str:
        """Return the file."""
        return written(self.rows, self.delimiter)


def written(rows: list[list[str]], delimiter: str) -> str:
    """Return rows as a delimited file; those with a delimiter of two characters know no quotation marks."""
    if len(delimiter) > 1:
        return "".join(delimiter.join(row) + "\n" for row in rows)
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _original(name: str, delimiter: str, *rows: str | list[object]) -> Original:
    """Return an original of rows given as cells, or as a text with `;` between them."""
    return Original(
        name, delimiter, [row.split(";") if isinstance(row, str) else [str(cell) for cell in row] for row in rows]
    )


TMDB = "id;title;original_title;vote_average;original_language;overview;release_date;runtime;status;imdb_id;genres"
BASICS = "tconst;titleType;primaryTitle;originalTitle;isAdult;startYear;endYear;runtimeMinutes;genres"
IMDB_LIST = (
    "Position;Const;Created;Modified;Description;Title;Original Title;URL;Title Type;IMDb Rating;Runtime (mins);"
    "Year;Genres;Num Votes;Release Date;Directors"
)
IMDB_TOP = (
    "Poster_Link;Series_Title;Released_Year;Certificate;Runtime;Genre;IMDB_Rating;Overview;Meta_score;Director;"
    "Star1;Star2;Star3;Star4;No_of_Votes;Gross"
)
STREAMED = "show_id;type;title;director;cast;country;date_added;release_year;rating;duration;listed_in;description"

ORIGINALS = (
    Original("movies.csv", ",", list(csv.reader(io.StringIO(SAMPLE)))[:25]),
    _original(
        "movies.csv",
        ",",
        "movieId;title;genres",
        "1;Toy Story (1995);Adventure|Animation|Children",
        ["2", "City of Lost Children, The (Cité des enfants perdus, La) (1995)", "(no genres listed)"],
        "3;Matrix, The (1999);Action|Sci-Fi",
    ),
    _original("links.csv", ",", "movieId;imdbId;tmdbId", "1;0114709;862", "2;0112682;902", "3;0133093;603"),
    _original("movies.dat", "::", "1;Toy Story (1995);Animation|Children's", "2;Heat (1995);Action|Crime|Thriller"),
    _original("movies.dat", "::", "0113277;Heat (1995);Action|Crime", "0078748;Alien (1979);Horror|Sci-Fi"),
    _original(
        "u.item",
        "|",
        ["1", "Heat (1995)", "01-Jan-1995", "", "http://us.imdb.com/M/title-exact?Heat%20(1995)", "0", "1", *NO_FLAGS],
        ["2", "Alien (1979)", "01-Jan-1979", "", "", "0", "0", *NO_FLAGS[:-1], "1"],
    ),
    _original(
        "tmdb.csv",
        ",",
        TMDB,
        ["949", "Heat", "Heat", 7.9, "en", "Cops.", "1995-12-15", 170, "Released", "tt0113277", json.dumps(GENRES)],
        ["348", "Alien", "Alien", 8.1, "en", "In space, no one.", "1979-05-25", 117, "Released", "tt0078748", "Horror"],
        ["194", "Amélie", "Le Fabuleux Destin", 7.9, "fr", 'A "girl".\nParis.', "2001-04-25", "122.0", "", "", "[]"],
    ),
    _original(
        "credits.csv",
        ",",
        "movie_id;title;cast;crew",
        ["949", "Heat", json.dumps(LISTED_CAST), json.dumps(LISTED_CREW)],
        ["348", "Alien", "[]", json.dumps([{"name": "Ridley Scott", "job": "Director"}])],
    ),
    _original(
        "movies_metadata.csv",
        ",",
        "adult;belongs_to_collection;budget;genres;id;imdb_id;original_language;original_title;overview;release_date;"
        "runtime;status;title;vote_average",
        [
            "False",
            "",
            "60000000",
            str(GENRES),
            "949",
            "tt0113277",
            "en",
            "Heat",
            "Cops.",
            "1995-12-15",
            "170.0",
            "",
            "Heat",
            7,
        ],
        [
            "False",
            "{'id': 8091}",
            "11",
            str(GENRES[:1]),
            "348",
            "tt0078748",
            "en",
            "Alien",
            "",
            "1979-05-25",
            "117.0",
            "",
            "Alien",
            8,
        ],
    ),
    _original("credits.csv", ",", "cast;crew;id", [LISTED_CAST, LISTED_CREW, 949], [[], LISTED_CREW[:1], 348]),
    _original("keywords.csv", ",", "id;keywords", [949, [{"id": 1, "name": "bank heist"}]], [348, []]),
    _original(
        "title.basics.tsv",
        "\t",
        BASICS,
        r"tt0047478;movie;Seven Samurai;Shichinin no samurai;0;1954;\N;207;Action,Drama",
        r"tt0903747;tvSeries;Breaking Bad;Breaking Bad;0;2008;2013;45;Crime,Drama",
        r"tt0000009;movie;Miss Jerry;Miss Jerry;0;1894;\N;45;Romance",
        r"tt0000010;videoGame;A Game;A Game;0;2008;\N;\N;\N",
    ),
    _original(
        "list.csv",
        ",",
        IMDB_LIST,
        "1;tt0113277;2020-01-01;;;Heat;Heat;https://www.imdb.com/title/tt0113277/;Movie;8.3;170;1995;Crime, Drama;7;1996-02-01;"
        "Michael Mann",
        "2;tt0078748;2020-01-01;;;Alien;Alien;;Movie;8.5;117;1979;Horror;9;1979-05-25;Ridley Scott",
    ),
    _original(
        "imdb_top_1000.csv",
        ",",
        IMDB_TOP,
        "https://example.org/heat.jpg;Heat;1995;A;170 min;Crime, Drama;8.2;Cops.;76;Michael Mann;Al Pacino;Robert De Niro;"
        "Val Kilmer;Jon Voight;577113;67,436,818",
        "https://example.org/a.jpg;Apollo 13;PG;U;140 min;Adventure;7.6;NASA.;77;Ron Howard;Tom Hanks;B;C;D;1;173,837,933",
    ),
    _original(
        "ratings.csv",
        ",",
        "Date;Name;Year;Letterboxd URI;Rating",
        "2024-01-02;Heat;1995;https://boxd.it/2bcA;4.5",
        "2024-01-03;Alien;1979;https://boxd.it/2awY;5",
    ),
    _original(
        "diary.csv",
        ",",
        "Date;Name;Year;Letterboxd URI;Rating;Rewatch;Tags;Watched Date",
        "2024-01-02;Heat;1995;https://boxd.it/5xYzAB;4.5;;;2024-01-01",
        "2024-02-02;Heat;1995;https://boxd.it/5xYzAC;4.5;Yes;;2024-02-01",
    ),
    _original(
        "watchlist.csv",
        ",",
        "Position;Name;Year;URL;Description",
        "1;Heat;1995;https://letterboxd.com/film/heat-1995/;",
        "2;Solaris;1972;https://letterboxd.com/film/solaris/;",
    ),
    _original(
        "netflix_titles.csv",
        ",",
        STREAMED,
        "s1;Movie;Heat;Michael Mann;Al Pacino, Robert De Niro;United States;May 1, 2020;1995;R;170 min;Classic Movies;Cops.",
        "s2;TV Show;Breaking Bad;;Bryan Cranston;;;2013;TV-MA;5 Seasons;TV Dramas;A chemist.",
        "s3;Movie;Roma;Alfonso Cuarón;Yalitza Aparicio;Mexico;;2018;R;135 min;Dramas;",
    ),
    _original(
        "gross.csv",
        ",",
        "Rank;Title;Lifetime Gross;Year",
        "1;Avatar;$785,221,649;2009",
        "2;Heat;$67,436,818;1995",
    ),
    _original(
        "2024.csv",
        ",",
        "Rank;Release Group;Worldwide;Domestic;%;Foreign;%",
        "1;Inside Out 2;$1,698,863,816;$652,980,194;38.4%;$1,045,883,622;61.6%",
        "2;Wicked;-;-;-;-;-",
    ),
    _original("people.csv", ",", "movieId;director;cast", "1;John Lasseter;Tom Hanks|Tim Allen", "3;Lana Wachowski;"),
    _original(
        "filme.csv",
        ";",
        ["Titel", "Jahr", "Laufzeit", "Regie", "Produktionsland", "Erstaufführung"],
        ["Das Boot", "1981", "149 min", "Wolfgang Petersen", "DE", "17.09.1981"],
        ["Die fabelhafte Welt der Amélie", "2001", "2h 2m", "Jean-Pierre Jeunet", "FR", "16.08.2001"],
        ["M", "(1931)", "1h57", "Fritz Lang", "Deutschland", "11.05.1931"],
    ),
    _original("u.user", "|", "1;24;M;technician;85711", "2;53;F;other;94043"),
    _original("ratings.csv", ",", "userId;movieId;rating;timestamp", "1;1;4.0;964982703", "1;3;4.0;964981247"),
)
