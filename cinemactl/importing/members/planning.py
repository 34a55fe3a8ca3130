"""The plan of an import of members, and its application: set-wise, in the job's own transaction."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.keeping import forget_plan
from cinemactl.importing.tables import OUTCOMES

STAGED = text("""
    CREATE TEMPORARY TABLE staged_member (
        line bigint NOT NULL, outcome text, "column" text, reason text, handle text, name text, email text,
        member_id integer, changes jsonb
    ) ON COMMIT DROP
""")

# Rows of one handle agree when none says another value than any other; then the first stands for all that they say.
CONTRADICTORY = text("""
    UPDATE staged_member AS row SET outcome = 'ambiguous',
        reason = 'Lines ' || array_to_string(torn.lines[1:5], ', ') || ' are one member and contradict each other.'
    FROM (
        SELECT handle, array_agg(line ORDER BY line) AS lines FROM staged_member WHERE outcome IS NULL
        GROUP BY handle HAVING count(DISTINCT name) > 1 OR count(DISTINCT email) > 1
    ) AS torn
    WHERE torn.handle = row.handle AND row.outcome IS NULL
""")
DUPLICATES = text("""
    UPDATE staged_member AS row
    SET outcome = CASE WHEN row.line > every.first THEN 'duplicates' END, name = every.name, email = every.email,
        reason = CASE WHEN row.line > every.first THEN 'It is the same member as line ' || every.first || '.' END
    FROM (
        SELECT handle, min(line) AS first, max(name) AS name, max(email) AS email FROM staged_member
        WHERE outcome IS NULL GROUP BY handle HAVING count(*) > 1
    ) AS every
    WHERE every.handle = row.handle AND row.outcome IS NULL
""")
# What the file does not say erases nothing.
DECIDE = text("""
    UPDATE staged_member AS row SET member_id = known.id, changes = told.changes,
        outcome = CASE WHEN known.id IS NULL THEN 'created' WHEN told.changes = '{}' THEN 'unchanged' ELSE 'updated' END
    FROM staged_member AS same LEFT JOIN member AS known ON known.handle = same.handle
    CROSS JOIN LATERAL (
        SELECT CASE WHEN same.name <> coalesce(known.name, '')
                THEN jsonb_build_object('name', jsonb_build_array(known.name, same.name)) ELSE '{}' END
            || CASE WHEN same.email <> coalesce(known.email, '')
                THEN jsonb_build_object('email', jsonb_build_array(known.email, same.email)) ELSE '{}' END AS changes
    ) AS told
    WHERE same.line = row.line AND row.outcome IS NULL
""")
COUNTS = text("SELECT outcome, count(*) AS rows FROM staged_member GROUP BY outcome")
OTHERWISE = text("""
    SELECT count(*) FROM (SELECT * FROM import_row WHERE import_id = :import_id) AS planned
    FULL JOIN staged_member AS now USING (line)
    WHERE planned.outcome IS DISTINCT FROM now.outcome
    OR (now.outcome IN ('created', 'updated') AND planned.changes - 'member' IS DISTINCT FROM now.changes)
""")
KEEP = text("""
    INSERT INTO import_row (import_id, line, outcome, changes, former, "column", reason)
    SELECT :import_id, row.line, row.outcome,
        CASE WHEN row.outcome IN ('created', 'updated')
            THEN row.changes || jsonb_build_object('member', jsonb_build_array(known.handle, row.handle)) END,
        CASE WHEN row.outcome = 'updated' THEN to_jsonb(known) END, row."column", row.reason
    FROM staged_member AS row LEFT JOIN member AS known ON known.id = row.member_id
""")
CREATE = text("""
    INSERT INTO member (handle, name, email, import_id)
    SELECT handle, name, email, :import_id FROM staged_member WHERE outcome = 'created' ORDER BY line
""")
CHANGE = text("""
    UPDATE member SET name = coalesce(row.name, member.name), email = coalesce(row.email, member.email), updated_at = now()
    FROM staged_member AS row WHERE row.outcome = 'updated' AND member.id = row.member_id
""")


def plan(session: Session) -> dict[str, int]:
    """Decide what becomes of each staged row and return how many rows there are of each outcome."""
    for statement in (CONTRADICTORY, DUPLICATES, DECIDE):
        session.execute(statement)
    counted = {row.outcome: row.rows for row in session.execute(COUNTS)}
    return {outcome: counted.get(outcome, 0) for outcome in OUTCOMES}


def ends_otherwise(session: Session, import_id: int) -> bool:
    """Whether the plan that is kept of an import is another than the one just made; the kept one is forgotten."""
    other = session.scalar(OTHERWISE, {"import_id": import_id})
    forget_plan(session, [import_id])
    return bool(other)


def keep_plan(session: Session, import_id: int) -> None:
    """Keep the plan row by row, with what is changed as it was before; it is not applied yet."""
    session.execute(KEEP, {"import_id": import_id})


def apply_plan(session: Session, import_id: int) -> None:
    """Create and change the members of the plan."""
    session.execute(CREATE, {"import_id": import_id})
    session.execute(CHANGE)
