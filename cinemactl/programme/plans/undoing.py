"""Taking the last plan back: what it added goes, what it changed is as it was."""

from __future__ import annotations

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.programme.holding import in_turn
from cinemactl.programme.plans.applying import Done, hold_concerned, hold_plan
from cinemactl.programme.plans.columns import assignments, like
from cinemactl.programme.plans.faults import EditedSince, NothingToUndo, PlanOfAnImport, SeatsSold
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import ScheduleChange, SchedulePlan
from cinemactl.programme.taken import EXCLUDED

EDITED = text(f"""
    SELECT CASE
        WHEN known.id IS NULL THEN 'screening ' || line.screening_id || ' was removed'
        WHEN known.state = 'cancelled' AND line.after ->> 'state' <> 'cancelled'
            THEN 'screening ' || line.screening_id || ' was cancelled'
        WHEN known.state = 'published' AND line.after ->> 'state' = 'draft'
            THEN 'screening ' || line.screening_id || ' was published'
        ELSE 'screening ' || line.screening_id || ' was changed' END || ' later' AS name
    FROM schedule_change AS line LEFT JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND line.change <> 'unchanged'
    AND (known.id IS NULL OR {like("known", "line.after - 'sold'")} <> line.after - 'sold' - 'names')
    UNION ALL
    SELECT DISTINCT 'screening ' || other.id || ' has the screen now'
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.before) AS row
    JOIN screening AS other ON other.screen_id = row.screen_id AND other.state <> 'cancelled'
        AND tstzrange(other.starts_at, other.feature_ends_at) && tstzrange(row.starts_at, row.feature_ends_at)
    WHERE line.plan_id = :plan_id AND line.change <> 'unchanged' AND row.state <> 'cancelled'
    AND other.id NOT IN (
        SELECT screening_id FROM schedule_change WHERE plan_id = :plan_id AND change <> 'unchanged'
    )
    ORDER BY name
""")  # noqa: S608  (constants)
# What the plan itself said was sold was sold before.
SOLD = text("""
    SELECT 'screening ' || known.id AS name, known.sold - coalesce(CAST(line.after ->> 'sold' AS integer), 0) AS sold
    FROM schedule_change AS line JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND line.change IN ('added', 'moved')
    AND known.sold > coalesce(CAST(line.after ->> 'sold' AS integer), 0)
    ORDER BY known.id
""")
REMOVE = text("""
    DELETE FROM screening USING schedule_change AS line
    WHERE line.plan_id = :plan_id AND line.change = 'added' AND screening.id = line.screening_id
""")
RESTORE = text(f"""
    UPDATE screening AS known SET {assignments("row", "known")}, updated_at = now(),
        sequence = known.sequence + CASE WHEN known.published_at IS NULL THEN 0 ELSE 1 END
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.before) AS row
    WHERE line.plan_id = :plan_id AND line.change IN ('moved', 'changed', 'cancelled') AND known.id = line.screening_id
""")  # noqa: S608  (constants)


def last_applied(session: Session) -> SchedulePlan:
    """Return the plan that was applied last, changed anything, and was not taken back; raises NothingToUndo."""
    changes = exists().where(ScheduleChange.plan_id == SchedulePlan.id, ScheduleChange.change != "unchanged")
    applied = select(SchedulePlan).where(
        SchedulePlan.applied_at.is_not(None), SchedulePlan.undone_at.is_(None), changes
    )
    found = session.scalar(applied.order_by(SchedulePlan.applied_at.desc(), SchedulePlan.id.desc()).limit(1))
    if found is None:
        raise NothingToUndo
    return found


def undo_last(session: Session, *, force: bool = False) -> Done:
    """Take back the plan that was applied last.

    Raises NothingToUndo, PlanOfAnImport, EditedSince naming what was changed later, and SeatsSold for what would be
    removed or moved although seats are sold (not with `force`).
    """
    plan = last_applied(session)
    if plan.import_id is not None:
        raise PlanOfAnImport(plan.id, plan.import_id, "undo")
    return in_turn(session, lambda: take_back(session, plan, force=force))


def take_back(session: Session, plan: SchedulePlan, *, force: bool = False) -> Done:
    """Take back a plan of any kind; as `undo_last`."""
    hold_plan(session, plan)
    if plan.undone_at is not None:
        return Done(plan, changed=False)
    given = {"plan_id": plan.id}
    movies = hold_concerned(session, plan.id)
    if edited := list(session.scalars(EDITED, given)):
        raise EditedSince(plan.id, edited)
    sold = session.execute(SOLD, given).all()
    seats = sum(row.sold for row in sold)
    if seats and not force:
        raise SeatsSold("removed or moved back", seats, [f"{row.name} ({row.sold})" for row in sold])
    try:
        with session.begin_nested():
            session.execute(REMOVE, given)
            session.execute(RESTORE, given)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != EXCLUDED:
            raise
        raise EditedSince(plan.id, ["a screen was taken at this moment"]) from error
    plan.undone_at = func.clock_timestamp()
    session.flush()
    refresh_statuses(session, movies)
    session.expire_all()
    return Done(plan, changed=True, seats=seats)
