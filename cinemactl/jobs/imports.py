"""Asking for an import: the file, its record and its job, in one transaction."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

from sqlalchemy.orm import Session

from cinemactl.importing.reading import HEAD_BYTES, recognise
from cinemactl.importing.report import purge_imports
from cinemactl.importing.tables import Import
from cinemactl.importing.uploads import keep_upload
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
    head = stream.read(HEAD_BYTES)
    recognise(filename, head, encoding=options.get("encoding"), delimiter=options.get("delimiter"))
    upload = keep_upload(session, filename, _after(head, stream), progress)
    asked = Import(noun=noun, filename=filename, upload_id=upload.id, dry_run=dry_run, options=dict(options))
    session.add(asked)
    session.flush()
    kind = KINDS_BY_NOUN[noun]
    asked.job_id = ask(session, kind, {"import_id": asked.id}, queue=settings.queue, asked_by=asked_by).id
    session.flush()
    return asked


class _Chained(io.RawIOBase):
    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any writable buffer
        block = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


def _after(head: bytes, rest: BinaryIO) -> BinaryIO:
    """Return a stream of `head` and then `rest`, for a pipe cannot be wound back."""
    return io.BufferedReader(_Chained(head, rest), HEAD_BYTES)
