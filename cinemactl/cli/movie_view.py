"""How movies look: the columns of a list, the lines of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cinemactl.cli import render
from cinemactl.cli.render import Column, Format

LIST_COLUMNS = (
    Column("id", "id", justify="right"),
    Column("title", "title"),
    Column("year", "year", justify="right"),
    Column("runtime", "min", justify="right"),
    Column("genres", "genres", show=", ".join),
    Column("people", "director", show=lambda people: ", ".join(_names(people, "director"))),
    Column("status", "status"),
)

RANKING_COLUMNS = (
    Column("part", "part"),
    Column("weight", "weight", justify="right"),
    Column("value", "value", justify="right"),
    Column("points", "points", justify="right"),
    Column("reason", "reason"),
)

FIELDS = (
    *("id", "title", "original_title", "titles", "release_date", "year", "runtime", "genres", "people", "languages"),
    *("countries", "certificate_system", "certificate", "synopsis", "keywords", "poster", "trailer", "ids", "status"),
    *("first_screening_at", "ranking", "created_at", "updated_at"),
)


def movies(documents: Iterable[Mapping[str, Any]], format: Format) -> int:
    """Print a list of movies and return how many there were."""
    return render.rows(documents, LIST_COLUMNS, format, fields=FIELDS)


def movie(document: Mapping[str, Any], format: Format) -> None:
    """Print one movie."""
    render.one(document, format, title=_heading(document))


def outcome(document: Mapping[str, Any], format: Format) -> None:
    """Print the movie that a command has made or changed; under --quiet only when a format was asked for."""
    render.outcome(document, format, title=_heading(document))


def ranking(explained: Mapping[str, Any], format: Format) -> None:
    """Print what a movie's ranking is made of; a table or CSV has a row of each part."""
    if format in {Format.JSON, Format.JSONL}:
        render.one(explained, format)
        return
    render.rows(explained["parts"], RANKING_COLUMNS, format)
    render.note(
        f"{explained['title']}: ranking {explained['ranking']:g} now, {explained['stored']:g} since the last refresh."
    )


def noting_last(documents: Iterable[dict[str, Any]], last: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the documents, leaving the id of the last one in `last`."""
    for document in documents:
        last[:] = [document["id"]]
        yield document


def _heading(document: Mapping[str, Any]) -> str:
    year = document.get("year")
    return f"{document['title']} ({year})" if year else str(document["title"])


def _names(people: Iterable[Mapping[str, Any]], role: str) -> list[str]:
    return [str(person["name"]) for person in people if person["role"] == role]
