"""Bringing the movies' vectors up to date: those of movies that are new or were changed, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, any_, literal, select, text
from sqlalchemy.orm import Session

from cinemactl.recommend import vectors_index
from cinemactl.recommend.vectors import EVERY, Vector, counted, vector_of
from cinemactl.recommend.vectors_reading import BATCH, described
from cinemactl.recommend.vectors_tables import FeatureCount

# What is common is known from as many movies as these.
SAMPLE = 50_000
# When more than a tenth is new, what is common may have changed with it.
RECOUNT_SHARE = 10

REFRESHING = 0x766563746F72  # "vector"

STALE = text("""
    SELECT movie.id FROM movie LEFT JOIN movie_vector ON movie_vector.movie_id = movie.id
    WHERE movie_vector.described_at IS DISTINCT FROM movie.updated_at ORDER BY movie.id
""")
ABOUT = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'movie'::regclass")
COPY = "COPY fresh_vector (movie_id, described_at, people, weights, content) FROM STDIN"

# A few are put in place of what was there. Many are a table of their own first, so that the old one answers until the
# new one is whole, its index included.
STAGE = text("CREATE TEMP TABLE fresh_vector (LIKE movie_vector) ON COMMIT DROP")
EMPTY = text("TRUNCATE fresh_vector")
PUT = text("""
    INSERT INTO movie_vector (movie_id, described_at, people, weights, content)
    SELECT movie_id, described_at, people, weights, content FROM fresh_vector
    WHERE EXISTS (SELECT FROM movie WHERE movie.id = fresh_vector.movie_id)
    ON CONFLICT (movie_id) DO UPDATE SET described_at = excluded.described_at, people = excluded.people,
        weights = excluded.weights, content = excluded.content
""")
BEGIN_ANEW = text("CREATE TABLE fresh_vector (LIKE movie_vector)")
WITHOUT_GONE = text(
    "DELETE FROM fresh_vector WHERE NOT EXISTS (SELECT FROM movie WHERE movie.id = fresh_vector.movie_id)"
)
SWITCH = (
    "ALTER TABLE fresh_vector ADD CONSTRAINT fresh_vector_pkey PRIMARY KEY (movie_id)",
    """ALTER TABLE fresh_vector ADD CONSTRAINT fresh_vector_movie_id_fkey
        FOREIGN KEY (movie_id) REFERENCES movie (id) ON DELETE CASCADE""",
    "DROP TABLE movie_vector",
    "ALTER TABLE fresh_vector RENAME CONSTRAINT fresh_vector_pkey TO movie_vector_pkey",
    "ALTER TABLE fresh_vector RENAME CONSTRAINT fresh_vector_movie_id_fkey TO movie_vector_movie_id_fkey",
    "ALTER INDEX IF EXISTS fresh_vector_content_idx RENAME TO movie_vector_content_idx",
    "ALTER TABLE fresh_vector RENAME TO movie_vector",
    "ANALYZE movie_vector",
)

Progress = Callable[[str, int, int | None], None]


def refresh(session: Session, progress: Progress = lambda *_: None, *, all_: bool = False) -> dict[str, Any]:
    """Bring every movie's vector up to date and return {movies, computed, recounted, indexed}.

    Computed are those of movies that are new or were changed; all of them with `all_`, or when so many are that other
    features may be common now. One refresh at a time: a second waits for the first and then finds nothing to do.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": REFRESHING})
    stale = list(session.scalars(STALE))
    movies = session.scalars(text("SELECT count(*) FROM movie")).one()
    recounted = all_ or len(stale) * RECOUNT_SHARE > movies
    if recounted:
        stale = list(session.scalars(text("SELECT id FROM movie ORDER BY id")))
        _recount(session, stale, progress)
    if recounted and movies >= vectors_index.WORTH_INDEXING:
        indexed = _compute_all(session, stale, progress)
    else:
        _compute_some(session, stale, progress)
        indexed = vectors_index.is_indexed(session) or _index(session, movies, "movie_vector", progress)
    return {"movies": movies, "computed": len(stale), "recounted": recounted, "indexed": indexed}


def refresh_few(session: Session, *, most: int) -> None:
    """Bring the vectors up to date in a catalogue of about `most` movies or fewer; one that is larger is left to a job."""
    if session.scalars(ABOUT).one() > most:
        return
    if session.scalar(text("SELECT count(*) <= :most FROM movie"), {"most": most}) and session.scalars(STALE).first():
        refresh(session)


def read_counts(session: Session, numbers: Collection[int] | None = None) -> Mapping[int, int]:
    """Return in how many movies each feature is, by number; those of `numbers` alone when given, EVERY among them."""
    query = select(FeatureCount.number, FeatureCount.movies)
    if numbers is not None:
        query = query.where(FeatureCount.number == any_(literal([EVERY, *numbers], ARRAY(Integer))))
    return {row.number: row.movies for row in session.execute(query)}


def _recount(session: Session, movie_ids: Sequence[int], progress: Progress) -> None:
    """Count the features anew, of a part of the movies when they are very many."""
    step = max(1, len(movie_ids) // SAMPLE)
    sample = movie_ids[::step]
    features = (one.features for one in described(session, sample))
    counts = counted(_told(features, "counting", len(sample), progress), times=step)
    session.execute(text("DELETE FROM feature_count"))
    with _connection(session).cursor() as cursor, cursor.copy("COPY feature_count (number, movies) FROM STDIN") as copy:
        for row in counts.items():
            copy.write_row(row)


def _compute_all(session: Session, movie_ids: Sequence[int], progress: Progress) -> bool:
    session.execute(BEGIN_ANEW)
    for _ in _computed(session, movie_ids, progress):
        pass
    session.execute(WITHOUT_GONE)
    indexed = _index(session, len(movie_ids), "fresh_vector", progress)
    for statement in SWITCH:
        session.execute(text(statement))
    return indexed


def _compute_some(session: Session, movie_ids: Sequence[int], progress: Progress) -> None:
    session.execute(STAGE)
    for _ in _computed(session, movie_ids, progress):
        session.execute(PUT)
        session.execute(EMPTY)
    session.execute(text("DROP TABLE fresh_vector"))


def _computed(session: Session, movie_ids: Sequence[int], progress: Progress) -> Iterator[None]:
    """Compute the vectors of movies into the fresh table, and stop after each batch."""
    connection, counts = _connection(session), read_counts(session)
    for start in range(0, len(movie_ids), BATCH):
        progress("describing", start, len(movie_ids))
        found = list(described(session, movie_ids[start : start + BATCH]))
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for one in found:
                copy.write_row((one.movie_id, one.updated_at, *_columns(vector_of(one.features, counts))))
        yield


def _index(session: Session, movies: int, table: str, progress: Progress) -> bool:
    if movies < vectors_index.WORTH_INDEXING:
        return False
    progress("indexing", 0, None)
    return vectors_index.make_index(session, table)


def _connection(session: Session) -> Any:  # noqa: ANN401  (psycopg's own)
    return session.connection().connection.driver_connection


def _columns(vector: Vector) -> tuple[str, str, str]:
    """Return people, weights and content as COPY reads arrays: written here, which is far faster than by the driver."""
    people = ",".join(map(str, vector.people))
    weights = ",".join([f"{value:.7g}" for value in vector.people.values()])
    content = ",".join([f"{value:.7g}" for value in vector.content])
    return f"{{{people}}}", f"{{{weights}}}", f"{{{content}}}"


def _told(items: Iterable[Any], stage: str, total: int, progress: Progress) -> Iterable[Any]:
    for done, item in enumerate(items):
        if not done % BATCH:
            progress(stage, done, total)
        yield item
