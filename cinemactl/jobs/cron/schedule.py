"""When an entry is due: cron expressions in a named time zone, right across changes of its offset.

An expression that names hours is read on the clock on the wall: a time that comes twice counts the first time, and one
that does not exist counts once, at the moment the clock jumps over it. One that is due in every hour runs by elapsed time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError

from cinemactl.errors import UsageRefused

LONGEST = 200
HOUR = 1
HOURS_OF_A_DAY = 24
NEVER_YEARS = 30
NEAR = timedelta(hours=6)
SECOND = timedelta(seconds=1)
ALIASES = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
FIELDS = (5, 6)
AT_RANDOM = re.compile(r"(^|[\s,])[hr]", re.IGNORECASE)


class ScheduleRefused(UsageRefused):
    """A cron expression or its time zone cannot be used."""

    code = "schedule-refused"

    def __init__(self, what: str, fault: str) -> None:
        super().__init__(
            f"{what} {fault}.",
            "Give five fields (minute hour day month weekday), a sixth for seconds, or a word such as @daily; "
            "and a time zone such as Europe/Berlin.",
        )


@dataclass(frozen=True)
class Schedule:
    """A checked expression in a time zone; make it with `schedule_of`."""

    expression: str
    timezone: str

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def fields(self) -> list[list[int | str]]:
        """The fields, each as its numbers in order, or as ["*"]."""
        return list(croniter(self.expression, datetime(2000, 1, 1)).expanded)  # noqa: DTZ001  (times on the wall)

    @property
    def is_hourly(self) -> bool:
        """Whether it is due in every hour of its days, so that elapsed time counts."""
        return self.fields[HOUR] == ["*"] or len(self.fields[HOUR]) == HOURS_OF_A_DAY

    def after(self, moment: datetime) -> datetime:
        """Return the first time after `moment` (an aware time) at which it is due, in UTC; raises ScheduleRefused."""
        start = moment.astimezone(UTC).replace(microsecond=0)
        return self._by_elapsed_time(start) if self.is_hourly else self._by_the_wall(start)

    def upcoming(self, moment: datetime) -> Iterator[datetime]:
        """Yield the times after `moment` at which it is due, in UTC, for ever."""
        while True:
            moment = self.after(moment)
            yield moment

    def _by_the_wall(self, start: datetime) -> datetime:
        wall = start.astimezone(self.zone).replace(tzinfo=None, fold=0)
        while True:
            wall = self._next_on_the_wall(wall)
            due = self._instant(wall)
            if due > start:
                return due

    def _by_elapsed_time(self, start: datetime) -> datetime:
        wall = start.astimezone(self.zone).replace(tzinfo=None, fold=0)
        while True:
            offset = self._offset(start)
            due = (self._next_on_the_wall(wall) - offset).replace(tzinfo=UTC)
            change = next((end for end in (min(start + NEAR, due), due) if self._offset(end) != offset), None)
            if change is None:
                return due
            start = self._change(start, change)
            wall = start.astimezone(self.zone).replace(tzinfo=None, fold=0) - SECOND

    def _next_on_the_wall(self, wall: datetime) -> datetime:
        try:
            found: datetime = croniter(self.expression, wall, max_years_between_matches=NEVER_YEARS).get_next(datetime)
        except CroniterError as error:
            raise ScheduleRefused(f"The cron expression {self.expression!r}", "never comes due") from error
        return found

    def _instant(self, wall: datetime) -> datetime:
        """Return when the clock first shows `wall`, or when it jumps over it."""
        due = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if due.astimezone(self.zone).replace(tzinfo=None, fold=0) == wall:
            return due
        return self._change(wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC), due)

    def _change(self, before: datetime, after: datetime) -> datetime:
        """Return the first second of the offset that holds at `after`, another one than at `before`."""
        offset = self._offset(before)
        while after - before > SECOND:
            middle = before + timedelta(seconds=(after - before) // SECOND // 2)
            if self._offset(middle) == offset:
                before = middle
            else:
                after = middle
        return after

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta()


def schedule_of(expression: str, timezone: str = "UTC") -> Schedule:
    """Check an expression of five or six fields (seconds last), or an alias such as @daily, and a time zone's name.

    Raises ScheduleRefused, also for one that never comes due.
    """
    text = " ".join(expression.split())
    what = f"The cron expression {text[:60]!r}"
    if len(text) > LONGEST:
        raise ScheduleRefused(what, f"is longer than {LONGEST} characters")
    if text.startswith("@"):
        text = text.lower()
        if text not in ALIASES:
            raise ScheduleRefused(what, f"is none of {', '.join(ALIASES)}")
    elif len(text.split(" ")) not in FIELDS:
        raise ScheduleRefused(what, f"has {len(text.split())} fields")
    elif AT_RANDOM.search(text):
        raise ScheduleRefused(what, "asks for a time at random, which would be another one each time")
    _check_zone(timezone)
    try:
        croniter(text)
    except (CroniterError, ValueError, KeyError, OverflowError) as error:
        raise ScheduleRefused(what, f"cannot be read ({str(error)[:120].rstrip('.')})") from error
    schedule = Schedule(text, timezone)
    schedule.after(datetime.now(UTC))
    return schedule


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleRefused(f"The time zone {name[:60]!r}", "is not known here") from error
