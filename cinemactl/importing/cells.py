"""What stands in a cell: how it is guarded against spreadsheets, when it says nothing, and from text to values."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import further_title
from cinemactl.catalogue.genres import genre, names_no_genre
from cinemactl.catalogue.identifiers import identifier, identifier_of
from cinemactl.catalogue.places import certificate, country, language

REMEMBERED_CHARACTERS = 200
NOTHING = frozenset({"", "\\n", "n/a", "nan", "null"})
LONGEST_NOTHING = max(map(len, NOTHING))

# A text that a spreadsheet would run as a formula, and the same with the one quote more that keeps it from that.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
# A comma before these belongs to the name: `Robert Downey, Jr.`
BETWEEN_NAMES = re.compile(r",(?!\s+(?:jr|sr|ii|iii|iv)\b)", re.IGNORECASE)


def guarded(cell: str) -> str:
    """Return a cell as it can stand in a CSV file that somebody opens in a spreadsheet; a number is no formula."""
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell as it was before `guarded`, or any other CSV that cinemactl writes, guarded it."""
    return cell[1:] if cell[:1] == "'" and GUARDED.match(cell) else cell


def says_nothing(cell: str) -> bool:
    """Whether a cell is empty, or says so."""
    if len(cell) > LONGEST_NOTHING and not cell[0].isspace():
        return False
    return cell.strip().lower() in NOTHING


def parser_of(field: str, schemes: frozenset[str]) -> Callable[[str], Any]:
    """Return the function from a cell to the value of a field, or of an id in one of the schemes.

    It raises ValueRefused.
    """
    return (lambda cell: identifier(field, cell)) if field in schemes else PARSERS[field]


def _several(parse: Callable[[str], Any], separators: str) -> Callable[[str], list[Any]]:
    """Return a parser of cells with several values, separated by the first of `separators` that the cell has."""

    def parsed(cell: str) -> list[Any]:
        separator = next((one for one in separators if one in cell), "|")
        return list(dict.fromkeys(parse(part) for part in cell.split(separator) if part.strip()))

    return parsed


def _remembered(parsed: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    """Return a parser that remembers the short cells, for a column whose cells repeat. Nobody may change what it gives."""
    remembering = lru_cache(maxsize=16_384)(parsed)
    return lambda cell: (remembering if len(cell) <= REMEMBERED_CHARACTERS else parsed)(cell)


def _genres(cell: str) -> list[str]:
    return [] if names_no_genre(cell) else _several_genres(cell)


def _names(cell: str) -> list[str]:
    separator = next((one for one in "|;" if one in cell), None)
    parts = cell.split(separator) if separator else BETWEEN_NAMES.split(cell)
    return [part for part in parts if part.strip()]


def _crew(cell: str) -> list[tuple[str, None]]:
    return [(values.person(name), None) for name in _names(cell)]


def _cast(cell: str) -> list[tuple[str, str | None]]:
    return [values.cast(name) for name in _names(cell)]


_several_genres = _several(genre, "|;,")

PARSERS: dict[str, Callable[[str], Any]] = {
    "title": values.title,
    "original_title": values.title,
    "further_titles": _several(further_title, "|"),
    "release_date": values.release_date,
    "year": values.year,
    "runtime": values.runtime,
    "genres": _remembered(_genres),
    "directors": _crew,
    "writers": _crew,
    "cast": _cast,
    "languages": _remembered(_several(language, "|;,")),
    "countries": _remembered(_several(country, "|;,")),
    "certificate": certificate,
    "synopsis": values.synopsis,
    "keywords": _several(values.keyword, "|;,"),
    "poster": lambda cell: values.url("poster", cell),
    "trailer": lambda cell: values.url("trailer", cell),
    "ids": _several(identifier_of, "|"),
}
