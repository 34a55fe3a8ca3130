"""`cinemactl config ...`."""

from __future__ import annotations

import typer

from cinemactl.cli import edge, render
from cinemactl.cli.options import FormatOption
from cinemactl.cli.render import Column, Format

app = typer.Typer(no_args_is_help=True, help="Settings and where each comes from.")

COLUMNS = (Column("name", "setting"), Column("value", "value"), Column("origin", "origin"))


@app.command()
def show(format: FormatOption = Format.TABLE) -> None:
    """Show every setting with its value and where that comes from; passwords are masked."""
    render.rows(edge.settings().shown(), COLUMNS, format)


@app.command()
def path(format: FormatOption = Format.TABLE) -> None:
    """Print the path of the settings file, whether it exists or not."""
    file = edge.settings().config_file
    if format is Format.TABLE:
        render.line(str(file))
    else:
        render.one({"path": str(file), "exists": file.exists()}, format)
