"""When a screening starts, as files say it: a moment in one cell, or a day and a time in two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.dates import UnclearDay, date_parser
from cinemactl.importing.findings import Findings
from cinemactl.programme.when import FIRST_YEAR, LAST_YEAR

LONGEST = 60
LAST_HOUR = 36
NOON = 12
CLOCK = re.compile(
    r"([0-9]{1,2})(?:[:.hH]([0-5][0-9])?)?(?::00(?:\.0+)?)?(?: ?([AaPp])\.?[Mm]\.?)?(?: ?(?:Uhr|uhr|h|hrs?))?"
)
COMPACT = re.compile(r"([0-2][0-9])([0-5][0-9])")
# A day, then a time counted past midnight as cinemas do, which ISO 8601 does not have.
DAY_AND_TIME = re.compile(
    r"(.*?[0-9])(?:T|,? +|, *)([0-9]{1,2}(?:[:.h][0-9]{2})(?::[0-9]{2}(?:\.0+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)"
)
HINT = "Give it as 2026-12-04 19:30, with its offset where the clocks change."


@dataclass(frozen=True, slots=True)
class Start:
    """A start: `local` by the clocks of its site, or the moment `at`.

    `unclear` is its day, read with the day first, where the month could be first and that was not known yet.
    """

    local: datetime | None = None
    at: datetime | None = None
    unclear: date | None = None


class StartReader:
    """Reads the starts of one file, whose days are in a column of that heading.

    `order` says of dates such as 04/12/2026 what comes first: dmy, mdy or ymd; without one all of the column tell it,
    and `found` has it in the end.
    Raises UsageRefused for another order.
    """

    def __init__(self, order: str | None, column: str) -> None:
        self.found = Findings(order, mended=None)
        self._day_of = date_parser(order, self.found.dates_of(column))
        self.start = lru_cache(maxsize=65_536)(self._start)

    def start_of(self, day: str, minute: int | None) -> Start:
        """Return the start so many minutes after the midnight of the day in a cell, which has the time too where there is None.

        Raises ValueRefused.
        """
        if minute is None:
            return self.start(day)
        try:
            on = self._day_of(day)
        except ValueRefused as refused:
            raise ValueRefused("date", refused.value, refused.reason, refused.hint) from None
        if on is None:
            raise ValueRefused("date", "", "is empty", HINT)
        _refuse_other_years("date", day, on)
        local = datetime.combine(on, time()) + timedelta(minutes=minute)
        return Start(local=local, unclear=on if isinstance(on, UnclearDay) else None)

    def _start(self, cell: str) -> Start:
        """Return the start that one cell tells; raises ValueRefused."""
        given = " ".join(trimmed(cell).split()) if len(cell) <= LONGEST else ""
        try:
            found = datetime.fromisoformat(given)
        except ValueError:
            found = None
        if found is not None and (":" in given or "T" in given):
            _refuse_other_years("start", cell, found)
            found = found.replace(second=0, microsecond=0)
            return Start(at=found) if found.tzinfo else Start(local=found)
        if parted := DAY_AND_TIME.fullmatch(given):
            return self.start_of(parted[1], minute_in(parted[2]))
        raise ValueRefused("start", cell, "is no date and time" if given else "is empty", HINT)


def _refuse_other_years(field: str, cell: str, day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueRefused(field, cell, f"is not between {FIRST_YEAR} and {LAST_YEAR}", HINT)


def minute_in(cell: str) -> int:
    """Return the minutes after midnight of `19:30`, `7:30 pm`, `19h30`, `1930`, `25:30`; raises ValueRefused."""
    given = " ".join(trimmed(cell).split()) if len(cell) <= LONGEST else ""
    if found := COMPACT.fullmatch(given):
        return int(found[1]) * 60 + int(found[2])
    found = CLOCK.fullmatch(given)
    if not found or (found[2] is None and found[3] is None and given.isdecimal()):
        raise ValueRefused("time", cell, "is not a time" if given else "is empty", "Give it as 19:30.")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= NOON:
            raise ValueRefused("time", cell, "is not a time of twelve hours", "Give it as 19:30.")
        hour = hour % NOON + (NOON if found[3] in "pP" else 0)
    if hour >= LAST_HOUR:
        raise ValueRefused(
            "time", cell, "is not a time of a day", "Give it as 19:30, or 25:30 for half past one at night."
        )
    return hour * 60 + minute
