"""What becomes of each proposal, held against what stands; only what would overlap is set aside."""

from __future__ import annotations

from typing import cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from cinemactl.programme.plans.columns import DETAILS, MOMENTS, PROMISED, as_json

# A proposal that names no screening is about the one of its movie that stands there, unless another proposal is.
MATCH = text("""
    UPDATE proposal AS row SET screening_id = known.id FROM screening AS known
    WHERE row.screening_id IS NULL AND known.screen_id = row.screen_id AND known.starts_at = row.starts_at
    AND known.movie_id = row.movie_id AND known.state <> 'cancelled'
    AND NOT EXISTS (SELECT FROM proposal AS other WHERE other.screening_id = known.id)
""")
STAYS = "(row.screen_id, row.movie_id, row.starts_at) = (known.screen_id, known.movie_id, known.starts_at)"
MOMENT = "{0} = CASE WHEN row.cancels OR (row.keeps_anatomy AND {1}) THEN known.{0} ELSE row.{0} END"
DETAIL = "{0} = CASE WHEN row.cancels OR (row.fills AND row.{0} IS NULL) THEN known.{0} ELSE row.{0} END"
FILL = text(f"""
    UPDATE proposal AS row
    SET before = {as_json("known")}
            || CASE WHEN row.sold IS NULL THEN '{{}}' ELSE jsonb_build_object('sold', known.sold) END,
        screen_id = coalesce(row.screen_id, known.screen_id), movie_id = coalesce(row.movie_id, known.movie_id),
        {", ".join(MOMENT.format(name, STAYS) for name in MOMENTS)},
        {", ".join(DETAIL.format(name) for name in DETAILS)}
    FROM screening AS known WHERE known.id = row.screening_id
""")  # noqa: S608  (constants)
DEFAULTS = text("""
    UPDATE proposal SET format = coalesce(format, '2D'), held_back_seats = coalesce(held_back_seats, 0)
    WHERE format IS NULL OR held_back_seats IS NULL
""")
INDEX = text("CREATE INDEX ON proposal (screen_id, starts_at)")
ANALYZE = text("ANALYZE proposal")

# Of two that overlap the later starts within the earlier, so that an index finds it.
PAIRS = text("""
    WITH pair AS (
        SELECT earlier.number AS one, later.number AS other
        FROM proposal AS earlier JOIN proposal AS later ON later.screen_id = earlier.screen_id
            AND later.starts_at >= earlier.starts_at AND later.starts_at < earlier.feature_ends_at
            AND (later.starts_at, later.number) > (earlier.starts_at, earlier.number)
        WHERE NOT earlier.cancels AND NOT later.cancels
    ),
    each AS (
        SELECT one, other FROM pair UNION ALL SELECT other, one FROM pair
    ),
    told AS (
        SELECT each.one AS number, array_agg(other.screening_id ORDER BY other.number) AS screenings,
            count(other.line) AS lines,
            string_agg(coalesce(CAST(:unit AS text) || ' ' || other.line, movie.title || ' at '
                || to_char(other.starts_at AT TIME ZONE site.timezone, 'YYYY-MM-DD HH24:MI')), ', ' ORDER BY other.number) AS others
        FROM each JOIN proposal AS other ON other.number = each.other
        LEFT JOIN movie ON movie.id = other.movie_id
        LEFT JOIN screen ON screen.id = other.screen_id LEFT JOIN site ON site.id = screen.site_id
        GROUP BY each.one
    )
    UPDATE proposal AS row SET clashes = array_remove(told.screenings, NULL),
        reason = 'It takes the screen at the same time as ' || told.others || '.'
    FROM told WHERE told.number = row.number
""")

# A screening whose own proposal is set aside stays where it is, and may be in another's way: until nothing changes.
IN_THE_WAY = text("""
    WITH met AS (
        SELECT row.number, array_agg(known.id ORDER BY known.starts_at) AS screenings,
            string_agg('screening ' || known.id || ' (' || movie.title || ', '
                || to_char(known.starts_at AT TIME ZONE site.timezone, 'YYYY-MM-DD HH24:MI') || ' to '
                || to_char(known.feature_ends_at AT TIME ZONE site.timezone, 'HH24:MI') || ')', ', '
                ORDER BY known.starts_at) AS others
        FROM proposal AS row
        JOIN screening AS known ON known.screen_id = row.screen_id AND known.state <> 'cancelled'
            AND tstzrange(known.starts_at, known.feature_ends_at) && tstzrange(row.starts_at, row.feature_ends_at)
            AND known.id IS DISTINCT FROM row.screening_id
        JOIN movie ON movie.id = known.movie_id
        JOIN screen ON screen.id = known.screen_id JOIN site ON site.id = screen.site_id
        WHERE row.reason IS NULL AND NOT row.cancels
        AND NOT EXISTS (SELECT FROM proposal AS own WHERE own.screening_id = known.id AND own.reason IS NULL)
        GROUP BY row.number
    )
    UPDATE proposal AS row SET clashes = met.screenings, reason = 'The screen is taken by ' || met.others || '.'
    FROM met WHERE met.number = row.number
""")

CLASSIFY = text(f"""
    UPDATE proposal AS row SET change = CASE
        WHEN row.reason IS NOT NULL THEN NULL
        WHEN known.id IS NULL THEN CASE WHEN NOT row.cancels THEN 'added' END
        WHEN row.cancels THEN CASE WHEN known.state = 'cancelled' THEN 'unchanged' ELSE 'cancelled' END
        WHEN (row.screen_id, row.starts_at) <> (known.screen_id, known.starts_at) THEN 'moved'
        WHEN known.state = 'cancelled'
            OR ({", ".join(f"row.{name}" for name in (*PROMISED, *MOMENTS[1:], *DETAILS))}) IS DISTINCT FROM
            ({", ".join(f"known.{name}" for name in (*PROMISED, *MOMENTS[1:], *DETAILS))})
            OR row.sold <> known.sold THEN 'changed'
        ELSE 'unchanged' END
    FROM proposal AS same LEFT JOIN screening AS known ON known.id = same.screening_id
    WHERE same.number = row.number
""")  # noqa: S608  (constants)


def decide(session: Session, *, unit: str = "line") -> None:
    """Give each proposal of the table the screening it is about, and what it changes, or why it is set aside.

    `unit` is what the numbers of their `line` count: lines of a file, or entries.
    """
    for statement in (MATCH, FILL, DEFAULTS, INDEX, ANALYZE):
        session.execute(statement)
    session.execute(PAIRS, {"unit": unit})
    while cast("CursorResult[tuple[()]]", session.execute(IN_THE_WAY)).rowcount:
        pass
    session.execute(CLASSIFY)
