"""Opening hours as people write them: `mon-thu 14:00-25:00; 2026-12-24 closed`, read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cinemactl.catalogue import values
from cinemactl.catalogue.values import ValueRefused
from cinemactl.programme.clock import clock_time
from cinemactl.programme.place_values import WEEKDAYS, weekday

FIELD = "hours"
DAY_MINUTES = 24 * 60
LATEST = 36 * 60
DATES_MOST = 370
LENGTH_MOST = 20_000

CLOSED = ("closed", "shut")
USUAL = "usual"
DAILY = ("daily", "all", "every day")

HINT = "Write days, then hours, as in 'mon-thu 14:00-25:00', '2026-12-31 10:00-19:00' or '2026-12-24 closed'."
_ENTRY = re.compile(r"(.*?)[ :]*\b(closed|shut|usual|(\S+) ?[-\u2013] ?(\S+))", re.IGNORECASE)
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2}))?h?")
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.\.([0-9]{4}-[0-9]{2}-[0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class DayHours:
    """When a site is open on a weekday (0 is Monday) or a date, in minutes after the business day's midnight.

    Both None is closed all day; `usual` takes back what was said of that day.
    """

    day: int | date
    opens: int | None = None
    closes: int | None = None
    usual: bool = False


def hours_of(given: str) -> list[DayHours]:
    """Return what a text says of days, of each the last word; raises ValueRefused.

    Entries are parted by semicolons. Days are weekdays and dates, alone, in ranges (`fri-sun`, `2026-12-24..2026-12-26`)
    and lists with commas, or `daily`. Hours are `14:00-25:00`, `closed`, or `usual`, which takes back what was said of
    those days. A closing time that is not after the opening is one of the next day.
    """
    if len(given) > LENGTH_MOST:
        raise ValueRefused(FIELD, given, "are too long", HINT)
    found: dict[int | date, DayHours] = {}
    for entry in filter(None, map(values.trimmed, re.split(r"[;\n]", given))):
        found |= {one.day: one for one in _entry(" ".join(entry.split()))}
    if not found:
        raise ValueRefused(FIELD, given, "say nothing", HINT)
    return list(found.values())


def closed_on(given: str) -> list[DayHours]:
    """Return that a site is closed on days written as in `hours_of`; raises ValueRefused."""
    return [DayHours(day) for day in _days(given, given)]


def told_of(hours: Iterable[str], closed: Iterable[str]) -> list[DayHours]:
    """Return what texts as of `hours_of`, the last word on a day, and as of `closed_on` say; raises ValueRefused.

    So it does for a day that has hours and is closed.
    """
    told = {one.day: one for text in hours for one in hours_of(text)}
    shut = {one.day: one for text in closed for one in closed_on(text)}
    if both := [day for day in shut if told.get(day, shut[day]) != shut[day]]:
        reason = f"contradict each other of {_named(both[0], both[0])}, which is to be closed"
        raise ValueRefused(FIELD, written([told[both[0]]]), reason, "Give a day its hours, or say that it is closed.")
    return list((told | shut).values())


def written(hours: Iterable[DayHours]) -> str:
    """Return hours as `hours_of` reads them: weekdays first, days in a row that are alike as a range."""
    return "; ".join(f"{days} {said}" for days, said in runs(hours))


def runs(hours: Iterable[DayHours]) -> Iterator[tuple[str, str]]:
    """Yield days and what is said of them, days in a row that are alike together: `mon-thu`, `14:00-25:00`."""
    listed = sorted(hours, key=lambda one: (isinstance(one.day, date), _number(one.day)))
    while listed:
        first = last = listed.pop(0)
        while listed and _follows(listed[0], last):
            last = listed.pop(0)
        yield _named(first.day, last.day), said(first)


def said(hours: DayHours) -> str:
    """Return the hours of a day as `14:00-25:00`, or `closed`."""
    if hours.opens is None or hours.closes is None:
        return CLOSED[0]
    return f"{clock_time(hours.opens)}-{clock_time(hours.closes)}"


def _entry(entry: str) -> list[DayHours]:
    found = _ENTRY.fullmatch(entry)
    if not found or not found[1]:
        raise ValueRefused(FIELD, entry, "are no days with their hours", HINT)
    days, word = _days(entry, found[1]), found[2].casefold()
    if word in CLOSED:
        return [DayHours(day) for day in days]
    if word == USUAL:
        return [DayHours(day, usual=True) for day in days]
    opens, closes = (_minute(entry, one) for one in (found[3], found[4]))
    if closes <= opens:
        closes += DAY_MINUTES
    if opens >= DAY_MINUTES or closes > LATEST:
        raise ValueRefused(FIELD, entry, "go on after 36:00", "A day's hours end on the next morning at the latest.")
    return [DayHours(day, opens, closes) for day in days]


def _days(entry: str, listed: str) -> list[int | date]:
    days: list[int | date] = []
    for part in map(values.trimmed, listed.split(",")):
        if part.casefold() in DAILY:
            days += range(7)
        elif part[:1].isdigit():
            days += _dates(entry, part)
        else:
            first, _, last = (values.trimmed(one) for one in part.replace("\u2013", "-").partition("-"))
            start = _weekday(entry, first)
            days += [(start + more) % 7 for more in range((_weekday(entry, last) - start) % 7 + 1)] if last else [start]
    return days


def _weekday(entry: str, name: str) -> int:
    try:
        return weekday(name)
    except ValueRefused:
        raise ValueRefused(FIELD, entry, f"name no day with {name[:20]!r}", HINT) from None


def _dates(entry: str, part: str) -> list[int | date]:
    found = _DATES.fullmatch(part.replace(" ", ""))
    try:
        first = date.fromisoformat(found[1]) if found else None
        last = date.fromisoformat(found[2]) if found and found[2] else first
    except ValueError:
        first = last = None
    if first is None or last is None:
        raise ValueRefused(FIELD, entry, f"have no date in {part[:20]!r}", HINT)
    if not 0 <= (last - first).days < DATES_MOST:
        raise ValueRefused(FIELD, entry, f"have no range of 1 to {DATES_MOST} days in {part[:30]!r}", HINT)
    return [first + timedelta(days=more) for more in range((last - first).days + 1)]


def _minute(entry: str, clock: str) -> int:
    if "," in clock:
        hint = "A day has one span: give its first opening and its last closing."
        raise ValueRefused(FIELD, entry, "have several spans of a day", hint)
    found = _TIME.fullmatch(clock)
    minute = int(found[1]) * 60 + int(found[2] or 0) if found else 0
    if not found or int(found[2] or 0) > 59 or minute > LATEST:  # noqa: PLR2004  (minutes)
        raise ValueRefused(FIELD, entry, f"have no time in {clock[:20]!r}", HINT)
    return minute


def _number(day: int | date) -> int:
    return day.toordinal() if isinstance(day, date) else day


def _follows(one: DayHours, last: DayHours) -> bool:
    alike = (one.opens, one.closes, type(one.day)) == (last.opens, last.closes, type(last.day))
    return alike and _number(one.day) == _number(last.day) + 1


def _named(first: int | date, last: int | date) -> str:
    if isinstance(first, date):
        return f"{first}" if first == last else f"{first}..{last}"
    return WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[_number(last)]}"
