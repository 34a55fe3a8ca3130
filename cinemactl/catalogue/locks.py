"""Who may write the catalogue together: single changes side by side, an import's apply alone.

A title cannot be made unique (remakes), so that two people adding the same movie at once is settled by a lock on it.
Everybody locks titles before movies and those in one order, so that nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from cinemactl.catalogue.find import MovieNotFound
from cinemactl.catalogue.tables import Movie

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

WHOLE_CATALOGUE = 0x6D6F76696573  # "movies"

KEYS = text("""
    SELECT DISTINCT hashtextextended(fold(title), 0) AS key
    FROM unnest(CAST(:titles AS text[])) AS title ORDER BY key
""")


def lock_titles(session: Session, titles: Iterable[str]) -> None:
    """Hold, until the transaction ends, the right to decide whether movies of these titles exist."""
    share_catalogue(session)
    for key in session.scalars(KEYS, {"titles": list(titles)}).all():
        session.execute(select(func.pg_advisory_xact_lock(key)))


def lock_movies(session: Session, *movies: Movie) -> None:
    """Hold these movies, as they are at this moment, until the transaction ends.

    Raises MovieNotFound when somebody has removed one since it was found.
    """
    for movie_id in sorted({movie.id for movie in movies}):
        held = select(Movie).where(Movie.id == movie_id).with_for_update().execution_options(populate_existing=True)
        if session.scalar(held) is None:
            raise MovieNotFound(str(movie_id))


def share_catalogue(session: Session) -> None:
    """Hold, until the transaction ends, off whoever writes movies in bulk; single changes go on."""
    session.execute(select(func.pg_advisory_xact_lock_shared(WHOLE_CATALOGUE)))


def lock_catalogue(session: Session) -> None:
    """Hold, until the transaction ends, the right to write movies in bulk; waits for every single change under way."""
    session.execute(select(func.pg_advisory_xact_lock(WHOLE_CATALOGUE)))
