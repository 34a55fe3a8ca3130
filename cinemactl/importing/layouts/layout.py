"""A layout, from the tables of its file.

description = "..."            what `import layouts` says of it
noun = "movie"                 any other is recognised and refused: `holds` says what the file has, `wanted` what to give
date_order = "mdy"             the order of its dates: dmy, mdy or ymd
sorted_titles = true           titles may be sorted, `Matrix, The`, and have their year behind them, `Matrix, The (1999)`
as_written = true              every cell is meant as it stands: no text is mended, and only an empty one says nothing
scale = 10                     of ratings: the most there is to give, where that is not 5 stars
year_decides = true            a release date in another year than the movie's is that of another release
adds = true                    rows have no title: they add to movies that are known by an id, and make none
headings = ["id", "name"]      of a file that has no header; `shape` are patterns of the cells of its first row
[recognise]
headers = ["id", "name"]       what the header must have; `without` what it must not
[kind]
column = "type"                what says whether a row is a movie: one of `movies`, or of `series`; any other never is
[columns]
title = "name"                 a heading, or the number of a column
year = ["year", "jahr"]        whichever of these the file has
cast = { every = ["star1", "star2"], parser = "listed", separator = "|" }
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cinemactl.audience.scales import SCALES
from cinemactl.importing.dates import ORDERS
from cinemactl.importing.layouts.faults import LayoutRefused
from cinemactl.importing.layouts.words import is_field, word, words
from cinemactl.importing.parsers import FACTORIES, ONLY_FOR, OPTIONS

Heading = str | int
FLAGS = ("adds", "year_decides", "sorted_titles", "as_written")
KEYS = frozenset({"name", "description", "noun", "holds", "wanted", "scale", "headings", "shape", "date_order", *FLAGS})
TABLES = {
    "recognise": frozenset({"headers", "without"}),
    "kind": frozenset({"column", "movies", "series"}),
    "columns": None,
}
FEED_KEYS = ("heading", "every", "parser")


@dataclass(frozen=True)
class Feed:
    """Which columns feed a field: every one of `headings`, or whichever one of them the file has."""

    field: str
    headings: tuple[Heading, ...]
    every: bool
    parser: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """The column that says what a row is, and the words in it for movies and for series."""

    column: str
    movies: frozenset[str]
    series: frozenset[str]


@dataclass(frozen=True)
class Layout:
    """What a layout's file says; `source` is all of it, as it travels to the worker. `headers` and `without` are words."""

    name: str
    source: Mapping[str, Any]
    description: str
    noun: str
    holds: str
    wanted: str
    scale: int | None
    adds: bool
    year_decides: bool
    sorted_titles: bool
    as_written: bool
    date_order: str | None
    headings: tuple[str, ...]
    shape: tuple[re.Pattern[str], ...]
    headers: frozenset[str]
    without: frozenset[str]
    kind: Kind | None
    feeds: tuple[Feed, ...]


def layout_of(name: str, source: Mapping[str, Any], where: str = "") -> Layout:
    """Return the layout that the tables of a file describe; `where` names the file. Raises LayoutRefused."""
    read = _Reader(where or f"layout {name}")
    read.known(source, KEYS | set(TABLES))
    for table, keys in TABLES.items():
        if keys is not None:
            read.known(read.table(source, table), keys)
    noun = read.text(source, "noun") or "movie"
    recognise, kind, columns = (read.table(source, table) for table in TABLES)
    layout = Layout(
        name=name,
        source={**source, "name": name},
        description=read.text(source, "description"),
        noun=noun,
        holds=read.text(source, "holds"),
        wanted=read.text(source, "wanted"),
        scale=read.scale(source),
        adds=source.get("adds") is True,
        year_decides=source.get("year_decides") is True,
        sorted_titles=source.get("sorted_titles") is True,
        as_written=source.get("as_written") is True,
        date_order=read.date_order(source),
        headings=tuple(read.texts(source, "headings")),
        shape=tuple(map(read.pattern, read.texts(source, "shape"))),
        headers=words(read.texts(recognise, "headers")),
        without=words(read.texts(recognise, "without")),
        kind=read.kind(kind) if kind else None,
        feeds=tuple(read.feed(noun, field, told) for field, told in columns.items()),
    )
    if layout.noun == "movie" and not layout.feeds:
        raise read.refused("has no columns")
    return layout


