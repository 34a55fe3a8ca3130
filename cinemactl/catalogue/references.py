"""What other rooms keep about a movie (screenings, ratings, ...), found by their foreign keys.

The catalogue knows none of those tables; asking the database keeps the arrows pointing one way.
"""

from __future__ import annotations

from sqlalchemy import ColumnClause, TableClause, column, delete, func, select, table, text, update
from sqlalchemy.orm import Session

OWN = ("movie_identifier", "movie_title", "credit", "movie_search", "movie_merge")

REFERRING = text("""
    SELECT class.relname AS table_name, attribute.attname AS column_name
    FROM pg_constraint AS key
    JOIN pg_class AS class ON class.oid = key.conrelid
    JOIN pg_attribute AS attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
    WHERE key.contype = 'f' AND key.confrelid = 'movie'::regclass AND class.relname <> ALL (:own)
    ORDER BY class.relname
""")


def references_to(session: Session, movie_id: int) -> dict[str, int]:
    """Return how many rows of each table refer to the movie; tables without any are left out."""
    counts = {
        referring.name: session.scalar(select(func.count()).select_from(referring).where(key == movie_id)) or 0
        for referring, key in _referring(session)
    }
    return {name: count for name, count in counts.items() if count}


def remove_references(session: Session, movie_id: int) -> None:
    """Remove every row that refers to the movie."""
    for referring, key in _referring(session):
        session.execute(delete(referring).where(key == movie_id))


def move_references(session: Session, from_id: int, to_id: int) -> None:
    """Make every row that refers to one movie refer to another."""
    for referring, key in _referring(session):
        session.execute(update(referring).where(key == from_id).values({key: to_id}))


def _referring(session: Session) -> list[tuple[TableClause, ColumnClause[int]]]:
    found = []
    for name, key_name in session.execute(REFERRING, {"own": list(OWN)}):
        key = column(key_name)
        found.append((table(name, key), key))
    return found
