"""From a file's header and its layout to the columns that feed a movie's fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cinemactl.importing.layouts.faults import LayoutUnknown, listed
from cinemactl.importing.layouts.layout import Feed, Kind, Layout, kind_word
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.suggesting import suggestion
from cinemactl.importing.layouts.words import REJECTED_COLUMNS, is_numbered, scheme_of, word
from cinemactl.importing.lists import LISTS
from cinemactl.importing.parsers import made
from cinemactl.importing.uploads import shown


@dataclass(frozen=True, slots=True)
class Column:
    """A column that feeds a field, or ids: those of the scheme that `field` names, or of any when that is `ids`."""

    position: int
    heading: str
    field: str
    parse: Callable[[str], Any]
    is_id: bool


@dataclass(frozen=True, slots=True)
class KindColumn:
    """The column that says what a row is, and what it may say."""

    position: int
    heading: str
    kind: Kind
    include_series: bool

    def fault(self, cell: str) -> str:
        """Return why a row with that cell is set aside, empty when it is not."""
        found = kind_word(cell)
        if not found or found in self.kind.movies:
            return ""
        if found not in self.kind.series:
            return f"It is set aside as no movie: it is {cell.strip()[:40]!r}."
        return (
            ""
            if self.include_series
            else (
                f"It is set aside as no movie: it is {cell.strip()[:40]!r}. --include-series imports it nevertheless."
            )
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file's columns are: those that feed a field, and the headings of those that feed none.

    `has_header` says whether the first row is the header, or a row as any other. A row of a layout that `adds` has no
    title and makes no movie; `year_decides` says that a release date in another year is not the movie's first.
    """

    header: tuple[str, ...]
    used: tuple[Column, ...]
    ignored: tuple[str, ...]
    has_header: bool = True
    adds: bool = False
    year_decides: bool = False
    kind: KindColumn | None = None

    def heading(self, field: str) -> str:
        """Return what the file calls the column of a field; the field's own name when it has none."""
        return next((column.heading for column in self.used if column.field == field), field)


def columns_of(name: str, first: Sequence[str], layout: Layout, *, include_series: bool = False) -> Columns:
    """Match the first row of a file to the fields of its layout.

    Raises LayoutUnknown when no column, or more than one, holds the title, or more than one any other single value.
    """
    headed = has_header(layout, first)
    numbered = is_numbered(first) and len(first) == len(layout.headings)
    header = tuple(map(str.strip, first)) if headed and not numbered else layout.headings
    used = [column for feed in layout.feeds for column in _fed(name, header, feed)]
    fields = {column.field for column in used}
    if layout.adds and not any(column.is_id for column in used):
        raise LayoutUnknown(
            f"No column of {shown(name)} has the ids that the layout {layout.name} knows movies by; it has {listed(header)}.",
            suggestion(header),
        )
    if not layout.adds and "title" not in fields:
        raise LayoutUnknown(
            f"No column of {shown(name)} is called title; its first line has {listed(header)}.", suggestion(header)
        )
    kind = _kind(header, layout.kind, include_series=include_series)
    taken = {column.position for column in used} | ({kind.position} if kind else set())
    ignored = (one for place, one in enumerate(header) if place not in taken and one not in ("", *REJECTED_COLUMNS))
    return Columns(header, tuple(used), tuple(ignored), headed, layout.adds, layout.year_decides, kind)


def _fed(name: str, header: Sequence[str], feed: Feed) -> list[Column]:
    """Return the columns of a file that feed a field, those of several in the order of the layout."""
    field = scheme_of(feed.field) or feed.field
    numbers = [one - 1 for one in feed.headings if isinstance(one, int) and 0 < one <= len(header)]
    places = {word(one): place for place, one in enumerate(feed.headings) if isinstance(one, str)}
    called = [(places[word(one)], position) for position, one in enumerate(header) if word(one) in places]
    positions = numbers + [position for _, position in (sorted(called) if feed.every else called)]
    if len(positions) > 1 and not (feed.every and field in LISTS):
        first, second = (header[position] for position in positions[:2])
        raise LayoutUnknown(
            f"{shown(name)} has two columns for {field}: {first!r} and {second!r}.",
            f"Say which one it is, as in --map {feed.field}={second!r}, or rename one of them in its header.",
        )
    return [
        Column(
            position,
            header[position],
            field,
            made(feed.parser, feed.field, header[position], feed.options),
            field == "ids" or bool(scheme_of(feed.field)),
        )
        for position in positions
    ]


def _kind(header: Sequence[str], kind: Kind | None, *, include_series: bool) -> KindColumn | None:
    for position, heading in enumerate(header):
        if kind and word(heading) == kind.column:
            return KindColumn(position, heading, kind, include_series)
    return None
