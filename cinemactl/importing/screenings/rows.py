"""From a record to what it says of a screening."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from cinemactl.catalogue import values
from cinemactl.catalogue.identifiers import identifier
from cinemactl.catalogue.places import language
from cinemactl.catalogue.values import ValueRefused
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.headed import Columns, Records
from cinemactl.importing.layouts.words import scheme_of
from cinemactl.importing.ratings.rows import PART, named_movie
from cinemactl.importing.refusing import Dropped, sentence_of
from cinemactl.importing.rows import CellRefused
from cinemactl.importing.runtimes import runtime_of
from cinemactl.importing.starts import STARTS, Start, StartReader
from cinemactl.importing.title_cells import title_cell
from cinemactl.importing.years import year_of
from cinemactl.programme.anatomy import require_runtime
from cinemactl.programme.dcp_titles import version_of
from cinemactl.programme.place_values import NAME_MOST, SEATS_MOST, whole
from cinemactl.programme.states import state_of
from cinemactl.programme.versions import captions_of, format_of

MOVIES = ("movie", "title", "imdb_id", "tmdb_id", "eidr_id")
RECORDS = Records(
    "schedule",
    "screenings",
    (("screen",), MOVIES, ("starts_at", "date")),
    "A file of screenings has the columns site, screen, movie and starts_at (or date and time); --map says which is which.",
)
PRICE_MOST = 100
# Whether a screening is to stand is nothing to do without.
DECIDING = "state"
BETWEEN = "/"
PART_OF_DCP, LEAST_PARTS = "_", 3

Value = TypeVar("Value")


@lru_cache(maxsize=4096)
def _runtime(cell: str) -> int | None:
    minutes = runtime_of(cell)
    if minutes is not None:
        require_runtime(minutes, None)
    return minutes


PARSERS: dict[str, Callable[[str], Any]] = {
    "runtime": _runtime,
    "format": format_of,
    "audio": lru_cache(language),
    "subtitles": lru_cache(language),
    "captions": captions_of,
    "price_category": lambda cell: values.text("price_category", cell, PRICE_MOST, one_line=True),
    "held_back_seats": whole("held_back_seats", 0, SEATS_MOST),
    "seats": whole("seats", 1, SEATS_MOST),
    "sold": whole("sold", 0, SEATS_MOST),
    "state": state_of,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says; `reference` names the movie as ratings do.

    Its `state` makes nothing public: a new screening is a draft, and one that is cancelled and does not stand is not made,
    for there is nothing to take back.
    """

    site: str | None
    screen: str
    reference: str
    start: Start
    told: dict[str, Any]


class ScreeningReader:
    """Reads records of one file; `site` is that of all where no column names one."""

    def __init__(self, columns: Columns, *, site: str | None, date_order: str | None, dropped: Dropped | None) -> None:
        self._columns = columns
        self._site = site
        self._starts = StartReader(date_order, columns.heading("starts_at") or columns.heading("date") or "", dropped)
        self.found = self._starts.found
        self._ids = [(scheme_of(name), name) for name in columns.places if scheme_of(name)]
        self._told = [name for name in PARSERS if name in columns.places]

    def said(self, record: Sequence[str]) -> Said:
        """Return what a record says; raises CellRefused for the first cell that holds no value of its column."""
        site, screen = self._place(record)
        told = {name: value for name in self._told if (value := self._extra(name, record, PARSERS[name])) is not None}
        told = (self._extra("version", record, _version) or {}) | told
        return Said(site, screen, self._reference(record), self._start(record), told)

    def _place(self, record: Sequence[str]) -> tuple[str | None, str]:
        site = self._value("site", record, _name) or self._site
        screen = self._value("screen", record, _name)
        if screen is None:
            raise CellRefused(self._columns.heading("screen"), "The screen is empty.")
        if site is None and BETWEEN in screen:
            before, _, behind = screen.partition(BETWEEN)
            return before.strip() or None, behind.strip() or screen
        return site, screen

    def _start(self, record: Sequence[str]) -> Start:
        cells = {name: cell for name in STARTS if (cell := self._value(name, record, str)) is not None}
        try:
            return self._starts.told(cells, timed="time" in self._columns.places)
        except ValueRefused as refused:
            named = {"start": "starts_at"}.get(refused.field, refused.field)
            column = self._columns.heading(named) or self._columns.heading("starts_at")
            raise CellRefused(column, sentence_of(refused)) from None

    def _reference(self, record: Sequence[str]) -> str:
        named = title = year = ""
        for scheme, name in self._ids:
            if (pair := self._value(name, record, lambda cell, of=scheme: identifier(of, cell))) is not None:  # type: ignore[misc]
                named = ":".join(pair)
                break
        if not named and (found := self._value("movie", record, named_movie)) is not None:
            named, title, year = found
        if (cell := self._value("title", record, lambda cell: title_cell(cell, year=True))) is not None:
            title, year = cell.title, str(cell.year or "")
        if title and (told := self._value("year", record, year_of)) is not None:
            year = str(told)
        if not named and not title:
            raise CellRefused(None, "It does not say which movie is shown.")
        return PART.join((named, title, year))

    def _extra(self, name: str, record: Sequence[str], parse: Callable[[str], Value]) -> Value | None:
        try:
            return self._value(name, record, parse)
        except CellRefused as refused:
            if name == DECIDING or not self.found.does_without(refused.column, refused.reason):
                raise
            return None

    def _value(self, name: str, record: Sequence[str], parse: Callable[[str], Value]) -> Value | None:
        place = self._columns.places.get(name)
        if place is None or says_nothing(record[place]):
            return None
        try:
            return parse(unguarded(record[place]))
        except ValueRefused as refused:
            raise CellRefused(self._columns.header[place], sentence_of(refused)) from None


@lru_cache(maxsize=4096)
def _version(cell: str) -> dict[str, Any]:
    """Return what a version says of picture, sound and captions: a picture format, or a DCP's content title."""
    if cell.count(PART_OF_DCP) < LEAST_PARTS:
        return {"format": format_of(cell)}
    found = version_of(cell)
    told = {"format": found.format, "audio": found.audio, "subtitles": found.subtitles, "captions": found.captions}
    return {name: value for name, value in told.items() if value is not None}


@lru_cache(maxsize=4096)
def _name(cell: str) -> str:
    return values.text("name", cell, NAME_MOST, one_line=True)
