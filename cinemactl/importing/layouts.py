"""From a file's header to a movie's fields, and from a record to their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import MovieFields, Person, further_title
from cinemactl.catalogue.genres import genre
from cinemactl.catalogue.identifiers import identifier, identifier_of
from cinemactl.catalogue.places import certificate, country, language
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import CinemactlError

GENERIC = "generic"

ALIASES: dict[str, tuple[str, ...]] = {
    "title": (
        "title",
        "movie",
        "film",
        "name",
        "movie title",
        "film title",
        "primary title",
        "titel",
        "titre",
        "titolo",
        "título",
    ),
    "original_title": ("original title", "originaltitel", "titre original", "titolo originale", "título original"),
    "further_titles": ("further titles", "other titles", "also known as", "aka"),
    "release_date": ("release date", "released", "date de sortie", "premiere date"),
    "year": ("year", "release year", "start year", "jahr", "année", "anno", "año"),
    "runtime": (
        "runtime",
        "runtime minutes",
        "duration",
        "length",
        "minutes",
        "laufzeit",
        "durée",
        "durata",
        "duración",
    ),
    "genres": ("genres", "genre"),
    "directors": ("directors", "director", "directed by", "regie", "réalisateur", "regia", "director es"),
    "writers": ("writers", "writer", "written by", "screenplay"),
    "cast": ("cast", "actors", "stars", "starring", "actor", "protagonists", "besetzung"),
    "languages": ("languages", "language", "spoken languages", "sprache", "langue"),
    "countries": ("countries", "country", "production countries", "land", "pays"),
    "certificate": ("certificate", "rating system", "age rating", "certification", "fsk"),
    "synopsis": ("synopsis", "overview", "plot", "description", "summary"),
    "keywords": ("keywords", "keyword", "tags"),
    "poster": ("poster", "poster url"),
    "trailer": ("trailer", "trailer url"),
    "ids": ("ids",),
}
SCHEMES = {
    **{name: "imdb" for name in ("imdb id", "imdb", "imdbid", "tconst", "const")},
    **{name: "tmdb" for name in ("tmdb id", "tmdb", "tmdbid")},
    **{name: "movielens" for name in ("movielens id", "movielens")},
    "eidr": "eidr",
    "eidr id": "eidr",
    "isan": "isan",
    "isan id": "isan",
}
FIELD_OF = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
NOTHING = frozenset({"", "\\n", "n/a", "nan", "null"})
SUFFIXES = re.compile(r",\s+(?=(?:jr|sr|ii|iii|iv)\b\.?)", re.IGNORECASE)
SPREADSHEET_QUOTE = re.compile(r"'(?=[=+\-@\t\r])")


class LayoutUnknown(CinemactlError):
    """The header does not say where the titles are, or says it twice."""

    code = "layout-unknown"


class CellRefused(Exception):  # noqa: N818  (a row is set aside, nothing failed)
    """A cell holds no value of its column: `column` is the header's word, `reason` a sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


@dataclass(frozen=True)
class Columns:
    """Which column feeds which field: (position, header, field or scheme, parser). `ignored` are those that feed none."""

    header: tuple[str, ...]
    used: tuple[tuple[int, str, str, Callable[[str], Any]], ...]
    ignored: tuple[str, ...]


def columns_of(name: str, header: Sequence[str]) -> Columns:
    """Match a header to fields; raises LayoutUnknown when no column, or more than one, holds the title or any other field."""
    used, ignored, taken = [], [], {}
    for position, heading in enumerate(header):
        word = _word(heading)
        field = SCHEMES.get(word) or FIELD_OF.get(word)
        if field is None:
            ignored.append(heading)
            continue
        if field in taken:
            raise LayoutUnknown(
                f"{name} has two columns for {field}: {taken[field]!r} and {heading!r}.",
                "Rename one of them in its header.",
            )
        taken[field] = heading
        used.append((position, heading, field, _parser(field)))
    if "title" not in taken:
        shown = ", ".join(repr(heading[:40]) for heading in header[:12])
        raise LayoutUnknown(
            f"No column of {name} is called title; the first line has {shown}.",
            "Give the file a header whose column of titles is called title.",
        )
    return Columns(tuple(header), tuple(used), tuple(ignored))


