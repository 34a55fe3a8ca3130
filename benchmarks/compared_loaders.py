"""The ways people load a CSV file into a table of PostgreSQL now, each as its manual shows it, in batches of a thousand.

Run by `import_compared.py` with the Python of an environment that has `compared.txt`: LOADER URL FILE TABLE.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

BATCH = 1000
SETS = ("genres", "languages")
NUMBERS = ("release_year", "runtime")


def csvsql(url: str, file: Path, table: str) -> None:
    """Insert by csvkit's csvsql, which finds out the types by reading all of the file first."""
    program = Path(sys.executable).with_name("csvsql")
    url = url.replace("+psycopg:", "+psycopg2:", 1)  # which sends texts as they are, for the server to make lists of
    words = ["--db", url, "--insert", "--no-create", "--tables", table, "--chunk-size", str(BATCH), "--blanks"]
    subprocess.run([str(program), *words, "--null-value", "", "--", str(file)], check=True)


def pandas(url: str, file: Path, table: str) -> None:
    """Append by pandas' to_sql."""
    import pandas as pd
    from sqlalchemy import ARRAY, Date, Text, create_engine

    frame = pd.read_csv(file, parse_dates=["release_date"])
    frame["release_date"] = frame["release_date"].dt.date
    for name in SETS:
        frame[name] = frame[name].fillna("{}").str.strip("{}").str.split(",")
    types = {"release_date": Date(), **{name: ARRAY(Text) for name in SETS}}
    engine = create_engine(url)
    with engine.begin() as connection:
        frame.to_sql(table, connection, if_exists="append", index=False, chunksize=BATCH, dtype=types)


def sqlalchemy(url: str, file: Path, table: str) -> None:
    """Insert or update by SQLAlchemy Core."""
    from sqlalchemy import MetaData, Table, create_engine
    from sqlalchemy.dialects.postgresql import insert

    engine = create_engine(url)
    movies = Table(table, MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        for batch in _batches(file):
            statement = insert(movies)
            changes = {name: statement.excluded[name] for name in batch[0] if name != "imdb_id"}
            connection.execute(statement.on_conflict_do_update(index_elements=["imdb_id"], set_=changes), batch)


def django(url: str, file: Path, table: str) -> None:
    """Insert or update by Django's bulk_create, in one transaction."""
    from urllib.parse import parse_qs, urlsplit

    import django as library
    from django.conf import settings

    parts = urlsplit(url)
    found = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
    }
    settings.configure(DATABASES={"default": found}, INSTALLED_APPS=[], USE_TZ=True)
    library.setup()
    from django.contrib.postgres.fields import ArrayField
    from django.db import models, transaction

    class Movie(models.Model):  # type: ignore[misc]  # noqa: DJ008  (the library is not there when this is checked)
        imdb_id = models.TextField(unique=True)
        title = models.TextField()
        original_title = models.TextField(null=True)  # noqa: DJ001  (as the table is)
        release_date = models.DateField(null=True)
        release_year = models.SmallIntegerField(null=True)
        runtime = models.IntegerField(null=True)
        genres = ArrayField(models.TextField())
        languages = ArrayField(models.TextField())
        synopsis = models.TextField(null=True)  # noqa: DJ001  (as the table is)

        class Meta:
            app_label = "compared"
            db_table = table
            managed = False

    with transaction.atomic():
        for batch in _batches(file):
            names = [name for name in batch[0] if name != "imdb_id"]
            Movie.objects.bulk_create(
                [Movie(**row) for row in batch],
                update_conflicts=True,
                unique_fields=["imdb_id"],
                update_fields=names,
                batch_size=BATCH,
            )


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = map(_typed, csv.DictReader(stream))
        while batch := list(islice(rows, BATCH)):
            yield batch


def _typed(row: dict[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {name: cell or None for name, cell in row.items()}
    typed |= {name: int(row[name]) if row[name] else None for name in NUMBERS}
    typed |= {name: row[name].strip("{}").split(",") if len(row[name]) > len("{}") else [] for name in SETS}
    typed["release_date"] = date.fromisoformat(row["release_date"]) if row["release_date"] else None
    return typed


LOADERS = {"csvsql": csvsql, "pandas": pandas, "sqlalchemy": sqlalchemy, "django": django}

if __name__ == "__main__":
    LOADERS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]), sys.argv[4])
