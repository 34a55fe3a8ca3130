"""A site, its screens and its screenings as checks see them, made without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cinemactl.programme.checks.check import Check, Found
from cinemactl.programme.checks.registry import CHECKS
from cinemactl.programme.checks.site_programme import MovieFacts, SiteProgramme, placed
from cinemactl.programme.checks.tuning import tuning
from cinemactl.programme.shown import Shown
from cinemactl.programme.tables import Screen, Site

FRIDAY = date(2026, 12, 4)
PRE_SHOW = 15
TURNAROUND = 15
MOVIES = {
    1: MovieFacts(1, "Heat", 120, None, None, ("Crime",)),
    2: MovieFacts(2, "Alien", 120, None, None, ("Horror",)),
    3: MovieFacts(3, "Totoro", 90, "FSK", "0", ("Animation", "Family")),
}


def a_site(**given: Any) -> Site:
    """Return a site in Berlin of which no country is known."""
    fields: dict[str, Any] = {
        "id": 1,
        "name": "Rex",
        "timezone": "Europe/Berlin",
        "business_day_cut": time(6),
        "start_grid_minutes": 5,
        "large_screen_seats": 250,
        "checks": {},
    }
    return Site(**fields | given)


def a_screen(number: int, **given: Any) -> Screen:
    """Return a screen of 100 seats that can show 2D."""
    return Screen(**{"id": number, "site_id": 1, "name": f"Screen {number}", "seats": 100, "formats": ["2D"]} | given)


def showing(start: str, screen: int = 1, movie: int = 1, minutes: int = 105, day: date = FRIDAY, **given: Any) -> Shown:
    """Return a screening of that many minutes, pre-show included, at a start such as 20:00 or 25:30 (Berlin, winter)."""
    hours, _, rest = start.partition(":")
    local = datetime.combine(day, time(), UTC) + timedelta(hours=int(hours), minutes=int(rest))
    starts_at = local - timedelta(hours=1)
    ends_at = starts_at + timedelta(minutes=minutes)
    moments = (starts_at, starts_at + timedelta(minutes=min(PRE_SHOW, minutes - 1)), ends_at)
    clear_at = ends_at + timedelta(minutes=given.pop("turnaround", TURNAROUND))
    fields: dict[str, Any] = {"id": None, "site_id": 1, "state": "draft"} | given
    return Shown(screen_id=screen, movie_id=movie, **_moments(*moments, clear_at), **fields)


def _moments(*moments: datetime) -> dict[str, Any]:
    return dict(zip(("starts_at", "feature_starts_at", "feature_ends_at", "clear_at"), moments, strict=True))


def programme(
    shown: Sequence[Shown], *, site: Site | None = None, screens: Sequence[Screen] | None = None, **known: Any
) -> SiteProgramme:
    """Return the programme of a site with screens 1 to 4, unless others are given."""
    site = site or a_site()
    screens = screens or [a_screen(number) for number in (1, 2, 3, 4)]
    found = sorted(shown, key=lambda one: (one.starts_at, one.screen_id))
    return SiteProgramme(
        site=site,
        clock=site.clock,
        screens={screen.id: screen for screen in screens},
        placed=[placed(site.clock, one) for one in found],
        movies=known.pop("movies", MOVIES),
        **known,
    )


def found_by(rule: str, seen: SiteProgramme) -> list[Found]:
    """Return what a check finds, as its site has tuned it."""
    check: Check = CHECKS[rule]
    return list(check.find(seen, tuning(seen.site, check).numbers))
