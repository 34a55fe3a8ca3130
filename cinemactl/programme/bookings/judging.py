"""One judge for each kind of clause: what it wants of a week, what there is, and which screenings break it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cinemactl.programme.bookings.terms import LARGEST, minute_of
from cinemactl.programme.bookings.weeks import SiteWeeks
from cinemactl.programme.clock import clock_time
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking

LISTED_DAYS = 3

Clause = Mapping[str, Any]
Day = tuple[date, Shown]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clause wants, what there is, how far that is off (0 where it is met), and what breaks it."""

    wanted: str
    found: str
    short_by: int = 0
    unit: str = "shows"
    breaking: tuple[Shown, ...] = ()
    judges: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the clause is kept; None where there is nothing to keep, or where that is not known yet."""
        return self.short_by == 0 if self.judges else None


@dataclass(frozen=True)
class BookingWeek:
    """A booking in one cinema week: its days there, the movie's shows on them, and those that were dropped."""

    booking: Booking
    weeks: SiteWeeks
    week: date
    number: int
    other_windows: Sequence[tuple[date, date | None]] = ()
    days: list[date] = field(init=False)
    shows: list[Day] = field(init=False)
    dropped: list[Day] = field(init=False)

    def __post_init__(self) -> None:
        """Part what the movie has that week into what is held and what was cancelled."""
        within = [day for day in self.weeks.days(self.week) if _in(day, self.booking.starts_on, self.booking.ends_on)]
        days = set(within)
        of_movie = self.weeks.of_movie(self.week, self.booking.movie_id)
        object.__setattr__(self, "days", within)
        object.__setattr__(self, "shows", [one for one in of_movie if one[0] in days and is_held(one[1])])
        object.__setattr__(self, "dropped", [one for one in of_movie if one[0] in days and not is_held(one[1])])

    def minute(self, shown: Shown) -> int:
        """Return the minute of its business day a screening starts at."""
        return self.weeks.clock.minute(shown.starts_at)

    def screens(self, clause: Clause) -> set[int] | None:
        """Return the ids of the screens a clause names, None when it names none."""
        if clause.get("screen") == LARGEST:
            return self.weeks.largest()
        return {clause["screen_id"]} if "screen_id" in clause else None

    def names(self, screens: Iterable[int]) -> str:
        """Return the names of screens; one that is gone is told by its id."""
        known = self.weeks.screens
        return " or ".join(known[one].name if one in known else f"id:{one}" for one in sorted(screens))


def is_held(shown: Shown) -> bool:
    """Whether a screening takes place, as far as is known."""
    return shown.state != "cancelled"


def judge_window(seen: BookingWeek) -> Verdict:
    """Judge the window of dates itself: no show before or after it, unless by the right of another booking."""
    booking = seen.booking
    windows = [(booking.starts_on, booking.ends_on), *seen.other_windows]
    breaking = [
        one
        for day, one in seen.weeks.of_movie(seen.week, booking.movie_id)
        if is_held(one) and not any(_in(day, start, end) for start, end in windows)
    ]
    until = f" to {booking.ends_on}" if booking.ends_on else " on"
    found = f"{_count(len(breaking), 'show')} outside" if breaking else "no show outside"
    return Verdict(f"shows from {booking.starts_on}{until} alone", found, len(breaking), breaking=tuple(breaking))


