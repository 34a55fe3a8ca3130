"""The movies most like one, and why.

The score of two movies is the product of their vectors (see `vectors`): 1 for two of which all is known and the same.
Candidates come from the index of the content and from the credits, or without an index from all movies. Those that score
most are compared with it feature by feature, in one way for both, so that an index changes how fast an answer is and not
what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import label
from cinemactl.catalogue.tables import Movie, Person
from cinemactl.errors import CinemactlError
from cinemactl.recommend import vectors_index, vectors_refresh
from cinemactl.recommend.vectors import (
    DIMENSIONS,
    PEOPLE,
    Features,
    Parts,
    Vector,
    in_common,
    number_of,
    vector_of,
    weighted,
)
from cinemactl.recommend.vectors_reading import described

# A catalogue up to this size is brought up to date before it is asked; a larger one by the job.
REFRESHED_HERE = 2_000
# As many as the index is asked for, and as it looks at on the way: it may miss some of the nearest.
NEAR = 60
LOOKED_AT = 100
MOST_LOOKED_AT = 1000
# Of one person, as many movies are looked at.
OF_A_PERSON = 2000
# How many more than asked for are compared feature by feature: what is projected is not quite in the true order.
SPARE = 20
DIGITS = 6

CONTENT_SCORE = " + ".join(
    f"content[{place}] * (CAST(:content AS real[]))[{place}]" for place in range(1, DIMENSIONS + 1)
)
# The same by the extension, which is far faster.
CONTENT_SCORE_THERE = f"-(content::vector({DIMENSIONS}) <#> CAST(CAST(:content AS real[]) AS vector({DIMENSIONS})))"
NEAREST = f"""
    SELECT movie_id FROM movie_vector
    ORDER BY content::halfvec({DIMENSIONS}) <#> CAST(CAST(:content AS real[]) AS halfvec({DIMENSIONS})) LIMIT :near
"""  # noqa: S608  (a number of this program)
TOGETHER = """
    SELECT movie_id FROM unnest(CAST(:person_ids AS bigint[])) AS person (id)
    CROSS JOIN LATERAL (SELECT movie_id FROM credit WHERE person_id = person.id LIMIT :of_a_person) AS credit
