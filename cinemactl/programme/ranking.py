"""The ranking of movies: the formula, the one statement that computes it, and its explanation.

A ranking is the sum of signals, each a value from 0 to 1 times its weight. All signals there are stand in `SIGNALS`; one
that reads another table (screenings of the next days, admissions against seats, the mean rating) joins here and nowhere
else. Every signal decays with the days, so that a movie nobody touches sinks by itself, to 0 in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import lock_titles
from cinemactl.catalogue.tables import Movie

HALF_LIFE_AHEAD_DAYS = 14
HALF_LIFE_PAST_DAYS = 28
# Beyond this nothing is left of a signal, and 2 to its power is still a number.
FARTHEST_DAYS = 1000
DIGITS = 3

START = "coalesce((movie.first_screening_at AT TIME ZONE 'UTC')::date, movie.release_date)"
DAYS = f"greatest(least({START} - current_date, {FARTHEST_DAYS}), -{FARTHEST_DAYS})"


@dataclass(frozen=True)
class Signal:
    """One part of the ranking: `value` is SQL on `movie` from 0 to 1, `reason` SQL on it that says in words why."""

    name: str
    weight: int
    value: str
    reason: str


SIGNALS = (
    Signal(
        "start",
        60,
        f"""CASE WHEN NOT isfinite({START}) THEN 0
            ELSE coalesce(power(2.0, -abs({DAYS})::float8
                / CASE WHEN {DAYS} > 0 THEN {HALF_LIFE_AHEAD_DAYS} ELSE {HALF_LIFE_PAST_DAYS} END), 0) END""",
        f"""CASE WHEN {START} IS NULL THEN 'no first screening and no release date is known'
            ELSE format('%s %s, halved every %s days',
                CASE WHEN movie.first_screening_at IS NULL THEN 'released' ELSE 'first shown' END,
                {START},
                CASE WHEN {START} > current_date THEN {HALF_LIFE_AHEAD_DAYS} ELSE {HALF_LIFE_PAST_DAYS} END) END""",
    ),
    Signal(
        "status",
        40,
        "CASE movie.status WHEN 'running' THEN 1 WHEN 'starting' THEN 1 WHEN 'coming-up' THEN 0.5 ELSE 0 END",
        "'the movie is ' || movie.status",
    ),
)

RANKING = f"round(({' + '.join(f'{one.weight} * ({one.value})' for one in SIGNALS)})::numeric, {DIGITS})::float8"

# Rows are locked in the order of their ids, as everybody does who changes several movies.
REFRESH = text(f"""
    WITH changed AS (
        SELECT id, {RANKING} AS ranking FROM movie WHERE ranking IS DISTINCT FROM {RANKING} ORDER BY id FOR UPDATE
    )
    UPDATE movie SET ranking = changed.ranking FROM changed WHERE movie.id = changed.id
""")  # noqa: S608  (the parts are this file's)

EXPLAIN = text(f"""
    SELECT {RANKING} AS total, {", ".join(f"({one.value})::float8, {one.reason}" for one in SIGNALS)}
    FROM movie WHERE id = :id
""")  # noqa: S608  (as above)


def refresh(session: Session) -> int:
    """Compute the ranking of every movie, write those that changed, and return how many did.

    It waits for an import that is being applied, and holds up nobody who changes another movie.
    """
    lock_titles(session, ())
    found = session.connection().execute(REFRESH)
    return found.rowcount


def explain(session: Session, movie: Movie) -> dict[str, Any]:
    """Return what a movie's ranking is made of at this moment.

    `stored` is what the last refresh wrote, `ranking` what one would write now: the sum of the `parts`' points.
    """
    total, *given = session.execute(EXPLAIN, {"id": movie.id}).one()
    parts = [
        {
            "part": signal.name,
            "weight": signal.weight,
            "value": round(value, DIGITS),
            "points": round(signal.weight * value, DIGITS),
            "reason": reason,
        }
        for signal, value, reason in zip(SIGNALS, given[::2], given[1::2], strict=True)
    ]
    return {"id": movie.id, "title": movie.title, "ranking": total, "stored": movie.ranking, "parts": parts}
