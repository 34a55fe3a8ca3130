"""Taking an import of admissions back: seats sold are as they were, who attended by it did not, and its members go."""

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


class AdmissionsTouched(Conflict):
    """Admissions that the import wrote, or members that it made, have been changed since."""

    code = "import-touched"

    def __init__(self, import_id: int, names: list[str]) -> None:
        super().__init__(
            f"Import {import_id} cannot be undone: admissions or members were changed or removed since: "
            f"{'; '.join(names)}. Nothing was changed.",
            "Undo first what came later.",
        )


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of admissions did; return how many were restored, and how many attendances removed.

    Raises NotApplied, ImportPurged, or AdmissionsTouched when some of them were changed later.
    """
    started = time.monotonic()
    session = context.session
    found = session.get_one(Import, import_id, with_for_update=True)
    require_applied(found)
    context.progress("Undoing", 0, None)
    session.execute(text("SET LOCAL lock_timeout = 0"))
    share_catalogue(session)
    lock_audience(session)
    given = {"import_id": import_id}
    session.execute(HOLD, given)
    for statement in (TOUCHED, MEMBERS_USED):
        if touched := [str(one) for one in session.scalars(statement, {**given, "shown": SHOWN})]:
            raise AdmissionsTouched(import_id, touched)
    restored = _count(session, RESTORE_SOLD, import_id) + _count(session, RESTORE_ATTENDED, import_id)
    removed = _count(session, REMOVE_ATTENDED, import_id)
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


def _count(session: Session, statement: Any, import_id: int) -> int:  # noqa: ANN401  (a statement's text)
    return cast("CursorResult[tuple[()]]", session.execute(statement, {"import_id": import_id})).rowcount
