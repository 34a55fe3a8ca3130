"""Reading what is learned from: all ratings, and what is known of each movie, straight into arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import psycopg
from psycopg import Cursor, sql
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.recommend.arrays import Catalogue, Doubles, Ints, Progress, Ratings, ignored
from cinemactl.recommend.features import Facts, feature_rows

HEADER_BYTES = 19

ROW = np.dtype(
    [
        *(("fields", ">i2"), ("s1", ">i4"), ("member", ">i4"), ("s2", ">i4"), ("movie", ">i4")),
        *(("s3", ">i4"), ("halves", ">i2"), ("s4", ">i4"), ("at", ">i8")),
    ]
)
KEPT = np.dtype([("member", "i4"), ("movie", "i4"), ("halves", "i1"), ("at", "i8")])
SELECT = """
    SELECT member_id, movie_id, (stars * 2)::smallint,
        coalesce(extract(epoch FROM rated_at)::bigint, 0) FROM rating
"""
# The same members every time, as long as there are no others.
SOME = "WHERE member_id IN (SELECT id FROM member TABLESAMPLE BERNOULLI ({}) REPEATABLE (1))"

MOVIES = text("""
    SELECT movie.id, release_year, genres, keywords, synopsis, certificate_system || ':' || certificate AS certificate,
        title, made.director, made.writer, made."cast"
    FROM movie LEFT JOIN (
        SELECT movie_id, array_agg(person_id::text) FILTER (WHERE role = 'director') AS director,
            array_agg(person_id::text) FILTER (WHERE role = 'writer') AS writer,
            array_agg(person_id::text) FILTER (WHERE role = 'cast' AND position <= :billed) AS "cast"
        FROM credit GROUP BY movie_id
    ) AS made ON made.movie_id = movie.id
    ORDER BY movie.id
""")
BILLED = 5
SOURCES = "SELECT movie_id, targets, weights FROM recommend_source WHERE model_id = %s ORDER BY movie_id"
ARRAY_HEADER_BYTES = 20


def read_catalogue(session: Session) -> Catalogue:
    """Read every movie and its features."""
    ids, years, facts = [], [], []
    for row in session.execute(MOVIES, {"billed": BILLED}, execution_options={"yield_per": 5000}):
        ids.append(row.id)
        years.append(row.release_year or 0)
        values = {
            "genre": row.genres,
            "keyword": row.keywords,
            "director": row.director or (),
            "writer": row.writer or (),
            "cast": row.cast or (),
            "certificate": (row.certificate,) if row.certificate else (),
            "title": (row.title,),
            "synopsis": (row.synopsis,) if row.synopsis else (),
        }
        facts.append(Facts(row.release_year, values))
    return Catalogue(np.array(ids, dtype=np.int64), np.array(years, dtype=np.int64), feature_rows(facts))


def read_ratings(
    session: Session, movie_ids: Ints, *, share: float = 1.0, progress: Progress = ignored
) -> tuple[Ratings, Ints]:
    """Read all ratings of these movies (ids, ascending), or those of a `share` of the members; and their ids by place.

    Ratings of movies that came or went since are left out.
    """
    parts = []
    count = 0
    for part in stream_ratings(session, share=share):
        parts.append(part[["member", "movie", "halves", "at"]].astype(KEPT))
        count += len(part)
        progress("Reading ratings", count, None)
    kept = np.concatenate(parts) if parts else np.zeros(0, dtype=KEPT)
    parts.clear()
    member, movie, halves, at = kept["member"], kept["movie"], kept["halves"], kept["at"]
    place = np.searchsorted(movie_ids, movie).astype(np.int32)
    known = np.zeros(len(movie), dtype=bool)
    if len(movie_ids):
        known = movie_ids[np.minimum(place, len(movie_ids) - 1)] == movie
    if not known.all():
        member, place, halves, at = member[known], place[known], halves[known], at[known]
    members = np.unique(member)
    numbers = np.searchsorted(members, member).astype(np.int32)
    found = Ratings(numbers, place, halves.astype(np.int8), at.astype(np.int64), len(members), len(movie_ids))
    return found, members.astype(np.int64)


def stream_ratings(
    session: Session, *, ordered: bool = False, share: float = 1.0
) -> Iterator[np.typing.NDArray[np.void]]:
    """Yield ratings in arrays of ROW, a few thousand at a time; `ordered` by member, or of a `share` of the members."""
    with _cursor(session) as cursor, cursor.copy(_copy(ordered=ordered, share=share)) as rows:
        rest, begun = bytearray(), False
        for piece in rows:
            rest += piece
            if not begun:
                if len(rest) < HEADER_BYTES:
                    continue
                del rest[:HEADER_BYTES]
                begun = True
            whole = len(rest) // ROW.itemsize * ROW.itemsize
            if whole < ROW.itemsize * 5000:
                continue
            yield np.frombuffer(bytes(rest[:whole]), dtype=ROW)
            del rest[:whole]
        if whole := len(rest) // ROW.itemsize * ROW.itemsize:
            yield np.frombuffer(bytes(rest[:whole]), dtype=ROW)


class _Raw(Loader):
    """Leaves a value as PostgreSQL sends it."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def read_sources(session: Session, version: int) -> Iterator[tuple[int, Ints, Doubles]]:
    """Yield the movies that speak in a version by their ids, ascending: id, the ids of the targets, the weights."""
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with driver.cursor(binary=True) as cursor:
        for kind in ("int4", "float4"):
            cursor.adapters.register_loader(cursor.adapters.types[kind].array_oid, _Raw)
        cursor.execute(SOURCES, (version,))
        for source, targets, weights in cursor:
            yield source, _elements(targets, ">i4").astype(np.int64), _elements(weights, ">f4").astype(np.float64)


def _elements(sent: bytes, kind: str) -> np.typing.NDArray[Any]:
    """Return the elements of an array as PostgreSQL sends it."""
    return np.frombuffer(sent[ARRAY_HEADER_BYTES:], dtype=[("size", ">i4"), ("value", kind)])["value"]


def _copy(*, ordered: bool, share: float) -> sql.Composed:
    order = sql.SQL("ORDER BY member_id" if ordered else "")
    some = sql.SQL("" if share >= 1 else SOME).format(sql.Literal(100 * share))
    return sql.SQL("COPY ({} {} {}) TO STDOUT (FORMAT BINARY)").format(sql.SQL(SELECT), some, order)


def _cursor(session: Session) -> Cursor:
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    return driver.cursor()
