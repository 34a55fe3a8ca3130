"""From local times to moments, each once, by the one clock there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.programme.clock import MONDAY, LocalTimeRefused, SiteClock

LOCAL = text("""
    SELECT DISTINCT timezone, local FROM staged_screening
    WHERE outcome IS NULL AND local IS NOT NULL AND starts_at IS NULL
""")
# A moment that a file tells, and a day and a time beside it, are one start by the clocks of the site.
OTHERWISE = text("""
    UPDATE staged_screening SET outcome = 'rejected', "column" = CAST(:column AS text),
        reason = 'It starts at ' || to_char(starts_at AT TIME ZONE timezone, 'YYYY-MM-DD HH24:MI') || ' by the clocks of '
            || timezone || ', and at ' || to_char(local, 'YYYY-MM-DD HH24:MI') || ' by its date and time.'
    WHERE outcome IS NULL AND starts_at AT TIME ZONE timezone <> local
""")
TABLE = text("""
    CREATE TEMPORARY TABLE staged_moment (timezone text, local timestamp, starts_at timestamptz, reason text)
    ON COMMIT DROP
""")
COPY = "COPY staged_moment (timezone, local, starts_at, reason) FROM STDIN"
TIMED = text("""
    UPDATE staged_screening AS row SET starts_at = moment.starts_at, reason = moment.reason,
        outcome = CASE WHEN moment.reason IS NOT NULL THEN 'rejected' END,
        "column" = CASE WHEN moment.reason IS NOT NULL THEN CAST(:column AS text) END
    FROM staged_moment AS moment
    WHERE moment.timezone = row.timezone AND moment.local = row.local
    AND row.outcome IS NULL AND row.starts_at IS NULL
""")


def place_in_time(session: Session, *, column: str | None) -> None:
    """Give each staged row the moment its local start is.

    Those whose time clocks leap over or pass twice are set aside, and those that tell two starts.
    """
    session.execute(OTHERWISE, {"column": column})
    found = session.execute(LOCAL).all()
    session.execute(TABLE)
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in _moments([(row.timezone, row.local) for row in found]):
            copy.write_row(row)
    session.execute(text("ANALYZE staged_moment"))
    session.execute(TIMED, {"column": column})
    session.execute(text("ANALYZE staged_screening (outcome, screen_id, site_id, movie_id, starts_at)"))


def _moments(found: list[tuple[str, datetime]]) -> Iterator[tuple[Any, ...]]:
    clocks: dict[str, SiteClock] = {}
    for zone, local in found:
        clock = clocks.setdefault(zone, SiteClock(ZoneInfo(zone), time(), MONDAY))
        try:
            yield (zone, local, clock.instant(local), None)
        except LocalTimeRefused as refused:
            yield (zone, local, None, f"{refused.message} {refused.hint}")
