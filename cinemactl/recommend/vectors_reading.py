"""What the catalogue says of movies, as features by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from cinemactl.recommend.vectors import PEOPLE, Features, year_features

BATCH = 2000
BILLED = 15

# The words are those that a search knows: folded, of titles with the weight A, of the synopsis with D.
DESCRIBED = text("""
    SELECT movie.id, movie.updated_at, release_year AS year, genres, keywords,
        certificate_system || ':' || certificate AS certificate,
        tsvector_to_array(ts_filter(document, '{a}')) AS title,
        tsvector_to_array(ts_filter(document, '{d}')) AS synopsis,
        ARRAY(
            SELECT role || ':' || person_id || ':' || position FROM credit
            WHERE credit.movie_id = movie.id AND role = ANY (:roles) AND position <= :billed
            ORDER BY role, position
        ) AS people
    FROM movie LEFT JOIN movie_search ON movie_search.movie_id = movie.id
    WHERE movie.id = ANY (CAST(:ids AS bigint[]))
""")


@dataclass(frozen=True, slots=True)
class Described:
    """A movie, when it was last changed, and what is said of it."""

    movie_id: int
    updated_at: datetime
    features: Features


def described(session: Session, movie_ids: Sequence[int]) -> Iterator[Described]:
    """Yield what the catalogue says of these movies, in batches and in no order; those that are gone are left out."""
    for start in range(0, len(movie_ids), BATCH):
        given = {"ids": list(movie_ids[start : start + BATCH]), "roles": list(PEOPLE), "billed": BILLED}
        for row in session.execute(DESCRIBED, given):
            yield Described(row.id, row.updated_at, _features(row))


def _features(row: Row[*tuple[Any, ...]]) -> Features:
    found: dict[str, dict[str, float]] = {
        "genre": dict.fromkeys(row.genres, 1.0),
        "keyword": {keyword.casefold(): 1.0 for keyword in row.keywords},
        "title": dict.fromkeys(row.title or (), 1.0),
        "synopsis": dict.fromkeys(row.synopsis or (), 1.0),
        "certificate": {row.certificate: 1.0} if row.certificate else {},
        "year": dict(year_features(row.year)) if row.year else {},
        **{role: {} for role in PEOPLE},
    }
    for credited in row.people:
        role, person, position = credited.split(":")
        found[role].setdefault(person, 1 / sqrt(int(position)))
    return found
