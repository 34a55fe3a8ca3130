"""Screenings of one movie proposed for screens and days: as many as fit between an earliest and a latest start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import UsageRefused
from cinemactl.programme.anatomy import Anatomy, anatomy, pre_show_minutes, require_runtime, turnaround_minutes
from cinemactl.programme.clock import LocalTimeRefused, SiteClock, clock_time
from cinemactl.programme.plans.asides import no_such_time
from cinemactl.programme.plans.days import opening
from cinemactl.programme.plans.proposals import Proposal
from cinemactl.programme.plans.writing import write_plan
from cinemactl.programme.screening_faults import RuntimeUnknown
from cinemactl.programme.shown import Shown, shown
from cinemactl.programme.tables import SchedulePlan, Screen, Site

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be generated: starts are minutes of the business day, so that 25:30 is 1530; None is by the opening hours.

    With `spacing` there is a start every so many minutes, whatever stands there; without, each comes as soon as the screen
    is clear, around what stands. `stagger` puts each further screen's first start so many minutes later.
    """

    movie: Movie
    site: Site
    screens: Sequence[Screen]
    days: Sequence[date]
    earliest: int | None = None
    latest: int | None = None
    spacing: int | None = None
    stagger: int = 0
    runtime: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """How long the feature is; raises RuntimeUnknown, and ValueRefused for more than a feature has."""
        minutes = self.runtime or self.movie.runtime
        if minutes is None:
            raise RuntimeUnknown(self.movie)
        require_runtime(minutes, self.movie.runtime)
        return minutes


def generate(session: Session, wish: Wish) -> SchedulePlan:
    """Return the plan that shows a movie as often as wished, on the site's start grid; what stands there stays.

    The same wish again changes nothing. Raises RuntimeUnknown, and UsageRefused for times that cannot be met.
    """
    _refuse_impossible(wish)
    aside: list[dict[str, Any]] = []
    standing = _standing(session, wish)
    proposals = []
    windows = opening(session, wish.site, wish.days, earliest=wish.earliest, latest=wish.latest)
    for number, screen in enumerate(wish.screens):
        for day, (opens, closes) in windows.items():
            latest = closes - _minutes_taken(wish, screen) if wish.latest is None else wish.latest
            between = (opens + number * wish.stagger, latest)
            if wish.spacing:
                found = _spaced(wish, screen, day, between, aside)
            else:
                found = _packed(wish, screen, day, between, standing.get(screen.id, []))
            proposals += [_proposal(wish, screen, one) for one in found]
    arguments = {
        "movie": label(wish.movie),
        "site": wish.site.name,
        "screens": [screen.name for screen in wish.screens],
        "days": [day.isoformat() for day in wish.days],
        **{name: clock_time(told) for name in ("earliest", "latest") if (told := getattr(wish, name)) is not None},
        **({"spacing": wish.spacing} if wish.spacing else {}),
    }
    return write_plan(session, "generate", proposals, arguments=arguments, findings=aside)


def _refuse_impossible(wish: Wish) -> None:
    if wish.earliest is not None and wish.latest is not None and wish.latest < wish.earliest:
        raise UsageRefused(
            f"The latest start, {clock_time(wish.latest)}, is before the earliest, {clock_time(wish.earliest)}.",
            "A start after midnight is counted on: 25:30.",
        )
    if len(wish.days) > MOST_DAYS:
        raise UsageRefused(f"These are {len(wish.days)} days.", f"Generate {MOST_DAYS} at once at most.")
    for screen in wish.screens:
        needed = _minutes_taken(wish, screen)
        if wish.spacing and wish.spacing < needed:
            raise UsageRefused(
                f"{label(wish.movie)} takes {screen.name} for {needed} minutes: starts cannot be {wish.spacing} apart.",
                f"Give a --spacing of {needed} or more, or none.",
            )


def _standing(session: Session, wish: Wish) -> dict[int, list[Shown]]:
    """Return what is shown on each of the screens around the days, in order."""
    clock = wish.site.clock
    since, until = clock.day_starts_at(min(wish.days) - DAY), clock.day_starts_at(max(wish.days) + 2 * DAY)
    found: dict[int, list[Shown]] = {}
    for one in shown(session, sites=[wish.site.id], since=since, until=until):
        found.setdefault(one.screen_id, []).append(one)
    return found


def _proposal(wish: Wish, screen: Screen, one: Anatomy) -> Proposal:
    return Proposal(
        screen_id=screen.id,
        movie_id=wish.movie.id,
        starts_at=one.starts_at,
        feature_starts_at=one.feature_starts_at,
        feature_ends_at=one.feature_ends_at,
        clear_at=one.clear_at,
        **wish.details,
    )


def _minutes_taken(wish: Wish, screen: Screen) -> int:
    """Return how long the movie takes a screen, until it is clear for the next."""
    return pre_show_minutes(wish.site, screen) + wish.minutes + turnaround_minutes(wish.site, screen)


def _spaced(
    wish: Wish, screen: Screen, day: date, between: tuple[int, int], aside: list[dict[str, Any]]
) -> Iterator[Anatomy]:
    """Yield a screening every so many minutes by the site's clock, each on the grid."""
    grid = wish.site.start_grid_minutes
    earliest, latest = between
    for minute in range(earliest, latest + 1, wish.spacing or 1):
        on_grid = -(-minute // grid) * grid
        if on_grid > latest:
            return
        try:
            starts_at = wish.site.clock.at(day, on_grid)
        except LocalTimeRefused as refused:
            aside.append(no_such_time(wish.site, screen, label(wish.movie), (day, on_grid), refused))
            continue
        yield anatomy(wish.site, screen, starts_at, wish.minutes)


def _packed(
    wish: Wish, screen: Screen, day: date, between: tuple[int, int], standing: Sequence[Shown]
) -> Iterator[Anatomy]:
    """Yield one screening after the other, each as soon as the screen is clear, around what stands.

    One that stands just where the next would start is that next one, so that the same wish finds its own again.
    """
    clock, grid = wish.site.clock, wish.site.start_grid_minutes
    next_at, latest = (_bound(clock, day, minute) for minute in between)
    while (next_at := _on_grid(clock, grid, next_at)) <= latest:
        one = anatomy(wish.site, screen, next_at, wish.minutes)
        own = next((other for other in standing if _is(other, wish.movie, next_at)), None)
        met = own or next((it for it in standing if it.starts_at < one.clear_at and one.starts_at < it.clear_at), None)
        if met is None or own is not None:
            yield one
        next_at = one.clear_at if met is None else met.clear_at


def _is(other: Shown, movie: Movie, starts_at: datetime) -> bool:
    return other.movie_id == movie.id and other.starts_at == starts_at


def _on_grid(clock: SiteClock, grid: int, moment: datetime) -> datetime:
    """Return the first moment, this one or a later, whose local time is on the start grid."""
    local = clock.local(moment)
    return moment + (-(local.hour * 60 + local.minute) % grid) * MINUTE


def _bound(clock: SiteClock, day: date, minute: int) -> datetime:
    """Return the moment of a time that only bounds others, whatever the clocks do there."""
    return (datetime.combine(day, time()) + minute * MINUTE).replace(tzinfo=clock.zone).astimezone(UTC)
