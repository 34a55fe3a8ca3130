"""When the screening of a row starts: local time of its site, or a moment where the cell has an offset."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cinemactl.catalogue.values import ValueRefused, trimmed
from cinemactl.importing.dates import date_parser

LONGEST = 60
LATEST = 36 * 60
HOUR = 60
NOON = 12 * HOUR
HINT = "Give it as 2026-12-04 19:30, 2026-12-04T19:30+01:00, or 25:30 for half past one the morning after."
_CLOCK = re.compile(r"([0-9]{1,2})[:.hH]([0-9]{2})(?::[0-9]{2}(?:\.0+)?)? ?([aApP])?(?:\.?[mM]\.?)?")
_PARTED = re.compile(rf"(.+?)[ ,T]+({_CLOCK.pattern})")


@dataclass(frozen=True, slots=True)
class Start:
    """A start: `local` without an offset, or the moment `at`."""

    local: datetime | None = None
    at: datetime | None = None


class StartReader:
    """Reads the starts of one file, its dates in the order `order` (dmy, mdy or ymd) where that matters."""

    def __init__(self, order: str | None) -> None:
        self._day: Callable[[str], date | None] = date_parser(order)

    def start(self, cell: str) -> Start:
        """Return the start that one cell tells; raises ValueRefused."""
        given = trimmed(cell)
        if ":" in given and len(given) <= LONGEST:
            try:
                told = datetime.fromisoformat(given)
            except ValueError:
                pass
            else:
                return Start(at=told) if told.tzinfo else Start(local=told.replace(second=0, microsecond=0))
        found = _PARTED.fullmatch(given) if len(given) <= LONGEST else None
        if not found:
            raise ValueRefused("start", cell, "is no date and time" if given else "is empty", HINT)
        return self.start_of(found[1], found[2])

    def start_of(self, day: str, clock: str) -> Start:
        """Return the start of a cell with the day and one with the time; raises ValueRefused."""
        try:
            on = self._day(day)
        except ValueRefused as refused:
            raise ValueRefused("date", refused.value, refused.reason, refused.hint) from None
        if on is None:
            raise ValueRefused("date", day, "is empty", HINT)
        return Start(local=datetime.combine(on, time()) + timedelta(minutes=_minute(clock)))


def _minute(cell: str) -> int:
    found = _CLOCK.fullmatch(trimmed(cell)) if len(cell) <= LONGEST else None
    if not found or int(found[2]) > 59:  # noqa: PLR2004  (minutes)
        raise ValueRefused("time", cell, "is no time" if trimmed(cell) else "is empty", HINT)
    minute = int(found[1]) * 60 + int(found[2])
    if found[3]:
        if not HOUR <= minute < NOON + HOUR:
            raise ValueRefused("time", cell, "is no time of twelve hours", HINT)
        minute = minute % NOON + (NOON if found[3].lower() == "p" else 0)
    if minute >= LATEST:
        raise ValueRefused("time", cell, "is after 36:00", HINT)
    return minute