def judge_minimum_weeks(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge whether the movie is shown at all in a week that is one of its minimum; only the last of them keeps the clause."""
    wanted, found = _count(clause["weeks"], "week"), f"shown in week {seen.number}"
    if seen.shows:
        return Verdict(wanted, found, unit="weeks", judges=seen.number == clause["weeks"])
    return _dropping(seen, Verdict(wanted, f"not {found}", clause["weeks"] - seen.number + 1, "weeks"))


def judge_shows_a_day(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge a minimum or an exact number of shows a day."""
    if "minimum" in clause:
        return _at_least(seen, clause["minimum"], seen.shows, "show")
    exactly = clause["exactly"]
    counts = Counter(day for day, _ in seen.shows)
    off = {day: counts[day] for day in seen.days if counts[day] != exactly}
    too_many = tuple(one for day, one in seen.shows if counts[day] > exactly)
    verdict = Verdict(
        f"exactly {_count(exactly, 'show')} a day",
        _by_day(off) or f"{exactly} each day",
        sum(abs(exactly - count) for count in off.values()),
        breaking=too_many,
    )
    return _dropping(seen, verdict, {day for day, count in off.items() if count < exactly})


def judge_matinees(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge a minimum of shows that start before a time of the day."""
    before = minute_of(clause["before"])
    shows = [one for one in seen.shows if seen.minute(one[1]) < before]
    return _at_least(seen, clause["minimum"], shows, "matinee", per=clause["per"], how=f" before {clause['before']}")


def judge_evenings(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge a minimum of shows that start at a time of the day or later."""
    since = minute_of(clause["from"])
    shows = [one for one in seen.shows if seen.minute(one[1]) >= since]
    return _at_least(seen, clause["minimum"], shows, "evening", per=clause["per"], how=f" from {clause['from']} on")


def judge_time_window(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge that every show starts within a window of time; how far off is the farthest one, in minutes."""
    first, last = minute_of(clause["from"]), minute_of(clause["until"])
    off = [(max(first - at, at - last), one) for _, one in seen.shows if not first <= (at := seen.minute(one)) <= last]
    told = ", ".join(clock_time(seen.minute(one)) for _, one in off[:LISTED_DAYS])
    return Verdict(
        f"starts from {clause['from']} to {clause['until']}",
        f"{_count(len(off), 'start')} outside ({told}{', …' if len(off) > LISTED_DAYS else ''})"
        if off
        else "all within",
        max((minutes for minutes, _ in off), default=0),
        "minutes",
        tuple(one for _, one in off),
    )


def judge_times(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge that each day has a show at each of several times."""
    starts = {(day, seen.minute(one)) for day, one in seen.shows}
    missing = {day: [time for time in clause["times"] if (day, minute_of(time)) not in starts] for day in seen.days}
    missing = {day: times for day, times in missing.items() if times}
    told = _listed(f"none at {' or '.join(times)} on {day:%a %d %b}" for day, times in missing.items())
    verdict = Verdict(
        f"a show at {', '.join(clause['times'])} each day", told or "all there", sum(map(len, missing.values()))
    )
    return _dropping(seen, verdict, set(missing))


def judge_screen(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge that the movie is shown on a named screen or on the largest: so often a day, or there only."""
    screens = seen.screens(clause) or set()
    name = seen.names(screens)
    elsewhere = [one for one in seen.shows if one[1].screen_id not in screens]
    if clause.get("only"):
        found = f"{_count(len(elsewhere), 'show')} elsewhere" if elsewhere else "all there"
        return Verdict(f"every show on {name}", found, len(elsewhere), breaking=tuple(one for _, one in elsewhere))
    there = [one for one in seen.shows if one[1].screen_id in screens]
    verdict = _at_least(seen, clause.get("minimum", 1), there, "show", how=f" on {name}")
    counts = Counter(day for day, _ in there)
    short = {day for day in seen.days if counts[day] < clause.get("minimum", 1)}
    further = tuple(one for day, one in elsewhere if day in short)
    return Verdict(verdict.wanted, verdict.found, verdict.short_by, verdict.unit, (*further, *verdict.breaking))


def judge_exclusive_screen(seen: BookingWeek, clause: Clause) -> Verdict:
    """Judge that the movie's screen is not split: nothing else is shown on it on the booking's days.

    Its screen is the one named, else the one with most of its shows that week.
    """
    counts = Counter(one.screen_id for _, one in seen.shows)
    named = seen.screens(clause)
    candidates = set(counts) if named is None else named & set(counts)
    if not candidates:
        where = f" on {seen.names(named)}" if named else ""
        return _dropping(seen, Verdict(f"a screen of its own{where}", f"no show{where}", 1, "screens"))
    screen = max(candidates, key=lambda one: (counts[one], -one))
    days = set(seen.days)
    guests = [
        one
        for day, one in seen.weeks.on_screen(seen.week, screen)
        if day in days and one.movie_id != seen.booking.movie_id and is_held(one)
    ]
    found = f"{_count(len(guests), 'show')} of other movies there" if guests else "nothing else there"
    return Verdict(f"{seen.names({screen})} to itself", found, len(guests), breaking=tuple(guests))


def judge_every_day(seen: BookingWeek, _clause: Clause) -> Verdict:
    """Judge every show every day: the movie is shown on each day, and no show the public was told of is dropped."""
    shown = {day for day, _ in seen.shows}
    without = [day for day in seen.days if day not in shown]
    told = [f"no show on {day:%a %d %b}" for day in without]
    dropped = tuple(one for _, one in seen.dropped)
    told += [f"{_count(len(dropped), 'show')} dropped"] if dropped else []
    in_all = len(dropped) + len([day for day in without if day not in {day for day, _ in seen.dropped}])
    return Verdict("every show every day", _listed(told) or "all held", in_all, breaking=dropped)


def judge_share(seen: BookingWeek, clause: Clause) -> Verdict:
    """Say the distributor's share of a week's box office; the last percentage goes on."""
    percent = share_of(clause, seen.number)
    return Verdict(f"{percent:g} % of the box office", f"week {seen.number}", unit="percent", judges=False)


def share_of(clause: Clause, number: int) -> float:
    """Return the distributor's percentage of the box office in a week of a run; the last one given goes on."""
    return float(clause["percent"][min(number, len(clause["percent"])) - 1])


JUDGES: dict[str, Callable[[BookingWeek, Clause], Verdict]] = {
    "minimum-weeks": judge_minimum_weeks,
    "shows-a-day": judge_shows_a_day,
    "matinees": judge_matinees,
    "evenings": judge_evenings,
    "time-window": judge_time_window,
    "times": judge_times,
    "screen": judge_screen,
    "exclusive-screen": judge_exclusive_screen,
    "every-show-every-day": judge_every_day,
    "share": judge_share,
}


def _at_least(
    seen: BookingWeek, least: int, shows: Sequence[Day], what: str, *, per: str = "day", how: str = ""
) -> Verdict:
    wanted = f"{_count(least, what)} a {per}{how}"
    if per == "week":
        short = max(least - len(shows), 0)
        return _dropping(seen, Verdict(wanted, f"{len(shows)} in the week", short, f"{what}s"))
    counts = Counter(day for day, _ in shows)
    short_days = {day: counts[day] for day in seen.days if counts[day] < least}
    short = sum(least - count for count in short_days.values())
    found = _by_day(short_days) or "enough each day"
    return _dropping(seen, Verdict(wanted, found, short, f"{what}s"), set(short_days))


def _dropping(seen: BookingWeek, verdict: Verdict, days: set[date] | None = None) -> Verdict:
    """Add the dropped shows of the days that fall short to what breaks a clause."""
    if not verdict.short_by or not seen.dropped:
        return verdict
    dropped = tuple(one for day, one in seen.dropped if days is None or day in days)
    return Verdict(verdict.wanted, verdict.found, verdict.short_by, verdict.unit, (*verdict.breaking, *dropped))


def _in(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day <= end)


def _by_day(counts: Mapping[date, int]) -> str:
    return _listed(f"{count} on {day:%a %d %b}" for day, count in counts.items())


def _listed(told: Iterable[str]) -> str:
    lines = list(told)
    more = len(lines) - LISTED_DAYS
    return ", ".join(lines[:LISTED_DAYS]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
