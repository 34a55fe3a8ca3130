"""Sites and screens as cells of a table: as `export` writes them, and as `import` compares them with what a file says."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.programme.checks.tuning import set_tuning, tunings_of, tunings_told
from cinemactl.programme.opening import hours_at
from cinemactl.programme.opening_words import DayHours, hours_of, written
from cinemactl.programme.place_values import SCREEN_VALUES, SITE_VALUES, WEEKDAYS
from cinemactl.programme.places import SCREEN_ORDER, SITE_ORDER, every_site
from cinemactl.programme.tables import Screen, Site

Cell = str | int | None

SITE_COLUMNS = tuple(name for name in SITE_VALUES if name != "name")
SCREEN_COLUMNS = tuple(name for name in SCREEN_VALUES if name != "name")
SITE_CELLS = ("site", *SITE_COLUMNS, "hours", "checks")
SCREEN_CELLS = ("site", "screen", *SCREEN_COLUMNS)


def site_rows(session: Session) -> Iterator[dict[str, Cell]]:
    """Yield all sites by their names, each as its SITE_CELLS."""
    sites = every_site(session)
    hours = hours_at(session, [site.id for site in sites])
    return (site_cells(site, hours.get(site.id, ())) for site in sites)


def screen_rows(session: Session) -> Iterator[dict[str, Cell]]:
    """Yield all screens by site and name, each as its SCREEN_CELLS and the time zone and country of its site."""
    query = select(Site, Screen).join(Screen, Screen.site_id == Site.id).order_by(*SITE_ORDER, *SCREEN_ORDER)
    for site, screen in session.execute(query):
        yield {**screen_cells(site, screen), "timezone": site.timezone, "country": site.country}


def site_cells(site: Site, hours: Collection[DayHours]) -> dict[str, Cell]:
    """Return a site as its SITE_CELLS."""
    cells = {name: cell_of(name, getattr(site, name)) for name in SITE_COLUMNS}
    return {"site": site.name, **cells, "hours": written(hours) or None, "checks": cell_of("checks", site.checks)}


def screen_cells(site: Site, screen: Screen) -> dict[str, Cell]:
    """Return a screen as its SCREEN_CELLS."""
    cells = {name: cell_of(name, getattr(screen, name)) for name in SCREEN_COLUMNS}
    return {"site": site.name, "screen": screen.name, **cells}


def cell_of(name: str, value: Any) -> Cell:  # noqa: ANN401  (a column's value)
    """Return a column's value as its cell."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if name == "week_starts_on" and value is not None:
        return WEEKDAYS[value]
    if isinstance(value, dict):
        told = ((f"{rule}.{key}", one) for rule, given in tunings_told(value).items() for key, one in given.items())
        return "; ".join(f"{setting}={_plain_value(one)}" for setting, one in sorted(told)) or None
    if isinstance(value, list):
        return written(value) if name == "hours" else "|".join(value)
    return None if value is None else value if isinstance(value, int) else str(value)


def value_of(name: str, cell: Cell, *, of_screen: bool) -> Any:  # noqa: ANN401  (a column's value)
    """Return a cell as its column's value, hours as a list of DayHours; raises ValueRefused."""
    if cell is None:
        return {"hours": [], "checks": {}}.get(name)
    return _parser(name, of_screen=of_screen)(_plain(name, str(cell)))


def _parser(name: str, *, of_screen: bool) -> Callable[[str], Any]:
    if name == "hours":
        return hours_of
    if name == "checks":
        return _tunings
    if name == "site":
        return SITE_VALUES["name"]
    parsers: Mapping[str, Callable[[str], Any]] = SCREEN_VALUES if of_screen else SITE_VALUES
    return parsers["name" if name == "screen" else name]


def _plain(name: str, cell: str) -> str:
    """Return formats or hours that a file has as JSON as they are written elsewhere."""
    if name in {"formats", "hours"} and cell[:1] in {"[", "{"}:
        with suppress(ValueError, RecursionError):
            told = json.loads(cell)
            if name == "hours" and isinstance(told, dict):
                return "; ".join(f"{days} {hours}" for days, hours in told.items())
            if name == "formats" and isinstance(told, list):
                return ",".join(map(str, told))
    return cell


def _tunings(cell: str) -> dict[str, dict[str, Any]]:
    site = Site(checks={})
    if cell.startswith("{"):
        with suppress(ValueError, RecursionError):
            return tunings_of(json.loads(cell))
    for setting in filter(str.strip, cell.split(";")):
        set_tuning(site, setting)
    return site.checks


def _plain_value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
