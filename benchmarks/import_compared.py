"""How long the same movies take into the same PostgreSQL by `cinemactl movie import` and by what people use now.

The others fill one table like that of movies, with all its columns, constraints and indexes and the IMDb id as one column
more. They are given a file that needs no thought: its headings are the columns, its lists are as PostgreSQL writes them.
What a search needs is made after them by one plain statement; both times are printed, without and with it, and the bar is the
one without: faster than each as it comes. They take turns, so that a slow minute of the machine counts for all alike, and the best
of each counts, so that nobody pays for starting a worker or making what the server keeps, such as its log.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from against_floor import empty
from homes import database, environment, home, program
from import_movies import EMPTIED, FLOOR, HEADER, write
from sqlalchemy import text

TURNS = 3
TABLE = "compared_movie"
NEEDED = Path(__file__).with_name("compared.txt")
LOADERS = Path(__file__).with_name("compared_loaders.py")
COLUMNS = ["release_year" if name == "year" else name for name in HEADER]
LISTS = ("genres", "languages")

LIKE = (
    f"DROP TABLE IF EXISTS {TABLE}",
    f"CREATE TABLE {TABLE} (LIKE movie INCLUDING ALL, imdb_id text UNIQUE)",
)
# What makes a movie found by a search, which our import does within its time; for the others it is done after them.
SEARCH = "compared_search"
SEARCH_LIKE = (f"DROP TABLE IF EXISTS {SEARCH}", f"CREATE TABLE {SEARCH} (LIKE movie_search INCLUDING ALL)")
SEARCHABLE = next(sql for sql in FLOOR if "INSERT INTO movie_search" in sql).replace("movie_search", SEARCH)
BLIND = "no look at the encoding, layout or values; no matching, plan, rejects, undo or search"
OURS = "cinemactl"
COMPARED = {
    "csvsql": ("csvsql --insert", f"types guessed from the whole file in memory; no update of what is known; {BLIND}"),
    "pandas": ("pandas.to_sql", f"the whole file in memory; no update of what is known; {BLIND}"),
    "sqlalchemy": ("SQLAlchemy on_conflict", f"a bad row ends all; matches by one id alone; {BLIND}"),
    "django": ("Django bulk_create", f"a bad row ends all; matches by one id alone; {BLIND}"),
}


def main() -> int:
    """Print the table; the exit code is 1 when another way is as fast."""
    options = _options()
    with home(options.home) as folder:
        python = _environment(options.environment or folder / "compared")
        file, plain = folder / f"movies-{options.movies}.csv", folder / f"plain-{options.movies}.csv"
        if not file.exists():
            write(file, options.movies)
        _write_plain(file, plain)
        with database(folder).unit_of_work():  # which starts and migrates it
            pass
        print(f"{options.movies:,} movies, {file.stat().st_size / 1e6:.0f} MB, best of {TURNS} turns\n", flush=True)
        turns = [_turn(folder, python, file, plain, options.movies) for _ in range(TURNS)]
    best = {name: min(turn[name] for turn in turns) for name in turns[0]}
    ours, _ = best[OURS]
    print(f"{'':24}{'seconds':>9}{'rows/s':>11}{'times ours':>12}{'searchable':>12}{'times ours':>12}   does not do")
    _tell("cinemactl movie import", best[OURS], ours, options.movies, "")
    for loader, (name, without) in COMPARED.items():
        _tell(name, best[loader], ours, options.movies, without)
    return int(ours >= min(best[loader][0] for loader in COMPARED))


def _turn(folder: Path, python: Path, file: Path, plain: Path, movies: int) -> dict[str, tuple[float, float]]:
    """Return what each way took once: its seconds, and those until a search finds the movies."""
    seconds = _ours(folder, file, movies)
    others = {loader: _other(folder, python, loader, plain, movies) for loader in COMPARED}
    return {OURS: (seconds, seconds), **others}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movies", type=int, default=100_000, help="how many (default: %(default)s)")
    parser.add_argument("--home", type=Path, help="keep the files and the servers' data in this folder")
    parser.add_argument("--environment", type=Path, help="a virtual environment that has compared.txt, or will")
    return parser.parse_args()


def _environment(folder: Path) -> Path:
    """Return the Python of an environment with the other libraries, which is made if it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(NEEDED)], check=False)
        if done.returncode:
            sys.exit(f"What is compared could not be installed: run {python} -m pip install -r {NEEDED}")
    return python


def _ours(folder: Path, file: Path, movies: int) -> float:
    empty(database(folder).engine, EMPTIED)
    words = ["movie", "import", str(file), "--wait", "--json", "--quiet"]
    started = time.monotonic()
    done = subprocess.run([*program(), *words], env=environment(folder), stdout=subprocess.PIPE, check=True)
    seconds = time.monotonic() - started
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["created"] == movies, report
    return seconds


def _other(folder: Path, python: Path, loader: str, file: Path, movies: int) -> tuple[float, float]:
    """Return the seconds another way takes, and with what makes its movies found by a search."""
    ours = database(folder)
    empty(ours.engine, EMPTIED)
    with ours.unit_of_work() as session:
        for statement in (*LIKE, *SEARCH_LIKE):
            session.execute(text(statement))
    url = ours.url.render_as_string(hide_password=False)
    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        words = [str(python), str(LOADERS), loader, url, str(file), TABLE]
        done = subprocess.run(words, env=environment(folder), stdout=said, stderr=said, check=False)
        seconds = time.monotonic() - started
        said.seek(0)
        assert done.returncode == 0, said.read()[-3000:]
    with ours.unit_of_work() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {TABLE}")) == movies
    started = time.monotonic()
    with ours.unit_of_work() as session:
        session.execute(text(SEARCHABLE.replace("FROM movie ", f"FROM {TABLE} ")))
    searchable = time.monotonic() - started
    with ours.unit_of_work() as session:
        for statement in (LIKE[0], SEARCH_LIKE[0]):
            session.execute(text(statement))
    return seconds, seconds + searchable


def _write_plain(file: Path, plain: Path) -> None:
    with file.open(encoding="utf-8", newline="") as read, plain.open("w", encoding="utf-8", newline="") as written:
        rows = csv.reader(read)
        next(rows)
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(COLUMNS)
        places = [COLUMNS.index(name) for name in LISTS]
        for row in rows:
            for place in places:
                row[place] = "{" + row[place].replace("|", ",") + "}"
            writer.writerow(row)


def _tell(name: str, took: tuple[float, float], ours: float, movies: int, without: str) -> None:
    seconds, searchable = took
    print(
        f"{name:24}{seconds:9.1f}{movies / seconds:11,.0f}{seconds / ours:12.2f}"
        f"{searchable:12.1f}{searchable / ours:12.2f}   {without}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
