"""The catalogue as a graph, for those who run a graph store: GraphML, and the CSV of Neo4j's bulk importer.

Movies, people, genres and keywords are nodes; who did what, and what a movie is about, are the edges between them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape

from sqlalchemy import text
from sqlalchemy.orm import Session

STREAMED = {"yield_per": 2000}

MOVIES = "SELECT id, title, release_year, runtime, status FROM movie ORDER BY id"
PEOPLE = "SELECT id, name FROM person WHERE EXISTS (SELECT FROM credit WHERE person_id = person.id) ORDER BY id"
GENRES = 'SELECT DISTINCT unnest(genres) COLLATE "C" AS name FROM movie ORDER BY name'
KEYWORDS = 'SELECT DISTINCT unnest(keywords) COLLATE "C" AS name FROM movie ORDER BY name'
CREDITS = 'SELECT person_id, movie_id, role, position, "character" FROM credit ORDER BY movie_id, role, position'
IN_GENRE = 'SELECT DISTINCT id, unnest(genres) COLLATE "C" AS name FROM movie ORDER BY id, name'
HAS_KEYWORD = 'SELECT DISTINCT id, unnest(keywords) COLLATE "C" AS name FROM movie ORDER BY id, name'

TYPES = {
    "director": "DIRECTED",
    "writer": "WROTE",
    "cast": "ACTED_IN",
    "producer": "PRODUCED",
    "composer": "COMPOSED",
    "cinematographer": "SHOT",
    "editor": "EDITED",
}

# XML 1.0 has no way to write these, and a line break would end a record for importers that read line by line.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile(r"[\r\n]+")

KEYS = (
    *(("node", name, "string") for name in ("kind", "name", "status")),
    *(("node", name, "int") for name in ("year", "runtime")),
    *(("edge", name, "string") for name in ("type", "character")),
    ("edge", "position", "int"),
)


@dataclass(frozen=True)
class _File:
    """A file of the bulk importer: its header, the query of its rows, and what makes a record of a row."""

    name: str
    header: Sequence[str]
    query: str
    record: Callable[[Any], Sequence[object]] = tuple


FILES = (
    _File(
        "movies.csv",
        (":ID(Movie)", "title", "year:int", "runtime:int", "status", "id:long", ":LABEL"),
        MOVIES,
        lambda row: (row.id, row.title, row.release_year, row.runtime, row.status, row.id, "Movie"),
    ),
    _File("people.csv", (":ID(Person)", "name", "id:long", ":LABEL"), PEOPLE, lambda row: (*row, row.id, "Person")),
    _File("genres.csv", (":ID(Genre)", "name", ":LABEL"), GENRES, lambda row: (row.name, row.name, "Genre")),
    _File("keywords.csv", (":ID(Keyword)", "name", ":LABEL"), KEYWORDS, lambda row: (row.name, row.name, "Keyword")),
    _File(
        "credits.csv",
        (":START_ID(Person)", ":END_ID(Movie)", "position:int", "character", ":TYPE"),
        CREDITS,
        lambda row: (row.person_id, row.movie_id, row.position, row.character, _type(row.role)),
    ),
    _File(
        "movie_genres.csv", (":START_ID(Movie)", ":END_ID(Genre)", ":TYPE"), IN_GENRE, lambda row: (*row, "IN_GENRE")
    ),
    _File(
        "movie_keywords.csv",
        (":START_ID(Movie)", ":END_ID(Keyword)", ":TYPE"),
        HAS_KEYWORD,
        lambda row: (*row, "HAS_KEYWORD"),
    ),
)


def write_graphml(session: Session, stream: TextIO) -> tuple[int, int]:
    """Write the catalogue as GraphML (graphml.graphdrawing.org) and return how many nodes and edges it has."""
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    stream.writelines(
        f'<key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n' for of, name, kind in KEYS
    )
    stream.write('<graph id="catalogue" edgedefault="directed">\n')
    nodes = edges = 0
    for nodes, (id_, data) in enumerate(_nodes(session), 1):  # noqa: B007  (the count outlives the loop)
        stream.write(f"<node id={_attribute(id_)}>{_data('node', data)}</node>\n")
    for edges, (source, target, data) in enumerate(_edges(session), 1):  # noqa: B007  (as above)
        stream.write(f"<edge source={_attribute(source)} target={_attribute(target)}>{_data('edge', data)}</edge>\n")
    stream.write("</graph>\n</graphml>\n")
    return nodes, edges


def write_neo4j(
    session: Session, folder: Path, opened: Callable[[Path], AbstractContextManager[TextIO]]
) -> tuple[int, int]:
    """Write the files that `neo4j-admin database import full` reads into a folder; return how many nodes and edges.

    `opened` gives the stream of a file. Raises OSError.
    """
    counts = [0, 0]
    for file in FILES:
        with opened(folder / file.name) as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(file.header)
            for row in _rows(session, file.query):
                table.writerow([_on_one_line(value) for value in file.record(row)])
                counts[":TYPE" in file.header] += 1
    return counts[0], counts[1]


def import_command(folder: Path) -> str:
    """Return the command that reads such a folder into Neo4j."""
    from shlex import quote  # noqa: PLC0415  (only to word a note)

    given = [
        quote(f"--{'relationships' if ':TYPE' in file.header else 'nodes'}={folder / file.name}") for file in FILES
    ]
    return " ".join(["neo4j-admin database import full neo4j", *given])


def _nodes(session: Session) -> Iterator[tuple[str, dict[str, object]]]:
    for row in _rows(session, MOVIES):
        data = {"name": row.title, "status": row.status, "year": row.release_year, "runtime": row.runtime}
        yield f"movie-{row.id}", {"kind": "movie", **data}
    for row in _rows(session, PEOPLE):
        yield f"person-{row.id}", {"kind": "person", "name": row.name}
    for kind, query in (("genre", GENRES), ("keyword", KEYWORDS)):
        for row in _rows(session, query):
            yield f"{kind}-{row.name}", {"kind": kind, "name": row.name}


def _edges(session: Session) -> Iterator[tuple[str, str, dict[str, object]]]:
    for row in _rows(session, CREDITS):
        data = {"type": _type(row.role), "character": row.character, "position": row.position}
        yield f"person-{row.person_id}", f"movie-{row.movie_id}", data
    for kind, kind_of_edge, query in (("genre", "IN_GENRE", IN_GENRE), ("keyword", "HAS_KEYWORD", HAS_KEYWORD)):
        for row in _rows(session, query):
            yield f"movie-{row.id}", f"{kind}-{row.name}", {"type": kind_of_edge}


def _rows(session: Session, query: str) -> Iterator[Any]:
    yield from session.execute(text(query), execution_options=STREAMED)


def _type(role: str) -> str:
    return TYPES.get(role, role.upper())


def _on_one_line(value: object) -> object:
    return BREAKS.sub(" ", value) if isinstance(value, str) else value


def _data(of: str, data: dict[str, object]) -> str:
    told = ((name, value) for name, value in data.items() if value is not None)
    return "".join(f'<data key="{of}-{name}">{escape(NOT_XML.sub("", str(value)))}</data>' for name, value in told)


def _attribute(value: str) -> str:
    """Return a quoted attribute; what XML normalises in one (tabs, line breaks) is written as a character reference."""
    kept = NOT_XML.sub("\ufffd", value)
    return '"' + escape(kept, {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}) + '"'
