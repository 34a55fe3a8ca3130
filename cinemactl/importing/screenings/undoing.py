"""Taking an import of screenings back: the plan, and the movies, screens and sites that were made for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_catalogue
from cinemactl.catalogue.references import referred_among
from cinemactl.catalogue.tables import Movie
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.taking_back import TouchedSince, take_import_back
from cinemactl.programme.locks import lock_places
from cinemactl.programme.plans.undoing import take_back
from cinemactl.programme.tables import Booking, KeyWindow, SchedulePlan, Screen, Screening, Site

MADE_MOVIES = "SELECT id FROM made_movie"


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of screenings did; return how many of each thing were removed or restored.

    Raises NotApplied, ImportPurged, EditedSince and SeatsSold as a plan does, TouchedSince when a movie, screen or site it made
    is used by something else.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session = context.session
    lock_catalogue(session)
    lock_places(session)
    plan = session.scalars(select(SchedulePlan).where(SchedulePlan.import_id == found.id)).one()
    made = {name: list(plan.arguments.get(name) or []) for name in ("sites", "screens", "movies")}
    take_back(session, plan)
    if used := [*_used_places(session, made["sites"], made["screens"]), *_used_movies(session, made["movies"])]:
        raise TouchedSince(found.id, "what it made is used", used, "things")
    for table, numbers in ((Screen, made["screens"]), (Site, made["sites"]), (Movie, made["movies"])):
        session.execute(delete(table).where(table.id.in_(numbers)), execution_options={"synchronize_session": False})
    removed = {f"removed_{name}": len(numbers) for name, numbers in made.items()}
    return {"removed": found.created, "restored": found.updated, **removed}


def _used_places(session: Session, sites: list[int], screens: list[int]) -> list[str]:
    """Return the made sites and screens on which anything else depends."""
    on_screens = select(Screen.name).where(
        Screen.id.in_(screens),
        select(Screening.id).where(Screening.screen_id == Screen.id).exists()
        | select(KeyWindow.id).where(KeyWindow.screen_id == Screen.id).exists(),
    )
    at_sites = select(Site.name).where(
        Site.id.in_(sites),
        select(Screen.id).where(Screen.site_id == Site.id, Screen.id.not_in(screens)).exists()
        | select(Booking.id).where(Booking.site_id == Site.id).exists(),
    )
    return [f"screen {name}" for name in session.scalars(on_screens)] + [
        f"site {name}" for name in session.scalars(at_sites)
    ]


def _used_movies(session: Session, movies: list[int]) -> list[str]:
    session.execute(text("DROP TABLE IF EXISTS pg_temp.made_movie"))
    session.execute(
        text("CREATE TEMPORARY TABLE made_movie ON COMMIT DROP AS SELECT unnest(CAST(:ids AS bigint[])) AS id"),
        {"ids": movies},
    )
    return [f"movie {movie_id} has {label}" for movie_id, label in referred_among(session, MADE_MOVIES)]
