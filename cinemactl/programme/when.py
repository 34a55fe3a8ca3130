"""When a screening starts, as people write it: `2026-12-04 19:30`, `fri 19:30`, `fri-sun 14:00,17:00`, `25:30`.

A time is the site's own, or has an offset. What is before the cut is calendar time with a day (`sat 00:30`); counted
past 24:00 it is the business day's (`fri 24:30`), which is the same moment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from cinemactl.errors import UsageRefused
from cinemactl.programme.clock import DAY, DAYS_A_WEEK, FRIDAY, SiteClock, clock_time

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST_YEAR, LAST_YEAR = 1895, 2200
MOST_DAYS = 400
MOST_MOMENTS = 1000
SHORTEST_NAME = 2
LONGEST = 200
MINUTES_A_DAY = 24 * 60
DAILY = ("daily", "every day")
FORMS = "Write it as 2026-12-04 19:30, fri 19:30, fri-sun 14:00,17:00 or 25:30."

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = r"Z|[+-][0-9]{2}:?[0-9]{2}"
_TIME = re.compile(rf"([0-9]{{1,2}}):([0-9]{{2}})(?::00)? ?({_OFFSET})?", re.IGNORECASE)
_WHEN = re.compile(
    rf"(?:(?P<days>{_DATE}(?=[T ])|.*[^\W\d_]|.*{_DATE})[T ]\s*)?(?P<times>[0-9:., +Z-]+)", re.IGNORECASE
)
_SPAN = re.compile(rf"({_DATE}) ?(?:\.\.|/) ?({_DATE})")


# For days where no site says how it tells the time.
UTC_CLOCK = SiteClock(ZoneInfo("UTC"), time(6), FRIDAY)


class WhenRefused(UsageRefused):
    """What was written as a time is none, or names none."""

    code = "when-refused"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a time without a whole date counts from: a site's clock, the moment it is, and its days.

    `since` is the first day weekdays are looked for on, `today` the one a time without a day belongs to: both are those of
    `now` unless said. `until` repeats a day's times, each week for weekdays, each day for a date, to that day inclusive.
    """

    clock: SiteClock
    now: datetime
    since: date | None = None
    today: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class _Time:
    minute: int
    zone: timezone | None


def calendar(clock: SiteClock, now: datetime, *, since: str | None = None, until: str | None = None) -> Calendar:
    """Return what times count from where a first and a last day were written, or were not; raises WhenRefused."""
    first = None if since is None else day(since, Calendar(clock, now))
    last = None if until is None else day(until, Calendar(clock, now, since=first))
    return Calendar(clock, now, since=first, until=last)


def moments(written: Sequence[str], calendar: Calendar) -> list[datetime]:
    """Return the moments, in UTC and in order, that all of `written` name, each once.

    Raises WhenRefused for what names none, LocalTimeRefused for times that clocks leap over or pass twice.
    """
    found = {moment for one in written for moment in _moments(one, calendar)}
    if len(found) > MOST_MOMENTS:
        raise WhenRefused(
            f"These are {len(found):,} times, more than {MOST_MOMENTS:,}.", "Give an earlier day with --until."
        )
    return sorted(found)


def moment(written: str, calendar: Calendar) -> datetime:
    """Return the one moment that `written` names, in UTC; raises as `moments` does, and where it names several."""
    found = moments([written], calendar)
    if len(found) > 1:
        raise WhenRefused(f"{written[:80]!r} names {len(found)} times, where one is wanted.", "Give one of them.")
    return found[0]


def day(written: str, calendar: Calendar) -> date:
    """Return the one day that `written` names: a date, a weekday's next, `today`, `tomorrow`; raises WhenRefused."""
    found, _ = _days(" ".join(written.lower().split()), calendar, written)
    if len(found) > 1:
        raise WhenRefused(f"{written[:80]!r} names several days, where one is wanted.", "Give one of them.")
    return found[0]


def _moments(written: str, calendar: Calendar) -> list[datetime]:
    parted = _WHEN.fullmatch(" ".join(written.split())) if len(written) <= LONGEST else None
    if parted is None:
        raise WhenRefused(f"{written[:80]!r} is no time.", FORMS)
    times = [_time(one, written, calendar.clock) for one in parted["times"].split(",")]
    if parted["days"] is None:
        return [_of_today(one, written, calendar) for one in times]
    days, are_weekdays = _days(parted["days"].strip().lower(), calendar, written)
    if are_weekdays and calendar.since is None:
        return _to_come(days, times, calendar)
    return [_moment(each, one, calendar.clock) for one in days for each in times]


