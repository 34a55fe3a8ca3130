"""The one walk of every `NOUN import FILE`: upload, job, wait, report."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cinemactl.cli import edge, render
from cinemactl.cli.progress import progress
from cinemactl.cli.rejects import refuse_foreign
from cinemactl.cli.render import Format
from cinemactl.cli.waiting import cancel_after_interrupt, dispatch, finish, wait_for, waits
from cinemactl.errors import UsageRefused


def import_file(
    noun: str,
    file: str,
    *,
    options: Mapping[str, Any],
    dry_run: bool,
    wait: bool | None,
    rejects: Path | None,
    format: Format,
) -> None:
    """Import a file of `noun` records (`-` is stdin) through the queue and print the report, or the job's id.

    Ctrl-C cancels the import.
    """
    from cinemactl.importing.uploads import name_of, opened
    from cinemactl.jobs.imports import ask_import

    if rejects is not None:
        refuse_foreign(rejects, file)
    job_id = 0
    try:
        with (
            opened(file, private=edge.settings().allow_private_urls) as (stream, size),
            edge.unit_of_work() as session,
            progress("Uploading", total=size, unit="bytes") as bar,
        ):
            asked = ask_import(
                session,
                edge.settings(),
                stream,
                noun=noun,
                filename=name_of(file),
                options={name: value for name, value in options.items() if value},
                dry_run=dry_run,
                asked_by=user(),
                progress=lambda done: bar.update("", done),
            )
            import_id, job_id = asked.id, asked.job_id or 0
    except KeyboardInterrupt:
        if not job_id:
            raise
        raise cancel_after_interrupt(job_id) from None
    follow(import_id, job_id, "Planning" if dry_run else "Importing", wait=wait, rejects=rejects, format=format)


def follow(
    import_id: int, job_id: int, label: str, *, wait: bool | None, format: Format, rejects: Path | None = None
) -> None:
    """Hand the job of an import to the queue and print its report, or without waiting its id; Ctrl-C cancels it."""
    try:
        dispatch(job_id)
        if not waits(wait):
            _print_asked(import_id, job_id, format)
            return
        ended = wait_for(job_id, label)
    except KeyboardInterrupt:
        raise cancel_after_interrupt(job_id) from None
    finish(ended, format, rejects=rejects)


def delimiter_of(text: str | None) -> str | None:
    r"""Return what a `--delimiter` means (`tab` and `\t` too): one character, or `::`; raises UsageRefused for all else."""
    if text is None:
        return None
    delimiter = {"tab": "\t", "\\t": "\t"}.get(text.lower(), text)
    if delimiter != "::" and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise UsageRefused(
            f"The delimiter {text!r} is neither one character nor '::'.", "Give one such as ';', or tab."
        )
    return delimiter


def user() -> str:
    """Return who asks: a name, or the number where the system knows none, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _print_asked(import_id: int, job_id: int, format: Format) -> None:
    if format is Format.TABLE:
        render.line(str(job_id))
    else:
        render.one({"job_id": job_id, "import_id": import_id, "state": "queued"}, format)
    render.note(f"Queued; `cinemactl job wait {job_id}` waits for it.")
