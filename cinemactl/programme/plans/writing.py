"""Writing a plan: its lines, and what the named checks would say of the programme after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.programme.plans.columns import DETAILS, MOMENTS
from cinemactl.programme.plans.deciding import decide
from cinemactl.programme.plans.finding import findings_of
from cinemactl.programme.plans.proposals import Proposal, propose
from cinemactl.programme.tables import SchedulePlan

AFTER = ", ".join(f"{name!r}, row.{name}" for name in ("screen_id", "movie_id", *MOMENTS, *DETAILS))
# Ids rise in the order of the lines.
LINES = text(f"""
    INSERT INTO schedule_change (plan_id, position, change, screening_id, before, after)
    SELECT :plan_id, row.position, row.change, coalesce(row.screening_id, CASE WHEN :numbered THEN row.own_id END), row.before,
        CASE row.change
            WHEN 'unchanged' THEN NULL
            WHEN 'cancelled' THEN row.before || jsonb_build_object('state', 'cancelled')
            ELSE coalesce(row.before, '{{}}') || jsonb_build_object({AFTER})
                || jsonb_build_object('state', coalesce(nullif(row.before ->> 'state', 'cancelled'), 'draft'))
                || CASE WHEN row.sold IS NULL THEN '{{}}' ELSE jsonb_build_object('sold', row.sold) END
                || CASE WHEN row.names IS NULL THEN '{{}}' ELSE jsonb_build_object('names', row.names) END
                || CASE WHEN row.own_id IS NULL THEN '{{}}'
                    ELSE jsonb_build_object('id', row.own_id, 'uid', gen_random_uuid()) END
        END
    FROM (
        SELECT placed.*,
            CASE WHEN change = 'added' THEN nextval(pg_get_serial_sequence('screening', 'id')) END AS own_id
        FROM (
            SELECT row.*, row_number() OVER (
                ORDER BY site.name_key, screen.name_key, row.screen_id, row.starts_at, row.number
            ) AS position
            FROM proposal AS row
            LEFT JOIN screen ON screen.id = row.screen_id LEFT JOIN site ON site.id = screen.site_id
            WHERE row.change IS NOT NULL ORDER BY position
        ) AS placed
    ) AS row
""")  # noqa: S608  (constants)
ASIDE = text("""
    SELECT row.line, row.reason, row.clashes, movie.title,
        site.name AS site, site.name || '/' || screen.name AS screen,
        to_char(row.starts_at AT TIME ZONE site.timezone, 'YYYY-MM-DD HH24:MI') AS starts
    FROM proposal AS row JOIN screen ON screen.id = row.screen_id JOIN site ON site.id = screen.site_id
    LEFT JOIN movie ON movie.id = row.movie_id
    WHERE row.reason IS NOT NULL ORDER BY row.line, site.name_key, screen.name_key, row.starts_at, row.number
""")


def write_plan(
    session: Session,
    kind: str,
    proposals: Iterable[Proposal],
    *,
    arguments: Mapping[str, Any] | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
    unit: str = "line",
) -> SchedulePlan:
    """Hold proposals against what stands and write down what is to be done, with what the checks would say of it.

    Those that would overlap are set aside; they stand among the plan's findings, after the `findings` there are
    already, such as of what could not even be proposed. `unit` is what the proposals' lines are. Nothing of
    the programme is changed.
    """
    propose(session, proposals)
    decide(session, unit=unit)
    return write_decided(session, kind, arguments=arguments, findings=findings, unit=unit)


def write_decided(
    session: Session,
    kind: str,
    *,
    arguments: Mapping[str, Any] | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
    import_id: int | None = None,
    numbered: bool = False,
    unit: str = "line",
) -> SchedulePlan:
    """Write the plan of the proposals that are decided upon; as `write_plan`.

    With `numbered` the lines of what is added have its ids at once, for a plan that is applied in the same transaction.
    """
    plan = SchedulePlan(kind=kind, import_id=import_id, arguments=dict(arguments or {}))
    session.add(plan)
    session.flush()
    session.execute(LINES, {"plan_id": plan.id, "numbered": numbered})
    overlapping = [] if import_id else [_aside(row, unit) for row in session.execute(ASIDE)]
    plan.findings = [*map(dict, findings), *overlapping, *findings_of(session, plan.id)]
    session.flush()
    session.refresh(plan)
    return plan


def _aside(row: Any, unit: str) -> dict[str, Any]:  # noqa: ANN401  (a row of a query)
    at = f"{unit} {row.line}: " if row.line else ""
    return {
        "rule": "overlap",
        "severity": "error",
        "message": f"{at}{row.title} on {row.screen} at {row.starts} is set aside. {row.reason}",
        "screenings": list(row.clashes or ()),
        "mend": "Take another time or screen, or move what is in the way.",
        "site": row.site,
        "day": row.starts[:10],
        "set_aside": True,
        **({"line": row.line} if row.line else {}),
    }
