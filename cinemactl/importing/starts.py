"""When a screening starts, as files say it: a moment in one cell, or a day and a time in two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.dates import UnclearDay, date_parser
from cinemactl.importing.findings import Findings
from cinemactl.importing.refusing import Dropped
from cinemactl.programme.when import FIRST_YEAR, LAST_YEAR

STARTS = ("starts_at", "date", "time")
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

    def __init__(self, order: str | None, column: str, dropped: Dropped | None = None) -> None:
        self.found = Findings(order, mended=None, dropped=dropped)
        self._day_of = date_parser(order, self.found.dates_of(column))
        self.start = lru_cache(maxsize=65_536)(self._start)

    def told(self, cells: Mapping[str, str], *, timed: bool) -> Start:
        """Return the start that the cells of a record tell: those of `starts_at`, `date` and `time` that say anything.

        A `starts_at` beside a day may be the time of it. `timed` says that the file has a column of times. Where a moment
        with its offset and a day with its time stand side by side, the start has both. Raises ValueRefused, for `start`,
        `date` or `time`, also when two columns tell two starts.
        """
        whole, day, clock = (cells.get(name) for name in STARTS)
        if whole is not None and day is not None and clock is None and is_time(whole):
            whole, clock = None, whole
        minute = None if clock is None else minute_in(clock)
        if whole is None:
            if minute is None and timed:
                raise ValueRefused("time", "", "is empty", "Give it as 19:30.")
            if day is None:
                raise ValueRefused("date", "", "is empty", HINT)
            return self.start_of(day, minute)
        found = self.start(whole)
        if day is None or minute is None:
            return found
        parted = self.start_of(day, minute)
        if found.local not in {None, parted.local}:
            reason = f"is not {parted.local:%Y-%m-%d %H:%M}, as its date and its time say"
            raise ValueRefused("start", whole, reason, "Correct the one or the other.")
        return replace(parted, at=found.at)

    def start_of(self, day: str, minute: int | None) -> Start:
        """Return the start so many minutes after the midnight of the day in a cell, which has the time too where there is None.

        Raises ValueRefused.
        """
        if minute is None:
            return self.start(day)
        try:
            on = self._day_of(day)
        except ValueRefused as refused:
            raise ValueRefused("date", refused.value, refused.reason, "Give the day as 2026-12-04.") from None
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
        if is_time(given):
            raise ValueRefused("start", cell, "is a time and no day", "Say where its day is with --map date=COLUMN.")
        raise ValueRefused("start", cell, "is no date and time" if given else "is empty", HINT)


def _refuse_other_years(field: str, cell: str, day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueRefused(field, cell, f"is not between {FIRST_YEAR} and {LAST_YEAR}", HINT)


def is_time(cell: str) -> bool:
    """Whether a cell holds a time of day and nothing else."""
    try:
        minute_in(cell)
    except ValueRefused:
        return False
    return True


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
