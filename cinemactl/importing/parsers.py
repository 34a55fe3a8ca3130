"""The parsers that a layout asks for by a word: each word's factory makes the function from a cell to a value.

A parser raises ValueRefused, and returns None for a cell that says nothing after all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import further_title
from cinemactl.catalogue.genres import genre, names_no_genre
from cinemactl.catalogue.places import certificate, country, language
from cinemactl.catalogue.values import ValueRefused, spelling_key
from cinemactl.importing.cells import parser_of
from cinemactl.importing.literals import is_literal
from cinemactl.importing.title_cells import title_cell

Parser = Callable[[str], Any]

ELEMENTS: dict[str, Parser] = {
    "genres": lambda part: None if names_no_genre(part) else genre(part),
    "languages": language,
    "countries": country,
    "keywords": values.keyword,
    "directors": lambda name: (values.person(name), None),
    "writers": lambda name: (values.person(name), None),
    "cast": values.cast,
}
SEASONS = re.compile(r"[0-9]+ seasons?", re.IGNORECASE)
BOXD = re.compile(r"(?:https?://)?boxd\.it/([A-Za-z0-9]{1,20})/?")


def made(parser: str, field: str, heading: str, options: Mapping[str, Any]) -> Parser:
    """Return the parser of a column that is called `heading` and feeds `field` (for ids, the scheme with `_id`)."""
    return FACTORIES[parser](field, heading, **options)


def _plain(field: str, heading: str) -> Parser:
    if field in ELEMENTS:
        return _listed(field, heading)
    scheme = field.removesuffix("_id")
    if scheme != field:
        parse_id = parser_of(scheme, frozenset({scheme}))
        return lambda cell: [parse_id(cell)]
    return parser_of(field, frozenset())


def _listed(field: str, _heading: str, *, separator: str = "", replace: Mapping[str, Any] | None = None) -> Parser:
    """Return a parser of cells with several values: parts between separators, or a JSON or Python list.

    `replace` says what stands for a part: another, several, or none.
    """
    nothing = frozenset(spelling_key(part) for part, told in (replace or {}).items() if not told)
    element, plain = ELEMENTS[field], parser_of(field, frozenset(), no_genres=nothing)
    instead = {part.casefold(): [told] if isinstance(told, str) else told for part, told in (replace or {}).items()}

    def parsed(cell: str) -> object:
        if is_literal(cell) or not (separator or instead):
            return plain(cell)
        found: dict[Any, None] = {}
        for part in re.split(re.escape(separator) if separator else "[|;,]", cell):
            for text in instead.get(part.strip().casefold(), (part,)):
                value = element(text) if text.strip() else None
                if value is not None:
                    found[value] = None
        return list(found)

    return parsed


def _flag(field: str, heading: str) -> Parser:
    """Return a parser of columns that have 1 for those movies to which their heading applies, and else 0."""
    element = ELEMENTS[field]

    def parsed(cell: str) -> object:
        given = cell.strip()
        if given not in {"0", "1"}:
            raise ValueRefused(
                field, cell, f"is neither 0 nor 1 in the column {heading}", "Write 1 for yes and 0 for no."
            )
        return [element(heading)] if given == "1" else []

    return parsed


def _runtime_or_none(field: str, _heading: str) -> Parser:
    """Return a parser of runtimes to which `2 Seasons` says nothing: what a series is, another column tells."""
    parse = parser_of(field, frozenset())
    return lambda cell: None if SEASONS.fullmatch(cell.strip()) else parse(cell)


def _title_with_year(cell: str) -> dict[str, Any]:
    """Return `title`, and if the cell has them `title_year` and `further_titles`; raises ValueRefused."""
    found = title_cell(cell, year=True, further=True)
    said: dict[str, Any] = {"title": found.title}
    if found.year:
        said["title_year"] = found.year
    if found.further:
        said["further_titles"] = [further_title(title) for title in found.further]
    return said


def _certificate(
    field: str, _heading: str, *, systems: Mapping[str, Sequence[str]], none: Sequence[str] = ()
) -> Parser:
    """Return a parser of certificates that stand without their system; those in `none` say that there is none."""
    system_of = {mark: system for system, marks in systems.items() for mark in marks}

    def parsed(cell: str) -> object:
        mark = cell.strip()
        if mark in none:
            return None
        if mark not in system_of:
            known = ", ".join([*system_of, *none])
            raise ValueRefused(field, cell, "is none that this layout knows", f"It knows {known}.")
        return certificate(f"{system_of[mark]}:{mark}")

    return parsed


def _letterboxd(_field: str, _heading: str) -> Parser:
    """Return a parser of Letterboxd's short addresses; a long one is no id, as it does not give the same."""

    def parsed(cell: str) -> object:
        found = BOXD.fullmatch(cell.strip())
        return [("letterboxd", found[1])] if found else None

    return parsed


FACTORIES: dict[str, Callable[..., Parser]] = {
    "plain": _plain,
    "listed": _listed,
    "flag": _flag,
    "title_with_year": lambda *_: _title_with_year,
    "runtime_or_none": _runtime_or_none,
    "certificate": _certificate,
    "letterboxd": _letterboxd,
}
# What each takes beside the column, and of which type.
OPTIONS: dict[str, dict[str, type]] = {
    "listed": {"separator": str, "replace": dict},
    "certificate": {"systems": dict, "none": list},
}
# Which fields each is for, where not for all.
ONLY_FOR: dict[str, frozenset[str]] = {
    "listed": frozenset(ELEMENTS),
    "flag": frozenset(ELEMENTS),
    "title_with_year": frozenset({"title"}),
    "runtime_or_none": frozenset({"runtime"}),
    "certificate": frozenset({"certificate"}),
    "letterboxd": frozenset({"letterboxd_id"}),
}
