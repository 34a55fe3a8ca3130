"""How many jobs there were of each kind, how they ended, and how long they took."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

# The upper ends, in seconds, of the classes that durations are counted in; the last class has none.
CLASSES = (0.1, 1, 10, 60, 600, 3600)

COUNTED = text(f"""
    SELECT kind,
        count(*) AS jobs,
        count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
        count(*) FILTER (WHERE state = 'failed') AS failed,
        count(*) FILTER (WHERE state = 'set-aside') AS set_aside,
        count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE ended_at IS NULL) AS open,
        (count(*) FILTER (WHERE ended_at IS NOT NULL) / CAST(:hours AS float8)) AS per_hour,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS p95_seconds,
        max(seconds) AS longest_seconds,
        ARRAY[{", ".join(f"count(*) FILTER (WHERE width_bucket(seconds, :classes) = {i})" for i in range(len(CLASSES) + 1))}]
            AS durations
    FROM (
        SELECT kind, state, ended_at,
            CASE WHEN state = 'succeeded' THEN extract(epoch FROM ended_at - started_at)::float8 END AS seconds
        FROM job WHERE created_at > now() - make_interval(secs => :hours * 3600.0)
    ) AS job
    GROUP BY kind ORDER BY kind
""")  # noqa: S608  (the part is made of numbers)


def stats(session: Session, *, hours: float) -> list[dict[str, Any]]:
    """Return of each kind what became of its jobs of the last `hours`, the longest durations among those that succeeded.

    `durations` are counts by the classes of CLASSES; seconds are None where no job succeeded.
    """
    rows = session.execute(COUNTED, {"hours": float(hours), "classes": [float(end) for end in CLASSES]}).mappings()
    return [{name: _rounded(value) for name, value in row.items()} for row in rows]


def _rounded(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
