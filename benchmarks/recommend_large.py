"""A large audience with a power law, made up: how long a rebuild takes, one member's list, and everybody's.

CINEMACTL_HOME=/tmp/large python benchmarks/recommend_large.py --members 200000 --movies 87000 --likes 16000000

The home is to be an empty one: what is made up stays there.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from typing import cast

import numpy as np
import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl import settings as configuration
from cinemactl.audience.tables import Member
from cinemactl.recommend import everybody, on, serving
from cinemactl.recommend.rebuilding import rebuild
from cinemactl.store.database import Database

PROGRAMME = 200
ASKED = 200
LETTERS_TOP = 10


class Told:
    """What a job is given, outside of one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._stage = ""
        self._begun = time.monotonic()

    def progress(self, stage: str, _done: int, _total: int | None) -> None:
        if stage != self._stage:
            print(f"  {time.monotonic() - self._begun:7.1f} s  {stage}", flush=True)
            self._stage = stage

    def log(self, message: str, level: str = "info") -> None:
        print(f"  {level}: {message}")


def make_up(session: Session, members: int, movies: int, likes: int) -> None:
    """Make up a catalogue, a programme of its newest movies, and an audience; likes are 4 to 5 stars."""
    session.execute(
        text("""
            INSERT INTO movie (title, release_year, release_date, genres)
            SELECT 'Movie ' || n, extract(year FROM day.day), day.day, ARRAY['G' || n % 18, 'G' || (n / 7) % 18]
            FROM generate_series(1, :movies) AS n, LATERAL (
                SELECT date '2026-12-01' - ((:movies - n) * 14000 / :movies)::integer AS day
            ) AS day
        """),
        {"movies": movies},
    )
    session.execute(
        text("INSERT INTO person (name) SELECT 'P' || n FROM generate_series(1, :n) AS n"), {"n": movies // 3}
    )
    session.execute(
        text("""
            INSERT INTO credit (movie_id, role, position, person_id)
            SELECT movie.id, role.role, 1, 1 + (hashint8(movie.id * role.salt) & 2147483647) % :people
            FROM movie, (VALUES ('director', 3), ('cast', 5)) AS role (role, salt)
        """),
        {"people": movies // 3},
    )
    session.execute(
        text("INSERT INTO member (handle) SELECT 'm' || n FROM generate_series(1, :n) AS n"), {"n": members}
    )
    session.execute(text("INSERT INTO site (name, timezone, country) VALUES ('Rex', 'Europe/Berlin', 'DE')"))
    session.execute(
        text("INSERT INTO screen (site_id, name, seats) SELECT id, n, 100 FROM site, generate_series(1, 200) AS n")
    )
    session.execute(
        text("""
            INSERT INTO screening (screen_id, movie_id, state, starts_at, feature_starts_at, feature_ends_at, clear_at)
            SELECT row_number() OVER (), id, 'published', now() + interval '1 day', now() + interval '1 day',
                now() + interval '26 h', now() + interval '27 h'
            FROM (SELECT id FROM movie ORDER BY id DESC LIMIT :programme) AS newest
        """),
        {"programme": PROGRAMME},
    )
    random = np.random.default_rng(1)
    drop = "ALTER TABLE rating DROP CONSTRAINT rating_member_id_fkey, DROP CONSTRAINT rating_movie_id_fkey"
    session.execute(text(drop))
    driver = cast("psycopg.Connection", session.connection().connection.driver_connection)
    popular = random.permutation(movies) + 1
    share = 1 / np.arange(1, movies + 1) ** 0.8
    edges = np.cumsum(share / share.sum())
    sizes = np.maximum(1, (random.pareto(1.5, members) + 0.3))
    sizes = np.minimum((sizes / sizes.sum() * likes * 1.25).astype(int) + 1, movies // 4)
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY rating (member_id, movie_id, stars, rated_at) FROM STDIN") as copy,
    ):
        for member, size in enumerate(sizes.tolist(), 1):
            chosen = np.unique(popular[np.minimum(np.searchsorted(edges, random.random(size)), movies - 1)])
            stars = random.integers(8, 11, len(chosen)) / 2
            days = random.integers(1, 28, len(chosen))
            lines = (
                f"{member}\t{movie}\t{star}\t2026-10-{day:02}\n"
                for movie, star, day in zip(chosen, stars, days, strict=True)
            )
            copy.write("".join(lines))
    session.execute(text("ANALYZE"))


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, value in (("members", 200_000), ("movies", 87_000), ("likes", 16_000_000)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--memory", type=float, default=4.0)
    given = parser.parse_args()
    database = Database(configuration.load(), statement_seconds=0)
    with database.unit_of_work() as session:
        if not session.scalar(text("SELECT count(*) FROM rating")):
            began = time.monotonic()
            make_up(session, given.members, given.movies, given.likes)
            print(f"made up in {time.monotonic() - began:.0f} s")
    with database.unit_of_work() as session:
        report = rebuild(Told(session), memory=int(given.memory * 1e9))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"rebuild: {report['seconds']:.0f} s, {peak:.2f} GB, {report['likes']:,} likes, {report['columns']}")
    with database.unit_of_work() as session:
        spans, random = on.spans(session), np.random.default_rng(2)
        seconds = []
        for number in random.integers(1, given.members, ASKED).tolist():
            member = session.get_one(Member, number)
            began = time.monotonic()
            serving.recommend_for(session, member, spans)
            seconds.append(time.monotonic() - began)
        print(f"recommend for: median {statistics.median(seconds) * 1000:.1f} ms")
        began = time.monotonic()
        rows = sum(1 for _ in everybody.recommend_all(session, spans, top=LETTERS_TOP))
        print(f"export: {given.members / (time.monotonic() - began):,.0f} members/s, {rows:,} rows")


if __name__ == "__main__":
    main()
