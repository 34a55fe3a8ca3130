"""`cinemactl job ...`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import DryRunOption, FormatOption, YesOption
from cinemactl.cli.rejects import refuse_foreign
from cinemactl.cli.render import Column, Format
from cinemactl.cli.terminal import writes_unicode
from cinemactl.cli.waiting import dispatch, finish, wait_for
from cinemactl.errors import Interrupted

if TYPE_CHECKING:
    from cinemactl.jobs.tables import Job

app = typer.Typer(no_args_is_help=True, help="Jobs: what is queued, running and done.")

# From nothing to the most, on a terminal and where only ASCII is written.
BARS = "·▁▂▃▄▅▆▇█"
ASCII_BARS = ".:-=+*#%@"

# What the database can count to.
LARGEST_ID = 2**63 - 1


def _known(job_id: int) -> int:
    """Return an id that a job can have; raises JobNotFound for one that is larger than any."""
    if job_id > LARGEST_ID:
        from cinemactl.jobs.manage import JobNotFound

        raise JobNotFound(job_id)
    return job_id


JobArgument = Annotated[int, typer.Argument(metavar="ID", help="The job's id.", min=1, callback=_known)]

COLUMNS = (
    Column("id", "id", justify="right"),
    Column("kind", "kind"),
    Column("state", "state"),
    Column("attempts", "tries", justify="right"),
    Column("progress", "progress", show=lambda told: _progress(told)),  # noqa: PLW0108  (it is defined below)
    Column("created_at", "asked"),
    Column("ended_at", "ended"),
)
STATS_COLUMNS = (
    Column("kind", "kind"),
    Column("jobs", "jobs", justify="right"),
    Column("succeeded", "succeeded", justify="right"),
    Column("failed", "failed", justify="right"),
    Column("set_aside", "set aside", justify="right"),
    Column("open", "open", justify="right"),
    Column("per_hour", "per hour", justify="right"),
    Column("median_seconds", "median s", justify="right"),
    Column("p95_seconds", "95 % s", justify="right"),
    Column("durations", "durations", show=lambda counts: _chart(counts)),  # noqa: PLW0108  (as above)
)
LOG_COLUMNS = (Column("at", "at"), Column("level", "level"), Column("message", "message"))


@app.command(name="list")
def list_(
    state: Annotated[
        str | None, typer.Option(help="queued, running, succeeded, failed, cancelled or set-aside.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 50,
    after: Annotated[
        int | None, typer.Option(help="Go on after the job with this id.", metavar="KEY", max=LARGEST_ID)
    ] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List jobs, the latest first."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs.manage import list_jobs

        found = [_document(job) for job in list_jobs(session, state=state, kind=kind, limit=limit, after=after)]
    if not render.rows(found, COLUMNS, format, fields=list(found[0]) if found else None):
        render.note("No job fits.")


@app.command()
def show(job_id: JobArgument, format: FormatOption = Format.TABLE) -> None:
    """Show one job: state, attempts, progress, report or error."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs.manage import attempts, get_job

        tries = [
            {
                "number": one.number,
                "host": one.host,
                "pid": one.pid,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
            }
            | {"error": one.error, "verdict": one.verdict}
            for one in attempts(session, job_id)
        ]
        render.one(_document(get_job(session, job_id)) | {"tries": tries}, format)


