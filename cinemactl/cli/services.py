"""`cinemactl services ...`."""

from __future__ import annotations

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="The embedded servers: status, start, stop.")

COLUMNS = (
    Column("service", "service"),
    Column("state", "state"),
    Column("pid", "pid", justify="right"),
    Column("where", "where"),
    Column("log", "log"),
)


@app.command()
def status(format: FormatOption = Format.TABLE) -> None:
    """Show the embedded servers and the background worker; nothing is started."""
    from cinemactl.jobs.services import services

    render.rows(services(edge.settings()), COLUMNS, format)


@app.command()
def start(format: FormatOption = Format.TABLE) -> None:
    """Start the embedded servers (every command does so when it needs them)."""
    from cinemactl.jobs.services import services, start_services

    start_services(edge.settings())
    if format is not Format.TABLE or not render.is_quiet():
        render.rows(services(edge.settings()), COLUMNS, format)


@app.command()
def stop(format: FormatOption = Format.TABLE) -> None:
    """Stop the background worker and the embedded servers; the data stays."""
    from cinemactl.jobs.services import services, stop_services

    stopped = stop_services(edge.settings())
    if format is not Format.TABLE or not render.is_quiet():
        render.rows(services(edge.settings()), COLUMNS, format)
    render.note(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
