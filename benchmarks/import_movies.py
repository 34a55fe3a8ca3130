"""How long importing a million movies takes, whole command, against the least that PostgreSQL needs for the same rows.

The floor is plain SQL on the same server: COPY of the same file into an unlogged table of texts, then one INSERT … ON CONFLICT
for each table that an import fills, with all its constraints and indexes, durable as any commit. Then the same file again.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import made_up
from against_floor import Race
from homes import database, home

CHUNK = 20_000
HEADER = ("imdb_id", "title", "original_title", "release_date", "year", "runtime", "genres", "languages", "synopsis")
BAR = 0.7
AGAIN_BAR = 3.0
MEMORY_BAR = 600
TABLES = ("movie", "movie_identifier", "movie_search", "search_word")
EMPTIED = "movie, search_word, import_row, upload, person"

STAGING = f"CREATE UNLOGGED TABLE floor_staging ({', '.join(f'{name} text' for name in HEADER)})"
FLOOR = (
    "ANALYZE floor_staging",
    """
    INSERT INTO movie (title, original_title, release_date, release_year, runtime, genres, languages, synopsis)
    SELECT title, original_title, release_date::date, year::smallint, runtime::integer,
        string_to_array(genres, '|'), string_to_array(languages, '|'), synopsis
    FROM floor_staging ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO movie_identifier (scheme, value, movie_id)
    SELECT 'imdb', imdb_id, movie.id
    FROM (SELECT imdb_id, row_number() OVER () AS place FROM floor_staging) AS numbered
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM movie) AS movie USING (place)
    ON CONFLICT DO NOTHING
    """,
    r"""
    INSERT INTO movie_search (movie_id, titles, document)
    SELECT id, E'\n' || fold(title) || coalesce(E'\n' || fold(original_title), '') || E'\n',
        setweight(to_tsvector('pg_catalog.simple', fold_words(concat_ws(' ', title, original_title))), 'A')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(release_year::text, '')), 'B')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(fold_text(synopsis), '')), 'D')
    FROM movie ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO search_word (word, movies)
    SELECT word, ndoc FROM ts_stat($$SELECT ts_filter(document, '{a,b}') FROM movie_search$$)
    WHERE length(word) <= 40 ON CONFLICT DO NOTHING
    """,
)


def main() -> int:
    """Print the seconds and ratios beside their bars; the exit code is 1 when one is missed."""
    options = _options()
    with home(options.home) as folder:
        file = folder / f"movies-{options.movies}.csv"
        if not file.exists():
            write(file, options.movies)
        with database(folder).unit_of_work():  # which starts and migrates it
            pass
        print(f"{options.movies:,} movies, {file.stat().st_size / 1e6:.0f} MB")
        race = Race(folder, "movie", file, options.movies, STAGING, FLOOR, TABLES, EMPTIED, work_mem="64MB")
        floor, first, again = race.run_floor(), race.run_import("created"), race.run_import_again()
    ratio, sooner, memory = floor / first.seconds, first.seconds / again.seconds, max(first.peak, again.peak)
    print(f"\nof the floor's speed  {ratio:6.2f}      bar {BAR}")
    print(f"again, times faster   {sooner:6.2f}      bar {AGAIN_BAR}")
    print(f"peak of the worker    {memory:6.0f} MB   bar {MEMORY_BAR} MB")
    return int(ratio < BAR or sooner < AGAIN_BAR or memory > MEMORY_BAR)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--movies", type=int, default=1_000_000, help="how many (default: %(default)s)")
    parser.add_argument("--home", type=Path, help="keep the file and the servers' data in this folder")
    return parser.parse_args()


def write(file: Path, movies: int) -> None:
    """Write the file: as many made-up movies with HEADER, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("w", newline="", encoding="utf-8") as stream, ProcessPoolExecutor(os.cpu_count()) as processes:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        for rows in processes.map(partial(_rows, movies), range(1, movies + 1, CHUNK)):
            writer.writerows(rows)
    new.rename(file)


def _rows(movies: int, first: int) -> list[tuple[str, ...]]:
    rows = []
    for movie in made_up.chunk(first, min(first + CHUNK - 1, movies), movies).movies:
        of: dict[str, Any] = dict(zip(made_up.MOVIE_COLUMNS, movie, strict=True))
        values = (
            *(f"tt{of['id']:07d}", of["title"], of["original_title"], of["release_date"], of["release_year"]),
            *(of["runtime"], "|".join(of["genres"]), "|".join(of["languages"]), of["synopsis"]),
        )
        rows.append(tuple("" if value is None else str(value) for value in values))
    return rows


if __name__ == "__main__":
    sys.exit(main())
