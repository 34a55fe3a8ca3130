"""Taking an import of members back: those it created go, those it changed are as they were."""

from __future__ import annotations

import time
from typing import Any, cast

from sqlalchemy import CursorResult, text

from cinemactl.audience.locks import lock_audience
from cinemactl.errors import Conflict
from cinemactl.importing.run import Context
from cinemactl.importing.tables import Import
from cinemactl.importing.undoing import require_applied

SHOWN = 5

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


class MembersTouched(Conflict):
    """Members that the import wrote have been changed, removed, or have rated or attended something since."""

    code = "import-touched"

    def __init__(self, import_id: int, handles: list[str]) -> None:
        super().__init__(
            f"Import {import_id} cannot be undone: members were changed or removed, or have ratings or attendances, since: "
            f"{'; '.join(handles)}. Nothing was changed.",
            "Undo first what came later, or change those members by hand.",
        )


def undo_import(context: Context, *, import_id: int) -> dict[str, Any]:
    """Take back all that an import of members did; return how many members were removed and restored.

    Raises NotApplied, ImportPurged, or MembersTouched when one of them was changed, removed or used later.
    """
    started = time.monotonic()
    session = context.session
    found = session.get_one(Import, import_id, with_for_update=True)
    require_applied(found)
    context.progress("Undoing", 0, None)
    session.execute(text("SET LOCAL lock_timeout = 0"))
    lock_audience(session)
    given = {"import_id": import_id, "applied_at": found.applied_at, "shown": SHOWN}
    if touched := [str(handle) for handle in session.scalars(TOUCHED, given)]:
        raise MembersTouched(import_id, touched)
    counts = [
        cast("CursorResult[tuple[()]]", session.execute(statement, {"import_id": import_id})).rowcount
        for statement in (RESTORE, REMOVE)
    ]
    found.state = "undone"
    session.flush()
    return {
        "import_id": import_id,
        "job_id": found.job_id,
        "state": "undone",
        "removed": counts[1],
        "restored": counts[0],
        "seconds": round(time.monotonic() - started, 3),
    }
