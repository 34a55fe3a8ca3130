"""Taking an import of admissions back: seats sold are as they were, who attended by it did not, and its members go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from cinemactl.audience.locks import lock_audience
from cinemactl.catalogue.locks import share_catalogue
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.taking_back import SHOWN, TouchedSince, affected, take_import_back

HOLD = text("""
    SELECT FROM screening WHERE id IN (
        SELECT CAST(changes -> 'screening' ->> 1 AS integer) FROM import_row WHERE import_id = :import_id
    ) ORDER BY id FOR NO KEY UPDATE
""")
TOUCHED = text("""
    SELECT 'screening ' || (row.changes -> 'screening' ->> 1)
        || CASE WHEN row.changes ? 'member' THEN ' of ' || (row.changes -> 'member' ->> 1) ELSE '' END
    FROM import_row AS row
    LEFT JOIN screening ON screening.id = CAST(row.changes -> 'screening' ->> 1 AS integer)
    LEFT JOIN member ON member.handle = row.changes -> 'member' ->> 1
    LEFT JOIN attendance ON attendance.member_id = member.id AND attendance.screening_id = screening.id
    WHERE row.import_id = :import_id AND row.outcome IN ('created', 'updated') AND CASE
        WHEN row.changes ? 'seats' THEN attendance.import_id IS DISTINCT FROM :import_id
            OR attendance.seats <> CAST(row.changes -> 'seats' ->> 1 AS integer)
        ELSE screening.sold IS DISTINCT FROM CAST(row.changes -> 'sold' ->> 1 AS integer)
            OR (row.changes ? 'gross' AND screening.gross IS DISTINCT FROM CAST(row.changes -> 'gross' ->> 1 AS numeric))
    END
    ORDER BY row.line LIMIT :shown
""")
MEMBERS_USED = text("""
    SELECT handle FROM member
    WHERE import_id = :import_id AND (
        updated_at <> created_at
        OR EXISTS (SELECT FROM rating WHERE rating.member_id = member.id)
        OR EXISTS (
            SELECT FROM attendance WHERE attendance.member_id = member.id AND attendance.import_id IS DISTINCT FROM :import_id
        )
    )
    ORDER BY handle LIMIT :shown
""")
RESTORE_SOLD = text("""
    UPDATE screening SET sold = former.sold, gross = former.gross
    FROM import_row AS row CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, row.former) AS former
    WHERE row.import_id = :import_id AND row.changes ? 'sold' AND screening.id = former.id
""")
RESTORE_ATTENDED = text("""
    UPDATE attendance SET seats = former.seats, import_id = former.import_id
    FROM import_row AS row CROSS JOIN LATERAL jsonb_populate_record(NULL::attendance, row.former) AS former
    WHERE row.import_id = :import_id AND row.changes ? 'seats' AND row.outcome = 'updated'
    AND attendance.member_id = former.member_id AND attendance.screening_id = former.screening_id
""")
REMOVE_ATTENDED = text("DELETE FROM attendance WHERE import_id = :import_id")
REMOVE_MEMBERS = text("DELETE FROM member WHERE import_id = :import_id")


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of admissions did; return how many were restored, and how many attendances removed.

    Raises NotApplied, ImportPurged, or TouchedSince when some of them were changed later.
    """
    return take_import_back(context, import_id, _undo)


def _undo(context: Context, found: Import) -> dict[str, int]:
    session, given = context.session, {"import_id": found.id}
    share_catalogue(session)
    lock_audience(session)
    session.execute(HOLD, given)
    for statement in (TOUCHED, MEMBERS_USED):
        if touched := session.scalars(statement, {**given, "shown": SHOWN}).all():
            raise TouchedSince(found.id, "admissions or members were changed or removed", touched, "admissions")
    restored = affected(session, RESTORE_SOLD, given) + affected(session, RESTORE_ATTENDED, given)
    removed = affected(session, REMOVE_ATTENDED, given)
    return {"removed": removed, "restored": restored, "removed_members": affected(session, REMOVE_MEMBERS, given)}
