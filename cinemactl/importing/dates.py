"""The day in a cell. Which of two numbers is the day and which the month is a property of the column, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.errors import UsageRefused
from cinemactl.importing.months import month_of
from cinemactl.importing.refusing import DASHES

DMY, MDY, YMD = ORDERS = ("dmy", "mdy", "ymd")

FIELD = "release_date"
LONGEST = 80
SHOWN = 2  # of the dates that are unclear
NO_DAY = "0000-00-00"
NOTHING = frozenset({"0", NO_DAY, "00000000", "NaT"})
LAST_MONTH, LAST_DAY = 12, 31
HINT = "Give the date as YYYY-MM-DD, such as 1994-09-23."
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What may stand behind a day: a time, and the country whose release it is, as IMDb writes it.
TIME = re.compile(
    r"(?:[T,]|,? )? ?(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-6][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?: ?[AP]\.?M\.?)?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?",
    re.IGNORECASE,
)
PLACE = re.compile(r" ?\([^\W\d_][^()0-9]*\)")
YEAR_FIRST = re.compile(r"([0-9]{4})([-/. ])([0-9]{1,2})\2([0-9]{1,2})")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
YEAR_LAST = re.compile(r"([0-9]{1,2})(\. |[-/. ])([0-9]{1,2})\2([0-9]{4})")
SHORT_YEAR = re.compile(
    r"'?[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.]'?[0-9]{2}|[0-9]{1,2}[- ][^\W\d_]{3,12}[- ]'?[0-9]{2}"
)
WORD = r"([^\W\d_]{3,12})\.?"
DAY_WORD_YEAR = re.compile(
    rf"([0-9]{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?(?: de |[- ])?{WORD}(?: de |,? |-)([0-9]{{4}})", re.IGNORECASE
)
WORD_DAY_YEAR = re.compile(rf"{WORD}[ -]([0-9]{{1,2}})(?:st|nd|rd|th)?(?:, ?| |-)([0-9]{{4}})", re.IGNORECASE)
YEAR_WORD_DAY = re.compile(rf"([0-9]{{4}})[ -]{WORD}[ -]([0-9]{{1,2}})", re.IGNORECASE)
PARTIAL = re.compile(rf"[0-9]{{4}}(?:-[0-9]{{1,2}})?|[0-9]{{1,2}}/[0-9]{{4}}|{WORD} [0-9]{{4}}")


class DateOrderUnclear(UsageRefused):
    """The days and months of a column cannot be told apart, and nobody said which is which."""

    code = "date-order-unclear"

    def __init__(self, column: str, reason: str, hint: str) -> None:
        super().__init__(f"The dates of the column {column!r} cannot be read: {reason}.", hint)


class UnclearDay(date):
    """A day whose number and month could be the other way round: the order of its column was not yet known."""


class ColumnDates:
    """What the dates of a column say about their order: feed it cells with `see` or `day_of`, in any number, then ask for `order`.

    Only dates such as `31/12/2024` have one to find out; those that begin with the year, and those with the month's
    name, are certain by themselves. `unclear` are the first that could be either, `pending` says whether `day_of` gave
    an UnclearDay.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self.unclear: list[str] = []
        self.pending = False
        self._against: dict[str, str] = {}
        self._undecided = 0

    def see(self, cell: str) -> bool:
        """Take one cell into account, and return whether it can be either; what is no date is not."""
        if ISO.fullmatch(cell) or (numbers := _numbers(cell)) is None:
            return False
        first, second = numbers
        if first > LAST_DAY or second > LAST_DAY or (first > LAST_MONTH and second > LAST_MONTH):
            return False
        self._undecided += 1
        if first > LAST_MONTH:
            self._against.setdefault(MDY, cell)
        elif second > LAST_MONTH:
            self._against.setdefault(DMY, cell)
        elif first != second:
            if len(self.unclear) < SHOWN and cell not in self.unclear:
                self.unclear.append(cell)
            return True
        return False

    def day_of(self, cell: str) -> date | None:
        """Return the day of a cell, and take it into account; raises ValueRefused.

        One that can be either is read in the order that the cells before it have. Before that is known it is an
        UnclearDay, with the day first.
        """
        if not self.see(cell):
            return _day_of(cell, None)
        if len(self.fits) == 1:
            return _day_of(cell, self.fits[0])
        day = _day_of(cell, DMY)
        if day is None:
            return None
        self.pending = True
        return UnclearDay(day.year, day.month, day.day)

    @property
    def fits(self) -> tuple[str, ...]:
        """Which of `dmy` and `mdy` all dates fit; `ymd` alone when the order matters for none of them."""
        if not self._undecided:
            return (YMD,)
        return tuple(order for order in (DMY, MDY) if order not in self._against)

    @property
    def certain(self) -> str | None:
        """Return `ymd` when no date has its day and month as numbers before the year."""
        return YMD if self.fits == (YMD,) else None

    def order(self) -> str | None:
        """Return `dmy` or `mdy` as the column has them, None when every date is certain without it.

        Raises DateOrderUnclear when a date can be either and no other date decides it, and when dates contradict
        each other.
        """
        fits = self.fits
        if not fits:
            day_first, month_first = self._against[MDY], self._against[DMY]
            if not self.unclear:
                return None
            raise DateOrderUnclear(
                self.column,
                f"{day_first.strip()!r} has the day first, {month_first.strip()!r} the month, and"
                f" {self.unclear[0].strip()!r} could be either",
                "Give them all in one order, best as YYYY-MM-DD; --date-order dmy or mdy sets aside those of the other.",
            )
        if len(fits) == 1:
            return None if fits == (YMD,) else fits[0]
        if not self.unclear:
            return None
        shown = " and ".join(repr(cell.strip()) for cell in self.unclear)
        have = "have" if len(self.unclear) > 1 else "has"
        raise DateOrderUnclear(
            self.column,
            f"{shown} {have} the day or the month first, and no other date tells which",
            "Say it with --date-order dmy (day first) or --date-order mdy (month first).",
        )


