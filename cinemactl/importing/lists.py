"""Cells with several values: names and words with a sign between them, or a list as JSON or Python wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from cinemactl.catalogue import values
from cinemactl.catalogue.fields import further_title
from cinemactl.catalogue.genres import genre, names_no_genre
from cinemactl.catalogue.identifiers import identifier_of
from cinemactl.catalogue.places import country, language
from cinemactl.catalogue.values import ValueRefused, spelling_key
from cinemactl.importing.literals import DIRECTING, NAME_KEYS, WRITING, cast_in, crew_in, is_literal, texts_in

REMEMBERED_CHARACTERS = 200
REMEMBERED_LIST = 600  # with their keys, lists of the same few words are longer
# A comma before these belongs to the name: `Robert Downey, Jr.`
BETWEEN_NAMES = re.compile(r",(?!\s+(?:jr|sr|ii|iii|iv)\b)", re.IGNORECASE)
# `Action & Adventure` are two genres, where `Stand-Up` and `Sci-Fi` are one each.
BETWEEN_GENRES = re.compile(r"\s*(?:/|&|\band\b)\s*", re.IGNORECASE)
# TMDB writes these in the place of ISO 639's codes; as countries' codes they would be refused.
TMDB_LANGUAGES = {"cn": "yue", "xx": "zxx"}

Mend = Callable[[str], str]
Parse = Callable[[str], list[Any]]


def list_parser(field: str, mend: Mend = str, no_genres: frozenset[str] = frozenset()) -> Parse:
    """Return the function from a cell to the values of one of the fields in LISTS; it raises ValueRefused.

    Texts go through `mend` first. `no_genres` are words, as `spelling_key` has them, that stand among genres and name none.
    Nobody may change the lists it gives: the same one is given for the same cell.
    """
    if field == "genres":
        return _genres(mend, no_genres)
    return LISTS[field](mend)


def _several(
    field: str, parse: Callable[[str], Any], separators: str, keys: Sequence[str] = NAME_KEYS, *, repeats: bool = False
) -> Callable[[Mend], Parse]:
    """Return what makes a parser of cells with several values, separated by the first of `separators` a cell has.

    With `repeats` it remembers the short cells, for a column whose cells repeat.
    """

    def separated(cell: str) -> list[Any]:
        separator = next((one for one in separators if one in cell), "|")
        return list(dict.fromkeys(parse(part) for part in cell.split(separator) if part.strip()))

    def made(mend: Mend) -> Parse:
        plain = _remembered(separated) if repeats else separated

        def parsed(cell: str) -> list[Any]:
            if cell[:1] == "[" and is_literal(cell):
                return list(dict.fromkeys(parse(mend(text)) for text in _listed(field, cell, tuple(keys))))
            return plain(mend(cell))

        return parsed

    return made


def _remembered(parsed: Parse) -> Parse:
    remembering = lru_cache(maxsize=16_384)(parsed)
    return lambda cell: (remembering if len(cell) <= REMEMBERED_CHARACTERS else parsed)(cell)


def _listed(field: str, cell: str, keys: tuple[str, ...]) -> Sequence[str]:
    return (_remembered_texts if len(cell) <= REMEMBERED_LIST else texts_in)(field, cell, keys)


@lru_cache(maxsize=16_384)
def _remembered_texts(field: str, cell: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(texts_in(field, cell, keys))


def _genres(mend: Mend, no_genres: frozenset[str]) -> Parse:
    def separated(cell: str) -> list[str]:
        if names_no_genre(cell):
            return []
        separator = next((one for one in "|;," if one in cell), "|")
        return several([part for part in cell.split(separator) if part.strip()])

    def several(parts: list[str]) -> list[str]:
        kept = [part for part in parts if not no_genres or spelling_key(part[:REMEMBERED_CHARACTERS]) not in no_genres]
        return list(dict.fromkeys(name for part in kept for name in _genres_of(part)))

    plain = _remembered(separated)

    def parsed(cell: str) -> list[str]:
        if cell[:1] == "[" and is_literal(cell):
            return several([mend(text) for text in _listed("genre", cell, NAME_KEYS)])
        return plain(mend(cell))

    return parsed


def _genres_of(part: str) -> list[str]:
    """Return the genre of a word, or those of several words with `&`, `and` or `/` between them."""
    try:
        return [genre(part)]
    except ValueRefused:
        words = BETWEEN_GENRES.split(part) if len(part) <= REMEMBERED_CHARACTERS else []
        if len(words) <= 1:
            raise
        try:
            return [genre(word) for word in words]
        except ValueRefused:
            pass
        raise


def _language_or_tmdb(text: str) -> str:
    return TMDB_LANGUAGES.get(text) or language(text)


def _languages(mend: Mend) -> Parse:
    plain = _several("language", language, "|;,", repeats=True)(mend)
    listed = _several("language", _language_or_tmdb, "|", ("iso_639_1", *NAME_KEYS))(mend)
    return lambda cell: listed(cell) if cell[:1] == "[" and is_literal(cell) else plain(cell)


def _names(cell: str) -> list[str]:
    separator = next((one for one in "|;" if one in cell), None)
    parts = cell.split(separator) if separator else BETWEEN_NAMES.split(cell)
    return [part for part in parts if part.strip()]


def _crew(field: str, jobs: frozenset[str]) -> Callable[[Mend], Parse]:
    def made(mend: Mend) -> Parse:
        def parsed(cell: str) -> list[tuple[str, None]]:
            if cell[:1] == "[" and is_literal(cell):
                names = [mend(name) for name in crew_in(field, cell, jobs)]
            else:
                names = _names(mend(cell))
            return [(values.person(name), None) for name in names]

        return parsed

    return made


def _cast(mend: Mend) -> Parse:
    def parsed(cell: str) -> list[tuple[str, str | None]]:
        if cell[:1] == "[" and is_literal(cell):
            return [(values.person(mend(name)), _character(mend, played)) for name, played in cast_in("cast", cell)]
        return [values.cast(name) for name in _names(mend(cell))]

    return parsed


def _character(mend: Mend, played: str | None) -> str | None:
    return values.text("cast", mend(played), values.PERSON_MOST, one_line=True) if played else None


LISTS: dict[str, Callable[[Mend], Parse]] = {
    "further_titles": _several("title", further_title, "|"),
    "genres": lambda mend: _genres(mend, frozenset()),
    "directors": _crew("directors", DIRECTING),
    "writers": _crew("writers", WRITING),
    "cast": _cast,
    "languages": _languages,
    "countries": _several("country", country, "|;,", ("iso_3166_1", *NAME_KEYS), repeats=True),
    "keywords": _several("keyword", values.keyword, "|;,"),
    "ids": _several("identifier", identifier_of, "|"),
}
