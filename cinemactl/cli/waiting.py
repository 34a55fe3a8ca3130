"""Waiting for a job: the bar, the report at its end, and what Ctrl-C means."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.progress import Progress, progress
from cinemactl.cli.render import Format
from cinemactl.errors import CinemactlError, ExitCode, Interrupted

if TYPE_CHECKING:
    from cinemactl.jobs.tables import Job

CANCEL_SECONDS = 10.0

# JSONB keeps no order, people read one.
REPORT_ORDER = (
    *("import_id", "job_id", "state", "layout", "encoding", "delimiter", "rows", "created", "updated", "unchanged"),
    *("duplicates", "ambiguous", "rejected", "rejects_file", "seconds"),
)


def waits(wait: bool | None) -> bool:  # noqa: FBT001  (the option)
    """Whether a command waits for its job: as told, else when a person looks at it."""
    return sys.stdout.isatty() if wait is None else wait


def dispatch(job_id: int) -> None:
    """Hand a committed job to the queue, and see that somebody is there to do it."""
    from cinemactl.jobs import background
    from cinemactl.jobs.ask import send

    settings = edge.settings()
    send(settings, job_id)
    if background.has_own_servers(settings):
        background.ensure_worker(settings)
    elif note := background.no_worker_note(settings):
        render.warn(note)


def wait_for(job_id: int, label: str, *, timeout: float | None = None) -> Job:
    """Wait for a job with a bar on stderr and return it, whatever its outcome.

    Raises WaitTimedOut after `timeout` seconds, or those of --timeout.
    """
    from cinemactl.jobs.watch import wait

    timeout = edge.timeout() if timeout is None else timeout
    with progress(label) as bar:
        return wait(edge.database(), edge.settings(), job_id, timeout=timeout, on_progress=_drawer(bar))


def cancel_after_interrupt(job_id: int) -> Interrupted:
    """Cancel the job that Ctrl-C was meant for, and return what became of it."""
    from cinemactl.jobs.manage import JobEnded, JobNotFound, cancel

    see = f"See `cinemactl job show {job_id}`."
    try:
        with suppress(JobEnded), edge.unit_of_work() as session:
            cancel(session, job_id)
        ended = wait_for(job_id, "Cancelling", timeout=CANCEL_SECONDS)
    except JobNotFound:  # it was interrupted before it was kept
        return Interrupted()
    except (CinemactlError, KeyboardInterrupt):
        return Interrupted(f"Interrupted; job {job_id} may still be going.", see)
    if ended.state == "cancelled":
        return Interrupted(f"Interrupted: job {job_id} was cancelled, nothing was changed.")
    if ended.state == "succeeded":
        return Interrupted(f"Interrupted, but job {job_id} was done already.", see)
    return Interrupted(f"Interrupted: job {job_id} is {ended.state}, nothing was changed.", see)


def finish(job: Job, format: Format, *, rejects: Path | None = None) -> None:
    """Print the report of an ended job and end the command as the work ended.

    Raises what the job failed with; ends with exit code 6 when rows were set aside. Their file is written first.
    """
    from cinemactl.cli.rejects import save
    from cinemactl.jobs.manage import raise_for_outcome

    raise_for_outcome(job)
    given = dict(job.report or {})
    report: dict[str, Any] = {name: given.pop(name) for name in REPORT_ORDER if name in given} | given
    set_aside = report.get("rejected", 0) + report.get("ambiguous", 0)
    file = save(report["import_id"], rejects) if set_aside else None
    if file:
        report["rejects_file"] = str(file)
    if set_aside:
        render.one(report, format)
        rows, they = ("1 row was", "it is") if set_aside == 1 else (f"{set_aside} rows were", "they are")
        where = f"; {they} in {file}, with line, column and reason" if file else ""
        render.warn(f"{rows} set aside{where}.")
        raise typer.Exit(ExitCode.SET_ASIDE)
    render.outcome(report, format)


def _drawer(bar: Progress) -> Callable[[str, dict[str, Any] | None], None]:
    def draw(state: str, told: dict[str, Any] | None) -> None:
        if told:
            bar.update(str(told.get("stage", state)), int(told.get("done") or 0), told.get("total"))
        else:
            bar.update(state, 0)

    return draw
