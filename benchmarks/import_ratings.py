"""How long importing ten million ratings takes, whole command, against the least that PostgreSQL needs for the same rows.

The floor is plain SQL on the same server: COPY of the same file into an unlogged table, then one INSERT … ON CONFLICT for each
table that the import fills, with all its constraints and indexes, durable as any commit. Then the same file again.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from against_floor import Race
from homes import database, home
from sqlalchemy import text

BAR = 0.6
MEMORY_BAR = 600
MOVIES = 60_000
PER_MEMBER = 140
STARS = ("0.5", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0", "4.5", "5.0")
WEIGHTS = (2, 3, 2, 7, 5, 20, 13, 27, 9, 12)
TABLES = ("member", "rating")
EMPTIED = "member, rating, import_row, upload"

STAGING = "CREATE UNLOGGED TABLE floor_staging (member text, movie text, stars numeric, seconds bigint)"
FLOOR = (
    "ANALYZE floor_staging",
    "INSERT INTO member (handle) SELECT DISTINCT member FROM floor_staging ON CONFLICT DO NOTHING",
    """
    INSERT INTO rating (member_id, movie_id, stars, rated_at)
    SELECT member.id, known.movie_id, stars, to_timestamp(seconds)
    FROM floor_staging JOIN member ON member.handle = floor_staging.member
    JOIN movie_identifier AS known ON known.scheme = 'movielens' AND known.value = floor_staging.movie
    ON CONFLICT (member_id, movie_id) DO NOTHING
    """,
)


def main() -> int:
    """Print the seconds and the ratio beside their bars; the exit code is 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=10_000_000)
    parser.add_argument("--home", type=Path, help="a folder to keep the file and the database in")
    options = parser.parse_args()
    with home(options.home) as folder:
        file = folder / f"ratings-{options.ratings}.csv"
        if not file.exists():
            _write(file, options.ratings)
        _know_movies(folder)
        print(f"{options.ratings:,} ratings, {file.stat().st_size / 1e6:.0f} MB")
        race = Race(folder, "rating", file, options.ratings, STAGING, FLOOR, TABLES, EMPTIED, work_mem="256MB")
        floor, first, again = race.run_floor(), race.run_import("created"), race.run_import_again()
    ratio, memory = floor / first.seconds, max(first.peak, again.peak)
    print(f"\nof the floor's speed  {ratio:6.2f}      bar {BAR}")
    print(f"again, times faster   {first.seconds / again.seconds:6.2f}")
    print(f"peak of the worker    {memory:6.0f} MB   bar {MEMORY_BAR} MB")
    return int(ratio < BAR or memory > MEMORY_BAR)


def _write(file: Path, ratings: int) -> None:
    """Write a file in the form of MovieLens: members in order, each with movies in order, popular ones more often."""
    chance = random.Random(20)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("w", encoding="ascii", newline="") as stream:
        stream.write("userId,movieId,rating,timestamp\n")
        left, member = ratings, 0
        while left:
            member += 1
            count = min(left, max(20, int(chance.expovariate(1 / PER_MEMBER))), MOVIES // 4)
            seen: set[int] = set()
            while len(seen) < count:
                seen.add(1 + int(MOVIES * chance.random() ** 3))
            seconds = chance.randrange(800_000_000, 1_700_000_000)
            stars = chance.choices(STARS, WEIGHTS, k=count)
            lines = (
                f"{member},{movie},{star},{seconds + 7 * n}\n"
                for n, (movie, star) in enumerate(zip(sorted(seen), stars, strict=True))
            )
            stream.writelines(lines)
            left -= count
    new.rename(file)


def _know_movies(folder: Path) -> None:
    with database(folder).unit_of_work() as session:
        session.execute(
            text("""
                INSERT INTO movie (title, release_year) SELECT 'Movie ' || n, 1950 + n % 70 FROM generate_series(1, :movies) AS n
                WHERE NOT EXISTS (SELECT FROM movie)
            """),
            {"movies": MOVIES},
        )
        session.execute(
            text("""
                INSERT INTO movie_identifier (scheme, value, movie_id)
                SELECT 'movielens', row_number() OVER (ORDER BY id), id FROM movie ON CONFLICT DO NOTHING
            """)
        )


if __name__ == "__main__":
    sys.exit(main())
