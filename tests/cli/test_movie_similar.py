"""`cinemactl movie similar` and `connected`, and the exports for graph and vector stores."""

from __future__ import annotations

import csv
from xml.etree import ElementTree as ET

import pytest

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def catalogue(cinemactl):
    """Know four movies, two of them with the same director, two with the same actor."""
    for title, year, director, actor, genre in (
        ("Heat", "1995", "Michael Mann", "Al Pacino as Hanna", "crime"),
        ("Thief", "1981", "Michael Mann", "James Caan", "crime"),
        ('The "God" & <Father>', "1972", "Francis Coppola", "James Caan as Sonny & Co", "crime"),
        ("Amélie", "2001", "Jean-Pierre Jeunet", "Audrey Tautou", "comedy"),
    ):
        words = ("--year", year, "--director", director, "--cast", actor, "--genre", genre, "--keyword", f"k; {year}")
        assert cinemactl("movie", "add", title, *words, "--imdb-id", f"tt000{year}").code == 0
    assert cinemactl("movie", "add", "Bare").code == 0
    return cinemactl


def test_similar_and_connected_print_what_they_find(catalogue):
    found = catalogue("movie", "similar", "Heat", "--top", "1", "--json").json
    assert [one["title"] for one in found] == ["Thief"]
    assert found[0]["because"][0]["names"] == ["Michael Mann"]
    table = catalogue("movie", "similar", "Heat", "--exact").out
    assert "director Michael Mann 0." in table
    chain = catalogue("movie", "connected", "Heat", "3", "--json").json
    assert [step["person"] for step in chain] == ["Michael Mann", "James Caan"]
    shown = catalogue("movie", "connected", "Heat", "3")
    assert ("Heat (1995)" in shown.out, shown.err) == (True, "2 steps.\n")
    rows = list(csv.DictReader(catalogue("movie", "connected", "Heat", "3", "--format", "csv").out.splitlines()))
    assert (rows[1]["person"], rows[1]["next_year"]) == ("James Caan", "1972")


def test_what_cannot_be_answered_is_refused(catalogue):
    assert catalogue("movie", "similar", "Nothing").code == 3
    bare = catalogue("movie", "similar", "Bare", "--json")
    assert (bare.code, bare.error["code"]) == (1, "nothing-known")
    assert catalogue("movie", "connected", "Heat", "Nothing").code == 3
    assert catalogue("movie", "connected", "Heat", "1").code == 2
    for other in ("Bare", "Amélie"):
        apart = catalogue("movie", "connected", "Heat", other, "--json")
        assert (apart.code, apart.error["code"]) == (3, "not-connected")


def test_graphml_is_well_formed_and_whole(catalogue, tmp_path):
    done = catalogue("movie", "export", "--graph", str(tmp_path / "out.graphml"))
    assert (done.code, done.err) == (0, "17 nodes and 16 edges written.\n")
    root = ET.parse(tmp_path / "out.graphml").getroot()  # noqa: S314  (our own file)
    nodes = {node.get("id"): node for node in root.iter(f"{GRAPHML}node")}
    assert len(nodes) == 17
    edges = list(root.iter(f"{GRAPHML}edge"))
    assert {edge.get("source") for edge in edges} | {edge.get("target") for edge in edges} <= nodes.keys()
    keys = {key.get("id") for key in root.iter(f"{GRAPHML}key")}
    assert {data.get("key") for data in root.iter(f"{GRAPHML}data")} <= keys
    assert 'The "God" & <Father>' in {data.text for data in nodes["movie-3"]}
    assert catalogue("movie", "export", "--graph").out == (tmp_path / "out.graphml").read_text()


def test_neo4j_files_have_the_headers_of_its_importer(catalogue, tmp_path):
    done = catalogue("movie", "export", "--graph", "graph")
    assert "neo4j-admin database import full neo4j --nodes=graph/movies.csv" in done.err
    rows = {file.name: list(csv.DictReader(file.read_text().splitlines())) for file in (tmp_path / "graph").iterdir()}
    ids = {
        space: {row[f":ID({space})"] for row in rows[name]}
        for space, name in (("Movie", "movies.csv"), ("Person", "people.csv"), ("Genre", "genres.csv"), ("Keyword", "keywords.csv"))
    }  # fmt: skip
    for name in ("credits.csv", "movie_genres.csv", "movie_keywords.csv"):
        for row in rows[name]:
            ends = [key for key in row if key.startswith((":START_ID", ":END_ID"))]
            assert all(row[key] in ids[key.partition("(")[2].rstrip(")")] for key in ends)
            assert row[":TYPE"] in {"DIRECTED", "ACTED_IN", "IN_GENRE", "HAS_KEYWORD"}
    assert catalogue("movie", "export", "--graph", "graph/movies.csv").code == 2


def test_vectors_are_written_as_parquet(catalogue, tmp_path):
    import duckdb

    done = catalogue("movie", "export", "--vectors", "out.parquet")
    assert (done.code, done.err) == (0, "5 vectors written.\n")
    with duckdb.connect() as read:
        rows = read.execute(f"SELECT * FROM '{tmp_path / 'out.parquet'}' ORDER BY id").fetchall()
        names = [column[0] for column in read.description]
    assert names == ["id", "vector", "title", "year", "genres", "imdb_id", "tmdb_id"]
    assert (len(rows[0][1]), rows[0][2:]) == (128, ("Heat", 1995, ["Crime"], "tt0001995", None))
    vectors = {row[0]: row[1] for row in rows}
    near, far = (sum(map(float.__mul__, vectors[1], vectors[other])) for other in (2, 4))
    assert near > far
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet"]


def test_an_export_that_cannot_be_written_is_refused(catalogue):
    assert catalogue("movie", "export", "--vectors", "nowhere/out.parquet").code == 1
    assert catalogue("movie", "export", "--vectors").code == 2
    assert catalogue("movie", "export", "--vectors", "--graph", "out.parquet").code == 2
    assert catalogue("movie", "export", "--graph", "nowhere/out.graphml").code == 1
    assert catalogue("movie", "export", "--graph", "/dev/null/graph").code == 1
