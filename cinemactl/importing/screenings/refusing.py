"""Rows that are placed and matched, and say what cannot be."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.importing.headed import Columns

ALIKE = ("screen_id", "starts_at", "movie_id")
SLOT = " AND ".join(f"known.{name} = row.{name}" for name in ALIKE)
LIVE = "known.state <> 'cancelled'"

# What is not shown is not made; a cancelled row ends a screening that stands, unless another row says that it is shown.
NOT_SHOWN = text(f"""
    UPDATE staged_screening AS row SET outcome = 'unchanged'
    WHERE row.outcome IS NULL AND row.state = 'cancelled' AND (
        EXISTS (SELECT FROM screening AS known WHERE {SLOT} AND known.state = 'cancelled')
        OR NOT EXISTS (SELECT FROM screening AS known WHERE {SLOT})
        OR EXISTS (
            SELECT FROM staged_screening AS known
            WHERE {SLOT} AND known.outcome IS NULL AND known.state IS DISTINCT FROM 'cancelled'
        )
    )
""")  # noqa: S608  (constants)
SOLD = text(f"""
    UPDATE staged_screening AS row SET outcome = 'rejected', "column" = CAST(:column AS text),
        reason = known.sold || CASE known.sold WHEN 1 THEN ' seat is' ELSE ' seats are' END || ' sold for screening '
            || known.id || ': `cinemactl schedule cancel ' || known.id || ' --force` cancels it.'
    FROM screening AS known
    WHERE row.outcome IS NULL AND row.state = 'cancelled' AND {SLOT} AND {LIVE} AND known.sold > 0
""")  # noqa: S608  (constants)
WITHOUT_RUNTIME = text(f"""
    UPDATE staged_screening AS row SET outcome = 'rejected', "column" = CAST(:column AS text),
        reason = 'The runtime of ' || movie.title || ' is not known: give it in a column, or with --runtime.'
    FROM movie WHERE row.outcome IS NULL AND movie.id = row.movie_id
    AND coalesce(row.runtime, movie.runtime, CAST(:runtime AS integer)) IS NULL
    AND NOT EXISTS (SELECT FROM screening AS known WHERE {SLOT} AND {LIVE})
""")  # noqa: S608  (constants)
# What stands so already may stay; nothing new may be more than the screen has.
MORE_THAN_SEATS = {
    "sold": "'The screen has ' || screen.seats || ' seats: ' || row.sold || ' cannot be sold.'",
    "held_back_seats": "row.held_back_seats || ' seats cannot be held back on ' || screen.name || ': it has '"
    " || screen.seats || '.'",
}
TOO_MANY = {
    name: text(f"""
        UPDATE staged_screening AS row SET outcome = 'rejected', "column" = CAST(:column AS text), reason = {reason}
        FROM screen WHERE row.outcome IS NULL AND screen.id = row.screen_id AND row.{name} > screen.seats
        AND NOT EXISTS (SELECT FROM screening AS known WHERE {SLOT} AND {LIVE} AND known.{name} = row.{name})
    """)  # noqa: S608  (constants)
    for name, reason in MORE_THAN_SEATS.items()
}


def refuse(session: Session, columns: Columns, *, runtime: int | None, movie_column: str | None) -> None:
    """Set aside the rows that cannot be planned, and leave those alone that say what is not shown.

    `runtime` is that of movies whose own is not known, `movie_column` what the file calls the column of movies.
    """
    session.execute(NOT_SHOWN)
    session.execute(SOLD, {"column": columns.heading("state")})
    session.execute(WITHOUT_RUNTIME, {"column": movie_column, "runtime": runtime})
    for name, statement in TOO_MANY.items():
        session.execute(statement, {"column": columns.heading(name)})
