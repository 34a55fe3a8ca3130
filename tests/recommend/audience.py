"""A small audience with two tastes, and a programme for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

MEMBERS = 60
MOVIES = 40
NEW = 4


class Told:
    """What a job is given, outside of one."""

    def __init__(
        self, session: Session, stop_at: str | None = None, meanwhile: Callable[[], None] | None = None
    ) -> None:
        self.session = session
        self.stages: list[str] = []
        self._stop_at = stop_at
        self._meanwhile = meanwhile

    def progress(self, stage: str, done: int, total: int | None) -> None:
        self.stages.append(stage)
        if stage == self._stop_at:
            raise KeyboardInterrupt
        if stage == "Learning from content" and self._meanwhile is not None:
            self._meanwhile()

    def log(self, message: str, level: str = "info") -> None:
        pass


def fill(session: Session, *, new_rated: float = 0.1) -> None:
    """Add movies of two kinds, four of them new and rated by a share of the members, who like one of the kinds."""
    session.execute(
        text("""
            INSERT INTO movie (title, release_year, genres)
            SELECT 'Movie ' || n, CASE WHEN n > :old THEN 2030 ELSE 1980 + n / 2 END,
                ARRAY[CASE WHEN n % 2 = 0 THEN 'Crime' ELSE 'Comedy' END]
            FROM generate_series(1, :movies) AS n
        """),
        {"movies": MOVIES, "old": MOVIES - NEW},
    )
    session.execute(text("INSERT INTO person (name) SELECT 'Person ' || n FROM generate_series(0, 5) AS n"))
    session.execute(
        text("""
            INSERT INTO credit (movie_id, role, position, person_id)
            SELECT movie.id, 'director', 1, person.id FROM movie
            JOIN person ON person.name = 'Person ' || (substr(movie.title, 7)::integer % 6)
        """)
    )
    session.execute(
        text("INSERT INTO member (handle) SELECT 'm' || n FROM generate_series(1, :members) AS n"), {"members": MEMBERS}
    )
    movies = session.execute(text("SELECT id, substr(title, 7)::integer AS n FROM movie ORDER BY id")).all()
    members = session.execute(text("SELECT id, substr(handle, 2)::integer AS n FROM member ORDER BY id")).all()
    random = np.random.default_rng(3)
    rows = []
    for member in members:
        for movie in movies[: MOVIES - 1]:
            if random.random() < (new_rated if movie.n > MOVIES - NEW else 0.45):
                liked = member.n % 2 == movie.n % 2
                stars = random.choice([4, 4.5, 5]) if liked else random.choice([1, 2.5, 3])
                rows.append(
                    {"member": member.id, "movie": movie.id, "stars": float(stars), "day": int(random.integers(900))}
                )
    session.execute(
        text("""
            INSERT INTO rating (member_id, movie_id, stars, rated_at)
            VALUES (:member, :movie, :stars, timestamptz '2024-01-01' + make_interval(days => :day))
        """),
        rows,
    )


def show(session: Session, *numbers: int, state: str = "published") -> None:
    """Put movies on the programme, a day after each other, the first tomorrow."""
    if not session.scalar(text("SELECT count(*) FROM site")):
        site = session.scalar(
            text("INSERT INTO site (name, timezone, country) VALUES ('Rex', 'Europe/Berlin', 'DE') RETURNING id")
        )
        session.execute(text("INSERT INTO screen (site_id, name, seats) VALUES (:site, '1', 100)"), {"site": site})
    for number in numbers:
        session.execute(
            text("""
                INSERT INTO screening (screen_id, movie_id, state, starts_at, feature_starts_at, feature_ends_at, clear_at)
                SELECT screen.id, movie.id, :state, at.at, at.at + interval '15 min', at.at + interval '2 h',
                    at.at + interval '135 min'
                FROM screen, movie, LATERAL (
                    SELECT date_trunc('day', now()) + interval '20 h'
                        + make_interval(days => 1 + (SELECT count(*) FROM screening)::integer) AS at
                ) AS at WHERE movie.title = 'Movie ' || :number
            """),
            {"state": state, "number": number},
        )
