"""The movies' vectors as Parquet, which vector stores and their loaders read: one row a movie, with what is shown of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.errors import CinemactlError
from cinemactl.recommend import vectors_refresh
from cinemactl.recommend.similar import REFRESHED_HERE, NotComputed
from cinemactl.recommend.vectors import EXPORTED, Vector, exported

COLUMNS = {
    "id": "BIGINT",
    "vector": f"FLOAT[{EXPORTED}]",
    "title": "VARCHAR",
    "year": "INTEGER",
    "genres": "VARCHAR[]",
    "imdb_id": "VARCHAR",
    "tmdb_id": "VARCHAR",
}
ROWS = text("""
    SELECT movie.id, people, weights, content, title, release_year AS year, genres,
        (SELECT min(value) FROM movie_identifier WHERE movie_id = movie.id AND scheme = 'imdb') AS imdb_id,
        (SELECT min(value) FROM movie_identifier WHERE movie_id = movie.id AND scheme = 'tmdb') AS tmdb_id
    FROM movie_vector JOIN movie ON movie.id = movie_vector.movie_id ORDER BY movie.id
""")
MEMORY = "512MB"


class NotWritten(CinemactlError):
    """The vectors cannot be written to a file."""

    code = "not-written"


def write_parquet(session: Session, file: Path) -> int:
    """Write every movie's vector to `file`, which appears whole or not at all; return how many there are.

    Columns: id, vector (EXPORTED floats, compared by their inner product), title, year, genres, imdb_id, tmdb_id. Raises
    NotComputed when there are none, NotWritten when the file cannot be written.
    """
    import duckdb  # noqa: PLC0415  (start-up)

    vectors_refresh.refresh_few(session, most=REFRESHED_HERE)
    if session.scalar(text("SELECT NOT EXISTS (SELECT FROM movie_vector)")):
        raise NotComputed
    target = file.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb"):
            pass
        with tempfile.TemporaryDirectory(prefix="cinemactl-", dir=target.parent) as folder:
            rows = Path(folder) / "rows.jsonl"
            count = _write_rows(session, rows)
            with duckdb.connect(
                ":memory:", config={"memory_limit": MEMORY, "autoinstall_known_extensions": "false"}
            ) as made:
                made.execute(
                    f"COPY (SELECT * FROM read_json({_literal(rows)}, format = 'newline_delimited', columns = "  # noqa: S608  (quoted)
                    f"{COLUMNS!r})) TO {_literal(part)} (FORMAT parquet, COMPRESSION zstd)"
                )
        part.replace(target)
    except (OSError, duckdb.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else (str(error).splitlines() or [""])[0]
        raise NotWritten(f"{file} cannot be written: {reason}.", "Name another file.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _write_rows(session: Session, file: Path) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as stream:
        for count, row in enumerate(_rows(session), 1):  # noqa: B007  (the count outlives the loop)
            stream.write(json.dumps(row) + "\n")
    return count


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.execute(ROWS, execution_options={"yield_per": 2000}).mappings():
        vector = Vector(dict(zip(row["people"], row["weights"], strict=True)), row["content"])
        shown = {name: row[name] for name in COLUMNS if name != "vector"}
        yield shown | {"vector": [round(number, 6) for number in exported(vector)]}


def _literal(path: Path) -> str:
    """Return a path as DuckDB reads a text."""
    return "'" + str(path).replace("'", "''") + "'"
