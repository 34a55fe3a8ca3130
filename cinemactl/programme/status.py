"""The status of movies: what their screenings and release dates make of them, written where it changed.

Screenings count as drafts too, for the office sees them; cancelled ones do not.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from cinemactl.catalogue.locks import share_catalogue

STARTING_DAYS = 7

# Rows are locked in the order of their ids, as everybody does who changes several movies, and so that a new screening of
# a movie does not wait.
REFRESH = text("""
    WITH shown AS (
        SELECT movie_id, min(starts_at) AS first_at, max(feature_ends_at) AS last_at
        FROM screening WHERE state <> 'cancelled' AND (:every OR movie_id = ANY (:movies)) GROUP BY movie_id
    ), derived AS (
        SELECT movie.id, shown.first_at, CASE
            WHEN shown.last_at <= moment.at THEN 'finished'
            WHEN shown.first_at <= moment.at THEN 'running'
            WHEN shown.first_at <= moment.at + make_interval(days => :soon) THEN 'starting'
            WHEN shown.first_at IS NOT NULL OR movie.release_date > (moment.at AT TIME ZONE 'UTC')::date THEN 'coming-up'
            ELSE 'catalogue' END AS status
        FROM movie LEFT JOIN shown ON shown.movie_id = movie.id
        CROSS JOIN (SELECT coalesce(:now, now()) AS at) AS moment
        WHERE :every OR movie.id = ANY (:movies)
    ), changed AS (
        SELECT movie.id, derived.status, derived.first_at FROM movie JOIN derived ON derived.id = movie.id
        WHERE movie.status <> derived.status OR movie.first_screening_at IS DISTINCT FROM derived.first_at
        ORDER BY movie.id FOR NO KEY UPDATE OF movie
    )
    UPDATE movie SET status = changed.status, first_screening_at = changed.first_at
    FROM changed WHERE movie.id = changed.id
""").bindparams(
    bindparam("every", type_=Boolean),
    bindparam("movies", type_=ARRAY(BigInteger)),
    bindparam("now", type_=DateTime(timezone=True)),
)


def refresh_statuses(session: Session, movies: Collection[int] | None = None, *, now: datetime | None = None) -> int:
    """Write `status` and `first_screening_at` of these movies, or of all, where they changed; return how many did.

    Before its first screening a movie is `starting` within seven days and `coming-up` earlier, as it is before its release
    date; `running` until its last has ended, then `finished`; without screenings `catalogue`.
    """
    share_catalogue(session)
    session.flush()
    given = {"every": movies is None, "movies": sorted(movies or ()), "now": now, "soon": STARTING_DAYS}
    return session.connection().execute(REFRESH, given).rowcount
