"""Importing files, and looking at what became of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cinemactl.catalogue import documents, fields, listing, movies
from cinemactl.importing import rejects, report
from cinemactl.importing.tables import Import
from cinemactl.jobs.imports import WALKS, ask_import, ask_resolve
from cinemactl.jobs.kinds import KINDS
from cinemactl.jobs.manage import get_job
from cinemactl.jobs.run import perform
from cinemactl.store.database import Database

OUTCOMES = ("created", "updated", "unchanged", "duplicates", "ambiguous", "rejected")
EMPTIED = ("import_row", "import", "upload_chunk", "upload", "job_log", "job_attempt", "job", "movie", "person")


def table(header: str, *rows: Sequence[object] | str) -> str:
    """Return a CSV file; a row is its cells, or its text with commas between them."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header.split(","))
    for row in rows:
        writer.writerow(row.split(",") if isinstance(row, str) else row)
    return stream.getvalue()


class Quiet:
    """A job that nobody looks at."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def progress(self, stage: str, done: int, total: int | None) -> None:
        """Tell nobody."""

    def log(self, message: str, level: str = "info") -> None:
        """Tell nobody."""


class Importer:
    """Imports into one database, done in this process; of movies, where a class of its own names no other noun."""

    noun = "movie"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.settings = database.settings

    def ask(
        self,
        file: str | bytes,
        *,
        name: str | None = None,
        noun: str | None = None,
        dry_run: bool = False,
        **options: Any,
    ) -> Any:
        """Upload a file and return the import, whose job waits."""
        stream = io.BytesIO(file.encode() if isinstance(file, str) else file)
        noun = noun or self.noun
        with self.database.unit_of_work() as session:
            return ask_import(
                session,
                self.settings,
                stream,
                noun=noun,
                filename=name or f"{noun}s.csv",
                options=options,
                dry_run=dry_run,
                asked_by="a test",
            )

    def job(self, job_id: int) -> Any:
        """Return a job as it is now."""
        with self.database.unit_of_work() as session:
            return get_job(session, job_id)

    def run(self, file: str | bytes, **options: Any) -> dict[str, Any]:
        """Import a file and return its report, without the job's housekeeping around it."""
        return self._done("importing", self.ask(file, **options).id)

    def work(self, job_id: int) -> Any:
        """Do a job as a worker does it, and return it as it is then."""
        perform(job_id, settings=self.settings)
        return self.job(job_id)

    def apply(self, import_id: int) -> dict[str, Any]:
        """Apply the plan of a dry run and return the report."""
        return self._done("applying", import_id)

    def undo(self, import_id: int) -> dict[str, Any]:
        """Take an import back and return how much there was of it."""
        return self._done("undoing", import_id)

    def resolve(self, import_id: int, answers: dict[int, str], *, dry_run: bool = False) -> dict[str, Any]:
        """Import the rows of another import that were answered for, and return the report."""
        with self.database.unit_of_work() as session:
            asked = ask_resolve(session, self.settings, import_id, answers, dry_run=dry_run, asked_by="a test")
        return self._done("importing", asked.id)

    def _done(self, step: str, import_id: int) -> dict[str, Any]:
        """Do one step of an import by the function of its kind of job, without the job's housekeeping around it."""
        with self.database.unit_of_work() as session:
            kind = KINDS[getattr(WALKS[session.get_one(Import, import_id).noun], step)]
            return kind.function()(Quiet(session), import_id=import_id)

    def counts(self, file: str | bytes, **options: Any) -> dict[str, int]:
        """Import a file and return the outcomes there were, with their counts."""
        done = self.run(file, **options)
        assert done["rows"] == sum(done[outcome] for outcome in OUTCOMES)
        return {outcome: done[outcome] for outcome in OUTCOMES if done[outcome]}

    def plan(self, import_id: int | None = None) -> list[dict[str, Any]]:
        """Return the plan of an import, of the last one if none is named."""
        names = ("line", "outcome", "movie_id", "changes", "column", "reason", "candidates")
        with self.database.unit_of_work() as session:
            import_id = import_id or session.scalars(text("SELECT max(id) FROM import")).one()
            rows = report.plan_rows(session, report.get_import(session, import_id))
            return [{name: getattr(row, name) for name in names} for row in rows]

    def outcomes(self) -> dict[int, str]:
        """Return the outcome of each line of the last import."""
        return {row["line"]: row["outcome"] for row in self.plan()}

    def reasons(self) -> dict[int, str]:
        """Return why lines of the last import were set aside or are duplicates."""
        return {row["line"]: row["reason"] for row in self.plan() if row["reason"]}

    def rejects(self, import_id: int) -> str:
        """Return the file of rows set aside."""
        stream = io.StringIO()
        with self.database.unit_of_work() as session:
            rejects.write_rejects(session, report.get_import(session, import_id), stream)
        return stream.getvalue()

    def add(self, title: str, **given: Any) -> int:
        """Add a movie and return its id."""
        with self.database.unit_of_work() as session:
            return movies.add_movie(session, fields.MovieFields(title=title, **given), another=True).id

    def movies(self) -> list[dict[str, Any]]:
        """Return the documents of all movies, the first added first."""
        with self.database.unit_of_work() as session:
            found = documents.documents(session, listing.list_movies(session, limit=None))
            return sorted((dict(one) for one in found), key=lambda movie: movie["id"])

    def movie(self) -> dict[str, Any]:
        """Return the document of the only movie."""
        (movie,) = self.movies()
        return movie

    def one(self, statement: str) -> Any:
        """Return the one value that a statement gives."""
        with self.database.unit_of_work() as session:
            return session.scalars(text(statement)).one()

    def execute(self, *statements: str) -> None:
        """Run statements and commit."""
        with self.database.unit_of_work() as session:
            for statement in statements:
                session.execute(text(statement))

    def empty(self) -> None:
        """Remove everything."""
        self.execute(*(f"DELETE FROM {table}" for table in EMPTIED))
