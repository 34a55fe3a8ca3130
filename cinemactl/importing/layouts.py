"""From a file's header to a movie's fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cinemactl.errors import CinemactlError
from cinemactl.importing.cells import parser_of
from cinemactl.importing.uploads import shown

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
    **dict.fromkeys(("imdb id", "imdb", "imdbid", "tconst", "const"), "imdb"),
    **dict.fromkeys(("tmdb id", "tmdb", "tmdbid"), "tmdb"),
    **dict.fromkeys(("movielens id", "movielens"), "movielens"),
    "eidr": "eidr",
    "eidr id": "eidr",
    "isan": "isan",
    "isan id": "isan",
}
FIELD_OF = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
SCHEME_NAMES = frozenset(SCHEMES.values())
REJECTED_COLUMNS = ("rejected_line", "rejected_column", "rejected_reason")
SHOWN_COLUMNS = 12


class LayoutUnknown(CinemactlError):
    """The header does not say where the titles are, or says it twice."""

    code = "layout-unknown"


@dataclass(frozen=True)
class Column:
    """A column that feeds a field, or an id in the scheme that `field` names."""

    position: int
    heading: str
    field: str
    parse: Callable[[str], Any]


@dataclass(frozen=True)
class Columns:
    """What a file's columns are: those that feed a field, and the headings of those that feed none."""

    header: tuple[str, ...]
    used: tuple[Column, ...]
    ignored: tuple[str, ...]

    def heading(self, field: str) -> str:
        """Return what the file calls the column of a field; the field's own name when it has none."""
        return next((column.heading for column in self.used if column.field == field), field)


def columns_of(name: str, header: Sequence[str]) -> Columns:
    """Match a header to fields; raises LayoutUnknown when no column, or more than one, holds the title or any other field."""
    used: dict[str, Column] = {}
    ignored = []
    for position, heading in enumerate(map(str.strip, header)):
        word = _word(heading)
        field = SCHEMES.get(word) or FIELD_OF.get(word)
        if field is None:
            if heading and heading not in REJECTED_COLUMNS:
                ignored.append(heading)
            continue
        if field in used:
            raise LayoutUnknown(
                f"{shown(name)} has two columns for {field}: {used[field].heading!r} and {heading!r}.",
                "Rename one of them in its header.",
            )
        used[field] = Column(position, heading, field, parser_of(field, SCHEME_NAMES))
    if "title" not in used:
        raise LayoutUnknown(
            f"No column of {shown(name)} is called title; its first line has {_listed(header)}.",
            "Give the file a header whose column of titles is called title.",
        )
    return Columns(tuple(header), tuple(used.values()), tuple(ignored))


def _word(heading: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", heading).lower().split())


def _listed(header: Sequence[str]) -> str:
    listed = ", ".join(repr(heading[:40]) for heading in header[:SHOWN_COLUMNS])
    more = len(header) - SHOWN_COLUMNS
    return f"{listed} and {more} more" if more > 0 else listed
