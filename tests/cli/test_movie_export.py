"""`cinemactl movie export`: the whole catalogue out, in the columns that an import reads."""

import csv
import io
import json

import pytest

COLUMNS = [
    *("id", "title", "original_title", "further_titles", "year", "release_date", "runtime", "genres", "directors"),
    *("writers", "cast", "languages", "countries", "certificate", "synopsis", "keywords", "poster", "trailer", "ids"),
    *("status", "ranking"),
]


@pytest.fixture
def catalogue(cinemactl):
    seal = (
        *("The Seventh Seal", "--original-title", "Det sjunde inseglet", "--further-title", "de:Das siebente Siegel"),
        *("--further-title", "Seal", "--release-date", "1957-02-16", "--runtime", "96", "--genre", "drama", "--genre"),
        *("fantasy", "--director", "Ingmar Bergman", "--writer", "Ingmar Bergman", "--cast", "Max von Sydow as Block"),
        *("--cast", "Bibi Andersson", "--language", "sv", "--country", "SE", "--certificate", "BBFC:PG"),
        *("--synopsis", 'Chess, "with" Death.', "--keyword", "chess", "--poster", "https://example.org/seal.jpg"),
        *("--imdb-id", "tt0050976", "--id", "movielens:1237"),
    )
    assert cinemactl("movie", "add", *seal).code == 0
    assert cinemactl("movie", "add", "--", '=HYPERLINK("http://example.org")').code == 0
    assert cinemactl("movie", "add", "Amélie 🎬", "--director", "-Jeunet").code == 0


@pytest.mark.usefixtures("catalogue")
def test_csv_has_the_columns_of_an_import(cinemactl):
    exported = cinemactl("movie", "export")
    assert (exported.code, exported.err) == (0, "3 movies written.\n")
    rows = {row["title"]: row for row in csv.DictReader(io.StringIO(exported.out))}
    assert exported.out.splitlines()[0].split(",") == COLUMNS
    assert rows["The Seventh Seal"] == {
        "id": "1",
        "title": "The Seventh Seal",
        "original_title": "Det sjunde inseglet",
        "further_titles": "de:Das siebente Siegel|Seal",
        "year": "1957",
        "release_date": "1957-02-16",
        "runtime": "96",
        "genres": "Drama|Fantasy",
        "directors": "Ingmar Bergman",
        "writers": "Ingmar Bergman",
        "cast": "Max von Sydow as Block|Bibi Andersson",
        "languages": "sv",
        "countries": "SE",
        "certificate": "BBFC:PG",
        "synopsis": 'Chess, "with" Death.',
        "keywords": "chess",
        "poster": "https://example.org/seal.jpg",
        "trailer": "",
        "ids": "imdb:tt0050976|movielens:1237",
        "status": "catalogue",
        "ranking": "0.0",
    }


@pytest.mark.usefixtures("catalogue")
def test_a_spreadsheet_runs_nothing_of_it(cinemactl):
    rows = list(csv.DictReader(io.StringIO(cinemactl("movie", "export").out)))
    assert '\'=HYPERLINK("http://example.org")' in [row["title"] for row in rows]
    assert "'-Jeunet" in [row["directors"] for row in rows]


@pytest.mark.usefixtures("catalogue")
def test_a_file_is_written_in_the_format_of_its_ending(cinemactl, tmp_path):
    listed = cinemactl("movie", "list", "--json").json
    for name, words, read in (
        ("movies.json", (), json.loads),
        ("movies.jsonl", (), lambda text: [json.loads(line) for line in text.splitlines()]),
        ("movies.txt", ("--json",), json.loads),
        ("movies", ("--format", "jsonl"), lambda text: [json.loads(line) for line in text.splitlines()]),
    ):
        written = cinemactl("movie", "export", name, *words)
        assert (written.code, written.out, written.err) == (0, "", "3 movies written.\n")
        assert read((tmp_path / name).read_text(encoding="utf-8")) == listed
    assert cinemactl("movie", "export", "movies.csv").code == 0
    assert (tmp_path / "movies.csv").read_text(encoding="utf-8") == cinemactl("movie", "export", "-").out
    assert cinemactl("movie", "export", "-", "--json").json == listed


def test_an_empty_catalogue_is_a_header(cinemactl):
    assert cinemactl("movie", "export").out.splitlines() == [",".join(COLUMNS)]
    assert cinemactl("movie", "export", "--json").json == []


@pytest.mark.usefixtures("catalogue")
def test_a_file_that_cannot_be_written_is_one_sentence(cinemactl, tmp_path):
    (tmp_path / "folder").mkdir()
    for name, reason in (("none/movies.csv", "No such file or directory"), ("folder", "Is a directory")):
        refused = cinemactl("movie", "export", name, "--format", "jsonl")
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.count("\n") == 1
        assert reason in refused.err
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []
