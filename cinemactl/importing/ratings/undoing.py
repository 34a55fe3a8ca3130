"""Taking an import of ratings back: what it created goes, with the members it made; what it changed is as it was."""

from __future__ import annotations

import time
from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.errors import Conflict
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.undoing import require_applied

SHOWN = 5

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


class RatingsTouched(Conflict):
    """Ratings or members that the import wrote have been changed, removed or used since."""

    code = "import-touched"

    def __init__(self, import_id: int, what: str, names: list[str]) -> None:
        listed = f": {'; '.join(names)}" if names else ""
        super().__init__(
            f"Import {import_id} cannot be undone: {what} since{listed}. Nothing was changed.",
            "Undo first what came later, or change those ratings by hand.",
        )


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of ratings did; return how many ratings and members were removed or restored.

    Raises NotApplied, ImportPurged, or RatingsTouched when a rating of it was changed or removed later, or one of its
    members was.
    """
    started = time.monotonic()
    session = context.session
    found = session.get_one(Import, import_id, with_for_update=True)
    require_applied(found)
    context.progress("Looking for later changes", 0, None)
    session.execute(text("SET LOCAL lock_timeout = 0"))
    share_catalogue(session)
    lock_audience(session)
    _require_untouched(session, found)
    context.progress("Undoing", 0, None)
    restored = _count(session, RESTORE, import_id)
    removed = _count(session, REMOVE, import_id)
    members = _count(session, REMOVE_MEMBERS, import_id)
    found.state = "undone"
    session.flush()
    return {
        "import_id": import_id,
        "job_id": found.job_id,
        "state": "undone",
        "removed": removed,
        "restored": restored,
        "removed_members": members,
        "seconds": round(time.monotonic() - started, 3),
    }


def _require_untouched(session: Session, found: Import) -> None:
    given = {"import_id": found.id, "shown": SHOWN}
    wrote = found.created + found.updated
    gone = wrote - (session.scalar(STILL_ITS_OWN, {"import_id": found.id}) or 0)
    if gone:
        what = "1 rating of it was" if gone == 1 else f"{gone} ratings of it were"
        raise RatingsTouched(found.id, f"{what} changed or removed", list(session.scalars(TOUCHED, given)))
    if used := list(session.scalars(MEMBERS_USED, given)):
        raise RatingsTouched(found.id, "members that it made were changed, or rated or attended something,", used)


def _count(session: Session, statement: Any, import_id: int) -> int:  # noqa: ANN401  (a statement's text)
    return cast("CursorResult[tuple[()]]", session.execute(statement, {"import_id": import_id})).rowcount