def movie_of(columns: Columns, record: Sequence[str]) -> MovieFields:
    """Return what a record says of a movie; raises CellRefused for the first cell that holds no value of its column."""
    given: dict[str, Any] = {}
    ids: list[tuple[str, str]] = []
    for position, heading, field, parse in columns.used:
        cell = SPREADSHEET_QUOTE.sub("", record[position], count=1) if record[position][:1] == "'" else record[position]
        if field != "title" and cell.strip().lower() in NOTHING:
            continue
        try:
            value = parse(cell)
        except ValueRefused as refused:
            raise CellRefused(heading, refused.message) from None
        if field in SCHEME_NAMES:
            ids.append(value)
        elif field == "ids":
            ids.extend(value)
        else:
            given[field] = value
    year, date = given.get("year"), given.get("release_date")
    if year and date and date.year != year:
        raise CellRefused("release_date", f"The release date {date} is not in the year {year}.")
    system, rating = given.get("certificate", (None, None))
    people = [Person(name, "director") for name, _ in given.get("directors", ())]
    people += [Person(name, "writer") for name, _ in given.get("writers", ())]
    people += [Person(name, "cast", character) for name, character in given.get("cast", ())]
    return MovieFields(
        title=given["title"],
        original_title=given.get("original_title"),
        titles=given.get("further_titles", []),
        release_date=date,
        release_year=year,
        runtime=given.get("runtime"),
        genres=given.get("genres", []),
        people=list(dict.fromkeys(people)),
        languages=given.get("languages", []),
        countries=given.get("countries", []),
        certificate_system=system,
        certificate=rating,
        synopsis=given.get("synopsis"),
        keywords=given.get("keywords", []),
        poster=given.get("poster"),
        trailer=given.get("trailer"),
        ids=ids,
    )


def _word(heading: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", heading.strip("\ufeff")).lower().split())


SCHEME_NAMES = frozenset(SCHEMES.values())


def _parser(field: str) -> Callable[[str], Any]:
    if field in SCHEME_NAMES:
        return lambda cell: identifier(field, cell)
    return PARSERS[field]


def _several(parse: Callable[[str], Any], separators: str) -> Callable[[str], list[Any]]:
    """Return a parser of cells with several values, separated by the first of `separators` that the cell has."""

    @lru_cache(maxsize=16384)
    def parsed(cell: str) -> list[Any]:
        separator = next((one for one in separators if one in cell), "|")
        return list(dict.fromkeys(parse(part) for part in cell.split(separator) if part.strip()))

    return parsed


def _people(cell: str) -> list[tuple[str, str | None]]:
    separator = next((one for one in "|;" if one in cell), None)
    parts = cell.split(separator) if separator else SUFFIXES.sub("\0", cell).split(",")
    return [values.cast(part.replace("\0", ", ")) for part in parts if part.strip()]


PARSERS: dict[str, Callable[[str], Any]] = {
    "title": values.title,
    "original_title": values.title,
    "further_titles": _several(further_title, "|"),
    "release_date": values.release_date,
    "year": values.year,
    "runtime": values.runtime,
    "genres": _several(genre, "|;,"),
    "directors": _people,
    "writers": _people,
    "cast": _people,
    "languages": _several(language, "|;,"),
    "countries": _several(country, "|;,"),
    "certificate": certificate,
    "synopsis": values.synopsis,
    "keywords": _several(values.keyword, "|;,"),
    "poster": lambda cell: values.url("poster", cell),
    "trailer": lambda cell: values.url("trailer", cell),
    "ids": _several(identifier_of, "|"),
}