class _Reader:
    """Reads what a layout's file must have, and refuses anything else by the file's name."""

    def __init__(self, where: str) -> None:
        self._where = where

    def refused(self, fault: str) -> LayoutRefused:
        return LayoutRefused(
            f"The {self._where} {fault}.", "Mend it, or remove it; `import layouts` lists the layouts."
        )

    def known(self, table: Mapping[str, Any], keys: frozenset[str] | set[str]) -> None:
        for key in table:
            if key not in keys:
                raise self.refused(f"has the unknown word {key[:40]!r}; it may have {', '.join(sorted(keys))}")

    def table(self, source: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        table = source.get(key, {})
        if not isinstance(table, Mapping):
            raise self.refused(f"gives {key} no table")
        return table

    def text(self, source: Mapping[str, Any], key: str) -> str:
        text = source.get(key, "")
        if not isinstance(text, str):
            raise self.refused(f"gives {key} no text")
        return text

    def date_order(self, source: Mapping[str, Any]) -> str | None:
        order = self.text(source, "date_order")
        if order and order not in ORDERS:
            raise self.refused(f"has the date order {order[:40]!r}; it may be {', '.join(ORDERS)}")
        return order or None

    def texts(self, source: Mapping[str, Any], key: str) -> list[str]:
        texts = source.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            raise self.refused(f"gives {key} no list of texts")
        return texts

    def scale(self, source: Mapping[str, Any]) -> int | None:
        scale = source.get("scale")
        if scale not in (None, *SCALES):
            raise self.refused(f"has a scale that is none of {', '.join(map(str, SCALES))}")
        return scale

    def pattern(self, pattern: str) -> re.Pattern[str]:
        try:
            return re.compile(pattern)
        except re.error as error:
            raise self.refused(f"has a shape that is no pattern: {pattern[:40]!r} ({error})") from None

    def kind(self, table: Mapping[str, Any]) -> Kind:
        movies, series = (frozenset(map(kind_word, self.texts(table, key))) for key in ("movies", "series"))
        return Kind(word(self.text(table, "column")), movies, series)

    def feed(self, noun: str, field: str, told: object) -> Feed:
        if not is_field(field, noun):
            raise self.refused(f"has the unknown field {field[:40]!r}")
        options = dict(told) if isinstance(told, Mapping) else {"heading": told}
        heading, every, parser = (options.pop(key, None) for key in FEED_KEYS)
        headings = heading if every is None else every
        headings = headings if isinstance(headings, list) else [headings]
        if not headings or not all(isinstance(one, str | int) and not isinstance(one, bool) for one in headings):
            raise self.refused(f"names no column for {field}: that is a heading, a number, or a list of them")
        parser = parser or "plain"
        if parser not in FACTORIES:
            raise self.refused(f"has the unknown parser {str(parser)[:40]!r}; there are {', '.join(FACTORIES)}")
        self.options(field, parser, options)
        return Feed(field, tuple(headings), every is not None, parser, options)

    def options(self, field: str, parser: str, options: Mapping[str, Any]) -> None:
        if parser in ONLY_FOR and field not in ONLY_FOR[parser]:
            raise self.refused(f"has the parser {parser} for {field}; it is for {', '.join(sorted(ONLY_FOR[parser]))}")
        takes = OPTIONS.get(parser, {})
        for name, value in options.items():
            if name not in takes or not isinstance(value, takes[name]) or not _is_simple(value):
                raise self.refused(f"gives the parser {parser} of {field} something it does not take: {name[:40]!r}")
        if parser == "certificate" and "systems" not in options:
            raise self.refused("names no systems for its certificates")


def kind_word(text: str) -> str:
    """Return a kind of work as it is compared, so that `TV Series` is `tvSeries`."""
    return "".join(filter(str.isalnum, text.lower()))


def _is_simple(value: object) -> bool:
    """Whether a parser's option is a text, a list of texts, or a table of those."""
    if isinstance(value, dict):
        return all(isinstance(one, str | list) and _is_simple(one) for one in value.values())
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
