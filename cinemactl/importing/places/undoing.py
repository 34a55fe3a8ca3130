"""Taking an import of sites or screens back: those it created go, those it changed are as they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from cinemactl.importing.places.applying import NEW_SITE, columns_of
from cinemactl.importing.report import plan_rows
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import, ImportRow
from cinemactl.importing.taking_back import TouchedSince, take_import_back
from cinemactl.programme.locks import lock_places
from cinemactl.programme.opening import set_hours
from cinemactl.programme.place_cells import value_of
from cinemactl.programme.tables import Booking, KeyWindow, Screen, Screening, Site

WRITTEN = ("created", "updated")


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of sites or screens did; return how many were removed and restored.

    Raises NotApplied, ImportPurged, or TouchedSince when one of them was changed, removed or used later.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session = context.session
    lock_places(session)
    rows = [row for row in plan_rows(session, found, WRITTEN) if row.former]
    places = _untouched(session, found, rows)
    for row in rows:
        if row.outcome == "updated":
            _restore(session, found.noun, places[_id(row)], row)
    session.flush()
    created = [_id(row) for row in rows if row.outcome == "created"]
    if found.noun == "screen":
        session.execute(delete(Screen).where(Screen.id.in_(created)))
    else:
        session.execute(delete(Site).where(Site.id.in_(created)))
    sites = _new_sites(rows)
    session.execute(delete(Site).where(Site.id.in_(sites)))
    counts = {"removed": len(created), "restored": len(rows) - len(created)}
    return {**counts, "removed_sites": len(sites)} if found.noun == "screen" else counts


def _untouched(session: Session, found: Import, rows: list[ImportRow]) -> dict[int, Any]:
    """Return the places that rows wrote, by id; raises TouchedSince."""
    ids = [_id(row) for row in rows]
    screens, sites_too = select(Screen).where(Screen.id.in_(ids)), select(Site).where(Site.id.in_(ids))
    places: dict[int, Any] = {one.id: one for one in session.scalars(screens if found.noun == "screen" else sites_too)}
    created = [_id(row) for row in rows if row.outcome == "created"]
    sites = _new_sites(rows)
    used = set(session.scalars(_used_screens(created) if found.noun == "screen" else _used_sites(created, [])))
    touched = [
        _name(row)
        for row in rows
        if _id(row) in used or _id(row) not in places or places[_id(row)].updated_at != found.applied_at
    ]
    changed = select(Site.name).where(Site.id.in_(sites), Site.updated_at != found.applied_at)
    touched += session.scalars(changed).all()
    used_sites = session.scalars(_used_sites(sites, created)).all() if sites else []
    touched += session.scalars(select(Site.name).where(Site.id.in_(used_sites))).all()
    if touched:
        raise TouchedSince(found.id, "what it wrote was changed, removed or used", touched, "places")
    return places


def _used_screens(screens: list[int]) -> Any:  # noqa: ANN401  (a statement)
    shown = exists().where(Screening.screen_id == Screen.id)
    keys = exists().where(KeyWindow.screen_id == Screen.id)
    return select(Screen.id).where(Screen.id.in_(screens), or_(shown, keys))


def _used_sites(sites: list[int], screens: list[int]) -> Any:  # noqa: ANN401  (a statement)
    """Select those sites that have more than those screens."""
    others = exists().where(Screen.site_id == Site.id, Screen.id.not_in(screens))
    booked = exists().where(Booking.site_id == Site.id)
    return select(Site.id).where(Site.id.in_(sites), or_(others, booked))


def _restore(session: Session, noun: str, place: Any, row: ImportRow) -> None:  # noqa: ANN401  (a site or a screen)
    before: dict[str, Any] = {name: cells[0] for name, cells in (row.changes or {}).items()}  # type: ignore[index]  # lists of two
    if "hours" in before:
        set_hours(session, place, value_of("hours", before.pop("hours"), of_screen=False), clear=True)
    for name, value in columns_of(noun, before).items():
        setattr(place, name, value)
    place.updated_at = datetime.fromisoformat(str((row.former or {})["updated_at"]))


def _id(row: ImportRow) -> int:
    return int(str((row.former or {})["id"]))


def _new_sites(rows: list[ImportRow]) -> list[int]:
    return [int(str(row.former[NEW_SITE])) for row in rows if row.former and NEW_SITE in row.former]


def _name(row: ImportRow) -> str:
    told = row.changes or {}
    named = [str(cells[1]) for name in ("site", "screen") if isinstance(cells := told.get(name), list)]
    return "/".join(named) or f"line {row.line}"
