"""Doing what a plan says: exactly that, or nothing when the programme is not any more as the plan found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cinemactl.programme.holding import hold, in_turn
from cinemactl.programme.plans.columns import KEPT, PROMISED, assignments, like
from cinemactl.programme.plans.faults import PlanNotFound, PlanOfAnImport, ProgrammeMoved, SeatsSold
from cinemactl.programme.plans.finding import with_ids
from cinemactl.programme.status import refresh_statuses
from cinemactl.programme.tables import ScheduleChange, SchedulePlan
from cinemactl.programme.taken import EXCLUDED

CONCERNED = text("""
    SELECT DISTINCT CAST(row.value ->> 'screen_id' AS integer) AS screen_id,
        CAST(row.value ->> 'movie_id' AS bigint) AS movie_id
    FROM schedule_change AS line, unnest(ARRAY[line.before, line.after]) AS row (value)
    WHERE line.plan_id = :plan_id AND line.change <> 'unchanged' AND row.value IS NOT NULL
""")
# What the plan found otherwise, and what has come into the way of what it wants.
MOVED = text(f"""
    SELECT 'screening ' || line.screening_id || CASE WHEN known.id IS NULL THEN ' is gone' ELSE ' was changed' END AS name
    FROM schedule_change AS line LEFT JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND line.before IS NOT NULL
    AND (known.id IS NULL OR {like("known", "line.before")} <> line.before)
    UNION ALL
    SELECT DISTINCT 'screening ' || other.id || ' has the screen'
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.after) AS row
    JOIN screening AS other ON other.screen_id = row.screen_id AND other.state <> 'cancelled'
        AND tstzrange(other.starts_at, other.feature_ends_at) && tstzrange(row.starts_at, row.feature_ends_at)
    WHERE line.plan_id = :plan_id AND row.state <> 'cancelled' AND other.id NOT IN (
        SELECT screening_id FROM schedule_change
        WHERE plan_id = :plan_id AND change <> 'unchanged' AND screening_id IS NOT NULL
    )
    ORDER BY name
""")  # noqa: S608  (constants)
SOLD = text(f"""
    SELECT 'screening ' || known.id AS name, known.sold
    FROM schedule_change AS line JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND known.sold > 0 AND line.after IS NOT NULL AND known.state <> 'cancelled'
    AND (line.change = 'cancelled' OR {" OR ".join(f"line.before -> {name!r} <> line.after -> {name!r}" for name in PROMISED)})
    ORDER BY known.id
""")  # noqa: S608  (constants)
NUMBER = text("""
    UPDATE schedule_change SET screening_id = CAST(after ->> 'id' AS integer)
    WHERE plan_id = :plan_id AND change = 'added' AND screening_id IS NULL
    RETURNING position, screening_id
""")
CHANGE = text(f"""
    UPDATE screening AS known SET {assignments("row", "known")}, updated_at = now(),
        sequence = known.sequence + CASE WHEN known.published_at IS NULL THEN 0 ELSE 1 END
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.after) AS row
    WHERE line.plan_id = :plan_id AND line.change IN ('moved', 'changed', 'cancelled') AND known.id = line.screening_id
""")  # noqa: S608  (constants)
ADD = text(f"""
    INSERT INTO screening ({", ".join(KEPT)}, sold)
    SELECT {", ".join(f"row.{name}" for name in KEPT)}, coalesce(row.sold, 0)
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.after) AS row
    WHERE line.plan_id = :plan_id AND line.change = 'added' ORDER BY line.position
""")  # noqa: S608  (constants)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a plan: whether anything was done now, and for how many sold seats that mattered."""

    plan: SchedulePlan
    changed: bool
    seats: int = 0


def get_plan(session: Session, plan_id: int | None = None) -> SchedulePlan:
    """Return a plan, the last one made without an id; raises PlanNotFound."""
    query = select(SchedulePlan).order_by(SchedulePlan.id.desc()).limit(1)
    found = session.scalar(query if plan_id is None else query.where(SchedulePlan.id == plan_id))
    if found is None:
        raise PlanNotFound(plan_id)
    return found


def apply_plan(session: Session, plan: SchedulePlan, *, force: bool = False) -> Done:
    """Apply a plan whole; one that is applied already changes nothing, one that was taken back is applied anew.

    Raises PlanOfAnImport, ProgrammeMoved when anything in it is not as it was found or its place is taken, and SeatsSold
    for sold screenings that would be moved or cancelled (not with `force`).
    """
    if plan.import_id is not None:
        raise PlanOfAnImport(plan.id, plan.import_id, "apply")
    return in_turn(session, lambda: write(session, plan, force=force))


def write(session: Session, plan: SchedulePlan, *, force: bool = False) -> Done:
    """Apply a plan of any kind; as `apply_plan`."""
    hold_plan(session, plan)
    if plan.applied_at is not None and plan.undone_at is None:
        return Done(plan, changed=False)
    given = {"plan_id": plan.id}
    movies = hold_concerned(session, plan.id)
    if moved := list(session.scalars(MOVED, given)):
        raise ProgrammeMoved(plan.id, moved)
    sold = session.execute(SOLD, given).all()
    seats = sum(row.sold for row in sold)
    if seats and not force:
        raise SeatsSold("moved or cancelled", seats, [f"{row.name} ({row.sold})" for row in sold])
    ids = {row.position: row.screening_id for row in session.execute(NUMBER, given)}
    try:
        with session.begin_nested():
            session.execute(CHANGE, given)
            session.execute(ADD, given)
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", "") != EXCLUDED:
            raise
        raise ProgrammeMoved(plan.id, ["a screen was taken at this moment"]) from error
    if ids:
        plan.findings = with_ids(plan, ids)
    plan.applied_at, plan.undone_at = func.clock_timestamp(), None
    session.flush()
    refresh_statuses(session, movies)
    session.expire_all()
    return Done(plan, changed=True, seats=seats)


def hold_plan(session: Session, plan: SchedulePlan) -> None:
    """Hold a plan, as it is at this moment, until the transaction ends; raises PlanNotFound when it is gone."""
    held = select(SchedulePlan).where(SchedulePlan.id == plan.id).with_for_update()
    if session.scalar(held.execution_options(populate_existing=True)) is None:
        raise PlanNotFound(plan.id)


def hold_concerned(session: Session, plan_id: int) -> Sequence[int]:
    """Hold all screens that a plan changes anything on, and its movies; return the movies' ids."""
    concerned = session.execute(CONCERNED, {"plan_id": plan_id}).all()
    movies = {row.movie_id for row in concerned}
    hold(session, {row.screen_id for row in concerned}, movies)
    return sorted(movies)


def lines_of(session: Session, plan_id: int) -> Sequence[ScheduleChange]:
    """Return the lines of a plan in their order."""
    query = select(ScheduleChange).where(ScheduleChange.plan_id == plan_id).order_by(ScheduleChange.position)
    return session.scalars(query).all()
