"""A rebuild, as its job does it: read, choose, learn, write beside what serves, switch; all or nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.programme import ranking
from cinemactl.recommend.extra import NotInstalled, require_numbers

if TYPE_CHECKING:
    from cinemactl.recommend.arrays import Catalogue
    from cinemactl.recommend.model import Model

DEFAULT_MEMORY = 4 * 10**9

# What a rating takes while it is read and sorted, and what every movie takes beside a dense matrix.
RATING_BYTES = 100
MOVIE_BYTES = 8_000
PROGRAM_BYTES = 150 * 10**6
# A dense movie has a row of four bytes a movie in the likes, their inverse, the kernel and a copy of one.
DENSE_COPIES = 4
LEAST_DENSE = 200
MOST_DENSE = 8_000

COUNTS = text("""
    SELECT (SELECT count(*) FROM rating) AS ratings, (SELECT count(*) FROM rating WHERE stars >= 4) AS likes,
        (SELECT count(*) FROM movie) AS movies
""")
# What is on, was announced, or is in the plans of the weeks to come.
PROGRAMME = text("""
    SELECT id FROM movie WHERE status IN ('coming-up', 'starting', 'running')
    UNION SELECT movie_id FROM screening WHERE starts_at > now() AND state <> 'cancelled'
    ORDER BY id
""")
# Movies in their first weeks: from the day they are released, or first shown, on.
OPENING = text("""
    SELECT id FROM movie
    WHERE coalesce((first_screening_at AT TIME ZONE 'UTC')::date, release_date) > current_date - :days
    ORDER BY id
""")
OPENING_DAYS = 90
GENEROUS = "SET LOCAL lock_timeout = 0; SET LOCAL work_mem = '64MB'"


class NothingToLearn(CinemactlError):
    """Nobody likes anything yet."""

    code = "nothing-to-learn"

    def __init__(self, ratings: int) -> None:
        super().__init__(
            f"There is nothing to learn from: of {ratings} ratings none is of four stars or more."
            if ratings
            else "There is nothing to learn from: nobody has rated a movie yet.",
            "`cinemactl rating import` brings ratings.",
        )


class MemoryTooSmall(CinemactlError):
    """What was allowed does not hold what is to be learned."""

    code = "memory-too-small"

    def __init__(self, given: int, needed: int) -> None:
        super().__init__(
            f"{_size(given)} do not hold what is learned from; {_size(needed)} would.",
            f"Give it --memory {_size(needed)} or more.",
        )


def _size(number: int) -> str:
    """Return a number of bytes as --memory takes it."""
    return f"{number / 1e9:.1f}GB" if number >= 10**9 else f"{max(round(number / 1e6), 1)}MB"


class NothingOnProgramme(CinemactlError):
    """Only the programme's movies fit into the memory, and there is none."""

    code = "nothing-on-programme"

    def __init__(self, movies: int) -> None:
        super().__init__(
            f"The weights of {movies} movies do not fit into the memory, and no movie is on the programme.",
            "Add screenings (`cinemactl schedule add`), or give more --memory.",
        )


class Context(Protocol):
    """What a job gives to the function that does it."""

    session: Session

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Say how far the work is; raises when the job is to end."""

    def log(self, message: str, level: str = "info") -> None:
        """Keep a line in the job's log."""


def rebuild_nightly(context: Context) -> dict[str, Any]:
    """Rebuild as `rebuild` does where there is something to rebuild from; else return why there is not."""
    try:
        return rebuild(context)
    except (NotInstalled, NothingToLearn, NothingOnProgramme) as error:
        context.log(error.message)
        return {"version": None, "reason": error.message}


def rebuild(
    context: Context, *, memory: int = DEFAULT_MEMORY, spark: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Learn anew from all ratings, in `memory` bytes, and let what was learned serve; return the report.

    `spark` names a cluster to learn on, as Wanted.as_json gives it. Raises NotInstalled, NothingToLearn, MemoryTooSmall,
    NothingOnProgramme; then, as after a cancellation, the version before serves on.
    """
    require_numbers()
    from cinemactl.recommend import choosing, reading, training  # noqa: PLC0415  (NumPy is an extra)

    if spark is not None:
        from cinemactl.recommend.spark import master, rebuilding  # noqa: PLC0415  (so is PySpark)

        return rebuilding.rebuild(context, master.Wanted.of(spark), memory=memory)
    started = time.monotonic()
    session = context.session
    session.execute(text(GENEROUS))
    counts = session.execute(COUNTS).one()
    if not counts.likes:
        raise NothingToLearn(counts.ratings)
    dense = dense_movies(counts.ratings, counts.movies, memory)
    context.progress("Reading the catalogue", 0, None)
    catalogue = reading.read_catalogue(session)
    ratings, members = reading.read_ratings(session, catalogue.ids, progress=context.progress)
    if not ratings.liked.any():
        raise NothingToLearn(len(ratings))
    whole = len(training.known_movies(ratings.likes(), training.nowhere(catalogue), len(catalogue)).places) <= dense
    wanted = None if whole else training.places_of(catalogue, session.scalars(PROGRAMME).all())
    if wanted is not None and not len(wanted):
        raise NothingOnProgramme(counts.movies)
    chosen = choosing.choose(ratings, catalogue, progress=context.progress)
    opening = training.nowhere(catalogue)
    opening[training.places_of(catalogue, session.scalars(OPENING, {"days": OPENING_DAYS}).all())] = True
    model = training.learn(
        ratings,
        catalogue,
        chosen.choice,
        unsettled=opening,
        wanted=wanted,
        dense_most=dense,
        progress=context.progress,
    )
    return written(
        context,
        model,
        catalogue,
        {
            "members": len(members),
            "ratings": len(ratings),
            "likes": int(ratings.liked.sum()),
            "choice": chosen.choice.as_json(),
            "validation": chosen.figures,
        },
        started,
    )


def written(
    context: Context, model: Model, catalogue: Catalogue, told: Mapping[str, Any], started: float
) -> dict[str, Any]:
    """Write a model as the version that serves and return the report; `told` are its counts, choice and validation.

    `started` is when the rebuild began, by the monotonic clock.
    """
    from cinemactl.recommend import versions  # noqa: PLC0415  (NumPy is an extra)

    context.progress("Writing", 0, None)
    facts = {
        **told,
        "movies": len(model.targets),
        "validation": {name: round(value, 4) for name, value in told["validation"].items()},
        "seconds": round(time.monotonic() - started, 3),
    }
    ranking.refresh(context.session)  # what those get who have rated nothing
    version = versions.write_version(context.session, model, catalogue.ids, facts)
    columns = "catalogue" if model.whole else "programme"
    context.log(f"version {version.id} of {datetime.now(UTC):%Y-%m-%d} serves the {columns}")
    return {
        "version": version.id,
        "columns": columns,
        **facts,
        "weights": version.weights,
        "seconds": round(time.monotonic() - started, 3),
    }


def dense_movies(ratings: int, movies: int, memory: int) -> int:
    """Return how many movies' weights fit densely into `memory` bytes beside the ratings; raises MemoryTooSmall."""
    beside = PROGRAM_BYTES + ratings * RATING_BYTES + movies * MOVIE_BYTES
    least = min(movies, LEAST_DENSE)
    fitting = int((max(memory - beside, 0) / (4 * DENSE_COPIES)) ** 0.5)
    if fitting < least:
        raise MemoryTooSmall(memory, round(beside + least**2 * 4 * DENSE_COPIES + 10**8, -8))
    return min(fitting, MOST_DENSE)
