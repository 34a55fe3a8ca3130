"""Local time, business days and cinema weeks: the one place that decides to which of them a moment belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cinemactl.errors import UsageRefused

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

# Where new movies start on another weekday than in most countries, which is a Friday.
FIRST_DAYS = {
    **dict.fromkeys(("FR", "BE", "LU"), WEDNESDAY),
    **dict.fromkeys(("DE", "IT", "NL", "AU", "NZ"), THURSDAY),
}

DAY = timedelta(days=1)
DAYS_A_WEEK = 7
ISO_WEEK = re.compile(r"([0-9]{4})-?[Ww]([0-9]{1,2})")


class LocalTimeRefused(UsageRefused):
    """A local time that clocks leap over, or pass twice."""

    code = "local-time"


@dataclass(frozen=True, slots=True)
class SiteClock:
    """How a site tells the time: its zone, the cut between business days, the weekday its cinema week starts on.

    A business day runs from the cut to the next day's cut: with a cut at 06:00, half past midnight on a Saturday belongs
    to the Friday. Weekdays count from 0, a Monday.
    """

    zone: ZoneInfo
    cut: time
    week_starts_on: int

    def instant(self, local: datetime) -> datetime:
        """Return the moment, in UTC, of a local time without offset.

        Raises LocalTimeRefused where clocks leap over it, or where they pass it twice.
        """
        first, second = (local.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        if first.astimezone(self.zone).replace(tzinfo=None) != local:
            raise LocalTimeRefused(
                f"{local:%Y-%m-%d %H:%M} does not exist in {self.zone.key}: the clocks go forward over it.",
                "Give a time before or after the change.",
            )
        if first != second:
            told = " or ".join(one.astimezone(self.zone).isoformat(timespec="minutes") for one in (first, second))
            raise LocalTimeRefused(
                f"{local:%Y-%m-%d %H:%M} happens twice in {self.zone.key}: the clocks go back over it.",
                f"Give it with its offset: {told}.",
            )
        return first

    def at(self, day: date, minute: int) -> datetime:
        """Return the moment, in UTC, of a minute after a business day's midnight: 25:30 is 1530, half past one next day.

        Raises LocalTimeRefused as `instant` does.
        """
        return self.instant(datetime.combine(day, time()) + timedelta(minutes=minute))

    def local(self, moment: datetime) -> datetime:
        """Return a moment on the site's own clock."""
        return moment.astimezone(self.zone)

    def business_day(self, moment: datetime) -> date:
        """Return the business day a moment belongs to."""
        local = self.local(moment)
        return local.date() - DAY if local.time() < self.cut else local.date()

    def minute(self, moment: datetime) -> int:
        """Return how many minutes a moment's local time is after its business day's midnight: 01:30 is 1530."""
        return self.minute_of(self.business_day(moment), moment)

    def minute_of(self, day: date, moment: datetime) -> int:
        """Return how many minutes a moment's local time is after the midnight of a business day, any of them."""
        local = self.local(moment)
        return (local.date() - day).days * 24 * 60 + local.hour * 60 + local.minute

    def day_starts_at(self, day: date) -> datetime:
        """Return the moment, in UTC, a business day begins, whatever the clocks do there."""
        return datetime.combine(day, self.cut, self.zone).astimezone(UTC)

    def cinema_week(self, day: date) -> date:
        """Return the first business day of the cinema week a business day lies in."""
        return day - timedelta(days=(day.weekday() - self.week_starts_on) % DAYS_A_WEEK)

    def week_of(self, moment: datetime) -> str:
        """Return the name of the cinema week a moment belongs to."""
        return self.week_name(self.cinema_week(self.business_day(moment)))

    def week_named(self, name: str) -> date:
        """Return the first business day of the cinema week that begins within an ISO week such as 2026-W49.

        Raises UsageRefused for what names no week.
        """
        return monday_of(name) + timedelta(days=self.week_starts_on)

    def week_name(self, first_day: date) -> str:
        """Return the ISO week within which a cinema week begins, as 2026-W49."""
        year, week, _ = first_day.isocalendar()
        return f"{year:04}-W{week:02}"


def offset_told(local: datetime) -> str:
    """Return the offset of a local time that the clocks pass twice, as +02:00, which tells the two apart; else nothing."""
    return "" if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset() else local.isoformat()[-6:]


def told(local: datetime) -> str:
    """Return a local time as sentences tell it: Fri 2026-12-04 20:15."""
    return f"{local:%a %Y-%m-%d %H:%M}{offset_told(local)}"


def told_beside(local: datetime, day: date) -> str:
    """Return a local time as it is told beside one of a day: 20:15, Sat 01:30 on another, with its date a week away."""
    if abs((local.date() - day).days) >= DAYS_A_WEEK:
        return told(local)
    return f"{'' if local.date() == day else f'{local:%a} '}{local:%H:%M}{offset_told(local)}"


def first_weekday(country: str | None) -> int:
    """Return the weekday on which a country's cinema week starts, 0 for Monday."""
    return FIRST_DAYS.get(country or "", FRIDAY)


def monday_of(name: str) -> date:
    """Return the Monday of an ISO week written as 2026-W49; raises UsageRefused for what names no week."""
    if found := ISO_WEEK.fullmatch(name.strip()):
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            pass
    raise UsageRefused(f"{name!r} is no week.", "Write a week as 2026-W49.")


def clock_time(minute: int) -> str:
    """Return a minute after a business day's midnight as a time of that day: 1530 is 25:30."""
    return f"{minute // 60:02}:{minute % 60:02}"
