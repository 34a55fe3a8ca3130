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
    processes: Annotated[int, typer.Option(help="So many workers at once.", min=1, max=256, metavar="N")] = 1,
    metrics_port: Annotated[
        int | None,
        typer.Option(help="Tell Prometheus how things stand, at 127.0.0.1.", min=1, max=65535, metavar="PORT"),
    ] = None,
    background: Annotated[bool, typer.Option("--background", hidden=True)] = False,
) -> None:
    """Do the jobs of a queue until told to stop (Ctrl-C or SIGTERM finish the job first).

    cinemactl worker run --burst
    """
    if processes > 1 or metrics_port is not None:
        raise typer.Exit(_run_pool(processes, metrics_port, burst=burst, queue=queue, idle=idle, log_format=log_format))
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


def _run_pool(
    processes: int, metrics_port: int | None, *, burst: bool, queue: str | None, idle: int | None, log_format: LogFormat
) -> int:
    from dataclasses import replace

    from cinemactl.jobs.logs import log_to_stderr
    from cinemactl.jobs.pool import run_pool

    settings = edge.settings()
    words = ["--log-format", log_format.value, "--queue", queue or settings.queue]
    words += ["--burst"] if burst else []
    words += [] if idle is None else ["--idle", str(idle)]
    words += ["--quiet"] if render.is_quiet() else []
    log_to_stderr(log_format.value, quiet=render.is_quiet())
    settings = replace(settings, queue=queue or settings.queue)
    return run_pool(settings, processes, words, burst=burst or idle is not None, metrics_port=metrics_port)
