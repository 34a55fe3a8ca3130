"""Taking an import of members back: those it created go, those it changed are as they were."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from cinemactl.audience.locks import lock_audience
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.taking_back import SHOWN, TouchedSince, affected, take_import_back

# By the time of the last change: the import's own transaction wrote all its members at one moment.
TOUCHED = text("""
    SELECT row.changes -> 'member' ->> 1 FROM import_row AS row
    LEFT JOIN member ON member.handle = row.changes -> 'member' ->> 1
    WHERE row.import_id = :import_id AND row.outcome IN ('created', 'updated') AND (
        member.updated_at IS DISTINCT FROM :applied_at
        OR (row.outcome = 'created' AND EXISTS (SELECT FROM rating WHERE rating.member_id = member.id))
        OR (row.outcome = 'created' AND EXISTS (SELECT FROM attendance WHERE attendance.member_id = member.id))
    )
    ORDER BY row.line LIMIT :shown
""")
RESTORE = text("""
    UPDATE member SET name = former.name, email = former.email, updated_at = former.updated_at
    FROM import_row AS row CROSS JOIN LATERAL jsonb_populate_record(NULL::member, row.former) AS former
    WHERE row.import_id = :import_id AND row.outcome = 'updated' AND member.id = former.id
""")
REMOVE = text("DELETE FROM member WHERE import_id = :import_id")


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of members did; return how many members were removed and restored.

    Raises NotApplied, ImportPurged, or TouchedSince when one of them was changed, removed or used later.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session, given = context.session, {"import_id": found.id}
    lock_audience(session)
    if touched := session.scalars(TOUCHED, {**given, "applied_at": found.applied_at, "shown": SHOWN}).all():
        what = "members were changed or removed, or have ratings or attendances,"
        raise TouchedSince(found.id, what, touched, "members")
    restored = affected(session, RESTORE, given)
    return {"removed": affected(session, REMOVE, given), "restored": restored}
