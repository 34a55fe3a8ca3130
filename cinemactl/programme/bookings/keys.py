"""Key windows: when a key (KDM) opens a movie on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound, UsageRefused
from cinemactl.programme.tables import KeyWindow, Screen, Site

LARGEST_ID = 2**31 - 1


class KeyNotFound(NotFound):
    """No key window has that id."""

    code = "key-not-found"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no key window {number}.", "See `cinemactl booking key list`.")


def moment(site: Site, text: str) -> datetime:
    """Return the moment, in UTC, of `2026-12-03T06:00:00Z` or of a local time of the site without offset.

    Raises UsageRefused, or LocalTimeRefused for a time that clocks leap over or pass twice.
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return site.clock.instant(found) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageRefused(
            f"{text[:100]!r} is no moment.", "Write it as 2026-12-03 06:00, or as 2026-12-03T06:00:00Z."
        ) from error


def add_key(
    session: Session, movie: Movie, site: Site, screen: Screen | None, window: tuple[datetime, datetime]
) -> KeyWindow:
    """Note from when until when a key opens a movie on a screen, or on all of the site; the same one twice is one.

    Raises UsageRefused for a window that ends before it begins.
    """
    valid_from, valid_until = window
    if valid_until <= valid_from:
        raise UsageRefused(
            "A key's window cannot end before it begins.", "Give a later --valid-until, or an earlier --valid-from."
        )
    said = {
        "movie_id": movie.id,
        "site_id": site.id,
        "screen_id": screen.id if screen else None,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    key = session.scalars(select(KeyWindow).filter_by(**said).limit(1)).one_or_none()
    if key is None:
        key = KeyWindow(**said)
        session.add(key)
        session.flush()
    return key


def remove_key(session: Session, number: int) -> None:
    """Remove a key window; raises KeyNotFound."""
    key = session.get(KeyWindow, number) if number <= LARGEST_ID else None
    if key is None:
        raise KeyNotFound(number)
    session.delete(key)
    session.flush()


def key_document(session: Session, number: int) -> dict[str, Any]:
    """Return what is shown of a key window, as `list_keys` has it; raises KeyNotFound."""
    found = next(list_keys(session, number=number), None) if number <= LARGEST_ID else None
    if found is None:
        raise KeyNotFound(number)
    return found


def list_keys(
    session: Session, *, site: Site | None = None, movie: Movie | None = None, number: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield key windows by site, movie and beginning: id, movie_id, title, site, screen, valid_from, valid_until."""
    query = (
        select(KeyWindow, Movie.title, Site, Screen.name)
        .join(Movie, Movie.id == KeyWindow.movie_id)
        .join(Site, Site.id == KeyWindow.site_id)
        .outerjoin(Screen, Screen.id == KeyWindow.screen_id)
    )
    if site is not None:
        query = query.where(KeyWindow.site_id == site.id)
    if movie is not None:
        query = query.where(KeyWindow.movie_id == movie.id)
    if number is not None:
        query = query.where(KeyWindow.id == number)
    for key, title, of_site, screen in session.execute(
        query.order_by(Site.name_key, Movie.title_key, KeyWindow.valid_from, KeyWindow.id)
    ):
        yield {
            "id": key.id,
            "movie_id": key.movie_id,
            "title": title,
            "site": of_site.name,
            "screen": screen,
            "valid_from": of_site.clock.local(key.valid_from),
            "valid_until": of_site.clock.local(key.valid_until),
        }
