"""Imports as jobs: asking for one, what became of each, and when its file is no longer kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any, BinaryIO

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from cinemactl.catalogue.find import LARGEST_ID
from cinemactl.importing.looking import look_at
from cinemactl.importing.opening import SURVEYED
from cinemactl.importing.report import ImportNotFound, get_import, report_of
from cinemactl.importing.tables import Import, ImportRow, Upload
from cinemactl.importing.uploads import keep_upload, pieces_of
from cinemactl.jobs.ask import ask
from cinemactl.jobs.tables import OPEN_STATES, Job
from cinemactl.settings import Settings

KINDS_BY_NOUN = {"movie": "import-movies"}


def ask_import(
    session: Session,
    settings: Settings,
    stream: BinaryIO,
    *,
    noun: str,
    filename: str,
    options: dict[str, str],
    dry_run: bool,
    asked_by: str,
    progress: Callable[[int], None] = lambda _: None,
) -> Import:
    """Upload a file and record the job that imports it; the caller commits and then calls `send`.

    `options` may tell an encoding, a delimiter, a header and a sheet. What can be seen from the beginning
    of the file is refused here, before anything is kept: raises FileUnreadable, LayoutUnknown.
    """
    purge_imports(session, keep_days=settings.keep_imports_days)
    pieces = pieces_of(stream, filename)
    first = next(pieces, b"")
    survey = look_at(filename, first, options)
    upload = keep_upload(session, filename, survey.over(chain([first], pieces)), progress)
    known = options | ({SURVEYED: survey.encoding(filename)} if survey.wanted else {})
    asked = Import(noun=noun, filename=filename, upload_id=upload.id, dry_run=dry_run, options=known)
    session.add(asked)
    session.flush()
    kind = KINDS_BY_NOUN[noun]
    asked.job_id = ask(session, kind, {"import_id": asked.id}, queue=settings.queue, asked_by=asked_by).id
    session.flush()
    return asked


def list_imports(session: Session, *, limit: int, after: int | None = None) -> list[dict[str, Any]]:
    """Return the reports of imports with their files' names, the latest first; `after` is the id of the last one seen."""
    query = _with_job().order_by(Import.id.desc()).limit(limit)
    found = session.execute(query if after is None else query.where(Import.id < min(after, LARGEST_ID)))
    return [_reported(asked, state) for asked, state, _ in found]


def show_import(session: Session, import_id: int) -> dict[str, Any]:
    """Return the report of an import with its file's name and, if its job failed, the error; raises ImportNotFound."""
    found = session.execute(_with_job().where(Import.id == get_import(session, import_id).id)).one_or_none()
    if found is None:
        raise ImportNotFound(import_id)
    asked, state, error = found
    return _reported(asked, state) | {"error": error}


def purge_imports(session: Session, *, keep_days: int) -> int:
    """Remove the files and plans of imports that are older than `keep_days` and over; return how many that were.

    Their records are kept. Those that another purge has in hand are left to it.
    """
    old = func.now() - func.make_interval(0, 0, 0, keep_days)
    still_open = select(Job.id).where(Job.id == Import.job_id, Job.state.in_(OPEN_STATES))
    purged = session.execute(
        select(Import.id, Import.upload_id)
        .where(Import.created_at < old, Import.upload_id.is_not(None), ~still_open.exists())
        .with_for_update(skip_locked=True)
    ).all()
    if purged:
        session.execute(delete(ImportRow).where(ImportRow.import_id.in_([one.id for one in purged])))
        session.execute(delete(Upload).where(Upload.id.in_([one.upload_id for one in purged])))
    return len(purged)


def _with_job() -> Select[Import, str, dict[str, object] | None]:
    return select(Import, Job.state, Job.error).outerjoin(Job, Job.id == Import.job_id)


def _reported(asked: Import, state: str | None) -> dict[str, Any]:
    gone = "failed" if asked.layout is None else "succeeded"
    return {"filename": asked.filename, **report_of(asked, state or gone)}
