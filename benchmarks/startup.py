"""How long commands take to start, against importing the libraries they are made of, in alternating runs."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from homes import database, environment, home, program

from cinemactl.catalogue.fields import MovieFields, Person
from cinemactl.catalogue.movies import add_movie

FIRST_COMMAND_SECONDS = 5.0
LIBRARIES = "import typer, sqlalchemy.orm, psycopg, rich.table"


def main() -> int:
    """Print every ratio beside its bar; the exit code is 1 when one is above it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how often each command runs (default: %(default)s)")
    parser.add_argument("--homes", type=int, default=3, help="how many empty homes to begin in (default: %(default)s)")
    options = parser.parse_args()
    first = median(_first_command() for _ in range(options.homes))
    print(f"{'first command on an empty home':42} {first:6.2f} s           bar {FIRST_COMMAND_SECONDS:.1f} s\n")
    with home() as folder:
        _add_movies(folder, 100)
        good = [
            _compare(folder, options.runs, ["--version"], "import typer", 1.6),
            _compare(folder, options.runs, ["--help"], "import typer", 2.5),
            _compare(folder, options.runs, ["movie", "list", "--limit", "100"], LIBRARIES, 1.5),
        ]
    return int(first > FIRST_COMMAND_SECONDS or not all(good))


def _first_command() -> float:
    with home() as folder:
        return _seconds([*program(), "movie", "list"], folder)


def _compare(folder: Path, runs: int, words: list[str], imports: str, bar: float) -> bool:
    """Run the command and the imports in turns, once more than is counted, and print the ratio of their medians."""
    command, reference = [*program(), *words], [sys.executable, "-c", imports]
    times = [(_seconds(command, folder), _seconds(reference, folder)) for _ in range(runs + 1)][1:]
    ours, theirs = (median(column) for column in zip(*times, strict=True))
    ratio: float = ours / theirs
    print(f"cinemactl {' '.join(words)}\n{'':4}against python -c {imports!r}")
    print(f"{'':4}{ours * 1000:.0f} ms / {theirs * 1000:.0f} ms = {ratio:.2f}, bar {bar}\n")
    return ratio <= bar


def _seconds(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment(folder), check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - started


def _add_movies(folder: Path, movies: int) -> None:
    with database(folder).unit_of_work() as session:
        for number in range(1, movies + 1):
            people = [Person(f"Director {number}", "director"), Person(f"Actor {number}", "cast", "Somebody")]
            fields = MovieFields(title=f"Movie {number}", release_year=1900 + number, genres=["Drama"], people=people)
            add_movie(session, fields)


if __name__ == "__main__":
    sys.exit(main())