def _to_come(days: Sequence[date], times: Sequence[_Time], calendar: Calendar) -> list[datetime]:
    """Return the weekdays' times that are not over: a weekday of today whose time is over is the one in a week."""
    found = []
    for one in days:
        for each in times:
            moment = _moment(each, one, calendar.clock)
            if moment >= calendar.now:
                found.append(moment)
            elif calendar.until is None:
                found.append(_moment(each, one + timedelta(days=DAYS_A_WEEK), calendar.clock))
    if not found:
        raise WhenRefused("All of these times are over.", "Give a later day with --until.")
    return found


def _of_today(one: _Time, written: str, calendar: Calendar) -> datetime:
    """Return a time of the day it is, or of the next when it is over."""
    clock = calendar.clock
    if calendar.until is not None:
        raise WhenRefused(f"{written[:80]!r} names no day to repeat until then.", "Write daily before the time.")
    if calendar.today is not None:
        return _moment(one, calendar.today, clock)
    late = one.minute >= MINUTES_A_DAY
    today = clock.business_day(calendar.now) if late else clock.local(calendar.now).date()
    moment = _moment(one, today, clock)
    return moment if moment >= calendar.now else _moment(one, today + DAY, clock)


def _moment(one: _Time, on: date, clock: SiteClock) -> datetime:
    if one.zone is None:
        return clock.at(on, one.minute)
    return (datetime.combine(on, time(), one.zone) + timedelta(minutes=one.minute)).astimezone(UTC)


def _time(text: str, written: str, clock: SiteClock) -> _Time:
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[2]) >= 60:  # noqa: PLR2004  (minutes of an hour)
        raise WhenRefused(f"{text.strip()[:80] or written[:80]!r} is no time.", FORMS)
    minute = int(found[1]) * 60 + int(found[2])
    last = MINUTES_A_DAY + clock.cut.hour * 60 + clock.cut.minute
    if minute >= last:
        raise WhenRefused(
            f"{clock_time(minute)} is past the end of the business day, {clock_time(last)}.",
            "Write it as a time of the next day.",
        )
    return _Time(minute, _zone(found[3], text) if found[3] else None)


def _zone(offset: str, text: str) -> timezone:
    if offset in {"Z", "z"}:
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    if minutes >= MINUTES_A_DAY or int(offset[-2:]) >= 60:  # noqa: PLR2004  (minutes of an hour)
        raise WhenRefused(f"{text.strip()[:80]!r} has an offset that is none.", "Write it as in 02:30+01:00.")
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def _days(text: str, calendar: Calendar, written: str) -> tuple[list[date], bool]:
    """Return the days that `text` names, in order, and whether they are weekdays' rather than dates."""
    today = calendar.clock.local(calendar.now).date()
    if text in {"today", "tomorrow"}:
        return _repeated(today + (DAY if text == "tomorrow" else 0 * DAY), calendar.until), False
    if span := _SPAN.fullmatch(text):
        return _range(_date(span[1]), _date(span[2])), False
    if re.fullmatch(_DATE, text):
        return _repeated(_date(text), calendar.until), False
    since = calendar.since or today
    wanted = set(range(DAYS_A_WEEK)) if text in DAILY else _weekdays(text, written)
    last = since + timedelta(days=DAYS_A_WEEK - 1) if calendar.until is None else calendar.until
    found = [one for one in _range(since, last) if one.weekday() in wanted]
    if not found:
        raise WhenRefused(f"There is no {text[:80]} from {since} until {last}.", "Give a later day with --until.")
    return found, True


def _repeated(first: date, until: date | None) -> list[date]:
    return [first] if until is None else _range(first, until)


def _range(first: date, last: date) -> list[date]:
    if last < first:
        raise WhenRefused(f"{last} is before {first}.", "Give a later last day.")
    if (last - first).days >= MOST_DAYS:
        raise WhenRefused(f"From {first} until {last} are more than {MOST_DAYS} days.", "Give an earlier last day.")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise WhenRefused(f"{text!r} is no day of the calendar.", FORMS) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise WhenRefused(f"{text!r} is not between {FIRST_YEAR} and {LAST_YEAR}.", FORMS)
    return found


def _weekdays(text: str, written: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        start = _weekday(first, written)
        end = _weekday(last, written) if dash else start
        found |= {(start + number) % DAYS_A_WEEK for number in range((end - start) % DAYS_A_WEEK + 1)}
    return found


def _weekday(text: str, written: str) -> int:
    name = text.strip().removesuffix(".")
    found = [number for number, full in enumerate(WEEKDAYS) if full.startswith(name)]
    if len(name) < SHORTEST_NAME or len(found) != 1:
        raise WhenRefused(f"{name[:40] or written[:40]!r} is no day.", FORMS)
    return found[0]
