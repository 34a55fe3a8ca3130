"""What other rooms keep about a movie (screenings, ratings, ...), found by their foreign keys.

The catalogue knows none of those tables; asking the database keeps the arrows pointing one way.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cinemactl.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

OWN = ["movie_identifier", "movie_title", "credit", "movie_search", "movie_merge", "movie_vector"]

ONE_ONLY = ("23505", "23P01")  # a unique or an exclusion constraint

# All names come quoted, so that they can stand in a statement as they are.
REFERRING = text("""
    SELECT key.conrelid::regclass::text AS name, class.relname AS label, quote_ident(attribute.attname) AS key,
        primary_key.told, primary_key.same
    FROM pg_constraint AS key
    JOIN pg_class AS class ON class.oid = key.conrelid
    JOIN pg_attribute AS attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
    LEFT JOIN LATERAL (
        SELECT coalesce(string_agg(part.told, ', '), '') AS told, coalesce(string_agg(part.same, ' '), '') AS same
        FROM pg_index AS index
        JOIN pg_attribute AS every ON every.attrelid = index.indrelid AND every.attnum = ANY (index.indkey)
        LEFT JOIN LATERAL (
            SELECT format('%L, %I', every.attname, every.attname) AS told,
                format('AND was.%I = row.%I', every.attname, every.attname) AS same
            WHERE every.attnum <> key.conkey[1]
        ) AS part ON true
        WHERE index.indrelid = key.conrelid AND index.indisprimary GROUP BY index.indexrelid
    ) AS primary_key ON true
    WHERE key.contype = 'f' AND key.confrelid = 'movie'::regclass AND key.conparentid = 0
    AND key.conrelid <> ALL (CAST(:own AS regclass[]))
    ORDER BY class.relname, attribute.attname
""")


class CannotMove(Conflict):
    """Both movies have something of which one movie can have only one."""

    code = "merge-clash"

    def __init__(self, table: str) -> None:
        super().__init__(
            f"Both movies have the same {table}, which one movie cannot have twice: nothing was merged.",
            "Remove one of the two first.",
        )


@dataclass(frozen=True)
class Referring:
    """A column that refers to movies.

    `told` and `same` say the primary key apart from that column, as arguments of jsonb_build_object and as a condition;
    None without a primary key.
    """

    name: str
    label: str
    key: str
    told: str | None
    same: str | None


def references_to(session: Session, movie_id: int) -> dict[str, int]:
    """Return how many rows of each table refer to the movie; tables without any are left out."""
    counts: Counter[str] = Counter()
    for one in _referring(session):
        counted = text(f"SELECT count(*) FROM {one.name} WHERE {one.key} = :movie")  # noqa: S608  (names come quoted)
        counts[one.label] += session.scalar(counted, {"movie": movie_id}) or 0
    return dict(+counts)


def counted(count: int, table: str) -> str:
    """Return how many rows of a table there are, in words: 3 ratings."""
    return f"{count} {table.replace('_', ' ')}{'' if count == 1 else 's'}"


def referred_among(session: Session, movies: str) -> list[tuple[int, str]]:
    """Return which of the movies that the query `movies` gives have rows that refer to them, and in which table."""
    return [
        (movie_id, one.label)
        for one in _referring(session)
        for movie_id in session.scalars(
            text(f"SELECT DISTINCT {one.key} FROM {one.name} WHERE {one.key} IN ({movies}) ORDER BY 1")  # noqa: S608  (as above)
        )
    ]


def remove_references(session: Session, movie_id: int) -> None:
    """Remove every row that refers to the movie."""
    for one in _referring(session):
        removed = text(f"DELETE FROM {one.name} WHERE {one.key} = :movie")  # noqa: S608  (as above)
        session.execute(removed, {"movie": movie_id})


def move_references(session: Session, from_id: int, to_id: int) -> list[dict[str, Any]]:
    """Make every row that refers to one movie refer to another, and return which they were, as JSON.

    Rows of a table without a primary key are moved and not told of. Raises CannotMove when a row may not stand beside
    one that the other movie has.
    """
    return [moved for one in _referring(session) if (moved := _moved(session, one, from_id, to_id))["rows"]]


def return_references(session: Session, moved: Iterable[dict[str, Any]], from_id: int, to_id: int) -> None:
    """Make the rows that `move_references` told of refer to `to_id`; those that are gone or moved on stay so."""
    known = {(one.name, one.key): one for one in _referring(session)}
    for told in moved:
        if one := known.get((told["table"], told["column"])):
            returned = text(f"""
                UPDATE {one.name} AS row SET {one.key} = :to
                FROM jsonb_populate_recordset(NULL::{one.name}, CAST(:rows AS jsonb)) AS was
                WHERE row.{one.key} = :from {one.same}
            """)  # noqa: S608  (as above)
            session.execute(returned, {"to": to_id, "from": from_id, "rows": json.dumps(told["rows"])})


def _moved(session: Session, one: Referring, from_id: int, to_id: int) -> dict[str, Any]:
    moving = text(f"""
        UPDATE {one.name} SET {one.key} = :to WHERE {one.key} = :from RETURNING jsonb_build_object({one.told or ""})
    """)  # noqa: S608  (as above)
    try:
        with session.begin_nested():
            rows = session.scalars(moving, {"to": to_id, "from": from_id}).all()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") not in ONE_ONLY:
            raise
        raise CannotMove(one.label) from error
    return {"table": one.name, "column": one.key, "rows": rows if one.told is not None else []}


def _referring(session: Session) -> list[Referring]:
    return [Referring(**row) for row in session.execute(REFERRING, {"own": OWN}).mappings()]