"""


@dataclass(frozen=True, slots=True)
class Scored:
    """How much a movie is like another: the sum of what each feature that both have contributes."""

    movie_id: int
    score: float
    common: Parts


class NothingKnown(CinemactlError):
    """Nothing is said of a movie that others could have in common with it."""

    code = "nothing-known"

    def __init__(self, movie: Movie) -> None:
        super().__init__(
            f"Nothing is known of {label(movie)} but its title: no people, genres, keywords, synopsis or year.",
            f"Tell some, as in `cinemactl movie edit {movie.id} --director NAME --genre GENRE`.",
        )


class NotComputed(CinemactlError):
    """There are no vectors to compare with."""

    code = "vectors-missing"

    def __init__(self) -> None:
        super().__init__(
            "The movies of this catalogue have not been described to be compared yet.",
            "`cinemactl movie similar MOVIE --refresh` does that, which takes some minutes for a million movies.",
        )


def similar_movies(session: Session, movie: Movie, *, limit: int = 10, exact: bool = False) -> list[dict[str, Any]]:
    """Return the movies most like one, the most alike first: {id, title, year, score, because}.

    `because` is a list of {what, names, points}, the most important first, whose points add up to the score. With
    `exact` every movie is looked at, as is done anyway on a server without the index. Raises NothingKnown, NotComputed.
    """
    vectors_refresh.refresh_few(session, most=REFRESHED_HERE)
    own = next(one.features for one in described(session, [movie.id]))
    if not any(values for block, values in own.items() if block != "title"):
        raise NothingKnown(movie)
    vector = vector_of(own, vectors_refresh.read_counts(session, _numbers(own)))
    ids = _candidates(session, movie, own, vector, limit=limit + SPARE, exact=exact)
    if not ids and session.scalar(text("SELECT NOT EXISTS (SELECT FROM movie_vector)")):
        raise NotComputed
    best = sorted(_scored(session, own, ids), key=lambda one: (-one.score, one.movie_id))[:limit]
    return _shown(session, [one for one in best if one.score > 0])


def _scored(session: Session, own: Features, movie_ids: Sequence[int]) -> Iterator[Scored]:
    """Yield what each movie has in common with one, from the catalogue as it is now and without any projection."""
    others = list(described(session, movie_ids))
    counts = vectors_refresh.read_counts(session, _numbers(own, *(one.features for one in others)))
    parts = weighted(own, counts)
    for one in others:
        common = in_common(parts, weighted(one.features, counts))
        yield Scored(one.movie_id, round(fsum(common.values()), DIGITS), common)


def _numbers(*movies: Features) -> set[int]:
    return {number_of(block, value) for one in movies for block, values in one.items() for value in values}


def _shown(session: Session, best: Sequence[Scored]) -> list[dict[str, Any]]:
    movies = {one.id: one for one in session.scalars(select(Movie).where(Movie.id.in_([one.movie_id for one in best])))}
    ids = {int(value) for one in best for block, value in one.common if block in PEOPLE}
    names = {one.id: one.name for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return [
        {
            "id": one.movie_id,
            "title": movies[one.movie_id].title,
            "year": movies[one.movie_id].release_year,
            "score": one.score,
            "because": list(_reasons(one.common, names)),
        }
        for one in best
    ]


def _reasons(common: Parts, names: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Yield what two movies have in common block by block, what contributes most first."""
    by_block: dict[str, list[tuple[float, str]]] = {}
    for (block, value), points in common.items():
        by_block.setdefault(block, []).append((points, value))
    for block, found in sorted(by_block.items(), key=lambda item: -fsum(points for points, _ in item[1])):
        values = [value for _, value in sorted(found, key=lambda one: (-one[0], one[1]))]
        shown = [names[int(value)] for value in values] if block in PEOPLE else values
        yield {"what": block, "names": shown, "points": fsum(points for points, _ in found)}


def _candidates(
    session: Session, movie: Movie, own: Features, vector: Vector, *, limit: int, exact: bool
) -> Sequence[int]:
    """Return the ids of the movies that score most, a few more than are wanted since these sums are of fewer digits."""
    people = sorted(vector.people)
    given: dict[str, Any] = {
        "content": vector.content,
        "numbers": people,
        "parts": [vector.people[number] for number in people],
        "movie": movie.id,
        "limit": limit,
    }
    among, content_score = "", CONTENT_SCORE
    if not exact and vectors_index.is_indexed(session):
        content_score = CONTENT_SCORE_THERE
        looked_at = max(LOOKED_AT, min(NEAR + limit, MOST_LOOKED_AT))
        session.execute(text("SELECT set_config('hnsw.ef_search', :most, true)"), {"most": str(looked_at)})
        among = f"AND movie_id = ANY (ARRAY(({NEAREST}) UNION ({TOGETHER})))"
        given |= {
            "near": NEAR + limit,
            "of_a_person": OF_A_PERSON,
            "person_ids": [int(person) for role in PEOPLE for person in own.get(role, ())],
        }
    best = text(f"""
        SELECT movie_id FROM movie_vector WHERE movie_id <> :movie {among}
        ORDER BY {content_score} + {_people_score(len(people))} DESC, movie_id LIMIT :limit
    """)  # noqa: S608  (the parts are this file's)
    return session.scalars(best, given).all()


def _people_score(count: int) -> str:
    parts = (
        f"coalesce(weights[array_position(people, (CAST(:numbers AS integer[]))[{place}])], 0)"
        f" * (CAST(:parts AS real[]))[{place}]"
        for place in range(1, count + 1)
    )
    return " + ".join(parts) or "0"
