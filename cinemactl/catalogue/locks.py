"""Who may write the catalogue together: single changes side by side, an import's apply alone.

A title cannot be made unique (remakes), so that two people adding the same movie at once is settled by a lock on it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

WHOLE_CATALOGUE = 0x6D6F76696573  # "movies"


def lock_titles(session: Session, titles: Iterable[str]) -> None:
    """Hold, until the transaction ends, the right to decide whether movies of these titles exist."""
    session.execute(select(func.pg_advisory_xact_lock_shared(WHOLE_CATALOGUE)))
    keys = session.scalars(
        text("SELECT DISTINCT hashtextextended(fold(title), 0) AS key FROM unnest(CAST(:titles AS text[])) AS title ORDER BY key"),
        {"titles": list(titles)},
    )
    for key in keys.all():
        session.execute(select(func.pg_advisory_xact_lock(key)))


def lock_catalogue(session: Session) -> None:
    """Hold, until the transaction ends, the right to write movies in bulk; waits for every single change under way."""
    session.execute(select(func.pg_advisory_xact_lock(WHOLE_CATALOGUE)))
