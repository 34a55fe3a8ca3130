"""When a screening starts, as files say it: a moment in one cell, or a day and a time in two."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.dates import date_parser

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


def start_parser(order: str | None = None) -> Callable[[str], datetime]:
    """Return the function from a cell to a start, local without an offset; `order` is that of days, as `date_parser` has it.

    It raises ValueRefused.
    """
    day_of = date_parser(order)

    @lru_cache(maxsize=65_536)
    def start_in(cell: str) -> datetime:
        given = " ".join(trimmed(cell).split()) if len(cell) <= LONGEST else ""
        try:
            found = datetime.fromisoformat(given)
        except ValueError:
            found = None
        if found is not None and (":" in given or "T" in given):
            return found.replace(second=0, microsecond=0)
        if parted := DAY_AND_TIME.fullmatch(given):
            day = day_of(parted[1])
            if day is not None:
                return start_of(day, minute_in(parted[2]))
        raise ValueRefused("start", cell, "is not a moment" if given else "is empty", HINT)

    return start_in


def start_of(day: date, minute: int) -> datetime:
    """Return the local start of a day and the minutes after its midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)
