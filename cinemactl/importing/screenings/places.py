"""Which site and screen each row of a file of screenings is about, and those that are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.errors import UsageRefused
from cinemactl.programme.anatomy import pre_show_minutes, turnaround_minutes
from cinemactl.programme.tables import Screen, Site

# Where nothing says how many seats a new screen has.
ASSUMED_SEATS = 100

NAMED = text("""
    SELECT coalesce(row.site, '') AS site, row.screen, max(row.seats) AS seats, max(row.sold) AS sold,
        array_agg(DISTINCT coalesce(row.format, '2D')) AS formats, fold(coalesce(row.site, '')) AS site_key,
        fold(row.screen) AS screen_key
    FROM staged_screening AS row WHERE row.outcome IS NULL GROUP BY row.site, row.screen ORDER BY min(row.line)
""")
TABLE = text("""
    CREATE TEMPORARY TABLE staged_place (
        site text, screen text, site_id integer, screen_id integer, timezone text, pre_show integer, turnaround integer,
        reason text
    ) ON COMMIT DROP
""")
COPY = "COPY staged_place (site, screen, site_id, screen_id, timezone, pre_show, turnaround, reason) FROM STDIN"
PLACED = text("""
    UPDATE staged_screening AS row SET site_id = place.site_id, screen_id = place.screen_id, timezone = place.timezone,
        outcome = CASE WHEN place.reason IS NOT NULL THEN 'rejected' END, reason = place.reason,
        "column" = CASE WHEN place.reason IS NOT NULL THEN CAST(:column AS text) END
    FROM staged_place AS place
    WHERE place.site = coalesce(row.site, '') AND place.screen = row.screen AND row.outcome IS NULL
""")
UNUSED_SCREENS = text("""
    DELETE FROM screen WHERE id = ANY (CAST(:made AS integer[]))
    AND NOT EXISTS (SELECT FROM proposal WHERE proposal.screen_id = screen.id AND proposal.change = 'added')
    RETURNING id
""")
UNUSED_SITES = text("""
    DELETE FROM site WHERE id = ANY (CAST(:made AS integer[]))
    AND NOT EXISTS (SELECT FROM screen WHERE screen.site_id = site.id) RETURNING id
""")


class TimezoneWanted(UsageRefused):
    """A site is to be made, and nobody said by which clocks it lives."""

    code = "timezone-wanted"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The site {name!r} is new, and nothing says in which time zone it is. Nothing was changed.",
            "Say it with --timezone, such as --timezone Europe/Berlin, and its country with --country.",
        )


@dataclass(slots=True)
class Made:
    """The sites and screens that were made for rows whose own are not known; of the `assumed` nothing told the seats."""

    sites: list[int] = field(default_factory=list)
    screens: list[int] = field(default_factory=list)
    assumed: list[int] = field(default_factory=list)


def match_places(
    session: Session, *, create: bool, timezone: str | None, country: str | None, column: str | None
) -> Made:
    """Give each staged row its screen, or set it aside; return what was made for rows without one.

    A new screen has the seats its rows tell, and shows the formats it is to show. `column` is what the file calls the
    column of screens. The caller holds the lock on places. Raises TimezoneWanted for a new site without one.
    """
    named = session.execute(NAMED).all()
    sites = {site.name_key: site for site in session.scalars(select(Site))}
    screens = {(screen.site_id, screen.name_key): screen for screen in session.scalars(select(Screen))}
    only = next(iter(sites.values())) if len(sites) == 1 else None
    made = Made()
    placed: dict[tuple[str, str], tuple[Site | None, Screen | None]] = {}
    new_sites: dict[str, Site] = {}
    for row in named:
        site = (sites.get(row.site_key) or new_sites.get(row.site_key)) if row.site else only
        if site is None and row.site and create:
            if timezone is None:
                raise TimezoneWanted(row.site)
            site = new_sites[row.site_key] = Site(name=row.site, timezone=timezone, country=country)
        placed[row.site, row.screen] = (site, None)
    session.add_all(new_sites.values())
    session.flush()
    new_screens: dict[tuple[int, str], Screen] = {}
    told: set[tuple[int, str]] = set()
    for row in named:
        site, _ = placed[row.site, row.screen]
        if site is None:
            continue
        key = (site.id, row.screen_key)
        screen = screens.get(key) or new_screens.get(key)
        if screen is None and create:
            seats = row.seats or max(ASSUMED_SEATS, row.sold or 0)
            screen = new_screens[key] = Screen(site_id=site.id, name=row.screen, seats=seats)
        if screen is not None and key in new_screens:
            screen.seats = max(screen.seats, row.seats or 0)
            screen.formats = sorted({*(screen.formats or []), *row.formats})
            told |= {key} if row.seats is not None else set()
        placed[row.site, row.screen] = (site, screen)
    session.add_all(new_screens.values())
    session.flush()
    made.sites, made.screens = ([one.id for one in new.values()] for new in (new_sites, new_screens))
    made.assumed = [screen.id for key, screen in new_screens.items() if key not in told]
    _keep(session, placed)
    session.execute(PLACED, {"column": column})
    return made


def forget_unused_places(session: Session, made: Made) -> None:
    """Remove of what was made the screens on which nothing is to be shown, and the sites without a screen."""
    if not made.screens:
        return
    screens = set(session.scalars(UNUSED_SCREENS, {"made": made.screens}))
    sites = set(session.scalars(UNUSED_SITES, {"made": made.sites}))
    made.sites = [one for one in made.sites if one not in sites]
    made.screens, made.assumed = ([one for one in ids if one not in screens] for ids in (made.screens, made.assumed))


def _keep(session: Session, placed: dict[tuple[str, str], tuple[Site | None, Screen | None]]) -> None:
    session.execute(TABLE)
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in _rows(placed):
            copy.write_row(row)
    session.execute(text("ANALYZE staged_place"))


def _rows(placed: dict[tuple[str, str], tuple[Site | None, Screen | None]]) -> Iterable[tuple[Any, ...]]:
    for (site_name, screen_name), (site, screen) in placed.items():
        if site is None:
            reason = f"There is no site {site_name!r}; --create-missing adds it." if site_name else "It names no site."
            yield (site_name, screen_name, *(None,) * 5, reason)
        elif screen is None:
            reason = f"There is no screen {screen_name!r} at {site.name}; --create-missing adds it."
            yield (site_name, screen_name, *(None,) * 5, reason)
        else:
            minutes = (pre_show_minutes(site, screen), turnaround_minutes(site, screen))
            yield (site_name, screen_name, site.id, screen.id, site.timezone, *minutes, None)
