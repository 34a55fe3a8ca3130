"""Plans as documents: what a plan does, line by line, in the words of the programme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.programme.tables import CHANGES, SchedulePlan

LINES = text("""
    SELECT line.position, line.change, line.screening_id AS screening,
        coalesce(site.name, line.after -> 'names' ->> 'site') AS site,
        coalesce(screen.name, line.after -> 'names' ->> 'screen') AS screen,
        row.movie_id, coalesce(movie.title, line.after -> 'names' ->> 'movie') AS movie, row.starts_at,
        coalesce(site.timezone, line.after -> 'names' ->> 'timezone', 'UTC') AS timezone,
        row.format, row.audio, row.subtitles, row.captions, row.price_category, row.held_back_seats, row.state,
        CAST(extract(epoch FROM row.feature_ends_at - row.feature_starts_at) / 60 AS integer) AS runtime,
        line.before, line.after, known.sold,
        CASE WHEN line.change = 'moved' THEN was.starts_at END AS was_at, was_on.name AS was_on, was_movie.title AS was_movie
    FROM schedule_change AS line
    CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, coalesce(line.after, line.before)) AS row
    CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.before) AS was
    LEFT JOIN screen ON screen.id = row.screen_id LEFT JOIN site ON site.id = screen.site_id
    LEFT JOIN movie ON movie.id = row.movie_id
    LEFT JOIN screen AS was_on ON was_on.id = was.screen_id AND was.screen_id <> row.screen_id
    LEFT JOIN movie AS was_movie ON was_movie.id = was.movie_id AND was.movie_id <> row.movie_id
    LEFT JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND (:unchanged OR line.change <> 'unchanged') ORDER BY line.position
""")
DETAILS = ("format", "audio", "subtitles", "captions", "price_category", "held_back_seats", "state", "sold")
COUNTS = text("SELECT change, count(*) AS lines FROM schedule_change WHERE plan_id = :plan_id GROUP BY change")


def plan_document(session: Session, plan: SchedulePlan) -> dict[str, Any]:
    """Return a plan without its lines: what kind it is, how many of each change, its findings."""
    counted = {row.change: row.lines for row in session.execute(COUNTS, {"plan_id": plan.id})}
    return {
        "plan_id": plan.id,
        "kind": plan.kind,
        "state": state_of(plan),
        **({"import_id": plan.import_id} if plan.import_id is not None else {}),
        "arguments": plan.arguments,
        **{change: counted.get(change, 0) for change in CHANGES},
        "set_aside": sum(1 for finding in plan.findings if finding.get("set_aside")),
        "created_at": plan.created_at,
        "applied_at": plan.applied_at,
        "undone_at": plan.undone_at,
        "findings": plan.findings,
    }


def state_of(plan: SchedulePlan) -> str:
    """Return planned, applied or undone."""
    if plan.undone_at is not None:
        return "undone"
    return "planned" if plan.applied_at is None else "applied"


def plan_lines(session: Session, plan_id: int, *, unchanged: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the lines of a plan in their order, times on the site's own clock.

    `was` holds what is otherwise than it stands: its start, screen, movie, and details.
    """
    for row in session.execute(LINES, {"plan_id": plan_id, "unchanged": unchanged}).mappings():
        yield line_of(dict(row))


def line_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a line as it is shown, from a row of a query such as LINES."""
    zone = ZoneInfo(row.pop("timezone"))
    before, after = row.pop("before") or {}, row.pop("after") or {}
    was_at, was_on, was_movie = (row.pop(name) for name in ("was_at", "was_on", "was_movie"))
    row["starts_at"] = row["starts_at"].astimezone(zone)
    was: dict[str, Any] = {}
    if was_at is not None and was_at != row["starts_at"]:
        was["starts_at"] = was_at.astimezone(zone)
    was |= {name: value for name, value in (("screen", was_on), ("movie", was_movie)) if value is not None}
    if before and after:
        was |= {name: before.get(name) for name in DETAILS if before.get(name) != after.get(name)}
    return {**row, "sold": row["sold"] or 0, "was": was}
