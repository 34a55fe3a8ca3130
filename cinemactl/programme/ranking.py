"""The ranking of movies: the formula, the one statement that computes it, and its explanation.

A ranking is the sum of signals, each a value from 0 to 1 times its weight. All signals there are stand in `SIGNALS`, and
what they read beside the movie in `READ`. Every signal decays with the days, so that a movie nobody touches sinks by
itself, to 0 in the end.
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

WINDOW_DAYS = 7
HALF_OF_SCREENINGS = 10
# What a movie's ratings are weighed against: so many that are as good as the mean.
RATINGS_OF_THE_MEAN = 10
WORST, BEST = 0.5, 5.0
# Where less than a thousandth is left of the start, ratings are not read.
HALVINGS = 10

START = "coalesce((movie.first_screening_at AT TIME ZONE 'UTC')::date, movie.release_date)"
DAYS = f"greatest(least({START} - current_date, {FARTHEST_DAYS}), -{FARTHEST_DAYS})"
NEARNESS = f"""CASE WHEN NOT isfinite({START}) THEN 0
    ELSE coalesce(power(2.0, -abs({DAYS})::float8
        / CASE WHEN {DAYS} > 0 THEN {HALF_LIFE_AHEAD_DAYS} ELSE {HALF_LIFE_PAST_DAYS} END), 0) END"""
OPINION = f"""(overall.mean * {RATINGS_OF_THE_MEAN} + coalesce(rated.total, 0))
    / ({RATINGS_OF_THE_MEAN} + coalesce(rated.ratings, 0))"""

# For each movie `shown` has the screenings of the next days and the seats, sold and all, of those around today; `rated` how
# it is rated; `overall` the mean of what is near its start, to which little rated movies are shrunk.
READ = f"""
    WITH shown AS (
        SELECT screening.movie_id, count(*) FILTER (WHERE screening.starts_at >= now()) AS coming,
            sum(screening.sold) AS sold, sum(screen.seats) AS seats
        FROM screening JOIN screen ON screen.id = screening.screen_id
        WHERE screening.state <> 'cancelled'
        AND screening.starts_at >= now() - interval '{WINDOW_DAYS} days'
        AND screening.starts_at < now() + interval '{WINDOW_DAYS} days'
        GROUP BY screening.movie_id
    ), near AS MATERIALIZED (
        SELECT id FROM movie WHERE {START} > current_date - {HALVINGS * HALF_LIFE_PAST_DAYS}
        AND {START} < current_date + {HALVINGS * HALF_LIFE_AHEAD_DAYS}
    ), rated AS MATERIALIZED (
        SELECT movie_id, sum(ratings) AS ratings, sum(total) AS total FROM (
            SELECT movie_id, count(*) AS ratings, sum(stars) AS total
            FROM rating WHERE movie_id IN (SELECT id FROM near) GROUP BY movie_id
            UNION ALL SELECT movie_id, ratings, stars * ratings
            FROM anonymous_rating WHERE movie_id IN (SELECT id FROM near)
        ) AS every GROUP BY movie_id
    ), overall AS (
        SELECT sum(total) / nullif(sum(ratings), 0) AS mean FROM rated
    )"""  # noqa: S608  (the parts are this file's)
JOINED = """movie LEFT JOIN shown ON shown.movie_id = movie.id LEFT JOIN rated ON rated.movie_id = movie.id
        CROSS JOIN overall"""


@dataclass(frozen=True)
class Signal:
    """One part of the ranking: `value` is SQL on `movie` and `READ` from 0 to 1, `reason` such that says in words why."""

    name: str
    weight: int
    value: str
    reason: str


SIGNALS = (
    Signal(
        "start",
        60,
        NEARNESS,
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
    Signal(
        "screenings",
        30,
        f"coalesce(shown.coming / (shown.coming + {HALF_OF_SCREENINGS}.0), 0)",
        f"""format('%s in the next {WINDOW_DAYS} days, half of it all at {HALF_OF_SCREENINGS}',
            coalesce(shown.coming, 0) || CASE shown.coming WHEN 1 THEN ' screening' ELSE ' screenings' END)""",
    ),
    Signal(
        "admissions",
        30,
        "least(coalesce(shown.sold / nullif(shown.seats, 0)::float8, 0), 1)",
        f"""format('%s of %s seats sold, from {WINDOW_DAYS} days ago to {WINDOW_DAYS} days from now',
            coalesce(shown.sold, 0), coalesce(shown.seats, 0))""",
    ),
    Signal(
        "rating",
        20,
        f"coalesce(({OPINION} - {WORST}) / {BEST - WORST} * {NEARNESS}, 0)",
        f"""CASE WHEN overall.mean IS NULL THEN 'nothing that starts about now is rated'
            ELSE format('%s of {BEST:g} stars, as %s shrunk to the mean of %s, fading as the start does',
                round({OPINION}, 2),
                coalesce(rated.ratings, 0) || CASE rated.ratings WHEN 1 THEN ' rating' ELSE ' ratings' END,
                round(overall.mean, 2)) END""",
    ),
)

RANKING = f"round(({' + '.join(f'{one.weight} * ({one.value})' for one in SIGNALS)})::numeric, {DIGITS})::float8"

# Rows are locked in the order of their ids, as everybody does who changes several movies.
REFRESH = text(f"""
    {READ}, changed AS (
        SELECT movie.id, computed.ranking FROM {JOINED} CROSS JOIN LATERAL (SELECT {RANKING} AS ranking) AS computed
        WHERE movie.ranking IS DISTINCT FROM computed.ranking ORDER BY movie.id FOR NO KEY UPDATE OF movie
    )
    UPDATE movie SET ranking = changed.ranking FROM changed WHERE movie.id = changed.id
""")  # noqa: S608  (the parts are this file's)

EXPLAIN = text(f"""
    {READ}
    SELECT {RANKING} AS total, {", ".join(f"({one.value})::float8, {one.reason}" for one in SIGNALS)}
    FROM {JOINED} WHERE movie.id = :id
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
