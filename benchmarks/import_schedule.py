"""How long a chain's week takes to come in: 15,000 screenings of 48 sites and 505 screens, all of them made, whole command.

Beside it stands what PostgreSQL needs to COPY the same rows into a table with nothing on it. Then the same file again.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from homes import database, environment, home, program
from sqlalchemy import text

BAR = 10.0
SITES, SCREENS, SCREENINGS = 48, 505, 15_000
MOVIES = 80
WEEK = date(2026, 12, 2)
COLUMNS = ("site", "screen", "movie", "starts_at", "runtime", "version", "seats", "sold", "price_category")
STAGING = f"CREATE TABLE plain_screening ({', '.join(f'{name} text' for name in COLUMNS)})"
NEW = ("--create-missing", "--timezone", "Europe/Paris", "--country", "FR")


def main() -> int:
    """Print the seconds beside their bar; the exit code is 1 when it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screenings", type=int, default=SCREENINGS)
    parser.add_argument("--home", type=Path, help="a folder to keep the file and the database in")
    options = parser.parse_args()
    with home(options.home) as folder:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "week.csv"
        rows = _write(file, options.screenings)
        print(f"{rows:,} screenings, {file.stat().st_size / 1e6:.1f} MB")
        copied = _copy(folder, file)
        print(f"plain COPY         {copied:8.2f} s")
        seconds, report = _import(folder, file, *NEW)
        assert report["created"] == rows, report
        assert (report["new_sites"], report["new_screens"]) == (SITES, SCREENS), report
        again, unchanged = _import(folder, file)
        assert unchanged["unchanged"] == rows, unchanged
    over = seconds - copied
    print(f"import             {seconds:8.2f} s whole command, {report['seconds']:.2f} s of work")
    print(f"the same again     {again:8.2f} s whole command, {unchanged['seconds']:.2f} s of work")
    print(f"\nover the COPY      {over:8.2f} s   bar {BAR:.0f} s")
    return int(over > BAR)


def _write(file: Path, screenings: int) -> int:
    """Write a week of a chain, each screen's screenings one after the other; return how many there are."""
    chance = random.Random(5)
    count = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(COLUMNS)
        movies = [(f"Movie {number} ({2020 + number % 7})", chance.randrange(85, 165)) for number in range(MOVIES)]
        for screen in range(SCREENS):
            seats = chance.randrange(40, 420)
            wanted = (screen + 1) * screenings // SCREENS - screen * screenings // SCREENS
            for starts_at, (title, runtime) in zip(
                _starts(chance, movies), chance.choices(movies, k=wanted), strict=False
            ):
                sold = chance.randrange(0, seats // 2)
                place = (f"Site {screen % SITES:02}", f"Screen {screen // SITES + 1}")
                version = chance.choice(("2D", "2D", "2D", "3D"))
                told = (f"{starts_at:%Y-%m-%d %H:%M}", runtime, version, seats, sold, "full")
                table.writerow((*place, title, *told))
                count += 1
    return count


def _starts(chance: random.Random, movies: list[tuple[str, int]]) -> Iterator[datetime]:
    """Yield starts far enough apart for the longest movie, five a day."""
    longest = max(runtime for _, runtime in movies) + 35
    for day in range(7):
        at = datetime.combine(WEEK, datetime.min.time()) + timedelta(days=day, minutes=9 * 60 + 5 * chance.randrange(6))
        for _ in range(5):
            yield at
            at += timedelta(minutes=5 * -(-longest // 5))


def _copy(folder: Path, file: Path) -> float:
    """Return the seconds of a COPY of the file into a plain table, committed."""
    engine = database(folder).engine
    with database(folder).unit_of_work() as session:
        session.execute(text("DROP TABLE IF EXISTS plain_screening"))
        session.execute(text(STAGING))
    started = time.monotonic()
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor, cursor.copy("COPY plain_screening FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(file.read_bytes())
    seconds = time.monotonic() - started
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE plain_screening"))
    engine.dispose()
    return seconds


def _import(folder: Path, file: Path, *words: str) -> tuple[float, dict[str, Any]]:
    """Return the seconds of the whole command, and its report."""
    command = [*program(), "schedule", "import", str(file), *words, "--wait", "--json", "--quiet"]
    started = time.monotonic()
    done = subprocess.run(command, env=environment(folder), stdout=subprocess.PIPE, check=True)
    return time.monotonic() - started, json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
