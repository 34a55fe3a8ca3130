"""How long similar movies and chains take in a catalogue of a million made-up movies, and what the index misses."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import mean, median
from typing import Any

import loading
from homes import database, home
from measured import Measured, measure, plan
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cinemactl.catalogue.connected import NotConnected, connected
from cinemactl.catalogue.tables import Movie
from cinemactl.recommend import vectors_index, vectors_refresh
from cinemactl.recommend.similar import NothingKnown, similar_movies

BAR = 20.0
RECALL_BAR = 0.95
TOP = 10


def main() -> int:
    """Make catalogue, vectors and index if need be, print the figures; the exit code is 1 when one is bad."""
    options = _options()
    with home(options.home) as folder:
        with database(folder).unit_of_work() as session:
            there = session.scalar(select(func.max(Movie.id)))
        if not there:
            loading.load(folder, options.movies)
        _describe(folder)
        with database(folder).unit_of_work() as session:
            movies = _chosen(session, max(options.asked, options.compared, options.chains))
            asked = list(_ask(session, movies[: options.asked]))
            found = _compare(session, movies[: options.compared])
            _connect(session, movies[: options.chains])
            if options.explain:
                slowest = max(asked, key=lambda one: one.execution)
                print("\n".join(f"\n-- {one.execution:.1f} ms\n{plan(session, one)}" for one in slowest.statements))
    figure = median(one.execution for one in asked)
    print(f"\nMedian {figure:.1f} ms, of {BAR:.0f} allowed; recall@{TOP} {found:.3f}, of {RECALL_BAR} wanted.")
    return int(figure > BAR or found < RECALL_BAR)


def _options() -> argparse.Namespace:
    epilog = (
        "Milliseconds are the database's own, summed over the statements of one answer, each the median of its runs."
    )
    parser = argparse.ArgumentParser(description=__doc__, epilog=epilog)
    parser.add_argument("--movies", type=int, default=1_000_000, help="how many movies to make (default: %(default)s)")
    parser.add_argument(
        "--home", type=Path, help="keep the catalogue in this folder, and use it if it is there already"
    )
    parser.add_argument("--asked", type=int, default=100, help="how many movies to ask for (default: %(default)s)")
    parser.add_argument("--compared", type=int, default=40, help="for how many to look at all (default: %(default)s)")
    parser.add_argument("--chains", type=int, default=40, help="how many chains to look for (default: %(default)s)")
    parser.add_argument("--explain", action="store_true", help="print the slowest answer's statements with their plans")
    return parser.parse_args()


def _describe(folder: Path) -> None:
    """Do what the job does; with an old home only what is missing."""
    started = time.monotonic()
    with database(folder).unit_of_work() as session:
        report = vectors_refresh.refresh(session, partial(_tell, started))
    with database(folder).engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) movie_vector"))
        size = connection.scalar(text("SELECT pg_size_pretty(pg_total_relation_size('movie_vector'))"))
    print(f"\n{report}, {time.monotonic() - started:.0f} s, {size}")


def _chosen(session: Session, count: int) -> list[Movie]:
    last = session.scalars(select(func.max(Movie.id))).one()
    ids = Random("similar").sample(range(1, last + 1), count)
    found = {movie.id: movie for movie in session.scalars(select(Movie).where(Movie.id.in_(ids)))}
    return [found[movie_id] for movie_id in ids]


def _ask(session: Session, movies: Sequence[Movie]) -> Iterator[Measured[list[dict[str, Any]]]]:
    """Ask for every movie once to warm the caches up, as a server is, then measure."""
    if not vectors_index.is_indexed(session):
        print("There is no index here: every vector is looked at.")
    took, worked = [], []
    for movie in movies:
        _similar(session, movie)
    for movie in movies:
        started, before = time.perf_counter(), _processor(session)
        _similar(session, movie)
        worked.append(_processor(session) - before)
        took.append(1000 * (time.perf_counter() - started))
        yield measure(session, partial(_similar, movie=movie), 3)
    print(f"{'similar: as the caller waits':40} median {median(took):6.1f} ms, worst {max(took):6.1f}")
    print(f"{'similar: processor of the database':40} median {median(worked):6.1f} ms, worst {max(worked):6.1f}")


def _processor(session: Session) -> float:
    """Return the milliseconds that the session's server process has used, whoever else was busy; 0 where Linux is not."""
    told = Path(f"/proc/{session.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
    return int(told.read_text().split()[0]) / 1e6 if told.exists() else 0.0


def _similar(session: Session, movie: Movie, *, exact: bool = False) -> list[dict[str, Any]]:
    try:
        return similar_movies(session, movie, limit=TOP, exact=exact)
    except NothingKnown:
        return []


def _compare(session: Session, movies: Sequence[Movie]) -> float:
    """Return the mean recall: of what the index found, the share that is as good as the last of the exact answer.

    Many movies of which little is known are equally near; it does not matter which of them are shown.
    """
    shares, took = [], []
    for movie in movies:
        started = time.perf_counter()
        exact = _similar(session, movie, exact=True)
        took.append(1000 * (time.perf_counter() - started))
        if exact:
            good = [one for one in _similar(session, movie) if one["score"] >= exact[-1]["score"]]
            shares.append(len(good) / len(exact))
    print(f"{'similar: every movie looked at':40} median {median(took):6.0f} ms, worst {max(took):6.0f}")
    return mean(shares)


def _connect(session: Session, movies: Sequence[Movie]) -> None:
    took, steps = [], []
    for one, other in zip(movies, reversed(movies), strict=True):
        if one is other:
            continue
        started = time.perf_counter()
        try:
            steps.append(len(connected(session, one, other)))
        except NotConnected:
            steps.append(0)
        took.append(1000 * (time.perf_counter() - started))
    far = ", ".join(f"{steps.count(count)} of {count}" for count in sorted(set(steps)))
    print(f"{'connected: as the caller waits':40} median {median(took):6.1f} ms, worst {max(took):6.1f}; steps: {far}")


def _tell(started: float, stage: str, done: int, total: int | None) -> None:
    sys.stderr.write(f"\r{stage} {done:,} of {total or 0:,}, {time.monotonic() - started:.0f} s")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
