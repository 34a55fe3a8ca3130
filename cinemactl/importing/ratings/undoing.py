"""Taking an import of ratings back: what it created goes, with the members it made; what it changed is as it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.taking_back import SHOWN, TouchedSince, affected, take_import_back

STILL_ITS_OWN = text("SELECT count(*) FROM rating WHERE import_id = :import_id")

# Of a very large import not every row that was created is kept; those that are say who was concerned.
TOUCHED = text("""
    SELECT coalesce(row.changes -> 'member' ->> 1, '?') || ' of ' || coalesce(movie.title, 'a movie that was removed') AS rating
    FROM import_row AS row
    LEFT JOIN member ON member.handle = row.changes -> 'member' ->> 1
    LEFT JOIN movie ON movie.id = row.movie_id
    LEFT JOIN rating ON rating.member_id = member.id AND rating.movie_id = row.movie_id
    WHERE row.import_id = :import_id AND row.outcome IN ('created', 'updated')
    AND rating.import_id IS DISTINCT FROM :import_id
    ORDER BY row.line LIMIT :shown
""")

MEMBERS_USED = text("""
    SELECT handle FROM member
    WHERE import_id = :import_id AND (
        updated_at <> created_at
        OR EXISTS (SELECT FROM rating WHERE rating.member_id = member.id AND rating.import_id IS DISTINCT FROM :import_id)
        OR EXISTS (SELECT FROM attendance WHERE attendance.member_id = member.id)
    )
    ORDER BY handle LIMIT :shown
""")

RESTORE = text("""
    UPDATE rating SET stars = former.stars, source_value = former.source_value, source_scale = former.source_scale,
        rated_at = former.rated_at, import_id = former.import_id
    FROM import_row AS row CROSS JOIN LATERAL jsonb_populate_record(NULL::rating, row.former) AS former
    WHERE row.import_id = :import_id AND row.outcome = 'updated'
    AND rating.member_id = former.member_id AND rating.movie_id = former.movie_id
""")
REMOVE = text("DELETE FROM rating WHERE import_id = :import_id")
REMOVE_MEMBERS = text("DELETE FROM member WHERE import_id = :import_id")


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of ratings did; return how many ratings and members were removed or restored.

    Raises NotApplied, ImportPurged, or TouchedSince when a rating of it was changed or removed later, or one of its
    members was.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session, given = context.session, {"import_id": found.id}
    share_catalogue(session)
    lock_audience(session)
    _require_untouched(session, found)
    restored = affected(session, RESTORE, given)
    removed = affected(session, REMOVE, given)
    return {"removed": removed, "restored": restored, "removed_members": affected(session, REMOVE_MEMBERS, given)}


def _require_untouched(session: Session, found: Import) -> None:
    given = {"import_id": found.id, "shown": SHOWN}
    wrote = found.created + found.updated
    gone = wrote - (session.scalar(STILL_ITS_OWN, {"import_id": found.id}) or 0)
    if gone:
        what = "1 rating of it was" if gone == 1 else f"{gone} ratings of it were"
        raise TouchedSince(found.id, f"{what} changed or removed", session.scalars(TOUCHED, given).all(), "ratings")
    if used := session.scalars(MEMBERS_USED, given).all():
        raise TouchedSince(
            found.id, "members that it made were changed, or rated or attended something,", used, "members"
        )