def date_parser(order: str | None = None, dates: ColumnDates | None = None) -> Callable[[str], date | None]:
    """Return the function from a cell to its day, None for dashes and zeros; it raises ValueRefused.

    Numbers with the year last are read by `order`: `dmy` or `mdy`. Without one only those are that cannot be read
    two ways, or all with `dates`, which finds out the order, and with `ymd` none. A time or a country in parentheses
    behind the day is not read. Raises UsageRefused for another order.
    """
    if order not in (*ORDERS, None):
        raise UsageRefused(f"There is no date order {order!r}.", "The orders are dmy, mdy and ymd.")

    @lru_cache(maxsize=65_536)
    def remembered(cell: str) -> date | None:
        if ISO.fullmatch(cell) and cell != NO_DAY:
            return values.release_date(cell)
        return dates.day_of(cell) if dates else _day_of(cell, order)

    return lambda cell: remembered(cell if len(cell) <= LONGEST else trimmed(cell))


def _day_of(cell: str, order: str | None) -> date | None:
    given = _without_time(cell)
    if given in DASHES or given in NOTHING:
        return None
    if found := YEAR_FIRST.fullmatch(given):
        return _day(cell, found[1], found[3], found[4])
    if found := COMPACT.fullmatch(given):
        return _day(cell, *found.groups())
    if found := YEAR_LAST.fullmatch(given):
        return _year_last(cell, int(found[1]), int(found[3]), found[4], order)
    for pattern, (day, word, year) in (
        (DAY_WORD_YEAR, (1, 2, 3)),
        (WORD_DAY_YEAR, (2, 1, 3)),
        (YEAR_WORD_DAY, (3, 2, 1)),
    ):
        if (found := pattern.fullmatch(given)) and (month := month_of(found[word])):
            return _day(cell, found[year], month, found[day])
    if SHORT_YEAR.fullmatch(given):
        raise ValueRefused(FIELD, cell, "has a year of two digits, which could be in two centuries", HINT)
    if PARTIAL.fullmatch(given):
        raise ValueRefused(FIELD, cell, "has no day", "Put it in a column of years if the year is all that is known.")
    raise ValueRefused(FIELD, cell, "is not a date" if given else "is empty", HINT)


def _year_last(cell: str, first: int, second: int, year: str, order: str | None) -> date:
    if order is None:
        if first <= LAST_MONTH and second <= LAST_MONTH and first != second:
            reason = "has the day or the month first, which nothing tells"
            raise ValueRefused(FIELD, cell, reason, "Say it with --date-order dmy (day first) or mdy (month first).")
        order = MDY if second > LAST_MONTH else DMY
    if order == YMD:
        raise ValueRefused(FIELD, cell, "does not begin with the year, as --date-order ymd says", HINT)
    day, month = (first, second) if order == DMY else (second, first)
    if month > LAST_MONTH >= day:
        said = "day" if order == DMY else "month"
        raise ValueRefused(FIELD, cell, f"has no {said} first as its column has", HINT)
    return _day(cell, year, month, day)


def _day(cell: str, year: str, month: str | int, day: str | int) -> date:
    try:
        return values.release_date(f"{year}-{int(month):02}-{int(day):02}")
    except ValueRefused as refused:
        raise ValueRefused(FIELD, cell, refused.reason, refused.hint) from None


def _without_time(cell: str) -> str:
    """Return a cell with single spaces and nothing behind the day."""
    given = " ".join(unicodedata.normalize("NFC", trimmed(cell)).split()) if len(cell) <= LONGEST else ""
    if not given and cell.strip():
        raise ValueRefused(FIELD, cell, "is not a date", HINT)
    if ":" in given:
        start = re.search(r"[T,]? ?[0-9]{1,2}:", given)
        if start and TIME.fullmatch(given, start.start()):
            given = given[: start.start()]
    if given.endswith(")") and (place := PLACE.search(given)) and place.end() == len(given):
        given = given[: place.start()]
    return given


def _numbers(cell: str) -> tuple[int, int] | None:
    try:
        found = YEAR_LAST.fullmatch(_without_time(cell))
    except ValueRefused:
        return None
    return (int(found[1]), int(found[3])) if found else None
