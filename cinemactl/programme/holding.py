"""Who may change what is shown on a screen: one at a time on each, and nobody waits for somebody who waits for them.

Everybody holds the catalogue (shared), then screens, then movies, then screenings, and several of a kind by their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

import psycopg
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import MovieNotFound
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.catalogue.tables import Movie
from cinemactl.errors import NotFound
from cinemactl.programme.tables import Screen

ATTEMPTS = 5
# Half a hundred at one screen are a queue and no fault; it ends before a statement may take no longer.
QUEUE_SECONDS = 50

Kept = TypeVar("Kept")


class ScreenGone(NotFound):
    """Somebody removed the screen meanwhile."""

    code = "screen-not-found"

    def __init__(self) -> None:
        super().__init__("The screen was removed at this moment: nothing was changed.", "See `cinemactl screen list`.")


def hold(session: Session, screens: Collection[int], movies: Collection[int]) -> None:
    """Hold these screens, as they are at this moment, and these movies off their removal, until the transaction ends.

    Raises ScreenGone and MovieNotFound for what somebody removed meanwhile.
    """
    session.execute(select(func.set_config("lock_timeout", f"{QUEUE_SECONDS}s", True)))  # noqa: FBT003  (SQL's own)
    share_catalogue(session)
    on = select(Screen).where(Screen.id.in_(screens)).order_by(Screen.id).with_for_update(key_share=True)
    if len(session.scalars(on.execution_options(populate_existing=True)).all()) < len(set(screens)):
        raise ScreenGone
    of = select(Movie.id).where(Movie.id.in_(movies)).order_by(Movie.id).with_for_update(read=True, key_share=True)
    if gone := set(movies).difference(session.scalars(of)):
        raise MovieNotFound(str(min(gone)))


def in_turn(session: Session, work: Callable[[], Kept]) -> Kept:
    """Return what `work` does as one; it begins anew when the database ended a deadlock with others by giving it up."""
    for _ in range(ATTEMPTS - 1):
        try:
            with session.begin_nested():
                return work()
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.errors.DeadlockDetected):
                raise
    with session.begin_nested():
        return work()
