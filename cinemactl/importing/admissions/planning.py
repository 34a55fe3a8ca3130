"""The plan of an import of admissions, and its application: set-wise, in the job's own transaction.

A row without a member says how many seats of a screening were sold, whatever was known before; a row with one says how
many of them the member had, which changes nothing of the sum.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from cinemactl.importing.tables import OUTCOMES

HOLD = text("""
    SELECT FROM screening WHERE id IN (SELECT screening_id FROM staged_admission) ORDER BY id FOR NO KEY UPDATE
""")
TOO_MANY = text("""
    UPDATE staged_admission AS row SET outcome = 'rejected', "column" = :column,
        reason = 'The screen has ' || screen.seats || ' seats: ' || row.sold || ' cannot be sold.'
    FROM screening JOIN screen ON screen.id = screening.screen_id
    WHERE row.outcome IS NULL AND screening.id = row.screening_id AND row.sold > screen.seats
""")

# Rows of one screening, or of one member at it, agree when none says another value than any other; then the first stands.
CONTRADICTORY = text("""
    UPDATE staged_admission AS row SET outcome = 'ambiguous',
        reason = 'Lines ' || array_to_string(torn.lines[1:5], ', ') || ' are one screening'
            || CASE WHEN row.handle IS NULL THEN '' ELSE ' and one member' END || ' and contradict each other.'
    FROM (
        SELECT screening_id, handle, array_agg(line ORDER BY line) AS lines FROM staged_admission WHERE outcome IS NULL
        GROUP BY screening_id, handle HAVING count(DISTINCT sold) > 1 OR count(DISTINCT gross) > 1
    ) AS torn
    WHERE torn.screening_id = row.screening_id AND torn.handle IS NOT DISTINCT FROM row.handle AND row.outcome IS NULL
""")
DUPLICATES = text("""
    UPDATE staged_admission AS row SET outcome = CASE WHEN row.line > every.first THEN 'duplicates' END, gross = every.gross,
        reason = CASE WHEN row.line > every.first THEN 'It says the same as line ' || every.first || '.' END
    FROM (
        SELECT screening_id, handle, min(line) AS first, max(gross) AS gross FROM staged_admission
        WHERE outcome IS NULL GROUP BY screening_id, handle HAVING count(*) > 1
    ) AS every
    WHERE every.screening_id = row.screening_id AND every.handle IS NOT DISTINCT FROM row.handle AND row.outcome IS NULL
""")
# What the file does not say erases nothing.
DECIDE_SOLD = text("""
    UPDATE staged_admission AS row SET outcome = CASE
        WHEN known.sold = row.sold AND known.gross IS NOT DISTINCT FROM coalesce(row.gross, known.gross) THEN 'unchanged'
        WHEN known.sold = 0 AND known.gross IS NULL THEN 'created' ELSE 'updated' END
    FROM screening AS known WHERE known.id = row.screening_id AND row.outcome IS NULL AND row.handle IS NULL
""")
DECIDE_ATTENDED = text("""
    UPDATE staged_admission AS row SET outcome = CASE
        WHEN known.member_id IS NULL THEN 'created' WHEN known.seats = row.sold THEN 'unchanged' ELSE 'updated' END
    FROM staged_admission AS same
    LEFT JOIN attendance AS known ON known.member_id = same.member_id AND known.screening_id = same.screening_id
    WHERE same.line = row.line AND row.outcome IS NULL AND row.handle IS NOT NULL
""")
COUNTS = text("SELECT outcome, count(*) AS rows FROM staged_admission GROUP BY outcome")

# What the rows come to in one number, whatever order they are in.
DIGEST = text("""
    SELECT coalesce(sum(hash_record_extended(ROW(line, outcome, screening_id, sold, gross), 0)), 0)::text
    FROM staged_admission
""")

KEEP = text("""
    INSERT INTO import_row (import_id, line, outcome, movie_id, changes, former, "column", reason)
    SELECT :import_id, row.line, row.outcome, screening.movie_id,
        CASE WHEN row.outcome IN ('created', 'updated') THEN
            jsonb_build_object('screening', jsonb_build_array(screening.id, screening.id))
            || CASE WHEN row.handle IS NULL THEN '{}'
                ELSE jsonb_build_object('member', jsonb_build_array(member.handle, row.handle)) END
            || CASE WHEN row.handle IS NULL THEN jsonb_build_object('sold', jsonb_build_array(screening.sold, row.sold))
                ELSE jsonb_build_object('seats', jsonb_build_array(attendance.seats, row.sold)) END
            || CASE WHEN row.gross IS NULL THEN '{}'
                ELSE jsonb_build_object('gross', jsonb_build_array(screening.gross, row.gross)) END
        END,
        CASE WHEN row.outcome = 'updated' AND row.handle IS NOT NULL THEN to_jsonb(attendance)
            WHEN row.outcome IN ('created', 'updated') AND row.handle IS NULL
            THEN jsonb_build_object('id', screening.id, 'sold', screening.sold, 'gross', screening.gross) END,
        row."column", row.reason
    FROM staged_admission AS row
    LEFT JOIN screening ON screening.id = row.screening_id
    LEFT JOIN member ON member.id = row.member_id
    LEFT JOIN attendance ON attendance.member_id = row.member_id AND attendance.screening_id = row.screening_id
""")

NEW_MEMBERS = text("""
    INSERT INTO member (handle, import_id)
    SELECT handle, :import_id FROM staged_admission
    WHERE outcome = 'created' AND handle IS NOT NULL AND member_id IS NULL GROUP BY handle ORDER BY min(line)
""")
NAME_MEMBERS = text("""
    UPDATE staged_admission AS row SET member_id = member.id FROM member
    WHERE row.member_id IS NULL AND row.outcome = 'created' AND member.handle = row.handle
""")
WRITE_SOLD = text("""
    UPDATE screening SET sold = row.sold, gross = coalesce(row.gross, screening.gross) FROM staged_admission AS row
    WHERE row.outcome IN ('created', 'updated') AND row.handle IS NULL AND screening.id = row.screening_id
""")
WRITE_ATTENDED = text("""
    INSERT INTO attendance (member_id, screening_id, seats, import_id)
    SELECT member_id, screening_id, sold, :import_id FROM staged_admission
    WHERE outcome IN ('created', 'updated') AND handle IS NOT NULL
    ON CONFLICT (member_id, screening_id) DO UPDATE SET seats = excluded.seats, import_id = excluded.import_id
""")


def plan(session: Session, *, sold_column: str | None) -> dict[str, int]:
    """Decide what becomes of each staged row and return how many rows there are of each outcome."""
    session.execute(HOLD)
    session.execute(TOO_MANY, {"column": sold_column})
    for statement in (CONTRADICTORY, DUPLICATES, DECIDE_SOLD, DECIDE_ATTENDED):
        session.execute(statement)
    counted = {row.outcome: row.rows for row in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def digest(session: Session) -> str:
    """Return a number that says what the plan would do, for another plan to be held against."""
    return str(session.scalar(DIGEST))


def keep_plan(session: Session, import_id: int) -> None:
    """Keep the plan row by row, with what is changed as it was before; it is not applied yet."""
    session.execute(KEEP, {"import_id": import_id})


def apply_plan(session: Session, import_id: int) -> int:
    """Write the seats that were sold and who attended; return how many members were made."""
    given = {"import_id": import_id}
    made = cast("CursorResult[tuple[()]]", session.execute(NEW_MEMBERS, given)).rowcount
    session.execute(NAME_MEMBERS)
    session.execute(WRITE_SOLD)
    session.execute(WRITE_ATTENDED, given)
    return made
