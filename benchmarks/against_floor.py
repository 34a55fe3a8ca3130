"""An import of a whole file as a command, and its floor: plain SQL on the same server, durable as any commit."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homes import database, environment, program
from sqlalchemy import Engine, text
from workers import peak_of_workers


@dataclass(frozen=True)
class Done:
    """What a command took: its seconds, and the most memory in MB that the worker and its job had at once."""

    seconds: float
    peak: float


@dataclass(frozen=True)
class Race:
    """One file into the same empty tables twice: by the program, and by the least that PostgreSQL needs.

    `floor` is first what makes ready the staging table after its COPY, then a statement for each of `tables`; `emptied` are
    the tables that are emptied before, with all that refer to them.
    """

    folder: Path
    noun: str
    file: Path
    rows: int
    staging: str
    floor: tuple[str, ...]
    tables: tuple[str, ...]
    emptied: str
    work_mem: str

    def run_floor(self) -> float:
        """Return the seconds the floor takes, with its tables empty before."""
        engine = database(self.folder).engine
        empty(engine, self.emptied)
        started = last = time.monotonic()
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL work_mem = '{self.work_mem}'"))
            connection.execute(text(self.staging))
            driver = connection.connection.driver_connection
            assert driver is not None
            with (
                self.file.open("rb") as stream,
                driver.cursor() as cursor,
                cursor.copy("COPY floor_staging FROM STDIN (FORMAT csv, HEADER)") as copy,
            ):
                while piece := stream.read(2**20):
                    copy.write(piece)
            for name, statement in zip(("copy", *self.tables), self.floor, strict=True):
                connection.execute(text(statement))
                print(f"  floor, {name:18} {time.monotonic() - last:8.1f} s", flush=True)
                last = time.monotonic()
        seconds = time.monotonic() - started
        print(f"floor              {seconds:8.1f} s {self.rows / seconds:10,.0f} rows/s", flush=True)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE floor_staging"))
        engine.dispose()
        return seconds

    def run_import(self, outcome: str) -> Done:
        """Return what the whole command took; each row must end as `outcome`, and tables are emptied before `created`."""
        if outcome == "created":
            empty(database(self.folder).engine, self.emptied)
        words = [self.noun, "import", str(self.file), "--wait", "--json", "--quiet"]
        with peak_of_workers(self.folder) as seen:
            started = time.monotonic()
            done = subprocess.run(
                [*program(), *words], env=environment(self.folder), stdout=subprocess.PIPE, check=True
            )
            seconds = time.monotonic() - started
        report: dict[str, Any] = json.loads(done.stdout)
        assert report[outcome] == self.rows, report
        rate = self.rows / seconds
        print(f"import, {outcome:10} {seconds:8.1f} s {rate:10,.0f} rows/s   peak {max(seen):.0f} MB", flush=True)
        return Done(seconds, max(seen))

    def run_import_again(self) -> Done:
        """Return what the same file takes once more, and assert that no row was written."""
        versions = self._row_versions()
        done = self.run_import("unchanged")
        assert self._row_versions() == versions, "rows were written that did not change"
        return done

    def _row_versions(self) -> tuple[int, ...]:
        engine = database(self.folder).engine
        newest = [text(f"SELECT max(xmin::text::bigint) FROM {table}") for table in self.tables]
        with engine.begin() as connection:
            versions = tuple(connection.execute(statement).scalar_one() for statement in newest)
        engine.dispose()
        return versions


def empty(engine: Engine, tables: str) -> None:
    """Empty tables, and let the server write down what it has in memory, so that all begin alike."""
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    engine.dispose()
