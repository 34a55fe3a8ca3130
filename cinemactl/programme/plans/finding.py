"""What the named checks would say of the programme once a plan is applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.programme.checks import Finding, check_screenings
from cinemactl.programme.clock import DAY, DAYS_A_WEEK
from cinemactl.programme.shown import Shown, shown
from cinemactl.programme.tables import SchedulePlan, Site

# A screening that is only planned goes by its place in the plan, below zero.
PLANNED = text("""
    SELECT coalesce(line.screening_id, -line.position) AS id, screen.site_id, row.screen_id, row.movie_id, row.state,
        row.starts_at, row.feature_starts_at, row.feature_ends_at, row.clear_at, row.format, row.audio, row.subtitles,
        row.captions, row.held_back_seats, coalesce(row.sold, known.sold, 0) AS sold
    FROM schedule_change AS line CROSS JOIN LATERAL jsonb_populate_record(NULL::screening, line.after) AS row
    JOIN screen ON screen.id = row.screen_id
    LEFT JOIN screening AS known ON known.id = line.screening_id
    WHERE line.plan_id = :plan_id AND line.change <> 'unchanged'
    ORDER BY screen.site_id, row.screen_id, row.starts_at
""")


def findings_of(session: Session, plan_id: int) -> list[dict[str, Any]]:
    """Return as JSON what the checks would say of the screenings that a plan changes.

    `changes` are the places in the plan of those that it adds, which have no id yet and are null among `screenings`.
    """
    planned = [Shown(*row) for row in session.execute(PLANNED, {"plan_id": plan_id})]
    if not planned:
        return []
    changed = {one.id for one in planned}
    standing = (one for one in _around(session, planned) if one.id not in changed)
    live = (one for one in planned if one.state != "cancelled")
    every = sorted([*standing, *live], key=lambda one: (one.site_id, one.screen_id, one.starts_at, one.id))
    return [_told(one) for one in check_screenings(session, every) if changed.intersection(one.screenings)]


def with_ids(plan: SchedulePlan, ids: dict[int, int]) -> list[dict[str, Any]]:
    """Return a plan's findings with the ids that its added screenings have got; `ids` are by place in the plan."""
    return [_named(dict(finding), ids) for finding in plan.findings]


def _around(session: Session, planned: list[Shown]) -> Iterator[Shown]:
    """Yield what stands at the sites in the cinema weeks that are touched, and a day more."""
    touched: dict[int, tuple[datetime, datetime]] = {}
    for one in planned:
        first, last = touched.get(one.site_id, (one.starts_at, one.starts_at))
        touched[one.site_id] = (min(first, one.starts_at), max(last, one.starts_at))
    sites = session.scalars(select(Site).where(Site.id.in_(touched)))
    clocks = {site.id: site.clock for site in sites}
    bounds = []
    for site_id, (first, last) in touched.items():
        clock = clocks[site_id]
        begins, ends = (clock.cinema_week(clock.business_day(one)) for one in (first, last))
        bounds += [clock.day_starts_at(begins - DAY), clock.day_starts_at(ends + timedelta(days=DAYS_A_WEEK + 1))]
    yield from shown(session, sites=list(touched), since=min(bounds), until=max(bounds))


def _told(finding: Finding) -> dict[str, Any]:
    added = [-number for number in finding.screenings if number is not None and number < 0]
    ids = [number if number is not None and number > 0 else None for number in finding.screenings]
    return finding.as_json() | {"screenings": ids} | ({"changes": added} if added else {})


def _named(finding: dict[str, Any], ids: dict[int, int]) -> dict[str, Any]:
    if "changes" in finding:
        added = iter(finding["changes"])
        finding["screenings"] = [ids[next(added)] if one is None else one for one in finding["screenings"]]
    return finding
