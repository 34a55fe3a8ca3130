"""From a record to what it says: whose rating of which movie it is, how many stars, and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar

from cinemactl.audience.scales import MOST, SCALES, is_stars, to_stars, value_of
from cinemactl.audience.values import handle as parse_handle
from cinemactl.catalogue import values
from cinemactl.catalogue.identifiers import CHECKED_SCHEMES, identifier, identifier_of
from cinemactl.catalogue.values import ValueRefused
from cinemactl.errors import CinemactlError
from cinemactl.importing.cells import says_nothing, unguarded
from cinemactl.importing.dates import UnclearDay, date_parser
from cinemactl.importing.findings import Findings
from cinemactl.importing.ratings.columns import RatingColumns
from cinemactl.importing.refusing import Dropped, sentence_of
from cinemactl.importing.rows import CellRefused
from cinemactl.importing.title_cells import title_cell
from cinemactl.importing.years import year_of

Value = TypeVar("Value")

# A reference to a movie is one text of three parts: an id with its scheme (`id` being the movie's own), a title, a year.
PART = "\x1f"
OWN = "id"
IMDB = re.compile(r"tt[0-9]{7,10}")
SECONDS = re.compile(r"[0-9]{9,10}")
MILLISECONDS = re.compile(r"[0-9]{12,13}")
LARGEST_MOVIE = 2**31 - 1
LONGEST_TIME = 40


class ScaleUnclear(CinemactlError):
    """Ratings go beyond five stars, and nobody said out of how many they are."""

    code = "scale-unclear"

    def __init__(self, line: int, value: str) -> None:
        super().__init__(
            f"The rating {value[:20]!r} in line {line} is more than 5, and nothing says out of how many it is. "
            "Nothing was changed.",
            "Say it with --scale 10 or --scale 100; --scale 5 sets such rows aside.",
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says; `value` of `scale` are None where the stars are what was given."""

    handle: str
    reference: str
    stars: Decimal
    value: Decimal | None
    scale: int | None
    rated_at: datetime | None
    unclear_day: date | None


class RatingReader:
    """Reads records of one file; a value that repeats is parsed by functions that remember."""

    def __init__(self, columns: RatingColumns, date_order: str | None = None, dropped: Dropped | None = None) -> None:
        self._columns = columns
        self._handle = parse_handle(columns.handle) if columns.handle else ""
        self.found = Findings(date_order, mended=None, dropped=dropped)
        dates = None if columns.rated_at is None else self.found.dates_of(columns.header[columns.rated_at])
        self._day = date_parser(date_order, dates)

    def said(self, line: int, record: Sequence[str]) -> Said:
        """Return what a record says.

        Raises CellRefused for the first cell that holds no value of its column, ScaleUnclear when that is why.
        """
        columns = self._columns
        value, scale = self._value(line, record)
        rated_at, unclear_day = None, None
        if columns.rated_at is not None and not says_nothing(record[columns.rated_at]):
            try:
                rated_at, unclear_day = self._read(columns.rated_at, record, self._moment)
            except CellRefused as refused:
                if not self.found.does_without(refused.column, refused.reason):
                    raise
        kept = not is_stars(value, scale)
        return Said(
            self._handle or self._read(columns.member or 0, record, parse_handle),
            self._reference(record),
            to_stars(value, scale),
            value if kept else None,
            scale if kept else None,
            rated_at,
            unclear_day,
        )

    def _value(self, line: int, record: Sequence[str]) -> tuple[Decimal, int]:
        position, told = self._columns.rating, self._columns.scale
        scale = told or int(MOST)
        try:
            return self._read(position, record, lambda cell: value_of(cell, scale)), scale
        except CellRefused:
            if told is None and _is_larger(record[position]):
                raise ScaleUnclear(line, record[position]) from None
            raise

    def _reference(self, record: Sequence[str]) -> str:
        columns = self._columns
        named = title = year = ""
        for scheme, position in columns.ids:
            if not says_nothing(record[position]):
                named = ":".join(self._read(position, record, lambda cell, of=scheme: identifier(of, cell)))  # type: ignore[misc]
                break
        if columns.movie is not None and not named and not says_nothing(record[columns.movie]):
            named, title, year = self._read(columns.movie, record, named_movie)
        if columns.title is not None and not says_nothing(record[columns.title]):
            found = self._read(columns.title, record, lambda cell: title_cell(cell, year=True))
            title, year = found.title, str(found.year or "")
            if columns.year is not None and not says_nothing(record[columns.year]):
                year = str(self._read(columns.year, record, year_of) or year)
        if not named and not title:
            raise CellRefused(None, "It does not say which movie was rated.")
        return PART.join((named, title, year))

    def _read(self, position: int, record: Sequence[str], parse: Callable[[str], Value]) -> Value:
        try:
            return parse(unguarded(record[position]))
        except ValueRefused as refused:
            raise CellRefused(self._columns.header[position], sentence_of(refused)) from None

    def _moment(self, cell: str) -> tuple[datetime | None, date | None]:
        """Return a time, and its day where that could have the month first.

        A time is seconds or milliseconds since 1970, ISO 8601 (in UTC without an offset), or the start of a day.
        """
        given = cell.strip()
        if SECONDS.fullmatch(given):
            return datetime.fromtimestamp(int(given), UTC), None
        if MILLISECONDS.fullmatch(given):
            return datetime.fromtimestamp(int(given) / 1000, UTC), None
        if ":" in given and len(given) <= LONGEST_TIME:
            try:
                found = datetime.fromisoformat(given.removesuffix(" UTC"))
                return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC), None
            except (ValueError, OverflowError):
                pass
        try:
            day = self._day(cell)
        except ValueRefused as refused:
            raise ValueRefused("date", cell, refused.reason, refused.hint) from None
        return datetime.combine(day, time(), UTC) if day else None, day if isinstance(day, UnclearDay) else None


def named_movie(cell: str) -> tuple[str, str, str]:
    """Return id, title and year of a movie as people name it: `42`, `imdb:tt0111161`, `Heat`, `Heat (1995)`."""
    given = values.trimmed(cell)
    if given.isascii() and given.isdecimal():
        if len(given) > len(str(LARGEST_MOVIE)) or not 0 < int(given) <= LARGEST_MOVIE:
            raise ValueRefused(
                "movie", cell, "is no movie's id", "Give an id, imdb:tt0111161, or a title with its year."
            )
        return f"{OWN}:{int(given)}", "", ""
    try:
        scheme, value = identifier_of(f"imdb:{given}" if IMDB.fullmatch(given) else given)
    except ValueRefused:
        scheme = value = ""
    if scheme in CHECKED_SCHEMES:
        return f"{scheme}:{value}", "", ""
    # `Alien: Covenant` has the form of an id in a scheme of somebody's own, and is a title where there is no such id.
    found = title_cell(cell, year=True)
    return scheme and f"{scheme}:{value}", found.title, str(found.year or "")


def _is_larger(cell: str) -> bool:
    try:
        return value_of(unguarded(cell), SCALES[-1]) > MOST
    except ValueRefused:
        return False
