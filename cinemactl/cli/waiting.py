"""Waiting for a job: the bar, the report at its end, and what Ctrl-C means."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.progress import Progress, progress
from cinemactl.cli.render import Format
from cinemactl.errors import CinemactlError, ExitCode, Interrupted

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
    from cinemactl.jobs import background  # noqa: PLC0415  (start-up)
    from cinemactl.jobs.ask import send  # noqa: PLC0415  (start-up)

    settings = edge.settings()
    send(settings, job_id)
    if background.has_own_servers(settings):
        background.ensure_worker(settings)
    elif note := background.no_worker_note(settings):
        render.warn(note)


def wait_for(job_id: int, label: str, *, timeout: float | None = None) -> Any:  # noqa: ANN401  (a Job; naming it costs start-up)
    """Wait for a job with a bar on stderr and return it, whatever its outcome; raises WaitTimedOut."""
    from cinemactl.jobs.watch import wait  # noqa: PLC0415  (start-up)

    with progress(label) as bar:
        return wait(edge.database(), edge.settings(), job_id, timeout=timeout, on_progress=_drawer(bar))


def cancel_after_interrupt(job_id: int) -> Interrupted:
    """Cancel the job that Ctrl-C was meant for, and return what became of it."""
    from cinemactl.jobs.manage import cancel  # noqa: PLC0415  (start-up)

    try:
        with edge.unit_of_work() as session:
            cancel(session, job_id)
        ended = wait_for(job_id, "Cancelling", timeout=CANCEL_SECONDS)
    except CinemactlError:
        return Interrupted(f"Interrupted; job {job_id} may still be going.", f"See `cinemactl job show {job_id}`.")
    if ended.state == "succeeded":
        return Interrupted(f"Interrupted, but job {job_id} was done already.", f"See `cinemactl job show {job_id}`.")
    return Interrupted(f"Interrupted: job {job_id} was cancelled, nothing was changed.")


def finish(job: Any, format: Format, *, rejects: Path | None = None) -> None:  # noqa: ANN401, A002  (a Job; the option's name)
    """Print the report of an ended job and end the command as the work ended.

    Raises what the job failed with; ends with exit code 6 when rows were set aside. Their file is written first.
    """
    from cinemactl.jobs.manage import raise_for_outcome  # noqa: PLC0415  (start-up)

    raise_for_outcome(job)
    given = dict(job.report or {})
    report = {name: given.pop(name) for name in REPORT_ORDER if name in given} | given
    set_aside = report.get("rejected", 0) + report.get("ambiguous", 0)
    if set_aside:
        report["rejects_file"] = _write_rejects(report["import_id"], rejects)
    render.one(report, format)
    if set_aside:
        rows = "1 row was" if set_aside == 1 else f"{set_aside} rows were"
        where = (
            f"; {'it is' if set_aside == 1 else 'they are'} in {report['rejects_file']}"
            if report["rejects_file"]
            else ""
        )
        render.warn(f"{rows} set aside{where}, with line, column and reason.")
        raise typer.Exit(ExitCode.SET_ASIDE)


def _drawer(bar: Progress) -> Callable[[str, dict[str, Any] | None], None]:
    def draw(state: str, told: dict[str, Any] | None) -> None:
        if told:
            bar.update(str(told.get("stage", state)), int(told.get("done") or 0), told.get("total"))
        else:
            bar.update(state, 0)

    return draw


def _write_rejects(import_id: int, file: Path | None) -> str | None:
    """Write the rows set aside to `file`, or beside where the user stands; None, with a warning, when that cannot be."""
    from cinemactl.importing.report import get_import, write_rejects  # noqa: PLC0415  (start-up)

    with edge.unit_of_work() as session:
        found = get_import(session, import_id)
        name = Path(found.filename).stem if found.filename != "-" else "stdin"
        target = file or Path.cwd() / f"{name}.rejects-{import_id}.csv"
        try:
            with render.output(target) as stream:
                write_rejects(session, found, stream)
        except OSError as error:
            render.warn(
                f"The rows set aside could not be written to {target} ({error.strerror}); "
                f"`cinemactl import rejects {import_id} FILE` writes them elsewhere."
            )
            return None
    return str(target)
