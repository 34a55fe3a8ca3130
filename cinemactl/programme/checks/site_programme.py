"""The screenings of one site with all that checks want to know of them, at hand without another query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

from cinemactl.programme.clock import SiteClock, told, told_beside
from cinemactl.programme.grid import last_minute, next_start
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Booking, OpeningHours, Screen, Site

Group = TypeVar("Group", bound=Hashable)


class MovieFacts(NamedTuple):
    """What checks want to know of a movie; `runtime` is in minutes."""

    id: int
    title: str
    runtime: int | None
    certificate_system: str | None
    certificate: str | None
    genres: Sequence[str]


class Key(NamedTuple):
    """The window of a key (KDM), in UTC; `screen_id` None is any screen of the site."""

    screen_id: int | None
    valid_from: datetime
    valid_until: datetime


class Placed(NamedTuple):
    """A screening in its business day: `starts`, `ends` and `clear` are minutes after the day's midnight, local time."""

    shown: Shown
    day: date
    starts: int
    ends: int
    clear: int


@dataclass(frozen=True)
class SiteProgramme:
    """A site, its screenings in the order of their starts (none cancelled), and what is known of screens and movies.

    `bookings` and `keys` go by movie. A site that `keeps_bookings` has at least one, of whatever movie.
    """

    site: Site
    clock: SiteClock
    screens: Mapping[int, Screen]
    placed: Sequence[Placed]
    movies: Mapping[int, MovieFacts]
    hours: Sequence[OpeningHours] = ()
    bookings: Mapping[int, Sequence[Booking]] = field(default_factory=dict)
    keeps_bookings: bool = False
    keys: Mapping[int, Sequence[Key]] = field(default_factory=dict)

    @cached_property
    def by_screen(self) -> Mapping[int, Sequence[Placed]]:
        """The screenings of each screen that has any."""
        return grouped(self.placed, lambda one: one.shown.screen_id)

    @cached_property
    def by_movie(self) -> Mapping[int, Sequence[Placed]]:
        """The screenings of each movie."""
        return grouped(self.placed, lambda one: one.shown.movie_id)

    @cached_property
    def by_day(self) -> Mapping[date, Sequence[Placed]]:
        """The screenings of each business day that has any."""
        return grouped(self.placed, lambda one: one.day)

    @cached_property
    def by_lobby(self) -> Mapping[str, Sequence[Placed]]:
        """The screenings of each lobby; screens that name none share one, which has the empty name."""
        lobbies = {screen.id: screen.lobby or "" for screen in self.screens.values()}
        return grouped(self.placed, lambda one: lobbies[one.shown.screen_id])

    @cached_property
    def week_of(self) -> Mapping[date, date]:
        """The first day of the cinema week of each business day that has any screening."""
        return {day: self.clock.cinema_week(day) for day in self.by_day}

    def opening(self, day: date) -> OpeningHours | None:
        """Return the opening hours of a business day, those of its date before those of its weekday; None: not known."""
        return self._hours_by_date.get(day) or self._hours_by_weekday.get(day.weekday())

    def title(self, one: Placed) -> str:
        """Return the title of what is shown."""
        return self.movies[one.shown.movie_id].title

    def screen(self, one: Placed) -> Screen:
        """Return the screen it is shown on."""
        return self.screens[one.shown.screen_id]

    def label(self, one: Placed) -> str:
        """Return what a message calls a screening: movie, screen and local start."""
        return f"{self.title(one)} ({self.screen(one).name}, {self.when(one.shown.starts_at)})"

    def when(self, moment: datetime) -> str:
        """Return a moment as a message tells it, in local time: Fri 2026-12-04 20:15."""
        return told(self.clock.local(moment))

    def time(self, moment: datetime, beside: Placed) -> str:
        """Return the local time of a moment as it is told beside a screening: 20:15, or Sat 01:30 when that starts on Friday."""
        return told_beside(self.clock.local(moment), self.clock.local(beside.shown.starts_at).date())

    def minute(self, minute: int, beside: Placed) -> str:
        """Return the same of a minute of the business day of a screening."""
        local = datetime.combine(beside.day, time()) + timedelta(minutes=minute)
        return told_beside(local, self.clock.local(beside.shown.starts_at).date())

    def later(self, moment: datetime) -> str:
        """Return what starts a screening at a moment or after it, on the site's grid: Start it at ... or later."""
        return f"Start it at {self.when(next_start(self.site, moment))} or later"

    def earlier(self, minute: int, beside: Placed, *, least: int | None = None) -> str | None:
        """Return what starts a screening by a minute of its business day, on the site's grid: Start it at ... or earlier.

        None where that would be before the minute `least`, or else before the day begins.
        """
        start = last_minute(self.site, minute)
        begins = self.clock.cut.hour * 60 + self.clock.cut.minute
        return (
            None
            if start < (begins if least is None else least)
            else f"Start it at {self.minute(start, beside)} or earlier"
        )

    @cached_property
    def _hours_by_date(self) -> Mapping[date, OpeningHours]:
        return {hours.on_date: hours for hours in self.hours if hours.on_date is not None}

    @cached_property
    def _hours_by_weekday(self) -> Mapping[int, OpeningHours]:
        return {hours.weekday: hours for hours in self.hours if hours.weekday is not None}


def placed(clock: SiteClock, shown: Shown) -> Placed:
    """Return a screening in its business day."""
    day = clock.business_day(shown.starts_at)
    minutes = (clock.minute_of(day, moment) for moment in (shown.starts_at, shown.feature_ends_at, shown.clear_at))
    return Placed(shown, day, *minutes)


def grouped(items: Iterable[Placed], key: Callable[[Placed], Group]) -> Mapping[Group, Sequence[Placed]]:
    """Return screenings by a key, each group in the order they came."""
    groups: defaultdict[Group, list[Placed]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
