"""From a file's header and its layout to the columns that feed a movie's fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.dates import FIELD as DATE
from cinemactl.importing.findings import Findings
from cinemactl.importing.layouts.faults import LayoutUnknown, listed
from cinemactl.importing.layouts.layout import Feed, Kind, Layout, kind_word
from cinemactl.importing.layouts.recognising import has_header
from cinemactl.importing.layouts.suggesting import suggestion
from cinemactl.importing.layouts.words import REJECTED_COLUMNS, is_numbered, scheme_of, word
from cinemactl.importing.lists import LISTS
from cinemactl.importing.mending import Mended
from cinemactl.importing.parsers import made
from cinemactl.importing.refusing import Dropped
from cinemactl.importing.uploads import shown

SORTED = {"title": "sorted_title_with_year", "original_title": "sorted_title"}


class Column(NamedTuple):
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


@dataclass(frozen=True)
class Columns:
    """What a file's columns are: those that feed a field, and the headings of those that feed none.

    `has_header` says whether the first row is the header, or a row as any other. A row of a layout that `adds` has no
    title and makes no movie; `year_decides` says that a release date in another year is not the movie's first. `found` is what
    the parsers of the columns find out; `empty` tells which cells say nothing.
    """

    header: tuple[str, ...]
    used: tuple[Column, ...]
    ignored: tuple[str, ...]
    has_header: bool = True
    adds: bool = False
    year_decides: bool = False
    kind: KindColumn | None = None
    found: Findings = field(default_factory=Findings)
    empty: Callable[[str], bool] = says_nothing

    @cached_property
    def each(self) -> list[tuple[int, str, str, Callable[[str], Any], bool]]:
        """The columns that feed a field as plain tuples, which are taken apart for every row in half the time."""
        return [(*column,) for column in self.used]

    @property
    def has_dates(self) -> bool:
        """Whether a column feeds the release date."""
        return any(column.field == DATE for column in self.used)

    def look_at_date(self, record: Sequence[str]) -> None:
        """Let the date of a row that is set aside tell what it can of its column's order."""
        for column in self.used if self.found.dates else ():
            if column.field == DATE and self.found.dates:
                self.found.dates.see(unguarded(record[column.position]))

    def heading(self, field: str) -> str:
        """Return what the file calls the column of a field; the field's own name when it has none."""
        return next((column.heading for column in self.used if column.field == field), field)


def columns_of(
    name: str,
    first: Sequence[str],
    layout: Layout,
    *,
    include_series: bool = False,
    date_order: str | None = None,
    lenient: bool = False,
) -> Columns:
    """Match the first row of a file to the fields of its layout.

    `date_order` goes over the layout's; a `lenient` import drops values that cannot be used. Raises LayoutUnknown when
    no column, or more than one, holds the title, or more than one any other single value.
    """
    headed = has_header(layout, first)
    numbered = is_numbered(first) and len(first) == len(layout.headings)
    header = tuple(map(str.strip, first)) if headed and not numbered else layout.headings
    found = Findings(
        date_order or layout.date_order,
        mended=None if layout.as_written else Mended(),
        dropped=Dropped() if lenient else None,
    )
    used = [column for feed in _feeds(layout) for column in _fed(name, header, feed, found)]
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
    return Columns(
        header,
        tuple(used),
        tuple(ignored),
        headed,
        layout.adds,
        layout.year_decides,
        kind,
        found,
        _is_empty if layout.as_written else says_nothing,
    )


def _is_empty(cell: str) -> bool:
    return not cell


def _feeds(layout: Layout) -> list[Feed]:
    """Return what feeds a layout's fields; where titles may be sorted, by parsers of such titles."""
    if not layout.sorted_titles:
        return list(layout.feeds)
    return [
        replace(feed, parser=SORTED[feed.field]) if feed.field in SORTED and feed.parser == "plain" else feed
        for feed in layout.feeds
    ]


def _positions(header: Sequence[str], feed: Feed) -> list[int]:
    """Return where a file has the columns that feed a field, those of several in the order of the layout."""
    numbers = [one - 1 for one in feed.headings if isinstance(one, int) and 0 < one <= len(header)]
    places = {word(one): place for place, one in enumerate(feed.headings) if isinstance(one, str)}
    called = [(places[word(one)], position) for position, one in enumerate(header) if word(one) in places]
    return numbers + [position for _, position in (sorted(called) if feed.every else called)]


def _fed(name: str, header: Sequence[str], feed: Feed, found: Findings) -> list[Column]:
    """Return the columns of a file that feed a field."""
    field = scheme_of(feed.field) or feed.field
    positions = _positions(header, feed)
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
            made(feed.parser, feed.field, header[position], feed.options, found),
            field == "ids" or bool(scheme_of(feed.field)),
        )
        for position in positions
    ]


def _kind(header: Sequence[str], kind: Kind | None, *, include_series: bool) -> KindColumn | None:
    for position, heading in enumerate(header):
        if kind and word(heading) == kind.column:
            return KindColumn(position, heading, kind, include_series)
    return None
