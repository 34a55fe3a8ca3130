"""What is asked of all ratings without reading them here: counts, sums, and where to cut them for the executors."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.recommend.arrays import Doubles, Ints
from cinemactl.recommend.spark.fitting import Source

LIKES_A_RANGE = 250_000
MOST_RANGES = 1000

COUNTS = text("""
    SELECT count(*) AS members, coalesce(sum(ratings), 0)::bigint AS ratings, count(*) FILTER (WHERE likes > 0) AS liking,
        coalesce(sum(likes), 0)::bigint AS likes
    FROM (
        SELECT count(*) AS ratings, count(*) FILTER (WHERE stars >= 4) AS likes FROM rating GROUP BY member_id
    ) AS by_member
""")
BY_MOVIE = text(
    "SELECT movie_id, count(*) FILTER (WHERE stars >= 4) AS likes, count(*) AS ratings FROM rating GROUP BY movie_id"
)
# As in training.trend_of: a rating without a day is as old as can be. Under e^-700 PostgreSQL refuses to go.
TREND = text("""
    SELECT movie_id, sum(exp(greatest(-700, -(latest.at - coalesce(extract(epoch FROM rated_at), 0)) / 86400.0 / :days)))::float8
    FROM rating, (SELECT coalesce(max(extract(epoch FROM rated_at)), 0) AS at FROM rating) AS latest
    WHERE stars >= 4 GROUP BY movie_id
""")
BOUNDS = text("""
    SELECT percentile_disc(CAST(:shares AS float8[])) WITHIN GROUP (ORDER BY id) FROM member
""")


def counts_by_place(session: Session, movie_ids: Ints) -> tuple[Ints, Ints]:
    """Return how often each movie is liked, and how often rated, by its place among these ids (ascending)."""
    rows = session.execute(BY_MOVIE).all()
    likes = _by_place([(row.movie_id, row.likes) for row in rows], movie_ids)
    rated = _by_place([(row.movie_id, row.ratings) for row in rows], movie_ids)
    return likes.astype(np.int64), rated.astype(np.int64)


def trend_by_place(session: Session, movie_ids: Ints, days: float) -> Doubles:
    """Return log1p of each movie's likes, one counting less by exp(-age / days), by place."""
    found: Doubles = np.log1p(_by_place(session.execute(TREND, {"days": days}).all(), movie_ids))
    return found


def source(session: Session, counts: Any, cores: int) -> Source:  # noqa: ANN401  (a row of COUNTS)
    """Return where executors read all likes from: as this transaction sees them, and while it lasts."""
    parts = min(max(2 * cores, -(-counts.likes // LIKES_A_RANGE)), MOST_RANGES)
    shares = [place / parts for place in range(parts + 1)]
    bounds = sorted(set(session.scalars(BOUNDS, {"shares": shares}).one()))
    bounds.append(bounds.pop() + 1)
    if len(bounds) == 1:
        bounds.insert(0, bounds[0] - 1)
    snapshot = str(session.scalar(text("SELECT pg_export_snapshot()")))
    return Source(database_of(session), snapshot, list(pairwise(bounds)), counts.likes, counts.liking)


def database_of(session: Session) -> dict[str, str]:
    """Return the parameters with which an executor connects to this session's database.

    A password is among them only if the database's URL has one; else the executors look into their own password files.
    """
    connection = session.connection()
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    given = driver.info.get_parameters()
    own = {"connect_timeout": "10", "options": f"{given.get('options', '')} -c statement_timeout=0".strip()}
    password = connection.engine.url.password
    return {**given, **own, **({} if password is None else {"password": str(password)})}


def _by_place(rows: Any, movie_ids: Ints) -> Doubles:  # noqa: ANN401  (rows of a movie's id and a value)
    found = np.zeros(len(movie_ids))
    if not rows:
        return found
    ids, values = (
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.float64),
    )
    place = np.searchsorted(movie_ids, ids)
    known = movie_ids[np.minimum(place, len(movie_ids) - 1)] == ids
    found[place[known]] = values[known]
    return found
