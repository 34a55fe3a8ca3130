"""The screenings of one site by business day and cinema week: read once, asked by every booking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from cinemactl.programme.clock import DAY, DAYS_A_WEEK, SiteClock
from cinemactl.programme.opening import hours_at, hours_on
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Screen, Site

NEVER: Sequence[tuple[date, Shown]] = ()


@dataclass(frozen=True)
class SiteWeeks:
    """What a site shows, screening by screening with its business day, by cinema week and movie or screen.

    `weeks` are the first days of the weeks in which it shows anything, in order; `closed` the days it is closed.
    """

    site: Site
    clock: SiteClock
    screens: Mapping[int, Screen]
    weeks: Sequence[date]
    closed: Collection[date] = frozenset()
    _by_movie: Mapping[tuple[date, int], Sequence[tuple[date, Shown]]] = field(default_factory=dict)
    _by_screen: Mapping[tuple[date, int], Sequence[tuple[date, Shown]]] = field(default_factory=dict)

    def of_movie(self, week: date, movie_id: int) -> Sequence[tuple[date, Shown]]:
        """Return the screenings of a movie in a week, each with its business day."""
        return self._by_movie.get((week, movie_id), NEVER)

    def on_screen(self, week: date, screen_id: int) -> Sequence[tuple[date, Shown]]:
        """Return the screenings on a screen in a week, each with its business day."""
        return self._by_screen.get((week, screen_id), NEVER)

    def largest(self) -> set[int]:
        """Return the ids of the screens with the most seats."""
        most = max((screen.seats for screen in self.screens.values()), default=0)
        return {screen.id for screen in self.screens.values() if screen.seats == most}

    def days(self, week: date) -> Iterator[date]:
        """Yield the business days of a week on which the site is open."""
        for number in range(DAYS_A_WEEK):
            if (day := week + number * DAY) not in self.closed:
                yield day


def site_weeks(
    site: Site, screens: Iterable[Screen], shown: Iterable[Shown], *, closed: Collection[date] = frozenset()
) -> SiteWeeks:
    """Return a site's screenings by week, standing or only planned; those of other sites are passed over.

    Cancelled ones may be among them: they count only as dropped shows.
    """
    clock = site.clock
    by_movie: dict[tuple[date, int], list[tuple[date, Shown]]] = defaultdict(list)
    by_screen: dict[tuple[date, int], list[tuple[date, Shown]]] = defaultdict(list)
    weeks = set()
    for one in shown:
        if one.site_id != site.id:
            continue
        day = clock.business_day(one.starts_at)
        week = clock.cinema_week(day)
        weeks.add(week)
        by_movie[week, one.movie_id].append((day, one))
        by_screen[week, one.screen_id].append((day, one))
    return SiteWeeks(
        site, clock, {screen.id: screen for screen in screens}, sorted(weeks), closed, dict(by_movie), dict(by_screen)
    )


def closed_days(session: Session, site: Site, first: date, end: date) -> frozenset[date]:
    """Return the business days from `first` to before `end` on which a site is closed all day."""
    hours = hours_at(session, [site.id]).get(site.id, [])
    days = (first + number * DAY for number in range((end - first).days))
    return frozenset(day for day in days if (found := hours_on(hours, day)) and found.opens is None)
