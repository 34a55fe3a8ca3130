"""Asking for an import: the file, its record and its job, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import BinaryIO

from sqlalchemy.orm import Session

from cinemactl.importing.dialect import HEAD_BYTES, recognise
from cinemactl.importing.report import purge_imports
from cinemactl.importing.tables import Import
from cinemactl.importing.uploads import keep_upload, pieces_of
from cinemactl.jobs.ask import ask
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
    progress: Callable[[int], None],
) -> Import:
    """Upload a file and record the job that imports it; the caller commits and then calls `send`.

    `options` may name an encoding and a delimiter. What is no delimited text is refused here, before anything is kept:
    raises FileUnreadable.
    """
    purge_imports(session, keep_days=settings.keep_imports_days)
    pieces = pieces_of(stream, filename)
    first = next(pieces, b"")
    recognise(filename, first[:HEAD_BYTES], encoding=options.get("encoding"), delimiter=options.get("delimiter"))
    upload = keep_upload(session, filename, chain([first], pieces), progress)
    asked = Import(noun=noun, filename=filename, upload_id=upload.id, dry_run=dry_run, options=dict(options))
    session.add(asked)
    session.flush()
    kind = KINDS_BY_NOUN[noun]
    asked.job_id = ask(session, kind, {"import_id": asked.id}, queue=settings.queue, asked_by=asked_by).id
    session.flush()
    return asked
