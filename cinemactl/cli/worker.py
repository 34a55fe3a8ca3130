"""`cinemactl worker ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption, LogFormat, LogFormatOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="Workers: the processes that do the jobs.")

COLUMNS = (
    Column("host", "host"),
    Column("pid", "pid", justify="right"),
    Column("state", "state"),
    Column("job_id", "job", justify="right"),
)


@app.command()
def run(
    *,
    burst: Annotated[
        bool, typer.Option("--burst", help="End when nothing is queued, running or due for another try.")
    ] = False,
    queue: Annotated[str | None, typer.Option(help="The queue to work through.", metavar="NAME")] = None,
    idle: Annotated[
        int | None, typer.Option(help="End after so many seconds without a job.", min=1, metavar="SECONDS")
    ] = None,
    log_format: LogFormatOption = LogFormat.TEXT,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Do the jobs of a queue until told to stop (Ctrl-C or SIGTERM finish the job first).

    cinemactl worker run --burst
    """
    from cinemactl.jobs.worker import run_worker

    raise typer.Exit(
        run_worker(
            edge.settings(),
            burst=burst,
            idle_seconds=idle,
            queue=queue,
            background=background,
            log_format=log_format.value,
            quiet=render.is_quiet(),
        )
    )


@app.command(name="list")
def list_(format: FormatOption = Format.TABLE) -> None:
    """List the living workers."""
    from cinemactl.jobs.manage import workers

    if not render.rows(workers(edge.settings()), COLUMNS, format):
        render.note("No worker is alive; a job starts one, or `cinemactl worker run` does.")
