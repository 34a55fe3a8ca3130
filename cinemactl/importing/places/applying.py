"""Writing the plan of an import of sites or screens, and keeping it row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cinemactl.importing.places.planning import Known
from cinemactl.importing.places.rows import PlaceRow
from cinemactl.importing.tables import ImportRow
from cinemactl.programme.opening import set_hours
from cinemactl.programme.place_cells import Cell, value_of
from cinemactl.programme.tables import Screen, Site

NEW_SITE = "new_site_id"


def apply_plan(
    session: Session, noun: str, rows: Sequence[PlaceRow], here: Known, now: datetime
) -> dict[int, dict[str, Any]]:
    """Write what is to be created and changed; return, by line, what an undo needs of each row.

    That is the `id` of the site or screen, its former `updated_at` where it was here, and the `new_site_id` of a site
    that was made for a screen.
    """
    if noun == "site":
        return _apply_sites(session, rows, here, now)
    return _apply_screens(session, rows, here, now)


def keep_plan(session: Session, import_id: int, rows: Sequence[PlaceRow], former: dict[int, dict[str, Any]]) -> None:
    """Keep the plan row by row."""
    told = [
        {
            "import_id": import_id,
            "line": row.line,
            "outcome": row.outcome,
            "changes": row.changes or None,
            "former": former.get(row.line),
            "column": row.column,
            "reason": row.reason,
        }
        for row in rows
    ]
    session.execute(insert(ImportRow), told)


def columns_of(noun: str, cells: dict[str, Cell]) -> dict[str, Any]:
    """Return cells as columns of their table, without the hours."""
    own = "screen" if noun == "screen" else "site"
    return {
        "name" if name == own else name: value_of(name, cell, of_screen=noun == "screen")
        for name, cell in cells.items()
        if name != "hours" and (name == own or name not in {"site", "screen"})
    }


def _apply_sites(session: Session, rows: Sequence[PlaceRow], here: Known, now: datetime) -> dict[int, dict[str, Any]]:
    sites = {site.id: site for site, _ in here.sites.values()}
    former: dict[int, dict[str, Any]] = {}
    written: list[tuple[PlaceRow, Site]] = []
    for row in rows:
        if row.outcome == "created":
            site = Site(**columns_of("site", row.said))
            session.add(site)
            written.append((row, site))
        elif row.outcome == "updated":
            site = sites[row.id or 0]
            former[row.line] = {"updated_at": site.updated_at.isoformat()}
            _change(site, columns_of("site", {name: cells[1] for name, cells in (row.changes or {}).items()}), now)
            written.append((row, site))
    session.flush()
    for row, site in written:
        if "hours" in row.said:
            session.refresh(site, ["business_day_cut"])
            set_hours(session, site, value_of("hours", row.said["hours"], of_screen=False), clear=True)
        former.setdefault(row.line, {})["id"] = site.id
    return former


def _apply_screens(session: Session, rows: Sequence[PlaceRow], here: Known, now: datetime) -> dict[int, dict[str, Any]]:
    screens = {screen.id: screen for screen, _ in here.screens.values()}
    former: dict[int, dict[str, Any]] = {}
    sites = _new_sites(session, rows, here)
    site_ids = {key: site.id for (key,), (site, _) in here.sites.items()} | {
        key: site.id for key, (site, _) in sites.items()
    }
    written: list[tuple[PlaceRow, Screen]] = []
    for row in rows:
        if row.outcome == "created":
            screen = Screen(site_id=site_ids[here.folded[str(row.said["site"])]], **columns_of("screen", row.said))
            session.add(screen)
            written.append((row, screen))
        elif row.outcome == "updated":
            screen = screens[row.id or 0]
            former[row.line] = {"updated_at": screen.updated_at.isoformat()}
            _change(screen, columns_of("screen", {name: cells[1] for name, cells in (row.changes or {}).items()}), now)
            written.append((row, screen))
    session.flush()
    for row, screen in written:
        former.setdefault(row.line, {})["id"] = screen.id
    for site, line in sites.values():
        former[line][NEW_SITE] = site.id
    return former


def _new_sites(session: Session, rows: Sequence[PlaceRow], here: Known) -> dict[str, tuple[Site, int]]:
    """Make the sites that screens are the first of, and return them with those screens' lines by the keys of their names."""
    made: dict[str, tuple[Site, int]] = {}
    for row in rows:
        key = here.folded[str(row.said["site"])] if row.outcome == "created" else ""
        if row.outcome == "created" and (key,) not in here.sites and key not in made:
            site = Site(**columns_of("site", {"site": row.said["site"], **row.of_site}))
            session.add(site)
            made[key] = (site, row.line)
    session.flush()
    return made


def _change(place: Site | Screen, columns: dict[str, Any], now: datetime) -> None:
    for name, value in columns.items():
        setattr(place, name, value)
    place.updated_at = now
