"""The lists in a movie's document, as `movie export` writes JSON: each cell is one of them, as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import Title
from cinemactl.catalogue.identifiers import identifier
from cinemactl.catalogue.places import language
from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.literals import entries_of

ROLES = {"directors": "director", "writers": "writer", "cast": "cast"}
HINT = "Take it as `movie export` writes it."


def _entries(field: str, cell: str) -> list[dict[str, Any]]:
    entries = entries_of(field, cell)
    if not all(isinstance(entry, dict) for entry in entries):
        raise ValueRefused(field, cell, "is not a list of objects", HINT)
    return [entry for entry in entries if isinstance(entry, dict)]


def _text(field: str, cell: str, entry: dict[str, Any], key: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str):
        raise ValueRefused(field, cell, f"has an object in it without a {key}", HINT)
    return text


def titles_in(cell: str) -> list[Title]:
    """Return the further titles of `[{"title": ..., "language": ...}]`; raises ValueRefused."""
    return [
        Title(
            values.title(_text("titles", cell, entry, "title")),
            language(_text("titles", cell, entry, "language")) if entry.get("language") else None,
        )
        for entry in _entries("titles", cell)
    ]


def people_in(field: str, cell: str) -> list[tuple[str, str | None]]:
    """Return name and character of those of `[{"name": ..., "role": ..., "character": ...}]` who belong to a field.

    The field is one of ROLES. Raises ValueRefused.
    """
    found: dict[tuple[str, str | None], None] = {}
    for entry in _entries(field, cell):
        if entry.get("role") == ROLES[field]:
            character = _text(field, cell, entry, "character") if entry.get("character") else None
            played = values.text(field, character, values.PERSON_MOST, one_line=True) if character else None
            found[values.person(_text(field, cell, entry, "name")), played] = None
    return list(found)


def keywords_in(cell: str) -> list[str]:
    """Return the keywords of a list of texts; raises ValueRefused."""
    entries = entries_of("keywords", cell)
    if not all(isinstance(entry, str) for entry in entries):
        raise ValueRefused("keywords", cell, "is not a list of texts", HINT)
    return list(dict.fromkeys(values.keyword(entry) for entry in entries if isinstance(entry, str)))


def ids_in(cell: str) -> list[tuple[str, str]]:
    """Return the ids of `[{"scheme": ..., "value": ...}]`; raises ValueRefused."""
    return [
        identifier(_text("ids", cell, entry, "scheme"), _text("ids", cell, entry, "value"))
        for entry in _entries("ids", cell)
    ]


DOCUMENTED: dict[str, Callable[[str], list[Any]]] = {
    "further_titles": titles_in,
    "directors": lambda cell: people_in("directors", cell),
    "writers": lambda cell: people_in("writers", cell),
    "cast": lambda cell: people_in("cast", cell),
    "keywords": keywords_in,
    "ids": ids_in,
}