@app.command()
def wait(
    job_id: JobArgument,
    *,
    rejects: Annotated[Path | None, typer.Option(help="Where rows set aside go.", metavar="FILE")] = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Wait for a job's end, print its report and exit as the waited command would have.

    cinemactl job wait 5 --timeout 60
    """
    if rejects is not None:
        refuse_foreign(rejects)
    try:
        ended = wait_for(job_id, f"Job {job_id}")
    except KeyboardInterrupt:
        raise Interrupted(f"Interrupted; job {job_id} goes on.", f"`cinemactl job cancel {job_id}` ends it.") from None
    finish(ended, format, rejects=rejects)


@app.command()
def cancel(job_id: JobArgument, format: FormatOption = Format.TABLE) -> None:
    """Cancel a job: a queued one at once, a running one within seconds; nothing is left half done."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs import manage

        job = manage.cancel(session, job_id)
        running = job.state == "running"
        document = _document(job)
    if format is not Format.TABLE:
        render.one(document, format)
    render.note(f"Job {job_id} is {'being cancelled' if running else 'cancelled'}.")


@app.command()
def retry(job_id: JobArgument, format: FormatOption = Format.TABLE) -> None:
    """Run a failed, cancelled or set-aside job anew."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs import manage

        document = _document(manage.retry(session, job_id))
    dispatch(job_id)
    if format is not Format.TABLE:
        render.one(document, format)
    render.note(f"Job {job_id} is queued; `cinemactl job wait {job_id}` waits for it.")


@app.command()
def logs(job_id: JobArgument, format: FormatOption = Format.TABLE) -> None:
    """Show the lines a job wrote."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs import manage

        lines = [{"at": one.at, "level": one.level, "message": one.message} for one in manage.logs(session, job_id)]
    if not render.rows(lines, LOG_COLUMNS, format):
        render.note(f"Job {job_id} wrote nothing.")


@app.command()
def purge(
    *,
    keep_days: Annotated[
        int, typer.Option(min=0, max=36500, help="Keep what ended in these last days.", metavar="DAYS")
    ] = 30,
    state: Annotated[
        str | None, typer.Option(help="Only these: succeeded, failed, cancelled or set-aside.", metavar="STATE")
    ] = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.TABLE,
) -> None:
    """Remove the records of jobs that ended long ago; imports keep theirs.

    cinemactl job purge --keep-days 90 --yes
    """
    if not dry_run:
        edge.confirm(f"Remove the records of jobs that ended more than {keep_days} days ago?", yes=yes)
    with edge.unit_of_work(dry_run=dry_run) as session:
        from cinemactl.jobs import purging

        removed = purging.purge(session, keep_days=keep_days, state=state)
    if format is not Format.TABLE:
        render.one(removed, format)
    render.note(f"Removed{render.dry(dry_run)}: {removed['jobs']} jobs, {removed['ticks']} ticks of recurring work.")


@app.command()
def stats(
    *,
    hours: Annotated[
        float, typer.Option(min=0.1, max=100_000, help="Of jobs asked for in these last hours.", metavar="HOURS")
    ] = 24,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show how many jobs of each kind there were, how they ended and how long they took."""
    with edge.unit_of_work() as session:
        from cinemactl.jobs.stats import stats as counted

        found = counted(session, hours=hours)
    if not render.rows(found, STATS_COLUMNS, format, fields=list(found[0]) if found else None):
        render.note(f"No job was asked for in the last {hours:g} hours.")
    elif format is Format.TABLE:
        render.note("The chart counts durations: under 0.1 s, 1 s, 10 s, a minute, 10 minutes, an hour, longer.")


def _document(job: Job) -> dict[str, Any]:
    names = (
        "id",
        "kind",
        "state",
        "attempts",
        "progress",
        "report",
        "error",
        "args",
        "queue",
        "asked_by",
        "lock_name",
        "attempts_allowed",
    )
    times = ("created_at", "started_at", "ended_at", "cancel_requested_at", "due_at")
    return {name: getattr(job, name) for name in (*names, *times)}


def _progress(told: dict[str, Any] | None) -> str:
    if not told:
        return ""
    done, total = told.get("done") or 0, told.get("total")
    return f"{told.get('stage')} {100 * done // total} %" if total else str(told.get("stage"))


def _chart(counts: list[int]) -> str:
    """Return counts as a row of bars, an empty one for none."""
    bars = BARS if writes_unicode(sys.stdout) else ASCII_BARS
    most = max(counts, default=0)
    return "".join(bars[0] if not count else bars[1 + (len(bars) - 2) * count // most] for count in counts)
