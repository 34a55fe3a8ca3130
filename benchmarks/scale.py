"""What grows with members, movies, ratings and sites: the table of docs/scale.md, measured on this machine.

    python benchmarks/scale.py                                    # three sizes, a few minutes each
    python benchmarks/scale.py --size 200000,87000,16000000,50    # members, movies, ratings, sites

Movies and ratings are made up and imported as any file is, by the command and its worker. Each size has a database of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import schedule_checks
from homes import database, environment, home, program
from import_movies import write as write_movies
from sqlalchemy import text

SIZES = ("1000,2000,50000,1", "10000,10000,1000000,10", "20000,30000,3000000,48")
PROGRAMME = 200
ASKED = 100
SCREENS = 10
DAYS = 7
LAST_DAY = 1_760_000_000
DAY_SECONDS = 86_400
STARS = ("1", "2", "3", "3.5", "4", "4.5", "5")
WEIGHTS = (4, 8, 20, 13, 27, 12, 16)
ON = """
    INSERT INTO screening (screen_id, movie_id, state, starts_at, feature_starts_at, feature_ends_at, clear_at)
    SELECT screen.id, movie.id, 'published', start, start, start + interval '2 h', start + interval '150 min'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM screen LIMIT 1) AS screen, (
        SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM movie ORDER BY id DESC LIMIT :programme
    ) AS movie, LATERAL (SELECT now() + interval '1 day' + interval '3 h' * movie.n AS start) AS at
"""
PLACES = (
    "INSERT INTO site (name, timezone, country) VALUES ('Rex', 'Europe/Berlin', 'DE')",
    "INSERT INTO screen (site_id, name, seats) SELECT id, '1', 100 FROM site",
)


class Size(NamedTuple):
    """How much there is."""

    members: int
    movies: int
    ratings: int
    sites: int


@dataclass
class Measured:
    """What was measured at a size; seconds, GB, milliseconds and GB."""

    size: Size
    movies_import: float
    ratings_import: float
    rebuild: float
    peak: float
    columns: str
    asked: float
    stored: float
    checks: float


def main() -> None:
    """Print the table, a row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", action="append", help="MEMBERS,MOVIES,RATINGS,SITES; repeats")
    parser.add_argument("--memory", type=float, default=4.0, help="GB for a rebuild (default: %(default)s)")
    options = parser.parse_args()
    print("| members | movies | ratings | sites | import of movies | of ratings | rebuild | peak | weights of the |"
          " `recommend for` | database | a week's checks |")  # fmt: skip
    print(f"|{'---|' * 12}")
    for words in options.size or SIZES:
        size = Size(*map(int, words.split(",")))
        with home() as folder:
            print(_row(_measured(folder, size, int(options.memory * 1e9))), flush=True)


def _row(one: Measured) -> str:
    cells = (
        *(f"{number:,}" for number in one.size),
        *(f"{seconds:.0f} s" for seconds in (one.movies_import, one.ratings_import, one.rebuild)),
        *(f"{one.peak:.2f} GB", one.columns, f"{one.asked:.0f} ms", f"{one.stored:.2f} GB", f"{one.checks:.1f} s"),
    )
    return f"| {' | '.join(cells)} |"


def _measured(folder: Path, size: Size, memory: int) -> Measured:
    movies, ratings = folder / "movies.csv", folder / "ratings.csv"
    write_movies(movies, size.movies)
    _write_ratings(ratings, size)
    with database(folder).unit_of_work(dry_run=True) as session:
        schedule_checks.fill(session, sites=size.sites, screens=size.sites * SCREENS, days=DAYS, most=10**7)
        checks, _ = schedule_checks.timed(session, 1)
    movies_import = _imported(folder, "movie", movies)
    ratings_import = _imported(folder, "rating", ratings)
    with database(folder).unit_of_work() as session:
        for statement in (*PLACES, ON):
            session.execute(text(statement), {"programme": PROGRAMME} if statement is ON else {})
    with multiprocessing.get_context("spawn").Pool(1) as processes:
        rebuild, peak, columns = processes.apply(_rebuilt, (folder, memory))
    with database(folder).unit_of_work() as session:
        session.execute(text("ANALYZE"))
        asked = _asked(folder, size)
        given = session.scalar(text("SELECT count(*) FROM rating"))
        stored = session.scalar(text("SELECT pg_database_size(current_database())")) / 1e9
    return Measured(
        size._replace(ratings=given),
        movies_import,
        ratings_import,
        rebuild,
        peak,
        columns,
        asked,
        stored,
        checks.elapsed,
    )


def _write_ratings(file: Path, size: Size) -> None:
    """Write ratings in the form of MovieLens by IMDb ids: few movies have most of them, and so have few members."""
    chance, numbers = random.Random(20), np.random.default_rng(20)
    shares = numbers.pareto(1.5, size.members) + 0.3
    # A third of a busy member's draws meet a movie twice.
    counts = np.minimum(shares / shares.sum() * size.ratings * 1.1 + 1, size.movies // 4).astype(int)
    popular = numbers.permutation(size.movies) + 1
    with file.open("w", encoding="ascii") as stream:
        stream.write("userId,imdbId,rating,timestamp\n")
        for member, count in enumerate(counts.tolist(), 1):
            places = np.unique((size.movies * numbers.random(count) ** 3).astype(int))
            stars = chance.choices(STARS, WEIGHTS, k=len(places))
            first = LAST_DAY - chance.randrange(2000) * DAY_SECONDS
            stream.writelines(
                f"{member},tt{popular[place]:07d},{star},{first + 60 * n}\n"
                for n, (place, star) in enumerate(zip(numbers.permutation(places), stars, strict=True))
            )


def _imported(folder: Path, noun: str, file: Path) -> float:
    started = time.monotonic()
    words = [*program(), noun, "import", str(file), "--wait", "--json", "--quiet"]
    done = subprocess.run(words, env=environment(folder), check=True, stdout=subprocess.PIPE)
    assert json.loads(done.stdout)["created"]
    return time.monotonic() - started


def _rebuilt(folder: Path, memory: int) -> tuple[float, float, str]:
    from recommend_large import Told

    from cinemactl.recommend.rebuilding import rebuild

    class Silent(Told):
        def progress(self, *_: object) -> None:
            """Tell nobody: the table is all that is printed."""

        def log(self, *_: object) -> None:
            """Tell nobody."""

    with database(folder).unit_of_work() as session:
        report = rebuild(Silent(session), memory=memory)
    return report["seconds"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, report["columns"]


def _asked(folder: Path, size: Size) -> float:
    """Return the median of what one member's list takes, in milliseconds."""
    from cinemactl.audience.tables import Member
    from cinemactl.recommend import on, serving

    taken = []
    with database(folder).unit_of_work() as session:
        spans = on.spans(session)
        for number in np.random.default_rng(2).integers(1, size.members, ASKED).tolist():
            member = session.get_one(Member, number)
            started = time.monotonic()
            serving.recommend_for(session, member, spans)
            taken.append(time.monotonic() - started)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
